package coverage

import (
	"brandregistry/internal/access"
	"brandregistry/internal/plan"
	"slices"
	"strconv"
)

// Revisions lists a record's revisions below the one given (0: all), newest first. It fails with
// NotFound.
func Revisions(tx Reader, key Key, below int64, limit int) ([]Record, error) {
	e, err := seen(tx, key)
	if err != nil {
		return nil, err
	}
	if below == 0 {
		below = e.Revision + 1
	}
	return tx.CoverageRevisions(key, below, limit)
}

// CountRevisions counts a record's revisions: they are numbered without gaps. It fails with NotFound.
func CountRevisions(tx Reader, key Key) (int64, error) {
	e, err := seen(tx, key)
	return e.Revision, err
}

// Revision returns one revision. It fails with NotFound.
func Revision(tx Reader, key Key, revision int64) (Record, error) {
	if err := access.Check(tx.Actor(), access.ReadCoverage, key.Area); err != nil {
		return Record{}, err
	}
	return tx.CoverageRevision(key, revision)
}

// Difference is what changed between two revisions.
type Difference struct {
	From, To int64
	Changes  []FieldChange // figures and explanations
	Rates    []RateChange  // those that changed
}

// RateChange is a derived rate before and after. A rate is nil while its figures are incomplete or
// inconsistent.
type RateChange struct {
	Kind          Kind
	Indicator     plan.Indicator
	Before, After *Rate
}

// Diff compares two revisions. to 0 is the newest, from 0 the one before to (or the first). It fails
// with NotFound.
func Diff(tx Reader, key Key, from, to int64) (Difference, error) {
	e, err := seen(tx, key)
	if err != nil {
		return Difference{}, err
	}
	if to == 0 {
		to = e.Revision
	}
	if from == 0 {
		from = max(1, to-1)
	}
	a, err := tx.CoverageRevision(key, from)
	if err != nil {
		return Difference{}, err
	}
	b, err := tx.CoverageRevision(key, to)
	if err != nil {
		return Difference{}, err
	}
	d := Difference{From: from, To: to}
	for _, k := range Kinds {
		before, after := a.Of(k).Values(), b.Of(k).Values()
		for i := range before {
			if !equal(before[i], after[i]) {
				d.Changes = append(d.Changes, FieldChange{FigurePointer(k, i), titleOfFigure(k, i), figureText(before[i]), figureText(after[i])})
			}
		}
		for _, i := range plan.Indicators {
			if before, after := a.Of(k).rate(i), b.Of(k).rate(i); !equal(before, after) {
				d.Rates = append(d.Rates, RateChange{k, i, before, after})
			}
		}
	}
	d.Changes = append(d.Changes, explanationChanges(a.Explanations, b.Explanations)...)
	return d, nil
}

func figureText(v *int64) *string {
	if v == nil {
		return nil
	}
	s := strconv.FormatInt(*v, 10)
	return &s
}

// rate returns an indicator of figures that are complete, in range and consistent; else nil.
func (f Figures) rate(i plan.Indicator) *Rate {
	values := f.Values()
	if slices.ContainsFunc(values[:], func(v *int64) bool { return v == nil || !inRange(*v) }) {
		return nil
	}
	r := f.Sums().Rate(i)
	if r.Denominator < 0 {
		return nil
	}
	return &r
}
