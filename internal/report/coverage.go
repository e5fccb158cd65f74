package report

import (
	"brandregistry/internal/area"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"cmp"
	"slices"
	"strings"
)

// Sort orders the rows of a coverage report; areas that have no place or no shortfall come last,
// equal ones by code.
// 排序
type Sort string

// The orders.
const (
	ByCode          Sort = "code"       // 区划代码
	ByRank          Sort = "rank"       // 名次从前到后
	ByRankDown      Sort = "-rank"      // 名次从后到前
	ByShortfall     Sort = "shortfall"  // 缺口从小到大
	ByShortfallDown Sort = "-shortfall" // 缺口从大到小
)

// MissingArea is a subdistrict that is expected and has not reported.
type MissingArea struct {
	Place
	State coverage.State // "": nothing was begun
}

// Coverage is the coverage of an area in a period, as known at AsOf.
type Coverage struct {
	Place
	Period             period.ID
	Basis              Basis
	AsOf               period.Instant
	Expected, Reported int64
	Missing            []MissingArea // of a district or subdistrict
	Totals             Group
	Goal               Goal
	Rows               []Row // one level down
}

// Goal is a coverage goal and how far it is reached.
type Goal struct {
	Indicator plan.Indicator
	TargetBP  int64 // hundredths of a percent
	Met       *bool // nil: the rate has no value
	Certain   bool
	Shortfall *int64
	Bounds    *Bounds
}

// Row is one area of a coverage report. Figures are nil when nothing below it was reported.
type Row struct {
	Place
	Rank                               *int64
	Band                               Band // "": none
	Expected, Reported                 int64
	Shortfall                          *int64
	Figures                            *Group
	PreviousPeriod, SamePeriodLastYear *int64 // changes in hundredths of a point
}

// GetCoverage returns a coverage report. On the basis of submitted figures it is live and takes no
// instant. It fails as begin does, and with InvalidRequest for an instant on that basis.
func GetCoverage(tx Reader, q Query, basis Basis, sort Sort) (Coverage, error) {
	s, err := begin(tx, q, "period")
	if err != nil {
		return Coverage{}, err
	}
	if basis == Submitted && q.AsOf != nil {
		return Coverage{}, fault.Invalid("as_of",
			fault.Text{ZH: "basis=submitted 是实时口径，不能同时指定 as_of。", EN: "basis=submitted is live and takes no as_of."},
			fault.Text{ZH: "请去掉 as_of；要看历史时点，请用 basis=approved。", EN: "Leave out as_of, or use basis=approved for an earlier instant."})
	}
	out := Coverage{Place: s.place(), Period: s.period, Basis: basis, AsOf: s.asOf, Totals: Group{Area: s.area.Code}}
	goal, _, err := plan.GoalOf(tx, s.area.Code, s.period.Year(), s.asOf)
	if err != nil {
		return Coverage{}, err
	}
	out.Goal = Goal{Indicator: goal.Indicator, TargetBP: goal.TargetBP}
	groups, err := figures(tx, s, s.period, basis)
	if err != nil {
		return Coverage{}, err
	}
	for _, g := range groups {
		out.Totals = out.Totals.plus(g)
	}
	out.Reported = out.Totals.Reported
	expected, err := out.fillRows(tx, s, groups)
	if err != nil {
		return Coverage{}, err
	}
	if err := out.judge(tx, s, expected, groups); err != nil {
		return Coverage{}, err
	}
	out.rank()
	out.sort(sort)
	return out, nil
}

// figures returns the groups one level down, of the area itself when it is a subdistrict.
func figures(tx Reader, s scope, p period.ID, basis Basis) ([]Group, error) {
	if basis == Submitted {
		return tx.SubmittedFigures(p, s.area.Code)
	}
	return tx.Figures(p, s.area.Code, s.asOf)
}

