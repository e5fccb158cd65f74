package demo

import (
	"sync/atomic"
	"time"
)

// Clock is a clock that can be set back: the demo's past is lived through by the real use cases, at
// their times. Its zero value tells the time.
type Clock struct{ set atomic.Pointer[time.Time] }

// Now is the time it was set to, else the time.
func (c *Clock) Now() time.Time {
	if t := c.set.Load(); t != nil {
		return *t
	}
	return time.Now()
}

func (c *Clock) stopAt(t time.Time) { c.set.Store(&t) }

func (c *Clock) run() { c.set.Store(nil) }
