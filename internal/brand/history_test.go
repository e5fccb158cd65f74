package brand

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/period"
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// technical are the audited columns that a history does not tell, and the reason.
var technical = map[string]map[string]string{
	"brands": {"id": "names the brand", "number": "orders lists", "area": "never changes", "created_at": "the first event's instant",
		"submitted_at": "the event's instant", "submitted_by": "the event's actor", "decided_at": "the event's instant", "decided_by": "the event's actor"},
	"recognitions": {"brand": "names the brand", "id": "is told of every event", "area": "never changes", "created_at": "the event's instant", "created_by": "the event's actor"},
	"evidence":     {"brand": "names the brand", "id": "is told of every event", "area": "never changes", "created_at": "the event's instant", "created_by": "the event's actor"},
}

var (
	capitals  = regexp.MustCompile("[A-Z]+")
	columnTag = regexp.MustCompile("column:([a-z0-9_]+)")
)

// audited are the columns of a stored row that its events hold.
func audited(row reflect.Type) (out []string) {
	for f := range row.Fields() {
		switch {
		case f.Anonymous:
			out = append(out, audited(f.Type)...)
		case f.Tag.Get("audit") == "-":
		case columnTag.MatchString(f.Tag.Get("gorm")):
			out = append(out, columnTag.FindStringSubmatch(f.Tag.Get("gorm"))[1])
		default:
			name := capitals.ReplaceAllStringFunc(f.Name, func(s string) string { return "_" + strings.ToLower(s) })
			out = append(out, strings.TrimPrefix(name, "_"))
		}
	}
	return out
}

func TestEveryColumnIsToldOrTechnical(t *testing.T) {
	for kind, tt := range map[string]struct {
		row  any
		told []told
	}{
		"brands": {Brand{}, toldOfBrand}, "recognitions": {Recognition{}, toldOfRecognition}, "evidence": {Evidence{}, toldOfEvidence},
	} {
		columns := audited(reflect.TypeOf(tt.row))
		var listed []string
		for _, c := range tt.told {
			listed = append(listed, c.column)
			if c.title.ZH == "" || c.title.EN == "" || c.member == "" {
				t.Errorf("%s: %+v", kind, c)
			}
		}
		for _, c := range columns {
			if _, is := technical[kind][c]; is == slices.Contains(listed, c) {
				t.Errorf("%s.%s is to be told, or to be on the list of technical columns", kind, c)
			}
		}
		for _, c := range slices.Concat(listed, slices.Collect(maps.Keys(technical[kind]))) {
			if !slices.Contains(columns, c) {
				t.Errorf("%s.%s is no audited column", kind, c)
			}
		}
		if slices.Sort(listed); len(slices.Compact(listed)) != len(tt.told) {
			t.Errorf("%s: a column is told twice", kind)
		}
	}
}

// event is an event of a subject.
func event(subject string, before, after map[string]*string) audit.Event {
	b, _ := json.Marshal(before)
	a, _ := json.Marshal(after)
	return audit.Event{Sequence: 7, At: period.Instant(8), Account: "9", Action: string(EventEdit), Subject: subject, Before: string(b), After: string(a)}
}

func TestTell(t *testing.T) {
	text := func(s string) *string { return &s }
	for kind, columns := range map[string][]told{"brands/b": toldOfBrand, "recognitions/b/r": toldOfRecognition, "evidence/b/e": toldOfEvidence} {
		at := map[string]string{"brands/b": "/", "recognitions/b/r": "/recognitions/r/", "evidence/b/e": "/evidence/e/"}[kind]
		for _, c := range columns {
			if c.column == "explanations" {
				continue
			}
			for _, tt := range []struct{ before, after, was, is *string }{
				{nil, text("x"), nil, text("x")}, {text("x"), text("y"), text("x"), text("y")}, {text("x"), nil, text("x"), nil}, {text(""), text("{}"), nil, text("{}")}, {text("null"), text(""), text("null"), nil},
			} {
				got, err := tell(event(kind, map[string]*string{c.column: tt.before}, map[string]*string{c.column: tt.after}))
				want := []FieldChange{{at + c.member, c.title, tt.was, tt.is}}
				if err != nil || !reflect.DeepEqual(got.Changes, want) || got.At != 8 || got.Account != "9" || got.Action != "brand.edit" {
					t.Errorf("%s.%s: %+v, %v", kind, c.column, got, err)
				}
			}
		}
		for name := range technical[strings.Split(kind, "/")[0]] {
			if got, err := tell(event(kind, map[string]*string{name: nil}, map[string]*string{name: text("x")})); err != nil || len(got.Changes) != 0 {
				t.Errorf("%s.%s: %+v, %v", kind, name, got, err)
			}
		}
		if got, err := tell(event(kind, map[string]*string{"unknown": nil}, map[string]*string{"unknown": text("x")})); err != nil || len(got.Changes) != 0 {
			t.Errorf("%s: %+v, %v", kind, got, err)
		}
		if got, err := tell(event(kind, nil, nil)); err != nil || len(got.Changes) != 0 {
			t.Errorf("%s: %+v, %v", kind, got, err)
		}
	}
	for _, damaged := range []audit.Event{{Before: "{", After: "{}"}, {Before: "{}", After: "1"}, {Before: "{}", After: `{"explanations":"{"}`}, {Before: `{"state":1}`, After: "{}"}} {
		damaged.Subject = "brands/b"
		if got, err := tell(damaged); err == nil {
			t.Errorf("%+v is told as %+v", damaged, got)
		}
	}
}

func TestExplanationsAreToldOneByOne(t *testing.T) {
	text := func(s string) *string { return &s }
	for _, tt := range []struct {
		before, after *string
		want          []string // pointer, before, after; "-": none
	}{
		{nil, text("{}"), nil},
		{nil, text(`{"a":"1"}`), []string{"/explanations/a", "-", "1"}},
		{text(`{"a":"1","b":"2"}`), text(`{"b":"3","c":"4"}`), []string{"/explanations/a", "1", "-", "/explanations/b", "2", "3", "/explanations/c", "-", "4"}},
		{text(`{"a":"1"}`), text(`{"a":"1"}`), nil},
		{text(`{"a":"1"}`), nil, []string{"/explanations/a", "1", "-"}},
	} {
		got, err := tell(event("brands/b", map[string]*string{"explanations": tt.before}, map[string]*string{"explanations": tt.after}))
		var told []string
		for _, c := range got.Changes {
			told = append(told, c.Pointer)
			for _, side := range []*string{c.Before, c.After} {
				if side == nil {
					side = text("-")
				}
				told = append(told, *side)
			}
		}
		if err != nil || !slices.Equal(told, tt.want) {
			t.Errorf("%v, %v; want %v", told, err, tt.want)
		}
	}
	got, err := tell(event("recognitions/b/r", map[string]*string{"evidence": nil, "level": nil}, map[string]*string{"evidence": text("[]"), "level": text("city")}))
	if err != nil || len(got.Changes) != 1 || !slices.Equal(got.Recognitions, []string{"r"}) || got.Evidence != nil {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err = tell(event("evidence/b/e", nil, nil)); err != nil || !slices.Equal(got.Evidence, []string{"e"}) || got.Recognitions != nil {
		t.Errorf("%+v, %v", got, err)
	}
}
