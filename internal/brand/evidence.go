package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/fault"
	"errors"
	"io"
	"slices"
)

// PartSize is the size in bytes of every part of a file's content but the last.
const PartSize = 256 << 10

// File is an accepted upload.
type File struct {
	Purpose   Purpose
	Name      string
	MediaType string
	SizeBytes int64
	SHA256    string
	Image     bool
}

// Attachable returns the brand that a file may be added to, and its files. It fails with NotFound,
// Forbidden, WrongState, and RuleViolation when there are as many files as there can be.
func Attachable(tx Reader, id string, p Purpose) (Brand, []Evidence, error) {
	b, err := forFiles(tx, id)
	if err != nil {
		return Brand{}, nil, err
	}
	all, err := tx.Evidence([]string{id})
	if err != nil {
		return Brand{}, nil, err
	}
	n := 0
	for _, e := range all[id] {
		if e.Purpose == ForEvidence {
			n++
		}
	}
	if p == ForEvidence && n >= MaxEvidence {
		return Brand{}, nil, fault.Rules([]fault.Violation{fault.Mistake("evidence_limit", "/file", fault.Textf("这个品牌已有 %d 份材料，最多 %d 份。", "The brand has %d files, %d at most.", n, MaxEvidence),
			fault.Text{ZH: "请先删除不用的材料，或把几份合并成一个 PDF。", EN: "Delete what is not needed, or put several into one PDF."})})
	}
	return b, all[id], nil
}

// forFiles returns a brand whose files may be changed.
func forFiles(tx Reader, id string) (Brand, error) {
	b, err := tx.Brand(id)
	if err == nil {
		err = access.Check(tx.Actor(), ActionAttach.needs(), b.Area)
	}
	if err == nil && !b.State.Live() {
		err = wrongState(b.State, ActionAttach, instead(b.State, ActionAttach, 0))
	}
	return b, err
}

// Attach adds a file to a brand; a logo takes the place of the one before. content is read to its end.
// It fails with NotFound, Forbidden, WrongState, and RuleViolation for one file too many or for a logo that is no picture.
func Attach(tx Writer, id string, f File, content io.Reader) (Evidence, error) {
	b, all, err := Attachable(tx, id, f.Purpose)
	if err != nil {
		return Evidence{}, err
	}
	if f.Purpose == ForLogo {
		if !f.Image {
			return Evidence{}, fault.Rules([]fault.Violation{fault.Mistake("logo_not_image", "/file", fault.Text{ZH: "品牌标识必须是图片。", EN: "A logo must be a picture."},
				fault.Text{ZH: "请上传 jpg、png 或 webp 图片。", EN: "Upload a JPEG, PNG or WebP picture."})})
		}
		for _, e := range all {
			if e.Purpose == ForLogo {
				if err := tx.RemoveEvidence(EventDetach.change(nil), &e); err != nil {
					return Evidence{}, err
				}
			}
		}
	}
	e := Evidence{Brand: id, ID: tx.NewID(), Area: b.Area, Purpose: f.Purpose, FileName: f.Name, MediaType: f.MediaType, SizeBytes: f.SizeBytes, SHA256: f.SHA256,
		CreatedAt: tx.Now(), CreatedBy: tx.Actor().ID}
	if err := tx.SaveEvidence(EventAttach.change(nil), &e); err != nil {
		return Evidence{}, err
	}
	part := make([]byte, PartSize)
	for n := int64(0); ; n++ {
		size, err := io.ReadFull(content, part)
		if size > 0 {
			if err := tx.SavePart(e.ID, n, part[:size]); err != nil {
				return Evidence{}, err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return e, nil
		}
		if err != nil {
			return Evidence{}, err
		}
	}
}

// Files returns a brand's files, the logo among them. It fails with NotFound.
func Files(tx Reader, id string) ([]Evidence, error) {
	if _, err := seen(tx, id); err != nil {
		return nil, err
	}
	all, err := tx.Evidence([]string{id})
	return all[id], err
}

// GetFile returns a file's description. It fails with NotFound.
func GetFile(tx Reader, id string) (Evidence, error) {
	e, err := tx.EvidenceByID(id)
	if err == nil {
		err = access.Check(tx.Actor(), access.ReadBrands, e.Area)
	}
	return e, err
}

// Detach deletes a file. It fails with NotFound, Forbidden, and WrongState when a recognition cites it or
// the brand is rejected or revoked.
func Detach(tx Writer, id string) error {
	e, err := tx.EvidenceByID(id)
	if err != nil {
		return err
	}
	if _, err := forFiles(tx, e.Brand); err != nil {
		return err
	}
	all, err := tx.Recognitions([]string{e.Brand})
	if err != nil {
		return err
	}
	for _, r := range all[e.Brand] {
		if slices.Contains(r.Evidence, id) {
			return fault.New(fault.WrongState, "“%s”是%s认定的佐证材料，不能删除。如有更正，请另外上传。", "“%s” is evidence of the recognition at %s level and cannot be deleted. Upload another file beside it.", e.FileName, LevelTitle(r.Level))
		}
	}
	return tx.RemoveEvidence(EventDetach.change(nil), &e)
}
