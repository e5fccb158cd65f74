package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

var background = context.Background()

// addArea writes one more area within the transaction.
func addArea(w *Writer, n int) error {
	code := area.Code(fmt.Sprintf("330109%03d", n))
	return w.SaveAreas(audit.Change{Action: "area.create"}, &catalog.Area{Code: code, Digits: 9, Name: string(code)})
}

// count returns the rows of areas and the events, which every test here writes one to one.
func count(t *testing.T, s *Store) (areas, events int) {
	t.Helper()
	err := s.View(background, func(r *Reader) error {
		return r.row("SELECT (SELECT count(*) FROM areas), (SELECT count(*) FROM audit_events)").Scan(&areas, &events)
	})
	if err != nil {
		t.Fatal(err)
	}
	return areas, events
}

func TestConnectionsAreSetUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "registry.db")
	s, err := Open(background, Options{URL: "file:" + path + "?_pragma=synchronous(OFF)&_pragma=Foreign_Keys=0&_pragma=cache_size(-4000)"}, true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const query = `SELECT journal_mode, synchronous, foreign_keys, query_only, timeout
		FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys, pragma_query_only, pragma_busy_timeout`
	check := func(what string, c *session, readOnly bool) {
		t.Helper()
		var mode string
		var synchronous, keys, timeout int
		var queryOnly bool
		if err := c.row(background, query, nil).Scan(&mode, &synchronous, &keys, &queryOnly, &timeout); err != nil {
			t.Fatal(err)
		}
		if mode != "wal" || synchronous != 2 || keys != 1 || queryOnly != readOnly || timeout != 5000 {
			t.Errorf("%s: journal_mode %s, synchronous %d, foreign_keys %d, query_only %v, busy_timeout %d", what, mode, synchronous, keys, queryOnly, timeout)
		}
	}
	for range 2 { // the second time on a new connection
		update(t, s, func(w *Writer) error {
			check("writer", w.session, false)
			return nil
		})
		conn := <-s.writer
		conn.drop()
		s.writer <- conn
	}
	for i := range cap(s.readers) {
		c := <-s.readers
		check(fmt.Sprintf("reader %d", i), c, true)
		if _, err := c.ExecContext(background, "UPDATE clock SET at = 0"); err == nil {
			t.Errorf("reader %d writes", i)
		}
		s.readers <- c
	}
}

func TestNoLogNoRegistry(t *testing.T) {
	for _, url := range []string{":memory:", "file::memory:", "file:x?mode=memory"} {
		s, err := Open(background, Options{URL: url}, true)
		if err == nil {
			s.Close()
			t.Errorf("%s: opened, though it keeps no write-ahead log", url)
		}
	}
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"file:registry.db":                                                  "file:registry.db",
		"file:区#1.db?_pragma=cache_size(-4000)":                             "file:区#1.db",
		"postgres://registry:secret@db.example/registry?sslpassword=secret": "postgres://registry:xxxxx@db.example/registry",
		"host=db.example password=secret":                                   "the database",
		"postgres://registry:sec%ret@db.example":                            "the database",
	} {
		if got := redact(in); got != want || strings.Contains(got, "secret") {
			t.Errorf("redact(%q) = %q, want %q", in, got, want)
		}
	}
}

