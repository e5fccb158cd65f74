package coverage

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"fmt"
	"slices"
)

// TaskKind says what is to be done.
// 待办类型
type TaskKind string

// The kinds, most urgent first.
const (
	TaskReview   TaskKind = "review"   // 待审核
	TaskReturned TaskKind = "returned" // 被退回，待修改
	TaskOverdue  TaskKind = "overdue"  // 已逾期
	TaskDueSoon  TaskKind = "due_soon" // 即将到期（三天内）
	TaskFillIn   TaskKind = "fill_in"  // 待填报
)

// TaskKinds lists them, most urgent first.
var TaskKinds = []TaskKind{TaskReview, TaskReturned, TaskOverdue, TaskDueSoon, TaskFillIn}

// MaxTasks bounds a to-do list: it holds the most urgent ones.
const MaxTasks = 200

// soon is how many days before the due day a task is due soon.
const soon = 3

// Task is one thing for an actor to do.
type Task struct {
	Kind     TaskKind
	Key      Key
	AreaName string
	Title    fault.Text
	DueOn    *period.Date   // the last day to do it on; nil: none
	Since    period.Instant // from when it has been to be done, as this kind
	Place    [5]string      // what tasks are ordered by, and told from each other
}

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

// Tasks lists what the actor has to do, most urgent first, at most MaxTasks: for who fills in, what
// is to be filled in, mended or overdue; for who decides, what awaits approval and who is overdue.
// Others have nothing to do.
func Tasks(tx TaskReader) ([]Task, error) {
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
	slices.SortFunc(list.found, func(a, b Task) int { return slices.Compare(a.Place[:], b.Place[:]) })
	return list.found[:min(len(list.found), MaxTasks)], nil
}

// placeOf puts the most urgent kind first, then what is due first, then what has waited longest.
func placeOf(kind TaskKind, key Key, due *period.Date, since period.Instant) [5]string {
	last := period.Date("9999")
	if due != nil {
		last = *due
	}
	return [5]string{fmt.Sprintf("%02d", slices.Index(TaskKinds, kind)), string(last), fmt.Sprintf("%020d", since), string(key.Period), string(key.Area)}
}

// tasks gathers an actor's tasks.
type tasks struct {
	TaskReader
	within area.Code
	found  []Task
}

func (l *tasks) add(kind TaskKind, key Key, name string, due *period.Date, since period.Instant, zh, en string, args ...any) {
	l.found = append(l.found, Task{kind, key, name, fault.Textf(zh, en, append([]any{plan.PeriodText(key.Period)}, args...)...), due, since, placeOf(kind, key, due, since)})
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
		places, err := l.UnfiledPlaces(p, l.within, MaxTasks)
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
	list, err := l.OpenRecords(l.within, [2]State{one, other}, MaxTasks)
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
		l.add(TaskOverdue, key, name, &d.DueOn, l.Calendar().After(d.DueOn), "%s%s，填报已于 %s 关闭，请联系审核员延期。", "%s %s; reporting closed on %s. Ask your reviewer for an extension.", how, string(d.ClosesOn))
	case days < 0:
		l.add(TaskOverdue, key, name, &d.DueOn, l.Calendar().After(d.DueOn), "%s%s，已逾期 %d 天，请尽快提交。", "%s %s and %d days overdue. Submit it soon.", how, -days)
	case days == 0:
		l.add(TaskDueSoon, key, name, &d.DueOn, l.Calendar().Start(d.DueOn.AddDays(-soon)), "%s%s，今天截止。", "%s %s and due today.", how)
	case days <= soon:
		l.add(TaskDueSoon, key, name, &d.DueOn, l.Calendar().Start(d.DueOn.AddDays(-soon)), "%s%s，还有 %d 天截止。", "%s %s and due in %d days.", how, days)
	default:
		l.add(TaskFillIn, key, name, &d.DueOn, l.Calendar().Start(d.OpensOn), "%s%s，%s 截止。", "%s %s and due on %s.", how, string(d.DueOn))
	}
}

// toMend is for a draft or a returned record.
func (l *tasks) toMend(o Open, d plan.Deadlines) {
	now := l.Now()
	current := o.Period >= l.Calendar().LastEnded(l.Today())
	switch {
	case o.State == Returned && o.DecidedAt != nil && o.ReturnReason != nil:
		l.add(TaskReturned, o.Key, o.Name, &d.ClosesOn, *o.DecidedAt, "%s的记录被退回：%s", "The record for %s was returned: %s", *o.ReturnReason)
	case o.Revision > 1 && !d.Locked(now):
		l.add(TaskFillIn, o.Key, o.Name, &d.ClosesOn, o.CreatedAt, "%s的更正尚未提交，%s 前有效。", "The correction for %s is not submitted; it can be until %s.", string(d.ClosesOn))
	case o.Revision == 1 && d.Opened(now) && (current || !d.Locked(now)):
		l.toSubmit(o.Key, o.Name, d, fault.Text{ZH: "已有草稿，尚未提交", EN: "is a draft, not submitted"})
	}
}

// toReview is for a record that awaits approval by someone else than who submitted it.
func (l *tasks) toReview(o Open, _ plan.Deadlines) {
	if o.SubmittedAt != nil && (o.SubmittedBy == nil || *o.SubmittedBy != l.Actor().ID) {
		l.add(TaskReview, o.Key, o.Name, nil, *o.SubmittedAt, "%s的记录已提交，待审核。", "The record for %s awaits approval.")
	}
}

// toChase is for a subdistrict that others have to be reminded of.
func (l *tasks) toChase(at Unfiled, d plan.Deadlines) {
	if d.Overdue(l.Now(), false) {
		l.add(TaskOverdue, Key{d.Period, at.Area}, at.Name, &d.DueOn, l.Calendar().After(d.DueOn), "%s尚未报送，已逾期 %d 天。", "The record for %s is %d days overdue.", d.DaysOverdue(l.Now()))
	}
}
