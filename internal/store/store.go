// Package store keeps the registry in a database. It alone imports gorm and a driver. Its methods
// are one statement or batch each and decide nothing.
//
// A View is one snapshot. An Update is one transaction on the only writer connection: it begins by
// moving the clock row, so that stamps rise in commit order.
package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"gorm.io/gorm"
)

// lockWait is how long a transaction waits for its connection or lock before it is Unavailable.
const lockWait = 5 * time.Second

// Options configure a Store.
type Options struct {
	URL      string           // file:registry.db or postgres://…
	Calendar period.Calendar  // what Reader.Calendar returns
	Brands   brand.Policy     // what Reader.BrandPolicy returns
	Clock    func() time.Time // the time; nil: time.Now
	NewID    func() string    // ids of new rows; nil: UUIDv7
	ReadOnly bool             // only Views are wanted; a file may lie where nothing can be written

	// Trace, when set, is told every statement before it runs: tests count them and read their plans.
	Trace func(query string, args []any)

	unlocked bool // a file that nobody else knows of
}

// Store is an open registry. It is safe for concurrent use.
type Store struct {
	options Options
	engine  engine
	release func() error // of what it is kept in
	inPlace func() error // fails with Displaced
	pools   []*sql.DB
	readers chan *session
	writer  chan *session
	caches  caches
	health  health
	sorted  int64 // brands that a list sorts at the most
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
	e, err := engineOf(o)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", redact(o.URL), err)
	}
	s := &Store{options: o, engine: e, readers: make(chan *session, e.connections()), writer: make(chan *session, 1)}
	s.caches.entries.most = 1000 // some 3 kB each
	s.sorted = 2000
	if err := s.open(ctx, migrate); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", redact(o.URL), e.explain(err)), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, migrate bool) (err error) {
	if s.release, err = s.engine.acquire(ctx, migrate); err != nil {
		return err
	}
	write, err := s.engine.open(s.options.ReadOnly)
	if err != nil {
		return err
	}
	s.pools = append(s.pools, write)
	if err := s.engine.check(ctx, write); err != nil {
		return err
	}
	if err := prepareSchema(ctx, s.engine, write, migrate); err != nil {
		return err
	}
	w, err := s.newSession(ctx, write)
	if err != nil {
		return err
	}
	s.writer <- w // of a ReadOnly store it cannot write
	read, err := s.engine.open(true)
	if err != nil {
		return err
	}
	s.pools = append(s.pools, read)
	for range cap(s.readers) {
		r, err := s.newSession(ctx, read)
		if err != nil {
			return err
		}
		s.readers <- r
	}
	s.inPlace = s.engine.watch()
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
	if s.release != nil {
		errs = append(errs, s.release())
	}
	return errors.Join(errs...)
}

// By says on whose behalf an Update runs.
type By struct {
	Actor     access.Actor
	RequestID string
	Light     bool // what is written may be lost, and is not to be waited for: neither its lock nor its standby
}

// attempts is how often a transaction is tried that fails before its COMMIT for what may pass.
const attempts = 3

// again runs a transaction until it succeeds or fails for good. What it returns as repeat says that
// nothing of it was sent for good, so that it may be run again.
func (s *Store) again(once func() (repeat bool, err error)) error {
	for n := 1; ; n++ {
		repeat, err := once()
		s.health.note(err)
		if err == nil || !repeat || n == attempts {
			return engineFault(err)
		}
	}
}

// View runs do on one snapshot. What do returns is returned; an engine's error becomes a fault. When
// the connection is lost do may be run again.
func (s *Store) View(ctx context.Context, do func(*Reader) error) error {
	return s.again(func() (bool, error) { return s.view(ctx, do) })
}

func (s *Store) view(ctx context.Context, do func(*Reader) error) (repeat bool, err error) {
	conn, err := take(ctx, s.readers)
	if err != nil {
		return false, err
	}
	defer func() { s.readers <- conn }()
	if err := conn.begin(ctx, false); err != nil {
		return s.engine.repeatable(err), err
	}
	defer func() {
		s.health.note(conn.failed) // also when do has made another error of it
		repeat = s.engine.repeatable(conn.failed)
		conn.rollback()
	}()
	r := &Reader{ctx: ctx, session: conn, store: s, machine: period.InstantOf(s.options.Clock())}
	if err := r.readClock("SELECT at, accounts_at, plan_at FROM clock"); err != nil {
		return false, conn.outcome(err)
	}
	r.now = r.machine
	if r.CheckClock() == nil {
		r.now = max(r.at, r.machine)
	}
	return false, conn.outcome(do(r))
}

