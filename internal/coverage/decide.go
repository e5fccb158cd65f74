package coverage

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/column"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"errors"
	"fmt"
	"slices"
)

// graceDays is how long a return or a correction leaves for submission at the least, when nothing
// else is said.
const graceDays = 3

// ReturnSlip says why a record goes back.
type ReturnSlip struct {
	Reason   string       // 1 to MaxReason characters
	Pointers []string     // the figures meant, "/figures/economic/joint"; may be none
	Until    *period.Date // last day on which it can be submitted again; nil: the window's last, or three days hence if later
}

// Return sends a submitted record back to be mended. It fails as take does, with InvalidRequest when
// a pointer is none, and with RuleViolation when the reason is none or the day given is past.
func Return(tx Writer, key Key, pre audit.Precondition, slip ReturnSlip) (Sheet, error) {
	if err := access.Check(tx.Actor(), ActionReturn.needs(), key.Area); err != nil {
		return Sheet{}, err
	}
	var pointers column.Strings
	for i, p := range slip.Pointers {
		if _, _, ok := ParseFigurePointer(p); !ok {
			return Sheet{}, fault.Invalid(fmt.Sprintf("/pointers/%d", i),
				fault.Textf("“有疑问的数字”第 %d 项不是某一项数字的位置。", "“pointers” item %d: it is not the place of a figure.", i+1),
				fault.Text{ZH: "请写成 /figures/economic/joint 这样的位置。", EN: "Write it like /figures/economic/joint."})
		}
		if !slices.Contains(pointers, p) {
			pointers = append(pointers, p)
		}
	}
	e, t, err := take(tx, key, pre, ActionReturn)
	if err != nil {
		return Sheet{}, err
	}
	reason, err := reasonOf(slip.Reason)
	if err != nil {
		return Sheet{}, err
	}
	until, err := untilOf(tx, e, slip.Until)
	if err != nil {
		return Sheet{}, err
	}
	now, who := tx.Now(), tx.Actor().ID
	e.State, e.ReturnReason, e.ReturnPointers, e.AllowedUntil = t.To, &reason, pointers, &until
	e.DecidedAt, e.DecidedBy = &now, &who
	e.Returns++
	return saved(tx, e, audit.Change{Action: eventReturn, Reason: &reason})
}

func reasonOf(s string) (string, error) {
	kept, wrong := reasonNeed.Write("/reason", s)
	if len(wrong) > 0 {
		return "", fault.Rules(wrong)
	}
	return kept, nil
}

// untilOf returns the last day on which a returned or corrected record can be submitted. It fails
// with RuleViolation when the day given is past.
func untilOf(tx Reader, e Entry, given *period.Date) (period.Date, error) {
	today := tx.Today()
	if given == nil {
		s, err := tx.Schedule(e.Period, e.Area)
		if err != nil {
			return "", err
		}
		w, _ := s.Window(e.Area)
		return max(w.ClosesOn, today.AddDays(graceDays)), nil
	}
	if *given < today {
		return "", fault.Rules([]fault.Violation{{
			Code: "until_past", Key: "until_past", Severity: fault.SeverityError, Pointer: "/until",
			Message: fault.Textf("允许提交的最后一天 %s 已经过去。", "The last day %s is past.", string(*given)),
			Hint:    fault.Textf("请选今天（%s）或以后的日期，也可以不填。", "Choose today (%s) or later, or leave it out.", string(today)),
		}})
	}
	return *given, nil
}

// Approve makes a submitted record the official one. It fails as take does, and with Forbidden when the
// actor submitted it itself. What is official is always expected.
func Approve(tx Writer, key Key, pre audit.Precondition) (Sheet, error) {
	e, _, err := take(tx, key, pre, ActionApprove)
	if err != nil {
		return Sheet{}, err
	}
	if err := approve(tx, key.Period, []*Entry{&e}); err != nil {
		return Sheet{}, err
	}
	return describe(tx, e)
}

// approve closes what is in force, opens the entries and brings the totals up to date.
func approve(tx Writer, p period.ID, entries []*Entry) error {
	var closed, opened []*Record
	var areas []area.Code
	now, who := tx.Now(), tx.Actor().ID
	for _, e := range entries {
		if e.OfficialRevision != nil {
			old, err := tx.CoverageRevision(e.Key(), *e.OfficialRevision)
			if err != nil {
				return err
			}
			old.Until = &now
			closed = append(closed, &old)
		}
		e.State, e.Since, e.Until, e.DecidedAt, e.DecidedBy = Approved, &now, nil, &now, &who
		revision := e.Revision
		e.OfficialRevision = &revision
		opened, areas = append(opened, &e.Record), append(areas, e.Area)
	}
	if err := tx.SaveCoverages(audit.Change{Action: eventSupersede}, closed...); err != nil {
		return err
	}
	if err := tx.SaveCoverages(audit.Change{Action: eventApprove}, opened...); err != nil {
		return err
	}
	return tx.RecomputeTotals(p, areas)
}

