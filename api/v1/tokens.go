package v1

import (
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"net/http"
	"time"
)

// Token is a bearer token of an account.
// 令牌
type Token struct {
	ID         string     `json:"id" validate:"uuid" example:"01890a5d-ac96-774b-bcce-b302099a8057"` // 令牌编号
	Name       string     `json:"name" example:"数据对接"`                                               // 名称；session 为登录会话
	ExpiresAt  time.Time  `json:"expires_at" example:"2027-03-31T16:00:00Z"`                         // 到期时间
	LastUsedAt *time.Time `json:"last_used_at" example:"2026-10-08T02:00:00Z"`                       // 最近使用时间，每小时至多更新一次；未用过为 null
	CreatedAt  time.Time  `json:"created_at" example:"2026-10-08T02:00:00Z"`                         // 签发时间
}

// NewToken is a token with its text, which is shown this once.
// 新令牌
type NewToken struct {
	Token
	Secret string `json:"token" example:"br_…"` // 令牌原文，只在此时给出一次
}

// TokenInput is a token to be made.
// 要签发的令牌
type TokenInput struct {
	Name      string `json:"name" title:"令牌名称" validate:"required,max=64" example:"数据对接"`                      // 名称，1 至 64 个字，说明用途
	ExpiresAt string `json:"expires_at" title:"到期时间" validate:"required,stamp" example:"2027-03-31T16:00:00Z"` // 到期时间，366 天之内
}

func wireToken(t account.Token) Token {
	return Token{ID: t.ID, Name: t.Name, ExpiresAt: instant(t.ExpiresAt), LastUsedAt: instantPtr(t.LastUsedAt), CreatedAt: instant(t.CreatedAt)}
}

// locateToken says where the account of a token lies.
func locateToken(tx *store.Reader, id string) (area.Code, error) {
	t, err := tx.Token(id)
	return t.Area, err
}

// listTokens 列出账号的令牌
//
//	@Summary		列出账号的令牌
//	@Description	列出尚未吊销、尚未到期的令牌，按签发先后排列，登录会话也在其中。
//	@Tags			accounts
//	@ID				listTokens
//	@Param			id		path		string		true	"账号编号"
//	@Param			query	query		pageQuery	false	"查询"
//	@Success		200		{object}	Page[Token]
//	@Failure		403,404	{object}	Problem
//	@Router			/accounts/{id}/tokens [get]
func listTokens(r *request) error {
	id, err := r.idParam("id")
	if err != nil {
		return err
	}
	var in pageQuery
	if err := r.query(&in); err != nil {
		return err
	}
	key, err := r.after(in)
	if err != nil {
		return err
	}
	after := ""
	if len(key) == 1 {
		after = key[0]
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		rows, err := account.ListTokens(tx, id, after, in.Limit+1)
		if err != nil {
			return answer{}, err
		}
		out, err := page(r, in, rows, func(t account.Token) []string { return []string{t.ID} },
			func(t account.Token) (Token, error) { return wireToken(t), nil })
		if err == nil && in.Count {
			out.Total, err = total(tx.CountTokens(id, tx.Now()))
		}
		return plain(out), err
	})
}

// createToken 签发令牌
//
//	@Summary		签发令牌
//	@Description	令牌原文只在答复中给出这一次，系统只保存其摘要。审计日志记录由谁签发。
//	@Tags			accounts
//	@ID				createToken
//	@Param			id				path		string		true	"账号编号"
//	@Param			body			body		TokenInput	true	"令牌"
//	@Success		201				{object}	NewToken
//	@Failure		403,404,409,422	{object}	Problem
//	@Router			/accounts/{id}/tokens [post]
func createToken(r *request) error {
	id, err := r.idParam("id")
	if err != nil {
		return err
	}
	var body TokenInput
	if err := r.decode(&body); err != nil {
		return err
	}
	expires, err := time.Parse(time.RFC3339Nano, body.ExpiresAt)
	if err != nil {
		return err
	}
	text, hash, err := account.NewSecret(r.api.random)
	if err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		t, err := account.CreateToken(tx, id, account.TokenInput{Name: body.Name, ExpiresAt: period.InstantOf(expires), Hash: hash})
		return answer{status: http.StatusCreated, body: NewToken{wireToken(t), text}, secret: true}, err
	})
}

// revokeToken 吊销令牌
//
//	@Summary		吊销令牌
//	@Description	立即生效，不需要 If-Match。已吊销的令牌视为不存在（404）。
//	@Tags			accounts
//	@ID				revokeToken
//	@Param			id	path	string	true	"令牌编号"
//	@Success		204
//	@Failure		403,404	{object}	Problem
//	@Router			/tokens/{id} [delete]
func revokeToken(r *request) error {
	id, err := r.idParam("id")
	if err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		return noContent(), account.RevokeToken(tx, id)
	})
}
