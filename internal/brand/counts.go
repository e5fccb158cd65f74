package brand

import (
	"brandregistry/internal/plan"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// due is the count of brands that are to be looked at again.
const due = "due"

// Counts are numbers of brands: by state, or by level and field ("city/school"), and those due for a
// recheck. What is not there is 0. They are stored as a JSON object.
type Counts map[string]int64

// Add adds n to a count; "" is none.
func (c Counts) Add(name string, n int64) {
	if name == "" {
		return
	}
	if c[name] += n; c[name] == 0 {
		delete(c, name)
	}
}

// AddStanding adds n to the counts of what a brand counts as on a day.
func (c Counts) AddStanding(s Standing, n int64) {
	if s.Level != "" {
		c.Add(string(s.Level)+"/"+string(s.Field), n)
	}
	if s.Due {
		c.Add(due, n)
	}
}

// Plus adds other counts.
func (c Counts) Plus(other Counts) {
	for name, n := range other {
		c.Add(name, n)
	}
}

// Clone is a copy.
func (c Counts) Clone() Counts { return maps.Clone(c) }

// Due is how many are to be looked at again.
func (c Counts) Due() int64 { return c[due] }

// ByState is how many are in a state.
func (c Counts) ByState(s State) int64 { return c[string(s)] }

// ByLevel is how many count at a level.
func (c Counts) ByLevel(l plan.BrandLevel) (n int64) {
	for name, m := range c {
		if strings.HasPrefix(name, string(l)+"/") {
			n += m
		}
	}
	return n
}

// Of is how many of a field count at a level.
func (c Counts) Of(l plan.BrandLevel, f Field) int64 { return c[string(l)+"/"+string(f)] }

// From is how many count at a level or above, of a field or (“”) of all.
func (c Counts) From(l plan.BrandLevel, f Field) (n int64) {
	for _, level := range Levels[rank(l):] {
		if f == "" {
			n += c.ByLevel(level)
		} else {
			n += c.Of(level, f)
		}
	}
	return n
}

// Value is database/sql's.
func (c Counts) Value() (driver.Value, error) {
	if len(c) == 0 {
		return "{}", nil
	}
	b, err := json.Marshal(map[string]int64(c)) // keys are sorted
	return string(b), err
}

// Scan is database/sql's.
func (c *Counts) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("brand: unexpected %T in a column of counts", v)
	}
	*c = Counts{} // what it held is not added to
	return json.Unmarshal([]byte(s), (*map[string]int64)(c))
}
