package report

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"slices"
)

// BrandGroup is what the brands of an area count as.
type BrandGroup struct {
	Area   area.Code
	Counts brand.Counts
}

// BrandQuery says which report of brands is asked for.
type BrandQuery struct {
	Area area.Code       // "": the actor's
	On   period.Date     // "": the day of AsOf as it was asked for, today without one
	AsOf *period.Instant // nil: the newest; lowered to the newest event at or before it
}

// Brands is how many brands an area has on a day, as known at AsOf.
type Brands struct {
	Place
	On     period.Date
	AsOf   period.Instant
	Target *int64          // brands; nil: no goal
	Level  plan.BrandLevel // the least that counts
	Count  int64
	Met    *bool
	Gap    *int64 // brands still to be recognized
	Counts brand.Counts
	Rows   []BrandRow
}

// BrandRow is an area one level down. A district's own brands have a row of their own.
type BrandRow struct {
	Place
	Count  int64
	Counts brand.Counts
}

// GetBrands returns the report of the brands of an area. It fails as begin does, and with InvalidRequest
// for a day to come.
func GetBrands(tx Reader, q BrandQuery) (Brands, error) {
	if q.Area == "" {
		q.Area = tx.Actor().Area
	}
	if err := access.Check(tx.Actor(), access.ReadReports, q.Area); err != nil {
		return Brands{}, err
	}
	asOf, err := knowledge(tx, q.AsOf)
	if err != nil {
		return Brands{}, err
	}
	today := tx.Today()
	switch {
	case q.On == "" && q.AsOf != nil:
		q.On = min(today, tx.Calendar().Day(*q.AsOf))
	case q.On == "":
		q.On = today
	case q.On > today:
		return Brands{}, fault.Invalid("on", fault.Textf("统计日期 %s 还没有到，还没有报表。", "%s is to come: there is no report yet.", string(q.On)),
			fault.Textf("请填今天（%s）或以前的日期；不填统计日期（on）的，默认为今天。", "Give today (%s) or an earlier day; today is the default without on.", string(today)))
	}
	a, err := tx.AreaAsOf(q.Area, asOf)
	if err != nil {
		return Brands{}, err
	}
	out := Brands{Place: Place{a.Code, a.Name}, On: q.On, AsOf: asOf}
	if err := out.goal(tx, a.Code); err != nil {
		return Brands{}, err
	}
	rows, err := tx.AreasBelow(a.Code, asOf)
	if err != nil {
		return Brands{}, err
	}
	level, below := a.Code.Level().Next()
	if !below {
		level = area.LevelSubdistrict
	}
	groups, err := tx.BrandCounts(level, a.Code, q.On, asOf)
	if err != nil {
		return Brands{}, err
	}
	counts := map[area.Code]brand.Counts{}
	own := brand.Counts{}
	for _, g := range groups {
		counts[g.Area] = g.Counts
		own.Plus(g.Counts)
	}
	if level != area.LevelSubdistrict {
		if own, err = countsOf(tx, a.Code, q.On, asOf); err != nil {
			return Brands{}, err
		}
	}
	out.settle(own)
	if organs, any := counts[a.Code]; any && below && level == area.LevelSubdistrict {
		out.Rows = append(out.Rows, BrandRow{out.Place, organs.From(out.Level, ""), organs})
	}
	for _, r := range rows {
		c, any := counts[r.Code]
		if !any && (!r.ValidOn(q.On) || level == area.LevelSubdistrict && !r.Reports) {
			continue // there is no such place, or it has no brands
		}
		out.Rows = append(out.Rows, BrandRow{Place{r.Code, r.Name}, c.From(out.Level, ""), c})
	}
	slices.SortStableFunc(out.Rows, func(x, y BrandRow) int { return slices.Compare([]byte(x.Code), []byte(y.Code)) })
	return out, nil
}

// countsOf returns what the brands of one area count as.
func countsOf(tx Reader, a area.Code, on period.Date, asOf period.Instant) (brand.Counts, error) {
	groups, err := tx.BrandCounts(a.Level(), a, on, asOf)
	all := brand.Counts{}
	for _, g := range groups {
		all.Plus(g.Counts)
	}
	return all, err
}

// goal finds what is aimed at in the day's year.
func (b *Brands) goal(tx Reader, a area.Code) error {
	goal, _, err := plan.GoalOf(tx, a, period.Of(b.On, period.Yearly).Year(), b.AsOf)
	b.Target, b.Level = goal.BrandTarget, goal.BrandLevel
	return err
}

// settle counts and holds the count against the target.
func (b *Brands) settle(counts brand.Counts) {
	b.Counts, b.Count = counts, counts.From(b.Level, "")
	if b.Target != nil {
		met, gap := b.Count >= *b.Target, max(0, *b.Target-b.Count)
		b.Met, b.Gap = &met, &gap
	}
}
