package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"database/sql"
	"errors"
	"strings"
)

// BrandPolicy is the deployment's.
func (r *Reader) BrandPolicy() brand.Policy { return r.store.options.Brands }

// Subdistricts returns the names of a district's subdistricts as known now.
func (r *Reader) Subdistricts(district area.Code) (out []string, err error) {
	from, to := district.Range()
	err = r.each(func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		out = append(out, name)
		return err
	}, "SELECT name FROM areas WHERE digits = 9 AND code >= ? AND code < ? AND "+inForce+" ORDER BY code", from, to)
	return out, err
}

// Brand returns a brand. It fails with NotFound.
func (r *Reader) Brand(id string) (b brand.Brand, err error) {
	err = scanBrand(r.row("SELECT "+brandColumns+" FROM brands b WHERE b.id = ?", id).Scan, &b)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing(fault.Text{ZH: "这个品牌", EN: "The brand"})
	}
	return b, err
}

// EverSubmitted tells of brands which were ever submitted: the audit events know.
func (r *Reader) EverSubmitted(brands []string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(brands) == 0 {
		return out, nil
	}
	var subjects []any
	for _, id := range brands {
		subjects = append(subjects, "brands/"+id)
	}
	err := r.each(func(scan func(...any) error) error {
		var subject string
		err := scan(&subject)
		out[strings.TrimPrefix(subject, "brands/")] = true
		return err
	}, "SELECT DISTINCT subject FROM audit_events WHERE subject IN ("+marks(len(brands))+") AND action = ?", append(subjects, string(brand.EventSubmit))...)
	return out, err
}

// NextBrandNumber returns a number higher than that of every brand.
func (w *Writer) NextBrandNumber() (n int64, err error) {
	err = w.row("SELECT coalesce(max(number), 0) + 1 FROM brands").Scan(&n)
	return n, err
}

// SaveBrand writes a brand and an event. It fails with Stale, and with AlreadyExists for a name that a
// live brand of the district has.
func (w *Writer) SaveBrand(c audit.Change, row *brand.Brand) error { return save(w, c, row) }

// RemoveBrand deletes a brand.
func (w *Writer) RemoveBrand(c audit.Change, row *brand.Brand) error { return remove(w, c, row) }

const recognitionColumns = "brand, id, area, level, authority, document_no, recognized_on, valid_to, revoked_on, reason, replaced_by, evidence, created_at, created_by, version"

// Recognitions returns those of the brands, by brand in the order of their ids.
func (r *Reader) Recognitions(brands []string) (map[string][]brand.Recognition, error) {
	out := map[string][]brand.Recognition{}
	if len(brands) == 0 {
		return out, nil
	}
	err := r.each(func(scan func(...any) error) error {
		var x brand.Recognition
		err := scan(&x.Brand, &x.ID, &x.Area, &x.Level, &x.Authority, &x.DocumentNo, &x.RecognizedOn, &x.ValidTo, &x.RevokedOn, &x.Reason, &x.ReplacedBy, &x.Evidence, &x.CreatedAt, &x.CreatedBy, &x.Version)
		out[x.Brand] = append(out[x.Brand], x)
		return err
	}, "SELECT "+recognitionColumns+" FROM brand_recognitions WHERE brand IN ("+marks(len(brands))+") ORDER BY brand, id", anys(brands)...)
	return out, err
}

// marks is so many placeholders.
func marks(n int) string { return "?" + strings.Repeat(", ?", n-1) }

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// SaveRecognitions writes recognitions and one event each.
func (w *Writer) SaveRecognitions(c audit.Change, rows ...*brand.Recognition) error {
	return save(w, c, rows...)
}

// brandEvents selects of the events of a brand, its recognitions and its files: three ranges of the
// index by subject.
const brandEvents = "SELECT * FROM audit_events WHERE subject = ? UNION ALL SELECT * FROM audit_events WHERE subject >= ? AND subject < ? UNION ALL SELECT * FROM audit_events WHERE subject >= ? AND subject < ?"

func brandSubjects(id string) []any {
	return []any{"brands/" + id, "recognitions/" + id + "/", "recognitions/" + id + "0", "evidence/" + id + "/", "evidence/" + id + "0"} // 0: the byte after /
}

