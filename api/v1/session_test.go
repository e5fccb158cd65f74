package v1_test

import (
	"brandregistry/api/apitest"
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/fault"
	"brandregistry/internal/store"
	"context"
	"strconv"
	"strings"
	"testing"
	"time"
)

// withPassword gives the seeds an account li.wei of 城厢街道 that logs in with secret.
func withPassword(t *testing.T) *apitest.Server {
	t.Helper()
	s := apitest.New(t)
	s.Run(t, []apitest.Scenario{{Name: "an account", As: "admin", Method: "POST", Path: "/accounts", Status: 201,
		Body:    `{"username":"li.wei","display_name":"李薇","role":"clerk","area_code":"330109001","password":"` + secret + `"}`,
		Capture: map[string]string{"id": "/id", "created": "ETag"}}})
	return s
}

func login(username, password string) string {
	return `{"username":"` + username + `","password":"` + password + `"}`
}

func TestSession(t *testing.T) {
	s := withPassword(t)
	s.Run(t, []apitest.Scenario{
		{Name: "log in", Method: "POST", Path: "/session", Body: login("li.wei", secret), Status: 201, WantHeader: map[string]string{"Cache-Control": "no-store"},
			Want:    map[string]any{"/account/username": "li.wei", "/account/area_code": "330109001", "/account/actions": []string{}},
			Capture: map[string]string{"one": "/token", "until": "/expires_at"}},
		{Name: "log in elsewhere", Method: "POST", Path: "/session", Body: login("li.wei", secret), Status: 201, Capture: map[string]string{"two": "/token"}},
		{Name: "no username", Method: "POST", Path: "/session", Body: `{"password":"x"}`, Status: 400, Pointers: []string{"/username"}},
		{Name: "no key is taken", Method: "POST", Path: "/session", Header: map[string]string{"Idempotency-Key": "k"}, Body: login("li.wei", secret), Status: 400, Pointers: []string{"Idempotency-Key"}},
		{Name: "nobody has no self", Path: "/me", Status: 401, Code: fault.Unauthenticated},
	})
	if until := s.Captured("until"); !strings.HasPrefix(until, "2026-10-08T14:00:00") {
		t.Errorf("the session lasts until %s, want twelve hours", until)
	}
	one, two := s.Captured("one"), s.Captured("two")
	s.Run(t, []apitest.Scenario{
		{As: one, Path: "/me", Want: map[string]any{"/account/username": "li.wei", "/permissions": []string{
			"session.use", "tasks.read", "areas.read", "plan.read", "rules.read", "coverage.read", "coverage.edit", "coverage.submit", "coverage.discard", "coverage.correct", "brands.read", "brands.edit", "brands.submit", "brands.delete", "brands.reopen", "reports.read"}}},
		{Name: "the admin sees both", As: "admin", Path: "/accounts/{id}/tokens", Want: map[string]any{"/items/length": 2, "/items/0/name": "session"}},
		{Name: "log out", As: one, Method: "DELETE", Path: "/session", Status: 204},
		{Name: "logged out", As: one, Path: "/me", Status: 401},
		{Name: "logged out twice", As: one, Method: "DELETE", Path: "/session", Status: 401},
		{Name: "the other goes on", As: two, Path: "/me"},
		{Name: "the last second", As: two, Path: "/me", Advance: 12*time.Hour - time.Second},
		{Name: "after twelve hours", As: two, Path: "/me", Advance: 2 * time.Second, Status: 401},
	})
}

// What is answered to an unknown username, to a wrong password, to an account without one and to a
// disabled one is the same to the byte.
func TestLogInTellsNothing(t *testing.T) {
	s := withPassword(t)
	s.Run(t, []apitest.Scenario{
		{As: "admin", Method: "POST", Path: "/accounts", Status: 201, Body: `{"username":"gone","display_name":"停用","role":"clerk","area_code":"330109001","password":"` + secret + `"}`, Capture: map[string]string{"gone": "/id", "v": "ETag"}},
		{As: "admin", Method: "PATCH", Path: "/accounts/{gone}", Header: map[string]string{"If-Match": "{v}"}, Body: `{"disabled":true}`},
	})
	var first string
	for _, c := range []struct{ name, body string }{
		{"wrong password", login("li.wei", "wrong-password-1")},
		{"unknown username", login("nobody.here", "wrong-password-1")},
		{"a username of no form", login("Li Wei", "wrong-password-1")},
		{"no password", login("clerk001", "wrong-password-1")},
		{"disabled", login("gone", secret)},
	} {
		r := s.Do(t, apitest.Request{Method: "POST", Path: "/session", Body: c.body})
		body := strings.ReplaceAll(string(r.Body), r.Header.Get("X-Request-ID"), "ID")
		if r.Status != 401 || !strings.Contains(body, "用户名或密码不正确。") {
			t.Errorf("%s: %d %s", c.name, r.Status, body)
		}
		if first == "" {
			first = body
		}
		if body != first {
			t.Errorf("%s: %s differs from %s", c.name, body, first)
		}
	}
	if log := s.Log(); strings.Contains(log, "wrong-password") || strings.Contains(log, secret) {
		t.Error("a password is in the log")
	}
}

