package report

import (
	"brandregistry/internal/area"
)

// few is the share of missing subdistricts, one in so many, below which it pays to look where they are.
const few = 10

// missing sums up what is missing for the report. expected and groups are those one level below at.
// Where few are missing of an area above a district, it looks for them in the areas below only that lack some:
// one subdistrict missing of a nation costs the reading of one district.
func (s scope) missing(tx Reader, basis Basis, at area.Code, expected map[area.Code]int64, groups []Group) (Missing, error) {
	if short, all := lacking(expected, groups); basis == Submitted || len(at) >= area.LevelDistrict.Digits() || short*few > all {
		return tx.MissingWithin(s.period, at, s.asOf, basis)
	}
	reported := make(map[area.Code]int64, len(groups))
	for _, g := range groups {
		reported[g.Area] = g.Reported
	}
	var sum Missing
	for below, n := range expected {
		if reported[below] >= n {
			continue
		}
		m, err := s.missingBelow(tx, basis, below)
		if err != nil {
			return Missing{}, err
		}
		sum = Missing{sum.Areas + m.Areas, sum.Known + m.Known, sum.Operating + m.Operating}
	}
	return sum, nil
}

func (s scope) missingBelow(tx Reader, basis Basis, at area.Code) (Missing, error) {
	if len(at) >= area.LevelDistrict.Digits() {
		return tx.MissingWithin(s.period, at, s.asOf, basis)
	}
	all, err := tx.Expectations(at, s.asOf)
	if err != nil {
		return Missing{}, err
	}
	groups, err := tx.Figures(s.period, at, s.asOf)
	if err != nil {
		return Missing{}, err
	}
	return s.missing(tx, basis, at, expectedOn(all, s.end), groups)
}

// lacking returns how many records are missing of all that are expected.
func lacking(expected map[area.Code]int64, groups []Group) (short, all int64) {
	for _, n := range expected {
		all += n
	}
	short = all
	for _, g := range groups {
		short -= g.Reported
	}
	return short, all
}
