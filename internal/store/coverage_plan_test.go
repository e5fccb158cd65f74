package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/audit"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/store/storetest"
	"context"
	"strings"
	"sync"
	"testing"
	"time"
)

// asked returns the statements of a View but for those that begin and end it and read the clock.
func (b *coverageBench) asked(t testing.TB, do func(*Reader) error) []statement {
	t.Helper()
	b.statements = nil
	view(t, b.Store, func(r *Reader) error {
		r.As(access.Actor{ID: "reader", Role: access.Reader, Area: "330109"})
		return do(r)
	})
	return b.statements[2 : len(b.statements)-1]
}

// TestCoverageReads counts the statements of every read with warm caches and reads their plans: each
// table is searched by an index, none is scanned.
func TestCoverageReads(t *testing.T) {
	b := openCoverageIn(t, storetest.File(t), 30, time.Date(2026, 7, 2, 2, 0, 0, 0, time.UTC))
	for i := range 30 {
		b.approved(t, coverage.Key{Period: lastPeriod, Area: subdistrict(i)}, goodFigures(), goodFigures())
	}
	b.at = now
	for i := range 30 {
		b.approved(t, coverage.Key{Period: thisPeriod, Area: subdistrict(i)}, goodFigures(), goodFigures())
	}
	key := coverage.Key{Period: thisPeriod, Area: subdistrict(3)}
	list := func(f coverage.Filter) func(*Reader) error {
		f.Area, f.Limit = "330109", 50
		return func(r *Reader) error { return second(coverage.List(r, f)) }
	}
	after := &coverage.Place{Key: key, Version: 1 << 60}
	for _, tt := range []struct {
		name string
		want int
		do   func(*Reader) error
	}{
		{"Get", 1, func(r *Reader) error { return second(coverage.Get(r, key)) }},
		{"List", 1, list(coverage.Filter{})},
		{"List after", 1, list(coverage.Filter{After: after})},
		{"List descending after", 1, list(coverage.Filter{After: after, Descending: true})},
		{"List of a period", 1, list(coverage.Filter{Period: thisPeriod})},
		{"List of a period after", 1, list(coverage.Filter{Period: thisPeriod, After: after})},
		{"List of a period and state", 1, list(coverage.Filter{Period: thisPeriod, State: coverage.Approved})},
		{"List by period", 1, list(coverage.Filter{Sort: coverage.SortPeriod})},
		{"List by period after", 1, list(coverage.Filter{Sort: coverage.SortPeriod, After: after, Descending: true})},
		{"List by change", 1, list(coverage.Filter{Sort: coverage.SortUpdated, Descending: true})},
		{"List by change after", 1, list(coverage.Filter{Sort: coverage.SortUpdated, Descending: true, After: after})},
		{"Count", 1, func(r *Reader) error {
			return second(coverage.Count(r, coverage.Filter{Area: "330109", State: coverage.Draft}))
		}},
		{"Revisions", 2, func(r *Reader) error { return second(coverage.Revisions(r, key, 0, 50)) }},
		{"Revision", 1, func(r *Reader) error { return second(coverage.Revision(r, key, 1)) }},
		{"Diff", 3, func(r *Reader) error { return second(coverage.Diff(r, key, 1, 1)) }},
		{"History", 2, func(r *Reader) error { return second(coverage.History(r, key, 0, 50)) }},
		{"History after", 2, func(r *Reader) error { return second(coverage.History(r, key, 9, 50)) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b.asked(t, tt.do)                                      // warms the caches
			update(t, b.Store, func(*Writer) error { return nil }) // but for what any commit ends
			statements := b.asked(t, tt.do)
			if len(statements) != tt.want {
				t.Errorf("%d statements, want %d: %v", len(statements), tt.want, statements)
			}
			for _, s := range statements {
				b.noScan(t, s)
			}
		})
	}
}

// noScan fails when the plan of a statement reads a whole table or index.
func (b *coverageBench) noScan(t *testing.T, s statement) {
	t.Helper()
	view(t, b.Store, func(r *Reader) error {
		return r.each(func(scan func(...any) error) error {
			var id, parent, unused int
			var detail string
			if err := scan(&id, &parent, &unused, &detail); err != nil {
				return err
			}
			t.Log(detail)
			if strings.HasPrefix(detail, "SCAN ") && detail != "SCAN c" { // c is the page itself
				t.Errorf("%s: %s", s.query, detail)
			}
			return nil
		}, "EXPLAIN QUERY PLAN "+s.query, s.args...)
	})
}