func TestOwnPassword(t *testing.T) {
	s := withPassword(t)
	s.Run(t, []apitest.Scenario{
		{Method: "POST", Path: "/session", Body: login("li.wei", secret), Status: 201, Capture: map[string]string{"one": "/token"}},
		{Method: "POST", Path: "/session", Body: login("li.wei", secret), Status: 201, Capture: map[string]string{"two": "/token"}},
		{As: "admin", Method: "POST", Path: "/accounts/{id}/tokens", Body: `{"name":"对接","expires_at":"2026-12-31T00:00:00Z"}`, Status: 201, Capture: map[string]string{"program": "/token"}},
	})
	one, two, program := s.Captured("one"), s.Captured("two"), s.Captured("program")
	change := func(current, wanted string) string {
		return `{"current_password":"` + current + `","new_password":"` + wanted + `"}`
	}
	s.Run(t, []apitest.Scenario{
		{Name: "wrong current password", As: one, Method: "PUT", Path: "/me/password", Body: change("wrong-password-1", replaced), Status: 422, Pointers: []string{"/current_password"}, Want: map[string]any{"/violations/0/message": "当前密码不正确。"}},
		{Name: "an account without one", As: "clerk002", Method: "PUT", Path: "/me/password", Body: change(secret, replaced), Status: 422, Pointers: []string{"/current_password"}},
		{Name: "too common", As: one, Method: "PUT", Path: "/me/password", Body: change(secret, "Password123456"), Status: 422, Pointers: []string{"/new_password"}, Want: map[string]any{"/violations/0/message": "这个密码太常见，容易被猜中。"}},
		{Name: "an old version of the account", As: one, Method: "PUT", Path: "/me/password", Header: map[string]string{"If-Match": `"1"`}, Body: change(secret, replaced), Status: 412, Code: fault.Stale},
		{Name: "misspelt", As: one, Method: "PUT", Path: "/me/password", Body: `{"password":"x"}`, Status: 400, Pointers: []string{"/password"}},
		{Name: "changed", As: one, Method: "PUT", Path: "/me/password", Body: change(secret, replaced), Status: 204},
		{Name: "this session goes on", As: one, Path: "/me"},
		{Name: "the other one ended", As: two, Path: "/me", Status: 401},
		{Name: "the program's token goes on", As: program, Path: "/me"},
		{Name: "the old password", Method: "POST", Path: "/session", Body: login("li.wei", secret), Status: 401},
		{Name: "the new password", Method: "POST", Path: "/session", Body: login("li.wei", replaced), Status: 201},
		{As: "admin", Path: "/accounts/{id}", Capture: map[string]string{"v": "ETag"}},
		{Name: "reset by the admin", As: "admin", Method: "PATCH", Path: "/accounts/{id}", Header: map[string]string{"If-Match": "{v}"}, Body: `{"password":"` + secret + `"}`},
		{Name: "which ends the sessions", As: one, Path: "/me", Status: 401},
		{Name: "not the tokens of programs", As: program, Path: "/me"},
	})
	if events := eventsText(t, s); strings.Contains(events, secret) || strings.Contains(events, replaced) || strings.Contains(events, "argon2") || strings.Contains(events, one) {
		t.Error("a secret is in the audit log")
	} else if !strings.Contains(events, "account.password") || !strings.Contains(events, "session.create") || !strings.Contains(events, "sha256:") {
		t.Errorf("events: %s", events)
	}
}

