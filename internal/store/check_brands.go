package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/column"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// atOnce is how many brands are looked at in one go.
const atOnce = 500

// brands finds what is made of brands and does not fit them: the columns and the grams they are found
// by, the contents of their files, and the totals.
func (c *checker) brands() error {
	var grams, parts int64
	at, number := "", int64(0)
	for {
		var some []brand.Brand
		err := c.each(func(scan func(...any) error) error {
			var b brand.Brand
			err := scan(&b.ID, &b.Number, &b.Area, &b.District, &b.NameKey, &b.Text, &b.Name, &b.Slogan, &b.Meaning, &b.HostOrganization)
			some = append(some, b)
			return err
		}, "SELECT id, number, area, district, name_key, text, name, slogan, meaning, host_organization FROM brands WHERE (area, number) > (?, ?) ORDER BY area, number LIMIT ?", at, number, atOnce)
		if err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		ids := make([]string, len(some))
		for i, b := range some {
			ids[i] = b.ID
			n, err := c.found(b)
			if err != nil {
				return err
			}
			grams += n
		}
		files, err := c.Evidence(ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			for _, e := range files[id] {
				n, err := c.content(e)
				if err != nil {
					return err
				}
				parts += n
			}
		}
		at, number = string(some[len(some)-1].Area), some[len(some)-1].Number
	}
	for _, t := range []struct {
		table string
		want  int64
	}{{"brand_grams", grams}, {"evidence_parts", parts}} {
		var n int64
		if err := c.row("SELECT count(*) FROM " + t.table).Scan(&n); err != nil {
			return err
		}
		if n != t.want {
			c.report(audit.Finding{Table: t.table, Detail: fmt.Sprintf("库中有 %d 行，应为 %d 行", n, t.want)})
		}
	}
	return c.brandTotals()
}

// found checks what a brand is found by and returns how many grams it has.
func (c *checker) found(b brand.Brand) (int64, error) {
	for _, derived := range []struct{ column, have, want string }{
		{"district", string(b.District), string(b.Area.District())}, {"name_key", b.NameKey, brand.NameKey(b.Name)}, {"text", b.Text, brand.SearchText(b.Content)},
	} {
		if derived.have != derived.want {
			c.report(audit.Finding{Table: "brands", Key: b.ID, Column: derived.column, Detail: "与品牌的内容不符"})
		}
	}
	want := brand.Grams(brand.SearchText(b.Content))
	var have int64
	for some := range slices.Chunk(want, 200) {
		var n int64
		args := append([]any{string(b.Area), b.Number}, anys(some)...)
		if err := c.row("SELECT count(*) FROM brand_grams WHERE area = ? AND number = ? AND gram IN ("+marks(len(some))+")", args...).Scan(&n); err != nil {
			return 0, err
		}
		have += n
	}
	if have != int64(len(want)) {
		c.report(audit.Finding{Table: "brand_grams", Key: b.ID, Detail: fmt.Sprintf("查找用的字词只有 %d 个，应为 %d 个", have, len(want))})
	}
	return int64(len(want)), nil
}

// content reads a file part by part and holds it against its hash. It returns how many parts it must have.
func (c *checker) content(e brand.Evidence) (int64, error) {
	sum := sha256.New()
	var size, n int64
	for ; ; n++ {
		part, err := c.Part(e.ID, n)
		if err != nil {
			return 0, err
		}
		if len(part) == 0 {
			break
		}
		sum.Write(part)
		size += int64(len(part))
	}
	if size != e.SizeBytes || hex.EncodeToString(sum.Sum(nil)) != e.SHA256 {
		c.report(audit.Finding{Table: "evidence_parts", Key: e.ID, Detail: fmt.Sprintf("材料“%s”的内容与其 SHA-256 不符", e.FileName)})
	}
	return (e.SizeBytes + brand.PartSize - 1) / brand.PartSize, nil
}

// brandTotals recomputes the totals from the standings, level by level.
func (c *checker) brandTotals() error {
	for _, level := range []area.Level{area.LevelDistrict, area.LevelCity, area.LevelProvince, area.LevelNation} {
		if err := c.brandTotalsOf(level); err != nil {
			return err
		}
	}
	return nil
}

// dayChange is by how much a count changes from a day on.
type dayChange struct {
	day    period.Date
	counts brand.Counts
}

