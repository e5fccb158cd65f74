package store

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// asNobody runs do as a user whom permissions hold back, which they do not root.
func asNobody(do func()) {
	if os.Geteuid() != 0 {
		do()
		return
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
		if syscall.Setfsuid(65534) == nil {
			do()
		}
	}()
	<-done
}

// readOnlyMedium returns a directory with copies of the files, where nothing can be written.
func readOnlyMedium(t *testing.T, from string, suffixes ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, suffix := range suffixes {
		content, err := os.ReadFile(from + suffix)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, "backup.db"+suffix), content, 0o444))
	}
	must(t, os.Chmod(filepath.Dir(dir), 0o755))
	must(t, os.Chmod(dir, 0o555))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) }) // so that it can be removed
	return filepath.Join(dir, "backup.db")
}

// TestCheckReadsWhereNothingCanBeWritten: a backup, a registry that was closed, but not one without
// what is in its log.
func TestCheckReadsWhereNothingCanBeWritten(t *testing.T) {
	s := openFile(t)
	update(t, s, func(w *Writer) error { return addArea(w, 1) })
	path := s.engine.(*sqliteEngine).path
	backup := filepath.Join(t.TempDir(), "backup.db")
	_, err := s.pools[0].Exec("VACUUM INTO ?", backup)
	must(t, err)
	crashed := readOnlyMedium(t, path, "", "-wal")
	must(t, s.Close())
	for what, medium := range map[string]string{"a backup": readOnlyMedium(t, backup, ""), "a closed registry": readOnlyMedium(t, path, "")} {
		ran := false
		asNobody(func() {
			ran = true
			read, err := Open(background, Options{URL: "file:" + medium, ReadOnly: true, Calendar: s.Calendar()}, false)
			if err != nil {
				t.Errorf("%s: %v", what, err)
				return
			}
			if found, done := findings(t, read, nil); len(found) > 0 || done.Events != 1 {
				t.Errorf("%s: %d events, %s", what, done.Events, found)
			}
			must(t, read.Close())
		})
		if left, _ := filepath.Glob(medium + "*"); !ran || len(left) != 1 {
			t.Errorf("%s: left are %v", what, left)
		}
	}
	asNobody(func() {
		if _, err := Open(background, Options{URL: "file:" + crashed, ReadOnly: true}, false); err == nil || !strings.Contains(err.Error(), "-wal") {
			t.Errorf("what is in its log is overlooked: %v", err)
		}
	})
}

// TestCheckLeavesABackupAsItIs: to the byte, with nothing beside it.
func TestCheckLeavesABackupAsItIs(t *testing.T) {
	s := openFile(t)
	update(t, s, func(w *Writer) error { return addArea(w, 1) })
	backup := filepath.Join(t.TempDir(), "backup.db")
	_, err := s.pools[0].Exec("VACUUM INTO ?", backup)
	must(t, err)
	before, err := os.ReadFile(backup)
	must(t, err)
	read, err := Open(background, Options{URL: "file:" + backup, ReadOnly: true, Calendar: s.Calendar()}, false)
	must(t, err)
	if found, done := findings(t, read, nil); len(found) > 0 || done.Events != 1 {
		t.Errorf("%d events, %s", done.Events, found)
	}
	must(t, read.Close())
	if after, err := os.ReadFile(backup); err != nil || string(after) != string(before) {
		t.Errorf("it was written to: %v", err)
	}
	if left, _ := filepath.Glob(backup + "*"); len(left) != 1 {
		t.Errorf("left are %v", left)
	}
}

// TestRegistryIsItsOwnersAlone, whatever the umask.
func TestRegistryIsItsOwnersAlone(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	s := openFile(t)
	update(t, s, func(w *Writer) error { return addArea(w, 1) })
	files, err := filepath.Glob(s.engine.(*sqliteEngine).path + "*")
	must(t, err)
	if len(files) != 4 { // with its log, the log's index and the lock
		t.Errorf("there are %v", files)
	}
	for _, name := range files {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
	}
}
