package coverage

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/task"
)

// soon is how many days before the due day a task is due soon.
const soon = 3

// Unfiled is a subdistrict without a record, by its name.
type Unfiled struct {
	Area area.Code
	Name string
}

// Open is the newest revision of a record that is not approved, as far as tasks tell of it.
type Open struct {
	Key
	Name         string // the area's
	Revision     int64
	State        State
	CreatedAt    period.Instant
	ReturnReason *string
	AllowedUntil *period.Date
	SubmittedAt  *period.Instant
	SubmittedBy  *string
	DecidedAt    *period.Instant
}

// Unfinished is a period of which some records are not approved.
type Unfinished struct {
	Period period.ID
	Until  period.Date // the last day that a return or a correction gave any of them; "": none
}

// TaskReader is what Tasks reads. Every list holds the most urgent first, at most limit: what is left
// out is less urgent than all of it. None holds an area that is not expected to report.
type TaskReader interface {
	plan.ScheduleReader
	Actor() access.Actor
	Now() period.Instant
	Today() period.Date
	// UnfiledPlaces lists the subdistricts within an area that may report the schedule's period today,
	// must do so before a day, and have no record of it.
	UnfiledPlaces(s plan.Schedule, within area.Code, dueBefore period.Date, limit int) ([]Unfiled, error)
	// RecordsToFinish lists the drafts and returned records of the schedule's period within an area. One
	// due by the day soon is due soon. Of a period that is over, those that can still be submitted count.
	RecordsToFinish(s plan.Schedule, within area.Code, soon period.Date, over bool, limit int) ([]Open, error)
	// RecordsOverdue lists the drafts and returned records of the schedule's period within an area that
	// have nothing official and were due before today.
	RecordsOverdue(s plan.Schedule, within area.Code, limit int) ([]Open, error)
	// RecordsToReview lists the submitted records within an area that an account did not submit itself.
	RecordsToReview(within area.Code, other string, limit int) ([]Open, error)
	// UnfinishedPeriods lists the periods before one of which records within an area are not approved.
	UnfinishedPeriods(within area.Code, before period.ID) ([]Unfinished, error)
}

// Tasks lists what the actor has to do, most urgent first, at most task.Most: for who fills in, what
// is to be filled in, mended or overdue; for who decides, what awaits approval and who is overdue.
// Others have nothing to do.
func Tasks(tx TaskReader) ([]task.Task, error) {
	who := tx.Actor()
	list := tasks{TaskReader: tx, within: who.Area, last: tx.Calendar().LastEnded(tx.Today())}
	var err error
	switch {
	case access.Permits(who.Role, access.SubmitCoverage):
		err = list.toFinish()
	case access.Permits(who.Role, access.DecideCoverage):
		if err = list.toReview(); err == nil {
			err = list.toChase()
		}
	}
	if err != nil {
		return nil, err
	}
	return task.Merge(list.found), nil
}

// tasks gathers an actor's tasks.
type tasks struct {
	TaskReader
	within area.Code
	last   period.ID // the last that ended
	found  []task.Task
}

func (l *tasks) add(kind task.Kind, key Key, name string, due *period.Date, since period.Instant, zh, en string, args ...any) {
	l.found = append(l.found, task.Task{Kind: kind, Area: key.Area, AreaName: name, Period: key.Period, DueOn: due, Since: since,
		Title: fault.Textf(zh, en, append([]any{FormTitle(key.Period)}, args...)...)})
}

