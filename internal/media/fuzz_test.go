package media

import (
	"archive/zip"
	"brandregistry/internal/fault"
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
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

// What a file says of its picture before it is decoded is read without end or harm, and is bounded.
func FuzzLook(f *testing.F) {
	f.Add(pngOf(f, quarters(4, 4)))
	f.Add(slices.Insert(pngOf(f, quarters(4, 4)), 33, slices.Concat(chunk("tRNS", nil), chunk("acTL", nil), chunk("eXIf", []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00")))...))
	f.Add(withSegments(jpegOf(f, quarters(16, 8), 90), "\xE2x", exif(binary.LittleEndian, 6)))
	f.Add(sample(f, jpegCMYK))
	f.Add(sample(f, jpegProgress))
	f.Add(extendedWebP(sample(f, webpLossyAlpha), 0x10, []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00")))
	f.Fuzz(func(t *testing.T, content []byte) {
		for kind, c := range codecs {
			seen, ok := c.look(bufio.NewReader(bytes.NewReader(content)), image.Config{Width: 5000, Height: 5000, ColorModel: color.CMYKModel})
			if memory := seen.memory(image.Config{Width: 5000, Height: 5000}); ok && (memory < 0 || seen.perPixel < 0 || seen.turned < 0) {
				t.Errorf("%s: %+v takes %d bytes", kind, seen, memory)
			}
		}
		exifOrientation(content)
		scans(bufio.NewReader(bytes.NewReader(content)))
	})
}

// An orientation is read from any block of bytes, and only one that there is turns a picture.
func FuzzExif(f *testing.F) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		f.Add([]byte(exif(order, 6)[1:]))
	}
	f.Add([]byte("II*\x00\xff\xff\xff\x7f"))
	f.Fuzz(func(t *testing.T, block []byte) {
		orientation := exifOrientation(block)
		size := turned(image.NewGray(image.Rect(0, 0, 2, 1)), orientation).Bounds().Size()
		if onItsSide := orientation >= 5 && orientation <= 8; onItsSide != (size.X == 1) {
			t.Errorf("%d: %v", orientation, size)
		}
	})
}
