package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"slices"
	"strings"
	"testing"
)

// ofSize is a JPEG file whose header says another size.
func ofSize(file []byte, w, h uint16) []byte {
	file = bytes.Clone(file)
	at := max(bytes.Index(file, []byte{0xFF, 0xC0, 0}), bytes.Index(file, []byte{0xFF, 0xC2, 0}))
	binary.BigEndian.PutUint16(file[at+5:], h)
	binary.BigEndian.PutUint16(file[at+7:], w)
	return file
}

// interlaced is a PNG file whose header says that it is interlaced.
func interlaced(file []byte) []byte {
	header := bytes.Clone(file[16:29])
	header[12] = 1
	return slices.Concat(file[:8], chunk("IHDR", header), file[33:])
}

// What a picture takes to be decoded is bounded in bytes of memory, whatever its pixels are made of.
func TestMemoryOfAPictureIsBounded(t *testing.T) {
	baseline, progressive, printed := jpegOf(t, quarters(16, 16), 90), sample(t, jpegProgress), sample(t, jpegCMYK)
	onItsSide := func(file []byte) []byte { return withSegments(file, exif(binary.BigEndian, 6)) }
	none := []byte{0}
	for _, c := range []struct {
		what    string
		kind    Type
		content []byte
		most    int64 // bytes, in millions; 0: too many
	}{
		{"gray", PNG, rawPNG(t, 5700, 4500, 8, 0, none), 26},
		{"with a palette", PNG, slices.Concat(rawPNG(t, 5700, 4500, 8, 3, none)[:33], chunk("PLTE", make([]byte, 768)), chunk("IDAT", nil)), 26},
		{"gray of 16 bits", PNG, rawPNG(t, 5700, 4500, 16, 0, none), 52},
		{"RGB", PNG, rawPNG(t, 5700, 4500, 8, 2, none), 103},
		{"RGBA", PNG, rawPNG(t, 5700, 4500, 8, 6, none), 103},
		{"gray with a transparent one", PNG, slices.Insert(rawPNG(t, 5700, 4500, 8, 0, none), 33, chunk("tRNS", []byte{0, 0})...), 103},
		{"RGB of 16 bits", PNG, rawPNG(t, 5700, 4500, 16, 2, none), 0},
		{"RGBA of 16 bits", PNG, rawPNG(t, 5700, 4500, 16, 6, none), 0},
		{"RGBA of 16 bits, smaller", PNG, rawPNG(t, 4000, 3200, 16, 6, none), 103},
		{"gray of 16 bits with alpha", PNG, rawPNG(t, 5700, 4500, 16, 4, none), 0},
		{"RGBA, interlaced", PNG, interlaced(rawPNG(t, 5700, 4500, 8, 6, none)), 0},
		{"RGBA, interlaced, smaller", PNG, interlaced(rawPNG(t, 4000, 3200, 8, 6, none)), 103},
		{"RGBA, on its side", PNG, slices.Insert(rawPNG(t, 5700, 4500, 8, 6, none), 33, chunk("eXIf", []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00"))...), 0},
		{"one long row", PNG, rawPNG(t, 25_000_000, 1, 8, 6, none), 0}, // of which there are several
		{"JPEG", JPEG, ofSize(baseline, 5712, 4284), 37},
		{"JPEG, on its side", JPEG, onItsSide(ofSize(baseline, 5712, 4284)), 62},
		{"JPEG, gray", JPEG, ofSize(jpegOf(t, image.NewGray(image.Rect(0, 0, 8, 8)), 90), 5712, 4284), 25},
		{"JPEG, progressive", JPEG, ofSize(progressive, 5712, 4284), 0},
		{"JPEG, progressive, smaller", JPEG, ofSize(progressive, 4000, 3000), 91},
		{"JPEG for printing", JPEG, ofSize(printed, 5712, 4284), 0},
		{"JPEG for printing, smaller", JPEG, ofSize(printed, 4000, 3200), 103},
		{"WebP", WebP, sample(t, webpLossy), 1},
		{"WebP, lossless", WebP, sample(t, webpLossless), 8},
	} {
		t.Run(c.what, func(t *testing.T) {
			f := &source{ctx: t.Context(), at: bytes.NewReader(c.content), size: int64(len(c.content))}
			_, got, err := inspect(c.kind, f)
			if c.most > 0 {
				if err != nil || got > c.most*1_000_000 || c.most > 10 && got < (c.most-2)*1_000_000 {
					t.Errorf("%d bytes, %v; want nearly %d million", got, err, c.most)
				}
				return
			}
			if v := mustRefuse(t, c.content, "a", "image_too_large"); !strings.Contains(v.Message.ZH, "MB 内存，太多（最多 104 MB）。") || !strings.Contains(v.Hint.ZH, "另存为普通的 jpg") {
				t.Errorf("%+v", v)
			}
		})
	}
}

// A lossless WebP file may hold many trees of many symbols in few pixels.
func TestTreesOfAPictureAreBounded(t *testing.T) {
	small, large := hugeWebP(true, false), bytes.NewBuffer(nil)
	copy(small[21:], "\xff\xc0\x3f\x00") // 256 × 256
	large.Write(small)
	large.Write(make([]byte, 1<<20))
	file := large.Bytes()
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
	binary.LittleEndian.PutUint32(file[16:], uint32(len(file)-20))
	mustRefuse(t, file, "a.webp", "image_too_large")
	mustRefuse(t, small, "a.webp", "image_damaged")
}

// Many tiny chunks take time and hold no picture.
func TestManyChunks(t *testing.T) {
	pngFile, jpegFile, webpFile := pngOf(t, quarters(4, 4)), jpegOf(t, quarters(16, 8), 90), extendedWebP(sample(t, webpLossless), 0, nil)
	for _, c := range []struct {
		what string
		with func(n int) []byte
	}{
		{"PNG", func(n int) []byte {
			return slices.Insert(bytes.Clone(pngFile), 33, bytes.Repeat(chunk("teSt", nil), n)...)
		}},
		{"PNG, before its end", func(n int) []byte {
			return slices.Insert(bytes.Clone(pngFile), len(pngFile)-12, bytes.Repeat(chunk("teSt", nil), n)...)
		}},
		{"JPEG", func(n int) []byte {
			return slices.Insert(bytes.Clone(jpegFile), 2, bytes.Repeat([]byte{0xFF, 0xFE, 0, 2}, n)...)
		}},
		{"WebP", func(n int) []byte {
			b := slices.Insert(bytes.Clone(webpFile), 30, bytes.Repeat([]byte("teSt\x00\x00\x00\x00"), n)...)
			binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
			return b
		}},
	} {
		mustTake(t, c.with(maxChunks-20), "a")
		if v := mustRefuse(t, c.with(maxChunks+1), "a", "image_damaged"); v.Hint.ZH != "请用看图软件打开，另存为 jpg 或 png 后再上传。" {
			t.Errorf("%s: %+v", c.what, v)
		}
	}
}

// counted counts the reads of a file.
type counted struct {
	*bytes.Reader
	reads int
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	c.reads++
	return c.Reader.ReadAt(p, off)
}

// A file is not read in pieces of a few bytes, each of which asks the system.
func TestSmallChunksAreReadTogether(t *testing.T) {
	for what, content := range map[string][]byte{
		"PNG":  slices.Insert(pngOf(t, quarters(4, 4)), 33, bytes.Repeat(chunk("teSt", nil), 600_000)...),
		"WebP": append(extendedWebP(sample(t, webpLossless), 0, nil), bytes.Repeat([]byte("teSt\x00\x00\x00\x00"), 600_000)...),
	} {
		c := &counted{Reader: bytes.NewReader(content)}
		_, err := new(Queue).Accept(t.Context(), "", c, int64(len(content)), "a", new(bytes.Buffer))
		if what == "PNG" && err == nil {
			t.Error("it is taken")
		}
		if most := 3*len(content)/(64<<10) + 20; c.reads > most {
			t.Errorf("%s: %d reads, want at most %d", what, c.reads, most)
		}
	}
}
