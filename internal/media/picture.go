package media

import (
	"brandregistry/internal/fault"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"runtime/debug"
	"slices"

	"golang.org/x/image/webp"
)

// maxChunks is of the chunks of a PNG or WebP file, and of the segments of a JPEG file. A file of MaxBytes
// in chunks of 1 KiB has 10,240.
const maxChunks = 20_000

// returned is how much memory a picture takes that is given back at once, before the next is decoded.
const returned = 8 << 20

// qualities returns those a JPEG file is written in, of 100: the first in which it fits. Nothing is won by
// one much higher than that of the file it is made of, which is 0 when there is none.
func qualities(of int) []int {
	if of == 0 {
		of = 100
	}
	return slices.Compact([]int{min(90, of+5), min(80, of), min(65, of)})
}

// look is what was seen of a picture's file before it is decoded.
type look struct {
	orientation int     // 0: it notes none
	quality     int     // of a JPEG file, of 100; 0: unknown
	moves       bool    // it has several frames
	perPixel    float64 // bytes that decoding takes for each pixel,
	turned      float64 // and turning
	fixed       int64   // and for all of them
}

// memory is how many bytes it takes to decode the picture, to turn it and to encode it anew.
func (l look) memory(c image.Config) int64 {
	perPixel := l.perPixel
	if l.orientation > 1 && l.orientation <= 8 {
		perPixel += l.turned
	}
	const rows = 8 // that a decoder and an encoder hold
	pixels := int64(c.Width)*int64(c.Height) + rows*int64(max(c.Width, c.Height))
	return int64(perPixel*float64(pixels)) + l.fixed
}

// codec decodes a type of pictures.
type codec struct {
	size   func(io.Reader) (image.Config, error)
	look   func(*bufio.Reader, image.Config) (look, bool)
	decode func(io.Reader) (image.Image, error)
}

var codecs = map[Type]codec{
	JPEG: {jpeg.DecodeConfig, lookAtJPEG, jpeg.Decode},
	PNG:  {png.DecodeConfig, func(in *bufio.Reader, _ image.Config) (look, bool) { return lookAtPNG(in) }, png.Decode},
	WebP: {webp.DecodeConfig, func(in *bufio.Reader, _ image.Config) (look, bool) { return lookAtWebP(in) }, webp.Decode},
}

func damagedPicture() error {
	return refused("image_damaged", fault.Text{ZH: "图片已损坏，或格式特殊，打不开。", EN: "The picture is damaged, or of a rare kind."}, fault.Text{ZH: "请用看图软件打开，另存为 jpg 或 png 后再上传。", EN: "Open it, save it as JPEG or PNG, and upload that."})
}

func animated() error {
	return refused("image_animated", fault.Text{ZH: "动图不能上传。", EN: "A picture that moves is not taken."}, fault.Text{ZH: "请截取其中一幅，另存为 jpg 或 png 后再上传。", EN: "Save one of its frames as JPEG or PNG, and upload that."})
}

// reencode decodes a picture and encodes it anew, turned as the camera noted. WebP becomes JPEG, or PNG
// when something of it is transparent.
func reencode(kind Type, f *source, to io.Writer) (became Type, err error) {
	defer func() {
		if p := recover(); p != nil { // a decoder met what it did not expect
			became, err = "", damagedPicture()
		}
	}()
	seen, size, err := inspect(kind, f)
	if err != nil {
		return "", err
	}
	if size > returned {
		defer debug.FreeOSMemory() // the picture before is no garbage while the next is decoded
	}
	picture, err := codecs[kind].decode(f.buffered())
	if err != nil {
		return "", damagedPicture()
	}
	picture = turned(picture, seen.orientation)
	if kind == WebP {
		kind = PNG
		if p, ok := picture.(interface{ Opaque() bool }); ok && p.Opaque() {
			kind = JPEG
		}
		if p, ok := picture.(*image.NYCbCrA); ok && kind == JPEG {
			picture = &p.YCbCr
		}
	}
	return kind, encode(f.ctx, kind, picture, seen.quality, to)
}

