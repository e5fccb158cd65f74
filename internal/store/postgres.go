package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	gormpostgres "gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// A database that is away is found so within awayWait, and asked again after awayRest.
const (
	awayWait   = 1800 * time.Millisecond // for a connection to any host of the URL
	hostWait   = 800 * time.Millisecond  // for one host to answer
	guardEvery = 800 * time.Millisecond  // how often it is asked, during a transaction, whether it is there
	awayRest   = 500 * time.Millisecond
)

// minPostgres is the oldest server version that is still maintained.
const minPostgres = 140000

// postgresEngine is PostgreSQL, or what speaks its protocol.
type postgresEngine struct {
	config *pgx.ConnConfig
	made   time.Time    // from when the engine's times are counted, by the clock that nobody sets
	away   atomic.Int64 // until when nobody need try to connect
	dead   atomic.Int64 // what was connected before is of no use
}

func newPostgres(url string) (*postgresEngine, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, unusable(err)
	}
	if config.ConnectTimeout == 0 || config.ConnectTimeout > hostWait {
		config.ConnectTimeout = hostWait // of one host
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "brandregistry"
	}
	config.RuntimeParams["lock_timeout"] = strconv.FormatInt(lockWait.Milliseconds(), 10)
	// A check or a copy takes as long as it takes; who waits in vain is found by guard.
	config.RuntimeParams["statement_timeout"] = "0"
	// A replica that hangs within a transaction must not hold the clock for ever.
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "60000"
	// Idle connections are kept open through firewalls, and found dead before they are used.
	dial := (&net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}}).DialContext
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		if ctx.Value(connecting{}) == nil {
			// The driver wants to cancel what a connection it gives up was waiting for. That must not
			// be: a COMMIT that waits for its standby would be done on the primary alone.
			return nil, errors.New("statements are not canceled")
		}
		return dial(ctx, network, address)
	}
	config.OnNotice = func(c *pgconn.PgConn, n *pgconn.Notice) {
		if n.SeverityUnlocalized == "WARNING" {
			c.CustomData()[warned] = n.Message
		}
	}
	return &postgresEngine{config: config, made: time.Now()}, nil
}

// unusable says what is wrong with a URL, but nothing that could hold its password.
func unusable(err error) error {
	var whole *url.Error
	if why := errors.Unwrap(err); why != nil && !errors.As(why, &whole) {
		return fmt.Errorf("the database URL cannot be used: %w", why)
	}
	return errors.New("the database URL cannot be parsed")
}

// connecting marks the context of a new connection.
type connecting struct{}

func (e *postgresEngine) acquire(context.Context, bool) (func() error, error) {
	return func() error { return nil }, nil // its server knows who is there
}

func (e *postgresEngine) open(bool) (*sql.DB, error) {
	connector := stdlib.GetConnector(*e.config, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		// What is acknowledged is on disk, here and where the server's settings say.
		_, err := c.Exec(ctx, "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')")
		if err != nil {
			cut(c.PgConn().Conn()) // nobody else knows of it yet
		}
		return err
	}))
	db := sql.OpenDB(awayConnector{connector, e})
	db.SetMaxIdleConns(64)
	return db, nil
}

// awayConnector connects, but not again at once when that has just failed.
type awayConnector struct {
	driver.Connector
	engine *postgresEngine
}

func (c awayConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if c.engine.isAway() {
		return nil, connectionLost(errors.New("the database was away a moment ago"))
	}
	// That a client goes away says nothing of the database.
	ctx, cancel := context.WithTimeout(context.WithValue(context.WithoutCancel(ctx), connecting{}, true), awayWait)
	defer cancel()
	began := c.engine.now()
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		c.engine.setAway()
		return nil, connectionLost(err)
	}
	conn.(*stdlib.Conn).Conn().PgConn().CustomData()[connectedAt] = began
	return conn, nil
}

