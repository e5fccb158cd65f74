package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/store/storetest"
	"context"
	"testing"
	"time"
)

var now = time.Date(2026, 10, 8, 2, 0, 0, 0, time.UTC)

// openTest opens an empty registry on the engine that the tests run on.
func openTest(t testing.TB) *Store {
	t.Helper()
	return openURL(t, storetest.URL(t))
}

// openFile opens an empty registry on SQLite: for tests of what only SQLite has.
func openFile(t testing.TB) *Store {
	t.Helper()
	return openURL(t, storetest.File(t))
}

func openURL(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(context.Background(), Options{
		URL:      url,
		Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.FixedZone("CST", 8*3600)},
		Clock:    func() time.Time { return now },
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func update(t testing.TB, s *Store, do func(*Writer) error) {
	t.Helper()
	if err := s.Update(context.Background(), By{Actor: access.Operator, RequestID: "test"}, do); err != nil {
		t.Fatal(err)
	}
}

func TestSaveKeepsHistoryAndEvents(t *testing.T) {
	s := openTest(t)
	a := catalog.Area{Code: "330109001", Digits: 9, Name: "城厢街道", Reports: true}
	update(t, s, func(w *Writer) error {
		return save(w, audit.Change{Action: "area.create"}, &a)
	})
	first := a
	update(t, s, func(w *Writer) error {
		a.Name, a.Successors = "城厢新街道", catalog.Codes{area.Code("330109002")}
		return save(w, audit.Change{Action: "area.edit"}, &a)
	})
	if a.Version <= first.Version || a.Since != a.Version || a.Until != period.Never {
		t.Errorf("second version %+v after %+v", a, first)
	}
	err := s.Update(context.Background(), By{Actor: access.Operator}, func(w *Writer) error {
		first.Name = "旧"
		return save(w, audit.Change{Action: "area.edit"}, &first)
	})
	if !fault.Is(err, fault.Stale) {
		t.Errorf("saving an old version: %v, want stale", err)
	}
	err = s.View(context.Background(), func(r *Reader) error {
		var n int
		if err := r.row("SELECT count(*) FROM areas").Scan(&n); err != nil || n != 2 {
			t.Errorf("%d rows, %v; want the old one and the new", n, err)
		}
		last := ""
		return r.each(func(scan func(...any) error) error {
			var e audit.Event
			if err := scan(&e.Chain, &e.Sequence, &e.At, &e.Account, &e.Action, &e.Area, &e.Subject, &e.Before, &e.After, &e.Reason, &e.RequestID, &e.PreviousHash, &e.Hash); err != nil {
				return err
			}
			t.Log(e.Before, e.After)
			if e.PreviousHash != last || e.Hash != e.Digest() {
				t.Errorf("event %d is not chained", e.Sequence)
			}
			last = e.Hash
			return nil
		}, "SELECT * FROM audit_events ORDER BY chain, sequence")
	})
	if err != nil {
		t.Fatal(err)
	}
}
