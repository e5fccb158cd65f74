package store

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/store/storetest"
	"errors"
	"os"
	"strings"
	"testing"
)

// TestFileReplacedWhileOpen: a registry whose file or log was moved away, deleted or replaced takes no
// write, for it would be lost, and is not ready; it is read. Put back, it is as before.
func TestFileReplacedWhileOpen(t *testing.T) {
	for _, suffix := range []string{"", "-wal"} {
		for name, replace := range map[string]func(path string) error{
			"deleted":  func(string) error { return nil },
			"replaced": func(path string) error { return os.WriteFile(path, []byte("another"), 0o600) },
		} {
			url := storetest.File(t)
			path := strings.TrimPrefix(url, "file:") + suffix
			s := openURL(t, url)
			update(t, s, func(w *Writer) error { return addArea(w, 0) })
			must(t, errors.Join(os.Rename(path, path+".old"), replace(path)))
			var displaced Displaced
			if err := s.CheckReady(background); !errors.As(err, &displaced) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s %s: readiness: %v", suffix, name, err)
			}
			err := s.Update(background, By{}, func(w *Writer) error { return addArea(w, 1) })
			if !fault.Is(err, fault.Unavailable) || !errors.As(err, &displaced) {
				t.Errorf("%s %s: a write: %v", suffix, name, err)
			}
			if err := readAreas(s); err != nil {
				t.Errorf("%s %s: a read: %v", suffix, name, err)
			}
			must(t, os.Rename(path+".old", path))
			must(t, s.CheckReady(background))
			update(t, s, func(w *Writer) error { return addArea(w, 1) })
			must(t, s.Close())
		}
	}
}

// TestLogWithoutFile: an empty file, or none, beside a log that has content is none that a new registry is
// made in, for SQLite would delete the log; restore puts both aside.
func TestLogWithoutFile(t *testing.T) {
	for _, empty := range []bool{false, true} {
		url := storetest.File(t)
		path := strings.TrimPrefix(url, "file:")
		backup := storetest.File(t)
		s := openURL(t, backup)
		update(t, s, func(w *Writer) error { return addArea(w, 0) })
		must(t, s.Close())
		must(t, os.WriteFile(path+"-wal", []byte("what was not moved into the file yet"), 0o600))
		if empty {
			must(t, os.WriteFile(path, nil, 0o600))
		}
		for _, o := range []Options{{URL: url}, {URL: url, ReadOnly: true}} {
			s, err := Open(background, o, true)
			if not := (NotRegistry{}); !errors.As(err, &not) || !strings.Contains(err.Error(), "-wal") {
				t.Errorf("empty %t: it is opened: %v, %v", empty, s, err)
			}
		}
		if !hasContent(path + "-wal") {
			t.Errorf("empty %t: the log is gone", empty)
		}
		done, err := Restore(background, Options{URL: url}, strings.TrimPrefix(backup, "file:"), nil)
		if err != nil || !strings.HasSuffix(done.Aside[len(done.Aside)-1], "-wal") {
			t.Errorf("empty %t: restored %+v, %v", empty, done, err)
		}
	}
}
