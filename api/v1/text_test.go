package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/brand"
	"brandregistry/internal/coverage"
	"brandregistry/internal/text"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// refused is what a problem says of each place.
func refusedPlaces(t *testing.T, r apitest.Response) map[string]v1.Violation {
	t.Helper()
	var p v1.Problem
	r.Decode(&p)
	out := map[string]v1.Violation{}
	for _, v := range p.Violations {
		out[v.Pointer] = v
	}
	return out
}

// What a clerk has mistyped is named all at once, in the words of the form, with the mend.
func TestSeveralMalformedFiguresAreAllNamed(t *testing.T) {
	s := apitest.New(t)
	body := `{"figures":{"economic":{"registered":"124家","excluded":"6","standalone":35.5,"joint":" １,２３４ 家","unmet":true,"members":1e3,"weak":"","在册":1,"rectified":3},
		"social":{"registered":"三十","standalone":9223372036854775808,"joint":{"a":1},"joint":4,"work_covered":"约30个","instructors":"-3"}},"note":"x"}`
	r := s.Do(t, apitest.Request{Method: "PUT", Path: recordPath, As: "clerk001", Body: body})
	found := refusedPlaces(t, r)
	want := map[string][2]string{
		"/figures/economic/registered": {"新经济组织的“在册”填的是“124家”，请只填数字。", "应写成整数 124："},
		"/figures/economic/excluded":   {"新经济组织的“剔除”填的是“6”，请只填数字。", "应写成整数 6：不加引号"},
		"/figures/economic/standalone": {"新经济组织的“单独组建”填的是“35.5”，请只填整数。", "请写整数"},
		"/figures/economic/joint":      {"新经济组织的“联合组建”填的是“ １,２３４ 家”，请只填数字。", "应写成整数 1234："},
		"/figures/economic/unmet":      {"新经济组织的“应建未建”应为整数。", "请写整数"},
		"/figures/economic/members":    {"新经济组织的“正式党员数”填的是“1e3”，请只填整数。", "请写整数"},
		"/figures/economic/weak":       {"新经济组织的“软弱涣散”填的是空文本，请只填数字。", "写 null"},
		"/figures/economic/在册":         {`填报数字的“新经济组织”里：没有名为 "在册" 的字段。`, `"registered"`},
		"/figures/social/registered":   {"新社会组织的“在册”填的是“三十”，请只填数字。", "请写整数"},
		"/figures/social/standalone":   {"新社会组织的“单独组建”填的是“9223372036854775808”，超出范围。", "多按了数字"},
		"/figures/social/joint":        {`填报数字的“新社会组织”里：字段 "joint" 出现了不止一次。`, "每个字段只写一次"},
		"/figures/social/work_covered": {"新社会组织的“工作覆盖”填的是“约30个”，请只填数字。", "应写成整数 30："},
		"/figures/social/instructors":  {"新社会组织的“党建指导员”填的是“-3”，请只填数字。", "请写整数"},
		"/note":                        {`没有名为 "note" 的字段。`, "此处的字段：figures。"},
	}
	if r.Status != 400 || len(found) != len(want) {
		t.Errorf("%d, %d places, want %d: %s", r.Status, len(found), len(want), r.Body)
	}
	for at, w := range want {
		if v := found[at]; v.Message != w[0] || !strings.Contains(v.Hint, w[1]) {
			t.Errorf("%s: %q %q, want %q %q", at, v.Message, v.Hint, w[0], w[1])
		}
	}
	if detail, _ := r.At("/detail"); !strings.HasPrefix(detail.(string), "请求有 15 处格式有误") {
		t.Errorf("%v", detail)
	}
}

