package media

import (
	"archive/zip"
	"brandregistry/internal/fault"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// take has a file accepted.
func take(content []byte, name string) (Accepted, []byte, error) {
	var out bytes.Buffer
	got, err := new(Queue).Accept(context.Background(), "", bytes.NewReader(content), int64(len(content)), name, &out)
	return got, out.Bytes(), err
}

// mustTake has a file accepted and holds what is said of it against what was written.
func mustTake(t testing.TB, content []byte, name string) (Accepted, []byte) {
	t.Helper()
	got, out, err := take(content, name)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(out)
	if got.Size != int64(len(out)) || got.Size > MaxBytes || got.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%+v is said of %d bytes of %x", got, len(out), sum)
	}
	return got, out
}

// mustRefuse has a file refused under a code and returns what is said.
func mustRefuse(t testing.TB, content []byte, name, code string) fault.Violation {
	t.Helper()
	got, _, err := take(content, name)
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.RuleViolation || len(f.Violations) != 1 {
		t.Fatalf("%+v, %v; want a refusal %s", got, err, code)
	}
	v := f.Violations[0]
	if v.Code != code || v.Pointer != "/file" || v.Severity != fault.SeverityError || v.Message.ZH == "" || v.Message.EN == "" || v.Hint.ZH == "" || v.Hint.EN == "" {
		t.Errorf("%+v; want %s, whole", v, code)
	}
	return v
}

