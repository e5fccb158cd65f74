package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/period"
)

// Policy is what a deployment has decided about brands.
type Policy struct {
	PublicityDays int // least days of publicity, 0: there is none
	RecheckMonths int // months after which a recognized brand is looked at again, 0: never
}

// Reader is what the use cases read.
type Reader interface {
	Actor() access.Actor
	Now() period.Instant
	Today() period.Date
	BrandPolicy() Policy
	// Area returns the area as known now. It fails with NotFound.
	Area(code area.Code) (catalog.Area, error)
	// AreaExists fails with NotFound when the catalogue does not hold the area.
	AreaExists(code area.Code) error
	// Subdistricts returns the names of a district's subdistricts as known now.
	Subdistricts(district area.Code) ([]string, error)
	// Brand returns a brand. It fails with NotFound.
	Brand(id string) (Brand, error)
	// BrandList lists brands.
	BrandList(f Filter) ([]Brand, error)
	// CountBrands counts what BrandList would list without After and Limit.
	CountBrands(f Filter) (int64, error)
	// BrandNamed returns the live brand of a district that has the normalized name, and whether there is one.
	BrandNamed(district area.Code, nameKey string) (Named, bool, error)
	// NearNames returns, by number, the other live brands of the district with names near those of the live
	// brands of the numbers: those that were submitted and those within an area, at most so many of each.
	NearNames(numbers []int64, within area.Code, most int) (map[int64][]Named, error)
	// Recognitions returns those of the brands, by brand in the order of their ids.
	Recognitions(brands []string) (map[string][]Recognition, error)
	// EverSubmitted tells of brands which were ever submitted.
	EverSubmitted(brands []string) (map[string]bool, error)
	// Evidence returns the files of the brands, by brand in the order of their ids.
	Evidence(brands []string) (map[string][]Evidence, error)
	// EvidenceByID returns a file. It fails with NotFound.
	EvidenceByID(id string) (Evidence, error)
	// BrandEvents lists the events of a brand, its recognitions and its files, newest first, before the
	// stamp given (0: all), of at most limit stamps.
	BrandEvents(b Brand, before period.Instant, limit int) ([]audit.Event, error)
	// CountBrandEvents counts the stamps of which BrandEvents would list events from the start without a limit.
	CountBrandEvents(b Brand) (int64, error)
}

// Writer is what the use cases write.
type Writer interface {
	Reader
	NewID() string
	// NextBrandNumber returns a number higher than that of every brand.
	NextBrandNumber() (int64, error)
	// SaveBrand writes a brand and an event. It fails with Stale.
	SaveBrand(c audit.Change, row *Brand) error
	// RemoveBrand deletes a brand.
	RemoveBrand(c audit.Change, row *Brand) error
	// SaveRecognitions writes recognitions and one event each.
	SaveRecognitions(c audit.Change, rows ...*Recognition) error
	// SaveEvidence writes a file's description.
	SaveEvidence(c audit.Change, row *Evidence) error
	// RemoveEvidence deletes a file with its content.
	RemoveEvidence(c audit.Change, row *Evidence) error
	// SavePart writes the part of a file's content that comes next.
	SavePart(evidence string, part int64, content []byte) error
	// IndexBrand makes a brand found by its text and compared by its name, and no longer by those it had.
	IndexBrand(b, was Brand) error
	// SaveStandings makes these the standings of a brand from now on, and counts them in the totals.
	// There are none of a brand that is gone. A transaction saves those of a brand once.
	SaveStandings(b Brand, now []Standing) error
}

// Named is a live brand as others are told of it.
type Named struct {
	ID    string
	Area  area.Code
	Name  string
	State State
}
