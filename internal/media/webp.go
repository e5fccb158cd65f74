package media

import (
	"bufio"
	"encoding/binary"
	"io"
)

// lookAtWebP reads the chunks of a WebP file. It reports false when there are too many.
func lookAtWebP(in *bufio.Reader) (l look, ok bool) {
	var head [12]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return l, false
	}
	left := int64(binary.LittleEndian.Uint32(head[4:])) - 4
	extended := false
	for range maxChunks {
		name, length, body, err := nextChunk(in, binary.LittleEndian)
		if left -= 8 + int64(length) + int64(length&1); err != nil && name == "" || left < 0 {
			return l, true
		}
		switch {
		case name == "VP8X":
			extended = true
			l.moves = l.moves || len(body) > 0 && body[0]&2 != 0
		case name == "ANIM" || name == "ANMF":
			l.moves = true
		case name == "VP8 ": // with half as much of each color
			l.perPixel += 1.5
			l.turned++
		case name == "ALPH": // decoded as a lossless picture
			l.perPixel += 9
			l.turned++
			l.fixed += trees(length)
		case name == "VP8L":
			l.perPixel += 8 // a palette's indexes and the colors
			l.turned += 4
			l.fixed += trees(length)
		case name == "EXIF" && extended && l.orientation == 0:
			l.orientation = exifOrientation(body)
		}
	}
	return l, false
}

// trees bounds what the Huffman trees of a lossless picture of so many bytes take: there are 2,600 groups
// of them at most, which begin with 2.7 kB each and grow by 16 bytes for half a bit.
func trees(length int) int64 { return 2600*2700 + min(256*int64(length), 2600*46_000) }
