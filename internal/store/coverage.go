package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

var revisionColumns = "period, area, revision, since, until, state, latest, version, " + figureList +
	", explanations, return_reason, return_pointers, allowed_until, prepared_by, signed_by, phone, returns," +
	" first_submitted_at, submitted_at, submitted_by, decided_at, decided_by, created_at"

// scanRevision scans revisionColumns, and what more follows them.
func scanRevision(scan func(...any) error, c *coverage.Record, more ...any) error {
	figures := newFigureCells(&c.Economic, &c.Social)
	into := append(make([]any, 0, 80), &c.Period, &c.Area, &c.Revision, openEndField{&c.Since}, openEndField{&c.Until}, &c.State, &c.Latest, &c.Version)
	into = figures.fields(into)
	into = append(into, &c.Explanations, &c.ReturnReason, &c.ReturnPointers, &c.AllowedUntil, &c.PreparedBy, &c.SignedBy, &c.Phone, &c.Returns,
		&c.FirstSubmitted, &c.SubmittedAt, &c.SubmittedBy, &c.DecidedAt, &c.DecidedBy, &c.CreatedAt)
	if err := scan(append(into, more...)...); err != nil {
		return err
	}
	return figures.settle()
}

// figureCells scans the figures of both kinds. database/sql fills an interface without reflection,
// and one array holds all the numbers: this is half of what scanning into 26 pointers costs.
type figureCells struct {
	kinds [2]*coverage.Figures
	cells [2 * coverage.FigureCount]any
}

func newFigureCells(economic, social *coverage.Figures) *figureCells {
	return &figureCells{kinds: [2]*coverage.Figures{economic, social}}
}

// fields appends where figureList is scanned into.
func (f *figureCells) fields(into []any) []any {
	for i := range f.cells {
		into = append(into, &f.cells[i])
	}
	return into
}

// settle hands the figures over, once they are scanned.
func (f *figureCells) settle() error {
	values := new([2 * coverage.FigureCount]int64)
	for k, kind := range f.kinds {
		for i, p := range kind.Pointers() {
			n := k*coverage.FigureCount + i
			switch v := f.cells[n].(type) {
			case nil:
				*p = nil
			case int64:
				values[n] = v
				*p = &values[n]
			default:
				return fmt.Errorf("store: %T in a figure's column", v)
			}
		}
	}
	return nil
}

// entryQuery reads newest revisions c with what is shown beside them: o, the official revision, p, the
// last approved record of an earlier period, and what the area a is now. Never stands there as a literal, so that the
// partial index coverage_in_force serves.
var entryQuery = "SELECT c." + strings.ReplaceAll(revisionColumns, ", ", ", c.") +
	", a.reports, a.valid_from, a.valid_to, o.revision, p.period, p." + strings.ReplaceAll(figureList, ", ", ", p.") + " FROM "

const entryJoins = ` c
	LEFT JOIN areas a ON a.code = c.area AND a.digits = 9 AND a.until = 9223372036854775807
	LEFT JOIN coverage_revisions o ON o.area = c.area AND o.period = c.period AND o.since < 9223372036854775807 AND o.until = 9223372036854775807
	LEFT JOIN coverage_revisions p ON p.area = c.area AND p.since < 9223372036854775807 AND p.until = 9223372036854775807 AND p.period = (
		SELECT max(period) FROM coverage_revisions WHERE area = c.area AND period < c.period AND since < 9223372036854775807 AND until = 9223372036854775807)`

func scanEntry(scan func(...any) error) (e coverage.Entry, err error) {
	var since *period.ID
	var last coverage.Previous
	var reports *bool // nil: there is no such area
	var at catalog.Area
	figures := newFigureCells(&last.Economic, &last.Social)
	if err := scanRevision(scan, &e.Record, figures.fields([]any{&reports, &at.ValidFrom, &at.ValidTo, &e.OfficialRevision, &since})...); err != nil {
		return e, err
	}
	e.Expected = reports != nil && *reports && at.ValidOn(e.Period.EndsOn())
	if since == nil {
		return e, nil
	}
	last.Period, e.Previous = *since, &last
	return e, figures.settle()
}