// inspect looks at a picture's file and returns the memory that the picture takes. It refuses one that
// takes too much, before any is taken.
func inspect(kind Type, f *source) (seen look, memory int64, err error) {
	c, err := codecs[kind].size(f.buffered())
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return look{}, 0, damagedPicture()
	}
	if int64(c.Width)*int64(c.Height) > MaxPixels {
		return look{}, 0, refused("image_too_large", fault.Textf("图片有 %d × %d 像素，太大。", "The picture has %d × %d pixels, too many.", c.Width, c.Height),
			fault.Textf("请缩小到 %d 万像素以内（例如 6000 × 4000）再上传。", "Make it smaller: at most %d0,000 pixels, 6000 × 4000 for example.", MaxPixels/10_000))
	}
	seen, ok := codecs[kind].look(f.buffered(), c)
	if !ok || kind == JPEG && scans(f.buffered()) > maxScans {
		return look{}, 0, damagedPicture()
	}
	if seen.moves {
		return look{}, 0, animated()
	}
	if memory = seen.memory(c); memory > MaxDecoded {
		return look{}, 0, refused("image_too_large", fault.Textf("图片有 %d × %d 像素，解开后要占 %d MB 内存，太多（最多 %d MB）。", "The picture has %d × %d pixels and takes %d MB of memory to decode, %d at most.",
			c.Width, c.Height, (memory+999_999)/1_000_000, MaxDecoded/1_000_000),
			fault.Text{ZH: "请缩小，或另存为普通的 jpg（每色 8 位，不选“渐进”或“交错”）后再上传。", EN: "Make it smaller, or save it as a plain JPEG (8 bits a color, neither progressive nor interlaced)."})
	}
	return seen, memory, nil
}

// encode encodes a picture, of a JPEG file of some quality or of another, in at most MaxBytes. It fails with RuleViolation when it does not fit.
func encode(ctx context.Context, kind Type, p image.Image, quality int, to io.Writer) error {
	var err error
	if kind == PNG {
		err = png.Encode(&limited{ctx: ctx, to: to}, p)
	} else {
		err = encodeJPEG(ctx, p, quality, to)
	}
	switch {
	case errors.Is(err, errFull):
		return refused("image_too_detailed", fault.Textf("图片重新编码后超过 %d MiB，无法保存。", "Encoded anew, the picture is larger than %d MiB.", MaxBytes>>20),
			fault.Text{ZH: "请另存为 jpg，或缩小后再上传。", EN: "Save it as JPEG, or make it smaller."})
	case err != nil:
		return fmt.Errorf("encode a picture: %w", err)
	}
	return nil
}

// encodeJPEG encodes a picture in the first quality in which it fits.
func encodeJPEG(ctx context.Context, p image.Image, quality int, to io.Writer) (err error) {
	if printed, ok := p.(*image.CMYK); ok {
		p = fromCMYK(printed)
	}
	coded := bytes.NewBuffer(make([]byte, 0, min(MaxBytes, p.Bounds().Dx()*p.Bounds().Dy())))
	for _, q := range qualities(quality) {
		coded.Reset()
		if err = jpeg.Encode(&limited{ctx: ctx, to: coded}, p, &jpeg.Options{Quality: q}); !errors.Is(err, errFull) {
			break
		}
	}
	if err == nil {
		_, err = coded.WriteTo(to)
	}
	return err
}

// limited writes at most MaxBytes, and nothing after the context's end.
type limited struct {
	ctx context.Context
	to  io.Writer
	n   int
}

var errFull = errors.New("larger than is taken")

func (l *limited) Write(p []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	if l.n += len(p); l.n > MaxBytes {
		return 0, errFull
	}
	return l.to.Write(p)
}
