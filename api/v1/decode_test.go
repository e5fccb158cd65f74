package v1

import (
	"brandregistry/internal/fault"
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	stdjson "encoding/json"
)

type sampleItem struct {
	Code  string `json:"code" validate:"required,area_code"`
	Joint *int64 `json:"joint" title:"联合组建" validate:"omitempty,min=0,max=10000000"`
}

type sampleInput struct {
	Name     string            `json:"name" validate:"required,max=5"`
	Count    int               `json:"count,omitzero" validate:"max=7"`
	Share    float64           `json:"share,omitzero"`
	Done     bool              `json:"done,omitzero"`
	Until    *string           `json:"until,omitzero" validate:"omitempty,date"`
	At       *string           `json:"at,omitzero" validate:"omitempty,stamp"`
	Period   *string           `json:"period,omitzero" validate:"omitempty,period"`
	Username *string           `json:"username,omitzero" validate:"omitempty,username"`
	Areas    []string          `json:"areas,omitzero" validate:"max=2,unique,dive,subdistrict"`
	Etags    map[string]string `json:"etags,omitzero" validate:"dive,keys,area_code,endkeys,required"`
	Items    []sampleItem      `json:"items,omitzero" validate:"dive"`
	Pointers []string          `json:"pointers,omitzero" validate:"dive,pointer"`
	Level    string            `json:"level,omitzero" validate:"omitempty,oneof=city district"`
}

func decodeSample(body string) error {
	var in sampleInput
	return (&api{validator: newValidator()}).decodeBody([]byte(body), &in)
}

