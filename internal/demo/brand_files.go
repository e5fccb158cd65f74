package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"unicode/utf16"
)

// paper makes a PDF file of one page that stands in for a scanned document and says so, with some lines of
// ASCII on it (PDF 1.4: ISO 32000-1 without what came later).
func paper(lines ...string) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(body string) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
	}
	var page strings.Builder
	page.WriteString("BT /F1 28 Tf 72 720 Td (DEMO - GENERATED) Tj /F1 14 Tf 0 -36 Td (This page stands in for a scanned document.) Tj")
	for _, line := range lines {
		fmt.Fprintf(&page, " 0 -24 Td (%s) Tj", strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`).Replace(line))
	}
	page.WriteString(" ET")
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	object("<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /DisplayDocTitle true >> >>")
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>")
	object(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", page.Len(), page.String()))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	object("<< /Title " + textString("演示材料") + " >>")
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, table)
	return b.Bytes()
}

// textString writes a text of any script as PDF does: UTF-16 with a byte order mark (ISO 32000-1, 7.9.2.2).
func textString(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String() + ">"
}

// badge is a round logo: a white shape on a ground. The shape lies around (0, 0), y upward, within the
// unit circle.
type badge struct {
	ground color.NRGBA
	shape  func(x, y float64) bool
}

// The badges.
var (
	wheel = badge{color.NRGBA{200, 30, 35, 255}, func(x, y float64) bool {
		r, tooth := math.Hypot(x, y), math.Mod(math.Atan2(y, x)+2*math.Pi, math.Pi/4) < math.Pi/8
		return r > .22 && (r < .52 || (tooth && r < .7))
	}}
	comb = badge{color.NRGBA{240, 150, 20, 255}, func(x, y float64) bool {
		within := func(size float64) bool {
			return math.Abs(x) < size*math.Sqrt(3)/2 && math.Abs(x)/math.Sqrt(3)+math.Abs(y) < size
		}
		return within(.68) && !within(.5) || within(.3)
	}}
	heart = badge{color.NRGBA{15, 130, 110, 255}, func(x, y float64) bool {
		x, y = x*1.9, y*1.9+.1
		round := x*x + y*y - 1
		return round*round*round < x*x*y*y*y
	}}
)

// draw makes a PNG file of it.
func (b *badge) draw() ([]byte, error) {
	const size, fine = 128, 4 // pixels a side, samples a pixel's side
	p := image.NewNRGBA(image.Rect(0, 0, size, size))
	for v := range size {
		for u := range size {
			inside, white := 0, 0
			for s := range fine * fine {
				x := (float64(u)+(float64(s%fine)+.5)/fine)*2/size - 1
				y := 1 - (float64(v)+(float64(s/fine)+.5)/fine)*2/size
				if math.Hypot(x, y) < .98 {
					inside++
					if b.shape(x, y) {
						white++
					}
				}
			}
			if inside == 0 {
				continue
			}
			mix := func(ground uint8) uint8 { return uint8((int(ground)*(inside-white) + 255*white) / inside) }
			p.SetNRGBA(u, v, color.NRGBA{mix(b.ground.R), mix(b.ground.G), mix(b.ground.B), uint8(255 * inside / (fine * fine))})
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, p)
	return out.Bytes(), err
}
