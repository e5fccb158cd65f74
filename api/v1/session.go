package v1

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"net/http"
	"time"
)

// SessionInput is who logs in.
// 登录
type SessionInput struct {
	Username string `json:"username" title:"用户名" validate:"required,max=64" example:"chengxiang.clerk"`         // 用户名
	Password string `json:"password" title:"密码" validate:"required,max=1024" example:"lantern-river-copper-39"` // 密码
}

// Session is what a log-in answers.
// 登录会话
type Session struct {
	Token     string    `json:"token" example:"br_…"`                      // 会话令牌，用法同其他令牌
	ExpiresAt time.Time `json:"expires_at" example:"2026-10-08T14:00:00Z"` // 到期时间，登录后 12 小时
	Account   Account   `json:"account"`                                   // 登录的账号
}

// Me is who asks.
// 本人
type Me struct {
	Account     Account         `json:"account"`                                      // 账号
	Permissions []access.Action `json:"permissions" example:"session.use,tasks.read"` // 权限
}

// PasswordInput is a change of one's own password.
// 修改密码
type PasswordInput struct {
	CurrentPassword string `json:"current_password" title:"当前密码" validate:"required,max=1024" example:"lantern-river-copper-39"`                  // 当前密码
	NewPassword     string `json:"new_password" title:"新密码" validate:"required" minLength:"12" maxLength:"128" example:"walnut-bridge-autumn-72"` // 新密码，12 至 128 个字符，不含用户名，不容易猜中：不能主要由常见密码、姓名、单位和区划的名称（包括拼音）、年份、重复或相邻的字符组成
}

// createSession 登录
//
//	@Summary		登录
//	@Description	用户名不存在、密码错误、账号停用的答复相同（401）。15 分钟内同一地址对同一账号输错 5 次、同一账号输错 100 次后拒绝（429），管理员重设密码后重新计算；同一地址输错 20 次后，再输错的答 429，密码正确的仍可登录，输错满 200 次才一律拒绝。30 天内在该地址登录过该账号的，只受第一项限制。
//	@Tags			session
//	@ID				createSession
//	@Param			body	body		SessionInput	true	"用户名与密码"
//	@Success		201		{object}	Session
//	@Failure		401		{object}	Problem
//	@x-public		true
//	@Router			/session [post]
func createSession(r *request) error {
	var body SessionInput
	if err := r.decode(&body); err != nil {
		return err
	}
	var who account.Account
	var hash *string
	var now period.Instant
	err := r.read(func(tx *store.Reader) (err error) {
		now = tx.Now()
		who, hash, err = account.Credentials(tx, body.Username)
		return err
	})
	if err != nil {
		return err
	}
	try, err := r.api.guesses.Begin(now, r.clientIP(), body.Username, who.PasswordHash)
	if err != nil {
		return err
	}
	right, err := r.api.hasher.Verify(r.ctx, hash, body.Password)
	if err != nil {
		return err
	}
	if !right {
		return try.Refuse(account.WrongPassword())
	}
	try.Succeed()
	text, tokenHash, err := account.NewSecret(r.api.random)
	if err != nil {
		return err
	}
	r.who = who.Actor() // on whose behalf the session is made
	return r.update(func(tx *store.Writer) (answer, error) {
		a, t, err := account.LogIn(tx, who.ID, *hash, tokenHash)
		return answer{status: http.StatusCreated, body: Session{text, instant(t.ExpiresAt), wireAccount(r, a)}, secret: true}, err
	})
}

// deleteSession 退出登录
//
//	@Summary		退出登录
//	@Description	吊销本次请求所用的令牌，立即生效。
//	@Tags			session
//	@ID				deleteSession
//	@Success		204
//	@Router			/session [delete]
func deleteSession(r *request) error {
	return r.update(func(tx *store.Writer) (answer, error) {
		return noContent(), account.LogOut(tx, r.token)
	})
}

// getMe 读取本人
//
//	@Summary	读取本人账号与权限
//	@Description	给出令牌所属的账号，以及它的角色所有的权限。
//	@Tags		session
//	@ID			getMe
//	@Success	200	{object}	Me
//	@Router		/me [get]
func getMe(r *request) error {
	return r.view(func(tx *store.Reader) (answer, error) {
		a, err := tx.Account(r.actor().ID)
		return plain(Me{wireAccount(r, a), access.Permissions(a.Role)}), err
	})
}

// putPassword 修改本人密码
//
//	@Summary		修改本人密码
//	@Description	须给出当前密码，不需要 If-Match（给出时须是账号的当前版本）。本人的其他登录会话随即失效。输错当前密码的次数与登录合并计算（429）。
//	@Tags			session
//	@ID				putPassword
//	@Param			If-Match	header	string			false	"账号的 etag，可不给"
//	@Param			body		body	PasswordInput	true	"当前密码与新密码"
//	@Success		204
//	@Failure		412,422	{object}	Problem
//	@Router			/me/password [put]
func putPassword(r *request) error {
	var body PasswordInput
	if err := r.decode(&body); err != nil {
		return err
	}
	pre, err := r.precondition()
	if err != nil {
		return err
	}
	var who account.Account
	var now period.Instant
	err = r.read(func(tx *store.Reader) (err error) {
		now = tx.Now()
		who, err = tx.Account(r.actor().ID)
		return err
	})
	if err != nil {
		return err
	}
	try, err := r.api.guesses.Begin(now, r.clientIP(), who.Username, who.PasswordHash)
	if err != nil {
		return err
	}
	right, err := r.api.hasher.Verify(r.ctx, who.PasswordHash, body.CurrentPassword)
	if err != nil {
		return err
	}
	if !right {
		return try.Refuse(account.WrongCurrentPassword())
	}
	try.Succeed()
	password, err := r.newPassword(&body.NewPassword, func(*store.Reader) (account.Account, error) { return who, nil })
	if err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		return noContent(), account.ChangePassword(tx, r.token.ID, pre, *who.PasswordHash, password)
	})
}
