package v1

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"brandregistry/internal/store/storetest"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// faulty are public routes that go wrong in every way, and a report.
var faulty = []route{
	{"GET", "/panic", "", func(*request) error { panic("secret of the house \xff") }},
	{"GET", "/unknown", "", func(*request) error { return errors.New("secret of the house") }},
	{"GET", "/code", "", func(*request) error { return fault.New("of_no_table", "机密", "secret of the house") }},
	{"GET", "/canceled", "", func(*request) error { return context.Canceled }},
	{"GET", "/deadline", "", func(*request) error { return context.DeadlineExceeded }},
	{"GET", "/joined", "", func(*request) error {
		return errors.Join(fault.New(fault.WrongState, "已提交", "submitted"), errors.New("secret of the house"))
	}},
	{"GET", "/limited", "", func(*request) error {
		e := fault.New(fault.RateLimited, "稍后", "later")
		e.RetryAfter = 1500 * time.Millisecond
		return e
	}},
	{"GET", "/bytes", "", func(*request) error { return fault.New(fault.NotFound, "没有 %s", "no %s", "\xff") }},
	{"GET", "/report", "", func(r *request) error {
		return r.answer(reportAnswer(map[string]string{"b": r.lang(), "a": "<&>"}))
	}},
	{"GET", "/file", "", func(r *request) error {
		return r.answer(file([]byte("a,b\n"), "text/csv; charset=utf-8", "通报 1.csv"))
	}},
	{"POST", "/upload", "", func(r *request) error {
		_, err := r.upload(anyPurpose)
		return err
	}},
	{"POST", "/body", "", func(r *request) error { return r.decode(&struct{}{}) }},
	{"PUT", "/report", "", func(r *request) error { return r.answer(noContent()) }},
}

// answer ends a handler that needs no database.
func (r *request) answer(a answer) (err error) {
	if err := r.settle(); err != nil {
		return err
	}
	r.out, err = a.encode(r)
	return err
}

type observed struct {
	method, route string
	status        int
}

func (o *observed) Observe(method, route string, status int, _ time.Duration) {
	*o = observed{method, route, status}
}

// served answers a request and returns what was logged of it, too.
func served(t *testing.T, cfg Config, method, path string, header map[string]string) (*httptest.ResponseRecorder, []map[string]any) {
	t.Helper()
	var log bytes.Buffer
	cfg.Logger = slog.New(slog.NewJSONHandler(&log, nil))
	req := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for name, value := range header {
		req.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	newHandler(cfg, faulty).ServeHTTP(w, req)
	var lines []map[string]any
	for line := range strings.Lines(log.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("%v in the log line %q", err, line)
		}
		lines = append(lines, entry)
	}
	return w, lines
}

func TestWhatGoesWrong(t *testing.T) {
	for path, want := range map[string]struct {
		status  int
		code    fault.Code
		logged  int // lines beside the access log's
		header  string
		content string
	}{
		"/panic":    {500, fault.Internal, 1, "", ""},
		"/unknown":  {500, fault.Internal, 1, "", ""},
		"/code":     {500, fault.Internal, 1, "", ""},
		"/deadline": {503, fault.Unavailable, 1, "Retry-After", "1"},
		"/joined":   {409, fault.WrongState, 0, "", ""},
		"/limited":  {429, fault.RateLimited, 0, "Retry-After", "2"},
		"/none":     {404, fault.NotFound, 0, "", ""},
		"/report/":  {404, fault.NotFound, 0, "", ""},
		"/report?x": {400, fault.InvalidRequest, 0, "", ""},
	} {
		var seen observed
		w, lines := served(t, Config{Observer: &seen}, "GET", Base+path, nil)
		var p Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != want.status || p.Code != want.code || p.Status != want.status || p.Type != problemType(want.code) || p.RequestID != w.Header().Get("X-Request-ID") {
			t.Errorf("%s: %d %v %s", path, w.Code, err, w.Body)
		}
		if strings.Contains(w.Body.String(), "secret") || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s %s", path, w.Header().Get("Content-Type"), w.Body)
		}
		if want.header != "" && w.Header().Get(want.header) != want.content {
			t.Errorf("%s: %s: %s", path, want.header, w.Header().Get(want.header))
		}
		if len(lines) != want.logged+1 || lines[len(lines)-1]["msg"] != "request" || int(lines[len(lines)-1]["status"].(float64)) != want.status {
			t.Errorf("%s: logged %v", path, lines)
		}
		for _, line := range lines {
			if line["request_id"] != p.RequestID {
				t.Errorf("%s: logged %v without the request's id", path, line)
			}
		}
		if seen.method != "GET" || seen.status != want.status {
			t.Errorf("%s: observed %+v", path, seen)
		}
	}
}

