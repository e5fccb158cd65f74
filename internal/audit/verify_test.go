package audit

import (
	"brandregistry/internal/area"
	"brandregistry/internal/period"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// chainOf chains events of one district.
func chainOf(events ...Event) []Event {
	previous := ""
	for i := range events {
		e := &events[i]
		e.Chain, e.Sequence, e.PreviousHash = "330109", int64(i+1), previous
		if e.Area == "" {
			e.Area = "330109001"
		}
		e.Hash = e.Digest()
		previous = e.Hash
	}
	return events
}

func verify(events []Event, noted ...Head) (*Verifier, []string) {
	v := NewVerifier("330109", func(s string) bool { return strings.HasPrefix(s, "areas/") }, noted)
	var found []string
	report := func(f Finding) { found = append(found, f.String()) }
	for _, e := range events {
		v.Add(e, report)
	}
	v.End(report)
	return v, found
}

func lifeOfAnArea() []Event {
	return chainOf(
		Event{At: 10, Subject: "areas/x", Before: `{"code":null,"name":null}`, After: `{"code":"x","name":"旧"}`},
		Event{At: 20, Subject: "accounts/a", Before: `{"name":null}`, After: `{"name":"甲"}`},
		Event{At: 30, Subject: "areas/x", Before: `{"name":"旧","note":null}`, After: `{"name":"新","note":"\u003c\"引\"\u003e"}`},
		Event{At: 30, Subject: "areas/x", Before: `{"name":"新"}`, After: `{"name":"新新"}`},
		Event{At: 40, Subject: "accounts/a", Before: `{"name":"甲"}`, After: `{"name":"乙"}`},
		Event{At: 50, Subject: "areas/x", Before: `{"code":"x","name":"新新","note":"\u003c\"引\"\u003e"}`, After: `{"code":null,"name":null,"note":null}`},
		Event{At: 60, Subject: "areas/x", Before: `{"code":null}`, After: `{"code":"x"}`},
	)
}

func TestVerifierFolds(t *testing.T) {
	v, found := verify(lifeOfAnArea())
	if len(found) > 0 {
		t.Errorf("found %q", found)
	}
	want := map[string]*Folded{
		"areas/x": {"330109001", []Version{
			{10, 30, State{"code": "x", "name": "旧"}},
			{30, 50, State{"code": "x", "name": "新新", "note": `<"引">`}}, // the first of this stamp was never in force
			{60, period.Never, State{"code": "x"}},
		}},
		"accounts/a": {"330109001", []Version{{40, period.Never, State{"name": "乙"}}}},
	}
	if !reflect.DeepEqual(v.Subjects, want) {
		t.Errorf("folds to %v", v.Subjects["areas/x"])
	}
	if h := v.Head(); h.Sequence != 7 || len(h.Hash) != 64 {
		t.Errorf("head %+v", h)
	}
}

func TestVerifierFinds(t *testing.T) {
	head := lifeOfAnArea()[4]
	noted := Head{"330109", head.Sequence, head.Hash}
	for _, c := range []struct {
		name  string
		edit  func([]Event) []Event
		noted []Head
		want  string // what the first finding begins with; "" for none
	}{
		{"nothing", func(e []Event) []Event { return e }, []Head{noted}, ""},
		{"an edit", func(e []Event) []Event { e[2].Action = "x"; return e }, nil, "audit_events 330109/3 hash："},
		{"a new hash", func(e []Event) []Event { e[2].Action = "x"; e[2].Hash = e[2].Digest(); return e }, nil, "audit_events 330109/4 previous_hash："},
		{"a loss", func(e []Event) []Event { return slices.Delete(e, 1, 2) }, nil, "audit_events 330109/3 sequence："},
		{"a loss at the start", func(e []Event) []Event { return e[1:] }, nil, "audit_events 330109/2 sequence："},
		{"a loss, chained anew", func(e []Event) []Event { return chainOf(slices.Delete(e, 1, 2)...) }, nil, "audit_events 330109/4 before："},
		{"a stamp that falls", func(e []Event) []Event { e[1].At = 5; return chainOf(e...) }, nil, "audit_events 330109/2 at："},
		{"another area", func(e []Event) []Event { e[1].Area = "330110"; return chainOf(e...) }, nil, "audit_events 330109/2 area："},
		{"an area that moves", func(e []Event) []Event { e[4].Area = "330109002"; return chainOf(e...) }, nil, "audit_events 330109/5 area："},
		{"a before that was not", func(e []Event) []Event { e[4].Before = `{"name":"丙"}`; return chainOf(e...) }, nil, "audit_events 330109/5 before："},
		{"columns that differ", func(e []Event) []Event { e[4].After = `{}`; return chainOf(e...) }, nil, "audit_events 330109/5 after："},
		{"more columns after", func(e []Event) []Event { e[4].After = `{"name":"乙","x":"1"}`; return chainOf(e...) }, nil, "audit_events 330109/5 before："},
		{"no JSON", func(e []Event) []Event { e[4].Before = `{"name":`; return chainOf(e...) }, nil, "audit_events 330109/5 before："},
		{"no JSON after", func(e []Event) []Event { e[4].After = `[]`; return chainOf(e...) }, nil, "audit_events 330109/5 after："},
		{"a chain written anew", func(e []Event) []Event { e[1].Account = "x"; return chainOf(e...) }, []Head{noted}, "audit_events 330109/5 hash："},
		{"a tail cut", func(e []Event) []Event { return e[:4] }, []Head{noted}, "audit_events 330109/5："},
		{"one chain cut, another head there", func(e []Event) []Event { return e[:5] }, []Head{{"330109", 9, head.Hash}, noted}, "audit_events 330109/9："},
	} {
		_, found := verify(c.edit(lifeOfAnArea()), c.noted...)
		if c.want == "" && len(found) > 0 || c.want != "" && (len(found) == 0 || !strings.HasPrefix(found[0], c.want)) {
			t.Errorf("%s: found %q, want %q", c.name, found, c.want)
		}
	}
}

// TestDecodeColumnsIsJSON compares the short way through JSON with the long one.
func TestDecodeColumnsIsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.MapOf(rapid.String(), rapid.Ptr(rapid.StringOfN(rapid.RuneFrom([]rune(`ab"\,:{}null 引<`)), 0, 8, -1), true)).Draw(t, "columns")
		text, err := json.Marshal(columns)
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]*string
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		got, err := decodeColumns(string(text))
		if err != nil || !maps.EqualFunc(got, want, func(a, b *string) bool { return a == b || (a != nil && b != nil && *a == *b) }) {
			t.Fatalf("%s: %v", text, err)
		}
	})
}

