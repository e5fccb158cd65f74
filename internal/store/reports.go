package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/report"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// LastStamp returns the stamp of the newest event at or before the instant; 0 when there is none.
func (r *Reader) LastStamp(at period.Instant) (period.Instant, error) {
	var stamp period.Instant
	err := r.row("SELECT coalesce(max(at), 0) FROM audit_events WHERE at <= ?", at).Scan(&stamp)
	return stamp, err
}

// AreaAsOf returns an area as known at the instant. It fails with NotFound when there was none.
func (r *Reader) AreaAsOf(code area.Code, asOf period.Instant) (catalog.Area, error) {
	a, err := scanArea(r.row("SELECT "+areaColumns+" FROM areas WHERE code = ? AND since <= ? AND until > ?", string(code), asOf, asOf).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing(fault.Textf("区划 %s ", "Area %s", string(code)))
	}
	return a, err
}

// AreasBelow returns the areas one level below parent as known at the instant, by code.
func (r *Reader) AreasBelow(parent area.Code, asOf period.Instant) ([]catalog.Area, error) {
	level, ok := parent.Level().Next()
	if !ok {
		return nil, nil
	}
	from, to := parent.Range()
	var out []catalog.Area
	err := r.each(func(scan func(...any) error) error {
		a, err := scanArea(scan)
		out = append(out, a)
		return err
	}, "SELECT "+areaColumns+" FROM areas WHERE digits = ? AND code >= ? AND code < ? AND since <= ? AND until > ? ORDER BY code", level.Digits(), from, to, asOf, asOf)
	return out, err
}

// expectedOn is the condition, in SQL, of catalog.Area.ExpectedOn; it takes the day twice.
const expectedOn = "a.reports = 1 AND (a.valid_from IS NULL OR a.valid_from <= ?) AND (a.valid_to IS NULL OR a.valid_to >= ?)"

// subdistricts is the range of the index areas_by_level that holds a's subdistricts at an instant.
const subdistricts = "FROM areas a WHERE a.digits = 9 AND a.code >= ? AND a.code < ? AND a.since <= ? AND a.until > ?"

// Expectations returns what is expected within parent, as known at the instant. It must not be
// changed: it is shared. A nation's subdistricts are read once after a change of the plan.
func (r *Reader) Expectations(parent area.Code, asOf period.Instant) ([]report.Expectation, error) {
	load := func() ([]report.Expectation, error) { return r.expectations(parent, asOf) }
	if asOf < r.planAt {
		return load()
	}
	return r.store.caches.expectations.get(r.planAt, r.planChanged, parent, load)
}

func (r *Reader) expectations(parent area.Code, asOf period.Instant) ([]report.Expectation, error) {
	var out []report.Expectation
	digits := area.LevelSubdistrict.Digits()
	if level, ok := parent.Level().Next(); ok {
		digits = level.Digits()
	}
	from, to := parent.Range()
	err := r.each(func(scan func(...any) error) error {
		var e report.Expectation
		err := scan(&e.Area, &e.From, &e.To, &e.Areas)
		out = append(out, e)
		return err
	}, "SELECT substr(a.code, 1, ?) AS part, coalesce(a.valid_from, '') AS first, coalesce(a.valid_to, '') AS last, count(*) "+
		subdistricts+" AND a.reports = 1 GROUP BY part, first, last ORDER BY part, first, last", digits, from, to, asOf, asOf)
	return out, err
}

// ExpectedWithin returns the subdistricts within an area that are expected for a period that ends on
// d, as known at the instant, by code.
func (r *Reader) ExpectedWithin(a area.Code, d period.Date, asOf period.Instant) ([]area.Code, error) {
	from, to := a.Range()
	var out []area.Code
	err := r.each(func(scan func(...any) error) error {
		var c area.Code
		err := scan(&c)
		out = append(out, c)
		return err
	}, "SELECT a.code "+subdistricts+" AND "+expectedOn+" ORDER BY a.code", from, to, asOf, asOf, string(d), string(d))
	return out, err
}

// collect reads groups: the area, how many were summed up, and the sums.
func (r *Reader) collect(query string, args ...any) ([]report.Group, error) {
	var out []report.Group
	err := r.each(func(scan func(...any) error) error {
		var g report.Group
		err := scan(append([]any{&g.Area, &g.Reported}, scanSums(&g.Economic, &g.Social)...)...)
		out = append(out, g)
		return err
	}, query, args...)
	return out, err
}

