package plan

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"slices"
)

// Event names of the audit log.
const (
	setWindow         = "window.set"
	grantExtension    = "extension.grant"
	withdrawExtension = "extension.withdraw"
	setGoal           = "goal.set"
)

// GetWindow returns the window of p that holds for a, as Schedule.Window does. It fails with
// NotFound when there is no such area.
func GetWindow(tx Reader, p period.ID, a area.Code) (w Window, from *area.Code, err error) {
	if err := mayRead(tx, a); err != nil {
		return Window{}, nil, err
	}
	return WindowOf(tx, p, a)
}

// Listed is a period with the window that holds for an area.
type Listed struct {
	Window
	From *area.Code // the area it is inherited from
}

// Periods lists the periods from … to (inclusive; "" is unbounded), newest first, that have figures
// in a or dates set for it, with the current and the last ended. Figures count as far as the actor
// may see them. It fails with NotFound when there is no such area.
func Periods(tx Reader, a area.Code, from, to period.ID) ([]Listed, error) {
	if err := mayRead(tx, a); err != nil {
		return nil, err
	}
	if to == "" {
		to = "9999" // after every id
	}
	f := tx.Calendar().Frequency
	var ids []period.ID
	if own := tx.Actor().Area; own.Contains(a) || a.Contains(own) {
		within := a
		if !own.Contains(a) {
			within = own
		}
		var err error
		if ids, err = tx.ReportedPeriods(within, f, from, to); err != nil {
			return nil, err
		}
	}
	current := tx.Calendar().Current(tx.Today())
	for _, p := range []period.ID{current, current.Previous()} {
		if from <= p && p <= to {
			ids = append(ids, p)
		}
	}
	windows, err := tx.WindowsFor(a, from, to)
	if err != nil {
		return nil, err
	}
	schedules := map[period.ID]Schedule{}
	for _, w := range windows {
		if w.Period.Frequency() != f {
			continue
		}
		if schedules[w.Period].Windows == nil {
			schedules[w.Period] = Schedule{Period: w.Period, Windows: map[area.Code]Window{}}
			ids = append(ids, w.Period)
		}
		schedules[w.Period].Windows[w.Area] = w
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	slices.Reverse(ids)
	out := make([]Listed, len(ids))
	for i, p := range ids {
		out[i].Window, out[i].From = Schedule{Period: p, Windows: schedules[p].Windows}.Window(a)
	}
	return out, nil
}

// SetWindow sets the window of p for a and all below. It reports whether it is a's first own one.
// It fails with NotFound when there is no such area, Forbidden outside the actor's, Stale or
// PreconditionRequired for the precondition (a window that is inherited may be named or not), and
// RuleViolation unless p's start < opens_on ≤ due_on ≤ closes_on.
func SetWindow(tx Writer, p period.ID, a area.Code, pre audit.Precondition, opensOn, dueOn, closesOn period.Date) (w Window, first bool, err error) {
	if err := mayWrite(tx, a); err != nil {
		return Window{}, false, err
	}
	w, _, err = WindowOf(tx, p, a)
	if err != nil {
		return Window{}, false, err
	}
	if first = w.Area != a; first {
		err = pre.Inherited(w.Version)
		w = Window{Period: p, Area: a}
	} else {
		err = pre.Existing(w.Version)
	}
	if err != nil {
		return Window{}, false, err
	}
	w.OpensOn, w.DueOn, w.ClosesOn = opensOn, dueOn, closesOn
	if v := w.violations(); len(v) > 0 {
		return Window{}, false, fault.Rules(v)
	}
	return w, first, tx.SaveWindow(&w, audit.Change{Action: setWindow})
}

func (w Window) violations() []fault.Violation {
	var out []fault.Violation
	refuse := func(code, field string, message, hint fault.Text) {
		out = append(out, fault.Mistake(code, "/"+field, message, hint))
	}
	if start := w.Period.StartsOn(); w.OpensOn <= start {
		refuse("opens_after_start", "opens_on",
			fault.Textf("开始填报日 %s 不晚于报告期的第一天 %s。", "Reporting opens on %s, not after the period's first day %s.", string(w.OpensOn), string(start)),
			fault.Textf("请改为 %s 之后；通常是报告期结束的次日 %s。", "Choose a day after %s; usually the day after the period ends, %s.", string(start), string(w.Period.EndsOn().AddDays(1))))
	}
	if w.DueOn < w.OpensOn {
		refuse("due_not_before_opens", "due_on",
			fault.Textf("报送截止日 %s 早于开始填报日 %s。", "The due day %s is before the opening day %s.", string(w.DueOn), string(w.OpensOn)),
			fault.Textf("请改为 %s 或之后，或提前开始填报日。", "Choose %s or later, or open earlier.", string(w.OpensOn)))
	}
	if w.ClosesOn < w.DueOn {
		refuse("closes_not_before_due", "closes_on",
			fault.Textf("关闭日 %s 早于报送截止日 %s。", "The closing day %s is before the due day %s.", string(w.ClosesOn), string(w.DueOn)),
			fault.Textf("请改为 %s 或之后，或提前报送截止日。", "Choose %s or later, or make it due earlier.", string(w.DueOn)))
	}
	return out
}
