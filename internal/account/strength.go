package account

import (
	"brandregistry/internal/fault"
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/ccojocar/zxcvbn-go"
	"github.com/ccojocar/zxcvbn-go/match"
	"github.com/ccojocar/zxcvbn-go/matching"
	"github.com/ccojocar/zxcvbn-go/scoring"
	"golang.org/x/text/unicode/norm"
)

const (
	leastScore = 2  // of zxcvbn's 0 … 4: some 10⁸ guesses, which the Limiter stretches to decades
	maxJudged  = 48 // characters of a password: what follows makes it no weaker, and its cost rises with the square
)

// weakness says what makes a password easy to guess for who knows the words, nil when nothing does.
// It is judged in several forms by the easiest: as it is spelled, with the digits that the shift key
// makes symbols of, with letters for the digits that look like them, backwards, and without
// repetitions.
func weakness(plain string, words []string) []fault.Text {
	typed := judged(plain)
	if strings.Trim(typed, "0123456789") == "" {
		return []fault.Text{{ZH: "数字，没有字母", EN: "digits, without letters"}}
	}
	lower := unshift.Replace(strings.ToLower(typed))
	forms := []string{typed, lower, letters.Replace(strings.ToLower(typed)), backwards(lower), once(lower)}
	var weakest scoring.MinEntropyMatch
	of, repeats := "", false
	for i, form := range forms {
		if slices.Contains(forms[:i], form) {
			continue
		}
		if m := zxcvbn.PasswordStrength(form, words, isLeet); i == 0 || m.Entropy < weakest.Entropy {
			weakest, of, repeats = m, form, len(form) < len(typed)
		}
	}
	if weakest.Score >= leastScore {
		return nil
	}
	return parts(of, weakest.MatchSequence, repeats)
}

// isLeet keeps zxcvbn's own search for letters written as digits out: it takes seconds for some
// passwords of fifty characters.
func isLeet(m match.Matcher) bool { return m.ID == matching.L33TMatcherName }

var (
	unshift  = strings.NewReplacer("!", "1", "@", "2", "#", "3", "$", "4", "%", "5", "^", "6", "&", "7", "*", "8", "(", "9", ")", "0")
	numerals = strings.NewReplacer("〇", "0", "零", "0", "一", "1", "二", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9")
	letters  = strings.NewReplacer("4", "a", "@", "a", "3", "e", "1", "i", "!", "i", "0", "o", "5", "s", "$", "s", "7", "t", "+", "t")
)

// judged is the beginning of a password in ASCII, Chinese as it is spelled.
func judged(plain string) string {
	var b strings.Builder
	for _, r := range numerals.Replace(norm.NFKC.String(plain)) {
		switch spelled := spellingsOf(r); {
		case len(spelled) > 0:
			b.WriteString(spelled[0])
		case r < 0x80:
			b.WriteRune(r)
		default:
			b.WriteByte('a' + byte(r%26)) // no word of any list, but the same for the same
		}
		if b.Len() >= maxJudged {
			return b.String()[:maxJudged]
		}
	}
	return b.String()
}

func backwards(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// once returns a text with up to three characters that stand there several times in a row only once.
func once(s string) string {
	for size := 1; size <= min(3, len(s)/2); size++ {
		for at := 0; at+2*size <= len(s); {
			if s[at:at+size] == s[at+size:at+2*size] {
				s = s[:at+size] + s[at+2*size:]
			} else {
				at++
			}
		}
	}
	return s
}

var (
	year     = regexp.MustCompile("(19|20)[0-9]{2}")
	onlyYear = regexp.MustCompile("^(19|20)[0-9]{2}$")
)

// inLists is what a password that stands in zxcvbn's own lists is made of.
var inLists = fault.Text{ZH: "常见的密码、单词或姓名", EN: "common passwords, words or names"}

// parts says what a guessable form of a password is made of.
func parts(form string, sequence []match.Match, repeats bool) []fault.Text {
	found := map[string]bool{"date": year.MatchString(form), "repeat": repeats}
	for _, m := range sequence {
		switch {
		case onlyYear.MatchString(m.Token): // found above, whatever it was taken for
		case m.DictionaryName != "":
			found[cmp.Or(map[string]string{"user_inputs": "names"}[m.DictionaryName], "dictionary")] = true
		default:
			found[m.Pattern] = true
		}
	}
	var out []fault.Text
	for _, p := range []struct {
		name string
		text fault.Text
	}{
		{"names", fault.Text{ZH: "账号、单位、区划的名称或代码，或本系统常用的词", EN: "names and codes of the account, its office or areas, or words of this trade"}},
		{"dictionary", inLists},
		{"spatial", fault.Text{ZH: "键盘上相邻的键", EN: "neighbors on the keyboard"}},
		{"sequence", fault.Text{ZH: "顺着排的字母或数字", EN: "letters or digits in a row"}},
		{"date", fault.Text{ZH: "年份或日期", EN: "years or dates"}},
		{"repeat", fault.Text{ZH: "重复的字符", EN: "repetitions"}},
	} {
		if found[p.name] {
			out = append(out, p.text)
		}
	}
	if out == nil {
		out = append(out, fault.Text{ZH: "变化太少的字符", EN: "too few different characters"})
	}
	return out
}
