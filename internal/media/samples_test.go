package media

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// Small pictures that no encoder of the standard library makes, 16 × 8 pixels, red above blue; of those
// with alpha the left half is transparent. Made with cwebp, img2webp, cjpeg -progressive and Pillow.
const (
	webpLossy      = "UklGRloAAABXRUJQVlA4IE4AAACwAwCdASoQAAgAAMASJagCdLoB8gEwA/gH4AXf/dgH8ABgazb3AAD++2fnzDPP/1wqfnSfporuaL//BmP/gzH/3OSOJDfzPjiQ3sXNYAA="
	webpLossless   = "UklGRigAAABXRUJQVlA4TBwAAAAvD8ABEA8wHvfwvRD3/EcLxIJJ/tJdc4jof04A"
	webpAlpha      = "UklGRj4AAABXRUJQVlA4TDEAAAAvD8ABEB8wHgKBJJL9KWYTCCSx7Y8wjICgyP/RYsMOAmG20SQnOcn7HUNE/2OrD/oBAA=="
	webpLossyAlpha = "UklGRoYAAABXRUJQVlA4WAoAAAAQAAAADwAABwAAQUxQSBIAAAABDzD/ERFCLJjMX7ozhYj+hw5WUDggTgAAALADAJ0BKhAACAAAwBIlqAJ0ugHyATAD+AfgBd/92AfwAGBrNvcAAP77Z+fMM8//XCp+dJ+miu5ov/8GY/+DMf/c5I4kN/M+OJDexc1gAA=="
	webpMoving     = "UklGRo4AAABXRUJQVlA4WAoAAAASAAAADwAABwAAQU5JTQYAAAD/////AABBTk1GNAAAAAAAAAAAAA8AAAcAAGQAAAJWUDhMHAAAAC8PwAEADzAe9/C9EPf8RwvEgkn+0l1ziOh/TgBBTk1GJgAAAAAAAAAAAAcAAAcAAGQAAAJWUDhMDQAAAC8HwAEQBxAREYiI/gcA"
	jpegCMYK       = "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EABcAAQEBAQAAAAAAAAAAAAAAAAAGCAn/xAAYEAACAwAAAAAAAAAAAAAAAAAAGWem5P/aAA4EQwBNAFkASwAAPwCtcfEVlyGBytThLta1nR0OPiKy5AE4S7WtYP/Z"
	jpegProgress   = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wgARCAAIABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAf/xAAVAQEBAAAAAAAAAAAAAAAAAAAFB//aAAwDAQACEAMQAAABmIqiH//EABUQAQEAAAAAAAAAAAAAAAAAAAAU/9oACAEBAAEFAr17/8QAGhEAAAcAAAAAAAAAAAAAAAAAAAIFFlOh0f/aAAgBAwEBPwFxqktFwf/EABoRAAAHAAAAAAAAAAAAAAAAAAACBRZTotH/2gAIAQIBAT8Ba6RDY2j/xAAWEAADAAAAAAAAAAAAAAAAAAAAMqH/2gAIAQEABj8CSiU//8QAFhAAAwAAAAAAAAAAAAAAAAAAAPDx/9oACAEBAAE/IXkeT//aAAwDAQACAAMAAAAQD//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQMBAT8QO//EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQIBAT8Qd//EABQQAQAAAAAAAAAAAAAAAAAAABD/2gAIAQEAAT8QMz//2Q=="
)

const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

func sample(t testing.TB, coded string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(coded)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// quarters is a picture of four colors: red, green, blue, white, line by line.
func quarters(w, h int) *image.NRGBA {
	p := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.Set(x, y, quarterColors[2*(2*y/h)+2*x/w])
		}
	}
	return p
}

var quarterColors = []color.NRGBA{{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 255}}

func pngOf(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t testing.TB, p image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withSegments puts segments of a JPEG file, each a marker and its content, before all others.
func withSegments(file []byte, segments ...string) []byte {
	out := bytes.Clone(file[:2])
	for _, s := range segments {
		out = append(out, 0xFF, s[0])
		out = binary.BigEndian.AppendUint16(out, uint16(len(s)+1))
		out = append(out, s[1:]...)
	}
	return append(out, file[2:]...)
}

// exif is an Exif segment that notes an orientation, with a place.
func exif(order binary.AppendByteOrder, orientation uint16) string {
	b := []byte("II")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM")
	}
	b = order.AppendUint16(b, 42)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, e := range [][3]uint16{{0x010F, 2, 4}, {0x0112, 3, 1}} { // a maker, the orientation
		b = order.AppendUint16(b, e[0])
		b = order.AppendUint16(b, e[1])
		b = order.AppendUint32(b, uint32(e[2]))
		if e[0] == 0x0112 {
			b = order.AppendUint16(order.AppendUint16(b, orientation), 0)
		} else {
			b = append(b, "甲\x00"...)
		}
	}
	return "\xE1Exif\x00\x00" + string(b) + "GPS 30.18N 120.26E"
}

// chunk is a chunk of a PNG file.
func chunk(name string, content []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	b = append(append(b, name...), content...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// rawPNG is a PNG file with a header that says what it is told to.
func rawPNG(t testing.TB, w, h uint32, depth, colors byte, pixels []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.NoCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(pixels); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	b := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(header, depth, colors, 0, 0, 0))...)
	return append(append(b, chunk("IDAT", packed.Bytes())...), chunk("IEND", nil)...)
}

// entry is a part of an office file.
type entry struct{ name, content string }

func zipOf(t testing.TB, method uint16, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const overrideMain = "application/vnd.openxmlformats-officedocument."

// contentTypes is the list of what parts are: "name=type" of a part, or "ending:type".
func contentTypes(told ...string) entry {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>`)
	for _, s := range told {
		if name, t, ok := strings.Cut(s, "="); ok {
			b.WriteString(`<Override PartName="` + name + `" ContentType="` + t + `"/>`)
		} else {
			ending, t, _ := strings.Cut(s, ":")
			b.WriteString(`<Default Extension="` + ending + `" ContentType="` + t + `"/>`)
		}
	}
	return entry{"[Content_Types].xml", b.String() + "</Types>"}
}

var (
	docxTypes = contentTypes("/word/document.xml=" + mainDocument)
	xlsxTypes = contentTypes("/xl/workbook.xml=" + mainSheet)
	docxBody  = entry{"word/document.xml", "<document/>"}
	xlsxBody  = entry{"xl/workbook.xml", "<workbook/>"}
	rels      = entry{"_rels/.rels", "<Relationships/>"}
)
