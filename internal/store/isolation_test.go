package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/period"
	"brandregistry/internal/store/storetest"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Writers of two processes write the same pair of areas at once, under a clock that stands still and
// goes back, while readers of both look on. Whatever the interleaving: a reader sees both areas as one
// transaction left them, sees nothing of a transaction that failed, never sees time go back, and the
// stamps rise strictly in the order of the commits, which the audit chain records.
func TestIsolation(t *testing.T) {
	var (
		steps atomic.Pointer[[]int64] // of the clock, in µs
		ticks atomic.Int64
	)
	steps.Store(&[]int64{0})
	options := Options{URL: storetest.URL(t), Clock: func() time.Time {
		s := *steps.Load()
		return now.Add(time.Duration(s[int(ticks.Add(1))%len(s)]) * time.Microsecond)
	}}
	var stores [2]*Store
	for i := range stores {
		s, err := Open(background, options, true)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		stores[i] = s
	}
	district := 330000
	rapid.Check(t, func(t *rapid.T) {
		district++
		drawn := rapid.SliceOfN(rapid.Int64Range(-5, 5), 1, 20).Draw(t, "clock steps in µs")
		steps.Store(&drawn)
		isolation(t, stores, pairOf(district),
			rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom([]string{"write", "write", "fail", "cancel", "panic"}), 1, 4), 2, 4).Draw(t, "what each writer does"))
	})
}

// pair is two areas of a district of their own, and so the only ones of an audit chain.
type pair [2]area.Code

func pairOf(district int) pair {
	d := strconv.Itoa(district)
	return pair{area.Code(d + "001"), area.Code(d + "002")}
}

func isolation(t *rapid.T, stores [2]*Store, p pair, plans [][]string) {
	// The pair is named alike: "0", "1", "2" …, one more with every transaction.
	must := func(err error) {
		if err != nil {
			t.Error(err)
		}
	}
	must(stores[0].Update(background, By{Actor: access.Operator}, func(w *Writer) error { return p.rename(w, "") }))
	var (
		writers, readers sync.WaitGroup
		over             atomic.Bool
		mu               sync.Mutex
		acknowledged     []period.Instant
	)
	for i, plan := range plans {
		writers.Go(func() {
			for _, how := range plan {
				stamp, err := p.update(stores[i%2], how)
				if (err == nil) != (how == "write") {
					t.Errorf("%s: %v", how, err)
				}
				if err == nil {
					mu.Lock()
					acknowledged = append(acknowledged, stamp)
					mu.Unlock()
				}
			}
		})
	}
	for i := range 2 {
		readers.Go(func() {
			var last period.Instant
			for done := false; !done; {
				done = over.Load()
				must(stores[i].View(background, func(r *Reader) error {
					names, stamps, err := p.read(r)
					if err != nil {
						return err
					}
					n, _ := strconv.Atoi(names[0])
					var events int
					if err := r.row("SELECT count(*) FROM audit_events WHERE chain = ?", string(p[0].District())).Scan(&events); err != nil {
						return err
					}
					if names[0] != names[1] || stamps[0] != stamps[1] || r.at < stamps[0] || events != 2*(n+1) {
						t.Errorf("half a transaction: names %v of stamps %v at %d, %d events", names, stamps, r.at, events)
					}
					if r.at < last {
						t.Errorf("the clock row went from %d back to %d", last, r.at)
					}
					last = r.at
					return nil
				}))
			}
		})
	}
	writers.Wait()
	over.Store(true)
	readers.Wait()
	must(stores[0].View(background, func(r *Reader) error {
		var stamps []period.Instant // of the commits, in the order of the chain
		err := r.each(func(scan func(...any) error) error {
			var at period.Instant
			err := scan(&at)
			stamps = append(stamps, at)
			return err
		}, "SELECT at FROM audit_events WHERE chain = ? ORDER BY sequence", string(p[0].District()))
		commits := slices.Compact(slices.Clone(stamps))
		if len(stamps) != 2*len(commits) || !slices.IsSorted(commits) {
			t.Errorf("stamps in the order of the commits: %v", stamps)
		}
		slices.Sort(acknowledged)
		if !slices.Equal(acknowledged, commits[1:]) {
			t.Errorf("acknowledged %v, committed %v", acknowledged, commits[1:])
		}
		return err
	}))
}

var errChanged = errors.New("changed its mind")

// update renames the pair, or leaves off halfway.
func (p pair) update(s *Store, how string) (stamp period.Instant, err error) {
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = errChanged
		}
	}()
	err = s.Update(ctx, By{Actor: access.Operator}, func(w *Writer) error {
		stamp = w.Now()
		if how == "write" {
			return p.rename(w, "")
		}
		if err := p.rename(w, "half of "+how); err != nil {
			return err
		}
		switch how {
		case "panic":
			panic(errChanged)
		case "cancel":
			cancel()
			return nil
		}
		return errChanged
	})
	return stamp, err
}

func (p pair) read(r *Reader) (names [2]string, stamps [2]period.Instant, err error) {
	for i, code := range p {
		err = errors.Join(err, r.row("SELECT name, version FROM areas WHERE code = ? AND until = ?", string(code), period.Never).Scan(&names[i], &stamps[i]))
	}
	return names, stamps, err
}

// rename gives both areas the next number for a name; with half, the first of them alone another.
func (p pair) rename(w *Writer, half string) error {
	name, versions := "0", [2]period.Instant{}
	if names, stamps, err := p.read(&w.Reader); err == nil {
		n, _ := strconv.Atoi(names[0])
		name, versions = strconv.Itoa(n+1), stamps
	}
	for i, code := range p {
		row := catalog.Area{Code: code, Digits: 9, Name: name, Version: versions[i]}
		if half != "" {
			row.Name = half
		}
		if err := save(w, audit.Change{Action: "area.edit"}, &row); err != nil || half != "" {
			return err
		}
	}
	return nil
}
