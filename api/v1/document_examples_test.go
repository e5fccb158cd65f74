package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/openapi"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every example that the document publishes can be sent as it stands: alone, and with all the others of its
// request. None is malformed, by the schema or by the server.
func TestExamplesOfRequestsCanBeSent(t *testing.T) {
	s, d, root := withExamples(t)
	sent := 0
	for _, o := range root.operations() {
		path, method, described := o.path, o.method, o.described
		var queries, headers [][2]string
		for _, p := range described["parameters"].([]any) {
			p := root.follow(p)
			name, given := p["name"].(string), fmt.Sprint(root.example(p))
			switch p["in"] {
			case "path":
				path = strings.Replace(path, "{"+name+"}", given, 1)
			case "query":
				if list, ok := root.example(p).([]any); ok {
					given = strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ","), "[]")
				}
				if p["example"] != nil || p["required"] == true {
					queries = append(queries, [2]string{name, given})
				}
			case "header":
				headers = append(headers, [2]string{name, given})
			}
		}
		bodies := []any{nil}
		if body, ok := described["requestBody"]; ok {
			content := root.follow(body)["content"].(map[string]any)
			media, ok := content["application/json"].(map[string]any)
			if !ok {
				continue // a form holds a file
			}
			bodies = root.bodies(root.follow(media["schema"]))
		}
		for _, body := range bodies {
			for _, query := range subsets(queries) {
				for _, header := range subsets(headers) {
					sendExample(t, s, d, method, path, query, header, body)
					sent++
				}
			}
		}
	}
	if sent < 500 {
		t.Errorf("only %d examples are sent", sent)
	}
}

// sendExample sends a request, which the document has to allow and which must not be malformed.
func sendExample(t *testing.T, s *apitest.Server, d *openapi.Document, method, path string, query, header [][2]string, body any) {
	t.Helper()
	q := apitest.Request{Method: method, Path: path, As: "admin", Header: map[string]string{}, Body: body}
	values, sent := url.Values{}, http.Header{}
	for _, pair := range query {
		values.Set(pair[0], pair[1])
	}
	if len(values) > 0 {
		q.Path += "?" + values.Encode()
	}
	for _, pair := range header {
		q.Header[pair[0]] = pair[1]
		sent.Set(pair[0], pair[1])
	}
	var encoded []byte
	if body != nil {
		encoded, _ = json.Marshal(body)
		sent.Set("Content-Type", "application/json")
	}
	if method == "DELETE" && path == "/session" || path == "/me/password" {
		q.As = "reader" // whose tokens end
	}
	if err := d.Forbids(method, v1.Base+q.Path, sent, encoded); err != nil {
		t.Errorf("%s %s: the document forbids its own example %s: %v", method, q.Path, encoded, err)
	}
	r := s.Do(t, q)
	for _, as := range []string{"reviewer", "clerk001", "auditor"} {
		if r.Status == 403 {
			q.As = as
			r = s.Do(t, q)
		}
	}
	if r.Status == 400 {
		t.Errorf("%s %s: the example %s %v is malformed: %s", method, q.Path, encoded, header, r.Body)
	}
}

// Every example of an answer is what its schema says, whole, with its headers.
func TestExamplesOfAnswersFit(t *testing.T) {
	_, d, root := withExamples(t)
	checked := 0
	for _, o := range root.operations() {
		path, method, described := o.path, o.method, o.described
		for _, p := range described["parameters"].([]any) {
			if p := root.follow(p); p["in"] == "path" {
				path = strings.Replace(path, "{"+p["name"].(string)+"}", fmt.Sprint(root.example(p)), 1)
			}
		}
		for code, answer := range described["responses"].(map[string]any) {
			answer, header, status := root.follow(answer), http.Header{}, 0
			fmt.Sscan(code, &status)
			for name, described := range answer["headers"].(map[string]any) {
				header.Set(name, fmt.Sprint(root.example(root.follow(described))))
			}
			content, _ := answer["content"].(map[string]any)
			for mediaType, media := range content {
				media := media.(map[string]any)
				if !strings.HasSuffix(mediaType, "json") {
					continue
				}
				header.Set("Content-Type", mediaType)
				body, err := json.Marshal(root.example(media))
				if err != nil {
					t.Fatal(err)
				}
				if err := d.CheckAnswer(method, v1.Base+path, status, header, body); err != nil {
					t.Errorf("%v in %s", err, body)
				}
				checked++
			}
		}
	}
	if checked < 500 {
		t.Errorf("only %d examples are checked", checked)
	}
}

// published is the published document, read for its examples.
type published struct{ drawer }

// withExamples is a server on a day on which the examples make sense, and the document.
func withExamples(t *testing.T) (*apitest.Server, *openapi.Document, published) {
	t.Helper()
	d, root := readDocument(t)
	s := apitest.New(t)
	s.Clock.Set(time.Date(2026, 10, 21, 2, 0, 0, 0, time.UTC))
	return s, d, published{drawer{root: root}}
}

// A describedOperation is an operation of the document.
type describedOperation struct {
	path, method string
	described    map[string]any
}

func (p published) operations() []describedOperation {
	var all []describedOperation
	paths := p.root["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		for method, described := range paths[path].(map[string]any) {
			all = append(all, describedOperation{path, strings.ToUpper(method), described.(map[string]any)})
		}
	}
	return all
}

// example is the example of a parameter, a header, a media type or a schema: its own, or one made of those of
// its members.
func (p published) example(described map[string]any) any {
	if own, ok := described["example"]; ok {
		return own
	}
	if own, ok := described["examples"].([]any); ok {
		return own[0]
	}
	if inner, ok := described["schema"].(map[string]any); ok {
		return p.example(p.follow(inner))
	}
	if either, ok := described["anyOf"].([]any); ok {
		return p.example(p.follow(either[0]))
	}
	if items, ok := described["items"].(map[string]any); ok {
		return []any{p.example(p.follow(items))}
	}
	switch properties, isObject := described["properties"].(map[string]any); {
	case isObject:
		whole := map[string]any{}
		for name, property := range properties {
			whole[name] = p.example(p.follow(property))
		}
		return whole
	case described["type"] == "boolean":
		return true
	case described["const"] != nil:
		return described["const"]
	}
	if values, ok := described["enum"].([]any); ok {
		return values[0]
	}
	if inner, ok := described["additionalProperties"].(map[string]any); ok {
		key := "key"
		if names, ok := described["propertyNames"].(map[string]any); ok {
			key = fmt.Sprint(p.example(p.follow(names)))
		}
		return map[string]any{key: p.example(p.follow(inner))}
	}
	return map[string]any{}
}

// bodies are a body of all the examples, one of what is required only, and one for each further example.
func (p published) bodies(schema map[string]any) []any {
	whole := p.example(schema).(map[string]any)
	least := map[string]any{}
	required, _ := schema["required"].([]any)
	for _, name := range required {
		least[name.(string)] = whole[name.(string)]
	}
	bodies := []any{whole, least}
	for name, property := range schema["properties"].(map[string]any) {
		property := p.follow(property)
		examples, _ := property["examples"].([]any)
		examples = append([]any{p.example(property)}, examples...)
		for _, value := range examples {
			one := maps.Clone(least)
			one[name] = value
			bodies = append(bodies, one)
		}
	}
	return bodies
}

// subsets are none of the pairs, each alone, and all.
func subsets(pairs [][2]string) [][][2]string {
	sets := [][][2]string{nil}
	for i := range pairs {
		sets = append(sets, pairs[i:i+1])
	}
	return append(sets, pairs)
}
