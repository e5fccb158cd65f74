//go:build postgres

package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"brandregistry/internal/store/storetest"
	"context"
	crand "crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/goleak"
)

// unknown reports whether an error is that of an outcome which nobody knows.
func unknown(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Code == fault.Unavailable && strings.Contains(f.Detail.ZH, "未知") && f.RetryAfter > 0
}

// busyNow reports whether an error says that nothing was done, and to come again.
func busyNow(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Code == fault.Unavailable && !unknown(err) && f.RetryAfter > 0
}

func check(r *Reader) error { return r.CheckSchema() }

// sessionsOf counts the connections on the server that came over a wire.
func sessionsOf(t *testing.T, w *storetest.Wire) (n int) {
	t.Helper()
	conn, err := pgx.Connect(background, w.Direct)
	must(t, err)
	defer conn.Close(background)
	must(t, conn.QueryRow(background, "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", w.Name).Scan(&n))
	return n
}

// await polls until holds, for as long as the test may run: how fast the machine is says nothing.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline, limited := t.Deadline()
	for !holds() {
		if limited && time.Until(deadline) < 10*time.Second {
			t.Fatalf("not %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// sleeping is a statement that ends when the lock of that key is free, and does not wait for it.
func sleeping(key int64) string {
	return fmt.Sprintf("DO $$ BEGIN WHILE NOT pg_try_advisory_xact_lock(%d) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$", key)
}

// TestAway takes the database away in each manner: from under transactions that begin, alone and 32 at
// once, and from under one that has begun.
func TestAway(t *testing.T) {
	manners := map[string]func(*storetest.Wire){
		"refused":             func(w *storetest.Wire) { w.Set(storetest.Refusing) },
		"reset, then refused": func(w *storetest.Wire) { w.Set(storetest.Refusing); w.Reset() },
		"frozen":              func(w *storetest.Wire) { w.Set(storetest.Frozen) },
		"reset, then frozen":  func(w *storetest.Wire) { w.Set(storetest.Frozen); w.Reset() },
		"a wrong password":    func(w *storetest.Wire) { w.Answer("28P01") },
		"no such database":    func(w *storetest.Wire) { w.Answer("3D000") },
		"starting up":         func(w *storetest.Wire) { w.Answer("57P03") },
	}
	for name, takeAway := range manners {
		t.Run(name, func(t *testing.T) {
			leaks := goleak.IgnoreCurrent()
			w := storetest.NewWire(t)
			s, err := Open(background, Options{URL: w.Through}, true)
			must(t, err)
			idle, err := Open(background, Options{URL: w.Through}, false)
			must(t, err)
			update(t, s, func(w *Writer) error {
				for n := range maxStatements { // what its connection keeps is more than enough
					if err := w.row(fmt.Sprintf("SELECT %d", n)).Scan(new(int)); err != nil {
						return err
					}
				}
				return addArea(w, 0)
			})
			all := sessionsOf(t, w)

			attempt := func(i int) {
				var err error
				if i%2 == 0 {
					err = s.View(background, check)
				} else {
					err = s.Update(background, By{}, func(w *Writer) error { return addArea(w, i) })
				}
				if !busyNow(err) {
					t.Errorf("transaction %d: %v", i, err)
				}
			}
			together := func() {
				var wg sync.WaitGroup
				for i := range 32 {
					wg.Go(func() { attempt(i) })
				}
				wg.Wait()
			}
			calls := 0
			err = s.View(background, func(r *Reader) error { // in its midst
				calls++
				if err := check(r); err != nil {
					return err
				}
				takeAway(w)
				together() // all others, on connections that were idle
				return check(r)
			})
			if !busyNow(err) || calls != 1 {
				t.Errorf("a transaction that had begun, after %d calls: %v", calls, err)
			}
			rested := func() bool { return !s.engine.(*postgresEngine).isAway() }
			await(t, "tried again", rested)
			together() // on new connections
			must(t, idle.Close())

			w.Set(storetest.Passing)
			await(t, "back", func() bool { return s.View(background, check) == nil })
			update(t, s, func(w *Writer) error { return addArea(w, 100) })
			if areas, events := count(t, s); areas != 2 || events != 2 {
				t.Errorf("%d areas, %d events; want 2, 2", areas, events)
			}
			for range 2 * cap(s.readers) {
				must(t, s.View(background, check))
			}
			await(t, "as few connections as before", func() bool { return sessionsOf(t, w) <= all })
			must(t, s.Close())
			await(t, "without a connection", func() bool { return sessionsOf(t, w) == 0 })
			if n := w.Cancels(); n != 0 {
				t.Errorf("%d statements were canceled", n)
			}
			w.Close()
			goleak.VerifyNone(t, leaks)
		})
	}
}

// TestGuardWatchesOverOneTransaction: what it finds too late is not told the next one, which has the
// same connection and whose server answers it.
func TestGuardWatchesOverOneTransaction(t *testing.T) {
	t.Parallel()
	w := storetest.NewWire(t)
	s := openURL(t, w.Through)
	w.Set(storetest.Deaf) // the guard gets no answer, the transaction does
	var first, second *sql.Conn
	late := &guard{engine: s.engine.(*postgresEngine), timer: time.NewTimer(time.Hour)}
	update(t, s, func(tx *Writer) error {
		first = tx.session.conn
		defer late.stop() // it is over when its question has not been answered yet
		return raw(first, func(c *pgconn.PgConn) error { late.wire = c.Conn(); return nil })
	})
	update(t, s, func(tx *Writer) error {
		second = tx.session.conn
		late.ask() // in vain
		return addArea(tx, 1)
	})
	if late.engine.isAway() {
		t.Error("a server that answers is taken to be away")
	}
	if first != second {
		t.Error("the connection was replaced")
	}
}

// TestGuardLetsLongStatementsBe: a server that answers may take its time.
func TestGuardLetsLongStatementsBe(t *testing.T) {
	t.Parallel()
	w := storetest.NewWire(t)
	s := openURL(t, w.Through)
	w.Set(storetest.Passing)
	calls, key := 0, rand.Int64()
	other, err := pgx.Connect(background, w.Direct)
	must(t, err)
	defer other.Close(background)
	_, err = other.Exec(background, "SELECT pg_advisory_lock($1)", key)
	must(t, err)
	asked := make(chan error)
	go func() { // the statement ends when its server has been asked twice
		await(t, "asked twice", func() bool { return w.Taken() >= 2 })
		_, err := other.Exec(background, "SELECT pg_advisory_unlock($1)", key)
		asked <- err
	}()
	must(t, s.View(background, func(r *Reader) error {
		calls++
		_, err := r.exec(sleeping(key))
		return err
	}))
	must(t, <-asked)
	if calls != 1 || w.Taken() < 2 || w.Cancels() != 0 {
		t.Errorf("%d calls, asked %d times, canceled %d times", calls, w.Taken(), w.Cancels())
	}
}

// TestDeadServerIsFoundOnce: after a server has been found dead, the other connections to it are not
// waited for one by one.
func TestDeadServerIsFoundOnce(t *testing.T) {
	t.Parallel()
	w := storetest.NewWire(t)
	s := openURL(t, w.Through)
	w.Set(storetest.Deaf)
	err := s.View(background, func(r *Reader) error {
		_, err := r.exec("SELECT pg_sleep(600)")
		return err
	})
	must(t, storetest.Exec(w.Direct, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"+w.Name+"' AND query LIKE '%pg_sleep(600)%'"))
	if !busyNow(err) {
		t.Fatal(err)
	}
	w.Set(storetest.Passing)
	await(t, "back", func() bool { return s.View(background, check) == nil })
	w.Set(storetest.Passing)
	for range cap(s.readers) + 1 {
		must(t, s.View(background, check))
	}
	if n := w.Taken(); n < cap(s.readers)-2 {
		t.Errorf("%d of %d connections were made anew", n, cap(s.readers))
	}
}

// cutter is text that cuts a wire while it is read.
type cutter string

var cutNext *storetest.Wire // nil: none

// Scan is sql.Scanner's.
func (*cutter) Scan(any) error {
	if cutNext != nil {
		cutNext.Reset()
		cutNext = nil
	}
	return nil
}

// TestLostConnectionsAreReplaced within the first transaction that comes after a failover has cut
// them, or that it has cut, at whatever it was; but it is run three times at most.
func TestLostConnectionsAreReplaced(t *testing.T) {
	w := storetest.NewWire(t)
	s := openURL(t, w.Through)
	const much = "SELECT repeat('x', 1000) FROM generate_series(1, 30000)" // more than a buffer holds
	moments := map[string]func(r *Reader, cut func()) error{
		"before a statement": func(r *Reader, cut func()) error {
			cut()
			return r.row("SELECT 1").Scan(new(int))
		},
		"before a statement whose failure is not minded": func(r *Reader, cut func()) error {
			cut()
			_ = r.row("SELECT 1").Scan(new(int))
			return nil
		},
		"between a row and its end": func(r *Reader, cut func()) error {
			found := r.row(much)
			cut()
			return found.Scan(new(string))
		},
		"while rows are read": func(r *Reader, cut func()) error {
			return r.each(func(scan func(...any) error) error {
				cut()
				return scan(new(string))
			}, much)
		},
		"while gorm reads rows": func(r *Reader, cut func()) error {
			var rows []struct{ Repeat cutter }
			cut()
			return r.orm().Raw(much).Scan(&rows).Error
		},
	}
	for name, moment := range moments {
		for times := range attempts + 1 {
			calls := 0
			do := func(r *Reader) error {
				calls++
				return moment(r, func() {
					switch {
					case calls > times:
					case name == "while gorm reads rows":
						cutNext = w
					default:
						w.Reset()
					}
				})
			}
			want, fine := times+1, times < attempts
			if !fine {
				want = attempts
			}
			if err := s.View(background, do); (err == nil) != fine || (!fine && !busyNow(err)) || calls != want {
				t.Errorf("View cut %d times %s: %v after %d calls, want %d", times, name, err, calls, want)
			}
			calls = 0
			if err := s.Update(background, By{}, func(tx *Writer) error { return do(&tx.Reader) }); (err == nil) != fine || (!fine && !busyNow(err)) || calls != want {
				t.Errorf("Update cut %d times %s: %v after %d calls, want %d", times, name, err, calls, want)
			}
		}
	}
	w.Reset() // while nobody uses them
	for range 2 * cap(s.readers) {
		calls := 0
		must(t, s.View(background, func(r *Reader) error { calls++; return check(r) }))
		if calls != 1 {
			t.Errorf("after the connection was lost while idle: %d calls", calls)
		}
	}
	calls := 0
	update(t, s, func(w *Writer) error { calls++; return addArea(w, 1) })
	if areas, _ := count(t, s); areas != 1 || calls != 1 {
		t.Errorf("%d areas after %d calls", areas, calls)
	}
}

// TestUnknownOutcome: a COMMIT that was sent is never run again by the program, nor canceled.
func TestUnknownOutcome(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		manner storetest.Manner
		saved  int
	}{
		"its answer is lost": {storetest.AnswerLost, 1},
		"it is lost":         {storetest.CommitLost, 0},
		"it arrives late":    {storetest.FrozenByCommit, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := storetest.NewWire(t)
			s := openURL(t, w.Through)
			w.Set(c.manner)
			calls := 0
			err := s.Update(background, By{}, func(w *Writer) error { calls++; return addArea(w, 1) })
			if !unknown(err) || calls != 1 {
				t.Errorf("%v after %d calls", err, calls)
			}
			w.Set(storetest.Passing)
			await(t, "back", func() bool { return s.View(background, check) == nil })
			await(t, "settled", func() bool { areas, _ := count(t, s); return areas == c.saved })
			update(t, s, func(w *Writer) error { return addArea(w, 2) })
			if areas, events := count(t, s); areas != c.saved+1 || events != c.saved+1 {
				t.Errorf("%d areas, %d events, want %d", areas, events, c.saved+1)
			}
			if n := w.Cancels(); n != 0 {
				t.Errorf("%d statements were canceled", n)
			}
		})
	}
}

// TestWhatIsRunAgain raises errors before and at the commit.
func TestWhatIsRunAgain(t *testing.T) {
	exec := func(w *Writer, statements ...string) error {
		for _, s := range statements {
			if _, err := w.exec(s); err != nil {
				return err
			}
		}
		return nil
	}
	failing := func(times int, statement string) func(*Writer, int) error {
		return func(w *Writer, call int) error {
			if call > times {
				return nil
			}
			return exec(w, statement)
		}
	}
	raise := func(how string) string { return "DO $$ BEGIN RAISE " + how + "; END $$" }
	code := func(code string) string { return raise("EXCEPTION USING ERRCODE = '" + code + "'") }
	late := func(how string) func(*Writer, int) error {
		return func(w *Writer, _ int) error {
			return exec(w, "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "+how+"; RETURN NULL; END $$",
				"CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON areas DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late()",
				"UPDATE areas SET reports = 1")
		}
	}
	fine := func(err error) bool { return err == nil }
	internal := func(err error) bool { return err != nil && !errors.As(err, new(*fault.Error)) }
	is := func(code fault.Code) func(error) bool { return func(err error) bool { return fault.Is(err, code) } }
	for name, c := range map[string]struct {
		do    func(w *Writer, call int) error
		calls int
		want  func(error) bool
		saved bool
	}{
		"a conflict once":            {failing(1, code("40001")), 2, fine, true},
		"a deadlock twice":           {failing(2, code("40P01")), 3, fine, true},
		"a conflict always":          {failing(9, code("40001")), 3, busyNow, false},
		"a deadlock always":          {failing(9, code("40P01")), 3, busyNow, false},
		"another error":              {failing(9, code("22012")), 1, internal, false},
		"no room":                    {failing(9, code("53100")), 1, is(fault.StorageFull), false},
		"a duplicate":                {failing(9, code("23505")), 1, is(fault.AlreadyExists), false},
		"an error of the server":     {failing(9, code("58030")), 1, busyNow, false},
		"canceled on the server":     {failing(9, "SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(5)"), 1, busyNow, false},
		"ended on the server":        {failing(1, "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)"), 2, fine, true},
		"always ended on the server": {failing(9, "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)"), 3, busyNow, false},
		"an old plan": {func(w *Writer, call int) error {
			if call == 1 {
				return exec(w, "CREATE TEMP TABLE grown (a INT)", "SELECT * FROM grown", "ALTER TABLE grown ADD b INT", "SELECT * FROM grown")
			}
			return nil
		}, 2, fine, true},
		"a conflict at the commit":          {late("EXCEPTION USING ERRCODE = '40001'"), 1, busyNow, false},
		"a deadlock at the commit":          {late("EXCEPTION USING ERRCODE = '40P01'"), 1, busyNow, false},
		"a duplicate at the commit":         {late("EXCEPTION USING ERRCODE = '23505'"), 1, is(fault.AlreadyExists), false},
		"a proxy's error at the commit":     {late("EXCEPTION USING ERRCODE = '08006'"), 1, unknown, false},
		"a doubt at the commit":             {late("EXCEPTION USING ERRCODE = '40003'"), 1, unknown, false},
		"a warning at the commit":           {late("WARNING 'canceling wait for synchronous replication'"), 1, unknown, true},
		"a notice at the commit":            {late("NOTICE 'by the way'"), 1, fine, true},
		"a warning, and a commit after it":  {failing(1, raise("WARNING 'mind'")), 1, fine, true},
		"ended on the server by the commit": {late("NOTICE 'by %', (SELECT pg_terminate_backend(pg_backend_pid()) FROM pg_sleep(0))"), 1, unknown, false},
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

// TestServerThatOnlyReads: until it takes writes again nothing is written, and then on new connections:
// the old ones lead to what still only reads. Reading goes on.
func TestServerThatOnlyReads(t *testing.T) {
	t.Parallel()
	role := "role_" + strings.ToLower(crand.Text())
	schema := storetest.Schema(t)
	must(t, storetest.Exec(schema, "CREATE ROLE "+role+" LOGIN SUPERUSER"))
	t.Cleanup(func() { must(t, storetest.Exec(schema, "DROP ROLE "+role)) })
	u, err := url.Parse(schema)
	must(t, err)
	u.User = url.User(role)
	openURL(t, schema) // migrates
	must(t, storetest.Exec(schema, "ALTER ROLE "+role+" SET default_transaction_read_only = on"))
	s := openURL(t, u.String())
	calls := 0
	if err := s.Update(background, By{}, func(w *Writer) error { calls++; return addArea(w, 1) }); !busyNow(err) || calls != 0 {
		t.Errorf("%v after %d calls", err, calls)
	}
	if areas, _ := count(t, s); areas != 0 {
		t.Errorf("%d areas", areas)
	}
	must(t, storetest.Exec(schema, "ALTER ROLE "+role+" RESET default_transaction_read_only"))
	update(t, s, func(w *Writer) error { return addArea(w, 1) })
}

// TestTableGrows under a program that has prepared its statements.
func TestTableGrows(t *testing.T) {
	url := storetest.Schema(t)
	s := openURL(t, url)
	all := func(r *Reader) error { return r.orm().Find(&[]catalog.Area{}).Error }
	for range cap(s.readers) {
		must(t, s.View(background, all))
	}
	must(t, storetest.Exec(url, "ALTER TABLE areas ADD COLUMN remark TEXT"))
	for range cap(s.readers) {
		must(t, s.View(background, all))
	}
}

// TestLockIsNotWaitedForEver holds the clock from elsewhere.
func TestLockIsNotWaitedForEver(t *testing.T) {
	t.Parallel()
	url := storetest.Schema(t)
	s := openURL(t, url)
	conn, err := pgx.Connect(background, url)
	must(t, err)
	defer conn.Close(background)
	tx, err := conn.Begin(background)
	must(t, err)
	_, err = tx.Exec(background, "UPDATE clock SET at = at")
	must(t, err)
	calls := 0
	if err := s.Update(background, By{}, func(*Writer) error { calls++; return nil }); !busyNow(err) || calls != 0 {
		t.Errorf("%v after %d calls, want busy", err, calls)
	}
	count(t, s) // readers go on
	must(t, tx.Rollback(background))
	update(t, s, func(w *Writer) error { return addArea(w, 1) })
}

// TestReplicasStartAtOnce on an empty database.
func TestReplicasStartAtOnce(t *testing.T) {
	t.Parallel()
	url := storetest.Schema(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s, err := Open(background, Options{URL: url}, true)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Update(background, By{}, func(w *Writer) error { return addArea(w, i) }); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if areas, events := count(t, openURL(t, url)); areas != 8 || events != 8 {
		t.Errorf("%d areas, %d events, want 8", areas, events)
	}
}

// TestSchemaOfAnotherVersion: a program that is behind or ahead says so, when it starts and later.
func TestSchemaOfAnotherVersion(t *testing.T) {
	for _, have := range []int64{1, schemaVersion() + 1} {
		url := storetest.Schema(t)
		s := openURL(t, url)
		must(t, storetest.Exec(url, fmt.Sprintf("DELETE FROM goose_db_version WHERE version_id > %d", have), fmt.Sprintf("INSERT INTO goose_db_version (version_id, is_applied) SELECT %d, true WHERE %[1]d > %d", have, schemaVersion())))
		want := SchemaMismatch{Have: have, Want: schemaVersion()}
		err := s.View(background, check)
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
	t.Parallel()
	w := storetest.NewWire(t)
	at := func(change func(*url.URL)) string {
		u, err := url.Parse(w.Through)
		must(t, err)
		u.User = url.UserPassword(u.User.Username(), "sesame")
		change(u)
		return u.String()
	}
	as := func(*url.URL) {}
	canceled, cancel := context.WithCancel(background)
	cancel()
	for _, c := range []struct {
		ctx     context.Context
		prepare func()
		url     string
		want    string
	}{
		{background, func() {}, at(func(u *url.URL) { u.Path = "/no_such_database" }), "3D000"},
		{background, func() {}, at(func(u *url.URL) { u.Host = "127.0.0.1:1" }), "connection refused"},
		{background, func() {}, at(func(u *url.URL) { u.RawQuery = "sslmode=nonsense" }), "sslmode is invalid"},
		{background, func() {}, at(func(u *url.URL) { u.RawQuery = "sslmode=verify-full&sslrootcert=/no/such/file" }), "no such file"},
		{background, func() {}, at(func(u *url.URL) { u.Host = "127.0.0.1:port" }), "cannot be parsed"},
		{background, func() {}, at(func(u *url.URL) { u.Host = "no-such-host.invalid" }), "no-such-host.invalid"},
		{canceled, func() {}, at(as), "canceled"},
		{background, func() { w.Answer("28P01") }, at(as), "28P01"},
		{background, func() { w.Set(storetest.Frozen) }, at(as), "timeout"},
	} {
		c.prepare()
		_, err := Open(c.ctx, Options{URL: c.url}, false)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: %v", c.want, err)
		}
	}
}

// BenchmarkAway is how long the slowest of 32 transactions takes to say that the database is away, over
// the time that one attempt to connect may take: the server refuses, or does not answer.
func BenchmarkAway(b *testing.B) {
	for name, manner := range map[string]storetest.Manner{"refused": storetest.Refusing, "frozen": storetest.Frozen} {
		b.Run(name, func(b *testing.B) {
			w := storetest.NewWire(b)
			s := openURL(b, w.Through)
			var slowest time.Duration
			for b.Loop() {
				w.Set(manner)
				w.Reset()
				began := time.Now()
				var wg sync.WaitGroup
				for range 32 {
					wg.Go(func() {
						if err := s.View(background, check); !busyNow(err) {
							b.Error(err)
						}
					})
				}
				wg.Wait()
				slowest = max(slowest, time.Since(began))
				w.Set(storetest.Passing)
				for s.View(background, check) != nil {
					time.Sleep(10 * time.Millisecond)
				}
			}
			b.ReportMetric(float64(slowest)/float64(awayWait), "slowest/awayWait")
		})
	}
}

// BenchmarkGuard is the share of a View that its guard takes.
func BenchmarkGuard(b *testing.B) {
	s := openURL(b, storetest.Schema(b))
	var took [2][]float64
	measure := func(n int, e engine) {
		var sessions []*session
		for range cap(s.readers) {
			r := <-s.readers
			r.engine = e
			sessions = append(sessions, r)
		}
		for _, r := range sessions {
			s.readers <- r
		}
		began := time.Now()
		for range 200 {
			if err := s.View(background, func(r *Reader) error { _, err := r.Area(area.Nation); _ = err; return nil }); err != nil {
				b.Fatal(err)
			}
		}
		took[n] = append(took[n], float64(time.Since(began).Microseconds())/200)
	}
	for b.Loop() {
		measure(0, s.engine)
		measure(1, unguarded{s.engine})
	}
	for n, unit := range []string{"µs/guarded", "µs/unguarded"} {
		slices.Sort(took[n])
		b.ReportMetric(took[n][len(took[n])/2], unit)
	}
}

// unguarded is an engine without the guard.
type unguarded struct{ engine }

func (unguarded) guard(*sql.Conn) (func(), error) { return func() {}, nil }