// What a connection carries with it.
const (
	connectedAt = "connected at" // in the engine's time
	warned      = "warned"       // the last warning
)

func (e *postgresEngine) now() int64   { return int64(time.Since(e.made)) }
func (e *postgresEngine) isAway() bool { return e.now() < e.away.Load() }
func (e *postgresEngine) setAway()     { e.away.Store(e.now() + int64(awayRest)) }

func (*postgresEngine) check(ctx context.Context, db *sql.DB) error {
	var version int
	var encoding, server string
	err := db.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), current_setting('server_version')").
		Scan(&version, &encoding, &server)
	switch {
	case err != nil:
		return err
	case version < minPostgres:
		return fmt.Errorf("PostgreSQL %s is too old: %d or newer is needed", server, minPostgres/10000)
	case encoding != "UTF8":
		return fmt.Errorf("the database's encoding is %s: create it with ENCODING 'UTF8'", encoding)
	}
	return nil
}

// connections are more than SQLite's: most of the time a session waits for the network.
func (*postgresEngine) connections() int { return max(8, 4*runtime.GOMAXPROCS(0)) }

// migrations hold an advisory lock: of many replicas that start at once, one brings the schema up.
func (e *postgresEngine) migrations(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/postgres")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker), programmed(e))
}

func (*postgresEngine) gorm(sessions gorm.ConnPool) gorm.Dialector {
	return gormpostgres.New(gormpostgres.Config{Conn: sessions})
}