// A transaction may end in any of these ways; the next one works, and nothing of this one is there.
func TestUnfinishedTransactions(t *testing.T) {
	boom := errors.New("boom")
	ways := map[string]struct {
		do   func(w *Writer, cancel func()) error
		want func(error) bool
	}{
		"an error":   {func(*Writer, func()) error { return boom }, func(err error) bool { return errors.Is(err, boom) }},
		"a fault":    {func(*Writer, func()) error { return missingToken() }, func(err error) bool { return fault.Is(err, fault.NotFound) }},
		"a panic":    {func(*Writer, func()) error { panic(boom) }, nil},
		"an exit":    {func(*Writer, func()) error { runtime.Goexit(); return nil }, nil},
		"a canceled": {func(_ *Writer, cancel func()) error { cancel(); return nil }, unavailableNow},
		"a statement after the cancel": {func(w *Writer, cancel func()) error {
			cancel()
			return addArea(w, 2)
		}, unavailableNow},
		"a row after the cancel": {func(w *Writer, cancel func()) error {
			cancel()
			var n int
			return w.row("SELECT 1").Scan(&n)
		}, unavailableNow},
		"rows cut short by the cancel": {func(w *Writer, cancel func()) error {
			return w.each(func(func(...any) error) error { cancel(); return nil }, "VALUES (1), (2), (3)")
		}, unavailableNow},
		"rows cut short by an error": {func(w *Writer, _ func()) error {
			return w.each(func(func(...any) error) error { return boom }, "VALUES (1), (2), (3)")
		}, func(err error) bool { return errors.Is(err, boom) }},
		"rows cut short by a panic": {func(w *Writer, _ func()) error {
			return w.each(func(func(...any) error) error { panic(boom) }, "VALUES (1), (2), (3)")
		}, nil},
		"a failed statement that was not minded": {func(w *Writer, _ func()) error {
			_, err := w.exec("UPDATE areas SET digits = 7")
			if err == nil {
				t.Error("the statement did not fail")
			}
			return addAreaUnminded(w, 3)
		}, func(err error) bool { return err != nil }},
		"a duplicate that was not minded": {func(w *Writer, _ func()) error {
			_, _ = w.exec("INSERT INTO clock SELECT * FROM clock")
			return nil
		}, func(err error) bool { return fault.Is(err, fault.AlreadyExists) }},
		"a rollback by the engine": {func(w *Writer, _ func()) error {
			or := "OR ROLLBACK " // as a full disk does; PostgreSQL leaves nothing of a transaction after any error
			if _, ok := w.store.engine.(*sqliteEngine); !ok {
				or = ""
			}
			_, err := w.exec("INSERT " + or + "INTO clock SELECT * FROM clock")
			_ = addAreaUnminded(w, 4) // would be written at once, outside a transaction
			return err
		}, func(err error) bool { return fault.Is(err, fault.AlreadyExists) }},
		"a connection lost": {func(w *Writer, _ func()) error {
			w.session.drop()
			return addArea(w, 2)
		}, func(err error) bool { return errors.Is(err, errConnectionLost) }},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			s := openTest(t)
			update(t, s, func(w *Writer) error { return addArea(w, 0) })
			readers := len(s.readers)
			ended := make(chan error, 1)
			go func() {
				err := boom
				defer func() { _ = recover(); ended <- err }()
				ctx, cancel := context.WithCancel(background)
				defer cancel()
				err = s.Update(ctx, By{}, func(w *Writer) error {
					if err := addArea(w, 1); err != nil {
						t.Error(err)
					}
					return way.do(w, cancel)
				})
			}()
			if err := <-ended; way.want != nil && !way.want(err) {
				t.Errorf("Update returns %v", err)
			}
			update(t, s, func(w *Writer) error { return addArea(w, 5) })
			if areas, events := count(t, s); areas != 2 || events != 2 {
				t.Errorf("%d areas, %d events; want those of the two whole transactions", areas, events)
			}
			if len(s.writer) != 1 || len(s.readers) != readers {
				t.Errorf("%d writers, %d readers left; want 1, %d", len(s.writer), len(s.readers), readers)
			}
		})
	}
}

func addAreaUnminded(w *Writer, n int) error {
	_ = addArea(w, n)
	return nil
}

func unavailableNow(err error) bool {
	return fault.Is(err, fault.Unavailable) && errors.Is(err, context.Canceled)
}

