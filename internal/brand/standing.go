package brand

import (
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"slices"
)

// The days between which standings speak.
const (
	FirstDay period.Date = "0001-01-01"
	LastDay  period.Date = "9999-12-31"
)

// Standing is what a brand is counted as on the days [From, To).
type Standing struct {
	From, To period.Date
	State    State           // as it is now, whatever the day
	Field    Field           // "": not given
	Level    plan.BrandLevel // of the highest recognition in force; "": none
	Due      bool            // recognized and to be looked at again
}

// Standings returns what a brand counts as, day by day: intervals that follow each other from
// FirstDay to LastDay. Of neighbors at least one column differs.
func Standings(b Brand, all []Recognition) []Standing {
	days := []period.Date{FirstDay}
	for _, r := range all {
		days = append(days, r.RecognizedOn)
		if r.ValidTo != nil {
			days = append(days, r.ValidTo.AddDays(1))
		}
		if r.RevokedOn != nil {
			days = append(days, *r.RevokedOn)
		}
	}
	recheck := LastDay
	if b.State == Recognized && b.RecheckOn != nil {
		recheck = *b.RecheckOn
		days = append(days, recheck)
	}
	slices.Sort(days)
	var out []Standing
	for _, d := range slices.Compact(days) {
		s := Standing{From: d, To: LastDay, State: b.State, Field: b.Field, Level: LevelOn(all, d), Due: d >= recheck}
		if n := len(out) - 1; n >= 0 {
			if out[n].Level == s.Level && out[n].Due == s.Due {
				continue
			}
			out[n].To = d
		}
		out = append(out, s)
	}
	return out
}
