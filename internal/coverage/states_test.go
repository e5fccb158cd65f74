package coverage

import (
	"brandregistry/internal/access"
	"brandregistry/internal/fault"
	"slices"
	"strings"
	"testing"
)

// life is the life of a record as the contract draws it.
var life = map[State]map[Action]State{
	Draft:     {ActionEdit: Draft, ActionSubmit: Submitted, ActionDiscard: ""},
	Submitted: {ActionWithdraw: Draft, ActionReturn: Returned, ActionApprove: Approved},
	Returned:  {ActionEdit: Returned, ActionSubmit: Submitted},
	Approved:  {ActionCorrect: Draft},
}

var doers = map[Action][]access.Role{
	ActionEdit: {access.Clerk}, ActionSubmit: {access.Clerk}, ActionWithdraw: {access.Clerk}, ActionDiscard: {access.Clerk},
	ActionReturn: {access.Reviewer}, ActionApprove: {access.Reviewer}, ActionCorrect: {access.Clerk, access.Reviewer},
}

func TestTransitions(t *testing.T) {
	for _, s := range States {
		for _, a := range Actions {
			to, legal := life[s][a]
			got, err := step(nil, Entry{Record: Record{State: s}, Expected: true}, a)
			switch {
			case legal && (err != nil || got.To != to):
				t.Errorf("%s %s: %v, %v; want %s", s, a, got.To, err, to)
			case !legal && !fault.Is(err, fault.WrongState):
				t.Errorf("%s %s: %v, want wrong_state", s, a, err)
			case !legal && !strings.Contains(err.Error(), s.Title().EN):
				t.Errorf("%s %s: %q does not say the state", s, a, err)
			}
		}
	}
}

func TestActions(t *testing.T) {
	me := "me"
	for _, s := range States {
		for _, role := range access.Roles {
			for _, at := range []string{"330109", "330109001", "330109002"} {
				for _, locked := range []bool{false, true} {
					for _, by := range []string{"me", "another"} {
						who := access.Actor{ID: me, Role: role, Area: "330109001"}
						if at == "330109" {
							who.Area = "330109"
						}
						rec := Record{Area: "330109001", State: s, SubmittedBy: &by}
						if at == "330109002" {
							rec.Area = "330109002"
						}
						got := actionsOf(Entry{Record: rec, Expected: true}, who, locked)
						for _, a := range Actions {
							_, legal := life[s][a]
							want := legal && at != "330109002" && slices.Contains(doers[a], role) &&
								!(locked && (a == ActionSubmit || a == ActionCorrect)) &&
								!(by == me && (a == ActionReturn || a == ActionApprove))
							if slices.Contains(got, a) != want {
								t.Errorf("%s by %s at %s, locked %v, submitted by %s: %s is offered: %v", s, role, at, locked, by, a, !want)
							}
						}
					}
				}
			}
		}
	}
}

func TestWrongStateSaysWhatToDo(t *testing.T) {
	for _, tt := range []struct {
		state  State
		action Action
		want   string
	}{
		{Submitted, ActionEdit, "记录目前是“已提交，待审核”，不能修改。如需修改，请先撤回。"},
		{Approved, ActionEdit, "记录目前是“审核通过”，不能修改。如需修改，请先发起更正。"},
		{Draft, ActionApprove, "记录目前是“草稿”，不能审核通过。请等填报员提交。"},
		{Returned, ActionDiscard, "记录目前是“已退回，待修改”，不能放弃。请按退回原因修改后重新提交。"},
		{Submitted, ActionSubmit, "记录目前是“已提交，待审核”，不能提交。如需修改，请先撤回。"},
		{Returned, ActionApprove, "记录目前是“已退回，待修改”，不能审核通过。请等填报员修改并重新提交。"},
	} {
		_, err := step(nil, Entry{Record: Record{State: tt.state}, Expected: true}, tt.action)
		if f, ok := err.(*fault.Error); !ok || f.Detail.ZH != tt.want {
			t.Errorf("%s %s: %v, want %s", tt.state, tt.action, err, tt.want)
		}
	}
}
