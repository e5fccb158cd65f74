package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/period"
	"strings"
)

const eventColumns = "chain, sequence, at, account, action, area, subject, before, after, reason, request_id, previous_hash, hash"

func scanEvent(scan func(...any) error) (e audit.Event, err error) {
	err = scan(&e.Chain, &e.Sequence, &e.At, &e.Account, &e.Action, &e.Area, &e.Subject, &e.Before, &e.After, &e.Reason, &e.RequestID, &e.PreviousHash, &e.Hash)
	return e, err
}

// AuditPlace is where an event stands in the order of all: by stamp, then chain, then sequence.
type AuditPlace struct {
	At       period.Instant
	Chain    area.Code
	Sequence int64
}

// AuditFilter says which events are listed.
type AuditFilter struct {
	Within    area.Code       // of this area and all below
	Account   string          // whose changes; "": anybody's
	Subject   string          // of one thing, "coverage/2026-Q3/330109001/1"; "": of any
	Since     *period.Instant // from this instant on; nil: open
	Until     *period.Instant // before this instant; nil: open
	After     *AuditPlace     // the event that the listing continues after; nil: from the start
	Ascending bool            // oldest first, else newest first
	Limit     int             // at most so many
}

// AuditEvents lists events.
func (r *Reader) AuditEvents(f AuditFilter) (out []audit.Event, err error) {
	where, args := f.where()
	order, beyond := " ORDER BY at DESC, chain DESC, sequence DESC", "<"
	if f.Ascending {
		order, beyond = " ORDER BY at, chain, sequence", ">"
	}
	place := "(at, chain, sequence) " + beyond + " (?, ?, ?)"
	if f.oneChain() { // stamps rise with the sequence, so its order is the same and the key has it
		order = strings.NewReplacer("at DESC, chain DESC, ", "", "at, chain, ", "").Replace(order)
		place = "sequence " + beyond + " ?"
	}
	if f.After != nil {
		where += " AND " + place
		if !f.oneChain() {
			args = append(args, f.After.At, string(f.After.Chain))
		}
		args = append(args, f.After.Sequence)
	}
	err = r.each(func(scan func(...any) error) error {
		e, err := scanEvent(scan)
		out = append(out, e)
		return err
	}, "SELECT "+eventColumns+" FROM audit_events WHERE "+where+order+" LIMIT ?", append(args, f.Limit)...)
	return out, err
}

// CountAuditEvents counts what AuditEvents would list without After and Limit.
func (r *Reader) CountAuditEvents(f AuditFilter) (n int64, err error) {
	where, args := f.where()
	err = r.row("SELECT count(*) FROM audit_events WHERE "+where, args...).Scan(&n)
	return n, err
}

// oneChain reports whether the events are read along their chain: of a district or below, and not
// those of one account or thing, which have an index of their own.
func (f AuditFilter) oneChain() bool {
	return len(f.Within.District()) == area.LevelDistrict.Digits() && f.Account == "" && f.Subject == ""
}

func (f AuditFilter) where() (string, []any) {
	// An area of six digits or fewer holds an event just when it holds its chain, which every index has.
	// Adding nothing keeps the planner off the primary key, where what it finds would have to be sorted.
	chain := f.Within.District()
	from, to := chain.Range()
	where, args := "chain || '' >= ? AND chain || '' < ?", []any{from, to}
	if f.oneChain() {
		where, args = "chain = ?", []any{string(chain)}
	}
	if chain != f.Within {
		where, args = where+" AND area = ?", append(args, string(f.Within))
	}
	for _, part := range []struct {
		given bool
		text  string
		value any
	}{
		{f.Account != "", "account = ?", f.Account},
		{f.Subject != "", "subject = ?", f.Subject},
		{f.Since != nil, "at >= ?", f.Since},
		{f.Until != nil, "at < ?", f.Until},
	} {
		if part.given {
			where, args = where+" AND "+part.text, append(args, part.value)
		}
	}
	return where, args
}
