package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/column"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// standingRow is a row of brand_standings.
type standingRow struct {
	area         area.Code
	brand        string
	number       int64
	since, until period.Instant
	brand.Standing
}

// standingsCursor reads brand_standings in the order of areas, so of chains.
type standingsCursor struct {
	rows  *sql.Rows
	row   standingRow
	ended bool
}

func (c *checker) openStandingsCursor() (*standingsCursor, error) {
	rows, err := c.cursor("SELECT area, brand, number, since, until, from_day, to_day, state, field, level, due FROM brand_standings ORDER BY area, brand, since, from_day")
	if err != nil {
		return nil, err
	}
	s := &standingsCursor{rows: rows}
	return s, s.next()
}

func (s *standingsCursor) next() error {
	if !s.rows.Next() {
		s.ended = true
		return s.rows.Err()
	}
	r := &s.row
	return s.rows.Scan(&r.area, &r.brand, &r.number, &r.since, &r.until, &r.From, &r.To, &r.State, &r.Field, &r.Level, &r.Due)
}

// replay tells from a chain's events what its brands counted as at every instant.
type replay struct {
	at     period.Instant
	brands map[string]*replayed
	dirty  map[string]bool
}

// replayed is one brand on the way through its events.
type replayed struct {
	brand        brand.Brand
	exists       bool
	recognitions map[string]*brand.Recognition
	open         []brand.Standing
	rows         []standingRow
}

func newReplay() *replay {
	return &replay{brands: map[string]*replayed{}, dirty: map[string]bool{}}
}

// add takes the next event.
func (p *replay) add(e audit.Event) {
	kind, key, _ := strings.Cut(e.Subject, "/")
	id, part, _ := strings.Cut(key, "/")
	if kind != "brands" && kind != "recognitions" {
		return
	}
	if e.At != p.at {
		p.flush()
		p.at = e.At
	}
	var after map[string]*string
	if json.Unmarshal([]byte(e.After), &after) != nil {
		return // the verifier tells it
	}
	b := p.brands[id]
	if b == nil {
		b = &replayed{recognitions: map[string]*brand.Recognition{}}
		p.brands[id] = b
	}
	p.dirty[id] = true
	text := func(name string, set func(string)) {
		if v, changed := after[name]; changed && v != nil {
			set(*v)
		} else if changed {
			set("")
		}
	}
	day := func(s string) *period.Date {
		if s == "" {
			return nil
		}
		return (*period.Date)(&s)
	}
	if kind == "brands" {
		text("id", func(s string) { b.exists = s != "" })
		b.brand.Area = e.Area
		text("number", func(s string) { b.brand.Number, _ = strconv.ParseInt(s, 10, 64) }) // the verifier tells a forged one
		text("state", func(s string) { b.brand.State = brand.State(s) })
		text("field", func(s string) { b.brand.Field = brand.Field(s) })
		text("recheck_on", func(s string) { b.brand.RecheckOn = day(s) })
		return
	}
	r := b.recognitions[part]
	if r == nil {
		r = &brand.Recognition{Evidence: column.Strings{}}
		b.recognitions[part] = r
	}
	text("level", func(s string) { r.Level = plan.BrandLevel(s) })
	text("recognized_on", func(s string) { r.RecognizedOn = period.Date(s) })
	text("valid_to", func(s string) { r.ValidTo = day(s) })
	text("revoked_on", func(s string) { r.RevokedOn = day(s) })
}

// flush notes what the brands count as that the last transaction changed.
func (p *replay) flush() {
	for id := range p.dirty {
		b := p.brands[id]
		var all []brand.Recognition
		for _, r := range b.recognitions {
			all = append(all, *r)
		}
		var now []brand.Standing
		if b.exists {
			now = brand.Standings(b.brand, all)
		}
		if slices.Equal(b.open, now) {
			continue
		}
		for i := range b.rows {
			if b.rows[i].until == period.Never {
				b.rows[i].until = p.at
			}
		}
		for _, s := range now {
			b.rows = append(b.rows, standingRow{b.brand.Area, id, b.brand.Number, p.at, period.Never, s})
		}
		b.open = now
	}
	clear(p.dirty)
}

// compare holds the stored rows of a chain against the replay.
func (s *standingsCursor) compare(chain area.Code, p *replay, report func(audit.Finding)) error {
	p.flush()
	bad := func(r standingRow, detail string) {
		report(audit.Finding{Table: "brand_standings", Key: fmt.Sprintf("%s/%s/%d/%s", r.area, r.brand, r.since, r.From), Detail: detail})
	}
	for !s.ended && s.row.area.District() == chain {
		b := p.brands[s.row.brand]
		i := -1
		if b != nil {
			i = slices.Index(b.rows, s.row)
		}
		if i < 0 {
			bad(s.row, "与审计日志所述的认定不符")
		} else {
			b.rows = slices.Delete(b.rows, i, i+1)
		}
		if err := s.next(); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.brands)) {
		for _, r := range p.brands[id].rows {
			bad(r, "按审计日志应有这一行，库中没有")
		}
	}
	return nil
}
