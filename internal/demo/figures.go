package demo

import (
	"brandregistry/internal/area"
	"brandregistry/internal/coverage"
	"math"
	"math/rand/v2"
)

// quarters is how many periods the demo tells of.
const quarters = 12

// seed makes every demo the same, but for its dates.
const seed = 330109

// reach is what decides the rest of a kind's figures: on the roll, taken off it, and covered.
type reach struct{ registered, excluded, covered int64 }

// weakness counts party organizations on the list in the year to date, and those put right.
type weakness struct{ listed, rectified int64 }

func (r reach) operating() int64 { return r.registered - r.excluded }

// story is one subdistrict through all quarters.
type story struct {
	code   area.Code
	reach  map[coverage.Kind][]reach    // by quarter
	random *rand.Rand                   // for what is derived
	share  map[coverage.Kind]float64    // of the covered, those with an organization of their own
	weak   map[coverage.Kind][]weakness // by quarter
}

// boom is the quarter in which a new industrial park puts many firms on the roll of one town.
const boom = 7

// newStory invents a subdistrict. place is its place in the list; started is the first quarter of the
// year, as the first period counts it (0 … 3).
func newStory(code area.Code, place, started int) *story {
	s := &story{
		code: code, random: rand.New(rand.NewPCG(seed, uint64(place))),
		reach: map[coverage.Kind][]reach{}, share: map[coverage.Kind]float64{}, weak: map[coverage.Kind][]weakness{},
	}
	street := code[6] == '0'
	for _, k := range coverage.Kinds {
		size := 60 + s.random.Float64()*400
		switch {
		case k == coverage.Social:
			size = 12 + s.random.Float64()*55
		case street:
			size = 260 + s.random.Float64()*520
		}
		s.share[k] = .28 + .14*s.random.Float64()
		s.reach[k] = s.grow(k, size, place)
		s.weak[k] = s.list(k, started)
	}
	return s
}

func (s *story) grow(k coverage.Kind, size float64, place int) []reach {
	from, to := .865+.03*s.random.Float64(), .932+.03*s.random.Float64()
	off := .03 + .035*s.random.Float64()
	var out []reach
	for q := range quarters {
		if q > 0 {
			size *= 1 + .022*s.random.Float64()
			if k == coverage.Economic && place == 19 && q == boom {
				size *= 1.27
			}
		}
		r := reach{registered: round(size)}
		r.excluded = round(size * (off + .002*float64(q%3)))
		along := 1 - math.Pow(1-float64(q)/(quarters-1), 1.25)
		r.covered = min(round(float64(r.operating())*(from+(to-from)*along)), r.operating())
		if q > 0 {
			r.covered = min(max(r.covered, out[q-1].covered), r.operating())
		}
		out = append(out, r)
	}
	return out
}

// list puts organizations on the list of the weak: each is put right in the quarter after.
func (s *story) list(k coverage.Kind, started int) []weakness {
	var out []weakness
	var w weakness
	for q := range quarters {
		w.rectified = w.listed
		if (q+started)%4 == 0 {
			w = weakness{}
		}
		if chance := s.random.Float64(); (k == coverage.Economic && chance < .35) || chance < .06 {
			w.listed++
		}
		out = append(out, w)
	}
	return out
}

// figures derives the figures of a quarter. They hold every rule that blocks.
func (s *story) figures(k coverage.Kind, q int) coverage.Figures {
	r, along := s.reach[k][q], float64(q)/(quarters-1)
	standalone := round(float64(r.covered) * s.share[k])
	joint := r.covered - standalone
	eligible := round(float64(joint) * .08)
	open := r.operating() - r.covered
	unmet := min(round(float64(open)*.09*(1-.8*along)), open)
	bodies := (joint + 3) / 4
	organizations := standalone + bodies
	weak := min(s.weak[k][q].listed, organizations)
	rectified := min(s.weak[k][q].rectified, weak)
	worked := round(float64(open-unmet) * (.62 + .3*along))
	return coverage.Figures{
		Registered: &r.registered, Excluded: &r.excluded, Standalone: &standalone, Joint: &joint, JointEligible: &eligible,
		Unmet: &unmet, WorkCovered: &worked,
		Members:            some(3*(standalone+eligible+unmet) + round(1.4*float64(standalone)+1.1*float64(joint))),
		PartyOrganizations: &organizations, Standardized: some(round(float64(organizations) * (.72 + .2*along))),
		Weak: &weak, Rectified: &rectified, Instructors: some(1 + (worked+7)/8 + r.operating()/40),
	}
}

// settle moves the covered economic organizations of the last quarter, a few in each of the stories,
// until the share of all that is covered is as near to the target as it comes without reaching it.
// The target is in hundredths of a percent.
func settle(stories []*story, target int64) {
	const q = quarters - 1
	var operating, covered int64
	for _, s := range stories {
		for _, k := range coverage.Kinds {
			operating, covered = operating+s.reach[k][q].operating(), covered+s.reach[k][q].covered
		}
	}
	short := (target*operating-1)/10000 - covered // most that stays below, less what there is
	for i := 0; short != 0; i++ {
		r := &stories[i%len(stories)].reach[coverage.Economic][q]
		switch {
		case short > 0 && r.covered < r.operating():
			r.covered++
			short--
		case short < 0:
			r.covered--
			short++
		}
	}
}

func round(f float64) int64 { return int64(math.Round(f)) }

func some(n int64) *int64 { return &n }
