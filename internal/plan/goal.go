package plan

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/period"
)

// What holds where nothing is set.
const (
	defaultTargetBP    int64 = 9500
	defaultBrandTarget int64 = 20 // at a district
)

// Goals are the goals of one year around an area, by the area they are set for. Look-ups are good
// for the area they were read for and all below.
type Goals struct {
	Year int
	Set  map[area.Code]Goal
}

// Of returns the goal that holds for a. Its coverage part is the nearest up the code, else 95 %
// organization coverage; its brand part is a's own, else 20 brands at a district and none elsewhere.
// from is the area that the coverage part is inherited from; nil when it is a's own or the default.
// Version is that of the row the coverage part is from, 0 for the default.
func (g Goals) Of(a area.Code) (goal Goal, from *area.Code) {
	set, found := nearest(g.Set, a)
	if found && set.Area == a {
		return set, nil
	}
	goal = Goal{Area: a, Year: g.Year, BrandLevel: BrandDistrict, Indicator: OrganizationCoverage, TargetBP: defaultTargetBP}
	if a.Level() == area.LevelDistrict {
		n := defaultBrandTarget
		goal.BrandTarget = &n
	}
	if found {
		goal.Indicator, goal.TargetBP, goal.Version = set.Indicator, set.TargetBP, set.Version
		from = &set.Area
	}
	return goal, from
}

// GoalOf returns the goal of a year that held for a at asOf (period.Never: now), as Goals.Of does.
func GoalOf(tx GoalReader, a area.Code, year int, asOf period.Instant) (goal Goal, from *area.Code, err error) {
	g, err := tx.Goals(year, a, asOf)
	if err != nil {
		return Goal{}, nil, err
	}
	goal, from = g.Of(a)
	return goal, from, nil
}

// GetGoal returns the goal of a year that holds for a now, as Goals.Of does. It fails with NotFound
// when there is no such area.
func GetGoal(tx Reader, a area.Code, year int) (goal Goal, from *area.Code, err error) {
	if err := mayRead(tx, a); err != nil {
		return Goal{}, nil, err
	}
	return GoalOf(tx, a, year, period.Never)
}

// Targets are what a goal asks for.
type Targets struct {
	BrandTarget *int64 // brands; nil: no target
	BrandLevel  BrandLevel
	Indicator   Indicator
	TargetBP    int64 // hundredths of a percent
}

// SetGoal sets the goal of a year for a. It reports whether it is a's first own one. It fails with
// NotFound when there is no such area, Forbidden outside the actor's, and Stale or
// PreconditionRequired for the precondition (a goal that is inherited may be named or not).
func SetGoal(tx Writer, a area.Code, year int, pre audit.Precondition, to Targets) (goal Goal, first bool, err error) {
	if err := mayWrite(tx, a); err != nil {
		return Goal{}, false, err
	}
	g, err := tx.Goals(year, a, period.Never)
	if err != nil {
		return Goal{}, false, err
	}
	goal, _ = g.Of(a)
	if _, own := g.Set[a]; own {
		err = pre.Existing(goal.Version)
	} else {
		first, err = true, pre.Inherited(goal.Version)
		goal = Goal{Area: a, Year: year}
	}
	if err != nil {
		return Goal{}, false, err
	}
	goal.BrandTarget, goal.BrandLevel, goal.Indicator, goal.TargetBP = to.BrandTarget, to.BrandLevel, to.Indicator, to.TargetBP
	return goal, first, tx.SaveGoal(&goal, audit.Change{Action: setGoal})
}