// What is missing is named beside what is malformed, and nothing is named twice.
func TestMissingFieldsAreNamedInWords(t *testing.T) {
	s := apitest.New(t)
	bring(t, s, "submitted")
	for _, tt := range []struct {
		as, method, path, body string
		header                 map[string]string
		want                   map[string]string
	}{
		{"reviewer", "POST", recordPath + "/return", `{}`, map[string]string{"If-Match": "*"}, map[string]string{"/reason": "请填写退回原因。"}},
		{"reviewer", "POST", recordPath + "/return", `{"reason":null}`, map[string]string{"If-Match": "*"}, map[string]string{"/reason": "请填写退回原因。"}},
		{"reviewer", "POST", recordPath + "/return", `{"reason":7,"until":null,"pointers":["/figures/economic/total",3]}`, map[string]string{"If-Match": "*"},
			map[string]string{"/reason": "“退回原因”应为文本。", "/pointers/0": "“有疑问的数字”第 1 项不是某一项数字的位置。", "/pointers/1": "“有疑问的数字”第 2 项应为文本。"}},
		{"reviewer", "PUT", "/goals/330109/2026", `{"coverage":{"target_percent":"95%"}}`, nil, map[string]string{"/brands/level": "请填写品牌目标的级别。", "/coverage/indicator": "请填写覆盖目标的指标。",
			"/coverage/target_percent": "覆盖目标的“目标值”应为 0 到 100 之间、最多两位小数的数字。"}},
		{"admin", "POST", "/accounts", `{"username":"A","display_name":null}`, nil, map[string]string{"/username": "“用户名”不是有效的用户名。", "/display_name": "请填写显示名称。", "/role": "请填写角色。", "/area_code": "请填写所属区划。"}},
		{"clerk001", "PUT", recordPath, `{}`, map[string]string{"If-Match": "*"}, map[string]string{"/figures": "请填写填报数字。"}},
		{"clerk001", "POST", "/brands", `{"name":["红"]}`, nil, map[string]string{"/area_code": "请填写申报单位。", "/name": "“品牌名称”应为文本。"}},
	} {
		r := s.Do(t, apitest.Request{Method: tt.method, Path: tt.path, As: tt.as, Header: tt.header, Body: tt.body})
		found := refusedPlaces(t, r)
		if r.Status != 400 || len(found) != len(tt.want) {
			t.Errorf("%s %s: %d %s", tt.path, tt.body, r.Status, r.Body)
		}
		for at, message := range tt.want {
			if found[at].Message != message {
				t.Errorf("%s %s is told %q, want %q", tt.path, at, found[at].Message, message)
			}
		}
	}
	r := s.Do(t, apitest.Request{Method: "POST", Path: recordPath + "/return", As: "reviewer", Header: map[string]string{"If-Match": "*", "Accept-Language": "en"}, Body: `{"until":"soon"}`})
	if found := refusedPlaces(t, r); found["/reason"].Message != "Give the reason." || found["/until"].Message != "“until”: It is no date." {
		t.Errorf("%s", r.Body)
	}
}

// The titles of fields, which the document publishes, are those of the nouns.
func TestTitlesAreTheNouns(t *testing.T) {
	titles := func(v any) []string {
		var out []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
			out = append(out, f.Tag.Get("title"))
		}
		return out
	}
	var figures, texts []string
	for _, f := range coverage.FigureTitles {
		figures = append(figures, f.ZH)
	}
	for _, b := range brand.Texts {
		texts = append(texts, b.Title.ZH)
	}
	if got := titles(v1.FiguresInput{}); !slices.Equal(got, figures) {
		t.Errorf("figures are titled %q, want %q", got, figures)
	}
	if got := titles(v1.BrandContent{}); !slices.Equal(got, texts) {
		t.Errorf("a brand's texts are titled %q, want %q", got, texts)
	}
	for _, k := range coverage.Kinds {
		for _, name := range coverage.FigureNames {
			if !text.Rules["figure_pointer"].Holds("/figures/" + string(k) + "/" + name) {
				t.Errorf("%s %s is no place of a figure", k, name)
			}
		}
	}
	if text.Rules["figure_pointer"].Holds("/figures/economic/covered") {
		t.Error("what is computed is a place of a figure")
	}
}

