package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// patience bounds a test that hangs; nothing depends on it otherwise.
const patience = time.Minute

// sendAll sends a request whole before it reads the answer, as simple clients do, and returns the answer
// and what came after it.
func sendAll(t *testing.T, host, head string, chunked bool, size int) (status int, body string, closed bool) {
	t.Helper()
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	framing := fmt.Sprintf("Content-Length: %d\r\n\r\n", size)
	var to io.Writer = conn
	if chunked {
		framing, to = "Transfer-Encoding: chunked\r\n\r\n", httputil.NewChunkedWriter(conn)
	}
	if _, err := io.WriteString(conn, head+framing); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, strings.NewReader(strings.Repeat(" ", size))); err != nil {
		t.Fatalf("%s: it is not let finish: %v", head, err)
	}
	if chunked {
		if _, err := io.WriteString(conn, "0\r\n\r\n"); err != nil {
			t.Fatalf("%s: it is not let finish: %v", head, err)
		}
	}
	return readAnswer(t, conn)
}

func readAnswer(t *testing.T, conn net.Conn) (status int, body string, closed bool) {
	t.Helper()
	from := bufio.NewReader(conn)
	answer, err := http.ReadResponse(from, nil)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Close {
		if rest, err := io.ReadAll(from); err != nil || len(rest) > 0 {
			t.Errorf("after the answer comes %q, %v", rest, err)
		}
	}
	return answer.StatusCode, string(content), answer.Close
}

// A refusal that is given before the body is read reaches who sends all of it first, and who reads the
// answer while it sends.
func TestRefusalReachesWhoStillSends(t *testing.T) {
	elsewhere(t)
	r := start(t)
	host := strings.TrimPrefix(r.url, "http://")
	admin := tokenShape.FindString(r.out.String())
	const upload = 8 << 20
	for _, c := range []struct {
		status             int
		method, path, more string
		size               int
	}{
		{401, "POST", "/api/v1/brands/01890a5d-ac96-774b-bcce-b302099a8057/evidence", "Authorization: Bearer br_expired\r\nContent-Type: multipart/form-data; boundary=b\r\n", upload},
		{403, "PUT", "/api/v1/coverage-records/2026-Q3/330109001", "Authorization: Bearer " + admin + "\r\nContent-Type: application/json\r\n", upload},
		{404, "PATCH", "/api/v1/accounts/01890a5d-ac96-774b-bcce-b302099a8057", "Authorization: Bearer " + admin + "\r\nContent-Type: application/json\r\n", upload},
		{404, "POST", "/nothing", "", upload},
		{404, "POST", "/api/v1/nothing", "", upload},
		{405, "PATCH", "/api/v1/session", "", upload},
		{405, "POST", "/livez", "", upload},
		{405, "PUT", "/docs", "", upload},
		{404, "GET", "/docs/nothing", "", upload},
		{406, "POST", "/api/v1/session", "Accept: text/csv\r\n", upload},
		{413, "POST", "/api/v1/session", "Content-Type: application/json\r\n", upload},
		{413, "PUT", "/api/v1/areas/330109", "Authorization: Bearer " + admin + "\r\nContent-Type: application/json\r\n", upload},
		{415, "POST", "/api/v1/session", "Content-Type: text/plain\r\n", 1 << 20},
		{413, "DELETE", "/api/v1/session", "Authorization: Bearer " + admin + "\r\n", upload},
		{200, "GET", "/livez", "", upload},
	} {
		name := fmt.Sprintf("%s %s", c.method, c.path)
		head := name + " HTTP/1.1\r\nHost: x\r\n" + c.more
		for _, chunked := range []bool{false, true} {
			status, _, closed := sendAll(t, host, head, chunked, c.size)
			if status != c.status || chunked && !closed {
				t.Errorf("%s, chunked %v: %d, connection closed %v; want %d", name, chunked, status, closed, c.status)
			}
			body := io.LimitReader(endlessSpaces{}, int64(c.size))
			req, err := http.NewRequestWithContext(t.Context(), c.method, r.url+c.path, body)
			if err != nil {
				t.Fatal(err)
			}
			if !chunked {
				req.ContentLength = int64(c.size)
			}
			for line := range strings.SplitSeq(strings.TrimSuffix(c.more, "\r\n"), "\r\n") {
				if key, value, ok := strings.Cut(line, ": "); ok {
					req.Header.Set(key, value)
				}
			}
			answer, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Errorf("%s by Go, chunked %v: %v", name, chunked, err)
				continue
			}
			_ = answer.Body.Close()
			if answer.StatusCode != c.status {
				t.Errorf("%s by Go, chunked %v: %d, want %d", name, chunked, answer.StatusCode, c.status)
			}
		}
	}
}

type endlessSpaces struct{}