// text numbers the arguments.
func (*postgresEngine) text(query string) string {
	if !strings.Contains(query, "?") {
		return query
	}
	var b strings.Builder
	quoted, n := false, 0
	for _, c := range query {
		switch {
		case c == '\'':
			quoted = !quoted
		case c == '?' && !quoted:
			n++
			b.WriteString("$" + strconv.Itoa(n))
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// arguments are database/sql's own, with numbers for booleans: no column is one.
func (*postgresEngine) arguments(args []any) ([]any, error) {
	out := make([]any, len(args))
	for i, a := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(a)
		if err != nil {
			return nil, fmt.Errorf("argument %d: %w", i+1, err)
		}
		if b, ok := v.(bool); ok {
			v = int64(0)
			if b {
				v = int64(1)
			}
		}
		out[i] = v
	}
	return out, nil
}

func (*postgresEngine) contains(column string) string  { return "strpos(" + column + ", ?) > 0" }
func (*postgresEngine) byIndex(table, _ string) string { return table }
func (*postgresEngine) latest(texts ...string) string {
	return "greatest(" + strings.Join(texts, ", ") + ")"
}

// begin: a View is one snapshot. An Update sees, once it holds the clock, all that was committed
// before: a snapshot taken before that would be too old to write on. It does not insist on writing
// where the server's settings are against it.
func (*postgresEngine) begin(write bool) string {
	if write {
		return "BEGIN ISOLATION LEVEL READ COMMITTED"
	}
	return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
}

func (*postgresEngine) light() []string {
	return []string{"SET LOCAL synchronous_commit = off", "SET LOCAL lock_timeout = 100"}
}

// commit waits until the standbys have it, too, when there are any, but no longer than lockWait. Of
// an ERROR it knows that nothing was saved, unless that tells of a connection behind a proxy or says
// itself that it is not known. A wait for the standby that was canceled on the server is answered as
// if it were over, with a warning: then the outcome is not known.
func (*postgresEngine) commit(ctx context.Context, conn *sql.Conn) (known bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	err = raw(conn, func(c *pgconn.PgConn) error {
		delete(c.CustomData(), warned)
		results, err := c.Exec(ctx, "COMMIT").ReadAll()
		if err != nil {
			return err
		}
		if warning := c.CustomData()[warned]; warning != nil {
			return fmt.Errorf("warning on commit: %v", warning)
		}
		if tag := results[0].CommandTag.String(); tag != "COMMIT" {
			known = true
			return fmt.Errorf("the transaction ended with %s", tag)
		}
		return nil
	})
	var e *pgconn.PgError
	if errors.As(err, &e) {
		known = e.SeverityUnlocalized == "ERROR" && e.Code != "40003" && !strings.HasPrefix(e.Code, "08")
	}
	return known, err
}

// raw lends the driver's connection.
func raw(conn *sql.Conn, do func(*pgconn.PgConn) error) error {
	return conn.Raw(func(c any) error {
		connection, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("%T is not a connection of pgx", c)
		}
		return do(connection.Conn().PgConn())
	})
}

// repeatable: a serialization failure, a deadlock, a server that stops or starts, or a connection that
// is of no use while the database is not away.
func (e *postgresEngine) repeatable(err error) bool {
	switch code(err) {
	case "40001", "40P01", "57P01", "57P02", "57P03":
		return true
	}
	return errors.Is(err, errConnectionLost) && !e.isAway()
}

// code is the SQLSTATE of an error; "" when the server did not tell it.
func code(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// postgresKind sorts an error by its SQLSTATE.
func postgresKind(err error) errorKind {
	switch c := code(err); c {
	case "23505":
		return kindDuplicate
	case "53100":
		return kindFull
	case "XX001", "XX002":
		return kindDamaged
	case "25006", "42501", "58030": // read-only, not allowed, an I/O error
		return kindUnwritable
	case "40001", "40P01", "55P03", "57014":
		return kindBusy
	case "":
		return kindOther
	default:
		switch c[:2] {
		case "08", "53", "57", "58", "28", "3D": // away, out of something, shutting down, not letting in
			return kindBusy
		}
	}
	return kindOther
}

func (*postgresEngine) snapshot(ctx context.Context, s *session) (string, error) {
	var id string
	if err := s.row(ctx, "SELECT pg_export_snapshot()", nil).Scan(&id); err != nil {
		return "", err
	}
	return "SET TRANSACTION SNAPSHOT '" + id + "'", nil
}

// damage finds none: the server checks its pages itself, and pg_amcheck its structures.
func (*postgresEngine) damage(*checker) error { return nil }

// schemas compares what is meant: the migrations of both engines make the same of it.
func (*postgresEngine) schemas(c *checker) (want, have map[string]string, err error) {
	fresh, err := freshSchema(c.ctx)
	if err != nil {
		return nil, nil, err
	}
	defer fresh.Close()
	if want, err = describeSQLite(c.ctx, fresh); err != nil {
		return nil, nil, err
	}
	want["trigger audit_events_no_truncate"] = "before truncate on audit_events: refuses" // SQLite has no TRUNCATE
	have, err = describePostgres(c.ctx, c.session)
	return want, have, err
}

// fill uses the protocol's COPY.
func (*postgresEngine) fill(w *Writer, table string, columns []string, rows iter.Seq[[]any]) (n int64, err error) {
	if _, _, err := w.session.ready(w.ctx, "SELECT 1", nil); err != nil { // nothing else may be under way
		return 0, err
	}
	next, stop := iter.Pull(rows)
	defer stop()
	err = w.session.conn.Raw(func(c any) error {
		n, err = c.(*stdlib.Conn).Conn().CopyFrom(w.ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
			row, _ := next()
			return row, nil // nil: the end
		}))
		return err
	})
	return n, w.session.fail(err)
}

func (*postgresEngine) analyze(w *Writer) error {
	for _, table := range copied {
		if _, err := w.exec("ANALYZE " + table); err != nil {
			return err
		}
	}
	return nil
}

func (*postgresEngine) watch() func() error { return func() error { return nil } } // a server guards its own files

func (*postgresEngine) unwritable() string {
	return "服务器是备库，或设为只读（default_transaction_read_only），或数据库用户没有写的权限"
}

func (*postgresEngine) explain(err error) error { return err }
