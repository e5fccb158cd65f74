package v1

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/text"
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
	"required": {"required", fault.Text{ZH: "必须填写。", EN: "It is required."}, fault.Text{ZH: "请填写后重新提交。", EN: "Give a value."}},
	"unique":   {"repeated", fault.Text{ZH: "列表中有重复的项。", EN: "The list has repeated items."}, fault.Text{ZH: "每项只写一次。", EN: "Write each item once."}},
}

// ruleTextOf is what is said when a value of the kind breaks the rule with the parameter.
func ruleTextOf(rule, param string, kind reflect.Kind) ruleText {
	if broken, ok := formTexts[rule]; ok {
		return broken
	}
	if r, ok := text.Rules[rule]; ok {
		return ruleText{rule, r.Message, r.Hint}
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
