package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const record = "/coverage-records/2026-Q3/330109001"

// Each line is wrong in what it is refused for and in everything that comes after.
func TestOrderOfRefusal(t *testing.T) {
	large := strings.Repeat(" ", v1.MaxBody+1)
	text := map[string]string{"Content-Type": "text/plain", "If-Match": `"1"`, "Idempotency-Key": "bad key"}
	stale := map[string]string{"If-Match": `"1"`}
	apitest.Run(t, []apitest.Scenario{
		{Name: "401", Method: "PUT", Path: "/coverage-records/2026-Q9/x?y", Header: text, Body: large, Status: 401, Code: fault.Unauthenticated},
		{Name: "403 by role", As: "reader", Method: "PUT", Path: "/coverage-records/2026-Q9/330106001?y", Header: text, Body: large, Status: 403, Code: fault.Forbidden},
		{Name: "404 by area", As: "clerk001", Method: "PUT", Path: "/coverage-records/2026-Q9/330109002?y", Header: text, Body: large, Status: 404, Code: fault.NotFound},
		{Name: "404 by id, of another's", As: "admin", Method: "POST", Path: "/accounts/" + apitest.AccountID("clerk106") + "/tokens?y", Header: text, Body: large, Status: 404, Code: fault.NotFound},
		{Name: "404 by id, of nobody's", As: "admin", Method: "POST", Path: "/accounts/01890a5d-ac96-774b-bcce-b302099a8057/tokens?y", Header: text, Body: large, Status: 404, Code: fault.NotFound},
		{Name: "403 by area", As: "reviewer106", Method: "PUT", Path: "/periods/2026-Q9/extensions/330109001?y", Header: text, Body: large, Status: 403, Code: fault.Forbidden},
		{Name: "404 by record", As: "clerk001", Method: "POST", Path: record + "/submit?y", Header: text, Body: large, Status: 404, Code: fault.NotFound, Contains: []string{"还没有 330109001 的填报记录"}},
		{Name: "404 by record, of another media type", As: "reviewer", Method: "POST", Path: record + "/return", Header: text, Body: "{", Status: 404, Code: fault.NotFound},
		{Name: "404 by record, by its body", As: "reviewer", Method: "POST", Path: record + "/approve", Header: stale, Body: "{", Status: 404, Code: fault.NotFound},
		{Name: "404 by record, read", As: "clerk001", Path: record + "/history?y", Status: 404, Code: fault.NotFound},
		{Name: "404 by area of a goal", As: "reviewer", Method: "PUT", Path: "/goals/330109999/26?y", Header: text, Body: large, Status: 404, Code: fault.NotFound},
		{Name: "404 by area of an extension", As: "reviewer", Method: "PUT", Path: "/periods/2026-Q9/extensions/330109999?y", Header: text, Body: large, Status: 404, Code: fault.NotFound},
		{Name: "404 by extension", As: "reviewer", Method: "DELETE", Path: "/periods/2026-Q3/extensions/330109001?y", Body: "{", Status: 404, Code: fault.NotFound},
		{Name: "404 by area in the catalogue", As: "reader", Path: "/areas/330109999?y", Status: 404, Code: fault.NotFound},
		{Name: "404 by area of a window", As: "reviewer", Method: "PUT", Path: "/periods/2026-Q9?area=330109999&y", Header: text, Body: large, Status: 404, Code: fault.NotFound},
		{Name: "403 by area of a window", As: "reviewer", Method: "PUT", Path: "/periods/2026-Q9?area=330106&y", Header: text, Body: large, Status: 403, Code: fault.Forbidden},
		{Name: "413", As: "clerk001", Method: "PUT", Path: "/coverage-records/2026-Q9/330109001?y", Header: text, Body: large, Status: 413, Code: fault.TooLarge},
		{Name: "415", As: "clerk001", Method: "PUT", Path: "/coverage-records/2026-Q9/330109001?y", Header: text, Body: "{", Status: 415, Code: fault.UnsupportedMediaType},
		{Name: "400 by path", As: "clerk001", Method: "PUT", Path: "/coverage-records/2026-Q9/330109001", Header: stale, Body: "{", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"period"}},
		{Name: "400 by query", As: "clerk001", Method: "PUT", Path: record + "?y=1", Header: stale, Body: `{"figures":{}}`, Status: 400, Code: fault.InvalidRequest, Pointers: []string{"y"}},
		{Name: "400 by body", As: "clerk001", Method: "PUT", Path: record, Header: stale, Body: "{", Status: 400, Code: fault.InvalidRequest},
		{Name: "400 by area", As: "reviewer", Method: "PUT", Path: "/goals/33010/2026", Body: "{", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"area"}},
		{Name: "400 by year", As: "reviewer", Method: "PUT", Path: "/goals/330109/26", Body: "{", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"year"}},
		{Name: "400 by id", As: "admin", Path: "/accounts/1", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"id"}},
	})
}

