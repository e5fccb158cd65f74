package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// session is one connection with its prepared statements. It serves one transaction at a time.
//
// A statement that has begun runs to its end: to interrupt one would end the transaction behind the
// program's back, and the driver calls canceled even what has run. A canceled request is refused
// between its statements and rows, and never commits.
type session struct {
	engine  engine
	pool    *sql.DB
	conn    *sql.Conn // nil: the last transaction did not end as told; the next gets a new connection
	stmts   map[string]*sql.Stmt
	reading bool  // rows are being read: the connection takes no other query meanwhile
	failed  error // the first statement that failed: the transaction is lost, as it is on PostgreSQL
	gorm    *gorm.DB
	trace   func(query string, args []any)
	unguard func()
}

func (s *Store) newSession(ctx context.Context, db *sql.DB) (*session, error) {
	made := &session{engine: s.engine, pool: db}
	if err := made.connect(ctx); err != nil {
		return nil, err
	}
	made.trace = s.options.Trace
	return made, nil
}

func (s *session) connect(ctx context.Context) (err error) {
	if s.conn, err = s.pool.Conn(ctx); err != nil {
		s.conn = nil
		return err
	}
	s.stmts, s.reading, s.failed = map[string]*sql.Stmt{}, false, nil
	if s.gorm != nil {
		return nil
	}
	registerOpenEnd()
	s.gorm, err = gorm.Open(s.engine.gorm(s), &gorm.Config{
		SkipDefaultTransaction: true, // a session is always within one
		Logger:                 logger.Discard,
	})
	if err != nil {
		s.gorm = nil
		err = errors.Join(err, s.close())
	}
	return err
}

// close gives the connection back to its pool. Its statements go first, for database/sql does not
// know them: with one left the engine would keep the connection, and its locks.
func (s *session) close() error {
	if s.conn == nil {
		return nil
	}
	unguard, err := s.engine.guard(s.conn)
	defer unguard()
	if err != nil {
		s.drop()
		return nil
	}
	s.forget()
	conn := s.conn
	s.conn = nil
	return conn.Close()
}

func (s *session) forget() {
	for query, stmt := range s.stmts {
		_ = stmt.Close()
		delete(s.stmts, query)
	}
}

// drop closes the connection itself, which ends whatever transaction it is in, and does not give it
// back to its pool. It waits for nothing.
func (s *session) drop() {
	if s.conn == nil {
		return
	}
	s.engine.cut(s.conn)
	s.forget()
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn }) // how database/sql is told to close it
	s.conn = nil
}

// begin opens a transaction. A connection that was lost while it was idle is replaced.
func (s *session) begin(ctx context.Context, write bool) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		fresh := s.conn == nil
		if fresh {
			if err := s.connect(ctx); err != nil {
				return err
			}
		}
		s.failed = nil
		err := s.start(write)
		if err == nil || fresh || !errors.Is(err, errConnectionLost) {
			return err
		}
	}
}

// start opens a transaction on the connection there is. When it fails the connection is dropped.
func (s *session) start(write bool) (err error) {
	if s.unguard, err = s.engine.guard(s.conn); err != nil {
		s.drop()
		return err
	}
	if len(s.stmts) >= maxStatements { // here, where none of them is in use
		s.forget()
	}
	if err = s.control(s.engine.begin(write)); err != nil {
		s.unguard()
	}
	return err
}

// outcome is what becomes of a transaction in which do returned err: also when do did not mind it, the
// transaction is lost with the first statement that failed. That the connection was lost while rows
// were read is found here.
func (s *session) outcome(err error) error {
	switch {
	case err == nil:
		return s.failed
	case s.failed == nil && s.conn != nil && s.engine.broken(s.conn, err):
		return s.fail(err)
	}
	return err
}

// commit ends the transaction. Before COMMIT is sent it fails with what the transaction is lost for:
// the context's end, or the first statement that failed. known says, of a failure, that nothing was
// saved; otherwise nobody knows.
func (s *session) commit(ctx context.Context) (known bool, err error) {
	if err := ctx.Err(); err != nil {
		return true, err
	}
	if s.failed != nil {
		return true, s.failed
	}
	if s.conn == nil {
		return true, errConnectionLost
	}
	if s.trace != nil {
		s.trace("COMMIT", nil)
	}
	known, err = s.engine.commit(context.WithoutCancel(ctx), s.conn)
	s.unguard()
	if err != nil {
		s.drop()
	}
	return known, err
}