func TestDecodeRefuses(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) }
	for _, c := range []struct{ name, body, pointer, text string }{
		{"unknown member", `{"name":"甲","nam":1}`, "/nam", `没有名为 "nam" 的字段`},
		{"member of another case", `{"Name":"甲"}`, "/Name", `没有名为 "Name" 的字段`},
		{"unknown member within", `{"name":"甲","items":[{"code":"33","x":1}]}`, "/items/0/x", "没有名为"},
		{"duplicate member", `{"name":"甲","name":"甲"}`, "/name", "不止一次"},
		{"duplicate member by escapes", `{"name":"甲","n\u0061me":"甲"}`, "/name", "不止一次"},
		{"trailing value", `{"name":"甲"}{}`, "", "不是有效的 JSON"},
		{"trailing text", `{"name":"甲"} x`, "", "不是有效的 JSON"},
		{"incomplete", `{"name":"甲"`, "", "不完整"},
		{"escaped NUL", `{"name":"a\u0000b"}`, "/name", "NUL"},
		{"escaped NUL in a key", `{"name":"甲","etags":{"33\u0000":"1"}}`, "/etags/33\x00", "NUL"},
		{"bare NUL", "{\"name\":\"a\x00b\"}", "/name", "不是有效的 JSON"},
		{"invalid UTF-8", "{\"name\":\"\xff\"}", "/name", "不是有效的 JSON"},
		{"lone surrogate", `{"name":"\ud800"}`, "/name", "不是有效的 JSON"},
		{"byte order mark", "\ufeff{\"name\":\"甲\"}", "", "不是有效的 JSON"},
		{"comment", `{"name":"甲"/**/}`, "", "不是有效的 JSON"},
		{"fraction", `{"name":"甲","count":1.0}`, "/count", "小数点或指数"},
		{"exponent", `{"name":"甲","count":1e2}`, "/count", "小数点或指数"},
		{"2^63", `{"name":"甲","items":[{"code":"33","joint":9223372036854775808}]}`, "/items/0/joint", "超出范围"},
		{"1e400", `{"name":"甲","share":1e400}`, "/share", "超出范围"},
		{"number as text", `{"name":"甲","count":"1"}`, "/count", "整数"},
		{"text as number", `{"name":1}`, "/name", "文本"},
		{"text as boolean", `{"name":"甲","done":"true"}`, "/done", "true 或 false"},
		{"object as list", `{"name":"甲","areas":{}}`, "/areas", "数组"},
		{"list as object", `[]`, "", "对象"},
		{"null", `null`, "", "null"},
		{"null for what is required", `{"name":null}`, "/name", "请填写name"},
		{"null as list", `{"name":"甲","areas":null}`, "/areas", "null"},
		{"null in a list", `{"name":"甲","areas":[null]}`, "/areas/0", "null"},
		{"100,000 nested lists", deep(100_000), "", "对象"},
		{"100,000 nested lists in a member", `{"name":"甲","areas":` + deep(100_000), "", ""},
		{"100,000 nested lists in an unknown member", `{"x":` + deep(100_000), "", ""},
		{"missing", `{}`, "/name", "请填写name"},
		{"empty", `{"name":""}`, "/name", "请填写name"},
		{"too long, in letters", `{"name":"一二三四五六"}`, "/name", "5 个字"},
		{"too large", `{"name":"甲","count":8}`, "/count", "不能大于 7"},
		{"no such day", `{"name":"甲","until":"2026-02-30"}`, "/until", "日期"},
		{"no instant", `{"name":"甲","at":"2026-02-03"}`, "/at", "时刻"},
		{"no period", `{"name":"甲","period":"2026-Q5"}`, "/period", "报告期"},
		{"no username", `{"name":"甲","username":"A"}`, "/username", "用户名"},
		{"no subdistrict", `{"name":"甲","areas":["330109001","330109"]}`, "/areas/1", "街道"},
		{"repeated", `{"name":"甲","areas":["330109001","330109001"]}`, "/areas", "重复"},
		{"too many", `{"name":"甲","areas":["330109001","330109002","330109003"]}`, "/areas", "2 项"},
		{"key of a map", `{"name":"甲","etags":{"a/b":"1"}}`, "/etags/a~1b", "行政区划代码"},
		{"key with a dot", `{"name":"甲","etags":{"a.b":"1"}}`, "/etags/a.b", "行政区划代码"},
		{"key with brackets", `{"name":"甲","etags":{"a[0].b]":"1"}}`, "/etags/a[0].b]", "行政区划代码"},
		{"item of a list", `{"name":"甲","items":[{"code":"33"},{"code":"x"}]}`, "/items/1/code", "行政区划代码"},
		{"negative", `{"name":"甲","items":[{"code":"33","joint":-1}]}`, "/items/0/joint", "不能小于 0"},
		{"no pointer", `{"name":"甲","pointers":["figures"]}`, "/pointers/0", "指针"},
		{"none of the values", `{"name":"甲","level":"town"}`, "/level", "可用的值"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := decodeSample(c.body)
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != fault.InvalidRequest || len(f.Violations) == 0 {
				t.Fatalf("%v, want violations", err)
			}
			v := f.Violations[0]
			if c.text != "" && v.Pointer != c.pointer {
				t.Errorf("pointer %q, want %q", v.Pointer, c.pointer)
			}
			if said := v.Message.ZH + v.Hint.ZH; !strings.Contains(said, c.text) {
				t.Errorf("said %q, want %q", said, c.text)
			}
			if v.Message.EN == "" || v.Hint.ZH == "" || v.Hint.EN == "" || v.Code == "" {
				t.Errorf("incomplete: %+v", v)
			}
		})
	}
}

func TestDecodeHints(t *testing.T) {
	for body, want := range map[string]string{
		`{"Name":"甲"}`:                 `"name"`,
		`{"name":"甲","user_name":""}`:  `"username"`,
		`{"items":[{"联合组建":1}]}`:       `"joint"`,
		`{"items":[{"standalone":1}]}`: "此处的字段：code, joint",
		"\ufeff{\"name\":\"甲\"}":       "BOM",
		"{\"name\":\"\xbc\xd7\"}":      "UTF-8",
		`{"name":"甲"，"count":1}`:       "“，”是全角",
		`{"name":“甲”}`:                 "““”是全角",
		`{"count":１}`:                  "“１”是全角",
		`{'name':"甲"}`:                 "双引号",
		`{"name":"甲", "count":1, }`:    "多了一个逗号",
		`{"areas":["330109001",]}`:     "多了一个逗号",
		`{"count": ,"name":"甲"}`:       "没有值",
		`{"count":012}`:                "不加 0",
		`{"count":1,234,"name":"甲"}`:   "千位逗号",
		`{"count":1 "name":"甲"}`:       "少了一个逗号",
		`{"name":"甲"} x`:               "多余内容",
	} {
		var f *fault.Error
		if err := decodeSample(body); !errors.As(err, &f) || !strings.Contains(f.Violations[0].Hint.ZH, want) {
			t.Errorf("%s: %v, want the hint %s", body, f.Violations, want)
		}
	}
}

