package media

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// Limits of what is read of a zip file.
const (
	maxParts    = 10_000
	maxInflated = 32 << 20 // bytes of all parts that are looked into
)

// archive is a zip file whose parts are looked into.
type archive struct {
	files []*zip.File
	names []string // of the files, in lower case, without a leading slash
	left  int64    // bytes that may still be inflated
}

// openArchive opens a zip file. It fails for one that is damaged, and for one of too many parts.
func openArchive(f *source) (*archive, error) {
	z, err := zip.NewReader(f, f.size)
	if err != nil {
		return nil, err
	}
	if len(z.File) > maxParts {
		return nil, fmt.Errorf("%d parts", len(z.File))
	}
	a := &archive{files: z.File, left: maxInflated}
	for _, file := range z.File {
		a.names = append(a.names, strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(file.Name, `\`, "/"), "/")))
	}
	return a, nil
}

// walk shows each token of a part that is XML, in UTF-8 or UTF-16. It fails for a part that is not well
// formed, and when too much has been inflated.
func (a *archive) walk(file *zip.File, show func(xml.Token) error) error {
	r, err := file.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	limited := &io.LimitedReader{R: r, N: a.left}
	defer func() { a.left = limited.N }()
	d := xml.NewDecoder(inUTF8Reader(limited))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		switch strings.ToLower(charset) {
		case "utf-16", "utf-16le", "utf-16be", "us-ascii": // of the former the bytes are in UTF-8 here
			return in, nil
		}
		return nil, fmt.Errorf("charset %q", charset)
	}
	for {
		token, err := d.Token()
		if err == io.EOF && limited.N > 0 {
			return nil
		}
		if err != nil {
			return err
		}
		if _, is := token.(xml.Directive); is {
			return errors.New("a document type")
		}
		if err := show(token); err != nil {
			return err
		}
	}
}

// inUTF8Reader returns the text of a part in UTF-8, by its first bytes (XML 1.0, F.1).
func inUTF8Reader(r io.Reader) io.Reader {
	in := bufio.NewReader(r)
	head, _ := in.Peek(2)
	switch {
	case bytes.Equal(head, []byte{0xFE, 0xFF}), bytes.Equal(head, []byte{0, '<'}):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(in)
	case bytes.Equal(head, []byte{0xFF, 0xFE}), bytes.Equal(head, []byte{'<', 0}):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(in)
	case bytes.Equal(head, []byte{0xEF, 0xBB}):
		return unicode.UTF8BOM.NewDecoder().Reader(in)
	}
	return in
}

// attribute returns an attribute of an element by its name without a prefix.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