// A replay comes before what has become stale or wrong since.
func TestIdempotency(t *testing.T) {
	s := apitest.New(t)
	account := map[string]any{"username": "newclerk", "display_name": "新填报员", "role": "clerk", "area_code": "330109001"}
	other := map[string]any{"username": "newclerk2", "display_name": "新填报员", "role": "clerk", "area_code": "330109001"}
	key := func(k string) map[string]string { return map[string]string{"Idempotency-Key": k} }
	post := func(name, as, k string, body any, status int, code fault.Code) apitest.Scenario {
		return apitest.Scenario{Name: name, As: as, Method: "POST", Path: "/accounts", Header: key(k), Body: body, Status: status, Code: code}
	}
	first := post("first", "admin", "k-1", account, 201, "")
	first.WantHeader = map[string]string{"Idempotency-Replayed": "", "Location": "*"}
	first.Capture = map[string]string{"id": "/id", "etag": "ETag", "location": "Location"}
	again := post("again", "admin", "k-1", account, 201, "")
	again.WantHeader = map[string]string{"Idempotency-Replayed": "true", "ETag": "{etag}", "Location": "{location}", "Content-Type": "application/json"}
	again.Contains = []string{`"id":"{id}"`}
	english := again
	english.Name, english.Header = "in another language", map[string]string{"Idempotency-Key": "k-1", "Accept-Language": "en"}
	charset := again
	charset.Name, charset.Header = "with a charset", map[string]string{"Idempotency-Key": "k-1", "Content-Type": "application/json; charset=UTF-8"}
	late := again
	late.Name, late.Advance = "a minute before the 48 hours are over", 48*time.Hour-time.Minute
	s.Run(t, []apitest.Scenario{
		first, again, english, charset,
		post("another request under the key", "admin", "k-1", other, 422, fault.IdempotencyMismatch),
		post("another body in bytes", "admin", "k-1", `{"username":"newclerk","display_name":"新填报员","role":"clerk","area_code":"330109001"} `, 422, fault.IdempotencyMismatch),
		post("another account's key is another key", "provinceadmin", "k-1", other, 201, ""),
		post("a refusal is not kept", "admin", "k-2", account, 409, fault.AlreadyExists),
		post("so its key is free", "admin", "k-2", map[string]any{"username": "newclerk3", "display_name": "丙", "role": "clerk", "area_code": "330109"}, 201, ""),
		post("400 before the replay", "admin", "k-1", `{`, 400, fault.InvalidRequest),
		late,
		{Name: "then the key is forgotten", Advance: 2 * time.Minute, As: "admin", Method: "POST", Path: "/accounts", Header: key("k-1"), Body: account, Status: 409, Code: fault.AlreadyExists},
		post("a key with a space", "admin", "a b", account, 400, fault.InvalidRequest),
		post("a key that is no ASCII", "admin", "键", account, 400, fault.InvalidRequest),
		post("a key too long", "admin", strings.Repeat("k", 256), account, 400, fault.InvalidRequest),
		post("a key of 255", "admin", strings.Repeat("k", 255), account, 409, fault.AlreadyExists),
		{Name: "none for a session", Method: "POST", Path: "/session", Header: key("k"), Body: `{"username":"a","password":"b"}`, Status: 400, Code: fault.InvalidRequest, Pointers: []string{"Idempotency-Key"}},
		{Name: "none for a token", As: "admin", Method: "POST", Path: "/accounts/" + apitest.AccountID("reader") + "/tokens", Header: key("k"),
			Body: `{"name":"a","expires_at":"2026-12-31T00:00:00Z"}`, Status: 400, Code: fault.InvalidRequest, Pointers: []string{"Idempotency-Key"}},
	})
	if n := strings.Count(s.Log(), `"level":"ERROR"`); n > 0 {
		t.Errorf("%d errors logged: %s", n, s.Log())
	}
}

