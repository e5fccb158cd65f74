package v1

import (
	"brandregistry/internal/report"
	"time"
)

// GoalsReport is how far an area's goals are reached in a period, as known at an instant.
// 目标完成情况报表
type GoalsReport struct {
	Area   AreaRef      `json:"area"`                                        // 区划
	Period string       `json:"period" validate:"period" example:"2026-Q3"`  // 报告期
	AsOf   time.Time    `json:"as_of" example:"2026-10-20T08:30:00.000001Z"` // 数据截至的时刻
	Goals  []GoalResult `json:"goals"`                                       // 各项目标；没有品牌目标的区划只有组织覆盖一项
}

// GoalResult is how far one goal is reached.
// 一项目标的完成情况
type GoalResult struct {
	Name   report.GoalName `json:"name"`                   // 目标
	Target Decimal         `json:"target" example:"95.00"` // 目标值
	Actual *Decimal        `json:"actual" example:"94.12"` // 实际值；无数据为 null
	Met    *bool           `json:"met" example:"false"`    // 是否达标，按整数比较；无数据为 null
	Gap    *Decimal        `json:"gap" example:"0.88"`     // 差距，已达标为 0.00；无数据为 null
	Unit   report.Unit     `json:"unit"`                   // 单位
}

func goalsReport(g report.Goals) GoalsReport {
	out := GoalsReport{Area: placeRef(g.Place), Period: string(g.Period), AsOf: instant(g.AsOf)}
	for _, s := range g.Goals {
		out.Goals = append(out.Goals, GoalResult{s.Name, Decimal(s.Target), (*Decimal)(s.Actual), s.Met, (*Decimal)(s.Gap), s.Unit})
	}
	return out
}
