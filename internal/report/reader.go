package report

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
)

// Basis says which figures a report is made of.
// 统计口径
type Basis string

// The bases.
const (
	Approved  Basis = "approved"  // 审核通过的数据
	Submitted Basis = "submitted" // 已提交或已审核通过的最新数据（实时）
)

// Group is the sums of the figures of an area.
type Group struct {
	Area             area.Code
	Reported         int64 // the records summed up
	Economic, Social coverage.Sums
}

// All adds both kinds figure by figure.
func (g Group) All() coverage.Sums { return g.Economic.Plus(g.Social) }

func (g Group) plus(h Group) Group {
	g.Reported += h.Reported
	g.Economic, g.Social = g.Economic.Plus(h.Economic), g.Social.Plus(h.Social)
	return g
}

// Expectation is how many subdistricts below Area report and exist from a day to a day.
type Expectation struct {
	Area     area.Code
	From, To period.Date // "" is unbounded
	Areas    int64
}

// expectedOn returns how many are expected for a period that ends on d, by area.
func expectedOn(all []Expectation, d period.Date) map[area.Code]int64 {
	out := make(map[area.Code]int64)
	for _, g := range all {
		if g.From <= d && (g.To == "" || d <= g.To) {
			out[g.Area] += g.Areas
		}
	}
	return out
}

// Submission is how far a subdistrict is with its record of a period.
type Submission struct {
	Area           area.Code
	State          coverage.State // of the newest revision
	Official       bool           // some revision is official
	Returns        int64
	FirstSubmitted *period.Instant
	ApprovedAt     *period.Instant // since when the official revision is official
}

// Reader is what the reports read. Everything "as of" an instant is as it was known then.
type Reader interface {
	plan.ScheduleReader
	plan.GoalReader
	Actor() access.Actor
	Now() period.Instant
	Today() period.Date
	// LastStamp returns the stamp of the newest event at or before the instant; 0 when there is none.
	LastStamp(at period.Instant) (period.Instant, error)
	// AreaAsOf returns an area; it fails with NotFound when there was none.
	AreaAsOf(a area.Code, asOf period.Instant) (catalog.Area, error)
	// AreasBelow returns the areas one level down, by code; none below a subdistrict.
	AreasBelow(parent area.Code, asOf period.Instant) ([]catalog.Area, error)
	// Expectations returns what is expected within parent, by the area one level down (a subdistrict
	// counts itself). It must not be changed: it is shared.
	Expectations(parent area.Code, asOf period.Instant) ([]Expectation, error)
	// ExpectedWithin returns the subdistricts within an area that are expected for a period that ends
	// on d, by code.
	ExpectedWithin(a area.Code, d period.Date, asOf period.Instant) ([]area.Code, error)
	// Figures returns the official figures of p one level below parent, by code; of a subdistrict,
	// its own. An area without any may be left out.
	Figures(p period.ID, parent area.Code, asOf period.Instant) ([]Group, error)
	// SubmittedFigures is Figures of the newest submitted or approved revisions, official ones else.
	SubmittedFigures(p period.ID, parent area.Code) ([]Group, error)
	// Total returns the official figures of p within an area.
	Total(p period.ID, a area.Code, asOf period.Instant) (Group, error)
	// MissingWithin sums up the subdistricts within an area that are expected for p and have not
	// reported on the basis, with what they last had in an earlier period.
	MissingWithin(p period.ID, a area.Code, asOf period.Instant, basis Basis) (Missing, error)
	// LastStates returns the state of the first revision of p of each subdistrict within an area, for
	// those that have one.
	LastStates(p period.ID, a area.Code, asOf period.Instant) (map[area.Code]coverage.State, error)
	// Submissions returns how far the subdistricts within an area are, by code, for those that have begun.
	Submissions(p period.ID, a area.Code) ([]Submission, error)
	// BrandCounts returns what the brands of the areas of a level within an area count as on a day, by
	// code. Of subdistricts, those without brands are left out, and a district's own brands stand under
	// its own code.
	BrandCounts(level area.Level, within area.Code, on period.Date, asOf period.Instant) ([]BrandGroup, error)
}
