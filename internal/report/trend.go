package report

import (
	"brandregistry/internal/area"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"slices"
)

// The length of a trend, in periods.
const (
	MaxTrend     = 120
	defaultTrend = 12
)

// TrendQuery says which trend is asked for.
type TrendQuery struct {
	Area      area.Code       // "": the actor's
	Indicator plan.Indicator  // "": that of the area's goal in the last period's year
	From, To  period.ID       // "": 12 periods up to the last ended
	AsOf      *period.Instant // as in Query
}

// Trend is the course of an indicator, as known at AsOf.
type Trend struct {
	Place
	Indicator plan.Indicator
	From, To  period.ID
	AsOf      period.Instant
	Points    []Point // one a period
}

// Point is an indicator's rate in a period. TargetBP and Met are nil when the goal of the period's year
// is on another indicator.
type Point struct {
	Period             period.ID
	Rate               coverage.Rate
	Expected, Reported int64
	TargetBP           *int64
	Met                *bool
}

// GetTrend returns a trend. It fails as begin does, and with InvalidRequest when from is after to or
// more than MaxTrend periods lie between.
func GetTrend(tx Reader, q TrendQuery) (Trend, error) {
	s, err := begin(tx, Query{Area: q.Area, Period: q.To, AsOf: q.AsOf}, "to")
	if err != nil {
		return Trend{}, err
	}
	periods, err := span(tx, q.From, s.period)
	if err != nil {
		return Trend{}, err
	}
	goals := make(map[int]plan.Goal)
	for _, p := range periods {
		if _, known := goals[p.Year()]; !known {
			if goals[p.Year()], _, err = plan.GoalOf(tx, s.area.Code, p.Year(), s.asOf); err != nil {
				return Trend{}, err
			}
		}
	}
	if q.Indicator == "" {
		q.Indicator = goals[s.period.Year()].Indicator
	}
	expectations, err := tx.Expectations(s.area.Code, s.asOf)
	if err != nil {
		return Trend{}, err
	}
	out := Trend{Place: s.place(), Indicator: q.Indicator, From: periods[0], To: s.period, AsOf: s.asOf}
	for _, p := range periods {
		total, err := tx.Total(p, s.area.Code, s.asOf)
		if err != nil {
			return Trend{}, err
		}
		point := Point{Period: p, Rate: total.All().Rate(q.Indicator), Reported: total.Reported}
		for _, n := range expectedOn(expectations, p.EndsOn()) {
			point.Expected += n
		}
		if goal := goals[p.Year()]; goal.Indicator == q.Indicator {
			point.TargetBP, point.Met = &goal.TargetBP, point.Rate.Meets(goal.TargetBP)
		}
		out.Points = append(out.Points, point)
	}
	return out, nil
}

// span lists the periods from … to, first to last.
func span(tx Reader, from, to period.ID) ([]period.ID, error) {
	if from != "" {
		if err := checkPeriod(tx, "from", from); err != nil {
			return nil, err
		}
	}
	if from > to {
		return nil, fault.Invalid("from",
			fault.Textf("起始期 %s 晚于截止期 %s。", "from (%s) is after to (%s).", from, to),
			fault.Text{ZH: "请对调 from 与 to。", EN: "Exchange from and to."})
	}
	var out []period.ID // last to first
	for p := to; ; p = p.Previous() {
		out = append(out, p)
		if p == from || (from == "" && len(out) == defaultTrend) {
			break
		}
		if len(out) == MaxTrend {
			return nil, fault.Invalid("from",
				fault.Textf("从 %s 到 %s 超过 %d 期。", "From %s to %s are more than %d periods.", from, to, MaxTrend),
				fault.Textf("请把 from 改为 %s 或之后，或分几次查询。", "Give a from of %s or later, or ask in several requests.", p))
		}
	}
	slices.Reverse(out)
	return out, nil
}
