package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/fault"
	"brandregistry/internal/media"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// sent is a file that is sent under a whole Content-Disposition.
func sent(disposition string) apitest.Scenario {
	body := "--b\r\nContent-Disposition: " + disposition + "\r\n\r\n" + pdf + "\r\n--b--\r\n"
	return apitest.Scenario{Name: disposition, As: "clerk001", Method: "POST", Path: attachPath, Body: []byte(body), Header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"}, Status: 201, Capture: map[string]string{"file": "/id"}}
}

func TestEvidenceNames(t *testing.T) {
	s := brandOf001(t)
	for _, c := range []struct{ disposition, want, offered string }{
		{`form-data; name="file"; filename="a.pdf"`, "a.pdf", `"a.pdf"; filename*=UTF-8''a.pdf`},
		{`form-data; name=file; filename=a.pdf`, "a.pdf", `"a.pdf"; filename*=UTF-8''a.pdf`},
		{`form-data; name="file"`, "file.pdf", `"file.pdf"; filename*=UTF-8''file.pdf`},
		{`form-data; name="file"; filename=""`, "file.pdf", `"file.pdf"; filename*=UTF-8''file.pdf`},
		{`form-data; name="file"; filename="a\"; x=\"b.pdf"`, "a; x=b.pdf", `"a; x=b.pdf"; filename*=UTF-8''a%3B%20x%3Db.pdf`},
		{`form-data; name="file"; filename="%22a%0D%0AX-Evil: b.pdf"`, "aX-Evil b.pdf", `"aX-Evil b.pdf"; filename*=UTF-8''aX-Evil%20b.pdf`},
		{`form-data; name="file"; filename="100%.pdf"`, "100%.pdf", `"100%.pdf"; filename*=UTF-8''100%25.pdf`},
		{`form-data; name="file"; filename="../../etc/passwd"`, "passwd.pdf", `"passwd.pdf"; filename*=UTF-8''passwd.pdf`},
		{`form-data; name="file"; filename="C:\用户\方案.pdf"`, "方案.pdf", `"__.pdf"; filename*=UTF-8''%E6%96%B9%E6%A1%88.pdf`},
		{`form-data; name="file"; filename*=UTF-8''%E6%96%B9%E6%A1%88.pdf`, "方案.pdf", `"__.pdf"; filename*=UTF-8''%E6%96%B9%E6%A1%88.pdf`},
		{`form-data; name="file"; filename="x.pdf"; filename*=utf-8'zh'%E6%96%B9%E6%A1%88.pdf`, "方案.pdf", `"__.pdf"; filename*=UTF-8''%E6%96%B9%E6%A1%88.pdf`},
		{`form-data; name="file"; filename="x.pdf"; filename*=big5''%A4%E8.pdf`, "方.pdf", `"_.pdf"; filename*=UTF-8''%E6%96%B9.pdf`},
		{`form-data; name="file"; filename="x.pdf"; filename*=x-none''%A4%E8.pdf`, "x.pdf", `"x.pdf"; filename*=UTF-8''x.pdf`},
		{`form-data; name="file"; filename="=?Big5?B?u3updy5wZGY=?="`, "認定.pdf", `"__.pdf"; filename*=UTF-8''%E8%AA%8D%E5%AE%9A.pdf`},
		{`form-data; name="file"; filename*0="方"; filename*1="案.pdf"`, "方案.pdf", `"__.pdf"; filename*=UTF-8''%E6%96%B9%E6%A1%88.pdf`},
		{"form-data; name=\"file\"; filename=\"\xb7\xbd\xb0\xb8.pdf\"", "方案.pdf", `"__.pdf"; filename*=UTF-8''%E6%96%B9%E6%A1%88.pdf`}, // GB 18030
		{"form-data; name=\"file\"; filename=\"a\xff.pdf\"", "a.pdf", `"a.pdf"; filename*=UTF-8''a.pdf`},
		{"form-data; name=\"file\"; filename=\"方案\u202efdp.exe\"", "方案fdp.pdf", `"__fdp.pdf"; filename*=UTF-8''%E6%96%B9%E6%A1%88fdp.pdf`},
		{`form-data; name="file"; filename="=?UTF-8?B?6K6k5a6aLnBkZg==?="`, "认定.pdf", `"__.pdf"; filename*=UTF-8''%E8%AE%A4%E5%AE%9A.pdf`}, // RFC 2047
		{`form-data; name="file"; filename="=?gb2312?Q?=C8=CF=B6=A8_=CE=C4=BC=FE.pdf?="`, "认定 文件.pdf", `"__ __.pdf"; filename*=UTF-8''%E8%AE%A4%E5%AE%9A%20%E6%96%87%E4%BB%B6.pdf`},
		{`form-data; name="file"; filename="x.pdf"; filename*=GBK''%C8%CF%B6%A8.pdf`, "认定.pdf", `"__.pdf"; filename*=UTF-8''%E8%AE%A4%E5%AE%9A.pdf`},
		{`form-data; name=file; filename=认定.pdf`, "认定.pdf", `"__.pdf"; filename*=UTF-8''%E8%AE%A4%E5%AE%9A.pdf`},
		{`form-data; name=file; filename=认定 文件.pdf`, "认定 文件.pdf", `"__ __.pdf"; filename*=UTF-8''%E8%AE%A4%E5%AE%9A%20%E6%96%87%E4%BB%B6.pdf`},
		{`form-data; filename=认定.pdf; name=file`, "认定.pdf", `"__.pdf"; filename*=UTF-8''%E8%AE%A4%E5%AE%9A.pdf`},
	} {
		up := sent(c.disposition)
		up.Want = map[string]any{"/file_name": c.want}
		s.Run(t, []apitest.Scenario{
			up,
			{Name: "download", As: "reader", Path: "/evidence/{file}", WantHeader: map[string]string{"Content-Disposition": "attachment; filename=" + c.offered}},
			{Name: "delete", As: "clerk001", Method: "DELETE", Path: "/evidence/{file}", Status: 204},
		})
	}
}

// A malformed form is told where it is wrong and how to mend it.
func TestEvidenceForms(t *testing.T) {
	s := brandOf001(t)
	const header = "multipart/form-data; boundary=b"
	part := func(name, content string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"a.pdf\"\r\n\r\n" + content + "\r\n"
	}
	file := part("file", pdf)
	for _, c := range []struct {
		what, contentType, body string
		status                  int
		code                    fault.Code
		pointer, message, hint  string
	}{
		{"no form", "application/json", `{"file":""}`, 415, fault.UnsupportedMediaType, "", "上传须用 multipart/form-data 表单，文件放在名为 file 的字段里。", ""},
		{"no type", "", file, 415, fault.UnsupportedMediaType, "", "上传须用 multipart/form-data 表单，文件放在名为 file 的字段里。", ""},
		{"a type of no boundary", "multipart/form-data", file + "--b--", 415, fault.UnsupportedMediaType, "", "上传须用 multipart/form-data 表单，文件放在名为 file 的字段里。", ""},
		{"mixed", "multipart/mixed; boundary=b", file + "--b--", 415, fault.UnsupportedMediaType, "", "上传须用 multipart/form-data 表单，文件放在名为 file 的字段里。", ""},
		{"nothing", header, "", 400, fault.InvalidRequest, "", "上传的表单不完整，或格式有误。", "请重新上传。"},
		{"no parts", header, "--b--\r\n", 400, fault.InvalidRequest, "/file", "没有选择文件。", "请选择一个文件后再上传；由程序上传的，放在名为 file 的字段里。"},
		{"no file", header, strings.Replace(part("purpose", "logo"), `; filename="a.pdf"`, "", 1) + "--b--", 400, fault.InvalidRequest, "/file", "没有选择文件。", "请选择一个文件后再上传；由程序上传的，放在名为 file 的字段里。"},
		{"two files", header, file + file + "--b--", 400, fault.InvalidRequest, "/file", `字段 "file" 给了不止一次。`, "一次上传一个文件。"},
		{"two purposes", header, part("purpose", "logo") + part("purpose", "logo") + file + "--b--", 400, fault.InvalidRequest, "/purpose", `字段 "purpose" 给了不止一次。`, "一次上传一个文件。"},
		{"an unknown field", header, part("note/1~", "x") + file + "--b--", 400, fault.InvalidRequest, "/note~11~0", `没有名为 "note/1~" 的字段。`, "此处的字段：file, purpose。"},
		{"another case", header, part("File", pdf) + "--b--", 400, fault.InvalidRequest, "/File", `没有名为 "File" 的字段。`, "此处的字段：file, purpose。"},
		{"no name", header, "--b\r\n\r\nx\r\n" + file + "--b--", 400, fault.InvalidRequest, "", "表单里有一部分没有字段名。", "请在 Content-Disposition 中写明 name：file 或 purpose。"},
		{"another kind of part", header, strings.Replace(file, "form-data", "attachment", 1) + "--b--", 400, fault.InvalidRequest, "", `表单里有一部分的 Content-Disposition 是 "attachment"，不是 form-data。`, `请写成：Content-Disposition: form-data; name="file"; filename="认定.pdf"`},
		{"a name twice", header, strings.Replace(file, "; filename", `; name="logo"; filename`, 1) + "--b--", 400, fault.InvalidRequest, "", "表单里有一部分的 Content-Disposition 写了不止一次 name。", "请只写一次。"},
		{"an empty name", header, part("", pdf) + "--b--", 400, fault.InvalidRequest, "", "表单里有一部分没有字段名。", "请在 Content-Disposition 中写明 name：file 或 purpose。"},
		{"a bad purpose", header, part("purpose", "Logo") + file + "--b--", 400, fault.InvalidRequest, "/purpose", `没有 "Logo" 这种用途。`, "请填 evidence（佐证材料）或 logo（品牌标识），或不填。"},
		{"a purpose of other bytes", header, part("purpose", "logo\xff") + file + "--b--", 400, fault.InvalidRequest, "/purpose", `没有 "logo\xff" 这种用途。`, "请填 evidence（佐证材料）或 logo（品牌标识），或不填。"},
		{"cut off in the file", header, file[:len(file)-9], 400, fault.InvalidRequest, "", "上传的表单不完整，或格式有误。", "请重新上传。"},
		{"cut off after the file", header, file + "--b\r\n", 400, fault.InvalidRequest, "", "上传的表单不完整，或格式有误。", "请重新上传。"},
		{"another boundary", header, "--c\r\n" + file[len("--b\r\n"):] + "--c--", 400, fault.InvalidRequest, "", "上传的表单不完整，或格式有误。", "请重新上传。"},
		{"a name instead of a file", header, "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n认定.pdf\r\n--b--", 422, fault.RuleViolation, "/file", "字段 file 里是一段文字，不是文件。", "请选择文件后再上传；由程序上传的，把文件本身连同文件名放进去（如 curl -F file=@文件）。"},
		{"an empty file", header, part("file", "") + "--b--", 422, fault.RuleViolation, "/file", "文件是空的。", "请检查文件后重新选择。"},
		{"a program", header, part("file", "MZ\x90\x00\x03\x00\x00\x00\x00\x00") + "--b--", 422, fault.RuleViolation, "/file", "按内容看，这是 exe 文件，不能上传。改文件名不会改变类型。", "请上传 pdf、ofd、jpg、png、webp、docx 或 xlsx 文件；其他文件可以先转成 PDF。"},
		{"a picture cut off", header, part("file", "\xff\xd8\xff\xe0") + "--b--", 422, fault.RuleViolation, "/file", "图片已损坏，或格式特殊，打不开。", "请用看图软件打开，另存为 jpg 或 png 后再上传。"},
	} {
		t.Run(c.what, func(t *testing.T) {
			r := s.Do(t, apitest.Request{Method: "POST", As: "clerk001", Path: attachPath, Body: []byte(c.body), Header: map[string]string{"Content-Type": c.contentType}})
			var p v1.Problem
			r.Decode(&p)
			if r.Status != c.status || p.Code != c.code {
				t.Fatalf("%d %s", r.Status, r.Body)
			}
			if c.hint == "" {
				if p.Detail != c.message {
					t.Errorf("%q, want %q", p.Detail, c.message)
				}
				return
			}
			if v := p.Violations[0]; v.Pointer != c.pointer || v.Message != c.message || v.Hint != c.hint || !strings.Contains(p.Detail, c.message) {
				t.Errorf("%+v", v)
			}
		})
	}
	s.Run(t, []apitest.Scenario{{Name: "nothing is kept", As: "reader", Path: attachPath, Want: map[string]any{"/items": []any{}}}})
}

// send sends a body of a length that may not be announced.
func send(t testing.TB, s *apitest.Server, path string, body io.Reader, length int64) *httptest.ResponseRecorder {
	t.Helper()
	q := httptest.NewRequestWithContext(t.Context(), http.MethodPost, v1.Base+path, body)
	q.ContentLength = length
	q.Header.Set("Authorization", "Bearer "+apitest.Token("clerk001"))
	q.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, q)
	return w
}

