package store

import (
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
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

// AccountNames returns what an account has been called, as its own events tell. It fails with NotFound.
func (r *Reader) AccountNames(id string) (account.Names, error) {
	return r.store.caches.names.get(r.accountsAt, r.accountsChanged, id, func() (account.Names, error) {
		var events []audit.Event
		err := r.each(func(scan func(...any) error) error {
			e, err := scanEvent(scan)
			events = append(events, e)
			return err
		}, "SELECT "+eventColumns+" FROM audit_events WHERE subject = ? ORDER BY at, chain, sequence", "accounts/"+id)
		if err != nil {
			return nil, err
		}
		names, err := account.NamesOf(events)
		if err == nil && len(names) == 0 {
			err = missingAccount()
		}
		return names, err
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

// PlacesAround returns the area, all above it, and what lies one level below its district.
func (r *Reader) PlacesAround(at area.Code) (out []account.Place, err error) {
	for _, code := range at.Upward() {
		switch a, err := r.Area(code); {
		case err == nil:
			out = append(out, account.Place{Code: code, Name: a.Name})
		case !fault.Is(err, fault.NotFound):
			return nil, err
		}
	}
	below, err := r.Areas(catalog.Filter{Parent: at.District(), Limit: 200})
	for _, a := range below {
		out = append(out, account.Place{Code: a.Code, Name: a.Name})
	}
	return out, err
}

func (r *Reader) accountsWhere(f account.Filter) (string, []any) {
	from, to := f.Within.Range()
	where, args := " FROM accounts a WHERE a.area >= ? AND a.area < ?", []any{from, to}
	if f.Role != "" {
		where, args = where+" AND a.role = ?", append(args, string(f.Role))
	}
	if f.Text != "" {
		where, args = where+" AND "+r.store.engine.contains("a.text"), append(args, f.Text)
	}
	return where, args
}

// Accounts lists accounts by username.
func (r *Reader) Accounts(f account.Filter) ([]account.Account, error) {
	query, args := r.accountsWhere(f)
	order, compare := " ORDER BY a.username", " AND a.username > ?"
	if f.Descending {
		order, compare = " ORDER BY a.username DESC", " AND a.username < ?"
	}
	if f.After != "" {
		query, args = query+compare, append(args, f.After)
	}
	if query += order; f.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, f.Limit)
	}
	var out []account.Account
	err := r.each(func(scan func(...any) error) error {
		var a account.Account
		err := scan(accountFields(&a)...)
		out = append(out, a)
		return err
	}, "SELECT "+accountColumns+query, args...)
	return out, err
}

// CountAccounts counts what Accounts would list without After and Limit.
func (r *Reader) CountAccounts(f account.Filter) (n int64, err error) {
	query, args := r.accountsWhere(f)
	err = r.row("SELECT count(*)"+query, args...).Scan(&n)
	return n, err
}

// SaveAccount writes an account and its event.
func (w *Writer) SaveAccount(a *account.Account, c audit.Change) error {
	a.Text = a.SearchText()
	return save(w, c, a)
}
