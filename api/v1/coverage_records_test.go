package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/text"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	recordPath = "/coverage-records/2026-Q3/330109001"
	recordBody = `{"figures":{"economic":` + goodKind + `,"social":` + goodKind + `}}`
	goodKind   = `{"registered":200,"excluded":10,"standalone":60,"joint":40,"joint_eligible":20,"unmet":0,"work_covered":30,"members":400,` +
		`"party_organizations":70,"standardized":50,"weak":5,"rectified":3,"instructors":12}`
)

// kindWith returns good figures of a kind with some changed.
func kindWith(t testing.TB, changed map[string]any) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(goodKind), &out); err != nil {
		t.Fatal(err)
	}
	maps.Copy(out, changed)
	return out
}

func economicWith(t testing.TB, changed map[string]any) map[string]any {
	return map[string]any{"figures": map[string]any{"economic": kindWith(t, changed), "social": kindWith(t, nil)}}
}

func match(name string) map[string]string { return map[string]string{"If-Match": "{" + name + "}"} }

func TestCoverageRecordLife(t *testing.T) {
	v := map[string]string{"v": "ETag"}
	apitest.Run(t, []apitest.Scenario{
		{Name: "none yet", As: "clerk001", Path: recordPath, Status: 404, Code: fault.NotFound, Contains: []string{"2026年第三季度还没有 330109001 的填报记录"}},
		{Name: "create", As: "clerk001", Method: "PUT", Path: recordPath, Body: `{"figures":{"economic":{"registered":100,"members":-4}}}`, Status: 201, Capture: v,
			WantHeader: map[string]string{"Location": "/api/v1" + recordPath, "ETag": "*"},
			Want: map[string]any{
				"/area": map[string]any{"code": "330109001", "name": "城厢街道"}, "/period": "2026-Q3", "/revision": 1, "/state": "draft", "/official_revision": nil,
				"/figures/economic/registered": 100, "/figures/economic/members": -4, "/figures/economic/joint": nil, "/figures/social/joint": nil,
				"/previous": nil, "/violations/length": 25.0, "/violations/0/code": "figure_required", "/violations/0/pointer": "/figures/economic/excluded",
				"/return_reason": nil, "/return_pointers": []string{}, "/due_on": "2026-10-11", "/closes_on": "2026-12-31", "/late": false, "/overdue": false, "/locked": false,
				"/submitted_at": nil, "/submitted_by": nil, "/decided_at": nil, "/decided_by": nil, "/prepared_by": nil, "/actions": []string{"edit", "submit", "discard"},
			}},
		{Name: "again without a version", As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Status: 428, Code: fault.PreconditionRequired},
		{Name: "only if there is none", As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Header: map[string]string{"If-None-Match": "*"}, Status: 412, Code: fault.Stale},
		{Name: "another version", As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Header: map[string]string{"If-Match": `"1"`}, Status: 412, Code: fault.Stale},
		{Name: "nothing new", As: "clerk001", Method: "PUT", Path: recordPath, Body: `{"figures":{"economic":{"registered":100,"members":-4,"joint":null},"social":{}}}`, Header: match("v"), WantHeader: map[string]string{"ETag": "{v}"}},
		{Name: "submit an incomplete one", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("v"), Status: 422, Code: fault.RuleViolation,
			Rules: []string{"figure_required", "figure_range"}, Pointers: []string{"/figures/economic/members", "/figures/social/instructors"}},
		{Name: "fill in", As: "clerk001", Method: "PUT", Path: recordPath, Body: economicWith(t, map[string]any{"instructors": 0}), Header: match("v"), Capture: v,
			Want: map[string]any{"/violations/length": 1.0, "/violations/0/key": "economic.instructors_missing", "/violations/0/severity": "warning", "/violations/0/explanation": nil}},
		{Name: "submit without the explanation", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("v"), Status: 422, Rules: []string{"instructors_missing"}, Code: fault.RuleViolation,
			Contains: []string{"新经济组织：工作覆盖 30 家，但党建指导员是 0 名。"}},
		{Name: "submit with a blank one", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("v"), Body: `{"explanations":{"economic.instructors_missing":"  "}}`, Status: 422, Code: fault.RuleViolation},
		{Name: "submit with a long one", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("v"), Body: map[string]any{"explanations": map[string]any{"economic.instructors_missing": strings.Repeat("长", 501)}}, Status: 400, Code: fault.InvalidRequest},
		{Name: "submit", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("v"), Capture: v,
			Body: map[string]any{"explanations": map[string]any{"economic.instructors_missing": " " + strings.Repeat("工", 498) + " ", "economic.unmet_plan": "不相干"}, "prepared_by": "填报人甲", "signed_by": "审签人乙", "phone": "0571-00000000"},
			Want: map[string]any{"/state": "submitted", "/violations/0/explanation": strings.Repeat("工", 498), "/prepared_by": "填报人甲", "/signed_by": "审签人乙", "/phone": "0571-00000000",
				"/submitted_by": map[string]any{"id": apitest.AccountID("clerk001"), "display_name": "城厢街道填报员"}, "/actions": []string{"withdraw"}}},
		{Name: "edit what is submitted", As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Header: match("v"), Status: 409, Code: fault.WrongState, Contains: []string{"记录目前是“已提交，待审核”，不能修改。如需修改，请先撤回。"}},
		{Name: "withdraw", As: "clerk001", Method: "POST", Path: recordPath + "/withdraw", Header: match("v"), Body: "{}", Capture: v, Want: map[string]any{"/state": "draft", "/submitted_at": nil, "/submitted_by": nil, "/prepared_by": "填报人甲"}},
		{Name: "submit again", As: "districtclerk", Method: "POST", Path: recordPath + "/submit", Header: match("v"), Capture: v, Want: map[string]any{"/state": "submitted", "/prepared_by": "填报人甲"}},
		{Name: "what the reviewer may do", As: "reviewer", Path: recordPath, Want: map[string]any{"/actions": []string{"return", "approve"}}, WantHeader: map[string]string{"ETag": "{v}"}},
		{Name: "return without a reason", As: "reviewer", Method: "POST", Path: recordPath + "/return", Header: match("v"), Body: `{"reason":"  "}`, Status: 400, Pointers: []string{"/reason"}, Code: fault.InvalidRequest},
		{Name: "return pointing nowhere", As: "reviewer", Method: "POST", Path: recordPath + "/return", Header: match("v"), Body: `{"reason":"请核对","pointers":["/figures/economic/joint","/figures/economic/total"]}`, Status: 400, Pointers: []string{"/pointers/1"}, Code: fault.InvalidRequest},
		{Name: "return until a day past", As: "reviewer", Method: "POST", Path: recordPath + "/return", Header: match("v"), Body: `{"reason":"请核对","until":"2026-10-07"}`, Status: 422, Pointers: []string{"/until"}, Rules: []string{"until_past"}, Code: fault.RuleViolation},
		{Name: "return", As: "reviewer", Method: "POST", Path: recordPath + "/return", Header: match("v"), Body: `{"reason":" 请核对指导员 ","pointers":["/figures/economic/instructors"]}`, Capture: v,
			Want: map[string]any{"/state": "returned", "/return_reason": "请核对指导员", "/return_pointers": []string{"/figures/economic/instructors"}, "/decided_by/id": apitest.AccountID("reviewer"), "/actions": []string{}}},
		{Name: "edit while returned", As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Header: match("v"), Capture: v, Want: map[string]any{"/state": "returned", "/return_reason": "请核对指导员", "/violations": []string{}, "/actions": []string{"edit", "submit"}}},
		{Name: "submit after the return", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("v"), Capture: v, Want: map[string]any{"/state": "submitted", "/return_reason": nil, "/return_pointers": []string{}, "/decided_at": nil}},
		{Name: "approve", As: "reviewer", Method: "POST", Path: recordPath + "/approve", Header: match("v"), Capture: v, Want: map[string]any{"/state": "approved", "/official_revision": 1, "/actions": []string{"correct"}}},
		{Name: "the report has it", As: "reviewer", Path: "/reports/coverage?period=2026-Q3", Want: map[string]any{"/reported": 1, "/totals/all/registered": 400}},
		{Name: "discard what is approved", As: "clerk001", Method: "POST", Path: recordPath + "/discard", Header: match("v"), Status: 409, Code: fault.WrongState},
		{Name: "correct", As: "clerk001", Method: "POST", Path: recordPath + "/correct", Header: match("v"), Body: `{"reason":"漏报一家"}`, Capture: v,
			Want: map[string]any{"/revision": 2, "/state": "draft", "/official_revision": 1, "/figures/economic/registered": 200, "/prepared_by": nil, "/actions": []string{"edit", "submit", "discard"}}},
		{Name: "give it up", As: "clerk001", Method: "POST", Path: recordPath + "/discard", Header: match("v"), Status: 204, WantHeader: map[string]string{"Content-Type": ""}},
		{Name: "back at the approved one", As: "reviewer", Path: recordPath, Capture: v, Want: map[string]any{"/revision": 1, "/state": "approved"}},
		{Name: "the reviewer corrects", As: "reviewer", Method: "POST", Path: recordPath + "/correct", Header: match("v"), Body: `{"reason":"数字有误","until":"2027-01-05"}`, Capture: v, Want: map[string]any{"/revision": 2, "/closes_on": "2027-01-05", "/actions": []string{}}},
		{Name: "the clerk mends", As: "clerk001", Method: "PUT", Path: recordPath, Body: economicWith(t, map[string]any{"registered": 210}), Header: match("v"), Capture: v},
		{Name: "and submits", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("v"), Capture: v},
		{Name: "and it is approved", As: "cityreviewer", Method: "POST", Path: recordPath + "/approve", Header: match("v"), Capture: v, Want: map[string]any{"/official_revision": 2}},
		{Name: "revisions", As: "reader", Path: recordPath + "/revisions?limit=1&count=true", Capture: map[string]string{"next": "/next_cursor"}, Want: map[string]any{"/items/length": 1.0, "/items/0/revision": 2, "/items/0/official_until": nil, "/total": 2}},
		{Name: "more revisions", As: "reader", Path: recordPath + "/revisions?limit=1&count=true&cursor={next}", Want: map[string]any{"/items/0/revision": 1, "/items/0/explanations": map[string]any{}, "/next_cursor": nil}},
		{Name: "a revision", As: "reader", Path: recordPath + "/revisions/1", Want: map[string]any{"/revision": 1, "/figures/economic/registered": 200, "/prepared_by": "填报人甲"}},
		{Name: "no such revision", As: "reader", Path: recordPath + "/revisions/3", Status: 404, Code: fault.NotFound, Contains: []string{"2026年第三季度 330109001 的第 3 版不存在"}},
		{Name: "no revision", As: "reader", Path: recordPath + "/revisions/0", Status: 400, Code: fault.InvalidRequest},
		{Name: "diff", As: "reader", Path: recordPath + "/diff", Want: map[string]any{
			"/from": 1, "/to": 2, "/changes": []any{map[string]any{"pointer": "/figures/economic/registered", "title": "新经济组织：在册", "before": "200", "after": "210"}},
			"/rates/0":      map[string]any{"kind": "economic", "indicator": "organization_coverage", "before": map[string]any{"numerator": 100, "denominator": 190, "percent": 52.63}, "after": map[string]any{"numerator": 100, "denominator": 200, "percent": 50}, "points": -2.63},
			"/rates/length": 3.0,
		}},
		{Name: "diff backwards", As: "reader", Path: recordPath + "/diff?from=2&to=1", Want: map[string]any{"/changes/0/before": "210", "/changes/0/after": "200"}},
		{Name: "diff with none", As: "reader", Path: recordPath + "/diff?from=1&to=7", Status: 404},
		{Name: "history", As: "reader", Path: recordPath + "/history?limit=3&count=true", Header: map[string]string{"Accept-Language": "en"}, Capture: map[string]string{"next": "/next_cursor"}, Want: map[string]any{
			"/total": 15, "/items/length": 3.0, "/items/0/action": "coverage.approve", "/items/0/actor/id": apitest.AccountID("cityreviewer"), "/items/0/revision": 2,
			"/items/0/changes": []any{map[string]any{"pointer": "/state", "title": "state", "before": "submitted", "after": "approved"}},
			"/items/2/changes": []any{map[string]any{"pointer": "/figures/economic/registered", "title": "New economic organizations: registered", "before": "200", "after": "210"}},
		}},
		{Name: "earlier history", As: "reader", Path: recordPath + "/history?limit=3&count=true&cursor={next}", Want: map[string]any{"/items/0/action": "coverage.correct", "/items/0/reason": "数字有误", "/items/1/action": "coverage.discard"}},
		{Name: "the next period shows it", As: "clerk001", Method: "PUT", Path: "/coverage-records/2026-Q4/330109001", Body: recordBody, Status: 201,
			Want: map[string]any{"/previous/period": "2026-Q3", "/previous/figures/economic/registered": 210, "/actions": []string{"edit", "discard"}}},
	})
}

