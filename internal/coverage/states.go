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
}

// Transitions is the whole life of a record. What is not here is WrongState.
var Transitions = []Transition{
	{Draft, ActionEdit, Draft, access.EditCoverage, false},
	{Draft, ActionSubmit, Submitted, access.SubmitCoverage, true},
	{Draft, ActionDiscard, "", access.SubmitCoverage, false},
	{Submitted, ActionWithdraw, Draft, access.SubmitCoverage, false},
	{Submitted, ActionReturn, Returned, access.DecideCoverage, false},
	{Submitted, ActionApprove, Approved, access.DecideCoverage, false},
	{Returned, ActionEdit, Returned, access.EditCoverage, false},
	{Returned, ActionSubmit, Submitted, access.SubmitCoverage, true},
	{Approved, ActionCorrect, Draft, access.CorrectCoverage, true},
}

// States lists the states in the order of a record's life.
var States = []State{Draft, Submitted, Returned, Approved}

// Actions lists the actions in the order of the constants.
var Actions = []Action{ActionEdit, ActionSubmit, ActionWithdraw, ActionDiscard, ActionReturn, ActionApprove, ActionCorrect}

// needs returns what an actor must be allowed to do for the action.
func (a Action) needs() access.Action {
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

// step returns the line of the table for an action on a record in state s. It fails with WrongState,
// saying which state it is in and what to do instead.
func step(s State, a Action) (Transition, error) {
	for _, t := range Transitions {
		if t.From == s && t.Action == a {
			return t, nil
		}
	}
	return Transition{}, fault.New(fault.WrongState, "记录目前是“%s”，不能%s。%s", "The record is %s and cannot be %s. %s", s.Title(), a.Title(), instead(s, a))
}

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

// actionsOf lists what the actor may do to the record now. locked says that submission is not open.
func actionsOf(r Record, who access.Actor, locked bool) []Action {
	out := []Action{}
	for _, t := range Transitions {
		if t.From == r.State && !(t.Deadline && locked) && access.Check(who, t.Needs, r.Area) == nil && !ownDecision(r, who, t.Action) {
			out = append(out, t.Action)
		}
	}
	return out
}

// ownDecision reports whether the actor would decide what it itself submitted.
func ownDecision(r Record, who access.Actor, a Action) bool {
	return (a == ActionReturn || a == ActionApprove) && r.State == Submitted && r.SubmittedBy != nil && *r.SubmittedBy == who.ID
}
