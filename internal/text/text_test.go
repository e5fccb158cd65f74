package text

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// invisible are texts of which nothing can be seen, a kind each.
var invisible = map[string]string{
	"spaces": " \t\u00a0\u2003\u3000\n", "zero width": "\u200b\u200c\u200d\u2060\ufeff", "soft hyphens": "\u00ad", "fillers": "\u115f\u1160\u3164\uffa0",
	"braille blank": "\u2800", "marks of direction": "\u200e\u200f\u202a\u202e\u2066\u2069\u061c", "selectors": "\ufe0f\ufe0e\U000e0100\u180b", "tags": "\U000e0001\U000e0041\U000e007f",
	"controls": "\u0001\u0007\u001b\u007f\u0080\u009f", "line separators": "\u2028\u2029\u0085", "operators": "\u2061\u2062\u2063\u2064", "no characters": "\ufffe\U0010ffff",
	"vowel separator": "\u180e\u17b4\u034f", "notehead": "\U0001d159\U0001d173", "marks": "\u0301\u0300\u20dd",
}

func TestInvisibleTextIsNone(t *testing.T) {
	need := Need{Title: fault.Text{ZH: "原因", EN: "reason"}, Most: 500, Lines: true}
	for name, s := range invisible {
		if got := Tidy(s); got != "" || HasWords(s) || Letters(s) != 0 {
			t.Errorf("%s: %q is text", name, got)
		}
		if kept, wrong := need.Write("/reason", s); kept != "" || len(wrong) != 1 || wrong[0].Code != "text_required" || wrong[0].Pointer != "/reason" {
			t.Errorf("%s as a reason: %q, %v", name, kept, wrong)
		}
		if kept, wrong := need.Read("/reason", s); kept != "" || len(wrong) != 0 {
			t.Errorf("%s where nothing is needed: %q, %v", name, kept, wrong)
		}
		if name != "spaces" && name != "marks" {
			if got := Tidy("核" + s + "对"); strings.ReplaceAll(strings.ReplaceAll(got, "\n", ""), "核\ufe0f\ufe0e\U000e0100\u180b对", "核对") != "核对" {
				t.Errorf("%s within: %q", name, got)
			}
		}
	}
}

func TestExplanationsSayWhy(t *testing.T) {
	need := Need{Title: fault.Text{ZH: "说明", EN: "explanation"}, Most: 500, Letters: MinExplanation, Lines: true}
	for s, code := range map[string]string{
		".": "text_words", "。。。。": "text_words", "……！！": "text_words", "2026": "text_words", "属实": "text_words", "abc": "text_words", "👍👍👍👍": "text_words", "属\u200b\u3164实。": "text_words", "\u3164\u3164\u3164\u3164": "",
		"情况属实": "", "新登记。商户": "", "none": "", "": "", strings.Repeat("长", 500): "", strings.Repeat("长", 501): "text_length",
	} {
		_, wrong := need.Read("/explanations/x", s)
		if code == "" && len(wrong) > 0 || code != "" && (len(wrong) != 1 || wrong[0].Code != code || wrong[0].Hint.ZH == "" || wrong[0].Hint.EN == "") {
			t.Errorf("%q: %v, want %q", s, wrong, code)
		}
	}
}

func TestTidy(t *testing.T) {
	for given, want := range map[string]string{
		" 一\r\n二\r三 ": "一\n二\n三", "caf\u0065\u0301": "café", "绿❤\ufe0f叶": "绿❤\ufe0f叶", "葛\U000e0100城": "葛\U000e0100城", "\ufeff核对\u200b": "核对", "a\u2028b": "a\nb",
		"\ufe0f红": "红", "红 \u0301色": "红 色", "e\u200b\u0301": "é",
	} {
		if got := Tidy(given); got != want {
			t.Errorf("%q is kept as %q, want %q", given, got, want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("\u200b\ufe0f\u0301\u3164\r\n 甲a\u2028")))).Draw(rt, "text")
		tidied := Tidy(s)
		if Tidy(tidied) != tidied || HasWords(s) != HasWords(tidied) || !utf8.ValidString(tidied) || strings.ContainsFunc(tidied, Hidden) {
			rt.Errorf("%q is kept as %q, that as %q", s, tidied, Tidy(tidied))
		}
	})
}

// The pattern and the format of a rule, which are published, say what the registry's own readers take.
func TestRulesAreTheReaders(t *testing.T) {
	readers := map[string]func(string) bool{
		"area_code":   func(s string) bool { _, err := area.Parse(s); return err == nil },
		"subdistrict": func(s string) bool { c, err := area.Parse(s); return err == nil && c.Level() == area.LevelSubdistrict },
		"period":      func(s string) bool { _, err := period.Parse(s); return err == nil },
		"date":        func(s string) bool { _, err := period.ParseDate(s); return err == nil },
	}
	samples := []string{"", "0", "00", "01", "9", "33", "3301", "03301", "330109", "3301090", "330109001", "030109001", "1899", "1900", "9998", "9999", "0000-Q1", "1899-Q4", "1900-Q1", "9998-Q4", "9999-Q1",
		"2026-Q0", "2026-Q5", "2026-M00", "2026-M12", "2026-M13", "1899-12-31", "1900-01-01", "9998-12-31", "9999-01-01", "2026-02-28", "2026-02-29", "2024-02-29", "2026-04-31", "2026-1-01", "2026-00-01", "2026-13-01", "2026-10-08T00:00:00Z", "3３", "33 "}
	for name, reads := range readers {
		for _, s := range samples {
			if Rules[name].Holds(s) != reads(s) {
				t.Errorf("%s %q: the rule says %v", name, s, Rules[name].Holds(s))
			}
		}
		rapid.Check(t, func(rt *rapid.T) {
			s := rapid.StringMatching(`[0-9]{1,9}(-(Q[0-9]|M[0-9]{2}|[0-9]{2}-[0-9]{2}))?`).Draw(rt, "text")
			if Rules[name].Holds(s) != reads(s) {
				rt.Errorf("%s %q: the rule says %v", name, s, Rules[name].Holds(s))
			}
		})
	}
	for name, r := range Rules {
		if r.Message.ZH == "" || r.Message.EN == "" || r.Hint.ZH == "" || r.Hint.EN == "" || r.Pattern == "" {
			t.Errorf("the rule %s is not whole", name)
		}
	}
	for s, want := range map[string]bool{"2026-10-08T02:00:00Z": true, "2026-10-08T02:00:00.000001+08:00": true, "2026-10-08t02:00:00z": false, "2026-10-08T02:00:60Z": false, "2026-10-08T24:00:00Z": false, "2026-10-08T02:00:00,5Z": false, "2026-02-30T02:00:00Z": false} {
		if Rules["stamp"].Holds(s) != want {
			t.Errorf("stamp %q: %v", s, !want)
		}
	}
	if keep := slices.ContainsFunc([]string{"核对", "5", "a."}, func(s string) bool { return !Rules["words"].Holds(s) }); keep || Rules["words"].Holds("…\u200b") {
		t.Error("words")
	}
}
