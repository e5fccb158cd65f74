// Package text says what counts as text among what people write, by which rules of form texts are read, and
// as what names and words are compared and searched. The validator, its messages and the published document
// are made from one table of rules; what is kept, compared and found, from one notion of what can be seen.
package text

import (
	"brandregistry/internal/fault"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// MinExplanation is how many letters or Han characters an explanation has at the least.
const MinExplanation = 4

// blanks are the characters that are no blanks by their category, and look like one.
const blanks = "\u2800\U0001d159"

// Hidden reports whether a character cannot be seen: controls but line feed and tab, format characters
// such as zero-width ones, byte order marks and marks of direction, tags, fillers, and characters that
// are none. What picks a character's variant is not hidden by itself.
func Hidden(r rune) bool {
	return r != '\n' && r != '\t' && (strings.ContainsRune(blanks, r) || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Zl, unicode.Zp,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point))
}

// Damaged reports whether a character has no place in a text: it is hidden, stands for what was lost, or
// looks different on every machine.
func Damaged(r rune) bool { return Hidden(r) || r == utf8.RuneError || unicode.Is(unicode.Co, r) }

// DamagedLine reports whether a text has what has no place in a line: a damaged character, a line break or a tab.
func DamagedLine(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsAny(s, "\n\t") || strings.ContainsFunc(s, Damaged)
}

// isWord reports whether a character that can be seen is a letter, a Han character or a digit.
func isWord(r rune) bool { return !Hidden(r) && unicode.In(r, unicode.L, unicode.N) }

// breaks makes line feeds of line breaks.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Trim returns a text in NFC, with line feeds for line breaks and without the space around it.
func Trim(s string) string { return strings.TrimSpace(norm.NFC.String(breaks.Replace(s))) }

// Tidy returns a text as Trim does, without hidden characters, and without marks and selectors of a variant
// that have no character to stand on.
func Tidy(s string) string {
	alone := true
	visible := strings.Map(func(r rune) rune {
		switch {
		case r == '\u0085' || unicode.In(r, unicode.Zl, unicode.Zp): // line breaks too
			r = '\n'
		case Hidden(r):
			return -1
		case unicode.Is(unicode.M, r):
			if alone {
				return -1
			}
			return r
		}
		alone = unicode.IsSpace(r)
		return r
	}, breaks.Replace(s))
	return Trim(visible)
}

// HasWords reports whether a text holds a letter, a Han character or a digit: whether it says anything.
func HasWords(s string) bool { return strings.ContainsFunc(s, isWord) }

// Letters counts the letters and Han characters of a text.
func Letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) && !Hidden(r) {
			n++
		}
	}
	return n
}

// Need is what a text of people must be like.
type Need struct {
	Title   fault.Text // of the field
	Most    int        // characters
	Letters int        // so many at the least; 0: any letter or digit will do
	Lines   bool       // it may have line breaks and tabs
}

// Read returns a text as it is kept, tidied, and what is wrong with it. A text that has nothing to be seen
// is "" and wrong in nothing: whether it may be missing is the caller's to say.
func (n Need) Read(pointer, s string) (kept string, wrong []fault.Violation) {
	kept = Tidy(s)
	add := func(code string, message, hint fault.Text) {
		wrong = append(wrong, fault.Mistake(code, pointer, message, hint))
	}
	count := utf8.RuneCountInString(kept)
	switch {
	case kept == "":
	case count > n.Most:
		add("text_length", fault.Textf("“%s”写了 %d 个字，最多 %d 个字。", "%s has %d characters, %d at most.", n.Title, count, n.Most),
			fault.Textf("请删减 %d 个字。", "Drop %d characters.", count-n.Most))
	case !n.Lines && strings.ContainsAny(kept, "\n\t"):
		add("text_characters", fault.Textf("“%s”中有换行或制表符。", "%s holds line breaks or tabs.", n.Title),
			fault.Text{ZH: "请写成一行；从表格中粘贴的，请只粘贴一格。", EN: "Write it on one line; of a sheet, paste one cell only."})
	case !HasWords(kept):
		add("text_words", fault.Textf("“%s”里没有文字：“%s”。", "%s holds neither letter nor digit: “%s”.", n.Title, cut(kept)),
			fault.Text{ZH: "请用文字写明，不能只有标点或符号。", EN: "Say it in words, not in punctuation or symbols only."})
	case Letters(kept) < n.Letters:
		add("text_words", fault.Textf("“%s”太短：“%s”。", "%s is too short: “%s”.", n.Title, cut(kept)),
			fault.Textf("请至少写 %d 个字，说清原因。", "Write at least %d letters or Han characters, and say why.", n.Letters))
	}
	return kept, wrong
}

// Write is Read of a text that has to be given.
func (n Need) Write(pointer, s string) (kept string, wrong []fault.Violation) {
	kept, wrong = n.Read(pointer, s)
	if kept == "" {
		wrong = append(wrong, fault.Mistake("text_required", pointer, fault.Textf("没有填写“%s”。", "%s is not given.", n.Title),
			fault.Textf("请填写%s。", "Give the %s.", n.Title)))
	}
	return kept, wrong
}

func cut(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}

// dashes are what is typed for the hyphen of a phone number.
var dashes = strings.NewReplacer("——", "-", "—", "-", "–", "-", "‐", "-", "‑", "-", "−", "-", "－", "-")

// phone is a mobile number, a landline with or without its area code and an extension, or a service
// number, grouped by hyphens or spaces as people do.
var phone = regexp.MustCompile(`^(\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|(\(0\d{2,3}\) ?|0\d{2,3}[- ]?)?\d{3,4}[- ]?\d{4}(-\d{1,6}| ?转 ?\d{1,6})?|[48]00[- ]?(\d{3}[- ]?\d{4}|\d{4}[- ]?\d{3}))$`)

// TidyPhone returns a phone number in half width, with plain hyphens and single spaces.
func TidyPhone(s string) string {
	return strings.Join(strings.Fields(width.Fold.String(dashes.Replace(s))), " ")
}

// IsPhone reports whether a tidy text is a phone number.
func IsPhone(s string) bool { return phone.MatchString(s) }

// WrongPhone says that a text is no phone number.
func WrongPhone(pointer string, title fault.Text, s string) fault.Violation {
	return fault.Mistake("phone_invalid", pointer, fault.Textf("“%s”填的是“%s”，不是电话号码。", "%s is “%s”, which is no phone number.", title, cut(s)),
		Rules["phone"].Hint)
}
