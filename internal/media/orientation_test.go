package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// quarterOf says, by orientation, which quarter of a file's picture is seen upper left, upper right, lower
// left and lower right.
var quarterOf = map[uint16][4]int{
	0: {0, 1, 2, 3}, 1: {0, 1, 2, 3}, 2: {1, 0, 3, 2}, 3: {3, 2, 1, 0}, 4: {2, 3, 0, 1},
	5: {0, 2, 1, 3}, 6: {2, 0, 3, 1}, 7: {3, 1, 2, 0}, 8: {1, 3, 0, 2}, 9: {0, 1, 2, 3},
}

// eachOrientation calls do with each orientation in each order of bytes, as a block of Exif.
func eachOrientation(do func(orientation uint16, block []byte)) {
	for orientation := range quarterOf {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			do(orientation, []byte(strings.TrimPrefix(exif(order, orientation), "\xE1Exif\x00\x00")))
		}
	}
}

// mustBeTurned holds the quarters of a picture of 16 × 8 pixels against those of its file.
func mustBeTurned(t *testing.T, p image.Image, orientation uint16, quarters []color.NRGBA) {
	t.Helper()
	w, h := 16, 8
	if orientation >= 5 && orientation <= 8 {
		w, h = h, w
	}
	if p.Bounds() != image.Rect(0, 0, w, h) {
		t.Fatalf("%d: %v, want %d × %d", orientation, p.Bounds(), w, h)
	}
	for i, q := range quarterOf[orientation] {
		if at := image.Pt(w/4+i%2*w/2, h/4+i/2*h/2); !near(p.At(at.X, at.Y), quarters[q]) {
			t.Errorf("%d: %v at %v, want %v", orientation, p.At(at.X, at.Y), at, quarters[q])
		}
	}
}

func TestOrientationOfPNGIsKept(t *testing.T) {
	whole := image.Rect(0, 0, 16, 8)
	half := slices.Clone(quarterColors)
	half[0].A = 0
	for what, to := range map[string]draw.Image{
		"opaque": image.NewRGBA(whole), "with alpha": image.NewNRGBA(whole), "of 16 bits": image.NewRGBA64(whole), "of 16 bits with alpha": image.NewNRGBA64(whole),
		"gray": image.NewGray(whole), "gray of 16 bits": image.NewGray16(whole), "with a palette": image.NewPaletted(whole, palette.WebSafe),
	} {
		draw.Draw(to, whole, quarters(16, 8), image.Point{}, draw.Src)
		colors := make([]color.NRGBA, 4)
		if strings.HasSuffix(what, "with alpha") {
			draw.Draw(to, image.Rect(0, 0, 8, 4), image.Transparent, image.Point{}, draw.Src)
		}
		for i := range colors {
			colors[i] = color.NRGBAModel.Convert(to.At(4+i%2*8, 2+i/2*4)).(color.NRGBA)
		}
		file := pngOf(t, to)
		eachOrientation(func(orientation uint16, block []byte) {
			for _, at := range []int{33, len(file) - 12} { // before and after the pixels
				_, out := mustTake(t, slices.Insert(bytes.Clone(file), at, chunk("eXIf", block)...), "a.png")
				p := decoded(t, PNG, out)
				if before := decoded(t, PNG, file); reflect.TypeOf(p) != reflect.TypeOf(before) {
					t.Errorf("%s: %T becomes %T", what, before, p)
				}
				mustBeTurned(t, p, orientation, colors)
			}
		})
	}
}

// extendedWebP is a WebP file of 16 × 8 pixels with an Exif block, of a plain one.
func extendedWebP(plain []byte, flags byte, block []byte) []byte {
	body := plain[12:]
	if string(body[:4]) == "VP8X" {
		body = body[18:]
	}
	riffChunk := func(name string, content []byte) []byte {
		b := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(content)))
		b = append(b, content...)
		return append(b, make([]byte, len(content)&1)...)
	}
	out := slices.Concat([]byte("WEBP"), riffChunk("VP8X", []byte{flags | 8, 0, 0, 0, 15, 0, 0, 7, 0, 0}), body, riffChunk("EXIF", block))
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(out))), out...)
}

func TestOrientationOfWebPIsKept(t *testing.T) {
	red, blue, clear := color.NRGBA{220, 30, 30, 255}, color.NRGBA{30, 30, 220, 255}, color.NRGBA{}
	for _, c := range []struct {
		what, coded string
		flags       byte
		as          Type
		quarters    []color.NRGBA
	}{
		{"lossy", webpLossy, 0, JPEG, []color.NRGBA{red, red, blue, blue}},
		{"lossless", webpLossless, 0, JPEG, []color.NRGBA{red, red, blue, blue}},
		{"lossless with alpha", webpAlpha, 0, PNG, []color.NRGBA{clear, red, clear, blue}},
		{"lossy with alpha", webpLossyAlpha, 0x10, PNG, []color.NRGBA{clear, red, clear, blue}},
	} {
		eachOrientation(func(orientation uint16, block []byte) {
			for _, block := range [][]byte{block, append([]byte("Exif\x00\x00"), block...)} {
				got, out := mustTake(t, extendedWebP(sample(t, c.coded), c.flags, block), "a.webp")
				if got.Type != c.as {
					t.Fatalf("%s: %s, want %s", c.what, got.Type, c.as)
				}
				mustBeTurned(t, decoded(t, c.as, out), orientation, c.quarters)
			}
		})
	}
}

