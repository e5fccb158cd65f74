package v1

import (
	"brandregistry/internal/fault"
	"reflect"
	"strings"
)

// ruleText is what is said when a rule of form is broken.
type ruleText struct {
	code          string
	message, hint fault.Text
}

// measure is what min, max and their like count.
type measure int

const (
	amount measure = iota // the number itself
	letters
	items
)

func measureOf(kind reflect.Kind) measure {
	switch kind {
	case reflect.String:
		return letters
	case reflect.Slice, reflect.Array, reflect.Map:
		return items
	}
	return amount
}

// formTexts are the rules that take no parameter.
var formTexts = map[string]ruleText{
	"required":    {"required", fault.Text{ZH: "必须填写。", EN: "It is required."}, fault.Text{ZH: "请填写后重新提交。", EN: "Give a value."}},
	"area_code":   {"area_code", fault.Text{ZH: "不是有效的行政区划代码。", EN: "It is no area code."}, fault.Text{ZH: "应为 0（全国）或 2、4、6、9 位数字，如 330109001。", EN: "It is 0 (the nation) or 2, 4, 6 or 9 digits, such as 330109001."}},
	"subdistrict": {"subdistrict", fault.Text{ZH: "不是有效的街道（乡镇）代码。", EN: "It is no subdistrict code."}, fault.Text{ZH: "应为 9 位数字，如 330109001。", EN: "It is 9 digits, such as 330109001."}},
	"period":      {"period", fault.Text{ZH: "不是有效的报告期。", EN: "It is no period."}, fault.Text{ZH: "应写成 2026、2026-Q3 或 2026-M09。", EN: "Write it like 2026, 2026-Q3 or 2026-M09."}},
	"date":        {"date", fault.Text{ZH: "不是有效的日期。", EN: "It is no date."}, fault.Text{ZH: "应写成 2026-10-20，且确有这一天。", EN: "Write an existing day like 2026-10-20."}},
	"stamp":       {"stamp", fault.Text{ZH: "不是有效的时刻。", EN: "It is no instant."}, fault.Text{ZH: "应写成 2026-10-08T02:00:00Z（RFC 3339）。", EN: "Write it like 2026-10-08T02:00:00Z (RFC 3339)."}},
	"username":    {"username", fault.Text{ZH: "不是有效的用户名。", EN: "It is no username."}, fault.Text{ZH: "以小写字母开头，3 至 32 个小写字母、数字、点、下划线或连字符。", EN: "Begin with a lower-case letter; 3 to 32 lower-case letters, digits, dots, underscores or hyphens."}},
	"pointer":     {"pointer", fault.Text{ZH: "不是有效的 JSON 指针。", EN: "It is no JSON pointer."}, fault.Text{ZH: "应写成 /figures/economic/joint。", EN: "Write it like /figures/economic/joint."}},
	"uuid":        {"uuid", fault.Text{ZH: "不是有效的编号。", EN: "It is no id."}, fault.Text{ZH: "请使用系统给出的编号（小写 UUID）。", EN: "Use an id that the registry gave: a lower-case UUID."}},
	"unique":      {"repeated", fault.Text{ZH: "列表中有重复的项。", EN: "The list has repeated items."}, fault.Text{ZH: "每项只写一次。", EN: "Write each item once."}},
}

// ruleTextOf is what is said when a value of the kind breaks the rule with the parameter.
func ruleTextOf(rule, param string, kind reflect.Kind) ruleText {
	if said, ok := formTexts[rule]; ok {
		return said
	}
	m := measureOf(kind)
	switch rule {
	case "oneof":
		values := strings.ReplaceAll(param, " ", ", ")
		return ruleText{"not_allowed", fault.Text{ZH: "不是可用的值。", EN: "It is not one of the values allowed."}, fault.Textf("可用的值：%s。", "One of: %s.", values)}
	case "min", "gte":
		return limitText(m, "too_small", "不能小于 %[1]s%[2]s。", "It must be at least %[1]s%[2]s.", param)
	case "gt":
		return limitText(m, "too_small", "必须大于 %[1]s%[2]s。", "It must be more than %[1]s%[2]s.", param)
	case "max", "lte":
		return limitText(m, "too_large", "不能大于 %[1]s%[2]s。", "It must be at most %[1]s%[2]s.", param)
	case "lt":
		return limitText(m, "too_large", "必须小于 %[1]s%[2]s。", "It must be less than %[1]s%[2]s.", param)
	case "len":
		return limitText(m, "wrong_length", "应为 %[1]s%[2]s。", "It must be %[1]s%[2]s.", param)
	}
	return ruleText{"invalid", fault.Text{ZH: "值不符合要求。", EN: "The value is not acceptable."}, fault.Text{ZH: "请对照接口文档改正。", EN: "Correct it by the documentation."}}
}

func limitText(m measure, code, zh, en, param string) ruleText {
	unit, hint := fault.Text{}, fault.Text{ZH: "请改正数值。", EN: "Correct the number."}
	switch m {
	case letters:
		unit, hint = fault.Text{ZH: " 个字", EN: " characters"}, fault.Text{ZH: "请增减文字。", EN: "Change the text's length."}
	case items:
		unit, hint = fault.Text{ZH: " 项", EN: " items"}, fault.Text{ZH: "请增减列表中的项。", EN: "Change the number of items."}
	}
	if m != amount {
		zh = strings.NewReplacer("不能小于", "不能少于", "不能大于", "不能超过").Replace(zh)
	}
	return ruleText{code, fault.Textf(zh, en, param, unit), hint}
}
