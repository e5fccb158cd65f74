package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// session is one connection with its prepared statements. It serves one transaction at a time.
//
// A statement that has begun runs to its end: to interrupt one would end the transaction behind the
// program's back, and the driver calls canceled even what has run. A canceled request is refused
// between its statements and rows, and never commits.
type session struct {
	pool    *sql.DB
	conn    *sql.Conn // nil: the last transaction did not end as told; the next gets a new connection
	stmts   map[string]*sql.Stmt
	reading map[string]bool // queries whose rows are being read
	failed  error           // the first statement that failed: the transaction is lost, as it is on PostgreSQL
	gorm    *gorm.DB
	trace   func(query string, args []any)
}

func (s *Store) newSession(ctx context.Context, db *sql.DB) (*session, error) {
	made := &session{pool: db}
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
	s.stmts, s.reading, s.failed = map[string]*sql.Stmt{}, map[string]bool{}, nil
	if s.gorm != nil {
		return nil
	}
	s.gorm, err = gorm.Open(&sqlite.Dialector{DriverName: "sqlite", Conn: s}, &gorm.Config{
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
// back to its pool.
func (s *session) drop() {
	if s.conn == nil {
		return
	}
	s.forget()
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn }) // how database/sql is told to close it
	s.conn = nil
}

// begin opens a transaction.
func (s *session) begin(ctx context.Context, how string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.conn == nil {
		if err := s.connect(ctx); err != nil {
			return err
		}
	}
	s.failed = nil
	if len(s.stmts) >= maxStatements { // here, where none of them is in use
		s.forget()
	}
	return s.control(how)
}

// commit ends the transaction. Before COMMIT is sent it fails with what the transaction is lost for:
// the context's end, or the first statement that failed.
func (s *session) commit(ctx context.Context) (sent bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if s.failed != nil {
		return false, s.failed
	}
	return true, s.control("COMMIT")
}

// rollback ends a transaction that is not committed, whatever became of it.
func (s *session) rollback() {
	if s.conn != nil {
		s.failed = nil
		_ = s.control("ROLLBACK") // the engine may have done it, on a full disk say
	}
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
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err == nil {
		s.stmts[query] = stmt
	}
	return stmt, err
}

// ready says whether a statement may run.
func (s *session) ready(ctx context.Context, query string, args []any) error {
	switch {
	case s.failed != nil:
		return s.failed
	case s.conn == nil:
		return errConnectionLost
	case ctx.Err() != nil:
		return ctx.Err()
	}
	if s.trace != nil {
		s.trace(query, args)
	}
	return nil
}

func (s *session) fail(err error) error {
	if err != nil && s.failed == nil {
		s.failed = err
	}
	return err
}

// ExecContext runs a statement.
func (s *session) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := s.ready(ctx, query, args); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	stmt, err := s.PrepareContext(ctx, query)
	if err != nil {
		return nil, s.fail(err)
	}
	res, err := stmt.ExecContext(ctx, args...)
	return res, s.fail(err)
}

// QueryContext runs a query.
func (s *session) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := s.ready(ctx, query, args); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	if s.reading[query] { // its statement is taken
		rows, err := s.conn.QueryContext(ctx, query, args...)
		return rows, s.fail(err)
	}
	stmt, err := s.PrepareContext(ctx, query)
	if err != nil {
		return nil, s.fail(err)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return rows, s.fail(err)
}

// QueryRowContext runs a query of one row, for gorm: a refusal it can only carry as a context's end.
func (s *session) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	r := s.row(ctx, query, args)
	if r.Row == nil {
		ended, cancel := context.WithCancel(ctx)
		cancel()
		return s.conn.QueryRowContext(ended, query, args...)
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
	if err := s.ready(ctx, query, args); err != nil {
		return row{refused: err}
	}
	ctx = context.WithoutCancel(ctx)
	if s.reading[query] {
		found := s.conn.QueryRowContext(ctx, query, args...)
		return row{found, s.fail(found.Err())}
	}
	stmt, err := s.PrepareContext(ctx, query)
	if err != nil {
		return row{refused: s.fail(err)}
	}
	found := stmt.QueryRowContext(ctx, args...)
	return row{found, s.fail(found.Err())}
}

// each runs a query and calls scan for every row.
func (s *session) each(ctx context.Context, scan func(scan func(...any) error) error, query string, args []any) error {
	nested := s.reading[query]
	rows, err := s.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	s.reading[query] = true
	defer func() {
		_ = rows.Close()
		s.reading[query] = nested
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
	errConnectionLost = errors.New("the connection is lost")
)