var coverageQuery = entryQuery + "coverage_revisions" + entryJoins + " WHERE c.area = ? AND c.period = ? AND c.latest = 1"

// Coverage returns the newest revision with what is shown beside it. In a View it must not be
// changed: it is shared until the next transaction commits. It fails with NotFound.
func (r *Reader) Coverage(key coverage.Key) (coverage.Entry, error) {
	return r.store.caches.entries.get(r.at, r.writing, key, func() (coverage.Entry, error) {
		e, err := scanEntry(r.row(coverageQuery, string(key.Area), string(key.Period)).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			err = coverage.Missing(key)
		}
		return e, err
	})
}

// coverageWhere returns the condition of a filter. A period is a search of the primary key; without
// one, the index of newest revisions by area is.
func coverageWhere(f coverage.Filter) (string, []any) {
	from, to := f.Area.Range()
	where, args := " WHERE latest = 1 AND area >= ? AND area < ?", []any{from, to}
	if f.Period != "" {
		where, args = where+" AND period = ?", append(args, string(f.Period))
	}
	if f.State != "" {
		where, args = where+" AND state = ?", append(args, string(f.State))
	}
	return where, args
}

// coverageOrder returns the columns that a list is ordered by, and their values at a place.
func coverageOrder(f coverage.Filter) (columns []string, at []any) {
	var p coverage.Place
	if f.After != nil {
		p = *f.After
	}
	switch f.Sort {
	case coverage.SortPeriod:
		return []string{"period", "area"}, []any{string(p.Period), string(p.Area)}
	case coverage.SortUpdated:
		return []string{"version", "area", "period"}, []any{p.Version, string(p.Area), string(p.Period)}
	}
	return []string{"area", "period"}, []any{string(p.Area), string(p.Period)}
}

// CoverageList lists newest revisions with what is shown beside them.
func (r *Reader) CoverageList(f coverage.Filter) ([]coverage.Entry, error) {
	where, args := coverageWhere(f)
	columns, at := coverageOrder(f)
	compare, direction := ">", ""
	if f.Descending {
		compare, direction = "<", " DESC"
	}
	if f.After != nil {
		where += " AND (" + strings.Join(columns, ", ") + ") " + compare + " (?" + strings.Repeat(", ?", len(columns)-1) + ")"
		args = append(args, at...)
	}
	order := " ORDER BY " + strings.Join(columns, direction+", ") + direction
	query := entryQuery + "(SELECT * FROM coverage_revisions" + where + order + " LIMIT ?)" + entryJoins +
		" ORDER BY c." + strings.Join(columns, direction+", c.") + direction
	var out []coverage.Entry
	err := r.each(func(scan func(...any) error) error {
		e, err := scanEntry(scan)
		out = append(out, e)
		return err
	}, query, append(args, f.Limit)...)
	return out, err
}

// CountCoverage counts what CoverageList would list without After and Limit.
func (r *Reader) CountCoverage(f coverage.Filter) (n int64, err error) {
	where, args := coverageWhere(f)
	err = r.row("SELECT count(*) FROM coverage_revisions"+where, args...).Scan(&n)
	return n, err
}

var (
	revisionQuery  = "SELECT " + revisionColumns + " FROM coverage_revisions WHERE period = ? AND area = ? AND revision = ?"
	revisionsQuery = "SELECT " + revisionColumns + " FROM coverage_revisions WHERE period = ? AND area = ? AND revision < ? ORDER BY revision DESC LIMIT ?"
)

