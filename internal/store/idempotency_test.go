package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/store/storetest"
	"context"
	"strconv"
	"testing"
	"time"
)

func TestRemembered(t *testing.T) {
	at := now
	s, err := Open(context.Background(), Options{
		URL:      storetest.URL(t),
		Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.UTC},
		Clock:    func() time.Time { return at },
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	do := func(account string, do func(*Writer) error) {
		t.Helper()
		if err := s.Update(t.Context(), By{Actor: access.Actor{ID: account}}, do); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(account, key, request string, want *Remembrance, code fault.Code) {
		t.Helper()
		do(account, func(w *Writer) error {
			got, err := w.Remembered(key, request)
			switch {
			case code != "":
				if !fault.Is(err, code) {
					t.Errorf("%v, want %s", err, code)
				}
			case err != nil, (got == nil) != (want == nil):
				t.Errorf("%+v, %v; want %+v", got, err, want)
			case got != nil && (got.Status != want.Status || got.Headers != want.Headers || string(got.Body) != string(want.Body)):
				t.Errorf("%+v, want %+v", got, want)
			}
			return nil
		})
	}
	first := Remembrance{201, `{"ETag":"\"1\""}`, []byte(`{"a":1}`)}
	do("a", func(w *Writer) error { return w.Remember("k", "request", first) })
	ask("a", "k", "request", &first, "")
	ask("a", "k", "another", nil, fault.IdempotencyMismatch)
	ask("a", "K", "request", nil, "")
	ask("b", "k", "request", nil, "")

	at = now.Add(48*time.Hour - time.Second)
	ask("a", "k", "request", &first, "")
	at = now.Add(48*time.Hour + time.Second)
	ask("a", "k", "another", nil, "")
	second := Remembrance{204, "{}", nil}
	do("a", func(w *Writer) error { return w.Remember("k", "another", second) })
	ask("a", "k", "another", &second, "")
}

// Old answers are forgotten a bounded number at a time, by whoever writes next.
func TestForgetting(t *testing.T) {
	at := now
	s, err := Open(context.Background(), Options{
		URL:      storetest.URL(t),
		Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.UTC},
		Clock:    func() time.Time { return at },
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	remember := func(from, to int) int {
		t.Helper()
		kept := 0
		err := s.Update(t.Context(), By{Actor: access.Actor{ID: "a"}}, func(w *Writer) error {
			for i := from; i < to; i++ {
				if err := w.Remember("k"+strconv.Itoa(i), "request", Remembrance{Status: 204, Headers: "{}"}); err != nil {
					return err
				}
			}
			return w.row("SELECT count(*) FROM idempotency_keys").Scan(&kept)
		})
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	if kept := remember(0, 250); kept != 250 {
		t.Errorf("%d kept within 48 hours", kept)
	}
	at = at.Add(49 * time.Hour)
	for i, want := range []int{151, 52, 3, 4} {
		if kept := remember(1000+i, 1001+i); kept != want {
			t.Errorf("%d kept after write %d, want %d", kept, i, want)
		}
	}
}
