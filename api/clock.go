package main

import (
	"brandregistry/internal/store"
	"fmt"
	"time"
)

type resetClockCommand struct{}

// Run moves the clock of a registry back to its newest event, where no event bears a stamp of the future.
func (c *resetClockCommand) Run(p *invocation) error {
	return p.within(func(s *store.Store) error {
		from, to, err := s.ResetClock(p.ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "时钟已从 %s 拨回到最近一条审计事件的时刻 %s，审计链没有改动。请重新启动服务。\n", from.Format(time.RFC3339), to.Format(time.RFC3339))
		return err
	})
}
