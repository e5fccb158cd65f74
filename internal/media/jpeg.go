package media

import (
	"bufio"
	"encoding/binary"
	"image"
	"image/color"
	"io"
)

// maxScans is of a JPEG file. A progressive one has ten or so; each may be of a few bytes that say nothing
// and yet take a walk over all pixels.
const maxScans = 200

// scans counts the scans of a JPEG file.
func scans(in *bufio.Reader) (n int) {
	for {
		marker, _, rest, err := nextSegment(in)
		if err == nil {
			_, err = in.Discard(rest)
		}
		if err != nil || marker == 0xD9 { // the end, whatever hangs on it
			return n
		}
		if marker == 0xDA {
			n++
		}
	}
}

// lookAtJPEG reads the segments before a JPEG file's first scan. It reports false when there are too many,
// or none that says how the pixels are kept.
func lookAtJPEG(in *bufio.Reader, c image.Config) (l look, ok bool) {
	if _, err := in.Discard(2); err != nil {
		return l, false
	}
	for range maxChunks {
		marker, body, rest, err := nextSegment(in)
		switch {
		case err != nil || marker == 0xDA || marker == 0xD9: // a scan, or the end
			return l, ok
		case marker == 0xE1 && l.orientation == 0 && len(body) > 6 && string(body[:6]) == "Exif\x00\x00":
			l.orientation = exifOrientation(body)
		case marker == 0xDB && l.quality == 0:
			l.quality = qualityOf(body)
		case marker >= 0xC0 && marker <= 0xC2 && !ok:
			ok = l.frame(body, marker == 0xC2, c)
		}
		if _, err := in.Discard(rest); err != nil {
			return l, ok
		}
	}
	return l, false
}

// nextSegment reads a segment's marker and, of an Exif block, a quantization table or a frame's header, its content; of another
// it tells how long it is.
func nextSegment(in *bufio.Reader) (marker byte, body []byte, rest int, err error) {
	for last := byte(0); ; last = marker { // what is between segments is no segment, as the decoder has it
		if marker, err = in.ReadByte(); err != nil {
			return 0, nil, 0, err
		}
		if last == 0xFF && marker != 0xFF && marker != 0 {
			break
		}
	}
	if marker >= 0xD0 && marker <= 0xD9 {
		return marker, nil, 0, nil
	}
	var size [2]byte
	if _, err := io.ReadFull(in, size[:]); err != nil {
		return 0, nil, 0, err
	}
	rest = max(0, int(binary.BigEndian.Uint16(size[:]))-2)
	if marker == 0xE1 || marker == 0xDB || marker >= 0xC0 && marker <= 0xC2 {
		body = make([]byte, rest)
		_, err = io.ReadFull(in, body)
		rest = 0
	}
	return marker, body, rest, err
}

// frame reads how the pixels are kept: the components' samples, those of a progressive file with their
// coefficients, and all of them again when they are no YCbCr.
func (l *look) frame(header []byte, progressive bool, c image.Config) bool {
	if len(header) < 6 || len(header) < 6+3*int(header[5]) || header[5] == 0 {
		return false
	}
	n, wide, high, samples := int(header[5]), 1, 1, 0
	for i := range n {
		h, v := int(header[7+3*i]>>4), int(header[7+3*i]&15)
		wide, high, samples = max(wide, h), max(high, v), samples+h*v
	}
	l.perPixel = float64(samples) / float64(wide*high)
	l.turned = 1 // what is turned takes the place of what was, but for the largest
	if n == 1 {
		l.perPixel = 1
	} else if c.Width%wide > 0 || c.Height%high > 0 || wide > 2 || high > 2 {
		l.turned = 4 // in full first
	}
	if progressive {
		l.perPixel *= 5
	}
	if c.ColorModel == color.RGBAModel || c.ColorModel == color.CMYKModel {
		l.perPixel, l.turned = l.perPixel+4, 4
	}
	return true
}

// qualityOf estimates the quality that a JPEG file was written in by its first quantization table, as the
// library of the Independent JPEG Group scales that of its quality 50, whose numbers sum up to 3,688.
func qualityOf(table []byte) int {
	if len(table) < 65 || table[0]>>4 != 0 { // or of 16 bits
		return 0
	}
	sum := 0
	for _, n := range table[1:65] {
		sum += int(n)
	}
	percent := max(1, sum*100/3688)
	if percent <= 100 {
		return (200 - percent) / 2
	}
	return max(1, 5000/percent)
}