// Text of which nothing can be seen, or that says nothing, is none: as a reason, a note, a name.
func TestInvisibleTextIsNoReason(t *testing.T) {
	s := apitest.New(t)
	s.Run(t, []apitest.Scenario{
		{As: "clerk001", Method: "POST", Path: "/brands", Body: `{"area_code":"330109001","name":"红色引擎"}`, Status: 201, Capture: map[string]string{"brand": "/id"}},
		{As: "clerk001", Method: "PUT", Path: recordPath, Body: economicWith(t, map[string]any{"instructors": 0}), Status: 201},
	})
	anyMatch := map[string]string{"If-Match": "*"}
	submit := func(given string) int {
		return s.Do(t, apitest.Request{Method: "POST", Path: recordPath + "/submit", As: "clerk001", Header: anyMatch, Body: map[string]any{"explanations": map[string]string{"economic.instructors_missing": given}}}).Status
	}
	kinds := []string{"\u200b", "\ufeff\u2060", "\u00ad", "\u3164", "\u2800", "\u202a\u2066\u202e", "\ufe0f", "\U000e0041\U000e0042", "\u0301\u0302", "\u0001", ".", "。", "…——", " \u3000"}
	for _, given := range append(kinds, "属实", "2026", "属\u200b实。", "\u3164\u3164\u3164\u3164") {
		if status := submit(given); status != 422 {
			t.Errorf("%q explains: %d", given, status)
		}
	}
	if status := submit("由工会\u200b覆盖"); status != 200 {
		t.Fatalf("an explanation is refused: %d", status)
	}
	if v, _ := s.Do(t, apitest.Request{Method: "GET", Path: recordPath, As: "clerk001"}).At("/violations/0/explanation"); v != "由工会覆盖" {
		t.Errorf("it is kept as %q", v)
	}
	for _, given := range kinds {
		for _, q := range []apitest.Request{
			{Method: "POST", Path: recordPath + "/return", As: "reviewer", Header: anyMatch, Body: map[string]any{"reason": given}},
			{Method: "PUT", Path: "/periods/2026-Q3/extensions/330109001", As: "reviewer", Body: map[string]any{"reason": given, "until": "2026-12-31"}},
			{Method: "POST", Path: "/accounts", As: "admin", Body: map[string]any{"username": "somebody", "display_name": given, "role": "reader", "area_code": "330109"}},
			{Method: "PATCH", Path: "/accounts/" + apitest.AccountID("reader"), As: "admin", Header: anyMatch, Body: map[string]any{"display_name": given}},
			{Method: "POST", Path: "/accounts/" + apitest.AccountID("reader") + "/tokens", As: "admin", Body: map[string]any{"name": given, "expires_at": "2027-01-01T00:00:00Z"}},
			{Method: "PUT", Path: "/areas/330109004", As: "admin", Body: map[string]any{"name": given}},
		} {
			if r := s.Do(t, q); r.Status != 400 && r.Status != 422 {
				t.Errorf("%s %s with %q: %d", q.Method, q.Path, given, r.Status)
			}
		}
		r := s.Do(t, apitest.Request{Method: "PATCH", Path: "/brands/{brand}", As: "clerk001", Header: anyMatch, Body: map[string]any{"slogan": given, "contact_name": given}})
		var b v1.Brand
		if r.Status == 200 {
			r.Decode(&b)
		}
		if b.Slogan != nil || b.ContactName != nil || r.Status != 200 && r.Status != 422 {
			t.Errorf("a brand's texts %q: %s", given, r.Body)
		}
	}
}

// Who signs a record is named in words, by a telephone number as it is kept of brands.
func TestSignOffIsText(t *testing.T) {
	s := apitest.New(t)
	bring(t, s, "draft")
	submit := func(by string) apitest.Response {
		return s.Do(t, apitest.Request{Method: "POST", Path: recordPath + "/submit", As: "clerk001", Header: map[string]string{"If-Match": "*"}, Body: by})
	}
	r := submit(`{"prepared_by":"——","signed_by":"甲\n乙","phone":"办公室"}`)
	if found := refusedPlaces(t, r); r.Status != 422 || len(found) != 3 || found["/prepared_by"].Code != "text_words" || found["/signed_by"].Code != "text_characters" || found["/phone"].Message != "“联系电话”填的是“办公室”，不是电话号码。" {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	r = submit(`{"prepared_by":"\u200b","signed_by":"\ufeff 乙 ","phone":"（０５７１）　８２３４－５６７８"}`)
	var c v1.CoverageRecord
	r.Decode(&c)
	if r.Status != 200 || c.PreparedBy != nil || *c.SignedBy != "乙" || *c.Phone != "(0571) 8234-5678" {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if r := s.Do(t, apitest.Request{Method: "POST", Path: recordPath + "/withdraw", As: "clerk001", Header: map[string]string{"If-Match": "*"}}); r.Status != 200 {
		t.Fatalf("%s", r.Body)
	}
	if r := submit(`{"phone":" "}`); r.Status != 200 || strings.Contains(string(r.Body), "8234") {
		t.Errorf("a blank phone keeps the number: %s", r.Body)
	}
}
