package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/fault"
	"cmp"
	"slices"
	"strings"
)

// Two names are near when one of at least two characters lies within the other, or when they become the same
// by leaving out one character of each, or two when the longer has eight or more: when one was changed, added,
// left out or moved. Of a longer name the first 24 characters count.
//
// Names that are near have a key in common, and only they do: see NearKey.
const nearLength = 24

// leftOut is how many characters may be left out of a name of n.
func leftOut(n int) int {
	switch {
	case n < 3:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// KeyRole is what a key is of its name.
type KeyRole int

// The roles.
const (
	WholeName  KeyRole = iota // all of it
	MostOfName                // it without one or two characters
	PartOfName                // two or more characters that follow each other
)

// NearKey is one of the keys by which a name is compared with others. Two names are near exactly when they have
// a key in common whose roles add up to no more than PartOfName: a part of one is all of the other, or what is
// left of both is the same.
type NearKey struct {
	Text string
	Role KeyRole
}

// NearKeys returns the keys of a normalized name, sorted; none of a name of less than two characters.
func NearKeys(nameKey string) []NearKey {
	name := []rune(nameKey)
	name = name[:min(len(name), nearLength)]
	if len(name) < 2 {
		return nil
	}
	roles := map[string]KeyRole{}
	for i := range name {
		for j := i + 2; j <= len(name); j++ {
			roles[string(name[i:j])] = PartOfName
		}
	}
	for _, shorter := range without(name, leftOut(len(name)), 0) {
		roles[string(shorter)] = MostOfName
	}
	roles[string(name)] = WholeName
	out := make([]NearKey, 0, len(roles))
	for key, role := range roles {
		out = append(out, NearKey{key, role})
	}
	slices.SortFunc(out, func(a, b NearKey) int { return cmp.Compare(a.Text, b.Text) })
	return out
}

// without returns what is left of a name without one to most characters from a place on.
func without(name []rune, most, from int) (out [][]rune) {
	for i := from; i < len(name) && most > 0; i++ {
		shorter := slices.Concat(name[:i], name[i+1:])
		out = append(append(out, shorter), without(shorter, most-1, i)...)
	}
	return out
}

// TakenName is the normalized name that the brand keeps others from having; "" when it keeps none.
func (b Brand) TakenName() string {
	if !b.State.Live() {
		return ""
	}
	return b.NameKey
}

// compares reports whether the names near the brand's matter: until it is decided.
func (b Brand) compares() bool {
	return b.TakenName() != "" && b.State != Recognized
}

// maxNear is how many near names are counted.
const maxNear = 10

// nearNames returns, by number, the brands with names near those of the brands of the list that are not decided
// yet, as the actor may know of them: those that were submitted, and those of its area; more than maxNear when
// there are more.
func nearNames(tx Reader, list ...Brand) (map[int64][]Named, error) {
	var numbers []int64
	for _, b := range list {
		if b.compares() {
			numbers = append(numbers, b.Number)
		}
	}
	return tx.NearNames(numbers, tx.Actor().Area, maxNear+1)
}

// mayName reports whether the actor may be told the brand's name: it is public, or of the actor's area.
func mayName(who access.Actor, n Named) bool {
	return n.State == Publicized || n.State == Recognized || access.Check(who, access.ReadBrands, n.Area) == nil
}

// similar warns of names near the brand's. It names those of near that the actor may be told.
func similar(who access.Actor, b Brand, near []Named) []fault.Violation {
	if len(near) == 0 {
		return nil
	}
	var names []string
	for _, n := range near {
		if mayName(who, n) {
			names = append(names, n.Name)
		}
	}
	slices.Sort(names)
	v := fault.Violation{Code: "name_similar", Key: "name.name_similar", Severity: fault.SeverityWarning, Pointer: "/name",
		Hint: fault.Text{ZH: "如为同一品牌，请不要重复申报；如确为不同品牌，请说明区别。", EN: "If it is the same brand, do not submit it again; else explain how it differs."}}
	switch {
	case len(near) > maxNear:
		v.Message = fault.Textf("名称“%s”与本区许多品牌的名称相近。", "The name “%s” is close to those of many brands in the district.", b.Name)
		v.Hint = fault.Text{ZH: "请换一个更有特点的名称；如确为不同品牌，请说明区别。", EN: "Choose a name that is more distinct, or explain how the brand differs."}
	case len(names) == 0:
		v.Message = fault.Textf("名称“%s”与本区其他单位正在申报的品牌相近。", "The name “%s” is close to that of a brand that another place of the district has submitted.", b.Name)
		v.Hint = fault.Text{ZH: "请向区里核实是否为同一品牌；如确为不同品牌，请说明区别。", EN: "Ask the district's office whether it is the same brand; if it is not, explain how it differs."}
	default:
		v.Message = fault.Textf("名称“%s”与本区已有的“%s”%s相近。", "The name “%s” is close to “%s”%s in the district.", b.Name, strings.Join(names[:min(len(names), 3)], "”“"), others(len(names), len(near)))
	}
	if why, found := b.Explanations[v.Key]; found {
		v.Explanation = &why
	}
	return []fault.Violation{v}
}

// others tells of the near names that are not listed: how many of those that may be named, and that there are
// some of which only that may be told.
func others(named, near int) fault.Text {
	more := fault.Text{}
	if named > 3 {
		more = fault.Textf("等 %d 个", " and others (%d in all)", named)
	}
	if near > named {
		more = fault.Textf("%s以及其他单位正在申报的品牌", "%s and to that of a brand that another place has submitted", more)
	}
	return more
}
