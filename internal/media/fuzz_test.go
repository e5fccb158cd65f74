package media

import (
	"archive/zip"
	"brandregistry/internal/fault"
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	_ "golang.org/x/image/webp" // for its size
)

// What is taken is of a type that is taken, is what it is said to be, is taken again, and has a name that
// can be kept; what is not is refused with a mend.
func FuzzAccept(f *testing.F) {
	for _, seed := range [][]byte{
		[]byte(pdf), pngOf(f, quarters(4, 4)), pngOf(f, deep(4, 4)), jpegOf(f, quarters(16, 16), 90), withSegments(jpegOf(f, quarters(16, 8), 90), exif(binary.LittleEndian, 6)),
		sample(f, jpegCMYK), sample(f, jpegProgress), sample(f, webpLossy), sample(f, webpLossless), sample(f, webpAlpha), sample(f, webpLossyAlpha), sample(f, webpMoving),
		hugeWebP(true, true), rawPNG(f, 9, 1, 1, 0, []byte{0, 0xFF, 0}), zipOf(f, zip.Store, docxTypes, docxBody), zipOf(f, zip.Deflate, rels, xlsxBody, xlsxTypes),
		zipOf(f, zip.Deflate, inUTF16(docxTypes, binary.LittleEndian, true), inUTF16(field("DDE"), binary.BigEndian, false), related("word/_rels/a.rels", [3]string{"frame", "b", "External"})),
		zipOf(f, zip.Store, docxTypes, field(" PAGE "), related("_rels/.rels", [3]string{"hyperlink", "http://x.example/", "External"})),
		zipOf(f, zip.Deflate, ofdRoot, ofdDoc), zipOf(f, zip.Store, inUTF16(ofdRoot, binary.BigEndian, true), ofdWith("<ofd:Action><ofd:URI/></ofd:Action>")),
		slices.Insert(pngOf(f, quarters(4, 4)), 33, chunk("eXIf", []byte(exif(binary.BigEndian, 5)[5:]))...), interlaced(pngOf(f, quarters(4, 4))),
		extendedWebP(sample(f, webpAlpha), 0, []byte(exif(binary.LittleEndian, 6)[1:])), extendedWebP(sample(f, webpLossyAlpha), 0x10, []byte("II*\x00\x08\x00\x00\x00\x01\x00")),
		[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), []byte("GIF89a"), []byte("<svg/>"), {},
	} {
		f.Add(seed, "../认定文件.\u202Epdf")
	}
	f.Add([]byte(pdf), "CON.\xff")
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		if c, _, err := image.DecodeConfig(bytes.NewReader(content)); err == nil && c.Width*c.Height > 1<<20 && c.Width*c.Height <= MaxPixels {
			return // it would take long
		}
		_, _, err := take(content, name)
		if err != nil {
			var e *fault.Error
			if !errors.As(err, &e) || e.Code != fault.RuleViolation || e.Violations[0].Hint.ZH == "" {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		got, out := mustTake(t, content, name)
		switch {
		case got.Type == JPEG || got.Type == PNG:
			decoded(t, got.Type, out)
		case got.Type != PDF && got.Type != OFD && got.Type != DOCX && got.Type != XLSX, !bytes.Equal(out, content):
			t.Errorf("%+v of %q", got, out)
		}
		if again, _ := mustTake(t, out, got.Name); again.Type != got.Type || again.Name != got.Name {
			t.Errorf("%+v becomes %+v", got, again)
		}
		if !utf8.ValidString(got.Name) || strings.ContainsFunc(got.Name, func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune(`/\:"`, r) }) || strings.HasPrefix(got.Name, ".") {
			t.Errorf("%q", got.Name)
		}
	})
}
