package brand

import (
	"brandregistry/internal/area"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"strings"
)

// holdsBrands fails with RuleViolation unless the area is one that has brands today.
func holdsBrands(tx Reader, at area.Code) error {
	a, err := tx.Area(at)
	switch {
	case fault.Is(err, fault.NotFound):
		return wrongArea("area_not_expected", fault.Textf("区划中没有代码 %s。", "The catalogue holds no area %s.", string(at)), fault.Text{ZH: "请核对区划代码。", EN: "Check the code."})
	case err != nil:
		return err
	case at.Level() != area.LevelSubdistrict && at.Level() != area.LevelDistrict:
		return wrongArea("area_not_expected", fault.Textf("%s不是街道、镇、乡，也不是区、县，不能申报品牌。", "%s is neither a subdistrict nor a district.", a.Name),
			fault.Text{ZH: "请填街道、镇、乡的代码；区直机关、学校、医院填区的代码。", EN: "Give the code of a subdistrict, or of the district for its own organs, schools and hospitals."})
	case !a.ValidOn(tx.Today()):
		return wrongArea("area_not_expected", fault.Textf("%s今天不存在：尚未设立或已经撤并。", "%s does not exist today.", a.Name),
			fault.Textf("请由%s申报。", "Let %s declare it.", successors(tx, a)))
	}
	return nil
}

// stands reports whether an area exists today.
func stands(tx Reader, at area.Code) (bool, error) {
	a, err := tx.Area(at)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && a.ValidOn(tx.Today()), err
}

// areaStands fails with RuleViolation when the area of a brand that is there is no more.
func areaStands(tx Reader, at area.Code) error {
	a, err := tx.Area(at)
	if err != nil || a.ValidOn(tx.Today()) {
		return err
	}
	return wrongArea("area_gone", fault.Textf("%s已经撤并，不能再以它的名义申报品牌。", "%s is no more: no brand is submitted in its name.", a.Name),
		fault.Textf("请由%s另行申报；名称相同的，先删除这里的草稿或改掉它的名称。", "Let %s declare it; for the same name, first delete or rename the draft here.", successors(tx, a)))
}

func wrongArea(code string, message, hint fault.Text) error {
	return fault.Rules([]fault.Violation{fault.Mistake(code, "/area_code", message, hint)})
}

// successors names what an area was merged into.
func successors(tx Reader, a catalog.Area) fault.Text {
	var names []string
	for _, code := range a.Successors {
		name := string(code)
		if s, err := tx.Area(code); err == nil {
			name = s.Name + "（" + name + "）"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return fault.Text{ZH: "撤并后的街道、镇、乡", EN: "its successor"}
	}
	return fault.Text{ZH: strings.Join(names, "、"), EN: strings.Join(names, ", ")}
}