// TestCoverageRecordTransitions tries every action in every state as everybody.
func TestCoverageRecordTransitions(t *testing.T) {
	legal := map[string]map[string]int{
		"draft":     {"edit": 200, "submit": 200, "discard": 204},
		"submitted": {"withdraw": 200, "return": 200, "approve": 200},
		"returned":  {"edit": 200, "submit": 200},
		"approved":  {"correct": 200},
	}
	decides := []string{"return", "approve"}
	for _, state := range []string{"draft", "submitted", "returned", "approved"} {
		for _, action := range []string{"edit", "submit", "withdraw", "discard", "return", "approve", "correct"} {
			t.Run(state+" "+action, func(t *testing.T) {
				s := apitest.New(t)
				bring(t, s, state)
				before := s.Do(t, apitest.Request{Method: "GET", Path: recordPath, As: "reader"}).Body
				for _, who := range []string{"", "clerk002", "clerk106", "reviewer106", "reader", "auditor", "admin", "clerk001", "reviewer"} {
					want := 403
					may := who == "clerk001" && !slices.Contains(decides, action) || who == "reviewer" && (slices.Contains(decides, action) || action == "correct")
					switch {
					case who == "":
						want = 401
					case strings.HasPrefix(who, "clerk") && slices.Contains(decides, action), who == "reviewer106" && !slices.Contains(decides, action) && action != "correct" && action != "discard":
					case strings.HasSuffix(who, "106"), who == "clerk002":
						want = 404
					case who == "reviewer" && action == "discard" && state == "draft":
						want = 404 // the clerk has done it
					case may && legal[state][action] == 0:
						want = 409
					case may && who == "reviewer" && action == "correct" && legal[state][action] != 0:
						continue // the clerk has done it
					case may:
						want = legal[state][action]
					}
					if want >= 400 && want != 409 { // refused before the version is looked at
						if r := act(t, s, who, action, `"1"`); r.Status != want {
							t.Errorf("%s: %d, want %d: %s", who, r.Status, want, r.Body)
						}
						continue
					}
					if after := s.Do(t, apitest.Request{Method: "GET", Path: recordPath, As: "reader"}).Body; string(after) != string(before) {
						t.Errorf("before %s a refused action changed the record: %s", who, after)
					}
					if r := act(t, s, who, action, ""); r.Status != 428 {
						t.Errorf("%s without If-Match: %d", who, r.Status)
					}
					if r := act(t, s, who, action, `"1"`); r.Status != 412 {
						t.Errorf("%s with an old version: %d", who, r.Status)
					}
					if r := act(t, s, who, action, "*"); r.Status != want {
						t.Errorf("%s: %d, want %d: %s", who, r.Status, want, r.Body)
					}
				}
			})
		}
	}
}

