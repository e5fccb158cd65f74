package brand

import "strings"

// creditAlphabet are the characters of a unified social credit code, each at the place of its value:
// digits and capital letters but I, O, S, V and Z (GB 32100-2015).
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// creditLength is the length of a unified social credit code in characters.
const creditLength = 18

// CreditCheck returns the check character of the first 17 characters of a unified social credit code:
// C18 = (31 − Σ Cᵢ·3^(i−1) mod 31) mod 31, GB 32100-2015, 5.2.5. ok is false when one of them is not
// of the code's alphabet, or there are fewer.
func CreditCheck(code string) (check byte, ok bool) {
	if len(code) < creditLength-1 {
		return 0, false
	}
	sum, weight := 0, 1
	for i := range creditLength - 1 {
		value := strings.IndexByte(creditAlphabet, code[i])
		if value < 0 {
			return 0, false
		}
		sum += value * weight
		weight = weight * 3 % len(creditAlphabet)
	}
	return creditAlphabet[(len(creditAlphabet)-sum%len(creditAlphabet))%len(creditAlphabet)], true
}
