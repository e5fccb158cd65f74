package main

import (
	"brandregistry/internal/store"
	"context"
	"errors"
	"fmt"
	"time"
)

type copyCommand struct {
	From string `required:"" placeholder:"URL" help:"来源库，写法同 DATABASE_URL。请先停掉服务：复制开始后写入的内容不会带走 (the registry to copy; stop its service first)。"`
	To   string `required:"" placeholder:"URL" help:"目标库，写法同 DATABASE_URL，须是空库；没有表结构会先建好 (an empty database)。"`
}

// Run copies a registry, and proves that the copy is the same: by its numbers of rows, by the ends of
// its audit chains, and by a check of both.
func (c *copyCommand) Run(p *invocation) (err error) {
	for _, side := range []struct{ flag, url string }{{"from", c.From}, {"to", c.To}} {
		if mend := databaseMend(side.url); mend != "" {
			return usage(fmt.Errorf("--%s 的值 %q 无效：%s", side.flag, redacted(side.url), mend))
		}
	}
	settings, err := p.settings.check()
	if err != nil {
		return usage(err)
	}
	if err := databaseExists(c.From); err != nil {
		return usage(fmt.Errorf("找不到来源库 --from %q：%w", redacted(c.From), err))
	}
	open := func(url string, o store.Options, migrate bool) (*store.Store, error) {
		settings.databaseURL = url
		return p.openAs(settings, o, migrate)
	}
	from, err := open(c.From, store.Options{ReadOnly: true}, false)
	if err != nil {
		return usage(err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := open(c.To, store.Options{}, false)
	if schema := (store.SchemaMismatch{}); errors.As(err, &schema) && schema.Have == 0 { // one with rows is left as it is
		to, err = open(c.To, store.Options{}, true)
	}
	if err != nil {
		return usage(err)
	}
	defer func() { err = errors.Join(err, to.Close()) }()

	began := time.Now()
	done, err := store.Copy(p.ctx, from, to, func(at store.Copied) {
		fmt.Fprintf(p.stderr, "%s：%d / %d 行\n", at.Table, at.Rows, at.Of)
	})
	switch {
	case errors.Is(err, context.Canceled):
		return exit{exitUsage, errors.New("复制已中断，目标库仍是空的")}
	case err != nil && done != nil:
		return exit{exitUsage, fmt.Errorf("已写完，但提交没有得到确认：%s\n目标库要么仍是空的，要么已经完整：请再运行一次 copy；如果它说目标库不是空的，就对目标库运行 check", message(err))}
	case err != nil:
		return exit{exitUsage, fmt.Errorf("未复制任何内容：%s", message(err))}
	}
	took, rows := time.Since(began), int64(0)
	for _, t := range done {
		rows += t.Rows
		fmt.Fprintf(p.stdout, "%s：%d 行\n", t.Table, t.Rows)
	}
	fmt.Fprintf(p.stdout, "复制了 %d 张表、%d 行，用时 %.1f 秒（每秒 %.0f 行）。\n", len(done), rows, took.Seconds(), float64(rows)/took.Seconds())
	return c.verify(p, from, to)
}

// verify holds the copy against what it was made of.
func (c *copyCommand) verify(p *invocation, from, to *store.Store) error {
	wrong := 0
	var checked [2]store.Checked
	var counted [2][]store.Copied
	for i, side := range []struct {
		name  string
		store *store.Store
	}{{"来源库", from}, {"目标库", to}} {
		fmt.Fprintf(p.stderr, "正在核对%s…\n", side.name)
		found := findings{out: p.stdout, of: side.name + "："}
		err := side.store.View(p.ctx, func(tx *store.Reader) (err error) {
			found.begin()
			if counted[i], err = tx.CountRows(); err != nil {
				return err
			}
			checked[i], err = tx.Check(nil, found.add)
			return err
		})
		wrong += found.count
		if err != nil {
			return exit{exitUsage, fmt.Errorf("已复制，但无法核对%s：%s。请对两个库分别运行 check", side.name, message(err))}
		}
	}
	for i, t := range counted[0] {
		if other := counted[1][i]; t != other {
			wrong++
			fmt.Fprintf(p.stdout, "%s：来源库 %d 行，目标库 %d 行\n", t.Table, t.Rows, other.Rows)
		}
	}
	if !store.SameHeads(checked[0], checked[1]) {
		wrong++
		fmt.Fprintln(p.stdout, "两个库的审计链末端不同")
	}
	if wrong > 0 {
		fmt.Fprintf(p.stdout, "发现 %d 处问题：请勿启用目标库。若来源库在复制时仍有写入，请停掉服务，另建一个空库重新复制。\n", wrong)
		return exit{code: exitFailed}
	}
	fmt.Fprintf(p.stdout, "两个库各 %d 张表的行数、%d 条审计链的末端一致，check 未发现问题。\n", len(counted[0]), len(checked[0].Heads))
	return nil
}
