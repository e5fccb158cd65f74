package brand

import (
	"brandregistry/internal/fault"
	"strings"
	"unicode/utf8"
)

// given is a text without the space around it; nil when it is blank.
func given(s *string) *string {
	if s == nil || strings.TrimSpace(*s) == "" {
		return nil
	}
	trimmed := strings.TrimSpace(*s)
	return &trimmed
}

// reasonOf returns a reason without the space around it. It fails with InvalidRequest when there is none, or
// too much.
func reasonOf(s string) (string, error) { return written("/reason", s, maxReason) }

func written(pointer, s string, most int) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", fault.Invalid(pointer, fault.Text{ZH: "没有填写。", EN: "Nothing is given."}, fault.Text{ZH: "请用一两句话写明。", EN: "Say it in a sentence or two."})
	}
	if utf8.RuneCountInString(s) > most {
		return "", fault.Invalid(pointer, fault.Textf("太长，至多 %d 个字。", "It is too long: at most %d characters.", most), fault.Text{ZH: "请删减后再提交。", EN: "Shorten it."})
	}
	return s, nil
}
