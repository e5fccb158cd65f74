package store

import (
	"brandregistry/internal/fault"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/google/uuid"
	"github.com/pressly/goose/v3"
	"golang.org/x/mod/semver"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations
var migrations embed.FS

// minSQLite is the oldest engine without the WAL-reset bug.
const minSQLite = "3.51.3"

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func checkEngine(ctx context.Context, db *sql.DB) error {
	var version string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return err
	}
	if err := requireSQLite(version); err != nil {
		return err
	}
	var mode string
	if err := db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" { // in memory, or a file system without shared memory
		return fmt.Errorf("the database cannot keep a write-ahead log here (journal mode %q): keep it in a file on a local disk", mode)
	}
	return nil
}

func requireSQLite(version string) error {
	if semver.Compare("v"+version, "v"+minSQLite) < 0 {
		return fmt.Errorf("SQLite %s is too old: %s or newer is needed", version, minSQLite)
	}
	return nil
}

func provider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files)
}

// prepareSchema brings the schema up to date when migrate is true, and fails unless it is the
// program's own.
func prepareSchema(ctx context.Context, db *sql.DB, migrate bool) error {
	p, err := provider(db)
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return err
	case have > want:
		return fmt.Errorf("the schema is version %d, newer than this program's %d: use the newer program", have, want)
	case have == want:
		return nil
	case !migrate:
		return fmt.Errorf("the schema is version %d, older than this program's %d: run the migrate command", have, want)
	}
	_, err = p.Up(ctx)
	return err
}

// engineFault turns an engine's error into a fault by its code, and so a context's end. Faults and
// other errors pass. Nothing was saved.
func engineFault(err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) {
		return err
	}
	if errors.Is(err, errNoSession) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return busy(err)
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return busy(err)
	case sqlite3.SQLITE_FULL:
		return fault.New(fault.StorageFull, "存储空间不足，未保存。请联系信息中心清理磁盘后重试。", "The storage is full; nothing was saved. Free disk space and try again.").Because(err)
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fault.New(fault.AlreadyExists, "已存在相同的内容。", "The same thing exists already.").Because(err)
	}
	return err
}

// commitFault is the fault of a COMMIT that failed. Only of a full disk is it known that nothing was
// saved.
func commitFault(err error) error {
	if f := engineFault(err); fault.Is(f, fault.StorageFull) {
		return f
	}
	return unavailable(err, "保存结果未知。请稍后用同一请求（同一幂等键）重试。", "It is unknown whether this was saved. Repeat the same request (with the same idempotency key) later.")
}

func busy(cause error) error {
	return unavailable(cause, "服务暂时繁忙，未作任何更改。请稍后重试。", "The service is busy; nothing was changed. Try again later.")
}

func unavailable(cause error, zh, en string) error {
	f := fault.New(fault.Unavailable, zh, en).Because(cause)
	f.RetryAfter = 2 * time.Second
	return f
}
