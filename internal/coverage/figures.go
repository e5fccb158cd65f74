package coverage

import (
	"brandregistry/internal/plan"
	"math/bits"
)

// Kind is one of the two kinds of "two-new" organizations.
// “两新”组织的类别
type Kind string

// The kinds.
const (
	Economic Kind = "economic" // 新经济组织（非公有制企业）
	Social   Kind = "social"   // 新社会组织
)

// Kinds lists both, in the order of the form.
var Kinds = []Kind{Economic, Social}

// MaxFigure is the largest figure a record may hold.
const MaxFigure = 10_000_000

// FigureNames are the JSON and column names of a kind's figures, in the order of Figures.
var FigureNames = [...]string{
	"registered", "excluded", "standalone", "joint", "joint_eligible", "unmet", "work_covered", "members",
	"party_organizations", "standardized", "weak", "rectified", "instructors",
}

// FigureCount is the number of figures of a kind.
const FigureCount = len(FigureNames)

// Figures are one kind's figures as reported; nil is not given yet. Units: organizations, unless
// said otherwise.
type Figures struct {
	Registered         *int64 // N: on the roll
	Excluded           *int64 // X: taken off the denominator
	Standalone         *int64 // S: has its own party organization
	Joint              *int64 // J: is a member unit of a joint party organization
	JointEligible      *int64 // J3 ≤ J: of these, with three or more full members
	Unmet              *int64 // U1: three or more full members and no organization
	WorkCovered        *int64 // W: no organization, but reached otherwise
	Members            *int64 // full party members (people)
	PartyOrganizations *int64 // P (party organizations)
	Standardized       *int64 // party organizations that meet the standard
	Weak               *int64 // party organizations on the list in the year to date
	Rectified          *int64 // of these, put right
	Instructors        *int64 // party-building instructors posted (people)
}

// Pointers returns the addresses of the figures in the order of FigureNames.
func (f *Figures) Pointers() [FigureCount]**int64 {
	return [...]**int64{
		&f.Registered, &f.Excluded, &f.Standalone, &f.Joint, &f.JointEligible, &f.Unmet, &f.WorkCovered, &f.Members,
		&f.PartyOrganizations, &f.Standardized, &f.Weak, &f.Rectified, &f.Instructors,
	}
}

// Values returns the figures in the order of FigureNames.
func (f Figures) Values() [FigureCount]*int64 {
	var out [FigureCount]*int64
	for i, p := range f.Pointers() {
		out[i] = *p
	}
	return out
}

// Equal reports whether both hold the same figures.
func (f Figures) Equal(g Figures) bool {
	a, b := f.Values(), g.Values()
	for i := range a {
		if (a[i] == nil) != (b[i] == nil) || (a[i] != nil && *a[i] != *b[i]) {
			return false
		}
	}
	return true
}

// Sums adds the figures up; one not given counts nothing. Only complete figures are ever summed.
func (f Figures) Sums() Sums {
	var s Sums
	for i, v := range f.Values() {
		if v != nil {
			s[i] = *v
		}
	}
	return s
}

// Sums are figures added up over records, in the order of FigureNames. 41,352 records of at most
// 10 000 000 stay far below 2^63.
type Sums [FigureCount]int64

// Plus returns s + t.
func (s Sums) Plus(t Sums) Sums {
	for i := range s {
		s[i] += t[i]
	}
	return s
}

// Named sums.
func (s Sums) Registered() int64         { return s[0] }
func (s Sums) Excluded() int64           { return s[1] }
func (s Sums) Standalone() int64         { return s[2] }
func (s Sums) Joint() int64              { return s[3] }
func (s Sums) JointEligible() int64      { return s[4] }
func (s Sums) Unmet() int64              { return s[5] }
func (s Sums) WorkCovered() int64        { return s[6] }
func (s Sums) Members() int64            { return s[7] }
func (s Sums) PartyOrganizations() int64 { return s[8] }
func (s Sums) Standardized() int64       { return s[9] }
func (s Sums) Weak() int64               { return s[10] }
func (s Sums) Rectified() int64          { return s[11] }
func (s Sums) Instructors() int64        { return s[12] }

// Operating returns E = N − X.
func (s Sums) Operating() int64 { return s.Registered() - s.Excluded() }

// Covered returns S + J.
func (s Sums) Covered() int64 { return s.Standalone() + s.Joint() }

// Rate returns the indicator of the sums.
func (s Sums) Rate(i plan.Indicator) Rate {
	switch i {
	case plan.OrganizationCoverage:
		return Rate{s.Covered(), s.Operating()}
	case plan.WorkCoverage:
		return Rate{s.Covered() + s.WorkCovered(), s.Operating()}
	case plan.StandaloneShare:
		return Rate{s.Standalone(), s.Operating()}
	case plan.EligibleBuilt:
		built := s.Standalone() + s.JointEligible()
		return Rate{built, built + s.Unmet()}
	case plan.Standardization:
		return Rate{s.Standardized(), s.PartyOrganizations()}
	case plan.Rectification:
		return Rate{s.Rectified(), s.Weak()}
	}
	panic("coverage: unknown indicator " + string(i)) // a programming error
}

// Rate is an exact fraction of non-negative integers. Denominator 0 has no value.
type Rate struct{ Numerator, Denominator int64 }

// HundredthsOfPercent returns the rate in hundredths of a percent, rounded half up from the
// integers; nil when the denominator is 0.
func (r Rate) HundredthsOfPercent() *int64 {
	if r.Denominator == 0 {
		return nil
	}
	// ⌊(20000·n + d) / 2d⌋ = round half up of 10000·n/d
	hi, lo := bits.Mul64(uint64(r.Numerator), 20000)
	lo, carry := bits.Add64(lo, uint64(r.Denominator), 0)
	q, _ := bits.Div64(hi+carry, lo, 2*uint64(r.Denominator))
	v := int64(q)
	return &v
}

// Compare orders two rates as exact fractions in 128 bits: −1, 0 or 1. Both denominators must be
// positive.
func (r Rate) Compare(s Rate) int {
	ah, al := bits.Mul64(uint64(r.Numerator), uint64(s.Denominator))
	bh, bl := bits.Mul64(uint64(s.Numerator), uint64(r.Denominator))
	switch {
	case ah < bh || (ah == bh && al < bl):
		return -1
	case ah > bh || (ah == bh && al > bl):
		return 1
	}
	return 0
}

// Meets tests a goal in integers: 10000·numerator ≥ targetBP·denominator. It is nil when the
// denominator is 0.
func (r Rate) Meets(targetBP int64) *bool {
	if r.Denominator == 0 {
		return nil
	}
	met := r.Compare(Rate{targetBP, 10000}) >= 0
	return &met
}
