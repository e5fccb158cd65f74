// Package media says what an uploaded file is by its content, and makes pictures safe.
package media

import (
	"archive/zip"
	"brandregistry/internal/fault"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"strings"
	"unicode"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/text/unicode/norm"
)

// Type is a media type.
type Type string

// The types that are taken.
const (
	PDF  Type = "application/pdf"
	JPEG Type = "image/jpeg"
	PNG  Type = "image/png"
	WebP Type = "image/webp" // comes out as JPEG or PNG
	DOCX Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// Limits of what is taken.
const (
	MaxBytes   = 10 << 20   // of a file
	MaxPixels  = 24_000_000 // of a picture
	maxEntries = 5000       // of an office file
	maxName    = 120        // characters of a file's name
)

// extensions are the types' endings of file names.
var extensions = map[Type]string{PDF: ".pdf", JPEG: ".jpg", PNG: ".png", WebP: ".webp", DOCX: ".docx", XLSX: ".xlsx"}

// Image reports whether the type is a picture's.
func (t Type) Image() bool { return strings.HasPrefix(string(t), "image/") }

// Accepted is what became of a file.
type Accepted struct {
	Type   Type
	Name   string // without a path and invisible characters, ending as the type does
	Size   int64  // bytes
	SHA256 string // in hexadecimal
}

// Accept reads a file of size bytes that was sent under a name and writes its safe form: pictures are
// decoded and encoded anew, without what the camera noted and whatever else hangs on them; other files
// are copied. It fails with TooLarge, and with RuleViolation for a file that is not taken.
func Accept(src io.ReaderAt, size int64, name string, to io.Writer) (Accepted, error) {
	if size > MaxBytes {
		return Accepted{}, fault.New(fault.TooLarge, "文件超过 %d MiB，请压缩或拆分后再上传。", "The file is larger than %d MiB.", MaxBytes>>20)
	}
	if size == 0 {
		return Accepted{}, refused("file_empty", fault.Text{ZH: "文件是空的。", EN: "The file is empty."}, fault.Text{ZH: "请检查文件后重新选择。", EN: "Check the file and choose again."})
	}
	whole := func() io.Reader { return io.NewSectionReader(src, 0, size) }
	found, err := mimetype.DetectReader(whole())
	if err != nil {
		return Accepted{}, err
	}
	kind := Type(strings.Split(found.String(), ";")[0])
	if kind == DOCX || kind == XLSX || found.Is("application/zip") {
		if kind, err = office(src, size, kind); err != nil {
			return Accepted{}, err
		}
	}
	if _, taken := extensions[kind]; !taken {
		return Accepted{}, notTaken(kind, found)
	}
	out := &counter{to: to}
	sum := sha256.New()
	if kind.Image() {
		kind, err = reencode(kind, whole, io.MultiWriter(out, sum))
	} else {
		_, err = io.Copy(io.MultiWriter(out, sum), whole())
	}
	if err != nil {
		return Accepted{}, err
	}
	return Accepted{kind, cleanName(name, kind), out.n, hex.EncodeToString(sum.Sum(nil))}, nil
}

type counter struct {
	to io.Writer
	n  int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

func refused(code string, message, hint fault.Text) error {
	return fault.Rules([]fault.Violation{fault.Mistake(code, "/file", message, hint)})
}

func notTaken(kind Type, found *mimetype.MIME) error {
	hint := fault.Text{ZH: "请上传 pdf、jpg、png、webp、docx 或 xlsx 文件。", EN: "Upload a pdf, jpg, png, webp, docx or xlsx file."}
	if found.Is("application/msword") || found.Is("application/vnd.ms-excel") || found.Is("application/x-ole-storage") {
		return refused("file_type", fault.Text{ZH: "这是旧版 Office 文件，或加了密码的文件，不能上传。", EN: "It is a file of an old Office, or one with a password."},
			fault.Text{ZH: "请取消密码，另存为 docx 或 xlsx 后再上传。", EN: "Remove the password and save it as docx or xlsx."})
	}
	return refused("file_type", fault.Textf("按内容看，文件的类型是 %s，不能上传。改文件名不会改变类型。", "By its content the file is %s, which is not taken. Renaming does not change it.", string(kind)), hint)
}

// office looks into a zip file for what makes it a document or a sheet, and for macros. Nothing is inflated.
func office(src io.ReaderAt, size int64, kind Type) (Type, error) {
	damaged := refused("file_damaged", fault.Text{ZH: "文件已损坏，打不开。", EN: "The file is damaged."}, fault.Text{ZH: "请用 Word 或 Excel（WPS）打开并另存后再上传。", EN: "Open it, save it anew, and upload that."})
	z, err := zip.NewReader(src, size)
	if err != nil || len(z.File) > maxEntries {
		return "", damaged
	}
	types := false
	for _, f := range z.File {
		switch name := strings.ToLower(f.Name); {
		case path.Base(name) == "vbaproject.bin":
			return "", refused("file_macro", fault.Text{ZH: "文件里有宏，不能上传。", EN: "The file holds macros."}, fault.Text{ZH: "请另存为不含宏的 docx 或 xlsx。", EN: "Save it as docx or xlsx without macros."})
		case name == "[content_types].xml":
			types = true
		case name == "word/document.xml":
			kind = DOCX
		case name == "xl/workbook.xml":
			kind = XLSX
		}
	}
	if (kind == DOCX || kind == XLSX) && !types {
		return "", damaged
	}
	return kind, nil
}

// cleanName returns a file name that is safe to offer.
func cleanName(name string, kind Type) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.In(r, unicode.Zl, unicode.Zp) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	ending := extensions[kind]
	stem := strings.TrimSuffix(name, path.Ext(name))
	if strings.EqualFold(path.Ext(name), ending) || (kind == JPEG && strings.EqualFold(path.Ext(name), ".jpeg")) {
		ending = strings.ToLower(path.Ext(name))
	}
	stem = strings.Trim(stem, " .")
	if r := []rune(stem); len(r) > maxName-len(ending) {
		stem = string(r[:maxName-len(ending)])
	}
	if stem == "" {
		stem = "file"
	}
	return stem + ending
}
