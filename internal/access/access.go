// Package access decides who may do what where. It is pure: no clock, no database.
package access

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"slices"
)

// Role is what an account may do. Roles are exclusive.
// 角色
type Role string

// The roles. Operator is not an account's: it is who runs the program's subcommands.
const (
	Clerk    Role = "clerk"    // 填报员：填报、提交
	Reviewer Role = "reviewer" // 审核员：退回、审核、设定目标与时间
	Reader   Role = "reader"   // 查阅员：只读
	Auditor  Role = "auditor"  // 审计员：只读，并可查审计日志
	Admin    Role = "admin"    // 管理员：管理账号与区划，不碰数据
)

const operator Role = "operator"

// Roles lists the roles an account may have.
var Roles = []Role{Clerk, Reviewer, Reader, Auditor, Admin}

// Actor is who acts. An account acts on its area and all below.
type Actor struct {
	ID   string // account id
	Role Role
	Area area.Code
}

// Operator is whoever runs the program's subcommands on the machine itself: it keeps accounts and
// areas everywhere, like an admin of the nation.
var Operator = Actor{ID: "operator", Role: operator, Area: area.Nation}

// Action is something an actor may do.
// 权限
type Action string

// The actions. Each route names one.
const (
	UseSession      Action = "session.use"       // 使用本人会话
	ReadTasks       Action = "tasks.read"        // 查看待办
	ReadAreas       Action = "areas.read"        // 查看区划
	WriteAreas      Action = "areas.write"       // 维护区划
	ReadAccounts    Action = "accounts.read"     // 查看账号
	WriteAccounts   Action = "accounts.write"    // 维护账号与令牌
	ReadPlan        Action = "plan.read"         // 查看填报时间与目标
	WritePlan       Action = "plan.write"        // 设定填报时间与目标
	ReadRules       Action = "rules.read"        // 查看勾稽关系与品牌规则
	ReadCoverage    Action = "coverage.read"     // 查看覆盖数据
	EditCoverage    Action = "coverage.edit"     // 填报覆盖数据
	SubmitCoverage  Action = "coverage.submit"   // 提交、撤回
	DiscardCoverage Action = "coverage.discard"  // 放弃
	DecideCoverage  Action = "coverage.decide"   // 退回、审核通过
	CorrectCoverage Action = "coverage.correct"  // 发起更正
	ReadBrands      Action = "brands.read"       // 查看品牌
	EditBrands      Action = "brands.edit"       // 填写品牌、上传材料
	SubmitBrands    Action = "brands.submit"     // 申报、撤回品牌
	DeleteBrands    Action = "brands.delete"     // 删除品牌
	DecideBrands    Action = "brands.decide"     // 退回、不予认定、公示、认定、复核、撤销
	ReopenBrands    Action = "brands.reopen"     // 重新申报品牌
	ReadReports     Action = "reports.read"      // 查看报表
	ReadAudit       Action = "audit_events.read" // 查看审计日志
)

// Sight says where an action's subject can be seen.
type sight int

const (
	scoped sight = iota // only in the actor's area and below: elsewhere it is not found
	open                // by everyone; acting outside the actor's area is forbidden
	global              // not bound to an area: reading what all may read
)

type rule struct {
	action Action
	sight  sight
	roles  []Role
}

var everyone = Roles

// policy is the whole of it, in the order of the constants.
var policy = []rule{
	{UseSession, global, everyone},
	{ReadTasks, global, everyone},
	{ReadAreas, global, everyone},
	{WriteAreas, open, []Role{Admin}},
	{ReadAccounts, scoped, []Role{Admin}},
	{WriteAccounts, scoped, []Role{Admin}},
	{ReadPlan, global, everyone},
	{WritePlan, open, []Role{Reviewer}},
	{ReadRules, global, everyone},
	{ReadCoverage, scoped, everyone},
	{EditCoverage, scoped, []Role{Clerk}},
	{SubmitCoverage, scoped, []Role{Clerk}},
	{DiscardCoverage, scoped, []Role{Clerk, Reviewer}},
	{DecideCoverage, scoped, []Role{Reviewer}},
	{CorrectCoverage, scoped, []Role{Clerk, Reviewer}},
	{ReadBrands, scoped, everyone},
	{EditBrands, scoped, []Role{Clerk}},
	{SubmitBrands, scoped, []Role{Clerk}},
	{DeleteBrands, scoped, []Role{Clerk, Reviewer}},
	{DecideBrands, scoped, []Role{Reviewer}},
	{ReopenBrands, scoped, []Role{Clerk, Reviewer}},
	{ReadReports, scoped, everyone},
	{ReadAudit, scoped, []Role{Auditor}},
}

func ruleOf(a Action) rule {
	for _, r := range policy {
		if r.action == a {
			return r
		}
	}
	panic("access: no policy for action " + string(a)) // a programming error, met by the first test
}

func (r rule) allows(role Role) bool {
	return slices.Contains(r.roles, role) || (role == operator && slices.Contains(r.roles, Admin))
}

// Permits reports whether the role may do the action anywhere at all.
func Permits(role Role, a Action) bool { return ruleOf(a).allows(role) }

// Permissions lists the actions open to the role, in the order of the constants.
func Permissions(role Role) []Action {
	var out []Action
	for _, r := range policy {
		if r.allows(role) {
			out = append(out, r.action)
		}
	}
	return out
}

// CheckRole fails with Forbidden when the role may do the action nowhere. It is asked before a
// request's body is read.
func CheckRole(who Actor, a Action) error {
	if Permits(who.Role, a) {
		return nil
	}
	return forbidden()
}

// Check fails with NotFound when the actor may not see the subject in area at, and with Forbidden
// when it may see it but not do the action.
func Check(who Actor, a Action, at area.Code) error {
	r := ruleOf(a)
	inside := who.Area.Contains(at)
	switch {
	case r.sight == scoped && !inside:
		return Unseen()
	case !r.allows(who.Role), r.sight == open && !inside:
		return forbidden()
	}
	return nil
}

// Catalogue is what CheckList asks of a transaction.
type Catalogue interface {
	Actor() Actor
	// AreaExists fails with NotFound when the catalogue does not hold the area.
	AreaExists(code area.Code) error
}

// CheckList is Check for the area that a list is narrowed to. It fails with NotFound also when there
// is no such area: an empty list would hide a mistyped code. The actor's own need not be registered.
func CheckList(tx Catalogue, a Action, at area.Code) error {
	if err := Check(tx.Actor(), a, at); err != nil || at == tx.Actor().Area {
		return err
	}
	return tx.AreaExists(at)
}

// Unseen is the refusal of what lies outside the actor's sight. Where the same request could meet
// what does not exist at all, it is refused so too: an answer must not tell them apart.
func Unseen() error {
	return fault.Missing(fault.Text{ZH: "所请求的内容", EN: "What you asked for"})
}

func forbidden() error {
	return fault.New(fault.Forbidden, "您的账号没有此项操作的权限。", "Your account may not do this.")
}
