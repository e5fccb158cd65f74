package store

import (
	"brandregistry/internal/fault"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pressly/goose/v3"
	"gorm.io/gorm"
)

//go:embed migrations
var migrations embed.FS

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// engine is what differs between the databases. SQL has one text for all but what is named here.
type engine interface {
	// acquire takes hold of what the registry is kept in, and makes it when there is none and migrate is
	// true, until release is called. It fails, and has written nothing, when something else is kept there.
	acquire(ctx context.Context, migrate bool) (release func() error, err error)
	// watch returns a check, of what is open by now, that fails with Displaced when it is not in its place
	// any more.
	watch() func() error
	// open opens a pool of connections, which write or do not.
	open(readOnly bool) (*sql.DB, error)
	// check fails when the registry cannot be kept in this database.
	check(ctx context.Context, db *sql.DB) error
	// connections is how many sessions read at once.
	connections() int
	migrations(db *sql.DB) (*goose.Provider, error)
	gorm(sessions gorm.ConnPool) gorm.Dialector

	// text is a query as the engine takes it, written with ? for its arguments.
	text(query string) string
	// arguments are the arguments of a query as the engine takes them.
	arguments(args []any) ([]any, error)
	// contains is the condition that the text of a column contains the argument.
	contains(column string) string
	// latest is the greatest of some texts.
	latest(texts ...string) string
	// byIndex is what a table is read from by that index, where a planner would rather sort it.
	byIndex(table, index string) string

	begin(write bool) string
	// light are the settings of a transaction that nobody waits for.
	light() []string
	// commit ends a transaction. known says, of a failure, that nothing was saved.
	commit(ctx context.Context, conn *sql.Conn) (known bool, err error)
	// guard ends what a connection waits for when the database does not answer, until stopped. It
	// fails when the connection is known to be of no use any more.
	guard(conn *sql.Conn) (stop func(), err error)
	// cut makes whatever waits, or would wait, for the connection fail.
	cut(conn *sql.Conn)
	// broken reports whether a failure leaves the connection of no use.
	broken(conn *sql.Conn, failure error) bool
	// repeatable reports whether a transaction that failed so before its COMMIT may be run again.
	repeatable(err error) bool
	// snapshot returns the statement by which another connection's transaction sees what this one
	// sees; "" when this one can read several results at once itself.
	snapshot(ctx context.Context, s *session) (string, error)
	// fill writes rows into a table and returns how many.
	fill(w *Writer, table string, columns []string, rows iter.Seq[[]any]) (int64, error)
	// unwritable says, in Chinese, why the database may be one that cannot be written.
	unwritable() string
	// explain says of the error of opening what there is to mend, where the engine's text does not.
	explain(err error) error
	// analyze tells the planner what was filled.
	analyze(w *Writer) error
	// damage reports what the engine itself finds wrong with its storage.
	damage(c *checker) error
	// schemas returns what the program's schema is made of and what this one's, by name.
	schemas(c *checker) (want, have map[string]string, err error)
}

func engineOf(o Options) (engine, error) {
	if strings.HasPrefix(o.URL, "postgres://") || strings.HasPrefix(o.URL, "postgresql://") {
		return newPostgres(o.URL)
	}
	return newSQLite(o)
}

// prepareSchema brings the schema up to date when migrate is true, and fails unless it is the
// program's own.
func prepareSchema(ctx context.Context, e engine, db *sql.DB, migrate bool) error {
	p, err := e.migrations(db)
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have >= want || !migrate {
		return schemaFits(have, want)
	}
	if have == reindexVersion-2 { // before the first change: the program that made it still opens it
		if err := checkNamesStayApart(ctx, e, db); err != nil {
			return err
		}
	}
	_, err = p.Up(ctx)
	if err != nil && ctx.Err() != nil { // a transaction that ended with the context does not say why
		err = errors.Join(err, ctx.Err())
	}
	return err
}

// SchemaMismatch is the error of a database whose schema is not the program's.
type SchemaMismatch struct {
	Have, Want int64 // versions
}

func (e SchemaMismatch) Error() string {
	if e.Have > e.Want {
		return fmt.Sprintf("数据库结构是第 %d 版，比本程序的第 %d 版新，请换用新版程序 (the schema is newer than this program)", e.Have, e.Want)
	}
	return fmt.Sprintf("数据库结构是第 %d 版，比本程序的第 %d 版旧，请先运行 migrate 命令 (the schema is older than this program: run the migrate command)", e.Have, e.Want)
}

// schemaVersion is the version of the program's schema: its migrations are numbered from 1, alike for
// every engine, and one of them is not SQL.
func schemaVersion() int64 {
	files, err := migrations.ReadDir("migrations/sqlite")
	if err != nil {
		panic(err) // they are in the program
	}
	return int64(len(files) + 1)
}

// schemaFits fails with SchemaMismatch unless the schema's version is the program's.
func schemaFits(have, want int64) error {
	if have != want {
		return SchemaMismatch{have, want}
	}
	return nil
}

// engineFault turns an engine's error into a fault by its code, and so a context's end. Faults and
// other errors pass. Nothing was saved.
func engineFault(err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) {
		return err
	}
	if errors.Is(err, errNoSession) || errors.Is(err, errConnectionLost) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return busy(err)
	}
	switch kindOf(err) {
	case kindBusy:
		return busy(err)
	case kindDamaged:
		return damagedFault(err)
	case kindUnwritable:
		return unwritableFault(err)
	case kindFull:
		return fault.New(fault.StorageFull, "存储空间不足，未保存。请联系信息中心清理磁盘后重试。", "The storage is full; nothing was saved. Free disk space and try again.").Because(err)
	case kindDuplicate:
		return fault.New(fault.AlreadyExists, "已存在相同的内容。", "The same thing exists already.").Because(err)
	}
	return err
}

// errorKind sorts the errors of engines.
type errorKind int

const (
	kindOther      errorKind = iota
	kindBusy                 // locked, away or shutting down: later it may work
	kindFull                 // no room on disk
	kindDuplicate            // a unique key is taken
	kindDamaged              // what is stored is damaged
	kindUnwritable           // what is stored cannot be written, or the disk fails
)

// unknownOutcome is the fault of a COMMIT of which nobody knows whether it was done.
func unknownOutcome(err error) error {
	return unavailable(err, "保存结果未知。请稍后用同一请求（同一幂等键）重试。", "It is unknown whether this was saved. Repeat the same request (with the same idempotency key) later.")
}

func busy(cause error) error {
	return unavailable(cause, "服务暂时繁忙，未作任何更改。请稍后重试。", "The service is busy; nothing was changed. Try again later.")
}

func unavailable(cause error, zh, en string) *fault.Error {
	f := fault.New(fault.Unavailable, zh, en).Because(cause)
	f.RetryAfter = 2 * time.Second
	return f
}
