package openapi

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The generator's golden document is the subject: what the generator writes is what is checked against.
func load(t *testing.T) *Document {
	t.Helper()
	content, err := os.ReadFile("gen/testdata/fixture.json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := Load(content)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const (
	record = `{"area":{"code":"310115005","name":"花木街道"},"previous":null,"state":"draft","band":null,"step":1,` +
		`"color":"red","states":["draft"],"rate":94.99,"late":false,"figures":{"registered":3},"by_state":{"draft":3},` +
		`"pointers":["/figures/joint"],"extra":null,"children":[],"created_at":"2026-07-01T00:00:00Z","decided_at":null}`
	problem  = `{"type":"https://example.invalid/problems/x","title":"不存在","status":404}`
	jsonType = "application/json; charset=utf-8"
	refused  = "application/problem+json"
	sheet    = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

func headers(pairs ...string) http.Header {
	h := http.Header{"X-Request-Id": {"01890a5d"}}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestCheckAnswer(t *testing.T) {
	d := load(t)
	const one = "/api/v1/records/2026-Q3/310115005"
	ok := headers("Content-Type", jsonType, "ETag", `"r1"`)
	with := func(old, new string) string {
		if !strings.Contains(record, old) {
			t.Fatalf("the record holds no %s", old)
		}
		return strings.Replace(record, old, new, 1)
	}
	tests := []struct {
		name, method, path string
		status             int
		header             http.Header
		body               string
		want               string // part of the error; "" for none
	}{
		{"as documented", "GET", one, 200, ok, record, ""},
		{"a query does not matter", "GET", one + "?as_of=x", 200, ok, record, ""},
		{"another form", "GET", one, 200, headers("Content-Type", "text/csv; charset=utf-8", "ETag", `"r1"`), "a,b\n", ""},
		{"a sheet", "GET", one, 200, headers("Content-Type", sheet, "ETag", `"r1"`), "PK", ""},
		{"no content", "GET", one, 304, headers("ETag", `"r1"`), "", ""},
		{"a problem", "GET", one, 404, headers("Content-Type", refused), problem, ""},
		{"a shared problem with its header", "GET", one, 429, headers("Content-Type", refused, "Retry-After", "5"), problem, ""},
		{"nullable given", "GET", one, 200, ok, with(`"previous":null`, `"previous":{"code":"0","name":"全国"}`), ""},
		{"a page", "GET", "/api/v1/records", 200, headers("Content-Type", jsonType), `{"items":[` + record + `],"next_cursor":null}`, ""},
		{"a literal path wins", "POST", "/api/v1/records/import", 204, headers(), "", ""},
		{"no such path", "GET", "/api/v1/nothing", 404, headers("Content-Type", refused), problem, ""},
		{"wrong method", "DELETE", "/api/v1/records", 405, headers("Content-Type", refused, "Allow", "GET"), problem, ""},

		{"unknown member", "GET", one, 200, ok, with(`"late":false`, `"late":false,"later":1`), "additional properties 'later'"},
		{"unknown member within", "GET", one, 200, ok, with(`"name":"花木街道"`, `"name":"花木街道","x":1`), "/area: "},
		{"missing member", "GET", one, 200, ok, with(`"late":false,`, ``), "missing property 'late'"},
		{"wrong type", "GET", one, 200, ok, with(`"late":false`, `"late":"false"`), "/late: got string, want boolean"},
		{"null where none belongs", "GET", one, 200, ok, with(`"states":["draft"]`, `"states":null`), "/states: "},
		{"unknown value of an enumeration", "GET", one, 200, ok, with(`["draft"]`, `["none"]`), "/states/0: "},
		{"too many decimals", "GET", one, 200, ok, with(`94.99`, `94.999`), "/rate: "},
		{"no instant", "GET", one, 200, ok, with(`2026-07-01T00:00:00Z`, `2026-07-01 00:00`), "/created_at: "},
		{"no pointer", "GET", one, 200, ok, with(`"/figures/joint"`, `"figures/joint"`), "/pointers/0: "},
		{"no area code", "GET", one, 200, ok, with(`310115005`, `31011`), "/area/code: "},
		{"key outside the enumeration", "GET", one, 200, ok, with(`{"draft":3}`, `{"none":3}`), `the name "none", by the schema /components/schemas/Record/properties/by_state/propertyNames`},
		{"no JSON", "GET", one, 200, ok, `{`, "no JSON"},
		{"two values", "GET", one, 200, ok, record + record, "no JSON"},
		{"undocumented status", "GET", one, 409, headers("Content-Type", refused), problem, "the status is not documented"},
		{"undocumented media type", "GET", one, 200, headers("Content-Type", "text/html", "ETag", `"r1"`), "<p>", "the media type"},
		{"a problem as plain JSON", "GET", one, 404, headers("Content-Type", jsonType), problem, "the media type"},
		{"a problem that is none", "GET", one, 404, headers("Content-Type", refused), `{"error":"x"}`, "additional properties 'error'"},
		{"no ETag", "GET", one, 200, headers("Content-Type", jsonType), record, "the header ETag is missing"},
		{"no request id", "GET", one, 200, http.Header{"Content-Type": {jsonType}, "Etag": {`"r1"`}}, record, "the header X-Request-ID is missing"},
		{"no Retry-After", "GET", one, 429, headers("Content-Type", refused), problem, "the header Retry-After is missing"},
		{"Retry-After is no number", "GET", one, 429, headers("Content-Type", refused, "Retry-After", "soon"), problem, "the header Retry-After: "},
		{"a body where none belongs", "GET", one, 304, headers("ETag", `"r1"`), "x", "a body of 1 bytes"},
		{"a success without operation", "GET", "/api/v1/nothing", 200, ok, record, "not documented"},
		{"405 without Allow", "DELETE", "/api/v1/records", 405, headers("Content-Type", refused), problem, "Allow"},
		{"405 of no path", "GET", "/api/v1/nothing", 405, headers("Content-Type", refused, "Allow", "GET"), problem, "no operation"},
		{"404 that is no problem", "GET", "/api/v1/nothing", 404, headers("Content-Type", "text/plain"), "404", "not as a problem"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			expect(t, d.CheckAnswer(test.method, test.path, test.status, test.header, []byte(test.body)), test.want)
		})
	}
}

func TestCheckRequest(t *testing.T) {
	d := load(t)
	const submit = "/api/v1/records/2026-Q3/310115005/submit"
	const list = "/api/v1/records?period=2026-Q3"
	const asked = `{"reason":"有误","figure":null,"given":1,"areas":["310115005"],"decision":"approved"}`
	tests := []struct {
		name, method, path, body, contentType string
		want                                  string
	}{
		{"a body", "POST", submit, asked, jsonType, ""},
		{"no body where it is optional", "POST", submit, "", "", ""},
		{"null for what may be absent", "POST", submit, strings.Replace(asked, `"figure"`, `"until":null,"figure"`, 1), jsonType, ""},
		{"a query", "GET", list + "&state=draft,approved&area=310115005,31&limit=20&count=true&sort=-area", "", "", ""},
		{"a file", "POST", "/api/v1/records/import", "a,b\n", "text/csv; charset=utf-8", ""},

		{"no such operation", "PUT", submit, asked, jsonType, "not documented"},
		{"a member too many", "POST", submit, strings.Replace(asked, `"figure"`, `"x":1,"figure"`, 1), jsonType, "additional properties 'x'"},
		{"a member missing", "POST", submit, `{}`, jsonType, "missing properties"},
		{"null where it is refused", "POST", submit, strings.Replace(asked, `"figure"`, `"phone":null,"figure"`, 1), jsonType, "/phone: "},
		{"twice the same", "POST", submit, strings.Replace(asked, `["310115005"]`, `["310115005","310115005"]`, 1), jsonType, "/areas: "},
		{"no body", "POST", "/api/v1/session", "", "", "the body is missing"},
		{"a body where none belongs", "GET", list, "{}", jsonType, "a body of 2 bytes"},
		{"another media type", "POST", submit, asked, "text/plain", `the media type "text/plain"`},
		{"an unknown parameter", "GET", list + "&x=1", "", "", "the query parameter x is not documented"},
		{"a repeated parameter", "GET", list + "&limit=1&limit=2", "", "", "the query parameter limit is repeated"},
		{"a required parameter missing", "GET", "/api/v1/records", "", "", "the query parameter period is missing"},
		{"no number", "GET", list + "&limit=many", "", "", "limit=\"many\""},
		{"out of bounds", "GET", list + "&limit=201", "", "", "limit=\"201\""},
		{"no value of the enumeration", "GET", list + "&state=draft,none", "", "", "state=\"draft,none\": /1: "},
		{"no truth", "GET", list + "&count=1", "", "", "count=\"1\""},
		{"an undecodable query", "GET", list + "&x=%zz", "", "", "the query: "},
		{"a path that does not match", "GET", "/api/v1/records/2026-Q5/310115005", "", "", "the path parameter period=\"2026-Q5\""},
		{"a path of the wrong type", "PUT", "/api/v1/photos/0", "x", "multipart/form-data; boundary=x", "the path parameter n=\"0\""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			expect(t, d.CheckRequest(test.method, test.path, []byte(test.body), test.contentType), test.want)
		})
	}
}

func expect(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("unexpected error: %v", err)
	case want != "" && err == nil:
		t.Errorf("no error, want one with %q", want)
	case want != "" && !strings.Contains(err.Error(), want):
		t.Errorf("error %q, want one with %q", err, want)
	}
}

