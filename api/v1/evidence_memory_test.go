package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/brand"
	"brandregistry/internal/media"
	"brandregistry/internal/store"
	"brandregistry/internal/store/storetest"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

// peak is how much memory was in use at most, of what is asked for while it is watched.
type peak struct{ most uint64 }

func (p *peak) look() {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	p.most = max(p.most, m.HeapAlloc)
}

// watched looks at the memory as it is read or written.
type watched struct {
	io.Reader
	http.ResponseWriter
	peak *peak
	n    int64
}

func (w *watched) Read(p []byte) (int, error) {
	if w.n += int64(len(p)); w.n>>20 != (w.n-int64(len(p)))>>20 {
		w.peak.look()
	}
	return w.Reader.Read(p)
}

func (w *watched) Write(p []byte) (int, error) {
	w.n += int64(len(p))
	w.peak.look()
	return len(p), nil
}

// A file is never in memory whole, neither as it comes nor as it goes.
func TestEvidenceMemory(t *testing.T) {
	p := &peak{}
	parts := 0
	s := brandOf001(t, func(_ *v1.Config, o *store.Options) {
		o.Trace = func(query string, _ []any) {
			if strings.Contains(query, "INTO evidence_parts") {
				parts++
				p.look()
			}
		}
	})
	path := "/brands/" + s.Captured("id") + "/evidence"
	s.Run(t, []apitest.Scenario{attach(t, "file", "a.pdf", []byte(pdf))}) // what is made once
	p.look()
	before := *p
	var from, to runtime.MemStats
	runtime.ReadMemStats(&from)
	body, length := bigForm(media.MaxBytes)
	w := send(t, s, path, &watched{Reader: body, peak: p}, length)
	runtime.ReadMemStats(&to)
	if w.Code != 201 || parts != media.MaxBytes/brand.PartSize+1 {
		t.Fatalf("%d %s, %d parts", w.Code, w.Body, parts)
	}
	const some = 2 << 20
	if took := p.most - before.most; took > some {
		t.Errorf("an upload takes %d bytes", took)
	}
	if took := to.TotalAlloc - from.TotalAlloc; took > some && storetest.Server() == "" { // PostgreSQL's driver copies each part
		t.Errorf("an upload takes %d bytes one after another", took)
	}
	q := httptest.NewRequestWithContext(t.Context(), http.MethodGet, w.Header().Get("Location"), nil)
	q.Header.Set("Authorization", "Bearer "+apitest.Token("reader"))
	out := &watched{ResponseWriter: httptest.NewRecorder(), peak: p}
	*p = before
	s.Handler.ServeHTTP(out, q)
	if took := p.most - before.most; out.n != media.MaxBytes || took > some {
		t.Errorf("a download of %d bytes takes %d", out.n, took)
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
	header http.Header
	n      int
}

func (d *discarding) Header() http.Header { return d.header }
func (d *discarding) WriteHeader(int)     {}
func (d *discarding) Write(p []byte) (int, error) {
	d.n += len(p)
	return len(p), nil
}
