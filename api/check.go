package main

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/store"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

type checkCommand struct {
	Heads      string `placeholder:"FILE" type:"path" help:"证明先前留存的链头仍在各自的链中 (prove that heads noted earlier are still in their chains)。"`
	WriteHeads string `placeholder:"FILE" type:"path" help:"核对无误后把各链的链头写入文件，请存放到别处 (note the heads; keep the file elsewhere)。"`
}

// Run finds what contradicts itself in the registry. Without heads kept elsewhere, whoever can rewrite the file can
// rewrite a chain from its first event on, and no check of the file alone can tell.
func (c *checkCommand) Run(p *invocation) error {
	noted, err := c.noted()
	if err != nil {
		return usage(err)
	}
	var done store.Checked
	found, began := findings{out: p.stdout}, time.Now()
	err = p.withinAs(store.Options{ReadOnly: true}, func(s *store.Store) error {
		return s.View(p.ctx, func(tx *store.Reader) (err error) {
			found.begin()
			done, err = tx.Check(noted, found.add)
			return err
		})
	})
	if err != nil {
		return exit{exitUsage, fmt.Errorf("无法核对：%s", message(err))}
	}
	took := time.Since(began)
	fmt.Fprintf(p.stdout, "核对了 %d 条链、%d 条事件、%d 行，用时 %.1f 秒（每秒 %.0f 条事件）。\n",
		done.Chains, done.Events, done.Rows, took.Seconds(), float64(done.Events)/took.Seconds())
	if found.count > 0 {
		if c.WriteHeads != "" {
			fmt.Fprintln(p.stdout, "因有问题，没有写入链头。")
		}
		fmt.Fprintf(p.stdout, "发现 %d 处问题。\n", found.count)
		return exit{code: exitFailed}
	}
	if c.WriteHeads != "" {
		if err := writeHeads(c.WriteHeads, done.Heads); err != nil {
			return exit{exitUsage, fmt.Errorf("无法写入链头：%w", err)}
		}
	}
	fmt.Fprintln(p.stdout, "未发现问题。")
	return nil
}

// findings prints what a check finds, and counts it.
type findings struct {
	out   io.Writer
	of    string // what is checked and a colon; "" where there is no other
	begun bool
	count int
}

// begin is for the beginning of the transaction: one that lost its connection is run again.
func (f *findings) begin() {
	if f.begun {
		fmt.Fprintf(f.out, "%s与数据库的连接中断过，以下从头重新核对。\n", f.of)
	}
	f.begun, f.count = true, 0
}

func (f *findings) add(found audit.Finding) {
	f.count++
	fmt.Fprintf(f.out, "%s%s\n", f.of, found)
}

func (c *checkCommand) noted() (map[area.Code][]audit.Head, error) {
	if c.Heads == "" {
		return nil, nil
	}
	f, err := os.Open(c.Heads)
	if err != nil {
		return nil, fmt.Errorf("无法读取链头：%w", err)
	}
	defer f.Close()
	heads, err := audit.ReadHeads(f)
	if err != nil {
		return nil, fmt.Errorf("无法读取链头 %s：%w", c.Heads, err)
	}
	return heads, nil
}

// writeHeads replaces the file as a whole or not at all.
func writeHeads(path string, heads []audit.Head) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".heads-*")
	if err != nil {
		return err
	}
	err = errors.Join(audit.WriteHeads(f, heads), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
