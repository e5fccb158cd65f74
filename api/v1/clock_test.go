package v1_test

import (
	"strings"
	"testing"
	"time"

	"brandregistry/api/apitest"
	"brandregistry/internal/fault"
)

// TestStampsOfTheFuture: after one write while the machine's date was wrong, reads answer by the
// machine's time, whoever logged in meanwhile included, and every write is refused alike, with the
// reason in the log.
func TestStampsOfTheFuture(t *testing.T) {
	s := apitest.New(t)
	key := func(k string) map[string]string { return map[string]string{"Idempotency-Key": k} }
	account := `{"username":"zhang.san","display_name":"张三","role":"clerk","area_code":"330109001","password":"` + secret + `"}`
	s.Run(t, []apitest.Scenario{
		{Name: "an account", As: "admin", Method: "POST", Path: "/accounts", Header: key("a"), Body: account, Status: 201},
		{Name: "a record", As: "clerk001", Method: "PUT", Path: recordPath, Body: `{"figures":{"economic":{"registered":5}}}`, Status: 201},
	})
	before := s.Do(t, apitest.Request{As: "reader", Method: "GET", Path: "/reports/coverage"})
	s.Clock.Advance(400 * 24 * time.Hour)
	s.Run(t, []apitest.Scenario{
		{Name: "a session of the future", Method: "POST", Path: "/session", Body: login("zhang.san", secret), Status: 201, Capture: map[string]string{"late": "/token"}},
	})
	s.Clock.Set(apitest.Start)
	refused := func(name, as, method, path string, header map[string]string, body any) apitest.Scenario {
		return apitest.Scenario{Name: name, As: as, Method: method, Path: path, Header: header, Body: body, Status: 503, Code: fault.Unavailable,
			WantHeader: map[string]string{"Retry-After": "60"}, Contains: []string{"服务器的日期可能不对"}}
	}
	s.Run(t, []apitest.Scenario{
		{Name: "a token made before", As: "clerk001", Path: "/me", Want: map[string]any{"/account/username": "clerk001"}},
		{Name: "a session made meanwhile", As: s.Captured("late"), Path: "/me"},
		{Name: "the record", As: "clerk001", Path: recordPath, Want: map[string]any{"/figures/economic/registered": 5}},
		{Name: "the default period is today's", As: "reader", Path: "/reports/coverage", Want: map[string]any{"/period": "2026-Q3"}},
		{Name: "the default day is today", As: "reader", Path: "/reports/brands", Want: map[string]any{"/on": "2026-10-08"}},
		{Name: "tasks", As: "clerk001", Path: "/tasks"},
		{Name: "a report as of an instant", As: "reader", Path: "/reports/coverage?as_of=2026-10-08T02:00:00Z"},
		{Name: "the audit log", As: "auditor", Path: "/audit-events", Want: map[string]any{"/items/0/action": "session.create"}},
		refused("a record", "clerk001", "PUT", recordPath, map[string]string{"If-Match": "*"}, `{"figures":{"economic":{"registered":6}}}`),
		refused("a replay", "admin", "POST", "/accounts", key("a"), account),
		refused("a log-in", "", "POST", "/session", nil, login("zhang.san", secret)),
		refused("a log-out", s.Captured("late"), "DELETE", "/session", nil, nil),
	})
	after := s.Do(t, apitest.Request{As: "reader", Method: "GET", Path: "/reports/coverage?as_of=2026-10-08T02:00:01Z"})
	if string(after.Body) != string(before.Body) {
		t.Errorf("as of the right time\n%s\nwant\n%s", after.Body, before.Body)
	}
	log := s.Log()
	if n := strings.Count(log, `"msg":"refused"`); n != 4 || !strings.Contains(log, "2027-11-12T10:00:00+08:00") || !strings.Contains(log, "2026-10-08T10:00:00+08:00") {
		t.Errorf("%d refusals are logged: %s", n, log)
	}
	if strings.Contains(log, "token use not noted") {
		t.Error("a read tries to note the use of its token")
	}
	s.Clock.Set(apitest.Start.Add(400*24*time.Hour - 5*time.Minute))
	s.Run(t, []apitest.Scenario{
		{Name: "five minutes are no fault", As: s.Captured("late"), Method: "DELETE", Path: "/session", Status: 204},
	})
}
