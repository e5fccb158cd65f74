package store

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"database/sql"
	"errors"
	"time"
)

// Answers are remembered for so long, per account and Idempotency-Key.
const rememberFor = period.Instant(48 * time.Hour / time.Microsecond)

// maxForgotten bounds the old answers that one write forgets.
const maxForgotten = 100

// Remembrance is an answer as it was given first.
type Remembrance struct {
	Status  int
	Headers string // JSON object
	Body    []byte
}

// Remembered returns what the actor's key was answered within the last 48 hours; nil when nothing.
// It fails with IdempotencyMismatch when the key was given with another request.
func (r *Reader) Remembered(key, request string) (*Remembrance, error) {
	var m Remembrance
	var first string
	err := r.row("SELECT request, status, headers, body FROM idempotency_keys WHERE account = ? AND key = ? AND at > ?", r.actor.ID, key, r.now-rememberFor).
		Scan(&first, &m.Status, &m.Headers, &m.Body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	case first != request:
		return nil, fault.New(fault.IdempotencyMismatch,
			"这个幂等键在 48 小时内已用于另一请求，本次未执行。请为新的请求换一个键。",
			"This idempotency key was used for another request within 48 hours; nothing was done. Use a new key for a new request.")
	}
	return &m, nil
}

// Remember keeps the answer under the actor's key and forgets some that are older than 48 hours.
func (w *Writer) Remember(key, request string, m Remembrance) error {
	if m.Body == nil {
		m.Body = []byte{}
	}
	_, err := w.exec(`INSERT INTO idempotency_keys (account, key, request, status, headers, body, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (account, key) DO UPDATE SET request = excluded.request, status = excluded.status, headers = excluded.headers, body = excluded.body, at = excluded.at`,
		w.actor.ID, key, request, m.Status, m.Headers, m.Body, w.now)
	if err != nil {
		return err
	}
	_, err = w.exec("DELETE FROM idempotency_keys WHERE (account, key) IN (SELECT account, key FROM idempotency_keys WHERE at <= ? ORDER BY at LIMIT ?)",
		w.now-rememberFor, maxForgotten)
	return err
}