// A key stands for one request with its precondition: under another one it is another request, which is
// not answered as the first was.
func TestIdempotencyKeyCoversThePrecondition(t *testing.T) {
	s := apitest.New(t)
	submit := func(name, precondition string, status int, code fault.Code) apitest.Scenario {
		return apitest.Scenario{Name: name, As: "clerk001", Method: "POST", Path: recordPath + "/submit", Status: status, Code: code,
			Header: map[string]string{"Idempotency-Key": "submit-1", "If-Match": precondition}}
	}
	first := submit("first", "{etag}", 200, "")
	first.Want = map[string]any{"/state": "submitted"}
	again := submit("the same again", "{etag}", 200, "")
	again.WantHeader = map[string]string{"Idempotency-Replayed": "true"}
	s.Run(t, []apitest.Scenario{
		{As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Status: 201, Capture: map[string]string{"etag": "ETag"}},
		first, again,
		submit("with another precondition", "*", 422, fault.IdempotencyMismatch),
		submit("with an outdated one", `"1"`, 422, fault.IdempotencyMismatch),
		{Name: "with none", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Status: 422, Code: fault.IdempotencyMismatch,
			Header: map[string]string{"Idempotency-Key": "submit-1"}},
	})
}

// The same request sent many times at once is done once.
func TestIdempotencyAtOnce(t *testing.T) {
	s := apitest.New(t)
	var group sync.WaitGroup
	bodies := make([]string, 16)
	for i := range bodies {
		group.Go(func() {
			r := s.Do(t, apitest.Request{Method: "POST", Path: "/accounts", As: "admin", Header: map[string]string{"Idempotency-Key": "k"},
				Body: `{"username":"newclerk","display_name":"新","role":"clerk","area_code":"330109001"}`})
			if bodies[i] = string(r.Body); r.Status != 201 {
				t.Errorf("%d %s", r.Status, r.Body)
			}
		})
	}
	group.Wait()
	for _, b := range bodies {
		if b != bodies[0] {
			t.Errorf("%s, and %s", bodies[0], b)
		}
	}
}

func TestAuthentication(t *testing.T) {
	s := apitest.New(t)
	token := apitest.Token("clerk001")
	for name, c := range map[string]struct {
		values []string
		status int
	}{
		"good":               {[]string{"Bearer " + token}, 200},
		"scheme in any case": {[]string{"bearer " + token}, 200},
		"none":               {nil, 401},
		"empty":              {[]string{""}, 401},
		"no scheme":          {[]string{token}, 401},
		"another scheme":     {[]string{"Basic " + token}, 401},
		"two spaces":         {[]string{"Bearer  " + token}, 401},
		"trailing text":      {[]string{"Bearer " + token + " x"}, 401},
		"twice":              {[]string{"Bearer " + token, "Bearer " + token}, 401},
		"checksum wrong":     {[]string{"Bearer " + token[:len(token)-1] + "-"}, 401},
		"unknown":            {[]string{"Bearer " + apitest.Token("nobody")}, 401},
	} {
		req := httptest.NewRequestWithContext(t.Context(), "GET", v1.Base+"/me", nil)
		req.Header["Authorization"] = c.values
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, req)
		if w.Code != c.status || (c.status == 401 && w.Header().Get("WWW-Authenticate") != "Bearer") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if strings.Contains(s.Log(), token) {
		t.Error("a token was logged")
	}
}

