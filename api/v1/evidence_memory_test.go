package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/brand"
	"brandregistry/internal/media"
	"brandregistry/internal/store"
	"brandregistry/internal/store/storetest"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

// pieces counts a file's bytes as they pass, and the largest piece of them.
type pieces struct {
	n       int64
	largest int
	count   int
}

func (p *pieces) pass(piece []byte) {
	p.n += int64(len(piece))
	p.largest = max(p.largest, len(piece))
	p.count++
}

// A file is never in memory whole, neither as it comes nor as it goes: it passes in pieces of a part at
// most, the next part is read when the one before it has been sent, and what an upload allocates in all
// is less than half of it. (BenchmarkEvidence measures how much.)
func TestEvidenceMemory(t *testing.T) {
	stored, sent := &pieces{}, &pieces{}
	reads, ahead := 0, 0 // parts that were read since the last piece was sent, and at most
	s := brandOf001(t, func(_ *v1.Config, o *store.Options) {
		o.Trace = func(query string, args []any) {
			switch {
			case strings.Contains(query, "INTO evidence_parts"):
				for _, a := range args {
					if part, ok := a.([]byte); ok {
						stored.pass(part)
					}
				}
			case strings.Contains(query, "FROM evidence_parts"):
				reads++
				ahead = max(ahead, reads)
			}
		}
	})
	path := "/brands/" + s.Captured("id") + "/evidence"
	s.Run(t, []apitest.Scenario{attach(t, "file", "a.pdf", []byte(pdf))}) // what is made once
	*stored = pieces{}
	var from, to runtime.MemStats
	runtime.ReadMemStats(&from)
	body, length := bigForm(media.MaxBytes)
	w := send(t, s, path, body, length)
	runtime.ReadMemStats(&to)
	if w.Code != 201 || *stored != (pieces{media.MaxBytes, brand.PartSize, media.MaxBytes / brand.PartSize}) {
		t.Fatalf("%d %s, stored %+v", w.Code, w.Body, *stored)
	}
	if took := to.TotalAlloc - from.TotalAlloc; took > media.MaxBytes/2 && storetest.Server() == "" { // PostgreSQL's driver copies each part
		t.Errorf("an upload allocates %d bytes in all", took)
	}
	q := httptest.NewRequestWithContext(t.Context(), http.MethodGet, w.Header().Get("Location"), nil)
	q.Header.Set("Authorization", "Bearer "+apitest.Token("reader"))
	reads, ahead = 0, 0
	out := &discarding{header: http.Header{}, written: func(piece []byte) { sent.pass(piece); reads = 0 }}
	s.Handler.ServeHTTP(out, q)
	if sent.n != media.MaxBytes || sent.largest > brand.PartSize || ahead != 1 {
		t.Errorf("a download sends %+v, and reads %d parts ahead", *sent, ahead)
	}
}

// BenchmarkEvidence measures what a file of 10 MiB takes up (B/op) as it comes and as it goes.
//
//	go test -run '^$' -bench Evidence -benchtime 5x ./api/v1
func BenchmarkEvidence(b *testing.B) {
	s := apitest.New(b, withBrandPolicy)
	r := s.Do(b, apitest.Request{Method: "POST", As: "clerk001", Path: "/brands", Body: brandBody("330109001", "红色引擎")})
	id, _ := r.At("/id")
	path := fmt.Sprintf("/brands/%s/evidence", id)
	var at string
	b.Run("upload", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			body, length := bigForm(media.MaxBytes)
			w := send(b, s, path, body, length)
			if w.Code != 201 {
				b.Fatalf("%d %s", w.Code, w.Body)
			}
			at = w.Header().Get("Location")
			s.Do(b, apitest.Request{Method: "DELETE", As: "clerk001", Path: strings.TrimPrefix(at, v1.Base)})
		}
	})
	body, length := bigForm(media.MaxBytes)
	at = send(b, s, path, body, length).Header().Get("Location")
	b.Run("download", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			q := httptest.NewRequestWithContext(b.Context(), http.MethodGet, at, nil)
			q.Header.Set("Authorization", "Bearer "+apitest.Token("reader"))
			out := &discarding{header: http.Header{}}
			s.Handler.ServeHTTP(out, q)
			if out.n != media.MaxBytes {
				b.Fatalf("%d bytes", out.n)
			}
		}
	})
}

// discarding counts an answer's bytes.
type discarding struct {
	header  http.Header
	n       int
	written func(piece []byte) // told of each piece; nil: nobody
}

func (d *discarding) Header() http.Header { return d.header }
func (d *discarding) WriteHeader(int)     {}
func (d *discarding) Write(p []byte) (int, error) {
	d.n += len(p)
	if d.written != nil {
		d.written(p)
	}
	return len(p), nil
}
