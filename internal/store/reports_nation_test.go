package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/report"
	"brandregistry/internal/store/storetest"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// nation returns the codes of a country: provinces × cities × districts × subdistricts.
func nation(provinces, cities, districts, subdistricts int) []area.Code {
	out := []area.Code{area.Nation}
	for p := range provinces {
		out = append(out, area.Code(fmt.Sprintf("%02d", 11+p)))
		for c := range cities {
			out = append(out, area.Code(fmt.Sprintf("%02d%02d", 11+p, 1+c)))
			for d := range districts {
				out = append(out, area.Code(fmt.Sprintf("%02d%02d%02d", 11+p, 1+c, 1+d)))
				for s := range subdistricts {
					out = append(out, area.Code(fmt.Sprintf("%02d%02d%02d%03d", 11+p, 1+c, 1+d, 1+s)))
				}
			}
		}
	}
	return out
}

// seedAreas enters areas in one transaction, with one event for all.
func seedAreas(t testing.TB, s *Store, codes []area.Code) {
	t.Helper()
	update(t, s, func(w *Writer) error {
		for _, c := range codes {
			reports := 0
			if c.ReportsByDefault() {
				reports = 1
			}
			_, err := w.exec("INSERT INTO areas (code, since, until, digits, name, reports, successors, version) VALUES (?, ?, ?, ?, ?, ?, '[]', ?)",
				string(c), w.now, period.Never, c.Level().Digits(), "区划"+string(c), reports, w.now)
			if err != nil {
				return err
			}
		}
		w.noteChange("areas")
		return w.appendEvent(audit.Event{Chain: "0", Area: "0", Subject: "areas", Action: "seed", Before: "{}", After: "{}"})
	})
}

var seedRow = "INSERT INTO coverage_revisions (period, area, revision, since, until, state, latest, version, " + figureList +
	", explanations, return_pointers, returns, first_submitted_at, created_at) VALUES (?, ?, ?, ?, ?, 'approved', 1, ?" +
	strings.Repeat(", ?", 2*coverage.FigureCount) + ", '{}', '[]', 0, ?, ?)"

// seedOfficial makes the first revision of every given subdistrict official, with one event for all.
func seedOfficial(t testing.TB, s *Store, p period.ID, codes []area.Code) {
	t.Helper()
	update(t, s, func(w *Writer) error {
		for i, c := range codes {
			args := []any{string(p), string(c), 1, w.now, period.Never, w.now}
			for range coverage.Kinds {
				n := int64(100 + i%37)
				for j := range coverage.FigureCount {
					args = append(args, [coverage.FigureCount]int64{n, 3, n - 40, 30 + int64(i%7), 5, 1, 2, 200, n - 38, 20, 2, 1, 4}[j])
				}
			}
			if _, err := w.exec(seedRow, append(args, w.now, w.now)...); err != nil {
				return err
			}
		}
		if err := w.RecomputeTotals(p, codes); err != nil {
			return err
		}
		return w.appendEvent(audit.Event{Chain: "0", Area: "0", Subject: "coverage", Action: "seed", Before: "{}", After: "{}"})
	})
}

func subdistrictsOf(codes []area.Code) (out []area.Code) {
	for _, c := range codes {
		if c.Level() == area.LevelSubdistrict {
			out = append(out, c)
		}
	}
	return out
}

func reader(r *Reader) *Reader {
	r.As(access.Actor{ID: "reader", Role: access.Reader, Area: area.Nation})
	return r
}

// asked are the reports, by name.
var asked = map[string]func(tx *Reader, a area.Code) error{
	"coverage": func(tx *Reader, a area.Code) error {
		_, err := report.GetCoverage(tx, report.Query{Area: a}, report.Approved, report.ByCode)
		return err
	},
	"coverage, submitted": func(tx *Reader, a area.Code) error {
		_, err := report.GetCoverage(tx, report.Query{Area: a}, report.Submitted, report.ByRank)
		return err
	},
	"goals": func(tx *Reader, a area.Code) error {
		_, err := report.GetGoals(tx, report.Query{Area: a})
		return err
	},
	"submissions": func(tx *Reader, a area.Code) error {
		_, err := report.GetSubmissions(tx, a, "")
		return err
	},
	"trend": func(tx *Reader, a area.Code) error {
		_, err := report.GetTrend(tx, report.TrendQuery{Area: a})
		return err
	},
}