// TestCoverageListPages reads a list page by page in every order and finds each record once, in order.
func TestCoverageListPages(t *testing.T) {
	b := openCoverage(t, 7, now)
	periods := []coverage.Key{{Period: lastPeriod}, {Period: thisPeriod}, {Period: "2026-Q4"}}
	for _, p := range periods {
		for i := range 7 {
			key := coverage.Key{Period: p.Period, Area: subdistrict((i * 3) % 7)}
			must(t, b.clerk(func(w *Writer) error {
				return third(coverage.Put(w, key, audit.Precondition{}, goodFigures(), goodFigures()))
			}))
		}
	}
	for _, sort := range []coverage.Sort{coverage.SortArea, coverage.SortPeriod, coverage.SortUpdated} {
		for _, descending := range []bool{false, true} {
			f := coverage.Filter{Area: "330109", Sort: sort, Descending: descending, Limit: 4}
			seen := map[coverage.Key]bool{}
			var last *coverage.Sheet
			for {
				var page []coverage.Sheet
				view(t, b.Store, func(r *Reader) (err error) {
					r.As(access.Actor{ID: "reader", Role: access.Reader, Area: "330109"})
					page, err = coverage.List(r, f)
					return err
				})
				for i, s := range page {
					if seen[s.Key()] {
						t.Errorf("%s: %v twice", sort, s.Key())
					}
					seen[s.Key()] = true
					if last != nil && before(sort, s, *last) != descending {
						t.Errorf("%s, descending %v: %v after %v", sort, descending, s.Key(), last.Key())
					}
					last = &page[i]
				}
				if len(page) < f.Limit {
					break
				}
				f.After = &coverage.Place{Key: last.Key(), Version: last.Version}
			}
			if len(seen) != 21 {
				t.Errorf("%s, descending %v: %d of 21 records", sort, descending, len(seen))
			}
		}
	}
	view(t, b.Store, func(r *Reader) error {
		r.As(access.Actor{ID: "reader", Role: access.Reader, Area: "330109"})
		for _, tt := range []struct {
			f    coverage.Filter
			want int64
		}{
			{coverage.Filter{Area: "330109"}, 21},
			{coverage.Filter{Area: subdistrict(2)}, 3},
			{coverage.Filter{Area: "330109", Period: thisPeriod}, 7},
			{coverage.Filter{Area: "330109", Period: thisPeriod, State: coverage.Approved}, 0},
			{coverage.Filter{Area: "330109", State: coverage.Draft}, 21},
		} {
			if n, err := coverage.Count(r, tt.f); err != nil || n != tt.want {
				t.Errorf("%+v: %d, %v; want %d", tt.f, n, err, tt.want)
			}
		}
		return nil
	})
}

func before(sort coverage.Sort, a, b coverage.Sheet) bool {
	switch sort {
	case coverage.SortPeriod:
		return string(a.Period)+string(a.Area) < string(b.Period)+string(b.Area)
	case coverage.SortUpdated:
		return a.Version < b.Version
	}
	return string(a.Area)+string(a.Period) < string(b.Area)+string(b.Period)
}

func third[T, U any](_ T, _ U, err error) error { return err }

// TestCoverageRacingApprovals proves that of several approvals of one version one wins.
func TestCoverageRacingApprovals(t *testing.T) {
	b := openCoverage(t, 1, now)
	key := coverage.Key{Period: thisPeriod, Area: subdistrict(0)}
	must(t, b.clerk(func(w *Writer) error {
		if _, _, err := coverage.Put(w, key, audit.Precondition{}, goodFigures(), goodFigures()); err != nil {
			return err
		}
		return second(coverage.Submit(w, key, anyVersion, nil, coverage.SignOff{}))
	}))
	s, err := openedAgain(b)
	must(t, err)
	defer s.Close()
	version := b.get(t, key).Version
	var wg sync.WaitGroup
	results := make([]error, 8)
	for i := range results {
		on := b.Store
		if i%2 == 1 {
			on = s // another process
		}
		wg.Go(func() {
			by := By{Actor: access.Actor{ID: "reviewer", Role: access.Reviewer, Area: "330109"}}
			results[i] = on.Update(context.Background(), by, func(w *Writer) error {
				pre := audit.Precondition{Any: true}
				if i < 4 {
					pre = audit.Precondition{}
					pre.Match = append(pre.Match, version)
				}
				return second(coverage.Approve(w, key, pre))
			})
		})
	}
	wg.Wait()
	won := 0
	for i, err := range results {
		switch {
		case err == nil:
			won++
		case i < 4 && !fault.Is(err, fault.Stale), i >= 4 && !fault.Is(err, fault.WrongState):
			t.Errorf("approval %d: %v", i, err)
		}
	}
	if won != 1 {
		t.Errorf("%d approvals won", won)
	}
}

func openedAgain(b *coverageBench) (*Store, error) {
	o := b.options
	o.Clock, o.Trace = func() time.Time { return now }, nil
	return Open(context.Background(), o, false)
}
