package store

import (
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/report"
	"cmp"
	"sync"
)

// caches hold what nearly every request reads and few requests change. An entry is good while the
// stamp it was read under stands in the clock row, which every transaction reads first: a change by
// any process is seen by the next transaction.
type caches struct {
	credentials cache[string, credential]
	accounts    cache[string, account.Account]
	names       cache[string, account.Names]
	areas       cache[area.Code, catalog.Area]
	schedules   cache[planKey, plan.Schedule]
	goals       cache[planKey, plan.Goals]
	mergers     cache[struct{}, map[area.Code][]catalog.Area] // by successor

	entries      cache[coverage.Key, coverage.Entry]    // under the clock's own stamp: until any transaction commits
	expectations cache[area.Code, []report.Expectation] // by the area they lie within
}

// maxCached bounds a cache that has no bound of its own; a full one starts anew.
const maxCached = 10_000

type cache[K comparable, V any] struct {
	mu      sync.Mutex
	at      period.Instant
	entries map[K]V
	most    int // 0: maxCached
}

// get returns the entry for key under the stamp, loading it when there is none. dirty says that
// this transaction itself has changed what the cache holds: then it is passed by.
func (c *cache[K, V]) get(stamp period.Instant, dirty bool, key K, load func() (V, error)) (V, error) {
	if dirty {
		return load()
	}
	c.mu.Lock()
	if c.at == stamp {
		if v, ok := c.entries[key]; ok {
			c.mu.Unlock()
			return v, nil
		}
	}
	c.mu.Unlock()
	v, err := load()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at < stamp || c.entries == nil || len(c.entries) >= cmp.Or(c.most, maxCached) {
		c.at, c.entries = max(c.at, stamp), map[K]V{}
	}
	if c.at == stamp {
		c.entries[key] = v
	}
	return v, nil
}

// forget drops one entry.
func (c *cache[K, V]) forget(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, key)
}
