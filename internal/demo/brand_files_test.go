package demo

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/media"
	"brandregistry/internal/store"
	"bytes"
	"context"
	"fmt"
	"image/png"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// inspectFiles holds the files against what an upload would have made of them.
func inspectFiles(t *testing.T, tx *store.Reader, s brand.Sheet) error {
	t.Helper()
	files := s.Evidence
	if s.Logo != nil {
		files = append(slices.Clone(files), *s.Logo)
	}
	for _, e := range files {
		content, err := tx.Part(e.ID, 0)
		if err != nil {
			return err
		}
		var again bytes.Buffer
		got, err := new(media.Queue).Accept(context.Background(), "", bytes.NewReader(content), int64(len(content)), e.FileName, &again)
		if err != nil {
			return err
		}
		if want := (media.Accepted{Type: media.Type(e.MediaType), Name: e.FileName, Size: e.SizeBytes, SHA256: e.SHA256}); got != want || !bytes.Equal(again.Bytes(), content) {
			t.Errorf("%s: %s is kept as %+v; uploaded again it is %+v", s.Name, e.FileName, want, got)
		}
		if want := media.PDF; e.Purpose == brand.ForEvidence && got.Type != want {
			t.Errorf("%s: evidence of type %s, want %s", s.Name, got.Type, want)
		}
		if e.Purpose == brand.ForLogo {
			if _, err := png.Decode(bytes.NewReader(content)); err != nil {
				t.Errorf("%s: the logo is no picture: %v", s.Name, err)
			}
		}
	}
	return nil
}

// TestPaper follows a PDF file's table to its objects.
func TestPaper(t *testing.T) {
	file := string(paper("Level: city", `a (b) \ c`))
	_, tail, _ := strings.Cut(file, "startxref\n")
	at, err := strconv.Atoi(strings.TrimSuffix(tail, "\n%%EOF\n"))
	if err != nil || !strings.HasPrefix(file[at:], "xref\n0 7\n") {
		t.Fatalf("no table where the file ends %q: %v", tail, err)
	}
	for n, line := range strings.SplitAfter(file[at:], "\n")[3:9] {
		offset, err := strconv.Atoi(line[:10])
		if err != nil || len(line) != 20 || !strings.HasPrefix(file[offset:], fmt.Sprintf("%d 0 obj\n", n+1)) {
			t.Errorf("the table's line %q does not lead to object %d: %v", line, n+1, err)
		}
	}
	for _, want := range []string{"(DEMO - GENERATED) Tj", `(a \(b\) \\ c) Tj`, "/Title <FEFF6F14793A67506599>"} {
		if !strings.Contains(file, want) {
			t.Errorf("no %q in the file", want)
		}
	}
	_, stream, _ := strings.Cut(file, "stream\n")
	stream, _, _ = strings.Cut(stream, "\nendstream")
	if !strings.Contains(file, fmt.Sprintf("/Length %d ", len(stream))) {
		t.Errorf("the stream is of %d bytes", len(stream))
	}
}
