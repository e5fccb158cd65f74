package v1

import (
	"brandregistry/internal/fault"
	"strconv"
	"strings"
)

// Percent is a percentage in hundredths of a percent (95 % is 9500). On the wire it is a number
// with at most two decimals, read and written digit by digit: no float comes in between.
// openapi: {"type":"number","minimum":0,"maximum":100,"multipleOf":0.01}
type Percent int64

// MarshalJSON writes the number without needless zeros: 95, 94.5, 94.99.
func (p Percent) MarshalJSON() ([]byte, error) {
	s := strconv.FormatInt(int64(p)/100, 10)
	if rest := int64(p) % 100; rest != 0 {
		s += "." + strings.TrimRight(strconv.FormatInt(100+rest, 10)[1:], "0")
	}
	return []byte(s), nil
}

// UnmarshalJSON reads a number of 0 … 100 with at most two decimals and no exponent.
func (p *Percent) UnmarshalJSON(b []byte) error {
	whole, fraction, point := strings.Cut(string(b), ".")
	if point && (fraction == "" || len(fraction) > 2) {
		return notPercent()
	}
	// JSON has seen to it that a number's whole part has no leading zeros
	n, err := strconv.ParseUint(whole+(fraction + "00")[:2], 10, 64)
	if err != nil || n > 10_000 {
		return notPercent()
	}
	*p = Percent(n)
	return nil
}

func notPercent() error {
	return fault.Invalid("",
		fault.Text{ZH: "应为 0 到 100 之间、最多两位小数的数字。", EN: "It must be a number from 0 to 100 with at most two decimals."},
		fault.Text{ZH: "请写成 95 或 94.5 这样的数字，不带百分号和引号。", EN: "Write a number such as 95 or 94.5, without a percent sign or quotes."})
}
