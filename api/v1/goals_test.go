package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/fault"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
)

func goals(target any, percent string) string {
	t, _ := json.Marshal(target)
	return `{"brands":{"target":` + string(t) + `,"level":"city"},"coverage":{"indicator":"work_coverage","target_percent":` + percent + `}}`
}

func TestGoals(t *testing.T) {
	const path = "/goals/330109/2026"
	brands := func(target any, level string) map[string]any { return map[string]any{"target": target, "level": level} }
	apitest.Run(t, []apitest.Scenario{
		{Name: "a district's default", As: "clerk001", Path: path, Want: map[string]any{"": map[string]any{
			"area_code": "330109", "year": 2026, "inherited_from": nil, "brands": brands(20, "district"),
			"coverage": map[string]any{"indicator": "organization_coverage", "target_percent": 95}, "etag": "0", "actions": []string{},
		}}, Contains: []string{`"target_percent":95}`}},
		{Name: "a city's default", As: "clerk001", Path: "/goals/3301/2026", Want: map[string]any{"/brands": brands(nil, "district")}},
		{Name: "no such area", As: "clerk001", Path: "/goals/330199/2026", Status: 404},
		{Name: "no such year", As: "clerk001", Path: "/goals/330109/26", Status: 400},
		{Name: "a clerk", As: "clerk001", Method: "PUT", Path: path, Body: goals(20, "95"), Status: 403},
		{Name: "outside", As: "reviewer", Method: "PUT", Path: "/goals/330106/2026", Body: goals(20, "95"), Status: 403},
		{Name: "three decimals", As: "reviewer", Method: "PUT", Path: path, Body: goals(20, "95.005"), Status: 400, Code: fault.InvalidRequest, Pointers: []string{"/coverage/target_percent"},
			Contains: []string{"应为 0 到 100 之间、最多两位小数的数字。"}},
		{Name: "more than all", As: "reviewer", Method: "PUT", Path: path, Body: goals(20, "100.01"), Status: 400, Pointers: []string{"/coverage/target_percent"}},
		{Name: "as text", As: "reviewer", Method: "PUT", Path: path, Body: goals(20, `"95"`), Status: 400, Pointers: []string{"/coverage/target_percent"}},
		{Name: "null", As: "reviewer", Method: "PUT", Path: path, Body: goals(20, `null`), Status: 400, Pointers: []string{"/coverage/target_percent"}},
		{Name: "too many brands", As: "reviewer", Method: "PUT", Path: path, Body: goals(100_001, "95"), Status: 400, Pointers: []string{"/brands/target"}},
		{Name: "fewer than none", As: "reviewer", Method: "PUT", Path: path, Body: goals(-1, "95"), Status: 400, Pointers: []string{"/brands/target"}},
		{Name: "half a brand", As: "reviewer", Method: "PUT", Path: path, Body: goals(20.5, "95"), Status: 400, Pointers: []string{"/brands/target"}},
		{Name: "nothing", As: "reviewer", Method: "PUT", Path: path, Body: `{}`, Status: 400, Pointers: []string{"/brands/level", "/coverage/indicator", "/coverage/target_percent"}},
		{Name: "the city sets it", As: "cityreviewer", Method: "PUT", Path: "/goals/3301/2026", Body: goals(100, "96.5"), Status: 201, Capture: map[string]string{"city": "ETag"},
			WantHeader: map[string]string{"Location": "/api/v1/goals/3301/2026"}},
		{Name: "coverage is inherited, brands are not", As: "reviewer", Path: path, WantHeader: map[string]string{"ETag": "{city}"}, Want: map[string]any{
			"/inherited_from": "3301", "/coverage/indicator": "work_coverage", "/coverage/target_percent": 96.5, "/brands": brands(20, "district"), "/actions": []string{"edit"}}},
		{Name: "over an inherited one without a version", As: "reviewer", Method: "PUT", Path: path, Body: goals(nil, "94.99"), Status: 201, Capture: map[string]string{"own": "ETag"},
			Want: map[string]any{"/brands": brands(nil, "city"), "/coverage/target_percent": 94.99, "/inherited_from": nil}},
		{Name: "over an own one without", As: "reviewer", Method: "PUT", Path: path, Body: goals(0, "95"), Status: 428},
		{Name: "over an own one by an old version", As: "reviewer", Method: "PUT", Path: path, Header: map[string]string{"If-Match": "{city}"}, Body: goals(0, "95"), Status: 412},
		{Name: "over an own one", As: "reviewer", Method: "PUT", Path: path, Header: map[string]string{"If-Match": "{own}"}, Body: goals(0, "0.05"), Want: map[string]any{"/brands/target": 0, "/coverage/target_percent": 0.05}},
		{Name: "another year is another goal", As: "reviewer", Path: "/goals/330109/2027", Want: map[string]any{"/coverage/target_percent": 95}},
	})
}

// Every hundredth of a percent is read and written exactly, and nothing else is read.
func TestPercent(t *testing.T) {
	for n := range v1.Percent(10_001) {
		b, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		exact, _ := new(big.Rat).SetString(string(b))
		if exact == nil || exact.Cmp(big.NewRat(int64(n), 100)) != 0 || strings.HasSuffix(string(b), ".0") || strings.HasSuffix(string(b), "00") && strings.Contains(string(b), ".") {
			t.Fatalf("%d is written %s", n, b)
		}
		for _, text := range []string{string(b), exact.FloatString(2)} {
			var back v1.Percent
			if err := json.Unmarshal([]byte(text), &back); err != nil || back != n {
				t.Fatalf("%s is read as %d, %v", text, back, err)
			}
		}
	}
}

func FuzzPercent(f *testing.F) {
	for _, s := range []string{"95", "94.5", "94.99", "100", "100.00", "100.01", "-0", "1e2", "0.001", "null", `"95"`, "95.", "+1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var p v1.Percent
		if json.Unmarshal([]byte(s), &p) != nil {
			return
		}
		want, ok := new(big.Rat).SetString(strings.TrimSpace(s))
		if !ok || want.Cmp(big.NewRat(int64(p), 100)) != 0 || p < 0 || p > 10_000 {
			t.Errorf("%q is read as %d", s, p)
		}
	})
}
