package coverage

import (
	"brandregistry/internal/access"
	"brandregistry/internal/fault"
	"slices"
)

// Action is what can be done to a record.
// 可对记录做的操作
type Action string

// The actions.
const (
	ActionEdit     Action = "edit"     // 填写、修改
	ActionSubmit   Action = "submit"   // 提交
	ActionWithdraw Action = "withdraw" // 撤回
	ActionDiscard  Action = "discard"  // 放弃
	ActionReturn   Action = "return"   // 退回
	ActionApprove  Action = "approve"  // 审核通过
	ActionCorrect  Action = "correct"  // 发起更正
)

// Transition is one line of the life of a revision.
type Transition struct {
	From     State
	Action   Action
	To       State         // "": the revision is gone; of Correct, the state of the next revision
	Needs    access.Action // what the actor must be allowed to do
	Deadline bool          // only while the window, an extension or the record's own until allows it
	Exists   Expectation
}

// Expectation says for which records a transition exists: those of areas that are expected to report
// for the period, those of areas that no longer are, or both.
type Expectation int

// For which records a transition exists.
const (
	Expected   Expectation = iota
	Unexpected             // the area has ended before the period did, or reports no more
	Either
)

// Transitions is the whole life of a record. What is not here is WrongState. A record whose area is
// no longer expected can be finished by nobody, so that whoever works on it may discard it.
var Transitions = []Transition{
	{Draft, ActionEdit, Draft, access.EditCoverage, false, Expected},
	{Draft, ActionSubmit, Submitted, access.SubmitCoverage, true, Expected},
	{Draft, ActionDiscard, "", access.SubmitCoverage, false, Expected},
	{Draft, ActionDiscard, "", access.DiscardCoverage, false, Unexpected},
	{Submitted, ActionWithdraw, Draft, access.SubmitCoverage, false, Either},
	{Submitted, ActionDiscard, "", access.DiscardCoverage, false, Unexpected},
	{Submitted, ActionReturn, Returned, access.DecideCoverage, false, Expected},
	{Submitted, ActionApprove, Approved, access.DecideCoverage, false, Expected},
	{Returned, ActionEdit, Returned, access.EditCoverage, false, Expected},
	{Returned, ActionSubmit, Submitted, access.SubmitCoverage, true, Expected},
	{Returned, ActionDiscard, "", access.DiscardCoverage, false, Unexpected},
	{Approved, ActionCorrect, Draft, access.CorrectCoverage, true, Expected},
}

// Fresh reports whether the transition is only for a record that was never submitted; the draft of a
// correction, which falls back to what was approved, is none.
func (t Transition) Fresh() bool { return t.Action == ActionDiscard && t.Exists == Expected }

// States lists the states in the order of a record's life.
var States = []State{Draft, Submitted, Returned, Approved}

// Actions lists the actions in the order of the constants.
var Actions = []Action{ActionEdit, ActionSubmit, ActionWithdraw, ActionDiscard, ActionReturn, ActionApprove, ActionCorrect}

// needs returns what an actor must be allowed to do for the action at the least.
func (a Action) needs() access.Action {
	if a == ActionDiscard {
		return access.DiscardCoverage
	}
	return Transitions[slices.IndexFunc(Transitions, func(t Transition) bool { return t.Action == a })].Needs
}

// Title returns the action's name.
func (a Action) Title() fault.Text {
	switch a {
	case ActionEdit:
		return fault.Text{ZH: "修改", EN: "edited"}
	case ActionSubmit:
		return fault.Text{ZH: "提交", EN: "submitted"}
	case ActionWithdraw:
		return fault.Text{ZH: "撤回", EN: "withdrawn"}
	case ActionDiscard:
		return fault.Text{ZH: "放弃", EN: "discarded"}
	case ActionReturn:
		return fault.Text{ZH: "退回", EN: "returned"}
	case ActionApprove:
		return fault.Text{ZH: "审核通过", EN: "approved"}
	}
	return fault.Text{ZH: "发起更正", EN: "corrected"}
}

