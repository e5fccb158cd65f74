package v1

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/fault"
	"brandregistry/internal/media"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"slices"

	"github.com/go-json-experiment/json"
)

// formRoom is how much larger a form may be than the file in it.
const formRoom = 64 << 10

// uploaded is a file that was sent, in its safe form, on disk until it is closed.
type uploaded struct {
	file    brand.File
	content *os.File
}

func (u *uploaded) close() { discard(u.content) }

// spool makes a file that is gone once it is closed, or the program ends.
func spool() (*os.File, error) {
	f, err := os.CreateTemp("", "upload-*")
	if err == nil {
		err = os.Remove(f.Name())
	}
	return f, err
}

func discard(f *os.File) {
	if f != nil {
		_ = f.Close()
	}
}

// upload reads a form with a file and its purpose, and makes the file safe. It fails with TooLarge,
// UnsupportedMediaType, InvalidRequest, and RuleViolation for a file that cannot be taken.
func (r *request) upload() (*uploaded, error) {
	r.decoded = true
	const most = media.MaxBytes + formRoom
	if r.gin.Request.ContentLength > most {
		return nil, fileTooLarge()
	}
	kind, params, err := mime.ParseMediaType(r.gin.Request.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" || len(r.gin.Request.Header["Content-Type"]) != 1 {
		return nil, fault.New(fault.UnsupportedMediaType, "上传须用 multipart/form-data 表单，文件放在名为 file 的字段里。", "Upload a multipart/form-data form with the file in the field file.")
	}
	if err := r.query(&struct{}{}); err != nil {
		return nil, err
	}
	raw, err := spool()
	if err != nil {
		return nil, err
	}
	defer discard(raw)
	form := multipart.NewReader(http.MaxBytesReader(r.gin.Writer, r.gin.Request.Body, most), params["boundary"])
	sent, err := readForm(form, raw)
	if err != nil {
		return nil, r.formFault(err)
	}
	if r.body, err = json.Marshal(sent, json.Deterministic(true)); err != nil { // what a repeated request is told by
		return nil, err
	}
	safe, err := spool()
	if err != nil {
		return nil, err
	}
	got, err := media.Accept(raw, sent.Size, sent.Name, safe)
	if err != nil {
		discard(safe)
		return nil, err
	}
	return &uploaded{brand.File{Purpose: sent.Purpose, Name: got.Name, MediaType: string(got.Type), SizeBytes: got.Size, SHA256: got.SHA256, Image: got.Type.Image()}, safe}, nil
}

// sentForm is what a form held.
type sentForm struct {
	Purpose brand.Purpose `json:"purpose"`
	Name    string        `json:"name"`
	Size    int64         `json:"size"`
	SHA256  string        `json:"sha256"`
}

// readForm reads a form, its file into the one given.
func readForm(form *multipart.Reader, into io.Writer) (sentForm, error) {
	sent := sentForm{Purpose: brand.ForEvidence}
	seen := map[string]bool{}
	for {
		part, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return sent, err
		}
		name := part.FormName()
		if seen[name] {
			return sent, fault.Invalid("/"+name, fault.Textf("字段 %q 给了不止一次。", "The field %q is repeated.", name), fault.Text{ZH: "一次上传一个文件。", EN: "Upload one file at a time."})
		}
		seen[name] = true
		switch name {
		case "file":
			sum := sha256.New()
			sent.Name = part.FileName()
			if sent.Size, err = io.Copy(io.MultiWriter(into, sum), io.LimitReader(part, media.MaxBytes+1)); err != nil {
				return sent, err
			}
			if sent.Size > media.MaxBytes {
				return sent, fileTooLarge()
			}
			sent.SHA256 = hex.EncodeToString(sum.Sum(nil))
		case "purpose":
			text, err := io.ReadAll(io.LimitReader(part, 100))
			if err != nil {
				return sent, err
			}
			sent.Purpose = brand.Purpose(text)
			if !slices.Contains([]brand.Purpose{brand.ForEvidence, brand.ForLogo}, sent.Purpose) {
				return sent, fault.Invalid("/purpose", fault.Textf("没有 %q 这种用途。", "There is no purpose %q.", string(text)), fault.Text{ZH: "请填 evidence（佐证材料）或 logo（品牌标识），或不填。", EN: "Give evidence, logo, or nothing."})
			}
		default:
			return sent, fault.Invalid("/"+name, fault.Textf("没有名为 %q 的字段。", "There is no field %q.", name), fault.Text{ZH: "此处的字段：file, purpose。", EN: "The fields here: file, purpose."})
		}
	}
	if !seen["file"] {
		return sent, fault.Invalid("/file", fault.Text{ZH: "没有选择文件。", EN: "There is no file."}, fault.Text{ZH: "请把文件放在名为 file 的字段里。", EN: "Put the file in the field file."})
	}
	return sent, nil
}

func fileTooLarge() error {
	return fault.New(fault.TooLarge, "文件超过 %s，请压缩或拆分后再上传。", "The file is larger than %s.", sizeText(media.MaxBytes))
}

// formFault says what a form could not be read for.
func (r *request) formFault(err error) error {
	var known *fault.Error
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &large):
		return fileTooLarge()
	case r.ctx.Err() != nil && !errors.Is(err, os.ErrDeadlineExceeded):
		return r.ctx.Err()
	}
	return fault.Invalid("", fault.Text{ZH: "上传的表单不完整，或格式有误。", EN: "The form is incomplete or malformed."}, fault.Text{ZH: "请重新上传。", EN: "Upload it again."}).Because(err)
}
