package v1

import (
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"bytes"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// syntacticFault says where a body is no JSON, in lines and characters as people count them, and
// what is probably meant.
func syntacticFault(body []byte, e *jsontext.SyntacticError) error {
	at := string(e.JSONPointer)
	switch {
	case errors.Is(e, jsontext.ErrDuplicateName):
		return fault.Invalid(at, fault.Textf("字段 %q 出现了不止一次。", "The member %q appears more than once.", e.JSONPointer.LastToken()),
			fault.Text{ZH: "每个字段只写一次。", EN: "Write each member once."})
	case errors.Is(e, io.ErrUnexpectedEOF), errors.Is(e, io.EOF):
		return fault.Invalid(at, fault.Text{ZH: "JSON 不完整。", EN: "The JSON is incomplete."},
			fault.Text{ZH: "请检查括号和引号是否成对，或重新发送。", EN: "Check that brackets and quotes are closed, or send it again."})
	}
	before, rest := body, []byte(nil)
	if e.ByteOffset < int64(len(body)) {
		before, rest = body[:e.ByteOffset], body[e.ByteOffset:]
	}
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return fault.Invalid(at, fault.Textf("第 %d 行第 %d 个字符处不是有效的 JSON（UTF-8）。", "Line %d, character %d: no valid JSON in UTF-8.",
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

func semanticFault(e *json.SemanticError) error {
	at := string(e.JSONPointer)
	var own *fault.Error // of a type that reads JSON itself
	switch {
	case errors.As(e.Err, &own) && len(own.Violations) == 1:
		return fault.Invalid(at, own.Violations[0].Message, own.Violations[0].Hint)
	case errors.Is(e, json.ErrUnknownName):
		name := e.JSONPointer.LastToken()
		hint := fault.Text{ZH: "请去掉它，或对照接口文档改正字段名（区分大小写）。", EN: "Drop it, or correct its name by the documentation; case matters."}
		if near, names := namesOf(e.GoType, name); near != "" {
			hint = fault.Textf("是否应为 %q？字段名区分大小写。", "Did you mean %q? Case matters.", near)
		} else if len(names) > 0 {
			hint = fault.Textf("此处的字段：%s。", "The members here: %s.", strings.Join(names, ", "))
		}
		return fault.Invalid(at, fault.Textf("没有名为 %q 的字段。", "There is no member named %q.", name), hint)
	case errors.Is(e, errNull):
		return fault.Invalid(at, fault.Text{ZH: "不能为 null。", EN: "It cannot be null."},
			fault.Text{ZH: "请填写，或去掉这个字段。", EN: "Give a value, or drop the member."})
	}
	message, hint := wantedText(e)
	if k, i, ok := coverage.ParseFigurePointer(at); ok {
		message = fault.Textf("%s的“%s”%s", "%s, %s: %s", k.Title(), coverage.FigureTitles[i], message)
	}
	return fault.Invalid(at, message, hint)
}

// namesOf lists the members of a struct, and finds the one that is spelt like name but for case and
// underscores, or that is the figure of that name on the form.
func namesOf(t reflect.Type, name string) (near string, names []string) {
	if t == nil || t.Kind() != reflect.Struct {
		return "", nil
	}
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }
	for _, f := range reflect.VisibleFields(t) {
		known := tagName(f, "json")
		if known == "" {
			continue
		}
		i := slices.Index(coverage.FigureNames[:], known)
		if plain(known) == plain(name) || (i >= 0 && coverage.FigureTitles[i].ZH == name) {
			near = known
		}
		names = append(names, known)
	}
	return near, names
}

// wantedText says what was expected in place of a value of the wrong kind, and how to write it.
func wantedText(e *json.SemanticError) (message, hint fault.Text) {
	kind := reflect.Invalid
	if e.GoType != nil {
		t := e.GoType
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		kind = t.Kind()
	}
	given := fault.Text{}
	if n := len(e.JSONValue); 0 < n && n <= 40 {
		given = fault.Textf("，收到的是 %s", ", not %s", string(e.JSONValue))
	}
	hint = fault.Text{ZH: "请对照接口文档改正。", EN: "Correct it by the documentation."}
	switch kind {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		hint = fault.Text{ZH: "请直接写整数，如 185：不加引号，不带小数点、逗号和单位。", EN: "Write a whole number such as 185: no quotes, fraction, separator or unit."}
		switch {
		case e.JSONKind == '"':
			return fault.Text{ZH: "应为整数，不能加引号。", EN: "It must be a whole number without quotes."}, hint
		case e.JSONKind != '0':
			return fault.Text{ZH: "应为整数。", EN: "It must be a whole number."}, hint
		case strings.ContainsAny(string(e.JSONValue), ".eE"):
			return fault.Textf("应为整数，不能带小数点或指数%s。", "It must be a whole number without a fraction or an exponent%s.", given), hint
		}
		return fault.Textf("数值超出范围%s。", "The number is out of range%s.", given),
			fault.Text{ZH: "请核对是否多按了数字。", EN: "Check it for a digit too many."}
	case reflect.Float32, reflect.Float64:
		if e.JSONKind == '0' {
			return fault.Text{ZH: "数值超出范围。", EN: "The number is out of range."}, hint
		}
		return fault.Text{ZH: "应为数字。", EN: "It must be a number."}, fault.Text{ZH: "请直接写数字，如 95：不加引号，不带百分号。", EN: "Write a number such as 95, without quotes or a percent sign."}
	case reflect.String:
		return fault.Text{ZH: "应为文本。", EN: "It must be a string."}, fault.Text{ZH: "请用英文双引号括起来。", EN: "Put it in double quotes."}
	case reflect.Bool:
		return fault.Text{ZH: "应为 true 或 false。", EN: "It must be true or false."}, fault.Text{ZH: "请写 true 或 false，不加引号。", EN: "Write true or false, without quotes."}
	case reflect.Slice, reflect.Array:
		return fault.Text{ZH: "应为数组。", EN: "It must be an array."}, fault.Text{ZH: "请写成 [ … ]。", EN: "Write it like [ … ]."}
	case reflect.Struct, reflect.Map:
		return fault.Text{ZH: "应为对象。", EN: "It must be an object."}, fault.Text{ZH: "请写成 {\"字段名\": 值}。", EN: "Write it like {\"name\": value}."}
	}
	return fault.Text{ZH: "值的类型不对。", EN: "The value is of the wrong kind."}, hint
}