// BrandEvents lists the events of a brand, its recognitions and its files, newest first, before the
// stamp given (0: all), of at most limit stamps.
func (r *Reader) BrandEvents(b brand.Brand, before period.Instant, limit int) (out []audit.Event, err error) {
	if before == 0 {
		before = period.Never
	}
	args := append(brandSubjects(b.ID), brandSubjects(b.ID)...)
	err = r.each(func(scan func(...any) error) error {
		e, err := scanEvent(scan)
		out = append(out, e)
		return err
	}, "SELECT "+eventColumns+" FROM ("+brandEvents+") AS events WHERE at IN (SELECT DISTINCT at FROM ("+brandEvents+") AS stamps WHERE at < ? ORDER BY at DESC LIMIT ?) ORDER BY at DESC, sequence DESC", append(args, before, limit)...)
	return out, err
}

// CountBrandEvents counts the stamps of which BrandEvents would list events from the start without a limit.
func (r *Reader) CountBrandEvents(b brand.Brand) (n int64, err error) {
	err = r.row("SELECT count(DISTINCT at) FROM ("+brandEvents+") AS events", brandSubjects(b.ID)...).Scan(&n)
	return n, err
}

const openBrandsQuery = `SELECT b.id, b.area, coalesce((SELECT a.name FROM areas a WHERE a.code = b.area AND a.` + inForce + `), b.area), b.name, b.state, b.return_reason, b.publicity_ends_on, b.recheck_on, b.submitted_at, b.submitted_by, b.decided_at
	FROM brands b`

func (r *Reader) openBrands(query string, args ...any) (out []brand.Open, err error) {
	err = r.each(func(scan func(...any) error) error {
		var o brand.Open
		err := scan(&o.ID, &o.Area, &o.AreaName, &o.Name, &o.State, &o.ReturnReason, &o.PublicityEndsOn, &o.RecheckOn, &o.SubmittedAt, &o.SubmittedBy, &o.DecidedAt)
		out = append(out, o)
		return err
	}, openBrandsQuery+query, args...)
	return out, err
}

// BrandsToReview lists the submitted brands within an area that an account did not submit itself, those
// waiting longest first, at most limit.
func (r *Reader) BrandsToReview(within area.Code, other string, limit int) ([]brand.Open, error) {
	from, to := within.Range()
	return r.openBrands(" WHERE b.state = 'submitted' AND b.area >= ? AND b.area < ? AND (b.submitted_by IS NULL OR b.submitted_by <> ?) ORDER BY b.submitted_at, b.number LIMIT ?", from, to, other, limit)
}

// BrandsToMend lists the returned brands within an area, of areas that exist today, those returned first
// first, at most limit.
func (r *Reader) BrandsToMend(within area.Code, today period.Date, limit int) ([]brand.Open, error) {
	from, to := within.Range()
	return r.openBrands(" WHERE b.state = 'returned' AND b.area >= ? AND b.area < ? AND EXISTS (SELECT 1 FROM areas a WHERE a.code = b.area AND a."+inForce+
		" AND (a.valid_from IS NULL OR a.valid_from <= ?) AND (a.valid_to IS NULL OR a.valid_to >= ?)) ORDER BY b.decided_at, b.number LIMIT ?", from, to, string(today), string(today), limit)
}

// BrandsToRecognize lists the brands within an area whose publicity ended before today and that an account
// did not submit itself, the first that ended first, at most limit.
func (r *Reader) BrandsToRecognize(within area.Code, today period.Date, other string, limit int) ([]brand.Open, error) {
	from, to := within.Range()
	return r.openBrands(" WHERE b.state = 'publicized' AND b.area >= ? AND b.area < ? AND b.publicity_ends_on < ? AND (b.submitted_by IS NULL OR b.submitted_by <> ?) ORDER BY b.publicity_ends_on, b.number LIMIT ?", from, to, string(today), other, limit)
}

// BrandsToRecheck lists the recognized brands within an area whose day has come and that an account did not
// submit itself, at most limit.
func (r *Reader) BrandsToRecheck(within area.Code, today period.Date, other string, limit int) ([]brand.Open, error) {
	from, to := within.Range()
	return r.openBrands(" WHERE b.state = 'recognized' AND b.area >= ? AND b.area < ? AND b.recheck_on <= ? AND (b.submitted_by IS NULL OR b.submitted_by <> ?) ORDER BY b.recheck_on, b.number LIMIT ?", from, to, string(today), other, limit)
}
