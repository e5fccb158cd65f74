package store

import (
	"brandregistry/internal/audit"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Restored says what Restore has done.
type Restored struct {
	Checked
	Path  string   // the registry
	Aside []string // where the files lie that it replaced
}

// Restore puts a copy of a file, with what its log holds, in the place of the registry that o names: when
// check has found nothing in the copy, and nobody has the registry open. The files that were there are
// renamed, not deleted. When it is interrupted nothing opens what is there until Restore has been done.
// It fails with Locked, NotRegistry, SchemaMismatch or Unsound, and has replaced nothing then.
func Restore(ctx context.Context, o Options, from string, report func(audit.Finding)) (done Restored, err error) {
	e, err := newSQLite(o)
	if err != nil {
		return done, err
	}
	r := replacement{path: e.path, temp: e.path + "-restored"}
	if r.from, err = resolve(from); err != nil {
		return done, err
	}
	if err := r.mayBegin(ctx); err != nil {
		return done, err
	}
	lock, err := lockFile(ctx, r.path, true)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, unlockFile(lock)) }()
	defer func() { err = errors.Join(err, removeAll(r.temp)) }()
	if done.Checked, err = r.prepare(ctx, o, report); err != nil {
		return done, err
	}
	for _, step := range r.steps() {
		if err := step(); err != nil {
			return done, fmt.Errorf("恢复没有做完，请排除原因后再运行一次：%w", err)
		}
	}
	done.Path, done.Aside = r.path, r.moved
	return done, nil
}

// A replacement is that of one registry.
type replacement struct {
	from, path string
	temp       string   // the copy, beside the registry
	aside      string   // the name that the file gets that is replaced
	moved      []string // the files that have got such a name
}

// mayBegin fails when the file is no registry, or what it is to replace is another program's.
func (r *replacement) mayBegin(ctx context.Context) error {
	switch empty, err := identify(ctx, r.from); {
	case err != nil:
		return err
	case empty:
		return NotRegistry{r.from, "它不存在，或者是空的", false}
	case r.from == r.path || sameFile(r.from, r.path):
		return errors.New("要恢复的文件就是登记库自己")
	}
	return mayReplace(ctx, r.path)
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// prepare makes the copy, brings it up to date and checks it, and leaves it on disk.
func (r *replacement) prepare(ctx context.Context, o Options, report func(audit.Finding)) (done Checked, err error) {
	if err := removeAll(r.temp); err != nil { // what an earlier one has left
		return done, err
	}
	if err := r.copy(ctx); err != nil {
		return done, err
	}
	if done, err = checkFile(ctx, o, r.temp, report); err != nil {
		return done, err
	}
	if hasContent(r.temp + "-wal") {
		return done, fmt.Errorf("%s-wal 没有并入", r.temp)
	}
	return done, errors.Join(syncFile(r.temp), syncDirectory(r.path))
}

// copy copies the file, and the log that may lie beside it. Nobody may write to them meanwhile.
func (r *replacement) copy(ctx context.Context) error {
	if _, err := os.Stat(r.from + lockSuffix); err == nil {
		lock, err := lockFile(ctx, r.from, true)
		if err != nil {
			return err
		}
		defer func() { _ = unlockFile(lock) }() // it was only looked at
	}
	owner := ownerOf(r.path)
	for _, suffix := range []string{"", "-wal", "-journal"} {
		if suffix != "" && !hasContent(r.from+suffix) {
			continue
		}
		if err := copyFile(r.from+suffix, r.temp+suffix); err != nil {
			return err
		}
		if err := giveTo(owner, r.temp+suffix); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// steps replace the registry by the copy. After each of them but the last, a mark says that it is being
// done; so the program may end at any time.
func (r *replacement) steps() []func() error {
	steps := []func() error{r.mark}
	for _, name := range withCompanions(r.path) {
		steps = append(steps, func() error { return r.putAside(name) })
	}
	return append(steps,
		func() error { return syncDirectory(r.path) },
		func() error { return os.Rename(r.temp, r.path) },
		func() error { return syncDirectory(r.path) },
		func() error { return os.Remove(r.path + restoringSuffix) },
		func() error { return syncDirectory(r.path) },
	)
}

// mark writes under which name the files are put aside; or reads it, when it was interrupted before, so
// that what belongs together stays so.
func (r *replacement) mark() error {
	name := r.path + restoringSuffix
	if was, err := os.ReadFile(name); err == nil && len(was) > 0 {
		r.aside = filepath.Join(filepath.Dir(r.path), strings.TrimSpace(string(was)))
		return nil
	}
	r.aside = r.unusedName()
	if err := os.WriteFile(name, []byte(filepath.Base(r.aside)+"\n"), 0o600); err != nil {
		return err
	}
	return errors.Join(syncFile(name), syncDirectory(name))
}

// unusedName is a name of the time, under which nothing was put aside yet.
func (r *replacement) unusedName() string {
	stem := r.path + ".replaced-" + time.Now().UTC().Format("20060102T150405Z")
	for n, name := 2, stem; ; n++ {
		if taken := (Exists{}); !errors.As(nothingAt(name), &taken) {
			return name
		}
		name = fmt.Sprintf("%s-%d", stem, n)
	}
}

// putAside renames the registry's file, or one of those beside it.
func (r *replacement) putAside(name string) error {
	to := r.aside + strings.TrimPrefix(name, r.path)
	if _, err := os.Lstat(to); err == nil { // the one before it was interrupted has put it there
		to = r.unusedName() + strings.TrimPrefix(name, r.path)
	}
	switch err := os.Rename(name, to); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	r.moved = append(r.moved, to)
	return nil
}

// Remake deletes the registry that o names, if there is one, and opens an empty one in its place. It fails
// with Locked while anybody has it open, and with NotRegistry when another program's database is there.
func Remake(ctx context.Context, o Options) (*Store, error) {
	e, err := newSQLite(o)
	if err != nil {
		return nil, err
	}
	if err := mayReplace(ctx, e.path); err != nil {
		return nil, err
	}
	lock, err := lockFile(ctx, e.path, true)
	if err != nil {
		return nil, err
	}
	err = removeAll(e.path)
	if e := os.Remove(e.path + restoringSuffix); !errors.Is(e, fs.ErrNotExist) {
		err = errors.Join(err, e)
	}
	if err := errors.Join(err, unlockFile(lock)); err != nil {
		return nil, err
	}
	return Open(ctx, o, true)
}
