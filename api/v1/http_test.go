package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/fault"
	"brandregistry/internal/openapi"
	"brandregistry/internal/store"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pathsOfAll fills a registry and returns a path that exists for every path of the document.
func pathsOfAll(t *testing.T) (*apitest.Server, map[string]string) {
	t.Helper()
	s := brandOf001(t)
	s.Run(t, []apitest.Scenario{
		attach(t, "file", "a.pdf", []byte("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")),
		{As: "clerk001", Method: "PUT", Path: recordPath, Body: recordBody, Status: 201, Capture: map[string]string{"record": "ETag"}},
		{As: "reviewer", Method: "PUT", Path: "/periods/2026-Q3/extensions/330109001", Body: `{"until":"2027-01-10","reason":"延期"}`, Status: 201, Capture: map[string]string{"extension": "ETag"}},
	})
	ids := map[string]string{"brands": s.Captured("id"), "evidence": s.Captured("file"), "accounts": apitest.AccountID("clerk001"), "tokens": "0199c1d0-0000-7000-8001-" + apitest.AccountID("clerk003")[24:]}
	d, err := apitest.Document()
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`\{\w+\}`)
	values := map[string]string{"{area}": "330109001", "{code}": "330109001", "{period}": "2026-Q3", "{year}": "2026", "{n}": "1"}
	paths := map[string]string{}
	for _, o := range d.Operations() {
		below := strings.TrimPrefix(o.Path, v1.Base)
		kind := strings.Split(below, "/")[1]
		paths[o.Path] = name.ReplaceAllStringFunc(below, func(p string) string {
			if value, given := values[p]; given {
				return value
			}
			return ids[kind]
		})
	}
	return s, paths
}

// asWhom is an account that may do an operation.
func asWhom(o openapi.Operation) string {
	switch at := strings.Split(strings.TrimPrefix(o.Path, v1.Base), "/")[1]; {
	case o.Public:
		return ""
	case at == "audit-events":
		return "auditor"
	case at == "accounts", at == "tokens", at == "areas":
		return "admin"
	case at == "coverage-records" && regexp.MustCompile(`/(return|approve)$`).MatchString(o.Path), o.Method != "GET" && (at == "periods" || at == "goals"),
		at == "brands" && regexp.MustCompile(`/(return|reject|publicize|recognize|confirm|revoke|reopen)$`).MatchString(o.Path):
		return "reviewer"
	}
	return "clerk001"
}

// queryOf is what an operation cannot be asked without.
func queryOf(o openapi.Operation) string {
	switch o.ID {
	case "getCoverageDiff":
		return "?from=1&to=1"
	case "getTrendReport":
		return "?area=330109001&indicator=organization_coverage&from=2026-Q2&to=2026-Q3"
	}
	return ""
}

// HEAD is answered as GET, without the body: every route, every refusal, and what the client has already.
func TestHeadIsGetWithoutABody(t *testing.T) {
	s, paths := pathsOfAll(t)
	d, err := apitest.Document()
	if err != nil {
		t.Fatal(err)
	}
	compare := func(q apitest.Request) (get apitest.Response) {
		t.Helper()
		q.Method = "GET"
		get = s.Do(t, q)
		q.Method = "HEAD"
		head := s.Do(t, q)
		get.Header.Del("X-Request-Id")
		head.Header.Del("X-Request-Id")
		if get.Status != http.StatusNotModified && get.Header.Get("Content-Length") != strconv.Itoa(len(get.Body)) {
			t.Errorf("GET %s: Content-Length %q of %d bytes", q.Path, get.Header.Get("Content-Length"), len(get.Body))
		}
		if head.Status != get.Status || len(head.Body) > 0 {
			t.Errorf("HEAD %s: %d with %d bytes, GET %d", q.Path, head.Status, len(head.Body), get.Status)
		}
		length := get.Header.Get("Content-Length") // of a problem: it holds the request's id
		if head.Header.Get("Content-Length") != length || !maps.EqualFunc(head.Header, get.Header, slices.Equal[[]string]) {
			t.Errorf("HEAD %s: %v, GET %v", q.Path, head.Header, get.Header)
		}
		return get
	}
	for _, o := range d.Operations() {
		if o.Method != "GET" {
			continue
		}
		path := paths[o.Path] + queryOf(o)
		get := compare(apitest.Request{Path: path, As: asWhom(o)})
		if get.Status != http.StatusOK {
			t.Errorf("GET %s: %d %s", path, get.Status, get.Body)
		}
		if etag := get.Header.Get("ETag"); etag != "" {
			compare(apitest.Request{Path: path, As: asWhom(o), Header: map[string]string{"If-None-Match": etag}})
		}
		compare(apitest.Request{Path: path})
		compare(apitest.Request{Path: path + "?nothing", As: asWhom(o)})
	}
	compare(apitest.Request{Path: "/nothing"})
	compare(apitest.Request{Path: "/coverage-records/approve/approve/approve"})
	if r := s.Do(t, apitest.Request{Method: "HEAD", Path: "/session"}); r.Status != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "DELETE, POST" || len(r.Body) > 0 {
		t.Errorf("HEAD of what has no GET: %d, Allow %q", r.Status, r.Header.Get("Allow"))
	}
	if log := s.Log(); !strings.Contains(log, `"method":"HEAD","route":"/api/v1/evidence/:id"`) {
		t.Error("a HEAD is not logged as such")
	}
}

