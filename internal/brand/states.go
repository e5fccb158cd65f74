package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/fault"
	"slices"
)

// Action is what can be done to a brand.
// 可对品牌做的操作
type Action string

// The actions.
const (
	ActionEdit      Action = "edit"      // 修改
	ActionDelete    Action = "delete"    // 删除草稿
	ActionSubmit    Action = "submit"    // 申报
	ActionWithdraw  Action = "withdraw"  // 撤回
	ActionReturn    Action = "return"    // 退回
	ActionReject    Action = "reject"    // 不予认定
	ActionPublicize Action = "publicize" // 公示
	ActionRecognize Action = "recognize" // 认定（命名）
	ActionConfirm   Action = "confirm"   // 复核合格
	ActionRevoke    Action = "revoke"    // 撤销（摘牌）
	ActionReopen    Action = "reopen"    // 重新申报
	ActionAttach    Action = "attach"    // 上传材料
)

// Publicity says in which registries a transition exists: with publicity before a recognition, without,
// or in both.
type Publicity int

// Where a transition exists.
const (
	Always  Publicity = iota
	With              // only where PUBLICITY_DAYS > 0
	Without           // only where PUBLICITY_DAYS = 0
)

// Transition is one line of the life of a brand.
type Transition struct {
	From     State
	Action   Action
	To       State         // "": the brand is gone
	Needs    access.Action // what the actor must be allowed to do
	Exists   Publicity
	Requires fault.Text // what must be given or hold; empty: nothing more
}

var (
	needNothing = fault.Text{}
	needWhole   = fault.Text{ZH: "各项填齐，名称在本区不重复，提醒逐条说明", EN: "everything is given, the name is free in the district, warnings are explained"}
	needReason  = fault.Text{ZH: "原因", EN: "a reason"}
	needEnds    = fault.Text{ZH: "公示截止日期，至少 PUBLICITY_DAYS 天之后", EN: "the last day of the publicity, at least PUBLICITY_DAYS days on"}
	needEnded   = fault.Text{ZH: "公示期已满；级别、命名单位、日期，市级及以上另须文号和佐证材料", EN: "the publicity has ended; level, authority and date, at city level and above a document number and evidence"}
	needGiven   = fault.Text{ZH: "级别、命名单位、日期，市级及以上另须文号和佐证材料", EN: "level, authority and date, at city level and above a document number and evidence"}
	needNote    = fault.Text{ZH: "复核意见", EN: "a note"}
	needFresh   = fault.Text{ZH: "从未申报过；所属街道已撤并的，从未得到认定即可，审核员也可以删除", EN: "it was never submitted; of an area that is no more, never recognized, and a reviewer may, too"}
	needGone    = fault.Text{ZH: "所属街道已撤并，且从未得到认定", EN: "its area is no more and it was never recognized"}
)

// Transitions is the whole life of a brand. What is not here is WrongState. Evidence is added in any
// state but Rejected and Revoked.
var Transitions = []Transition{
	{Draft, ActionEdit, Draft, access.EditBrands, Always, needNothing},
	{Draft, ActionDelete, "", access.DeleteBrands, Always, needFresh},
	{Draft, ActionSubmit, Submitted, access.SubmitBrands, Always, needWhole},
	{Submitted, ActionWithdraw, Draft, access.SubmitBrands, Always, needNothing},
	{Submitted, ActionReturn, Returned, access.DecideBrands, Always, needReason},
	{Submitted, ActionReject, Rejected, access.DecideBrands, Always, needReason},
	{Submitted, ActionPublicize, Publicized, access.DecideBrands, With, needEnds},
	{Submitted, ActionRecognize, Recognized, access.DecideBrands, Without, needGiven},
	{Returned, ActionEdit, Returned, access.EditBrands, Always, needNothing},
	{Returned, ActionDelete, "", access.DeleteBrands, Always, needGone},
	{Returned, ActionSubmit, Submitted, access.SubmitBrands, Always, needWhole},
	{Returned, ActionReject, Rejected, access.DecideBrands, Always, needReason},
	{Publicized, ActionRecognize, Recognized, access.DecideBrands, Always, needEnded},
	{Publicized, ActionReturn, Returned, access.DecideBrands, Always, needReason},
	{Publicized, ActionReject, Rejected, access.DecideBrands, Always, needReason},
	{Recognized, ActionRecognize, Recognized, access.DecideBrands, Always, needGiven},
	{Recognized, ActionConfirm, Recognized, access.DecideBrands, Always, needNote},
	{Recognized, ActionRevoke, Revoked, access.DecideBrands, Always, needReason},
	{Rejected, ActionReopen, Draft, access.ReopenBrands, Always, needNothing},
	{Revoked, ActionReopen, Draft, access.ReopenBrands, Always, needNothing},
}

