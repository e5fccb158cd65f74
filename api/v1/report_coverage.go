package v1

import (
	"brandregistry/internal/coverage"
	"brandregistry/internal/plan"
	"brandregistry/internal/report"
	"time"
)

// CoverageReport is the coverage of an area in a period, as known at an instant.
// 覆盖情况报表
type CoverageReport struct {
	Area     AreaRef        `json:"area"`                                        // 区划
	Period   string         `json:"period" validate:"period" example:"2026-Q3"`  // 报告期
	Basis    report.Basis   `json:"basis"`                                       // 统计口径
	AsOf     time.Time      `json:"as_of" example:"2026-10-20T08:30:00.000001Z"` // 数据截至的时刻：报表所见最新一次变动的时刻
	Expected int64          `json:"expected" minimum:"0" example:"20"`           // 应报街道数
	Reported int64          `json:"reported" minimum:"0" example:"19"`           // 已报街道数
	Missing  []MissingArea  `json:"missing"`                                     // 未报街道；区县和街道的报表逐一列出，上级报表为空
	Totals   CoverageTotals `json:"totals"`                                      // 合计
	Goal     CoverageResult `json:"goal"`                                        // 目标完成情况
	Rows     []CoverageRow  `json:"rows"`                                        // 下一级各区划；街道的报表为空
}

// MissingState is how far a subdistrict is that has not reported.
// 未报街道的填报进度
type MissingState string

// The states.
const (
	MissingNone      MissingState = "none"      // 未填报
	MissingDraft     MissingState = "draft"     // 草稿未提交
	MissingSubmitted MissingState = "submitted" // 已提交，待审核
	MissingReturned  MissingState = "returned"  // 已退回，待修改
)

// MissingArea is a subdistrict that is expected and has not reported.
// 未报街道
type MissingArea struct {
	Area  AreaRef      `json:"area"`  // 街道
	State MissingState `json:"state"` // 进度
}

// CoverageTotals are the sums of both kinds and of all.
// 合计
type CoverageTotals struct {
	Economic Coverage `json:"economic"` // 新经济组织
	Social   Coverage `json:"social"`   // 新社会组织
	All      Coverage `json:"all"`      // 两类逐项相加
}

// CoverageResult is a coverage goal and how far it is reached.
// 目标完成情况
type CoverageResult struct {
	Indicator     plan.Indicator  `json:"indicator" example:"organization_coverage"` // 指标
	TargetPercent Percent         `json:"target_percent" example:"95"`               // 目标值，百分比
	Met           *bool           `json:"met" example:"false"`                       // 是否达标，按整数比较：94.996% 显示为 95.00 但未达标；分母为 0 时为 null
	Certain       bool            `json:"certain"`                                   // 未报街道报来后，达标与否是否不会再变
	Shortfall     *int64          `json:"shortfall" minimum:"0" example:"3"`         // 缺口：要达标至少还须覆盖（达标、整顿）多少个
	Bounds        *CoverageBounds `json:"bounds"`                                    // 未报街道计入后的上下限；有街道从未审核通过、或指标不以实体运营为分母时为 null
}

// CoverageBounds are the rates that the missing could lead to.
// 上下限：未报街道按其最近一次审核通过的实体运营数计入
type CoverageBounds struct {
	Lower Rate `json:"lower"` // 下限：全部未覆盖
	Upper Rate `json:"upper"` // 上限：全部已覆盖
}

// CoverageRow is one area of a coverage report.
// 报表的一行
type CoverageRow struct {
	Area      AreaRef        `json:"area"`                              // 区划
	Rank      *int64         `json:"rank" minimum:"1" example:"1"`      // 按目标指标的名次，并列同名次（1、1、3）；无数据为 null
	Band      *report.Band   `json:"band" example:"yellow"`             // 达标档次；无数据为 null
	Expected  int64          `json:"expected" minimum:"0" example:"1"`  // 应报街道数
	Reported  int64          `json:"reported" minimum:"0" example:"1"`  // 已报街道数
	Shortfall *int64         `json:"shortfall" minimum:"0" example:"3"` // 缺口；无数据为 null
	Economic  *Coverage      `json:"economic"`                          // 新经济组织；无数据为 null
	Social    *Coverage      `json:"social"`                            // 新社会组织；无数据为 null
	All       *Coverage      `json:"all"`                               // 两类逐项相加；无数据为 null
	Change    CoverageChange `json:"change"`                            // 目标指标的变化
}

// CoverageChange is the change of the goal's rate.
// 变化
type CoverageChange struct {
	PreviousPeriod     PointChange `json:"previous_period"`       // 环比
	SamePeriodLastYear PointChange `json:"same_period_last_year"` // 同比
}

// PointChange is a difference of two rates.
// 百分点变化
type PointChange struct {
	Points *Decimal `json:"points" example:"-0.05"` // 百分点，两位小数；任一期无数据则为 null
}