var (
	officialFigures = "SELECT area, 1, " + figureList + " FROM coverage_revisions WHERE period = ? AND area >= ? AND area < ? AND since <= ? AND until > ? ORDER BY area"
	officialSums    = "SELECT ?, count(*), " + figureSums + " FROM coverage_revisions WHERE period = ? AND area >= ? AND area < ? AND since <= ? AND until > ?"
	totalsBelow     = "SELECT area, reported, changed, " + figureList + " FROM coverage_totals WHERE period = ? AND digits = ? AND area >= ? AND area < ? ORDER BY area"
)

// Figures returns the official figures of p, as known at the instant, one level below parent, by
// code; of a subdistrict, its own. Above a district they are the totals; where a total has changed
// since, the revisions are summed instead.
func (r *Reader) Figures(p period.ID, parent area.Code, asOf period.Instant) ([]report.Group, error) {
	level, ok := parent.Level().Next()
	if !ok || level == area.LevelSubdistrict {
		from, to := parent.Range()
		return r.collect(officialFigures, string(p), from, to, asOf, asOf)
	}
	return r.totals(p, level, parent, asOf)
}

// Total returns the official figures of p within an area, as known at the instant.
func (r *Reader) Total(p period.ID, a area.Code, asOf period.Instant) (report.Group, error) {
	var groups []report.Group
	var err error
	if a.Level() == area.LevelSubdistrict {
		groups, err = r.Figures(p, a, asOf)
	} else {
		groups, err = r.totals(p, a.Level(), a, asOf)
	}
	if err != nil || len(groups) == 0 {
		return report.Group{Area: a}, err
	}
	return groups[0], nil
}

// totals returns the figures of the areas of a level within an area.
func (r *Reader) totals(p period.ID, level area.Level, within area.Code, asOf period.Instant) ([]report.Group, error) {
	from, to := within.Range()
	var out []report.Group
	var old []int // where the total has changed since
	err := r.each(func(scan func(...any) error) error {
		var g report.Group
		var changed period.Instant
		err := scan(append([]any{&g.Area, &g.Reported, &changed}, scanSums(&g.Economic, &g.Social)...)...)
		if changed > asOf {
			old = append(old, len(out))
		}
		out = append(out, g)
		return err
	}, totalsBelow, string(p), level.Digits(), from, to)
	if err != nil {
		return nil, err
	}
	for _, i := range old {
		from, to := out[i].Area.Range()
		then, err := r.collect(officialSums, string(out[i].Area), string(p), from, to, asOf, asOf)
		if err != nil {
			return nil, err
		}
		out[i] = then[0]
	}
	return out, nil
}

// submitted holds for the one revision c of a record that counts when submitted ones do: the newest
// when it is submitted or approved, else the official one.
const submitted = `((c.latest = 1 AND c.state IN ('submitted', 'approved'))
	OR (c.latest = 0 AND c.since < 9223372036854775807 AND c.until = 9223372036854775807
		AND (SELECT n.state FROM coverage_revisions n WHERE n.area = c.area AND n.period = c.period AND n.latest = 1) NOT IN ('submitted', 'approved')))`

var submittedSums = "SELECT substr(c.area, 1, ?) AS part, count(*), " + figureSums +
	" FROM coverage_revisions c WHERE c.period = ? AND c.area >= ? AND c.area < ? AND " + submitted +
	" AND EXISTS (SELECT 1 FROM areas a WHERE a.digits = 9 AND a.code = c.area AND a." + inForce + " AND " + expectedOn + ") GROUP BY part ORDER BY part"

// SubmittedFigures returns the figures of p one level below parent, by code (of a subdistrict, its
// own), of the subdistricts that are expected to report: those of the newest revision when it is
// submitted or approved, else the official ones. Nothing else says of a submitted record that it is
// expected; official ones always are.
func (r *Reader) SubmittedFigures(p period.ID, parent area.Code) ([]report.Group, error) {
	digits := area.LevelSubdistrict.Digits()
	if level, ok := parent.Level().Next(); ok {
		digits = level.Digits()
	}
	from, to := parent.Range()
	day := string(p.EndsOn())
	return r.collect(submittedSums, digits, string(p), from, to, day, day)
}