// Exif may stand behind any number of other segments, however long, and behind what fills the gaps.
func TestOrientationAfterALongProfile(t *testing.T) {
	profile := "\xE2ICC_PROFILE\x00\x01\x04" + strings.Repeat("\xFF\xDA\xE1x", 16_000)
	for what, before := range map[string][]string{
		"a profile of 256 KiB": {profile, profile, profile, profile}, "many comments": slices.Repeat([]string{"\xFEcomment"}, 5000),
		"other blocks of its marker": {"\xE1http://ns.adobe.com/xap/1.0/\x00" + strings.Repeat("x", 60_000), "\xE1Exif", profile},
	} {
		eachOrientation(func(orientation uint16, block []byte) {
			file := withSegments(jpegOf(t, quarters(16, 8), 95), append(slices.Clone(before), "\xE1Exif\x00\x00"+string(block))...)
			file = slices.Insert(file, 2, 0xFF, 0xFF, 0xFF)
			_, out := mustTake(t, file, "a.jpg")
			t.Log("after", what)
			mustBeTurned(t, decoded(t, JPEG, out), orientation, quarterColors)
		})
	}
}

// Every pixel of every kind of picture is turned, none changes.
func TestTurned(t *testing.T) {
	ratios := []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410}
	for _, size := range []image.Point{{8, 4}, {7, 5}, {1, 6}, {9, 1}, {6, 3}} {
		whole := image.Rectangle{Max: size}
		pictures := []func() image.Image{
			func() image.Image { return image.NewGray(whole) }, func() image.Image { return image.NewGray16(whole) }, func() image.Image { return image.NewPaletted(whole, palette.Plan9) },
			func() image.Image { return image.NewRGBA(whole) }, func() image.Image { return image.NewNRGBA(whole) }, func() image.Image { return image.NewRGBA64(whole) },
			func() image.Image { return image.NewNRGBA64(whole) }, func() image.Image { return image.NewCMYK(whole) },
		}
		for _, r := range ratios {
			pictures = append(pictures, func() image.Image { return image.NewYCbCr(whole, r) }, func() image.Image { return image.NewNYCbCrA(whole, r) })
		}
		for _, picture := range pictures {
			for orientation := range 10 {
				before, p := filled(picture()), filled(picture())
				after := turned(p, orientation)
				w, h := size.X, size.Y
				for v := range h {
					for u := range w {
						at := [][2]int{{u, v}, {u, v}, {w - 1 - u, v}, {w - 1 - u, h - 1 - v}, {u, h - 1 - v}, {v, u}, {h - 1 - v, u}, {h - 1 - v, w - 1 - u}, {v, w - 1 - u}, {u, v}}[orientation]
						if got, want := after.At(at[0], at[1]), before.At(u, v); got != want {
							t.Fatalf("%T %v, %d: %v at %v, want %v of %d, %d", before, size, orientation, got, at, want, u, v)
						}
					}
				}
				if size := after.Bounds().Size(); orientation < 9 && orientation >= 5 && (size.X != h || size.Y != w) {
					t.Errorf("%T: %v", before, size)
				}
			}
		}
	}
}

// filled gives each sample of a picture a value of its own.
func filled(p image.Image) image.Image {
	planes := [][]byte{}
	switch p := p.(type) {
	case *image.Gray:
		planes = append(planes, p.Pix)
	case *image.Gray16:
		planes = append(planes, p.Pix)
	case *image.Paletted:
		planes = append(planes, p.Pix)
	case *image.RGBA:
		planes = append(planes, p.Pix)
	case *image.NRGBA:
		planes = append(planes, p.Pix)
	case *image.RGBA64:
		planes = append(planes, p.Pix)
	case *image.NRGBA64:
		planes = append(planes, p.Pix)
	case *image.CMYK:
		planes = append(planes, p.Pix)
	case *image.YCbCr:
		planes = append(planes, p.Y, p.Cb, p.Cr)
	case *image.NYCbCrA:
		planes = append(planes, p.Y, p.Cb, p.Cr, p.A)
	}
	n := byte(1)
	for _, plane := range planes {
		for i := range plane {
			n += 37
			plane[i] = n
		}
	}
	return p
}
