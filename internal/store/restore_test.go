package store

import (
	"brandregistry/internal/audit"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unwanted is a report of findings where there are to be none.
func unwanted(t *testing.T) func(audit.Finding) {
	return func(f audit.Finding) { t.Errorf("check finds %s", f) }
}

// fileOf is the file of a registry in one.
func fileOf(s *Store) string { return s.engine.(*sqliteEngine).path }

// areasIn counts the areas of the registry in a file.
func areasIn(t *testing.T, path string) int {
	t.Helper()
	s, err := Open(background, Options{URL: uri(path, "")}, false)
	must(t, err)
	areas, _ := count(t, s)
	must(t, s.Close())
	return areas
}

// crashed returns the file of a registry of two areas, as a power cut leaves it, and a backup of when
// there was one.
func crashed(t *testing.T) (path, backup string) {
	t.Helper()
	s := openFile(t)
	update(t, s, func(w *Writer) error { return addArea(w, 1) })
	backup = filepath.Join(t.TempDir(), "backup.db")
	_, _, err := s.Backup(background, backup, unwanted(t))
	must(t, err)
	update(t, s, func(w *Writer) error { return addArea(w, 2) })
	path = filepath.Join(t.TempDir(), "registry.db")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		must(t, copyFile(fileOf(s)+suffix, path+suffix))
	}
	must(t, s.Close())
	return path, backup
}

