package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/report"
)

// standing is the condition of the standings within an area that hold on a day, as known at an instant;
// standingArgs are its arguments.
const standing = "area >= ? AND area < ? AND since <= ? AND until > ? AND from_day <= ? AND to_day > ?"

func standingArgs(within area.Code, on period.Date, asOf period.Instant) []any {
	from, to := within.Range()
	return []any{from, to, asOf, asOf, string(on), string(on)}
}

// countStandings counts the standings within an area that hold on a day, as known at an instant, by
// subdistrict.
func (r *Reader) countStandings(within area.Code, on period.Date, asOf period.Instant) ([]report.BrandGroup, error) {
	var out []report.BrandGroup
	err := r.each(func(scan func(...any) error) error {
		var code area.Code
		var s brand.Standing
		var n int64
		if err := scan(&code, &s.State, &s.Field, &s.Level, &s.Due, &n); err != nil {
			return err
		}
		if len(out) == 0 || out[len(out)-1].Area != code {
			out = append(out, report.BrandGroup{Area: code, Counts: brand.Counts{}})
		}
		counts := out[len(out)-1].Counts
		counts.Add(string(s.State), n)
		counts.AddStanding(s, n)
		return nil
	}, "SELECT area, state, field, level, due, count(*) FROM brand_standings WHERE "+standing+" GROUP BY area, state, field, level, due ORDER BY area, state, field, level, due",
		standingArgs(within, on, asOf)...)
	return out, err
}

// dayTotalQuery reads what the brands of an area count as on a day.
const dayTotalQuery = "SELECT d.counts FROM brand_day_totals d WHERE d.digits = ? AND d.area = ? AND d.day <= ? ORDER BY d.day DESC LIMIT 1"

// brandTotalsQuery reads, with a search or two an area, the totals of the areas of a level.
const brandTotalsQuery = `SELECT a.code, coalesce(t.changed, 0), coalesce(t.counts, '{}'),
		coalesce((SELECT d.counts FROM brand_day_totals d WHERE d.digits = ? AND d.area = a.code AND d.day <= ? ORDER BY d.day DESC LIMIT 1), '{}')
	FROM areas a LEFT JOIN brand_totals t ON t.digits = ? AND t.area = a.code
	WHERE a.digits = ? AND a.code >= ? AND a.code < ? AND a.since <= ? AND a.until > ? ORDER BY a.code`

// BrandCounts returns what the brands of the areas of a level within an area count as on a day, as known
// at the instant, by code. Above subdistricts they are the totals; where a total has changed since, the
// standings are counted instead. Of subdistricts, those without brands are left out, and a district's
// own brands stand under its own code.
func (r *Reader) BrandCounts(level area.Level, within area.Code, on period.Date, asOf period.Instant) ([]report.BrandGroup, error) {
	if level == area.LevelSubdistrict {
		return r.countStandings(within, on, asOf)
	}
	from, to := within.Range()
	var out []report.BrandGroup
	var old []int // where the total has changed since
	err := r.each(func(scan func(...any) error) error {
		g := report.BrandGroup{Counts: brand.Counts{}}
		var changed period.Instant
		var days brand.Counts
		if err := scan(&g.Area, &changed, &g.Counts, &days); err != nil {
			return err
		}
		g.Counts.Plus(days)
		if changed > asOf {
			old = append(old, len(out))
		}
		out = append(out, g)
		return nil
	}, brandTotalsQuery, level.Digits(), string(on), level.Digits(), level.Digits(), from, to, asOf, asOf)
	if err != nil {
		return nil, err
	}
	next, _ := level.Next()
	for _, i := range old { // of its parts, many have not changed
		parts, err := r.BrandCounts(next, out[i].Area, on, asOf)
		if err != nil {
			return nil, err
		}
		out[i].Counts = brand.Counts{}
		for _, g := range parts {
			out[i].Counts.Plus(g.Counts)
		}
	}
	return out, nil
}
