// Package area holds the code of an administrative division (GB/T 2260 and GB/T 10114). The
// hierarchy is the code: an area contains every area whose code begins with its own, and the
// nation ("0") contains all. There is no parent table.
package area

import (
	"fmt"
	"strings"
)

// Code is an administrative division code: "0" for the nation, else 2 (province), 4 (city),
// 6 (district) or 9 (subdistrict) digits.
type Code string

// Nation is the code of the whole country.
const Nation Code = "0"

// Level is the rank of an area in the hierarchy.
// 区划级别
type Level string

// The five levels.
const (
	LevelNation      Level = "nation"      // 全国
	LevelProvince    Level = "province"    // 省级
	LevelCity        Level = "city"        // 市级
	LevelDistrict    Level = "district"    // 区县级
	LevelSubdistrict Level = "subdistrict" // 街道、镇、乡
)

// Digits returns the length of the level's codes; 0 for the nation (whose code is "0").
func (l Level) Digits() int {
	switch l {
	case LevelProvince:
		return 2
	case LevelCity:
		return 4
	case LevelDistrict:
		return 6
	case LevelSubdistrict:
		return 9
	}
	return 0
}

// Next returns the level one down; a subdistrict has none (false).
func (l Level) Next() (Level, bool) {
	switch l {
	case LevelNation:
		return LevelProvince, true
	case LevelProvince:
		return LevelCity, true
	case LevelCity:
		return LevelDistrict, true
	case LevelDistrict:
		return LevelSubdistrict, true
	}
	return "", false
}

// Parse reads a code. It fails when s is not "0" or 2, 4, 6 or 9 ASCII digits that begin with 1–9.
func Parse(s string) (Code, error) {
	if s == string(Nation) {
		return Nation, nil
	}
	switch len(s) {
	case 2, 4, 6, 9:
	default:
		return "", fmt.Errorf("area code %q: want 0 or 2, 4, 6 or 9 digits", s)
	}
	if s[0] == '0' || strings.Trim(s, "0123456789") != "" {
		return "", fmt.Errorf("area code %q: want 0 or 2, 4, 6 or 9 digits", s)
	}
	return Code(s), nil
}

// Level returns the code's level. The code must be one that Parse accepts.
func (c Code) Level() Level {
	switch len(c) {
	case 2:
		return LevelProvince
	case 4:
		return LevelCity
	case 6:
		return LevelDistrict
	case 9:
		return LevelSubdistrict
	}
	return LevelNation
}

// Contains reports whether d is c or lies below it.
func (c Code) Contains(d Code) bool {
	return c == Nation || (c != "" && strings.HasPrefix(string(d), string(c)))
}

// Parent returns the area one level up; "" for the nation.
func (c Code) Parent() Code {
	switch len(c) {
	case 9:
		return c[:6]
	case 6:
		return c[:4]
	case 4:
		return c[:2]
	case 2:
		return Nation
	}
	return ""
}

// Upward returns c and every area above it, nearest first, ending with the nation.
func (c Code) Upward() []Code {
	var up []Code
	for ; c != ""; c = c.Parent() {
		up = append(up, c)
	}
	return up
}

// At returns the area of the given level that holds c; c itself when the level is c's own or lower.
func (c Code) At(l Level) Code {
	if l == LevelNation {
		return Nation
	}
	if n := l.Digits(); c != Nation && len(c) > n {
		return c[:n]
	}
	return c
}

// District returns the first six digits, or the whole code when it is shorter: the unit of an
// audit chain.
func (c Code) District() Code { return c.At(LevelDistrict) }

// Range returns the half-open interval [from, to) of bytes that holds exactly the codes c contains.
func (c Code) Range() (from, to string) {
	if c == Nation {
		return "0", ":"
	}
	last := len(c) - 1
	return string(c), string(c[:last]) + string(c[last]+1)
}

// ReportsByDefault reports whether a subdistrict of this code is expected to report when the
// catalogue does not say: streets (001–099), towns (100–199) and townships (200–399) of
// GB/T 10114 do, and so do industry committees (9xx); units like development zones, farms and
// market places (400–899) do not. Areas above a subdistrict never report.
func (c Code) ReportsByDefault() bool {
	if c.Level() != LevelSubdistrict {
		return false
	}
	return c[6] < '4' || c[6] == '9'
}