func act(t testing.TB, s *apitest.Server, who, action, version string) apitest.Response {
	t.Helper()
	q := apitest.Request{Method: "POST", Path: recordPath + "/" + action, As: who, Header: map[string]string{}}
	if version != "" {
		q.Header["If-Match"] = version
	}
	switch action {
	case "edit":
		q.Method, q.Path, q.Body = "PUT", recordPath, economicWith(t, map[string]any{"members": 410})
	case "return", "correct":
		q.Body = `{"reason":"请核对"}`
	}
	return s.Do(t, q)
}

// bring makes a record of a state.
func bring(t testing.TB, s *apitest.Server, state string) {
	t.Helper()
	steps := map[string][]string{"draft": nil, "submitted": {"submit"}, "returned": {"submit", "return"}, "approved": {"submit", "approve"}}
	if r := s.Do(t, apitest.Request{Method: "PUT", Path: recordPath, As: "clerk001", Body: recordBody}); r.Status != 201 {
		t.Fatalf("create: %s", r.Body)
	}
	for _, action := range steps[state] {
		who := "reviewer"
		if action == "submit" {
			who = "clerk001"
		}
		if r := act(t, s, who, action, "*"); r.Status != 200 {
			t.Fatalf("%s: %s", action, r.Body)
		}
	}
}

