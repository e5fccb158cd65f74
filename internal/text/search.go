package text

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Key returns a name as it is compared with other names: whatever its width and case, without spaces, quotes,
// hidden characters and those that only pick a character's variant.
func Key(name string) string { return norm.NFKC.String(bare(fold(bare(name)))) }

// quotes are the characters that are no quotation marks by their property, and are typed as such.
const quotes = "`´ʹʺʼˮ′″〃《》〈〉"

// fold makes letters compare whatever their width and case.
func fold(s string) string { return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s))) }

// bare leaves out what Key leaves out. Some quotes are quotes only until they are folded.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if Hidden(r) || unicode.IsSpace(r) || strings.ContainsRune(quotes, r) || unicode.In(r, unicode.Quotation_Mark, unicode.Pi, unicode.Pf, unicode.Variation_Selector) {
			return -1
		}
		return r
	}, s)
}

// Searchable returns what a text is found by, and what a search looks for: the letters and digits of its Key.
func Searchable(s string) string {
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if isWord(r) {
			return r
		}
		return -1
	}, Key(s)))
}

// Terms returns the words of a search, each as Searchable makes it, without repetitions.
func Terms(q string) []string {
	var out []string
	for _, word := range strings.Fields(norm.NFKC.String(q)) {
		if t := Searchable(word); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
