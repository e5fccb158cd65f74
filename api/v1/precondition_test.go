package v1

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestPrecondition(t *testing.T) {
	type headers = http.Header
	nothing := []period.Instant{-1}
	for _, c := range []struct {
		name string
		h    headers
		want audit.Precondition
	}{
		{"none", headers{}, audit.Precondition{}},
		{"one", headers{"If-Match": {`"1760000000000000"`}}, audit.Precondition{Match: []period.Instant{1760000000000000}}},
		{"a default's", headers{"If-Match": {`"0"`}}, audit.Precondition{Match: []period.Instant{0}}},
		{"a list", headers{"If-Match": {`"1", "2" ,,"3"`}}, audit.Precondition{Match: []period.Instant{1, 2, 3}}},
		{"two lines", headers{"If-Match": {`"1"`, `"2"`}}, audit.Precondition{Match: []period.Instant{1, 2}}},
		{"any", headers{"If-Match": {` * `}}, audit.Precondition{Any: true}},
		{"weak", headers{"If-Match": {`W/"1"`}}, audit.Precondition{Match: nothing}},
		{"weak and strong", headers{"If-Match": {`W/"1", "2"`}}, audit.Precondition{Match: []period.Instant{-1, 2}}},
		{"not as we write it", headers{"If-Match": {`"01", "+1", "-1", "1.0", "x"`}}, audit.Precondition{Match: []period.Instant{-1, -1, -1, -1, -1}}},
		{"a report's", headers{"If-Match": {`"q2hSd0dLbWQ"`}}, audit.Precondition{Match: nothing}},
		{"must not exist", headers{"If-None-Match": {`*`}}, audit.Precondition{MustNot: true}},
	} {
		got, err := parsePrecondition(c.h)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v; want %+v", c.name, got, err, c.want)
		}
	}
	for _, bad := range []string{``, `"1"`, `*, "1"`, `x`} {
		if _, err := parsePrecondition(headers{"If-None-Match": {bad}}); !fault.Is(err, fault.InvalidRequest) {
			t.Errorf("If-None-Match %q: %v", bad, err)
		}
	}
}

func TestNoneMatch(t *testing.T) {
	for value, want := range map[string]bool{
		`*`: true, `"a"`: true, `W/"a"`: true, `"b", "a"`: true, `"b"`: false, `a`: false, ``: false, `"a`: false, `"b", W/"a"`: true,
	} {
		if got := noneMatch(http.Header{"If-None-Match": {value}}, "a"); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
	if noneMatch(http.Header{}, "a") {
		t.Error("matches without the header")
	}
}

// What is no list of entity tags is told so, with what to write instead.
func TestMalformedIfMatchNamesTheMend(t *testing.T) {
	for value, mend := range map[string]string{
		`1760000000000001`:     `If-Match: "1760000000000001"`,
		`'1760000000000001'`:   `If-Match: "1760000000000001"`,
		`W/1760000000000001`:   `If-Match: "1760000000000001"`,
		`“1760000000000001”`:   `If-Match: "1760000000000001"`,
		`\"1760000000000001\"`: `If-Match: "1760000000000001"`,
		`"1760000000000001`:    `If-Match: "1760000000000001"`,
		`"1", 2`:               `If-Match: "1760000000000000"`,
		`*, "1"`:               `If-Match: "1760000000000000"`,
		`" 1"`:                 `If-Match: "1"`,
		`null`:                 `If-Match: "1760000000000000"`,
		``:                     `If-Match: "1760000000000000"`,
	} {
		_, err := parsePrecondition(http.Header{"If-Match": {value}})
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != fault.InvalidRequest || f.Violations[0].Pointer != "If-Match" ||
			!strings.Contains(f.Violations[0].Message.ZH, "“"+value+"”") || !strings.Contains(f.Violations[0].Hint.ZH, mend) {
			t.Errorf("%s: %+v", value, err)
		}
	}
}

// A version is matched only when it stands in the header as we write it, in quotes and not weak.
func FuzzPrecondition(f *testing.F) {
	for _, seed := range []string{`"12"`, `*`, `W/"12"`, `"1","12"`, `"12`, ``, `"012"`, `"12" "12"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		p, err := parsePrecondition(http.Header{"If-Match": {value}})
		if fault.Is(err, fault.InvalidRequest) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		err = p.Existing(12)
		if err != nil && !fault.Is(err, fault.Stale) {
			t.Errorf("%q: %v, want stale", value, err)
		}
		named := strings.Contains(value, `"12"`) || strings.TrimSpace(value) == "*"
		if err == nil && !named {
			t.Errorf("%q matches 12", value)
		}
	})
}