// Coverage is the sums of figures and what follows from them.
// 覆盖情况各项合计
type Coverage struct {
	Registered         int64 `json:"registered" minimum:"0" example:"1020"`         // 在册
	Excluded           int64 `json:"excluded" minimum:"0" example:"20"`             // 剔除（空壳、僵尸、重复）
	Standalone         int64 `json:"standalone" minimum:"0" example:"500"`          // 单独组建
	Joint              int64 `json:"joint" minimum:"0" example:"440"`               // 联合组建
	JointEligible      int64 `json:"joint_eligible" minimum:"0" example:"60"`       // 联合组建中三名以上正式党员的
	Unmet              int64 `json:"unmet" minimum:"0" example:"5"`                 // 应建未建
	WorkCovered        int64 `json:"work_covered" minimum:"0" example:"40"`         // 工作覆盖
	Members            int64 `json:"members" minimum:"0" example:"2600"`            // 正式党员数
	PartyOrganizations int64 `json:"party_organizations" minimum:"0" example:"560"` // 党组织数
	Standardized       int64 `json:"standardized" minimum:"0" example:"520"`        // 标准化规范化达标
	Weak               int64 `json:"weak" minimum:"0" example:"6"`                  // 软弱涣散
	Rectified          int64 `json:"rectified" minimum:"0" example:"4"`             // 已整顿
	Instructors        int64 `json:"instructors" minimum:"0" example:"80"`          // 党建指导员
	Operating          int64 `json:"operating" minimum:"0" example:"1000"`          // 实体运营：在册减剔除
	Covered            int64 `json:"covered" minimum:"0" example:"940"`             // 已建组织：单独组建加联合组建
	Rates              Rates `json:"rates"`                                         // 各项比率
}

// Rates are all indicators.
// 各项比率
type Rates struct {
	OrganizationCoverage Rate `json:"organization_coverage"` // 组织覆盖率
	WorkCoverage         Rate `json:"work_coverage"`         // 工作覆盖率
	StandaloneShare      Rate `json:"standalone_share"`      // 单独组建率
	EligibleBuilt        Rate `json:"eligible_built"`        // 应建已建率
	Standardization      Rate `json:"standardization"`       // 标准化规范化达标率
	Rectification        Rate `json:"rectification"`         // 整顿率
}

func coverageOf(s coverage.Sums) Coverage {
	return Coverage{
		s.Registered(), s.Excluded(), s.Standalone(), s.Joint(), s.JointEligible(), s.Unmet(), s.WorkCovered(), s.Members(),
		s.PartyOrganizations(), s.Standardized(), s.Weak(), s.Rectified(), s.Instructors(), s.Operating(), s.Covered(),
		Rates{
			rate(s.Rate(plan.OrganizationCoverage)), rate(s.Rate(plan.WorkCoverage)), rate(s.Rate(plan.StandaloneShare)),
			rate(s.Rate(plan.EligibleBuilt)), rate(s.Rate(plan.Standardization)), rate(s.Rate(plan.Rectification)),
		},
	}
}

func placeRef(p report.Place) AreaRef { return AreaRef{string(p.Code), p.Name} }

func coverageReport(c report.Coverage) CoverageReport {
	out := CoverageReport{
		Area: placeRef(c.Place), Period: string(c.Period), Basis: c.Basis, AsOf: instant(c.AsOf), Expected: c.Expected, Reported: c.Reported,
		Totals: CoverageTotals{coverageOf(c.Totals.Economic), coverageOf(c.Totals.Social), coverageOf(c.Totals.All())},
		Goal: CoverageResult{
			Indicator: c.Goal.Indicator, TargetPercent: Percent(c.Goal.TargetBP), Met: c.Goal.Met, Certain: c.Goal.Certain, Shortfall: c.Goal.Shortfall,
		},
		Rows: make([]CoverageRow, len(c.Rows)),
	}
	if b := c.Goal.Bounds; b != nil {
		out.Goal.Bounds = &CoverageBounds{rate(b.Lower), rate(b.Upper)}
	}
	for _, m := range c.Missing {
		state := MissingNone
		if m.State != "" {
			state = MissingState(m.State)
		}
		out.Missing = append(out.Missing, MissingArea{placeRef(m.Place), state})
	}
	for i, r := range c.Rows {
		out.Rows[i] = coverageRow(r)
	}
	return out
}

func coverageRow(r report.Row) CoverageRow {
	out := CoverageRow{
		Area: placeRef(r.Place), Rank: r.Rank, Expected: r.Expected, Reported: r.Reported, Shortfall: r.Shortfall,
		Change: CoverageChange{PointChange{(*Decimal)(r.PreviousPeriod)}, PointChange{(*Decimal)(r.SamePeriodLastYear)}},
	}
	if r.Band != "" {
		out.Band = &r.Band
	}
	if f := r.Figures; f != nil {
		economic, social, all := coverageOf(f.Economic), coverageOf(f.Social), coverageOf(f.All())
		out.Economic, out.Social, out.All = &economic, &social, &all
	}
	return out
}
