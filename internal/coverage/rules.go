package coverage

import (
	"brandregistry/internal/fault"
	"math/bits"
)

// Rule is one consistency rule of a kind's figures. A text's {names} stand for the figures of the
// kind by their names, for what is derived from them (see facts.quantities), and with "previous."
// before it for those of the last approved earlier period.
type Rule struct {
	Code       string
	Severity   fault.Severity
	Title      fault.Text
	Expression fault.Text // what must hold
	Message    fault.Text // what is said when it does not
	Hint       fault.Text // how to mend it
	Figure     int        // the figure its violations point at; -1: the one at fault
	Inputs     []int      // the figures it reads: it is judged when all are given and in range
	Needs      []string   // rules before it in the table: it is judged when none of them failed

	cell  func(v *int64) bool // holds of each figure by itself, whatever else is given
	holds func(f facts) bool
	moved func(f facts) []int // the figures at fault, for a rule that holds when there are none
}

// Figures that several rules read.
var (
	allFigures = []int{
		figRegistered, figExcluded, figStandalone, figJoint, figJointEligible, figUnmet, figWorkCovered, figMembers,
		figPartyOrganizations, figStandardized, figWeak, figRectified, figInstructors,
	}
	overOperating = []int{figRegistered, figExcluded, figStandalone, figJoint}
)