func (c *checker) brandTotalsOf(level area.Level) error {
	digits := level.Digits()
	partOf := func(code string) area.Code {
		if digits == 0 {
			return area.Nation
		}
		return area.Code(code[:min(len(code), digits)])
	}
	changed, states, days := map[area.Code]period.Instant{}, map[area.Code]brand.Counts{}, map[area.Code][]dayChange{}
	err := c.each(func(scan func(...any) error) error {
		var code string
		var since, until period.Instant
		if err := scan(&code, &since, &until); err != nil {
			return err
		}
		changed[partOf(code)] = max(changed[partOf(code)], since, until)
		return nil
	}, "SELECT area, max(since), max(CASE WHEN until < 9223372036854775807 THEN until ELSE 0 END) FROM brand_standings GROUP BY area")
	if err != nil {
		return err
	}
	err = c.each(func(scan func(...any) error) error {
		var code, state string
		var n int64
		if err := scan(&code, &state, &n); err != nil {
			return err
		}
		if states[partOf(code)] == nil {
			states[partOf(code)] = brand.Counts{}
		}
		states[partOf(code)].Add(state, n)
		return nil
	}, "SELECT area, state, count(*) FROM brand_standings WHERE until = 9223372036854775807 AND from_day = ? GROUP BY area, state", string(brand.FirstDay))
	if err != nil {
		return err
	}
	err = c.each(func(scan func(...any) error) error {
		var code string
		var s brand.Standing
		if err := scan(&code, &s.From, &s.To, &s.Field, &s.Level, &s.Due); err != nil {
			return err
		}
		comes, goes := brand.Counts{}, brand.Counts{}
		comes.AddStanding(s, 1)
		goes.AddStanding(s, -1)
		days[partOf(code)] = append(days[partOf(code)], dayChange{s.From, comes}, dayChange{s.To, goes})
		return nil
	}, "SELECT area, from_day, to_day, field, level, due FROM brand_standings WHERE until = 9223372036854775807 AND (level <> '' OR due = 1)")
	if err != nil {
		return err
	}
	err = c.each(func(scan func(...any) error) error {
		var code area.Code
		var at period.Instant
		var text string
		if err := scan(&code, &at, &text); err != nil {
			return err
		}
		if counts, ok := countsIn(text); !ok || at != changed[code] || !maps.Equal(counts, states[code]) {
			c.report(audit.Finding{Table: "brand_totals", Key: fmt.Sprintf("%d/%s", digits, code), Detail: "合计与各品牌的状态不符"})
		}
		delete(changed, code)
		return nil
	}, "SELECT area, changed, counts FROM brand_totals WHERE digits = ? ORDER BY area", digits)
	if err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(changed)) {
		c.report(audit.Finding{Table: "brand_totals", Key: fmt.Sprintf("%d/%s", digits, code), Detail: "缺少合计行"})
	}
	return c.dayTotalsOf(digits, days)
}

// countsIn reads stored counts, which may be damaged.
func countsIn(text string) (counts brand.Counts, ok bool) {
	ok = counts.Scan(text) == nil
	return counts, ok
}

// dayTotalsOf holds the stored rows of a level against what changes from day to day: each row is the sum
// of what has changed until its day, and each day on which something changes has a row.
func (c *checker) dayTotalsOf(digits int, days map[area.Code][]dayChange) error {
	want := map[area.Code]brand.Counts{} // the sum until the row last read
	bad := func(code area.Code, detail string) {
		c.report(audit.Finding{Table: "brand_day_totals", Key: fmt.Sprintf("%d/%s", digits, code), Detail: detail})
	}
	for _, list := range days {
		slices.SortFunc(list, func(a, b dayChange) int { return cmp.Compare(a.day, b.day) })
	}
	// pass adds what changes before a day, and tells a day that has no row.
	pass := func(code area.Code, before period.Date) {
		list, i := days[code], 0
		for ; i < len(list) && list[i].day < before; i++ {
			change := brand.Counts{}
			day := list[i].day
			for ; i < len(list) && list[i].day == day; i++ {
				change.Plus(list[i].counts)
			}
			i--
			want[code].Plus(change)
			if len(change) > 0 && day < brand.LastDay {
				bad(code, fmt.Sprintf("缺少 %s 的合计行", day))
			}
		}
		days[code] = list[i:]
	}
	err := c.each(func(scan func(...any) error) error {
		var code area.Code
		var day period.Date
		var text string
		if err := scan(&code, &day, &text); err != nil {
			return err
		}
		if want[code] == nil {
			want[code] = brand.Counts{}
		}
		pass(code, day)
		list, i := days[code], 0
		for ; i < len(list) && list[i].day == day; i++ {
			want[code].Plus(list[i].counts)
		}
		days[code] = list[i:]
		if counts, ok := countsIn(text); !ok || !maps.Equal(counts, want[code]) {
			bad(code, fmt.Sprintf("%s 的合计与各品牌的认定不符", day))
		}
		return nil
	}, "SELECT area, day, counts FROM brand_day_totals WHERE digits = ? ORDER BY area, day", digits)
	if err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(days)) {
		if want[code] == nil {
			want[code] = brand.Counts{}
		}
		pass(code, brand.LastDay)
	}
	return nil
}

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
