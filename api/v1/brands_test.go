package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/docs"
	"brandregistry/internal/brand"
	"brandregistry/internal/fault"
	"brandregistry/internal/store"
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// withBrandPolicy serves a registry with five days of publicity and a recheck after a month.
func withBrandPolicy(_ *v1.Config, o *store.Options) {
	o.Brands = brand.Policy{PublicityDays: 5, RecheckMonths: 1}
}

// brandBody is a whole brand of a name.
func brandBody(area, name string) map[string]any {
	return map[string]any{"area_code": area, "name": name, "slogan": "党建引领，服务到家", "meaning": "以党组织为引擎，带动小区治理。", "carrier": "社区党群服务中心",
		"practices": "每周一次楼道议事。", "results": "全年办结居民诉求三百件。", "field": "community", "host_organization": "示例社区党委",
		"contact_name": "联系人甲", "contact_phone": "0571-00000000"}
}

// form is a multipart body with a file.
func form(t testing.TB, name string, content []byte, fields ...string) (body string, header map[string]string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.SetBoundary("boundary-of-the-test"))
	for i := 0; i < len(fields); i += 2 {
		must(w.WriteField(fields[i], fields[i+1]))
	}
	if name != "" {
		part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {"application/octet-stream"}})
		must(err)
		_, err = part.Write(content)
		must(err)
	}
	must(w.Close())
	return b.String(), map[string]string{"Content-Type": w.FormDataContentType()}
}

func picture(t testing.TB) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 3, 2))
	p.Set(1, 1, color.RGBA{200, 0, 0, 255})
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