// fillRows makes the rows, counts what is expected and names what is missing. A row stands for every
// area that is expected to report, holds one that is, or has reported; above a district also for
// every area that exists on the period's last day.
func (c *Coverage) fillRows(tx Reader, s scope, groups []Group) (expected map[area.Code]int64, err error) {
	below, err := tx.AreasBelow(s.area.Code, s.asOf)
	if err != nil {
		return nil, err
	}
	level := s.area.Code.Level()
	named := level == area.LevelDistrict || level == area.LevelSubdistrict
	expected = make(map[area.Code]int64)
	units := below // whose own records are expected
	if level == area.LevelSubdistrict {
		units = []catalog.Area{s.area}
	}
	if !named {
		all, err := tx.Expectations(s.area.Code, s.asOf)
		if err != nil {
			return nil, err
		}
		expected = expectedOn(all, s.end)
	} else {
		for _, a := range units {
			if a.ExpectedOn(s.end) {
				expected[a.Code] = 1
			}
		}
	}
	figures := make(map[area.Code]*Group, len(groups))
	for i := range groups {
		figures[groups[i].Area] = &groups[i]
	}
	for _, n := range expected {
		c.Expected += n
	}
	if named && c.Reported < c.Expected {
		if err := c.nameMissing(tx, s, units, figures); err != nil {
			return nil, err
		}
	}
	if level == area.LevelSubdistrict {
		return expected, nil
	}
	for _, a := range below {
		row := Row{Place: Place{a.Code, a.Name}, Expected: expected[a.Code]}
		if g := figures[a.Code]; g != nil && g.Reported > 0 {
			row.Reported, row.Figures = g.Reported, g
		}
		if row.Expected > 0 || row.Reported > 0 || (!named && a.ValidOn(s.end)) {
			c.Rows = append(c.Rows, row)
		}
	}
	return expected, c.fillChanges(tx, s)
}

func (c *Coverage) nameMissing(tx Reader, s scope, units []catalog.Area, figures map[area.Code]*Group) error {
	states, err := tx.LastStates(s.period, s.area.Code, s.asOf)
	if err != nil {
		return err
	}
	for _, a := range units {
		if a.ExpectedOn(s.end) && figures[a.Code] == nil {
			c.Missing = append(c.Missing, MissingArea{Place{a.Code, a.Name}, states[a.Code]})
		}
	}
	return nil
}

// fillChanges reads the goal's rate of the period before and of the same period a year earlier.
func (c *Coverage) fillChanges(tx Reader, s scope) error {
	change := func(p period.ID, into func(*Row) **int64) error {
		groups, err := figures(tx, s, p, c.Basis)
		if err != nil {
			return err
		}
		then := make(map[area.Code]coverage.Rate, len(groups))
		for _, g := range groups {
			then[g.Area] = g.All().Rate(c.Goal.Indicator)
		}
		for i := range c.Rows {
			*into(&c.Rows[i]) = Points(c.rate(c.Rows[i]), then[c.Rows[i].Code])
		}
		return nil
	}
	if err := change(s.period.Previous(), func(r *Row) **int64 { return &r.PreviousPeriod }); err != nil {
		return err
	}
	return change(s.period.SameLastYear(), func(r *Row) **int64 { return &r.SamePeriodLastYear })
}

// rate is the goal's rate of a row; 0/0 when nothing was reported.
func (c *Coverage) rate(r Row) coverage.Rate {
	if r.Figures == nil {
		return coverage.Rate{}
	}
	return r.Figures.All().Rate(c.Goal.Indicator)
}

// judge tests the goal on the totals.
func (c *Coverage) judge(tx Reader, s scope, expected map[area.Code]int64, groups []Group) error {
	g, rate := &c.Goal, c.Totals.All().Rate(c.Goal.Indicator)
	var missing Missing
	if c.Reported < c.Expected {
		var err error
		if missing, err = s.missing(tx, c.Basis, s.area.Code, expected, groups); err != nil {
			return err
		}
	}
	g.Met, g.Shortfall = rate.Meets(g.TargetBP), Shortfall(rate, g.TargetBP)
	g.Bounds = BoundsOf(g.Indicator, rate, missing)
	g.Certain = Certain(rate, g.TargetBP, missing, g.Bounds)
	return nil
}

// rank gives every row its place, band and shortfall.
func (c *Coverage) rank() {
	rates := make([]coverage.Rate, len(c.Rows))
	for i, r := range c.Rows {
		rates[i] = c.rate(r)
	}
	for i, place := range Ranks(rates) {
		row := &c.Rows[i]
		row.Rank, row.Band, row.Shortfall = place, BandOf(rates[i], c.Goal.TargetBP), Shortfall(rates[i], c.Goal.TargetBP)
	}
}

func (c *Coverage) sort(by Sort) {
	value := func(r Row) *int64 { return nil }
	switch strings.TrimPrefix(string(by), "-") {
	case string(ByRank):
		value = func(r Row) *int64 { return r.Rank }
	case string(ByShortfall):
		value = func(r Row) *int64 { return r.Shortfall }
	}
	slices.SortStableFunc(c.Rows, func(a, b Row) int { // they come by code
		x, y := value(a), value(b)
		switch {
		case x == nil && y == nil:
			return 0
		case x == nil:
			return 1
		case y == nil:
			return -1
		case strings.HasPrefix(string(by), "-"):
			return cmp.Compare(*y, *x)
		}
		return cmp.Compare(*x, *y)
	})
}
