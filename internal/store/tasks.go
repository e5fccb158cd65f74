package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
)

// nearestDay is the column, in SQL, of the nearest row up the code of the area at that a table of the plan
// holds for a period. Where none of them lies below the area asked for, it is the same day for all.
func nearestDay[V any](set map[area.Code]V, p period.ID, within area.Code, table, column, at string, same, otherwise period.Date) (query string, args []any) {
	for code := range set {
		if code != within && within.Contains(code) {
			return "coalesce((SELECT n." + column + " FROM " + table + " n WHERE n.period = ? AND n." + inForce + " AND n.area IN (" +
				at + ", substr(" + at + ", 1, 6), substr(" + at + ", 1, 4), substr(" + at + ", 1, 2), '0') ORDER BY length(n.area) DESC LIMIT 1), ?)", []any{string(p), string(otherwise)}
		}
	}
	return "CAST(? AS TEXT)", []any{string(same)}
}

// opensAndDue are the first day of the area at, in SQL, and its last in time.
func opensAndDue(s plan.Schedule, within area.Code, at string) (query string, args []any) {
	same, _ := s.Window(within)
	otherwise := plan.DefaultWindow(s.Period)
	opens, first := nearestDay(s.Windows, s.Period, within, "windows", "opens_on", at, same.OpensOn, otherwise.OpensOn)
	due, last := nearestDay(s.Windows, s.Period, within, "windows", "due_on", at, same.DueOn, otherwise.DueOn)
	return opens + " AS opens, " + due + " AS due", append(first, last...)
}

// closes is the last day of the record c, in SQL, extensions and its own until counted.
func (r *Reader) closes(s plan.Schedule, within area.Code) (query string, args []any) {
	same, _ := s.Window(within)
	window, args := nearestDay(s.Windows, s.Period, within, "windows", "closes_on", "c.area", same.ClosesOn, plan.DefaultWindow(s.Period).ClosesOn)
	var extended period.Date
	if e := s.Extension(within); e != nil {
		extended = e.AllowedUntil
	}
	extension, more := nearestDay(s.Extensions, s.Period, within, "extensions", "allowed_until", "c.area", extended, "")
	return r.store.engine.latest(window, extension, "coalesce(c.allowed_until, '')") + " AS closes", append(args, more...)
}

// UnfiledPlaces lists the subdistricts within an area that are expected to report the schedule's period, may
// do so today, must do so before a day, and have no record: those due first, then by code, at most limit.
func (r *Reader) UnfiledPlaces(s plan.Schedule, within area.Code, dueBefore period.Date, limit int) ([]coverage.Unfiled, error) {
	from, to := within.Range()
	days, args := opensAndDue(s, within, "a.code")
	last := string(s.Period.EndsOn())
	var out []coverage.Unfiled
	err := r.each(func(scan func(...any) error) error {
		var at coverage.Unfiled
		err := scan(&at.Area, &at.Name)
		out = append(out, at)
		return err
	}, "SELECT code, name FROM (SELECT a.code AS code, a.name AS name, "+days+" FROM areas a WHERE a.digits = 9 AND a.code >= ? AND a.code < ? AND a."+inForce+" AND "+expectedOn+
		" AND NOT EXISTS (SELECT 1 FROM coverage_revisions c WHERE c.period = ? AND c.area = a.code)) AS u WHERE opens <= ? AND due < ? ORDER BY due, code LIMIT ?",
		append(args, from, to, last, last, string(s.Period), string(r.Today()), string(dueBefore), limit)...)
	return out, err
}

const openColumns = `c.period AS period, c.area AS area, a.name AS name, c.revision AS revision, c.state AS state, c.created_at AS created_at, c.return_reason AS return_reason,
	c.allowed_until AS allowed_until, c.submitted_at AS submitted_at, c.submitted_by AS submitted_by, c.decided_at AS decided_at`

// openRecords reads what begins with openColumns.
func (r *Reader) openRecords(query string, args ...any) (out []coverage.Open, err error) {
	err = r.each(func(scan func(...any) error) error {
		var o coverage.Open
		err := scan(&o.Period, &o.Area, &o.Name, &o.Revision, &o.State, &o.CreatedAt, &o.ReturnReason, &o.AllowedUntil,
			&o.SubmittedAt, &o.SubmittedBy, &o.DecidedAt)
		out = append(out, o)
		return err
	}, query, args...)
	return out, err
}

// openFrom is where the records of a period within an area that are in one of two states are read from;
// expectedOn follows.
const openFrom = " FROM coverage_revisions c JOIN areas a ON a.digits = 9 AND a.code = c.area AND a." + inForce +
	" WHERE c.state <> 'approved' AND c.period = ? AND c.area >= ? AND c.area < ? AND c.state IN (?, ?) AND "

