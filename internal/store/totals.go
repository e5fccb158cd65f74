package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sumColumns are the figures of both kinds in the order of the columns, economic first.
var sumColumns = func() []string {
	var out []string
	for _, k := range coverage.Kinds {
		for _, f := range coverage.FigureNames {
			out = append(out, string(k)+"_"+f)
		}
	}
	return out
}()

// figureList is the columns themselves, figureSums what adds them up; both in the order of scanSums.
var (
	figureList = strings.Join(sumColumns, ", ")
	figureSums = "coalesce(CAST(sum(" + strings.Join(sumColumns, ") AS BIGINT), 0), coalesce(CAST(sum(") + ") AS BIGINT), 0)"
)

// scanSums returns where figureList is scanned into.
func scanSums(economic, social *coverage.Sums) []any {
	into := make([]any, 0, 2*coverage.FigureCount)
	for i := range economic {
		into = append(into, &economic[i])
	}
	for i := range social {
		into = append(into, &social[i])
	}
	return into
}

// Both put the sums of one area, and of nothing else, in the place of what stood there.
var (
	totalOfDistrict = putTotal("count(*)", "coverage_revisions WHERE period = ? AND area >= ? AND area < ? AND since < ? AND until = ?")
	totalOfTotals   = putTotal("coalesce(CAST(sum(reported) AS BIGINT), 0)", "coverage_totals WHERE period = ? AND digits = ? AND area >= ? AND area < ?")
)

func putTotal(reported, from string) string {
	set := "reported = excluded.reported, changed = excluded.changed"
	for _, c := range sumColumns {
		set += ", " + c + " = excluded." + c
	}
	return "INSERT INTO coverage_totals (period, digits, area, reported, changed, " + figureList + ") " +
		"SELECT ?, ?, ?, " + reported + ", ?, " + figureSums + " FROM " + from +
		" ON CONFLICT (period, digits, area) DO UPDATE SET " + set
}

// RecomputeTotals brings the totals of a period up to date after official revisions of the given
// districts have changed: each district from its official revisions, then each city from its
// districts, each province from its cities and the nation from its provinces. It never adds a
// difference. A code may be that of any area of the district, and may stand there twice.
func (w *Writer) RecomputeTotals(p period.ID, districts []area.Code) error {
	levels := []area.Level{area.LevelDistrict, area.LevelCity, area.LevelProvince, area.LevelNation}
	touched := districts
	for i, level := range levels {
		var at []area.Code
		for _, c := range touched {
			c = c.At(level)
			if c.Level() != level {
				return fmt.Errorf("recompute totals: %s lies above a %s", c, level)
			}
			at = append(at, c)
		}
		slices.Sort(at)
		touched = slices.Compact(at)
		for _, c := range touched {
			if err := w.recomputeTotal(p, c, i, levels); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Writer) recomputeTotal(p period.ID, c area.Code, i int, levels []area.Level) error {
	from, to := c.Range()
	args := []any{string(p), levels[i].Digits(), string(c), w.now, string(p)}
	query := totalOfDistrict
	if i == 0 {
		args = append(args, from, to, period.Never, period.Never)
	} else {
		query = totalOfTotals
		args = append(args, levels[i-1].Digits(), from, to)
	}
	_, err := w.exec(query, args...)
	return err
}

// officialHistory is every revision of a period that is or was official, by area.
// A figure that is missing, as none can be but by damage, counts nothing.
var officialHistory = "SELECT area, since, until, coalesce(" + strings.Join(sumColumns, ", 0), coalesce(") + ", 0) FROM coverage_revisions WHERE period = ? AND since < ? ORDER BY area, revision"

// storedTotals are the totals of a period.
var storedTotals = "SELECT area, digits, reported, changed, " + figureList + " FROM coverage_totals WHERE period = ? ORDER BY digits, area"

// total is what one area's row of coverage_totals holds, or must hold.
type total struct {
	reported, digits int64
	changed          period.Instant // must hold: at least
	sums             [2]coverage.Sums
}

// CheckTotals recomputes the totals of every period from the revisions and tells each that differs:
// other figures, or a stamp before the last change of a revision, by which an earlier report would
// take it for known. It holds the totals of one period in memory at a time.
func (r *Reader) CheckTotals(problem func(p period.ID, a area.Code, detail string)) error {
	var periods []period.ID
	err := r.each(func(scan func(...any) error) error {
		var p period.ID
		err := scan(&p)
		periods = append(periods, p)
		return err
	}, everyPeriod)
	if err != nil {
		return err
	}
	for _, p := range periods {
		want, err := r.recomputed(p)
		if err != nil {
			return err
		}
		err = r.each(func(scan func(...any) error) error {
			var code area.Code
			var have total
			if err := scan(append([]any{&code, &have.digits, &have.reported, &have.changed}, scanSums(&have.sums[0], &have.sums[1])...)...); err != nil {
				return err
			}
			must := want[code]
			delete(want, code)
			switch {
			case have.digits != int64(code.Level().Digits()):
				problem(p, code, fmt.Sprintf("合计行的级别 %d 与区划代码不符", have.digits))
			case have.reported != must.reported || have.sums != must.sums:
				problem(p, code, fmt.Sprintf("合计（%d 个单位）与各单位审核通过的数据（%d 个单位）不符", have.reported, must.reported))
			case have.changed < must.changed:
				problem(p, code, "合计的时间戳早于其中数据的最后一次变动")
			}
			return nil
		}, storedTotals, string(p))
		if err != nil {
			return err
		}
		for _, code := range slices.Sorted(maps.Keys(want)) {
			problem(p, code, "缺少合计行")
		}
	}
	return nil
}

// everyPeriod jumps from period to period along the primary keys.
const everyPeriod = `
WITH RECURSIVE
	recorded(id) AS (SELECT min(period) FROM coverage_revisions
		UNION ALL SELECT (SELECT min(period) FROM coverage_revisions WHERE period > recorded.id) FROM recorded WHERE id IS NOT NULL),
	totaled(id) AS (SELECT min(period) FROM coverage_totals
		UNION ALL SELECT (SELECT min(period) FROM coverage_totals WHERE period > totaled.id) FROM totaled WHERE id IS NOT NULL)
SELECT id FROM recorded WHERE id IS NOT NULL UNION SELECT id FROM totaled WHERE id IS NOT NULL ORDER BY 1`

// recomputed adds a period's official revisions up for every area that holds one that is or was.
func (r *Reader) recomputed(p period.ID) (map[area.Code]total, error) {
	out := make(map[area.Code]total)
	err := r.each(func(scan func(...any) error) error {
		var code area.Code
		var since, until period.Instant
		var sums [2]coverage.Sums
		if err := scan(append([]any{&code, &since, &until}, scanSums(&sums[0], &sums[1])...)...); err != nil {
			return err
		}
		for _, c := range code.Upward()[1:] {
			t := out[c]
			t.changed = max(t.changed, since)
			if until == period.Never {
				t.reported++
				t.sums[0], t.sums[1] = t.sums[0].Plus(sums[0]), t.sums[1].Plus(sums[1])
			} else {
				t.changed = max(t.changed, until)
			}
			out[c] = t
		}
		return nil
	}, officialHistory, string(p), period.Never)
	return out, err
}
