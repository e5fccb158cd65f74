package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
)

// Sort is what a list of brands is ordered by; the area and the creation decide between equals.
type Sort string

// The orders.
const (
	SortArea    Sort = "area"
	SortName    Sort = "name"
	SortUpdated Sort = "updated_at"
)

// Filter says which brands are listed, and in which order.
type Filter struct {
	Area       area.Code       // the area and all below
	Field      Field           // "": any
	State      State           // "": any
	Level      plan.BrandLevel // highest recognition in force On; "": any
	On         period.Date
	Terms      []string // what the text must contain, each of at least one character, as text.Terms makes them
	Sort       Sort
	Descending bool
	After      *Place // the brand that the listing continues after; nil: from the start
	Limit      int
}

// Place is where a brand stands in a list.
type Place struct {
	Area    area.Code
	Number  int64
	NameKey string
	Version period.Instant
}

// Sheet is a brand with what belongs to it and what is computed for it at the moment, for the actor.
type Sheet struct {
	Brand
	Level        plan.BrandLevel // highest recognition in force today; "": none
	Recognitions []Recognition
	Evidence     []Evidence // without the logo
	Logo         *Evidence
	Violations   []fault.Violation
	Actions      []Action
}

// Get returns a brand as the actor may see it now. It fails with NotFound.
func Get(tx Reader, id string) (Sheet, error) {
	b, err := seen(tx, id)
	if err != nil {
		return Sheet{}, err
	}
	return describe(tx, b)
}

func seen(tx Reader, id string) (Brand, error) {
	b, err := tx.Brand(id)
	if err != nil {
		return Brand{}, err
	}
	return b, access.Check(tx.Actor(), access.ReadBrands, b.Area)
}

// List returns the brands of the filter. It fails as access.CheckList does.
func List(tx Reader, f Filter) ([]Sheet, error) {
	if err := access.CheckList(tx, access.ReadBrands, f.Area); err != nil {
		return nil, err
	}
	list, err := tx.BrandList(f)
	if err != nil {
		return nil, err
	}
	return describeAll(tx, list)
}

// Count counts what List would return without After and Limit.
func Count(tx Reader, f Filter) (int64, error) {
	if err := access.CheckList(tx, access.ReadBrands, f.Area); err != nil {
		return 0, err
	}
	return tx.CountBrands(f)
}
