package brand

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"encoding/json"
	"fmt"
	"strings"
)

// Told is one event of a brand's life as its history tells it.
type Told struct {
	Sequence    int64 // its place: events rise with time
	At          period.Instant
	Account     string
	Action      string // e.g. "brand.submit"
	Recognition string // id of the recognition that changed; "": none
	Evidence    string // id of the file that came or went; "": none
	Reason      *string
	Changes     []FieldChange
}

// FieldChange is one field before and after, as text; nil is no value.
type FieldChange struct {
	Pointer       string // JSON pointer into the brand
	Title         fault.Text
	Before, After *string
}

// History tells what happened to a brand, its recognitions and its files, newest first, before the
// event at the place given (0: all), at most limit events. It fails with NotFound.
func History(tx Reader, id string, before int64, limit int) ([]Told, error) {
	b, err := seen(tx, id)
	if err != nil {
		return nil, err
	}
	events, err := tx.BrandEvents(b, before, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Told, len(events))
	for i, e := range events {
		if out[i], err = tell(e); err != nil {
			return nil, fmt.Errorf("event %d of %s: %w", e.Sequence, e.Chain, err)
		}
	}
	return out, nil
}

// CountHistory counts the events that History tells. It fails with NotFound.
func CountHistory(tx Reader, id string) (int64, error) {
	b, err := seen(tx, id)
	if err != nil {
		return 0, err
	}
	return tx.CountBrandEvents(b)
}

// told is a stored column that a history tells; those not listed are technical.
type told struct {
	column string
	member string // of the brand, of one of its recognitions or of its evidence
	title  fault.Text
}

var toldOfBrand = func() []told {
	out := []told{{"state", "state", fault.Text{ZH: "状态", EN: "state"}}}
	for _, t := range Texts {
		out = append(out, told{t.Name, t.Name, t.Title})
	}
	return append(out,
		told{"explanations", "explanations", fault.Text{ZH: "说明", EN: "explanations"}},
		told{"return_reason", "return_reason", fault.Text{ZH: "退回或不予认定的原因", EN: "reason of the return or rejection"}},
		told{"publicized_on", "publicized_on", fault.Text{ZH: "公示开始日期", EN: "publicized on"}},
		told{"publicity_ends_on", "publicity_ends_on", fault.Text{ZH: "公示截止日期", EN: "publicity ends on"}},
		told{"checked_on", "checked_on", fault.Text{ZH: "最近认定或复核日期", EN: "last recognized or confirmed on"}},
		told{"recheck_on", "recheck_on", fault.Text{ZH: "应复核日期", EN: "to be rechecked on"}},
	)
}()

var toldOfRecognition = []told{
	{"level", "level", fault.Text{ZH: "认定级别", EN: "level"}},
	{"authority", "authority", fault.Text{ZH: "命名单位", EN: "authority"}},
	{"document_no", "document_no", fault.Text{ZH: "文号", EN: "document number"}},
	{"recognized_on", "recognized_on", fault.Text{ZH: "认定日期", EN: "recognized on"}},
	{"valid_to", "valid_to", fault.Text{ZH: "有效期至", EN: "valid to"}},
	{"evidence", "evidence_ids", fault.Text{ZH: "佐证材料", EN: "evidence"}},
	{"revoked_on", "revoked_on", fault.Text{ZH: "撤销日期", EN: "revoked on"}},
	{"reason", "reason", fault.Text{ZH: "撤销原因", EN: "reason of the revocation"}},
}

var toldOfEvidence = []told{
	{"purpose", "purpose", fault.Text{ZH: "用途", EN: "purpose"}},
	{"file_name", "file_name", fault.Text{ZH: "文件名", EN: "file name"}},
	{"media_type", "media_type", fault.Text{ZH: "文件类型", EN: "media type"}},
	{"size_bytes", "size_bytes", fault.Text{ZH: "字节数", EN: "bytes"}},
	{"sha256", "sha256", fault.Text{ZH: "SHA-256", EN: "SHA-256"}},
}

func tell(e audit.Event) (Told, error) {
	t := Told{Sequence: e.Sequence, At: e.At, Account: e.Account, Action: e.Action, Reason: e.Reason}
	kind, rest, _ := strings.Cut(e.Subject, "/")
	_, part, _ := strings.Cut(rest, "/")
	columns, at := toldOfBrand, "/"
	switch kind {
	case "recognitions":
		columns, at, t.Recognition = toldOfRecognition, "/recognitions/"+part+"/", part
	case "evidence":
		columns, at, t.Evidence = toldOfEvidence, "/evidence/"+part+"/", part
	}
	var before, after map[string]*string
	if err := json.Unmarshal([]byte(e.Before), &before); err != nil {
		return Told{}, err
	}
	if err := json.Unmarshal([]byte(e.After), &after); err != nil {
		return Told{}, err
	}
	for _, c := range columns {
		b, a := empty(before[c.column]), empty(after[c.column])
		if b == nil && a == nil || b != nil && a != nil && *a == *b {
			continue
		}
		t.Changes = append(t.Changes, FieldChange{at + c.member, c.title, b, a})
	}
	return t, nil
}

// empty is a stored text; nil when it says nothing.
func empty(s *string) *string {
	if s == nil || *s == "" || *s == "[]" || *s == "{}" {
		return nil
	}
	return s
}
