package store

import (
	"brandregistry/internal/audit"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Unsound is the error of a file in which check has found something.
type Unsound struct{ Findings int }

func (e Unsound) Error() string { return fmt.Sprintf("核对发现 %d 处问题", e.Findings) }

// Exists is the error of a place where there is a file already.
type Exists struct{ Path string }

func (e Exists) Error() string {
	return e.Path + " 已经存在，不会覆盖它，请换一个文件名"
}

// Backup writes one snapshot of the registry, which is in a file and may be written to meanwhile, into a
// new file that is complete by itself. It gets its name when it is on disk and check has found nothing
// in it, and is not there otherwise; report is called for what was found. It returns the file's size.
func (s *Store) Backup(ctx context.Context, path string, report func(audit.Finding)) (done Checked, size int64, err error) {
	if path, err = resolve(path); err != nil {
		return done, 0, err
	}
	if err := nothingAt(path); err != nil {
		return done, 0, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // its owner's alone
	if err != nil {
		return done, 0, err
	}
	temp := f.Name()
	defer removeAll(temp)
	if err := f.Close(); err != nil {
		return done, 0, err
	}
	if err := s.vacuumInto(ctx, temp); err != nil {
		return done, 0, err
	}
	o := s.options
	o.ReadOnly = true
	if done, err = checkFile(ctx, o, temp, report); err != nil {
		return done, 0, err
	}
	info, err := os.Stat(temp)
	if err != nil {
		return done, 0, err
	}
	return done, info.Size(), publish(temp, path)
}

// vacuumInto writes one snapshot into an empty file.
func (s *Store) vacuumInto(ctx context.Context, path string) error {
	conn, err := s.pools[0].Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only(0)"); err != nil { // it would hold for the new file too
		return err
	}
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", path)
	return err
}

// checkFile checks a file that nobody else knows of, which it brings up to date first unless o is
// ReadOnly. It fails with Unsound when something was found.
func checkFile(ctx context.Context, o Options, path string, report func(audit.Finding)) (done Checked, err error) {
	o.URL, o.unlocked, o.Trace = uri(path, ""), true, nil
	s, err := Open(ctx, o, !o.ReadOnly)
	if err != nil {
		return done, err
	}
	findings := 0
	err = s.View(ctx, func(r *Reader) (err error) {
		findings = 0
		done, err = r.Check(nil, func(f audit.Finding) {
			findings++
			report(f)
		})
		return err
	})
	if err = errors.Join(err, s.Close()); err == nil && findings > 0 {
		err = Unsound{findings}
	}
	return done, err
}

// nothingAt fails with Exists when there is a file, or what SQLite would take for a part of it.
func nothingAt(path string) error {
	for _, name := range withCompanions(path) {
		if _, err := os.Lstat(name); err == nil {
			return Exists{name}
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// publish gives a file its name, under which there is none, for good.
func publish(temp, path string) error {
	if err := syncFile(temp); err != nil {
		return err
	}
	err := os.Link(temp, path)
	if errors.Is(err, fs.ErrExist) {
		return Exists{path}
	}
	if err != nil { // a file system without links, on a stick say
		if err := nothingAt(path); err != nil {
			return err
		}
		if err := os.Rename(temp, path); err != nil {
			return err
		}
	}
	return syncDirectory(path)
}

// withCompanions returns the path of a file and of what SQLite may keep beside it.
func withCompanions(path string) []string {
	names := []string{path}
	for _, suffix := range companions {
		names = append(names, path+suffix)
	}
	return names
}

// removeAll removes a file and what is beside it.
func removeAll(path string) error {
	var errs []error
	for _, name := range withCompanions(path) {
		if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// syncFile returns when a file's content is on disk.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDirectory returns when the names in a file's directory are on disk.
func syncDirectory(path string) error {
	if runtime.GOOS == "windows" { // which keeps them so itself
		return nil
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