// step returns the line of the table for an action on an entry. It fails with WrongState, saying which
// state it is in and what to do instead, and with RuleViolation when the line is only for areas that
// are expected to report.
func step(tx Reader, e Entry, a Action) (Transition, error) {
	i := slices.IndexFunc(Transitions, func(t Transition) bool { return t.of(e, a) })
	if i >= 0 && Transitions[i].Fresh() && e.wasSubmitted() {
		return Transition{}, fault.New(fault.WrongState, "这份数据曾于 %s 提交，须保留备查，不能放弃。请改好后再次提交。",
			"The record was submitted on %s before and is kept: it cannot be discarded. Mend it and submit it again.", string(tx.Calendar().Day(*e.FirstSubmitted)))
	}
	if i >= 0 {
		return Transitions[i], nil
	}
	if slices.ContainsFunc(Transitions, func(t Transition) bool { return t.From == e.State && t.Action == a && t.Exists == Expected }) {
		if err := CheckExpected(tx, e.Key()); err != nil {
			return Transition{}, err
		}
	}
	return Transition{}, fault.New(fault.WrongState, "记录目前是“%s”，不能%s。%s", "The record is %s and cannot be %s. %s", e.State.Title(), a.Title(), instead(e.State, a))
}

// of reports whether the line is for the action on the entry.
func (t Transition) of(e Entry, a Action) bool {
	return t.From == e.State && t.Action == a && (t.Exists == Either || (t.Exists == Expected) == e.Expected)
}

// wasSubmitted reports whether a first revision was ever submitted, and so perhaps returned.
func (e Entry) wasSubmitted() bool { return e.Revision == 1 && e.FirstSubmitted != nil }

// instead says what to do when the action is not for the state.
func instead(s State, a Action) fault.Text {
	decides := a == ActionReturn || a == ActionApprove
	switch {
	case s == Approved && decides:
		return fault.Text{ZH: "如数字有误，请先发起更正。", EN: "If a figure is wrong, correct it first."}
	case s == Approved:
		return fault.Text{ZH: "如需修改，请先发起更正。", EN: "To change it, correct it first."}
	case s == Submitted && a == ActionCorrect:
		return fault.Text{ZH: "如需修改，请由填报员撤回，或由审核员退回。", EN: "To change it, the clerk withdraws it or the reviewer returns it."}
	case s == Submitted:
		return fault.Text{ZH: "如需修改，请先撤回。", EN: "To change it, withdraw it first."}
	case s == Returned && decides:
		return fault.Text{ZH: "请等填报员修改并重新提交。", EN: "Wait until the clerk has mended and submitted it again."}
	case s == Returned:
		return fault.Text{ZH: "请按退回原因修改后重新提交。", EN: "Mend it as the reason says and submit it again."}
	case decides:
		return fault.Text{ZH: "请等填报员提交。", EN: "Wait until the clerk has submitted it."}
	}
	return fault.Text{ZH: "草稿可以直接修改，改好后提交。", EN: "A draft can be edited as it is, then submitted."}
}

// actionsOf lists what the actor may do to the entry now. locked says that submission is not open.
func actionsOf(e Entry, who access.Actor, locked bool) []Action {
	out := []Action{}
	for _, t := range Transitions {
		if t.of(e, t.Action) && !(t.Deadline && locked) && !(t.Fresh() && e.wasSubmitted()) &&
			access.Check(who, t.Needs, e.Area) == nil && !ownDecision(e.Record, who, t.Action) {
			out = append(out, t.Action)
		}
	}
	return out
}

// ownDecision reports whether the actor would decide what it itself submitted.
func ownDecision(r Record, who access.Actor, a Action) bool {
	return (a == ActionReturn || a == ActionApprove) && r.State == Submitted && r.SubmittedBy != nil && *r.SubmittedBy == who.ID
}
