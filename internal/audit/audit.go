// Package audit holds the log of changes: one event a changed row, chained by hash within a
// district, and what a write must say of itself.
package audit

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
)

// Change says what is being done to a row, for its event.
type Change struct {
	Action string  // e.g. "coverage.submit"
	Reason *string // what the actor gave as reason, if anything
}

// Subject is a stored row as the audit log names it.
type Subject interface {
	// AuditSubject returns the row's name, e.g. "coverage/2026-Q3/330109001/1", and the area it
	// belongs to, which must never change: the area's district is the chain.
	AuditSubject() (name string, at area.Code)
}

// Event is one changed row. It is the stored row of audit_events.
type Event struct {
	Chain        area.Code      `gorm:"primaryKey"`
	Sequence     int64          `gorm:"primaryKey;autoIncrement:false"` // 1, 2, 3 … in its chain
	At           period.Instant // the stamp of the transaction
	Account      string
	Action       string
	Area         area.Code
	Subject      string
	Before       string // JSON object: changed column → its text before, or null
	After        string // the same columns after
	Reason       *string
	RequestID    string
	PreviousHash string // hash of the event before it in the chain; "" for the first
	Hash         string
}

// TableName is gorm's.
func (Event) TableName() string { return "audit_events" }

// Digest returns the hash that the event must carry: SHA-256, in hexadecimal, over the JSON array
// of its other columns in their order, numbers as text.
func (e Event) Digest() string {
	row, err := json.Marshal([]any{
		e.Chain, strconv.FormatInt(e.Sequence, 10), strconv.FormatInt(int64(e.At), 10), e.Account, e.Action,
		e.Area, e.Subject, e.Before, e.After, e.Reason, e.RequestID, e.PreviousHash,
	})
	if err != nil {
		panic(err) // strings and nil only
	}
	sum := sha256.Sum256(row)
	return hex.EncodeToString(sum[:])
}

// Precondition is what a request says of the version it means to change.
type Precondition struct {
	Match   []period.Instant // If-Match; versions that cannot be read are given as -1
	Any     bool             // If-Match: *
	MustNot bool             // If-None-Match: *
}

func (p Precondition) given() bool { return p.Any || len(p.Match) > 0 }

// Existing checks the precondition against a resource at version v.
// It fails with PreconditionRequired or Stale.
func (p Precondition) Existing(v period.Instant) error {
	switch {
	case p.MustNot:
		return stale(v, "资源已存在，而 If-None-Match: * 要求它不存在。请先读取它，再带 If-Match 修改。", "The resource exists, but If-None-Match: * asks that it does not. Read it and send If-Match.")
	case !p.given():
		return fault.New(fault.PreconditionRequired, "修改已有内容须带 If-Match 请求头，值为读取时得到的 etag，加双引号。", "Changing an existing resource needs If-Match with the etag that was read, in double quotes.")
	}
	return p.Inherited(v)
}

// Inherited checks the precondition against a value that is inherited or a default, at version v
// (0 for a default): it may be named or not. It fails with Stale.
func (p Precondition) Inherited(v period.Instant) error {
	if p.Any || !p.given() {
		return nil
	}
	for _, m := range p.Match {
		if m == v {
			return nil
		}
	}
	return stale(v, "内容在您读取之后已被改动，请刷新后再改。（由程序调用的，If-Match 须为最新的 etag，加双引号。）", "The resource has changed since you read it. Read it again; If-Match takes its newest etag, in double quotes.")
}

// Absent checks the precondition against a resource that does not exist. It fails with Stale.
func (p Precondition) Absent() error {
	if p.given() {
		return fault.New(fault.Stale, "内容已不存在（可能已被放弃）。请重新读取。", "The resource does not exist any more. Read it again.")
	}
	return nil
}

// stale refuses a precondition and says the version that there is.
func stale(v period.Instant, zh, en string) error {
	e := fault.New(fault.Stale, zh, en)
	e.ETag = strconv.FormatInt(int64(v), 10)
	return e
}
