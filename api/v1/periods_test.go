package v1_test

import (
	"brandregistry/api/apitest"
	"brandregistry/internal/fault"
	"testing"
)

func TestPeriods(t *testing.T) {
	const q3 = "/periods/2026-Q3"
	body := map[string]any{"opens_on": "2026-10-01", "due_on": "2026-10-15", "closes_on": "2026-11-30"}
	apitest.Run(t, []apitest.Scenario{
		{Name: "the default", As: "clerk001", Path: q3, Want: map[string]any{"": map[string]any{
			"period": "2026-Q3", "starts_on": "2026-07-01", "ends_on": "2026-09-30", "opens_on": "2026-10-01", "due_on": "2026-10-11",
			"closes_on": "2026-12-31", "inherited_from": nil, "etag": "0", "actions": []string{},
		}}, WantHeader: map[string]string{"ETag": `"0"`}},
		{Name: "the plan is read by all", As: "huangpureviewer", Path: q3 + "?area=330109"},
		{Name: "what a reviewer may do", As: "reviewer", Path: q3, Want: map[string]any{"/actions": []string{"edit"}}},
		{Name: "elsewhere it may not", As: "reviewer", Path: q3 + "?area=330106", Want: map[string]any{"/actions": []string{}}},
		{Name: "no such area", As: "reviewer", Path: q3 + "?area=330199", Status: 404, Code: fault.NotFound},
		{Name: "no area code", As: "reviewer", Path: q3 + "?area=33010", Status: 400, Pointers: []string{"area"}},
		{Name: "a month in a registry of quarters", As: "reviewer", Path: "/periods/2026-M09", Status: 400, Pointers: []string{"period"}, Contains: []string{"本系统按季度填报"}},
		{Name: "a clerk sets nothing", As: "clerk001", Method: "PUT", Path: q3, Body: "not even JSON", Status: 403, Code: fault.Forbidden},
		{Name: "outside", As: "reviewer", Method: "PUT", Path: q3 + "?area=330106", Body: body, Status: 403, Code: fault.Forbidden},
		{Name: "above", As: "reviewer", Method: "PUT", Path: q3 + "?area=3301", Body: body, Status: 403, Code: fault.Forbidden},
		{Name: "a day that is none", As: "reviewer", Method: "PUT", Path: q3, Body: `{"opens_on":"2026-10-01","due_on":"2026-02-30"}`, Status: 400,
			Code: fault.InvalidRequest, Pointers: []string{"/due_on", "/closes_on"}},
		{Name: "due before it opens", As: "reviewer", Method: "PUT", Path: q3, Body: map[string]any{"opens_on": "2026-10-12", "due_on": "2026-10-11", "closes_on": "2026-11-30"},
			Status: 422, Code: fault.RuleViolation, Pointers: []string{"/due_on"}, Rules: []string{"due_not_before_opens"},
			Contains: []string{"报送截止日 2026-10-11 早于开始填报日 2026-10-12。", "请改为 2026-10-12 或之后，或提前开始填报日。"}},
		{Name: "opens on the period's first day", As: "reviewer", Method: "PUT", Path: q3, Body: map[string]any{"opens_on": "2026-07-01", "due_on": "2026-10-11", "closes_on": "2026-11-30"},
			Status: 422, Pointers: []string{"/opens_on"}, Contains: []string{"开始填报日 2026-07-01 不晚于报告期的第一天 2026-07-01。", "通常是报告期结束的次日 2026-10-01。"}},
		{Name: "the city sets it", As: "cityreviewer", Method: "PUT", Path: q3, Body: body, Status: 201, Capture: map[string]string{"city": "ETag"},
			WantHeader: map[string]string{"Location": "/api/v1/periods/2026-Q3?area=3301"}, Want: map[string]any{"/inherited_from": nil}},
		{Name: "inherited", As: "clerk001", Path: q3, Want: map[string]any{"/inherited_from": "3301", "/due_on": "2026-10-15"}, WantHeader: map[string]string{"ETag": "{city}"}},
		{Name: "over an inherited one by another version", As: "reviewer", Method: "PUT", Path: q3, Header: map[string]string{"If-Match": `"0"`}, Body: body, Status: 412, Code: fault.Stale},
		{Name: "over an inherited one by its version", As: "reviewer", Method: "PUT", Path: q3, Header: map[string]string{"If-Match": "{city}"}, Body: body, Status: 201, Capture: map[string]string{"own": "ETag"}},
		{Name: "over an own one without", As: "reviewer", Method: "PUT", Path: q3, Body: body, Status: 428, Code: fault.PreconditionRequired},
		{Name: "only if there is none", As: "reviewer", Method: "PUT", Path: q3, Header: map[string]string{"If-None-Match": "*"}, Body: body, Status: 412, Code: fault.Stale},
		{Name: "the same again", As: "reviewer", Method: "PUT", Path: q3, Header: map[string]string{"If-Match": "{own}"}, Body: body, WantHeader: map[string]string{"ETag": "{own}"}},
		{Name: "nearest wins", As: "clerk001", Path: q3, Want: map[string]any{"/inherited_from": "330109"}},
		{Name: "the list", As: "reviewer", Path: "/periods", Want: map[string]any{"/items/length": 2.0, "/items/0/period": "2026-Q4", "/items/1/period": "2026-Q3", "/items/1/closes_on": "2026-11-30", "/next_cursor": nil}},
		{Name: "its first page", As: "reviewer", Path: "/periods?sort=period&limit=1&count=true", Want: map[string]any{"/items/length": 1.0, "/items/0/period": "2026-Q3", "/total": 2}, Capture: map[string]string{"next": "/next_cursor"}},
		{Name: "its second page", As: "reviewer", Path: "/periods?sort=period&limit=1&count=true&cursor={next}", Want: map[string]any{"/items/length": 1.0, "/items/0/period": "2026-Q4", "/total": 2, "/next_cursor": nil}},
		{Name: "of a range", As: "reviewer", Path: "/periods?from=2026-Q1&to=2026-Q3", Want: map[string]any{"/items/length": 1.0}},
		{Name: "from a month", As: "reviewer", Path: "/periods?from=2026-M01", Status: 400, Pointers: []string{"from"}},
	})
}

