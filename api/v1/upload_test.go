package v1

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/fault"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

const (
	formPDF     = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
	filePart    = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: text/html\r\n\r\n" + formPDF + "\r\n"
	purposePart = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nlogo\r\n"
)

func readText(body string, into io.Writer) (sentForm, *formBody, error) {
	b := &formBody{from: strings.NewReader(body), left: formRoom}
	sent, err := readForm(b, "b", into)
	return sent, b, err
}

func TestReadForm(t *testing.T) {
	sum := sha256.Sum256([]byte(formPDF))
	file := func(p brand.Purpose) sentForm {
		return sentForm{p, "a.pdf", int64(len(formPDF)), hex.EncodeToString(sum[:]), false}
	}
	for what, c := range map[string]struct {
		body string
		want sentForm
	}{
		"a file":                          {filePart + "--b--\r\n", file(brand.ForEvidence)},
		"a file and its purpose":          {filePart + purposePart + "--b--\r\n", file(brand.ForLogo)},
		"the purpose first":               {purposePart + filePart + "--b--\r\n", file(brand.ForLogo)},
		"no line's end after the last":    {filePart + "--b--", file(brand.ForEvidence)},
		"spaces after the last":           {filePart + "--b-- \t \r\n", file(brand.ForEvidence)},
		"something before and after":      {"preamble\r\n" + filePart + "--b--\r\nepilogue\r\n" + purposePart, file(brand.ForEvidence)},
		"lines that end as on Unix":       {strings.ReplaceAll(purposePart, "\r", "") + strings.ReplaceAll(filePart, "\r", "") + "--b--", file(brand.ForLogo)},
		"a boundary within a line":        {strings.Replace(filePart, formPDF, "x--b--\r\nx", 1) + "--b--", sentForm{brand.ForEvidence, "a.pdf", 9, sumOf("x--b--\r\nx"), false}},
		"nothing of it decoded":           {strings.Replace(filePart, "Content-Type: text/html", "Content-Transfer-Encoding: quoted-printable", 1) + "--b--", file(brand.ForEvidence)},
		"an empty file":                   {strings.Replace(filePart, formPDF, "", 1) + "--b--", sentForm{brand.ForEvidence, "a.pdf", 0, sumOf(""), false}},
		"a file's name as browsers write": {strings.Replace(filePart, "a.pdf", "%22%0D%0A%41.pdf", 1) + "--b--", sentForm{brand.ForEvidence, "\"\r\n%41.pdf", int64(len(formPDF)), hex.EncodeToString(sum[:]), false}},
	} {
		var content bytes.Buffer
		got, _, err := readText(c.body, &content)
		if err != nil || got != c.want || int64(content.Len()) != got.Size {
			t.Errorf("%s: %+v, %v; want %+v", what, got, err, c.want)
		}
	}
}

func sumOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// A form that is cut off anywhere is not taken for one of fewer fields.
func TestCutForm(t *testing.T) {
	for _, whole := range []string{filePart + purposePart + "--b--\r\n", strings.ReplaceAll(filePart+purposePart+"--b--\n", "\r", "")} {
		end := strings.LastIndex(whole, "--b--") + len("--b--")
		for n := range end {
			if sent, _, err := readText(whole[:n], io.Discard); err == nil {
				t.Errorf("%q is taken for %+v", whole[:n], sent)
			}
		}
		for _, n := range []int{end, len(whole)} {
			if sent, _, err := readText(whole[:n], io.Discard); err != nil || sent.Purpose != brand.ForLogo {
				t.Errorf("%q: %+v, %v", whole[:n], sent, err)
			}
		}
	}
}

