package brand

import (
	"brandregistry/internal/text"
	"slices"
	"strings"
)

// MaxTerms is how many words a search takes.
const MaxTerms = 8

// NameKey returns a name as it must be unique in a district.
func NameKey(name string) string { return text.Key(name) }

// SearchText returns what a brand is found by: name, slogan, meaning and host organization, a line each,
// as text.Searchable makes them.
func SearchText(c Content) string {
	lines := []string{c.Name, c.Slogan, c.Meaning, c.HostOrganization}
	for i, line := range lines {
		lines[i] = text.Searchable(line)
	}
	return strings.Join(lines, "\n")
}

// Grams returns the single characters and the pairs of neighbors of a text's lines, sorted.
func Grams(found string) []string {
	var out []string
	for line := range strings.SplitSeq(found, "\n") {
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
