package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"strings"
)

// planKey names what one look-up of the plan is cached under. Areas of a district share one entry.
type planKey struct {
	area   area.Code
	period period.ID
	year   int
}

// around returns the conditions' arguments for all above a's district and for all within it.
func around(a area.Code) (above [3]any, from, to string) {
	d := a.District()
	above = [3]any{"", "", ""}
	for i, c := range d.Upward()[1:] {
		above[i] = string(c)
	}
	from, to = d.Range()
	return above, from, to
}

const scheduleQuery = `
SELECT 0, area, since, until, version, opens_on, due_on, closes_on FROM windows
	WHERE period = ? AND area IN (?, ?, ?) AND ` + inForce + `
UNION ALL SELECT 0, area, since, until, version, opens_on, due_on, closes_on FROM windows
	WHERE period = ? AND area >= ? AND area < ? AND ` + inForce + `
UNION ALL SELECT 1, area, since, until, version, allowed_until, reason, '' FROM extensions
	WHERE period = ? AND area IN (?, ?, ?) AND ` + inForce + `
UNION ALL SELECT 1, area, since, until, version, allowed_until, reason, '' FROM extensions
	WHERE period = ? AND area >= ? AND area < ? AND ` + inForce

// Schedule returns the windows and extensions of p in force for a, all above it and all below its
// district. It must not be changed: it is shared.
func (r *Reader) Schedule(p period.ID, a area.Code) (plan.Schedule, error) {
	return r.store.caches.schedules.get(r.planAt, r.planChanged, planKey{area: a.District(), period: p}, func() (plan.Schedule, error) {
		otherwise := plan.DefaultWindow(p)
		s := plan.Schedule{Period: p, Windows: map[area.Code]plan.Window{}, Extensions: map[area.Code]plan.Extension{}, Default: &otherwise}
		up, from, to := around(a)
		id := string(p)
		err := r.each(func(scan func(...any) error) error {
			var (
				kind                 int
				w                    = plan.Window{Period: p}
				first, second, third string
			)
			if err := scan(&kind, &w.Area, &w.Since, &w.Until, &w.Version, &first, &second, &third); err != nil {
				return err
			}
			if kind == 0 {
				w.OpensOn, w.DueOn, w.ClosesOn = period.Date(first), period.Date(second), period.Date(third)
				s.Windows[w.Area] = w
				return nil
			}
			s.Extensions[w.Area] = plan.Extension{Period: p, Area: w.Area, Since: w.Since, Until: w.Until, Version: w.Version,
				AllowedUntil: period.Date(first), Reason: second}
			return nil
		}, scheduleQuery, id, up[0], up[1], up[2], id, from, to, id, up[0], up[1], up[2], id, from, to)
		return s, err
	})
}

const goalColumns = "SELECT area, since, until, version, brand_target, brand_level, indicator, target_bp FROM goals"

// Goals returns the goals of a year as they stood at asOf (period.Never: now) for a, all above it
// and all below its district. It must not be changed: it is shared.
func (r *Reader) Goals(year int, a area.Code, asOf period.Instant) (plan.Goals, error) {
	load := func(when string, at ...any) (plan.Goals, error) {
		g := plan.Goals{Year: year, Set: map[area.Code]plan.Goal{}}
		up, from, to := around(a)
		args := append([]any{year, up[0], up[1], up[2]}, at...)
		args = append(append(args, year, from, to), at...)
		err := r.each(func(scan func(...any) error) error {
			row := plan.Goal{Year: year}
			if err := scan(&row.Area, &row.Since, &row.Until, &row.Version, &row.BrandTarget, &row.BrandLevel, &row.Indicator, &row.TargetBP); err != nil {
				return err
			}
			g.Set[row.Area] = row
			return nil
		}, goalColumns+" WHERE year = ? AND area IN (?, ?, ?) AND "+when+
			" UNION ALL "+goalColumns+" WHERE year = ? AND area >= ? AND area < ? AND "+when, args...)
		return g, err
	}
	// Nothing of the plan changed after planAt, but for what this transaction itself wrote.
	if asOf < r.planAt || (r.planChanged && asOf < r.now) {
		return load("since <= ? AND until > ?", asOf, asOf)
	}
	return r.store.caches.goals.get(r.planAt, r.planChanged, planKey{area: a.District(), year: year}, func() (plan.Goals, error) {
		return load(inForce)
	})
}

// AreaExists fails with NotFound when the catalogue does not hold the area.
func (r *Reader) AreaExists(a area.Code) error {
	_, err := r.Area(a)
	return err
}

const windowsForQuery = `SELECT period, area, since, until, opens_on, due_on, closes_on, version FROM windows
	WHERE ` + inForce + ` AND period BETWEEN ? AND ? AND area IN (`

// WindowsFor returns the windows in force of the periods from … to (inclusive) that are set for a
// or above it.
func (r *Reader) WindowsFor(a area.Code, from, to period.ID) ([]plan.Window, error) {
	up := a.Upward()
	args := []any{string(from), string(to)}
	for _, c := range up {
		args = append(args, string(c))
	}
	var out []plan.Window
	err := r.each(func(scan func(...any) error) error {
		var w plan.Window
		if err := scan(&w.Period, &w.Area, &w.Since, &w.Until, &w.OpensOn, &w.DueOn, &w.ClosesOn, &w.Version); err != nil {
			return err
		}
		out = append(out, w)
		return nil
	}, windowsForQuery+"?"+strings.Repeat(", ?", len(up)-1)+")", args...)
	return out, err
}

// reportedPeriodsQuery jumps from period to period along the primary key: it reads a row a period,
// however many records there are.
const reportedPeriodsQuery = `
WITH RECURSIVE found(id) AS (
	SELECT min(period) FROM coverage_revisions WHERE period >= ?
	UNION ALL
	SELECT (SELECT min(period) FROM coverage_revisions WHERE period > found.id) FROM found WHERE found.id < ?
)
SELECT id FROM found WHERE id <= ? AND length(id) = ? AND EXISTS (
	SELECT 1 FROM coverage_revisions WHERE period = found.id AND area >= ? AND area < ?)`

// ReportedPeriods returns the periods of the frequency, from … to (inclusive) and ascending, of
// which records lie within a.
func (r *Reader) ReportedPeriods(a area.Code, f period.Frequency, from, to period.ID) ([]period.ID, error) {
	low, high := a.Range()
	var out []period.ID
	err := r.each(func(scan func(...any) error) error {
		var id period.ID
		if err := scan(&id); err != nil {
			return err
		}
		out = append(out, id)
		return nil
	}, reportedPeriodsQuery, string(from), string(to), string(to), len(period.Of("2000-01-01", f)), low, high)
	return out, err
}

// SaveWindow writes a window.
func (w *Writer) SaveWindow(row *plan.Window, c audit.Change) error { return save(w, c, row) }

// SaveExtension writes an extension.
func (w *Writer) SaveExtension(row *plan.Extension, c audit.Change) error { return save(w, c, row) }

// RemoveExtension ends an extension.
func (w *Writer) RemoveExtension(row *plan.Extension, c audit.Change) error { return remove(w, c, row) }

// SaveGoal writes a goal.
func (w *Writer) SaveGoal(row *plan.Goal, c audit.Change) error { return save(w, c, row) }