// What takes a token or an account its rights holds from the next request on.
func TestRevocation(t *testing.T) {
	const reader = "/accounts/"
	apitest.Run(t, []apitest.Scenario{
		{Name: "while it is good", As: "reader", Path: "/me"},
		{As: "admin", Path: reader + apitest.AccountID("reader"), Capture: map[string]string{"etag": "ETag"}},
		{Name: "disabled", As: "admin", Method: "PATCH", Path: reader + apitest.AccountID("reader"), Header: map[string]string{"If-Match": "{etag}"}, Body: `{"disabled":true}`},
		{Name: "refused", As: "reader", Path: "/me", Status: 401, Code: fault.Unauthenticated},
		{Name: "expired", As: "auditor", Path: "/me", Advance: 366 * 24 * time.Hour, Status: 401, Code: fault.Unauthenticated},
	})
}

// The use of a token is noted at most hourly, and no answer waits for it in vain.
func TestTokenUseIsNoted(t *testing.T) {
	s := apitest.New(t)
	lastUsed := func() any {
		t.Helper()
		r := s.Do(t, apitest.Request{Method: "GET", Path: "/accounts/" + apitest.AccountID("reader") + "/tokens", As: "admin"})
		v, _ := r.At("/items/0/last_used_at")
		return v
	}
	use := func(after time.Duration) {
		t.Helper()
		s.Clock.Advance(after)
		if r := s.Do(t, apitest.Request{Method: "GET", Path: "/me", As: "reader"}); r.Status != 200 {
			t.Errorf("%d %s", r.Status, r.Body)
		}
	}
	start := lastUsed()
	use(59 * time.Minute)
	if got := lastUsed(); got != start {
		t.Errorf("noted %v within the hour, after %v", got, start)
	}
	use(time.Minute)
	noted := lastUsed()
	if noted == start {
		t.Error("not noted after an hour")
	}
	use(59 * time.Minute)
	if got := lastUsed(); got != noted {
		t.Errorf("noted %v within the hour, after %v", got, noted)
	}
	use(time.Minute)
	s.Clock.Advance(2 * time.Hour)
	const failure = "token use not noted"
	answer := &flushed{ResponseRecorder: httptest.NewRecorder()}
	answer.whenFlushed = func() {
		if answer.Body.Len() == 0 || strings.Contains(s.Log(), failure) {
			t.Error("the answer waited for the writer")
		}
	}
	err := s.Store.Update(t.Context(), store.By{}, func(*store.Writer) error { // the writer is taken until the request is over
		req := httptest.NewRequestWithContext(t.Context(), "GET", v1.Base+"/me", nil)
		req.Header.Set("Authorization", "Bearer "+apitest.Token("reader"))
		s.Handler.ServeHTTP(answer, req)
		return nil
	})
	if err != nil || answer.Code != 200 || !answer.Flushed || !strings.Contains(s.Log(), failure) {
		t.Errorf("%v; %d %s; flushed: %v; logged: %s", err, answer.Code, answer.Body, answer.Flushed, s.Log())
	}
}

// flushed is an answer that tells when it has gone to the client.
type flushed struct {
	*httptest.ResponseRecorder
	whenFlushed func()
}

func (f *flushed) Flush() {
	f.whenFlushed()
	f.ResponseRecorder.Flush()
}

