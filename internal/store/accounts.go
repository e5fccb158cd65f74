package store

import (
	"brandregistry/internal/account"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"database/sql"
	"errors"
)

const accountColumns = "a.id, a.username, a.display_name, a.role, a.area, a.password_hash, a.disabled, a.created_at, a.version"

func accountFields(a *account.Account) []any {
	return []any{&a.ID, &a.Username, &a.DisplayName, &a.Role, &a.Area, &a.PasswordHash, &a.Disabled, &a.CreatedAt, &a.Version}
}

func missingAccount() error { return fault.Missing(fault.Text{ZH: "该账号", EN: "The account"}) }

// Account returns an account. It fails with NotFound.
func (r *Reader) Account(id string) (account.Account, error) {
	return r.store.caches.accounts.get(r.accountsAt, r.accountsChanged, id, func() (a account.Account, err error) {
		err = r.row("SELECT "+accountColumns+" FROM accounts a WHERE a.id = ?", id).Scan(accountFields(&a)...)
		if errors.Is(err, sql.ErrNoRows) {
			err = missingAccount()
		}
		return a, err
	})
}

// AccountByUsername returns an account. It fails with NotFound.
func (r *Reader) AccountByUsername(name string) (a account.Account, err error) {
	err = r.row("SELECT "+accountColumns+" FROM accounts a WHERE a.username = ?", name).Scan(accountFields(&a)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = missingAccount()
	}
	return a, err
}

// SaveAccount writes an account and its event.
func (w *Writer) SaveAccount(a *account.Account, c audit.Change) error { return save(w, c, a) }