// A refusal says at once where, in the form's own words for a figure, and what was given.
func TestDecodeSaysWhere(t *testing.T) {
	for body, want := range map[string]string{
		`{"figures":{"economic":{"joint":"185"}}}`:          `请求格式有误：新经济组织的“联合组建”填的是“185”，请只填数字。`,
		`{"figures":{"social":{"weak":1.5}}}`:               `请求格式有误：新社会组织的“软弱涣散”填的是“1.5”，请只填整数。`,
		`{"figures":{"economic":[]}}`:                       `请求格式有误：填报数字的“新经济组织”应为对象。`,
		"{\n  \"figures\": {\"social\": {\"joint\": 1, }}}": `请求格式有误：第 2 行第 36 个字符处不是有效的 JSON（UTF-8）。`,
	} {
		var in CoverageInput
		var f *fault.Error
		if err := (&api{validator: newValidator()}).decodeBody([]byte(body), &in); !errors.As(err, &f) || f.Detail.ZH != want {
			t.Errorf("%s: %v, want %s", body, f.Detail, want)
		}
	}
	var f *fault.Error
	if err := decodeSample(`{"name":"","count":9}`); !errors.As(err, &f) || f.Detail.ZH != "请求有 2 处格式有误，见 violations。首先：请填写name。" {
		t.Errorf("%v", f.Detail)
	}
}

func TestDecodeTakes(t *testing.T) {
	for _, body := range []string{
		`{"name":"甲"}`,
		" {\"name\":\"\\u7532\",\n\"count\":-0} ",
		`{"name":"\\\\u00"}`,
		`{"name":"甲","until":null,"items":[{"code":"33","joint":null}],"etags":{"33":"1"},"areas":[],"pointers":["","/a~1b"]}`,
		`{"name":"甲","at":"2026-10-08T02:00:00.000001+08:00","share":1e2,"level":"city"}`,
	} {
		if err := decodeSample(body); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// Several places are all named.
func TestDecodeNamesEveryPlace(t *testing.T) {
	var f *fault.Error
	if err := decodeSample(`{"name":"","count":9,"until":"x"}`); !errors.As(err, &f) || len(f.Violations) != 3 {
		t.Errorf("%v, want three violations", err)
	}
}

// What decode takes, encoding/json takes too, it is UTF-8 without NUL, and a refusal names a cause.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"name":"甲"}`, `{"name":"a\u0000"}`, `{"name":"甲","items":[{"code":"33","joint":1}]}`, `{"name":"甲","name":""}`, "\xff", `{"name":"\ud800"}`, `{"etags":{"a.b[0]":""},"name":"x"}`} {
		f.Add([]byte(seed))
	}
	a := &api{validator: newValidator()}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in sampleInput
		err := a.decodeBody(body, &in)
		if err != nil {
			var e *fault.Error
			if !errors.As(err, &e) || e.Code != fault.InvalidRequest || len(e.Violations) == 0 {
				t.Fatalf("%v is no refusal of form", err)
			}
			return
		}
		var plain map[string]any
		if err := stdjson.Unmarshal(body, &plain); err != nil {
			t.Errorf("taken, but: %v", err)
		}
		if !utf8.Valid(body) || strings.ContainsRune(in.Name, 0) || bytes.ContainsRune(body, 0) || in.Name == "" {
			t.Errorf("taken: %q", body)
		}
	})
}

// Which number is meant is said only where it is plain.
func TestOnlyThePlainNumberIsProposed(t *testing.T) {
	for given, want := range map[string]string{
		"124家": "124", "约 124 家": "124", "“124”": "124", "+5": "5", "１，２３４人": "1234", "③": "3", "007": "7", "第3": "3",
		"−3": "", "–3": "", "-3": "", "负3": "", "1万": "", "12万家": "", "3千": "", "30多家": "", "20余": "", "9成": "", "95点": "", "3‰": "",
		"12O": "", "l2": "", "1k": "", "3个半": "", "3-5": "", "95%": "", "1.0": "", "1,23": "", "三": "",
	} {
		if got := digitsOf(given); got != want {
			t.Errorf("%s: %q, want %q", given, got, want)
		}
	}
}
