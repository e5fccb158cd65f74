// Package store keeps the registry in a database. It alone imports gorm and a driver. Its methods
// are one statement or batch each and decide nothing.
//
// A View is one snapshot. An Update is one transaction on the only writer connection: it begins by
// moving the clock row, so that stamps rise in commit order.
package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/period"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// lockWait is how long a transaction waits for its connection or lock before it is Unavailable.
const lockWait = 5 * time.Second

// Options configure a Store.
type Options struct {
	URL      string           // file:registry.db
	Calendar period.Calendar  // what Reader.Calendar returns
	Clock    func() time.Time // the time; nil: time.Now
	NewID    func() string    // ids of new rows; nil: UUIDv7

	// Trace, when set, is told every statement before it runs: tests count them and read their plans.
	Trace func(query string, args []any)
}

// Store is an open registry. It is safe for concurrent use.
type Store struct {
	options Options
	pools   []*sql.DB
	readers chan *session
	writer  chan *session
	caches  caches
}

// Open opens the registry, bringing its schema up to date first when migrate is true. It fails when
// the schema is older or newer than the program's, or the engine too old.
func Open(ctx context.Context, o Options, migrate bool) (*Store, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.NewID == nil {
		o.NewID = newID
	}
	n := max(4, 2*runtime.GOMAXPROCS(0))
	s := &Store{options: o, readers: make(chan *session, n), writer: make(chan *session, 1)}
	s.caches.entries.most = 1000 // some 3 kB each
	if err := s.open(ctx, migrate, n); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", redact(o.URL), err), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, migrate bool, readers int) error {
	write, err := openSQLite(s.options.URL, false)
	if err != nil {
		return err
	}
	s.pools = append(s.pools, write)
	if err := checkEngine(ctx, write); err != nil {
		return err
	}
	if err := prepareSchema(ctx, write, migrate); err != nil {
		return err
	}
	w, err := s.newSession(ctx, write)
	if err != nil {
		return err
	}
	s.writer <- w
	read, err := openSQLite(s.options.URL, true)
	if err != nil {
		return err
	}
	s.pools = append(s.pools, read)
	for range readers {
		r, err := s.newSession(ctx, read)
		if err != nil {
			return err
		}
		s.readers <- r
	}
	return nil
}

// Calendar is the deployment's.
func (s *Store) Calendar() period.Calendar { return s.options.Calendar }

// Close waits for nothing: end all transactions first.
func (s *Store) Close() error {
	var errs []error
	for range len(s.readers) {
		errs = append(errs, (<-s.readers).close())
	}
	for range len(s.writer) {
		errs = append(errs, (<-s.writer).close())
	}
	for i := len(s.pools) - 1; i >= 0; i-- { // the writer last: it removes the WAL
		errs = append(errs, s.pools[i].Close())
	}
	return errors.Join(errs...)
}

