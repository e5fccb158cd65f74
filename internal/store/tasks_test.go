package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/store/storetest"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
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
			rows[i].Since, rows[i].Until, rows[i].Latest = period.Never, period.Never, true
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
	if n := len(*statements) - before; n > 7 { // BEGIN, clock, two states, two periods, ROLLBACK
		t.Errorf("%d statements:\n%s", n, strings.Join((*statements)[before:], "\n"))
	}
}

func TestTaskQueryPlans(t *testing.T) {
	s, _ := openPlanIn(t, storetest.File(t))
	for query, index := range map[string]string{openQuery: "USING INDEX coverage_open (area>? AND area<?)", unfiledQuery: "USING INDEX areas_by_level (digits=? AND code>? AND code<?)"} {
		var got string
		view(t, s, func(r *Reader) error {
			return r.each(func(scan func(...any) error) error {
				var id, parent, unused int
				var detail string
				err := scan(&id, &parent, &unused, &detail)
				got += detail + "\n"
				return err
			}, "EXPLAIN QUERY PLAN "+query, slices.Repeat([]any{""}, strings.Count(query, "?"))...)
		})
		if !strings.Contains(got, index) || strings.Contains(got, "SCAN") {
			t.Errorf("want %s:\n%s", index, got)
		}
	}
}

func mustTime(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	must(t, err)
	return v
}
