package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"context"
	"slices"
	"testing"
)

// official returns a complete record that is official from at on.
func official(p period.ID, code area.Code, at period.Instant, figure int64) *coverage.Record {
	r := &coverage.Record{Period: p, Area: code, Revision: 1, Since: &at, State: coverage.Approved, Latest: true, CreatedAt: at}
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

func TestCheckTotalsFindsWhatDiffers(t *testing.T) {
	s := openTest(t)
	update(t, s, func(w *Writer) error {
		for i, c := range []area.Code{"330109001", "330110001"} {
			if err := save(w, audit.Change{Action: "coverage.approve"}, official("2026-Q3", c, w.Now(), int64(10*i))); err != nil {
				return err
			}
		}
		return w.RecomputeTotals("2026-Q3", []area.Code{"330109", "330110"})
	})
	problems := func() (found []string) {
		view(t, s, func(r *Reader) error {
			return r.CheckTotals(func(p period.ID, a area.Code, _ string) { found = append(found, string(p)+" "+string(a)) })
		})
		return found
	}
	if found := problems(); len(found) > 0 {
		t.Errorf("problems of what is right: %v", found)
	}
	for name, c := range map[string]struct{ forge, mend, want string }{
		"a figure":      {"UPDATE coverage_totals SET social_weak = social_weak + 1 WHERE area = '3301'", "UPDATE coverage_totals SET social_weak = social_weak - 1 WHERE area = '3301'", "2026-Q3 3301"},
		"a count":       {"UPDATE coverage_totals SET reported = 3 WHERE area = '0'", "UPDATE coverage_totals SET reported = 2 WHERE area = '0'", "2026-Q3 0"},
		"a stamp":       {"UPDATE coverage_totals SET changed = changed - 1 WHERE area = '330110'", "UPDATE coverage_totals SET changed = changed + 1 WHERE area = '330110'", "2026-Q3 330110"},
		"a row lost":    {"UPDATE coverage_totals SET period = '2026-Q2' WHERE area = '33'", "UPDATE coverage_totals SET period = '2026-Q3' WHERE area = '33'", "2026-Q2 33"},
		"a level":       {"UPDATE coverage_totals SET digits = 2 WHERE area = '330109'", "UPDATE coverage_totals SET digits = 6 WHERE area = '330109'", "2026-Q3 330109"},
		"a revision":    {"UPDATE coverage_revisions SET economic_joint = 0 WHERE area = '330110001'", "UPDATE coverage_revisions SET economic_joint = 13 WHERE area = '330110001'", "2026-Q3 330110"},
		"a period more": {"UPDATE coverage_revisions SET period = '2026-Q4' WHERE area = '330110001'", "UPDATE coverage_revisions SET period = '2026-Q3' WHERE area = '330110001'", "2026-Q4 330110"},
	} {
		run := func(query string) {
			update(t, s, func(w *Writer) error { _, err := w.exec(query); return err })
		}
		run(c.forge)
		if found := problems(); !slices.Contains(found, c.want) {
			t.Errorf("%s: found %v, want %s", name, found, c.want)
		}
		run(c.mend)
	}
	if found := problems(); len(found) > 0 {
		t.Errorf("problems of what was mended: %v", found)
	}
}
