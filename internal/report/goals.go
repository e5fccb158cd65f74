package report

import (
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
)

// GoalName names a goal.
// 目标名称
type GoalName string

// The goals.
const (
	GoalCoverage GoalName = "coverage" // 组织覆盖
	GoalBrands   GoalName = "brands"   // 党建品牌
)

// Unit is what a goal is counted in.
// 计量单位
type Unit string

// The units.
const (
	UnitPercent Unit = "percent" // 百分比；差距为百分点
	UnitBrands  Unit = "brands"  // 个
)

// Goals are the goals of an area in a period, as known at AsOf.
type Goals struct {
	Place
	Period period.ID
	AsOf   period.Instant
	Goals  []GoalState
}

// GoalState is how far a goal is reached. Target, Actual and Gap are in hundredths: of a percent (of a
// point for the gap), or of a brand.
type GoalState struct {
	Name   GoalName
	Target int64
	Actual *int64
	Met    *bool
	Gap    *int64
	Unit   Unit
}

// GetGoals returns the goals of the period's year: that of coverage, on the official figures, and
// that of brands where the area has one, by the brands that count on the period's last day, or on AsOf's,
// when that is earlier: the same AsOf tells the same for ever. It fails as begin does.
func GetGoals(tx Reader, q Query) (Goals, error) {
	s, err := begin(tx, q, "period")
	if err != nil {
		return Goals{}, err
	}
	goal, _, err := plan.GoalOf(tx, s.area.Code, s.period.Year(), s.asOf)
	if err != nil {
		return Goals{}, err
	}
	total, err := tx.Total(s.period, s.area.Code, s.asOf)
	if err != nil {
		return Goals{}, err
	}
	rate := total.All().Rate(goal.Indicator)
	out := Goals{Place: s.place(), Period: s.period, AsOf: s.asOf, Goals: []GoalState{{
		Name: GoalCoverage, Target: goal.TargetBP, Actual: rate.HundredthsOfPercent(),
		Met: rate.Meets(goal.TargetBP), Gap: Gap(rate, goal.TargetBP), Unit: UnitPercent,
	}}}
	if goal.BrandTarget != nil {
		b := Brands{On: min(s.end, tx.Calendar().Day(s.asOf)), AsOf: s.asOf, Target: goal.BrandTarget, Level: goal.BrandLevel}
		counts, err := countsOf(tx, s.area.Code, b.On, s.asOf)
		if err != nil {
			return Goals{}, err
		}
		b.settle(counts)
		actual, gap := 100*b.Count, 100**b.Gap
		out.Goals = append(out.Goals, GoalState{Name: GoalBrands, Target: 100 * *goal.BrandTarget, Actual: &actual, Met: b.Met, Gap: &gap, Unit: UnitBrands})
	}
	return out, nil
}
