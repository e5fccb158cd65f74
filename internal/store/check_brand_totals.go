package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"cmp"
	"fmt"
	"maps"
	"slices"
)

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
	kept := map[area.Code]bool{} // areas that have a total
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
		kept[code] = true
		return nil
	}, "SELECT area, changed, counts FROM brand_totals WHERE digits = ? ORDER BY area", digits)
	if err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(changed)) {
		c.report(audit.Finding{Table: "brand_totals", Key: fmt.Sprintf("%d/%s", digits, code), Detail: "缺少合计行"})
	}
	return c.dayTotalsOf(digits, kept, days)
}

// countsIn reads stored counts, which may be damaged.
func countsIn(text string) (counts brand.Counts, ok bool) {
	ok = counts.Scan(text) == nil
	return counts, ok
}

// dayTotalsOf holds the stored rows of a level against what changes from day to day: each row is the sum
// of what has changed until its day, and each day on which something changes has a row. kept are the areas
// that have brands.
func (c *checker) dayTotalsOf(digits int, kept map[area.Code]bool, days map[area.Code][]dayChange) error {
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
		if !kept[code] {
			bad(code, "这个区划没有品牌")
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
