package store

import (
	"maps"
	"regexp"
	"strings"
	"testing"
)

// TestExpression: what PostgreSQL makes of a condition is the same as what the migrations say, and
// nothing else is.
func TestExpression(t *testing.T) {
	for _, tt := range []struct {
		written, told string
		same          bool
	}{
		{"digits IN (0, 2, 4)", "(digits = ANY (ARRAY[(0)::bigint, (2)::bigint, (4)::bigint]))", true},
		{"state IN ('draft', 'it''s')", "(state = ANY (ARRAY['draft'::text, 'it''s'::text]))", true},
		{"target_bp >= 0 AND target_bp <= 10000", "((target_bp >= 0) AND (target_bp <= 10000))", true},
		{"until = 9223372036854775807", "(until = '9223372036854775807'::bigint)", true},
		{"since  <\n until", "(since < until)", true},
		{"state <> 'approved'", "(state <> 'approved'::text)", true},
		{"state IN ('draft')", "(state = 'draft'::text)", false},
		{"state = 'draft'", "(state = 'Draft'::text)", false},
		{"state = 'a b'", "(state = 'ab'::text)", false},
		{"state = '(a)'", "(state = 'a'::text)", false},
		{"since < until", "(since <= until)", false},
		{"since < until", "(since < (until)::integer)", false},
		{"since < until", "(until < since)", false},
		{"a >= 0 AND a <= 1", "((a >= 0) OR (a <= 1))", false},
		{"a IN (0, 1)", "(a = ANY (ARRAY[(0)::bigint, (10)::bigint]))", false},
		{"a IN (0, 1)", "(a <> ALL (ARRAY[(0)::bigint, (1)::bigint]))", false},
	} {
		if a, b := expression(tt.written), expression(tt.told); (a == b) != tt.same {
			t.Errorf("%q is %q; %q is %q", tt.written, a, tt.told, b)
		}
	}
}

// TestMigrationsNeedNoBrackets: what expression leaves out makes no difference to any condition of the schema,
// for none has both AND and OR, or arithmetic.
func TestMigrationsNeedNoBrackets(t *testing.T) {
	db, err := freshSchema(background)
	must(t, err)
	defer db.Close()
	told, err := describeSQLite(background, db)
	must(t, err)
	found := 0
	for text := range maps.Values(told) {
		for part := range strings.SplitSeq(text, "; ") {
			for _, of := range []string{"check ", " where ", " default "} {
				if _, condition, is := strings.Cut(part, of); is {
					found++
					if regexp.MustCompile(` or |not|case|between|[-+*/%|]`).MatchString(condition) {
						t.Errorf("brackets may matter in %s", part)
					}
				}
			}
		}
	}
	if found < 15 {
		t.Errorf("%d conditions", found)
	}
}
