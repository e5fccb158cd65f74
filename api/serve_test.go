package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"brandregistry/docs"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
)

func TestOutside(t *testing.T) {
	elsewhere(t)
	r := start(t)
	for _, c := range []struct {
		method, path string
		status       int
		mediaType    string
		body         string // "": whatever
	}{
		{"GET", "/livez", 200, "text/plain; charset=utf-8", "ok\n"},
		{"GET", "/readyz", 200, "text/plain; charset=utf-8", "ok\n"},
		{"POST", "/readyz", 405, "text/plain; charset=utf-8", ""},
		{"GET", "/openapi.json", 200, "application/json", string(docs.OpenAPIJSON)},
		{"GET", "/openapi.yaml", 200, "application/yaml", string(docs.OpenAPIYAML)},
		{"PUT", "/openapi.json", 405, "text/plain; charset=utf-8", ""},
		{"GET", "/docs", 200, "text/html; charset=utf-8", ""},
		{"GET", "/docs/", 200, "text/html; charset=utf-8", ""},
		{"GET", "/docs/nothing.js", 404, "text/plain; charset=utf-8", ""},
		{"GET", "/metrics", 404, "application/problem+json", ""}, // it has its own listener, when it is on
		{"GET", "/", 404, "application/problem+json", ""},
		{"GET", "/livez/", 404, "application/problem+json", ""},
		{"GET", "/docs/../livez", 404, "application/problem+json", ""},
		{"GET", "/docs//nothing.js", 404, "application/problem+json", ""},
		{"GET", "/docs/page/../index.html", 404, "application/problem+json", ""},
		{"GET", "//livez", 404, "application/problem+json", ""},
		{"GET", "/api/v1/me", 401, "application/problem+json", ""},
	} {
		req, err := http.NewRequest(c.method, r.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.URL.Path = c.path
		answer, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != c.status || answer.Header.Get("Content-Type") != c.mediaType || (c.body != "" && string(body) != c.body) {
			t.Errorf("%s %s: %d %s %.100q, want %d %s", c.method, c.path, answer.StatusCode, answer.Header.Get("Content-Type"), body, c.status, c.mediaType)
		}
	}
	_, header, _ := get(t, r.url+"/openapi.json", "")
	req, err := http.NewRequest(http.MethodGet, r.url+"/openapi.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("If-None-Match", header.Get("ETag"))
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusNotModified {
		t.Errorf("the document with its ETag is answered %d", answer.StatusCode)
	}
	var out, errs strings.Builder
	env := environ(map[string]string{"LISTEN": strings.TrimPrefix(r.url, "http://")})
	if code := run(context.Background(), []string{"health"}, env, &out, &errs); code != exitOK || out.String() != "ok\n" {
		t.Errorf("health: status %d, %s%s", code, out.String(), errs.String())
	}
	r.stop()
	if code := run(context.Background(), []string{"health"}, env, &out, &errs); code != exitFailed {
		t.Errorf("health of a stopped server: status %d", code)
	}
}

// What is outside the API is given as the client accepts it, or refused as the API refuses; HEAD is GET
// without the body.
func TestOutsideIsNegotiated(t *testing.T) {
	elsewhere(t)
	r := start(t)
	ask := func(method, path, accept string) (*http.Response, string) {
		t.Helper()
		req, err := http.NewRequest(method, r.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", accept)
		answer, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer, string(body)
	}
	for path, mediaType := range map[string]string{
		"/livez": "text/plain", "/readyz": "text/plain", "/openapi.json": "application/json", "/openapi.yaml": "application/yaml",
		"/docs": "text/html", "/docs/": "text/html", "/docs/page/init.js": "text/javascript", "/docs/page/page.css": "text/css",
		"/docs/swagger-ui/swagger-ui-bundle.js": "text/javascript", "/docs/swagger-ui/favicon-32x32.png": "image/png",
	} {
		kind, _, _ := strings.Cut(mediaType, "/")
		other := http.StatusNotAcceptable
		if path == "/livez" || path == "/readyz" { // a probe is answered whatever it accepts
			other = http.StatusOK
		}
		for accept, status := range map[string]int{"*/*": 200, mediaType: 200, kind + "/*": 200, "video/mp4, */*;q=0.1": 200, "video/mp4": other, mediaType + ";q=0": other} {
			got, body := ask("GET", path, accept)
			if got.StatusCode != status {
				t.Errorf("GET %s, Accept: %s: %d, want %d", path, accept, got.StatusCode, status)
			}
			if status == 406 && (got.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(body, `"not_acceptable"`) || !strings.Contains(body, "只能给出 "+mediaType)) {
				t.Errorf("GET %s, Accept: %s: %s %s", path, accept, got.Header.Get("Content-Type"), body)
			}
			head, rest := ask("HEAD", path, accept)
			for _, h := range []http.Header{got.Header, head.Header} {
				h.Del("Date")
				h.Del("X-Request-Id")
			}
			if head.StatusCode != got.StatusCode || rest != "" || head.ContentLength != int64(len(body)) || !maps.EqualFunc(head.Header, got.Header, slices.Equal[[]string]) {
				t.Errorf("HEAD %s, Accept: %s: %d %v with %q; GET %d %v", path, accept, head.StatusCode, head.Header, rest, got.StatusCode, got.Header)
			}
		}
	}
	if got, _ := ask("HEAD", "/api/v1/me", "text/csv"); got.StatusCode != http.StatusUnauthorized || got.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD by nobody: %d %v", got.StatusCode, got.Header)
	}
}

// TestNotReady takes the schema away under a running server.
func TestNotReady(t *testing.T) {
	t.Chdir(t.TempDir())
	s, err := store.Open(context.Background(), store.Options{URL: "file:registry.db", Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.UTC}}, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // every View fails now
		t.Fatal(err)
	}
	srv := server{store: s, log: slog.New(slog.DiscardHandler)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := srv.httpServer(srv.outside(http.NotFoundHandler(), newMetrics("file:registry.db")))
	go func() { _ = h.Serve(listener) }() // ends with Close
	defer h.Close()
	status, header, body := get(t, "http://"+listener.Addr().String()+"/readyz", "")
	if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || len(body) == 0 {
		t.Errorf("/readyz is answered %d %s", status, body)
	}
	if status, _, _ := get(t, "http://"+listener.Addr().String()+"/livez", ""); status != http.StatusOK {
		t.Errorf("/livez is answered %d", status)
	}
}

func TestMetrics(t *testing.T) {
	t.Chdir(t.TempDir()) // a file has sizes
	r := start(t, "--metrics-listen=127.0.0.1:0")
	for _, path := range []string{"/api/v1/me", "/api/v1/areas/330109", "/api/v1/areas/330110", "/nothing-1", "/nothing-2", "/readyz"} {
		get(t, r.url+path, "")
	}
	req, err := http.NewRequest("BREW", r.url+"/api/v1/me", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	status, _, body := get(t, r.metrics(t), "")
	if status != http.StatusOK {
		t.Fatalf("/metrics is answered %d", status)
	}
	for _, want := range []string{
		`brandregistry_http_request_duration_seconds_count{method="GET",route="/api/v1/me",status="401"} 1`,
		`brandregistry_http_request_duration_seconds_count{method="GET",route="/api/v1/areas/:code",status="401"} 2`,
		`brandregistry_http_request_duration_seconds_count{method="GET",route="none",status="404"} 2`,
		`brandregistry_http_request_duration_seconds_count{method="GET",route="/readyz",status="200"} 1`,
		`method="other"`, "brandregistry_http_requests_in_flight 0", "brandregistry_build_info{", "brandregistry_database_wal_bytes", "go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(string(body), "nothing-1") || strings.Contains(string(body), "BREW") || strings.Contains(string(body), "brandregistry_database_bytes 0\n") {
		t.Error("a label holds what a client sent, or the database has no size")
	}
	if code := r.stop(); code != exitOK {
		t.Errorf("status %d: %s", code, r.errs)
	}
}

// TestStopFinishesRequests stops the server while a request is being sent: it is answered, nobody
// else is accepted, and the database is left as one file.
func TestStopFinishesRequests(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	r := start(t, "--metrics-listen=127.0.0.1:0")
	metrics := r.metrics(t)
	host := strings.TrimPrefix(r.url, "http://")
	token := tokenShape.FindString(r.out.String())
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := `{"name":"萧山区","valid_from":null,"valid_to":null,"successors":[],"reports":false}`
	fmt.Fprintf(conn, "PUT /api/v1/areas/330109 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nIf-Match: *\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		token, len(body), body[:10])
	waitFor(t, "the request to be in flight", func() bool {
		_, _, body := get(t, metrics, "")
		return strings.Contains(string(body), "brandregistry_http_requests_in_flight 1\n")
	})
	stopped := make(chan int, 1)
	go func() { stopped <- r.stop() }()
	waitFor(t, "the listener to close", func() bool {
		c, err := net.DialTimeout("tcp", host, time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
	if len(stopped) > 0 {
		t.Fatal("it did not wait for the request")
	}
	if _, err := io.WriteString(conn, body[10:]); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 200 ") {
		t.Errorf("the request in flight is answered %q, %v", answer, err)
	}
	if code := <-stopped; code != exitOK {
		t.Errorf("status %d: %s", code, r.errs)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "registry.db-*")); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
	if _, err := os.Stat("registry.db"); err != nil {
		t.Error(err)
	}
	ok(t, "check")
}

// waitFor polls until holds, for as long as the test may run: how fast the machine is says nothing.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline, limited := t.Deadline()
	for !holds() {
		if limited && time.Until(deadline) < 10*time.Second {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestListenRefused(t *testing.T) {
	elsewhere(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := l.Addr().String()
	for _, args := range [][]string{{"serve", "--listen=" + taken}, {"serve", "--listen=127.0.0.1:0", "--metrics-listen=" + taken}} {
		if code, _, errs := command(t, args...); code != exitFailed || !strings.Contains(errs, taken) {
			t.Errorf("%v: status %d, %s", args, code, errs)
		}
	}
}