func (endlessSpaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// Who asks whether to send is told no without being made to send; who sends nevertheless gets the answer.
func TestRefusalBeforeContinue(t *testing.T) {
	elsewhere(t)
	host := strings.TrimPrefix(start(t).url, "http://")
	const head = "POST /api/v1/brands HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
	for _, framing := range []string{"Content-Length: 4000000\r\n\r\n", "Content-Length: 10\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"} {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(conn.SetDeadline(time.Now().Add(patience)), sendText(conn, head+framing)); err != nil {
			t.Fatal(err)
		}
		if status, _, closed := readAnswer(t, conn); status != http.StatusUnauthorized || !closed {
			t.Errorf("%q: %d, connection closed %v", framing, status, closed)
		}
		_ = conn.Close()
	}
	if status, _, closed := sendAll(t, host, head, false, 4_000_000); status != http.StatusUnauthorized || !closed {
		t.Errorf("who does not wait: %d, connection closed %v", status, closed)
	}
}

func sendText(conn net.Conn, text string) error {
	_, err := io.WriteString(conn, text)
	return err
}

// A small body that was not read does not cost the connection; a Transfer-Encoding does, also beside a
// Content-Length.
func TestWhatClosesTheConnection(t *testing.T) {
	elsewhere(t)
	host := strings.TrimPrefix(start(t).url, "http://")
	for _, c := range []struct {
		what, framing, body string
		closed              bool
	}{
		{"no body", "\r\n", "", false},
		{"a small body", "Content-Length: 2\r\n\r\n", "{}", false},
		{"a chunked body", "Transfer-Encoding: chunked\r\n\r\n", "2\r\n{}\r\n0\r\n\r\n", true},
		{"both", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", "2\r\n{}\r\n0\r\n\r\n", true},
		{"both, to smuggle", "Content-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\n\r\nGET /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n", true},
	} {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(conn.SetDeadline(time.Now().Add(patience)), sendText(conn, "POST /api/v1/brands HTTP/1.1\r\nHost: x\r\n"+c.framing+c.body)); err != nil {
			t.Fatal(err)
		}
		status, _, closed := readAnswer(t, conn)
		if status != http.StatusUnauthorized || closed != c.closed {
			t.Errorf("%s: %d, connection closed %v", c.what, status, closed)
		}
		if !c.closed { // it serves another
			if err := sendText(conn, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			if status, body, _ := readAnswer(t, conn); status != http.StatusOK || body != "ok\n" {
				t.Errorf("%s, and another request: %d %q", c.what, status, body)
			}
		}
		_ = conn.Close()
	}
}

// Who drips is answered at once, and holds its handler only so long: in a bubble of time that is counted.
func TestDripDoesNotHoldAHandler(t *testing.T) {
	for _, c := range []struct {
		what, head string
		every      time.Duration // between bytes; 0: none is sent
		size, most int
	}{
		{"nothing of a large body", "Content-Length: 10000000\r\n\r\n", 0, 0, 6},
		{"nothing of a small one", "Content-Length: 10\r\n\r\n", 0, 0, 7},
		{"nothing of a chunked one", "Transfer-Encoding: chunked\r\n\r\n", 0, 0, 6},
		{"nothing, having asked", "Expect: 100-continue\r\nContent-Length: 10000000\r\n\r\n", 0, 0, 2},
		{"a byte a second", "Content-Length: 10000000\r\n\r\n", time.Second, 1, 6},
		{"a byte a second of a small one", "Content-Length: 1000\r\n\r\n", time.Second, 1, 7},
		{"a part a second", "Content-Length: 100000000\r\n\r\n", time.Second, lingerPart, 31},
		{"without end", "Content-Length: 1000000000\r\n\r\n", time.Nanosecond, lingerPart, 1},
	} {
		t.Run(c.what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, conn := net.Pipe()
				s := server{log: slog.New(slog.DiscardHandler)}.httpServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Length", "2")
					w.WriteHeader(http.StatusUnauthorized)
					_, _ = io.WriteString(w, "no")
				}))
				gone := make(chan struct{})
				s.ConnState = func(_ net.Conn, state http.ConnState) {
					if state == http.StateClosed {
						close(gone)
					}
				}
				listener := onePipe(conn)
				go func() { _ = s.Serve(listener) }() // ends with Close
				began := time.Now()
				answered := make(chan error, 1)
				go func() {
					_, err := http.ReadResponse(bufio.NewReader(client), nil)
					answered <- err
				}()
				if err := sendText(client, "POST / HTTP/1.1\r\nHost: x\r\n"+c.head); err != nil {
					t.Fatal(err)
				}
				var dripping sync.WaitGroup
				dripping.Go(func() {
					for part := strings.Repeat(" ", c.size); c.every > 0 && sendText(client, part) == nil; {
						time.Sleep(c.every)
					}
				})
				if err := <-answered; err != nil {
					t.Error(err)
				}
				<-gone
				if held := time.Since(began); held > time.Duration(c.most)*time.Second {
					t.Errorf("the handler is held for %v", held)
				}
				_ = client.Close()
				_ = s.Close()
				dripping.Wait()
			})
		})
	}
}

// pipe is a listener with one connection.
type pipe chan net.Conn

func onePipe(conn net.Conn) pipe {
	p := make(pipe, 1)
	p <- conn
	return p
}

func (p pipe) Accept() (net.Conn, error) {
	if conn, ok := <-p; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}

func (p pipe) Close() error {
	close(p)
	return nil
}

func (p pipe) Addr() net.Addr { return &net.TCPAddr{} }