// What is not in the file is read only so far.
func TestFormRoom(t *testing.T) {
	long := strings.Repeat("x", 3*formRoom)
	header := "--b\r\nX-Long: " + long + "\r\n"
	for what, body := range map[string]string{
		"before the first part": "x\r\n" + strings.Repeat("--\r\n", formRoom) + filePart + "--b--",
		"in a header":           header + filePart[len("--b\r\n"):] + "--b--",
		"in a second header":    filePart + header + purposePart[len("--b\r\n"):] + "--b--",
		"in the purpose":        strings.Replace(purposePart, "logo", "logo"+long, 1) + filePart + "--b--",
	} {
		_, body, err := readText(body, io.Discard)
		if err == nil || body.left < 0 {
			t.Errorf("%s: %v, %d bytes left", what, err, body.left)
		}
	}
	_, _, err := readText(header+filePart[len("--b\r\n"):]+"--b--", io.Discard)
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.TooLarge || f.Detail.ZH != "表单里除文件以外的内容超过 64 KiB，请去掉。" {
		t.Errorf("%v", err)
	}
}

// uploading is a request that uploads.
func uploading(t testing.TB, contentType string, body io.Reader) *request {
	t.Helper()
	q := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", body)
	if contentType != "" {
		q.Header.Set("Content-Type", contentType)
	}
	return &request{api: &api{validator: newValidator()}, gin: &gin.Context{Request: q}, ctx: t.Context()}
}

// anyPurpose lets every file be added.
func anyPurpose(brand.Purpose) error { return nil }

const formB = "multipart/form-data; boundary=b"

// A full disk is told as such, also where the form was read; another failure of the disk is internal.
func TestUploadToAFullDisk(t *testing.T) {
	r := uploading(t, formB, nil)
	for errno, want := range map[error]fault.Code{syscall.ENOSPC: fault.StorageFull, syscall.EDQUOT: fault.StorageFull, syscall.EIO: ""} {
		_, _, err := readText(filePart+"--b--", brokenDisk{&fs.PathError{Op: "write", Path: "upload", Err: errno}})
		err = diskFault(r.formFault(err))
		if (want != "" && !fault.Is(err, want)) || !errors.Is(err, errno) || fault.Is(err, fault.InvalidRequest) {
			t.Errorf("%v becomes %v", errno, err)
		}
	}
	if f := (*fault.Error)(nil); !errors.As(diskFault(syscall.ENOSPC), &f) || f.Detail.ZH != "存储空间不足，未保存。请联系信息中心清理磁盘后重试。" {
		t.Error(f)
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	if _, err := uploading(t, formB, strings.NewReader(filePart+"--b--")).upload(anyPurpose); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a directory for it: %v", err)
	}
}

type brokenDisk struct{ err error }

func (d brokenDisk) Write([]byte) (int, error) { return 0, d.err }

// gated is read once, for its type, and then not before the gate opens.
type gated struct {
	io.ReaderAt
	reads int
	gate  chan struct{}
}

func (g *gated) ReadAt(p []byte, off int64) (int, error) {
	if g.reads++; g.reads == 2 {
		<-g.gate
	}
	return g.ReaderAt.ReadAt(p, off)
}

// A picture that waits for another's to be decoded is refused after a while; one that cannot be added is
// refused at once.
func TestStateIsCheckedBeforeDecoding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
		form := strings.Replace(filePart, formPDF, png, 1) + "--b--"
		r, gate, done := uploading(t, formB, strings.NewReader(form)), make(chan struct{}), make(chan error)
		go func() {
			_, err := r.api.files.Accept(t.Context(), "other", &gated{strings.NewReader(png), 0, gate}, int64(len(png)), "a.png", io.Discard)
			done <- err
		}()
		synctest.Wait()
		start := time.Now()
		wrong := fault.New(fault.WrongState, "不能增减材料。", "No files.")
		if _, err := r.upload(func(brand.Purpose) error { return wrong }); !errors.Is(err, wrong) || time.Since(start) > 0 {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		r.gin.Request.Body = io.NopCloser(strings.NewReader(form))
		var f *fault.Error
		if _, err := r.upload(anyPurpose); !errors.As(err, &f) || f.Code != fault.Unavailable || f.RetryAfter != 5*time.Second || time.Since(start) != 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		close(gate)
		if err := <-done; !fault.Is(err, fault.RuleViolation) {
			t.Error(err)
		}
	})
}