func TestClientGone(t *testing.T) {
	w, lines := served(t, Config{}, "GET", Base+"/canceled", nil)
	if w.Body.Len() > 0 || len(lines) != 1 || lines[0]["status"] != 499.0 {
		t.Errorf("answered %q, logged %v", w.Body, lines)
	}
}

// Who sends a body too slowly is told so; only who went away is not.
func TestSlowBody(t *testing.T) {
	for path, head := range map[string]string{
		"/body":   "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
		"/upload": "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n" + filePart[:len(filePart)-20],
	} {
		for framing, sent := range map[string]string{"by length": head, "in chunks": chunkedOf(head)} {
			t.Run(path+" "+framing, func(t *testing.T) { sendSlowly(t, path, sent) })
		}
	}
}

// chunkedOf is a request whose body is sent in chunks, the first of which has arrived.
func chunkedOf(sent string) string {
	header, body, _ := strings.Cut(sent, "\r\n\r\n")
	header = header[:strings.Index(header, "Content-Length")] + "Transfer-Encoding: chunked"
	return fmt.Sprintf("%s\r\n\r\n%x\r\n%s\r\n", header, len(body), body)
}

func sendSlowly(t *testing.T, path, sent string) {
	synctest.Test(t, func(t *testing.T) { // its time passes when all wait
		client, conn := net.Pipe()
		defer client.Close()
		server := &http.Server{Handler: newHandler(Config{}, faulty), ReadTimeout: 2 * time.Minute}
		go func() { _ = server.Serve(&pipeListener{conn: conn, closed: make(chan struct{})}) }() // ends with Close
		defer server.Close()
		fmt.Fprintf(client, "POST %s%s HTTP/1.1\r\nHost: x\r\n%s", Base, path, sent)
		answer, err := http.ReadResponse(bufio.NewReader(client), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var p Problem
		if err := json.NewDecoder(answer.Body).Decode(&p); err != nil || answer.StatusCode != 400 || p.Code != fault.InvalidRequest || !strings.Contains(p.Detail, "发送太慢，请求体没有收全") || strings.Contains(p.Detail, "格式有误，或") {
			t.Errorf("%d %+v, %v", answer.StatusCode, p, err)
		}
	})
}

// pipeListener accepts one connection.
type pipeListener struct {
	conn   net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	if conn := l.conn; conn != nil {
		l.conn = nil
		return conn, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// A message that holds what is no UTF-8 still makes a problem.
func TestProblemOfBrokenText(t *testing.T) {
	w, _ := served(t, Config{}, "GET", Base+"/bytes", nil)
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Code != fault.NotFound || p.Detail == "" {
		t.Errorf("%v in %q", err, w.Body)
	}
}

func TestMethodNotAllowed(t *testing.T) {
	for _, method := range []string{"OPTIONS", "POST", "PATCH", "DELETE", "BREW"} {
		w, _ := served(t, Config{}, method, Base+"/report", nil)
		if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD, PUT" || !strings.Contains(w.Body.String(), `"method_not_allowed"`) {
			t.Errorf("%s: %d, Allow %q, %s", method, w.Code, w.Header().Get("Allow"), w.Body)
		}
	}
}

func TestReportIsRevalidated(t *testing.T) {
	first, _ := served(t, Config{}, "GET", Base+"/report", nil)
	etag := first.Header().Get("ETag")
	if first.Code != 200 || first.Body.String() != `{"a":"<&>","b":"zh-CN"}` || first.Header().Get("Cache-Control") != "private, no-cache" || len(etag) < 10 {
		t.Fatalf("%d %v %s", first.Code, first.Header(), first.Body)
	}
	for value, want := range map[string]int{etag: 304, "W/" + etag: 304, `"x", ` + etag: 304, "*": 304, `"x"`: 200, "x": 200} {
		w, _ := served(t, Config{}, "GET", Base+"/report", map[string]string{"If-None-Match": value})
		if w.Code != want || w.Header().Get("ETag") != etag || (want == 304) != (w.Body.Len() == 0) || (want == 304 && w.Header().Get("Content-Type") != "") {
			t.Errorf("If-None-Match %s: %d %v %s", value, w.Code, w.Header(), w.Body)
		}
	}
	other, _ := served(t, Config{}, "GET", Base+"/report", map[string]string{"If-None-Match": etag, "Accept-Language": "en"})
	if other.Code != 200 || other.Header().Get("ETag") == etag || other.Header().Get("Content-Language") != "en" {
		t.Errorf("in English: %d %v", other.Code, other.Header())
	}
}

func TestFile(t *testing.T) {
	w, _ := served(t, Config{}, "GET", Base+"/file", nil)
	want := `attachment; filename="__ 1.csv"; filename*=UTF-8''%E9%80%9A%E6%8A%A5%201.csv`
	if got := w.Header().Get("Content-Disposition"); got != want || w.Header().Get("Content-Length") != "4" || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("%v", w.Header())
	}
}

func TestRequestID(t *testing.T) {
	for inbound, kept := range map[string]bool{"proxy-00001": true, "short": false, strings.Repeat("a", 65): false, "with space in": false, "": false, "a\nb345678": false} {
		w, _ := served(t, Config{NewID: func() string { return "made" }}, "GET", Base+"/report", map[string]string{"X-Request-ID": inbound})
		if got := w.Header().Get("X-Request-ID"); (got == inbound) != kept || (!kept && got != "made") {
			t.Errorf("%q became %q", inbound, got)
		}
	}
}

func TestAccessLogKeepsSecrets(t *testing.T) {
	var seen observed
	_, lines := served(t, Config{Observer: &seen}, "GET", Base+"/report?token=hush", map[string]string{"Authorization": "Bearer br_hush", "Cookie": "hush"})
	text, err := json.Marshal(lines)
	if err != nil || strings.Contains(string(text), "hush") {
		t.Errorf("logged %s, %v", text, err)
	}
	if seen.route != Base+"/report" || lines[len(lines)-1]["route"] != Base+"/report" {
		t.Errorf("observed %+v, logged %s", seen, text)
	}
	const token = "br_hush-hush_hush-hush_hush"
	for _, where := range []string{"path", "X-Request-ID"} {
		path, header := Base+"/report", map[string]string{where: token}
		if where == "path" {
			path, header = Base+"/tokens/"+token, nil
		}
		w, lines := served(t, Config{}, "GET", path, header)
		if text, err := json.Marshal(lines); err != nil || strings.Contains(string(text), "hush") || strings.Contains(w.Header().Get("X-Request-ID"), "hush") {
			t.Errorf("a token as %s: logged %s, %v", where, text, err)
		}
	}
	_, lines = served(t, Config{}, "GET", Base+"/%ff%00"+strings.Repeat("a", 2000), nil)
	if path, _ := lines[0]["path"].(string); len(path) > 600 || !strings.Contains(path, "�") {
		t.Errorf("logged the path %q", path)
	}
}

func TestCrossOrigin(t *testing.T) {
	cfg := Config{Origins: []string{"https://app.example.org"}}
	preflight := map[string]string{"Origin": "https://app.example.org", "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "if-match"}
	w, _ := served(t, cfg, "OPTIONS", Base+"/report", preflight)
	if w.Code != 204 || w.Header().Get("Access-Control-Allow-Origin") != "https://app.example.org" || !strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "If-Match") {
		t.Errorf("preflight: %d %v", w.Code, w.Header())
	}
	w, _ = served(t, cfg, "GET", Base+"/report", preflight)
	exposed := strings.ToLower(w.Header().Get("Access-Control-Expose-Headers"))
	for _, name := range []string{"etag", "location", "retry-after", "content-disposition", "x-request-id", "idempotency-replayed", "allow", "www-authenticate"} {
		if !strings.Contains(exposed, name) {
			t.Errorf("%s is not exposed, only %s", name, exposed)
		}
	}
	if w.Code != 200 || w.Header().Get("Vary") != "Accept, Accept-Language, Origin" || w.Header().Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("GET: %d %v", w.Code, w.Header())
	}
	for name, c := range map[string]struct {
		cfg    Config
		method string
		origin string
		status int
	}{
		"another origin":              {cfg, "GET", "https://evil.example.org", 200},
		"another origin's preflight":  {cfg, "OPTIONS", "https://evil.example.org", 405},
		"no origins configured":       {Config{}, "GET", "https://app.example.org", 200},
		"no origins, but a preflight": {Config{}, "OPTIONS", "https://app.example.org", 405},
	} {
		w, _ := served(t, c.cfg, c.method, Base+"/report", map[string]string{"Origin": c.origin, "Access-Control-Request-Method": "PUT"})
		if w.Code != c.status || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
	}
	w, _ = served(t, Config{Origins: []string{"*"}}, "GET", Base+"/report", map[string]string{"Origin": "https://any.example.org"})
	if w.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("any origin: %v", w.Header())
	}
}

