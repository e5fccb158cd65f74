package v1

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/fault"
	"brandregistry/internal/media"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// formRoom is how much larger a form may be than the file in it.
const formRoom = 64 << 10

// uploaded is a file that was sent: in its safe form, on disk until it is closed, or with why it cannot
// be taken.
type uploaded struct {
	file    brand.File
	content *os.File
	refusal error // RuleViolation
}

func (u *uploaded) close() { discard(u.content) }

// spool makes a file that is gone once it is closed, or the program ends.
func spool() (*os.File, error) {
	f, err := os.CreateTemp("", "upload-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		discard(f)
		return nil, err
	}
	return f, nil
}

func discard(f *os.File) {
	if f != nil {
		_ = f.Close()
	}
}

// upload reads a form with a file and its purpose, asks mayAttach whether the file can be added, and makes
// it safe. It fails with TooLarge, UnsupportedMediaType, InvalidRequest, StorageFull, what mayAttach
// fails with, and Unavailable.
func (r *request) upload(mayAttach func(brand.Purpose) error) (*uploaded, error) {
	r.decoded = true
	body := &formBody{from: r.gin.Request.Body, left: formRoom}
	up, err := r.receive(body, mayAttach)
	return up, diskFault(err)
}

func (r *request) receive(body *formBody, mayAttach func(brand.Purpose) error) (*uploaded, error) {
	if r.gin.Request.ContentLength > media.MaxBytes+formRoom {
		return nil, fileTooLarge()
	}
	kind, params, err := mime.ParseMediaType(r.gin.Request.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" || len(r.gin.Request.Header["Content-Type"]) != 1 {
		return nil, fault.New(fault.UnsupportedMediaType, "上传须用 multipart/form-data 表单，文件放在名为 file 的字段里。", "Upload a multipart/form-data form with the file in the field file.")
	}
	if err := requirePlain(r.gin.Request.Header); err != nil {
		return nil, err
	}
	raw, err := spool()
	if err != nil {
		return nil, err
	}
	defer discard(raw)
	sent, err := readForm(body, params["boundary"], raw)
	if err != nil {
		return nil, r.formFault(err)
	}
	if r.body, err = json.Marshal(sent, json.Deterministic(true), jsontext.AllowInvalidUTF8(true)); err != nil { // what a repeated request is told by
		return nil, err
	}
	if err := mayAttach(sent.Purpose); err != nil {
		return nil, err
	}
	safe, err := spool()
	if err != nil {
		return nil, err
	}
	up := &uploaded{brand.File{Purpose: sent.Purpose}, safe, nil}
	switch got, err := r.api.files.Accept(r.ctx, r.who.ID, raw, sent.Size, sent.Name, safe); {
	case err == nil:
		up.file = brand.File{Purpose: sent.Purpose, Name: got.Name, MediaType: string(got.Type), SizeBytes: got.Size, SHA256: got.SHA256, Image: got.Type.Image()}
	case fault.Is(err, fault.RuleViolation) && sent.text:
		up.refusal = fault.Rules([]fault.Violation{fault.Mistake("file_type", "/file", fault.Text{ZH: "字段 file 里是一段文字，不是文件。", EN: "The field file holds a text, not a file."},
			fault.Text{ZH: "请选择文件后再上传；由程序上传的，把文件本身连同文件名放进去（如 curl -F file=@文件）。", EN: "Choose a file; a program puts the file itself with its name there, as curl -F file=@FILE does."})})
	case fault.Is(err, fault.RuleViolation):
		up.refusal = err
	default:
		up.close()
		return nil, err
	}
	return up, nil
}

// sentForm is what a form held.
type sentForm struct {
	Purpose brand.Purpose `json:"purpose"`
	Name    string        `json:"name"`
	Size    int64         `json:"size"`
	SHA256  string        `json:"sha256"`
	text    bool          // it came as a text, without the name of a file
}

// formBody is the body of a form. What is not in the file is held in memory and has only so much room.
// Where the body ends without the closing boundary, that is unexpected: the reader of forms takes an end
// before a part's header for the form's.
type formBody struct {
	from  io.Reader
	left  int64
	close string // the closing boundary
	tail  []byte // what was read last
}