func TestOperations(t *testing.T) {
	operations := load(t).Operations()
	find := func(id string) Operation {
		at := slices.IndexFunc(operations, func(o Operation) bool { return o.ID == id })
		if at < 0 {
			t.Fatalf("no operation %s", id)
		}
		return operations[at]
	}
	if got := find("submitRecord"); got.Method != "POST" || got.Path != "/api/v1/records/{period}/{area}/submit" ||
		!got.HasIfMatch || !got.HasIdempotencyKey || !got.HasBody || got.BodyRequired || got.Public ||
		!slices.Equal(got.PathParameters, []string{"period", "area"}) || !slices.Contains(got.Statuses, 412) {
		t.Errorf("submitRecord is %+v", got)
	}
	if got := find("login"); !got.Public || !got.BodyRequired || !slices.Equal(got.BodyTypes, []string{"application/json"}) {
		t.Errorf("login is %+v", got)
	}
	if got := find("listRecords"); !got.RequiresParameters || got.HasBody ||
		!slices.Equal(got.QueryParameters, []string{"period", "state", "one", "area", "sort", "limit", "cursor", "count"}) {
		t.Errorf("listRecords is %+v", got)
	}
	if got := find("getRecord"); !slices.Equal(got.AnswerTypes, []string{"application/json", sheet, "text/csv"}) {
		t.Errorf("getRecord answers as %v", got.AnswerTypes)
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, content := range []string{``, `[]`, `{"openapi":"3.0.3"}`, `{"openapi":"3.1.0"}`,
		`{"openapi":"3.1.0","servers":[{"url":"/"}],"paths":{"/a":{"get":{"responses":{"default":{}}}}}}`} {
		if _, err := Load([]byte(content)); err == nil {
			t.Errorf("%q was loaded", content)
		}
	}
}

func TestChecksRunConcurrently(t *testing.T) {
	d := load(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			header := headers("Content-Type", jsonType, "ETag", `"r1"`)
			if err := d.CheckAnswer("GET", "/api/v1/records/2026/0", 200, header, []byte(record)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}