// What cannot be given as the client accepts it is 406 and names what can be; the document says where.
func TestWhatCannotBeGivenIsNotAcceptable(t *testing.T) {
	s, paths := pathsOfAll(t)
	d, err := apitest.Document()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range d.Operations() {
		q := apitest.Request{Method: o.Method, Path: paths[o.Path] + queryOf(o), As: asWhom(o), Header: map[string]string{"Accept": "text/csv", "Content-Type": "text/plain"}}
		if o.HasBody {
			q.Body = strings.Repeat(" ", v1.MaxBody+1) // which is refused later
		}
		documented := slices.Contains(o.Statuses, http.StatusNotAcceptable)
		if !documented {
			q.Path += "?nothing" // which is refused, too: nothing is to be deleted here
		}
		r := s.Do(t, q)
		if o.ID == "revokeRecognition" && r.Status == http.StatusNotFound { // there is none, which comes first
			continue
		}
		if (r.Status == http.StatusNotAcceptable) != documented {
			t.Errorf("%s: %d %s; 406 is documented: %v", o.ID, r.Status, r.Body, documented)
		}
		can := "application/json"
		if o.ID == "getEvidence" {
			can = "application/pdf"
		}
		if r.Status == http.StatusNotAcceptable && (!strings.Contains(string(r.Body), "只能给出 "+can) || !strings.Contains(string(r.Body), "“text/csv”")) {
			t.Errorf("%s: %s", o.ID, r.Body)
		}
		if r := s.Do(t, apitest.Request{Method: o.Method, Path: q.Path, Header: q.Header}); !o.Public && r.Status != http.StatusUnauthorized {
			t.Errorf("%s by nobody: %d", o.ID, r.Status)
		}
	}
	for accept, status := range map[string]int{
		"": 200, "*/*": 200, "*": 200, "application/*": 200, "application/json": 200, "APPLICATION/JSON; charset=utf-8": 200,
		"text/html, application/xhtml+xml, */*;q=0.8": 200, "text/csv, application/json;q=0.001": 200, "text/html, *; q=.2, */*; q=.2": 200,
		"application/json, application/problem+json": 200, "application/*;q=0, application/json": 200,
		"text/csv": 406, "text/*": 406, "application/problem+json": 406, "application/json;q=0": 406, "application/json;q=0.0, text/csv": 406,
		"application/json;q=0, */*": 406, "*/*;q=0": 406, "application/*;q=0, */*": 406, "application/json;q=2": 406, "json": 406, "application/vnd.api+json": 406,
	} {
		r := s.Do(t, apitest.Request{Method: "GET", Path: "/me", As: "reader", Header: map[string]string{"Accept": accept}})
		if r.Status != status {
			t.Errorf("Accept: %s: %d, want %d", accept, r.Status, status)
		}
		if r := s.Do(t, apitest.Request{Method: "GET", Path: "/me", Header: map[string]string{"Accept": accept}}); r.Status != 401 {
			t.Errorf("Accept: %s, of nobody: %d", accept, r.Status)
		}
	}
	file := "/evidence/" + s.Captured("file")
	for accept, status := range map[string]int{"application/pdf": 200, "application/*": 200, "image/*,*/*;q=0.1": 200, "image/*": 406, "application/json": 406} {
		if r := s.Do(t, apitest.Request{Method: "GET", Path: file, As: "reader", Header: map[string]string{"Accept": accept}}); r.Status != status {
			t.Errorf("a PDF, Accept: %s: %d, want %d", accept, r.Status, status)
		}
	}
	s.Run(t, []apitest.Scenario{
		{Name: "404 comes first", As: "reader", Path: "/coverage-records/2026-Q3/330109002", Header: map[string]string{"Accept": "text/csv"}, Status: 404, Code: fault.NotFound},
		{Name: "nothing was done", As: "clerk001", Method: "POST", Path: "/brands", Header: map[string]string{"Accept": "text/csv"}, Body: brandBody("330109001", "另一个品牌"), Status: 406, Code: fault.NotAcceptable},
		{Name: "so its name is free", As: "clerk001", Method: "POST", Path: "/brands", Body: brandBody("330109001", "另一个品牌"), Status: 201},
	})
}

