package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

const openStandings = "SELECT from_day, to_day, state, field, level, due, since FROM brand_standings WHERE area = ? AND brand = ? AND until = 9223372036854775807 ORDER BY from_day"

// SaveStandings makes these the standings of a brand from now on, and counts them in the totals. There
// are none of a brand that is gone. A transaction saves those of a brand once.
func (w *Writer) SaveStandings(b brand.Brand, now []brand.Standing) error {
	var was []brand.Standing
	var since period.Instant
	err := w.each(func(scan func(...any) error) error {
		var s brand.Standing
		err := scan(&s.From, &s.To, &s.State, &s.Field, &s.Level, &s.Due, &since)
		was = append(was, s)
		return err
	}, openStandings, string(b.Area), b.ID)
	if err != nil || slices.Equal(was, now) {
		return err
	}
	if len(was) > 0 {
		if _, err := w.exec("UPDATE brand_standings SET until = ? WHERE area = ? AND brand = ? AND since = ? AND until = 9223372036854775807", w.now, string(b.Area), b.ID, since); err != nil {
			return err
		}
	}
	for _, s := range now {
		_, err := w.exec("INSERT INTO brand_standings (area, brand, number, since, from_day, until, to_day, state, field, level, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			string(b.Area), b.ID, b.Number, w.now, string(s.From), period.Never, string(s.To), string(s.State), string(s.Field), string(s.Level), s.Due)
		if err != nil {
			return err
		}
	}
	return w.recount(b.District, was, now)
}

// recount brings the totals of a district and of all above it up to date after the standings of a brand
// have changed.
func (w *Writer) recount(district area.Code, was, now []brand.Standing) error {
	for _, level := range []area.Level{area.LevelDistrict, area.LevelCity, area.LevelProvince, area.LevelNation} {
		at := district.At(level)
		if at.Level() != level {
			return fmt.Errorf("recount brands: %s lies above a %s", district, level)
		}
		if err := w.recountStates(at, was, now); err != nil {
			return err
		}
		if err := w.recountDays(at, was, now); err != nil {
			return err
		}
	}
	return nil
}

// recountStates notes that a standing has changed. A brand's standings are all of one state.
func (w *Writer) recountStates(at area.Code, was, now []brand.Standing) error {
	var before, after brand.State
	if len(was) > 0 {
		before = was[0].State
	}
	if len(now) > 0 {
		after = now[0].State
	}
	counts := brand.Counts{}
	err := w.row("SELECT counts FROM brand_totals WHERE digits = ? AND area = ?", at.Level().Digits(), string(at)).Scan(&counts)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	counts.Add(string(before), -1)
	counts.Add(string(after), 1)
	_, err = w.exec("INSERT INTO brand_totals (digits, area, changed, counts) VALUES (?, ?, ?, ?) ON CONFLICT (digits, area) DO UPDATE SET changed = excluded.changed, counts = excluded.counts",
		at.Level().Digits(), string(at), w.now, counts)
	return err
}

// recountDays changes the rows of the days on which the brand counts as something else than before. There
// is a row from each day on which a count changes; a row holds until the next.
func (w *Writer) recountDays(at area.Code, was, now []brand.Standing) error {
	was, now = counting(was), counting(now)
	if slices.Equal(was, now) {
		return nil
	}
	first, last := brand.LastDay, brand.FirstDay
	var days []period.Date
	for _, s := range slices.Concat(was, now) {
		first, last = min(first, s.From), max(last, s.To)
		days = append(days, s.From, s.To)
	}
	rows, err := w.dayTotals(at, first, last)
	if err != nil {
		return err
	}
	slices.Sort(days)
	for _, d := range slices.Compact(days) {
		i, found := slices.BinarySearchFunc(rows, d, func(t dayTotal, d period.Date) int { return cmp.Compare(t.day, d) })
		if found || d == brand.LastDay {
			continue
		}
		row := dayTotal{day: d, counts: brand.Counts{}}
		if i > 0 {
			row.counts = rows[i-1].counts.Clone()
		}
		rows = slices.Insert(rows, i, row)
	}
	var changed []dayTotal
	for _, t := range rows {
		if t.stored && (t.day < first || t.day >= last) {
			continue
		}
		change := brand.Counts{}
		for _, s := range was {
			if s.From <= t.day && t.day < s.To {
				change.AddStanding(s, -1)
			}
		}
		for _, s := range now {
			if s.From <= t.day && t.day < s.To {
				change.AddStanding(s, 1)
			}
		}
		if t.stored && len(change) == 0 {
			continue
		}
		t.counts.Plus(change)
		changed = append(changed, t)
	}
	return w.putDayTotals(at, changed)
}

// counting are the standings that count by day, of one state.
func counting(all []brand.Standing) []brand.Standing {
	var out []brand.Standing
	for _, s := range all {
		if s.Level != "" || s.Due {
			s.State = ""
			out = append(out, s)
		}
	}
	return out
}

// dayTotal is a row of brand_day_totals.
type dayTotal struct {
	day    period.Date
	counts brand.Counts
	stored bool
}

// dayTotals reads an area's rows of the days from the one in force on first until last.
func (w *Writer) dayTotals(at area.Code, first, last period.Date) (out []dayTotal, err error) {
	digits := at.Level().Digits()
	err = w.each(func(scan func(...any) error) error {
		t := dayTotal{stored: true}
		err := scan(&t.day, &t.counts)
		out = append(out, t)
		return err
	}, `SELECT day, counts FROM brand_day_totals WHERE digits = ? AND area = ? AND day <= ?
		AND day >= coalesce((SELECT max(day) FROM brand_day_totals WHERE digits = ? AND area = ? AND day <= ?), '') ORDER BY day`,
		digits, string(at), string(last), digits, string(at), string(first))
	return out, err
}

// putDayTotals writes an area's rows.
func (w *Writer) putDayTotals(at area.Code, rows []dayTotal) error {
	for some := range slices.Chunk(rows, 100) {
		var args []any
		for _, t := range some {
			args = append(args, at.Level().Digits(), string(at), string(t.day), t.counts)
		}
		_, err := w.exec("INSERT INTO brand_day_totals (digits, area, day, counts) VALUES (?, ?, ?, ?)"+strings.Repeat(", (?, ?, ?, ?)", len(some)-1)+
			" ON CONFLICT (digits, area, day) DO UPDATE SET counts = excluded.counts", args...)
		if err != nil {
			return err
		}
	}
	return nil
}
