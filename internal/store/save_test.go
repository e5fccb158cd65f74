package store

import (
	"brandregistry/internal/account"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"errors"
	"strings"
	"testing"
)

// A row goes only at the version that was read: what the event says of it was really there.
func TestRemoveComparesVersions(t *testing.T) {
	s := openTest(t)
	row := plan.Extension{Period: "2026-Q3", Area: "330109001", AllowedUntil: "2027-01-05", Reason: "洪水"}
	update(t, s, func(w *Writer) error { return w.SaveExtension(&row, audit.Change{Action: "extension.grant"}) })
	old := row
	update(t, s, func(w *Writer) error {
		row.Reason = "洪水，道路中断"
		return w.SaveExtension(&row, audit.Change{Action: "extension.grant"})
	})
	remove := func(row plan.Extension) error {
		return s.Update(background, By{}, func(w *Writer) error {
			return w.RemoveExtension(&row, audit.Change{Action: "extension.withdraw"})
		})
	}
	if err := remove(old); !fault.Is(err, fault.Stale) {
		t.Errorf("removing an old version: %v, want stale", err)
	}
	if err := remove(row); err != nil {
		t.Errorf("removing what was read: %v", err)
	}
	if err := remove(row); !fault.Is(err, fault.Stale) {
		t.Errorf("removing it again: %v, want stale", err)
	}
}

// Nothing that was rolled back is ever read from a cache, though it was read in its transaction.
func TestCachesForgetWhatWasRolledBack(t *testing.T) {
	s := openTest(t)
	a := account.Account{ID: "a", Username: "clerk.one", DisplayName: "before", Role: "clerk", Area: "330109001"}
	b := a
	b.ID, b.Username = "b", "clerk.two"
	update(t, s, func(w *Writer) error { return save(w, audit.Change{}, &a, &b) })
	boom := errors.New("boom")
	err := s.Update(background, By{}, func(w *Writer) error {
		one, two := a, b
		one.DisplayName, two.DisplayName, two.Version = "after", "after", two.Version-1
		if err := save(w, audit.Change{}, &one, &two); !fault.Is(err, fault.Stale) { // one is written, two is not
			t.Errorf("%v, want stale", err)
		}
		if seen, err := w.Account("a"); err != nil || seen.DisplayName != "after" {
			t.Errorf("the transaction does not see its own change: %+v, %v", seen, err)
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	err = s.View(background, func(r *Reader) error {
		seen, err := r.Account("a")
		if seen.DisplayName != "before" {
			t.Errorf("read %q, which was rolled back", seen.DisplayName)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Two processes: what one commits the other's next transaction sees, though it had it cached.
func TestCachesOfTwoProcesses(t *testing.T) {
	s := openTest(t)
	other, err := Open(background, s.options, false)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	row := catalog.Area{Code: "330109001", Digits: 9, Name: "0"}
	for i := range 20 {
		update(t, s, func(w *Writer) error {
			row.Name += "+"
			return save(w, audit.Change{}, &row)
		})
		for n, from := range []*Store{other, s, other} {
			err := from.View(background, func(r *Reader) error {
				seen, err := r.Area(row.Code)
				if seen.Name != row.Name {
					t.Errorf("%d, %d: read %q after %q was committed", i, n, seen.Name, row.Name)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		s, other = other, s
	}
}

// What changes nothing is not written, tells nobody to forget what is cached, and keeps its version.
func TestSaveOfNothingNew(t *testing.T) {
	s := openTest(t)
	row := catalog.Area{Code: "330109001", Digits: 9, Name: "城厢街道"}
	update(t, s, func(w *Writer) error { return save(w, audit.Change{}, &row) })
	was := row.Version
	stamp := func() (at period.Instant) {
		if err := s.View(background, func(r *Reader) error { at = r.planAt; return nil }); err != nil {
			t.Fatal(err)
		}
		return at
	}
	before := stamp()
	update(t, s, func(w *Writer) error { return save(w, audit.Change{}, &row) })
	if _, events := count(t, s); events != 1 || row.Version != was || stamp() != before {
		t.Errorf("%d events, version %d after %d, stamp %d after %d", events, row.Version, was, stamp(), before)
	}
}

// TestOpenEndIsStoredAsEver: what has no end yet is nil outside the store and the same number as ever in
// rows and events, or the events of older programs would fold to other rows.
func TestOpenEndIsStoredAsEver(t *testing.T) {
	b := openCoverage(t, 1, now)
	key := coverage.Key{Period: thisPeriod, Area: subdistrict(0)}
	must(t, b.clerk(func(w *Writer) error {
		return third(coverage.Put(w, key, audit.Precondition{}, goodFigures(), goodFigures()))
	}))
	view(t, b.Store, func(r *Reader) error {
		var since, until int64
		var after string
		err := errors.Join(
			r.row("SELECT since, until FROM coverage_revisions").Scan(&since, &until),
			r.row("SELECT after FROM audit_events WHERE action = 'coverage.create'").Scan(&after))
		if since != 9223372036854775807 || until != since || !strings.Contains(after, `"since":"9223372036854775807"`) || !strings.Contains(after, `"until":"9223372036854775807"`) {
			t.Errorf("%d, %d, %s", since, until, after)
		}
		e, gone := r.Coverage(key)
		if e.Since != nil || e.Until != nil || e.Official() {
			t.Errorf("read as %v, %v", e.Since, e.Until)
		}
		return errors.Join(err, gone)
	})
}
