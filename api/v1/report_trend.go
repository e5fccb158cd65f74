package v1

import (
	"brandregistry/internal/plan"
	"brandregistry/internal/report"
	"time"
)

// TrendReport is the course of an indicator, as known at an instant.
// 指标走势
type TrendReport struct {
	Area      AreaRef        `json:"area"`                                        // 区划
	Indicator plan.Indicator `json:"indicator" example:"organization_coverage"`   // 指标
	From      string         `json:"from" validate:"period" example:"2023-Q4"`    // 起始期
	To        string         `json:"to" validate:"period" example:"2026-Q3"`      // 截止期
	AsOf      time.Time      `json:"as_of" example:"2026-10-20T08:30:00.000001Z"` // 数据截至的时刻
	Points    []TrendPoint   `json:"points"`                                      // 每期一个，由早到晚
}

// TrendPoint is an indicator in one period.
// 走势的一期
type TrendPoint struct {
	Period        string   `json:"period" validate:"period" example:"2026-Q3"` // 报告期
	Rate          Rate     `json:"rate"`                                       // 比率
	Expected      int64    `json:"expected" minimum:"0" example:"20"`          // 应报街道数
	Reported      int64    `json:"reported" minimum:"0" example:"19"`          // 已报街道数
	TargetPercent *Percent `json:"target_percent" example:"95"`                // 当年目标；当年目标不是这个指标则为 null
	Met           *bool    `json:"met" example:"false"`                        // 是否达标；没有目标或无数据为 null
}

func trendReport(t report.Trend) TrendReport {
	out := TrendReport{
		Area: placeRef(t.Place), Indicator: t.Indicator, From: string(t.From), To: string(t.To), AsOf: instant(t.AsOf),
		Points: make([]TrendPoint, len(t.Points)),
	}
	for i, p := range t.Points {
		out.Points[i] = TrendPoint{string(p.Period), rate(p.Rate), p.Expected, p.Reported, (*Percent)(p.TargetBP), p.Met}
	}
	return out
}
