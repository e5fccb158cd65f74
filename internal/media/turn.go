package media

import (
	"fmt"
	"image"
	"image/color"
)

// turned returns a picture as it is to be seen, by the orientation of Exif 2.32, 4.6.4 A; of another
// orientation, as it is. The picture itself may be overwritten.
func turned(p image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return p
	}
	turn := func(pix []byte, stride, size int) ([]byte, int, image.Rectangle) {
		out := plane{pix, stride, size, p.Bounds().Dx(), p.Bounds().Dy()}.turned(orientation, nil)
		return out.pix, out.stride, image.Rect(0, 0, out.w, out.h)
	}
	switch p := p.(type) {
	case *image.Gray:
		p.Pix, p.Stride, p.Rect = turn(p.Pix, p.Stride, 1)
	case *image.Gray16:
		p.Pix, p.Stride, p.Rect = turn(p.Pix, p.Stride, 2)
	case *image.Paletted:
		p.Pix, p.Stride, p.Rect = turn(p.Pix, p.Stride, 1)
	case *image.RGBA:
		p.Pix, p.Stride, p.Rect = turn(p.Pix, p.Stride, 4)
	case *image.NRGBA:
		p.Pix, p.Stride, p.Rect = turn(p.Pix, p.Stride, 4)
	case *image.CMYK:
		p.Pix, p.Stride, p.Rect = turn(p.Pix, p.Stride, 4)
	case *image.RGBA64:
		p.Pix, p.Stride, p.Rect = turn(p.Pix, p.Stride, 8)
	case *image.NRGBA64:
		p.Pix, p.Stride, p.Rect = turn(p.Pix, p.Stride, 8)
	case *image.YCbCr:
		return turnedYCbCr(p, orientation)
	case *image.NYCbCrA:
		alpha, stride, _ := turn(p.A, p.AStride, 1)
		return &image.NYCbCrA{YCbCr: *turnedYCbCr(&p.YCbCr, orientation), A: alpha, AStride: stride}
	default:
		panic(fmt.Sprintf("media: a %T is not turned", p)) // no decoder makes it
	}
	return p
}

// turnedRatios are those of pictures whose rows have become columns.
var turnedRatios = map[image.YCbCrSubsampleRatio]image.YCbCrSubsampleRatio{
	image.YCbCrSubsampleRatio444: image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio420: image.YCbCrSubsampleRatio420,
	image.YCbCrSubsampleRatio422: image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio440: image.YCbCrSubsampleRatio422,
}

// turnedYCbCr turns the three planes, the second into the memory of the first and so on.
func turnedYCbCr(p *image.YCbCr, orientation int) *image.YCbCr {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	wide, high := 1, 1 // the pixels of one color
	switch p.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		wide = 2
	case image.YCbCrSubsampleRatio420:
		wide, high = 2, 2
	case image.YCbCrSubsampleRatio440:
		high = 2
	}
	ratio, known := turnedRatios[p.SubsampleRatio]
	if !known || w%wide > 0 || h%high > 0 { // colors would be seen beside their pixels
		return turnedYCbCr(inFull(p), orientation)
	}
	if orientation < 5 {
		ratio = p.SubsampleRatio
	}
	y := plane{p.Y, p.YStride, 1, w, h}.turned(orientation, nil)
	cb := plane{p.Cb, p.CStride, 1, w / wide, h / high}.turned(orientation, p.Y)
	cr := plane{p.Cr, p.CStride, 1, w / wide, h / high}.turned(orientation, p.Cb)
	return &image.YCbCr{Y: y.pix, Cb: cb.pix, Cr: cr.pix, YStride: y.stride, CStride: cb.stride, SubsampleRatio: ratio, Rect: image.Rect(0, 0, y.w, y.h)}
}

// inFull returns a picture with a color for each pixel.
func inFull(p *image.YCbCr) *image.YCbCr {
	out := image.NewYCbCr(image.Rect(0, 0, p.Rect.Dx(), p.Rect.Dy()), image.YCbCrSubsampleRatio444)
	for y := range out.Rect.Dy() {
		row := y * out.YStride
		for x := range out.Rect.Dx() {
			at, color := p.YOffset(p.Rect.Min.X+x, p.Rect.Min.Y+y), p.COffset(p.Rect.Min.X+x, p.Rect.Min.Y+y)
			out.Y[row+x], out.Cb[row+x], out.Cr[row+x] = p.Y[at], p.Cb[color], p.Cr[color]
		}
	}
	return out
}

// plane is samples of size bytes, row by row.
type plane struct {
	pix          []byte
	stride, size int
	w, h         int // in samples
}

// turned returns the plane as it is to be seen, in the memory given where that is large enough.
func (p plane) turned(orientation int, into []byte) plane {
	out := plane{size: p.size, w: p.w, h: p.h}
	if orientation >= 5 {
		out.w, out.h = p.h, p.w
	}
	out.stride = out.w * p.size
	if n := out.h * out.stride; cap(into) >= n {
		out.pix = into[:n]
	} else {
		out.pix = make([]byte, n)
	}
	offset := func(u, v int) int { // of where a sample is seen
		switch orientation {
		case 2:
			u = p.w - 1 - u
		case 3:
			u, v = p.w-1-u, p.h-1-v
		case 4:
			v = p.h - 1 - v
		case 5:
			u, v = v, u
		case 6:
			u, v = p.h-1-v, u
		case 7:
			u, v = p.h-1-v, p.w-1-u
		case 8:
			u, v = v, p.w-1-u
		}
		return v*out.stride + u*p.size
	}
	for v := range p.h {
		at, step := offset(0, v), offset(1, v)-offset(0, v)
		for row := p.pix[v*p.stride:][:p.w*p.size]; len(row) > 0; row, at = row[p.size:], at+step {
			copy(out.pix[at:at+p.size], row)
		}
	}
	return out
}

// fromCMYK returns a picture for printing as one for a screen, in the same memory.
func fromCMYK(p *image.CMYK) *image.RGBA {
	for i := 0; i+4 <= len(p.Pix); i += 4 {
		c := p.Pix[i : i+4]
		c[0], c[1], c[2] = color.CMYKToRGB(c[0], c[1], c[2], c[3])
		c[3] = 0xFF
	}
	return &image.RGBA{Pix: p.Pix, Stride: p.Stride, Rect: p.Rect}
}
