package brand

import (
	"brandregistry/internal/fault"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// tidy is a text without the space around it and without characters that cannot be seen, in NFC.
func tidy(s string) string {
	visible := strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, breaks.Replace(s))
	return strings.TrimSpace(norm.NFC.String(visible))
}

// given is a text, tidied; nil when it is blank.
func given(s *string) *string {
	if s == nil {
		return nil
	}
	if tidied := tidy(*s); tidied != "" {
		return &tidied
	}
	return nil
}

// reasonOf returns a reason, tidied. It fails with InvalidRequest when there is none, or
// too much.
func reasonOf(s string) (string, error) { return written("/reason", s, MaxReason) }

// written returns a text, tidied. It fails with InvalidRequest when there is none, or more than most characters.
func written(pointer, s string, most int) (string, error) {
	s = tidy(s)
	if s == "" {
		return "", fault.Invalid(pointer, fault.Text{ZH: "没有填写。", EN: "Nothing is given."}, fault.Text{ZH: "请用一两句话写明。", EN: "Say it in a sentence or two."})
	}
	if utf8.RuneCountInString(s) > most {
		return "", fault.Invalid(pointer, fault.Textf("太长，至多 %d 个字。", "It is too long: at most %d characters.", most), fault.Text{ZH: "请删减后再提交。", EN: "Shorten it."})
	}
	return s, nil
}