// CoverageRevision returns one revision. It fails with NotFound.
func (r *Reader) CoverageRevision(key coverage.Key, revision int64) (c coverage.Record, err error) {
	err = scanRevision(r.row(revisionQuery, string(key.Period), string(key.Area), revision).Scan, &c)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing(fault.Textf("%s %s 的第 %d 版", "Revision %[3]d of %[2]s for %[1]s", plan.PeriodText(key.Period), string(key.Area), revision))
	}
	return c, err
}

// CoverageRevisions lists revisions below the one given, newest first, at most limit.
func (r *Reader) CoverageRevisions(key coverage.Key, below int64, limit int) (out []coverage.Record, err error) {
	err = r.each(func(scan func(...any) error) error {
		var c coverage.Record
		err := scanRevision(scan, &c)
		out = append(out, c)
		return err
	}, revisionsQuery, string(key.Period), string(key.Area), below, limit)
	return out, err
}

// CoverageEvents lists the events of all revisions of a key, newest first, before the sequence given
// (0: all), at most limit, but for those of the actions left out.
func (r *Reader) CoverageEvents(key coverage.Key, before int64, limit int, leftOut []string) (out []audit.Event, err error) {
	where, args := coverageEventsWhere(key, leftOut)
	if before > 0 {
		where, args = where+" AND sequence < ?", append(args, before)
	}
	err = r.each(func(scan func(...any) error) error {
		var e audit.Event
		err := scan(&e.Chain, &e.Sequence, &e.At, &e.Account, &e.Action, &e.Area, &e.Subject, &e.Before, &e.After, &e.Reason, &e.RequestID, &e.PreviousHash, &e.Hash)
		out = append(out, e)
		return err
	}, "SELECT chain, sequence, at, account, action, area, subject, before, after, reason, request_id, previous_hash, hash FROM audit_events"+
		where+" ORDER BY sequence DESC LIMIT ?", append(args, limit)...)
	return out, err
}

func coverageEventsWhere(key coverage.Key, leftOut []string) (where string, args []any) {
	from := key.Subject()
	where, args = " WHERE subject >= ? AND subject < ?", []any{from, from[:len(from)-1] + "0"} // the byte after "/"
	for _, action := range leftOut {
		where, args = where+" AND action <> ?", append(args, action)
	}
	return where, args
}

// CountCoverageEvents counts what CoverageEvents would list from the start without a limit.
func (r *Reader) CountCoverageEvents(key coverage.Key, leftOut []string) (n int64, err error) {
	where, args := coverageEventsWhere(key, leftOut)
	err = r.row("SELECT count(*) FROM audit_events"+where, args...).Scan(&n)
	return n, err
}

// Merged reports whether an area that names this one as its successor ended in [from, before).
func (r *Reader) Merged(into area.Code, from, before period.Date) (bool, error) {
	ended, err := r.Predecessors(into)
	return slices.ContainsFunc(ended, func(a catalog.Area) bool { return from <= *a.ValidTo && *a.ValidTo < before }), err
}

const mergersQuery = "SELECT " + areaColumns + " FROM areas WHERE digits IN (2, 4, 6, 9) AND valid_to IS NOT NULL AND successors <> '[]' AND " + inForce + " ORDER BY code"

// mergers returns, by successor, the areas that merged into it.
func (r *Reader) mergers() (map[area.Code][]catalog.Area, error) {
	out := map[area.Code][]catalog.Area{}
	err := r.each(func(scan func(...any) error) error {
		a, err := scanArea(scan)
		for _, c := range a.Successors {
			out[c] = append(out[c], a)
		}
		return err
	}, mergersQuery)
	return out, err
}

// SaveCoverages writes revisions and one event each. It fails with Stale.
func (w *Writer) SaveCoverages(c audit.Change, rows ...*coverage.Record) error {
	return save(w, c, rows...)
}

// RemoveCoverage deletes a revision.
func (w *Writer) RemoveCoverage(c audit.Change, row *coverage.Record) error {
	return remove(w, c, row)
}