func FuzzDecodeColumns(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":"b"}`, `{"a":null,"b":"c"}`, `{"a":"b",}`, `{"a":"b"`, `{"a":nullx}`, `{"a":"b"}}`, `{"a" : "b"}`, `{"a":"b","a":"c"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := decodePlain(text)
		if !ok || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
			return // text is stored in UTF-8, control characters escaped; any other is compared as it stands
		}
		var want map[string]*string
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatalf("%q is read, but %v", text, err)
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %d columns, want %d", text, len(got), len(want))
		}
	})
}

func TestHeads(t *testing.T) {
	heads := []Head{{"0", 1, strings.Repeat("a", 64)}, {"330109", 57, strings.Repeat("0", 64)}}
	var b bytes.Buffer
	if err := WriteHeads(&b, heads); err != nil {
		t.Fatal(err)
	}
	got, err := ReadHeads(strings.NewReader("# 2026-10-08\n\n" + b.String() + b.String()))
	want := map[area.Code][]Head{"0": {heads[0], heads[0]}, "330109": {heads[1], heads[1]}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("reads %v, %v", got, err)
	}
	hash := strings.Repeat("a", 64)
	for _, line := range []string{"330109 57", "330109 57 abc", "330109 0 " + hash, "330109 x " + hash, "3301099 1 " + hash, "330109001 1 " + hash, "330109 1 " + strings.ToUpper(hash), "330109 1 " + hash + " x"} {
		if _, err := ReadHeads(strings.NewReader("0 1 " + hash + "\n" + line)); err == nil || !strings.Contains(fmt.Sprint(err), "第 2 行") {
			t.Errorf("%q: %v", line, err)
		}
	}
}
