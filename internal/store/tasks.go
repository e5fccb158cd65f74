package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
)

const unfiledQuery = `SELECT code, name FROM areas
	WHERE digits = 9 AND code >= ? AND code < ? AND ` + inForce + ` AND reports = 1
		AND (valid_from IS NULL OR valid_from <= ?) AND (valid_to IS NULL OR valid_to >= ?)
		AND NOT EXISTS (SELECT 1 FROM coverage_revisions c WHERE c.period = ? AND c.area = areas.code)
	ORDER BY code LIMIT ?`

// UnfiledPlaces lists the subdistricts within an area that are expected to report p and have no
// record of it, by code, at most limit.
func (r *Reader) UnfiledPlaces(p period.ID, within area.Code, limit int) ([]coverage.Unfiled, error) {
	from, to := within.Range()
	last := string(p.EndsOn())
	var out []coverage.Unfiled
	err := r.each(func(scan func(...any) error) error {
		var at coverage.Unfiled
		err := scan(&at.Area, &at.Name)
		out = append(out, at)
		return err
	}, unfiledQuery, from, to, last, last, string(p), limit)
	return out, err
}

// openQuery is served by coverage_open, which holds what is not approved: newest revisions all.
const openQuery = `SELECT c.period, c.area, coalesce(a.name, c.area), c.revision, c.state, c.created_at, c.return_reason, c.allowed_until,
		c.submitted_at, c.submitted_by, c.decided_at
	FROM coverage_revisions c LEFT JOIN areas a ON a.code = c.area AND a.` + inForce + `
	WHERE c.state <> 'approved' AND c.area >= ? AND c.area < ? AND c.state IN (?, ?)
	ORDER BY c.version, c.area, c.period LIMIT ?`

// OpenRecords lists the newest revisions within an area that are in one of two states (which may be
// the same), those longest unchanged first, at most limit.
func (r *Reader) OpenRecords(within area.Code, states [2]coverage.State, limit int) ([]coverage.Open, error) {
	from, to := within.Range()
	var out []coverage.Open
	err := r.each(func(scan func(...any) error) error {
		var o coverage.Open
		err := scan(&o.Period, &o.Area, &o.Name, &o.Revision, &o.State, &o.CreatedAt, &o.ReturnReason, &o.AllowedUntil,
			&o.SubmittedAt, &o.SubmittedBy, &o.DecidedAt)
		out = append(out, o)
		return err
	}, openQuery, from, to, string(states[0]), string(states[1]), limit)
	return out, err
}