// Whenever the context ends, the transaction is whole or not there, and the next one works.
func TestCancelAtAnyMoment(t *testing.T) {
	s := openTest(t)
	done := 0
	for i := range 300 {
		ctx, cancel := context.WithTimeout(background, time.Duration(i%100)*10*time.Microsecond)
		err := s.Update(ctx, By{}, func(w *Writer) error { return addArea(w, i) })
		switch {
		case err == nil:
			done++
		case !fault.Is(err, fault.Unavailable):
			t.Fatal(err)
		}
		if err := s.View(ctx, func(r *Reader) error { _, err := r.Account("x"); return err }); !fault.Is(err, fault.Unavailable) && !fault.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		cancel()
		if areas, events := count(t, s); areas != done || events != done {
			t.Fatalf("%d areas, %d events after %d updates", areas, events, done)
		}
		update(t, s, func(*Writer) error { return nil })
	}
}

func TestCommitLost(t *testing.T) {
	s := openTest(t)
	err := s.Update(background, By{}, func(w *Writer) error {
		if err := addArea(w, 1); err != nil {
			return err
		}
		w.session.drop()
		w.planChanged = false // so that COMMIT is what comes next
		return nil
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("a COMMIT that fails: %v, want unavailable", err)
	}
	update(t, s, func(w *Writer) error { return addArea(w, 2) })
	if areas, events := count(t, s); areas != 1 || events != 1 {
		t.Errorf("%d areas, %d events; want 1, 1", areas, events)
	}
}

// The last to close a registry leaves one file: nothing keeps it open.
func TestCloseLeavesOneFile(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(background, Options{URL: "file:" + filepath.Join(dir, "registry.db")}, true)
	if err != nil {
		t.Fatal(err)
	}
	update(t, s, func(w *Writer) error { return addArea(w, 1) })
	count(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("%v, %v are left", left, err)
	}
}

func TestStorageFull(t *testing.T) {
	for _, minded := range []bool{true, false} {
		s := openFile(t)
		update(t, s, func(w *Writer) error { return addArea(w, 0) })
		err := s.Update(background, By{Actor: access.Operator}, func(w *Writer) error {
			var pages int
			if err := w.row("SELECT page_count FROM pragma_page_count").Scan(&pages); err != nil {
				return err
			}
			if err := w.row(fmt.Sprintf("PRAGMA max_page_count = %d", pages)).Scan(&pages); err != nil {
				return err
			}
			for i := 1; i < 400; i++ {
				if err := addArea(w, i); minded && err != nil {
					return err
				}
			}
			return nil
		})
		if !fault.Is(err, fault.StorageFull) {
			t.Errorf("minded %v: %v, want storage_full", minded, err)
		}
		if areas, events := count(t, s); areas != 1 || events != 1 {
			t.Errorf("minded %v: %d areas, %d events after a failed update; want 1, 1", minded, areas, events)
		}
		update(t, s, func(w *Writer) error {
			var pages int // room again, should the connection still be the same
			if err := w.row("PRAGMA max_page_count = 1000000").Scan(&pages); err != nil {
				return err
			}
			return addArea(w, 1)
		})
	}
}

// A connection of PostgreSQL takes no statement while rows are read, so none does.
func TestNoStatementWhileRowsAreRead(t *testing.T) {
	s := openTest(t)
	err := s.View(background, func(r *Reader) error {
		return r.each(func(func(...any) error) error { return r.row("SELECT 1").Scan(new(int)) }, "VALUES (1), (2)")
	})
	if !errors.Is(err, errReading) {
		t.Errorf("a statement within rows: %v, want %v", err, errReading)
	}
}

func TestStatementsAreBounded(t *testing.T) {
	s := openTest(t)
	view := func(do func(*Reader) error) {
		t.Helper()
		if err := s.View(background, do); err != nil {
			t.Fatal(err)
		}
	}
	view(func(r *Reader) error {
		for i := range 2 * maxStatements {
			if err := r.row(fmt.Sprintf("SELECT %d", i)).Scan(new(int)); err != nil {
				return err
			}
		}
		return nil
	})
	for range 2 * cap(s.readers) { // each session is tidied when it is next used
		view(func(r *Reader) error {
			if n := len(r.session.stmts); n > maxStatements+2 {
				t.Errorf("%d statements kept", n)
			}
			return nil
		})
	}
}
