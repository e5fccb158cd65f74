package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// health is what the transactions so far have shown of the database's storage.
type health struct {
	damaged    atomic.Pointer[error] // what is damaged stays so: until the program starts again
	unwritable atomic.Pointer[error] // until a transaction commits
}

// note remembers a failure that says something of the storage.
func (h *health) note(err error) {
	switch kindOf(err) {
	case kindDamaged:
		h.damaged.CompareAndSwap(nil, &err)
	case kindUnwritable:
		h.unwritable.Store(&err)
	}
}

// NotReady is an error whose text says in Chinese why the registry cannot be used: a Damaged,
// Unwritable, Displaced, ClockAhead or SchemaMismatch.
type NotReady interface {
	error
	notReady()
}

func (Damaged) notReady()        {}
func (Unwritable) notReady()     {}
func (Displaced) notReady()      {}
func (ClockAhead) notReady()     {}
func (SchemaMismatch) notReady() {}

// Damaged is the error of a database whose storage was found damaged by a transaction.
type Damaged struct{ Cause error }

func (e Damaged) Error() string {
	return fmt.Sprintf("数据库已损坏（%v）：请停止服务，从备份恢复，或先用 check 核对，再重新启动 (the database is damaged)", e.Cause)
}

// Unwrap returns the engine's error.
func (e Damaged) Unwrap() error { return e.Cause }

// Unwritable is the error of a database that can be read and cannot be written.
type Unwritable struct {
	Why   string // in Chinese, with the mend; "" when nothing more is known
	Cause error
}

func (e Unwritable) Error() string {
	if e.Why == "" {
		return fmt.Sprintf("数据库不能写入（%v）(the database cannot be written)", e.Cause)
	}
	return fmt.Sprintf("数据库不能写入：%s（%v）(the database cannot be written)", e.Why, e.Cause)
}

// Unwrap returns the engine's error.
func (e Unwritable) Unwrap() error { return e.Cause }

// damage fails with Damaged when a transaction has met damage since the program started.
func (s *Store) damage() error {
	if found := s.health.damaged.Load(); found != nil {
		return Damaged{*found}
	}
	return nil
}

// CheckReady fails when the registry cannot be used: with a NotReady, or with what keeps it from being
// read.
func (s *Store) CheckReady(ctx context.Context) error {
	if err := errors.Join(s.damage(), s.inPlace()); err != nil {
		return err
	}
	err := s.View(ctx, func(r *Reader) error {
		if err := r.CheckSchema(); err != nil {
			return err
		}
		return r.CheckClock()
	})
	if damage := s.damage(); damage != nil { // met just now
		return damage
	}
	if err != nil {
		return err
	}
	if s.health.unwritable.Load() == nil {
		return nil
	}
	return s.CheckWritable(ctx) // it may have been mended meanwhile
}

// CheckWritable writes the clock row as it is, to see whether that can be done. It fails with Unwritable
// when it cannot. That the database is busy, away or full says nothing of this.
func (s *Store) CheckWritable(ctx context.Context) error {
	err := s.rewriteClock(ctx)
	s.health.note(err)
	if kindOf(err) == kindUnwritable {
		return Unwritable{s.engine.unwritable(), err}
	}
	if err == nil {
		s.health.unwritable.Store(nil)
	}
	return nil
}

// rewriteClock commits the clock row as it was. SQLite writes no page to which nothing was changed, so it
// is moved on and back.
func (s *Store) rewriteClock(ctx context.Context) error {
	conn, err := take(ctx, s.writer)
	if err != nil {
		return err
	}
	defer func() { s.writer <- conn }()
	if err := conn.begin(ctx, true); err != nil {
		return err
	}
	for _, statement := range append(s.engine.light(), "UPDATE clock SET at = at + 1", "UPDATE clock SET at = at - 1") {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			conn.rollback()
			return err
		}
	}
	_, err = conn.commit(ctx)
	return err
}

// damagedFault is the refusal of a transaction for damage.
func damagedFault(cause error) error {
	return unavailable(cause,
		"数据库已损坏，为保护数据已停止写入。请立即告知管理员。",
		"The database is damaged; writing has stopped to protect what is there. Tell the administrator at once.")
}

// unwritableFault is the refusal of a transaction that the storage fails, of a write mostly.
func unwritableFault(cause error) error {
	return unavailable(cause,
		"数据库的文件或磁盘出错，现在不能写入，本次未作任何更改。请告知管理员检查数据文件的权限和所在磁盘。",
		"The database's file or disk fails: it cannot be written now, and nothing was changed. Tell the administrator to look at the file's permissions and its disk.")
}

// kindOf sorts an error of any engine, also one that has become a fault.
func kindOf(err error) errorKind {
	if err == nil || errors.Is(err, errNoSession) {
		return kindOther
	}
	if errors.Is(err, errNoClock) {
		return kindDamaged
	}
	if kind := sqliteKind(err); kind != kindOther {
		return kind
	}
	return postgresKind(err)
}
