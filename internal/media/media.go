// Package media says what an uploaded file is by its content, and makes pictures safe.
package media

import (
	"brandregistry/internal/fault"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Type is a media type.
// 文件类型
type Type string

// The types that are taken. WebP comes out as JPEG or PNG.
const (
	PDF  Type = "application/pdf"                                                         // PDF 文件
	JPEG Type = "image/jpeg"                                                              // JPEG 图片
	PNG  Type = "image/png"                                                               // PNG 图片
	WebP Type = "image/webp"                                                              // WebP 图片，保存为 JPEG 或 PNG
	DOCX Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document" // Word 文档
	XLSX Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"       // Excel 工作簿
	OFD  Type = "application/ofd"                                                         // OFD 版式文件（GB/T 33190）
)

// Types lists them.
var Types = []Type{PDF, OFD, JPEG, PNG, WebP, DOCX, XLSX}

// Limits of what is taken.
const (
	MaxBytes  = 10 << 20   // of a file, as it comes and as it is kept
	MaxPixels = 26_000_000 // of a picture; a telephone's 24 million are 5712 × 4284

	MaxDecoded = 4 * MaxPixels // bytes of memory that a picture takes to be decoded and encoded anew
)

// extensions are the types' endings of file names.
var extensions = map[Type]string{PDF: ".pdf", JPEG: ".jpg", PNG: ".png", WebP: ".webp", DOCX: ".docx", XLSX: ".xlsx", OFD: ".ofd"}

// Image reports whether the type is a picture's.
func (t Type) Image() bool { return strings.HasPrefix(string(t), "image/") }

// Accepted is what became of a file.
type Accepted struct {
	Type   Type
	Name   string // without a path and invisible characters, ending as the type does
	Size   int64  // bytes
	SHA256 string // in hexadecimal
}

// Accept reads a file of size bytes that an owner sent under a name and writes its safe form: pictures are
// decoded and encoded anew, without what the camera noted and whatever else hangs on them; other files
// are copied. It fails with TooLarge; with RuleViolation for a file that is not taken; with Unavailable
// when others are decoded for too long; with what the context ended for; and with the failure of the
// reader or the writer.
func (q *Queue) Accept(ctx context.Context, owner string, src io.ReaderAt, size int64, name string, to io.Writer) (Accepted, error) {
	if size > MaxBytes {
		return Accepted{}, fault.New(fault.TooLarge, "文件超过 %d MiB，请压缩或拆分后再上传。", "The file is larger than %d MiB. Compress or split it.", MaxBytes>>20)
	}
	if size == 0 {
		return Accepted{}, refused("file_empty", fault.Text{ZH: "文件是空的。", EN: "The file is empty."}, fault.Text{ZH: "请检查文件后重新选择。", EN: "Check the file and choose again."})
	}
	f, out := &source{ctx: ctx, at: src, size: size}, &sink{to: to, sum: sha256.New()}
	kind, err := accept(f, out, func() (func(), error) { return q.enter(ctx, owner) })
	if f.err != nil { // not for what the file holds
		err = f.err
	}
	if err != nil {
		return Accepted{}, err
	}
	return Accepted{kind, cleanName(name, kind), out.n, hex.EncodeToString(out.sum.Sum(nil))}, nil
}

func accept(f *source, out *sink, enter func() (leave func(), err error)) (Type, error) {
	head := make([]byte, 4096)
	n, err := io.ReadFull(f.whole(), head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	head = head[:n]
	found := mimetype.Detect(head)
	if i := bytes.Index(head, []byte("%PDF-")); found.Is(string(PDF)) && len(bytes.Trim(head[:i], "\xef\xbb\xbf\x00 \t\r\n\f")) > 0 {
		if found = mimetype.Detect(head[:i]); found.Parent() == nil || found.Is("text/plain") { // nothing that is known
			return "", refused("file_damaged", fault.Text{ZH: "PDF 文件的开头有多余的内容。", EN: "The PDF file does not begin as one."},
				fault.Text{ZH: "请用阅读软件打开，另存为（或打印成）PDF 后再上传。", EN: "Open it in a reader, save or print it as PDF, and upload that."})
		}
	}
	kind := Type(strings.Split(found.String(), ";")[0])
	switch {
	case isIn(found, "application/zip"):
		leave, err := enter()
		if err != nil {
			return "", err
		}
		defer leave()
		if kind, err = office(f, found); err != nil {
			return "", err
		}
	case kind == JPEG || kind == PNG || kind == WebP:
		leave, err := enter()
		if err != nil {
			return "", err
		}
		defer leave()
		return reencode(kind, f, out)
	case found.Is("image/apng"):
		return "", animated()
	case kind != PDF:
		return "", notTaken(found)
	}
	_, err = io.Copy(out, f.whole())
	return kind, err
}

// source is the file as it was sent. It remembers why it could not be read, which decoders would take
// for damage, and is not read after the context's end.
type source struct {
	ctx  context.Context
	at   io.ReaderAt
	size int64
	err  error
}

func (s *source) whole() io.Reader { return io.NewSectionReader(s, 0, s.size) }

// buffered is the whole file for who reads it in small pieces.
func (s *source) buffered() *bufio.Reader { return bufio.NewReaderSize(s.whole(), 64<<10) }

func (s *source) ReadAt(p []byte, off int64) (n int, err error) {
	if s.err == nil {
		s.err = s.ctx.Err()
	}
	if s.err != nil {
		return 0, s.err
	}
	if off < 0 { // what the file itself says of its parts
		return 0, errors.New("media: a place before the file's first byte")
	}
	if n, err = s.at.ReadAt(p, off); err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// sink takes the safe form.
type sink struct {
	to  io.Writer
	n   int64
	sum hash.Hash
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.n += int64(n)
	s.sum.Write(p[:n]) // never fails
	return n, err
}

func refused(code string, message, hint fault.Text) error {
	return fault.Rules([]fault.Violation{fault.Mistake(code, "/file", message, hint)})
}

// isIn reports whether a type is the other or a kind of it.
func isIn(found *mimetype.MIME, other string) bool {
	for ; found != nil; found = found.Parent() {
		if found.Is(other) {
			return true
		}
	}
	return false
}

func notTaken(found *mimetype.MIME) error {
	if isIn(found, "application/x-ole-storage") {
		return refused("file_type", fault.Text{ZH: "这是旧版 Office 文件，或加了密码的文件，不能上传。", EN: "It is a file of an old Office, or one with a password, which is not taken."},
			fault.Text{ZH: "请另存为 docx、xlsx 或 PDF（有密码的先取消密码）后再上传。", EN: "Save it as docx, xlsx or PDF, without a password."})
	}
	message := fault.Text{ZH: "按内容认不出这是什么文件，不能上传。", EN: "By its content it is no file that is known, so it is not taken."}
	if ending := strings.TrimPrefix(found.Extension(), "."); ending != "" {
		message = fault.Textf("按内容看，这是 %s 文件，不能上传。改文件名不会改变类型。", "By its content it is a file of the type %s, which is not taken. Renaming does not change it.", ending)
	}
	return refused("file_type", message, fault.Text{ZH: "请上传 pdf、ofd、jpg、png、webp、docx 或 xlsx 文件；其他文件可以先转成 PDF。", EN: "Upload a pdf, ofd, jpg, png, webp, docx or xlsx file; others can be made PDF first."})
}
