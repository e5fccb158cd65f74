package catalog

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"slices"
)

// Reader is what reading the catalogue needs of a transaction.
type Reader interface {
	Actor() access.Actor
	// Area returns the area as known now. It fails with NotFound.
	Area(code area.Code) (Area, error)
	// Areas lists areas as known now, by code.
	Areas(f Filter) ([]Area, error)
	// CountAreas counts what Areas would list without After and Limit.
	CountAreas(f Filter) (int64, error)
	// OfficialPeriods lists the periods for which the area itself has an official record.
	OfficialPeriods(code area.Code) ([]period.ID, error)
	// ReportedPast lists the ended periods for which any area has an official record, first to last.
	ReportedPast() ([]period.ID, error)
	// Reporting reports whether the area may still submit for the period, and whether everyone who is
	// expected to in its district has an official record of it.
	Reporting(p period.ID, code area.Code) (open, complete bool, err error)
	// Predecessors lists the areas that name this one as a successor, as known now.
	Predecessors(code area.Code) ([]Area, error)
}

// Writer also writes areas.
type Writer interface {
	Reader
	// SaveAreas writes the areas and one event each.
	SaveAreas(c audit.Change, areas ...*Area) error
}

// Filter says which areas are listed. Its zero value lists all.
type Filter struct {
	Parent     area.Code    // its areas one level down; "": any
	On         *period.Date // valid on the day; nil: whenever
	Text       string       // the beginning of the code, or a part of the name, as text.Searchable makes it; "": any
	After      area.Code    // the code that the listing continues after; "": from the start
	Descending bool         // from the last code to the first
	Limit      int          // at most so many; 0: all
}

// Get returns an area. Everyone may read the catalogue. It fails with NotFound.
func Get(tx Reader, code area.Code) (Area, error) {
	if err := access.Check(tx.Actor(), access.ReadAreas, code); err != nil {
		return Area{}, err
	}
	return tx.Area(code)
}

// List returns the areas of the filter.
func List(tx Reader, f Filter) ([]Area, error) {
	if err := access.Check(tx.Actor(), access.ReadAreas, area.Nation); err != nil {
		return nil, err
	}
	return tx.Areas(f)
}

// MayEdit reports whether the actor may change the area.
func MayEdit(who access.Actor, code area.Code) bool {
	return access.Check(who, access.WriteAreas, code) == nil
}

// Input is an area as it is put.
type Input struct {
	Name       string
	ValidFrom  *period.Date
	ValidTo    *period.Date
	Successors []area.Code
	Reports    *bool // nil: unchanged; of a new area, what its code says (area.Code.ReportsByDefault)
}

// Put creates the area or replaces what is known of it, keeping what was known before as history.
// A new area needs its parent, unless that lies above the actor's own area. What has been reported
// stays so: neither does an area with an official record cease to be expected for its period, nor does
// one become expected for a period that is settled. It reports whether the area is new. It fails with Forbidden, PreconditionRequired, Stale and RuleViolation.
func Put(tx Writer, code area.Code, pre audit.Precondition, in Input) (a Area, created bool, err error) {
	if err := access.Check(tx.Actor(), access.WriteAreas, code); err != nil {
		return Area{}, false, err
	}
	old, err := tx.Area(code)
	switch {
	case fault.Is(err, fault.NotFound):
		created = true
		old = blank(code)
		err = pre.Absent()
	case err == nil:
		err = pre.Existing(old.Version)
	}
	if err != nil {
		return Area{}, false, err
	}
	a = old
	a.Name, a.ValidFrom, a.ValidTo, a.Successors = CleanName(in.Name), in.ValidFrom, in.ValidTo, in.Successors
	if in.Reports != nil {
		a.Reports = *in.Reports
	}
	find := func(c area.Code) (Area, bool, error) {
		known, err := tx.Area(c)
		if fault.Is(err, fault.NotFound) {
			return Area{}, false, nil
		}
		return known, err == nil, err
	}
	var found []fault.Violation
	if parent := code.Parent(); created && parent != "" && tx.Actor().Area.Contains(parent) {
		_, ok, err := find(parent)
		if err != nil {
			return Area{}, false, err
		}
		if !ok {
			found = append(found, parentMissing(parent))
		}
	}
	before, err := tx.Predecessors(code)
	if err != nil {
		return Area{}, false, err
	}
	var was *Area
	if !created {
		was = &old
	}
	past := history{tx: tx}
	for _, check := range []func() ([]fault.Violation, error){
		func() ([]fault.Violation, error) { return check(a, find) },
		func() ([]fault.Violation, error) { return checkPredecessors(a, before), nil },
		func() ([]fault.Violation, error) { return checkOfficial(tx, was, a) },
		func() ([]fault.Violation, error) { return past.check(was, a) },
	} {
		more, err := check()
		if err != nil {
			return Area{}, false, err
		}
		found = append(found, more...)
	}
	if len(found) > 0 {
		return Area{}, false, refused(found)
	}
	action := "area.edit"
	if created {
		action = "area.create"
	}
	return a, created, tx.SaveAreas(audit.Change{Action: action}, &a)
}

// blank returns a new area of the code.
func blank(code area.Code) Area {
	return Area{Code: code, Digits: code.Level().Digits(), Reports: code.ReportsByDefault()}
}

func same(a, b Area) bool {
	return a.Name == b.Name && a.Reports == b.Reports && equal(a.ValidFrom, b.ValidFrom) && equal(a.ValidTo, b.ValidTo) &&
		slices.Equal(a.Successors, b.Successors)
}

func equal[T comparable](a, b *T) bool { return a == b || (a != nil && b != nil && *a == *b) }

// AreaAction is what may be done to an area.
// 对区划可作的操作
type AreaAction string

// EditArea is the only one.
const EditArea AreaAction = "edit" // 修改

// Actions lists what the actor may do to the area now.
func Actions(who access.Actor, code area.Code) []AreaAction {
	if !MayEdit(who, code) {
		return nil
	}
	return []AreaAction{EditArea}
}
