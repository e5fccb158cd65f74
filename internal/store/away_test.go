//go:build postgres

package store

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/store/storetest"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"
)

// What the wire between a store and its server does.
const (
	passing       int32 = iota
	refusing            // new connections and all data: reset
	frozen              // nothing comes through, nothing is refused
	cutAfterwards       // COMMIT arrives, its answer does not
	cutBefore           // COMMIT does not arrive
)

// wire is a server's address that can fail.
type wire struct {
	net.Listener
	server string
	mode   atomic.Int32
	mu     sync.Mutex
	open   map[net.Conn]bool
	silent map[net.Conn]bool // servers whose next answer is lost
	wg     sync.WaitGroup
}

// wired returns a schema's URL that leads through a wire, and one that does not.
func wired(t *testing.T) (w *wire, through, direct string) {
	t.Helper()
	direct = storetest.Schema(t)
	u, err := url.Parse(direct)
	must(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	w = &wire{Listener: listener, server: u.Host, open: map[net.Conn]bool{}, silent: map[net.Conn]bool{}}
	w.wg.Go(w.serve)
	t.Cleanup(func() {
		_ = listener.Close()
		w.reset()
		w.wg.Wait()
	})
	u.Host = listener.Addr().String()
	return w, u.String(), direct
}

func (w *wire) serve() {
	for {
		client, err := w.Accept()
		if err != nil {
			return
		}
		if w.mode.Load() == refusing {
			_ = client.(*net.TCPConn).SetLinger(0)
			_ = client.Close()
			continue
		}
		server, err := net.Dial("tcp", w.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		w.mu.Lock()
		w.open[client], w.open[server] = true, true
		w.mu.Unlock()
		w.wg.Go(func() { w.pump(server, client, true) })
		w.wg.Go(func() { w.pump(client, server, false) })
	}
}

// pump copies one direction until either side closes.
func (w *wire) pump(to, from net.Conn, asking bool) {
	defer to.Close()
	defer from.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		commit := asking && bytes.Contains(b[:n], []byte("COMMIT\x00"))
		switch mode := w.mode.Load(); {
		case mode == frozen:
			continue
		case mode == refusing, mode == cutBefore && commit, w.isSilent(from):
			return
		case mode == cutAfterwards && commit:
			w.silence(to)
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

func (w *wire) silence(server net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.silent[server] = true
}

func (w *wire) isSilent(server net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.silent[server]
}

// reset closes all connections.
func (w *wire) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.open {
		_ = c.Close()
		delete(w.open, c)
	}
}

// unknown reports whether an error is that of an outcome which nobody knows.
func unknown(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Code == fault.Unavailable && strings.Contains(f.Detail.ZH, "未知") && f.RetryAfter > 0
}

// TestAway takes the database away in each manner, from under 32 transactions at once.
func TestAway(t *testing.T) {
	for name, mode := range map[string]int32{"refusing": refusing, "frozen": frozen} {
		t.Run(name, func(t *testing.T) {
			leaks := goleak.IgnoreCurrent()
			w, through, direct := wired(t)
			s, err := Open(background, Options{URL: through}, true)
			must(t, err)
			update(t, s, func(w *Writer) error { return addArea(w, 0) })
			w.mode.Store(mode)
			for range 3 { // one after the other, each on a connection that was idle
				began := time.Now()
				if err := s.View(background, func(r *Reader) error { return r.CheckSchema() }); !fault.Is(err, fault.Unavailable) || time.Since(began) > 2*time.Second {
					t.Errorf("alone, after %v: %v", time.Since(began), err)
				}
			}
			for range 2 { // what was open is lost; then, what is new
				var wg sync.WaitGroup
				for i := range 32 {
					wg.Go(func() {
						began := time.Now()
						var err error
						if i%2 == 0 {
							err = s.View(background, func(r *Reader) error { return r.CheckSchema() })
						} else {
							err = s.Update(background, By{}, func(w *Writer) error { return addArea(w, i+1) })
						}
						var f *fault.Error
						if took := time.Since(began); !errors.As(err, &f) || f.Code != fault.Unavailable || f.RetryAfter == 0 || took > 2*time.Second {
							t.Errorf("after %v: %v", took, err)
						}
					})
				}
				wg.Wait()
			}
			w.mode.Store(passing)
			w.reset()
			deadline := time.Now().Add(5 * time.Second)
			for s.View(background, func(r *Reader) error { return r.CheckSchema() }) != nil {
				if time.Now().After(deadline) {
					t.Fatal("it does not recover")
				}
			}
			update(t, s, func(w *Writer) error { return addArea(w, 100) })
			if areas, events := count(t, s); areas != 2 || events != 2 {
				t.Errorf("%d areas, %d events; want 2, 2", areas, events)
			}
			must(t, s.Close())
			awaitNone(t, direct)
			_ = w.Close()
			w.reset()
			w.wg.Wait()
			goleak.VerifyNone(t, leaks, goleak.IgnoreTopFunction("time.Sleep"))
		})
	}
}

// awaitNone waits until no connection of a store to the schema is left on the server.
func awaitNone(t *testing.T, direct string) {
	t.Helper()
	conn, err := pgx.Connect(background, direct)
	must(t, err)
	defer conn.Close(background)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var n int
		must(t, conn.QueryRow(background, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'brandregistry' AND datname = current_database()").Scan(&n))
		if n == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are left", n)
		}
	}
}

// TestLostConnectionsAreReplaced within the first transaction after a failover has cut them.
func TestLostConnectionsAreReplaced(t *testing.T) {
	w, through, _ := wired(t)
	s := openURL(t, through)
	for i := range 3 {
		w.reset()
		calls := 0
		update(t, s, func(w *Writer) error { calls++; return addArea(w, i) })
		w.reset()
		if areas, _ := count(t, s); areas != i+1 || calls != 1 {
			t.Errorf("%d areas after %d calls", areas, calls)
		}
		calls = 0
		update(t, s, func(x *Writer) error { // cut in its midst
			if calls++; calls == 1 {
				w.reset()
			}
			return addArea(x, 500+i)
		})
		if calls != 2 {
			t.Errorf("run %d times, want 2", calls)
		}
		update(t, s, func(w *Writer) error {
			_, err := w.exec("DELETE FROM areas WHERE code LIKE '3301095%'")
			return err
		})
	}
}

// TestUnknownOutcome: a COMMIT that was sent is never run again by the program.
func TestUnknownOutcome(t *testing.T) {
	for mode, there := range map[int32]int{cutAfterwards: 1, cutBefore: 0} {
		w, through, _ := wired(t)
		s := openURL(t, through)
		w.mode.Store(mode)
		calls := 0
		err := s.Update(background, By{}, func(w *Writer) error { calls++; return addArea(w, 1) })
		if !unknown(err) || calls != 1 {
			t.Errorf("mode %d: %v after %d calls", mode, err, calls)
		}
		w.mode.Store(passing)
		if areas, events := count(t, s); areas != there || events != there {
			t.Errorf("mode %d: %d areas, %d events, want %d", mode, areas, events, there)
		}
		update(t, s, func(w *Writer) error { return addArea(w, 2) })
	}
}

// TestWhatIsRunAgain raises errors before and at the commit.
func TestWhatIsRunAgain(t *testing.T) {
	raise := func(w *Writer, how string) error {
		_, err := w.exec("DO $$ BEGIN RAISE " + how + "; END $$")
		return err
	}
	failing := func(how string, times int) func(*Writer, int) error {
		return func(w *Writer, call int) error {
			if call <= times {
				return raise(w, how)
			}
			return nil
		}
	}
	deferred := func(how string) func(*Writer, int) error {
		return func(w *Writer, _ int) error {
			for _, statement := range []string{
				"CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE " + how + "; RETURN NULL; END $$",
				"CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON areas DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late()",
				"UPDATE areas SET reports = 1",
			} {
				if _, err := w.exec(statement); err != nil {
					return err
				}
			}
			return nil
		}
	}
	busyNow := func(err error) bool { return fault.Is(err, fault.Unavailable) && !unknown(err) }
	fine := func(err error) bool { return err == nil }
	for name, c := range map[string]struct {
		do    func(w *Writer, call int) error
		calls int
		want  func(error) bool
		saved bool
	}{
		"a conflict once":          {failing("EXCEPTION USING ERRCODE = '40001'", 1), 2, fine, true},
		"a deadlock twice":         {failing("EXCEPTION USING ERRCODE = '40P01'", 2), 3, fine, true},
		"a conflict always":        {failing("EXCEPTION USING ERRCODE = '40001'", 9), 3, busyNow, false},
		"another error":            {failing("EXCEPTION USING ERRCODE = '22012'", 9), 1, func(err error) bool { return err != nil && !busyNow(err) }, false},
		"no room":                  {failing("EXCEPTION USING ERRCODE = '53100'", 9), 1, func(err error) bool { return fault.Is(err, fault.StorageFull) }, false},
		"a duplicate":              {failing("EXCEPTION USING ERRCODE = '23505'", 9), 1, func(err error) bool { return fault.Is(err, fault.AlreadyExists) }, false},
		"canceled on the server":   {failing("EXCEPTION USING ERRCODE = '57014'", 9), 1, busyNow, false},
		"a server that only reads": {failing("EXCEPTION USING ERRCODE = '25006'", 1), 2, fine, true},
		"an error at the commit":   {deferred("EXCEPTION USING ERRCODE = '40001'"), 1, busyNow, false},
		"a warning at the commit":  {deferred("WARNING 'canceling wait for synchronous replication'"), 1, unknown, true},
		"a notice at the commit":   {deferred("NOTICE 'by the way'"), 1, fine, true},
		"a session that is ended": {func(w *Writer, call int) error {
			if call > 1 {
				return nil
			}
			_, err := w.exec("SELECT pg_terminate_backend(pg_backend_pid())")
			return err
		}, 2, fine, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := openURL(t, storetest.Schema(t))
			calls := 0
			err := s.Update(background, By{}, func(w *Writer) error {
				calls++
				if err := addArea(w, 1); err != nil {
					return err
				}
				return c.do(w, calls)
			})
			if !c.want(err) || calls != c.calls {
				t.Errorf("%v after %d calls, want %d", err, calls, c.calls)
			}
			want := 0
			if c.saved {
				want = 1
			}
			if areas, events := count(t, s); areas != want || events != want {
				t.Errorf("%d areas, %d events, want %d", areas, events, want)
			}
		})
	}
}

// TestLockIsNotWaitedForEver holds the clock from elsewhere.
func TestLockIsNotWaitedForEver(t *testing.T) {
	url := storetest.Schema(t)
	s := openURL(t, url)
	conn, err := pgx.Connect(background, url)
	must(t, err)
	defer conn.Close(background)
	tx, err := conn.Begin(background)
	must(t, err)
	_, err = tx.Exec(background, "UPDATE clock SET at = at")
	must(t, err)
	if err := s.Update(background, By{}, func(*Writer) error { return nil }); !fault.Is(err, fault.Unavailable) || unknown(err) {
		t.Errorf("%v, want busy", err)
	}
	count(t, s) // readers go on
	must(t, tx.Rollback(background))
	update(t, s, func(w *Writer) error { return addArea(w, 1) })
}

// TestReplicasStartAtOnce on an empty database.
func TestReplicasStartAtOnce(t *testing.T) {
	url := storetest.Schema(t)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			s, err := Open(background, Options{URL: url}, true)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Update(background, By{}, func(*Writer) error { return nil }); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestSchemaOfAnotherVersion: a program that is behind or ahead says so, when it starts and later.
func TestSchemaOfAnotherVersion(t *testing.T) {
	for _, have := range []int64{0, 2} {
		url := storetest.Schema(t)
		s := openURL(t, url)
		must(t, storetest.Exec(url, fmt.Sprintf("UPDATE goose_db_version SET version_id = %d WHERE version_id = 1", have)))
		want := SchemaMismatch{Have: have, Want: 1}
		err := s.View(background, func(r *Reader) error { return r.CheckSchema() })
		if got := (SchemaMismatch{}); !errors.As(err, &got) || got != want {
			t.Errorf("running: %v, want %v", err, want)
		}
		other, err := Open(background, Options{URL: url}, false)
		if got := (SchemaMismatch{}); !errors.As(err, &got) || got != want {
			t.Errorf("starting: %v, want %v", err, want)
		}
		if err == nil {
			must(t, other.Close())
		}
	}
}

// TestOpenSaysWhyNot, and never the password.
func TestOpenSaysWhyNot(t *testing.T) {
	u, err := url.Parse(storetest.Server())
	must(t, err)
	u.User = url.UserPassword(u.User.Username(), "sesame")
	for what, change := range map[string]func(*url.URL){
		"does not exist":     func(u *url.URL) { u.Path = "/no_such_database" },
		"connection refused": func(u *url.URL) { u.Host = "127.0.0.1:1" },
		"sslmode is invalid": func(u *url.URL) { u.RawQuery = "sslmode=nonsense" },
		"no such file":       func(u *url.URL) { u.RawQuery = "sslmode=verify-full&sslrootcert=/no/such/file" },
		"cannot be parsed":   func(u *url.URL) { u.Host = "127.0.0.1:port" },
		"canceled":           nil,
	} {
		at := *u
		ctx, cancel := context.WithCancel(background)
		if change != nil {
			change(&at)
		} else {
			cancel()
		}
		_, err := Open(ctx, Options{URL: at.String()}, false)
		cancel()
		if err == nil || !strings.Contains(err.Error(), what) || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
