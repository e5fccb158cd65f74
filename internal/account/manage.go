package account

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/text"
)

// Reader is what reading accounts needs of a transaction.
type Reader interface {
	Actor() access.Actor
	Now() period.Instant
	// AreaExists fails with NotFound when the catalogue does not hold the area.
	AreaExists(code area.Code) error
	// PlacesAround returns the area, all above it, and what lies one level below its district (below
	// the area itself when it is no part of one), as far as the catalogue holds them.
	PlacesAround(at area.Code) ([]Place, error)
	// Account returns an account. It fails with NotFound.
	Account(id string) (Account, error)
	// AccountByUsername returns an account. It fails with NotFound.
	AccountByUsername(name string) (Account, error)
	// Accounts lists accounts by username.
	Accounts(f Filter) ([]Account, error)
	// CountAccounts counts what Accounts would list without After and Limit.
	CountAccounts(f Filter) (int64, error)
	// TokenByHash returns a token and its account. It fails with NotFound.
	TokenByHash(hash string) (Token, Account, error)
	// Token returns a token. It fails with NotFound.
	Token(id string) (Token, error)
	// Tokens lists an account's tokens that are good at the instant, by id; limit 0: all.
	Tokens(account string, at period.Instant, after string, limit int) ([]Token, error)
	// CountTokens counts what Tokens would list.
	CountTokens(account string, at period.Instant) (int64, error)
}

// Writer also writes accounts and tokens.
type Writer interface {
	Reader
	NewID() string
	// SaveAccount writes an account and its event.
	SaveAccount(a *Account, c audit.Change) error
	// SaveToken writes a token and its event.
	SaveToken(t *Token, c audit.Change) error
}

// Filter says which accounts are listed.
type Filter struct {
	Within     area.Code   // of this area and all below
	Role       access.Role // "": any
	Text       string      // a part of the username or the display name, as text.Searchable makes it; "": any
	After      string      // the username that the listing continues after; "": from the start
	Descending bool        // from the last username to the first
	Limit      int         // at most so many; 0: all
}

// ReservedSession is the name of the tokens made by logging in; no other token may have it.
const ReservedSession = "session"

// Get returns an account of the actor's area. It fails with NotFound and Forbidden.
func Get(tx Reader, id string) (Account, error) { return load(tx, access.ReadAccounts, id) }

// load returns an account in whose area the actor may do the action.
func load(tx Reader, action access.Action, id string) (Account, error) {
	if err := access.CheckRole(tx.Actor(), action); err != nil {
		return Account{}, err
	}
	a, err := tx.Account(id)
	if err != nil {
		return Account{}, err
	}
	if err := access.Check(tx.Actor(), action, a.Area); err != nil {
		return Account{}, missing()
	}
	return a, nil
}

// missing is the refusal of an account that does not exist or is out of sight: the same for both.
func missing() error { return fault.Missing(fault.Text{ZH: "该账号", EN: "The account"}) }

// List returns the accounts of the filter. It fails with Forbidden, and as access.CheckList does.
func List(tx Reader, f Filter) ([]Account, error) {
	if err := access.CheckList(tx, access.ReadAccounts, f.Within); err != nil {
		return nil, err
	}
	return tx.Accounts(f)
}

// Count counts what List would return without After and Limit.
func Count(tx Reader, f Filter) (int64, error) {
	if err := access.CheckList(tx, access.ReadAccounts, f.Within); err != nil {
		return 0, err
	}
	return tx.CountAccounts(f)
}

// AccountAction is what may be done to an account.
// 对账号可作的操作
type AccountAction string

// The actions.
const (
	EditAccount AccountAction = "edit"         // 修改
	MintToken   AccountAction = "create_token" // 签发令牌
)

// Actions lists what the actor may do to the account now.
func Actions(who access.Actor, a Account) []AccountAction {
	switch {
	case access.Check(who, access.WriteAccounts, a.Area) != nil:
		return nil
	case a.Disabled:
		return []AccountAction{EditAccount}
	}
	return []AccountAction{EditAccount, MintToken}
}

// Input is a new account.
type Input struct {
	Username    string
	DisplayName string
	Role        access.Role
	Area        area.Code
	Password    *Password // nil: it cannot log in, and is used by tokens
}

