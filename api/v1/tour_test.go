package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/brand"
	"brandregistry/internal/store"
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var update = flag.Bool("update", false, "write the answers of docs/tour.md anew")

const tourFile = "../../docs/tour.md"

// The tour is the script: every block
//
//	```http request token=/token
//	POST /api/v1/session
//
//	{"username":"clerk001"}
//	```
//
// is sent to a registry that has lived through 2026-Q3 and must be answered as the block after it
// says, to the byte:
//
//	```http answer /token /expires_at
//	HTTP/1.1 201 Created
//	...
//	```
//
// What stands behind "request" captures a value of the answer, by JSON pointer or header, for later
// blocks, where {token} stands for it; {etag} is always the last ETag. What stands behind "answer"
// are the members shown; nothing: all. <!-- clock: … --> sets the clock; each request moves it on by
// a minute. With -update the answers are written anew.
func TestTour(t *testing.T) {
	script, err := os.ReadFile(tourFile)
	if err != nil {
		t.Fatal(err)
	}
	drawn := func(c *v1.Config, o *store.Options) {
		c.Random = rand.NewChaCha8([32]byte{}) // salts come into the hashes of the audit log
		o.Brands = brand.Policy{PublicityDays: 5, RecheckMonths: 24}
	}
	tour := tour{t: t, server: apitest.New(t, drawn), known: map[string]string{}}
	tour.liveThroughQ3()
	got := tour.play(string(script))
	if *update {
		if err := os.WriteFile(tourFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want, have := strings.Split(string(script), "\n"), strings.Split(got, "\n"); !slices.Equal(want, have) {
		for i := range min(len(want), len(have)) {
			if want[i] != have[i] {
				t.Fatalf("%s:%d: the registry answers otherwise (see -update)\n tour: %s\nanswer: %s", tourFile, i+1, want[i], have[i])
			}
		}
		t.Fatalf("%s has %d lines, the answers make %d (see -update)", tourFile, len(want), len(have))
	}
}

type tour struct {
	t      *testing.T
	server *apitest.Server
	known  map[string]string // captured values by name
}

const tourPassword = "lantern-river-copper-39"

// liveThroughQ3 has every subdistrict's figures of 2026-Q3 approved and those of 2026-Q4 of two of
// them handed in, and gives three people passwords.
func (p *tour) liveThroughQ3() {
	for i, area := range []string{"001", "002", "003", "100"} {
		key := "2026-Q3/330109" + area
		p.handIn(key, "clerk"+area, tourFigures(i, 120, 74, 33))
		p.must(apitest.Request{Method: "POST", Path: "/coverage-records/" + key + "/approve", As: "reviewer", Header: map[string]string{"If-Match": p.known["etag"]}})
	}
	for _, name := range []string{"clerk001", "reviewer", "auditor"} {
		path := "/accounts/" + apitest.AccountID(name)
		p.must(apitest.Request{Method: "GET", Path: path, As: "admin"})
		p.must(apitest.Request{Method: "PATCH", Path: path, As: "admin", Header: map[string]string{"If-Match": p.known["etag"]}, Body: map[string]any{"password": tourPassword}})
	}
	p.server.Clock.Set(time.Date(2027, 1, 5, 7, 0, 0, 0, time.UTC))
	p.handIn("2026-Q4/330109002", "clerk002", tourFigures(1, 124, 80, 34))
	p.handIn("2026-Q4/330109003", "clerk003", tourFigures(2, 124, 80, 34))
}

func (p *tour) handIn(key, clerk string, economic map[string]any) {
	i := slices.Index([]string{"001", "002", "003", "100"}, clerk[len(clerk)-3:])
	p.must(apitest.Request{Method: "PUT", Path: "/coverage-records/" + key, As: clerk, Body: map[string]any{"figures": map[string]any{"economic": economic, "social": tourFigures(i, 30, 20, 7)}}})
	p.must(apitest.Request{Method: "POST", Path: "/coverage-records/" + key + "/submit", As: clerk, Header: map[string]string{"If-Match": p.known["etag"]}})
}

// tourFigures are complete and consistent figures without a warning, the larger the subdistrict's place.
func tourFigures(place int, registered, standalone, joint int) map[string]any {
	registered, standalone = registered+8*place, standalone+8*place
	return map[string]any{
		"registered": registered, "excluded": registered / 20, "standalone": standalone, "joint": joint, "joint_eligible": joint / 2, "unmet": 0,
		"work_covered": 1, "members": 3 * (standalone + joint), "party_organizations": standalone + 3, "standardized": standalone, "weak": 1, "rectified": 1, "instructors": 2,
	}
}

func (p *tour) must(q apitest.Request) {
	p.t.Helper()
	p.server.Clock.Advance(time.Minute)
	r := p.server.Do(p.t, q)
	if r.Status >= 300 {
		p.t.Fatalf("%s %s: %d %s", q.Method, q.Path, r.Status, r.Body)
	}
	p.known["etag"] = r.Header.Get("ETag")
}

// play returns the script with the answers that the registry gives.
func (p *tour) play(script string) string {
	var out strings.Builder
	lines := strings.SplitAfter(script, "\n")
	answer := "" // to the last request
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		info, fenced := strings.CutPrefix(strings.TrimRight(line, "\n"), "```http ")
		if clock, ok := strings.CutPrefix(line, "<!-- clock: "); ok {
			at, err := time.Parse(time.RFC3339, strings.TrimSuffix(strings.TrimSpace(clock), " -->"))
			if err != nil {
				p.t.Fatal(err)
			}
			p.server.Clock.Set(at)
		}
		if !fenced {
			out.WriteString(line)
			continue
		}
		words := strings.Fields(info)
		block := ""
		for i++; i < len(lines) && strings.TrimRight(lines[i], "\n") != "```"; i++ {
			block += lines[i]
		}
		switch {
		case words[0] == "request":
			shown := []string(nil)
			for _, next := range lines[i+1:] {
				if after, ok := strings.CutPrefix(next, "```http answer"); ok {
					shown = strings.Fields(after)
					break
				}
			}
			answer = p.send(block, words[1:], shown)
		case words[0] == "answer" && answer != "":
			block, answer = answer, ""
		default:
			p.t.Fatalf("%s:%d: a block that is neither a request nor the answer to one", tourFile, i)
		}
		fmt.Fprintf(&out, "%s%s```\n", line, block)
	}
	if answer != "" {
		p.t.Fatalf("%s: the last request has no answer", tourFile)
	}
	return out.String()
}

// send sends a request block and returns the answer block.
func (p *tour) send(block string, capture, shown []string) string {
	p.t.Helper()
	head, body, _ := strings.Cut(block, "\n\n")
	lines := strings.Split(strings.TrimRight(p.expand(head), "\n"), "\n")
	method, path, _ := strings.Cut(lines[0], " ")
	q := apitest.Request{Method: method, Path: strings.TrimPrefix(path, "/api/v1"), Header: map[string]string{}}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		q.Header[name] = value
	}
	if body != "" {
		q.Body = p.expand(strings.TrimRight(body, "\n"))
	}
	p.server.Clock.Advance(time.Minute)
	r := p.server.Do(p.t, q)
	for _, c := range capture {
		name, from, _ := strings.Cut(c, "=")
		if strings.HasPrefix(from, "/") {
			value, _ := r.At(from)
			p.known[name] = fmt.Sprint(value)
		} else {
			p.known[name] = r.Header.Get(from)
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "HTTP/1.1 %d %s\n", r.Status, http.StatusText(r.Status))
	for _, name := range []string{"Content-Type", "ETag", "Location"} {
		if value := r.Header.Get(name); value != "" && (name != "Content-Type" || value != "application/json") {
			fmt.Fprintf(&out, "%s: %s\n", name, value)
		}
	}
	if len(r.Body) > 0 {
		out.WriteString("\n" + pretty(p.t, r.Body, shown))
	}
	answer := p.mask(out.String(), capture)
	if etag := r.Header.Get("ETag"); etag != "" {
		p.known["etag"] = etag
	}
	return answer
}

func (p *tour) expand(text string) string {
	for name, value := range p.known {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

// mask keeps secrets out of the page: a token captured from this answer is shown as its name.
func (p *tour) mask(text string, capture []string) string {
	for _, c := range capture {
		name, _, _ := strings.Cut(c, "=")
		if value := p.known[name]; strings.HasPrefix(value, "br_") {
			text = strings.ReplaceAll(text, value, "{"+name+"}")
		}
	}
	return text
}

// pretty lays a body out, of which only the members at the given pointers are shown when there are
// any. Numbers stand as they were written.
func pretty(t *testing.T, body []byte, shown []string) string {
	t.Helper()
	value := jsontext.Value(bytes.TrimSpace(body))
	if len(shown) > 0 {
		value = pick(t, value, shown)
	}
	return layout(t, value, "") + "\n"
}

// layout writes an object or a list on one line when it fits there, else a member a line.
func layout(t *testing.T, value jsontext.Value, indent string) string {
	t.Helper()
	line := value.Clone()
	if err := line.Format(jsontext.Multiline(false), jsontext.SpaceAfterColon(true), jsontext.SpaceAfterComma(true)); err != nil {
		t.Fatal(err)
	}
	kind := value.Kind()
	if width := utf8.RuneCount(line) + len(indent); width <= 110 || (kind != '{' && kind != '[') {
		return string(line)
	}
	dec := jsontext.NewDecoder(bytes.NewReader(value))
	read := func() jsontext.Value {
		v, err := dec.ReadValue()
		if err != nil {
			t.Fatal(err)
		}
		return v.Clone()
	}
	if _, err := dec.ReadToken(); err != nil {
		t.Fatal(err)
	}
	var parts []string
	for dec.PeekKind() != '}' && dec.PeekKind() != ']' {
		name := ""
		if kind == '{' {
			name = string(read()) + ": "
		}
		parts = append(parts, indent+"  "+name+layout(t, read(), indent+"  "))
	}
	closing := map[jsontext.Kind]string{'{': "}", '[': "]"}[kind]
	return string(line[:1]) + "\n" + strings.Join(parts, ",\n") + "\n" + indent + closing
}

// pick keeps of an object or a list only what the pointers name, in their order; "" keeps it whole.
func pick(t *testing.T, from jsontext.Value, pointers []string) jsontext.Value {
	t.Helper()
	if slices.Equal(pointers, []string{""}) {
		return from
	}
	var members map[string]jsontext.Value
	list := from.Kind() == '['
	if list {
		var items []jsontext.Value
		if err := json.Unmarshal(from, &items); err != nil {
			t.Fatal(err)
		}
		members = make(map[string]jsontext.Value)
		for i, item := range items {
			members[strconv.Itoa(i)] = item
		}
	} else if err := json.Unmarshal(from, &members); err != nil {
		t.Fatalf("%v: no object to show %q of", err, pointers)
	}
	var names []string
	below := map[string][]string{}
	for _, p := range pointers {
		name, rest, deeper := strings.Cut(strings.TrimPrefix(p, "/"), "/")
		if deeper {
			rest = "/" + rest
		}
		if _, given := members[name]; !given {
			t.Fatalf("the answer has nothing at %s: %s", p, from)
		}
		if below[name] == nil {
			names = append(names, name)
		}
		below[name] = append(below[name], rest)
	}
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = string(pick(t, members[name], below[name]))
		if !list {
			parts[i] = strconv.Quote(name) + ":" + parts[i]
		}
	}
	if list {
		return jsontext.Value("[" + strings.Join(parts, ",") + "]")
	}
	return jsontext.Value("{" + strings.Join(parts, ",") + "}")
}