// A body that is compressed is told so, not misread.
func TestEncodedBodyIsUnsupported(t *testing.T) {
	s := brandOf001(t)
	body, header := form(t, "a.pdf", []byte("%PDF-1.4\n"))
	for coding, status := range map[string]int{"gzip": 415, "br": 415, "deflate": 415, "x-gzip": 415, "identity, gzip": 415, "aws-chunked": 415} {
		h := maps.Clone(header)
		h["Content-Encoding"] = coding
		s.Run(t, []apitest.Scenario{
			{Name: "JSON as " + coding, As: "clerk001", Method: "PUT", Path: recordPath, Header: map[string]string{"Content-Encoding": coding}, Body: "\x1f\x8b", Status: status, Code: fault.UnsupportedMediaType, Contains: []string{"Content-Encoding"}},
			{Name: "where none is taken, as " + coding, As: "clerk001", Method: "DELETE", Path: "/brands/{id}", Header: map[string]string{"Content-Encoding": coding, "If-Match": "*"}, Body: "\x1f\x8b", Status: 400, Code: fault.InvalidRequest},
			{Name: "an upload as " + coding, As: "clerk001", Method: "POST", Path: attachPath, Header: h, Body: body, Status: status, Code: fault.UnsupportedMediaType, Contains: []string{"Content-Encoding"}},
		})
	}
	s.Run(t, []apitest.Scenario{
		{Name: "identity", As: "clerk001", Method: "PUT", Path: recordPath, Header: map[string]string{"Content-Encoding": "Identity"}, Body: recordBody, Status: 201},
		{Name: "without a body", As: "clerk001", Method: "POST", Path: recordPath + "/submit", Header: map[string]string{"Content-Encoding": "gzip"}, Status: 428, Code: fault.PreconditionRequired},
	})
}

// 412 says the version that there is, of every noun.
func TestStaleSaysTheCurrentETag(t *testing.T) {
	s, _ := pathsOfAll(t)
	old := map[string]string{"If-Match": `"1"`}
	for _, c := range []struct {
		as, method, path, body string
		at                     string // where it is read, if not there
	}{
		{"admin", "PUT", "/areas/330109001", `{"name":"城厢街道","valid_from":null,"valid_to":null,"successors":[],"reports":true}`, ""},
		{"admin", "PATCH", "/accounts/" + apitest.AccountID("clerk001"), `{"display_name":"甲"}`, ""},
		{"reviewer", "PUT", "/periods/2026-Q3?area=330109", `{"opens_on":"2026-10-01","due_on":"2026-10-12","closes_on":"2026-12-31"}`, ""},
		{"reviewer", "PUT", "/periods/2026-Q3/extensions/330109001", `{"until":"2027-01-11","reason":"延期"}`, ""},
		{"reviewer", "DELETE", "/periods/2026-Q3/extensions/330109001", "", ""},
		{"reviewer", "PUT", "/goals/330109/2026", `{"brands":{"target":21,"level":"district"},"coverage":{"indicator":"organization_coverage","target_percent":95}}`, ""},
		{"clerk001", "PUT", recordPath, recordBody, ""},
		{"clerk001", "POST", recordPath + "/submit", "", recordPath},
		{"clerk001", "POST", recordPath + "/discard", "", recordPath},
		{"clerk001", "PATCH", "/brands/{id}", `{"slogan":"新口号"}`, ""},
		{"clerk001", "POST", "/brands/{id}/submit", "", "/brands/{id}"},
		{"clerk001", "DELETE", "/brands/{id}", "", ""},
	} {
		if c.at == "" {
			c.at = c.path
		}
		current := s.Do(t, apitest.Request{Method: "GET", Path: c.at, As: c.as}).Header.Get("ETag")
		q := apitest.Request{Method: c.method, Path: c.path, As: c.as, Header: old}
		if c.body != "" {
			q.Body = c.body
		}
		if r := s.Do(t, q); r.Status != 412 || current == "" || r.Header.Get("ETag") != current {
			t.Errorf("%s %s: %d with ETag %s, want %s: %s", c.method, c.path, r.Status, r.Header.Get("ETag"), current, r.Body)
		}
	}
	s.Run(t, []apitest.Scenario{
		{Name: "it is there already", As: "clerk001", Method: "PUT", Path: recordPath, Header: map[string]string{"If-None-Match": "*"}, Body: recordBody, Status: 412, WantHeader: map[string]string{"ETag": "{record}"}},
		{Name: "there is none", As: "clerk002", Method: "PUT", Path: "/coverage-records/2026-Q3/330109002", Header: old, Body: recordBody, Status: 412, WantHeader: map[string]string{"ETag": ""}},
		{Name: "without quotes", As: "clerk001", Method: "PUT", Path: recordPath, Header: map[string]string{"If-Match": "1760000000000001"}, Body: recordBody, Status: 400, Code: fault.InvalidRequest, Pointers: []string{"If-Match"}, Contains: []string{`“1760000000000001”`, `If-Match: \"1760000000000001\"`}},
	})
}

