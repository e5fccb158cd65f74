package v1

import (
	"brandregistry/internal/coverage"
	"fmt"
	"strconv"
	"strings"
)

// Decimal is a number in hundredths. On the wire it always has two decimals, written digit by digit: 94.99, 95.00,
// -0.05. It is computed from integers and rounded half away from zero.
// openapi: {"type":"number"}
type Decimal int64

// MarshalJSON writes the number.
func (d Decimal) MarshalJSON() ([]byte, error) {
	sign, n := "", int64(d)
	if n < 0 {
		sign, n = "-", -n
	}
	return []byte(sign + strconv.FormatInt(n/100, 10) + "." + strconv.FormatInt(100+n%100, 10)[1:]), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	whole, fraction, _ := strings.Cut(string(b), ".")
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || len(fraction) != 2 {
		return fmt.Errorf("%q is no number of two decimals", b)
	}
	*d = Decimal(n)
	return nil
}

// Rate is an exact fraction and its percentage.
// 比率
type Rate struct {
	Numerator   int64    `json:"numerator" minimum:"0" example:"9499"`    // 分子
	Denominator int64    `json:"denominator" minimum:"0" example:"10000"` // 分母
	Percent     *Decimal `json:"percent" example:"94.99"`                 // 百分比，两位小数，由整数四舍五入；分母为 0 时为 null（不适用）
}

func rate(r coverage.Rate) Rate {
	return Rate{r.Numerator, r.Denominator, (*Decimal)(r.HundredthsOfPercent())}
}