// TestReportsReadIndexRanges proves of every statement of every report that it searches an index, and
// that their number does not depend on how much is stored.
func TestReportsReadIndexRanges(t *testing.T) {
	s, statements := openPlanIn(t, storetest.File(t))
	counts := map[string]int{}
	run := func() {
		for _, a := range []area.Code{"0", "11", "1101", "110101", "110101001"} {
			for _, name := range slices.Sorted(maps.Keys(asked)) {
				ask := func(r *Reader) error { return asked[name](reader(r), a) }
				view(t, s, ask) // fills the caches
				*statements = nil
				view(t, s, ask)
				key, n := name+" of "+string(a), len(*statements)
				if was, known := counts[key]; known && n > was {
					t.Errorf("%s takes %d statements, and %d when there is little", key, n, was)
				}
				counts[key] = n
				for _, q := range *statements {
					explain(t, s, q)
				}
			}
		}
	}
	seedAreas(t, s, []area.Code{"11", "1101", "110101", "110101001", "110101002", "110102"})
	run()
	seedAreas(t, s, []area.Code{"110101003", "110101004", "110102001", "1102", "110201", "110201001"})
	var before period.Instant
	view(t, s, func(r *Reader) error { before = r.at; return nil })
	for _, p := range []period.ID{"2024-Q4", "2025-Q3", "2026-Q1", "2026-Q2", "2026-Q3"} {
		seedOfficial(t, s, p, []area.Code{"110101001", "110101003", "110201001"})
	}
	run()
	// As of an instant before all that, totals are passed over and revisions summed.
	*statements = nil
	view(t, s, func(r *Reader) error {
		c, err := report.GetCoverage(reader(r), report.Query{Area: "0", AsOf: &before}, report.Approved, report.ByCode)
		if c.Expected == 0 || c.Reported != 0 {
			t.Errorf("before anything was reported: %+v", c)
		}
		return err
	})
	if !slices.Contains(*statements, officialSums) {
		t.Error("no revisions were summed")
	}
	for _, q := range *statements {
		explain(t, s, q)
	}
}

// TestMissingAreFoundWhereTheyAre holds the bounds of reports, for which only the areas that lack
// some are searched, against a search of all.
func TestMissingAreFoundWhereTheyAre(t *testing.T) {
	codes := nation(3, 3, 3, 6)
	all := subdistrictsOf(codes)
	s, statements := openPlan(t)
	seedAreas(t, s, slices.DeleteFunc(codes, func(c area.Code) bool { return c == area.Nation })) // openPlan has entered it
	seedOfficial(t, s, "2026-Q1", all[:150])
	seedOfficial(t, s, "2026-Q2", all[20:])
	seedOfficial(t, s, "2026-Q3", append(slices.Clone(all[1:70]), all[71:]...)) // all but two
	seedOfficial(t, s, "2026-Q4", all[:20])
	for _, p := range []period.ID{"2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"} {
		for _, at := range []area.Code{"0", "11", "12", "1101", "1203", "110101", "110101001"} {
			view(t, s, func(r *Reader) error {
				*statements = nil
				c, err := report.GetCoverage(reader(r), report.Query{Area: at, Period: p}, report.Approved, report.ByCode)
				if err != nil {
					return err
				}
				if p == "2026-Q3" && at == "12" && strings.Count(strings.Join(*statements, ""), "count(e)") != 1 {
					t.Errorf("one missing of %s is searched for by %q", at, *statements)
				}
				m, err := r.MissingWithin(p, at, c.AsOf, report.Approved)
				if want := report.BoundsOf(c.Goal.Indicator, c.Totals.All().Rate(c.Goal.Indicator), m); !reflect.DeepEqual(c.Goal.Bounds, want) {
					t.Errorf("%s %s: bounds %v, want %v", at, p, c.Goal.Bounds, want)
				}
				if m.Areas != c.Expected-c.Reported {
					t.Errorf("%s %s: %d missing, %d of %d reported", at, p, m.Areas, c.Reported, c.Expected)
				}
				return err
			})
		}
	}
}

// explain fails when a query scans a table other than the two that are aggregated from a subquery.
func explain(t *testing.T, s *Store, query string) {
	t.Helper()
	if !strings.Contains(query, "SELECT") {
		return
	}
	view(t, s, func(r *Reader) error {
		args := make([]any, strings.Count(query, "?"))
		return r.each(func(scan func(...any) error) error {
			var id, parent, unused int
			var detail string
			if err := scan(&id, &parent, &unused, &detail); err != nil {
				return err
			}
			if strings.HasPrefix(detail, "SCAN") && detail != "SCAN clock" && !strings.HasPrefix(detail, "SCAN (") && detail != "SCAN CONSTANT ROW" && detail != "SCAN missing" {
				t.Errorf("%s\n in %s", detail, query)
			}
			return nil
		}, "EXPLAIN QUERY PLAN "+query, args...)
	})
}
