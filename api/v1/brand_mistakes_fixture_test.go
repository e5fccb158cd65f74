package v1_test

import (
	"brandregistry/api/apitest"
	"fmt"
	"testing"
	"time"
)

// declared is a clerk's draft of a name. It is captured under a key, and its ETag under the key and "v".
func declared(key, as, area, name string) apitest.Scenario {
	return apitest.Scenario{Name: "declare " + name, As: as, Method: "POST", Path: "/brands", Body: brandBody(area, name), Status: 201, Capture: map[string]string{key: "/id", key + "v": "ETag"}}
}

// stepped is an action on the brand of a key.
func stepped(key, as, action, body string) apitest.Scenario {
	return apitest.Scenario{Name: action + " " + key, As: as, Method: "POST", Path: "/brands/{" + key + "}/" + action, Header: match(key + "v"), Body: body, Capture: map[string]string{key + "v": "ETag"}}
}

// misled are the brands that the mistakes are made with. It is 2026-10-14 afterwards. Of clerk001, red is
// recognized by the district with the file paper, and was by the city, which is revoked; calm is publicized
// until the 19th, warm is submitted; pier, gaps, near and full are drafts. other is clerk002's draft and
// shu that of a subdistrict that is no more; own was submitted by clerk100, who is a reviewer now.
func misled(t *testing.T) *apitest.Server {
	t.Helper()
	s := apitest.New(t, withBrandPolicy)
	paper, pier := attachedTo(t, "red", "认定文件.pdf"), declared("pier", "clerk001", "330109001", "先锋码头")
	paper.Capture = map[string]string{"paper": "/id"}
	pier.Capture["pierold"] = "ETag"
	stray := attachedTo(t, "calm", "说明.pdf")
	stray.Capture = map[string]string{"stray": "/id"}
	ended := stepped("red", "reviewer", "recognize", `{"level":"district","authority":"萧山区委组织部","recognized_on":"2026-10-14","evidence_ids":["{paper}"]}`)
	ended.Advance, ended.Capture["district"] = 6*24*time.Hour, "/recognitions/0/id"
	city := stepped("red", "reviewer", "recognize", `{"level":"city","authority":"杭州市委组织部","document_no":"示组发〔2026〕1号","recognized_on":"2026-10-14","evidence_ids":["{paper}"]}`)
	city.Capture["city"] = "/recognitions/1/id"
	all := []apitest.Scenario{
		declared("red", "clerk001", "330109001", "红色引擎"),
		stepped("red", "clerk001", "submit", ""),
		stepped("red", "reviewer", "publicize", `{"ends_on":"2026-10-13"}`),
		paper, ended, city,
		stepped("red", "reviewer", "recognitions/{city}/revoke", `{"reason":"文件作废"}`),
		declared("calm", "clerk001", "330109001", "清风驿站"),
		stepped("calm", "clerk001", "submit", ""),
		stepped("calm", "reviewer", "publicize", `{"ends_on":"2026-10-19"}`),
		stray,
		declared("warm", "clerk001", "330109001", "暖心邻里"),
		stepped("warm", "clerk001", "submit", ""),
		pier,
		{Name: "edit pier", As: "clerk001", Method: "PATCH", Path: "/brands/{pier}", Header: match("pierv"), Body: `{"slogan":"一根缆绳系住船家"}`, Capture: map[string]string{"pierv": "ETag"}},
		{Name: "declare 同心议事", As: "clerk001", Method: "POST", Path: "/brands", Body: `{"area_code":"330109001","name":"同心议事","slogan":"有事好商量","field":"community","host_organization":"示例社区党委","contact_name":"联系人甲","contact_phone":"0571-00000000"}`,
			Status: 201, Capture: map[string]string{"gaps": "/id", "gapsv": "ETag"}},
		declared("near", "clerk001", "330109001", "红色引擎站"),
		declared("full", "clerk001", "330109001", "百宝材料箱"),
		declared("other", "clerk002", "330109002", "金钥匙管家"),
		declared("shu", "clerk003", "330109003", "蜀山晨钟"),
		declared("own", "clerk100", "330109100", "古镇新声"),
		stepped("own", "clerk100", "submit", ""),
		{Name: "a clerk", As: "admin", Path: "/accounts/" + apitest.AccountID("clerk100"), Capture: map[string]string{"accountv": "ETag"}},
		{Name: "becomes a reviewer", As: "admin", Method: "PATCH", Path: "/accounts/" + apitest.AccountID("clerk100"), Header: match("accountv"), Body: `{"role":"reviewer"}`},
		{Name: "a clerk of the city", As: "provinceadmin", Method: "POST", Path: "/accounts", Body: `{"username":"cityclerk","display_name":"杭州市填报员","role":"clerk","area_code":"3301"}`, Status: 201, Capture: map[string]string{"cityid": "/id"}},
		{Name: "with a token", As: "provinceadmin", Method: "POST", Path: "/accounts/{cityid}/tokens", Body: `{"name":"test","expires_at":"2027-01-01T00:00:00Z"}`, Status: 201, Capture: map[string]string{"cityclerk": "/token"}},
		{Name: "a subdistrict", As: "admin", Path: "/areas/330109003", Capture: map[string]string{"areav": "ETag"}},
		{Name: "is merged", As: "admin", Method: "PUT", Path: "/areas/330109003", Header: match("areav"), Body: `{"name":"蜀山街道","valid_to":"2026-10-12","successors":["330109002"],"reports":true}`},
	}
	for i := range 20 {
		all = append(all, attachedTo(t, "full", fmt.Sprintf("材料%d.pdf", i+1)))
	}
	s.Run(t, all)
	return s
}

// attachedTo uploads a document to the brand of a key.
func attachedTo(t *testing.T, key, name string) apitest.Scenario {
	t.Helper()
	body, header := form(t, name, []byte(pdf))
	return apitest.Scenario{Name: "upload " + name, As: "clerk001", Method: "POST", Path: "/brands/{" + key + "}/evidence", Body: body, Header: header, Status: 201}
}
