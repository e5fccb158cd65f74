package text

import (
	"slices"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestTerms(t *testing.T) {
	for q, want := range map[string][]string{
		"":                  nil,
		" 　":                nil,
		"“—”！":              nil,
		"红色 引擎":             {"红色", "引擎"},
		"红色　引擎\t红色":         {"红色", "引擎"},
		"Ａ股，b":              {"a股b"},
		"“红色”引擎":            {"红色引擎"},
		"ﾀﾞ㈱":               {"ダ株"},
		"1 2 3 4 5 6 7 8 9": {"1", "2", "3", "4", "5", "6", "7", "8", "9"},
		"红 ！ 色":             {"红", "色"},
	} {
		if got := Terms(q); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", q, got, want)
		}
	}
}

// What is hidden within a text makes no difference to a name, to what is found and to what is looked for.
func TestHiddenCharactersDoNotMakeAnotherName(t *testing.T) {
	for kind, s := range invisible {
		if kind == "marks" {
			continue // they stand on the character before
		}
		name := "绿" + s + "叶A" + s
		if got := Key(name); got != "绿叶a" {
			t.Errorf("%s: the key of %q is %q", kind, name, got)
		}
		if got := Searchable(name); got != "绿叶a" {
			t.Errorf("%s: %q is found by %q", kind, name, got)
		}
		if got := Terms(s); got != nil {
			t.Errorf("%s are looked for: %q", kind, got)
		}
	}
	for r := range unicode.MaxRune + 1 {
		if got := Key("绿" + string(r) + "叶"); Hidden(r) && utf8.ValidRune(r) && got != "绿叶" {
			t.Errorf("%U: %q", r, got)
		}
	}
}
