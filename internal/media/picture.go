package media

import (
	"brandregistry/internal/fault"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// qualities are those a JPEG file is written in, of 100: the first in which it fits.
var qualities = []int{90, 80, 65}

func animated() error {
	return refused("image_animated", fault.Text{ZH: "动图不能上传。", EN: "A picture that moves is not taken."}, fault.Text{ZH: "请截取其中一幅，另存为 jpg 或 png 后再上传。", EN: "Save one of its frames as JPEG or PNG, and upload that."})
}

// isAnimated reports whether a WebP file says that it moves.
func isAnimated(head []byte) bool {
	return len(head) > 20 && string(head[12:16]) == "VP8X" && head[20]&0x02 != 0
}

// reencode decodes a picture and encodes it anew, turned as the camera noted. WebP becomes JPEG, or PNG
// when something of it is transparent.
func reencode(kind Type, f *source, to io.Writer) (became Type, err error) {
	damaged := refused("image_damaged", fault.Text{ZH: "图片已损坏，或格式特殊，打不开。", EN: "The picture is damaged, or of a rare kind."}, fault.Text{ZH: "请用看图软件打开，另存为 jpg 或 png 后再上传。", EN: "Open it, save it as JPEG or PNG, and upload that."})
	decode, size := jpeg.Decode, jpeg.DecodeConfig
	switch kind {
	case PNG:
		decode, size = png.Decode, png.DecodeConfig
	case WebP:
		decode, size = webp.Decode, webp.DecodeConfig
	}
	defer func() {
		if p := recover(); p != nil { // a decoder met what it did not expect
			became, err = "", damaged
		}
	}()
	c, err := size(f.whole())
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return "", damaged
	}
	if int64(c.Width)*int64(c.Height) > MaxPixels {
		return "", refused("image_too_large", fault.Textf("图片有 %d × %d 像素，太大。", "The picture has %d × %d pixels, too many.", c.Width, c.Height),
			fault.Textf("请缩小到 %d 万像素以内（例如 6000 × 4000）再上传。", "Make it smaller: at most %d0,000 pixels, 6000 × 4000 for example.", MaxPixels/10_000))
	}
	if kind == JPEG && scans(f.whole()) > maxScans {
		return "", damaged
	}
	picture, err := decode(f.whole())
	if err != nil {
		return "", damaged
	}
	switch kind {
	case JPEG:
		picture = turned(picture, orientation(f.whole()))
	case WebP:
		kind = PNG
		if p, ok := picture.(interface{ Opaque() bool }); ok && p.Opaque() {
			kind = JPEG
		}
		if p, ok := picture.(*image.NYCbCrA); ok && kind == JPEG {
			picture = &p.YCbCr
		}
	}
	coded, err := encode(f.ctx, kind, picture)
	if err != nil {
		return "", err
	}
	_, err = coded.WriteTo(to)
	return kind, err
}

// encode encodes a picture in at most MaxBytes. It fails with RuleViolation when it does not fit.
func encode(ctx context.Context, kind Type, p image.Image) (*bytes.Buffer, error) {
	b := &box{ctx: ctx}
	var err error
	if kind == PNG {
		err = png.Encode(b, p)
	} else {
		for _, q := range qualities {
			b.held.Reset()
			if err = jpeg.Encode(b, p, &jpeg.Options{Quality: q}); !errors.Is(err, errFull) {
				break
			}
		}
	}
	switch {
	case errors.Is(err, errFull):
		return nil, refused("image_too_detailed", fault.Textf("图片重新编码后超过 %d MiB，无法保存。", "Encoded anew, the picture is larger than %d MiB.", MaxBytes>>20),
			fault.Text{ZH: "请另存为 jpg，或缩小后再上传。", EN: "Save it as JPEG, or make it smaller."})
	case err != nil:
		return nil, fmt.Errorf("encode a picture: %w", err)
	}
	return &b.held, nil
}

// box holds at most MaxBytes, and nothing after the context's end.
type box struct {
	ctx  context.Context
	held bytes.Buffer
}

var errFull = errors.New("larger than is taken")

func (b *box) Write(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if b.held.Len()+len(p) > MaxBytes {
		return 0, errFull
	}
	return b.held.Write(p)
}

// turned returns the picture as it is to be seen, by the orientation of Exif 2.32, 4.6.4 A: 1 is as it is.
func turned(p image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return p
	}
	from := p.Bounds()
	w, h := from.Dx(), from.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out, line := image.NewRGBA(size), image.NewRGBA(image.Rect(0, 0, w, 1))
	for v := range h {
		draw.Draw(line, line.Bounds(), p, image.Pt(from.Min.X, from.Min.Y+v), draw.Src)
		for u := range w {
			x, y := u, v // where it is seen
			switch orientation {
			case 2:
				x = w - 1 - u
			case 3:
				x, y = w-1-u, h-1-v
			case 4:
				y = h - 1 - v
			case 5:
				x, y = v, u
			case 6:
				x, y = h-1-v, u
			case 7:
				x, y = h-1-v, w-1-u
			case 8:
				x, y = v, w-1-u
			}
			copy(out.Pix[out.PixOffset(x, y):][:4], line.Pix[4*u:][:4])
		}
	}
	return out
}