// Update runs do in one transaction and commits it when do returns nil. Nothing is written
// otherwise. What failed before COMMIT was sent, for a conflict or a lost connection, is run again,
// and do with it. When the outcome of the commit is unknown, the fault is Unavailable; so it is, and do
// does not run, when the newest stamp is too far ahead of the machine's clock (ClockAhead), or the file is
// not in its place any more (Displaced).
func (s *Store) Update(ctx context.Context, by By, do func(*Writer) error) error {
	return s.again(func() (bool, error) { return s.update(ctx, by, (*Writer).moveClock, do) })
}

// update is one try of an Update, which begins with begin.
func (s *Store) update(ctx context.Context, by By, begin, do func(*Writer) error) (repeat bool, err error) {
	if err := s.damage(); err != nil { // what is written to a damaged file makes it worse
		return false, damagedFault(err)
	}
	if err := s.inPlace(); err != nil {
		return false, displacedFault(err)
	}
	conn, err := take(ctx, s.writer)
	if err != nil {
		return false, err
	}
	defer func() { s.writer <- conn }()
	if err := conn.begin(ctx, true); err != nil {
		return s.engine.repeatable(err), err
	}
	committed := false
	defer func() { // also when do panics
		if !committed {
			s.health.note(conn.failed)
			repeat = s.engine.repeatable(conn.failed)
			conn.rollback()
		}
	}()
	w := &Writer{Reader: Reader{ctx: ctx, session: conn, store: s, actor: by.Actor, writing: true}, requestID: by.RequestID, heads: map[string]head{}}
	if by.Light {
		for _, setting := range s.engine.light() {
			if _, err := w.exec(setting); err != nil {
				return false, err
			}
		}
	}
	if err = begin(w); err == nil {
		err = do(w)
	}
	if err == nil {
		err = w.stampChanges()
	}
	if err := conn.outcome(err); err != nil {
		return false, err
	}
	known, err := conn.commit(ctx)
	if committed = err == nil; committed {
		s.health.unwritable.Store(nil)
	}
	for _, hash := range w.touched { // not before: a reader would cache what is about to change
		s.caches.credentials.forget(hash)
	}
	if err != nil && !known {
		err = unknownOutcome(err)
	}
	return false, err
}

// Reader reads one snapshot. It belongs to one goroutine and is dead when its View or Update ends.
type Reader struct {
	ctx     context.Context
	session *session
	store   *Store
	actor   access.Actor
	now     period.Instant
	machine period.Instant // what the machine's clock showed when the transaction began

	at, accountsAt, planAt period.Instant // the clock row

	writing                      bool // in an Update
	accountsChanged, planChanged bool // what this transaction itself wrote: caches of it are passed by
}

// Writer also writes. Rows change only through its Save methods.
type Writer struct {
	Reader
	requestID string
	heads     map[string]head // of the audit chains written to
	touched   []string        // hashes of tokens whose use was noted
}

// Context is the request's.
func (r *Reader) Context() context.Context { return r.ctx }

// Actor is who asks; its zero value before As was called.
func (r *Reader) Actor() access.Actor { return r.actor }

// As sets who asks.
func (r *Reader) As(who access.Actor) { r.actor = who }

// Now is the one clock reading: in an Update the transaction's stamp, in a View the time it began,
// which is never before the last stamp unless that bears a wrong date (ClockAhead).
func (r *Reader) Now() period.Instant { return r.now }

// Calendar is the deployment's.
func (r *Reader) Calendar() period.Calendar { return r.store.options.Calendar }

// Today is the day of Now in the deployment's time zone.
func (r *Reader) Today() period.Date { return r.Calendar().Day(r.now) }

// NewID returns a fresh id.
func (w *Writer) NewID() string { return w.store.options.NewID() }

func (r *Reader) readClock(query string, args ...any) error {
	err := r.row(query, args...).Scan(&r.at, &r.accountsAt, &r.planAt)
	if errors.Is(err, sql.ErrNoRows) {
		return errNoClock
	}
	return err
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
	if file, _, _ := strings.Cut(dsn, "?"); strings.HasPrefix(file, "file:") {
		return file
	}
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		return "the database"
	}
	u.RawQuery = ""
	return u.Redacted()
}