func TestBodies(t *testing.T) {
	put := func(name, media, body string, status int, code fault.Code) apitest.Scenario {
		return apitest.Scenario{Name: name, As: "reviewer", Method: "PUT", Path: "/periods/2026-Q3/extensions/330109001", Header: map[string]string{"Content-Type": media}, Body: body, Status: status, Code: code}
	}
	const good = `{"until":"2026-12-31","reason":"系统升级"}`
	etag := map[string]string{"If-Match": "*"}
	apitest.Run(t, []apitest.Scenario{
		put("JSON", "application/json", good, 201, ""),
		put("UTF-8 is named", `application/json; charset="utf-8"`, good, 428, fault.PreconditionRequired),
		put("no media type", "", good, 415, fault.UnsupportedMediaType),
		put("another charset", "application/json; charset=gbk", good, 415, fault.UnsupportedMediaType),
		put("a form", "application/x-www-form-urlencoded", good, 415, fault.UnsupportedMediaType),
		put("merge patch", "application/merge-patch+json", good, 415, fault.UnsupportedMediaType),
		put("malformed media type", "application/json;;", good, 415, fault.UnsupportedMediaType),
		put("exactly the limit", "application/json", good+strings.Repeat(" ", v1.MaxBody-len(good)), 428, fault.PreconditionRequired),
		put("one byte more", "application/json", good+strings.Repeat(" ", v1.MaxBody-len(good)+1), 413, fault.TooLarge),
		{Name: "a required body is missing", As: "reviewer", Method: "PUT", Path: "/periods/2026-Q3/extensions/330109001", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"/until", "/reason"}},
		{Name: "a body where none is taken", As: "reviewer", Method: "DELETE", Path: "/periods/2026-Q3/extensions/330109001", Header: etag, Body: `{"x":1}`, Status: 400, Code: fault.InvalidRequest},
		{Name: "a query where none is taken", As: "reviewer", Method: "DELETE", Path: "/periods/2026-Q3/extensions/330109001?x=1", Header: etag, Status: 400, Code: fault.InvalidRequest, Pointers: []string{"x"}},
		{Name: "a query of a GET where none is taken", As: "reviewer", Path: "/me?x=1", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"x"}},
	})
}

// A body of unknown length is limited, too.
func TestChunkedBodyIsLimited(t *testing.T) {
	s := apitest.New(t)
	server := httptest.NewServer(s.Handler)
	defer server.Close()
	body := struct{ *strings.Reader }{strings.NewReader(`{"until":"` + strings.Repeat("x", v1.MaxBody) + `"}`)}
	req, err := http.NewRequestWithContext(t.Context(), "PUT", server.URL+v1.Base+"/periods/2026-Q3/extensions/330109001", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+apitest.Token("reviewer"))
	req.Header.Set("Content-Type", "application/json")
	resp, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 413 {
		t.Errorf("answered %d", resp.StatusCode)
	}
}

func TestPreconditions(t *testing.T) {
	const path = "/periods/2026-Q3/extensions/330109001"
	body := map[string]any{"until": "2026-12-31", "reason": "系统升级"}
	put := func(name, header, value string, status int, code fault.Code) apitest.Scenario {
		c := apitest.Scenario{Name: name, As: "reviewer", Method: "PUT", Path: path, Header: map[string]string{header: value}, Body: body, Status: status, Code: code}
		if status < 300 {
			c.Capture = map[string]string{"etag": "ETag", "bare": "/etag"}
		}
		return c
	}
	apitest.Run(t, []apitest.Scenario{
		put("a version of what is not there", "If-Match", `"1"`, 412, fault.Stale),
		put("any version of what is not there", "If-Match", "*", 412, fault.Stale),
		put("created only", "If-None-Match", "*", 201, ""),
		put("created only, but it is there", "If-None-Match", "*", 412, fault.Stale),
		put("another None-Match", "If-None-Match", `"1"`, 400, fault.InvalidRequest),
		put("none", "X-Nothing", "", 428, fault.PreconditionRequired),
		put("its version", "If-Match", "{etag}", 200, ""),
		put("its version among others", "If-Match", `"1", {etag}`, 200, ""),
		put("any version", "If-Match", "*", 200, ""),
		put("its version without quotes", "If-Match", "{bare}", 400, fault.InvalidRequest),
		put("its version, weak", "If-Match", "W/{etag}", 412, fault.Stale),
		put("another", "If-Match", `"1"`, 412, fault.Stale),
		{Name: "a record answers no 304", As: "reviewer", Path: path, Header: map[string]string{"If-None-Match": "{etag}"}, WantHeader: map[string]string{"ETag": "{etag}", "Cache-Control": "no-store"}},
	})
}

