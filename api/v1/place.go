package v1

import (
	"brandregistry/internal/fault"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// titleOf returns what a field of a request's body is called: in Chinese by its title tag, which the
// published document has too, in English by its name.
func titleOf(f reflect.StructField) fault.Text {
	name := tagName(f, "json")
	if name == "" {
		name = tagName(f, "form")
	}
	title := fault.Text{ZH: f.Tag.Get("title"), EN: strings.ReplaceAll(name, "_", " ")}
	if title.ZH == "" {
		title.ZH = name
	}
	return title
}

// placeTitles follows a JSON pointer through a type, and returns the titles of the fields that it passes,
// and what of the last one is meant when that is a list or a map.
func placeTitles(t reflect.Type, pointer string) (titles []fault.Text, part fault.Text) {
	if pointer == "" {
		return nil, part
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch t.Kind() {
		case reflect.Struct:
			fields := reflect.VisibleFields(t)
			i := slices.IndexFunc(fields, func(f reflect.StructField) bool { return tagName(f, "json") == token || tagName(f, "form") == token })
			if i < 0 {
				return titles, part
			}
			titles, part, t = append(titles, titleOf(fields[i])), fault.Text{}, fields[i].Type
		case reflect.Slice:
			n, _ := strconv.Atoi(token) // no number: the pointer is not of this type, and "" names nothing
			part, t = fault.Textf("第 %d 项", " item %d", n+1), t.Elem()
		case reflect.Map:
			part, t = fault.Textf("中的“%s”", " “%s”", token), t.Elem()
		default:
			return titles, part
		}
	}
	return titles, part
}

// placeName names a place of a body of the type: “退回原因”, 新经济组织的“在册”, “街道代码”第 2 项.
func placeName(t reflect.Type, pointer string) fault.Text {
	titles, part := placeTitles(t, pointer)
	switch n := len(titles); n {
	case 0:
		return fault.Text{ZH: "请求体", EN: "The body"}
	case 1:
		return fault.Textf("“%s”%s", "“%s”%s", titles[0], part)
	default:
		return fault.Textf("%s的“%s”%s", "%s, “%s”%s", titles[n-2], titles[n-1], part)
	}
}

// missingText asks for what is missing at a place: 请填写退回原因。
func missingText(t reflect.Type, pointer string) fault.Text {
	titles, part := placeTitles(t, pointer)
	switch n := len(titles); n {
	case 0:
		return fault.Text{ZH: "请填写。", EN: "It is required."}
	case 1:
		return fault.Textf("请填写%s%s。", "Give the %s%s.", titles[0], part)
	default:
		return fault.Textf("请填写%s的%s%s。", "Give the %[2]s%[3]s of %[1]s.", titles[n-2], titles[n-1], part)
	}
}