// Create makes an account in the actor's area.
// It fails with NotFound, Forbidden, AlreadyExists and RuleViolation.
func Create(tx Writer, in Input) (Account, error) {
	if err := access.Check(tx.Actor(), access.WriteAccounts, in.Area); err != nil {
		return Account{}, err
	}
	return create(tx, in)
}

func create(tx Writer, in Input) (Account, error) {
	switch _, err := tx.AccountByUsername(in.Username); {
	case err == nil:
		e := fault.New(fault.AlreadyExists, "用户名“%s”已被使用，请换一个。", "The username %q is taken; choose another.", in.Username)
		return Account{}, e
	case !fault.Is(err, fault.NotFound):
		return Account{}, err
	}
	a := Account{ID: tx.NewID(), Username: in.Username, DisplayName: text.Trim(in.DisplayName), Role: in.Role, Area: in.Area, CreatedAt: tx.Now()}
	found := append(checkUsername(a.Username), checkLabel("/display_name", a.DisplayName)...)
	found = append(found, checkRole(a.Role)...)
	if in.Password != nil {
		found = append(found, in.Password.violations("/password")...)
		a.PasswordHash = &in.Password.hash
	}
	if a.Area != tx.Actor().Area {
		if err := tx.AreaExists(a.Area); fault.Is(err, fault.NotFound) {
			found = append(found, fault.Mistake("area_unknown", "/area_code",
				fault.Textf("区划 %s 尚未登记。", "The area %s is not in the catalogue.", a.Area),
				fault.Text{ZH: "请核对代码，或先登记该区划。", EN: "Check the code, or add the area first."}))
		} else if err != nil {
			return Account{}, err
		}
	}
	if len(found) > 0 {
		return Account{}, fault.Rules(found)
	}
	return a, tx.SaveAccount(&a, audit.Change{Action: "account.create"})
}

// Patch is a change of an account; nil leaves a field as it is. The area is never changed: an
// account's audit chain is its area's. Who moves to another office gets a new account.
type Patch struct {
	DisplayName *string
	Role        *access.Role
	Disabled    *bool     // ends the account's tokens, log-in sessions too: enabling does not bring them back
	Password    *Password // set by an administrator: ends the account's log-in sessions
}

// Edit changes an account. Nobody disables itself or changes its own role: another administrator
// does, so that one always remains. Disabling ends the account's tokens for good; a change of role
// leaves them, with the new role's permissions.
// It fails with NotFound, Forbidden, PreconditionRequired, Stale, WrongState and RuleViolation.
func Edit(tx Writer, id string, pre audit.Precondition, in Patch) (Account, error) {
	a, err := load(tx, access.WriteAccounts, id)
	if err != nil {
		return Account{}, err
	}
	if err := pre.Existing(a.Version); err != nil {
		return Account{}, err
	}
	if id == tx.Actor().ID && ((in.Disabled != nil && *in.Disabled) || (in.Role != nil && *in.Role != a.Role)) {
		return Account{}, fault.New(fault.WrongState, "不能停用自己的账号，也不能更改自己的角色。请由另一位管理员操作。", "You can neither disable your own account nor change its role. Ask another administrator.")
	}
	var found []fault.Violation
	change := audit.Change{Action: "account.edit"}
	if in.DisplayName != nil {
		a.DisplayName = text.Trim(*in.DisplayName)
		found = append(found, checkLabel("/display_name", a.DisplayName)...)
	}
	if in.Role != nil {
		a.Role = *in.Role
		found = append(found, checkRole(a.Role)...)
	}
	ends := none
	if in.Disabled != nil {
		if a.Disabled || *in.Disabled { // enabling too: an older program left them as they were
			ends = all
		}
		a.Disabled = *in.Disabled
	}
	if in.Password != nil {
		found = append(found, in.Password.violations("/password")...)
		a.PasswordHash, change.Action = &in.Password.hash, "account.password"
		ends = max(ends, sessions)
	}
	if len(found) > 0 {
		return Account{}, fault.Rules(found)
	}
	if err := tx.SaveAccount(&a, change); err != nil {
		return Account{}, err
	}
	return a, revokeTokens(tx, a.ID, ends, "")
}