// current calls do with the schedule of the last period that ended, and of the one under way.
func (l *tasks) current(do func(plan.Schedule) error) error {
	for _, p := range []period.ID{l.last, l.last.Next()} {
		s, err := l.Schedule(p, l.within)
		if err == nil {
			err = do(s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// opened reports whether a window that was set has opened.
func opened(s plan.Schedule, today period.Date) bool {
	for _, w := range s.Windows {
		if w.OpensOn <= today {
			return true
		}
	}
	return false
}

// missing tells of the subdistricts without a record that are due before a day. The period under way
// counts as far as it has been opened early.
func (l *tasks) missing(s plan.Schedule, dueBefore period.Date, tell func(Unfiled, plan.Deadlines)) error {
	if s.Period != l.last && !opened(s, l.Today()) {
		return nil
	}
	places, err := l.UnfiledPlaces(s, l.within, dueBefore, task.Most)
	for _, at := range places {
		tell(at, s.Deadlines(at.Area, nil, l.Calendar()))
	}
	return err
}

// toFinish is for who fills in.
func (l *tasks) toFinish() error {
	unfinished := func(s plan.Schedule) error {
		list, err := l.RecordsToFinish(s, l.within, l.Today().AddDays(soon), s.Period < l.last, task.Most)
		for _, o := range list {
			l.toMend(o, s.Deadlines(o.Area, o.AllowedUntil, l.Calendar()))
		}
		return err
	}
	err := l.current(func(s plan.Schedule) error {
		if err := l.missing(s, "9999-12-31", l.toFill); err != nil {
			return err
		}
		return unfinished(s)
	})
	if err != nil {
		return err
	}
	earlier, err := l.UnfinishedPeriods(l.within, l.last)
	if err != nil {
		return err
	}
	for _, p := range earlier {
		s, err := l.Schedule(p.Period, l.within)
		if err == nil && (p.Until >= l.Today() || stillOpen(s, l.Today())) {
			err = unfinished(s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stillOpen reports whether a window that was set, or an extension, has not ended.
func stillOpen(s plan.Schedule, today period.Date) bool {
	for _, w := range s.Windows {
		if w.ClosesOn >= today {
			return true
		}
	}
	for _, e := range s.Extensions {
		if e.AllowedUntil >= today {
			return true
		}
	}
	return false
}

// toReview is for who decides: what somebody else submitted.
func (l *tasks) toReview() error {
	list, err := l.RecordsToReview(l.within, l.Actor().ID, task.Most)
	for _, o := range list {
		l.add(task.Review, o.Key, o.Name, nil, *o.SubmittedAt, "%s已提交，待审核。", "%s awaits approval.")
	}
	return err
}

// toChase is for who decides: whom to remind.
func (l *tasks) toChase() error {
	return l.current(func(s plan.Schedule) error {
		if err := l.missing(s, l.Today(), l.overdue); err != nil {
			return err
		}
		list, err := l.RecordsOverdue(s, l.within, task.Most)
		for _, o := range list {
			l.overdue(Unfiled{o.Area, o.Name}, s.Deadlines(o.Area, o.AllowedUntil, l.Calendar()))
		}
		return err
	})
}

// toFill is for a subdistrict without a record.
func (l *tasks) toFill(at Unfiled, d plan.Deadlines) {
	l.toSubmit(Key{d.Period, at.Area}, at.Name, d, fault.Text{ZH: "尚未填报", EN: "is not filled in"})
}

// toSubmit is for what was never handed in.
func (l *tasks) toSubmit(key Key, name string, d plan.Deadlines, how fault.Text) {
	days := d.DueOn.DaysSince(l.Today())
	switch {
	case d.Locked(l.Now()):
		l.add(task.Overdue, key, name, &d.DueOn, l.Calendar().After(d.DueOn), "%s%s，填报已于 %s 关闭，请联系审核员延期。", "%s %s; reporting closed on %s. Ask your reviewer for an extension.", how, string(d.ClosesOn))
	case days < 0:
		l.add(task.Overdue, key, name, &d.DueOn, l.Calendar().After(d.DueOn), "%s%s，已逾期 %d 天，请尽快提交。", "%s %s and %d days overdue. Submit it soon.", how, -days)
	case days == 0:
		l.add(task.DueSoon, key, name, &d.DueOn, l.Calendar().Start(d.DueOn.AddDays(-soon)), "%s%s，今天截止。", "%s %s and due today.", how)
	case days <= soon:
		l.add(task.DueSoon, key, name, &d.DueOn, l.Calendar().Start(d.DueOn.AddDays(-soon)), "%s%s，还有 %d 天截止。", "%s %s and due in %d days.", how, days)
	default:
		l.add(task.FillIn, key, name, &d.DueOn, l.Calendar().Start(d.OpensOn), "%s%s，%s 截止。", "%s %s and due on %s.", how, string(d.DueOn))
	}
}

// toMend is for a draft or a returned record.
func (l *tasks) toMend(o Open, d plan.Deadlines) {
	switch {
	case o.State == Returned:
		l.add(task.Returned, o.Key, o.Name, &d.ClosesOn, *o.DecidedAt, "%s被退回：%s", "%s was returned: %s", *o.ReturnReason)
	case o.Revision > 1:
		l.add(task.FillIn, o.Key, o.Name, &d.ClosesOn, o.CreatedAt, "%s的更正尚未提交，最迟 %s 提交。", "The correction of %s is not submitted; its last day is %s.", string(d.ClosesOn))
	default:
		l.toSubmit(o.Key, o.Name, d, fault.Text{ZH: "已有草稿，尚未提交", EN: "is a draft, not submitted"})
	}
}

// overdue is for a subdistrict that others have to be reminded of.
func (l *tasks) overdue(at Unfiled, d plan.Deadlines) {
	l.add(task.Overdue, Key{d.Period, at.Area}, at.Name, &d.DueOn, l.Calendar().After(d.DueOn), "%s尚未报送，已逾期 %d 天。", "%s is %d days overdue.", d.DaysOverdue(l.Now()))
}
