package store

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/fault"
	"database/sql"
	"errors"
)

const evidenceColumns = "brand, id, area, purpose, file_name, media_type, size_bytes, sha256, created_at, created_by, version"

func scanEvidence(scan func(...any) error) (e brand.Evidence, err error) {
	err = scan(&e.Brand, &e.ID, &e.Area, &e.Purpose, &e.FileName, &e.MediaType, &e.SizeBytes, &e.SHA256, &e.CreatedAt, &e.CreatedBy, &e.Version)
	return e, err
}

// Evidence returns the files of the brands, by brand in the order of their ids.
func (r *Reader) Evidence(brands []string) (map[string][]brand.Evidence, error) {
	out := map[string][]brand.Evidence{}
	if len(brands) == 0 {
		return out, nil
	}
	err := r.each(func(scan func(...any) error) error {
		e, err := scanEvidence(scan)
		out[e.Brand] = append(out[e.Brand], e)
		return err
	}, "SELECT "+evidenceColumns+" FROM brand_evidence WHERE brand IN ("+marks(len(brands))+") ORDER BY brand, id", anys(brands)...)
	return out, err
}

// EvidenceByID returns a file. It fails with NotFound.
func (r *Reader) EvidenceByID(id string) (brand.Evidence, error) {
	e, err := scanEvidence(r.row("SELECT "+evidenceColumns+" FROM brand_evidence WHERE id = ?", id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing(fault.Text{ZH: "这份材料", EN: "The file"})
	}
	return e, err
}

// SaveEvidence writes a file's description.
func (w *Writer) SaveEvidence(c audit.Change, row *brand.Evidence) error { return save(w, c, row) }

// RemoveEvidence deletes a file with its content.
func (w *Writer) RemoveEvidence(c audit.Change, row *brand.Evidence) error {
	if _, err := w.exec("DELETE FROM evidence_parts WHERE evidence = ?", row.ID); err != nil {
		return err
	}
	return remove(w, c, row)
}

// SavePart writes the part of a file's content that comes next.
func (w *Writer) SavePart(evidence string, part int64, content []byte) error {
	_, err := w.exec("INSERT INTO evidence_parts (evidence, part, content) VALUES (?, ?, ?)", evidence, part, content)
	return err
}

// Part returns a part of a file's content, of at most brand.PartSize bytes; none after the last, and of
// a file that is gone.
func (r *Reader) Part(evidence string, part int64) (content []byte, err error) {
	err = r.row("SELECT content FROM evidence_parts WHERE evidence = ? AND part = ?", evidence, part).Scan(&content)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return content, err
}
