package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// NotRegistry is the error of a file that something else than this program has made. It was not
// touched.
type NotRegistry struct {
	Path, Reason string
	foreign      bool // it is of use to another program, as far as can be seen
}

func (e NotRegistry) Error() string {
	return fmt.Sprintf("%s 不是本系统的登记库：%s。没有改动它，请核对文件名 (not a registry; it was left as it is)", e.Path, e.Reason)
}

// registryTables are tables that every registry has, whatever its version.
var registryTables = []string{"goose_db_version", "areas", "accounts", "audit_events", "clock"}

// identify fails with NotRegistry unless the file is a registry, or is empty. It writes nothing: neither
// into the file nor beside it.
func identify(ctx context.Context, path string) (empty bool, err error) {
	info, err := os.Stat(path)
	switch {
	case hasLostFile(path):
		return false, NotRegistry{path, "它不在或是空的，旁边的 " + filepath.Base(path) + "-wal 里却有内容，多半是被删除、移走或清空了，请找回它，或用 restore 恢复备份", false}
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, NotRegistry{path, "不是普通文件", true}
	}
	tables, err := tablesOf(ctx, path, "mode=ro&immutable=1") // as if nobody wrote, and without the log
	if (err != nil || len(tables) == 0) && hasContent(path+"-wal") {
		tables, err = tablesOf(ctx, path, "mode=ro")
		if cannotWrite(err) {
			err = unreadableLog(path, err)
		}
	}
	if err != nil {
		return false, err
	}
	missing := slices.DeleteFunc(slices.Clone(registryTables), func(t string) bool { return slices.Contains(tables, t) })
	tables = slices.DeleteFunc(tables, func(t string) bool { return t == "goose_db_version" || strings.HasPrefix(t, "sqlite_") })
	if len(tables) > 0 && len(missing) > 0 {
		return false, NotRegistry{path, "其中有别的程序的表（如 " + tables[0] + "），没有 " + missing[0], true}
	}
	return len(tables) == 0, nil
}

// hasLostFile reports whether a log is there and its file is not, or is empty: SQLite would delete the log.
// So it is for a moment while a registry is being restored, of which its mark tells.
func hasLostFile(path string) bool {
	info, err := os.Stat(path)
	lost := errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0
	return lost && hasContent(path+"-wal") && !hasContent(path+restoringSuffix)
}

// mayReplace fails when another program's database is in the place of a registry. What is no database at
// all, or a damaged one, is what a registry may have become.
func mayReplace(ctx context.Context, path string) error {
	_, err := identify(ctx, path)
	if not := (NotRegistry{}); errors.As(err, &not) && !not.foreign || sqliteCode(err) == sqlite3.SQLITE_CORRUPT {
		return nil
	}
	return err
}

// tablesOf returns the names of the tables and views in a file.
func tablesOf(ctx context.Context, path, params string) (names []string, err error) {
	db, err := sql.Open("sqlite", uri(path, params))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var application int64
	err = db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&application)
	if sqliteCode(err) == sqlite3.SQLITE_NOTADB {
		return nil, NotRegistry{path, "不是 SQLite 数据库", false}
	}
	if err == nil && application != 0 {
		return nil, NotRegistry{path, fmt.Sprintf("标着别的程序的编号 %d", application), true}
	}
	if err != nil {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// acquire locks the file, and makes it, for its owner alone, when there is none and migrate is true.
func (e *sqliteEngine) acquire(ctx context.Context, migrate bool) (release func() error, err error) {
	release = func() error { return nil }
	if !e.readOnly {
		if err := e.checkPermissions(); err != nil {
			return release, err
		}
	}
	if err := e.spareOldName(); err != nil {
		return release, err
	}
	empty, err := identify(ctx, e.path)
	if err != nil {
		return release, err
	}
	if empty && !migrate && !IsInterrupted(e.path) {
		return release, SchemaMismatch{0, schemaVersion()}
	}
	if !e.unlocked {
		lock, err := lockFile(ctx, e.path, false)
		if err == nil {
			release = func() error { return unlockFile(lock) }
		} else if held := (Locked{}); !e.readOnly || errors.As(err, &held) {
			return release, err
		} // else nobody can write there, nor replace it
	}
	if IsInterrupted(e.path) {
		return release, errInterrupted
	}
	if e.readOnly {
		return release, e.tryReading(ctx)
	}
	f, err := os.OpenFile(e.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return release, nil
	}
	if err == nil {
		err = errors.Join(giveTo(ownerOf(filepath.Dir(e.path)), e.path), f.Close())
	}
	return release, err
}

// spareOldName refuses a name with # that would make a new registry where an earlier version of the
// program, which overlooked # and what follows, has opened another.
func (e *sqliteEngine) spareOldName() error {
	before, _, has := strings.Cut(e.path, "#")
	if _, err := os.Lstat(e.path); has && err != nil && hasContent(before) {
		return fmt.Errorf("没有 %s，却有 %s：旧版程序把 # 及其后的部分忽略了，用的是后者。请停掉服务后把它改成前面的名字，或改写 DATABASE_URL", e.path, before)
	}
	return nil
}

// tryReading finds how the file can be read where nothing can be written: a registry that keeps a log
// must be told that nobody does, and that nothing is in the log.
func (e *sqliteEngine) tryReading(ctx context.Context) error {
	_, err := tablesOf(ctx, e.path, "_pragma=query_only(1)")
	if !cannotWrite(err) {
		return err
	}
	if hasContent(e.path + "-wal") {
		return unreadableLog(e.path, err)
	}
	e.params = "mode=ro&immutable=1"
	_, err = tablesOf(ctx, e.path, e.params)
	return err
}

// cannotWrite reports whether SQLite could not make what it needs beside the file.
func cannotWrite(err error) bool {
	code := sqliteCode(err)
	return code == sqlite3.SQLITE_CANTOPEN || code == sqlite3.SQLITE_READONLY
}

func unreadableLog(path string, cause error) error {
	return fmt.Errorf("%s-wal 里还有没有并入的修改，而这里不能写入，无法读取。请把两个文件一起复制到可写的目录，再对复制件运行：%w", path, cause)
}

// sqliteCode is the primary code of an error of SQLite; 0 of any other.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}