// TestCoverageRecordDeadlines walks a record past its days.
func TestCoverageRecordDeadlines(t *testing.T) {
	day := 24 * time.Hour
	apitest.Run(t, []apitest.Scenario{
		{Name: "a period to come", As: "clerk001", Method: "PUT", Path: "/coverage-records/2027-Q1/330109001", Body: recordBody, Status: 422, Code: fault.RuleViolation, Pointers: []string{"period"}, Rules: []string{"period_not_begun"}},
		{Name: "not a subdistrict", As: "districtclerk", Method: "PUT", Path: "/coverage-records/2026-Q3/330109", Body: recordBody, Status: 422, Pointers: []string{"area"}, Rules: []string{"area_not_expected"}, Code: fault.RuleViolation},
		{Name: "draft in the running period", As: "clerk001", Method: "PUT", Path: "/coverage-records/2026-Q4/330109001", Body: recordBody, Status: 201, Capture: map[string]string{"q4": "ETag"}},
		{Name: "submit too soon", As: "clerk001", Method: "POST", Path: "/coverage-records/2026-Q4/330109001/submit", Header: match("q4"), Status: 409, Code: fault.PeriodClosed, Contains: []string{"2026年第四季度尚未开始填报：2027-01-01 起可以提交，现在可以先保存草稿。"}},
		{Name: "draft", As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Status: 201, Capture: map[string]string{"v": "ETag"}},
		{Name: "overdue", Advance: 4 * day, As: "clerk001", Path: recordPath, Want: map[string]any{"/overdue": true, "/late": false, "/locked": false}},
		{Name: "submitted late", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("v"), Capture: map[string]string{"v": "ETag"}, Want: map[string]any{"/overdue": false, "/late": true}},
		{Name: "withdrawn after the closing", Advance: 90 * day, As: "clerk001", Method: "POST", Path: recordPath + "/withdraw", Header: match("v"), Capture: map[string]string{"v": "ETag"}, Want: map[string]any{"/locked": true, "/late": true, "/overdue": true, "/actions": []string{"edit"}}},
		{Name: "a draft is still kept", As: "clerk001", Method: "PUT", Path: recordPath, Body: economicWith(t, map[string]any{"members": 420}), Header: match("v"), Capture: map[string]string{"v": "ETag"}},
		{Name: "submit after the closing", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("v"), Status: 409, Code: fault.PeriodClosed, Contains: []string{"2026年第三季度的填报已于 2026-12-31 截止。"}},
		{Name: "an extension", As: "reviewer", Method: "PUT", Path: "/periods/2026-Q3/extensions/330109", Body: `{"until":"2027-01-20","reason":"补报"}`, Status: 201, Capture: map[string]string{"x": "ETag"}},
		{Name: "lets it be submitted", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("v"), Capture: map[string]string{"v": "ETag"}, Want: map[string]any{"/closes_on": "2027-01-20", "/locked": false}},
		{Name: "approved after the closing", As: "reviewer", Method: "POST", Path: recordPath + "/approve", Header: match("v"), Capture: map[string]string{"v": "ETag"}},
		{Name: "what is official is not overdue while it is corrected", As: "reviewer", Method: "POST", Path: recordPath + "/correct", Header: match("v"), Body: `{"reason":"数字有误"}`, Capture: map[string]string{"v": "ETag"}, Want: map[string]any{"/state": "draft", "/overdue": false, "/late": true}},
		{Name: "nor in the report", As: "reader", Path: "/reports/submissions?period=2026-Q3", Want: map[string]any{"/rows/0/submitted": 1, "/rows/0/approved": 1, "/rows/0/overdue": false}},
		{Name: "the correction is discarded", As: "clerk001", Method: "POST", Path: recordPath + "/discard", Header: match("v"), Status: 204},
		{Name: "official as before", As: "clerk001", Path: recordPath, Capture: map[string]string{"v": "ETag"}, Want: map[string]any{"/state": "approved", "/overdue": false}},
		{Name: "the extension ends", As: "reviewer", Method: "DELETE", Path: "/periods/2026-Q3/extensions/330109", Header: match("x"), Status: 204},
		{Name: "correct after the closing", As: "reviewer", Method: "POST", Path: recordPath + "/correct", Header: match("v"), Body: `{"reason":"数字有误"}`, Status: 409, Code: fault.PeriodClosed},
	})
}

