package store

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"context"
	"errors"
	"fmt"
	"time"
)

// clockTolerance is how far the newest stamp may be ahead of the machine's clock. Clocks that are kept
// by NTP differ by less, also those of several replicas.
const clockTolerance = period.Instant(5 * time.Minute / time.Microsecond)

// errNoClock is the error of a registry whose clock row is gone: damage that SQLite does not see.
var errNoClock = errors.New("clock 表是空的 (the clock row is missing)")

// ClockAhead is the error of a registry whose newest stamp lies ahead of the machine's clock by more
// than the tolerance: the machine's date is wrong, or was when that stamp was written. Nothing is
// written then, for it would bear a stamp of the future, too.
type ClockAhead struct {
	Stamp   time.Time // the newest in the registry
	Machine time.Time // what the machine's clock shows
}

func (e ClockAhead) Error() string {
	return fmt.Sprintf("库中最近一次写入的时刻是 %s，本机的时钟是 %s：前者晚了 5 分钟以上，说明本机的日期现在不对，或写入时不对 (the newest stamp is more than 5 minutes ahead of this machine's clock)",
		e.Stamp.Format(time.RFC3339), e.Machine.Format(time.RFC3339))
}

// checkClock fails with ClockAhead when the stamp is too far ahead of the machine's clock.
func (s *Store) checkClock(stamp, machine period.Instant) error {
	if stamp-machine <= clockTolerance {
		return nil
	}
	return ClockAhead{stamp.Time().In(s.location()), machine.Time().In(s.location())}
}

// CheckClock fails with ClockAhead when a stamp of the registry's clock row is too far ahead of the machine's
// clock. Reads go on: their Now is the machine's time.
func (r *Reader) CheckClock() error {
	return r.store.checkClock(max(r.at, r.accountsAt, r.planAt), r.machine)
}

// moveClock begins an Update: its stamp is the machine's time, or the one after the newest.
func (w *Writer) moveClock() error {
	w.machine = period.InstantOf(w.store.options.Clock())
	const next = "CASE WHEN at < ? THEN ? WHEN at < ? THEN at + 1 ELSE at END" // there is nothing after period.Never
	err := w.readClock("UPDATE clock SET at = "+next+" RETURNING at, accounts_at, plan_at", w.machine, w.machine, period.Never)
	if err != nil {
		return err
	}
	if ahead := w.store.checkClock(max(w.at-1, w.accountsAt, w.planAt), w.machine); ahead != nil {
		return clockFault(ahead)
	}
	w.now = w.at
	return nil
}

// ResetClock moves a clock row that is too far ahead of the machine's clock back to the newest event,
// and with it what no event tells: when tokens were last used, and answers remembered. It returns the
// times it moved from and to. It fails with WrongState when the clock is not ahead, or events are, too:
// their stamps are hashed into their chains, and stay. What a running server has cached under the stamp
// it had is of no use to it any more: restart it.
func (s *Store) ResetClock(ctx context.Context) (from, to time.Time, err error) {
	err = s.again(func() (bool, error) {
		return s.update(ctx, By{}, (*Writer).lockClock, func(w *Writer) error {
			from = max(w.at, w.accountsAt, w.planAt).Time().In(s.location())
			newest, err := w.resetClock()
			to = newest.Time().In(s.location())
			return err
		})
	})
	return from, to, err
}

// lockClock begins a transaction that leaves the clock as it is.
func (w *Writer) lockClock() error {
	w.machine = period.InstantOf(w.store.options.Clock())
	return w.readClock("UPDATE clock SET at = at RETURNING at, accounts_at, plan_at")
}

func (w *Writer) resetClock() (newest period.Instant, err error) {
	if w.CheckClock() == nil {
		return 0, fault.New(fault.WrongState, "登记库的时钟没有超前，不需要复位。", "The registry's clock is not ahead: there is nothing to reset.")
	}
	limit := w.machine + clockTolerance
	var events int64
	if err := w.row("SELECT coalesce(max(at), 0), coalesce(sum(CASE WHEN at > ? THEN 1 ELSE 0 END), 0) FROM audit_events", limit).Scan(&newest, &events); err != nil {
		return 0, err
	}
	if events > 0 {
		return 0, fault.New(fault.WrongState,
			"有 %d 条审计事件带着将来的时刻（最晚的是 %s），它们已经写进审计链，不能改动，因此时钟不能复位。请先运行 check 查看是哪些，再从出错之前的备份恢复；相差不大的，也可以等到那一刻，写入会自行恢复。",
			"%d audit events bear stamps of the future (the newest %s). They are part of their chains and stay, so the clock cannot be reset: restore a backup from before them, or wait until then.",
			events, newest.Time().In(w.store.location()).Format(time.RFC3339))
	}
	for _, statement := range []struct {
		text string
		args []any
	}{
		{"UPDATE tokens SET last_used_at = ? WHERE last_used_at > ?", []any{w.machine, limit}},
		{"DELETE FROM idempotency_keys WHERE at > ?", []any{limit}},
		{"UPDATE clock SET at = ?, accounts_at = CASE WHEN accounts_at > ? THEN ? ELSE accounts_at END, plan_at = CASE WHEN plan_at > ? THEN ? ELSE plan_at END",
			[]any{newest, newest, newest, newest, newest}},
	} {
		if _, err := w.exec(statement.text, statement.args...); err != nil {
			return 0, err
		}
	}
	return newest, nil
}

// location is the deployment's time zone.
func (s *Store) location() *time.Location {
	if in := s.options.Calendar.Location; in != nil {
		return in
	}
	return time.UTC
}

// clockFault is the refusal of a write for its cause, a ClockAhead.
func clockFault(cause error) error {
	f := unavailable(cause,
		"服务器的日期可能不对：库中最近一次写入的时刻比服务器当前的时间还晚 5 分钟以上。为免打乱先后次序，暂停一切写入，本次未作任何更改；查询照常。请告知管理员，按运维手册“时钟”一节处理。",
		"The server's date may be wrong: the newest stamp in the registry is more than 5 minutes ahead of its clock. Nothing is written until that is mended, and nothing was changed; reading goes on. Tell the administrator.")
	f.RetryAfter = time.Minute
	return f
}
