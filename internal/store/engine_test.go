package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"slices"
	"strings"
	"testing"
)

// TestTextIsBytes: text is ordered, and found, by its bytes, whatever a server's locale is.
func TestTextIsBytes(t *testing.T) {
	s := openTest(t)
	names := []string{"ab", "a-b", "a.b", "a_b", "aB", "Ab", "a1", "é", "中", "一", "\U00020000", "�", "a b"}
	for _, name := range names {
		update(t, s, func(w *Writer) error {
			return w.SaveAccount(&account.Account{ID: w.NewID(), Username: name, DisplayName: "", Role: access.Reader, Area: "330109"}, audit.Change{Action: "account.create"})
		})
	}
	list := func(f account.Filter) (out []string) {
		f.Within = area.Nation
		view(t, s, func(r *Reader) error {
			accounts, err := r.Accounts(f)
			for _, a := range accounts {
				out = append(out, a.Username)
			}
			return err
		})
		return out
	}
	want := slices.Sorted(slices.Values(names))
	if got := list(account.Filter{}); !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
	for i, name := range want {
		if got := list(account.Filter{After: name}); !slices.Equal(got, want[i+1:]) {
			t.Errorf("after %q: %q, want %q", name, got, want[i+1:])
		}
	}
	for _, text := range []string{"b", "B", "A", "_", "%", "中", "a", " "} {
		var want []string
		for _, name := range names {
			if strings.Contains((&account.Account{Username: name}).SearchText(), text) {
				want = append(want, name)
			}
		}
		slices.Sort(want)
		if got := list(account.Filter{Text: text}); !slices.Equal(got, want) {
			t.Errorf("%q is found in %q, want %q", text, got, want)
		}
	}
}

// TestConstraintsRefuse what no use case writes, on either engine.
func TestConstraintsRefuse(t *testing.T) {
	b, _ := livedIn(t)
	for _, statement := range []string{
		"INSERT INTO clock (one, at, accounts_at, plan_at) VALUES (2, 0, 0, 0)",
		"UPDATE clock SET one = 2",
		"UPDATE areas SET digits = 7",
		"UPDATE areas SET reports = 2",
		"UPDATE areas SET until = since",
		"UPDATE areas SET name = NULL",
		"UPDATE accounts SET role = 'boss'",
		"UPDATE accounts SET disabled = 2",
		"UPDATE accounts SET username = 'same'",
		"UPDATE tokens SET account = 'nobody'",
		"UPDATE tokens SET hash = 'same'",
		"DELETE FROM accounts",
		"UPDATE windows SET until = since",
		"UPDATE extensions SET until = since",
		"UPDATE goals SET until = since",
		"UPDATE goals SET brand_level = 'town'",
		"UPDATE goals SET target_bp = 10001",
		"UPDATE goals SET target_bp = -1",
		"UPDATE coverage_revisions SET state = 'lost'",
		"UPDATE coverage_revisions SET latest = 2",
		"UPDATE coverage_revisions SET latest = 1",
		"UPDATE coverage_revisions SET since = until + 1 WHERE until < 9223372036854775807",
		"UPDATE coverage_revisions SET since = 5, until = 9223372036854775807",
		"UPDATE coverage_totals SET digits = 9",
		"UPDATE audit_events SET reason = 'x'",
		"DELETE FROM audit_events",
		"INSERT INTO audit_events SELECT * FROM audit_events",
	} {
		err := b.Update(background, By{}, func(w *Writer) error {
			_, err := w.exec(statement)
			return err
		})
		if err == nil {
			t.Errorf("%s is taken", statement)
		}
	}
	if found, _ := findings(t, b.Store, nil); len(found) > 0 {
		t.Errorf("what was refused has left %s", found)
	}
}