func TestAccept(t *testing.T) {
	many := []entry{rels}
	for range 40 {
		many = append(many, entry{"docProps/" + strings.Repeat("x", 120) + ".xml", strings.Repeat("y", 100)})
	}
	for _, c := range []struct {
		what    string
		name    string
		content []byte
		as      Type
		named   string
	}{
		{"PDF", "认定文件.pdf", []byte(pdf), PDF, "认定文件.pdf"},
		{"PDF that a mark or an empty line precedes", "a.PDF", []byte("\xef\xbb\xbf\r\n" + pdf), PDF, "a.pdf"},
		{"PDF with HTML in it", "a.html", []byte(pdf + "<html><script>alert(1)</script></html>"), PDF, "a.pdf"},
		{"JPEG", "照片.JPEG", jpegOf(t, quarters(32, 16), 90), JPEG, "照片.jpeg"},
		{"JPEG, progressive", "a.jpg", sample(t, jpegProgress), JPEG, "a.jpg"},
		{"JPEG for printing", "a.jpg", sample(t, jpegCMYK), JPEG, "a.jpg"},
		{"PNG", "a.png", pngOf(t, quarters(4, 4)), PNG, "a.png"},
		{"PNG of 16 bits", "a.png", pngOf(t, deep(8, 8)), PNG, "a.png"},
		{"PNG with a script after it", "a.png", append(pngOf(t, quarters(4, 4)), "<script>alert(1)</script>"...), PNG, "a.png"},
		{"PNG named PDF", "a.pdf", pngOf(t, quarters(4, 4)), PNG, "a.png"},
		{"PNG that names PDF", "a.png", slices.Insert(pngOf(t, quarters(4, 4)), 33, chunk("tEXt", []byte("Title\x00%PDF-1.4"))...), PNG, "a.png"},
		{"WebP", "a.webp", sample(t, webpLossy), JPEG, "a.jpg"},
		{"WebP, lossless", "a.webp", sample(t, webpLossless), JPEG, "a.jpg"},
		{"WebP with alpha", "a.webp", sample(t, webpAlpha), PNG, "a.png"},
		{"WebP, lossy, with alpha", "a.webp", sample(t, webpLossyAlpha), PNG, "a.png"},
		{"Word", "方案.docx", zipOf(t, zip.Deflate, docxTypes, rels, docxBody), DOCX, "方案.docx"},
		{"Word, as a zip file", "方案.zip", zipOf(t, zip.Store, docxBody, rels, docxTypes), DOCX, "方案.docx"},
		{"Word, its document under another name", "a.docx", zipOf(t, zip.Deflate, contentTypes("/word/document2.xml="+mainDocument), entry{"word/document2.xml", ""}), DOCX, "a.docx"},
		{"Word with a sheet in it", "a.docx", zipOf(t, zip.Store, docxTypes, docxBody, entry{"word/embeddings/1.xlsx", string(zipOf(t, zip.Store, xlsxTypes, xlsxBody))}), DOCX, "a.docx"},
		{"Word, found late", "a.docx", zipOf(t, zip.Store, append(many, docxBody, docxTypes)...), DOCX, "a.docx"},
		{"Word of a strange hand", "a.docx", zipOf(t, zip.Deflate, entry{`WORD\Document.xml`, ""}, entry{"[content_types].XML", docxTypes.content}), DOCX, "a.docx"},
		{"Excel", "台账.xlsx", zipOf(t, zip.Deflate, xlsxTypes, rels, xlsxBody), XLSX, "台账.xlsx"},
		{"Excel, its types last", "台账.xlsx", zipOf(t, zip.Deflate, rels, entry{"docProps/app.xml", ""}, xlsxBody, xlsxTypes), XLSX, "台账.xlsx"},
		{"Excel, stored, named Word", "a.docx", zipOf(t, zip.Store, xlsxTypes, xlsxBody), XLSX, "a.xlsx"},
	} {
		t.Run(c.what, func(t *testing.T) {
			got, out := mustTake(t, c.content, c.name)
			if got.Type != c.as || got.Name != c.named {
				t.Errorf("%s named %s, want %s named %s", got.Type, got.Name, c.as, c.named)
			}
			if !c.as.Image() && !bytes.Equal(out, c.content) {
				t.Errorf("%d bytes became %d others", len(c.content), len(out))
			}
			if again, _ := mustTake(t, out, got.Name); again.Type != got.Type || again.Name != got.Name {
				t.Errorf("what became of it is %+v", again)
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	ole := append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 2000)...)
	ole[26], ole[28], ole[29] = 3, 0xFE, 0xFF
	doc := bytes.Clone(ole)
	copy(doc[592:], "\x06\x09\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46")
	docm := strings.Replace(docxTypes.content, mainDocument, "application/vnd.ms-word.document.macroEnabled.main+xml", 1)
	dotx := strings.Replace(docxTypes.content, "document.main", "template.main", 1)
	docx := zipOf(t, zip.Deflate, docxTypes, docxBody)
	for _, c := range []struct {
		what    string
		content []byte
		code    string
		says    string // in the message
	}{
		{"nothing", nil, "file_empty", "空的"},
		{"text", []byte("材料一份"), "file_type", "txt 文件"},
		{"bytes", []byte("\x00\x01\x02\xfe\xff\x90"), "file_type", "认不出"},
		{"GIF", []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"), "file_type", "gif 文件"},
		{"GIF that names PDF", []byte("GIF89a\x01\x00\x01\x00\x80%PDF-1.4"), "file_type", "gif 文件"},
		{"SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "file_type", "svg 文件"},
		{"HTML", []byte("<!DOCTYPE html><html><script>alert(1)</script></html>"), "file_type", "html 文件"},
		{"HTML before PDF", []byte("<!DOCTYPE html><html><script>alert(1)</script></html>" + pdf), "file_type", "html 文件"},
		{"text before PDF", []byte("HTTP/1.1 200 OK\r\n\r\n" + pdf), "file_damaged", "开头"},
		{"program", append([]byte("MZ\x90\x00\x03\x00\x00\x00"), make([]byte, 200)...), "file_type", "exe 文件"},
		{"program that names PDF", []byte("MZ\x90\x00\x03\x00\x00\x00" + pdf), "file_type", "exe 文件"},
		{"HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "file_type", "heic 文件"},
		{"old Word", doc, "file_type", "旧版 Office"},
		{"Word with a password", ole, "file_type", "加了密码"},
		{"Word with macros", zipOf(t, zip.Deflate, docxTypes, docxBody, entry{"word/vbaProject.bin", "x"}), "file_macro", "宏"},
		{"Word for macros", zipOf(t, zip.Deflate, entry{docxTypes.name, docm}, docxBody), "file_macro", "宏"},
		{"Word with macros under another name", zipOf(t, zip.Deflate, contentTypes("/word/document.xml="+mainDocument, "dat:application/vnd.ms-office.vbaProject"), docxBody, entry{"word/picture.dat", "x"}), "file_macro", "宏"},
		{"Word, escaped", zipOf(t, zip.Deflate, contentTypes("/word/document.xml="+mainDocument, "/word/x.bin=application/vnd.ms-office.vba&#80;roject"), docxBody, entry{"word/x.bin", "x"}), "file_macro", "宏"},
		{"Excel of 1992", zipOf(t, zip.Deflate, contentTypes("/xl/workbook.xml="+mainSheet, "/xl/macrosheets/sheet1.xml=application/vnd.ms-excel.macrosheet+xml"), xlsxBody, entry{"xl/macrosheets/sheet1.xml", "x"}), "file_macro", "宏"},
		{"template", zipOf(t, zip.Deflate, entry{docxTypes.name, dotx}, docxBody), "file_damaged", "不是真正的 docx"},
		{"no types", zipOf(t, zip.Deflate, docxBody), "file_damaged", "不是真正的 docx"},
		{"types twice", zipOf(t, zip.Deflate, docxTypes, docxBody, docxTypes), "file_damaged", "不是真正的 docx"},
		{"types that are no XML", zipOf(t, zip.Deflate, entry{docxTypes.name, "<Types><"}, docxBody), "file_damaged", "不是真正的 docx"},
		{"types without end", zipOf(t, zip.Deflate, entry{docxTypes.name, "<Types>" + strings.Repeat(" ", 64<<20)}, docxBody), "file_damaged", "不是真正的 docx"},
		{"types of what is not there", zipOf(t, zip.Deflate, docxTypes, entry{"word/other.xml", ""}), "file_damaged", "不是真正的 docx"},
		{"cut off", docx[:len(docx)-30], "file_damaged", "不是真正的 docx"},
		{"PowerPoint", zipOf(t, zip.Deflate, contentTypes("/ppt/presentation.xml="+overrideMain+"presentationml.presentation.main+xml"), entry{"ppt/presentation.xml", "x"}), "file_type", "pptx 文件"},
		{"no OFD", zipOf(t, zip.Deflate, entry{"OFD.xml", "<ofd/>"}), "file_damaged", "不是真正的 OFD 文件"},
		{"OpenDocument", zipOf(t, zip.Store, entry{"mimetype", "application/vnd.oasis.opendocument.text"}), "file_type", "odt 文件"},
		{"zip file", zipOf(t, zip.Deflate, entry{"甲.txt", "x"}), "file_type", "zip 文件"},
		{"empty zip file", zipOf(t, zip.Store), "file_type", "zip 文件"},
	} {
		t.Run(c.what, func(t *testing.T) {
			for _, name := range []string{"a.docx", "a.pdf"} {
				if v := mustRefuse(t, c.content, name, c.code); !strings.Contains(v.Message.ZH, c.says) {
					t.Errorf("%q does not say %q", v.Message.ZH, c.says)
				}
			}
		})
	}
}

func TestSizes(t *testing.T) {
	content := append([]byte(pdf), bytes.Repeat([]byte("\n"), MaxBytes-len(pdf))...)
	if got, out := mustTake(t, content, "a.pdf"); got.Size != MaxBytes || !bytes.Equal(out, content) {
		t.Errorf("%+v", got)
	}
	_, out, err := take(append(content, '\n'), "a.pdf")
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.TooLarge || f.Detail.ZH != "文件超过 10 MiB，请压缩或拆分后再上传。" || len(out) > 0 {
		t.Errorf("%v, %d bytes written", err, len(out))
	}
}

// ending ends the context once it was read.
type ending struct {
	io.ReaderAt
	end func()
}

func (e ending) ReadAt(p []byte, off int64) (int, error) {
	defer e.end()
	return e.ReaderAt.ReadAt(p, off)
}

// Who waits for another's file to be looked into stops when nobody waits for him any more; what is only
// copied does not wait.
func TestAcceptWaits(t *testing.T) {
	var q Queue
	leave, err := q.enter(t.Context(), "other")
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range [][]byte{pngOf(t, quarters(4, 4)), zipOf(t, zip.Store, docxTypes, docxBody)} {
		waiting, stop := context.WithCancel(t.Context())
		if _, err := q.Accept(waiting, "", ending{bytes.NewReader(content), stop}, int64(len(content)), "a", io.Discard); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want canceled", err)
		}
	}
	if _, err := q.Accept(t.Context(), "", strings.NewReader(pdf), int64(len(pdf)), "a", io.Discard); err != nil {
		t.Error(err)
	}
	leave()
	for _, content := range [][]byte{[]byte(pdf + strings.Repeat("\n", 100_000)), pngOf(t, quarters(4, 4)), zipOf(t, zip.Store, docxTypes, docxBody)} {
		unasked, stop := context.WithCancel(t.Context())
		if _, err := q.Accept(unasked, "", ending{bytes.NewReader(content), stop}, int64(len(content)), "a", io.Discard); !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want canceled", err)
		}
		if _, err := q.Accept(t.Context(), "", bytes.NewReader(content), int64(len(content)), "a", io.Discard); err != nil { // nobody is left inside
			t.Error(err)
		}
	}
}

// failing fails from the n-th read or write on.
type failing struct {
	io.ReaderAt
	n   int
	err error
}

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	if f.n--; f.n < 0 {
		return 0, f.err
	}
	return f.ReaderAt.ReadAt(p[:min(len(p), 16)], off)
}

func (f *failing) Write(p []byte) (int, error) {
	if f.n--; f.n < 0 {
		return 0, f.err
	}
	return len(p), nil
}

// A disk that fails, or is full, is no damage to the file.
func TestDiskFails(t *testing.T) {
	for what, content := range map[string][]byte{
		"pdf": append([]byte(pdf), make([]byte, 100_000)...), "png": pngOf(t, quarters(64, 64)), "jpeg": jpegOf(t, quarters(64, 64), 90),
		"webp": sample(t, webpAlpha), "docx": zipOf(t, zip.Store, docxTypes, docxBody),
	} {
		for n := range 8 {
			src := &failing{bytes.NewReader(content), n, syscall.EIO}
			if _, err := new(Queue).Accept(t.Context(), "", src, int64(len(content)), "a", io.Discard); !errors.Is(err, syscall.EIO) {
				t.Errorf("%s, read %d: %v", what, n, err)
			}
		}
		if _, err := new(Queue).Accept(t.Context(), "", bytes.NewReader(content), int64(len(content)), "a", &failing{err: syscall.ENOSPC}); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s, written: %v", what, err)
		}
	}
}
