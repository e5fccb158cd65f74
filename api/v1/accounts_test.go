package v1_test

import (
	"brandregistry/api/apitest"
	"brandregistry/internal/access"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/store"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	secret   = "lantern-river-copper"
	replaced = "walnut-bridge-autumn"
)

// Passwords that are easy to guess for who knows the registry are refused wherever one is set.
func TestWeakPasswords(t *testing.T) {
	s := withPassword(t)
	s.Run(t, []apitest.Scenario{
		{Method: "POST", Path: "/session", Body: login("li.wei", secret), Status: 201, Capture: map[string]string{"session": "/token"}},
		{As: "admin", Path: "/accounts/{id}", Capture: map[string]string{"v": "ETag"}},
	})
	for _, weak := range []string{"abc123456789", "1qaz@WSX3edc", "xiaoshan2026", "Xiaoshanqu@330109", "hangzhou2026!", "chengxiang2026", "brandregistry2026", "330109001001", "dangjian@2026", "萧山区城厢街道二〇二六年"} {
		s.Run(t, []apitest.Scenario{
			{Name: weak, As: "admin", Method: "POST", Path: "/accounts", Status: 422, Pointers: []string{"/password"},
				Body: map[string]any{"username": "another", "display_name": "甲", "role": "clerk", "area_code": "330109001", "password": weak}},
			{Name: "reset to " + weak, As: "admin", Method: "PATCH", Path: "/accounts/{id}", Header: match("v"), Status: 422, Pointers: []string{"/password"}, Body: map[string]any{"password": weak}},
			{Name: "changed to " + weak, As: s.Captured("session"), Method: "PUT", Path: "/me/password", Status: 422, Pointers: []string{"/new_password"}, Body: map[string]any{"current_password": secret, "new_password": weak}},
		})
	}
}

