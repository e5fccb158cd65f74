package main

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/store"
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/uuid"
)

type createAccountCommand struct {
	Username     string `arg:"" help:"用户名：小写字母开头，3 至 32 个字符 (user name)。"`
	DisplayName  string `required:"" placeholder:"NAME" help:"显示名称 (display name)。"`
	Role         string `required:"" placeholder:"ROLE" help:"角色 clerk、reviewer、reader、auditor、admin (role)。"`
	AreaCode     string `required:"" placeholder:"CODE" help:"所属区划代码 (area)。"`
	PasswordFile string `type:"existingfile" placeholder:"FILE" help:"第一行是密码的文件，可用 /dev/stdin；不设密码则只能使用令牌 (file whose first line is the password)。"`
}

// Run makes an account.
func (c *createAccountCommand) Run(p *invocation) error {
	at, err := area.Parse(c.AreaCode)
	if err != nil {
		return usage(fmt.Errorf("--area-code 的值 %q 无效：请填 0（全国），或 2、4、6、9 位行政区划代码", c.AreaCode))
	}
	in := account.Input{Username: c.Username, DisplayName: c.DisplayName, Role: access.Role(c.Role), Area: at}
	plain := ""
	if c.PasswordFile != "" {
		if plain, err = readLine(c.PasswordFile); err != nil {
			return fmt.Errorf("无法读取密码：%w", err)
		}
	}
	return p.within(func(s *store.Store) error {
		if c.PasswordFile != "" {
			var words []string
			err := s.View(p.ctx, func(tx *store.Reader) (err error) {
				words, err = account.WordsOf(tx, in.Username, in.DisplayName, in.Area)
				return err
			})
			if err != nil {
				return err
			}
			if in.Password, err = account.NewHasher(rand.Reader).NewPassword(p.ctx, plain, in.Username, words); err != nil {
				return err
			}
		}
		var made account.Account
		err := s.Update(p.ctx, operator(area.Nation), func(tx *store.Writer) (err error) {
			made, err = account.Create(tx, in)
			return err
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "account id=%s role=%s area=%s username=%s\n", made.ID, made.Role, made.Area, made.Username)
		return err
	})
}

// readLine returns the first line of a file without its end.
func readLine(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	line, err := bufio.NewReader(io.LimitReader(f, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func requestID() string { return uuid.Must(uuid.NewV7()).String() }
