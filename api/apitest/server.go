// Package apitest runs requests against the real handler over a migrated database with a fixed clock,
// and holds every answer against the published document. The database is a file of SQLite, or a schema
// of PostgreSQL where TEST_DATABASE_URL names a server.
package apitest

import (
	v1 "brandregistry/api/v1"
	"brandregistry/internal/access"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"brandregistry/internal/store/storetest"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Start is what the clock shows at first: 2026-10-08 10:00 in Shanghai, when 2026-Q3 is open, due
// on the 11th, and closes on 2026-12-31.
var Start = time.Date(2026, 10, 8, 2, 0, 0, 0, time.UTC)

// Clock is a clock that is set by hand. It is safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Set sets it.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// Advance moves it on.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// Server is the API over a registry that holds the seeds.
type Server struct {
	Handler http.Handler
	Store   *store.Store
	Clock   *Clock
	URL     string // of the database

	traced   bool // a test counts statements: it makes no others
	logged   *lockedBuffer
	captured map[string]string
}

// Option changes what a Server is made of.
type Option func(*v1.Config, *store.Options)

// New opens a fresh registry with the seeds and serves it. It is closed when the test ends.
func New(t testing.TB, options ...Option) *Server {
	t.Helper()
	url := storetest.URL(t)
	if err := fill(url); err != nil {
		t.Fatal(err)
	}
	s := &Server{Clock: &Clock{at: Start}, URL: url, logged: &lockedBuffer{}, captured: map[string]string{}}
	opened := storeOptions(s.URL, s.Clock.Now)
	config := v1.Config{
		Logger: slog.New(slog.NewJSONHandler(s.logged, nil)),
		NewID:  sequence("0199c1d0-0000-7000-9000-"),
	}
	for _, o := range options {
		o(&config, &opened)
	}
	var err error
	s.Store, err = store.Open(context.Background(), opened, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Store.Close(); err != nil {
			t.Error(err)
		}
	})
	config.Store = s.Store
	s.traced = opened.Trace != nil
	s.Handler = v1.New(config)
	return s
}

// Replica serves the same registry once more, as another instance of the program would.
func (s *Server) Replica(t testing.TB) http.Handler {
	t.Helper()
	options := storeOptions(s.URL, s.Clock.Now)
	options.NewID = sequence("0199c1d0-0000-7000-b000-")
	replica, err := store.Open(context.Background(), options, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := replica.Close(); err != nil {
			t.Error(err)
		}
	})
	return v1.New(v1.Config{Store: replica, Logger: slog.New(slog.NewJSONHandler(s.logged, nil)), NewID: sequence("0199c1d0-0000-7000-c000-")})
}

func storeOptions(url string, clock func() time.Time) store.Options {
	return store.Options{
		URL:      url,
		Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.FixedZone("CST", 8*60*60)},
		Clock:    clock,
		NewID:    sequence("0199c1d0-0000-7000-a000-"),
	}
}

// sequence makes ids that rise and look like UUIDv7.
func sequence(prefix string) func() string {
	var mu sync.Mutex
	n := 0
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		n++
		return fmt.Sprintf("%s%012x", prefix, n)
	}
}

// fill makes an empty database a migrated and seeded registry.
func fill(url string) error {
	if path, ok := strings.CutPrefix(url, "file:"); ok {
		seeded, err := file()
		if err != nil {
			return err
		}
		return os.WriteFile(path, seeded, 0o600)
	}
	script, err := rows()
	if err != nil {
		return err
	}
	return storetest.Exec(url, script)
}

// file is the bytes of a migrated and seeded file, made once a process.
var file = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "apitest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // a temporary directory: what is left is the system's to remove
	path := filepath.Join(dir, "registry.db")
	if err := seeded("file:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// rows is a script that makes an empty schema a migrated and seeded one, made once a process.
var rows = sync.OnceValues(func() (string, error) {
	url, drop, err := storetest.NewSchema()
	if err != nil {
		return "", err
	}
	err = seeded(url)
	var script string
	if err == nil {
		script, err = storetest.Dump(url)
	}
	return script, errors.Join(err, drop())
})

// seeded migrates and seeds an empty database.
func seeded(url string) error {
	ctx := context.Background()
	options := storeOptions(url, func() time.Time { return Start })
	options.NewID = sequence("0199c1d0-0000-7000-8000-")
	s, err := store.Open(ctx, options, true)
	if err != nil {
		return err
	}
	return errors.Join(s.Update(ctx, store.By{Actor: access.Operator, RequestID: "seed"}, seed), s.Close())
}

// Log is what was logged so far, one JSON object a line.
func (s *Server) Log() string { return s.logged.String() }

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
