package media

import (
	"bufio"
	"encoding/binary"
	"io"
)

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

// maxScans is of a JPEG file. A progressive one has ten or so; each may be of a few bytes that say nothing
// and yet take a walk over all pixels.
const maxScans = 200

// scans counts where a scan may begin in a JPEG file.
func scans(jpeg io.Reader) (n int) {
	in := bufio.NewReader(jpeg)
	for last := byte(0); ; {
		b, err := in.ReadByte()
		if err != nil {
			return n
		}
		if last == 0xFF && b == 0xDA {
			n++
		}
		last = b
	}
}