func TestAccounts(t *testing.T) {
	clerk := apitest.AccountID("clerk001")
	apitest.Run(t, []apitest.Scenario{
		{Name: "a new account", As: "admin", Method: "POST", Path: "/accounts", Status: 201,
			Body:       `{"username":"new.clerk","display_name":" 楼塔镇填报员 ","role":"clerk","area_code":"330109100","password":"` + secret + `"}`,
			Want:       map[string]any{"/username": "new.clerk", "/display_name": "楼塔镇填报员", "/role": "clerk", "/area_code": "330109100", "/disabled": false, "/actions": []string{"edit", "create_token"}},
			Absent:     []string{"/password", "/password_hash"},
			WantHeader: map[string]string{"ETag": "*", "Location": "*"}, Capture: map[string]string{"id": "/id", "v1": "ETag"}},
		{As: "admin", Path: "/accounts/{id}", WantHeader: map[string]string{"ETag": "{v1}"}, Want: map[string]any{"/username": "new.clerk"}},
		{Name: "the username is taken", As: "admin", Method: "POST", Path: "/accounts", Status: 409, Code: fault.AlreadyExists,
			Body: `{"username":"new.clerk","display_name":"甲","role":"clerk","area_code":"330109100"}`, Want: map[string]any{"/detail": "用户名“new.clerk”已被使用，请换一个。"}},
		{Name: "taken outside the admin's area too", As: "admin", Method: "POST", Path: "/accounts", Status: 409, Code: fault.AlreadyExists,
			Body: `{"username":"clerk106","display_name":"甲","role":"clerk","area_code":"330109100"}`},
		{Name: "outside the admin's area", As: "admin", Method: "POST", Path: "/accounts", Status: 404, Code: fault.NotFound,
			Body: `{"username":"other","display_name":"甲","role":"clerk","area_code":"330106001"}`},
		{Name: "above the admin's area", As: "admin", Method: "POST", Path: "/accounts", Status: 404, Code: fault.NotFound,
			Body: `{"username":"other","display_name":"甲","role":"admin","area_code":"3301"}`},
		{Name: "of no area", As: "admin", Method: "POST", Path: "/accounts", Status: 422, Pointers: []string{"/area_code"},
			Body: `{"username":"other","display_name":"甲","role":"clerk","area_code":"330109888"}`, Want: map[string]any{"/violations/0/message": "区划 330109888 尚未登记。"}},
		{Name: "malformed in four places", As: "admin", Method: "POST", Path: "/accounts", Status: 400, Pointers: []string{"/username", "/display_name", "/role", "/area_code"},
			Body: `{"username":"Li","display_name":"","role":"boss","area_code":"33010"}`},
		{Name: "the operator is no role", As: "admin", Method: "POST", Path: "/accounts", Status: 400, Pointers: []string{"/role"},
			Body: `{"username":"other","display_name":"甲","role":"operator","area_code":"330109"}`},
		{Name: "a short password", As: "admin", Method: "POST", Path: "/accounts", Status: 422, Pointers: []string{"/password"},
			Body: `{"username":"other","display_name":"甲","role":"clerk","area_code":"330109","password":"12345"}`,
			Want: map[string]any{"/violations/0/message": "密码有 5 个字符，须为 12 至 128 个。"}},
		{Name: "a password with the username, and an empty name", As: "admin", Method: "POST", Path: "/accounts", Status: 422, Pointers: []string{"/password", "/display_name"},
			Body: `{"username":"zhang.san","display_name":"　","role":"clerk","area_code":"330109","password":"i-am-Zhang.San-9"}`},
		{Name: "by a reviewer", As: "reviewer", Method: "POST", Path: "/accounts", Body: `{`, Status: 403, Code: fault.Forbidden},
		{Name: "a reviewer sees none", As: "reviewer", Path: "/accounts", Status: 403, Code: fault.Forbidden},

		{Name: "no If-Match", As: "admin", Method: "PATCH", Path: "/accounts/{id}", Body: `{"disabled":true}`, Status: 428, Code: fault.PreconditionRequired},
		{Name: "a new name", As: "admin", Method: "PATCH", Path: "/accounts/{id}", Header: map[string]string{"If-Match": "{v1}"}, Body: `{"display_name":"楼塔镇经办人"}`,
			Want: map[string]any{"/display_name": "楼塔镇经办人", "/role": "clerk"}, Capture: map[string]string{"v2": "ETag"}},
		{Name: "an old version", As: "admin", Method: "PATCH", Path: "/accounts/{id}", Header: map[string]string{"If-Match": "{v1}"}, Body: `{"disabled":true}`, Status: 412, Code: fault.Stale},
		{Name: "the area never changes", As: "admin", Method: "PATCH", Path: "/accounts/{id}", Header: map[string]string{"If-Match": "{v2}"}, Body: `{"area_code":"330109001"}`, Status: 400, Pointers: []string{"/area_code"}},
		{Name: "disabled", As: "admin", Method: "PATCH", Path: "/accounts/{id}", Header: map[string]string{"If-Match": "{v2}"}, Body: `{"disabled":true}`,
			Want: map[string]any{"/disabled": true, "/actions": []string{"edit"}}, Capture: map[string]string{"v3": "ETag"}},
		{Name: "no token for a disabled account", As: "admin", Method: "POST", Path: "/accounts/{id}/tokens", Body: `{"name":"对接","expires_at":"2026-12-31T00:00:00Z"}`, Status: 409, Code: fault.WrongState,
			Want: map[string]any{"/detail": "账号“new.clerk”已停用，不能签发令牌。请先启用账号。"}},
		{Name: "changing nothing", As: "admin", Method: "PATCH", Path: "/accounts/{id}", Header: map[string]string{"If-Match": "{v3}"}, Body: `{}`, WantHeader: map[string]string{"ETag": "{v3}"}},

		{As: "admin", Path: "/me", Capture: map[string]string{"me": "/account/etag"}},
		{Name: "an admin does not disable itself", As: "admin", Method: "PATCH", Path: "/accounts/" + apitest.AccountID("admin"), Header: map[string]string{"If-Match": `"{me}"`}, Body: `{"disabled":true}`, Status: 409, Code: fault.WrongState,
			Want: map[string]any{"/detail": "不能停用自己的账号，也不能更改自己的角色。请由另一位管理员操作。"}},
		{Name: "nor change its role", As: "admin", Method: "PATCH", Path: "/accounts/" + apitest.AccountID("admin"), Header: map[string]string{"If-Match": `"{me}"`}, Body: `{"role":"reviewer"}`, Status: 409, Code: fault.WrongState},
		{Name: "but its name", As: "admin", Method: "PATCH", Path: "/accounts/" + apitest.AccountID("admin"), Header: map[string]string{"If-Match": `"{me}"`}, Body: `{"display_name":"管理员","role":"admin","disabled":false}`},

		{Name: "out of sight", As: "admin", Path: "/accounts/" + apitest.AccountID("clerk106"), Status: 404, Code: fault.NotFound, Capture: map[string]string{"unseen": "/detail"}},
		{Name: "not there at all, in the same words", As: "admin", Path: "/accounts/01890a5d-ac96-774b-bcce-b302099a8057", Status: 404, Code: fault.NotFound, Want: map[string]any{"/detail": "所请求的内容不存在，或不在您的管辖范围内。"}, Contains: []string{"{unseen}"}},
		{Name: "above", As: "admin", Path: "/accounts/" + apitest.AccountID("provinceadmin"), Status: 404},
		{Name: "no id", As: "admin", Path: "/accounts/1", Status: 400, Pointers: []string{"id"}},
		{Name: "by a clerk itself", As: "clerk001", Path: "/accounts/" + clerk, Status: 403},
	})
}