func TestExtensions(t *testing.T) {
	const path = "/periods/2026-Q2/extensions/330109001"
	body := map[string]any{"until": "2026-10-20", "reason": "系统升级"}
	apitest.Run(t, []apitest.Scenario{
		{Name: "none", As: "clerk001", Path: path, Status: 404, Code: fault.NotFound, Contains: []string{"2026年第二季度对 330109001 的延期不存在"}},
		{Name: "a clerk", As: "clerk001", Method: "PUT", Path: path, Body: body, Status: 403},
		{Name: "another district's reviewer", As: "reviewer106", Method: "PUT", Path: path, Body: body, Status: 403},
		{Name: "no such area", As: "reviewer", Method: "PUT", Path: "/periods/2026-Q2/extensions/330109999", Body: body, Status: 404},
		{Name: "nothing to withdraw", As: "reviewer", Method: "DELETE", Path: path, Status: 404},
		{Name: "a blank reason", As: "reviewer", Method: "PUT", Path: path, Body: map[string]any{"until": "2026-10-20", "reason": "  "}, Status: 400, Pointers: []string{"/reason"}},
		{Name: "a day gone by", As: "reviewer", Method: "PUT", Path: path, Body: map[string]any{"until": "2026-10-07", "reason": "系统升级"}, Status: 422,
			Code: fault.RuleViolation, Pointers: []string{"/until"}, Contains: []string{"延期至 2026-10-07，但这一天已经过去。", "请改为今天（2026-10-08）或之后。"}},
		{Name: "grant", As: "reviewer", Method: "PUT", Path: path, Body: body, Status: 201, Capture: map[string]string{"first": "ETag"}, WantHeader: map[string]string{"Location": "/api/v1" + path},
			Want: map[string]any{"/area": map[string]any{"code": "330109001", "name": "城厢街道"}, "/period": "2026-Q2", "/until": "2026-10-20", "/reason": "系统升级", "/actions": []string{"edit", "withdraw"}}},
		{Name: "read", As: "clerk001", Path: path, Want: map[string]any{"/until": "2026-10-20", "/actions": []string{}}, WantHeader: map[string]string{"ETag": "{first}"}},
		{Name: "change without a version", As: "reviewer", Method: "PUT", Path: path, Body: body, Status: 428},
		{Name: "change", As: "reviewer", Method: "PUT", Path: path, Header: map[string]string{"If-Match": "{first}"}, Body: map[string]any{"until": "2026-10-21", "reason": "系统升级"}, Capture: map[string]string{"second": "ETag"}},
		{Name: "withdraw without a version", As: "reviewer", Method: "DELETE", Path: path, Status: 428},
		{Name: "withdraw an old version", As: "reviewer", Method: "DELETE", Path: path, Header: map[string]string{"If-Match": "{first}"}, Status: 412},
		{Name: "withdraw", As: "reviewer", Method: "DELETE", Path: path, Header: map[string]string{"If-Match": "{second}"}, Status: 204},
		{Name: "gone", As: "reviewer", Path: path, Status: 404},
	})
}

