package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/text"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// inForce matches the rows in force; as a literal, so that partial indexes serve.
const inForce = "until = 9223372036854775807"

const areaColumns = "code, since, until, digits, name, reports, valid_from, valid_to, successors, version"

func scanArea(scan func(...any) error) (a catalog.Area, err error) {
	err = scan(&a.Code, &a.Since, &a.Until, &a.Digits, &a.Name, &a.Reports, &a.ValidFrom, &a.ValidTo, &a.Successors, &a.Version)
	return a, err
}

// Area returns the area as known now. It fails with NotFound.
func (r *Reader) Area(code area.Code) (catalog.Area, error) {
	return r.store.caches.areas.get(r.planAt, r.planChanged, code, func() (catalog.Area, error) {
		a, err := scanArea(r.row("SELECT "+areaColumns+" FROM areas WHERE code = ? AND "+inForce, string(code)).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			err = fault.Missing(fault.Textf("区划 %s ", "The area %s", code))
		}
		return a, err
	})
}

func (r *Reader) areasWhere(f catalog.Filter) (string, []any) {
	where, args := []string{inForce}, []any{}
	and := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	if f.Parent != "" {
		next, _ := f.Parent.Level().Next() // of a subdistrict "", of 0 digits: nothing lies below
		from, to := f.Parent.Range()
		if next == "" {
			and("1 = 0")
		}
		and("digits = ? AND code >= ? AND code < ?", next.Digits(), from, to)
	}
	if f.On != nil {
		and("(valid_from IS NULL OR valid_from <= ?) AND (valid_to IS NULL OR valid_to >= ?)", string(*f.On), string(*f.On))
	}
	if f.Text != "" {
		and("(substr(code, 1, ?) = ? OR "+r.store.engine.contains("text")+")", utf8.RuneCountInString(f.Text), f.Text, f.Text)
	}
	return " FROM areas WHERE " + strings.Join(where, " AND "), args
}

// Areas lists areas as known now, by code.
func (r *Reader) Areas(f catalog.Filter) ([]catalog.Area, error) {
	query, args := r.areasWhere(f)
	order := " ORDER BY code"
	compare := " AND code > ?"
	if f.Descending {
		order, compare = " ORDER BY code DESC", " AND code < ?"
	}
	if f.After != "" {
		query, args = query+compare, append(args, string(f.After))
	}
	if query += order; f.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, f.Limit)
	}
	var out []catalog.Area
	err := r.each(func(scan func(...any) error) error {
		a, err := scanArea(scan)
		out = append(out, a)
		return err
	}, "SELECT "+areaColumns+query, args...)
	return out, err
}

// CountAreas counts what Areas would list without After and Limit.
func (r *Reader) CountAreas(f catalog.Filter) (n int64, err error) {
	query, args := r.areasWhere(f)
	err = r.row("SELECT count(*)"+query, args...).Scan(&n)
	return n, err
}

// OfficialPeriods lists the periods for which the area itself has an official record, first to last.
func (r *Reader) OfficialPeriods(code area.Code) (out []period.ID, err error) {
	err = r.each(func(scan func(...any) error) error {
		var p period.ID
		err := scan(&p)
		out = append(out, p)
		return err
	}, "SELECT period FROM coverage_revisions WHERE area = ? AND since < 9223372036854775807 AND "+inForce+" ORDER BY period", string(code))
	return out, err
}

// reportedQuery jumps from period to period along the primary key of the totals.
const reportedQuery = `
WITH RECURSIVE totaled(id) AS (SELECT min(period) FROM coverage_totals
	UNION ALL SELECT (SELECT min(period) FROM coverage_totals WHERE period > totaled.id) FROM totaled WHERE id IS NOT NULL)
SELECT id FROM totaled WHERE id IS NOT NULL
	AND coalesce((SELECT t.reported FROM coverage_totals t WHERE t.period = totaled.id AND t.digits = 0 AND t.area = '0'), 0) > 0 ORDER BY id`

// ReportedPast lists the ended periods for which any area has an official record, first to last.
func (r *Reader) ReportedPast() ([]period.ID, error) {
	all, err := r.periods(reportedQuery)
	return slices.DeleteFunc(all, func(p period.ID) bool { return p.EndsOn() >= r.Today() }), err
}

// Reporting reports whether the area may still submit for the period, and whether everyone who is expected
// to in its district has an official record of it.
func (r *Reader) Reporting(p period.ID, code area.Code) (open, complete bool, err error) {
	d, err := plan.DeadlinesOf(r, p, code, nil)
	if err != nil {
		return false, false, err
	}
	total, err := r.Total(p, code.District(), r.Now())
	if err != nil {
		return false, false, err
	}
	expected, err := r.ExpectedWithin(code.District(), p.EndsOn(), r.Now())
	return !d.Locked(r.Now()), total.Reported >= int64(len(expected)), err
}

// Predecessors lists the areas that name this one as a successor, as known now.
func (r *Reader) Predecessors(code area.Code) ([]catalog.Area, error) {
	all, err := r.store.caches.mergers.get(r.planAt, r.planChanged, struct{}{}, r.mergers)
	return all[code], err
}

// SaveAreas writes the areas and one event each.
func (w *Writer) SaveAreas(c audit.Change, areas ...*catalog.Area) error {
	for _, a := range areas {
		a.Text = text.Searchable(a.Name)
	}
	return save(w, c, areas...)
}