func TestDisablingAndRolesHoldAtOnce(t *testing.T) {
	s := apitest.New(t)
	clerk := apitest.AccountID("clerk001")
	s.Run(t, []apitest.Scenario{
		{As: "clerk001", Path: "/me", Want: map[string]any{"/account/role": "clerk"}},
		{As: "admin", Path: "/accounts/" + clerk, Capture: map[string]string{"v": "ETag"}},
		{As: "admin", Method: "PATCH", Path: "/accounts/" + clerk, Header: map[string]string{"If-Match": "{v}"}, Body: `{"role":"admin"}`, Capture: map[string]string{"v": "ETag"}},
		{Name: "its new role", As: "clerk001", Path: "/me", Want: map[string]any{"/account/role": "admin", "/permissions/3": "areas.write"}},
		{As: "admin", Method: "PATCH", Path: "/accounts/" + clerk, Header: map[string]string{"If-Match": "{v}"}, Body: `{"disabled":true}`, Capture: map[string]string{"v": "ETag"}},
		{Name: "disabled", As: "clerk001", Path: "/me", Status: 401, Code: fault.Unauthenticated},
		{As: "admin", Method: "PATCH", Path: "/accounts/" + clerk, Header: map[string]string{"If-Match": "{v}"}, Body: `{"disabled":false}`},
		{Name: "enabled: its token has ended for good", As: "clerk001", Path: "/me", Status: 401, Code: fault.Unauthenticated},
	})
}

// Enabling an account brings back nothing: neither tokens of programs nor log-in sessions.
func TestDisablingEndsTokensForGood(t *testing.T) {
	s := withPassword(t)
	edit := func(body string) []apitest.Scenario {
		return []apitest.Scenario{
			{As: "admin", Path: "/accounts/{id}", Capture: map[string]string{"v": "ETag"}},
			{Name: body, As: "admin", Method: "PATCH", Path: "/accounts/{id}", Header: map[string]string{"If-Match": "{v}"}, Body: body},
		}
	}
	s.Run(t, []apitest.Scenario{
		{Method: "POST", Path: "/session", Body: login("li.wei", secret), Status: 201, Capture: map[string]string{"session": "/token"}},
		{As: "admin", Method: "POST", Path: "/accounts/{id}/tokens", Body: `{"name":"数据对接","expires_at":"2026-12-31T00:00:00Z"}`, Status: 201, Capture: map[string]string{"program": "/token"}},
	})
	session, program := s.Captured("session"), s.Captured("program")
	s.Run(t, edit(`{"role":"reader"}`))
	s.Run(t, []apitest.Scenario{
		{Name: "a change of role leaves the session", As: session, Path: "/me", Want: map[string]any{"/account/role": "reader"}},
		{Name: "and the token", As: program, Path: "/me", Want: map[string]any{"/account/role": "reader"}},
	})
	s.Run(t, edit(`{"disabled":true}`))
	s.Run(t, []apitest.Scenario{{Name: "none is listed", As: "admin", Path: "/accounts/{id}/tokens", Want: map[string]any{"/items/length": 0}}})
	s.Run(t, edit(`{"disabled":false}`))
	s.Run(t, []apitest.Scenario{
		{Name: "the session", As: session, Path: "/me", Status: 401, Code: fault.Unauthenticated},
		{Name: "the token", As: program, Path: "/me", Status: 401, Code: fault.Unauthenticated},
		{Name: "it logs in anew", Method: "POST", Path: "/session", Body: login("li.wei", secret), Status: 201},
		{Name: "each token's end has an event", As: "auditor", Path: "/audit-events?limit=5", Contains: []string{"token.revoke"}},
	})
}

