package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/docs"
	"brandregistry/internal/openapi"
	"brandregistry/internal/text"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What fits the published schema is not malformed, and what does not fit it is not taken: the inputs by
// which the two were told apart. apitest holds every request of every test against the document so.
func TestTheDocumentAndTheServerAgree(t *testing.T) {
	s := apitest.New(t)
	d, err := apitest.Document()
	if err != nil {
		t.Fatal(err)
	}
	long := func(n int) string { return strings.Repeat("长", n) }
	account := func(name, password string) string {
		return fmt.Sprintf(`{"username":"somebody","display_name":%q,"role":"reader","area_code":"330109","password":%q}`, name, password)
	}
	for _, tt := range []struct{ as, method, path, body string }{
		{"admin", "GET", "/areas/01", ""}, {"admin", "GET", "/areas/0123", ""}, {"admin", "GET", "/areas?parent=0123", ""}, {"admin", "GET", "/areas?parent=00", ""},
		{"reviewer", "GET", "/periods/0000-Q1", ""}, {"reviewer", "GET", "/periods/1899-Q4", ""}, {"reviewer", "GET", "/periods/9999-Q1", ""}, {"reviewer", "GET", "/goals/330109/0999", ""},
		{"reviewer", "GET", "/reports/brands?on=1899-12-31", ""}, {"reviewer", "GET", "/reports/brands?on=2026-02-30", ""}, {"reviewer", "GET", "/reports/brands?as_of=2026-10-08t02:00:00z", ""},
		{"reviewer", "GET", "/reports/brands?as_of=2026-10-08T02:00:00,5Z", ""}, {"reviewer", "GET", "/brands/01890A5D-AC96-774B-BCCE-B302099A8057", ""}, {"reviewer", "GET", "/areas?limit=020", ""},
		{"clerk001", "GET", recordPath + "/revisions/10000000", ""},
		{"admin", "POST", "/accounts", account(long(65), "lantern-river-copper-39")}, {"admin", "POST", "/accounts", account("甲", "short")}, {"admin", "POST", "/accounts", account("甲", strings.Repeat("x1", 65))},
		{"clerk001", "POST", "/brands", `{"area_code":"330109001","credit_code":"91330109MA0000000"}`}, {"clerk001", "POST", "/brands", `{"area_code":"330109001","contact_phone":"办公室"}`},
		{"clerk001", "POST", "/brands", `{"area_code":"330109001","name":"` + long(50) + ` "}`}, {"clerk001", "POST", "/brands", `{"area_code":"330109001","contact_phone":"` + strings.Repeat(" ", 45) + `13800000000"}`},
		{"reviewer", "PUT", "/goals/330109/2026", goals(20, "95.005")},
		{"reviewer", "PUT", "/periods/2026-Q3/extensions/330109001", `{"until":"2026-12-31","reason":"。"}`},
	} {
		r := s.Do(t, apitest.Request{Method: tt.method, Path: tt.path, As: tt.as, Body: bodyOrNone(tt.body)})
		header := http.Header{"Content-Type": {"application/json"}}
		if err := d.Forbids(tt.method, v1.Base+tt.path, header, []byte(tt.body)); err == nil || r.Status < 400 {
			t.Errorf("%s %s %s: %d, the document says %v", tt.method, tt.path, tt.body, r.Status, err)
		}
	}
	for _, code := range []string{"91350100M000100Y43", "９１３５０１００Ｍ０００１００Ｙ４３", "9135 0100 M000 100Y 43", ""} { // as it is typed
		r := s.Do(t, apitest.Request{Method: "POST", Path: "/brands", As: "clerk001", Body: map[string]any{"area_code": "330109001", "credit_code": code, "contact_phone": "（０５７１）８２３４—５６７８"}})
		if r.Status != 201 {
			t.Errorf("%q: %d %s", code, r.Status, r.Body)
		}
	}
}

func bodyOrNone(body string) any {
	if body == "" {
		return nil
	}
	return body
}

