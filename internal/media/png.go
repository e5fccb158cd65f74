package media

import (
	"bufio"
	"encoding/binary"
	"io"
	"slices"
)

// lookAtPNG reads the chunks of a PNG file. It reports false when there are too many.
func lookAtPNG(in *bufio.Reader) (l look, ok bool) {
	if _, err := in.Discard(8); err != nil {
		return l, false
	}
	var header []byte
	transparent := false
	for range maxChunks {
		name, _, body, err := nextChunk(in, binary.BigEndian)
		switch {
		case err != nil || name == "IEND":
			return l.pixels(header, transparent)
		case name == "IHDR" && header == nil:
			header = body
		case name == "tRNS":
			transparent = true
		case name == "acTL":
			l.moves = true
		case name == "eXIf" && l.orientation == 0:
			l.orientation = exifOrientation(body)
		}
	}
	return l, false
}

// pixels reads from a PNG file's header how its pixels are decoded.
func (l look) pixels(header []byte, transparent bool) (look, bool) {
	if len(header) < 13 {
		return l, false
	}
	const gray, palette = 0, 3
	depth, colors, interlaced := header[8], header[9], header[12] != 0
	switch {
	case colors == palette || colors == gray && !transparent:
		l.perPixel = 1
	default:
		l.perPixel = 4
	}
	if depth == 16 {
		l.perPixel *= 2
	}
	l.turned = l.perPixel
	if interlaced { // its passes are pictures of their own
		l.perPixel *= 2
	}
	return l, true
}

// nextChunk reads the name of the chunk that follows, of PNG (big-endian) or of RIFF, its length, and the
// content of one that is looked at.
func nextChunk(in *bufio.Reader, order binary.ByteOrder) (name string, length int, body []byte, err error) {
	var head [8]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return "", 0, nil, err
	}
	name, length = string(head[4:]), int(order.Uint32(head[:]))
	after := 4 // a checksum
	if order == binary.LittleEndian {
		name, length = string(head[:4]), int(order.Uint32(head[4:]))
		after = length & 1
	}
	rest := length
	if length <= maxExif && slices.Contains([]string{"IHDR", "eXIf", "EXIF", "VP8X"}, name) {
		body, rest = make([]byte, length), 0
		if _, err := io.ReadFull(in, body); err != nil {
			return "", 0, nil, err
		}
	}
	_, err = in.Discard(rest + after)
	return name, length, body, err
}