// TestRestoreIsNotUndoneByTheLogOfACrash, nor does it destroy what was there.
func TestRestoreIsNotUndoneByTheLogOfACrash(t *testing.T) {
	path, backup := crashed(t)
	done, err := Restore(background, Options{URL: uri(path, "")}, backup, unwanted(t))
	must(t, err)
	if done.Path != path || done.Events != 1 || len(done.Heads) != 1 || len(done.Aside) != 3 {
		t.Errorf("restored %+v", done)
	}
	if n := areasIn(t, path); n != 1 {
		t.Errorf("%d areas after the restore, 1 in the backup", n)
	}
	if n := areasIn(t, done.Aside[0]); n != 2 {
		t.Errorf("%d areas in what was put aside, 2 were there", n)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 2 {
		t.Errorf("left are %v", entries)
	}
	// And back again.
	_, err = Restore(background, Options{URL: uri(path, "")}, done.Aside[0], unwanted(t))
	must(t, err)
	if n := areasIn(t, path); n != 2 {
		t.Errorf("%d areas after the second restore, 2 were put aside", n)
	}
}

// TestRestoreTakesTheLogOfItsFile: files copied after a crash are restored with what is in the log.
func TestRestoreTakesTheLogOfItsFile(t *testing.T) {
	path, _ := crashed(t)
	to := filepath.Join(t.TempDir(), "registry.db")
	_, err := Restore(background, Options{URL: uri(to, "")}, path, unwanted(t))
	must(t, err)
	if n := areasIn(t, to); n != 2 {
		t.Errorf("%d areas, 2 were there", n)
	}
}

// TestRestoreMayEndAtAnyStep: afterwards the registry is the old one or the new one, or nothing opens it
// until it is restored again, and what was there is kept as one.
func TestRestoreMayEndAtAnyStep(t *testing.T) {
	for n, last := 0, false; !last; n++ {
		path, backup := crashed(t)
		o := Options{URL: uri(path, "")}
		r := replacement{from: backup, path: path, temp: path + "-restored"}
		_, err := r.prepare(background, o, unwanted(t))
		must(t, err)
		steps := r.steps()
		for _, step := range steps[:n] {
			must(t, step())
		}
		last = n == len(steps)
		switch s, err := Open(background, o, true); {
		case err == nil:
			areas, _ := count(t, s)
			must(t, s.Close())
			if n == 0 && areas != 2 || n > 0 && n < len(steps)-1 || n > 0 && areas != 1 {
				t.Errorf("after %d of %d steps it opens with %d areas", n, len(steps), areas)
			}
			continue
		case !errors.Is(err, errInterrupted):
			t.Errorf("after %d steps: %v", n, err)
		}
		for _, o := range []Options{{URL: o.URL}, {URL: o.URL, ReadOnly: true}} {
			if _, err := Open(background, o, false); !errors.Is(err, errInterrupted) {
				t.Errorf("after %d steps: %v", n, err)
			}
		}
		_, err = Restore(background, o, backup, unwanted(t))
		must(t, err)
		if areas := areasIn(t, path); areas != 1 {
			t.Errorf("%d steps and a restore: %d areas, 1 in the backup", n, areas)
		}
		if areas := areasIn(t, r.aside); areas != 2 {
			t.Errorf("%d steps and a restore: %d areas in what was put aside, 2 were there", n, areas)
		}
	}
}

// TestRestoreReplacesNothingButWhatItMay: every refusal leaves all files as they are.
func TestRestoreReplacesNothingButWhatItMay(t *testing.T) {
	path, backup := crashed(t)
	dir := filepath.Dir(path)
	other, err := sql.Open("sqlite", filepath.Join(dir, "other.db"))
	must(t, err)
	_, err = other.Exec("CREATE TABLE notes (text)")
	must(t, errors.Join(err, other.Close()))
	tampered := filepath.Join(dir, "tampered.db")
	must(t, copyFile(backup, tampered))
	raw, err := sql.Open("sqlite", tampered)
	must(t, err)
	_, err = raw.Exec("UPDATE areas SET name = 'x'")
	must(t, errors.Join(err, raw.Close()))
	newer := filepath.Join(dir, "newer.db")
	must(t, copyFile(backup, newer))
	raw, err = sql.Open("sqlite", newer)
	must(t, err)
	_, err = raw.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
	must(t, errors.Join(err, raw.Close()))
	must(t, os.WriteFile(filepath.Join(dir, "text"), []byte("text"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "empty"), nil, 0o600))
	broken := filepath.Join(dir, "broken.db")
	content, err := os.ReadFile(backup)
	must(t, err)
	must(t, os.WriteFile(broken, content[:len(content)/2], 0o600))
	before := snapshot(t, dir)
	for _, c := range []struct {
		what, to, from string
		want           func(error) bool
	}{
		{"a foreign file", path, filepath.Join(dir, "other.db"), isA[NotRegistry]},
		{"no database", path, filepath.Join(dir, "text"), isA[NotRegistry]},
		{"an empty file", path, filepath.Join(dir, "empty"), isA[NotRegistry]},
		{"no file", path, filepath.Join(dir, "missing"), isA[NotRegistry]},
		{"over a foreign file", filepath.Join(dir, "other.db"), backup, isA[NotRegistry]},
		{"over a directory", t.TempDir(), backup, isA[NotRegistry]},
		{"itself", path, path, func(err error) bool { return err != nil }},
		{"a tampered backup", path, tampered, isA[Unsound]},
		{"half a backup", path, broken, func(err error) bool { return err != nil }},
		{"a newer program's", path, newer, isA[SchemaMismatch]},
	} {
		if _, err := Restore(background, Options{URL: uri(c.to, "")}, c.from, func(audit.Finding) {}); !c.want(err) {
			t.Errorf("%s: %v", c.what, err)
		}
		if after := snapshot(t, dir); after != before {
			t.Errorf("%s: the files were\n%s\nand are\n%s", c.what, before, after)
		}
	}
	s := openFile(t)
	update(t, s, func(w *Writer) error { return addArea(w, 3) })
	for what, c := range map[string][2]string{"over an open registry": {fileOf(s), backup}, "an open registry": {path, fileOf(s)}} {
		if _, err := Restore(background, Options{URL: uri(c[0], "")}, c[1], unwanted(t)); !isA[Locked](err) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if after := snapshot(t, dir); after != before {
		t.Errorf("the files were\n%s\nand are\n%s", before, after)
	}
}

func isA[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

// snapshot tells the names and contents of a directory's files, but for the index of a log, which is made
// anew whenever it is read.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var out strings.Builder
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "-shm") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		must(t, err)
		out.WriteString(e.Name() + " " + fmt.Sprintf("%x\n", sha256.Sum256(content)))
	}
	return out.String()
}