func TestCoverageRecordBodies(t *testing.T) {
	put := func(name, body string, status int, pointers ...string) apitest.Scenario {
		s := apitest.Scenario{Name: name, As: "clerk001", Method: "PUT", Path: recordPath, Body: body, Status: status, Pointers: pointers}
		if status == 400 {
			s.Code = fault.InvalidRequest
		}
		return s
	}
	apitest.Run(t, []apitest.Scenario{
		put("nothing", `{}`, 400, "/figures"),
		put("null", `{"figures":null}`, 400, "/figures"),
		put("a fraction", `{"figures":{"economic":{"joint":1.0}}}`, 400, "/figures/economic/joint"),
		put("an exponent", `{"figures":{"economic":{"joint":1e3}}}`, 400, "/figures/economic/joint"),
		put("a text", `{"figures":{"economic":{"joint":"12"}}}`, 400, "/figures/economic/joint"),
		put("past 64 bits", `{"figures":{"economic":{"joint":9223372036854775808}}}`, 400, "/figures/economic/joint"),
		put("a third kind", `{"figures":{"other":{}}}`, 400, "/figures/other"),
		put("another case", `{"figures":{"economic":{"Joint":1}}}`, 400, "/figures/economic/Joint"),
		put("twice", `{"figures":{"economic":{"joint":1,"joint":2}}}`, 400, "/figures/economic/joint"),
		put("a derived figure", `{"figures":{"economic":{"operating":1}}}`, 400, "/figures/economic/operating"),
		put("the largest integer", `{"figures":{"economic":{"joint":9223372036854775807,"weak":-9223372036854775808}}}`, 201),
		{Name: "is kept and reported", As: "clerk001", Path: recordPath, Contains: []string{`"joint":9223372036854775807`, `"weak":-9223372036854775808`, `“联合组建”填的是 9223372036854775807，应当是 0 至 10000000 的整数。`}},
	})
}

