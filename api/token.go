package main

import (
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"crypto/rand"
	"fmt"
	"time"
)

type createTokenCommand struct {
	Username string `arg:"" help:"账号的用户名 (user name of the account)。"`
	Name     string `default:"cli" help:"令牌名称，说明用途 (name of the token)。"`
	Days     int    `default:"90" help:"有效天数，1 至 366 (days until it expires)。"`
}

// Run gives an account a token and prints it, once.
func (c *createTokenCommand) Run(p *invocation) error {
	if c.Days < 1 || c.Days > account.MaxTokenDays {
		return usage(fmt.Errorf("--days 的值 %d 无效：请填 1 至 %d", c.Days, account.MaxTokenDays))
	}
	text, hash, err := account.NewSecret(rand.Reader)
	if err != nil {
		return err
	}
	return p.within(func(s *store.Store) error {
		var made account.Token
		err := s.Update(p.ctx, operator(area.Nation), func(tx *store.Writer) error {
			owner, err := tx.AccountByUsername(c.Username)
			if err != nil {
				return err
			}
			made, err = account.CreateToken(tx, owner.ID, account.TokenInput{Name: c.Name, ExpiresAt: expiry(tx, c.Days), Hash: hash})
			return err
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "token id=%s username=%s expires_at=%s token=%s\n", made.ID, c.Username, made.ExpiresAt.Time().Format(time.RFC3339), text)
		return err
	})
}

// expiry returns the instant that lies days ahead of the transaction's.
func expiry(tx *store.Writer, days int) period.Instant {
	return period.InstantOf(tx.Now().Time().Add(time.Duration(days) * 24 * time.Hour))
}

type revokeTokenCommand struct {
	ID string `arg:"" help:"令牌编号 (id of the token)。"`
}

// Run ends a token at once, in every running server too.
func (c *revokeTokenCommand) Run(p *invocation) error {
	return p.within(func(s *store.Store) error {
		err := s.Update(p.ctx, operator(area.Nation), func(tx *store.Writer) error { return account.RevokeToken(tx, c.ID) })
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "令牌 %s 已吊销。\n", c.ID)
		return err
	})
}
