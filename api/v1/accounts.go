package v1

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/store"
	"brandregistry/internal/text"
	"cmp"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// Account is a person or a program that uses the registry.
// 账号
type Account struct {
	ID          string                  `json:"id" validate:"uuid" example:"01890a5d-ac96-774b-bcce-b302099a8057"` // 账号编号
	Username    string                  `json:"username" validate:"username" example:"chengxiang.clerk"`           // 用户名
	DisplayName string                  `json:"display_name" example:"城厢街道填报员"`                                    // 显示名称
	Role        access.Role             `json:"role" example:"clerk"`                                              // 角色
	AreaCode    string                  `json:"area_code" validate:"area_code" example:"330109001"`                // 所属区划代码，管辖本级及以下；不可更改
	Disabled    bool                    `json:"disabled" example:"false"`                                          // 是否停用
	CreatedAt   time.Time               `json:"created_at" example:"2026-10-08T02:00:00Z"`                         // 建立时间
	Etag        string                  `json:"etag" example:"1760000000000000"`                                   // 版本，修改时放入 If-Match
	Actions     []account.AccountAction `json:"actions" example:"edit,create_token"`                               // 当前账号可作的操作
}

// AccountInput is a new account.
// 新账号
type AccountInput struct {
	Username    string      `json:"username" title:"用户名" validate:"required,username" example:"chengxiang.clerk"`                                       // 用户名，全系统唯一
	DisplayName string      `json:"display_name" title:"显示名称" validate:"required,max=64" example:"城厢街道填报员"`                                             // 显示名称，1 至 64 个字
	Role        access.Role `json:"role" title:"角色" validate:"required,oneof=clerk reviewer reader auditor admin" example:"clerk"`                      // 角色
	AreaCode    string      `json:"area_code" title:"所属区划" validate:"required,area_code" example:"330109001"`                                           // 所属区划代码
	Password    *string     `json:"password,omitzero" title:"密码" validate:"omitempty" minLength:"12" maxLength:"128" example:"lantern-river-copper-39"` // 密码，12 至 128 个字符，不含用户名，不容易猜中；不填则只能用令牌
}

// AccountPatch is a change of an account; what is left out stays as it is.
// 账号的修改
type AccountPatch struct {
	DisplayName *string      `json:"display_name,omitzero" title:"显示名称" validate:"omitempty,max=64" example:"城厢街道填报员"`                                   // 显示名称
	Role        *access.Role `json:"role,omitzero" title:"角色" validate:"omitempty,oneof=clerk reviewer reader auditor admin" example:"reviewer"`         // 角色
	Disabled    *bool        `json:"disabled,omitzero" title:"是否停用" example:"true"`                                                                      // 是否停用，立即生效；停用即吊销该账号的全部令牌和登录会话，重新启用后须另行签发、重新登录
	Password    *string      `json:"password,omitzero" title:"密码" validate:"omitempty" minLength:"12" maxLength:"128" example:"lantern-river-copper-39"` // 重设密码，12 至 128 个字符，不含用户名，不容易猜中；该账号的登录会话随即失效，输错次数重新计算
}

type accountListQuery struct {
	Q    string      `form:"q" validate:"omitempty,max=64" example:"城厢"`                                          // 用户名或显示名称的一部分
	Role access.Role `form:"role" validate:"omitempty,oneof=clerk reviewer reader auditor admin" example:"clerk"` // 角色
	Area string      `form:"area" validate:"omitempty,area_code" example:"330109001"`                             // 该区划及以下；不填为本人所在区划
	Sort string      `form:"sort" validate:"oneof=username -username" default:"username" example:"-username"`     // 次序
	pageQuery
}

func wireAccount(r *request, a account.Account) Account {
	return Account{
		ID: a.ID, Username: a.Username, DisplayName: a.DisplayName, Role: a.Role, AreaCode: string(a.Area), Disabled: a.Disabled,
		CreatedAt: instant(a.CreatedAt), Etag: etagOf(a.Version), Actions: account.Actions(r.actor(), a),
	}
}

// locateAccount says where the account of an id lies.
func locateAccount(tx *store.Reader, id string) (area.Code, error) {
	a, err := tx.Account(id)
	return a.Area, err
}

// listAccounts 列出账号
//
//	@Summary		列出账号
//	@Description	列出本辖区内的账号，按用户名排列。
//	@Tags			accounts
//	@ID				listAccounts
//	@Param			query	query		accountListQuery	false	"查询"
//	@Success		200		{object}	Page[Account]
//	@Failure		403,404	{object}	Problem
//	@Router			/accounts [get]
func listAccounts(r *request) error {
	var in accountListQuery
	if err := r.query(&in); err != nil {
		return err
	}
	after, err := r.after(in.pageQuery)
	if err != nil {
		return err
	}
	f := account.Filter{Within: r.atArea(in.Area), Role: in.Role, Text: cmp.Or(text.Searchable(in.Q), strings.TrimSpace(in.Q)), Descending: in.Sort == "-username", Limit: in.Limit + 1}
	if len(after) == 1 {
		f.After = after[0]
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		rows, err := account.List(tx, f)
		if err != nil {
			return answer{}, err
		}
		out, err := page(r, in.pageQuery, rows, func(a account.Account) []string { return []string{a.Username} },
			func(a account.Account) (Account, error) { return wireAccount(r, a), nil })
		if err == nil && in.Count {
			out.Total, err = total(account.Count(tx, f))
		}
		return plain(out), err
	})
}

