package v1_test

import (
	"brandregistry/api/apitest"
	"brandregistry/internal/fault"
	"maps"
	"testing"
	"time"
)

// ended is the body that ends an area before 2026-Q3 did.
const ended = `{"name":"城厢街道","valid_to":"2026-08-31"}`

// any is the precondition of a request that does not care which version it meets.
var anyVersion = map[string]string{"If-Match": "*"}

// hand brings records of 2026-Q3 to submitted.
func hand(clerks ...string) (steps []apitest.Scenario) {
	for _, who := range clerks {
		path := "/coverage-records/2026-Q3/330109" + who[len("clerk"):]
		steps = append(steps,
			apitest.Scenario{As: who, Method: "PUT", Path: path, Body: recordBody, Status: 201},
			apitest.Scenario{As: who, Method: "POST", Path: path + "/submit", Header: anyVersion})
	}
	return steps
}

// TestOnlyWhatIsExpectedIsCounted ends an area that has submitted: on no basis does it stand for one
// that is missing.
func TestOnlyWhatIsExpectedIsCounted(t *testing.T) {
	s := apitest.New(t)
	s.Run(t, hand("clerk001", "clerk002"))
	report := "/reports/coverage?area=330109&period=2026-Q3&basis="
	s.Run(t, []apitest.Scenario{
		{Name: "before", As: "reader", Path: report + "submitted", Want: map[string]any{"/expected": 4, "/reported": 2, "/missing/length": 2.0, "/totals/all/registered": 800}},
		{Name: "the area ends", As: "admin", Method: "PUT", Path: "/areas/330109001", Header: anyVersion, Body: ended},
		{Name: "submitted", As: "reader", Path: report + "submitted", Want: map[string]any{
			"/expected": 3, "/reported": 1, "/missing/length": 2.0, "/missing/0/area/code": "330109003", "/missing/1/area/code": "330109100",
			"/goal/certain": false, "/totals/all/registered": 400, "/rows/length": 3.0, "/rows/0/area/code": "330109002"}},
		{Name: "of the city", As: "cityreader", Path: "/reports/coverage?area=3301&period=2026-Q3&basis=submitted", Want: map[string]any{
			"/expected": 5, "/reported": 1, "/rows/1/area/code": "330109", "/rows/1/expected": 3, "/rows/1/reported": 1, "/rows/1/all/registered": 400}},
		{Name: "of itself", As: "reader", Path: "/reports/coverage?area=330109001&period=2026-Q3&basis=submitted", Want: map[string]any{
			"/expected": 0, "/reported": 0, "/missing": []string{}, "/totals/all/registered": 0}},
		{Name: "approved", As: "reader", Path: report + "approved", Want: map[string]any{"/expected": 3, "/reported": 0, "/missing/length": 3.0}},
		{Name: "submissions", As: "reader", Path: "/reports/submissions?area=330109&period=2026-Q3", Want: map[string]any{"/expected": 3, "/submitted": 1, "/rows/length": 3.0}},
		{Name: "it reports again", As: "admin", Method: "PUT", Path: "/areas/330109001", Header: anyVersion, Body: `{"name":"城厢街道"}`},
		{Name: "and counts", As: "reader", Path: report + "submitted", Want: map[string]any{"/expected": 4, "/reported": 2, "/totals/all/registered": 800}},
	})
}

// TestRecordOfAnEndedAreaIsDiscarded ends an area whose record is open, in every state, and asks what
// can be done with it: nothing that is sure to be refused is offered, clerk and reviewer may discard it,
// and no task asks for it.
func TestRecordOfAnEndedAreaIsDiscarded(t *testing.T) {
	for _, state := range []string{"draft", "submitted", "returned"} {
		for _, who := range []string{"clerk001", "districtclerk", "reviewer"} {
			t.Run(state+" "+who, func(t *testing.T) {
				s := apitest.New(t)
				bring(t, s, state)
				clerk := map[string][]string{"draft": {"discard"}, "submitted": {"withdraw", "discard"}, "returned": {"discard"}}[state]
				s.Run(t, []apitest.Scenario{
					{Name: "the area ends", As: "admin", Method: "PUT", Path: "/areas/330109001", Header: anyVersion, Body: ended},
					{Name: "what its clerk may do", As: "clerk001", Path: recordPath, Want: map[string]any{"/actions": clerk}},
					{Name: "what the reviewer may do", As: "reviewer", Path: recordPath, Want: map[string]any{"/actions": []string{"discard"}}},
					{Name: "what others may do", As: "reader", Path: recordPath, Want: map[string]any{"/actions": []string{}}},
					{Name: "nothing to do for the clerk", As: "clerk001", Path: "/tasks", Want: map[string]any{"/items": []string{}}},
				})
				refused := map[string]string{"draft": "submit", "submitted": "approve", "returned": "submit"}[state]
				by := map[string]string{"submit": "clerk001", "approve": "reviewer"}[refused]
				s.Run(t, []apitest.Scenario{
					{Name: "what was refused is", As: by, Method: "POST", Path: recordPath + "/" + refused, Header: anyVersion, Status: 422, Code: fault.RuleViolation, Rules: []string{"area_not_expected"}},
					{Name: "discard", As: who, Method: "POST", Path: recordPath + "/discard", Header: anyVersion, Status: 204},
					{Name: "it is gone", As: "reviewer", Path: recordPath, Status: 404, Code: fault.NotFound},
					{Name: "but not its trail", As: "auditor", Path: "/audit-events?subject=coverage/2026-Q3/330109001/1&limit=1", Want: map[string]any{"/items/0/action": "coverage.discard"}},
				})
			})
		}
	}
}

