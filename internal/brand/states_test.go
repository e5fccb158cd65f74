package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// life is the life of a brand as the contract draws it, but for what publicity decides.
var life = map[State]map[Action]State{
	Draft:      {ActionEdit: Draft, ActionDelete: "", ActionSubmit: Submitted},
	Submitted:  {ActionWithdraw: Draft, ActionReturn: Returned, ActionReject: Rejected},
	Returned:   {ActionEdit: Returned, ActionDelete: "", ActionSubmit: Submitted, ActionReject: Rejected},
	Publicized: {ActionRecognize: Recognized, ActionReturn: Returned, ActionReject: Rejected},
	Recognized: {ActionRecognize: Recognized, ActionConfirm: Recognized, ActionRevoke: Revoked},
	Rejected:   {ActionReopen: Draft},
	Revoked:    {ActionReopen: Draft},
}

// lifeOf is the life of a brand in a registry with so many days of publicity.
func lifeOf(days int) map[State]map[Action]State {
	out := map[State]map[Action]State{}
	for s, steps := range life {
		out[s] = maps.Clone(steps)
	}
	if days > 0 {
		out[Submitted][ActionPublicize] = Publicized
	} else {
		out[Submitted][ActionRecognize] = Recognized
	}
	return out
}

var doers = map[Action][]access.Role{
	ActionEdit: {access.Clerk}, ActionDelete: {access.Clerk, access.Reviewer}, ActionSubmit: {access.Clerk}, ActionWithdraw: {access.Clerk}, ActionAttach: {access.Clerk},
	ActionReturn: {access.Reviewer}, ActionReject: {access.Reviewer}, ActionPublicize: {access.Reviewer}, ActionRecognize: {access.Reviewer},
	ActionConfirm: {access.Reviewer}, ActionRevoke: {access.Reviewer}, ActionReopen: {access.Clerk, access.Reviewer},
}

// decisions are not for who submitted the brand.
var decisions = []Action{ActionReturn, ActionReject, ActionPublicize, ActionRecognize, ActionConfirm, ActionRevoke}

func TestTransitions(t *testing.T) {
	for _, days := range []int{0, 5} {
		drawn, lines := lifeOf(days), 0
		for _, s := range States {
			for _, a := range Actions {
				to, legal := drawn[s][a]
				got, err := step(s, a, days)
				switch {
				case legal && (err != nil || got.To != to || got.From != s || got.Action != a):
					t.Errorf("%d days, %s %s: %+v, %v; want %s", days, s, a, got, err, to)
				case !legal && !fault.Is(err, fault.WrongState):
					t.Errorf("%d days, %s %s: %v, want wrong_state", days, s, a, err)
				}
				if legal {
					lines++
				}
			}
		}
		for _, line := range Transitions {
			if line.exists(days) {
				lines--
			}
		}
		if lines != 0 {
			t.Errorf("%d days: the table has %d lines that the contract does not draw, or draws twice", days, -lines)
		}
	}
	if len(drawnActions()) != len(Actions)-1 { // a file is added in any state that is live
		t.Errorf("the contract draws %v", drawnActions())
	}
}

func drawnActions() map[Action]bool {
	out := map[Action]bool{}
	for _, days := range []int{0, 5} {
		for _, steps := range lifeOf(days) {
			for a := range steps {
				out[a] = true
			}
		}
	}
	return out
}

// actor is a registry of which only the actor, the day and the policy are asked.
type actor struct {
	Reader
	who  access.Actor
	days int
}

const today period.Date = "2026-10-08"

func (a actor) Actor() access.Actor { return a.who }
func (a actor) Today() period.Date  { return today }
func (a actor) BrandPolicy() Policy { return Policy{PublicityDays: a.days} }