// Actions lists the actions in the order of the constants.
var Actions = []Action{ActionEdit, ActionDelete, ActionSubmit, ActionWithdraw, ActionReturn, ActionReject, ActionPublicize,
	ActionRecognize, ActionConfirm, ActionRevoke, ActionReopen, ActionAttach}

// needs returns what an actor must be allowed to do for the action.
func (a Action) needs() access.Action {
	if a == ActionAttach {
		return access.EditBrands
	}
	return Transitions[slices.IndexFunc(Transitions, func(t Transition) bool { return t.Action == a })].Needs
}

// exists reports whether the line holds in a registry with so many days of publicity.
func (t Transition) exists(days int) bool {
	return t.Exists == Always || (t.Exists == With) == (days > 0)
}

// Title returns the state's name.
func (s State) Title() fault.Text {
	switch s {
	case Submitted:
		return fault.Text{ZH: "已申报，待审核", EN: "submitted"}
	case Returned:
		return fault.Text{ZH: "已退回，待修改", EN: "returned"}
	case Rejected:
		return fault.Text{ZH: "不予认定", EN: "rejected"}
	case Publicized:
		return fault.Text{ZH: "公示中", EN: "publicized"}
	case Recognized:
		return fault.Text{ZH: "已认定", EN: "recognized"}
	case Revoked:
		return fault.Text{ZH: "已撤销", EN: "revoked"}
	}
	return fault.Text{ZH: "草稿", EN: "draft"}
}

// Title returns the action's name.
func (a Action) Title() fault.Text {
	switch a {
	case ActionEdit:
		return fault.Text{ZH: "修改", EN: "edited"}
	case ActionDelete:
		return fault.Text{ZH: "删除", EN: "deleted"}
	case ActionSubmit:
		return fault.Text{ZH: "申报", EN: "submitted"}
	case ActionWithdraw:
		return fault.Text{ZH: "撤回", EN: "withdrawn"}
	case ActionReturn:
		return fault.Text{ZH: "退回", EN: "returned"}
	case ActionReject:
		return fault.Text{ZH: "不予认定", EN: "rejected"}
	case ActionPublicize:
		return fault.Text{ZH: "公示", EN: "publicized"}
	case ActionRecognize:
		return fault.Text{ZH: "认定", EN: "recognized"}
	case ActionConfirm:
		return fault.Text{ZH: "复核", EN: "confirmed"}
	case ActionRevoke:
		return fault.Text{ZH: "撤销", EN: "revoked"}
	case ActionReopen:
		return fault.Text{ZH: "重新申报", EN: "reopened"}
	}
	return fault.Text{ZH: "增减材料", EN: "given or relieved of files"}
}

// step returns the line of the table for an action on a brand in state s. It fails with WrongState,
// saying which state it is in and what to do instead.
func step(s State, a Action, days int) (Transition, error) {
	for _, t := range Transitions {
		if t.From == s && t.Action == a && t.exists(days) {
			return t, nil
		}
	}
	return Transition{}, wrongState(s, a, instead(s, a, days))
}

