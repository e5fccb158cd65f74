package brand

import (
	"brandregistry/internal/text"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
	"pgregory.net/rapid"
)

func TestNameKey(t *testing.T) {
	for want, names := range map[string][]string{
		"红色引擎": {"红色引擎", "“红色引擎”", "‘红色’引擎", "\"红色引擎\"", "'红色引擎'", "＂红色引擎＇", "「红色引擎」", "『红色』引擎", "｢红色引擎｣", "﹁红色引擎﹂", "《红色引擎》", "〈红色〉引擎", "︽红色引擎︾",
			"〝红色引擎〞", "〟红色引擎〟", "„红色引擎‟", "‚红色引擎‛", "«红色»‹引擎›", "`红色引擎´", "′红色引擎″", "红色 引擎", "红　色　引　擎", " 红\u00a0色\u2003引\u202f擎\u205f", "红\u1680色\u2028引\u0085擎\t",
			"红色\ufe00引擎\U000e0100"},
		"a股abc123":  {"A股ABC123", "Ａ股ａｂｃ１２３", "a股 Abc 123", "Ａ股ＡＢＣ①②③"},
		"ガード下":      {"ガード下", "ｶﾞｰﾄﾞ下"},
		"é":         {"é", "e\u0301", "É", "Ｅ\u0301", "e“\u0301"},
		"strasse":   {"Strasse", "Straße", "STRASSE", "STRAẞE"},
		"istanbul":  {"Istanbul", "ISTANBUL"},
		"i̇stanbul": {"İstanbul", "i̇stanbul"},
		"ıstanbul":  {"ıstanbul"},
		"(株)红色":     {"㈱红色", "（株）红色"},
		"红·色":       {"红·色"},
		"红-色":       {"红-色", "红－色"},
		"σσ":        {"ΣΣ", "σς"},
		"":          {"", "“”", " 　", "《》"},
	} {
		for _, name := range names {
			if got := NameKey(name); got != want {
				t.Errorf("%q: %q, want %q", name, got, want)
			}
		}
	}
	for _, r := range unicode.Quotation_Mark.R16 {
		for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
			if got := NameKey("红" + string(c) + "色"); got != "红色" {
				t.Errorf("%q: %q", c, got)
			}
		}
	}
	distinct := []string{"红色引擎", "红色引擎站", "红色·引擎", "红色引擎1", "红色引擎一", "紅色引擎", "【红色引擎】"}
	for i, a := range distinct {
		for _, b := range distinct[:i] {
			if NameKey(a) == NameKey(b) {
				t.Errorf("%s and %s are the same", a, b)
			}
		}
	}
}

// names draws a name of what names are made of.
var names = rapid.StringOfN(rapid.RuneFrom([]rune("红色引擎党建先锋站社区家园一二·-0129abzAZ")), 0, 12, -1)

func TestNameKeyIgnoresNoise(t *testing.T) {
	noise := []string{"", "", "", " ", "　", "\u00a0", "\t", "“", "”", "‘", "’", "\"", "'", "＂", "「", "」", "『", "《", "》", "〟", "„", "`", "´", "\u2003"}
	rapid.Check(t, func(t *rapid.T) {
		name := names.Draw(t, "name")
		var b strings.Builder
		for _, r := range name {
			s := string(r)
			switch rapid.IntRange(0, 3).Draw(t, "as") {
			case 0:
				s = strings.ToUpper(s)
			case 1:
				s = strings.ToLower(s)
			case 2:
				s = width.Widen.String(s)
			}
			b.WriteString(rapid.SampledFrom(noise).Draw(t, "noise") + s)
		}
		if got, want := NameKey(b.String()), NameKey(name); got != want {
			t.Fatalf("%q is %q, %q is %q", b.String(), got, name, want)
		}
	})
}

func TestNameKeyIsIdempotent(t *testing.T) {
	odd := rapid.StringOf(rapid.RuneFrom([]rune("eEéıİßΣ가ｶﾞ㈱红'“´¨ 　\u0301\u0307\u0345\u3099\ufe0f")))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(odd, rapid.String()).Draw(t, "name")
		if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Cherokee, r) }) {
			return // x/text folds its cases into each other
		}
		if key := NameKey(name); NameKey(key) != key {
			t.Fatalf("%q is %q, and that %q", name, key, NameKey(key))
		}
	})
}

func TestGrams(t *testing.T) {
	for text, want := range map[string][]string{
		"":      nil,
		"\n\n":  nil,
		"红":     {"红"},
		"红色":    {"红", "红色", "色"},
		"红\n色":  {"红", "色"},
		"aaa\n": {"a", "aa"},
		"a红a":   {"a", "a红", "红", "红a"},
	} {
		if got := Grams(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for term, want := range map[string][]string{"红": {"红"}, "红色": {"红色"}, "红色红色": {"红色", "色红"}, "aaa": {"aa"}} {
		if got := GramsOf(term); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", term, got, want)
		}
	}
	c := Content{Name: "“红色”引擎", Slogan: "Ａ 股", Meaning: "一\n二", Carrier: "载体", Practices: "做法", Results: "成效", HostOrganization: "示例社区", ContactName: "联系人甲", ContactPhone: "13800000000"}
	if got := SearchText(c); got != "红色引擎\na股\n一二\n示例社区" {
		t.Errorf("%q", got)
	}
}

// A search finds every brand that has the words, by way of their grams, and none that has a word only
// across the end of a line.
func TestGramsFindEveryTerm(t *testing.T) {
	texts := rapid.StringOfN(rapid.RuneFrom([]rune("红色引擎aAＡbß①ｶ 　·“”\n")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		c := Content{Name: texts.Draw(t, "name"), Slogan: texts.Draw(t, "slogan"), Meaning: texts.Draw(t, "meaning"), HostOrganization: texts.Draw(t, "host")}
		found := SearchText(c)
		lines, grams := strings.Split(found, "\n"), Grams(found)
		if len(lines) != 4 || !slices.IsSorted(grams) || len(slices.Compact(slices.Clone(grams))) != len(grams) {
			t.Fatalf("%q: %q", found, grams)
		}
		has := func(gram string) bool { _, found := slices.BinarySearch(grams, gram); return found }
		lies := func(term string) bool {
			return slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, term) })
		}
		for _, term := range text.Terms(texts.Draw(t, "search")) {
			of := GramsOf(term)
			all := !slices.ContainsFunc(of, func(g string) bool { return !has(g) })
			switch {
			case term == "" || len(of) == 0:
				t.Fatalf("term %q has the grams %q", term, of)
			case lies(term) && !all:
				t.Fatalf("%q lies in %q, and is not found by %q", term, found, of)
			case all && !lies(term) && utf8.RuneCountInString(term) <= 2:
				t.Fatalf("%q is found by %q, and does not lie in %q", term, of, found)
			case strings.Contains(found, term) != lies(term):
				t.Fatalf("%q lies across lines of %q", term, found)
			}
		}
		// Whatever is copied from a text that is searched finds it.
		whole := []rune(rapid.SampledFrom([]string{c.Name, c.Slogan, c.Meaning, c.HostOrganization}).Draw(t, "copied from"))
		from := rapid.IntRange(0, len(whole)).Draw(t, "from")
		part := string(whole[from:rapid.IntRange(from, len(whole)).Draw(t, "to")])
		for _, term := range text.Terms(part) {
			if !lies(term) {
				t.Fatalf("%q of %q is not found in %q", term, part, found)
			}
		}
	})
}
