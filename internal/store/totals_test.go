package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"context"
	"testing"
)

// official returns a complete record that is official from at on.
func official(p period.ID, code area.Code, at period.Instant, figure int64) *coverage.Record {
	r := &coverage.Record{Period: p, Area: code, Revision: 1, Since: at, Until: period.Never, State: coverage.Approved, Latest: true, CreatedAt: at}
	for _, k := range coverage.Kinds {
		for i, f := range r.Of(k).Pointers() {
			v := figure + int64(i)
			*f = &v
		}
	}
	return r
}

func TestRecomputeTotals(t *testing.T) {
	s := openTest(t)
	codes := []area.Code{"330109001", "330109002", "330110001", "340101001"}
	update(t, s, func(w *Writer) error {
		for i, c := range codes {
			if err := save(w, audit.Change{Action: "coverage.approve"}, official("2026-Q3", c, w.Now(), int64(100*i))); err != nil {
				return err
			}
		}
		if err := save(w, audit.Change{Action: "coverage.approve"}, official("2026-Q2", "330109001", w.Now(), 7)); err != nil {
			return err
		}
		return w.RecomputeTotals("2026-Q3", []area.Code{"330109", "330110", "330109", "340101001"})
	})
	want := map[string][2]int64{ // reported, economic_registered
		"330109": {2, 0 + 100}, "330110": {1, 200}, "340101": {1, 300},
		"3301": {3, 300}, "3401": {1, 300}, "33": {3, 300}, "34": {1, 300}, "0": {4, 600},
	}
	err := s.View(context.Background(), func(r *Reader) error {
		return r.each(func(scan func(...any) error) error {
			var p, code string
			var digits int
			var reported int64
			var changed period.Instant
			var economic, social coverage.Sums
			if err := scan(append([]any{&p, &digits, &code, &reported, &changed}, scanSums(&economic, &social)...)...); err != nil {
				return err
			}
			if p != "2026-Q3" || digits != area.Code(code).Level().Digits() || changed != r.at {
				t.Errorf("total of %s %s: %d digits, changed %d", p, code, digits, changed)
			}
			if got := [2]int64{reported, economic.Registered()}; got != want[code] {
				t.Errorf("total of %s = %v, want %v", code, got, want[code])
			}
			if d := social.Instructors() - social.Registered(); d != 12*reported {
				t.Errorf("total of %s: columns out of place", code)
			}
			delete(want, code)
			return nil
		}, "SELECT period, digits, area, reported, changed, "+figureList+" FROM coverage_totals")
	})
	if err != nil || len(want) > 0 {
		t.Errorf("%v; no totals of %v", err, want)
	}
	if err := s.Update(context.Background(), By{}, func(w *Writer) error { return w.RecomputeTotals("2026-Q3", []area.Code{"33"}) }); err == nil {
		t.Error("a province was taken for a district")
	}
}
