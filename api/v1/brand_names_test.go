package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/fault"
	"brandregistry/internal/store"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestClerkIsNotToldOthersUndecidedNames: of another place's brand that is submitted a clerk learns that there
// is one, of its draft nothing, and of what is public the name. The district is told all names.
func TestClerkIsNotToldOthersUndecidedNames(t *testing.T) {
	const told, untold = "名称“红色引擎站”与本区已有的“红色引擎”相近。", "名称“红色引擎站”与本区其他单位正在申报的品牌相近。"
	s := apitest.New(t, withBrandPolicy)
	see := func(name, as, want string) {
		t.Helper()
		for _, path := range []string{"/brands/{near}", "/brands?q=红色引擎站"} {
			at := "/violations"
			if strings.Contains(path, "?") {
				at = "/items/0/violations"
			}
			c := apitest.Scenario{Name: name + " to " + as, As: as, Path: path, Want: map[string]any{at: []any{}}}
			if want != "" {
				c.Want = map[string]any{at + "/length": 1.0, at + "/0/key": "name.name_similar", at + "/0/message": want}
			}
			s.Run(t, []apitest.Scenario{c})
		}
	}
	refused := func(want string) apitest.Scenario {
		return apitest.Scenario{Name: "submit unexplained", As: "clerk002", Method: "POST", Path: "/brands/{near}/submit", Header: match("nearv"), Status: 422, Code: fault.RuleViolation, Want: map[string]any{"/violations/0/message": want}}
	}
	s.Run(t, []apitest.Scenario{declared("red", "clerk001", "330109001", "红色引擎"), declared("near", "clerk002", "330109002", "红色引擎站")})
	see("a draft", "clerk002", "")
	see("a draft", "reviewer", told)
	submitted := stepped("near", "clerk002", "submit", `{"explanations":{"name.name_similar":"分属不同社区"}}`)
	edit := apitest.Scenario{Name: "edit", As: "clerk002", Method: "PATCH", Path: "/brands/{near}", Header: match("nearv"), Body: `{"slogan":"到站即到家"}`, Want: map[string]any{"/violations/0/message": untold}, Capture: map[string]string{"nearv": "ETag"}}
	s.Run(t, []apitest.Scenario{stepped("red", "clerk001", "submit", ""), edit, refused(untold)})
	see("what is submitted", "clerk002", untold)
	see("what is submitted", "reviewer", told)
	other := declared("third", "clerk002", "330109002", "红色引擎")
	other.Status, other.Code, other.Capture = 409, fault.AlreadyExists, nil
	other.Want = map[string]any{"/violations/0/message": "本区其他单位已有名称相同的品牌（不计全半角、大小写、空格和引号）。"}
	s.Run(t, []apitest.Scenario{other, submitted})
	s.Run(t, []apitest.Scenario{
		{Name: "whoever looks, the explanation has one key", As: "reviewer", Path: "/brands/{near}", Want: map[string]any{"/violations/0/message": told, "/violations/0/explanation": "分属不同社区"}},
		{Name: "withdraw", As: "clerk002", Method: "POST", Path: "/brands/{near}/withdraw", Header: match("nearv"), Capture: map[string]string{"nearv": "ETag"}, Want: map[string]any{"/violations/0/message": untold, "/violations/0/explanation": "分属不同社区"}},
		stepped("red", "reviewer", "publicize", `{"ends_on":"2026-10-13"}`),
	})
	see("what is public", "clerk002", told)
	s.Run(t, []apitest.Scenario{stepped("red", "reviewer", "reject", `{"reason":"不符合条件"}`)})
	see("what was rejected", "clerk002", "")
	s.Run(t, []apitest.Scenario{stepped("red", "clerk001", "reopen", ""), stepped("red", "clerk001", "submit", `{"explanations":{"name.name_similar":"分属不同社区"}}`)})
	see("what was reopened and submitted", "clerk002", untold)
}

