package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"fmt"
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
	figureSums = "coalesce(sum(" + strings.Join(sumColumns, "), 0), coalesce(sum(") + "), 0)"
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
	totalOfTotals   = putTotal("coalesce(sum(reported), 0)", "coverage_totals WHERE period = ? AND digits = ? AND area >= ? AND area < ?")
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
