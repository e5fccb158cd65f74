package brand

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// MaxTerms is how many words a search takes.
const MaxTerms = 8

// fold makes letters compare whatever their width and case.
func fold(s string) string { return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s))) }

// NameKey returns a name as it must be unique in a district: whatever its width and case, without spaces,
// quotes and what only picks a character's variant.
func NameKey(name string) string { return norm.NFKC.String(bare(fold(bare(name)))) }

// bare leaves out what NameKey leaves out. Some quotes are quotes only until they are folded.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.In(r, unicode.Quotation_Mark, unicode.Pi, unicode.Pf, unicode.Variation_Selector) || strings.ContainsRune("`´ʹʺʼˮ′″〃《》〈〉", r) {
			return -1
		}
		return r
	}, s)
}

// SearchText returns what a brand is found by: name, slogan, meaning and host organization, a line each,
// their letters and digits only.
func SearchText(c Content) string {
	lines := []string{c.Name, c.Slogan, c.Meaning, c.HostOrganization}
	for i, line := range lines {
		lines[i] = plain(line)
	}
	return strings.Join(lines, "\n")
}

// plain are the letters, marks and digits of a text, folded.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.L, unicode.M, unicode.N) {
			return r
		}
		return -1
	}, fold(s))
}

// Terms returns the words of a search: each must lie within one of a text's lines.
func Terms(q string) []string {
	var out []string
	for _, word := range strings.Fields(norm.NFKC.String(q)) {
		if t := plain(word); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// Grams returns the single characters and the pairs of neighbors of a text's lines, sorted.
func Grams(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		runes := []rune(line)
		for i := range runes {
			out = append(out, string(runes[i]))
			if i > 0 {
				out = append(out, string(runes[i-1:i+1]))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// GramsOf returns the grams that a text with the term has: the term itself when it is one character, else
// its pairs.
func GramsOf(term string) []string {
	if runes := []rune(term); len(runes) < 2 {
		return []string{term}
	}
	return slices.DeleteFunc(Grams(term), func(g string) bool { return len([]rune(g)) < 2 })
}
