package v1_test

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// BenchmarkAPI measures the whole stack — routing, authentication, access, rules, transaction,
// encoding, over loopback on 16 connections — against bare Gin answering a constant of the same size
// (bare), and against Gin running the same statements on database/sql without GORM (sql).
//
//	go test -run '^$' -bench API -benchtime 9x ./api/v1
func BenchmarkAPI(b *testing.B) {
	r := newRegistry(b, scaleOf())
	b.Run("get", func(b *testing.B) {
		r.compareReads(b, 4000, fmt.Sprintf("/api/v1/coverage-records/%s/%s", r.last, r.areas[0]))
	})
	b.Run("getAny", func(b *testing.B) { r.compareAny(b, 4000) })
	b.Run("list50", func(b *testing.B) {
		r.compareReads(b, 400, fmt.Sprintf("/api/v1/coverage-records?period=%s&area=%s&limit=50", r.last, r.areas[0][:2]))
	})
	b.Run("put", func(b *testing.B) { r.compareWrites(b, 800, r.edits(b), 1) })
	b.Run("submit+approve", func(b *testing.B) { r.compareWrites(b, 96, r.decisions(b), 2) })
}

// compareReads measures a GET of one path.
func (r *registry) compareReads(b *testing.B, requests int, path string) {
	ask := request(b, "GET", path, r.tokens[access.Reader], "", "")
	one(b, r.handler, ask) // warms the caches
	var body []byte
	statements := r.statements.during(func() { body = one(b, r.handler, ask).body })
	load := func(int, *answered) *http.Request { return ask }
	server := r.serve(b)
	b.Run("bare", func(b *testing.B) { versus(b, requests, server, bare(b, body, nil), load, load) })
	b.Run("sql", func(b *testing.B) {
		versus(b, requests, server, bare(b, body, replayer(b, r.file, connections, statements)), load, load)
	})
	b.Logf("%d statements, %d bytes", len(statements), len(body))
}

// compareAny measures GETs of ever other records, so many that hardly one is still in memory.
func (r *registry) compareAny(b *testing.B, requests int) {
	var n atomic.Int64
	load := func(int, *answered) *http.Request {
		i := int(n.Add(1))
		p := r.last
		for range i / len(r.areas) % 4 {
			p = p.Previous()
		}
		return request(b, "GET", fmt.Sprintf("/api/v1/coverage-records/%s/%s", p, r.areas[i%len(r.areas)]), r.tokens[access.Reader], "", "")
	}
	body := one(b, r.handler, load(0, nil)).body
	versus(b, requests, r.serve(b), bare(b, body, nil), load, load)
}

// compareWrites measures writes that repeat in a round of so many requests.
func (r *registry) compareWrites(b *testing.B, requests int, load next, round int) {
	var last *answered
	var asked []*http.Request
	var statements [][]statement
	one(b, r.handler, load(0, nil)) // a connection's first request may be a preparation
	for range 2 * round {           // the first round warms the caches
		ask := load(0, last)
		done := r.statements.during(func() { last = one(b, r.handler, ask) })
		asked, statements = append(asked, ask), append(statements, done)
	}
	asked, statements = asked[round:], statements[round:]
	constant := func(int, *answered) *http.Request {
		return request(b, asked[0].Method, asked[0].URL.Path, r.tokens[access.Clerk], `"1"`, putBody(r.areas[0], r.last, 0))
	}
	server := r.serve(b)
	b.Run("bare", func(b *testing.B) { versus(b, requests, server, bare(b, last.body, nil), load, constant) })
	b.Run("sql", func(b *testing.B) {
		file := r.copy(b)
		steps := make([]func(), round)
		for i := range steps {
			steps[i] = replayer(b, file, 1, statements[i])
		}
		var writer sync.Mutex // one writer, as in the store
		step := 0
		versus(b, requests, server, bare(b, last.body, func() {
			writer.Lock()
			defer writer.Unlock()
			steps[step%round]()
			step++
		}), load, constant)
	})
	for i, s := range statements {
		b.Logf("%s: %d statements, answer %d bytes", asked[i].URL.Path, len(s), len(last.body))
	}
}

// edits makes every connection edit the draft of a subdistrict of its own, over and over: of the
// period after the open one, so that it stands in no other benchmark's way.
func (r *registry) edits(b *testing.B) next {
	p := r.last.Next().Next()
	r.draft(b, p, r.areas[:connections])
	var n atomic.Int64
	return func(connection int, last *answered) *http.Request {
		c := r.areas[connection]
		path := fmt.Sprintf("/api/v1/coverage-records/%s/%s", p, c)
		if last == nil {
			return request(b, "GET", path, r.tokens[access.Clerk], "", "")
		}
		return request(b, "PUT", path, r.tokens[access.Clerk], last.header.Get("ETag"), putBody(c, p, n.Add(1)))
	}
}

// decisions makes every connection submit a draft and approve it, then the next.
func (r *registry) decisions(b *testing.B) next {
	return r.decide(b, r.draft(b, r.last.Next(), r.areas))
}

// decide is decisions on drafts that are there, of one version.
func (r *registry) decide(b *testing.B, version period.Instant) next {
	p := r.last.Next()
	var taken atomic.Int64
	var mine [connections]area.Code
	return func(connection int, last *answered) *http.Request {
		if last == nil || strings.Contains(string(last.body), `"state":"approved"`) {
			i := taken.Add(1) - 1
			if int(i) >= len(r.areas) {
				b.Fatal("no draft is left: fewer rounds (-benchtime), or BENCH_SCALE=nation")
			}
			mine[connection] = r.areas[i]
			return request(b, "POST", fmt.Sprintf("/api/v1/coverage-records/%s/%s/submit", p, mine[connection]), r.tokens[access.Clerk], fmt.Sprintf(`"%d"`, version), "")
		}
		return request(b, "POST", fmt.Sprintf("/api/v1/coverage-records/%s/%s/approve", p, mine[connection]), r.tokens[access.Reviewer], last.header.Get("ETag"), "")
	}
}

// putBody is a draft whose members differ with n.
func putBody(c area.Code, p period.ID, n int64) string {
	kind := func(size int64) string {
		f := figures(c, p, size)
		*f.Members += n % 1000
		var out []string
		for i, v := range f.Values() {
			out = append(out, fmt.Sprintf("%q:%d", coverage.FigureNames[i], *v))
		}
		return "{" + strings.Join(out, ",") + "}"
	}
	return `{"figures":{"economic":` + kind(400) + `,"social":` + kind(60) + `}}`
}