// missingQuery reads what each missing subdistrict last had with one search of coverage_by_area. %s
// is what makes a revision c of the period count as reported. Without the limit, which is none, a
// planner would search once for each use of e.
const missingQuery = `
SELECT count(*), count(e), coalesce(CAST(sum(e) AS BIGINT), 0) FROM (
	SELECT (SELECT b.economic_registered - b.economic_excluded + b.social_registered - b.social_excluded
		FROM coverage_revisions b WHERE b.area = a.code AND b.period < ? AND b.since <= ? AND b.until > ?
		ORDER BY b.period DESC LIMIT 1) AS e
	` + subdistricts + " AND " + expectedOn + `
	AND NOT EXISTS (SELECT 1 FROM coverage_revisions c WHERE c.period = ? AND c.area = a.code AND %s)
	LIMIT 9223372036854775807) AS missing`

var (
	missingOfficial  = fmt.Sprintf(missingQuery, "c.since <= ? AND c.until > ?")
	missingSubmitted = fmt.Sprintf(missingQuery, submitted)
)

// MissingWithin sums up the subdistricts within an area that are expected for p and have not
// reported on the basis, with the operating organizations of their last approved earlier period, as
// known at the instant.
func (r *Reader) MissingWithin(p period.ID, a area.Code, asOf period.Instant, basis report.Basis) (report.Missing, error) {
	from, to := a.Range()
	day := string(p.EndsOn())
	args := []any{string(p), asOf, asOf, from, to, asOf, asOf, day, day, string(p)}
	query := missingSubmitted
	if basis == report.Approved {
		query, args = missingOfficial, append(args, asOf, asOf)
	}
	var m report.Missing
	err := r.row(query, args...).Scan(&m.Areas, &m.Known, &m.Operating)
	return m, err
}

// A quote within a string is escaped in JSON: the pattern finds the member only.
const statesQuery = `
SELECT code, after FROM (
	SELECT a.code AS code, (SELECT e.after FROM audit_events e
		WHERE e.subject = ? || a.code || '/1' AND e.at <= ? AND e.after LIKE '%"state":%'
		ORDER BY e.at DESC, e.chain DESC, e.sequence DESC LIMIT 1) AS after
	` + subdistricts + `) AS last
WHERE after IS NOT NULL`

// LastStates returns the state, at the instant, of the first revision of p of each subdistrict within
// an area, for those that had one. It is told by the audit events: a state that is over stands
// nowhere else.
func (r *Reader) LastStates(p period.ID, a area.Code, asOf period.Instant) (map[area.Code]coverage.State, error) {
	from, to := a.Range()
	out := make(map[area.Code]coverage.State)
	err := r.each(func(scan func(...any) error) error {
		var code area.Code
		var after string
		if err := scan(&code, &after); err != nil {
			return err
		}
		var columns struct {
			State *coverage.State `json:"state"`
		}
		if err := json.Unmarshal([]byte(after), &columns); err != nil {
			return err
		}
		if columns.State != nil { // nil: the draft was discarded
			out[code] = *columns.State
		}
		return nil
	}, statesQuery, strings.TrimSuffix(coverage.Key{Period: p}.Subject(), "/"), asOf, from, to, asOf, asOf)
	return out, err
}

// Submissions returns how far the subdistricts within an area are with p, by code, for those that
// have begun.
func (r *Reader) Submissions(p period.ID, a area.Code) ([]report.Submission, error) {
	from, to := a.Range()
	var out []report.Submission
	err := r.each(func(scan func(...any) error) error {
		var s report.Submission
		var latest bool
		var since, until period.Instant
		if err := scan(&s.Area, &s.State, &s.Returns, &s.FirstSubmitted, &latest, &since, &until); err != nil {
			return err
		}
		if since < period.Never && until == period.Never {
			s.Official, s.ApprovedAt = true, &since
		}
		// Revisions rise: that of the official one, if it is another, comes before the newest.
		if n := len(out) - 1; n >= 0 && out[n].Area == s.Area {
			if out[n].Official {
				s.Official, s.ApprovedAt = true, out[n].ApprovedAt
			}
			out[n] = s
			return nil
		}
		out = append(out, s)
		return nil
	}, `SELECT area, state, returns, first_submitted_at, latest, since, until FROM coverage_revisions
		WHERE period = ? AND area >= ? AND area < ? AND (latest = 1 OR (since < ? AND until = ?)) ORDER BY area, revision`,
		string(p), from, to, period.Never, period.Never)
	return out, err
}