// eventsText is all of the audit log that holds what was changed.
func eventsText(t *testing.T, s *apitest.Server) string {
	t.Helper()
	var out strings.Builder
	r := s.Do(t, apitest.Request{Method: "GET", Path: "/audit-events?limit=200", As: "auditor"})
	if r.Status != 200 {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	out.Write(r.Body)
	return out.String()
}

func TestGuessingIsLimited(t *testing.T) {
	s := withPassword(t)
	try := func(username, password string) apitest.Response {
		return s.Do(t, apitest.Request{Method: "POST", Path: "/session", Body: login(username, password)})
	}
	for i := range 5 {
		if r := try("li.wei", "wrong-password-1"); r.Status != 401 {
			t.Fatalf("try %d: %d", i+1, r.Status)
		}
	}
	for _, password := range []string{"wrong-password-1", secret} {
		r := try("li.wei", password)
		if r.Status != 429 || r.Header.Get("Retry-After") != "900" || !strings.Contains(string(r.Body), "密码输错次数过多，请 15 分钟后再试。") {
			t.Errorf("the sixth try: %d, Retry-After %q, %s", r.Status, r.Header.Get("Retry-After"), r.Body)
		}
	}
	if r := s.Do(t, apitest.Request{Method: "GET", Path: "/me", As: "clerk001"}); r.Status != 200 {
		t.Errorf("a token at the same address: %d", r.Status)
	}
	s.Clock.Advance(15*time.Minute + time.Second) // the stamps of the seeds are a little ahead of the clock
	if r := try("li.wei", secret); r.Status != 201 {
		t.Errorf("after fifteen minutes: %d", r.Status)
	}
	for i := range 20 {
		try("unknown"+strconv.Itoa(i), "wrong-password-1")
	}
	if r := try("unknown99", "wrong-password-1"); r.Status != 429 {
		t.Errorf("the 21st account tried from one address: %d", r.Status)
	}
	if r := try("li.wei", secret); r.Status != 201 {
		t.Errorf("who logged in from the address before: %d, want not to be locked out", r.Status)
	}
	r := s.Do(t, apitest.Request{Method: "PUT", Path: "/me/password", As: "clerk001", Body: `{"current_password":"x","new_password":"y"}`})
	if r.Status != 429 {
		t.Errorf("guessing by way of the change of a password: %d", r.Status)
	}
}

// After an administrator's reset the lock of the account is gone, whichever instance counted; and an
// attacker cannot tell a disabled account by its lock.
func TestResetUnlocks(t *testing.T) {
	s := withPassword(t)
	try := func(password string) int {
		return s.Do(t, apitest.Request{Method: "POST", Path: "/session", Body: login("li.wei", password)}).Status
	}
	edit := func(body string) {
		s.Run(t, []apitest.Scenario{
			{As: "admin", Path: "/accounts/{id}", Capture: map[string]string{"v": "ETag"}},
			{Name: body, As: "admin", Method: "PATCH", Path: "/accounts/{id}", Header: map[string]string{"If-Match": "{v}"}, Body: body},
		})
	}
	for range 5 {
		try("wrong-password-1")
	}
	if got := try(secret); got != 429 {
		t.Fatalf("not locked: %d", got)
	}
	edit(`{"disabled":true}`)
	if got := try(secret); got != 429 {
		t.Errorf("disabling took the lock away: %d", got)
	}
	edit(`{"disabled":false,"password":"` + replaced + `"}`)
	if got := try(replaced); got != 201 {
		t.Errorf("after the reset: %d, want 201", got)
	}
}

// One address with many people behind it: the errors of the others keep no right password out.
func TestOthersErrorsLockNobodyOut(t *testing.T) {
	s := withPassword(t)
	for i := range 30 {
		if r := s.Do(t, apitest.Request{Method: "POST", Path: "/session", Body: login("colleague"+strconv.Itoa(i), "wrong-password-1")}); (r.Status == 429) != (i >= 20) {
			t.Fatalf("error %d: %d", i+1, r.Status)
		}
	}
	s.Run(t, []apitest.Scenario{
		{Name: "a wrong one", Method: "POST", Path: "/session", Body: login("li.wei", "wrong-password-1"), Status: 429, Code: fault.RateLimited,
			Want: map[string]any{"/detail": "用户名或密码不正确。这个网络地址上输错的次数过多，请核对后再登录，或 15 分钟后再试。忘记密码请联系管理员重设。"}},
		{Name: "the right one", Method: "POST", Path: "/session", Body: login("li.wei", secret), Status: 201},
	})
}

// A request under a key is told from another by the password too, without a digest of it being kept
// that is quick to guess from.
func TestNewAccountIsReplayed(t *testing.T) {
	const body = `{"username":"li.wei","display_name":"李薇","role":"clerk","area_code":"330109001","password":"` + secret + `"}`
	header := map[string]string{"Idempotency-Key": "key-1"}
	apitest.Run(t, []apitest.Scenario{
		{Name: "first", As: "admin", Method: "POST", Path: "/accounts", Header: header, Body: body, Status: 201, Capture: map[string]string{"id": "/id"}},
		{Name: "again", As: "admin", Method: "POST", Path: "/accounts", Header: header, Body: body, Status: 201, WantHeader: map[string]string{"Location": "/api/v1/accounts/{id}"}},
		{Name: "with another password", As: "admin", Method: "POST", Path: "/accounts", Header: header, Body: strings.Replace(body, secret, replaced, 1), Status: 422, Code: fault.IdempotencyMismatch},
	})
}

// Another process over the same file sees a revocation on its next request.
func TestRevocationIsSeenByEveryProcess(t *testing.T) {
	s := apitest.New(t)
	other, err := store.Open(context.Background(), store.Options{URL: s.URL, Clock: s.Clock.Now}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}()
	s.Run(t, []apitest.Scenario{
		{Name: "cached here", As: "clerk001", Path: "/me"},
		{As: "admin", Path: "/accounts/" + apitest.AccountID("clerk001") + "/tokens", Capture: map[string]string{"token": "/items/0/id"}},
	})
	err = other.Update(context.Background(), store.By{Actor: access.Operator}, func(tx *store.Writer) error {
		return account.RevokeToken(tx, s.Captured("token"))
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Run(t, []apitest.Scenario{{Name: "refused", As: "clerk001", Path: "/me", Status: 401}})
}