// TestRestoreOverDamage: a registry that is damaged, even beyond recognition, is put aside like any other.
func TestRestoreOverDamage(t *testing.T) {
	for intact := range 2 {
		path, backup := crashed(t)
		content, err := os.ReadFile(backup)
		must(t, err)
		for i := 100 * intact; i < len(content); i++ { // with its header, and without
			content[i] = 0xa5
		}
		must(t, os.WriteFile(path, content, 0o600))
		done, err := Restore(background, Options{URL: uri(path, "")}, backup, unwanted(t))
		must(t, err)
		if n := areasIn(t, path); n != 1 {
			t.Errorf("%d areas after the restore, 1 in the backup", n)
		}
		if aside, err := os.ReadFile(done.Aside[0]); err != nil || string(aside) != string(content) {
			t.Errorf("what was put aside is not what was there: %v", err)
		}
	}
}

// TestRestoreOfAnOlderSchema brings the copy up to date, not the backup.
func TestRestoreOfAnOlderSchema(t *testing.T) {
	old := filepath.Join(t.TempDir(), "old.db")
	raw, err := sql.Open("sqlite", old)
	must(t, err)
	p, err := (&sqliteEngine{}).migrations(raw)
	must(t, err)
	_, err = p.UpTo(background, 1)
	must(t, errors.Join(err, raw.Close()))
	before, err := os.ReadFile(old)
	must(t, err)
	path := filepath.Join(t.TempDir(), "registry.db")
	_, err = Restore(background, Options{URL: uri(path, "")}, old, unwanted(t))
	must(t, err)
	if n := areasIn(t, path); n != 0 {
		t.Errorf("%d areas", n)
	}
	if after, err := os.ReadFile(old); err != nil || string(after) != string(before) {
		t.Errorf("the backup was written to: %v", err)
	}
}

// TestBackup backs up a registry that is open and written to, and one whose server was killed.
func TestBackup(t *testing.T) {
	b, _ := livedIn(t)
	s := openFile(t)
	_, err := Copy(background, b.Store, s, func(Copied) {})
	must(t, err)
	want := contents(t, s)
	dir := t.TempDir()
	path := filepath.Join(dir, "备份 #1.db")
	done, size, err := s.Backup(background, path, unwanted(t))
	must(t, err)
	info, err := os.Stat(path)
	must(t, err)
	if info.Size() != size || info.Mode().Perm() != 0o600 || len(done.Heads) == 0 {
		t.Errorf("%d bytes, mode %v, %d heads; told %d", info.Size(), info.Mode(), len(done.Heads), size)
	}
	update(t, s, func(w *Writer) error { return addArea(w, 900) })
	read, err := Open(background, Options{URL: uri(path, ""), ReadOnly: true, Calendar: s.Calendar()}, false)
	must(t, err)
	for table, rows := range contents(t, read) {
		if strings.Join(rows, "\n") != strings.Join(want[table], "\n") {
			t.Errorf("%s: %d rows, %d were there", table, len(rows), len(want[table]))
		}
	}
	must(t, read.Close())
	if _, _, err := s.Backup(background, path, unwanted(t)); !isA[Exists](err) {
		t.Errorf("over a backup: %v", err)
	}
	must(t, os.WriteFile(filepath.Join(dir, "next.db-wal"), []byte("x"), 0o600))
	if _, _, err := s.Backup(background, filepath.Join(dir, "next.db"), unwanted(t)); !isA[Exists](err) {
		t.Errorf("beside the log of another: %v", err)
	}
	update(t, s, func(w *Writer) error { return second(w.exec("UPDATE areas SET name = 'x' WHERE code = '330109001'")) })
	if _, _, err := s.Backup(background, filepath.Join(dir, "unsound.db"), func(audit.Finding) {}); !isA[Unsound](err) {
		t.Errorf("of a registry that was tampered with: %v", err)
	}
	canceled, cancel := context.WithCancel(background)
	cancel()
	if _, _, err := s.Backup(canceled, filepath.Join(dir, "canceled.db"), unwanted(t)); err == nil {
		t.Error("one that was canceled succeeds")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Errorf("left are %v", entries)
	}
}
