package plan_test

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func shanghai(t testing.TB) period.Calendar {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return period.Calendar{Frequency: period.Quarterly, Location: loc}
}

func at(t testing.TB, s string) period.Instant {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return period.InstantOf(v)
}

func TestDefaultWindow(t *testing.T) {
	for _, tt := range []struct {
		id                 period.ID
		opens, due, closes period.Date
	}{
		{"2026-Q3", "2026-10-01", "2026-10-11", "2026-12-31"},
		{"2026-Q4", "2027-01-01", "2027-01-11", "2027-03-31"},
		{"2026-M09", "2026-10-01", "2026-10-11", "2026-10-31"},
		{"2026-M01", "2026-02-01", "2026-02-11", "2026-02-28"},
		{"2026", "2027-01-01", "2027-01-11", "2027-12-31"},
	} {
		w := plan.DefaultWindow(tt.id)
		if w.OpensOn != tt.opens || w.DueOn != tt.due || w.ClosesOn != tt.closes || w.Version != 0 || w.Area != "" {
			t.Errorf("%s: %+v", tt.id, w)
		}
	}
}

// The last microsecond of a day in Shanghai is 15:59:59.999999 UTC.
func TestDeadlinesAroundMidnight(t *testing.T) {
	cal := shanghai(t)
	s := plan.Schedule{Period: "2026-Q3", Windows: map[area.Code]plan.Window{
		"330109": {Period: "2026-Q3", Area: "330109", OpensOn: "2026-10-01", DueOn: "2026-10-11", ClosesOn: "2026-10-20"},
	}}
	d := s.Deadlines("330109001", nil, cal)
	for _, tt := range []struct {
		now                           string
		opened, late, overdue, locked bool
	}{
		{"2026-09-30T15:59:59.999999Z", false, false, false, false},
		{"2026-09-30T16:00:00Z", true, false, false, false},
		{"2026-10-11T15:59:59.999999Z", true, false, false, false},
		{"2026-10-11T16:00:00Z", true, true, true, false},
		{"2026-10-20T15:59:59.999999Z", true, true, true, false},
		{"2026-10-20T16:00:00Z", true, true, true, true},
	} {
		now := at(t, tt.now)
		if d.Opened(now) != tt.opened || d.Late(&now) != tt.late || d.Overdue(now, false) != tt.overdue || d.Locked(now) != tt.locked {
			t.Errorf("%s: opened %v, late %v, overdue %v, locked %v", tt.now, d.Opened(now), d.Late(&now), d.Overdue(now, false), d.Locked(now))
		}
		if d.Overdue(now, true) || d.Late(nil) {
			t.Errorf("%s: overdue though handed in, or late though never submitted", tt.now)
		}
		if err := d.Admit(now); fault.Is(err, fault.PeriodClosed) == (tt.opened && !tt.locked) {
			t.Errorf("%s: admit: %v", tt.now, err)
		}
	}
	if n := d.DaysOverdue(at(t, "2026-10-11T15:59:59Z")); n != 0 {
		t.Errorf("%d days overdue on the due day", n)
	}
	if n := d.DaysOverdue(at(t, "2026-10-11T16:00:00Z")); n != 1 {
		t.Errorf("%d days overdue on the day after", n)
	}
}

func TestAdmitSaysWhy(t *testing.T) {
	d := plan.Schedule{Period: "2026-Q3"}.Deadlines("330109001", nil, shanghai(t))
	for now, want := range map[string]string{
		"2026-09-20T00:00:00Z": "2026年第三季度尚未开始填报：2026-10-01 起可以提交，现在可以先保存草稿。",
		"2027-01-01T00:00:00Z": "2026年第三季度的填报已于 2026-12-31 截止。草稿已保留；如需补报，请联系审核员延期。",
	} {
		err := d.Admit(at(t, now))
		var f *fault.Error
		if f, _ = err.(*fault.Error); f == nil || f.Detail.ZH != want {
			t.Errorf("%s: %v", now, err)
		}
	}
}

// Extensions and until move the lock alone, to the latest of the three days.
func TestExtensionMovesTheLockOnly(t *testing.T) {
	cal := shanghai(t)
	day := func(s period.Date) *period.Date { return &s }
	for _, tt := range []struct {
		extension, until *period.Date
		closes           period.Date
	}{
		{nil, nil, "2026-12-31"},
		{day("2027-01-08"), nil, "2027-01-08"},
		{nil, day("2027-01-05"), "2027-01-05"},
		{day("2027-01-08"), day("2027-01-05"), "2027-01-08"},
		{day("2027-01-08"), day("2027-01-09"), "2027-01-09"},
		{day("2026-11-01"), day("2026-10-05"), "2026-12-31"},
	} {
		s := plan.Schedule{Period: "2026-Q3", Extensions: map[area.Code]plan.Extension{}}
		if tt.extension != nil {
			s.Extensions["33"] = plan.Extension{Area: "33", AllowedUntil: *tt.extension}
		}
		d := s.Deadlines("330109001", tt.until, cal)
		if d.ClosesOn != tt.closes || d.DueOn != "2026-10-11" || d.OpensOn != "2026-10-01" {
			t.Errorf("%v, %v: %+v", tt.extension, tt.until, d)
		}
	}
}