func TestCoverageRecordList(t *testing.T) {
	s := apitest.New(t)
	bring(t, s, "submitted")
	var scenarios []apitest.Scenario
	for i, path := range []string{"2026-Q3/330109002", "2026-Q4/330109001", "2026-Q2/330109100"} {
		scenarios = append(scenarios, apitest.Scenario{Name: path, As: "districtclerk", Method: "PUT", Path: "/coverage-records/" + path, Body: recordBody, Status: 201, Advance: time.Duration(i) * time.Second})
	}
	s.Run(t, append(scenarios, []apitest.Scenario{
		{Name: "all", As: "reviewer", Path: "/coverage-records?count=true", Want: map[string]any{"/items/length": 4.0, "/total": 4, "/next_cursor": nil, "/items/0/area/code": "330109001", "/items/0/period": "2026-Q3"}},
		{Name: "of an area", As: "reviewer", Path: "/coverage-records?area=330109002", Want: map[string]any{"/items/length": 1.0}},
		{Name: "of a period", As: "reviewer", Path: "/coverage-records?period=2026-Q3", Want: map[string]any{"/items/length": 2.0}},
		{Name: "to decide", As: "reviewer", Path: "/coverage-records?state=submitted", Want: map[string]any{"/items/length": 1.0, "/items/0/actions": []string{"return", "approve"}}},
		{Name: "last changed", As: "reviewer", Path: "/coverage-records?sort=-updated_at&limit=1", Want: map[string]any{"/items/0/area/code": "330109100"}, Capture: map[string]string{"next": "/next_cursor"}},
		{Name: "before it", As: "reviewer", Path: "/coverage-records?sort=-updated_at&limit=1&cursor={next}", Want: map[string]any{"/items/0/period": "2026-Q4"}},
		{Name: "another list's cursor", As: "reviewer", Path: "/coverage-records?sort=area&cursor={next}", Status: 400, Pointers: []string{"cursor"}, Code: fault.InvalidRequest},
		{Name: "a clerk's own", As: "clerk001", Path: "/coverage-records?sort=-period", Want: map[string]any{"/items/length": 2.0, "/items/0/period": "2026-Q4"}},
		{Name: "out of sight", As: "clerk001", Path: "/coverage-records?area=330109", Status: 404, Code: fault.NotFound},
		{Name: "no such state", As: "clerk001", Path: "/coverage-records?state=done", Status: 400, Pointers: []string{"state"}, Code: fault.InvalidRequest},
		{Name: "a year", As: "clerk001", Path: "/coverage-records?period=2026", Status: 400, Pointers: []string{"period"}, Code: fault.InvalidRequest},
	}...))
}

