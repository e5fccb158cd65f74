package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/store/storetest"
	"brandregistry/internal/task"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func tasksOf(t testing.TB, s *Store, who access.Actor) (lines []string) {
	t.Helper()
	view(t, s, func(r *Reader) error {
		r.As(who)
		list, err := coverage.Tasks(r)
		for _, task := range list {
			due := "-"
			if task.DueOn != nil {
				due = string(*task.DueOn)
			}
			lines = append(lines, fmt.Sprintf("%s %s %s %s %s %s", task.Kind, task.Period, task.Area, due, task.Since.Time().Format("2006-01-02T15:04"), task.Title.ZH))
			if task.AreaName != string(task.Area) || task.Title.EN == "" || strings.Contains(task.Title.EN+task.Title.ZH, "%!") {
				t.Errorf("task %+v", task)
			}
		}
		return err
	})
	return lines
}

func saveRevisions(t testing.TB, s *Store, rows ...coverage.Record) {
	t.Helper()
	update(t, s, func(w *Writer) error {
		for i := range rows {
			rows[i].Latest = true
			if err := save(w, audit.Change{Action: "coverage.edit"}, &rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// On 2026-10-08 at 10:00 in Shanghai the last ended period is 2026-Q3, due on 2026-10-11.
func TestTasks(t *testing.T) {
	s, statements := openPlan(t)
	update(t, s, func(w *Writer) error {
		gone := period.Date("2026-08-31")
		from := period.Date("2026-10-01")
		return save(w, audit.Change{Action: "area.create"},
			&catalog.Area{Code: "330109003", Digits: 9, Name: "330109003", Reports: true},
			&catalog.Area{Code: "330109004", Digits: 9, Name: "330109004", Reports: true},
			&catalog.Area{Code: "330109005", Digits: 9, Name: "330109005", Reports: true},
			&catalog.Area{Code: "330109401", Digits: 9, Name: "330109401"},
			&catalog.Area{Code: "330109006", Digits: 9, Name: "330109006", Reports: true, ValidTo: &gone},
			&catalog.Area{Code: "330109007", Digits: 9, Name: "330109007", Reports: true, ValidFrom: &from},
		)
	})
	instant := func(s string) *period.Instant { v := period.InstantOf(mustTime(t, s)); return &v }
	day := func(d period.Date) *period.Date { return &d }
	text := func(s string) *string { return &s }
	saveRevisions(t, s,
		coverage.Record{Period: "2026-Q3", Area: "330109002", Revision: 1, State: coverage.Draft},
		coverage.Record{Period: "2026-Q3", Area: "330109003", Revision: 1, State: coverage.Submitted, SubmittedAt: instant("2026-10-03T01:00:00Z"), SubmittedBy: text("clerk3")},
		coverage.Record{Period: "2026-Q3", Area: "330109004", Revision: 1, State: coverage.Returned, SubmittedAt: instant("2026-10-02T01:00:00Z"), DecidedAt: instant("2026-10-04T01:00:00Z"), ReturnReason: text("联合组建数与上期相差过大"), AllowedUntil: day("2026-12-31")},
		coverage.Record{Period: "2026-Q3", Area: "330109005", Revision: 1, State: coverage.Approved},
		coverage.Record{Period: "2026-Q1", Area: "330109005", Revision: 2, State: coverage.Draft, AllowedUntil: day("2026-10-15"), CreatedAt: *instant("2026-10-05T01:00:00Z")},
		coverage.Record{Period: "2026-Q1", Area: "330109004", Revision: 2, State: coverage.Draft, CreatedAt: *instant("2026-04-05T01:00:00Z")}, // locked: nothing to be done
		coverage.Record{Period: "2026-Q1", Area: "330109003", Revision: 1, State: coverage.Draft},                                              // long closed
		coverage.Record{Period: "2026-Q3", Area: "330110001", Revision: 1, State: coverage.Submitted, SubmittedAt: instant("2026-10-02T01:00:00Z"), SubmittedBy: text("reviewer")},
	)
	clerk := func(at area.Code) access.Actor { return access.Actor{ID: "clerk", Role: access.Clerk, Area: at} }
	reviewer := func(at area.Code) access.Actor { return access.Actor{ID: "reviewer", Role: access.Reviewer, Area: at} }
	check := func(name string, who access.Actor, want ...string) {
		t.Helper()
		if got := tasksOf(t, s, who); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %s\nwant %s", name, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
	check("a clerk of the district", clerk("330109"),
		"returned 2026-Q3 330109004 2026-12-31 2026-10-04T01:00 2026年第三季度“两新”组织覆盖情况表被退回：联合组建数与上期相差过大",
		"due_soon 2026-Q3 330109001 2026-10-11 2026-10-07T16:00 2026年第三季度“两新”组织覆盖情况表尚未填报，还有 3 天截止。",
		"due_soon 2026-Q3 330109002 2026-10-11 2026-10-07T16:00 2026年第三季度“两新”组织覆盖情况表已有草稿，尚未提交，还有 3 天截止。",
		"fill_in 2026-Q1 330109005 2026-10-15 2026-10-05T01:00 2026年第一季度“两新”组织覆盖情况表的更正尚未提交，最迟 2026-10-15 提交。",
	)
	check("a clerk of a subdistrict that has handed in", clerk("330109003"))
	check("a reviewer", reviewer("330109"), "review 2026-Q3 330109003 - 2026-10-03T01:00 2026年第三季度“两新”组织覆盖情况表已提交，待审核。")
	check("a reviewer's own submission", reviewer("330110"))
	for _, role := range []access.Role{access.Reader, access.Auditor, access.Admin} {
		check(string(role), access.Actor{ID: "x", Role: role, Area: "0"})
	}

	setWindow := func(p period.ID, opens, due, closes period.Date) {
		t.Helper()
		must(t, asReviewer(t, s, "330109", func(tx *Writer) error {
			_, _, err := plan.SetWindow(tx, p, "330109", audit.Precondition{Any: true}, opens, due, closes)
			return err
		}))
	}
	overdue := []string{
		"overdue 2026-Q3 330109001 2026-10-06 2026-10-06T16:00 2026年第三季度“两新”组织覆盖情况表尚未报送，已逾期 2 天。",
		"overdue 2026-Q3 330109002 2026-10-06 2026-10-06T16:00 2026年第三季度“两新”组织覆盖情况表尚未报送，已逾期 2 天。",
		"overdue 2026-Q3 330109004 2026-10-06 2026-10-06T16:00 2026年第三季度“两新”组织覆盖情况表尚未报送，已逾期 2 天。",
	}
	setWindow("2026-Q3", "2026-10-01", "2026-10-06", "2026-10-20")
	check("a reviewer after the due day", reviewer("330109"), append([]string{"review 2026-Q3 330109003 - 2026-10-03T01:00 2026年第三季度“两新”组织覆盖情况表已提交，待审核。"}, overdue...)...)
	check("a clerk after the due day", clerk("330109001"), "overdue 2026-Q3 330109001 2026-10-06 2026-10-06T16:00 2026年第三季度“两新”组织覆盖情况表尚未填报，已逾期 2 天，请尽快提交。")
	setWindow("2026-Q3", "2026-10-01", "2026-10-06", "2026-10-07")
	check("a clerk after the closing day", clerk("330109001"), "overdue 2026-Q3 330109001 2026-10-06 2026-10-06T16:00 2026年第三季度“两新”组织覆盖情况表尚未填报，填报已于 2026-10-07 关闭，请联系审核员延期。")
	setWindow("2026-Q3", "2026-10-01", "2026-10-08", "2026-10-20")
	check("a clerk on the due day", clerk("330109001"), "due_soon 2026-Q3 330109001 2026-10-08 2026-10-04T16:00 2026年第三季度“两新”组织覆盖情况表尚未填报，今天截止。")
	setWindow("2026-Q3", "2026-10-01", "2026-10-12", "2026-10-20")
	check("a clerk four days before", clerk("330109001"), "fill_in 2026-Q3 330109001 2026-10-12 2026-09-30T16:00 2026年第三季度“两新”组织覆盖情况表尚未填报，2026-10-12 截止。")
	setWindow("2026-Q3", "2026-10-09", "2026-10-12", "2026-10-20")
	check("a clerk before the opening", clerk("330109001"))
	setWindow("2026-Q4", "2026-10-08", "2026-12-31", "2027-03-31") // opened before the period ends
	check("a period opened early", clerk("330109001"), "fill_in 2026-Q4 330109001 2026-12-31 2026-10-07T16:00 2026年第四季度“两新”组织覆盖情况表尚未填报，2026-12-31 截止。")

	// a warm list: a statement a kind, however many subdistricts
	tasksOf(t, s, reviewer("330109"))
	before := len(*statements)
	tasksOf(t, s, reviewer("330109"))
	if n := len(*statements) - before; n > 9 { // BEGIN, clock, periods to review, one of them, a draft's and a place's of two periods, ROLLBACK
		t.Errorf("%d statements:\n%s", n, strings.Join((*statements)[before:], "\n"))
	}
}

// TestTaskQueryPlans reads the plan of every statement of every list, with and without days of subdistricts'
// own: each table is searched by an index, none is scanned.
func TestTaskQueryPlans(t *testing.T) {
	b := openCoverageIn(t, storetest.File(t), 3, now)
	lists := func(r *Reader) error {
		for _, role := range []access.Role{access.Clerk, access.Reviewer} {
			r.As(access.Actor{ID: "x", Role: role, Area: "330109"})
			if _, err := coverage.Tasks(r); err != nil {
				return err
			}
			if _, err := brand.Tasks(r); err != nil {
				return err
			}
		}
		return nil
	}
	for _, own := range []bool{false, true} {
		if own {
			must(t, b.reviewer(func(w *Writer) error {
				_, _, err := plan.SetWindow(w, thisPeriod, subdistrict(1), anyVersion, "2026-10-01", "2026-10-02", "2026-10-09")
				if err == nil {
					_, _, err = plan.GrantExtension(w, thisPeriod, subdistrict(1), audit.Precondition{}, "2026-10-20", "系统故障")
				}
				return err
			}))
		}
		for _, s := range b.asked(t, lists) {
			b.noScan(t, s)
		}
	}
}

// TestForgottenDraftsHideNothing fills the registry with more drafts of long ago, of other people's
// submissions and of the day after tomorrow than a to-do list holds: what is returned and overdue is on it.
func TestForgottenDraftsHideNothing(t *testing.T) {
	s, _ := openPlan(t)
	const many = task.Most + 20
	var areas []*catalog.Area
	var records []coverage.Record
	at := func(i int) area.Code { return area.Code(fmt.Sprintf("330110%03d", 100+i)) }
	submitter, other := "reviewer", "another"
	early, lately, reason := period.InstantOf(mustTime(t, "2026-01-05T01:00:00Z")), period.InstantOf(mustTime(t, "2026-10-05T01:00:00Z")), "核对"
	for i := range many {
		areas = append(areas, &catalog.Area{Code: at(i), Digits: 9, Name: string(at(i)), Reports: true})
		records = append(records,
			coverage.Record{Period: "2025-Q2", Area: at(i), Revision: 1, State: coverage.Draft, CreatedAt: early},
			coverage.Record{Period: "2025-Q3", Area: at(i), Revision: 1, State: coverage.Returned, CreatedAt: early, DecidedAt: &early, ReturnReason: &reason},
			coverage.Record{Period: "2025-Q4", Area: at(i), Revision: 1, State: coverage.Submitted, SubmittedAt: &early, SubmittedBy: &submitter},
			coverage.Record{Period: "2026-Q3", Area: at(i), Revision: 1, State: coverage.Draft, CreatedAt: lately})
	}
	late, returned, mine := area.Code("330110990"), area.Code("330110991"), area.Code("330110992")
	for _, code := range []area.Code{late, returned, mine} {
		areas = append(areas, &catalog.Area{Code: code, Digits: 9, Name: string(code), Reports: true})
	}
	update(t, s, func(w *Writer) error { return save(w, audit.Change{Action: "area.create"}, areas...) })
	saveRevisions(t, s, append(records,
		coverage.Record{Period: "2026-Q3", Area: returned, Revision: 1, State: coverage.Returned, CreatedAt: lately, DecidedAt: &lately, ReturnReason: &reason},
		coverage.Record{Period: "2026-Q3", Area: mine, Revision: 1, State: coverage.Submitted, SubmittedAt: &lately, SubmittedBy: &other})...)
	must(t, asReviewer(t, s, late, func(tx *Writer) error {
		_, _, err := plan.SetWindow(tx, "2026-Q3", late, audit.Precondition{}, "2026-10-01", "2026-10-05", "2026-12-01")
		return err
	}))
	clerk := tasksOf(t, s, access.Actor{ID: "clerk", Role: access.Clerk, Area: "330110"})
	if want := []string{
		"returned 2026-Q3 330110991 2026-12-31 2026-10-05T01:00 2026年第三季度“两新”组织覆盖情况表被退回：核对",
		"overdue 2026-Q3 330110990 2026-10-05 2026-10-05T16:00 2026年第三季度“两新”组织覆盖情况表尚未填报，已逾期 3 天，请尽快提交。",
	}; len(clerk) != task.Most || !slices.Equal(clerk[:2], want) {
		t.Errorf("a clerk has %d tasks, first\n%s\nwant\n%s", len(clerk), strings.Join(clerk[:min(2, len(clerk))], "\n"), strings.Join(want, "\n"))
	}
	for _, line := range clerk[2:] {
		if !strings.HasPrefix(line, "due_soon 2026-Q3") {
			t.Errorf("a clerk has %s", line)
		}
	}
	if got, want := tasksOf(t, s, access.Actor{ID: submitter, Role: access.Reviewer, Area: "330110"}), []string{
		"review 2026-Q3 330110992 - 2026-10-05T01:00 2026年第三季度“两新”组织覆盖情况表已提交，待审核。",
		"overdue 2026-Q3 330110990 2026-10-05 2026-10-05T16:00 2026年第三季度“两新”组织覆盖情况表尚未报送，已逾期 3 天。",
	}; !slices.Equal(got, want) {
		t.Errorf("a reviewer has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func mustTime(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	must(t, err)
	return v
}

// TestTasksAreCutByUrgency reads lists of random registries, cut at every length: they hold what is most
// urgent, kind by kind and day by day, as the deadlines of each record say.
func TestTasksAreCutByUrgency(t *testing.T) {
	b := openCoverage(t, 12, now)
	must(t, b.reviewer(func(w *Writer) error {
		_, _, err := plan.GrantExtension(w, thisPeriod, subdistrict(1), audit.Precondition{}, "2027-02-01", "系统故障")
		return err
	}))
	reason, at := "核对", period.InstantOf(now)
	rapid.Check(t, func(rt *rapid.T) {
		day := func(name string) period.Date {
			return rapid.SampledFrom([]period.Date{"2026-10-01", "2026-10-05", "2026-10-08", "2026-10-10", "2026-10-20", "2026-12-31"}).Draw(rt, name)
		}
		must(t, b.reviewer(func(w *Writer) error {
			for _, within := range []area.Code{"330109", subdistrict(2), subdistrict(5)} {
				days := []period.Date{day("opens"), day("due"), day("closes")}
				slices.Sort(days)
				if _, _, err := plan.SetWindow(w, thisPeriod, within, anyVersion, days[0], days[1], days[2]); err != nil {
					return err
				}
			}
			return nil
		}))
		var records []coverage.Record
		must(t, b.clerk(func(w *Writer) error {
			if _, err := w.exec("DELETE FROM coverage_revisions"); err != nil {
				return err
			}
			records = nil
			for i := range 12 {
				r := coverage.Record{Period: thisPeriod, Area: subdistrict(i), Revision: rapid.Int64Range(1, 2).Draw(rt, "revision"), State: coverage.Draft,
					Latest: true, CreatedAt: at, Explanations: map[string]string{}}
				if r.Revision == 1 && rapid.Bool().Draw(rt, "returned") {
					r.State, r.ReturnReason, r.DecidedAt = coverage.Returned, &reason, &at
				}
				if rapid.Bool().Draw(rt, "until") {
					until := day("allowed until")
					r.AllowedUntil = &until
				}
				if err := save(w, audit.Change{Action: "coverage.edit"}, &r); err != nil {
					return err
				}
				records = append(records, r)
			}
			return nil
		}))
		over := rapid.Bool().Draw(rt, "over")
		view(t, b.Store, func(r *Reader) error {
			s, err := r.Schedule(thisPeriod, "330109")
			must(t, err)
			var want []string
			for _, o := range records {
				if line := urgency(o, s.Deadlines(o.Area, o.AllowedUntil, r.Calendar()), r.Now(), over); line != "" {
					want = append(want, line)
				}
			}
			slices.Sort(want)
			for limit := range 13 {
				list, err := r.RecordsToFinish(s, "330109", r.Today().AddDays(3), over, limit)
				must(t, err)
				var got []string
				for _, o := range list {
					got = append(got, urgency(coverage.Record{Area: o.Area, Revision: o.Revision, State: o.State}, s.Deadlines(o.Area, o.AllowedUntil, r.Calendar()), r.Now(), over))
				}
				if !slices.Equal(got, want[:min(limit, len(want))]) {
					rt.Fatalf("the first %d are %q, want of %q", limit, got, want)
				}
			}
			return nil
		})
	})
}

// urgency is the place of a record among what its clerk has to do: the kind of its task, and when it is due;
// "" when there is nothing to do.
func urgency(r coverage.Record, d plan.Deadlines, now period.Instant, over bool) string {
	due, today := d.DueOn, d.Calendar.Day(now)
	kind := task.FillIn
	switch {
	case over && d.Locked(now):
		return ""
	case r.State == coverage.Returned:
		kind, due = task.Returned, d.ClosesOn
	case r.Revision > 1 && d.Locked(now), r.Revision == 1 && !d.Opened(now) && d.Locked(now):
		return ""
	case r.Revision > 1:
		due = d.ClosesOn
	case !d.Opened(now):
		return ""
	case d.Overdue(now, false) || d.Locked(now):
		kind = task.Overdue
	case due.DaysSince(today) <= 3:
		kind = task.DueSoon
	}
	return fmt.Sprint(slices.Index(task.Kinds, kind), " ", due)
}
