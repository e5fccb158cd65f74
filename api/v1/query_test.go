package v1

import (
	"brandregistry/internal/fault"
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

type level string

type sampleQuery struct {
	Area   string   `form:"area" validate:"omitempty,area_code"`
	Text   string   `form:"q" validate:"omitempty,max=5"`
	Level  level    `form:"level" validate:"omitempty,oneof=city district"`
	On     *string  `form:"on" validate:"omitempty,date"`
	From   int64    `form:"from"`
	Live   *bool    `form:"live"`
	States []level  `form:"state" validate:"dive,oneof=draft submitted"`
	Sort   string   `form:"sort" validate:"oneof=code -code" default:"code"`
	Names  []string `form:"name"`
	pageQuery
}

func readSample(raw string) (sampleQuery, error) {
	var q sampleQuery
	wrong, err := bindQuery(raw, &q)
	if err == nil && len(wrong) > 0 {
		err = fault.Malformed(wrong)
	}
	if err == nil {
		err = (&api{validator: newValidator()}).validate(&q, true)
	}
	return q, err
}

func TestQueryRefuses(t *testing.T) {
	for raw, want := range map[string]string{
		"x=1":                       "x",
		"Area=33":                   "Area",
		"=1":                        "",
		"area=33&area=33":           "area",
		"area=33;q=1":               "area",
		"area=33&q=a;b":             "q",
		"q=%zz":                     "q",
		"q=%f":                      "q",
		"q=%ff":                     "q",
		"q=%00":                     "q",
		"q=%ed%a0%80":               "q",
		"area=":                     "area",
		"area":                      "area",
		"level=":                    "level",
		"level=town":                "level",
		"on=2026-02-30":             "on",
		"from=1.0":                  "from",
		"from=+1":                   "from",
		"from=01":                   "from",
		"from=":                     "from",
		"from=1e3":                  "from",
		"from=99999999999999999999": "from",
		"live=1":                    "live",
		"state=draft,x":             "state",
		"limit=0":                   "limit",
		"limit=201":                 "limit",
		"limit=-1":                  "limit",
		"count=yes":                 "count",
		"sort=name":                 "sort",
		"q=一二三四五六":                  "q",
	} {
		_, err := readSample(raw)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != fault.InvalidRequest || len(f.Violations) != 1 || f.Violations[0].Pointer != want {
			t.Errorf("%s: %v, want one violation at %q", raw, err, want)
		}
	}
	var f *fault.Error
	if _, err := readSample("x=1&from=a&area=33&area=33"); !errors.As(err, &f) || len(f.Violations) != 3 {
		t.Errorf("%v, want three violations", f)
	}
}

func TestQueryTakes(t *testing.T) {
	on, live := "2026-10-08", false
	for raw, want := range map[string]sampleQuery{
		"":  {Sort: "code", pageQuery: pageQuery{Limit: 50}},
		"&": {Sort: "code", pageQuery: pageQuery{Limit: 50}},
		"area=330109&q=%E5%9F%8E+%E5%8E%A2&level=city&on=2026-10-08&from=-3&live=false&state=draft,submitted&sort=-code&limit=200&cursor=abc&count=true&name=a": {
			Area: "330109", Text: "城 厢", Level: "city", On: &on, From: -3, Live: &live, States: []level{"draft", "submitted"},
			Sort: "-code", Names: []string{"a"}, pageQuery: pageQuery{200, "abc", true},
		},
		"q=": {Sort: "code", pageQuery: pageQuery{Limit: 50}},
	} {
		got, err := readSample(raw)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", raw, got, err)
		}
	}
}

// What query takes, net/url takes too and reads the same, each parameter once.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"area=33&q=a", "q=%00", "a;b", "limit=200&count=true", "q=%E5%9F%8E", "&&=", "q=a&q=b", "%71=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := readSample(raw)
		if err != nil {
			var e *fault.Error
			if !errors.As(err, &e) || e.Code != fault.InvalidRequest || len(e.Violations) == 0 {
				t.Fatalf("%v is no refusal of form", err)
			}
			return
		}
		values, err := url.ParseQuery(raw)
		if err != nil {
			t.Fatalf("taken, but: %v", err)
		}
		for name, list := range values {
			if len(list) != 1 || name == "" {
				t.Errorf("taken: %s=%q", name, list)
			}
		}
		if q.Text != values.Get("q") || q.Area != values.Get("area") || !utf8.ValidString(q.Text) || strings.ContainsRune(q.Text, 0) {
			t.Errorf("%q was read as %+v", raw, q)
		}
	})
}