// TestDiscardingWipesNothing withdraws what was returned and tries to begin anew.
func TestDiscardingWipesNothing(t *testing.T) {
	s := apitest.New(t)
	bring(t, s, "returned")
	v := map[string]string{"v": "ETag"}
	submissions := "/reports/submissions?area=330109001&period=2026-Q3"
	row := map[string]any{"/on_time": 1, "/expected": 1}
	s.Run(t, []apitest.Scenario{
		{Name: "submit again", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: anyVersion},
		{Name: "withdraw", As: "clerk001", Method: "POST", Path: recordPath + "/withdraw", Header: anyVersion, Capture: v, Want: map[string]any{"/state": "draft", "/actions": []string{"edit", "submit"}}},
		{Name: "discard", As: "clerk001", Method: "POST", Path: recordPath + "/discard", Header: match("v"), Status: 409, Code: fault.WrongState,
			Contains: []string{"这份数据曾于 2026-10-08 提交，须保留备查，不能放弃。请改好后再次提交。"}},
		{Name: "a reviewer may not either", As: "reviewer", Method: "POST", Path: recordPath + "/discard", Header: match("v"), Status: 403, Code: fault.Forbidden,
			Contains: []string{"草稿由填报员放弃；只有街道不再是应报单位的，审核员才可以放弃。"}},
		{Name: "in time it was", As: "reviewer", Path: submissions, Want: row},
		{Name: "the area ends by mistake", As: "admin", Method: "PUT", Path: "/areas/330109001", Header: anyVersion, Body: ended},
		{Name: "the reviewer tidies up", As: "reviewer", Method: "POST", Path: recordPath + "/discard", Header: match("v"), Status: 204},
		{Name: "the area is there again", As: "admin", Method: "PUT", Path: "/areas/330109001", Header: anyVersion, Body: `{"name":"城厢街道"}`},
		{Name: "and is filled in again, late", Advance: 30 * 24 * time.Hour, As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Status: 201, Want: map[string]any{"/state": "draft", "/late": false, "/actions": []string{"edit", "submit"}}},
		{Name: "still in time it was", As: "reviewer", Path: submissions, Want: row},
		{Name: "and returned once", As: "reviewer", Path: "/reports/submissions?area=330109&period=2026-Q3", Want: map[string]any{"/rows/0/area/code": "330109001", "/rows/0/returns": 1, "/rows/0/on_time": 1}},
		{Name: "what was never submitted is discarded", As: "clerk002", Method: "PUT", Path: "/coverage-records/2026-Q3/330109002", Body: recordBody, Status: 201, Want: map[string]any{"/actions": []string{"edit", "submit", "discard"}}},
		{As: "clerk002", Method: "POST", Path: "/coverage-records/2026-Q3/330109002/discard", Header: anyVersion, Status: 204},
	})
	correction := maps.Clone(v)
	s.Run(t, []apitest.Scenario{
		{Name: "a correction falls back to what was approved, with all that was counted", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: anyVersion, Capture: correction},
		{As: "reviewer", Method: "POST", Path: recordPath + "/approve", Header: match("v")},
		{As: "clerk001", Method: "POST", Path: recordPath + "/correct", Header: anyVersion, Body: `{"reason":"漏报"}`},
		{As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: anyVersion},
		{As: "clerk001", Method: "POST", Path: recordPath + "/withdraw", Header: anyVersion},
		{As: "clerk001", Method: "POST", Path: recordPath + "/discard", Header: anyVersion, Status: 204},
		{As: "reviewer", Path: "/reports/submissions?area=330109&period=2026-Q3", Want: map[string]any{"/rows/0/returns": 1, "/rows/0/on_time": 1, "/rows/0/approved": 1}},
	})
}
