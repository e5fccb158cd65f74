package store

import (
	"brandregistry/internal/audit"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	"golang.org/x/mod/semver"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// minSQLite is the oldest engine without the WAL-reset bug.
const minSQLite = "3.51.3"

// sqliteEngine is SQLite in a file of its own.
type sqliteEngine struct {
	path     string // resolved
	pragmas  []string
	params   string // of the URI: how the file is opened
	readOnly bool   // nothing is written, not even that there is a log
	unlocked bool   // nobody else knows of the file
}

func newSQLite(o Options) (*sqliteEngine, error) {
	file, err := ParseFile(o.URL)
	if err != nil {
		return nil, err
	}
	path, err := resolve(file.Path)
	if err != nil {
		path, _ = filepath.Abs(file.Path) // to be named
		return nil, Unwritable{(&sqliteEngine{path: path}).unwritable(), err}
	}
	return &sqliteEngine{path: path, pragmas: file.pragmas, readOnly: o.ReadOnly, unlocked: o.unlocked}, nil
}

// open opens a pool: WAL, FULL synchronous (a commit is on disk when it is acknowledged).
func (e *sqliteEngine) open(readOnly bool) (*sql.DB, error) {
	pragmas := []string{"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "query_only(0)"}
	if readOnly {
		pragmas[4] = "query_only(1)"
	}
	// The driver runs them in an order of its own, so what the URL says of the same goes.
	given := slices.DeleteFunc(slices.Clone(e.pragmas), func(given string) bool {
		return slices.ContainsFunc(pragmas, func(p string) bool { return pragmaName(p) == pragmaName(given) })
	})
	if readOnly && !slices.ContainsFunc(given, func(given string) bool { return pragmaName(given) == "cache_size" }) {
		pragmas = append(pragmas, "cache_size(-512)") // kB a connection: the system's own cache serves them all
	}
	if e.readOnly {
		pragmas = slices.DeleteFunc(pragmas, func(p string) bool { return pragmaName(p) == "journal_mode" })
	}
	db, err := sql.Open("sqlite", uri(e.path, e.params+"&"+url.Values{"_pragma": append(given, pragmas...)}.Encode()))
	if err != nil {
		return nil, err
	}
	db.SetMaxIdleConns(64)
	return db, nil
}

// pragmaName is the name of a pragma in a URL: name(value) or name=value.
func pragmaName(s string) string {
	name, _, _ := strings.Cut(strings.ReplaceAll(s, "=", "("), "(")
	return strings.ToLower(strings.TrimSpace(name))
}

func (e *sqliteEngine) check(ctx context.Context, db *sql.DB) error {
	var version string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return err
	}
	if err := requireSQLite(version); err != nil {
		return err
	}
	if e.readOnly {
		return nil
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

func (sqliteEngine) connections() int { return max(4, 2*runtime.GOMAXPROCS(0)) }

func (e *sqliteEngine) migrations(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files, programmed(e))
}

func (sqliteEngine) gorm(sessions gorm.ConnPool) gorm.Dialector {
	return &gormsqlite.Dialector{DriverName: "sqlite", Conn: sessions}
}

func (sqliteEngine) text(query string) string            { return query }
func (sqliteEngine) arguments(args []any) ([]any, error) { return args, nil }
func (sqliteEngine) contains(column string) string       { return "instr(" + column + ", ?) > 0" }
func (sqliteEngine) byIndex(table, index string) string  { return table + " INDEXED BY " + index }
func (sqliteEngine) latest(texts ...string) string       { return "max(" + strings.Join(texts, ", ") + ")" }

func (sqliteEngine) begin(write bool) string {
	if write {
		return "BEGIN IMMEDIATE"
	}
	return "BEGIN"
}

func (sqliteEngine) light() []string { return nil } // a file has no standby

// commit knows the outcome only of a full disk.
func (sqliteEngine) commit(ctx context.Context, conn *sql.Conn) (known bool, err error) {
	_, err = conn.ExecContext(ctx, "COMMIT")
	return sqliteKind(err) == kindFull, err
}

func (sqliteEngine) guard(*sql.Conn) (func(), error)                    { return func() {}, nil }
func (sqliteEngine) cut(*sql.Conn)                                      {} // it waits for nobody
func (sqliteEngine) broken(*sql.Conn, error) bool                       { return false }
func (sqliteEngine) repeatable(error) bool                              { return false } // it has waited for its lock
func (sqliteEngine) snapshot(context.Context, *session) (string, error) { return "", nil }

// sqliteKind sorts an error by the engine's code.
func sqliteKind(err error) errorKind {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return kindOther
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return kindBusy
	case sqlite3.SQLITE_FULL:
		return kindFull
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return kindDamaged
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOLFS:
		return kindUnwritable
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return kindDuplicate
	}
	return kindOther
}

// damage finds damage to the database file.
func (sqliteEngine) damage(c *checker) error {
	err := c.each(func(scan func(...any) error) error {
		var problem string
		if err := scan(&problem); err != nil || problem == "ok" {
			return err
		}
		c.report(audit.Finding{Table: "数据库文件", Detail: problem})
		return nil
	}, "PRAGMA integrity_check")
	if err != nil {
		return err
	}
	return c.each(func(scan func(...any) error) error {
		var table, parent string
		var row, key any
		if err := scan(&table, &row, &parent, &key); err != nil {
			return err
		}
		c.report(audit.Finding{Table: table, Detail: "有行引用了 " + parent + " 中不存在的行"})
		return nil
	}, "PRAGMA foreign_key_check")
}

// schemas compares the definitions to the letter.
func (sqliteEngine) schemas(c *checker) (want, have map[string]string, err error) {
	fresh, err := freshSchema(c.ctx)
	if err != nil {
		return nil, nil, err
	}
	defer fresh.Close()
	const query = "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
	want, have = map[string]string{}, map[string]string{}
	if err := describe(c.ctx, fresh, want, query); err != nil {
		return nil, nil, err
	}
	return want, have, describe(c.ctx, c.session, have, query)
}

func (sqliteEngine) fill(w *Writer, table string, columns []string, rows iter.Seq[[]any]) (int64, error) {
	return insertRows(w, table, columns, rows)
}

func (sqliteEngine) analyze(*Writer) error { return nil } // its plans need no statistics
