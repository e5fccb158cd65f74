package catalog

import (
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
)

// checkOfficial refuses a change by which the area would not be expected for a period of which it
// has an official record: the record would vanish from the reports. old is nil for a new area.
func checkOfficial(tx Reader, old *Area, a Area) (found []fault.Violation, err error) {
	if old == nil || sameDays(*old, a) {
		return nil, nil
	}
	periods, err := tx.OfficialPeriods(a.Code)
	if err != nil {
		return nil, err
	}
	for _, p := range periods {
		end := p.EndsOn()
		if !old.ExpectedOn(end) || a.ExpectedOn(end) {
			continue
		}
		pointer, hint := "/reports", fault.Text{ZH: "请保持 reports 为 true；如今后不再填报，请改填停用日期 valid_to。", EN: "Leave reports true; if it stops reporting, give a valid_to instead."}
		switch {
		case a.ValidTo != nil && *a.ValidTo < end:
			pointer, hint = "/valid_to", fault.Textf("请把 valid_to 改为 %s 或之后。", "Give a valid_to of %s or later.", end)
		case a.ValidFrom != nil && *a.ValidFrom > end:
			pointer, hint = "/valid_from", fault.Textf("请把 valid_from 改为 %s 或之前。", "Give a valid_from of %s or earlier.", end)
		}
		found = append(found, fault.Mistake("area_has_official_records", pointer,
			fault.Textf("%s 在 %s 已有审核通过的数据，照此修改后该期将不再列为应报单位。", "%s has an approved record for %s, and would no longer be expected to report for it.", a.Name, p), hint))
	}
	return found, nil
}

func sameDays(a, b Area) bool {
	return a.Reports == b.Reports && equal(a.ValidFrom, b.ValidFrom) && equal(a.ValidTo, b.ValidTo)
}

// history is the past that a change of areas may not rewrite.
type history struct {
	tx       Reader
	reported []period.ID // that are over and have official records
	read     bool
}

// check refuses a change by which the area would be expected for a period that is over and of which there
// are official records: every report of it would lack one more. While the area could still submit for it,
// an end that was a mistake may be taken back, and one that began in the period may join it until
// everybody else has reported. old is nil for a new area.
func (h *history) check(old *Area, a Area) ([]fault.Violation, error) {
	if !a.Reports || (old != nil && sameDays(*old, a)) {
		return nil, nil
	}
	if !h.read {
		var err error
		if h.reported, err = h.tx.ReportedPast(); err != nil {
			return nil, err
		}
		h.read = true
	}
	resumed := old != nil && old.Reports && equal(old.ValidFrom, a.ValidFrom)
	var joined []period.ID
	for _, p := range h.reported {
		end := p.EndsOn()
		if !a.ExpectedOn(end) || (old != nil && old.ExpectedOn(end)) {
			continue
		}
		if resumed || (a.ValidFrom != nil && *a.ValidFrom >= p.StartsOn()) {
			open, complete, err := h.tx.Reporting(p, a.Code)
			if err != nil {
				return nil, err
			}
			if open && (resumed || !complete) {
				continue
			}
		}
		joined = append(joined, p)
	}
	if len(joined) == 0 {
		return nil, nil
	}
	return []fault.Violation{joins(old, a, joined, resumed)}, nil
}

// joins says that the area would be expected for periods that are over, and from when on it can be.
func joins(old *Area, a Area, periods []period.ID, resumed bool) fault.Violation {
	first, last := periods[0], periods[len(periods)-1]
	day := last.EndsOn().AddDays(1)
	pointer, hint := "/valid_from", fault.Textf("请把 valid_from 填为 %s 或之后，从那时起填报。", "Give a valid_from of %s or later, from which on it reports.", day)
	switch {
	case resumed:
		pointer, hint = "/valid_to", fault.Textf("请保留停用日期 %s；确已恢复的，请用新的代码登记，valid_from 填 %s 或之后。", "Keep the last day, %s; if it exists again, add it under a new code with a valid_from of %s or later.", *old.ValidTo, day)
	case a.ValidTo != nil && *a.ValidTo < day:
		pointer, hint = "/reports", fault.Textf("它已于 %s 停用，只作历史登记：请把 reports 填为 false。", "It ended on %s and is history: set reports to false.", *a.ValidTo)
	}
	return fault.Mistake("area_rewrites_past", pointer,
		fault.Textf("照此登记，%s 会成为 %s 至 %s 中已有审核通过数据的 %d 个报告期的应报单位，这些已结束的报告期会变成缺报。", "%s would be expected for %[4]d ended periods from %[2]s to %[3]s that have approved records: each would lack one more.", a.Name, first, last, len(periods)), hint)
}
