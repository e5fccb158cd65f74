package catalog

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"slices"
)

// checkSuccessors returns what is wrong with the areas that take the place of one that ends: each must be
// there on the day after, and none may lead back to it.
func checkSuccessors(a Area, find finder) (found []fault.Violation, err error) {
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
		into, ok, err := find(s)
		if err != nil {
			return nil, err
		}
		if !ok {
			add("area_successor_missing", fault.Textf("承接区划 %s 尚未登记。", "The successor %s is not in the catalogue.", s),
				fault.Textf("请先登记 %s，或核对代码。", "Add %s first, or check the code.", s))
			continue
		}
		back, err := leadsTo(into, a.Code, find)
		if err != nil {
			return nil, err
		}
		if back {
			add("area_successor_cycle", fault.Textf("承接区划 %s（%s）又由本区划承接，绕成了一圈。", "The successor %s (%s) is itself succeeded by the area: they go round in a circle.", into.Name, s),
				fault.Textf("请填写最终承接的区划；如 %s 的承接区划填错了，请先改正它。", "Give the area that stays; if the successors of %s are wrong, correct them first.", s))
		} else if a.ValidTo != nil {
			checkPresence(a, into, add)
		}
	}
	return found, nil
}

// leadsTo reports whether an area, or one that takes its place in turn, is succeeded by code.
func leadsTo(a Area, code area.Code, find finder) (bool, error) {
	seen := map[area.Code]bool{a.Code: true}
	for next := slices.Clone(a.Successors); len(next) > 0; next = next[1:] {
		if next[0] == code {
			return true, nil
		}
		if seen[next[0]] {
			continue
		}
		seen[next[0]] = true
		into, _, err := find(next[0])
		if err != nil {
			return false, err
		}
		next = append(next, into.Successors...)
	}
	return false, nil
}

// checkPresence adds what is wrong when a successor is not there on the day after the area's last.
func checkPresence(a, into Area, add func(code string, message, hint fault.Text)) {
	switch day := a.ValidTo.AddDays(1); {
	case into.ValidTo != nil && *into.ValidTo < day:
		add("area_successor_ended", fault.Textf("承接区划 %s（%s）自己已于 %s 停用，%s 起无法承接。", "The successor %s (%s) itself ended on %s and cannot take over on %s.", into.Name, into.Code, *into.ValidTo, day),
			fault.Text{ZH: "请填写停用之后仍然存续的区划代码，或核对两边的 valid_to。", EN: "Give the code of an area that still exists then, or check the valid_to of both."})
	case into.ValidFrom != nil && *into.ValidFrom > day:
		add("area_successor_later", fault.Textf("承接区划 %s（%s）%s 才启用，本区划 %s 就停用了，中间无人承接。", "The successor %s (%s) begins on %s only, and the area ends on %s.", into.Name, into.Code, *into.ValidFrom, *a.ValidTo),
			fault.Textf("请把 valid_to 改为 %s，或核对承接区划的 valid_from。", "Give a valid_to of %s, or check the successor's valid_from.", into.ValidFrom.AddDays(-1)))
	}
}

// checkPredecessors refuses days by which the area would not be there when it took the place of one that
// ended.
func checkPredecessors(a Area, before []Area) (found []fault.Violation) {
	for _, p := range before {
		if p.ValidTo == nil || a.ValidOn(p.ValidTo.AddDays(1)) {
			continue
		}
		pointer, day := "/valid_to", p.ValidTo.AddDays(1)
		if a.ValidFrom != nil && *a.ValidFrom > day {
			pointer = "/valid_from"
		}
		found = append(found, fault.Mistake("area_succeeds", pointer,
			fault.Textf("%s（%s）于 %s 停用，由本区划承接，本区划 %s 须存续。", "%s (%s) ended on %s and the area took its place: it must exist on %s.", p.Name, p.Code, *p.ValidTo, day),
			fault.Textf("请核对 %s；如 %s 的承接区划填错了，请先改正它。", "Check %s; if the successors of %s are wrong, correct them first.", pointer[1:], p.Code)))
	}
	return found
}