// A handler that panics within a transaction leaves nothing behind: neither a change nor a
// connection that is not given back.
func TestPanicEndsTheTransaction(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{URL: storetest.URL(t), Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.UTC}}, true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	save := func(tx *store.Writer, name string) error {
		return tx.SaveAreas(audit.Change{Action: "area.create"}, &catalog.Area{Code: "33", Digits: 2, Name: name})
	}
	h := newHandler(Config{Store: s}, []route{
		{"GET", "/panic", "", func(r *request) error { return r.view(func(*store.Reader) (answer, error) { panic("view") }) }},
		{"POST", "/panic", "", func(r *request) error {
			return r.update(func(tx *store.Writer) (answer, error) {
				if err := save(tx, "甲"); err != nil {
					return answer{}, err
				}
				panic("update")
			})
		}},
		{"GET", "/areas", "", func(r *request) error {
			return r.view(func(tx *store.Reader) (answer, error) {
				a, err := tx.Area("33")
				return plain(a.Name), err
			})
		}},
		{"POST", "/areas", "", func(r *request) error {
			return r.update(func(tx *store.Writer) (answer, error) { return noContent(), save(tx, "乙") })
		}},
	})
	do := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, Base+path, nil))
		return w
	}
	for range 50 {
		if r, w := do("GET", "/panic"), do("POST", "/panic"); r.Code != 500 || w.Code != 500 {
			t.Fatalf("%d, %d", r.Code, w.Code)
		}
	}
	if w := do("GET", "/areas"); w.Code != 404 {
		t.Errorf("after the panics: %d %s", w.Code, w.Body)
	}
	if w := do("POST", "/areas"); w.Code != 204 {
		t.Errorf("a write after the panics: %d %s", w.Code, w.Body)
	}
	if w := do("GET", "/areas"); w.Body.String() != `"乙"` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// Every code of a fault has its line in the one table, and the other way round.
func TestProblemTable(t *testing.T) {
	codes := []fault.Code{
		fault.InvalidRequest, fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.MethodNotAllowed, fault.NotAcceptable, fault.WrongState,
		fault.AlreadyExists, fault.PeriodClosed, fault.Stale, fault.TooLarge, fault.UnsupportedMediaType, fault.RuleViolation,
		fault.IdempotencyMismatch, fault.PreconditionRequired, fault.RateLimited, fault.Internal, fault.Unavailable, fault.StorageFull,
	}
	for _, code := range codes {
		if kind := problems[code]; kind.title.ZH == "" || kind.title.EN == "" || http.StatusText(kind.status) == "" {
			t.Errorf("%s: %+v", code, kind)
		}
	}
	if len(problems) != len(codes) {
		t.Errorf("%d lines for %d codes", len(problems), len(codes))
	}
}
