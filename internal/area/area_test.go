package area

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for _, s := range []string{"0", "33", "3301", "330109", "330109001", "330109901"} {
		if c, err := Parse(s); err != nil || string(c) != s {
			t.Errorf("Parse(%q) = %q, %v", s, c, err)
		}
	}
	for _, s := range []string{"", "00", "1", "331", "33010", "3301090", "33010900", "3301090011", "3301a9", "３３", " 33", "033301", "-3", "33\x00"} {
		if c, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) = %q, want an error", s, c)
		}
	}
}

func code(t *rapid.T) Code {
	return Code(rapid.StringMatching(`0|[1-9][0-9]|[1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}`).Draw(t, "code"))
}

// The hierarchy is the code, whichever way it is asked.
func TestHierarchy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := code(t), code(t)
		if rapid.Bool().Draw(t, "related") {
			b = rapid.SampledFrom(a.Upward()).Draw(t, "above")
		}
		from, to := a.Range()
		inRange := string(b) >= from && string(b) < to
		if a.Contains(b) != inRange {
			t.Errorf("%s contains %s: %v, by range: %v", a, b, a.Contains(b), inRange)
		}
		if a.Contains(b) != slices.Contains(b.Upward(), a) {
			t.Errorf("%s contains %s: %v, upward of the latter: %v", a, b, a.Contains(b), b.Upward())
		}
		if want := a == Nation || strings.HasPrefix(string(b), string(a)); a.Contains(b) != want {
			t.Errorf("%s contains %s: %v", a, b, a.Contains(b))
		}
		up := a.Upward()
		if up[0] != a || up[len(up)-1] != Nation {
			t.Errorf("upward of %s: %v", a, up)
		}
		for _, u := range up {
			if a.At(u.Level()) != u {
				t.Errorf("%s at level %s = %s, want %s", a, u.Level(), a.At(u.Level()), u)
			}
			if next, ok := u.Level().Next(); ok && next.Digits() <= u.Level().Digits() {
				t.Errorf("level %s is followed by %s", u.Level(), next)
			}
		}
	})
}

func TestReportsByDefault(t *testing.T) {
	for c, want := range map[Code]bool{
		"330109001": true, "330109100": true, "330109200": true, "330109399": true, "330109901": true,
		"330109401": false, "330109501": false, "330109899": false, "330109": false, Nation: false,
	} {
		if got := c.ReportsByDefault(); got != want {
			t.Errorf("%s reports: %v, want %v", c, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("330109001")
	f.Add("0")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err == nil && (string(c) != s || !Nation.Contains(c) || c.At(c.Level()) != c) {
			t.Errorf("Parse(%q) = %q at level %s", s, c, c.Level())
		}
	})
}
