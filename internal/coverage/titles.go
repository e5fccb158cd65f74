package coverage

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"slices"
	"strings"
)

// The places of the figures in FigureNames, Figures.Values and Sums.
const (
	figRegistered = iota
	figExcluded
	figStandalone
	figJoint
	figJointEligible
	figUnmet
	figWorkCovered
	figMembers
	figPartyOrganizations
	figStandardized
	figWeak
	figRectified
	figInstructors
)

// FigureTitles are the names of the figures on the form, in the order of FigureNames.
var FigureTitles = [FigureCount]fault.Text{
	{ZH: "在册", EN: "registered"},
	{ZH: "剔除", EN: "excluded"},
	{ZH: "单独组建", EN: "standalone"},
	{ZH: "联合组建", EN: "joint"},
	{ZH: "联合组建中三名以上正式党员", EN: "joint with three or more full members"},
	{ZH: "应建未建", EN: "unmet"},
	{ZH: "工作覆盖", EN: "work covered"},
	{ZH: "正式党员数", EN: "full members"},
	{ZH: "党组织数", EN: "party organizations"},
	{ZH: "标准化规范化达标", EN: "standardized"},
	{ZH: "软弱涣散", EN: "weak"},
	{ZH: "已整顿", EN: "rectified"},
	{ZH: "党建指导员", EN: "instructors"},
}

// FormTitle names the form of a period, as tasks do.
func FormTitle(p period.ID) fault.Text {
	return fault.Textf("%s“两新”组织覆盖情况表", "Two-new coverage record %s", plan.PeriodText(p))
}

// Title returns the kind's name on the form.
func (k Kind) Title() fault.Text {
	if k == Social {
		return fault.Text{ZH: "新社会组织", EN: "New social organizations"}
	}
	return fault.Text{ZH: "新经济组织", EN: "New economic organizations"}
}

// Title returns the state's name.
func (s State) Title() fault.Text {
	switch s {
	case Submitted:
		return fault.Text{ZH: "已提交，待审核", EN: "submitted"}
	case Returned:
		return fault.Text{ZH: "已退回，待修改", EN: "returned"}
	case Approved:
		return fault.Text{ZH: "审核通过", EN: "approved"}
	}
	return fault.Text{ZH: "草稿", EN: "draft"}
}

// FigurePointer returns the JSON pointer of a figure by its place in FigureNames:
// "/figures/economic/joint".
func FigurePointer(k Kind, figure int) string {
	return "/figures/" + string(k) + "/" + FigureNames[figure]
}

// ParseFigurePointer is the inverse of FigurePointer; ok is false for any other text.
func ParseFigurePointer(pointer string) (k Kind, figure int, ok bool) {
	rest, found := strings.CutPrefix(pointer, "/figures/")
	kind, name, cut := strings.Cut(rest, "/")
	figure = slices.Index(FigureNames[:], name)
	if !found || !cut || figure < 0 || !slices.Contains(Kinds, Kind(kind)) {
		return "", 0, false
	}
	return Kind(kind), figure, true
}
