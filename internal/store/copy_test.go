package store

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/store/storetest"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// contents are the rows of all tables as text, in the order of bytes.
func contents(t *testing.T, s *Store) map[string][]string {
	t.Helper()
	columns, err := columnsOf(background)
	must(t, err)
	out := map[string][]string{}
	view(t, s, func(r *Reader) error {
		for table, names := range columns {
			rows, failed := r.rowsOf(table, names, func(int64) {})
			for row := range rows {
				out[table] = append(out[table], fmt.Sprintf("%#v", row))
			}
			if *failed != nil {
				return *failed
			}
			slices.Sort(out[table])
		}
		return nil
	})
	return out
}

// TestCopy goes from a file to the engine of the tests and back.
func TestCopy(t *testing.T) {
	b, _ := livedIn(t)
	update(t, b.Store, func(w *Writer) error {
		return w.Remember("key", "request", Remembrance{Status: 201, Headers: "{}", Body: []byte{0, 1, 0xff}})
	})
	want := contents(t, b.Store)
	from := b.Store
	for _, url := range []string{storetest.File(t), storetest.URL(t), storetest.File(t)} {
		to := openURL(t, url)
		told := map[string]int64{}
		done, err := Copy(background, from, to, func(c Copied) { told[c.Table] = c.Rows })
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range done {
			if n := int64(len(want[c.Table])); c.Rows != n || told[c.Table] != n {
				t.Errorf("%s: %d rows copied, %d told, want %d", c.Table, c.Rows, told[c.Table], n)
			}
		}
		if got := contents(t, to); !maps.EqualFunc(want, got, slices.Equal) {
			t.Errorf("%s: the copy differs: %d tables", url, len(got))
		}
		found, there := findings(t, to, nil)
		if _, here := findings(t, from, nil); len(found) > 0 || !SameHeads(here, there) || len(there.Heads) == 0 {
			t.Errorf("%s: check finds %s; %d heads", url, found, len(there.Heads))
		}
		if _, err := Copy(background, from, to, func(Copied) {}); !fault.Is(err, fault.WrongState) {
			t.Errorf("over a registry: %v, want wrong_state", err)
		}
		from = to
	}
	update(t, from, func(w *Writer) error { return addArea(w, 900) }) // it is a registry like any other
}

// TestCopyHoldsEveryTable that the migrations make.
func TestCopyHoldsEveryTable(t *testing.T) {
	columns, err := columnsOf(background)
	must(t, err)
	want := slices.Sorted(maps.Keys(columns))
	if got := slices.Sorted(slices.Values(copied)); !slices.Equal(got, want) {
		t.Errorf("copied are %s; the schema has %s", got, want)
	}
}

// TestCopyIsWholeOrNothing: one that is given up leaves an empty registry, which takes the next.
func TestCopyIsWholeOrNothing(t *testing.T) {
	b, _ := livedIn(t)
	to := openTest(t)
	ctx, cancel := context.WithCancel(background)
	_, err := Copy(ctx, b.Store, to, func(c Copied) {
		if c.Table == "audit_events" {
			cancel()
		}
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("canceled: %v", err)
	}
	for table, rows := range contents(t, to) {
		if want := 0; table == "clock" {
			if len(rows) != 1 {
				t.Errorf("%d clocks", len(rows))
			}
		} else if len(rows) != want {
			t.Errorf("%s: %d rows are left", table, len(rows))
		}
	}
	if _, err := Copy(background, b.Store, to, func(Copied) {}); err != nil {
		t.Error(err)
	}
}

// TestCopyOfDamage is as damaged, and check says so of both.
func TestCopyOfDamage(t *testing.T) {
	b, raw := livedIn(t)
	if _, err := raw.Exec("UPDATE areas SET name = 'x' WHERE code = '330109001'"); err != nil {
		t.Fatal(err)
	}
	to := openTest(t)
	if _, err := Copy(background, b.Store, to, func(Copied) {}); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Store{b.Store, to} {
		view(t, s, func(r *Reader) error {
			n := 0
			_, err := r.Check(nil, func(f audit.Finding) {
				n++
				if !strings.HasPrefix(f.String(), "areas 330109001") {
					t.Errorf("found %s", f)
				}
			})
			if n == 0 {
				t.Error("the damage is not found")
			}
			return err
		})
	}
}
