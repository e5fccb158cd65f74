package main

import (
	"brandregistry/internal/access"
	"brandregistry/internal/brand"
	"brandregistry/internal/coverage"
	"fmt"
	"strings"
)

// roleTitles name the roles that act on brands and records.
var roleTitles = map[access.Role]string{access.Clerk: "填报员", access.Reviewer: "审核员"}

// who names the roles that may do an action.
func who(a access.Action) string {
	var out []string
	for _, r := range access.Roles {
		if access.Permits(r, a) {
			out = append(out, roleTitles[r])
		}
	}
	return strings.Join(out, "、")
}

// request is how an action is asked for.
func request(action, edit string) string {
	switch action {
	case string(brand.ActionEdit):
		return edit
	case string(brand.ActionDelete):
		return "DELETE"
	}
	return "POST …/" + action
}

// brandLife is the table of a brand's transitions.
func brandLife() string {
	var out strings.Builder
	out.WriteString("| 状态 | 操作 | 请求 | 之后 | 谁 | 要求 |\n|---|---|---|---|---|---|\n")
	for _, t := range brand.Transitions {
		to := "（删除）"
		if t.To != "" {
			to = state(string(t.To), t.To.Title().ZH)
		}
		needs := t.Requires.ZH
		switch t.Exists {
		case brand.With:
			needs += "（只在设有公示期时）"
		case brand.Without:
			needs += "（只在不设公示期时）"
		}
		fmt.Fprintf(&out, "| %s | %s | `%s` | %s | %s | %s |\n", state(string(t.From), t.From.Title().ZH), t.Action.Title().ZH, request(string(t.Action), "PATCH"), to, who(t.Needs), needs)
	}
	return out.String()
}

// recordLife is the table of a coverage record's transitions.
func recordLife() string {
	var out strings.Builder
	out.WriteString("| 状态 | 操作 | 请求 | 之后 | 谁 | 要求 |\n|---|---|---|---|---|---|\n")
	for _, t := range coverage.Transitions {
		to := "（删除；更正稿退回上一版）"
		if t.To != "" {
			to = state(string(t.To), t.To.Title().ZH)
		}
		if t.Action == coverage.ActionCorrect {
			to = "新一版的" + to
		}
		var needs []string
		if t.Deadline {
			needs = append(needs, "在填报时间内，或经延期")
		}
		if t.Fresh() {
			needs = append(needs, "从未提交过（更正稿除外）")
		}
		switch t.Exists {
		case coverage.Expected:
			needs = append(needs, "街道仍应报本期")
		case coverage.Unexpected:
			needs = append(needs, "街道已撤并或不再填报，不应报本期")
		}
		fmt.Fprintf(&out, "| %s | %s | `%s` | %s | %s | %s |\n", state(string(t.From), t.From.Title().ZH), t.Action.Title().ZH, request(string(t.Action), "PUT"), to, who(t.Needs), strings.Join(needs, "；"))
	}
	return out.String()
}

func state(name, title string) string { return title + " `" + name + "`" }

// brandTexts is the table of what a clerk writes of a brand.
func brandTexts() string {
	var out strings.Builder
	out.WriteString("| 字段 | 名称 | 最多 | 申报时 |\n|---|---|---|---|\n")
	for _, t := range brand.Texts {
		most, needed := fmt.Sprintf("%d 字", t.Most), "可以不填"
		switch t.Name {
		case "field":
			most = "九选一"
		case "credit_code":
			most = "18 位"
		}
		if t.Required {
			needed = "必填"
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s |\n", t.Name, t.Title.ZH, most, needed)
	}
	return out.String()
}

// tagTexts are added to the descriptions of tags.
func tagTexts() map[string]string {
	return map[string]string{
		"brands":   "每一步都记入历史（`GET /brands/{id}/history`）。表中没有的一律 409 `wrong_state`：\n\n" + brandLife(),
		"coverage": "表中没有的一律 409 `wrong_state`：\n\n" + recordLife(),
	}
}

// lifecycle is docs/lifecycle.md.
func lifecycle() []byte {
	return []byte(`# 品牌与记录的生命周期

<!-- 由 go generate ./... 写出，请勿手改：表格取自 internal/brand 与 internal/coverage。 -->

程序照着这两张表走，测试也照着走；表里没有的操作一律答 409，并说明该怎么办。每一步都有时刻、操作人、原因（退回、不予认定、撤销、复核必填，其余可以写）和一条审计事件。

## 品牌

` + brandLife() + `
- 材料（` + "`POST /brands/{id}/evidence`" + `）除不予认定、已撤销外随时可以上传；认定所依据的不能删除。
- 谁申报的，谁不能审核、认定、复核或撤销它。
- 撤并了的街道、镇、乡不能再申报；撤并前已认定的照样计数。

### 内容

` + brandTexts() + `
格式不对的（过长、代码校验位不符、电话不成号码）当即拒绝；空缺的草稿照样保存，申报时才拒绝。名称在一个区内不重复（不计全半角、大小写、空格、引号），
不予认定和已撤销的不算；名称相近的要说明区别才能申报。

### 认定

- 四级：区级、市级、省级、国家级。每次认定写明命名单位、日期，市级及以上另须文号和佐证材料，可以有有效期。认定只增不改；撤销可以一次撤一个，也可以一次全撤。换发用 ` + "`replaces`" + ` 写明所替换的认定，登记有误用 ` + "`corrects`" + ` 写明所更正的认定（它自始无效）。
- 一个品牌同一级别同一时间只有一个有效的认定，跳级的给出提醒。
- 品牌按统计日期有效的最高级别计一次：认定日期 ≤ 统计日期 ≤ 有效期，且早于撤销日期。

## “两新”组织覆盖记录

` + recordLife())
}
