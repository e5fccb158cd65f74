package apitest

import (
	v1 "brandregistry/api/v1"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Request is a request to the API.
type Request struct {
	Method string
	Path   string            // below /api/v1, with its query
	As     string            // an account of the seeds, or a bearer token; "": nobody
	Header map[string]string // Content-Type is application/json when there is a body and none is given
	Body   any               // a string or bytes are sent as they are, anything else as JSON; nil: none
}

// Response is what was answered.
type Response struct {
	Status int
	Header http.Header
	Body   []byte

	t testing.TB
}

// Do sends the request through the handler, in process, and holds the answer against the document and
// the conventions, and the actions it offers against the use cases. The test fails when it does not keep
// to them.
func (s *Server) Do(t testing.TB, q Request) Response {
	t.Helper()
	body := s.bodyOf(t, q.Body)
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	target := v1.Base + s.expand(q.Path)
	req := httptest.NewRequestWithContext(t.Context(), q.Method, "http://registry.invalid/", reader)
	path, query, _ := strings.Cut(target, "?")
	req.URL.Path, req.URL.RawQuery, req.RequestURI = path, query, target
	token := q.As
	if q.As != "" {
		if !strings.HasPrefix(token, "br_") {
			token = Token(q.As)
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range q.Header {
		if name == "Content-Type" && value == "" {
			req.Header.Del(name)
			continue
		}
		req.Header.Set(name, s.expand(value))
	}
	recorder := httptest.NewRecorder()
	s.Handler.ServeHTTP(recorder, req)
	r := Response{Status: recorder.Code, Header: recorder.Result().Header, Body: recorder.Body.Bytes(), t: t}
	checkConventions(t, q.Method+" "+target, r)
	checkDocument(t, req, target, body, r)
	if r.Status < 300 && token != "" && !s.traced {
		s.checkActions(t, token, r)
	}
	return r
}

// readable are the headers that an answer may have: what every page may read (Fetch, 2.2.2), what the API
// exposes, and what is for the browser itself.
var readable = slices.Concat(
	[]string{"Cache-Control", "Content-Language", "Content-Length", "Content-Type"},
	v1.Exposed(),
	[]string{"Vary", "X-Content-Type-Options", "Content-Security-Policy"},
)

// checkConventions holds an answer against what holds for all.
func checkConventions(t testing.TB, what string, r Response) {
	t.Helper()
	h := r.Header
	if h.Get("X-Request-ID") == "" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Vary"), "Accept, Accept-Language") {
		t.Errorf("%s answered %d without the common headers: %v", what, r.Status, h)
	}
	if length := h.Get("Content-Length"); length != "" && length != strconv.Itoa(len(r.Body)) && !strings.HasPrefix(what, "HEAD ") {
		t.Errorf("%s answered Content-Length %s with %d bytes", what, length, len(r.Body))
	}
	for name := range h {
		if !slices.Contains(readable, name) {
			t.Errorf("%s answered with the header %s, which pages of other origins cannot read", what, name)
		}
	}
	if r.Status < 400 || strings.HasPrefix(what, "HEAD ") {
		return
	}
	var p v1.Problem
	if err := json.Unmarshal(r.Body, &p); err != nil {
		t.Errorf("%s answered %d: %v in %q", what, r.Status, err, r.Body)
		return
	}
	switch mediaType, _, err := mime.ParseMediaType(h.Get("Content-Type")); {
	case err != nil || mediaType != "application/problem+json":
		t.Errorf("%s answered %d as %q", what, r.Status, h.Get("Content-Type"))
	case p.Status != r.Status, p.RequestID != h.Get("X-Request-ID"), p.Code == "", p.Title == "", p.Detail == "", p.Type == "":
		t.Errorf("%s answered %d with a problem that is incomplete or another: %s", what, r.Status, r.Body)
	case r.Status == http.StatusUnauthorized && h.Get("WWW-Authenticate") != "Bearer":
		t.Errorf("%s answered 401 without WWW-Authenticate", what)
	case r.Status == http.StatusInternalServerError:
		t.Errorf("%s answered 500: %s", what, r.Body)
	}
	for _, v := range p.Violations {
		if v.Code == "" || v.Message == "" || v.Hint == "" {
			t.Errorf("%s answered a violation without code, message or hint: %+v", what, v)
		}
	}
}

func (s *Server) bodyOf(t testing.TB, body any) string {
	t.Helper()
	switch body := body.(type) {
	case nil:
		return ""
	case string:
		return s.expand(body)
	case []byte:
		return string(body)
	}
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return s.expand(string(b))
}

// expand puts captured values in the place of their names in braces.
func (s *Server) expand(text string) string {
	for name, value := range s.captured {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

// Decode reads the body into a value.
func (r Response) Decode(into any) {
	r.t.Helper()
	if err := json.Unmarshal(r.Body, into); err != nil {
		r.t.Fatalf("%v in %s", err, r.Body)
	}
}

// At returns the value at a JSON pointer of the body: nil, bool, float64, string, []any or
// map[string]any. It reports false when there is none.
func (r Response) At(pointer string) (any, bool) {
	r.t.Helper()
	var at any
	r.Decode(&at)
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			break
		}
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch value := at.(type) {
		case map[string]any:
			member, ok := value[token]
			if !ok {
				return nil, false
			}
			at = member
		case []any:
			if token == "length" {
				return float64(len(value)), true
			}
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(value) {
				return nil, false
			}
			at = value[i]
		default:
			return nil, false
		}
	}
	return at, true
}
