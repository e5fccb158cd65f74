package report

import (
	"brandregistry/internal/coverage"
	"brandregistry/internal/plan"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The oracle: rationals of math/big, which share no line with the arithmetic under test.

func ratio(r coverage.Rate) *big.Rat { return big.NewRat(r.Numerator, r.Denominator) }

func target(bp int64) *big.Rat { return big.NewRat(bp, 10000) }

// rounded returns 10000·x rounded half away from zero.
func rounded(x *big.Rat) int64 {
	y := new(big.Rat).Mul(x, big.NewRat(10000, 1))
	half := big.NewRat(1, 2)
	if y.Sign() < 0 {
		half.Neg(half)
	}
	y.Add(y, half)
	return new(big.Int).Quo(y.Num(), y.Denom()).Int64() // towards zero
}

// rates of a nation of the largest records there can be.
var anyRate = rapid.Custom(func(t *rapid.T) coverage.Rate {
	limit := rapid.SampledFrom([]int64{10, 1000, 82_704 * coverage.MaxFigure}).Draw(t, "limit")
	d := rapid.Int64Range(0, limit).Draw(t, "denominator")
	return coverage.Rate{Numerator: rapid.Int64Range(0, d).Draw(t, "numerator"), Denominator: d}
})

var anyTarget = rapid.Int64Range(0, 10000)

func TestGoal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, bp := anyRate.Draw(t, "rate"), anyTarget.Draw(t, "target")
		met, short, band, gap := r.Meets(bp), Shortfall(r, bp), BandOf(r, bp), Gap(r, bp)
		if r.Denominator == 0 {
			if met != nil || short != nil || band != "" || gap != nil || r.HundredthsOfPercent() != nil {
				t.Fatalf("a rate without a value has %v %v %q %v", met, short, band, gap)
			}
			return
		}
		want := ratio(r).Cmp(target(bp)) >= 0
		if *met != want {
			t.Fatalf("%v meets %d: %v, want %v", r, bp, *met, want)
		}
		if got, want := *r.HundredthsOfPercent(), rounded(ratio(r)); got != want {
			t.Fatalf("%v displays %d, want %d", r, got, want)
		}
		// The shortfall is enough, and one fewer is not.
		with := func(n int64) bool {
			return big.NewRat(r.Numerator+n, r.Denominator).Cmp(target(bp)) >= 0
		}
		if *short < 0 || !with(*short) || (*short > 0 && with(*short-1)) || r.Numerator+*short > r.Denominator {
			t.Fatalf("%v is short of %d by %d", r, bp, *short)
		}
		below := new(big.Rat).Sub(target(bp), ratio(r))
		wantBand := Red
		switch {
		case want:
			wantBand = Green
		case below.Cmp(big.NewRat(5, 100)) <= 0:
			wantBand = Yellow
		}
		if band != wantBand {
			t.Fatalf("%v under %d is %s, want %s", r, bp, band, wantBand)
		}
		if want := max(rounded(below), 0); *gap != want {
			t.Fatalf("%v is %d below %d, want %d", r, *gap, bp, want)
		}
	})
}

func TestDisplayedAsMetAndNotMet(t *testing.T) {
	r := coverage.Rate{Numerator: 94_996, Denominator: 100_000}
	if p := *r.HundredthsOfPercent(); p != 9500 {
		t.Errorf("94.996 %% displays %d hundredths, want 9500", p)
	}
	if *r.Meets(9500) {
		t.Error("94.996 % meets 95 %")
	}
	if s := *Shortfall(r, 9500); s != 4 {
		t.Errorf("shortfall %d, want 4", s)
	}
	if b := BandOf(r, 9500); b != Yellow {
		t.Errorf("band %s, want yellow", b)
	}
	if b := BandOf(coverage.Rate{Numerator: 90, Denominator: 100}, 9500); b != Yellow {
		t.Errorf("exactly five points below is %s, want yellow", b)
	}
	if b := BandOf(coverage.Rate{Numerator: 89_999, Denominator: 100_000}, 9500); b != Red {
		t.Errorf("more than five points below is %s, want red", b)
	}
}

func TestBoundsHoldTheTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, bp := anyRate.Draw(t, "rate"), anyTarget.Draw(t, "target")
		i := rapid.SampledFrom(plan.Indicators).Draw(t, "indicator")
		m, truth := Missing{}, r
		for range rapid.IntRange(0, 5).Draw(t, "missing") {
			m.Areas++
			if rapid.IntRange(0, 9).Draw(t, "approved before") == 0 {
				continue
			}
			m.Known++
			e := rapid.Int64Range(0, 2*coverage.MaxFigure).Draw(t, "operating")
			m.Operating += e
			truth.Denominator += e
			truth.Numerator += rapid.Int64Range(0, e).Draw(t, "covered")
		}
		b := BoundsOf(i, r, m)
		certain := Certain(r, bp, m, b)
		if m.Areas == 0 && !certain {
			t.Fatal("nobody is missing, and yet it is not certain")
		}
		if known := i.OverOperating() && m.Known == m.Areas; (b != nil) != known {
			t.Fatalf("bounds %v of %s with %+v", b, i, m)
		}
		if b == nil || truth.Denominator == 0 {
			return
		}
		if ratio(b.Lower).Cmp(ratio(truth)) > 0 || ratio(b.Upper).Cmp(ratio(truth)) < 0 {
			t.Fatalf("%v lies outside %v", truth, b)
		}
		if certain && *truth.Meets(bp) != *r.Meets(bp) {
			t.Fatalf("certain of %v under %d, and it became %v", r, bp, truth)
		}
	})
}

func TestRanks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rates := rapid.SliceOfN(anyRate, 0, 12).Draw(t, "rates")
		ranks := Ranks(rates)
		for i, r := range rates {
			if r.Denominator == 0 {
				if ranks[i] != nil {
					t.Fatalf("%v is ranked", r)
				}
				continue
			}
			better := int64(0)
			for _, s := range rates {
				if s.Denominator > 0 && ratio(s).Cmp(ratio(r)) > 0 {
					better++
				}
			}
			if *ranks[i] != better+1 {
				t.Fatalf("%v of %v has place %d, want %d", r, rates, *ranks[i], better+1)
			}
		}
	})
}

func TestPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyRate.Draw(t, "now"), anyRate.Draw(t, "before")
		got := Points(a, b)
		if a.Denominator == 0 || b.Denominator == 0 {
			if got != nil {
				t.Fatalf("%v − %v = %d", a, b, *got)
			}
			return
		}
		if want := rounded(new(big.Rat).Sub(ratio(a), ratio(b))); *got != want {
			t.Fatalf("%v − %v = %d, want %d", a, b, *got, want)
		}
		if back := Points(b, a); *back != -*got {
			t.Fatalf("%v − %v = %d, and back %d", a, b, *got, *back)
		}
	})
}

func TestRateOfAGroup(t *testing.T) {
	anySums := rapid.Custom(func(t *rapid.T) coverage.Sums {
		var s coverage.Sums
		copy(s[:], rapid.SliceOfN(rapid.Int64Range(0, coverage.MaxFigure), len(s), len(s)).Draw(t, "figures"))
		s[1] = s[0] / 3
		return s
	})
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(anySums, 1, 8).Draw(t, "parts")
		var all coverage.Sums
		for _, p := range parts {
			all = all.Plus(p)
		}
		for _, i := range plan.Indicators {
			var n, d int64
			for _, p := range parts {
				r := p.Rate(i)
				n, d = n+r.Numerator, d+r.Denominator
			}
			if got := all.Rate(i); got != (coverage.Rate{Numerator: n, Denominator: d}) {
				t.Fatalf("%s of the group is %v, want %d/%d", i, got, n, d)
			}
		}
		if slices.ContainsFunc(parts, func(p coverage.Sums) bool { return p.Operating() < 0 }) {
			t.Fatal("negative operating")
		}
	})
}
