package catalog

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"fmt"
	"maps"
	"slices"
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
	known map[area.Code]Area   // the registry's
	after map[area.Code]Area   // the registry's and the file's
	into  map[area.Code][]Area // of those, by successor, who is succeeded
	line  map[area.Code]int    // of the file
	top   area.Level           // the highest level of both
	past  history
	problems
}

// Stop is a unit that an import leaves to report no longer.
type Stop struct {
	Area Area
	Why  fault.Text
}

// Import writes a catalogue file: areas that are new, and those that differ from what is known. What
// a file has no column for stays as it is; a blank cell of valid_from, valid_to or successors means
// none, of reports no change (of a new area, what its code says). The nation is made when provinces
// are given without it. An area needs its parent in the file or the registry, unless it stands on
// the highest level of both and is no subdistrict; one above that was only made at the first start,
// called by its code, needs its row. Nothing is written when any row is refused. It tells which units
// report no longer.
// It fails with Forbidden and RuleViolation, naming line and column of every problem.
func Import(tx Writer, f *File) (counts Counts, stopped []Stop, err error) {
	if err := access.CheckRole(tx.Actor(), access.WriteAreas); err != nil {
		return Counts{}, nil, err
	}
	in := importing{file: f, known: map[area.Code]Area{}, line: make(map[area.Code]int, len(f.rows)), past: history{tx: tx}}
	all, err := tx.Areas(Filter{})
	if err != nil {
		return Counts{}, nil, err
	}
	for _, a := range all {
		in.known[a.Code] = a
	}
	in.readLines()
	in.apply()
	in.checkNames()
	var created, updated []*Area
	if len(in.line) > 0 && in.top == area.LevelProvince && MayEdit(tx.Actor(), area.Nation) {
		nation := blank(area.Nation)
		nation.Name = NationName
		created = append(created, &nation)
	}
	for _, row := range f.rows {
		old, exists := in.known[row.area.Code]
		a := in.applied(row)
		if err := in.check(tx, row, a); err != nil {
			return Counts{}, nil, err
		}
		if exists {
			stopped = append(stopped, row.stops(old, a)...)
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
		return Counts{}, nil, err
	}
	counts.Created, counts.Updated = len(created), len(updated)
	if err := tx.SaveAreas(audit.Change{Action: "area.create"}, created...); err != nil {
		return Counts{}, nil, err
	}
	return counts, stopped, tx.SaveAreas(audit.Change{Action: "area.edit"}, updated...)
}

// stops says why the row leaves a unit to report no longer, if it does.
func (row fileRow) stops(old, a Area) []Stop {
	switch {
	case old.Reports && !a.Reports:
		return []Stop{{a, fault.Textf("第 %d 行的 reports 列填的是“否”", "reports is false on line %d", row.line)}}
	case a.Reports && a.ValidTo != nil && !equal(old.ValidTo, a.ValidTo):
		return []Stop{{a, fault.Textf("第 %d 行的 valid_to 列填的是 %s，此后结束的报告期不再应报", "valid_to is %[2]s on line %[1]d", row.line, *a.ValidTo)}}
	}
	return nil
}

// apply makes what will be known of the rows.
func (in *importing) apply() {
	in.after, in.into = maps.Clone(in.known), map[area.Code][]Area{}
	for _, row := range in.file.rows {
		in.after[row.area.Code] = in.applied(row)
	}
	for _, code := range slices.Sorted(maps.Keys(in.after)) {
		for _, s := range in.after[code].Successors {
			in.into[s] = append(in.into[s], in.after[code])
		}
	}
}

// checkNames refuses rows below an area that was made when the registry was first started, called by its
// code, and has no row of its own.
func (in *importing) checkNames() {
	told := map[area.Code]bool{}
	for _, row := range in.file.rows {
		for _, up := range row.area.Code.Upward()[1:] {
			if a, known := in.known[up]; known && a.Name == string(up) && in.line[up] == 0 && !told[up] {
				told[up] = true
				in.add(row.line, colCode, string(row.area.Code), fault.Textf("它所属的 %s 还没有名称，文件中也没有 %s 这一行。", "%s, above it, has no name yet, and the file has no row of %s.", up, up),
					fault.Textf("请在文件中加上 %s 的一行：代码和名称。", "Add a row of %s with its code and name.", up))
			}
		}
	}
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

// applied returns the area as the row makes it.
func (in *importing) applied(row fileRow) Area {
	a, exists := in.known[row.area.Code]
	if !exists {
		a = blank(row.area.Code)
	}
	has := in.file.has
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
	return a
}

// check notes what is wrong with a row, which makes the area a.
func (in *importing) check(tx Writer, row fileRow, a Area) error {
	if !MayEdit(tx.Actor(), a.Code) {
		in.add(row.line, colCode, string(a.Code), fault.Text{ZH: "不在您的管辖范围内。", EN: "Outside your area."},
			fault.Text{ZH: "请删去本行，或请上级管理员导入。", EN: "Delete the line or ask an administrator of the area above."})
		return nil
	}
	if parent := a.Code.Parent(); in.needs(a.Code) && !in.has(parent) && !(parent == area.Nation && in.top == area.LevelProvince) {
		v := parentMissing(parent)
		in.add(row.line, colCode, string(a.Code), v.Message, v.Hint)
	}
	var was *Area
	if old, exists := in.known[a.Code]; exists {
		was = &old
	}
	found, err := check(a, func(c area.Code) (Area, bool, error) {
		known, ok := in.after[c]
		return known, ok, nil
	})
	if err != nil {
		return err
	}
	before := slices.DeleteFunc(slices.Clone(in.into[a.Code]), func(p Area) bool { return in.line[p.Code] > 0 }) // which are told so themselves
	found = append(found, checkPredecessors(a, before)...)
	for _, check := range []func(*Area, Area) ([]fault.Violation, error){
		func(old *Area, a Area) ([]fault.Violation, error) { return checkOfficial(tx, old, a) }, in.past.check,
	} {
		more, err := check(was, a)
		if err != nil {
			return err
		}
		found = append(found, more...)
	}
	for _, v := range found {
		if v.Pointer != "/name" { // refused by Read already
			column := v.Pointer[1:]
			in.add(row.line, column, row.text(column), v.Message, v.Hint)
		}
	}
	return nil
}

// needs reports whether an area of the code needs the one above it: all do but those of the highest level,
// and subdistricts always, for a district is what the others are the subdistricts of.
func (in *importing) needs(code area.Code) bool {
	return code.Parent() != "" && (code.Level() != in.top || in.top == area.LevelSubdistrict)
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
