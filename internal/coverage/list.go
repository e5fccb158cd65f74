package coverage

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/period"
)

// Sort is what a list of records is ordered by; the area and the period decide between equals.
type Sort string

// The orders.
const (
	SortArea    Sort = "area"
	SortPeriod  Sort = "period"
	SortUpdated Sort = "updated_at"
)

// Filter says which records are listed, and in which order.
type Filter struct {
	Area       area.Code // the area and all below
	Period     period.ID // "": any
	State      State     // "": any
	Sort       Sort
	Descending bool
	After      *Place // the record that the listing continues after; nil: from the start
	Limit      int
}

// Place is where a record stands in a list.
type Place struct {
	Key
	Version period.Instant
}

// Get returns a record's newest revision as the actor may see it now. It fails with NotFound.
func Get(tx Reader, key Key) (Sheet, error) {
	e, err := seen(tx, key)
	if err != nil {
		return Sheet{}, err
	}
	return describe(tx, e)
}

func seen(tx Reader, key Key) (Entry, error) {
	if err := access.Check(tx.Actor(), access.ReadCoverage, key.Area); err != nil {
		return Entry{}, err
	}
	return tx.Coverage(key)
}

// List returns the records of the filter. It fails as access.CheckList does.
func List(tx Reader, f Filter) ([]Sheet, error) {
	if err := access.CheckList(tx, access.ReadCoverage, f.Area); err != nil {
		return nil, err
	}
	entries, err := tx.CoverageList(f)
	if err != nil {
		return nil, err
	}
	out := make([]Sheet, len(entries))
	for i, e := range entries {
		if out[i], err = describe(tx, e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Count counts what List would return without After and Limit.
func Count(tx Reader, f Filter) (int64, error) {
	if err := access.CheckList(tx, access.ReadCoverage, f.Area); err != nil {
		return 0, err
	}
	return tx.CountCoverage(f)
}