func TestDeadlinesProperties(t *testing.T) {
	cal := shanghai(t)
	rapid.Check(t, func(t *rapid.T) {
		base := period.Date("2026-10-01")
		day := func(name string) period.Date { return base.AddDays(rapid.IntRange(0, 40).Draw(t, name)) }
		opens := day("opens")
		due := opens.AddDays(rapid.IntRange(0, 20).Draw(t, "due after"))
		closes := due.AddDays(rapid.IntRange(0, 20).Draw(t, "closes after"))
		s := plan.Schedule{Period: "2026-Q3", Windows: map[area.Code]plan.Window{"0": {Area: "0", OpensOn: opens, DueOn: due, ClosesOn: closes}}}
		last := closes
		if rapid.Bool().Draw(t, "extended") {
			e := plan.Extension{Area: "330109", AllowedUntil: day("extension")}
			s.Extensions = map[area.Code]plan.Extension{"330109": e}
			last = max(last, e.AllowedUntil)
		}
		var until *period.Date
		if rapid.Bool().Draw(t, "own") {
			u := day("until")
			until, last = &u, max(last, u)
		}
		d := s.Deadlines("330109003", until, cal)
		// an instant near a midnight, and the day a wall clock in Shanghai shows then
		midnight := cal.Start(day("day"))
		now := midnight + period.Instant(rapid.Int64Range(-2_000_000, 2_000_000).Draw(t, "offset"))
		today := period.Date(now.Time().Add(8 * time.Hour).Format(time.DateOnly))
		switch {
		case d.Opened(now) != (today >= opens):
			t.Fatalf("opened on %s, opens %s", today, opens)
		case d.Late(&now) != (today > due):
			t.Fatalf("late on %s, due %s", today, due)
		case d.Overdue(now, false) != (today > due) || d.Overdue(now, true):
			t.Fatalf("overdue on %s, due %s", today, due)
		case d.Overdue(now, false) != (d.DaysOverdue(now) > 0):
			t.Fatalf("%d days overdue on %s, due %s", d.DaysOverdue(now), today, due)
		case d.Locked(now) != (today > last):
			t.Fatalf("locked on %s, last %s", today, last)
		case (d.Admit(now) == nil) != (opens <= today && today <= last):
			t.Fatalf("admitted on %s of %s … %s", today, opens, last)
		}
	})
}

var codes = []area.Code{"0", "33", "3301", "330109", "330109001", "330109002", "330110", "330110001", "3302", "11", "110101001"}

// The nearest up the code wins: among the rows that contain the area, the one of the longest code.
func TestNearestWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := plan.Schedule{Period: "2026-Q3", Windows: map[area.Code]plan.Window{}, Extensions: map[area.Code]plan.Extension{}}
		g := plan.Goals{Year: 2026, Set: map[area.Code]plan.Goal{}}
		for i, c := range rapid.SliceOfDistinct(rapid.SampledFrom(codes), rapid.ID[area.Code]).Draw(t, "set") {
			v := period.Instant(i + 1)
			n := int64(i)
			s.Windows[c] = plan.Window{Period: "2026-Q3", Area: c, Version: v}
			s.Extensions[c] = plan.Extension{Period: "2026-Q3", Area: c, Version: v}
			g.Set[c] = plan.Goal{Area: c, Year: 2026, Version: v, BrandTarget: &n, BrandLevel: plan.BrandCity, Indicator: plan.WorkCoverage, TargetBP: int64(9000 + i)}
		}
		a := rapid.SampledFrom(codes).Draw(t, "area")
		want := area.Code("")
		for c := range s.Windows {
			if c.Contains(a) && (want == "" || want.Contains(c)) {
				want = c
			}
		}
		w, from := s.Window(a)
		e := s.Extension(a)
		goal, goalFrom := g.Of(a)
		if want == "" {
			if w != plan.DefaultWindow("2026-Q3") || from != nil || e != nil || goalFrom != nil || goal.Version != 0 || goal.TargetBP != 9500 || goal.Indicator != plan.OrganizationCoverage {
				t.Fatalf("nothing set: %+v %v %+v %+v %v", w, from, e, goal, goalFrom)
			}
		} else {
			inherited := want != a
			if w.Area != want || (from != nil) != inherited || (inherited && *from != want) {
				t.Fatalf("window of %s from %s, want %s", a, w.Area, want)
			}
			if e == nil || e.Area != want {
				t.Fatalf("extension of %s: %+v, want of %s", a, e, want)
			}
			if goal.Version != g.Set[want].Version || goal.TargetBP != g.Set[want].TargetBP || (goalFrom != nil) != inherited || goal.Area != a {
				t.Fatalf("goal of %s: %+v from %v, want of %s", a, goal, goalFrom, want)
			}
			if !inherited {
				return
			}
		}
		// the brand part is never inherited
		if goal.BrandLevel != plan.BrandDistrict || (goal.BrandTarget != nil) != (a.Level() == area.LevelDistrict) || (goal.BrandTarget != nil && *goal.BrandTarget != 20) {
			t.Fatalf("brand part of %s: %+v", a, goal)
		}
	})
}
