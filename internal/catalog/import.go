package catalog

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"fmt"
)

// Counts says what an import did.
type Counts struct {
	Created   int // areas that were new
	Updated   int // areas that were known otherwise
	Unchanged int // areas that were known just so
}

// NationName is what the nation is called until somebody names it otherwise.
const NationName = "全国"

// importing is one import under way.
type importing struct {
	file  *File
	known map[area.Code]Area // the registry's
	line  map[area.Code]int  // of the file
	top   area.Level         // the highest level of both
	problems
}

// Import writes a catalogue file: areas that are new, and those that differ from what is known. What
// a file has no column for stays as it is; a blank cell of valid_from, valid_to or successors means
// none, of reports no change (of a new area, what its code says). The nation is made when provinces
// are given without it. An area needs its parent in the file or the registry, unless it stands on
// the highest level of both. Nothing is written when any row is refused.
// It fails with Forbidden and RuleViolation, naming line and column of every problem.
func Import(tx Writer, f *File) (Counts, error) {
	if err := access.CheckRole(tx.Actor(), access.WriteAreas); err != nil {
		return Counts{}, err
	}
	in := importing{file: f, known: map[area.Code]Area{}, line: make(map[area.Code]int, len(f.rows))}
	all, err := tx.Areas(Filter{})
	if err != nil {
		return Counts{}, err
	}
	for _, a := range all {
		in.known[a.Code] = a
	}
	in.readLines()
	var counts Counts
	var created, updated []*Area
	if len(in.line) > 0 && in.top == area.LevelProvince && MayEdit(tx.Actor(), area.Nation) {
		nation := blank(area.Nation)
		nation.Name = NationName
		created = append(created, &nation)
	}
	for _, row := range f.rows {
		old, exists := in.known[row.area.Code]
		a, err := in.check(tx, row, old, exists)
		if err != nil {
			return Counts{}, err
		}
		switch {
		case in.total > 0: // nothing will be written
		case !exists:
			created = append(created, &a)
		case !same(old, a):
			updated = append(updated, &a)
		default:
			counts.Unchanged++
		}
	}
	if err := in.err(); err != nil {
		return Counts{}, err
	}
	counts.Created, counts.Updated = len(created), len(updated)
	if err := tx.SaveAreas(audit.Change{Action: "area.create"}, created...); err != nil {
		return Counts{}, err
	}
	return counts, tx.SaveAreas(audit.Change{Action: "area.edit"}, updated...)
}

func (in *importing) has(code area.Code) bool {
	_, known := in.known[code]
	return known || in.line[code] > 0
}

// readLines notes where each area stands in the file, and the highest level.
func (in *importing) readLines() {
	digits := area.LevelSubdistrict.Digits()
	in.top = area.LevelSubdistrict
	rise := func(c area.Code) {
		if l := c.Level(); l.Digits() < digits {
			digits, in.top = l.Digits(), l
		}
	}
	for c := range in.known {
		rise(c)
	}
	for _, row := range in.file.rows {
		c := row.area.Code
		if first := in.line[c]; first > 0 {
			in.add(row.line, colCode, string(c), fault.Textf("与第 %d 行重复。", "The same as on line %d.", first),
				fault.Text{ZH: "同一代码只能出现一次，请删去一行或改正代码。", EN: "A code may appear once: delete one line or correct the code."})
			continue
		}
		in.line[c] = row.line
		rise(c)
	}
}

// check returns the area as the row makes it, noting what is wrong.
func (in *importing) check(tx Writer, row fileRow, old Area, exists bool) (Area, error) {
	a, has := old, in.file.has
	if !exists {
		a = blank(row.area.Code)
	}
	a.Name = row.area.Name
	if row.reports != nil {
		a.Reports = *row.reports
	}
	if has[colValidFrom] {
		a.ValidFrom = row.area.ValidFrom
	}
	if has[colValidTo] {
		a.ValidTo = row.area.ValidTo
	}
	if has[colSuccessors] {
		a.Successors = row.area.Successors
	}
	if !MayEdit(tx.Actor(), a.Code) {
		in.add(row.line, colCode, string(a.Code), fault.Text{ZH: "不在您的管辖范围内。", EN: "Outside your area."},
			fault.Text{ZH: "请删去本行，或请上级管理员导入。", EN: "Delete the line or ask an administrator of the area above."})
		return a, nil
	}
	if parent := a.Code.Parent(); parent != "" && a.Code.Level() != in.top && !in.has(parent) && !(parent == area.Nation && in.top == area.LevelProvince) {
		v := parentMissing(parent)
		in.add(row.line, colCode, string(a.Code), v.Message, v.Hint)
	}
	found, err := check(a, func(c area.Code) (bool, error) { return in.has(c), nil })
	if err != nil {
		return a, err
	}
	if exists {
		more, err := checkOfficial(tx, old, a)
		if err != nil {
			return a, err
		}
		found = append(found, more...)
	}
	for _, v := range found {
		if v.Pointer != "/name" { // refused by Read already
			column := v.Pointer[1:]
			in.add(row.line, column, row.text(column), v.Message, v.Hint)
		}
	}
	return a, nil
}

// text returns a cell, as nearly as it was read.
func (row fileRow) text(column string) string {
	switch {
	case column == colValidFrom && row.area.ValidFrom != nil:
		return string(*row.area.ValidFrom)
	case column == colValidTo && row.area.ValidTo != nil:
		return string(*row.area.ValidTo)
	case column == colSuccessors:
		codes, _ := row.area.Successors.Value() // never fails
		return fmt.Sprint(codes)
	case column == colReports && row.reports != nil && *row.reports:
		return "true"
	case column == colReports && row.reports != nil:
		return "false"
	}
	return ""
}
