package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestStampAheadOfTheClock: a registry whose newest stamp is more than five minutes ahead of the
// machine's clock is read with the machine's time and is not written; five minutes are no fault.
func TestStampAheadOfTheClock(t *testing.T) {
	b := openCoverage(t, 1, now)
	raw := rawOf(t, b.Store)
	const second = period.Instant(time.Second / time.Microsecond)
	for _, tt := range []struct {
		name    string
		ahead   period.Instant
		refused bool
	}{
		{"behind", -400 * 86400 * second, false},
		{"a second", second, false},
		{"five minutes", 300 * second, false},
		{"a second more than five minutes", 301 * second, true},
		{"400 days", 400 * 86400 * second, true},
	} {
		machine := period.InstantOf(b.at.Add(time.Millisecond)) // the next reading
		_, err := raw.Exec(b.engine.text("UPDATE clock SET at = ?"), int64(machine+tt.ahead))
		must(t, err)
		view(t, b.Store, func(r *Reader) error {
			if want := machine + max(0, tt.ahead); !tt.refused && r.Now() != want || tt.refused && r.Now() != machine {
				t.Errorf("%s: now is %v, the machine's time %v", tt.name, r.Now().Time(), machine.Time())
			}
			return nil
		})
		b.at = machine.Time().Add(-time.Millisecond)
		ran := false
		err = b.Update(background, By{}, func(w *Writer) error { ran = true; return nil })
		ready := b.CheckReady(background)
		var ahead ClockAhead
		if refused := fault.Is(err, fault.Unavailable) && errors.As(err, &ahead) && !ran; refused != tt.refused || !refused && err != nil {
			t.Errorf("%s: a write fails with %v", tt.name, err)
		}
		if tt.refused != errors.As(ready, &ahead) || !tt.refused && ready != nil {
			t.Errorf("%s: readiness fails with %v", tt.name, ready)
		}
		if tt.refused && (!strings.Contains(ready.Error(), ahead.Stamp.Format(time.RFC3339)) || !strings.Contains(ready.Error(), ahead.Machine.Format(time.RFC3339))) {
			t.Errorf("%s: %v does not name both times", tt.name, ready)
		}
		found, _ := findings(t, b.Store, nil)
		if listed := slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, "clock 1 at：是将来的时刻 ") }); listed != tt.refused {
			t.Errorf("%s: check finds %q", tt.name, found)
		}
	}
	for _, column := range []string{"at", "accounts_at", "plan_at"} {
		for _, stamp := range []period.Instant{period.Never, period.Never - 1, period.InstantOf(now.Add(time.Hour))} {
			_, err := raw.Exec(b.engine.text("UPDATE clock SET at = ?, accounts_at = 1, plan_at = 1"), int64(period.InstantOf(now)))
			must(t, err)
			_, err = raw.Exec(b.engine.text("UPDATE clock SET "+column+" = ?"), int64(stamp))
			must(t, err)
			var ahead ClockAhead
			b.at = now
			if err := b.Update(background, By{}, func(*Writer) error { return nil }); !fault.Is(err, fault.Unavailable) || !errors.As(err, &ahead) {
				t.Errorf("%s = %d: a write fails with %v", column, stamp, err)
			}
			if err := b.CheckReady(background); !errors.As(err, &ahead) {
				t.Errorf("%s = %d: readiness fails with %v", column, stamp, err)
			}
			found, _ := findings(t, b.Store, nil)
			if !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, "clock 1 "+column+"：是将来的时刻 ") }) {
				t.Errorf("%s = %d: check finds %q", column, stamp, found)
			}
		}
	}
	copied := openTest(t)
	if _, err := Copy(background, b.Store, copied, func(Copied) {}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a copy fails with %v", err)
	}
}

// TestCheckListsStampsOfTheFuture: what was written while the machine's date was wrong is listed, each
// table by the columns that bear such stamps, and nothing else is.
func TestCheckListsStampsOfTheFuture(t *testing.T) {
	b, _ := livedIn(t)
	if found, _ := findings(t, b.Store, nil); len(found) > 0 {
		t.Fatalf("before: %s", found)
	}
	right := b.at
	b.at = right.AddDate(0, 0, 400)
	key := coverage.Key{Period: b.Calendar().LastEnded(period.DateOf(b.at)), Area: subdistrict(1)}
	b.approved(t, key, goodFigures(), goodFigures())
	update(t, b.Store, func(w *Writer) error {
		_, _, err := catalog.Put(w, subdistrict(1), anyVersion, catalog.Input{Name: "新名"})
		if err != nil {
			return err
		}
		who, err := account.Create(w, account.Input{Username: "late", DisplayName: "晚", Role: access.Clerk, Area: subdistrict(1)})
		if err != nil {
			return err
		}
		token, err := account.CreateToken(w, who.ID, account.TokenInput{Name: "cli", ExpiresAt: w.Now() + 1e12, Hash: strings.Repeat("c", 64)})
		if err != nil {
			return err
		}
		return errors.Join(w.TouchToken(token), w.Remember("key", "request", Remembrance{Status: 200, Headers: "{}"}))
	})
	events := map[string]bool{}
	b.at = right
	found, _ := findings(t, b.Store, map[area.Code][]audit.Head{})
	for _, f := range found {
		where, detail, _ := strings.Cut(f, "：")
		if !strings.HasPrefix(detail, "是将来的时刻 2027-") {
			t.Errorf("found %s", f)
		}
		fields := strings.Fields(where)
		events[fields[0]+"."+fields[len(fields)-1]] = true
	}
	for _, column := range []string{
		"audit_events.at", "clock.at", "clock.accounts_at", "clock.plan_at", "areas.since", "areas.until", "areas.version",
		"accounts.created_at", "accounts.version", "tokens.created_at", "tokens.version", "tokens.last_used_at", "coverage_totals.changed", "idempotency_keys.at",
		"coverage_revisions.since", "coverage_revisions.version", "coverage_revisions.first_submitted_at", "coverage_revisions.submitted_at",
		"coverage_revisions.decided_at", "coverage_revisions.created_at",
	} {
		if !events[column] {
			t.Errorf("%s of the future is not listed", column)
		}
	}
	if events["tokens.expires_at"] || events["coverage_revisions.until"] {
		t.Error("what lies in the future by right is listed")
	}
	b.at = right.AddDate(0, 0, 400)
	if found, _ := findings(t, b.Store, nil); len(found) > 0 {
		t.Errorf("when that time has come: %s", found)
	}
}

