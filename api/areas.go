package main

import (
	"brandregistry/internal/area"
	"brandregistry/internal/catalog"
	"brandregistry/internal/store"
	"bufio"
	"fmt"
	"os"
)

type importAreasCommand struct {
	File string `arg:"" type:"existingfile" help:"CSV（UTF-8）：表头 code,name，可有 reports,valid_from,valid_to,successors。"`
}

// Run imports a catalogue, whole or not at all. A registry that does not exist is made.
func (c *importAreasCommand) Run(p *invocation) error {
	settings, err := p.settings.check()
	if err != nil {
		return usage(err)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	file, err := catalog.Read(bufio.NewReader(f))
	if err != nil {
		return err
	}
	return p.use(settings, true, func(s *store.Store) error {
		var n catalog.Counts
		var stopped []catalog.Stop
		err := s.Update(p.ctx, operator(area.Nation), func(tx *store.Writer) (err error) {
			n, stopped, err = catalog.Import(tx, file)
			return err
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "新增 %d 个区划，更新 %d 个，%d 个没有变化。\n", n.Created, n.Updated, n.Unchanged)
		for _, u := range stopped {
			fmt.Fprintf(p.stdout, "不再填报：%s（%s），%s。\n", u.Area.Name, u.Area.Code, u.Why.ZH)
		}
		return nil
	})
}