// Nor what an older program left behind when it disabled an account.
func TestEnablingRevivesNothing(t *testing.T) {
	s := apitest.New(t)
	id := apitest.AccountID("clerk001")
	s.Run(t, []apitest.Scenario{{As: "clerk001", Path: "/me"}})
	err := s.Store.Update(t.Context(), store.By{Actor: access.Operator}, func(tx *store.Writer) error {
		a, err := tx.Account(id)
		if err != nil {
			return err
		}
		a.Disabled = true
		return tx.SaveAccount(&a, audit.Change{Action: "account.edit"})
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Run(t, []apitest.Scenario{
		{As: "admin", Path: "/accounts/" + id, Capture: map[string]string{"v": "ETag"}},
		{As: "admin", Method: "PATCH", Path: "/accounts/" + id, Header: map[string]string{"If-Match": "{v}"}, Body: `{"disabled":false}`, Want: map[string]any{"/disabled": false}},
		{Name: "its token", As: "clerk001", Path: "/me", Status: 401, Code: fault.Unauthenticated},
	})
}

// Every list that is narrowed to an area refuses one that is out of sight, or that is none, alike.
func TestListsOfUnknownAreas(t *testing.T) {
	s := apitest.New(t)
	for _, c := range []struct{ as, path string }{
		{"admin", "/accounts?area="}, {"reviewer", "/brands?area="}, {"reviewer", "/coverage-records?area="}, {"auditor", "/audit-events?area="},
		{"reviewer", "/reports/coverage?area="}, {"reviewer", "/reports/brands?area="}, {"reviewer", "/reports/submissions?area="},
	} {
		for at, status := range map[string]int{"330109": 200, "330109001": 200, "330109888": 404, "330106": 404, "330106001": 404, "3301": 404, "0": 404, "99": 404} {
			if r := s.Do(t, apitest.Request{Method: "GET", Path: c.path + at, As: c.as}); r.Status != status {
				t.Errorf("%s GET %s%s: %d, want %d", c.as, c.path, at, r.Status, status)
			}
		}
	}
	for path, status := range map[string]int{
		"/periods?area=330106": 200, "/periods?area=330188": 404, // the plan and the catalogue are open to all
		"/areas?parent=330106": 200, "/areas?parent=330188": 200,
	} {
		if r := s.Do(t, apitest.Request{Method: "GET", Path: path, As: "clerk001"}); r.Status != status {
			t.Errorf("GET %s: %d, want %d", path, r.Status, status)
		}
	}
}

// What an account did stays under the name that it had then, wherever it is told.
func TestRenamingDoesNotRewriteThePast(t *testing.T) {
	s := apitest.New(t)
	clerk, reviewer := apitest.AccountID("clerk001"), apitest.AccountID("reviewer")
	named := func(path, pointer string, as, want string) apitest.Scenario {
		return apitest.Scenario{Name: path + " " + pointer, As: as, Path: path, Want: map[string]any{pointer: want}}
	}
	rename := func(id, to string) {
		s.Run(t, []apitest.Scenario{
			{As: "admin", Path: "/accounts/" + id, Capture: map[string]string{"v": "ETag", "was-" + id: "/display_name"}},
			{As: "admin", Method: "PATCH", Path: "/accounts/" + id, Header: map[string]string{"If-Match": "{v}"}, Body: `{"display_name":"` + to + `"}`},
		})
	}
	s.Run(t, []apitest.Scenario{
		{As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Status: 201, Capture: map[string]string{"r": "ETag"}},
		{As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("r"), Capture: map[string]string{"r": "ETag"}},
		{As: "reviewer", Method: "POST", Path: recordPath + "/return", Header: match("r"), Body: `{"reason":"请核对联合组建数。"}`, Capture: map[string]string{"r": "ETag"}},
	})
	b := "/brands/" + recognized(t, s, "330109001").id
	rename(apitest.AccountID("districtclerk"), "接任的区直填报员")
	rename(clerk, "接任的填报员")
	rename(reviewer, "接任的审核员")
	was, decided := s.Captured("was-"+clerk), s.Captured("was-"+reviewer)
	s.Run(t, []apitest.Scenario{
		named(recordPath, "/submitted_by/display_name", "reader", was),
		named(recordPath, "/decided_by/display_name", "reader", decided),
		named("/coverage-records", "/items/0/submitted_by/display_name", "reader", was),
		named(recordPath+"/revisions", "/items/0/decided_by/display_name", "reader", decided),
		named(recordPath+"/history", "/items/0/actor/display_name", "reader", decided),
		named(recordPath+"/history", "/items/1/actor/display_name", "reader", was),
		named("/audit-events?actor="+clerk, "/items/0/actor/display_name", "auditor", was),
		named(b, "/submitted_by/display_name", "reader", s.Captured("was-"+apitest.AccountID("districtclerk"))),
		named(b, "/decided_by/display_name", "reader", decided),
		named(b, "/evidence/0/created_by/display_name", "reader", s.Captured("was-"+apitest.AccountID("districtclerk"))),
		named(b+"/evidence", "/items/0/created_by/display_name", "reader", s.Captured("was-"+apitest.AccountID("districtclerk"))),
		named(b+"/history", "/items/0/actor/display_name", "reader", decided),
		{As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: match("r"), Want: map[string]any{"/submitted_by/display_name": "接任的填报员"}},
		named(recordPath+"/history", "/items/0/actor/display_name", "reader", "接任的填报员"),
		named(recordPath+"/history", "/items/2/actor/display_name", "reader", was),
		{Name: "the account itself", As: "admin", Path: "/accounts/" + clerk, Want: map[string]any{"/display_name": "接任的填报员"}},
	})
}

func TestListAccounts(t *testing.T) {
	s := apitest.New(t)
	for _, c := range []struct {
		as, path string
		want     []string
	}{
		{"admin", "/accounts?count=true", []string{"admin", "auditor", "clerk001", "clerk002", "clerk003", "clerk100", "districtclerk", "reader", "reviewer"}},
		{"admin", "/accounts?sort=-username&role=clerk", []string{"districtclerk", "clerk100", "clerk003", "clerk002", "clerk001"}},
		{"admin", "/accounts?area=330109001", []string{"clerk001"}},
		{"admin", "/accounts?area=330109&role=reviewer", []string{"reviewer"}},
		{"admin", "/accounts?q=clerk00", []string{"clerk001", "clerk002", "clerk003"}},
		{"admin", "/accounts?q=%20%EF%BC%A3%EF%BC%AC%EF%BC%A5%EF%BC%B2%EF%BC%AB00%E3%80%80", []string{"clerk001", "clerk002", "clerk003"}},                        // " ＣＬＥＲＫ00　"
		{"admin", "/accounts?q=%20%E5%A1%AB%20%E6%8A%A5%E2%80%8B%E5%91%98&count=true", []string{"clerk001", "clerk002", "clerk003", "clerk100", "districtclerk"}}, // " 填 报\u200b员"
		{"admin", "/accounts?q=%25&count=true", nil},
		{"provinceadmin", "/accounts?role=reviewer", []string{"cityreviewer", "reviewer", "reviewer106"}},
		{"nationadmin", "/accounts?role=reviewer&limit=200", []string{"cityreviewer", "huangpureviewer", "reviewer", "reviewer106"}},
	} {
		r := s.Do(t, apitest.Request{Method: "GET", Path: c.path, As: c.as})
		var page struct {
			Items []struct{ Username string }
			Total *int
		}
		r.Decode(&page)
		var got []string
		for _, a := range page.Items {
			got = append(got, a.Username)
		}
		if !slices.Equal(got, c.want) || (page.Total != nil && *page.Total != len(c.want)) {
			t.Errorf("%s %s: %q, want %q", c.as, c.path, got, c.want)
		}
	}
	s.Run(t, []apitest.Scenario{
		{As: "admin", Path: "/accounts?limit=4", Want: map[string]any{"/items/length": 4, "/items/3/username": "clerk002"}, Capture: map[string]string{"next": "/next_cursor"}},
		{As: "admin", Path: "/accounts?limit=4&cursor={next}", Want: map[string]any{"/items/0/username": "clerk003"}, Capture: map[string]string{"next": "/next_cursor"}},
		{As: "admin", Path: "/accounts?limit=4&cursor={next}", Want: map[string]any{"/items/length": 1, "/next_cursor": nil}},
		{Name: "a cursor of another's list", As: "provinceadmin", Path: "/accounts?limit=4&cursor={next}", Status: 400, Pointers: []string{"cursor"}},
		{As: "admin", Path: "/accounts?role=boss", Status: 400, Pointers: []string{"role"}},
	})
}

func TestTokens(t *testing.T) {
	s := apitest.New(t)
	tokens := "/accounts/" + apitest.AccountID("clerk001") + "/tokens"
	s.Run(t, []apitest.Scenario{
		{Name: "minted", As: "admin", Method: "POST", Path: tokens, Body: `{"name":"数据对接","expires_at":"2026-10-09T10:00:00+08:00"}`, Status: 201,
			Want: map[string]any{"/name": "数据对接", "/expires_at": "2026-10-09T02:00:00Z", "/last_used_at": nil}, WantHeader: map[string]string{"Cache-Control": "no-store"},
			Capture: map[string]string{"token": "/token", "id": "/id"}},
		{Name: "no idempotency key", As: "admin", Method: "POST", Path: tokens, Header: map[string]string{"Idempotency-Key": "k1"}, Body: `{"name":"甲","expires_at":"2026-10-09T02:00:00Z"}`, Status: 400, Pointers: []string{"Idempotency-Key"}},
		{Name: "no expiry", As: "admin", Method: "POST", Path: tokens, Body: `{"name":"甲"}`, Status: 400, Pointers: []string{"/expires_at"}},
		{Name: "expired already", As: "admin", Method: "POST", Path: tokens, Body: `{"name":"甲","expires_at":"2026-10-08T02:00:00Z"}`, Status: 422, Pointers: []string{"/expires_at"},
			Want: map[string]any{"/violations/0/message": "到期时间须在现在之后、366 天之内。"}},
		{Name: "366 days", As: "admin", Method: "POST", Path: tokens, Body: `{"name":"甲","expires_at":"2027-10-09T02:00:00Z"}`, Status: 201},
		{Name: "a second more than 366 days", As: "admin", Method: "POST", Path: tokens, Body: `{"name":"甲","expires_at":"2027-10-09T02:00:01Z"}`, Status: 422, Pointers: []string{"/expires_at"}},
		{Name: "the name of log-ins", As: "admin", Method: "POST", Path: tokens, Body: `{"name":"session","expires_at":"2026-10-09T02:00:00Z"}`, Status: 422, Pointers: []string{"/name"}},
		{Name: "a name of two lines", As: "admin", Method: "POST", Path: tokens, Body: `{"name":"a\nb","expires_at":"2026-10-09T02:00:00Z"}`, Status: 422, Pointers: []string{"/name"}},
		{Name: "by a reviewer", As: "reviewer", Method: "POST", Path: tokens, Status: 403},
		{Name: "for an account out of sight", As: "admin", Method: "POST", Path: "/accounts/" + apitest.AccountID("clerk106") + "/tokens", Body: `{"name":"甲","expires_at":"2026-10-09T02:00:00Z"}`, Status: 404},
	})
	minted := s.Captured("token")
	s.Run(t, []apitest.Scenario{
		{Name: "it works", As: minted, Path: "/me", Want: map[string]any{"/account/username": "clerk001"}},
		{Name: "listed without its text", As: "admin", Path: tokens + "?count=true", Want: map[string]any{"/total": 3, "/items/0/name": "test", "/items/1/name": "数据对接"}, Absent: []string{"/items/1/token"}},
		{Name: "out of sight", As: "provinceadmin", Method: "DELETE", Path: "/tokens/01890a5d-ac96-774b-bcce-b302099a8057", Status: 404, Want: map[string]any{"/detail": "所请求的内容不存在，或不在您的管辖范围内。"}},
		{Name: "by a reviewer", As: "reviewer", Method: "DELETE", Path: "/tokens/{id}", Status: 403},
		{Name: "revoked without If-Match", As: "admin", Method: "DELETE", Path: "/tokens/{id}", Status: 204},
		{Name: "revoked again", As: "admin", Method: "DELETE", Path: "/tokens/{id}", Status: 404},
		{Name: "it is refused at once", As: minted, Path: "/me", Status: 401, Code: fault.Unauthenticated},
		{Name: "and listed no more", As: "admin", Path: tokens, Want: map[string]any{"/items/length": 2}},
		{Name: "the others expire", As: "admin", Path: tokens, Advance: 365*24*time.Hour - time.Second, Want: map[string]any{"/items/length": 2}},
	})
	if log := s.Log(); strings.Contains(log, minted) || strings.Contains(log, minted[3:40]) {
		t.Error("a token is in the log")
	}
}