// readDocument returns the published document, as the harness reads it and as plain JSON.
func readDocument(t *testing.T) (*openapi.Document, map[string]any) {
	t.Helper()
	d, err := apitest.Document()
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(docs.OpenAPIJSON, &root); err != nil {
		t.Fatal(err)
	}
	return d, root
}

// Requests drawn from the document are answered as the document says, both ways: those that it allows are
// not malformed, and those that it forbids are not taken. apitest compares.
func TestRequestsDrawnFromTheDocument(t *testing.T) {
	d, root := readDocument(t)
	s := apitest.New(t)
	bring(t, s, "draft")
	asked, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		o := rapid.SampledFrom(d.Operations()).Draw(rt, "operation")
		if strings.Contains(strings.Join(o.BodyTypes, ""), "multipart") {
			return // it holds a file
		}
		q := drawRequest(rt, root, o)
		asked++
		if r := s.Do(t, q); r.Status == 400 {
			refused++
		}
	})
	if asked > 20 && (refused == 0 || refused == asked) {
		t.Errorf("of %d requests %d are malformed", asked, refused)
	}
}

// drawRequest draws a request of an operation, some parts of it other than the document has them.
func drawRequest(rt *rapid.T, root map[string]any, o openapi.Operation) apitest.Request {
	gen := drawer{rt, root}
	described := gen.follow(root["paths"].(map[string]any)[strings.TrimPrefix(o.Path, v1.Base)].(map[string]any)[strings.ToLower(o.Method)])
	q := apitest.Request{Method: o.Method, Path: strings.TrimPrefix(o.Path, v1.Base), Header: map[string]string{}}
	switch {
	case o.Public:
	case o.ID == "deleteSession", o.ID == "putPassword":
		q.As = "cityreader" // whose token ends, or who is held up; nobody else is concerned
	default:
		q.As = rapid.SampledFrom([]string{"clerk001", "reviewer", "admin", "auditor", "nationadmin"}).Draw(rt, "as")
	}
	query := url.Values{}
	for _, p := range described["parameters"].([]any) {
		p := gen.follow(p)
		name, schema := p["name"].(string), gen.follow(p["schema"])
		text := func() string { return fmt.Sprint(gen.value(schema)) }
		switch {
		case p["in"] == "path":
			q.Path = strings.Replace(q.Path, "{"+name+"}", url.PathEscape(strings.ReplaceAll(text(), "/", "-")), 1)
		case p["in"] == "query" && gen.one(3):
			query.Set(name, text())
		case p["in"] == "header" && name == "If-Match" && gen.one(2):
			q.Header[name] = rapid.SampledFrom([]string{"*", `"1"`, `W/"1", "x"`}).Draw(rt, name)
		}
	}
	if len(query) > 0 {
		q.Path += "?" + query.Encode()
	}
	if body := described["requestBody"]; body != nil && !gen.one(8) {
		content := gen.follow(body)["content"].(map[string]any)["application/json"].(map[string]any)
		encoded, err := json.Marshal(gen.value(gen.follow(content["schema"])))
		if err != nil {
			rt.Fatal(err)
		}
		q.Body = encoded
	}
	if strings.Contains(q.Path, "//") || strings.HasSuffix(q.Path, "/") {
		q.Path = "/areas" // an empty parameter makes another address
		q.Method, q.Body, q.Header = "GET", nil, nil
	}
	return q
}

// drawer draws values of schemas.
type drawer struct {
	t    *rapid.T
	root map[string]any
}

// one is true once in so many times.
func (d drawer) one(in int) bool { return rapid.IntRange(1, in).Draw(d.t, "one in") == in }

// follow is a schema or another object, where a $ref leads.
func (d drawer) follow(at any) map[string]any {
	object := at.(map[string]any)
	if target, ok := object["$ref"].(string); ok {
		var found any = d.root
		for token := range strings.SplitSeq(strings.TrimPrefix(target, "#/"), "/") {
			found = found.(map[string]any)[token]
		}
		return d.follow(found)
	}
	return object
}

