package v1

import (
	"brandregistry/internal/fault"
	"bytes"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"
)

// syntacticViolation says where a body is no JSON, in lines and characters as people count them, and
// what is probably meant.
func syntacticViolation(body []byte, at string, e *jsontext.SyntacticError) fault.Violation {
	if errors.Is(e, io.ErrUnexpectedEOF) || errors.Is(e, io.EOF) {
		return violation(at, string(fault.InvalidRequest), fault.Text{ZH: "JSON 不完整。", EN: "The JSON is incomplete."},
			fault.Text{ZH: "请检查括号和引号是否成对，或重新发送。", EN: "Check that brackets and quotes are closed, or send it again."})
	}
	before, rest := body, []byte(nil)
	if e.ByteOffset < int64(len(body)) {
		before, rest = body[:e.ByteOffset], body[e.ByteOffset:]
	}
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return violation(at, string(fault.InvalidRequest), fault.Textf("第 %d 行第 %d 个字符处不是有效的 JSON（UTF-8）。", "Line %d, character %d: no valid JSON in UTF-8.",
		bytes.Count(before, []byte("\n"))+1, utf8.RuneCount(line)+1), syntaxHint(bytes.TrimRight(before, " \t\r\n"), rest))
}

// syntaxHint says how to mend JSON that is right before rest and wrong where rest begins.
func syntaxHint(before, rest []byte) fault.Text {
	c, size := utf8.DecodeRune(rest)
	after := func(ends string) bool { return len(before) > 0 && strings.IndexByte(ends, before[len(before)-1]) >= 0 }
	followed := func(begins string) bool {
		next := bytes.TrimLeft(rest[size:], " \t\r\n")
		return len(next) > 0 && strings.IndexByte(begins, next[0]) >= 0
	}
	switch {
	case c == '\ufeff':
		return fault.Text{ZH: "请去掉开头的 BOM 标记，另存为不带 BOM 的 UTF-8。", EN: "Drop the byte order mark."}
	case c == utf8.RuneError && size == 1:
		return fault.Text{ZH: "请改用 UTF-8 编码发送（不是 GBK）。", EN: "Send it in UTF-8, not in another encoding."}
	case unicode.In(c, fullWidth):
		return fault.Textf("“%[1]c”是全角或中文的符号，请改用半角的英文符号。", "Write the plain ASCII character in place of “%[1]c”.", c)
	case c == '\'':
		return fault.Text{ZH: "字段名和文本请用英文双引号。", EN: "Put names and texts in double quotes."}
	case c == ',' && followed("}]"):
		return fault.Text{ZH: "最后一项之后多了一个逗号，请去掉。", EN: "Drop the comma after the last item."}
	case (c == ',' || c == '}') && after(":"):
		return fault.Text{ZH: "冒号之后没有值，请填写；还没有数字的写 null。", EN: "Give a value after the colon; null where there is none yet."}
	case '0' <= c && c <= '9' && after(",0"):
		return fault.Text{ZH: "数字前面不加 0，中间不加千位逗号。", EN: "Write a number without leading zeros and without separators."}
	case c == '"' && after("}]\"0123456789el"):
		return fault.Text{ZH: "前一项之后可能少了一个逗号。", EN: "A comma may be missing after the item before."}
	}
	return fault.Text{ZH: "请检查标点、引号、编码，以及 JSON 之后有无多余内容。", EN: "Check punctuation, quotes, encoding, and that nothing follows the JSON."}
}

// fullWidth are the characters of a Chinese keyboard that look like those of JSON.
var fullWidth = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x2018, Hi: 0x201d, Stride: 1}, {Lo: 0x3000, Hi: 0x3011, Stride: 1}, {Lo: 0xff01, Hi: 0xff5e, Stride: 1}}}

// unknownText says that a struct has no member of the name, and which may be meant.
func unknownText(t reflect.Type, name string) (message, hint fault.Text) {
	hint = fault.Text{ZH: "请去掉它，或对照接口文档改正字段名（区分大小写）。", EN: "Drop it, or correct its name by the documentation; case matters."}
	if near, names := namesOf(t, name); near != "" {
		hint = fault.Textf("是否应为 %q？字段名区分大小写。", "Did you mean %q? Case matters.", near)
	} else if len(names) > 0 {
		hint = fault.Textf("此处的字段：%s。", "The members here: %s.", strings.Join(names, ", "))
	}
	return fault.Textf("没有名为 %q 的字段。", "There is no member named %q.", name), hint
}