func TestActionsOf(t *testing.T) {
	const me = "me"
	another := "another"
	places := map[string]struct {
		own, at area.Code
		inside  bool
	}{
		"same": {"330109001", "330109001", true}, "below": {"330109", "330109001", true}, "far below": {"0", "330109001", true}, "the district's own": {"330109", "330109", true},
		"above": {"330109001", "330109", false}, "sibling": {"330109002", "330109001", false}, "another district": {"330106", "330109001", false},
	}
	submitters := map[string]*string{"nobody": nil, "the actor": new(string), "another": &another}
	*submitters["the actor"] = me
	recognitions := map[bool][]Recognition{false: nil, true: {{Level: Levels[0], RecognizedOn: "2025-01-01"}}}
	for _, days := range []int{0, 5} {
		drawn := lifeOf(days)
		for _, s := range States {
			for _, role := range access.Roles {
				for where, p := range places {
					for by, submitter := range submitters {
						for ever, all := range recognitions {
							for _, ends := range []period.Date{"2026-10-07", today, "2026-10-09"} {
								b := Brand{Area: p.at, State: s, SubmittedBy: submitter}
								if s == Publicized {
									b.PublicityEndsOn = &ends
								}
								who := access.Actor{ID: me, Role: role, Area: p.own}
								there, submitted := ends == today, ends > today
								got := actionsOf(Sheet{Brand: b, Recognitions: all}, actor{who: who, days: days}, there, submitted)
								for _, a := range Actions {
									_, legal := drawn[s][a]
									if a == ActionAttach {
										legal = s != Rejected && s != Revoked
									}
									want := legal && p.inside && slices.Contains(doers[a], role) &&
										!(by == "the actor" && slices.Contains(decisions, a)) &&
										!(a == ActionDelete && (ever || there && (submitted || role == access.Reviewer))) &&
										!(!there && (a == ActionSubmit || a == ActionReopen)) &&
										!(a == ActionRecognize && s == Publicized && ends >= today)
									if slices.Contains(got, a) != want {
										t.Errorf("%d days, %s, %s at %s, submitted by %s, recognized ever %v, publicity to %s: %s is offered: %v", days, s, role, where, by, ever, ends, a, !want)
									}
								}
								if slices.Sort(got); len(slices.Compact(got)) != len(got) || got == nil {
									t.Errorf("%s: %v", s, got)
								}
							}
						}
					}
				}
			}
		}
	}
}

// advice is what a refusal may name, and the actions that it takes.
var advice = map[string][]Action{
	"直接修改": {ActionEdit}, "改好后申报": {ActionSubmit}, "先撤回": {ActionWithdraw}, "先公示": {ActionPublicize}, "请直接认定": {ActionRecognize},
	"先审核：公示、退回或不予认定": {ActionPublicize, ActionReturn, ActionReject}, "先审核：认定、退回或不予认定": {ActionRecognize, ActionReturn, ActionReject},
	"请退回，由填报员": {ActionReturn}, "修改后再次申报": {ActionEdit, ActionSubmit}, "由审核员退回": {ActionReturn}, "公示期满后可以认定，有异议的可以退回或不予认定": {ActionRecognize, ActionReturn, ActionReject},
	"由审核员撤销": {ActionRevoke}, "再认定其他级别、复核或撤销": {ActionRecognize, ActionConfirm, ActionRevoke}, "先“重新申报”，使它回到草稿": {ActionReopen},
}

// advised are refusals that name nothing to do to the brand, and why.
var advised = []string{"请等填报员申报。", "它曾得到认定，须保留备查。"}

