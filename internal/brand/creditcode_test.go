package brand

import (
	"brandregistry/internal/fault"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/width"
	"pgregory.net/rapid"
)

// creditValues are the characters of GB 32100-2015, table 2, with their values.
var creditValues = map[byte]int64{
	'0': 0, '1': 1, '2': 2, '3': 3, '4': 4, '5': 5, '6': 6, '7': 7, '8': 8, '9': 9, 'A': 10, 'B': 11, 'C': 12, 'D': 13, 'E': 14, 'F': 15,
	'G': 16, 'H': 17, 'J': 18, 'K': 19, 'L': 20, 'M': 21, 'N': 22, 'P': 23, 'Q': 24, 'R': 25, 'T': 26, 'U': 27, 'W': 28, 'X': 29, 'Y': 30,
}

// checked is 17 characters with their check character: C18 = (31 − Σ Cᵢ·3^(i−1) mod 31) mod 31.
func checked(first17 string) string {
	sum, mod := new(big.Int), big.NewInt(31)
	for i := range 17 {
		weight := new(big.Int).Exp(big.NewInt(3), big.NewInt(int64(i)), nil)
		sum.Add(sum, weight.Mul(weight, big.NewInt(creditValues[first17[i]])))
	}
	want := (31 - sum.Mod(sum, mod).Int64()) % 31
	for c, v := range creditValues {
		if v == want {
			return first17 + string(c)
		}
	}
	panic("no character of the value")
}

// creditCodes draws a good code.
var creditCodes = rapid.Custom(func(t *rapid.T) string {
	return checked(string(rapid.SliceOfN(rapid.SampledFrom([]byte(creditAlphabet)), 17, 17).Draw(t, "code")))
})

// codeFault is the message about a code as it was given; "" when it is taken.
func codeFault(code string) fault.Text {
	for _, v := range misshapen(Content{CreditCode: code}.clean()) {
		return v.Message
	}
	return fault.Text{}
}

func TestCreditCodes(t *testing.T) {
	const example = "91350100M000100Y43" // of the standard
	if got := checked(example[:17]); got != example {
		t.Fatalf("the formula makes %s of the standard's example", got)
	}
	for _, code := range []string{example, checked("91330109MA0000000"), checked("52330000500000000"), checked("00000000000000000"), checked("YYYYYYYYYYYYYYYYY"), checked("12330109MB0000000")} {
		if got := codeFault(code); got != (fault.Text{}) {
			t.Errorf("%s: %s", code, got.ZH)
		}
	}
	for _, tt := range []struct{ code, zh, en string }{
		{example[:17], "统一社会信用代码应为 18 位，填的是 17 位。", "A unified social credit code has 18 characters, not 17."},
		{example + "0", "统一社会信用代码应为 18 位，填的是 19 位。", "A unified social credit code has 18 characters, not 19."},
		{"社会信用代码", "统一社会信用代码应为 18 位，填的是 6 位。", "A unified social credit code has 18 characters, not 6."},
		{"9135-0100-M000100Y43", "统一社会信用代码应为 18 位，填的是 20 位。", "A unified social credit code has 18 characters, not 20."},
		{"91350100M000100Y4号", "统一社会信用代码第 18 位是“号”，代码中不会有这个字符。", "Character 18 of the credit code is “号”, which none has."},
		{"91350100M000100Y34", "统一社会信用代码的校验位不对，其中有一位写错了。", "The credit code's check character does not fit: one character is wrong."},
	} {
		if got := codeFault(tt.code); got.ZH != tt.zh || got.EN != tt.en {
			t.Errorf("%s: %q", tt.code, got)
		}
	}
	if _, ok := CreditCheck(example[:16]); ok {
		t.Error("16 characters have a check character")
	}
	if _, ok := CreditCheck(strings.ToLower(example)); ok {
		t.Error("small letters have a check character")
	}
}

// The weights are powers of 3, which has the order 30 modulo 31: a single wrong character is always
// detected, and so are any two that change places but the first and the last, whose weights are both 1.
func TestCreditCodeDetects(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := creditCodes.Draw(t, "good")
		if check, ok := CreditCheck(code); !ok || check != code[17] {
			t.Fatalf("%s: the check character is %c, %v", code, check, ok)
		}
		if _, hint := creditFault(code); hint != (fault.Text{}) {
			t.Fatalf("%s is refused: %s", code, hint.ZH)
		}
		for i := range creditLength {
			for other := range creditValues {
				wrong := []byte(code)
				wrong[i] = other
				if message, _ := creditFault(string(wrong)); (message == fault.Text{}) != (other == code[i]) {
					t.Fatalf("%s for %s: %q", wrong, code, message.ZH)
				}
			}
			for j := range i {
				wrong := []byte(code)
				wrong[i], wrong[j] = code[j], code[i]
				undetected := code[i] == code[j] || (j == 0 && i == creditLength-1)
				if message, _ := creditFault(string(wrong)); (message == fault.Text{}) != undetected {
					t.Fatalf("%s for %s: %q", wrong, code, message.ZH)
				}
			}
		}
	})
}

func TestCreditCodeAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := creditCodes.Draw(t, "good")
		var b strings.Builder
		for _, r := range code {
			s := string(r)
			if rapid.Bool().Draw(t, "small") {
				s = strings.ToLower(s)
			}
			if rapid.Bool().Draw(t, "wide") {
				s = width.Widen.String(s)
			}
			b.WriteString(s + rapid.SampledFrom([]string{"", "", "", " ", "  ", "　", "\u00a0", "\t", "\n"}).Draw(t, "space"))
		}
		c := Content{CreditCode: b.String()}.clean()
		if wrong := misshapen(c); c.CreditCode != code || len(wrong) != 0 {
			t.Fatalf("%q is kept as %q: %v", b.String(), c.CreditCode, wrong)
		}
		// A letter that no code has is named with its place.
		at := rapid.IntRange(0, creditLength-1).Draw(t, "place")
		letter := rapid.SampledFrom([]string{"I", "O", "S", "V", "Z"}).Draw(t, "letter")
		got := codeFault(strings.ToLower(code[:at] + letter + code[at+1:]))
		if n := strconv.Itoa(at + 1); !strings.Contains(got.ZH, "第 "+n+" 位是“"+letter+"”") || !strings.Contains(got.EN, "Character "+n+" of the credit code is “"+letter+"”") {
			t.Fatalf("%s at %d: %q", letter, at, got)
		}
	})
}