func (b *formBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fault.New(fault.TooLarge, "表单里除文件以外的内容超过 %s，请去掉。", "What is in the form beside the file is larger than %s.", sizeText(formRoom))
	}
	n, err := b.from.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	keep := len(b.close) + 16
	b.tail = append(b.tail, p[max(0, n-keep):n]...)
	b.tail = append(b.tail[:0], b.tail[max(0, len(b.tail)-keep):]...)
	if err == io.EOF && !bytes.HasSuffix(bytes.TrimRight(b.tail, " \t\r\n"), []byte(b.close)) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// readForm reads a form, its file into the one given.
func readForm(body *formBody, boundary string, into io.Writer) (sentForm, error) {
	body.close = "--" + boundary + "--"
	form := multipart.NewReader(body, boundary)
	sent := sentForm{Purpose: brand.ForEvidence}
	seen := map[string]bool{}
	for {
		part, err := form.NextRawPart()
		if err == io.EOF { // and no error that wraps it
			break
		}
		if err != nil {
			return sent, err
		}
		header, err := readPartHeader(part.Header)
		if err != nil {
			return sent, err
		}
		name := header.field
		if seen[name] {
			return sent, fault.Invalid(pointerTo(name), fault.Textf("字段 %q 给了不止一次。", "The field %q is repeated.", name), fault.Text{ZH: "一次上传一个文件。", EN: "Upload one file at a time."})
		}
		seen[name] = true
		switch name {
		case "file":
			body.left = media.MaxBytes + formRoom
			sent.Name, sent.text = header.file, !header.named
			if err := sent.read(part, into); err != nil {
				return sent, err
			}
			body.left = formRoom
		case "purpose":
			text, err := io.ReadAll(io.LimitReader(part, 100))
			if err != nil {
				return sent, err
			}
			if len(text) == 0 { // of a form whose choice was left open: not given
				continue
			}
			sent.Purpose = brand.Purpose(text)
			if !slices.Contains([]brand.Purpose{brand.ForEvidence, brand.ForLogo}, sent.Purpose) {
				return sent, fault.Invalid("/purpose", fault.Textf("没有 %q 这种用途。", "There is no purpose %q.", string(text)), fault.Text{ZH: "请填 evidence（佐证材料）或 logo（品牌标识），或不填。", EN: "Give evidence, logo, or nothing."})
			}
		default:
			return sent, fault.Invalid(pointerTo(name), fault.Textf("没有名为 %q 的字段。", "There is no field %q.", name), fault.Text{ZH: "此处的字段：file, purpose。", EN: "The fields here: file, purpose."})
		}
	}
	if !seen["file"] || sent.Name == "" && sent.Size == 0 { // a browser sends the latter when none was chosen
		return sent, fault.Invalid("/file", fault.Text{ZH: "没有选择文件。", EN: "There is no file."}, fault.Text{ZH: "请选择一个文件后再上传；由程序上传的，放在名为 file 的字段里。", EN: "Choose a file; a program puts it in the field file."})
	}
	return sent, nil
}

// read reads the file of a form. It fails with TooLarge.
func (s *sentForm) read(part *multipart.Part, into io.Writer) (err error) {
	sum := sha256.New()
	if s.Size, err = io.Copy(io.MultiWriter(into, sum), io.LimitReader(part, media.MaxBytes+1)); err != nil {
		return err
	}
	if s.Size > media.MaxBytes {
		return fileTooLarge()
	}
	s.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// pointerTo is the JSON pointer to a field.
func pointerTo(field string) string {
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(field)
}

func fileTooLarge() error {
	return fault.New(fault.TooLarge, "文件超过 %s，请压缩或拆分后再上传。", "The file is larger than %s. Compress or split it.", sizeText(media.MaxBytes))
}

// diskFault is StorageFull where the disk had no room for a file, else the error itself.
func diskFault(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.New(fault.StorageFull, "存储空间不足，未保存。请联系信息中心清理磁盘后重试。", "The storage is full; nothing was saved. Free disk space and try again.").Because(err)
	}
	return err
}

// formFault says what a form could not be read for.
func (r *request) formFault(err error) error {
	var known *fault.Error
	var disk *fs.PathError
	switch {
	case errors.As(err, &known), errors.As(err, &disk):
		return err
	case errors.Is(err, os.ErrDeadlineExceeded):
		return tooSlow(err)
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	}
	return fault.Invalid("", fault.Text{ZH: "上传的表单不完整，或格式有误。", EN: "The form is incomplete or malformed."}, fault.Text{ZH: "请重新上传。", EN: "Upload it again."}).Because(err)
}