// bigForm is a form with a PDF file of a size.
func bigForm(size int64) (io.Reader, int64) {
	head, tail := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-", "\r\n--b--\r\n"
	return io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, size-5), strings.NewReader(tail)), int64(len(head)+len(tail)) + size - 5
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestLargeUploads(t *testing.T) {
	s := brandOf001(t)
	path := "/brands/" + s.Captured("id") + "/evidence"
	for _, announced := range []bool{true, false} {
		for size, status := range map[int64]int{media.MaxBytes: 201, media.MaxBytes + 1: 413, media.MaxBytes * 3: 413} {
			body, length := bigForm(size)
			if !announced {
				length = -1
			}
			w := send(t, s, path, body, length)
			if w.Code != status {
				t.Errorf("%d bytes, announced %v: %d %s", size, announced, w.Code, w.Body)
			}
			if status == 413 && (!strings.Contains(w.Body.String(), `"code":"too_large"`) || !strings.Contains(w.Body.String(), "文件超过 10 MiB，请压缩或拆分后再上传。")) {
				t.Errorf("%s", w.Body)
			}
		}
	}
	s.Run(t, []apitest.Scenario{{Name: "two are kept", As: "reader", Path: attachPath + "?count=true", Want: map[string]any{"/total": 2, "/items/0/size_bytes": media.MaxBytes}}})
}