func wrongState(s State, a Action, instead fault.Text) error {
	what := a.Title()
	if a == ActionReject {
		what.ZH = "作不予认定处理"
	}
	if s != Draft && slices.ContainsFunc(Transitions, func(t Transition) bool { return t.Action == a && t.To == s && t.From != s }) {
		what = fault.Textf("再次%s", "%s again", what)
	}
	return fault.New(fault.WrongState, "品牌目前是“%s”，不能%s。%s", "The brand is %s and cannot be %s. %s", s.Title(), what, instead)
}

// instead says what to do when the action is not for the state. ActionReopen's name stands for nothing
// else.
func instead(s State, a Action, days int) fault.Text {
	clerk := slices.Contains([]Action{ActionEdit, ActionDelete, ActionSubmit, ActionWithdraw, ActionReopen}, a)
	switch {
	case s == Draft && clerk:
		return fault.Text{ZH: "草稿可以直接修改，改好后申报。", EN: "A draft can be edited as it is, then submitted."}
	case s == Draft:
		return fault.Text{ZH: "请等填报员申报。", EN: "Wait until the clerk has submitted it."}
	case s == Submitted && a == ActionPublicize:
		return fault.Text{ZH: "本系统未设公示期，请直接认定。", EN: "There is no publicity in this registry; recognize it."}
	case s == Submitted && a == ActionRecognize:
		return fault.Text{ZH: "请先公示，公示期满后再认定。", EN: "Publicize it first, and recognize it when the publicity has ended."}
	case s == Submitted && clerk:
		return fault.Text{ZH: "请等待审核；如需修改，请先撤回。", EN: "Wait for the review; to change it, withdraw it first."}
	case s == Submitted && days > 0:
		return fault.Text{ZH: "请先审核：公示、退回或不予认定。", EN: "Review it first: publicize, return or reject it."}
	case s == Submitted:
		return fault.Text{ZH: "请先审核：认定、退回或不予认定。", EN: "Review it first: recognize, return or reject it."}
	case s == Returned && clerk:
		return fault.Text{ZH: "请按退回原因修改后再次申报。", EN: "Mend it as the reason says and submit it again."}
	case s == Returned:
		return fault.Text{ZH: "请等填报员修改后再次申报。", EN: "Wait until the clerk has mended it and submitted it again."}
	case s == Publicized && a == ActionPublicize:
		return fault.Text{ZH: "截止日期填错的，请退回，由填报员再次申报后再公示。", EN: "If its last day is wrong, return it; it is submitted and publicized again."}
	case s == Publicized && clerk:
		return fault.Text{ZH: "如需修改，请由审核员退回。", EN: "To change it, the reviewer returns it."}
	case s == Publicized:
		return fault.Text{ZH: "公示期满后可以认定，有异议的可以退回或不予认定。", EN: "It can be recognized when the publicity has ended, or returned or rejected."}
	case s == Recognized && a == ActionDelete, s == Revoked && a == ActionDelete:
		return fault.Text{ZH: "它曾得到认定，须保留备查。", EN: "It was recognized and is kept."}
	case s == Recognized && clerk:
		return fault.Text{ZH: "已认定的内容不再更改；确需更改的，由审核员撤销后重新申报。", EN: "What is recognized does not change; the reviewer revokes it, then it is reopened."}
	case s == Recognized:
		return fault.Text{ZH: "可以再认定其他级别、复核或撤销。", EN: "It can be recognized at another level, confirmed or revoked."}
	case a == ActionDelete:
		return fault.Text{ZH: "它曾申报过，须保留备查；如需再次申报，请先“重新申报”，使它回到草稿。", EN: "It was submitted and is kept; to submit it again, reopen it."}
	}
	return fault.Text{ZH: "如需再次申报，请先“重新申报”，使它回到草稿。", EN: "To submit it again, reopen it: that makes it a draft."}
}
