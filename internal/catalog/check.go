package catalog

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxName is the longest name in characters.
const MaxName = 64

// maxSuccessors bounds how many areas one is split into.
const maxSuccessors = 50

// CleanName returns the name in Unicode's form NFC and without spaces around it.
func CleanName(s string) string { return strings.TrimSpace(norm.NFC.String(s)) }

// refused is the refusal of an area for its violations.
func refused(found []fault.Violation) error {
	e := fault.New(fault.RuleViolation, "区划信息有 %d 处需要改正，见 violations。", "%d places of the area need to be corrected, see violations.", len(found))
	e.Violations = found
	return e
}

func parentMissing(parent area.Code) fault.Violation {
	return fault.Mistake("area_parent_missing", "",
		fault.Textf("上级区划 %s 尚未登记。", "The area above, %s, is not in the catalogue.", parent),
		fault.Textf("请先登记 %s，再登记它的下级；或核对代码是否写错。", "Add %s first, then what is below it; or check the code for a mistake.", parent))
}

// check returns what is wrong with an area by itself and against the areas known.
func check(a Area, known func(area.Code) (bool, error)) ([]fault.Violation, error) {
	found := checkName(a.Name)
	if a.ValidFrom != nil && a.ValidTo != nil && *a.ValidFrom > *a.ValidTo {
		found = append(found, fault.Mistake("area_validity", "/valid_to",
			fault.Textf("停用日期 %s 早于启用日期 %s。", "The last day %s is before the first day %s.", *a.ValidTo, *a.ValidFrom),
			fault.Text{ZH: "请把 valid_to 改为启用日期当天或之后，或留空。", EN: "Give a valid_to on or after valid_from, or none."}))
	}
	if a.Reports && a.Code.Level() != area.LevelSubdistrict {
		found = append(found, fault.Mistake("area_reports_level", "/reports",
			fault.Textf("%s 不是街道、镇、乡，不能设为填报单位。", "%s is not a subdistrict and cannot report.", a.Code),
			fault.Text{ZH: "请把 reports 改为 false；填报单位是 9 位代码的街道、镇、乡。", EN: "Set reports to false; only subdistricts, of 9 digits, report."}))
	}
	more, err := checkSuccessors(a, known)
	return append(found, more...), err
}

func checkName(name string) []fault.Violation {
	n := utf8.RuneCountInString(name)
	switch {
	case n == 0:
		return []fault.Violation{fault.Mistake("area_name", "/name",
			fault.Text{ZH: "名称为空。", EN: "The name is empty."},
			fault.Text{ZH: "请填写区划名称，如“城厢街道”。", EN: "Give the area's name."})}
	case n > MaxName:
		return []fault.Violation{fault.Mistake("area_name", "/name",
			fault.Textf("名称有 %d 个字，超过 %d 个字。", "The name has %d characters, more than %d.", n, MaxName),
			fault.Textf("请改用不超过 %d 个字的名称。", "Use a name of at most %d characters.", MaxName))}
	case !utf8.ValidString(name) || strings.ContainsFunc(name, hidden):
		return []fault.Violation{fault.Mistake("area_name", "/name",
			fault.Text{ZH: "名称中有换行、制表符等不可见字符。", EN: "The name has characters that cannot be seen, such as a line break or a tab."},
			fault.Text{ZH: "请删去后重新填写（从表格中复制时容易带入）。", EN: "Delete them; they often come with text copied from a table."})}
	}
	return nil
}

// hidden reports whether a character has no place in a name: controls, format characters such as
// zero-width or direction marks, and line and paragraph separators.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) || r == utf8.RuneError
}

func checkSuccessors(a Area, known func(area.Code) (bool, error)) (found []fault.Violation, err error) {
	add := func(code string, message, hint fault.Text) {
		found = append(found, fault.Mistake(code, "/successors", message, hint))
	}
	if len(a.Successors) > 0 && a.ValidTo == nil {
		found = append(found, fault.Mistake("area_successors_need_end", "/valid_to",
			fault.Text{ZH: "填了承接区划，却没有停用日期。", EN: "There are successors but no last day."},
			fault.Text{ZH: "请填写 valid_to（本区划存续的最后一天），或去掉 successors。", EN: "Give valid_to, the area's last day, or no successors."}))
	}
	if len(a.Successors) > maxSuccessors {
		add("area_successors_number",
			fault.Textf("承接区划有 %d 个，超过 %d 个。", "There are %d successors, more than %d.", len(a.Successors), maxSuccessors),
			fault.Text{ZH: "请核对 successors。", EN: "Check successors."})
		return found, nil
	}
	for i, s := range a.Successors {
		switch {
		case s == a.Code:
			add("area_successor_self", fault.Textf("承接区划 %s 就是本区划自己。", "The successor %s is the area itself.", s),
				fault.Text{ZH: "请填写合并后承接的区划代码。", EN: "Give the code of the area it merged into."})
			continue
		case slices.Contains(a.Successors[:i], s):
			add("area_successor_twice", fault.Textf("承接区划 %s 写了两次。", "The successor %s is given twice.", s),
				fault.Text{ZH: "请删去重复的一个。", EN: "Delete one of them."})
			continue
		case s.Level() != a.Code.Level():
			add("area_successor_level", fault.Textf("承接区划 %s 与本区划不是同一级别。", "The successor %s is not of the same level.", s),
				fault.Textf("请填写 %d 位的区划代码。", "Give a code of %d digits.", max(1, a.Code.Level().Digits())))
			continue
		}
		ok, err := known(s)
		if err != nil {
			return nil, err
		}
		if !ok {
			add("area_successor_missing", fault.Textf("承接区划 %s 尚未登记。", "The successor %s is not in the catalogue.", s),
				fault.Textf("请先登记 %s，或核对代码。", "Add %s first, or check the code.", s))
		}
	}
	return found, nil
}

// checkOfficial refuses a change by which the area would not be expected for a period of which it
// has an official record: the record would vanish from the reports.
func checkOfficial(tx Reader, old, a Area) (found []fault.Violation, err error) {
	if old.Reports == a.Reports && equal(old.ValidFrom, a.ValidFrom) && equal(old.ValidTo, a.ValidTo) {
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
