package v1

import (
	"brandregistry/internal/fault"
	"slices"
	"testing"
	"unicode/utf8"
)

func TestCursor(t *testing.T) {
	cursor := encodeCursor("list", []string{"330109001", "名称"})
	key, err := decodeCursor(cursor, "list")
	if err != nil || !slices.Equal(key, []string{"330109001", "名称"}) {
		t.Errorf("%q, %v", key, err)
	}
	for name, bad := range map[string]string{
		"other list": encodeCursor("other", []string{"a"}), "no key": encodeCursor("list", nil),
		"not base64url": "a+b/", "padded": cursor + "=", "cut": cursor[:len(cursor)-3], "not JSON": "YWJj", "empty": "",
	} {
		if _, err := decodeCursor(bad, "list"); !fault.Is(err, fault.InvalidRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A cursor that is taken is one that was given.
func FuzzCursor(f *testing.F) {
	f.Add(encodeCursor("list", []string{"a", "b"}))
	f.Add("eyJoIjoibGlzdCIsImsiOlsiYSJdfQ")
	f.Add("")
	f.Fuzz(func(t *testing.T, cursor string) {
		key, err := decodeCursor(cursor, "list")
		if err != nil {
			if !fault.Is(err, fault.InvalidRequest) {
				t.Errorf("%v is no refusal of form", err)
			}
			return
		}
		for _, k := range key {
			if !utf8.ValidString(k) {
				t.Errorf("key %q", k)
			}
		}
		again, err := decodeCursor(encodeCursor("list", key), "list")
		if err != nil || !slices.Equal(again, key) {
			t.Errorf("%q, %v; want %q", again, err, key)
		}
	})
}

func TestLanguage(t *testing.T) {
	for accept, want := range map[string]string{
		"": chinese, "zh-CN": chinese, "zh": chinese, "zh-TW": chinese, "en": english, "en-US,en;q=0.9": english,
		"en;q=0.5, zh;q=0.9": chinese, "fr, en;q=0.5": english, "fr": chinese, "*": chinese, "x;;q=": chinese, "zh-CN,en;q=0.9": chinese, "de, fr": chinese,
	} {
		if got := languageOf(accept); got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
	}
}