// unfinished selects a period's drafts and returned records of areas that are expected to report it, with
// their days.
func (r *Reader) unfinished(s plan.Schedule, within area.Code) (query string, args []any) {
	from, to := within.Range()
	days, args := opensAndDue(s, within, "c.area")
	closes, more := r.closes(s, within)
	last := string(s.Period.EndsOn())
	return "(SELECT " + openColumns + ", " + days + ", " + closes + openFrom + expectedOn + ") AS o",
		append(append(args, more...), string(s.Period), from, to, string(coverage.Draft), string(coverage.Returned), last, last)
}

// The columns of openColumns once selected.
const openNames = "period, area, name, revision, state, created_at, return_reason, allowed_until, submitted_at, submitted_by, decided_at"

// RecordsToFinish lists the drafts and returned records of the schedule's period within an area, of areas
// that are expected to report, which their clerks are to hand in: the most urgent first, as tasks are
// ordered, at most limit. Of a period that is over for the most, those that can still be submitted are.
func (r *Reader) RecordsToFinish(s plan.Schedule, within area.Code, soon period.Date, over bool, limit int) ([]coverage.Open, error) {
	from, args := r.unfinished(s, within)
	today := string(r.Today())
	where := " WHERE (state = 'returned' OR (revision = 1 AND opens <= ?) OR (revision > 1 AND closes >= ?))"
	args = append(args, today, today)
	if over {
		where, args = where+" AND closes >= ?", append(args, today)
	}
	return r.openRecords("SELECT "+openNames+" FROM "+from+where+`
		ORDER BY CASE WHEN state = 'returned' THEN 0 WHEN revision > 1 THEN 3 WHEN due < ? OR closes < ? THEN 1 WHEN due <= ? THEN 2 ELSE 3 END,
			CASE WHEN state = 'returned' OR revision > 1 THEN closes ELSE due END,
			CASE WHEN state = 'returned' THEN decided_at WHEN revision > 1 THEN created_at ELSE 0 END, area LIMIT ?`,
		append(args, today, today, string(soon), limit)...)
}

// RecordsOverdue lists the drafts and returned records of the schedule's period within an area, of areas
// that are expected to report and have nothing official, that were due before today: those due first,
// then by code, at most limit.
func (r *Reader) RecordsOverdue(s plan.Schedule, within area.Code, limit int) ([]coverage.Open, error) {
	from, args := r.unfinished(s, within)
	return r.openRecords("SELECT "+openNames+" FROM "+from+" WHERE revision = 1 AND due < ? ORDER BY due, area LIMIT ?", append(args, string(r.Today()), limit)...)
}

// RecordsToReview lists the submitted records within an area that an account did not submit itself, of areas
// that are expected to report, those waiting longest first, at most limit. What was submitted is of a
// period that has begun: the day that it ends on is told by its name.
func (r *Reader) RecordsToReview(within area.Code, other string, limit int) ([]coverage.Open, error) {
	periods, err := r.submittedPeriods(within)
	if err != nil {
		return nil, err
	}
	from, to := within.Range()
	var out []coverage.Open
	for _, p := range periods {
		last := string(p.EndsOn())
		some, err := r.openRecords("SELECT "+openColumns+openFrom+expectedOn+" AND c.submitted_by <> ? ORDER BY c.submitted_at, c.area LIMIT ?",
			string(p), from, to, string(coverage.Submitted), string(coverage.Submitted), last, last, other, limit)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// submittedPeriods lists the periods of which records within an area await approval.
func (r *Reader) submittedPeriods(within area.Code) ([]period.ID, error) {
	from, to := within.Range()
	return r.periods("SELECT DISTINCT period FROM coverage_revisions WHERE state <> 'approved' AND area >= ? AND area < ? AND state = 'submitted' ORDER BY period", from, to)
}

func (r *Reader) periods(query string, args ...any) (out []period.ID, err error) {
	err = r.each(func(scan func(...any) error) error {
		var p period.ID
		err := scan(&p)
		out = append(out, p)
		return err
	}, query, args...)
	return out, err
}

// UnfinishedPeriods lists the periods before one of which records within an area are not approved, with the
// last day on which any of these can be submitted by an until of its own.
func (r *Reader) UnfinishedPeriods(within area.Code, before period.ID) ([]coverage.Unfinished, error) {
	from, to := within.Range()
	var out []coverage.Unfinished
	err := r.each(func(scan func(...any) error) error {
		var u coverage.Unfinished
		err := scan(&u.Period, &u.Until)
		out = append(out, u)
		return err
	}, "SELECT period, max(coalesce(allowed_until, '')) FROM coverage_revisions WHERE state <> 'approved' AND area >= ? AND area < ? AND period < ? GROUP BY period ORDER BY period", from, to, string(before))
	return out, err
}