// strange are values that do not fit most places.
var strange = []any{nil, true, 1.5, -1, "", " ", ".", "\u200b", "0", "01", "2026-02-30", "1899-12-31", "2026-Q5", "ABCDEF01-0000-7000-8000-000000000000", strings.Repeat("长", 1025), []any{}, map[string]any{}}

func (d drawer) value(schema map[string]any) any {
	if d.one(20) {
		return rapid.SampledFrom(strange).Draw(d.t, "strange")
	}
	if either, ok := schema["anyOf"].([]any); ok {
		return d.value(d.follow(rapid.SampledFrom(either).Draw(d.t, "either")))
	}
	if values, ok := schema["enum"].([]any); ok {
		return rapid.SampledFrom(values).Draw(d.t, "enum")
	}
	kind, _ := schema["type"].(string)
	if kinds, ok := schema["type"].([]any); ok {
		kind = rapid.SampledFrom(kinds).Draw(d.t, "type").(string)
	}
	bound := func(name string, otherwise int) int {
		if n, ok := schema[name].(float64); ok {
			return int(max(-1e6, min(n, 1e6)))
		}
		return otherwise
	}
	switch kind {
	case "string":
		return d.text(schema, bound("minLength", 0), bound("maxLength", 40))
	case "integer":
		return rapid.IntRange(bound("minimum", -10), bound("maximum", 1000)).Draw(d.t, "integer")
	case "number":
		return json.Number(fmt.Sprintf("%d.%02d", rapid.IntRange(0, 99).Draw(d.t, "whole"), rapid.IntRange(0, 99).Draw(d.t, "hundredths")))
	case "boolean":
		return rapid.Bool().Draw(d.t, "boolean")
	case "array":
		list := []any{}
		for range rapid.IntRange(bound("minItems", 0), min(3, bound("maxItems", 3))).Draw(d.t, "items") {
			list = append(list, d.value(d.follow(schema["items"])))
		}
		return list
	case "object":
		return d.object(schema)
	}
	return nil
}

// existing are values of forms under which there is something: what asks for nothing is answered 404, and its other
// parts are not looked at.
var existing = map[string][]string{
	text.Rules["area_code"].Pattern:   {"330109001", "330109001", "330109"},
	text.Rules["subdistrict"].Pattern: {"330109001", "330109002"},
	text.Rules["period"].Pattern:      {"2026-Q3", "2026-Q3", "2026-Q2"},
	text.Rules["year"].Pattern:        {"2026"},
}

func (d drawer) text(schema map[string]any, least, most int) string {
	pattern, _ := schema["pattern"].(string)
	format, _ := schema["format"].(string)
	if real := existing[pattern]; real != nil && !d.one(4) {
		return rapid.SampledFrom(real).Draw(d.t, "existing")
	}
	switch {
	case format == "date":
		return fmt.Sprintf("20%02d-%02d-%02d", rapid.IntRange(0, 60).Draw(d.t, "year"), rapid.IntRange(1, 12).Draw(d.t, "month"), rapid.IntRange(1, 28).Draw(d.t, "day"))
	case format == "date-time":
		return fmt.Sprintf("2026-10-%02dT%02d:00:00Z", rapid.IntRange(1, 30).Draw(d.t, "day"), rapid.IntRange(0, 23).Draw(d.t, "hour"))
	case pattern == `[\p{L}\p{N}]`:
		return "因" + rapid.StringN(0, min(30, most-1), -1).Draw(d.t, "words")
	case strings.HasPrefix(pattern, "^"):
		return rapid.StringMatching(pattern).Draw(d.t, "pattern")
	}
	return rapid.StringN(least, max(least, min(most, least+40)), -1).Draw(d.t, "text")
}

func (d drawer) object(schema map[string]any) map[string]any {
	out := map[string]any{}
	properties, _ := schema["properties"].(map[string]any)
	required := map[string]bool{}
	if names, ok := schema["required"].([]any); ok {
		for _, name := range names {
			required[name.(string)] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if required[name] && !d.one(20) || d.one(2) {
			out[name] = d.value(d.follow(properties[name]))
		}
	}
	if d.one(20) {
		out["unheard_of"] = 1
	}
	return out
}