// openSQLite opens a pool: WAL, FULL synchronous (a commit is on disk when it is acknowledged).
func openSQLite(dsn string, readOnly bool) (*sql.DB, error) {
	path, query, _ := strings.Cut(dsn, "?")
	params, err := url.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	pragmas := []string{"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "query_only(0)"}
	if readOnly {
		pragmas[4] = "query_only(1)"
	}
	if readOnly && !slices.ContainsFunc(params["_pragma"], func(given string) bool { return pragmaName(given) == "cache_size" }) {
		pragmas = append(pragmas, "cache_size(-512)") // kB a connection: the system's own cache serves them all
	}
	// The driver runs them in an order of its own, so what the URL says of the same goes.
	params["_pragma"] = append(slices.DeleteFunc(params["_pragma"], func(given string) bool {
		return slices.ContainsFunc(pragmas, func(p string) bool { return pragmaName(p) == pragmaName(given) })
	}), pragmas...)
	db, err := sql.Open("sqlite", path+"?"+params.Encode())
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

// By says on whose behalf an Update runs.
type By struct {
	Actor     access.Actor
	RequestID string
}

// View runs do on one snapshot. What do returns is returned; an engine's error becomes a fault.
func (s *Store) View(ctx context.Context, do func(*Reader) error) error {
	conn, err := take(ctx, s.readers)
	if err != nil {
		return engineFault(err)
	}
	defer func() { s.readers <- conn }()
	if err := conn.begin(ctx, "BEGIN"); err != nil {
		return engineFault(err)
	}
	defer conn.rollback()
	r := &Reader{ctx: ctx, session: conn, store: s}
	if err := r.readClock("SELECT at, accounts_at, plan_at FROM clock"); err != nil {
		return engineFault(err)
	}
	r.now = max(r.at, period.InstantOf(s.options.Clock()))
	return engineFault(do(r))
}

// Update runs do in one transaction and commits it when do returns nil. Nothing is written
// otherwise. When the outcome of the commit is unknown, the fault is Unavailable.
func (s *Store) Update(ctx context.Context, by By, do func(*Writer) error) error {
	conn, err := take(ctx, s.writer)
	if err != nil {
		return engineFault(err)
	}
	defer func() { s.writer <- conn }()
	if err := conn.begin(ctx, "BEGIN IMMEDIATE"); err != nil {
		return engineFault(err)
	}
	committed := false
	defer func() { // also when do panics
		if !committed {
			conn.rollback()
		}
	}()
	w := &Writer{Reader: Reader{ctx: ctx, session: conn, store: s, actor: by.Actor, writing: true}, requestID: by.RequestID, heads: map[string]head{}}
	err = w.readClock("UPDATE clock SET at = max(at + 1, ?) RETURNING at, accounts_at, plan_at", period.InstantOf(s.options.Clock()))
	if err != nil {
		return engineFault(err)
	}
	w.now = w.at
	if err := do(w); err != nil {
		return engineFault(err)
	}
	if err := w.stampChanges(); err != nil {
		return engineFault(err)
	}
	sent, err := conn.commit(ctx)
	if err != nil && sent {
		return commitFault(err)
	}
	committed = err == nil
	return engineFault(err)
}

// Reader reads one snapshot. It belongs to one goroutine and is dead when its View or Update ends.
type Reader struct {
	ctx     context.Context
	session *session
	store   *Store
	actor   access.Actor
	now     period.Instant

	at, accountsAt, planAt period.Instant // the clock row

	writing                      bool // in an Update
	accountsChanged, planChanged bool // what this transaction itself wrote: caches of it are passed by
}

// Writer also writes. Rows change only through its Save methods.
type Writer struct {
	Reader
	requestID string
	heads     map[string]head // of the audit chains written to
}

// Context is the request's.
func (r *Reader) Context() context.Context { return r.ctx }

// Actor is who asks; its zero value before As was called.
func (r *Reader) Actor() access.Actor { return r.actor }

// As sets who asks.
func (r *Reader) As(who access.Actor) { r.actor = who }

// Now is the one clock reading: in an Update the transaction's stamp, in a View the time it began,
// which is never before the last stamp.
func (r *Reader) Now() period.Instant { return r.now }

// Calendar is the deployment's.
func (r *Reader) Calendar() period.Calendar { return r.store.options.Calendar }

// Today is the day of Now in the deployment's time zone.
func (r *Reader) Today() period.Date { return r.Calendar().Day(r.now) }

// NewID returns a fresh id.
func (w *Writer) NewID() string { return w.store.options.NewID() }

func (r *Reader) readClock(query string, args ...any) error {
	return r.row(query, args...).Scan(&r.at, &r.accountsAt, &r.planAt)
}

// stampChanges tells every process that what it has cached is old.
func (w *Writer) stampChanges() error {
	if !w.accountsChanged && !w.planChanged {
		return nil
	}
	if w.accountsChanged {
		w.accountsAt = w.at
	}
	if w.planChanged {
		w.planAt = w.at
	}
	_, err := w.exec("UPDATE clock SET accounts_at = ?, plan_at = ?", w.accountsAt, w.planAt)
	return err
}

func (r *Reader) row(query string, args ...any) row { return r.session.row(r.ctx, query, args) }

func (r *Reader) exec(query string, args ...any) (sql.Result, error) {
	return r.session.ExecContext(r.ctx, query, args...)
}

// each runs a query and calls scan for every row. Within scan other queries may be run.
func (r *Reader) each(scan func(scan func(...any) error) error, query string, args ...any) error {
	return r.session.each(r.ctx, scan, query, args)
}

func (r *Reader) orm() *gorm.DB { return r.session.gorm.WithContext(r.ctx) }

// redact drops what may be secret from a database URL.
func redact(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		return "the database"
	}
	u.RawQuery = ""
	return u.Redacted()
}