// namesOf lists the members of a struct, and finds the one that is spelt like name but for case and
// underscores, or that has that title on the form.
func namesOf(t reflect.Type, name string) (near string, names []string) {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	for _, f := range reflect.VisibleFields(t) {
		member := tagName(f, "json")
		if member == "" {
			continue
		}
		if plain(member) == plain(name) || f.Tag.Get("title") == name {
			near = member
		}
		names = append(names, member)
	}
	return near, names
}

// collectionTexts say what a list or an object is, and how to write it.
var collectionTexts = map[reflect.Kind]struct{ what, hint fault.Text }{
	reflect.Slice:  {fault.Text{ZH: "数组", EN: "an array"}, fault.Text{ZH: "请写成 [ … ]。", EN: "Write it like [ … ]."}},
	reflect.Struct: {fault.Text{ZH: "对象", EN: "an object"}, fault.Text{ZH: "请写成 {\"字段名\": 值}。", EN: "Write it like {\"name\": value}."}},
	reflect.Map:    {fault.Text{ZH: "对象", EN: "an object"}, fault.Text{ZH: "请写成 {\"字段名\": 值}。", EN: "Write it like {\"name\": value}."}},
}

// wantedText says what was expected of a place in place of a value of the wrong kind, and how to write it.
func wantedText(want reflect.Kind, raw jsontext.Value, name fault.Text) (message, hint fault.Text) {
	switch want {
	case reflect.String:
		return fault.Textf("%s应为文本。", "%s must be a string.", name), fault.Text{ZH: "请用英文双引号括起来。", EN: "Put it in double quotes."}
	case reflect.Bool:
		return fault.Textf("%s应为 true 或 false。", "%s must be true or false.", name), fault.Text{ZH: "请写 true 或 false，不加引号。", EN: "Write true or false, without quotes."}
	case reflect.Float32, reflect.Float64:
		if raw.Kind() == '0' {
			return fault.Textf("%s超出范围。", "%s is out of range.", name), checkDigits
		}
		return fault.Textf("%s应为数字。", "%s must be a number.", name), fault.Text{ZH: "请直接写数字，如 95：不加引号，不带百分号。", EN: "Write a number such as 95, without quotes or a percent sign."}
	}
	return integerText(raw, name)
}

var checkDigits = fault.Text{ZH: "请核对是否多按了数字。", EN: "Check it for a digit too many."}

// integerText says why a value is no whole number, and how to write what is probably meant.
func integerText(raw jsontext.Value, name fault.Text) (message, hint fault.Text) {
	hint = fault.Text{ZH: "请写整数，如 185：不加引号，不带小数点或指数、逗号和单位。", EN: "Write a whole number such as 185: no quotes, fraction, exponent, separator or unit."}
	switch raw.Kind() {
	case '"':
		given, err := jsontext.AppendUnquote(nil, raw)
		if err != nil || len(bytes.TrimSpace(given)) == 0 {
			return fault.Textf("%s填的是空文本，请只填数字。", "%s is empty: give digits only.", name), fault.Text{ZH: "还没有数字的，写 null 或不写。", EN: "Write null, or drop the member, where there is no figure yet."}
		}
		if meant := digitsOf(string(given)); meant != "" {
			hint = fault.Textf("应写成整数 %s：不加引号，不带单位、逗号和空格。", "Write the whole number %s: no quotes, unit, separator or space.", meant)
		}
		return fault.Textf("%s填的是“%s”，请只填数字。", "%s is “%s”: give digits only.", name, shorten(string(given))), hint
	case '0':
		if strings.ContainsAny(string(raw), ".eE") {
			return fault.Textf("%s填的是“%s”，请只填整数。", "%s is “%s”: give a whole number.", name, shorten(string(raw))), hint
		}
		return fault.Textf("%s填的是“%s”，超出范围。", "%s is “%s”, which is out of range.", name, shorten(string(raw))), checkDigits
	}
	return fault.Textf("%s应为整数。", "%s must be a whole number.", name), hint
}

// figureText is a whole number as people write it: perhaps grouped, perhaps with a unit. A sign, a letter
// that may stand for a digit, and a word that makes it another number leave open what is meant.
var figureText = regexp.MustCompile(`^[^\d.A-Za-z\p{Pd}−负]*(\d{1,9}|\d{1,3}(,\d{3}){1,2})[^\d.%‰A-Za-z万萬亿億千仟百佰十拾多余餘几幾半分成点點折]*$`)

// digitsOf returns the whole number that a text of digits and a unit means; "" when that is not plain.
func digitsOf(s string) string {
	m := figureText.FindStringSubmatch(norm.NFKC.String(s))
	if m == nil {
		return ""
	}
	digits := strings.TrimLeft(strings.ReplaceAll(m[1], ",", ""), "0")
	if digits == "" {
		return "0"
	}
	return digits
}

// shorten cuts what was given to what a message can hold.
func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