func TestTasks(t *testing.T) {
	s := apitest.New(t)
	s.Run(t, []apitest.Scenario{
		{Name: "a clerk", As: "clerk001", Path: "/tasks", Want: map[string]any{"": map[string]any{"next_cursor": nil, "items": []any{map[string]any{
			"kind": "due_soon", "area": map[string]any{"code": "330109001", "name": "城厢街道"}, "period": "2026-Q3", "brand_id": nil,
			"title": "2026年第三季度“两新”组织覆盖情况表尚未填报，还有 3 天截止。", "due_on": "2026-10-11", "since": "2026-10-07T16:00:00Z",
		}}}}},
		{Name: "in English", As: "clerk001", Header: map[string]string{"Accept-Language": "en"}, Path: "/tasks", Want: map[string]any{"/items/0/title": "Two-new coverage record 2026-Q3 is not filled in and due in 3 days."}},
		{Name: "a clerk of the district", As: "districtclerk", Path: "/tasks", Want: map[string]any{"/items/length": 4.0}},
		{Name: "page by page", As: "districtclerk", Path: "/tasks?limit=3&count=true", Want: map[string]any{"/items/length": 3.0, "/items/2/area/code": "330109003", "/total": 4}, Capture: map[string]string{"next": "/next_cursor"}},
		{Name: "the last page", As: "districtclerk", Path: "/tasks?limit=3&cursor={next}", Want: map[string]any{"/items/length": 1.0, "/items/0/area/code": "330109100", "/next_cursor": nil}, Absent: []string{"/total"}},
		{Name: "what is begun since moves nothing", As: "districtclerk", Method: "PUT", Path: "/coverage-records/2026-Q3/330109003", Body: recordBody, Status: 201},
		{Name: "the last page as before", As: "districtclerk", Path: "/tasks?limit=3&cursor={next}", Want: map[string]any{"/items/length": 1.0, "/items/0/area/code": "330109100"}},
		{Name: "of another list", As: "districtclerk", Path: "/periods?cursor={next}", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"cursor"}},
		{Name: "a reader", As: "reader", Path: "/tasks", Want: map[string]any{"/items": []any{}}},
		{Name: "a reviewer", As: "reviewer", Path: "/tasks", Want: map[string]any{"/items": []any{}}},
		{Name: "a reviewer, five days on", Advance: 5 * 24 * 60 * 60 * 1e9, As: "reviewer", Path: "/tasks", Want: map[string]any{"/items/length": 4.0, "/items/0/kind": "overdue", "/items/0/title": "2026年第三季度“两新”组织覆盖情况表尚未报送，已逾期 2 天。"}},
	})
}
