package coverage

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/column"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Told is one event of a record's life as its history tells it.
type Told struct {
	Sequence int64 // its place: events rise with time
	At       period.Instant
	Account  string
	Action   string // e.g. "coverage.submit"
	Revision int64
	Reason   *string
	Changes  []FieldChange
}

// FieldChange is one field before and after, as text; nil is no value.
type FieldChange struct {
	Pointer       string // JSON pointer into the record
	Title         fault.Text
	Before, After *string
}

// History tells what happened to a record, newest first, before the event at the place given (0:
// all), at most limit events. What was changed of neighboring revisions only to keep their order is
// left out. It fails with NotFound.
func History(tx Reader, key Key, before int64, limit int) ([]Told, error) {
	if _, err := seen(tx, key); err != nil {
		return nil, err
	}
	events, err := tx.CoverageEvents(key, before, limit, untold)
	if err != nil {
		return nil, err
	}
	out := make([]Told, len(events))
	for i, e := range events {
		if out[i], err = tell(key, e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// untold are the events of neighboring revisions.
var untold = []string{eventSupersede, eventReinstate}

// CountHistory counts the events that History tells. It fails with NotFound.
func CountHistory(tx Reader, key Key) (int64, error) {
	if _, err := seen(tx, key); err != nil {
		return 0, err
	}
	return tx.CountCoverageEvents(key, untold)
}

func tell(key Key, e audit.Event) (Told, error) {
	revision, err := strconv.ParseInt(strings.TrimPrefix(e.Subject, key.Subject()), 10, 64)
	if err != nil {
		return Told{}, fmt.Errorf("event %d of %s: %w", e.Sequence, e.Chain, err)
	}
	t := Told{Sequence: e.Sequence, At: e.At, Account: e.Account, Action: e.Action, Revision: revision, Reason: e.Reason}
	var before, after map[string]*string
	if err := json.Unmarshal([]byte(e.Before), &before); err != nil {
		return Told{}, fmt.Errorf("event %d of %s: %w", e.Sequence, e.Chain, err)
	}
	if err := json.Unmarshal([]byte(e.After), &after); err != nil {
		return Told{}, fmt.Errorf("event %d of %s: %w", e.Sequence, e.Chain, err)
	}
	for _, c := range columns {
		b, a := before[c.name], after[c.name]
		if equal(b, a) || (c.copied && e.Action == eventCorrect) {
			continue
		}
		changes, err := c.tell(b, a)
		if err != nil {
			return Told{}, fmt.Errorf("event %d of %s: %w", e.Sequence, e.Chain, err)
		}
		t.Changes = append(t.Changes, changes...)
	}
	return t, nil
}

// field is a stored column that a history tells; those not listed are technical.
type field struct {
	name    string
	pointer string
	title   fault.Text
	copied  bool // a correction begins with what the revision before it had
}

// columns are in the order of the form.
var columns = func() []field {
	out := []field{{"state", "/state", fault.Text{ZH: "状态", EN: "state"}, false}}
	for _, k := range Kinds {
		for i, name := range FigureNames {
			out = append(out, field{string(k) + "_" + name, FigurePointer(k, i), titleOfFigure(k, i), true})
		}
	}
	return append(out,
		field{"explanations", "/explanations", fault.Text{ZH: "说明", EN: "explanation"}, true},
		field{"return_reason", "/return_reason", fault.Text{ZH: "退回原因", EN: "reason of the return"}, false},
		field{"return_pointers", "/return_pointers", fault.Text{ZH: "退回时指出的数字", EN: "figures pointed at"}, false},
		field{"allowed_until", "/allowed_until", fault.Text{ZH: "允许提交至", EN: "can be submitted until"}, false},
		field{"prepared_by", "/prepared_by", fault.Text{ZH: "填报人", EN: "prepared by"}, false},
		field{"signed_by", "/signed_by", fault.Text{ZH: "审签人", EN: "signed by"}, false},
		field{"phone", "/phone", fault.Text{ZH: "联系电话", EN: "phone"}, false},
	)
}()

func titleOfFigure(k Kind, figure int) fault.Text {
	return fault.Textf("%s：%s", "%s: %s", k.Title(), FigureTitles[figure])
}

func (c field) tell(before, after *string) ([]FieldChange, error) {
	switch c.name {
	case "explanations":
		var was, is column.Explanations
		for text, into := range map[*string]*column.Explanations{before: &was, after: &is} {
			if text != nil {
				if err := into.Scan(*text); err != nil {
					return nil, err
				}
			}
		}
		return explanationChanges(was, is), nil
	case "return_pointers":
		if before, after = listed(before), listed(after); equal(before, after) {
			return nil, nil
		}
	}
	return []FieldChange{{c.pointer, c.title, before, after}}, nil
}

// listed is a stored list; nil when it is empty.
func listed(s *string) *string {
	if s != nil && *s == "[]" {
		return nil
	}
	return s
}

// explanationChanges compares explanations key by key.
func explanationChanges(was, is column.Explanations) []FieldChange {
	keys := slices.Collect(maps.Keys(was))
	for key := range is {
		if _, both := was[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var out []FieldChange
	for _, key := range keys {
		b, a := found(was, key), found(is, key)
		if equal(b, a) {
			continue
		}
		k, rule, _ := RuleOf(key)
		out = append(out, FieldChange{"/explanations/" + key, fault.Textf("%s：对“%s”的说明", "%s: explanation of “%s”", k.Title(), rule.Title), b, a})
	}
	return out
}

func found(e column.Explanations, key string) *string {
	if s, ok := e[key]; ok {
		return &s
	}
	return nil
}
