package main

import (
	"brandregistry/internal/store"
	"fmt"
)

type migrateCommand struct{}

// Run brings the schema up to date; a database that does not exist is made. serve does the same.
func (c *migrateCommand) Run(p *invocation) error {
	settings, err := p.settings.check()
	if err != nil {
		return usage(err)
	}
	return p.use(settings, true, func(*store.Store) error {
		_, err := fmt.Fprintln(p.stdout, "数据库结构已是最新。")
		return err
	})
}