// TestSearchFindsWhatNamesAreCompared: a brand is found by its name however either is written.
func TestSearchFindsWhatNamesAreCompared(t *testing.T) {
	s := apitest.New(t)
	for i, tt := range []struct {
		name    string
		foundBy []string
	}{
		{"绿❤\ufe0f叶服务队", []string{"绿叶", "绿❤叶", "绿❤\ufe0f叶", "绿 叶", "绿\u200b叶", "绿\u3164叶", "“绿”叶服务队"}},
		{"红\u02bc旗Ｖ\u2160班", []string{"红旗vi班", "红旗", "ＶI", "红'旗", "旗\u02bcv"}},
		{"1\ufe0f\u20e3号 党员「先锋」岗", []string{"1号", "①号", "号党员先锋岗", "党员先锋", "『先锋』", "１号党员"}},
		{"CAFÉ学习角", []string{"cafe\u0301学习", "ｃａｆé", "Café学习角"}},
	} {
		s.Run(t, []apitest.Scenario{declared(fmt.Sprint("b", i), "clerk001", "330109001", tt.name)})
		for _, q := range append(tt.foundBy, tt.name) {
			s.Run(t, []apitest.Scenario{{Name: tt.name + " by " + q, As: "clerk001", Path: "/brands?q=" + url.QueryEscape(q), Want: map[string]any{"/items/length": 1.0, "/items/0/name": tt.name}}})
		}
	}
	for _, taken := range []string{"绿❤叶服务队", "绿❤\ufe0e叶“服务队”", "红旗vi班", "红´旗 Ⅵ班"} {
		c := declared("x", "clerk001", "330109001", taken)
		c.Status, c.Capture, c.Code = 409, nil, fault.AlreadyExists
		s.Run(t, []apitest.Scenario{c})
	}
	s.Run(t, []apitest.Scenario{
		{As: "provinceadmin", Path: "/areas/330109002", Capture: map[string]string{"v": "ETag"}},
		{As: "admin", Method: "PUT", Path: "/areas/330109002", Header: match("v"), Body: `{"name":"Ｂ Zone（北干）街道","reports":true}`},
	})
	for q, code := range map[string]string{" 城厢 ": "330109001", "　城 厢": "330109001", "３３０１０９００１": "330109001", "“城厢”街道": "330109001", "b zone": "330109002", "ｚＯＮＥ北干": "330109002", "(北干)": "330109002", "（北干）": "330109002", "北\u200b干": "330109002"} {
		s.Run(t, []apitest.Scenario{{Name: "areas by " + q, As: "clerk001", Path: "/areas?count=true&q=" + url.QueryEscape(q), Want: map[string]any{"/items/0/code": code, "/total": 1}}})
	}
}

// noteStatements notes what is asked of the database.
func noteStatements(asked *[]string) func(*v1.Config, *store.Options) {
	var mu sync.Mutex
	return func(_ *v1.Config, o *store.Options) {
		o.Trace = func(query string, _ []any) {
			mu.Lock()
			defer mu.Unlock()
			*asked = append(*asked, query)
		}
	}
}

// TestNamesAreNotReadAll: what a page, a brand and a write ask of the database is the same however many brands
// the district has.
func TestNamesAreNotReadAll(t *testing.T) {
	var asked []string
	s := apitest.New(t, noteStatements(&asked))
	number := 0
	post := func() apitest.Scenario {
		number++
		return declared("id", "clerk001", "330109001", fmt.Sprintf("先锋品牌%04d", number))
	}
	count := func(c apitest.Scenario) (n int) {
		for range 2 { // the first warms the caches
			asked = nil
			s.Run(t, []apitest.Scenario{c})
			n = len(slices.DeleteFunc(asked, func(q string) bool { return strings.Contains(q, "FROM areas") }))
		}
		return n
	}
	measure := func() (out [4]int) {
		s.Run(t, []apitest.Scenario{post()})
		out[0] = count(apitest.Scenario{As: "clerk001", Path: "/brands?limit=15"})
		out[1] = count(apitest.Scenario{As: "clerk001", Path: "/brands/{id}"})
		asked = nil
		s.Run(t, []apitest.Scenario{post()})
		out[2] = len(asked)
		asked = nil
		s.Run(t, []apitest.Scenario{{As: "clerk001", Method: "PATCH", Path: "/brands/{id}", Header: match("idv"), Body: fmt.Sprintf(`{"name":"先锋品牌甲%03d"}`, number)}})
		out[3] = len(asked)
		return out
	}
	measure()
	few := measure()
	for range 60 {
		s.Run(t, []apitest.Scenario{post()})
	}
	if many := measure(); many != few {
		t.Errorf("a page, a brand, a POST and a PATCH ask %v statements of a few brands, and %v of many", few, many)
	}
	if most := [4]int{8, 9, 34, 29}; slices.ContainsFunc([]int{0, 1, 2, 3}, func(i int) bool { return few[i] > most[i] }) {
		t.Errorf("a page, a brand, a POST and a PATCH ask %v statements, at most %v", few, most)
	}
}
