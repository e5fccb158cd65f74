package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"context"
	"testing"
	"time"
)

const hour = period.Instant(time.Hour / time.Microsecond)

// credentialed gives a store an account with one token of the hash "h".
func credentialed(t *testing.T, s *Store) (a account.Account, tok account.Token) {
	t.Helper()
	a = account.Account{ID: "a1", Username: "li.wei", DisplayName: "李薇", Role: access.Clerk, Area: "330109001", CreatedAt: 1}
	tok = account.Token{ID: "t1", Account: "a1", Area: "330109001", Name: "test", Hash: "h", ExpiresAt: period.Never, CreatedAt: 1}
	update(t, s, func(w *Writer) error {
		if err := w.SaveAccount(&a, audit.Change{Action: "account.create"}); err != nil {
			return err
		}
		return w.SaveToken(&tok, audit.Change{Action: "token.create"})
	})
	return a, tok
}

// A token's use is noted at most hourly, without an event and without making what is cached old.
func TestTouchToken(t *testing.T) {
	at := now
	s := openTest(t)
	s.options.Clock = func() time.Time { return at }
	credentialed(t, s)
	var events int64
	var accountsAt period.Instant
	view(t, s, func(r *Reader) error {
		accountsAt = r.accountsAt
		return r.row("SELECT count(*) FROM audit_events").Scan(&events)
	})
	var last *period.Instant
	for _, step := range []struct {
		later time.Duration
		moves bool
	}{{0, true}, {time.Minute, false}, {58 * time.Minute, false}, {2 * time.Minute, true}, {59 * time.Minute, false}, {time.Minute, true}} {
		at = at.Add(step.later)
		update(t, s, func(w *Writer) error {
			tok, _, err := w.TokenByHash("h")
			if err != nil {
				return err
			}
			return w.TouchToken(tok)
		})
		view(t, s, func(r *Reader) error {
			tok, _, err := r.TokenByHash("h")
			if err != nil {
				return err
			}
			if moved := tok.LastUsedAt != nil && (last == nil || *tok.LastUsedAt != *last); moved != step.moves {
				t.Errorf("after %v the last use moved: %v, want %v", step.later, moved, step.moves)
			}
			last = tok.LastUsedAt
			return nil
		})
	}
	view(t, s, func(r *Reader) error {
		var n int64
		if err := r.row("SELECT count(*) FROM audit_events").Scan(&n); err != nil || n != events || r.accountsAt != accountsAt {
			t.Errorf("%d events, %v, caches of %d; want %d, and of %d", n, err, r.accountsAt, events, accountsAt)
		}
		return nil
	})
}

// Who reads while a token's use is being noted caches what still stands; it is forgotten after the
// commit, not before.
func TestCredentialIsForgottenAfterTheCommit(t *testing.T) {
	s := openTest(t)
	credentialed(t, s)
	var noted period.Instant
	update(t, s, func(w *Writer) error {
		tok, _, err := w.TokenByHash("h")
		if err != nil {
			return err
		}
		noted = w.Now()
		if err := w.TouchToken(tok); err != nil {
			return err
		}
		view(t, s, func(r *Reader) error { // another request meanwhile
			tok, _, err := r.TokenByHash("h")
			if err == nil && tok.LastUsedAt != nil {
				t.Errorf("last used at %d before the commit", *tok.LastUsedAt)
			}
			return err
		})
		return nil
	})
	view(t, s, func(r *Reader) error {
		tok, _, err := r.TokenByHash("h")
		if err == nil && (tok.LastUsedAt == nil || *tok.LastUsedAt != noted) {
			t.Errorf("last used at %v after the commit, want %d", tok.LastUsedAt, noted)
		}
		return err
	})
}

// What a transaction itself has changed it sees, others see when it is committed, and never when it
// is rolled back.
func TestCachedAccountsFollowEveryChange(t *testing.T) {
	s := openTest(t)
	a, tok := credentialed(t, s)
	read := func(r *Reader) (bool, bool) {
		t.Helper()
		got, owner, err := r.TokenByHash("h")
		if err != nil {
			t.Fatal(err)
		}
		same, err := r.Account("a1")
		if err != nil || same.Disabled != owner.Disabled {
			t.Errorf("%+v and %+v, %v", same, owner, err)
		}
		return owner.Disabled, got.RevokedAt != nil
	}
	expect := func(disabled, revoked bool) {
		t.Helper()
		view(t, s, func(r *Reader) error {
			if d, v := read(r); d != disabled || v != revoked {
				t.Errorf("disabled %v, revoked %v; want %v, %v", d, v, disabled, revoked)
			}
			return nil
		})
	}
	expect(false, false)
	refused := fault.New(fault.WrongState, "否", "no")
	err := s.Update(context.Background(), By{Actor: access.Operator}, func(w *Writer) error {
		b := a
		b.Disabled = true
		if err := w.SaveAccount(&b, audit.Change{Action: "account.edit"}); err != nil {
			return err
		}
		if d, _ := read(&w.Reader); !d {
			t.Error("a transaction does not see what it changed")
		}
		return refused
	})
	if !fault.Is(err, fault.WrongState) {
		t.Fatal(err)
	}
	expect(false, false)
	update(t, s, func(w *Writer) error {
		a.Disabled = true
		return w.SaveAccount(&a, audit.Change{Action: "account.edit"})
	})
	expect(true, false)
	update(t, s, func(w *Writer) error {
		at := w.Now()
		tok.RevokedAt = &at
		return w.SaveToken(&tok, audit.Change{Action: "token.revoke"})
	})
	expect(true, true)
	view(t, s, func(r *Reader) error {
		if _, _, err := r.TokenByHash("other"); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown hash: %v", err)
		}
		if list, err := r.Tokens("a1", r.Now(), "", 0); err != nil || len(list) != 0 {
			t.Errorf("revoked tokens are listed: %v, %v", list, err)
		}
		return nil
	})
}

// Usernames and hashes are unique whoever writes them.
func TestAccountsAreUnique(t *testing.T) {
	s := openTest(t)
	credentialed(t, s)
	for name, do := range map[string]func(w *Writer) error{
		"username": func(w *Writer) error {
			return w.SaveAccount(&account.Account{ID: "a2", Username: "li.wei", Role: access.Clerk, Area: "330109002", CreatedAt: 1}, audit.Change{Action: "account.create"})
		},
		"hash": func(w *Writer) error {
			return w.SaveToken(&account.Token{ID: "t2", Account: "a1", Area: "330109001", Hash: "h", ExpiresAt: hour, CreatedAt: 1}, audit.Change{Action: "token.create"})
		},
	} {
		if err := s.Update(context.Background(), By{Actor: access.Operator}, do); !fault.Is(err, fault.AlreadyExists) {
			t.Errorf("%s: %v, want already_exists", name, err)
		}
	}
}
