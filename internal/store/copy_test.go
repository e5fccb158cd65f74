package store

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/store/storetest"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
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

// TestCopy goes from the engine of the tests to a file, and back, and to another of that engine, and
// to a file.
func TestCopy(t *testing.T) {
	b, _ := livedIn(t)
	for key, body := range map[string][]byte{"some": {0, 1, 0xff}, "none": nil} {
		update(t, b.Store, func(w *Writer) error {
			return w.Remember(key, "request", Remembrance{Status: 201, Headers: "{}", Body: body})
		})
	}
	want := contents(t, b.Store)
	from := b.Store
	for _, url := range []string{storetest.File(t), storetest.URL(t), storetest.URL(t), storetest.File(t)} {
		to := openURL(t, url)
		told := map[string]Copied{}
		done, err := Copy(background, from, to, func(c Copied) { told[c.Table] = c })
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range done {
			if n := int64(len(want[c.Table])); c != (Copied{c.Table, n, n}) || told[c.Table] != c || n == 0 {
				t.Errorf("copied %+v, told %+v; %d rows are there", c, told[c.Table], n)
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

// A countdown is a context that ends when it has been asked so often whether it has.
type countdown struct {
	context.Context
	end  context.CancelFunc
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		c.end()
	}
	return c.Context.Err()
}

// TestCopyIsWholeOrNothing: one that ends early at whatever moment, because it is given up or because
// the source cannot be read further, leaves an empty registry, which takes the next.
func TestCopyIsWholeOrNothing(t *testing.T) {
	b, _ := livedIn(t)
	want := contents(t, b.Store)
	for name, attempt := range map[string]func(context.Context, *Store, func(Copied)) error{
		"given up": func(ctx context.Context, to *Store, progress func(Copied)) error {
			return second(Copy(ctx, b.Store, to, progress))
		},
		"the source ends": func(ctx context.Context, to *Store, progress func(Copied)) error {
			return b.View(ctx, func(r *Reader) error {
				return to.Update(background, By{}, func(w *Writer) error {
					if err := w.empty(); err != nil {
						return err
					}
					return second(w.copyFrom(r, progress))
				})
			})
		},
	} {
		to := openTest(t)
		empty, within := contents(t, to), map[string]bool{}
		for n := int64(0); ; n += 2 {
			ended, end := context.WithCancel(background)
			ctx, last := &countdown{Context: ended, end: end}, ""
			ctx.left.Store(n)
			err := attempt(ctx, to, func(c Copied) { last = c.Table })
			end()
			if err == nil {
				break
			}
			within[last] = true
			if !fault.Is(err, fault.Unavailable) || !errors.Is(err, context.Canceled) {
				t.Fatalf("%s after %s: %v", name, last, err)
			}
			if got := contents(t, to); !maps.EqualFunc(empty, got, slices.Equal) {
				t.Fatalf("%s after %s: %v is left", name, last, got)
			}
		}
		if got := contents(t, to); !maps.EqualFunc(want, got, slices.Equal) {
			t.Errorf("%s: the copy that came through differs", name)
		}
		for _, table := range []string{"", "goals", "coverage_totals"} { // within the first, the records, the events
			if !within[table] {
				t.Errorf("%s only after %v", name, within)
			}
		}
	}
}

// TestCopyIsOfOneSnapshot: what is written meanwhile stays behind.
func TestCopyIsOfOneSnapshot(t *testing.T) {
	b, _ := livedIn(t)
	want, to := contents(t, b.Store), openTest(t)
	_, err := Copy(background, b.Store, to, func(c Copied) {
		if c.Table != "areas" {
			return
		}
		update(t, b.Store, func(w *Writer) error {
			if err := w.Remember("late", "request", Remembrance{Status: 201, Headers: "{}"}); err != nil {
				return err
			}
			return addArea(w, 901)
		})
	})
	must(t, err)
	if got := contents(t, to); !maps.EqualFunc(want, got, slices.Equal) {
		t.Error("the copy is not what was there when it began")
	}
	_, here := findings(t, b.Store, nil)
	if found, there := findings(t, to, nil); len(found) > 0 || SameHeads(here, there) {
		t.Errorf("check finds %s; the heads are the same: %t", found, SameHeads(here, there))
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