// severest lists the faults of a bulk approval, the one that answers for all first.
var severest = []fault.Code{fault.NotFound, fault.Forbidden, fault.Stale, fault.WrongState, fault.RuleViolation}

// ApproveAll approves the records of a period, all or none. versions, by area, are checked where
// given. When any cannot be approved the fault is the severest of theirs, with a violation for each,
// pointing at "/areas/3". It fails with InvalidRequest when an area stands there twice, or a version
// is given for one that does not.
func ApproveAll(tx Writer, p period.ID, areas []area.Code, versions map[area.Code]period.Instant) ([]Record, error) {
	if err := access.CheckRole(tx.Actor(), ActionApprove.needs()); err != nil {
		return nil, err
	}
	if err := oncePer(areas, versions); err != nil {
		return nil, err
	}
	var entries []*Entry
	var found []fault.Violation
	worst := len(severest)
	for i, a := range areas {
		pre := audit.Precondition{Any: true}
		if v, given := versions[a]; given {
			pre = audit.Precondition{Match: []period.Instant{v}}
		}
		e, _, err := take(tx, Key{p, a}, pre, ActionApprove)
		var f *fault.Error
		switch {
		case err == nil:
			entries = append(entries, &e)
			continue
		case !errors.As(err, &f) || !slices.Contains(severest, f.Code):
			return nil, err
		}
		worst = min(worst, slices.Index(severest, f.Code))
		why := f.Detail
		if len(f.Violations) > 0 {
			why = f.Violations[0].Message
		}
		found = append(found, fault.Violation{
			Code: string(f.Code), Key: string(a), Severity: fault.SeverityError, Pointer: fmt.Sprintf("/areas/%d", i),
			Message: fault.Textf("%s：%s", "%s: %s", nameOf(tx, a), why),
			Hint:    fault.Text{ZH: "请处理后重试，或从本次名单中去掉。", EN: "Settle it and try again, or leave it out."},
		})
	}
	if len(found) > 0 {
		f := fault.New(severest[worst], "%d 个街道的数据不能审核通过，本次全部没有办理，逐个原因见 violations。", "%d records cannot be approved, so none was; see violations.", len(found))
		f.Violations = found
		return nil, f
	}
	if err := approve(tx, p, entries); err != nil {
		return nil, err
	}
	out := make([]Record, len(entries))
	for i, e := range entries {
		out[i] = e.Record
	}
	return out, nil
}

func oncePer(areas []area.Code, versions map[area.Code]period.Instant) error {
	seen := map[area.Code]bool{}
	for i, a := range areas {
		if seen[a] {
			return fault.Invalid(fmt.Sprintf("/areas/%d", i),
				fault.Textf("“街道代码”中 %s 重复。", "%s stands twice among the areas.", string(a)), fault.Text{ZH: "每个街道只列一次。", EN: "List each area once."})
		}
		seen[a] = true
	}
	for a := range versions {
		if !seen[a] {
			return fault.Invalid("/etags/"+string(a),
				fault.Textf("%s 不在所列的“街道代码”中。", "%s is not among the areas.", string(a)), fault.Text{ZH: "请只给出本次办理的街道的 etag。", EN: "Give etags of the areas listed only."})
		}
	}
	return nil
}

// nameOf names an area for people; by its code when the actor may not see it or it is not known.
func nameOf(tx Reader, code area.Code) string {
	if a, err := tx.Area(code); err == nil {
		return a.Name
	}
	return string(code)
}

// Correct opens the next revision of an approved record, a draft with the same figures; the approved
// one stays official until the draft is approved. until is the last day on which it can be
// submitted; nil: the window's last, or three days hence if later. It fails as take does, and with
// RuleViolation when no reason is given or until is past.
func Correct(tx Writer, key Key, pre audit.Precondition, reason string, until *period.Date) (Sheet, error) {
	if err := access.Check(tx.Actor(), ActionCorrect.needs(), key.Area); err != nil {
		return Sheet{}, err
	}
	e, t, err := take(tx, key, pre, ActionCorrect)
	if err != nil {
		return Sheet{}, err
	}
	if reason, err = reasonOf(reason); err != nil {
		return Sheet{}, err
	}
	last, err := untilOf(tx, e, until)
	if err != nil {
		return Sheet{}, err
	}
	old := e.Record
	old.Latest = false
	if err := tx.SaveCoverages(audit.Change{Action: eventSupersede, Reason: &reason}, &old); err != nil {
		return Sheet{}, err
	}
	e.Record = Record{
		Period: old.Period, Area: old.Area, Revision: old.Revision + 1,
		State: t.To, Latest: true, Economic: old.Economic, Social: old.Social, Explanations: old.Explanations,
		AllowedUntil: &last, Returns: old.Returns, FirstSubmitted: old.FirstSubmitted, CreatedAt: tx.Now(),
	}
	return saved(tx, e, audit.Change{Action: eventCorrect, Reason: &reason})
}
