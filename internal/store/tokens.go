package store

import (
	"brandregistry/internal/account"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"database/sql"
	"errors"
	"math"
)

// credential is what a request is authenticated by.
type credential struct {
	token account.Token
	owner account.Account
}

const tokenColumns = "t.id, t.account, a.area, t.name, t.hash, t.expires_at, t.revoked_at, t.last_used_at, t.created_at, t.version"

func scanToken(scan func(...any) error, more ...any) (t account.Token, err error) {
	err = scan(append([]any{&t.ID, &t.Account, &t.Area, &t.Name, &t.Hash, &t.ExpiresAt, &t.RevokedAt, &t.LastUsedAt, &t.CreatedAt, &t.Version}, more...)...)
	return t, err
}

func missingToken() error { return fault.Missing(fault.Text{ZH: "该令牌", EN: "The token"}) }

// TokenByHash returns the token of the hash and its account. It fails with NotFound.
func (r *Reader) TokenByHash(hash string) (account.Token, account.Account, error) {
	c, err := r.store.caches.credentials.get(r.accountsAt, r.accountsChanged, hash, func() (c credential, err error) {
		scan := r.row("SELECT "+tokenColumns+", "+accountColumns+" FROM tokens t JOIN accounts a ON a.id = t.account WHERE t.hash = ?", hash).Scan
		c.token, err = scanToken(scan, accountFields(&c.owner)...)
		if errors.Is(err, sql.ErrNoRows) {
			err = missingToken()
		}
		return c, err
	})
	return c.token, c.owner, err
}

// Token returns a token. It fails with NotFound.
func (r *Reader) Token(id string) (account.Token, error) {
	t, err := scanToken(r.row("SELECT "+tokenColumns+" FROM tokens t JOIN accounts a ON a.id = t.account WHERE t.id = ?", id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = missingToken()
	}
	return t, err
}

const goodTokens = " FROM tokens t JOIN accounts a ON a.id = t.account WHERE t.account = ? AND t.revoked_at IS NULL AND t.expires_at > ?"

// Tokens lists an account's tokens that are good at the instant, by id, from the one after the given
// id; limit 0: all.
func (r *Reader) Tokens(accountID string, at period.Instant, after string, limit int) ([]account.Token, error) {
	if limit == 0 {
		limit = math.MaxInt
	}
	var out []account.Token
	err := r.each(func(scan func(...any) error) error {
		t, err := scanToken(scan)
		out = append(out, t)
		return err
	}, "SELECT "+tokenColumns+goodTokens+" AND t.id > ? ORDER BY t.id LIMIT ?", accountID, at, after, limit)
	return out, err
}

// CountTokens counts what Tokens lists.
func (r *Reader) CountTokens(accountID string, at period.Instant) (n int64, err error) {
	err = r.row("SELECT count(*)"+goodTokens, accountID, at).Scan(&n)
	return n, err
}

// SaveToken writes a token and its event.
func (w *Writer) SaveToken(t *account.Token, c audit.Change) error { return save(w, c, t) }

// TouchToken notes that the token was used now, when that is due. It is no change of the token: it
// has no event and leaves what is cached of other tokens alone.
func (w *Writer) TouchToken(t account.Token) error {
	if !t.TouchDue(w.now) {
		return nil
	}
	w.touched = append(w.touched, t.Hash)
	_, err := w.exec("UPDATE tokens SET last_used_at = ? WHERE id = ?", w.now, t.ID)
	return err
}
