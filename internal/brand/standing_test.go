package brand

import (
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func dayPtr(d period.Date) *period.Date {
	if d == "" {
		return nil
	}
	return &d
}

func TestInForce(t *testing.T) {
	for _, tt := range []struct {
		recognized, validTo, revoked period.Date
		days                         map[period.Date]bool
	}{
		{"2026-03-01", "", "", map[period.Date]bool{"2026-02-28": false, "2026-03-01": true, "2026-03-02": true, "9998-12-31": true, "0001-01-01": false}},
		{"2026-03-01", "2026-12-31", "", map[period.Date]bool{"2026-02-28": false, "2026-03-01": true, "2026-12-31": true, "2027-01-01": false}},
		{"2026-03-01", "", "2026-06-01", map[period.Date]bool{"2026-02-28": false, "2026-05-31": true, "2026-06-01": false, "2026-06-02": false}},
		{"2026-03-01", "2026-12-31", "2026-06-01", map[period.Date]bool{"2026-05-31": true, "2026-06-01": false, "2026-12-31": false}},
		{"2026-03-01", "2026-04-30", "2026-06-01", map[period.Date]bool{"2026-04-30": true, "2026-05-01": false, "2026-06-01": false}},
		{"2026-03-01", "2026-03-01", "", map[period.Date]bool{"2026-02-28": false, "2026-03-01": true, "2026-03-02": false}},
		{"2026-03-01", "", "2026-03-01", map[period.Date]bool{"2026-02-28": false, "2026-03-01": false, "2026-03-02": false}},
		{"2024-02-29", "2025-02-28", "", map[period.Date]bool{"2024-02-28": false, "2024-02-29": true, "2024-03-01": true, "2025-02-28": true, "2025-03-01": false}},
	} {
		r := Recognition{Level: plan.BrandCity, RecognizedOn: tt.recognized, ValidTo: dayPtr(tt.validTo), RevokedOn: dayPtr(tt.revoked)}
		for d, want := range tt.days {
			if r.InForce(d) != want {
				t.Errorf("recognized on %s, valid to %q, revoked on %q: in force on %s is %v", tt.recognized, tt.validTo, tt.revoked, d, !want)
			}
			level := plan.BrandLevel("")
			if want {
				level = plan.BrandCity
			}
			if got := LevelOn([]Recognition{r}, d); got != level {
				t.Errorf("recognized on %s, valid to %q, revoked on %q: the level on %s is %q", tt.recognized, tt.validTo, tt.revoked, d, got)
			}
		}
	}
}

func TestLevelOnIsTheHighest(t *testing.T) {
	all := []Recognition{
		{Level: plan.BrandNational, RecognizedOn: "2026-05-01", RevokedOn: dayPtr("2026-06-01")},
		{Level: plan.BrandDistrict, RecognizedOn: "2026-01-01"},
		{Level: plan.BrandProvince, RecognizedOn: "2026-04-01", ValidTo: dayPtr("2026-07-31")},
		{Level: plan.BrandCity, RecognizedOn: "2026-03-01", ValidTo: dayPtr("2026-12-31")},
	}
	for d, want := range map[period.Date]plan.BrandLevel{
		"2025-12-31": "", "2026-01-01": plan.BrandDistrict, "2026-02-28": plan.BrandDistrict, "2026-03-01": plan.BrandCity, "2026-04-01": plan.BrandProvince, "2026-05-01": plan.BrandNational,
		"2026-05-31": plan.BrandNational, "2026-06-01": plan.BrandProvince, "2026-07-31": plan.BrandProvince, "2026-08-01": plan.BrandCity, "2026-12-31": plan.BrandCity, "2027-01-01": plan.BrandDistrict,
	} {
		if got := LevelOn(all, d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
	if got := LevelOn(nil, "2026-01-01"); got != "" {
		t.Errorf("without recognitions: %q", got)
	}
}

// recognition draws a recognition whose days lie near 2026-02-28.
func recognition(t *rapid.T, name string) Recognition {
	const first period.Date = "2026-02-20"
	draw := func(what string, from int) (period.Date, int) {
		n := rapid.IntRange(from, 25).Draw(t, name+" "+what)
		return first.AddDays(n), n
	}
	r := Recognition{ID: name, Level: rapid.SampledFrom(Levels).Draw(t, name+" level")}
	var n int
	r.RecognizedOn, n = draw("recognized on", 0)
	switch rapid.IntRange(0, 4).Draw(t, name+" valid") {
	case 0, 1:
		d, _ := draw("valid to", n)
		r.ValidTo = &d
	case 2:
		r.ValidTo = dayPtr("9998-12-31")
	}
	if rapid.Bool().Draw(t, name+" revoked") {
		d, _ := draw("revoked on", n)
		r.RevokedOn = &d
	}
	return r
}

// levelOn is the contract's sentence: the highest of those with recognized_on ≤ d ≤ valid_to, d < revoked_on.
func levelOn(all []Recognition, d period.Date) (highest plan.BrandLevel) {
	for _, level := range []plan.BrandLevel{plan.BrandDistrict, plan.BrandCity, plan.BrandProvince, plan.BrandNational} {
		for _, r := range all {
			to, until := period.Date("9999-12-31"), period.Date("9999-12-31")
			if r.ValidTo != nil {
				to = *r.ValidTo
			}
			if r.RevokedOn != nil {
				until = *r.RevokedOn
			}
			if r.Level == level && d >= r.RecognizedOn && d <= to && d < until {
				highest = level
			}
		}
	}
	return highest
}

func TestStandings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Brand{State: rapid.SampledFrom(States).Draw(t, "state")}
		b.Field = rapid.SampledFrom(append([]Field{""}, Fields...)).Draw(t, "field")
		if rapid.Bool().Draw(t, "is rechecked") {
			d := period.Date("2026-02-20").AddDays(rapid.IntRange(-2, 27).Draw(t, "recheck on"))
			b.RecheckOn = &d
		}
		var all []Recognition
		for i := range rapid.IntRange(0, 5).Draw(t, "recognitions") {
			all = append(all, recognition(t, fmt.Sprint(i)))
		}
		got := Standings(b, all)
		if got[0].From != FirstDay || got[len(got)-1].To != LastDay {
			t.Fatalf("from %s to %s", got[0].From, got[len(got)-1].To)
		}
		for i, s := range got {
			if s.From >= s.To || s.State != b.State || s.Field != b.Field {
				t.Fatalf("%+v of %+v", s, b)
			}
			if i > 0 && (got[i-1].To != s.From || (got[i-1].Level == s.Level && got[i-1].Due == s.Due)) {
				t.Fatalf("%+v is followed by %+v", got[i-1], s)
			}
		}
		days := []period.Date{FirstDay, "9998-12-31", "9999-01-01", "9999-12-30"}
		for n := range 40 {
			days = append(days, period.Date("2026-02-15").AddDays(n))
		}
		for _, d := range days {
			found := 0
			for _, s := range got {
				if s.From > d || d >= s.To {
					continue
				}
				found++
				due := b.State == Recognized && b.RecheckOn != nil && d >= *b.RecheckOn
				if level := levelOn(all, d); s.Level != level || s.Due != due || LevelOn(all, d) != level {
					t.Fatalf("%s counts as %q, due %v; want %q, %v", d, s.Level, s.Due, level, due)
				}
			}
			if found != 1 {
				t.Fatalf("%d standings speak of %s: %+v", found, d, got)
			}
		}
	})
}