func TestCoverageBulkApproval(t *testing.T) {
	s := apitest.New(t)
	bring(t, s, "submitted")
	const path = "/coverage-records/approve"
	s.Run(t, []apitest.Scenario{
		{Name: "a clerk", As: "clerk001", Method: "POST", Path: path, Body: "not JSON", Status: 403, Code: fault.Forbidden},
		{Name: "nothing", As: "reviewer", Method: "POST", Path: path, Body: `{"period":"2026-Q3","areas":[]}`, Status: 400, Pointers: []string{"/areas"}, Code: fault.InvalidRequest},
		{Name: "twice the same", As: "reviewer", Method: "POST", Path: path, Body: `{"period":"2026-Q3","areas":["330109001","330109001"]}`, Status: 400, Code: fault.InvalidRequest},
		{Name: "a year", As: "reviewer", Method: "POST", Path: path, Body: `{"period":"2026","areas":["330109001"]}`, Status: 400, Pointers: []string{"/period"}, Code: fault.InvalidRequest},
		{Name: "a draft", As: "districtclerk", Method: "PUT", Path: "/coverage-records/2026-Q3/330109002", Body: recordBody, Status: 201, Capture: map[string]string{"second": "/etag"}},
		{Name: "all or none", As: "reviewer", Method: "POST", Path: path, Body: `{"period":"2026-Q3","areas":["330109001","330109002","330106001"]}`, Status: 404, Code: fault.NotFound,
			Pointers: []string{"/areas/1", "/areas/2"}, Rules: []string{"wrong_state", "not_found"}, Contains: []string{"2 个街道的数据不能审核通过", "北干街道：记录目前是“草稿”，不能审核通过。请等填报员提交。"}},
		{Name: "a draft only", As: "reviewer", Method: "POST", Path: path, Body: `{"period":"2026-Q3","areas":["330109001","330109002"]}`, Status: 409, Code: fault.WrongState},
		{Name: "none was", As: "reviewer", Path: recordPath, Want: map[string]any{"/state": "submitted"}, Capture: map[string]string{"first": "/etag"}},
		{Name: "submit the other", As: "districtclerk", Method: "POST", Path: "/coverage-records/2026-Q3/330109002/submit", Header: map[string]string{"If-Match": `"{second}"`}},
		{Name: "an old version", As: "reviewer", Method: "POST", Path: path, Body: `{"period":"2026-Q3","areas":["330109001","330109002"],"etags":{"330109001":"{first}","330109002":"{second}"}}`, Status: 412, Code: fault.Stale, Pointers: []string{"/areas/1"}},
		{Name: "a version of another", As: "reviewer", Method: "POST", Path: path, Body: `{"period":"2026-Q3","areas":["330109001"],"etags":{"330109002":"{second}"}}`, Status: 400, Code: fault.InvalidRequest, Pointers: []string{"/etags/330109002"}},
		{Name: "both", As: "reviewer", Method: "POST", Path: path, Header: map[string]string{"Idempotency-Key": "bulk-1"}, Body: `{"period":"2026-Q3","areas":["330109001","330109002"],"etags":{"330109001":"\"{first}\""}}`,
			Want: map[string]any{"/period": "2026-Q3", "/approved/length": 2.0, "/approved/1/area/name": "北干街道", "/approved/1/revision": 1}},
		{Name: "the same again", As: "reviewer", Method: "POST", Path: path, Header: map[string]string{"Idempotency-Key": "bulk-1"}, Body: `{"period":"2026-Q3","areas":["330109001","330109002"],"etags":{"330109001":"\"{first}\""}}`,
			Want: map[string]any{"/approved/length": 2.0}, WantHeader: map[string]string{"Idempotency-Replayed": "true"}},
		{Name: "the report has both", As: "reader", Path: "/reports/coverage?period=2026-Q3", Want: map[string]any{"/reported": 2, "/totals/all/registered": 800}},
	})
}

func TestCoverageRules(t *testing.T) {
	apitest.Run(t, []apitest.Scenario{
		{Name: "nobody", Path: "/coverage-rules", Status: 401, Code: fault.Unauthenticated},
		{Name: "in Chinese", As: "admin", Path: "/coverage-rules?count=true", Want: map[string]any{"/items/length": float64(len(coverage.Rules)), "/total": len(coverage.Rules), "/next_cursor": nil,
			"/items/3": map[string]any{"code": "covered_within_operating", "severity": "error", "title": "已建组织不超过实体运营", "expression": "单独组建 + 联合组建 ≤ 在册 − 剔除",
				"message": "{kind}：单独组建 {standalone} 家加联合组建 {joint} 家，共 {covered} 家，超过了实体运营 {operating} 家（在册 {registered} 减剔除 {excluded}）。",
				"hint":    "请核对“单独组建”“联合组建”有没有重复计算，“剔除”有没有多剔。", "figure": "joint", "inputs": []string{"registered", "excluded", "standalone", "joint"}, "needs": []string{"excluded_within_registered"}}}},
		{Name: "in English", As: "reader", Path: "/coverage-rules?limit=2", Header: map[string]string{"Accept-Language": "en"}, Want: map[string]any{"/items/length": 2.0, "/items/0/title": "Every figure is given", "/items/0/figure": nil}, Capture: map[string]string{"next": "/next_cursor"}},
		{Name: "the rest", As: "reader", Path: "/coverage-rules?limit=2&cursor={next}", Want: map[string]any{"/items/0/code": "excluded_within_registered"}},
	})
}

