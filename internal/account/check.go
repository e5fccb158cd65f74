package account

import (
	"brandregistry/internal/access"
	"brandregistry/internal/fault"
	"brandregistry/internal/text"
	"slices"
	"unicode/utf8"
)

// MaxLabel is the longest display name or token name in characters.
const MaxLabel = 64

func checkUsername(s string) []fault.Violation {
	if text.Rules["username"].Holds(s) {
		return nil
	}
	return []fault.Violation{fault.Mistake("username", "/username",
		fault.Textf("用户名“%s”不合要求。", "The username %q is not of the right form.", s),
		fault.Text{ZH: "请用小写字母开头，由小写字母、数字、点、下划线或连字符组成，3 至 32 个字符。", EN: "Begin with a small letter; use small letters, digits, dots, underscores and hyphens; 3 to 32 characters."})}
}

func checkLabel(pointer, s string) []fault.Violation {
	n := utf8.RuneCountInString(s)
	if n <= MaxLabel && !text.DamagedLine(s) && text.HasWords(s) {
		return nil
	}
	return []fault.Violation{fault.Mistake("name", pointer,
		fault.Textf("名称须为 1 至 %d 个字，至少有一个文字或数字，不含换行等不可见字符（现有 %d 个字）。", "A name has 1 to %d characters, all of them visible, and at least one letter or digit (this one has %d).", MaxLabel, n),
		fault.Text{ZH: "请重新填写名称。", EN: "Give another name."})}
}

func checkRole(r access.Role) []fault.Violation {
	if slices.Contains(access.Roles, r) {
		return nil
	}
	return []fault.Violation{fault.Mistake("role", "/role",
		fault.Textf("没有“%s”这种角色。", "There is no role %q.", r),
		fault.Text{ZH: "请填写 clerk（填报员）、reviewer（审核员）、reader（查阅员）、auditor（审计员）或 admin（管理员）。", EN: "Give clerk, reviewer, reader, auditor or admin."})}
}