// Nothing is left of an upload, refused or taken.
func TestNoFilesAreLeft(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	before := openFiles(t)
	for _, body := range []string{filePart + "--b--", filePart, strings.Replace(filePart, "%PDF", "nope", 1) + "--b--", purposePart + "--b--"} {
		up, err := uploading(t, formB, strings.NewReader(body)).upload(anyPurpose)
		if err == nil {
			up.close()
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v, %v are left", err, left)
	}
	if after := openFiles(t); after > before {
		t.Errorf("%d files are open, %d were", after, before)
	}
}

// openFiles counts the process's open files where the system tells them.
func openFiles(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}

// Whatever is sent is taken, or refused as the contract has it; what is taken is a file of the form.
func FuzzUpload(f *testing.F) {
	for _, seed := range []string{
		filePart + "--b--\r\n", purposePart + filePart + "--b--", filePart + filePart + "--b--", purposePart + "--b--", filePart, "--b--", "",
		strings.Replace(filePart, "a.pdf", `x\"%22\xff.pdf`, 1) + "--b--", strings.Replace(filePart, "filename=", "filename*=gb18030''%c8%cf; filename=", 1) + "--b--",
		strings.Replace(filePart, `"a.pdf"`, `"=?UTF-8?B?6K6k5a6aLnBkZg==?="`, 1) + "--b--", strings.Replace(filePart, `"a.pdf"`, "认定;a b.pdf", 1) + "--b--",
		strings.Replace(filePart, `"a.pdf"`, `"=?gbk?q?=C8=CF?= =?gbk?b?tqg?=; filename*0*=gbk''%c8; filename*1=x`, 1) + "--b--",
		strings.Replace(filePart, formPDF, "", 1) + "--b--", strings.Replace(purposePart, "purpose", "a/b~", 1) + "--b--", "--b\r\n\r\n\r\n--b--",
	} {
		f.Add(formB, []byte(seed))
	}
	f.Add("application/json", []byte("{}"))
	f.Add(`multipart/form-data; boundary="`+strings.Repeat("b", 80)+`"`, []byte("--b"))
	f.Add("multipart/form-data; boundary=-", []byte("---\r\n\r\n----"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		r := uploading(t, "", bytes.NewReader(body))
		r.gin.Request.Header["Content-Type"] = []string{contentType}
		up, err := r.upload(anyPurpose)
		var e *fault.Error
		if err != nil {
			known := errors.As(err, &e) && (e.Code == fault.TooLarge || e.Code == fault.UnsupportedMediaType || e.Code == fault.InvalidRequest)
			if !known || e.Detail.ZH == "" || e.Code == fault.InvalidRequest && e.Violations[0].Hint.ZH == "" {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		defer up.close()
		if len(r.body) == 0 || !utf8.Valid(r.body) {
			t.Errorf("%q is what it would be known by", r.body)
		}
		if up.refusal != nil {
			if !fault.Is(up.refusal, fault.RuleViolation) {
				t.Errorf("%v is no refusal", up.refusal)
			}
			return
		}
		if _, err := up.content.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(up.content)
		if err != nil {
			t.Fatal(err)
		}
		if up.file.SizeBytes != int64(len(content)) || up.file.SHA256 != sumOf(string(content)) || up.file.Name == "" || !utf8.ValidString(up.file.Name) {
			t.Errorf("%+v of %q", up.file, content)
		}
		if !up.file.Image && !bytes.Contains(body, content) {
			t.Errorf("%q was not sent in %q", content, body)
		}
		if p := up.file.Purpose; p != brand.ForEvidence && p != brand.ForLogo {
			t.Errorf("the purpose is %q", p)
		}
	})
}
