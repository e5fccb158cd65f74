// Package report is the arithmetic over coverage sums, and the reports made with it. Every number
// comes from integers: a rate of a group is the sum of numerators over the sum of denominators,
// goals are tested and ranks given on exact fractions, and only what is shown is rounded.
package report

import (
	"brandregistry/internal/coverage"
	"brandregistry/internal/plan"
	"math/big"
	"math/bits"
	"slices"
)

// yellowBP is how far below its goal a rate is still yellow: 5 points, in hundredths of a percent.
const yellowBP = 500

// Band says how far a rate is from its goal.
// 达标档次
type Band string

// The bands.
const (
	Green  Band = "green"  // 已达标
	Yellow Band = "yellow" // 距目标不超过 5 个百分点
	Red    Band = "red"    // 距目标超过 5 个百分点
)

// BandOf returns the band of a rate under a goal in hundredths of a percent; "" when the rate has no value.
func BandOf(r coverage.Rate, targetBP int64) Band {
	met := r.Meets(targetBP)
	switch {
	case met == nil:
		return ""
	case *met:
		return Green
	case *r.Meets(max(targetBP-yellowBP, 0)):
		return Yellow
	}
	return Red
}

// Shortfall returns the smallest number of further organizations (or party organizations, as the
// indicator counts) that would have to move into the numerator, the denominator unchanged, for the
// goal to be met: ⌈target·denominator⌉ − numerator, at least 0. It is nil when the rate has no value.
func Shortfall(r coverage.Rate, targetBP int64) *int64 {
	if r.Denominator == 0 {
		return nil
	}
	hi, lo := bits.Mul64(uint64(targetBP), uint64(r.Denominator))
	lo, carry := bits.Add64(lo, 9999, 0)
	needed, _ := bits.Div64(hi+carry, lo, 10000)
	short := max(int64(needed)-r.Numerator, 0)
	return &short
}

// Missing sums up the subdistricts that are expected and have not reported.
type Missing struct {
	Areas     int64 // how many
	Known     int64 // of these, how many have an approved earlier period
	Operating int64 // the operating organizations these last had
}

// Bounds are the least and the greatest rate that a group could have once its missing members report
// as many operating organizations as they last had.
type Bounds struct{ Lower, Upper coverage.Rate }

// BoundsOf returns the bounds of an indicator's rate: with all organizations of the missing
// uncovered and with all covered. It is nil when the indicator is not over the operating
// organizations, or when one of the missing was never approved.
func BoundsOf(i plan.Indicator, r coverage.Rate, m Missing) *Bounds {
	if !i.OverOperating() || m.Known < m.Areas {
		return nil
	}
	all := r.Denominator + m.Operating
	return &Bounds{Lower: coverage.Rate{Numerator: r.Numerator, Denominator: all}, Upper: coverage.Rate{Numerator: r.Numerator + m.Operating, Denominator: all}}
}

// Certain reports whether the goal's outcome cannot change any more: nobody is missing, or both bounds
// agree with the outcome of what was reported.
func Certain(r coverage.Rate, targetBP int64, m Missing, b *Bounds) bool {
	if m.Areas == 0 {
		return true
	}
	return b != nil && same(b.Lower.Meets(targetBP), r.Meets(targetBP)) && same(b.Upper.Meets(targetBP), r.Meets(targetBP))
}

func same(a, b *bool) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// Ranks places rates, the greatest first: equal fractions share a place and the next is skipped
// (1, 1, 3). A rate without a value has none (nil).
func Ranks(rates []coverage.Rate) []*int64 {
	order := make([]int, 0, len(rates))
	for i, r := range rates {
		if r.Denominator > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return rates[b].Compare(rates[a]) })
	ranks := make([]*int64, len(rates))
	for n, i := range order {
		place := int64(n + 1)
		if n > 0 && rates[i].Compare(rates[order[n-1]]) == 0 {
			place = *ranks[order[n-1]]
		}
		ranks[i] = &place
	}
	return ranks
}

// Points returns now − before in hundredths of a percentage point, the difference of the exact
// fractions, rounded half away from zero; nil when either has no value.
func Points(now, before coverage.Rate) *int64 {
	if now.Denominator == 0 || before.Denominator == 0 {
		return nil
	}
	product := func(a, b int64) *big.Int { return new(big.Int).Mul(big.NewInt(a), big.NewInt(b)) }
	up := new(big.Int).Sub(product(now.Numerator, before.Denominator), product(before.Numerator, now.Denominator))
	down := product(now.Denominator, before.Denominator)
	sign := int64(up.Sign())
	// ⌊(20000·|up| + down) / 2·down⌋ = round half up of 10000·|up|/down
	up.Abs(up).Mul(up, big.NewInt(20000)).Add(up, down)
	points := sign * up.Quo(up, down.Lsh(down, 1)).Int64()
	return &points
}

// Gap returns how many hundredths of a percentage point a rate lies below its goal, rounded half up, 0
// when it is met; nil when the rate has no value.
func Gap(r coverage.Rate, targetBP int64) *int64 {
	gap := Points(coverage.Rate{Numerator: targetBP, Denominator: 10000}, r)
	if gap != nil {
		*gap = max(*gap, 0)
	}
	return gap
}
