package v1_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

// connections is how many keep-alive connections load a server at once.
const connections = 16

// next makes a connection's next request from its last answer (nil at first).
type next func(connection int, last *answered) *http.Request

type answered struct {
	status int
	header http.Header
	body   []byte
}

// drive sends total requests over the connections and returns the requests per second. Every answer
// must be 2xx.
func drive(b *testing.B, server *httptest.Server, total int, make next) float64 {
	b.Helper()
	return driveOver(b, []*httptest.Server{server}, connections, total, make)
}

// driveOver is drive over so many connections, which are shared among the servers.
func driveOver(b *testing.B, servers []*httptest.Server, clients, total int, make next) float64 {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(total))
	var wg sync.WaitGroup
	start := time.Now()
	for c := range clients {
		wg.Go(func() {
			conn, err := net.Dial("tcp", servers[c%len(servers)].Listener.Addr().String())
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			r := bufio.NewReader(conn)
			var last *answered
			for left.Add(-1) >= 0 {
				request := make(c, last)
				if err := request.Write(conn); err != nil {
					b.Error(err)
					return
				}
				if last, err = read(r); err != nil {
					b.Error(err)
					return
				}
				if last.status/100 != 2 {
					b.Errorf("%s %s: %d %s", request.Method, request.URL, last.status, last.body)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(total) / time.Since(start).Seconds()
}

func read(r *bufio.Reader) (*answered, error) {
	response, err := http.ReadResponse(r, nil)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return &answered{response.StatusCode, response.Header, body}, err
}

// versus loads a server and a baseline in turn, a round an iteration, and reports the median rates
// and the median of the rounds' ratios: what a noisy machine does to one round it does to both.
func versus(b *testing.B, requests int, subject, baseline *httptest.Server, load, baseLoad next) {
	b.Helper()
	var rates, bases, ratios []float64
	for b.Loop() {
		base := drive(b, baseline, requests, baseLoad)
		rate := drive(b, subject, requests, load)
		rates, bases, ratios = append(rates, rate), append(bases, base), append(ratios, rate/base)
	}
	b.ReportMetric(median(rates), "req/s")
	b.ReportMetric(median(bases), "base-req/s")
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(0, "ns/op")
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// bare is Gin answering a constant, on any path and method.
func bare(b *testing.B, body []byte, before func()) *httptest.Server {
	b.Helper()
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.NoRoute(func(c *gin.Context) {
		if _, err := io.Copy(io.Discard, c.Request.Body); err != nil {
			b.Error(err)
		}
		if before != nil {
			before()
		}
		c.Data(http.StatusOK, "application/json", body)
	})
	server := httptest.NewServer(engine)
	b.Cleanup(server.Close)
	return server
}

// statement is one statement as the store ran it.
type statement struct {
	query string
	args  []any
}

// recorder notes the statements of one request.
type recorder struct {
	mu   sync.Mutex
	on   bool
	list []statement
}

func (r *recorder) trace(query string, args []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.on {
		r.list = append(r.list, statement{query, slices.Clone(args)})
	}
}

// during returns the statements that do causes.
func (r *recorder) during(do func()) []statement {
	r.mu.Lock()
	r.on, r.list = true, nil
	r.mu.Unlock()
	do()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.on = false
	return r.list
}

// replayer runs recorded statements on database/sql alone: prepared, on n connections. An event is
// inserted under an ever new sequence number, far above the real ones.
func replayer(b *testing.B, file string, n int, statements []statement) func() {
	b.Helper()
	db, err := sql.Open("sqlite", file+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	ctx := context.Background()
	pool := make(chan []*sql.Stmt, n)
	for range n {
		conn, err := db.Conn(ctx)
		if err != nil {
			b.Fatal(err)
		}
		var prepared []*sql.Stmt
		for _, s := range statements {
			stmt, err := conn.PrepareContext(ctx, s.query)
			if err != nil {
				b.Fatal(s.query, err)
			}
			prepared = append(prepared, stmt)
		}
		pool <- prepared
	}
	var sequence atomic.Int64
	sequence.Store(time.Now().UnixNano())
	return func() {
		prepared := <-pool
		defer func() { pool <- prepared }()
		for i, s := range statements {
			args := s.args
			if strings.HasPrefix(s.query, "INSERT INTO audit_events") {
				args = slices.Clone(args)
				args[1] = sequence.Add(1)
			}
			rows, err := prepared[i].QueryContext(ctx, args...)
			if err != nil {
				b.Error(s.query, err)
				return
			}
			columns, err := rows.Columns()
			if err != nil {
				b.Error(err)
			}
			cells := make([]any, len(columns))
			for j := range cells {
				cells[j] = new(any)
			}
			for rows.Next() {
				if err := rows.Scan(cells...); err != nil {
					b.Error(err)
				}
			}
			if err := rows.Err(); err != nil {
				b.Error(s.query, err)
			}
			rows.Close()
		}
	}
}

func request(b *testing.B, method, path, token, ifMatch, body string) *http.Request {
	r, err := http.NewRequest(method, "http://registry"+path, bytes.NewBufferString(body))
	if err != nil {
		b.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if ifMatch != "" {
		r.Header.Set("If-Match", ifMatch)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

// one sends a single request and returns the answer, which must be 2xx.
func one(b *testing.B, handler http.Handler, r *http.Request) *answered {
	b.Helper()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code/100 != 2 {
		b.Fatal(fmt.Sprint(r.Method, " ", r.URL, ": ", w.Code, " ", w.Body))
	}
	return &answered{w.Code, w.Header(), w.Body.Bytes()}
}
