package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// deep is a picture of 16 bits a color.
func deep(w, h int) *image.NRGBA64 {
	p := image.NewNRGBA64(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.Set(x, y, color.NRGBA64{uint16(x * 5000), uint16(y * 5000), 0x1234, 0xFFFF})
		}
	}
	return p
}

// decoded is what was written of a picture.
func decoded(t testing.TB, kind Type, out []byte) image.Image {
	t.Helper()
	decode := png.Decode
	if kind == JPEG {
		decode = jpeg.Decode
	}
	p, err := decode(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("%v in what became of a %s", err, kind)
	}
	return p
}

// near reports whether two colors look alike.
func near(a, b color.Color) bool {
	p, q := color.NRGBAModel.Convert(a).(color.NRGBA), color.NRGBAModel.Convert(b).(color.NRGBA)
	if p.A == 0 && q.A == 0 {
		return true
	}
	for _, d := range []int{int(p.R) - int(q.R), int(p.G) - int(q.G), int(p.B) - int(q.B), int(p.A) - int(q.A)} {
		if d < -40 || d > 40 {
			return false
		}
	}
	return true
}

// As Exif 2.32 has it in table 6: where the first row and the first column are seen.
func TestOrientation(t *testing.T) {
	const red, green, blue, white = 0, 1, 2, 3
	plain := jpegOf(t, quarters(32, 16), 95)
	for orientation, want := range map[uint16][4]int{ // upper left, upper right, lower left, lower right
		0: {red, green, blue, white},
		1: {red, green, blue, white},
		2: {green, red, white, blue},
		3: {white, blue, green, red},
		4: {blue, white, red, green},
		5: {red, blue, green, white},
		6: {blue, red, white, green},
		7: {white, green, blue, red},
		8: {green, white, red, blue},
		9: {red, green, blue, white},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			_, out := mustTake(t, withSegments(plain, "\xE0JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", "\xE1http://ns.adobe.com/xap/1.0/\x00<x/>", exif(order, orientation)), "a.jpg")
			p := decoded(t, JPEG, out)
			w, h := 32, 16
			if orientation >= 5 && orientation <= 8 {
				w, h = h, w
			}
			if p.Bounds() != image.Rect(0, 0, w, h) {
				t.Errorf("%d, %v: %v, want %d × %d", orientation, order, p.Bounds(), w, h)
			}
			for i, c := range want {
				if at := image.Pt(w/4+i%2*w/2, h/4+i/2*h/2); !near(p.At(at.X, at.Y), quarterColors[c]) {
					t.Errorf("%d, %v: %v at %v, want %v", orientation, order, p.At(at.X, at.Y), at, quarterColors[c])
				}
			}
		}
	}
}

// What an Exif segment says wrongly turns nothing.
func TestBrokenExif(t *testing.T) {
	plain := jpegOf(t, quarters(32, 16), 95)
	_, want := mustTake(t, plain, "a.jpg")
	for _, s := range []string{
		"\xE1", "\xE1Exif\x00\x00", "\xE1Exif\x00\x00II*\x00", "\xE1Exif\x00\x00II*\x00\xff\xff\xff\xff", "\xE1Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff\x01\x12",
		"\xE1Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00",
	} {
		if _, out := mustTake(t, withSegments(plain, s), "a.jpg"); !bytes.Equal(out, want) {
			t.Errorf("%q turns it", s)
		}
	}
}

