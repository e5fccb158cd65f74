package demo

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"brandregistry/internal/store/storetest"
	"context"
	"testing"
	"time"
)

var shanghai = time.FixedZone("CST", 8*3600)

// TestFiguresHoldEveryRule checks all figures of all quarters, and that the warnings are few.
func TestFiguresHoldEveryRule(t *testing.T) {
	for started := range 4 {
		warnings := map[string]int{}
		for place := range 22 {
			s := newStory(area.Code("330109001"), place, started)
			var last *coverage.Previous
			for q := range quarters {
				economic, social := s.figures(coverage.Economic, q), s.figures(coverage.Social, q)
				for _, v := range coverage.Check(economic, social, last, false, nil) {
					if v.Severity == fault.SeverityError {
						t.Errorf("place %d quarter %d: %s %s", place, q, v.Pointer, v.Message.EN)
					}
					warnings[v.Code]++
				}
				last = &coverage.Previous{Period: "2026-Q1", Economic: economic, Social: social}
			}
		}
		t.Logf("year from quarter %d: %v", started, warnings)
		if warnings["abnormal_change"] == 0 || warnings["abnormal_change"] > 10 {
			t.Errorf("%d abnormal changes; the boom in one town is meant", warnings["abnormal_change"])
		}
	}
}

// TestBuild builds the demo on several days of a quarter and looks at the last quarter's records.
func TestBuild(t *testing.T) {
	for _, today := range []time.Time{
		time.Date(2026, 10, 1, 0, 0, 1, 0, shanghai), // the first second of a quarter
		time.Date(2026, 10, 11, 12, 0, 0, 0, shanghai),
		time.Date(2026, 11, 23, 9, 0, 0, 0, shanghai),
		time.Date(2026, 12, 31, 23, 59, 59, 0, shanghai),
		time.Date(2027, 1, 1, 8, 0, 0, 0, shanghai),
		time.Date(2028, 2, 29, 12, 0, 0, 0, shanghai), // a year ago, and a quarter ago, there was no such day
	} {
		t.Run(today.Format(time.DateOnly), func(t *testing.T) {
			clock := &Clock{}
			s := empty(t, clock, usual)
			began := time.Now()
			d, err := build(context.Background(), s, clock, today)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("built in %v", time.Since(began))
			inspect(t, s, d, today)
		})
	}
}

// usual is the policy of a deployment that sets none.
var usual = brand.Policy{PublicityDays: 5, RecheckMonths: 24}

// empty opens an empty registry, which is closed when the test ends.
func empty(t *testing.T, clock *Clock, policy brand.Policy) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{
		URL:      storetest.URL(t),
		Calendar: period.Calendar{Frequency: period.Quarterly, Location: shanghai}, Brands: policy, Clock: clock.Now,
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func inspect(t *testing.T, s *store.Store, d Demo, today time.Time) {
	roles := map[access.Role]int{}
	for _, l := range d.Logins {
		roles[l.Role]++
	}
	for _, r := range access.Roles {
		if roles[r] == 0 {
			t.Errorf("no account is a %s", r)
		}
	}
	if roles[access.Clerk] != 23 {
		t.Errorf("%d clerks, want one for each of the 22 subdistricts that report and one for the district's own organs", roles[access.Clerk])
	}
	var clerks []area.Code
	for _, l := range d.Logins {
		if l.Role == access.Clerk {
			clerks = append(clerks, l.Area)
		}
	}
	if clerks[0].Level() != area.LevelSubdistrict || clerks[1].Level() != area.LevelSubdistrict || clerks[0] == clerks[1] {
		t.Errorf("the first clerks are of %v; want two subdistricts", clerks[:2])
	}
	if want := (period.Calendar{Frequency: period.Quarterly, Location: shanghai}).LastEnded(period.DateOf(today)); d.Last != want {
		t.Errorf("last quarter %s, want %s", d.Last, want)
	}
	err := s.View(context.Background(), func(tx *store.Reader) error {
		tx.As(access.Actor{ID: "x", Role: access.Reader, Area: District})
		entries, err := tx.CoverageList(coverage.Filter{Period: d.Last, Area: District, Limit: 100})
		if err != nil {
			return err
		}
		states := map[coverage.State]int{}
		var sums coverage.Sums
		corrected, late := 0, 0
		for _, e := range entries {
			states[e.State]++
			sheet, err := coverage.Get(tx, e.Key())
			if err != nil {
				return err
			}
			if e.State == coverage.Approved {
				sums = sums.Plus(e.Economic.Sums()).Plus(e.Social.Sums())
				for _, v := range sheet.Violations {
					if coverage.Blocks(v) {
						t.Errorf("%s: approved with %s", e.Area, v.Key)
					}
				}
			}
			if e.Revision == 2 {
				corrected++
			}
			if sheet.Late {
				late++
			}
			if e.State == coverage.Returned && (e.ReturnReason == nil || len(e.ReturnPointers) == 0) {
				t.Error("returned without a reason or a pointer")
			}
			if e.Version.Time().After(today) {
				t.Errorf("%s was changed at %v, after today", e.Area, e.Version.Time())
			}
		}
		if states[coverage.Approved] != 19 || states[coverage.Returned] != 1 || states[coverage.Draft] != 1 || len(entries) != 21 {
			t.Errorf("states %v of %d records; want 19 approved, 1 returned, 1 draft, 1 that does not exist", states, len(entries))
		}
		if corrected != 1 || late != 1 {
			t.Errorf("%d corrected, %d late; want one each", corrected, late)
		}
		rate := coverage.Rate{Numerator: sums.Covered(), Denominator: sums.Operating()}
		if p := *rate.HundredthsOfPercent(); p < 9490 || p >= 9500 {
			t.Errorf("coverage %d of %d is %d hundredths of a percent; want just short of 9500", rate.Numerator, rate.Denominator, p)
		}
		if err := inspectBrands(t, tx, usual, period.DateOf(today)); err != nil {
			return err
		}
		done, err := tx.Check(nil, func(f audit.Finding) { t.Error(f) })
		t.Logf("%d chains, %d events, %d rows", done.Chains, done.Events, done.Rows)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
