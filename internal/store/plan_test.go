package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/store/storetest"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var planAreas = []area.Code{"0", "33", "3301", "330109", "330109001", "330109002", "330110", "330110001", "3302"}

// openPlan opens a registry with planAreas whose statements are counted.
func openPlan(t testing.TB) (s *Store, statements *[]string) {
	t.Helper()
	return openPlanIn(t, storetest.URL(t))
}

func openPlanIn(t testing.TB, url string) (s *Store, statements *[]string) {
	t.Helper()
	statements = new([]string)
	s, err := Open(context.Background(), Options{
		URL:      url,
		Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.FixedZone("CST", 8*3600)},
		Clock:    func() time.Time { return now },
		Trace:    func(query string, _ []any) { *statements = append(*statements, query) },
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	update(t, s, func(w *Writer) error {
		var rows []*catalog.Area
		for _, c := range planAreas {
			rows = append(rows, &catalog.Area{Code: c, Digits: c.Level().Digits(), Name: string(c), Reports: c.ReportsByDefault()})
		}
		return w.SaveAreas(audit.Change{Action: "area.create"}, rows...)
	})
	return s, statements
}

func asReviewer(t testing.TB, s *Store, at area.Code, do func(*Writer) error) error {
	t.Helper()
	return s.Update(context.Background(), By{Actor: access.Actor{ID: "reviewer", Role: access.Reviewer, Area: at}, RequestID: "test"}, do)
}

func view(t testing.TB, s *Store, do func(*Reader) error) {
	t.Helper()
	if err := s.View(context.Background(), do); err != nil {
		t.Fatal(err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWindowLife(t *testing.T) {
	s, _ := openPlan(t)
	set := func(at area.Code, pre audit.Precondition, opens, due, closes period.Date) (w plan.Window, first bool, err error) {
		err = asReviewer(t, s, "330109", func(tx *Writer) error {
			var err error
			w, first, err = plan.SetWindow(tx, "2026-Q3", at, pre, opens, due, closes)
			return err
		})
		return w, first, err
	}
	own, first, err := set("330109", audit.Precondition{Match: []period.Instant{0}}, "2026-10-08", "2026-10-18", "2026-11-30")
	must(t, err)
	if !first || own.Version == 0 {
		t.Errorf("first own window: %+v, first %v", own, first)
	}
	view(t, s, func(r *Reader) error {
		r.As(access.Actor{ID: "x", Role: access.Clerk, Area: "330110"}) // the plan is read by all
		w, from, err := plan.GetWindow(r, "2026-Q3", "330109001")
		if err == nil && (from == nil || *from != "330109" || w.Version != own.Version) {
			t.Errorf("inherited: %+v from %v", w, from)
		}
		return err
	})
	for _, tt := range []struct {
		name string
		at   area.Code
		pre  audit.Precondition
		want fault.Code
	}{
		{"own, no If-Match", "330109", audit.Precondition{}, fault.PreconditionRequired},
		{"own, old version", "330109", audit.Precondition{Match: []period.Instant{1}}, fault.Stale},
		{"inherited, old version", "330109001", audit.Precondition{Match: []period.Instant{1}}, fault.Stale},
		{"outside", "330110", audit.Precondition{}, fault.Forbidden},
		{"above", "3301", audit.Precondition{}, fault.Forbidden},
		{"no such area", "330109999", audit.Precondition{}, fault.NotFound},
	} {
		if _, _, err := set(tt.at, tt.pre, "2026-10-08", "2026-10-18", "2026-11-30"); !fault.Is(err, tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	if _, first, err = set("330109001", audit.Precondition{Match: []period.Instant{own.Version}}, "2026-10-08", "2026-10-19", "2026-11-30"); err != nil || !first {
		t.Errorf("over an inherited one by its version: first %v, %v", first, err)
	}
	changed, first, err := set("330109", audit.Precondition{Match: []period.Instant{own.Version}}, "2026-10-08", "2026-10-20", "2026-11-30")
	if err != nil || first || changed.Version <= own.Version {
		t.Errorf("change: %+v, first %v, %v", changed, first, err)
	}
	_, _, err = set("330109", audit.Precondition{Any: true}, "2026-07-01", "2026-06-30", "2026-06-29")
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.RuleViolation || len(f.Violations) != 3 {
		t.Fatalf("three mistakes: %v", err)
	}
	for i, want := range []struct{ code, pointer, message string }{
		{"opens_after_start", "/opens_on", "开始填报日 2026-07-01 不晚于报告期的第一天 2026-07-01。"},
		{"due_not_before_opens", "/due_on", "报送截止日 2026-06-30 早于开始填报日 2026-07-01。"},
		{"closes_not_before_due", "/closes_on", "关闭日 2026-06-29 早于报送截止日 2026-06-30。"},
	} {
		v := f.Violations[i]
		if v.Code != want.code || v.Pointer != want.pointer || v.Message.ZH != want.message || v.Hint.ZH == "" || v.Hint.EN == "" {
			t.Errorf("violation %d: %+v", i, v)
		}
	}
}

func TestExtensionLife(t *testing.T) {
	s, _ := openPlan(t)
	grant := func(at area.Code, pre audit.Precondition, until period.Date) (e plan.Extension, first bool, err error) {
		err = asReviewer(t, s, "330109", func(tx *Writer) error {
			var err error
			e, first, err = plan.GrantExtension(tx, "2026-Q2", at, pre, until, "系统故障")
			return err
		})
		return e, first, err
	}
	withdraw := func(v period.Instant) error {
		return asReviewer(t, s, "330109", func(tx *Writer) error {
			var pre audit.Precondition
			if v != 0 {
				pre.Match = []period.Instant{v}
			}
			return plan.WithdrawExtension(tx, "2026-Q2", "330109", pre)
		})
	}
	if err := withdraw(1); !fault.Is(err, fault.NotFound) {
		t.Errorf("withdraw none: %v", err)
	}
	if _, _, err := grant("330109", audit.Precondition{}, "2026-10-07"); !fault.Is(err, fault.RuleViolation) {
		t.Errorf("until yesterday: %v", err)
	}
	if _, _, err := grant("330109", audit.Precondition{Match: []period.Instant{1}}, "2026-10-08"); !fault.Is(err, fault.Stale) {
		t.Errorf("If-Match though there is none: %v", err)
	}
	e, first, err := grant("330109", audit.Precondition{}, "2026-10-08")
	if err != nil || !first {
		t.Fatalf("until today: first %v, %v", first, err)
	}
	view(t, s, func(r *Reader) error {
		r.As(access.Actor{ID: "x", Role: access.Clerk, Area: "330110"})
		if below, err := plan.ExtensionOf(r, "2026-Q2", "330109002"); err != nil || below == nil || below.AllowedUntil != "2026-10-08" {
			t.Errorf("below: %+v, %v", below, err)
		}
		if other, err := plan.ExtensionOf(r, "2026-Q2", "330110001"); err != nil || other != nil {
			t.Errorf("elsewhere: %+v, %v", other, err)
		}
		if _, err := plan.GetExtension(r, "2026-Q2", "330109002"); !fault.Is(err, fault.NotFound) {
			t.Errorf("own of one that inherits: %v", err)
		}
		return nil
	})
	if _, _, err := grant("330109", audit.Precondition{}, "2026-10-09"); !fault.Is(err, fault.PreconditionRequired) {
		t.Errorf("change without If-Match: %v", err)
	}
	e2, first, err := grant("330109", audit.Precondition{Match: []period.Instant{e.Version}}, "2026-10-09")
	if err != nil || first {
		t.Fatalf("change: first %v, %v", first, err)
	}
	if err := withdraw(0); !fault.Is(err, fault.PreconditionRequired) {
		t.Errorf("withdraw without If-Match: %v", err)
	}
	if err := withdraw(e.Version); !fault.Is(err, fault.Stale) {
		t.Errorf("withdraw an old version: %v", err)
	}
	must(t, withdraw(e2.Version))
	must(t, func() error { _, _, err := grant("330109", audit.Precondition{}, "2026-10-10"); return err }())
	view(t, s, func(r *Reader) error {
		var actions []string
		err := r.each(func(scan func(...any) error) error {
			var a string
			err := scan(&a)
			actions = append(actions, a)
			return err
		}, "SELECT action FROM audit_events WHERE subject = 'extensions/2026-Q2/330109' ORDER BY sequence")
		if want := []string{"extension.grant", "extension.grant", "extension.withdraw", "extension.grant"}; !slices.Equal(actions, want) {
			t.Errorf("events %v", actions)
		}
		return err
	})
}

// A cold look-up is one statement; a second one, for any area of the district, none.
func TestPlanStatements(t *testing.T) {
	s, statements := openPlan(t)
	count := func(do func(*Reader) error) (n int) {
		view(t, s, func(r *Reader) error {
			before := len(*statements)
			err := do(r)
			n = len(*statements) - before
			return err
		})
		return n
	}
	deadlines := func(a area.Code) func(*Reader) error {
		return func(r *Reader) error { _, err := plan.DeadlinesOf(r, "2026-Q3", a, nil); return err }
	}
	goal := func(a area.Code) func(*Reader) error {
		return func(r *Reader) error { _, _, err := plan.GoalOf(r, a, 2026, period.Never); return err }
	}
	for i, tt := range []struct {
		do   func(*Reader) error
		want int
	}{{deadlines("330109001"), 1}, {deadlines("330109002"), 0}, {deadlines("330109"), 0}, {deadlines("330110001"), 1}, {goal("330109001"), 1}, {goal("330109"), 0}} {
		if n := count(tt.do); n != tt.want {
			t.Errorf("look-up %d: %d statements, want %d", i, n, tt.want)
		}
	}
	must(t, asReviewer(t, s, "0", func(tx *Writer) error {
		_, _, err := plan.SetWindow(tx, "2026-Q3", "0", audit.Precondition{}, "2026-10-02", "2026-10-20", "2026-12-01")
		if err != nil {
			return err
		}
		w, _, err := plan.WindowOf(tx, "2026-Q3", "330109001") // its own write, not the cache
		if w.DueOn != "2026-10-20" {
			t.Errorf("in the transaction that set it: %+v", w)
		}
		return err
	}))
	view(t, s, func(r *Reader) error {
		w, from, err := plan.WindowOf(r, "2026-Q3", "330109001")
		if w.DueOn != "2026-10-20" || from == nil || *from != "0" {
			t.Errorf("after the commit: %+v from %v", w, from)
		}
		return err
	})
}

// The goal as of any instant is what a naive replay of the changes gives.
func TestGoalHistory(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, _ := openPlan(t)
		defer func() { must(t, s.Close()) }()
		type change struct {
			at   period.Instant
			goal plan.Goal
		}
		var log []change
		for range rapid.IntRange(1, 12).Draw(rt, "changes") {
			a := rapid.SampledFrom(planAreas).Draw(rt, "area")
			n := rapid.Int64Range(0, 3).Draw(rt, "brands")
			to := plan.Targets{BrandTarget: &n, BrandLevel: plan.BrandCity, Indicator: plan.WorkCoverage, TargetBP: rapid.Int64Range(0, 3).Draw(rt, "target")}
			must(t, asReviewer(t, s, "0", func(tx *Writer) error {
				g, _, err := plan.SetGoal(tx, a, 2026, audit.Precondition{Any: true}, to)
				if err != nil {
					return err
				}
				log = append(log, change{tx.Now(), g})
				now, _, err := plan.GoalOf(tx, a, 2026, period.Never)
				if now.TargetBP != to.TargetBP {
					rt.Fatalf("in its own transaction: %+v, want %+v", now, to)
				}
				return err
			}))
		}
		view(t, s, func(r *Reader) error {
			instants := []period.Instant{0, period.Never}
			for _, c := range log {
				instants = append(instants, c.at-1, c.at)
			}
			for _, asOf := range instants {
				for _, a := range planAreas {
					naive := plan.Goals{Year: 2026, Set: map[area.Code]plan.Goal{}}
					for _, c := range log {
						if c.at <= asOf {
							naive.Set[c.goal.Area] = c.goal
						}
					}
					want, wantFrom := naive.Of(a)
					got, from, err := plan.GoalOf(r, a, 2026, asOf)
					if err != nil {
						return err
					}
					if fmt.Sprint(targets(got)) != fmt.Sprint(targets(want)) || (from == nil) != (wantFrom == nil) || (from != nil && *from != *wantFrom) {
						rt.Fatalf("%s as of %d: %+v from %v, want %+v from %v", a, asOf, got, from, want, wantFrom)
					}
				}
			}
			return nil
		})
	})
}

func targets(g plan.Goal) []any {
	out := []any{g.Area, g.BrandLevel, g.Indicator, g.TargetBP}
	if g.BrandTarget != nil {
		out = append(out, *g.BrandTarget)
	}
	return out
}

func TestPeriods(t *testing.T) {
	s, _ := openPlan(t) // 2026-10-08: the current is Q4, the last ended Q3
	update(t, s, func(w *Writer) error {
		var rows []*coverage.Record
		for _, k := range []coverage.Key{{Period: "2025-Q1", Area: "330109001"}, {Period: "2025-Q3", Area: "330110001"}, {Period: "2026-Q3", Area: "330109001"}, {Period: "2024-M07", Area: "330109001"}} {
			rows = append(rows, &coverage.Record{Period: k.Period, Area: k.Area, Revision: 1, State: coverage.Draft, Latest: true})
		}
		return save(w, audit.Change{Action: "coverage.edit"}, rows...)
	})
	must(t, asReviewer(t, s, "0", func(tx *Writer) error {
		_, _, err := plan.SetWindow(tx, "2027-Q1", "33", audit.Precondition{}, "2027-04-02", "2027-04-05", "2027-04-09")
		return err
	}))
	must(t, asReviewer(t, s, "0", func(tx *Writer) error {
		_, _, err := plan.SetWindow(tx, "2027-Q2", "330109002", audit.Precondition{}, "2027-07-02", "2027-07-05", "2027-07-09")
		return err
	}))
	for _, tt := range []struct {
		actor, area area.Code
		from, to    period.ID
		want        string
	}{
		{"330109", "330109", "", "", "2027-Q1 2026-Q4 2026-Q3 2025-Q1"},
		{"0", "3301", "", "", "2027-Q1 2026-Q4 2026-Q3 2025-Q3 2025-Q1"},
		{"330109", "3301", "", "", "2027-Q1 2026-Q4 2026-Q3 2025-Q1"}, // not what is out of its sight
		{"330109", "330110", "", "", "2027-Q1 2026-Q4 2026-Q3"},
		{"330109", "330109002", "", "", "2027-Q2 2027-Q1 2026-Q4 2026-Q3"},
		{"330109", "330109", "2025-Q1", "2026-Q3", "2026-Q3 2025-Q1"},
		{"330109", "330109", "2025-Q2", "2026-Q2", ""},
		{"330109", "330109", "2027-Q1", "2026-Q1", ""},
	} {
		view(t, s, func(r *Reader) error {
			r.As(access.Actor{ID: "x", Role: access.Reader, Area: tt.actor})
			list, err := plan.Periods(r, tt.area, tt.from, tt.to)
			var ids []string
			for _, l := range list {
				ids = append(ids, string(l.Period))
				if inherited := l.Period == "2027-Q1"; inherited != (l.From != nil) || (inherited && (*l.From != "33" || l.DueOn != "2027-04-05")) {
					t.Errorf("%s of %s: %+v from %v", l.Period, tt.area, l.Window, l.From)
				}
			}
			if got := strings.Join(ids, " "); got != tt.want {
				t.Errorf("%s by %s, %s … %s: %s, want %s", tt.area, tt.actor, tt.from, tt.to, got, tt.want)
			}
			return err
		})
	}
}

// Periods are found by jumping along the key, not by reading every record.
func TestPlanQueryPlans(t *testing.T) {
	s, _ := openPlanIn(t, storetest.File(t))
	explain := func(query string, args int) (plan string) {
		view(t, s, func(r *Reader) error {
			return r.each(func(scan func(...any) error) error {
				var id, parent, unused int
				var detail string
				err := scan(&id, &parent, &unused, &detail)
				plan += detail + "\n"
				return err
			}, "EXPLAIN QUERY PLAN "+query, slices.Repeat([]any{""}, args)...)
		})
		return plan
	}
	for name, got := range map[string]string{
		"periods":  explain(reportedPeriodsQuery, 6),
		"schedule": explain(scheduleQuery, 14),
		"windows":  explain(windowsForQuery+"?, ?)", 4),
		"goals":    explain(goalColumns+" WHERE year = ? AND area >= ? AND area < ? AND "+inForce, 3),
	} {
		for line := range strings.Lines(got) {
			if strings.Contains(line, "SCAN") && !strings.Contains(line, "SCAN found") {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
	if got := explain(reportedPeriodsQuery, 6); strings.Count(got, "USING PRIMARY KEY (period") != 3 {
		t.Errorf("periods: want three searches of the primary key:\n%s", got)
	}
}