// Rules is the table of the rules, in the order in which their violations are reported for a kind.
// N, X, S, J, J3, U1, W and P are the figures' letters, E = N − X.
var Rules = []Rule{
	{
		Code: "figure_required", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "数字填齐", EN: "Every figure is given"},
		Expression: fault.Text{ZH: "每一项都要填写，没有的填 0", EN: "every figure is given; nothing is assumed 0"},
		Message:    fault.Text{ZH: "{kind}的“{figure}”没有填写。", EN: "{kind}: {figure} is not given."},
		Hint:       fault.Text{ZH: "请填写这一项；确实没有的，填 0。", EN: "Give the figure; where there is none, give 0."},
		Figure:     -1, Inputs: allFigures,
		cell: func(v *int64) bool { return v != nil },
	},
	{
		Code: "figure_range", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "数字在范围内", EN: "Every figure is in range"},
		Expression: fault.Text{ZH: "每一项都是 0 至 10000000 的整数", EN: "every figure is an integer, 0 … 10000000"},
		Message:    fault.Text{ZH: "{kind}的“{figure}”填的是 {value}，应当是 0 至 10000000 的整数。", EN: "{kind}: {figure} is {value}; it must be an integer, 0 … 10000000."},
		Hint:       fault.Text{ZH: "请核对这一项，看是否多按了数字或误填了负号。", EN: "Check the figure for a digit too many or a minus sign."},
		Figure:     -1, Inputs: allFigures,
		cell: func(v *int64) bool { return v == nil || inRange(*v) },
	},
	{
		Code: "excluded_within_registered", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "剔除不超过在册", EN: "Excluded within registered"},
		Expression: fault.Text{ZH: "剔除 ≤ 在册", EN: "excluded ≤ registered"},
		Message:    fault.Text{ZH: "{kind}：剔除 {excluded} 家，超过了在册 {registered} 家。", EN: "{kind}: excluded {excluded} is more than registered {registered}."},
		Hint:       fault.Text{ZH: "请核对“剔除”和“在册”，剔除的只能是在册组织中的一部分。", EN: "Check excluded and registered: only registered organizations can be excluded."},
		Figure:     figExcluded, Inputs: []int{figRegistered, figExcluded},
		holds: func(f facts) bool { return f.now.Excluded() <= f.now.Registered() },
	},
	{
		Code: "covered_within_operating", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "已建组织不超过实体运营", EN: "Covered within operating"},
		Expression: fault.Text{ZH: "单独组建 + 联合组建 ≤ 在册 − 剔除", EN: "standalone + joint ≤ registered − excluded"},
		Message: fault.Text{ZH: "{kind}：单独组建 {standalone} 家加联合组建 {joint} 家，共 {covered} 家，超过了实体运营 {operating} 家（在册 {registered} 减剔除 {excluded}）。",
			EN: "{kind}: standalone {standalone} plus joint {joint} is {covered}, more than the {operating} operating (registered {registered} less excluded {excluded})."},
		Hint:   fault.Text{ZH: "请核对“单独组建”“联合组建”有没有重复计算，“剔除”有没有多剔。", EN: "Check standalone and joint for organizations counted twice, and excluded for too many."},
		Figure: figJoint, Inputs: overOperating, Needs: []string{"excluded_within_registered"},
		holds: func(f facts) bool { return f.now.Covered() <= f.now.Operating() },
	},
	{
		Code: "joint_eligible_within_joint", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "三名以上正式党员的联合组建不超过联合组建", EN: "Joint with three or more full members within joint"},
		Expression: fault.Text{ZH: "联合组建中三名以上正式党员 ≤ 联合组建", EN: "joint with three or more full members ≤ joint"},
		Message: fault.Text{ZH: "{kind}：联合组建中三名以上正式党员的 {joint_eligible} 家，超过了联合组建 {joint} 家。",
			EN: "{kind}: {joint_eligible} joint with three or more full members is more than joint {joint}."},
		Hint:   fault.Text{ZH: "请核对这两项：前者是后者中的一部分。", EN: "Check both figures: the former is part of the latter."},
		Figure: figJointEligible, Inputs: []int{figJoint, figJointEligible},
		holds: func(f facts) bool { return f.now.JointEligible() <= f.now.Joint() },
	},
	{
		Code: "unmet_within_uncovered", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "应建未建不超过未建组织", EN: "Unmet within uncovered"},
		Expression: fault.Text{ZH: "应建未建 ≤ 在册 − 剔除 − 单独组建 − 联合组建", EN: "unmet ≤ registered − excluded − standalone − joint"},
		Message: fault.Text{ZH: "{kind}：应建未建 {unmet} 家，超过了还没有建立组织的 {uncovered} 家（实体运营 {operating} 减已建组织 {covered}）。",
			EN: "{kind}: unmet {unmet} is more than the {uncovered} not covered (operating {operating} less covered {covered})."},
		Hint:   fault.Text{ZH: "请核对“应建未建”，已经单独或联合组建的不再计入。", EN: "Check unmet: what is standalone or joint does not count."},
		Figure: figUnmet, Inputs: append([]int{figUnmet}, overOperating...),
		Needs: []string{"excluded_within_registered", "covered_within_operating"},
		holds: func(f facts) bool { return f.now.Unmet() <= f.now.Operating()-f.now.Covered() },
	},
	{
		Code: "work_covered_within_uncovered", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "工作覆盖不超过未建组织", EN: "Work covered within uncovered"},
		Expression: fault.Text{ZH: "工作覆盖 ≤ 在册 − 剔除 − 单独组建 − 联合组建", EN: "work covered ≤ registered − excluded − standalone − joint"},
		Message: fault.Text{ZH: "{kind}：工作覆盖 {work_covered} 家，超过了还没有建立组织的 {uncovered} 家（实体运营 {operating} 减已建组织 {covered}）。",
			EN: "{kind}: work covered {work_covered} is more than the {uncovered} not covered (operating {operating} less covered {covered})."},
		Hint:   fault.Text{ZH: "请核对“工作覆盖”，已经建立党组织的不再计入。", EN: "Check work covered: what has a party organization does not count."},
		Figure: figWorkCovered, Inputs: append([]int{figWorkCovered}, overOperating...),
		Needs: []string{"excluded_within_registered", "covered_within_operating"},
		holds: func(f facts) bool { return f.now.WorkCovered() <= f.now.Operating()-f.now.Covered() },
	},
	{
		Code: "members_minimum", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "正式党员数不少于下限", EN: "Full members at least the minimum"},
		Expression: fault.Text{ZH: "正式党员数 ≥ 3 ×（联合组建中三名以上正式党员 + 应建未建）", EN: "full members ≥ 3 × (joint with three or more full members + unmet)"},
		Message: fault.Text{ZH: "{kind}：正式党员数 {members} 名太少。联合组建中三名以上正式党员的 {joint_eligible} 家和应建未建 {unmet} 家，每家至少 3 名，合计不少于 {members_minimum} 名。",
			EN: "{kind}: full members {members} is too few. The {joint_eligible} joint with three or more full members and {unmet} unmet have at least 3 each, {members_minimum} together."},
		Hint:   fault.Text{ZH: "请核对“正式党员数”，或核对“联合组建中三名以上正式党员”和“应建未建”。", EN: "Check full members, or joint with three or more full members and unmet."},
		Figure: figMembers, Inputs: []int{figMembers, figJointEligible, figUnmet},
		Needs: []string{"joint_eligible_within_joint", "unmet_within_uncovered"},
		holds: func(f facts) bool { return f.now.Members() >= f.membersMinimum() },
	},
	{
		Code: "party_organizations_range", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "党组织数与组建数相符", EN: "Party organizations match standalone and joint"},
		Expression: fault.Text{ZH: "单独组建 ≤ 党组织数 ≤ 单独组建 + 联合组建", EN: "standalone ≤ party organizations ≤ standalone + joint"},
		Message: fault.Text{ZH: "{kind}：党组织数 {party_organizations} 个，应当在 {standalone}（单独组建）至 {covered}（单独组建加联合组建）之间。",
			EN: "{kind}: party organizations {party_organizations} must be between {standalone} (standalone) and {covered} (standalone plus joint)."},
		Hint:   fault.Text{ZH: "请核对“党组织数”：党委计 1 个，所属支部不另计；联合党组织由牵头单位所在地计 1 个。", EN: "Check party organizations: a committee counts once, its branches not; a joint body counts where its lead unit is."},
		Figure: figPartyOrganizations, Inputs: []int{figStandalone, figJoint, figPartyOrganizations},
		holds: func(f facts) bool {
			return f.now.Standalone() <= f.now.PartyOrganizations() && f.now.PartyOrganizations() <= f.now.Covered()
		},
	},
	{
		Code: "standardized_within_organizations", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "达标数不超过党组织数", EN: "Standardized within party organizations"},
		Expression: fault.Text{ZH: "标准化规范化达标 ≤ 党组织数", EN: "standardized ≤ party organizations"},
		Message: fault.Text{ZH: "{kind}：标准化规范化达标 {standardized} 个，超过了党组织数 {party_organizations} 个。",
			EN: "{kind}: standardized {standardized} is more than party organizations {party_organizations}."},
		Hint:   fault.Text{ZH: "请核对“标准化规范化达标”和“党组织数”。", EN: "Check standardized and party organizations."},
		Figure: figStandardized, Inputs: []int{figPartyOrganizations, figStandardized}, Needs: []string{"party_organizations_range"},
		holds: func(f facts) bool { return f.now.Standardized() <= f.now.PartyOrganizations() },
	},
	{
		Code: "weak_within_organizations", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "软弱涣散不超过党组织数", EN: "Weak within party organizations"},
		Expression: fault.Text{ZH: "软弱涣散 ≤ 党组织数", EN: "weak ≤ party organizations"},
		Message: fault.Text{ZH: "{kind}：软弱涣散 {weak} 个，超过了党组织数 {party_organizations} 个。",
			EN: "{kind}: weak {weak} is more than party organizations {party_organizations}."},
		Hint:   fault.Text{ZH: "请核对“软弱涣散”和“党组织数”。", EN: "Check weak and party organizations."},
		Figure: figWeak, Inputs: []int{figPartyOrganizations, figWeak}, Needs: []string{"party_organizations_range"},
		holds: func(f facts) bool { return f.now.Weak() <= f.now.PartyOrganizations() },
	},
	{
		Code: "rectified_within_weak", Severity: fault.SeverityError,
		Title:      fault.Text{ZH: "已整顿不超过软弱涣散", EN: "Rectified within weak"},
		Expression: fault.Text{ZH: "已整顿 ≤ 软弱涣散", EN: "rectified ≤ weak"},
		Message: fault.Text{ZH: "{kind}：已整顿 {rectified} 个，超过了软弱涣散 {weak} 个。",
			EN: "{kind}: rectified {rectified} is more than weak {weak}."},
		Hint:   fault.Text{ZH: "请核对这两项：“软弱涣散”是本年以来列入过的全部，已经整顿好的也要算在内。", EN: "Check both: weak counts all that were on the list in the year to date, those put right included."},
		Figure: figRectified, Inputs: []int{figWeak, figRectified}, Needs: []string{"weak_within_organizations"},
		holds: func(f facts) bool { return f.now.Rectified() <= f.now.Weak() },
	},
	{
		Code: "members_low", Severity: fault.SeverityWarning,
		Title:      fault.Text{ZH: "正式党员数偏少", EN: "Few full members"},
		Expression: fault.Text{ZH: "正式党员数 ≥ 3 ×（单独组建 + 联合组建中三名以上正式党员 + 应建未建）", EN: "full members ≥ 3 × (standalone + joint with three or more full members + unmet)"},
		Message: fault.Text{ZH: "{kind}：正式党员数 {members} 名偏少。单独组建 {standalone} 家、联合组建中三名以上正式党员的 {joint_eligible} 家、应建未建 {unmet} 家，按每家 3 名算应有 {members_expected} 名。",
			EN: "{kind}: full members {members} is few. Standalone {standalone}, joint with three or more full members {joint_eligible} and unmet {unmet} come to {members_expected} at 3 each."},
		Hint:   fault.Text{ZH: "请核对“正式党员数”；确实如此的，请说明原因（例如单独组建后有党员转出）。", EN: "Check full members; if right, explain (members who left after the organization was founded, say)."},
		Figure: figMembers, Inputs: []int{figMembers, figStandalone, figJointEligible, figUnmet}, Needs: []string{"members_minimum"},
		holds: func(f facts) bool { return f.now.Members() >= f.membersExpected() },
	},
	{
		Code: "joint_without_body", Severity: fault.SeverityWarning,
		Title:      fault.Text{ZH: "有联合组建而无联合党组织", EN: "Joint without a joint body"},
		Expression: fault.Text{ZH: "联合组建大于 0 时，党组织数大于单独组建", EN: "not (joint > 0 and party organizations = standalone)"},
		Message: fault.Text{ZH: "{kind}：有联合组建 {joint} 家，但党组织数 {party_organizations} 个与单独组建相等，没有计入联合党组织。",
			EN: "{kind}: joint is {joint}, but party organizations {party_organizations} equals standalone: no joint body is counted."},
		Hint:   fault.Text{ZH: "请核对“党组织数”有没有漏计联合党组织；牵头单位都在外街道的，请说明。", EN: "Check whether a joint body is missing from party organizations; if every lead unit is elsewhere, explain."},
		Figure: figPartyOrganizations, Inputs: []int{figStandalone, figJoint, figPartyOrganizations}, Needs: []string{"party_organizations_range"},
		holds: func(f facts) bool { return f.now.Joint() == 0 || f.now.PartyOrganizations() != f.now.Standalone() },
	},
	{
		Code: "instructors_missing", Severity: fault.SeverityWarning,
		Title:      fault.Text{ZH: "有工作覆盖而无党建指导员", EN: "Work covered without instructors"},
		Expression: fault.Text{ZH: "工作覆盖大于 0 时，党建指导员大于 0", EN: "work covered > 0 ⇒ instructors > 0"},
		Message: fault.Text{ZH: "{kind}：工作覆盖 {work_covered} 家，但党建指导员是 0 名。",
			EN: "{kind}: work covered is {work_covered}, but instructors is 0."},
		Hint:   fault.Text{ZH: "请核对“党建指导员”；通过联络员、工会、共青团等覆盖的，请说明。", EN: "Check instructors; if they are reached by a liaison, union or youth league, explain."},
		Figure: figInstructors, Inputs: []int{figWorkCovered, figInstructors}, Needs: []string{"work_covered_within_uncovered"},
		holds: func(f facts) bool { return f.now.WorkCovered() == 0 || f.now.Instructors() > 0 },
	},
	{
		Code: "exclusion_growth", Severity: fault.SeverityWarning,
		Title:      fault.Text{ZH: "剔除比例上升过快", EN: "Exclusion grew"},
		Expression: fault.Text{ZH: "剔除 ÷ 在册 比上一次审核通过的至多高 10 个百分点；首次填报至多 10%", EN: "excluded ÷ registered at most 10 points above the last approved earlier period; at most 10 % the first time"},
		Message: fault.Text{ZH: "{kind}：剔除 {excluded} 家，占在册 {registered} 家的 {excluded_share}；{exclusion_basis}，至多 {exclusion_limit} 家。",
			EN: "{kind}: excluded {excluded} is {excluded_share} of registered {registered}; {exclusion_basis}, it is at most {exclusion_limit}."},
		Hint:   fault.Text{ZH: "请核对“剔除”；属实的，请说明剔除的依据（例如集中清理空壳企业的文件或名单）。", EN: "Check excluded; if right, explain on what grounds (a clean-up of shell companies, say)."},
		Figure: figExcluded, Inputs: []int{figRegistered, figExcluded}, Needs: []string{"excluded_within_registered"},
		// X/N ≤ X₀/N₀ + 1/10, cross-multiplied; at most 2·10¹⁵
		holds: func(f facts) bool {
			x0, n0 := f.shareBefore()
			return 10*f.now.Excluded()*n0 <= f.now.Registered()*(10*x0+n0)
		},
	},
	{
		Code: "abnormal_change", Severity: fault.SeverityWarning,
		Title:      fault.Text{ZH: "与上一次相比变动过大", EN: "Abnormal change"},
		Expression: fault.Text{ZH: "在册、单独组建、联合组建、正式党员数与上一次审核通过的相比，各自变动不超过 20 或 20%（取大者）；区划合并后的首次填报不适用", EN: "registered, standalone, joint and full members each moved by at most max(20, 20 %) against the last approved earlier period; not applied after a merger"},
		Message: fault.Text{ZH: "{kind}：与{previous_period}相比变动过大：{changes}。",
			EN: "{kind}: abnormal change since {previous_period}: {changes}."},
		Hint:   fault.Text{ZH: "请核对这几项；属实的，请说明变动的原因。", EN: "Check these figures; if right, explain what changed."},
		Figure: -1, Inputs: []int{figRegistered, figStandalone, figJoint, figMembers},
		moved: func(f facts) []int {
			var out []int
			if f.last == nil || f.merged {
				return nil
			}
			for _, i := range []int{figRegistered, figStandalone, figJoint, figMembers} {
				if d := f.now[i] - f.last[i]; 5*max(d, -d) > max(100, f.last[i]) {
					out = append(out, i)
				}
			}
			return out
		},
	},
	{
		Code: "denominator_trimming", Severity: fault.SeverityWarning,
		Title:      fault.Text{ZH: "剔除增加、覆盖率上升时说明依据", EN: "Grounds for excluding when coverage rises"},
		Expression: fault.Text{ZH: "不能同时：实体运营减少、覆盖率上升、剔除增加、已建组织没有增加", EN: "not (operating fell, coverage rose, excluded grew and covered did not)"},
		Message: fault.Text{ZH: "{kind}：与{previous_period}相比，已建组织没有增加（{previous.covered} → {covered}），剔除增加（{previous.excluded} → {excluded}），实体运营减少（{previous.operating} → {operating}），覆盖率由 {previous.coverage} 升到 {coverage}。",
			EN: "{kind}: since {previous_period} covered did not grow ({previous.covered} → {covered}), excluded did ({previous.excluded} → {excluded}), operating fell ({previous.operating} → {operating}) and coverage rose from {previous.coverage} to {coverage}."},
		Hint:   fault.Text{ZH: "请核对“剔除”；属实的，请说明剔除的依据。", EN: "Check excluded; if right, explain on what grounds."},
		Figure: figExcluded, Inputs: overOperating, Needs: []string{"covered_within_operating"},
		holds: func(f facts) bool {
			if f.last == nil || f.now.Operating() == 0 || f.last.Operating() == 0 {
				return true
			}
			rose := Rate{f.now.Covered(), f.now.Operating()}.Compare(Rate{f.last.Covered(), f.last.Operating()}) > 0
			return !(f.now.Operating() < f.last.Operating() && rose &&
				f.now.Excluded() > f.last.Excluded() && f.now.Covered() <= f.last.Covered())
		},
	},
	{
		Code: "unmet_plan", Severity: fault.SeverityWarning,
		Title:      fault.Text{ZH: "应建未建要有打算", EN: "A plan for the unmet"},
		Expression: fault.Text{ZH: "应建未建 = 0，否则说明组建打算", EN: "unmet = 0, else the explanation says what is planned"},
		Message:    fault.Text{ZH: "{kind}：还有应建未建 {unmet} 家。", EN: "{kind}: unmet is {unmet}."},
		Hint:       fault.Text{ZH: "请说明打算什么时候、以什么方式组建。", EN: "Explain when and how they will be organized."},
		Figure:     figUnmet, Inputs: []int{figUnmet}, Needs: []string{"unmet_within_uncovered"},
		holds: func(f facts) bool { return f.now.Unmet() == 0 },
	},
}

func inRange(v int64) bool { return 0 <= v && v <= MaxFigure }

// mulDiv returns ⌊a·b/c⌋ in 128 bits; all are non-negative, c is positive and the quotient fits.
func mulDiv(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(q)
}
