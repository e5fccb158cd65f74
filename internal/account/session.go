package account

import (
	"brandregistry/internal/access"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
)

// WrongPassword is the one refusal of a log-in: it does not say whether the username is unknown,
// the password wrong, or the account disabled.
func WrongPassword() error {
	return fault.New(fault.Unauthenticated, "用户名或密码不正确。", "The username or the password is wrong.")
}

// Credentials returns the account that would log in, and the hash its password is to be verified
// against (Hasher.Verify, outside the transaction); nil when none can: verifying it takes as long.
func Credentials(tx Reader, username string) (Account, *string, error) {
	a, err := tx.AccountByUsername(username)
	switch {
	case fault.Is(err, fault.NotFound):
		return Account{}, nil, nil
	case err != nil:
		return Account{}, nil, err
	case a.Disabled:
		return a, nil, nil
	}
	return a, a.PasswordHash, nil
}

// LogIn opens a session for an account whose password was verified against verified: a token of the
// given hash (NewSecret's), good for SessionDuration. It fails with Unauthenticated when the account
// was disabled, or its password changed, since.
func LogIn(tx Writer, id string, verified, hash string) (Account, Token, error) {
	a, err := tx.Account(id)
	if err != nil {
		return Account{}, Token{}, err
	}
	if a.Disabled || a.PasswordHash == nil || *a.PasswordHash != verified {
		return Account{}, Token{}, WrongPassword()
	}
	t := Token{ID: tx.NewID(), Account: a.ID, Area: a.Area, Name: ReservedSession, Hash: hash, ExpiresAt: tx.Now() + SessionDuration, CreatedAt: tx.Now()}
	return a, t, tx.SaveToken(&t, audit.Change{Action: "session.create"})
}

// LogOut revokes the token that the request was made with.
func LogOut(tx Writer, current Token) error {
	if err := access.CheckRole(tx.Actor(), access.UseSession); err != nil {
		return err
	}
	t, err := tx.Token(current.ID)
	if err != nil {
		return err
	}
	return revoke(tx, t, "session.delete")
}

// ChangePassword gives the actor itself a new password, the old one having been verified against
// verified, and ends its other log-in sessions, but for the token of the given id. The condition may
// name the account's version or none. It fails with Stale when the password was changed since, and
// with RuleViolation.
func ChangePassword(tx Writer, current string, pre audit.Precondition, verified string, p *Password) error {
	if err := access.CheckRole(tx.Actor(), access.UseSession); err != nil {
		return err
	}
	a, err := tx.Account(tx.Actor().ID)
	if err != nil {
		return err
	}
	if err := pre.Inherited(a.Version); err != nil {
		return err
	}
	if a.PasswordHash == nil || *a.PasswordHash != verified {
		return fault.New(fault.Stale, "密码刚刚被改过。请用新密码重新登录。", "The password was changed just now. Log in with the new one.")
	}
	if found := p.violations("/new_password"); len(found) > 0 {
		return fault.Rules(found)
	}
	a.PasswordHash = &p.hash
	if err := tx.SaveAccount(&a, audit.Change{Action: "account.password"}); err != nil {
		return err
	}
	return revokeTokens(tx, a.ID, sessions, current)
}

// ending says which tokens of an account end.
type ending int

const (
	none     ending = iota
	sessions        // those made by logging in
	all
)

// revokeTokens ends tokens of an account, but for the one of the given id.
func revokeTokens(tx Writer, id string, which ending, except string) error {
	if which == none {
		return nil
	}
	tokens, err := tx.Tokens(id, tx.Now(), "", 0)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if t.ID == except || (which == sessions && t.Name != ReservedSession) {
			continue
		}
		if err := revoke(tx, t, "token.revoke"); err != nil {
			return err
		}
	}
	return nil
}

// WrongCurrentPassword is the refusal of a change of password.
func WrongCurrentPassword() error {
	return fault.Rules([]fault.Violation{fault.Mistake("current_password", "/current_password",
		fault.Text{ZH: "当前密码不正确。", EN: "The current password is wrong."},
		fault.Text{ZH: "请重新输入；忘记密码请联系管理员重设。", EN: "Type it again; if it is forgotten, an administrator can set a new one."})})
}
