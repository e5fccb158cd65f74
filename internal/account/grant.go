package account

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/text"
	"time"
)

const day = period.Instant(24 * time.Hour / time.Microsecond)

// How long tokens are good.
const (
	MaxTokenDays    = 366                                               // the furthest expiry of a token
	SessionDuration = period.Instant(12 * time.Hour / time.Microsecond) // of a log-in
	firstTokenDays  = 90                                                // of the first administrator's
)

// ListTokens returns the good tokens of an account of the actor's area, from the one after the given
// id. It fails with NotFound and Forbidden.
func ListTokens(tx Reader, id, after string, limit int) ([]Token, error) {
	if _, err := load(tx, access.ReadAccounts, id); err != nil {
		return nil, err
	}
	return tx.Tokens(id, tx.Now(), after, limit)
}

// TokenInput is a new token. Hash is NewSecret's.
type TokenInput struct {
	Name      string
	ExpiresAt period.Instant
	Hash      string
}

// CreateToken gives an account of the actor's area a token. The event names who did.
// It fails with NotFound, Forbidden, WrongState (the account is disabled) and RuleViolation.
func CreateToken(tx Writer, id string, in TokenInput) (Token, error) {
	a, err := load(tx, access.WriteAccounts, id)
	if err != nil {
		return Token{}, err
	}
	if a.Disabled {
		return Token{}, fault.New(fault.WrongState, "账号“%s”已停用，不能签发令牌。请先启用账号。", "The account %s is disabled; enable it before giving it a token.", a.Username)
	}
	t := Token{ID: tx.NewID(), Account: a.ID, Area: a.Area, Name: text.Trim(in.Name), Hash: in.Hash, ExpiresAt: in.ExpiresAt, CreatedAt: tx.Now()}
	found := checkLabel("/name", t.Name)
	if t.Name == ReservedSession {
		found = append(found, fault.Mistake("name", "/name",
			fault.Textf("名称“%s”留给登录会话使用。", "The name %q is kept for log-in sessions.", ReservedSession),
			fault.Text{ZH: "请换一个能说明用途的名称，如“数据对接”。", EN: "Give a name that says what the token is for."}))
	}
	latest := tx.Now() + MaxTokenDays*day
	if t.ExpiresAt <= tx.Now() || t.ExpiresAt > latest {
		found = append(found, fault.Mistake("expires_at", "/expires_at",
			fault.Textf("到期时间须在现在之后、%d 天之内。", "The expiry must lie ahead, by %d days at most.", MaxTokenDays),
			fault.Textf("请填写不晚于 %s 的时间。", "Give %s at the latest.", latest.Time().Format(time.RFC3339))))
	}
	if len(found) > 0 {
		return Token{}, fault.Rules(found)
	}
	return t, tx.SaveToken(&t, audit.Change{Action: "token.create"})
}

// RevokeToken ends a token of an account of the actor's area at once.
// It fails with Forbidden, and with NotFound also when the token was revoked before.
func RevokeToken(tx Writer, id string) error {
	if err := access.CheckRole(tx.Actor(), access.WriteAccounts); err != nil {
		return err
	}
	t, err := tx.Token(id)
	if err != nil {
		return err
	}
	if t.RevokedAt != nil || access.Check(tx.Actor(), access.WriteAccounts, t.Area) != nil {
		return fault.Missing(fault.Text{ZH: "该令牌", EN: "The token"})
	}
	return revoke(tx, t, "token.revoke")
}

func revoke(tx Writer, t Token, action string) error {
	now := tx.Now()
	t.RevokedAt = &now
	return tx.SaveToken(&t, audit.Change{Action: action})
}

// Bootstrap makes the first account of a registry that has none: an administrator of the root area,
// with a token of the given hash. It reports false, and does nothing, when there are accounts.
func Bootstrap(tx Writer, root area.Code, hash string) (Account, bool, error) {
	n, err := tx.CountAccounts(Filter{Within: area.Nation})
	if err != nil || n > 0 {
		return Account{}, false, err
	}
	a := Account{ID: tx.NewID(), Username: "admin", DisplayName: "系统管理员", Role: access.Admin, Area: root, CreatedAt: tx.Now()}
	if err := tx.SaveAccount(&a, audit.Change{Action: "account.create"}); err != nil {
		return Account{}, false, err
	}
	t := Token{ID: tx.NewID(), Account: a.ID, Area: a.Area, Name: "first", Hash: hash, ExpiresAt: tx.Now() + firstTokenDays*day, CreatedAt: tx.Now()}
	return a, true, tx.SaveToken(&t, audit.Change{Action: "token.create"})
}
