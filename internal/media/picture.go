package media

import (
	"brandregistry/internal/fault"
	"encoding/binary"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// quality is of the JPEG files that are written, of 100.
const quality = 90

// one lets one picture be decoded at a time, which bounds the memory all of them take.
var one = make(chan struct{}, 1)

// reencode decodes a picture and encodes it anew, turned as the camera noted. WebP becomes JPEG, or PNG
// when something of it is transparent.
func reencode(kind Type, whole func() io.Reader, to io.Writer) (became Type, err error) {
	damaged := refused("image_damaged", fault.Text{ZH: "图片已损坏，打不开。", EN: "The picture is damaged."}, fault.Text{ZH: "请用看图软件打开，另存为 jpg 或 png 后再上传。", EN: "Open it, save it as JPEG or PNG, and upload that."})
	decode, size := jpeg.Decode, jpeg.DecodeConfig
	switch kind {
	case PNG:
		decode, size = png.Decode, png.DecodeConfig
	case WebP:
		decode, size = webp.Decode, webp.DecodeConfig
	}
	one <- struct{}{}
	defer func() { <-one }()
	defer func() {
		if p := recover(); p != nil { // a decoder met what it did not expect
			became, err = "", damaged
		}
	}()
	c, err := size(whole())
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return "", damaged
	}
	if int64(c.Width)*int64(c.Height) > MaxPixels {
		return "", refused("image_too_large", fault.Textf("图片有 %d × %d 像素，太大。", "The picture has %d × %d pixels, too many.", c.Width, c.Height),
			fault.Textf("请缩小到 %d 万像素以内（例如 6000 × 4000）再上传。", "Make it smaller: at most %d0,000 pixels.", MaxPixels/10_000))
	}
	picture, err := decode(whole())
	if err != nil {
		return "", damaged
	}
	if kind == JPEG {
		picture = turned(picture, orientation(whole()))
	}
	if opaque, known := picture.(interface{ Opaque() bool }); kind == WebP {
		kind = PNG
		if known && opaque.Opaque() {
			kind = JPEG
		}
	}
	if kind == PNG {
		err = png.Encode(to, picture)
	} else {
		err = jpeg.Encode(to, picture, &jpeg.Options{Quality: quality})
	}
	if err != nil {
		return "", fmt.Errorf("encode a picture: %w", err)
	}
	return kind, nil
}

// turned returns the picture as it is to be seen, by the orientation of Exif 2.32, 4.6.4 A: 1 is as it is.
func turned(p image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return p
	}
	from := p.Bounds()
	src := image.NewRGBA(image.Rect(0, 0, from.Dx(), from.Dy()))
	draw.Draw(src, src.Bounds(), p, from.Min, draw.Src)
	w, h := from.Dx(), from.Dy()
	if orientation >= 5 {
		w, h = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			u, v := x, y // of the source
			switch orientation {
			case 2:
				u = w - 1 - x
			case 3:
				u, v = w-1-x, h-1-y
			case 4:
				v = h - 1 - y
			case 5:
				u, v = y, x
			case 6:
				u, v = y, w-1-x
			case 7:
				u, v = h-1-y, w-1-x
			case 8:
				u, v = h-1-y, x
			}
			copy(out.Pix[out.PixOffset(x, y):][:4], src.Pix[src.PixOffset(u, v):][:4])
		}
	}
	return out
}

// orientation reads the orientation that a JPEG file's Exif notes; 1 when there is none.
func orientation(jpeg io.Reader) int {
	head := make([]byte, 128<<10) // an Exif segment is one of the first, of at most 64 KiB
	n, _ := io.ReadFull(jpeg, head)
	head = head[:n]
	for at := 2; at+4 <= len(head) && head[at] == 0xFF; {
		marker, length := head[at+1], int(binary.BigEndian.Uint16(head[at+2:]))
		end := at + 2 + length
		if marker == 0xDA || length < 2 || end > len(head) {
			return 1
		}
		if body := head[at+4 : end]; marker == 0xE1 && len(body) > 6 && string(body[:6]) == "Exif\x00\x00" {
			return tiffOrientation(body[6:])
		}
		at = end
	}
	return 1
}

// tiffOrientation reads tag 0x0112 of the first directory of a TIFF header (TIFF 6.0, section 2).
func tiffOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(b[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 1
	}
	count := int64(order.Uint16(b[at:]))
	for entry := at + 2; entry+12 <= int64(len(b)) && count > 0; entry, count = entry+12, count-1 {
		if order.Uint16(b[entry:]) == 0x0112 {
			return int(order.Uint16(b[entry+8:]))
		}
	}
	return 1
}