func TestWrongStateSaysWhatToDo(t *testing.T) {
	for _, days := range []int{0, 5} {
		drawn := lifeOf(days)
		for _, s := range States {
			for _, a := range Actions {
				if _, legal := drawn[s][a]; legal || (a == ActionAttach && s.Live()) {
					continue
				}
				err := wrongState(s, a, instead(s, a, days))
				if a != ActionAttach {
					_, err = step(s, a, days)
				}
				f, ok := err.(*fault.Error)
				if !ok {
					t.Fatalf("%s %s: %v", s, a, err)
				}
				name := fmt.Sprintf("%d days, %s %s: %s", days, s, a, f.Detail.ZH)
				head, rest, _ := strings.Cut(f.Detail.ZH, "。")
				if !strings.HasPrefix(head, "品牌目前是“"+s.Title().ZH+"”，不能") || strings.Contains(head, "不能不") || !strings.HasSuffix(rest, "。") {
					t.Error(name)
				}
				if head, rest, _ := strings.Cut(f.Detail.EN, ". "); !strings.HasPrefix(head, "The brand is "+s.Title().EN+" and cannot be "+a.Title().EN) || !strings.HasSuffix(rest, ".") {
					t.Errorf("%s: %s", name, f.Detail.EN)
				}
				found := slices.Contains(advised, rest)
				for text, actions := range advice {
					if !strings.Contains(rest, text) {
						continue
					}
					found = true
					for _, take := range actions {
						if _, legal := drawn[s][take]; !legal {
							t.Errorf("%s: it cannot be %s", name, take.Title().EN)
						}
					}
				}
				if !found {
					t.Errorf("%s: it says nothing to do", name)
				}
			}
		}
	}
}

func TestWrongStateTexts(t *testing.T) {
	for _, tt := range []struct {
		state  State
		action Action
		days   int
		want   string
	}{
		{Draft, ActionReject, 5, "品牌目前是“草稿”，不能作不予认定处理。请等填报员申报。"},
		{Draft, ActionReopen, 5, "品牌目前是“草稿”，不能重新申报。草稿可以直接修改，改好后申报。"},
		{Draft, ActionWithdraw, 5, "品牌目前是“草稿”，不能撤回。草稿可以直接修改，改好后申报。"},
		{Submitted, ActionDelete, 5, "品牌目前是“已申报，待审核”，不能删除。请等待审核；如需修改，请先撤回。"},
		{Submitted, ActionSubmit, 5, "品牌目前是“已申报，待审核”，不能再次申报。请等待审核；如需修改，请先撤回。"},
		{Submitted, ActionRecognize, 5, "品牌目前是“已申报，待审核”，不能认定。请先公示，公示期满后再认定。"},
		{Submitted, ActionPublicize, 0, "品牌目前是“已申报，待审核”，不能公示。本系统未设公示期，请直接认定。"},
		{Submitted, ActionRevoke, 0, "品牌目前是“已申报，待审核”，不能撤销。请先审核：认定、退回或不予认定。"},
		{Returned, ActionReopen, 5, "品牌目前是“已退回，待修改”，不能重新申报。请按退回原因修改后再次申报。"},
		{Returned, ActionPublicize, 5, "品牌目前是“已退回，待修改”，不能公示。请等填报员修改后再次申报。"},
		{Publicized, ActionEdit, 5, "品牌目前是“公示中”，不能修改。如需修改，请由审核员退回。"},
		{Recognized, ActionEdit, 5, "品牌目前是“已认定”，不能修改。已认定的内容不再更改；确需更改的，由审核员撤销后重新申报。"},
		{Recognized, ActionReturn, 5, "品牌目前是“已认定”，不能退回。可以再认定其他级别、复核或撤销。"},
		{Rejected, ActionDelete, 5, "品牌目前是“不予认定”，不能删除。它曾申报过，须保留备查；如需再次申报，请先“重新申报”，使它回到草稿。"},
		{Rejected, ActionReject, 5, "品牌目前是“不予认定”，不能再次作不予认定处理。如需再次申报，请先“重新申报”，使它回到草稿。"},
		{Revoked, ActionRevoke, 5, "品牌目前是“已撤销”，不能再次撤销。如需再次申报，请先“重新申报”，使它回到草稿。"},
		{Revoked, ActionDelete, 5, "品牌目前是“已撤销”，不能删除。它曾得到认定，须保留备查。"},
	} {
		_, err := step(tt.state, tt.action, tt.days)
		if f, ok := err.(*fault.Error); !ok || f.Detail.ZH != tt.want {
			t.Errorf("%s %s: %v, want %s", tt.state, tt.action, err, tt.want)
		}
	}
}