// A picture's colors stay, and nothing else of its file.
func TestReencode(t *testing.T) {
	red, blue, clear := color.NRGBA{220, 30, 30, 255}, color.NRGBA{30, 30, 220, 255}, color.NRGBA{220, 30, 30, 0}
	secrets := []string{"GPS 30.18N", "ICC_PROFILE", "iCCP", "联系人甲", "<script>", "Exif", "eXIf"}
	pngFile := pngOf(t, quarters(16, 8))
	for _, c := range []struct {
		what                    string
		content                 []byte
		as                      Type
		leftTop, rightBottom    color.Color
		w, h                    int
		transparent, sixteenBit bool
	}{
		{"JPEG", append(withSegments(jpegOf(t, quarters(32, 16), 90), exif(binary.BigEndian, 1), "\xE2ICC_PROFILE\x00\x01\x01", "\xFE联系人甲"), "<script>"...), JPEG, quarterColors[0], quarterColors[3], 32, 16, false, false},
		{"JPEG, progressive", sample(t, jpegProgress), JPEG, red, blue, 16, 8, false, false},
		{"JPEG for printing", sample(t, jpegCMYK), JPEG, color.NRGBA{235, 32, 32, 255}, color.NRGBA{32, 32, 235, 255}, 16, 8, false, false},
		{"PNG", append(slices.Insert(pngFile, 33, slices.Concat(chunk("iCCP", []byte("x\x00\x00")), chunk("tEXt", []byte("Author\x00联系人甲")), chunk("eXIf", []byte("MM\x00*GPS 30.18N")))...), "<script>"...), PNG, quarterColors[0], quarterColors[3], 16, 8, false, false},
		{"PNG of 16 bits", pngOf(t, deep(8, 8)), PNG, color.NRGBA{0, 0, 0x12, 255}, color.NRGBA{136, 136, 0x12, 255}, 8, 8, false, true},
		{"WebP", append(sample(t, webpLossy), "EXIF\x10\x00\x00\x00GPS 30.18N 120.2"...), JPEG, red, blue, 16, 8, false, false},
		{"WebP, lossless", sample(t, webpLossless), JPEG, red, blue, 16, 8, false, false},
		{"WebP with alpha", sample(t, webpAlpha), PNG, clear, blue, 16, 8, true, false},
		{"WebP, lossy, with alpha", sample(t, webpLossyAlpha), PNG, clear, blue, 16, 8, true, false},
	} {
		t.Run(c.what, func(t *testing.T) {
			got, out := mustTake(t, c.content, "a")
			if got.Type != c.as {
				t.Fatalf("%+v, want %s", got, c.as)
			}
			for _, s := range secrets {
				if bytes.Contains(out, []byte(s)) {
					t.Errorf("%q is still in it", s)
				}
			}
			p := decoded(t, c.as, out)
			b := p.Bounds()
			if b.Dx() != c.w || b.Dy() != c.h || !near(p.At(0, 0), c.leftTop) || !near(p.At(b.Max.X-1, b.Max.Y-1), c.rightBottom) {
				t.Errorf("%v, %v and %v; want %d × %d, %v and %v", b, p.At(0, 0), p.At(b.Max.X-1, b.Max.Y-1), c.w, c.h, c.leftTop, c.rightBottom)
			}
			if opaque := p.(interface{ Opaque() bool }).Opaque(); opaque == c.transparent {
				t.Errorf("opaque: %v", opaque)
			}
			if _, is := p.(*image.RGBA64); is != c.sixteenBit {
				t.Errorf("it is a %T now", p)
			}
		})
	}
}

// hugeWebP is a WebP file of 16383 × 16383 pixels; a small frame is said to be around it, or none.
func hugeWebP(lossless, framed bool) []byte {
	body := "VP8 \x14\x00\x00\x00\x10\x02\x00\x9d\x01\x2a\xff\x3f\xff\x3f\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	if lossless {
		body = "VP8L\x0a\x00\x00\x00\x2f\xfe\xbf\xff\x0f\x00\x00\x00\x00\x00"
	}
	if framed {
		body = "VP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x03\x00\x00" + body
	}
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(body))), "WEBP"+body...)
}

// A picture that claims to be huge is refused before memory is taken for it.
func TestBombs(t *testing.T) {
	frame := jpegOf(t, quarters(16, 16), 90)
	at := bytes.Index(frame, []byte{0xFF, 0xC0})
	copy(frame[at+5:], "\xff\xff\xff\xff") // its height and width
	tooWide := jpegOf(t, quarters(16, 16), 90)
	copy(tooWide[at+5:], "\x10\xa0\x18\x70") // 4256 × 6256
	for _, c := range []struct {
		what    string
		content []byte
		code    string
		says    string
	}{
		{"PNG", rawPNG(t, 60_000, 50_000, 8, 2, []byte{0}), "image_too_large", "图片有 60000 × 50000 像素，太大。"},
		{"PNG of more pixels than can be counted", rawPNG(t, 0x7fffffff, 0x7fffffff, 16, 6, []byte{0}), "image_damaged", "打不开"},
		{"PNG of no pixels", rawPNG(t, 0, 9, 8, 2, []byte{0}), "image_damaged", "打不开"},
		{"JPEG", frame, "image_too_large", "图片有 65535 × 65535 像素，太大。"},
		{"JPEG, slightly", tooWide, "image_too_large", "图片有 6256 × 4256 像素，太大。"},
		{"WebP", hugeWebP(false, false), "image_too_large", "图片有 16383 × 16383 像素，太大。"},
		{"WebP, lossless", hugeWebP(true, false), "image_too_large", "图片有 16383 × 16383 像素，太大。"},
		{"WebP in a small frame", hugeWebP(false, true), "image_damaged", "打不开"},
		{"WebP, lossless, in a small frame", hugeWebP(true, true), "image_damaged", "打不开"},
	} {
		t.Run(c.what, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			v := mustRefuse(t, c.content, "a", c.code)
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
				t.Errorf("%d bytes were allocated", got)
			}
			if !strings.Contains(v.Message.ZH, c.says) {
				t.Errorf("%q does not say %q", v.Message.ZH, c.says)
			}
			if c.code == "image_too_large" && v.Hint.ZH != "请缩小到 2600 万像素以内（例如 6000 × 4000）再上传。" {
				t.Error(v.Hint.ZH)
			}
		})
	}
}

