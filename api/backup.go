package main

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/store"
	"errors"
	"fmt"
	"os"
	"strings"
)

type backupCommand struct {
	File string `arg:"" help:"备份文件，须尚不存在；服务可以开着 (a new file; the server may run)。"`
}

// Run backs the registry up into a file, which is there only when check has found nothing in it.
func (c *backupCommand) Run(p *invocation) error {
	settings, err := p.fileSettings(c.File, "PostgreSQL 请用它自己的工具备份：pg_dump -Fc（一个库）或 pg_basebackup、pgBackRest（整台服务器，可恢复到任一时刻）")
	if err != nil {
		return usage(err)
	}
	findings := p.findings()
	var done store.Checked
	var size int64
	err = p.withinAs(store.Options{ReadOnly: true}, func(s *store.Store) (err error) {
		done, size, err = s.Backup(p.ctx, c.File, findings)
		return err
	})
	if unsound := (store.Unsound{}); errors.As(err, &unsound) {
		return fmt.Errorf("%w，没有留下备份。请先用 check 查明登记库的问题；要保留现状，停掉服务后把 %s 和旁边的 -wal 一起复制", unsound, databasePath(settings.databaseURL))
	}
	if err != nil {
		return fmt.Errorf("没有备份：%w", err)
	}
	return p.report(fmt.Sprintf("已备份到 %s，%d 字节。", c.File, size), done)
}

type restoreCommand struct {
	File string `arg:"" help:"backup 命令所做的备份，或停机复制的数据文件（连同旁边的 -wal）(a backup)。"`
}

// Run puts a backup in the place of the registry, and the files that were there aside.
func (c *restoreCommand) Run(p *invocation) error {
	settings, err := p.fileSettings(c.File, "PostgreSQL 请用它自己的工具恢复：pg_restore（由 pg_dump -Fc 所做）或 pg_basebackup、pgBackRest 的恢复步骤")
	if err != nil {
		return usage(err)
	}
	if _, err := os.Stat(c.File); err != nil {
		return usage(fmt.Errorf("找不到备份：%w", err))
	}
	done, err := store.Restore(p.ctx, store.Options{URL: settings.databaseURL, Calendar: settings.calendar, Brands: settings.brands}, c.File, p.findings())
	if unsound := (store.Unsound{}); errors.As(err, &unsound) {
		err = fmt.Errorf("%w，它不能用", unsound)
	}
	if err != nil {
		return fmt.Errorf("没有从 %s 恢复：%w", c.File, err)
	}
	for _, name := range done.Aside {
		fmt.Fprintf(p.stdout, "原有的文件改名为 %s\n", name)
	}
	return p.report(fmt.Sprintf("已把 %s 恢复为 %s。", c.File, done.Path), done.Checked)
}

// fileSettings are the settings of a command that works on files, one of which the command line names.
// It fails with advice when the registry is in PostgreSQL.
func (p *invocation) fileSettings(file, advice string) (config, error) {
	settings, err := p.settings.check()
	switch {
	case err != nil:
		return config{}, err
	case isPostgres(settings.databaseURL):
		return config{}, fmt.Errorf("这个命令只用于 SQLite 的数据文件。%s，见 docs/operations.md", advice)
	case strings.HasPrefix(file, "file:") || isPostgres(file):
		return config{}, fmt.Errorf("%q 不是文件名：请只写路径，如 backup.db", redacted(file))
	}
	return settings, nil
}

// findings prints what check finds.
func (p *invocation) findings() func(audit.Finding) {
	return func(f audit.Finding) { fmt.Fprintln(p.stdout, f) }
}

// report prints what was done, and the heads of the chains as check --write-heads writes them.
func (p *invocation) report(what string, done store.Checked) error {
	fmt.Fprintln(p.stdout, what)
	fmt.Fprintf(p.stdout, "核对了 %d 条链、%d 条事件、%d 行，未发现问题。各链的末端：\n", done.Chains, done.Events, done.Rows)
	return audit.WriteHeads(p.stdout, done.Heads)
}
