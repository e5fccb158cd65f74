package v1

import (
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// escaped are the characters that browsers write otherwise in the name of a file (HTML, 4.10.21.8).
var escaped = strings.NewReplacer("%22", `"`, "%0D", "\r", "%0A", "\n")

// fileName returns the name of a file by the parameters of its part: that of filename* (RFC 8187), of the
// pieces of a filename that is continued (RFC 2231), or of filename, with encoded words (RFC 2047) decoded.
func fileName(params map[string]string) string {
	if name, ok := decodeExtended(params, "filename"); ok {
		return name
	}
	return decodeWords(escaped.Replace(params["filename"]))
}

// decodeExtended returns the parameter written as name*, or in pieces as name*0 or name*0*, name*1, ….
func decodeExtended(params map[string]string, name string) (string, bool) {
	charset, text, ok := decodeExtendedValue(params[name+"*"])
	if ok {
		return toUTF8(charset, text)
	}
	var b strings.Builder
	for i := range len(params) {
		key := fmt.Sprintf("%s*%d", name, i)
		piece, given := params[key]
		if coded, is := params[key+"*"]; is {
			if i == 0 {
				charset, piece, given = decodeExtendedValue(coded)
			} else {
				piece, given = unescape(coded)
			}
		}
		if !given {
			break
		}
		b.WriteString(piece)
	}
	if b.Len() == 0 {
		return "", false
	}
	return toUTF8(charset, b.String())
}

// decodeExtendedValue splits charset'language'text, the text percent-encoded.
func decodeExtendedValue(s string) (charset, text string, ok bool) {
	parts := strings.SplitN(s, "'", 3)
	if len(parts) != 3 {
		return "", "", false
	}
	text, ok = unescape(parts[2])
	return parts[0], text, ok
}

func unescape(s string) (string, bool) {
	text, err := url.PathUnescape(s)
	return text, err == nil
}

// encodedWord is one of RFC 2047. The charset may name a language (RFC 2231, 5).
var encodedWord = regexp.MustCompile(`=\?([^?*\s]+)(?:\*[^?\s]*)?\?([BbQq])\?([^?]*)\?=`)

// decodeWords decodes the encoded words of a text. Those next to each other are decoded as one, for a
// character may lie across two. A text with a word that cannot be decoded is returned as it is.
func decodeWords(s string) string {
	var b strings.Builder
	charset, pending := "", ""
	flush := func() bool {
		text, ok := toUTF8(charset, pending)
		b.WriteString(text)
		pending = ""
		return ok
	}
	end := 0
	for i, at := range encodedWord.FindAllStringSubmatchIndex(s, -1) {
		between, next := s[end:at[0]], s[at[2]:at[3]]
		if i == 0 || strings.TrimSpace(between) != "" || !strings.EqualFold(next, charset) {
			if !flush() {
				return s
			}
			if i == 0 || strings.TrimSpace(between) != "" {
				b.WriteString(between)
			}
		}
		raw, err := decodeWord(s[at[4]:at[5]], s[at[6]:at[7]])
		if err != nil {
			return s
		}
		charset, pending, end = next, pending+raw, at[1]
	}
	if !flush() {
		return s
	}
	return b.String() + s[end:]
}

// decodeWord returns the bytes of an encoded word, of which B needs no padding here.
func decodeWord(form, text string) (string, error) {
	if strings.EqualFold(form, "B") {
		raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
		return string(raw), err
	}
	raw := mime.WordDecoder{CharsetReader: func(_ string, in io.Reader) (io.Reader, error) { return in, nil }}
	return raw.Decode("=?bytes?Q?" + text + "?=")
}

// toUTF8 returns a text of a charset in UTF-8. It knows those that browsers do. What is marked as GB 2312 or
// GBK may hold more, and is read as GB 18030.
func toUTF8(charset, text string) (string, bool) {
	switch strings.ToLower(charset) {
	case "", "utf-8", "utf8", "us-ascii":
		return text, charset == "" || utf8.ValidString(text)
	case "gb2312", "gbk", "gb18030", "cp936", "x-gbk":
		text, err := simplifiedchinese.GB18030.NewDecoder().String(text)
		return text, err == nil && !strings.ContainsRune(text, utf8.RuneError)
	}
	known, err := htmlindex.Get(charset)
	if err != nil || known == encoding.Replacement {
		return "", false
	}
	text, err = known.NewDecoder().String(text)
	return text, err == nil && !strings.ContainsRune(text, utf8.RuneError)
}