// rollback ends a transaction that is not committed, whatever became of it.
func (s *session) rollback() {
	switch {
	case s.conn == nil:
	case errors.Is(s.failed, errConnectionLost):
		s.drop()
	default:
		s.failed = nil
		_ = s.control("ROLLBACK") // the engine may have done it, on a full disk say
	}
	s.unguard()
}

// control runs a statement that begins or ends a transaction. When it fails nobody knows what state
// the connection is in, so it is dropped.
func (s *session) control(query string) error {
	_, err := s.ExecContext(context.Background(), query)
	if err != nil {
		s.drop()
	}
	return err
}

// maxStatements bounds a session's prepared statements; batches of odd sizes make new ones.
const maxStatements = 256

// PrepareContext returns the statement, prepared once per connection. With the other three methods
// it makes a session what gorm runs on.
func (s *session) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := s.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, s.engine.text(query))
	if err == nil {
		s.stmts[query] = stmt
	}
	return stmt, err
}

// ready says whether a statement may run, and returns it prepared with its arguments.
func (s *session) ready(ctx context.Context, query string, args []any) (*sql.Stmt, []any, error) {
	switch {
	case s.failed != nil:
		return nil, nil, s.failed
	case s.conn == nil:
		return nil, nil, errConnectionLost
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case s.reading:
		return nil, nil, s.fail(errReading)
	}
	if s.trace != nil {
		s.trace(query, args)
	}
	args, err := s.engine.arguments(args)
	if err != nil {
		return nil, nil, s.fail(err)
	}
	stmt, err := s.PrepareContext(context.WithoutCancel(ctx), query)
	return stmt, args, s.fail(err)
}

// fail notes that the transaction is lost.
func (s *session) fail(err error) error {
	if err == nil {
		return nil
	}
	if s.conn != nil && s.engine.broken(s.conn, err) {
		err = connectionLost(err)
	}
	if s.failed == nil {
		s.failed = err
	}
	return err
}

// ExecContext runs a statement.
func (s *session) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, args, err := s.ready(ctx, query, args)
	if err != nil {
		return nil, err
	}
	res, err := stmt.ExecContext(context.WithoutCancel(ctx), args...)
	return res, s.fail(err)
}

// QueryContext runs a query. Until its rows are closed no other statement may run.
func (s *session) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, args, err := s.ready(ctx, query, args)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(context.WithoutCancel(ctx), args...)
	return rows, s.fail(err)
}

// QueryRowContext runs a query of one row, for gorm: a refusal it can only carry as a context's end.
func (s *session) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	r := s.row(ctx, query, args)
	if r.Row == nil {
		ended, cancel := context.WithCancel(ctx)
		cancel()
		return s.pool.QueryRowContext(ended, query, args...)
	}
	return r.Row
}

// row is the row of a query, or why there is none.
type row struct {
	*sql.Row
	refused error
}

// Scan is sql.Row's.
func (r row) Scan(into ...any) error {
	if r.refused != nil {
		return r.refused
	}
	return r.Row.Scan(into...)
}

func (s *session) row(ctx context.Context, query string, args []any) row {
	stmt, args, err := s.ready(ctx, query, args)
	if err != nil {
		return row{refused: err}
	}
	found := stmt.QueryRowContext(context.WithoutCancel(ctx), args...)
	return row{found, s.fail(found.Err())}
}

// each runs a query and calls scan for every row.
func (s *session) each(ctx context.Context, scan func(scan func(...any) error) error, query string, args []any) error {
	rows, err := s.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	s.reading = true
	defer func() {
		_ = rows.Close()
		s.reading = false
	}()
	for rows.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := scan(rows.Scan); err != nil {
			return err
		}
	}
	return s.fail(rows.Err())
}

// take waits for a session that no transaction uses.
func take(ctx context.Context, from chan *session) (*session, error) {
	select {
	case s := <-from:
		return s, nil
	default:
	}
	timer := time.NewTimer(lockWait)
	defer timer.Stop()
	select {
	case s := <-from:
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, errNoSession
	}
}

var (
	errNoSession      = errors.New("no connection within the lock wait")
	errConnectionLost = errors.New("no connection to the database")
	errReading        = errors.New("a statement while rows are read")
)

// connectionLost says of an error that the connection went with it.
func connectionLost(cause error) error {
	if errors.Is(cause, errConnectionLost) {
		return cause
	}
	return fmt.Errorf("%w: %w", errConnectionLost, cause)
}
