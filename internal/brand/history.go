package brand

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/column"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// EventKind is what happened to a brand, as the audit log names it.
// 品牌历史中的操作，与审计日志一致
type EventKind string

// The events.
const (
	EventCreate    EventKind = "brand.create"             // 新建
	EventEdit      EventKind = "brand.edit"               // 修改
	EventDelete    EventKind = "brand.delete"             // 删除
	EventSubmit    EventKind = "brand.submit"             // 申报
	EventWithdraw  EventKind = "brand.withdraw"           // 撤回
	EventReturn    EventKind = "brand.return"             // 退回
	EventReject    EventKind = "brand.reject"             // 不予认定
	EventPublicize EventKind = "brand.publicize"          // 公示
	EventRecognize EventKind = "brand.recognize"          // 认定
	EventConfirm   EventKind = "brand.confirm"            // 复核合格
	EventRevoke    EventKind = "brand.revoke"             // 撤销全部认定
	EventRevokeOne EventKind = "brand.revoke_recognition" // 撤销一次认定
	EventReopen    EventKind = "brand.reopen"             // 重新申报
	EventAttach    EventKind = "brand.attach"             // 上传材料
	EventDetach    EventKind = "brand.detach"             // 删除材料
)

// change is an audit change for an event and why it happened.
func (e EventKind) change(why *string) audit.Change {
	return audit.Change{Action: string(e), Reason: why}
}

// Told is one step of a brand's life as its history tells it: what the events of one stamp say.
type Told struct {
	At           period.Instant // no two steps have the same
	Account      string
	Action       EventKind
	Recognitions []string // ids of the recognitions that came or changed
	Evidence     []string // ids of the files that came or went
	Reason       *string
	Changes      []FieldChange
}

// FieldChange is one field before and after, as text; nil is no value.
type FieldChange struct {
	Pointer       string // JSON pointer into the brand
	Title         fault.Text
	Before, After *string
}

// History tells what happened to a brand, its recognitions and its files, newest first, before the
// instant given (0: all), at most limit steps. It fails with NotFound.
func History(tx Reader, id string, before period.Instant, limit int) ([]Told, error) {
	b, err := seen(tx, id)
	if err != nil {
		return nil, err
	}
	events, err := tx.BrandEvents(b, before, limit)
	if err != nil {
		return nil, err
	}
	var out []Told
	for _, e := range events {
		t, err := tell(e)
		if err != nil {
			return nil, fmt.Errorf("event %d of %s: %w", e.Sequence, e.Chain, err)
		}
		if n := len(out) - 1; n >= 0 && out[n].At == t.At {
			out[n].Recognitions, out[n].Evidence = append(out[n].Recognitions, t.Recognitions...), append(out[n].Evidence, t.Evidence...)
			out[n].Changes = append(out[n].Changes, t.Changes...)
			continue
		}
		out = append(out, t)
	}
	return out, nil
}

// CountHistory counts the steps that History tells. It fails with NotFound.
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
	{"replaced_by", "replaced_by", fault.Text{ZH: "替换它的认定", EN: "replaced by"}},
}

var toldOfEvidence = []told{
	{"purpose", "purpose", fault.Text{ZH: "用途", EN: "purpose"}},
	{"file_name", "file_name", fault.Text{ZH: "文件名", EN: "file name"}},
	{"media_type", "media_type", fault.Text{ZH: "文件类型", EN: "media type"}},
	{"size_bytes", "size_bytes", fault.Text{ZH: "字节数", EN: "bytes"}},
	{"sha256", "sha256", fault.Text{ZH: "SHA-256", EN: "SHA-256"}},
}

func tell(e audit.Event) (Told, error) {
	t := Told{At: e.At, Account: e.Account, Action: EventKind(e.Action), Reason: e.Reason}
	kind, rest, _ := strings.Cut(e.Subject, "/")
	_, part, _ := strings.Cut(rest, "/")
	columns, at := toldOfBrand, "/"
	switch kind {
	case "recognitions":
		columns, at, t.Recognitions = toldOfRecognition, "/recognitions/"+part+"/", []string{part}
	case "evidence":
		columns, at, t.Evidence = toldOfEvidence, "/evidence/"+part+"/", []string{part}
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
		switch c.column {
		case "explanations":
			changes, err := explanationChanges(at+c.member+"/", c.title, b, a)
			if err != nil {
				return Told{}, err
			}
			t.Changes = append(t.Changes, changes...)
			continue
		case "evidence":
			b, a = listed(b), listed(a)
		}
		if b == nil && a == nil || b != nil && a != nil && *a == *b {
			continue
		}
		t.Changes = append(t.Changes, FieldChange{at + c.member, c.title, b, a})
	}
	return t, nil
}

// explanationChanges compares stored explanations key by key.
func explanationChanges(at string, title fault.Text, before, after *string) ([]FieldChange, error) {
	var was, is column.Explanations
	for into, text := range map[*column.Explanations]*string{&was: before, &is: after} {
		if text == nil {
			continue
		}
		if err := into.Scan(*text); err != nil {
			return nil, err
		}
	}
	keys := slices.AppendSeq(slices.Collect(maps.Keys(was)), maps.Keys(is))
	slices.Sort(keys)
	var out []FieldChange
	for _, key := range slices.Compact(keys) {
		b, a := was[key], is[key]
		if a != b {
			out = append(out, FieldChange{at + key, title, empty(&b), empty(&a)})
		}
	}
	return out, nil
}

// empty is a stored text; nil when there is none.
func empty(s *string) *string {
	if s == nil || *s == "" {
		return nil
	}
	return s
}

// listed is a stored list; nil when it is empty.
func listed(s *string) *string {
	if s != nil && *s == "[]" {
		return nil
	}
	return s
}