// TestCoverageRecordRace proves that of several approvals that name one version one wins.
func TestCoverageRecordRace(t *testing.T) {
	s := apitest.New(t)
	bring(t, s, "submitted")
	version := s.Do(t, apitest.Request{Method: "GET", Path: recordPath, As: "reviewer"}).Header.Get("ETag")
	statuses := make([]int, 8)
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Go(func() { statuses[i] = act(t, s, []string{"reviewer", "cityreviewer"}[i%2], "approve", version).Status })
	}
	wg.Wait()
	slices.Sort(statuses)
	if want := []int{200, 412, 412, 412, 412, 412, 412, 412}; !slices.Equal(statuses, want) {
		t.Errorf("answered %v, want %v", statuses, want)
	}
}

// TestCoverageRecordStatements counts what reading a record asks of the database with warm caches:
// beside the transaction and its clock, who asks and the record.
func TestCoverageRecordStatements(t *testing.T) {
	var asked []string
	s := apitest.New(t, noteStatements(&asked))
	bring(t, s, "approved")
	for _, tt := range []struct {
		path string
		most int
	}{{recordPath, 1}, {"/coverage-records", 1}, {recordPath + "/history", 2}, {recordPath + "/revisions", 2}, {"/coverage-rules", 0}} {
		var counted []string
		for range 2 {
			asked = nil
			if r := s.Do(t, apitest.Request{Method: "GET", Path: tt.path, As: "reviewer"}); r.Status != 200 {
				t.Fatalf("%s: %s", tt.path, r.Body)
			}
			counted = slices.DeleteFunc(asked, func(q string) bool {
				return strings.HasPrefix(q, "BEGIN") || q == "ROLLBACK" || strings.Contains(q, "FROM clock")
			})
		}
		if len(counted) > tt.most {
			t.Errorf("%s asks %d statements, at most %d: %s", tt.path, len(counted), tt.most, strings.Join(counted, "\n"))
		}
	}
}

// FuzzCoverageTexts proves that whatever is given as explanation, key, pointer or reason is taken or
// refused, and never stored otherwise than as it is shown.
func FuzzCoverageTexts(f *testing.F) {
	f.Add("economic.instructors_missing", "由工会覆盖", "/figures/economic/joint", "请核对")
	f.Add("economic.", "\u200b", "/figures/~1", "\n\t ")
	f.Add("../x", "a\u0000b", "", "\U0010ffff")
	f.Add("social.unmet_plan", strings.Repeat("长", 501), "/figures/social/weak", strings.Repeat("x", 500))
	s := apitest.New(f)
	bring(f, s, "draft")
	f.Fuzz(func(t *testing.T, key, explanation, pointer, reason string) {
		do := func(who, method, path string, body any) (r apitest.Response, shown v1.CoverageRecord) {
			r = s.Do(t, apitest.Request{Method: method, Path: recordPath + path, As: who, Header: map[string]string{"If-Match": "*"}, Body: body})
			if r.Status == 200 {
				r.Decode(&shown)
			}
			return r, shown
		}
		for _, s := range []*string{&key, &explanation, &pointer, &reason} {
			*s = strings.ToValidUTF8(*s, "\ufffd")
		}
		if r, _ := do("clerk001", "PUT", "", economicWith(t, map[string]any{"instructors": 0})); r.Status != 200 {
			t.Fatalf("edit: %s", r.Body)
		}
		why := map[string]string{"economic.instructors_missing": explanation}
		why[key] = explanation
		switch r, shown := do("clerk001", "POST", "/submit", map[string]any{"explanations": why}); {
		case r.Status == 200:
			if want := text.Tidy(explanation); want != "" && *shown.Violations[0].Explanation != want {
				t.Errorf("the explanation %q is shown as %q", explanation, *shown.Violations[0].Explanation)
			}
		case r.Status == 400, r.Status == 422 && text.Letters(explanation) < text.MinExplanation:
			return
		default:
			t.Fatalf("submit: %d %s", r.Status, r.Body)
		}
		switch r, shown := do("reviewer", "POST", "/return", map[string]any{"reason": reason, "pointers": []string{pointer}}); {
		case r.Status == 200:
			if *shown.ReturnReason != text.Tidy(reason) || shown.ReturnPointers[0] != pointer {
				t.Errorf("%q at %q is shown as %q at %q", reason, pointer, *shown.ReturnReason, shown.ReturnPointers)
			}
		case r.Status != 400 && text.HasWords(reason):
			t.Errorf("return: %d %s", r.Status, r.Body)
		default:
			if r, _ := do("clerk001", "POST", "/withdraw", nil); r.Status != 200 {
				t.Fatalf("withdraw: %s", r.Body)
			}
		}
	})
}