func TestDamagedPictures(t *testing.T) {
	for what, content := range map[string][]byte{
		"png": pngOf(t, quarters(64, 64)), "jpeg": jpegOf(t, quarters(64, 64), 90), "progressive": sample(t, jpegProgress), "webp": sample(t, webpLossy), "lossless": sample(t, webpAlpha), "alpha": sample(t, webpLossyAlpha),
	} {
		for _, part := range []int{len(content) / 4, len(content) / 2, len(content) * 3 / 4} {
			if v := mustRefuse(t, content[:max(part, 24)], "a", "image_damaged"); v.Message.ZH != "图片已损坏，或格式特殊，打不开。" {
				t.Errorf("%s: %q", what, v.Message.ZH)
			}
		}
	}
	checksum := pngOf(t, quarters(64, 64))
	checksum[len(checksum)-20]++
	mustRefuse(t, checksum, "a", "image_damaged")
}

func TestMovingPictures(t *testing.T) {
	moving := slices.Insert(pngOf(t, quarters(16, 8)), 33, chunk("acTL", []byte{0, 0, 0, 2, 0, 0, 0, 0})...)
	for _, content := range [][]byte{moving, sample(t, webpMoving)} {
		if v := mustRefuse(t, content, "a", "image_animated"); v.Message.ZH != "动图不能上传。" || v.Hint.ZH != "请截取其中一幅，另存为 jpg 或 png 后再上传。" {
			t.Errorf("%+v", v)
		}
	}
}

// Scans that say nothing take time, each a walk over all pixels.
func TestManyScans(t *testing.T) {
	file := sample(t, jpegProgress)
	at := bytes.LastIndex(file, []byte{0xFF, 0xDA})
	last := file[at : len(file)-2]
	with := func(n int) []byte {
		return slices.Concat(file[:at], bytes.Repeat(last, n), file[len(file)-2:])
	}
	mustTake(t, with(maxScans-10), "a.jpg")
	mustRefuse(t, with(maxScans), "a.jpg", "image_damaged")
}

// noise is a gray picture that no encoder makes smaller.
func noise(w, h int) *image.Gray {
	p := image.NewGray(image.Rect(0, 0, w, h))
	random := rand.NewChaCha8([32]byte{})
	if _, err := random.Read(p.Pix); err != nil {
		panic(err) // never
	}
	return p
}

// A picture may grow as it is encoded anew. A JPEG file is then of a lower quality; a PNG file, of which nothing
// would be lost, is refused.
func TestGrows(t *testing.T) {
	p := noise(4000, 3600)
	if first := jpegOf(t, p, qualities(0)[0]); len(first) <= MaxBytes {
		t.Fatalf("%d bytes are no test", len(first))
	}
	_, out := mustTake(t, jpegOf(t, p, 75), "a.jpg")
	if len(out) < MaxBytes/2 {
		t.Errorf("%d bytes are few", len(out))
	}
	const w, h = 1700, 1700
	gray := noise(2*w, h) // with alpha: two bytes a pixel, which become four
	var pixels []byte
	for y := range h {
		pixels = append(append(pixels, 0), gray.Pix[y*2*w:][:2*w]...)
	}
	v := mustRefuse(t, rawPNG(t, w, h, 8, 4, pixels), "a.png", "image_too_detailed")
	if v.Message.ZH != "图片重新编码后超过 10 MiB，无法保存。" || v.Hint.ZH != "请另存为 jpg，或缩小后再上传。" {
		t.Errorf("%+v", v)
	}
}

// A JPEG file is encoded about as well as it was, and not over and over in qualities in which it cannot fit.
func TestQualityIsThatOfTheFile(t *testing.T) {
	for _, q := range []int{30, 40, 65, 75, 80, 90, 95, 100} {
		file := jpegOf(t, noise(32, 32), q)
		f := &source{ctx: t.Context(), at: bytes.NewReader(file), size: int64(len(file))}
		if seen, _, err := inspect(JPEG, f); err != nil || seen.quality < q-1 || seen.quality > q+1 {
			t.Errorf("%d is estimated as %d, %v", q, seen.quality, err)
		}
	}
	for of, want := range map[int][]int{0: {90, 80, 65}, 95: {90, 80, 65}, 78: {83, 78, 65}, 65: {70, 65}, 40: {45, 40}, 1: {6, 1}} {
		if got := qualities(of); !slices.Equal(got, want) {
			t.Errorf("%d: %v, want %v", of, got, want)
		}
	}
}

// Nothing is encoded for who is gone.
func TestEncodeEnds(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, kind := range []Type{JPEG, PNG} {
		if err := encode(ended, kind, noise(64, 64), 0, io.Discard); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want canceled", kind, err)
		}
	}
}
