package media

import (
	"brandregistry/internal/text"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
)

// maxName is of a file's name, in characters.
const maxName = 120

// cleanName returns a file name that every system can keep, which ends as the type does.
func cleanName(name string, kind Type) string {
	name = inUTF8(name)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = norm.NFC.String(strings.Map(func(r rune) rune {
		if text.Hidden(r) || r == '\n' || r == '\t' || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)) // what is left may meet
	name = strings.TrimRightFunc(name, isDropped)
	stem, ending := name, extensions[kind]
	if last := path.Ext(name); isEnding(last) {
		stem = strings.TrimSuffix(name, last)
		if last = strings.ToLower(last); kind == JPEG && last == ".jpeg" {
			ending = last
		}
	}
	stem = trim(stem)
	if r := []rune(stem); len(r) > maxName-len(ending) {
		stem = trim(string(r[:maxName-len(ending)]))
	}
	if text.Tidy(stem) == "" {
		stem = "file"
	}
	if first, _, _ := strings.Cut(stem, "."); isDevice(strings.TrimSpace(first)) {
		stem = "_" + stem
	}
	return stem + ending
}

// inUTF8 returns a name in UTF-8, of one that may be in GB 18030, as older programs send it.
func inUTF8(name string) string {
	if !utf8.ValidString(name) {
		if s, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil && !strings.ContainsRune(s, utf8.RuneError) {
			return s
		}
	}
	return strings.ToValidUTF8(name, "")
}

// trim takes from a name what some systems drop, hide or cannot show.
func trim(stem string) string { return strings.TrimFunc(stem, isDropped) }

func isDropped(r rune) bool { return r == '.' || unicode.IsSpace(r) }

// isEnding reports whether what follows a name's last dot is the ending of a type, such as .docx, rather than
// part of a date or a version.
func isEnding(s string) bool {
	const digits = "0123456789"
	return len(s) > 1 && len(s) <= 6 && !strings.ContainsRune(digits, rune(s[1])) && strings.Trim(strings.ToLower(s[1:]), digits+"abcdefghijklmnopqrstuvwxyz") == ""
}

// isDevice reports whether Windows takes the name for a device.
func isDevice(name string) bool {
	name = strings.ToUpper(name)
	if len(name) > 3 && (strings.HasPrefix(name, "COM") || strings.HasPrefix(name, "LPT")) {
		return slices.Contains([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"}, name[3:])
	}
	return slices.Contains([]string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}, name)
}
