package v1_test

import (
	"archive/zip"
	"brandregistry/api/apitest"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/media"
	"brandregistry/internal/store"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// brandOf001 serves a registry with a brand of clerk001, {id}, whose version is {v}.
func brandOf001(t *testing.T, options ...apitest.Option) *apitest.Server {
	t.Helper()
	s := apitest.New(t, append(options, withBrandPolicy)...)
	s.Run(t, []apitest.Scenario{{Name: "a brand", As: "clerk001", Method: "POST", Path: "/brands", Body: brandBody("330109001", "红色引擎"), Status: 201, Capture: map[string]string{"v": "ETag", "id": "/id"}}})
	t.Cleanup(func() {
		err := s.Store.View(context.Background(), func(tx *store.Reader) error {
			_, err := tx.Check(nil, func(f audit.Finding) { t.Errorf("check: %s", f) })
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	return s
}

const attachPath = "/brands/{id}/evidence"

// attach is a scenario that uploads a file as clerk001 and captures its id.
func attach(t *testing.T, as, name string, content []byte, fields ...string) apitest.Scenario {
	t.Helper()
	body, header := form(t, name, content, fields...)
	return apitest.Scenario{Name: "attach " + as, As: "clerk001", Method: "POST", Path: attachPath, Body: []byte(body), Header: header, Status: 201, Capture: map[string]string{as: "/id"}}
}

func refusedAs(c apitest.Scenario, status int, code fault.Code) apitest.Scenario {
	c.Status, c.Code, c.Capture = status, code, nil
	return c
}

func docxFile(t *testing.T) []byte {
	return zipFile(t, map[string]string{
		"[Content_Types].xml": `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"word/document.xml":   "<document/>",
	})
}

// ofdFile is an OFD file (GB/T 33190).
func ofdFile(t *testing.T) []byte {
	return zipFile(t, map[string]string{
		"OFD.xml":            `<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`,
		"Doc_0/Document.xml": `<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"/>`,
	})
}

// zipFile is an archive of files by name.
func zipFile(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// An OFD file is evidence, and an attachment only.
func TestOFDIsEvidence(t *testing.T) {
	s := brandOf001(t)
	up := attach(t, "ofd", "批文.OFD", ofdFile(t))
	up.Want = map[string]any{"/file_name": "批文.ofd", "/media_type": "application/ofd"}
	logo := refusedAs(attach(t, "", "标识.ofd", ofdFile(t), "purpose", "logo"), 422, fault.RuleViolation)
	logo.Rules = []string{"logo_not_image"}
	s.Run(t, []apitest.Scenario{
		up, logo,
		{Name: "it is downloaded", As: "reader", Path: "/evidence/{ofd}", WantHeader: map[string]string{"Content-Type": "application/ofd", "Content-Disposition": `attachment; filename="__.ofd"; filename*=UTF-8''%E6%89%B9%E6%96%87.ofd`}},
		{Name: "the rules tell so", As: "reader", Path: "/brand-rules", Contains: []string{`"media_types":["application/pdf","application/ofd",`, `"logo_types":["image/jpeg","image/png","image/webp"]`}},
	})
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func TestEvidence(t *testing.T) {
	s := brandOf001(t)
	content := append([]byte(pdf), bytes.Repeat([]byte("%材料\n"), 100_000)...) // of several parts
	sum := hexSum(content)
	first := attach(t, "pdf", "认定文件.pdf", content)
	first.Want = map[string]any{"/file_name": "认定文件.pdf", "/media_type": "application/pdf", "/purpose": "evidence", "/size_bytes": len(content), "/sha256": sum,
		"/created_by/id": apitest.AccountID("clerk001")}
	first.WantHeader = map[string]string{"ETag": "", "Location": "*"}
	docx := attach(t, "docx", "方案.docx", docxFile(t), "purpose", "evidence")
	docx.Want = map[string]any{"/media_type": string(media.DOCX)}
	s.Run(t, []apitest.Scenario{first, docx})
	download := map[string]string{
		"Content-Type": "application/pdf", "Content-Disposition": `attachment; filename="____.pdf"; filename*=UTF-8''%E8%AE%A4%E5%AE%9A%E6%96%87%E4%BB%B6.pdf`,
		"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff", "ETag": `"` + sum + `"`, "Cache-Control": "private, no-cache",
	}
	r := s.Do(t, apitest.Request{Method: "GET", As: "reader", Path: "/evidence/" + s.Captured("pdf")})
	if r.Status != 200 || !bytes.Equal(r.Body, content) {
		t.Errorf("%d, %d bytes, want those that were sent", r.Status, len(r.Body))
	}
	for name, want := range download {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for tag, status := range map[string]int{`"` + sum + `"`: 304, `W/"` + sum + `"`: 304, `"x", "` + sum + `"`: 304, "*": 304, `"x"`: 200, sum: 200} {
		r := s.Do(t, apitest.Request{Method: "GET", As: "reader", Path: "/evidence/" + s.Captured("pdf"), Header: map[string]string{"If-None-Match": tag}})
		if r.Status != status || r.Header.Get("ETag") != `"`+sum+`"` || status == 304 && (len(r.Body) > 0 || r.Header.Get("Content-Type") != "") {
			t.Errorf("If-None-Match %s: %d %v, want %d", tag, r.Status, r.Header, status)
		}
	}
	s.Run(t, []apitest.Scenario{
		{Name: "an office file is an attachment, too", As: "reader", Path: "/evidence/{docx}", WantHeader: map[string]string{"Content-Type": string(media.DOCX), "Content-Disposition": `attachment; filename="__.docx"; filename*=UTF-8''%E6%96%B9%E6%A1%88.docx`}},
		{Name: "the list", As: "reader", Path: attachPath + "?count=true&limit=1", Want: map[string]any{"/items/0/file_name": "认定文件.pdf", "/items/length": 1, "/total": 2}, Capture: map[string]string{"next": "/next_cursor"}},
		{Name: "its second page", As: "reader", Path: attachPath + "?limit=1&cursor={next}", Want: map[string]any{"/items/0/file_name": "方案.docx", "/next_cursor": nil}},
		{Name: "the brand tells of them", As: "reader", Path: "/brands/{id}", Want: map[string]any{"/evidence/length": 2, "/evidence/0/sha256": sum, "/logo": nil}},
		{Name: "another district sees nothing", As: "clerk106", Path: "/evidence/{pdf}", Status: 404, Code: fault.NotFound},
		{Name: "nor does another subdistrict's clerk", As: "clerk002", Path: "/evidence/{pdf}", Status: 404, Code: fault.NotFound},
		{Name: "who lists nothing", As: "clerk002", Path: attachPath, Status: 404, Code: fault.NotFound},
		{Name: "who deletes nothing", As: "clerk002", Method: "DELETE", Path: "/evidence/{pdf}", Status: 404, Code: fault.NotFound},
		{Name: "a reviewer deletes nothing", As: "reviewer", Method: "DELETE", Path: "/evidence/{pdf}", Status: 403, Code: fault.Forbidden},
		{Name: "a deletion takes no body", As: "clerk001", Method: "DELETE", Path: "/evidence/{pdf}", Body: `{"reason":""}`, Status: 400, Code: fault.InvalidRequest},
		{Name: "delete", As: "clerk001", Method: "DELETE", Path: "/evidence/{pdf}", Status: 204},
		{Name: "it is gone", As: "clerk001", Path: "/evidence/{pdf}", Status: 404, Code: fault.NotFound},
		{Name: "for good", As: "clerk001", Method: "DELETE", Path: "/evidence/{pdf}", Status: 404, Code: fault.NotFound},
		{Name: "the history tells it", As: "reader", Path: "/brands/{id}/history", Want: map[string]any{"/items/length": 4, "/items/0/action": "brand.detach", "/items/0/actor/id": apitest.AccountID("clerk001"), "/items/1/action": "brand.attach", "/items/2/action": "brand.attach"},
			Contains: []string{`"before":"认定文件.pdf"`, `"after":"认定文件.pdf"`, `"/evidence/{pdf}/sha256"`, sum}},
	})
}

func TestLogo(t *testing.T) {
	s := brandOf001(t)
	logo := attach(t, "logo", "logo.PNG", append(picture(t), "<script>"...), "purpose", "logo")
	logo.Want = map[string]any{"/purpose": "logo", "/media_type": "image/png", "/file_name": "logo.png"}
	next := attach(t, "next", "新标识.png", picture(t), "purpose", "logo")
	none := refusedAs(attach(t, "", "标识.pdf", []byte(pdf), "purpose", "logo"), 422, fault.RuleViolation)
	none.Rules, none.Pointers, none.Contains = []string{"logo_not_image"}, []string{"/file"}, []string{"品牌标识必须是图片。", "请上传 jpg、png 或 webp 图片。"}
	s.Run(t, []apitest.Scenario{
		logo,
		{Name: "it is shown", As: "reader", Path: "/evidence/{logo}", WantHeader: map[string]string{"Content-Type": "image/png", "Content-Disposition": `inline; filename="logo.png"; filename*=UTF-8''logo.png`, "Content-Security-Policy": "default-src 'none'; sandbox"}},
		{Name: "the brand has it", As: "reader", Path: "/brands/{id}", Want: map[string]any{"/logo/file_name": "logo.png", "/evidence": []any{}}},
		none,
		{Name: "which changes nothing", As: "reader", Path: "/brands/{id}", Want: map[string]any{"/logo/file_name": "logo.png"}},
		next,
		{Name: "the next takes its place", As: "reader", Path: "/brands/{id}", Want: map[string]any{"/logo/file_name": "新标识.png", "/evidence": []any{}}},
		{Name: "the first is gone", As: "reader", Path: "/evidence/{logo}", Status: 404, Code: fault.NotFound},
		{Name: "the history tells both", As: "reader", Path: "/brands/{id}/history", Contains: []string{`"/evidence/{logo}/file_name","title":"文件名","before":"logo.png","after":null`, `"/evidence/{next}/file_name","title":"文件名","before":null,"after":"新标识.png"`}},
	})
	r := s.Do(t, apitest.Request{Method: "GET", As: "reader", Path: "/evidence/" + s.Captured("next")})
	if bytes.Contains(r.Body, []byte("<script>")) {
		t.Error("what hung on the picture is still there")
	}
}

func TestTwentyFiles(t *testing.T) {
	s := brandOf001(t)
	for i := range 20 {
		s.Run(t, []apitest.Scenario{attach(t, "last", fmt.Sprintf("材料%d.pdf", i+1), []byte(pdf))})
	}
	over := refusedAs(attach(t, "", "材料21.pdf", []byte(pdf)), 422, fault.RuleViolation)
	over.Rules, over.Pointers, over.Contains = []string{"evidence_limit"}, []string{"/file"}, []string{"这个品牌已有 20 份材料，最多 20 份。", "请先删除不用的材料，或把几份合并成一个 PDF。"}
	s.Run(t, []apitest.Scenario{
		over,
		attach(t, "logo", "logo.png", picture(t), "purpose", "logo"), // is none of the twenty
		{Name: "one less", As: "clerk001", Method: "DELETE", Path: "/evidence/{last}", Status: 204},
		attach(t, "last", "材料20.pdf", []byte(pdf)),
		over,
	})
}

// Files come and go in every state but two; what a recognition cites stays.
func TestEvidenceByState(t *testing.T) {
	s := brandOf001(t)
	v := map[string]string{"v": "ETag"}
	shut := func(state string) []apitest.Scenario {
		said := []string{"品牌目前是“" + state + "”，不能增减材料。如需再次申报，请先“重新申报”，使它回到草稿。"}
		file, exe := refusedAs(attach(t, "", "a.pdf", []byte(pdf)), 409, fault.WrongState), refusedAs(attach(t, "", "a.exe", []byte("MZ")), 409, fault.WrongState)
		file.Contains, exe.Contains = said, said
		return []apitest.Scenario{file, exe, {Name: "no deletion", As: "clerk001", Method: "DELETE", Path: "/evidence/{a}", Status: 409, Code: fault.WrongState, Contains: said},
			{Name: "but to read", As: "reader", Path: "/evidence/{a}"}}
	}
	move := func(as, action, body string) apitest.Scenario {
		return apitest.Scenario{Name: action, As: as, Method: "POST", Path: "/brands/{id}/" + action, Header: match("v"), Body: body, Capture: v}
	}
	s.Run(t, slices.Concat([]apitest.Scenario{
		attach(t, "a", "a.pdf", []byte(pdf)), move("clerk001", "submit", "{}"), attach(t, "b", "b.pdf", []byte(pdf)), move("reviewer", "reject", `{"reason":"不是品牌"}`),
	}, shut("不予认定"), []apitest.Scenario{
		move("clerk001", "reopen", "{}"), move("clerk001", "submit", "{}"), move("reviewer", "publicize", `{"ends_on":"2026-10-13"}`), attach(t, "c", "c.pdf", []byte(pdf)),
		{Name: "the day after", As: "reader", Path: "/brands/{id}", Advance: 6 * 24 * 3600 * 1e9},
		move("reviewer", "recognize", `{"level":"district","authority":"萧山区委组织部","recognized_on":"2026-10-14","evidence_ids":["{c}"]}`),
		attach(t, "d", "d.pdf", []byte(pdf)),
		{Name: "what is cited stays", As: "clerk001", Method: "DELETE", Path: "/evidence/{c}", Status: 409, Code: fault.WrongState, Contains: []string{"“c.pdf”是区级认定的佐证材料，不能删除。如有更正，请另外上传。"}},
		{Name: "what is not goes", As: "clerk001", Method: "DELETE", Path: "/evidence/{d}", Status: 204},
		move("reviewer", "revoke", `{"reason":"停办"}`),
	}, shut("已撤销"), []apitest.Scenario{
		move("clerk001", "reopen", "{}"),
		{Name: "it stays for ever", As: "clerk001", Method: "DELETE", Path: "/evidence/{c}", Status: 409, Code: fault.WrongState},
		{Name: "the others go", As: "clerk001", Method: "DELETE", Path: "/evidence/{b}", Status: 204},
	}))
}

func TestEvidenceIdempotency(t *testing.T) {
	s := brandOf001(t)
	keyed := func(c apitest.Scenario, key string) apitest.Scenario {
		header := map[string]string{"Idempotency-Key": key}
		for name, value := range c.Header {
			header[name] = value
		}
		c.Header = header
		return c
	}
	first := keyed(attach(t, "a", "a.pdf", []byte(pdf)), "key-1")
	again := keyed(attach(t, "again", "a.pdf", []byte(pdf), "purpose", "evidence"), "key-1") // what is meant without it
	again.Body, again.Header["Content-Type"] = []byte(strings.ReplaceAll(string(again.Body.([]byte)), "boundary-of-the-test", "another")), "multipart/form-data; boundary=another"
	again.WantHeader = map[string]string{"Idempotency-Replayed": "true"}
	again.Want = map[string]any{"/file_name": "a.pdf"}
	open := keyed(attach(t, "open", "a.pdf", []byte(pdf), "purpose", ""), "key-1") // nor is a choice left open one
	open.WantHeader, open.Want = again.WantHeader, map[string]any{"/file_name": "a.pdf", "/purpose": "evidence"}
	other := func(c apitest.Scenario) apitest.Scenario {
		c = keyed(refusedAs(c, 422, fault.IdempotencyMismatch), "key-1")
		c.Contains = []string{"这个幂等键在 48 小时内已用于另一请求，本次未执行。"}
		return c
	}
	bad := keyed(refusedAs(attach(t, "", "a.exe", []byte("MZ")), 400, fault.InvalidRequest), "not visible")
	s.Run(t, []apitest.Scenario{
		first, again, open,
		other(attach(t, "", "a.pdf", []byte(pdf+"%"))), other(attach(t, "", "b.pdf", []byte(pdf))), other(attach(t, "", "a.pdf", picture(t), "purpose", "logo")),
		other(attach(t, "", "a.exe", []byte("MZ"))), // before what is wrong with the file
		bad,
	})
	if s.Captured("a") != s.Captured("again") {
		t.Errorf("%s was answered, then %s", s.Captured("a"), s.Captured("again"))
	}
	s.Run(t, []apitest.Scenario{{Name: "there is one file", As: "reader", Path: attachPath + "?count=true", Want: map[string]any{"/total": 1, "/items/0/id": s.Captured("a")}}})
}

// An upload that is repeated is answered as it was, though there is room for no other file by then.
func TestRepeatedUploadIsNotDecodedAgain(t *testing.T) {
	s := brandOf001(t)
	for i := range 19 {
		s.Run(t, []apitest.Scenario{attach(t, "file", fmt.Sprintf("材料%d.pdf", i+1), []byte(pdf))})
	}
	last := attach(t, "last", "现场.png", picture(t))
	last.Header["Idempotency-Key"] = "key-of-the-last"
	again := last
	again.WantHeader, again.Capture = map[string]string{"Idempotency-Replayed": "true"}, map[string]string{"again": "/id"}
	other := refusedAs(attach(t, "", "另一.png", picture(t)), 422, fault.RuleViolation)
	other.Rules = []string{"evidence_limit"}
	s.Run(t, []apitest.Scenario{last, again, other})
	if s.Captured("last") != s.Captured("again") {
		t.Errorf("%s was answered, then %s", s.Captured("last"), s.Captured("again"))
	}
}
