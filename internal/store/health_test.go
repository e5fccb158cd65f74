package store

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/store/storetest"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// readAreas reads every row of the areas.
func readAreas(s *Store) error {
	return s.View(background, func(r *Reader) error {
		var n int
		return r.row("SELECT count(name) FROM areas").Scan(&n)
	})
}

// TestDamageMetAtRunTime: a registry whose file was found damaged by a read is not ready, and takes no
// write, until the program starts again, also when the file has been put right.
func TestDamageMetAtRunTime(t *testing.T) {
	for _, swallowed := range []bool{false, true} {
		url := storetest.File(t)
		path := strings.TrimPrefix(url, "file:")
		s := openURL(t, url)
		update(t, s, func(w *Writer) error { return addArea(w, 0) })
		must(t, s.Close()) // all of it is in the file
		sound, err := os.ReadFile(path)
		must(t, err)
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		must(t, err)
		t.Cleanup(func() { must(t, file.Close()) }) // after the stores: it would end their locks
		s = openURL(t, url)
		const page = 4096
		if _, err := file.WriteAt(bytes.Repeat([]byte{0xa5}, len(sound)-page), page); err != nil {
			t.Fatal(err)
		}
		if swallowed { // by a use case that does not mind
			_ = s.View(background, func(r *Reader) error {
				_, _ = r.Area("330109001")
				return nil
			})
		} else if err := readAreas(s); !fault.Is(err, fault.Unavailable) {
			t.Errorf("a read of what is damaged: %v", err)
		}
		if _, err := file.WriteAt(sound, 0); err != nil {
			t.Fatal(err)
		}
		var damaged Damaged
		if err := s.CheckReady(background); !errors.As(err, &damaged) || !strings.Contains(err.Error(), "malformed") {
			t.Errorf("readiness after damage was met: %v", err)
		}
		if err := s.Update(background, By{}, func(w *Writer) error { return addArea(w, 1) }); !fault.Is(err, fault.Unavailable) {
			t.Errorf("a write after damage was met: %v", err)
		}
		if err := openURL(t, url).CheckReady(background); err != nil {
			t.Errorf("readiness when it was opened again: %v", err)
		}
	}
}

// TestReadOnlyRegistry: one that can be read and not written is read, refuses each write as unavailable,
// and is not ready.
func TestReadOnlyRegistry(t *testing.T) {
	url := storetest.URL(t)
	writable := openURL(t, url)
	update(t, writable, func(w *Writer) error { return addArea(w, 0) })
	if onPostgres(writable) {
		url += "&default_transaction_read_only=on"
	}
	s, err := Open(background, Options{URL: url, ReadOnly: !onPostgres(writable)}, false)
	must(t, err)
	defer s.Close()
	if err := errors.Join(s.CheckReady(background), readAreas(s)); err != nil {
		t.Errorf("before a write: %v", err)
	}
	var unwritable Unwritable
	if err := s.CheckWritable(background); !errors.As(err, &unwritable) {
		t.Errorf("it counts as writable: %v", err)
	}
	if err := s.CheckReady(background); !errors.As(err, &unwritable) {
		t.Errorf("ready after a try: %v", err)
	}
	s.health.unwritable.Store(nil)
	if err := s.Update(background, By{}, func(w *Writer) error { return addArea(w, 1) }); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a write: %v", err)
	}
	if err := s.CheckReady(background); !errors.As(err, &unwritable) || readAreas(s) != nil {
		t.Errorf("ready after a write was refused: %v", err)
	}
}

// TestUnwritableFileIsNamed: what cannot be opened or written is said in words, with the place.
func TestUnwritableFileIsNamed(t *testing.T) {
	dir := t.TempDir()
	plain, folder := filepath.Join(dir, "plain"), filepath.Join(dir, "folder")
	must(t, errors.Join(os.WriteFile(plain, bytes.Repeat([]byte("no database\n"), 500), 0o444), os.Mkdir(folder, 0o750)))
	for _, tt := range []struct{ path, want string }{
		{"none/registry.db", "文件夹 " + dir + "/none 不存在"},
		{"plain/registry.db", plain + " 不是文件夹"},
	} {
		_, err := Open(background, Options{URL: "file:" + dir + "/" + tt.path}, true)
		if unwritable := (Unwritable{}); !errors.As(err, &unwritable) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.path, err, tt.want)
		}
	}
	if text := (&sqliteEngine{path: folder}).unwritable(); text != folder+" 是文件夹，不是数据文件，请核对 DATABASE_URL" {
		t.Errorf("a folder: %s", text)
	}
	text, me := (&sqliteEngine{path: plain}).unwritable(), userName(os.Getuid())
	if !strings.Contains(text, plain+"（属主 "+me+"，权限 0444）") || !strings.Contains(text, "以用户 "+me+" 运行") {
		t.Errorf("a file that must not be written: %s", text)
	}
	must(t, (&sqliteEngine{path: dir + "/fresh.db"}).checkPermissions())
	if left, err := filepath.Glob(dir + "/.registry-*"); err != nil || len(left) > 0 {
		t.Errorf("a try leaves %v, %v", left, err)
	}
	cause := &sqliteEngine{path: plain} // what SQLite says itself comes with the place, too
	db, err := cause.open(false)
	must(t, err)
	defer db.Close()
	var n int
	if err := cause.explain(db.QueryRowContext(background, "SELECT count(*) FROM sqlite_master").Scan(&n)); !errors.As(err, new(Damaged)) {
		t.Errorf("what is no database: %v", err)
	}
}

// TestKindsOfPostgres: what PostgreSQL says of damage and of a server that takes no writes.
func TestKindsOfPostgres(t *testing.T) {
	for code, want := range map[string]errorKind{
		"XX001": kindDamaged, "XX002": kindDamaged, "25006": kindUnwritable, "42501": kindUnwritable, "58030": kindUnwritable,
		"53100": kindFull, "57P01": kindBusy, "XX000": kindOther,
	} {
		err := error(&pgconn.PgError{Code: code})
		if kindOf(err) != want || kindOf(connectionLost(err)) != want || kindOf(unknownOutcome(err)) != want {
			t.Errorf("%s is of the kind %d, want %d", code, kindOf(err), want)
		}
		var h health
		h.note(engineFault(err))
		if (h.damaged.Load() != nil) != (want == kindDamaged) || (h.unwritable.Load() != nil) != (want == kindUnwritable) {
			t.Errorf("%s is noted otherwise", code)
		}
	}
}