func TestLanguages(t *testing.T) {
	apitest.Run(t, []apitest.Scenario{
		{Name: "Chinese by default", Path: "/me", Status: 401, Contains: []string{"尚未登录"}, WantHeader: map[string]string{"Content-Language": "zh-CN"}},
		{Name: "English", Path: "/me", Header: map[string]string{"Accept-Language": "en-GB,en;q=0.8"}, Status: 401, Contains: []string{"Not logged in"}, WantHeader: map[string]string{"Content-Language": "en"}},
		{Name: "a violation in English", As: "reviewer", Path: "/goals/x/2026", Header: map[string]string{"Accept-Language": "en"}, Status: 400, Contains: []string{"It is no area code."}},
		{Name: "another language", Path: "/me", Header: map[string]string{"Accept-Language": "fr"}, Status: 401, Contains: []string{"尚未登录"}},
	})
}

func TestCursors(t *testing.T) {
	const list = "/accounts?limit=2"
	apitest.Run(t, []apitest.Scenario{
		{Name: "the first page", As: "admin", Path: list + "&count=true", Want: map[string]any{"/items/length": 2}, Capture: map[string]string{"next": "/next_cursor"}},
		{Name: "the second", As: "admin", Path: list + "&cursor={next}", Want: map[string]any{"/items/length": 2}, Absent: []string{"/total"}},
		{Name: "with another limit", As: "admin", Path: "/accounts?limit=200&cursor={next}", Want: map[string]any{"/next_cursor": nil}},
		{Name: "of another query", As: "admin", Path: list + "&role=clerk&cursor={next}", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"cursor"}},
		{Name: "of another area's admin", As: "provinceadmin", Path: list + "&cursor={next}", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"cursor"}},
		{Name: "of another list", As: "admin", Path: "/areas?limit=2&cursor={next}", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"cursor"}},
		{Name: "made up", As: "admin", Path: list + "&cursor=abc", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"cursor"}},
		{Name: "limit 0", As: "admin", Path: "/accounts?limit=0", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"limit"}},
		{Name: "limit 201", As: "admin", Path: "/accounts?limit=201", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"limit"}},
		{Name: "an unpublished order", As: "admin", Path: "/accounts?sort=password_hash", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"sort"}},
	})
}

func TestUnrouted(t *testing.T) {
	apitest.Run(t, []apitest.Scenario{
		{Name: "nothing there", Path: "/nothing", Status: 404, Code: fault.NotFound},
		{Name: "a slash too many", As: "admin", Path: "/accounts/", Status: 404, Code: fault.NotFound},
		{Name: "another case", As: "admin", Path: "/Accounts", Status: 404, Code: fault.NotFound},
		{Name: "another method", Method: "DELETE", Path: "/accounts", Status: 405, Code: fault.MethodNotAllowed, WantHeader: map[string]string{"Allow": "GET, HEAD, POST"}},
		{Name: "preflight without CORS", Method: "OPTIONS", Path: "/accounts", Status: 405, Code: fault.MethodNotAllowed, WantHeader: map[string]string{"Allow": "GET, HEAD, POST"}},
		{Name: "broken path", As: "admin", Path: "/areas/\xff", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"code"}},
	})
}

// Periods of a registry of months are months.
func TestFrequency(t *testing.T) {
	s := apitest.New(t, func(_ *v1.Config, o *store.Options) { o.Calendar.Frequency = period.Monthly })
	s.Run(t, []apitest.Scenario{
		{Name: "a month", As: "reviewer", Path: "/periods/2026-M09"},
		{Name: "a quarter", As: "reviewer", Path: "/periods/2026-Q3", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"period"}},
	})
}