func TestBrandLife(t *testing.T) {
	v := map[string]string{"v": "ETag"}
	day := 24 * time.Hour
	upload, multi := form(t, `认定文件.pdf`, []byte(pdf))
	logo, multiLogo := form(t, "../logo.PNG", append(picture(t), "<script>"...), "purpose", "logo")
	apitest.New(t, withBrandPolicy).Run(t, []apitest.Scenario{
		{Name: "create with gaps", As: "clerk001", Method: "POST", Path: "/brands", Body: `{"area_code":"330109001","name":"  红色引擎 "}`, Status: 201, Capture: map[string]string{"v": "ETag", "id": "/id"},
			WantHeader: map[string]string{"Location": "*"},
			Want: map[string]any{"/area": map[string]any{"code": "330109001", "name": "城厢街道"}, "/name": "红色引擎", "/slogan": nil, "/field": nil, "/state": "draft", "/level": nil,
				"/recognitions": []any{}, "/evidence": []any{}, "/logo": nil, "/violations/length": 9.0, "/violations/0/code": "text_required", "/violations/0/pointer": "/slogan",
				"/actions": []string{"edit", "delete", "submit", "attach"}}},
		{Name: "the same name in other quotes", As: "clerk002", Method: "POST", Path: "/brands", Body: `{"area_code":"330109002","name":"“红色 引擎”"}`, Status: 409, Code: fault.AlreadyExists,
			Contains: []string{"本区其他单位已有名称相同的品牌（不计全半角、大小写、空格和引号）。请换一个名称。"}},
		{Name: "who may see the other is told of it", As: "districtclerk", Method: "POST", Path: "/brands", Body: `{"area_code":"330109","name":"《红色引擎》"}`, Status: 409, Code: fault.AlreadyExists,
			Contains: []string{"本区已有名称相同的品牌“红色引擎”（城厢街道，草稿）。请换一个名称；如为同一品牌，请不要重复申报。"}},
		{Name: "submit with gaps", As: "clerk001", Method: "POST", Path: "/brands/{id}/submit", Header: match("v"), Status: 422, Code: fault.RuleViolation, Rules: []string{"text_required"}, Pointers: []string{"/field", "/contact_phone"}},
		{Name: "what cannot be kept", As: "clerk001", Method: "PATCH", Path: "/brands/{id}", Header: match("v"), Body: map[string]any{"credit_code": "91350100M000100Y44", "contact_phone": "12", "slogan": strings.Repeat("长", 101)},
			Status: 422, Code: fault.RuleViolation, Rules: []string{"credit_code_invalid", "phone_invalid", "text_length"}},
		{Name: "fill in", As: "clerk001", Method: "PATCH", Path: "/brands/{id}", Header: match("v"), Capture: v,
			Body: func() any {
				b := brandBody("", "红色引擎")
				delete(b, "area_code")
				b["credit_code"] = "９１350100m000100y43"
				return b
			}(),
			Want: map[string]any{"/credit_code": "91350100M000100Y43", "/violations": []any{}}},
		{Name: "null clears", As: "clerk001", Method: "PATCH", Path: "/brands/{id}", Header: match("v"), Body: `{"credit_code":null}`, Capture: v, Want: map[string]any{"/credit_code": nil, "/slogan": "党建引领，服务到家"}},
		{Name: "submit", As: "clerk001", Method: "POST", Path: "/brands/{id}/submit", Header: match("v"), Capture: v, Want: map[string]any{"/state": "submitted", "/actions": []string{"withdraw", "attach"}}},
		{Name: "a near name", As: "clerk002", Method: "POST", Path: "/brands", Body: brandBody("330109002", "红色引擎站"), Status: 201, Capture: map[string]string{"w": "ETag", "other": "/id"},
			Want: map[string]any{"/violations/0/key": "name.name_similar", "/violations/0/severity": "warning"}},
		{Name: "unexplained", As: "clerk002", Method: "POST", Path: "/brands/{other}/submit", Header: match("w"), Status: 422, Code: fault.RuleViolation, Rules: []string{"name_similar"}},
		{Name: "explained", As: "clerk002", Method: "POST", Path: "/brands/{other}/submit", Header: match("w"), Body: `{"explanations":{"name.name_similar":"分属不同社区"}}`, Want: map[string]any{"/violations/0/explanation": "分属不同社区"}, Capture: map[string]string{"w": "ETag"}},
		{Name: "the reviewer's tasks", As: "reviewer", Path: "/tasks?limit=2", Want: map[string]any{"/items/0/kind": "review", "/items/0/title": "品牌“红色引擎”已申报，待审核。", "/items/0/period": nil}},
		{Name: "recognize before publicity", As: "reviewer", Method: "POST", Path: "/brands/{id}/recognize", Header: match("v"), Body: `{"level":"district","authority":"萧山区委","recognized_on":"2026-10-08"}`, Status: 409, Code: fault.WrongState},
		{Name: "publicize too shortly", As: "reviewer", Method: "POST", Path: "/brands/{id}/publicize", Header: match("v"), Body: `{"ends_on":"2026-10-12"}`, Status: 422, Code: fault.RuleViolation, Pointers: []string{"/ends_on"}},
		{Name: "publicize", As: "reviewer", Method: "POST", Path: "/brands/{id}/publicize", Header: match("v"), Body: `{"ends_on":"2026-10-13"}`, Capture: v, Want: map[string]any{"/state": "publicized", "/publicized_on": "2026-10-08", "/actions": []string{"return", "reject"}}},
		{Name: "while it runs", As: "reviewer", Method: "POST", Path: "/brands/{id}/recognize", Header: match("v"), Body: `{"level":"district","authority":"萧山区委","recognized_on":"2026-10-08"}`, Status: 409, Code: fault.WrongState,
			Contains: []string{"公示到 2026-10-13 为止，2026-10-14 起可以认定。"}},
		{Name: "it has ended", As: "reviewer", Path: "/tasks?limit=1", Advance: 6 * day, Want: map[string]any{"/items/0/kind": "review"}},
		{Name: "and is told", As: "reviewer", Path: "/tasks", Contains: []string{"品牌“红色引擎”公示期已满（2026-10-13），待认定。"}},
		{Name: "an authority too low", As: "reviewer", Method: "POST", Path: "/brands/{id}/recognize", Header: match("v"), Body: `{"level":"city","authority":"中共城厢街道工作委员会","recognized_on":"2026-12-08","valid_to":"2026-01-01"}`, Status: 422, Code: fault.RuleViolation,
			Rules: []string{"authority_too_low", "recognized_in_future", "validity_reversed", "document_required", "evidence_required"}},
		{Name: "recognize", As: "reviewer", Method: "POST", Path: "/brands/{id}/recognize", Header: match("v"), Body: `{"level":"district","authority":"萧山区委组织部","recognized_on":"2026-10-14"}`, Capture: v,
			Want: map[string]any{"/state": "recognized", "/level": "district", "/recheck_on": "2026-11-14", "/recognitions/0/authority": "萧山区委组织部", "/actions": []string{"recognize", "confirm", "revoke"}}},
		{Name: "evidence", As: "clerk001", Method: "POST", Path: "/brands/{id}/evidence", Body: upload, Header: multi, Status: 201, Capture: map[string]string{"file": "/id"}, Want: map[string]any{"/file_name": "认定文件.pdf", "/media_type": "application/pdf", "/size_bytes": len(pdf)}},
		{Name: "a logo", As: "clerk001", Method: "POST", Path: "/brands/{id}/evidence", Body: logo, Header: multiLogo, Status: 201, Capture: map[string]string{"logo": "/id"}, Want: map[string]any{"/file_name": "logo.png", "/media_type": "image/png", "/purpose": "logo"}},
		{Name: "what is downloaded", As: "reader", Path: "/evidence/{file}", WantHeader: map[string]string{"Content-Type": "application/pdf", "Content-Disposition": `attachment; filename="____.pdf"; filename*=UTF-8''%E8%AE%A4%E5%AE%9A%E6%96%87%E4%BB%B6.pdf`, "ETag": "*"}, Contains: []string{pdf}},
		{Name: "a picture is shown", As: "reader", Path: "/evidence/{logo}", WantHeader: map[string]string{"Content-Type": "image/png", "Content-Disposition": `inline; filename="logo.png"; filename*=UTF-8''logo.png`, "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}},
		{Name: "the city", As: "reviewer", Method: "POST", Path: "/brands/{id}/recognize", Header: match("v"), Body: `{"level":"province","authority":"浙江省委组织部","document_no":"浙组〔2026〕1号","recognized_on":"2026-10-14","evidence_ids":["{file}"]}`, Capture: map[string]string{"v": "ETag", "rid": "/recognitions/1/id"},
			Want: map[string]any{"/level": "province", "/violations/0/code": "level_skipped"}},
		{Name: "twice", As: "reviewer", Method: "POST", Path: "/brands/{id}/recognize", Header: match("v"), Body: `{"level":"district","authority":"萧山区委","recognized_on":"2026-10-14"}`, Status: 409, Code: fault.AlreadyExists},
		{Name: "cited evidence stays", As: "clerk001", Method: "DELETE", Path: "/evidence/{file}", Status: 409, Code: fault.WrongState},
		{Name: "the report", As: "reviewer", Path: "/reports/brands", Capture: map[string]string{"as_of": "/as_of"}, Want: map[string]any{"/on": "2026-10-14", "/count": 1, "/target": 20, "/gap": 19, "/met": false, "/by_level/province": 1, "/by_level/district": 0, "/by_field/community": 1, "/by_state/recognized": 1, "/by_state/submitted": 1,
			"/rows/0/area/code": "330109001", "/rows/0/count": 1}},
		{Name: "the day before", As: "reviewer", Path: "/reports/brands?on=2026-10-13", Want: map[string]any{"/count": 0, "/by_state/recognized": 1}},
		{Name: "goals", As: "reviewer", Path: "/reports/goals?period=2026-Q4", Want: map[string]any{"/goals/1/name": "brands", "/goals/1/actual": 1.0, "/goals/1/gap": 19.0}},
		{Name: "revoke one", As: "reviewer", Method: "POST", Path: "/brands/{id}/recognitions/{rid}/revoke", Header: match("v"), Body: `{"reason":"文件撤销"}`, Advance: 30 * day, Capture: v, Want: map[string]any{"/state": "recognized", "/level": "district", "/recognitions/1/revoked_on": "2026-11-13"}},
		{Name: "a city's report, now", As: "nationreader", Path: "/reports/brands?area=3301", Want: map[string]any{"/count": 1, "/by_level/province": 0, "/by_level/district": 1, "/target": nil, "/gap": nil}},
		{Name: "and on the day before", As: "nationreader", Path: "/reports/brands?area=3301&on=2026-11-12", Want: map[string]any{"/by_level/province": 1}},
		{Name: "confirm", As: "reviewer", Method: "POST", Path: "/brands/{id}/confirm", Header: match("v"), Body: `{"note":"活动正常"}`, Capture: v, Want: map[string]any{"/checked_on": "2026-11-13", "/recheck_on": "2026-12-13"}},
		{Name: "due", As: "reviewer", Path: "/tasks?count=true", Advance: 31 * day, Contains: []string{"品牌“红色引擎”应于 2026-12-13 起复核：确认合格，或撤销。", `"kind":"recheck"`}},
		{Name: "due in the report", As: "nationreader", Path: "/reports/brands?area=33", Want: map[string]any{"/due_for_recheck": 1}},
		{Name: "revoke", As: "reviewer", Method: "POST", Path: "/brands/{id}/revoke", Header: match("v"), Body: `{"reason":"停办"}`, Capture: v, Want: map[string]any{"/state": "revoked", "/level": nil, "/recheck_on": nil}},
		{Name: "reopen", As: "clerk001", Method: "POST", Path: "/brands/{id}/reopen", Header: match("v"), Capture: v, Want: map[string]any{"/state": "draft", "/recognitions/length": 2.0, "/actions": []string{"edit", "submit", "attach"}}},
		{Name: "not deleted", As: "clerk001", Method: "DELETE", Path: "/brands/{id}", Header: match("v"), Status: 409, Code: fault.WrongState},
		{Name: "history", As: "reader", Path: "/brands/{id}/history?limit=200&count=true", Want: map[string]any{"/items/0/action": "brand.reopen", "/items/1/action": "brand.revoke", "/total": 13}},
		{Name: "found by a character", As: "reader", Path: "/brands?q=擎&count=true", Want: map[string]any{"/total": 2}},
		{Name: "found by two words", As: "reader", Path: "/brands?q=引擎%20示例&sort=-updated_at&state=draft", Want: map[string]any{"/items/length": 1.0, "/items/0/name": "红色引擎"}},
		{Name: "not found", As: "reader", Path: "/brands?q=引色", Want: map[string]any{"/items": []any{}}},
		{Name: "as it was known", As: "reviewer", Path: "/reports/brands?as_of={as_of}&on=2026-10-14", Want: map[string]any{"/count": 1, "/by_level/province": 1}},
	})
}

// TestBrandExamplesAreGood declares and edits the brand of the document's examples.
func TestBrandExamplesAreGood(t *testing.T) {
	var document struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Examples []any }
			}
		}
	}
	if err := json.Unmarshal(docs.OpenAPIJSON, &document); err != nil {
		t.Fatal(err)
	}
	body := func(name string) map[string]any {
		out := map[string]any{}
		for field, property := range document.Components.Schemas[name].Properties {
			if len(property.Examples) == 0 {
				t.Fatalf("%s has no example of %s", name, field)
			}
			out[field] = property.Examples[0]
		}
		return out
	}
	apitest.New(t).Run(t, []apitest.Scenario{
		{As: "clerk001", Method: "POST", Path: "/brands", Body: body("BrandInput"), Status: 201, Capture: map[string]string{"v": "ETag", "id": "/id"}, Want: map[string]any{"/violations": []any{}}},
		{As: "clerk001", Method: "PATCH", Path: "/brands/{id}", Header: match("v"), Body: body("BrandPatch"), Want: map[string]any{"/violations": []any{}}},
	})
}
