package media

import (
	"bytes"
	"encoding/binary"
)

// maxExif is how much of an Exif block is read. That of a JPEG file is never longer.
const maxExif = 64 << 10

// exifOrientation reads the orientation that an Exif block notes (Exif 2.32, 4.6.4 A); 1, as it is, when it
// notes none. The block may begin as that of a JPEG file does.
func exifOrientation(b []byte) int {
	b = bytes.TrimPrefix(b, []byte("Exif\x00\x00"))
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(b, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return 1
	}
	if len(b) < 8 {
		return 1
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 1
	}
	count := int64(order.Uint16(b[at:]))
	for entry := at + 2; entry+12 <= int64(len(b)) && count > 0; entry, count = entry+12, count-1 {
		if order.Uint16(b[entry:]) == 0x0112 {
			return tiffNumber(order, b[entry+2:])
		}
	}
	return 1
}

// tiffNumber reads the number of a directory's entry, from its type on (TIFF 6.0, section 2).
func tiffNumber(order binary.ByteOrder, entry []byte) int {
	switch order.Uint16(entry) {
	case 1: // BYTE
		return int(entry[6])
	case 3: // SHORT
		return int(order.Uint16(entry[6:]))
	case 4: // LONG
		return int(order.Uint32(entry[6:]))
	}
	return 1
}