// TestEveryStampIsHeldAgainstTheClock: each column that holds microseconds is one of those that check
// looks at, or one that lies in the future by right.
func TestEveryStampIsHeldAgainstTheClock(t *testing.T) {
	b, raw := livedIn(t)
	update(t, b.Store, func(w *Writer) error { return w.Remember("key", "request", Remembrance{Status: 200, Headers: "{}"}) })
	p := planter{t: t, raw: raw, engine: b.engine}
	earliest := int64(period.InstantOf(b.at.AddDate(-1, 0, 0)))
	stamps := map[string]bool{"tokens.expires_at": true}
	b.at = b.at.AddDate(-2, 0, 0) // all of them lie in the future now
	found, _ := findings(t, b.Store, nil)
	for _, f := range found {
		where, _, _ := strings.Cut(f, "：")
		fields := strings.Fields(where)
		stamps[fields[0]+"."+fields[len(fields)-1]] = true
	}
	for _, table := range p.tables() {
		for i, column := range p.columns(table) {
			for _, row := range p.rows(table) {
				if v, is := row[i].(int64); is && v > earliest && v != int64(period.Never) && !stamps[table+"."+column.name] {
					t.Errorf("%s.%s holds %v and is not looked at", table, column.name, period.Instant(v).Time())
				}
			}
		}
	}
}

// TestResetClock: a clock that is ahead goes back to the newest event, with what no event tells, and the
// registry is as good as before; where an event is ahead, too, nothing is changed.
func TestResetClock(t *testing.T) {
	b, _ := livedIn(t)
	_, before := findings(t, b.Store, nil)
	var token account.Token
	view(t, b.Store, func(r *Reader) (err error) {
		token, _, err = r.TokenByHash(strings.Repeat("b", 64))
		return err
	})
	if _, _, err := b.ResetClock(background); !fault.Is(err, fault.WrongState) {
		t.Errorf("a clock that is right: %v", err)
	}
	right := b.at
	b.at = right.AddDate(0, 0, 400)
	update(t, b.Store, func(w *Writer) error {
		return errors.Join(w.TouchToken(token), w.Remember("key", "request", Remembrance{Status: 200, Headers: "{}"}))
	})
	b.at = right
	from, to, err := b.ResetClock(background)
	if err != nil || from.Sub(to) < 399*24*time.Hour || to.After(right) {
		t.Errorf("reset from %v to %v, %v", from, to, err)
	}
	if found, after := findings(t, b.Store, headsOf(before)); len(found) > 0 || !SameHeads(before, after) {
		t.Errorf("after the reset: %s", found)
	}
	if err := b.CheckReady(background); err != nil {
		t.Errorf("after the reset: %v", err)
	}
	update(t, b.Store, func(w *Writer) error { return addArea(w, 500) })
	if found, _ := findings(t, b.Store, headsOf(before)); len(found) > 0 {
		t.Errorf("after a write: %s", found)
	}

	right = b.at
	b.at = right.AddDate(0, 0, 400)
	update(t, b.Store, func(w *Writer) error { return addArea(w, 501) })
	b.at = right
	if _, _, err := b.ResetClock(background); !fault.Is(err, fault.WrongState) || !strings.Contains(err.Error(), "1 audit events bear stamps of the future") {
		t.Errorf("with an event of the future: %v", err)
	}
	if err := b.CheckReady(background); !errors.As(err, new(ClockAhead)) {
		t.Errorf("ready after a reset that failed: %v", err)
	}
}

// TestClockRowIsGone: a registry without its clock row is damaged: nothing is read or written, and why is
// said.
func TestClockRowIsGone(t *testing.T) {
	s := openTest(t)
	_, err := rawOf(t, s).Exec("DELETE FROM clock")
	must(t, err)
	if err := s.CheckReady(background); !errors.As(err, new(Damaged)) || !strings.Contains(err.Error(), "clock") {
		t.Errorf("readiness, which meets it first, fails with %v", err)
	}
	s.health.damaged.Store(nil)
	for name, err := range map[string]error{
		"write": s.Update(background, By{}, func(*Writer) error { return nil }),
		"read":  s.View(background, func(*Reader) error { return nil }),
	} {
		if !fault.Is(err, fault.Unavailable) || !errors.Is(err, errNoClock) {
			t.Errorf("a %s fails with %v", name, err)
		}
	}
	if err := s.CheckReady(background); !errors.As(err, new(Damaged)) || !strings.Contains(err.Error(), "clock") {
		t.Errorf("readiness fails with %v", err)
	}
}
