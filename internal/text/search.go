package text

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Key returns a name as it is compared with other names: whatever its width and case, without spaces, quotes
// and what cannot be seen or only picks a character's variant.
func Key(name string) string { return norm.NFKC.String(bare(fold(bare(name)))) }

// fold makes letters compare whatever their width and case.
func fold(s string) string { return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s))) }

// bare leaves out what Key leaves out. Some quotes are quotes only until they are folded.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("`´ʹʺʼˮ′″〃《》〈〉", r) || unicode.In(r, unicode.Quotation_Mark, unicode.Pi, unicode.Pf,
			unicode.Variation_Selector, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point) {
			return -1
		}
		return r
	}, s)
}

// Searchable returns what a text is found by, and what a search looks for: the letters and digits of its Key.
func Searchable(s string) string {
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.L, unicode.N) {
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