// Guesses are counted by who makes them, whatever he claims to be.
func TestGuessesAreCountedByTheClient(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("fe80::/64")}
	for _, c := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"nobody's claim", "192.0.2.9:1234", []string{"203.0.113.7"}, "192.0.2.9"},
		{"the proxy's", "10.1.0.1:1234", []string{"203.0.113.7"}, "203.0.113.7"},
		{"with a port", "10.1.0.1:1234", []string{"203.0.113.7:5555"}, "203.0.113.7"},
		{"the claim before it", "10.1.0.1:1234", []string{"198.51.100.1, 203.0.113.7"}, "203.0.113.7"},
		{"of several lines", "10.1.0.1:1234", []string{"198.51.100.1", "203.0.113.7:80"}, "203.0.113.7"},
		{"through two proxies", "10.1.0.1:1234", []string{"198.51.100.1, 203.0.113.7, 10.1.0.2:5555"}, "203.0.113.7"},
		{"proxies alone", "10.1.0.1:1234", []string{"10.1.0.3, 10.1.0.2"}, "10.1.0.3"},
		{"the proxy itself, with a port", "10.1.0.1:1234", []string{"10.1.0.1:5555"}, "10.1.0.1"},
		{"no address", "10.1.0.1:1234", []string{"203.0.113.7, unknown"}, "10.1.0.1"},
		{"no address, by a second proxy", "10.1.0.1:1234", []string{"203.0.113.7, unknown, 10.1.0.2"}, "10.1.0.2"},
		{"none", "10.1.0.1:1234", nil, "10.1.0.1"},
		{"empty", "10.1.0.1:1234", []string{""}, "10.1.0.1"},
		{"IPv6", "[fd00::1]:1234", []string{"2001:db8::7"}, "2001:db8::7"},
		{"IPv6 in brackets", "[fd00::1]:1234", []string{"[2001:db8::7]"}, "2001:db8::7"},
		{"IPv6 with a port", "[fd00::1]:1234", []string{"[2001:db8::7]:443"}, "2001:db8::7"},
		{"mapped", "[::ffff:10.1.0.1]:1234", []string{"::ffff:203.0.113.7"}, "203.0.113.7"},
		{"mapped with a port", "10.1.0.1:1234", []string{"[::ffff:203.0.113.7]:80, [::ffff:10.1.0.2]:80"}, "203.0.113.7"},
		{"from a zone", "[fe80::1%eth0]:1234", []string{"fe80::2%eth1, 203.0.113.7"}, "203.0.113.7"},
	} {
		s := apitest.New(t, func(cfg *v1.Config, _ *store.Options) { cfg.TrustedProxies = trusted })
		req := httptest.NewRequestWithContext(t.Context(), "GET", v1.Base+"/me", nil)
		req.RemoteAddr = c.remote
		req.Header["X-Forwarded-For"] = c.forwarded
		req.Header.Set("X-Real-IP", "198.51.100.99")
		req.Header.Set("Forwarded", "for=198.51.100.98")
		s.Handler.ServeHTTP(httptest.NewRecorder(), req)
		var line struct{ Client string }
		if err := json.Unmarshal([]byte(s.Log()), &line); err != nil || line.Client != c.want {
			t.Errorf("%s: %s, %v; want %s", c.name, line.Client, err, c.want)
		}
	}
	s := apitest.New(t, func(cfg *v1.Config, _ *store.Options) { cfg.TrustedProxies = trusted })
	var statuses []int
	for i := range 7 {
		req := httptest.NewRequestWithContext(t.Context(), "POST", v1.Base+"/session", strings.NewReader(`{"username":"admin","password":"guess"}`))
		req.RemoteAddr = "10.1.0.1:1234"
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Real-IP", "198.51.100."+strconv.Itoa(i))
		req.Header.Set("X-Forwarded-For", "198.51.100."+strconv.Itoa(i)+", 203.0.113.7:"+strconv.Itoa(5000+i))
		w := httptest.NewRecorder()
		s.Handler.ServeHTTP(w, req)
		statuses = append(statuses, w.Code)
	}
	if statuses[4] != 401 || statuses[6] != 429 {
		t.Errorf("seven guesses of one client are answered %v", statuses)
	}
}