// createAccount 新建账号
//
//	@Summary		新建账号
//	@Description	管理员在本辖区内新建账号。账号的区划此后不可更改；人员调动请停用旧账号、新建账号。不填密码的账号只能使用令牌。
//	@Tags			accounts
//	@ID				createAccount
//	@Param			Idempotency-Key	header		string			false	"幂等键"
//	@Param			body			body		AccountInput	true	"新账号"
//	@Success		201				{object}	Account
//	@Header			201				{string}	ETag		"版本"
//	@Header			201				{string}	Location	"新账号的地址"
//	@Failure		403,404,409,422	{object}	Problem
//	@Router			/accounts [post]
func createAccount(r *request) error {
	var body AccountInput
	if err := r.decode(&body); err != nil {
		return err
	}
	if err := r.veil(&body); err != nil {
		return err
	}
	password, err := r.newPassword(body.Password, func(*store.Reader) (account.Account, error) {
		return account.Account{Username: body.Username, DisplayName: body.DisplayName, Area: area.Code(body.AreaCode)}, nil
	})
	if err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		a, err := account.Create(tx, account.Input{
			Username: body.Username, DisplayName: body.DisplayName, Role: body.Role, Area: area.Code(body.AreaCode), Password: password,
		})
		return created(wireAccount(r, a), "/accounts/"+a.ID, a.Version), err
	})
}

// newPassword judges and hashes a new password of the account that find returns; nil for none.
func (r *request) newPassword(plain *string, find func(tx *store.Reader) (account.Account, error)) (*account.Password, error) {
	if plain == nil {
		return nil, nil
	}
	var of account.Account
	var words []string
	err := r.read(func(tx *store.Reader) (err error) {
		if of, err = find(tx); err == nil {
			words, err = account.WordsOf(tx, of.Username, of.DisplayName, of.Area)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.api.hasher.NewPassword(r.ctx, *plain, of.Username, words)
}

// veil puts a fingerprint of the password in the place of the body that is remembered under an
// Idempotency-Key: the digest of a body is quick to compute, and a password could be guessed from it.
func (r *request) veil(in *AccountInput) error {
	key, err := r.idempotencyKey()
	if err != nil || key == "" || in.Password == nil {
		return err
	}
	print, err := r.api.hasher.Fingerprint(r.ctx, *in.Password, key+" "+in.Username)
	if err != nil {
		return err
	}
	veiled := *in
	veiled.Password = &print
	r.body, err = json.Marshal(veiled, json.Deterministic(true))
	return err
}

// getAccount 读取账号
//
//	@Summary	读取账号
//	@Description	给出账号的资料、版本和当前账号可作的操作；密码和令牌从不给出。
//	@Tags		accounts
//	@ID			getAccount
//	@Param		id		path		string	true	"账号编号"
//	@Success	200		{object}	Account
//	@Header		200		{string}	ETag	"版本"
//	@Failure	403,404	{object}	Problem
//	@Router		/accounts/{id} [get]
func getAccount(r *request) error {
	id, err := r.idParam("id")
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		a, err := account.Get(tx, id)
		return ok(wireAccount(r, a), a.Version), err
	})
}

// editAccount 修改账号
//
//	@Summary		修改账号
//	@Description	只改给出的字段，立即生效。停用即吊销该账号的全部令牌和登录会话，重新启用不会恢复；改变角色不吊销，其令牌此后按新角色的权限。管理员不能停用自己，也不能更改自己的角色（409）。
//	@Tags			accounts
//	@ID				editAccount
//	@Param			id						path		string			true	"账号编号"
//	@Param			If-Match				header		string			true	"读取时的 etag"
//	@Param			body					body		AccountPatch	true	"要改的字段"
//	@Success		200						{object}	Account
//	@Header			200						{string}	ETag	"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/accounts/{id} [patch]
func editAccount(r *request) error {
	id, err := r.idParam("id")
	if err != nil {
		return err
	}
	var body AccountPatch
	if err := r.decode(&body); err != nil {
		return err
	}
	pre, err := r.precondition()
	if err != nil {
		return err
	}
	password, err := r.newPassword(body.Password, func(tx *store.Reader) (account.Account, error) { return account.Get(tx, id) })
	if err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		a, err := account.Edit(tx, id, pre, account.Patch{DisplayName: body.DisplayName, Role: body.Role, Disabled: body.Disabled, Password: password})
		return ok(wireAccount(r, a), a.Version), err
	})
}
