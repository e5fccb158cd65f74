package apitest

import (
	"brandregistry/internal/fault"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// Scenario is one request and what it must be answered. In the path, the headers and the body, a
// name in braces that an earlier scenario captured stands for its value.
type Scenario struct {
	Name    string // "": method and path
	As      string // an account of the seeds; "": nobody
	Method  string // "": GET
	Path    string // below /api/v1
	Header  map[string]string
	Body    any           // see Request
	Advance time.Duration // by which the clock is moved before

	Status     int               // 0: 200
	Code       fault.Code        // of the problem
	Pointers   []string          // at which the problem must have violations
	Rules      []string          // codes of violations that the problem must have
	Want       map[string]any    // JSON pointer → value; the last token of a list's pointer may be "length"
	Absent     []string          // JSON pointers at which there must be nothing
	WantHeader map[string]string // "*" for any value, "" for none
	Contains   []string          // texts in the body
	Capture    map[string]string // name → JSON pointer, or a header's name
}

// Run runs scenarios in their order against a fresh server.
func Run(t *testing.T, scenarios []Scenario) {
	t.Helper()
	New(t).Run(t, scenarios)
}

// Run runs scenarios in their order. One that fails does not stop the others.
func (s *Server) Run(t *testing.T, scenarios []Scenario) {
	t.Helper()
	for _, c := range scenarios {
		if c.Method == "" {
			c.Method = "GET"
		}
		if c.Name == "" {
			c.Name = c.Method + " " + c.Path
		}
		if c.Status == 0 {
			c.Status = 200
		}
		t.Run(c.Name, func(t *testing.T) { s.run(t, c) })
	}
}

func (s *Server) run(t *testing.T, c Scenario) {
	s.Clock.Advance(c.Advance)
	r := s.Do(t, Request{Method: c.Method, Path: c.Path, As: c.As, Header: c.Header, Body: c.Body})
	if r.Status != c.Status {
		t.Errorf("status %d, want %d: %s", r.Status, c.Status, r.Body)
	}
	if c.Code != "" {
		c.checkProblem(t, r)
	}
	for pointer, want := range c.Want {
		got, ok := r.At(pointer)
		if !ok {
			t.Errorf("nothing at %s, want %v: %s", pointer, want, r.Body)
		} else if want = plain(t, want); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", pointer, got, want)
		}
	}
	for _, pointer := range c.Absent {
		if got, ok := r.At(pointer); ok {
			t.Errorf("%s is %v, want none", pointer, got)
		}
	}
	for name, want := range c.WantHeader {
		got := r.Header.Get(name)
		if want = s.expand(want); got != want && (want != "*" || got == "") {
			t.Errorf("header %s is %q, want %q", name, got, want)
		}
	}
	for _, text := range c.Contains {
		if !strings.Contains(string(r.Body), s.expand(text)) {
			t.Errorf("no %q in %s", text, r.Body)
		}
	}
	for name, from := range c.Capture {
		s.capture(t, r, name, from)
	}
}

func (c Scenario) checkProblem(t *testing.T, r Response) {
	t.Helper()
	var p struct {
		Code       fault.Code
		Violations []struct{ Code, Pointer string }
	}
	r.Decode(&p)
	if p.Code != c.Code {
		t.Errorf("code %s, want %s: %s", p.Code, c.Code, r.Body)
	}
	var pointers, rules []string
	for _, v := range p.Violations {
		pointers, rules = append(pointers, v.Pointer), append(rules, v.Code)
	}
	for _, want := range c.Pointers {
		if !slices.Contains(pointers, want) {
			t.Errorf("no violation at %q, only at %q: %s", want, pointers, r.Body)
		}
	}
	for _, want := range c.Rules {
		if !slices.Contains(rules, want) {
			t.Errorf("no violation %s, only %q: %s", want, rules, r.Body)
		}
	}
}

// capture keeps a value for later scenarios; an ETag is kept with its quotes.
func (s *Server) capture(t *testing.T, r Response, name, from string) {
	t.Helper()
	if !strings.HasPrefix(from, "/") {
		if s.captured[name] = r.Header.Get(from); s.captured[name] == "" {
			t.Errorf("no header %s to capture", from)
		}
		return
	}
	value, ok := r.At(from)
	text, isText := value.(string)
	if !ok || !isText {
		t.Errorf("no text at %s to capture: %s", from, r.Body)
		return
	}
	s.captured[name] = text
}

// Captured is a value that a scenario captured.
func (s *Server) Captured(name string) string { return s.captured[name] }

// plain is a value as JSON reads it.
func plain(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
