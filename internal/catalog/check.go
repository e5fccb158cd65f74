package catalog

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/text"
	"unicode/utf8"
)

// MaxName is the longest name in characters.
const MaxName = 64

// maxSuccessors bounds how many areas one is split into.
const maxSuccessors = 50

// CleanName returns the name in Unicode's form NFC and without spaces around it.
func CleanName(s string) string { return text.Trim(s) }

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

// finder returns an area as it is, or is about to be, known. It reports false when there is none.
type finder func(area.Code) (Area, bool, error)

// check returns what is wrong with an area by itself and against the areas known.
func check(a Area, find finder) ([]fault.Violation, error) {
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
	more, err := checkSuccessors(a, find)
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
	case text.DamagedLine(name):
		return []fault.Violation{fault.Mistake("area_name", "/name",
			fault.Text{ZH: "名称中有换行、制表符等不可见字符。", EN: "The name has characters that cannot be seen, such as a line break or a tab."},
			fault.Text{ZH: "请删去后重新填写（从表格中复制时容易带入）。", EN: "Delete them; they often come with text copied from a table."})}
	case !text.HasWords(name):
		return []fault.Violation{fault.Mistake("area_name", "/name",
			fault.Textf("名称“%s”中没有文字。", "The name “%s” holds neither letter nor digit.", name),
			fault.Text{ZH: "请填写区划名称，如“城厢街道”。", EN: "Give the area's name."})}
	}
	return nil
}
