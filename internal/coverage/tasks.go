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

// TaskReader is what Tasks reads.
type TaskReader interface {
	plan.ScheduleReader
	Actor() access.Actor
	Now() period.Instant
	Today() period.Date
	// UnfiledPlaces lists the subdistricts within an area that are expected to report p and have no
	// record of it, by code, at most limit.
	UnfiledPlaces(p period.ID, within area.Code, limit int) ([]Unfiled, error)
	// OpenRecords lists the newest revisions within an area that are in one of two states (which may
	// be the same), those longest unchanged first, at most limit.
	OpenRecords(within area.Code, states [2]State, limit int) ([]Open, error)
}

// Tasks lists what the actor has to do, most urgent first, at most task.Most: for who fills in, what
// is to be filled in, mended or overdue; for who decides, what awaits approval and who is overdue.
// Others have nothing to do.
func Tasks(tx TaskReader) ([]task.Task, error) {
	who := tx.Actor()
	list := tasks{TaskReader: tx, within: who.Area}
	var err error
	switch {
	case access.Permits(who.Role, access.SubmitCoverage):
		if err = list.missing(list.toFill); err == nil {
			err = list.open(Draft, Returned, list.toMend)
		}
	case access.Permits(who.Role, access.DecideCoverage):
		if err = list.open(Submitted, Submitted, list.toReview); err == nil {
			err = list.missing(list.toChase)
		}
		if err == nil {
			err = list.open(Draft, Returned, func(o Open, d plan.Deadlines) {
				if o.Revision == 1 && o.Period >= tx.Calendar().LastEnded(tx.Today()) {
					list.toChase(Unfiled{o.Area, o.Name}, d)
				}
			})
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
	found  []task.Task
}

func (l *tasks) add(kind task.Kind, key Key, name string, due *period.Date, since period.Instant, zh, en string, args ...any) {
	l.found = append(l.found, task.Task{Kind: kind, Area: key.Area, AreaName: name, Period: key.Period, DueOn: due, Since: since,
		Title: fault.Textf(zh, en, append([]any{FormTitle(key.Period)}, args...)...)})
}

// missing tells of every expected subdistrict without a record of the last period that ended, and of
// the current one as far as it has been opened early.
func (l *tasks) missing(tell func(Unfiled, plan.Deadlines)) error {
	last := l.Calendar().LastEnded(l.Today())
	for _, p := range []period.ID{last, last.Next()} {
		s, err := l.Schedule(p, l.within)
		if err != nil {
			return err
		}
		if p != last && !opened(s, l.Today()) {
			continue
		}
		places, err := l.UnfiledPlaces(p, l.within, task.Most)
		if err != nil {
			return err
		}
		for _, at := range places {
			if d := s.Deadlines(at.Area, nil, l.Calendar()); d.Opened(l.Now()) {
				tell(at, d)
			}
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

// open tells of every newest revision in one of the states.
func (l *tasks) open(one, other State, tell func(Open, plan.Deadlines)) error {
	list, err := l.OpenRecords(l.within, [2]State{one, other}, task.Most)
	if err != nil {
		return err
	}
	schedules := map[period.ID]plan.Schedule{}
	for _, o := range list {
		s, known := schedules[o.Period]
		if !known {
			if s, err = l.Schedule(o.Period, l.within); err != nil {
				return err
			}
			schedules[o.Period] = s
		}
		tell(o, s.Deadlines(o.Area, o.AllowedUntil, l.Calendar()))
	}
	return nil
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
	now := l.Now()
	current := o.Period >= l.Calendar().LastEnded(l.Today())
	switch {
	case o.State == Returned && o.DecidedAt != nil && o.ReturnReason != nil:
		l.add(task.Returned, o.Key, o.Name, &d.ClosesOn, *o.DecidedAt, "%s被退回：%s", "%s was returned: %s", *o.ReturnReason)
	case o.Revision > 1 && !d.Locked(now):
		l.add(task.FillIn, o.Key, o.Name, &d.ClosesOn, o.CreatedAt, "%s的更正尚未提交，最迟 %s 提交。", "The correction of %s is not submitted; its last day is %s.", string(d.ClosesOn))
	case o.Revision == 1 && d.Opened(now) && (current || !d.Locked(now)):
		l.toSubmit(o.Key, o.Name, d, fault.Text{ZH: "已有草稿，尚未提交", EN: "is a draft, not submitted"})
	}
}

// toReview is for a record that awaits approval by someone else than who submitted it.
func (l *tasks) toReview(o Open, _ plan.Deadlines) {
	if o.SubmittedAt != nil && (o.SubmittedBy == nil || *o.SubmittedBy != l.Actor().ID) {
		l.add(task.Review, o.Key, o.Name, nil, *o.SubmittedAt, "%s已提交，待审核。", "%s awaits approval.")
	}
}

// toChase is for a subdistrict that others have to be reminded of.
func (l *tasks) toChase(at Unfiled, d plan.Deadlines) {
	if d.Overdue(l.Now(), false) {
		l.add(task.Overdue, Key{d.Period, at.Area}, at.Name, &d.DueOn, l.Calendar().After(d.DueOn), "%s尚未报送，已逾期 %d 天。", "%s is %d days overdue.", d.DaysOverdue(l.Now()))
	}
}
