package plan

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
)

// Schedule is what is set for one period around an area: the windows and extensions in force, by
// the area they are set for. Look-ups are good for the area it was read for and all below.
type Schedule struct {
	Period     period.ID
	Windows    map[area.Code]Window
	Extensions map[area.Code]Extension
	Default    *Window // what holds where no window is set; nil: it is computed at each look-up
}

// Window returns the window that holds for a: the nearest up the code, else the default. from is
// the area it is inherited from; nil when it is a's own or the default.
func (s Schedule) Window(a area.Code) (w Window, from *area.Code) {
	w, found := nearest(s.Windows, a)
	switch {
	case !found && s.Default != nil:
		return *s.Default, nil
	case !found:
		return DefaultWindow(s.Period), nil
	case w.Area == a:
		return w, nil
	}
	return w, &w.Area
}

// Extension returns the extension that holds for a: the nearest up the code; nil when there is none.
func (s Schedule) Extension(a area.Code) *Extension {
	if e, found := nearest(s.Extensions, a); found {
		return &e
	}
	return nil
}

func nearest[V any](set map[area.Code]V, a area.Code) (v V, found bool) {
	if len(set) > 0 {
		for c := a; c != ""; c = c.Parent() {
			if v, found = set[c]; found {
				return v, true
			}
		}
	}
	return v, false
}

// WindowOf returns the window of p that holds for a, as Schedule.Window does.
func WindowOf(tx ScheduleReader, p period.ID, a area.Code) (w Window, from *area.Code, err error) {
	s, err := tx.Schedule(p, a)
	if err != nil {
		return Window{}, nil, err
	}
	w, from = s.Window(a)
	return w, from, nil
}

// ExtensionOf returns the extension of p that holds for a; nil when there is none.
func ExtensionOf(tx ScheduleReader, p period.ID, a area.Code) (*Extension, error) {
	s, err := tx.Schedule(p, a)
	if err != nil {
		return nil, err
	}
	return s.Extension(a), nil
}

// Deadlines are the days that count for one record, whole days in the deployment's time zone.
type Deadlines struct {
	Period   period.ID
	OpensOn  period.Date     // first day on which it can be submitted
	DueOn    period.Date     // last day in time
	ClosesOn period.Date     // last day on which it can be submitted, extensions counted
	Calendar period.Calendar // whose days they are
}

// Deadlines returns the deadlines of a's record. allowedUntil is the record's own: the until of its
// last return or correction. It and an extension move the closing only, and never to an earlier day.
func (s Schedule) Deadlines(a area.Code, allowedUntil *period.Date, c period.Calendar) Deadlines {
	w, _ := s.Window(a)
	d := Deadlines{Period: s.Period, OpensOn: w.OpensOn, DueOn: w.DueOn, ClosesOn: w.ClosesOn, Calendar: c}
	if e := s.Extension(a); e != nil {
		d.ClosesOn = max(d.ClosesOn, e.AllowedUntil)
	}
	if allowedUntil != nil {
		d.ClosesOn = max(d.ClosesOn, *allowedUntil)
	}
	return d
}

// DeadlinesOf returns the deadlines of a's record of p, as Schedule.Deadlines does.
func DeadlinesOf(tx ScheduleReader, p period.ID, a area.Code, allowedUntil *period.Date) (Deadlines, error) {
	s, err := tx.Schedule(p, a)
	if err != nil {
		return Deadlines{}, err
	}
	return s.Deadlines(a, allowedUntil, tx.Calendar()), nil
}

// Opened reports whether the first day has begun.
func (d Deadlines) Opened(now period.Instant) bool { return now >= d.Calendar.Start(d.OpensOn) }

// Late reports whether the record was first submitted after the due day had ended; false for one
// never submitted.
func (d Deadlines) Late(firstSubmitted *period.Instant) bool {
	return firstSubmitted != nil && *firstSubmitted >= d.Calendar.After(d.DueOn)
}

// Overdue reports whether the due day has ended and the record is still not handed in, that is
// neither submitted nor approved.
func (d Deadlines) Overdue(now period.Instant, handedIn bool) bool {
	return !handedIn && now >= d.Calendar.After(d.DueOn)
}

// DaysOverdue returns how many days have begun since the due day ended; 0 when none.
func (d Deadlines) DaysOverdue(now period.Instant) int {
	return max(0, d.Calendar.Day(now).DaysSince(d.DueOn))
}

// Locked reports whether the last day, extensions counted, has ended.
func (d Deadlines) Locked(now period.Instant) bool { return now >= d.Calendar.After(d.ClosesOn) }

// Admit fails with PeriodClosed when nothing can be submitted or corrected at the instant: before
// the first day or after the last.
func (d Deadlines) Admit(now period.Instant) error {
	switch {
	case d.Locked(now):
		return fault.New(fault.PeriodClosed, "%s的填报已于 %s 截止。草稿已保留；如需补报，请联系审核员延期。",
			"Reporting for %s closed on %s. Drafts are kept; ask your reviewer for an extension.", PeriodText(d.Period), string(d.ClosesOn))
	case !d.Opened(now):
		return fault.New(fault.PeriodClosed, "%s尚未开始填报：%s 起可以提交，现在可以先保存草稿。",
			"Reporting for %s has not begun: submit from %s on. Drafts can be kept now.", PeriodText(d.Period), string(d.OpensOn))
	}
	return nil
}