// One request that is wrong in every way is told so in the order of the contract.
func TestEvidenceOrderOfRefusal(t *testing.T) {
	s := brandOf001(t)
	s.Run(t, []apitest.Scenario{
		{Name: "submit", As: "clerk001", Method: "POST", Path: "/brands/{id}/submit", Header: match("v"), Capture: map[string]string{"v": "ETag"}},
		{Name: "reject", As: "reviewer", Method: "POST", Path: "/brands/{id}/reject", Header: match("v"), Body: `{"reason":"不是品牌"}`},
	})
	exe, header := form(t, "a.exe", []byte("MZ"))
	huge, hugeHeader := form(t, "a.exe", make([]byte, media.MaxBytes+1))
	asJSON := map[string]string{"Content-Type": "application/json"}
	wrong := func(name, as, path, body string, header map[string]string, status int, code fault.Code) apitest.Scenario {
		return apitest.Scenario{Name: name, As: as, Method: "POST", Path: path, Body: []byte(body), Header: header, Status: status, Code: code}
	}
	const none = "/brands/0199c1d0-0000-7000-a000-ffffffffffff/evidence?x=1"
	s.Run(t, []apitest.Scenario{
		wrong("nobody", "", none, huge, asJSON, 401, fault.Unauthenticated),
		wrong("a role that uploads nothing", "reviewer", none, huge, asJSON, 403, fault.Forbidden),
		wrong("no brand", "clerk001", none, huge, asJSON, 404, fault.NotFound),
		wrong("another's brand", "clerk002", attachPath+"?x=1", huge, asJSON, 404, fault.NotFound),
		wrong("too large", "clerk001", attachPath+"?x=1", huge+strings.Repeat("\r\n", 64<<10), asJSON, 413, fault.TooLarge),
		wrong("too large in the file", "clerk001", attachPath+"?x=1", huge, hugeHeader, 413, fault.TooLarge),
		wrong("no form", "clerk001", attachPath+"?x=1", exe, asJSON, 415, fault.UnsupportedMediaType),
		wrong("a query", "clerk001", attachPath+"?x=1", exe, header, 400, fault.InvalidRequest),
		wrong("a state", "clerk001", attachPath, exe, header, 409, fault.WrongState),
		{Name: "reopen", As: "clerk001", Method: "GET", Path: "/brands/{id}", Capture: map[string]string{"v": "ETag"}},
		{Name: "reopen it", As: "clerk001", Method: "POST", Path: "/brands/{id}/reopen", Header: match("v")},
		wrong("a file", "clerk001", attachPath, exe, header, 422, fault.RuleViolation),
	})
}
