package v1_test

import (
	"brandregistry/api/apitest"
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"slices"
	"testing"
)

func TestAreas(t *testing.T) {
	apitest.Run(t, []apitest.Scenario{
		{Name: "anyone reads any area", As: "clerk001", Path: "/areas/310101002", WantHeader: map[string]string{"ETag": "*"}, Want: map[string]any{
			"/code": "310101002", "/name": "南京东路街道", "/level": "subdistrict", "/reports": true, "/valid_from": nil, "/valid_to": nil, "/successors": []string{}, "/actions": []string{},
		}},
		{Name: "who may change it is told so", As: "admin", Path: "/areas/330109001", Want: map[string]any{"/actions": []string{"edit"}}, Capture: map[string]string{"v1": "ETag"}},
		{Name: "the nation", As: "reader", Path: "/areas/0", Want: map[string]any{"/level": "nation", "/reports": false}},
		{Name: "not in the catalogue", As: "reader", Path: "/areas/330199", Status: 404, Code: fault.NotFound, Want: map[string]any{"/detail": "区划 330199 不存在，或不在您的管辖范围内。"}},
		{Name: "malformed code", As: "reader", Path: "/areas/33010", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"code"}},
		{Name: "nobody", Path: "/areas/330109", Status: 401, Code: fault.Unauthenticated},

		{Name: "a new subdistrict", As: "admin", Method: "PUT", Path: "/areas/330109004", Body: `{"name":" 新塘街道 "}`, Status: 201,
			WantHeader: map[string]string{"Location": "/api/v1/areas/330109004", "ETag": "*"}, Want: map[string]any{"/name": "新塘街道", "/reports": true, "/actions": []string{"edit"}}, Capture: map[string]string{"new": "ETag"}},
		{Name: "a farm does not report", As: "admin", Method: "PUT", Path: "/areas/330109401", Body: `{"name":"红山农场"}`, Status: 201, Want: map[string]any{"/reports": false}},
		{Name: "unless it is said so", As: "admin", Method: "PUT", Path: "/areas/330109402", Body: `{"name":"开发区","reports":true}`, Status: 201, Want: map[string]any{"/reports": true}},
		{Name: "creating what is there", As: "admin", Method: "PUT", Path: "/areas/330109004", Header: map[string]string{"If-None-Match": "*"}, Body: `{"name":"新塘街道"}`, Status: 412, Code: fault.Stale},
		{Name: "changing without If-Match", As: "admin", Method: "PUT", Path: "/areas/330109004", Body: `{"name":"新塘街道"}`, Status: 428, Code: fault.PreconditionRequired},
		{Name: "changing", As: "admin", Method: "PUT", Path: "/areas/330109004", Header: map[string]string{"If-Match": "{new}"},
			Body: `{"name":"新塘镇","valid_from":"2020-01-01","valid_to":"2026-12-31","successors":["330109001"],"reports":true}`,
			Want: map[string]any{"/name": "新塘镇", "/valid_from": "2020-01-01", "/valid_to": "2026-12-31", "/successors": []string{"330109001"}}},
		{Name: "changing an old version", As: "admin", Method: "PUT", Path: "/areas/330109004", Header: map[string]string{"If-Match": "{new}"}, Body: `{"name":"新塘镇"}`, Status: 412, Code: fault.Stale},

		{Name: "beyond its area", As: "admin", Method: "PUT", Path: "/areas/330106001", Body: `{"name":"北山街道"}`, Status: 403, Code: fault.Forbidden},
		{Name: "above its area", As: "admin", Method: "PUT", Path: "/areas/3301", Body: `{"name":"杭州市"}`, Status: 403, Code: fault.Forbidden},
		{Name: "not an admin, before the body is read", As: "reviewer", Method: "PUT", Path: "/areas/330109001", Body: `{`, Status: 403, Code: fault.Forbidden},
		{Name: "no parent", As: "provinceadmin", Method: "PUT", Path: "/areas/330777", Body: `{"name":"某区"}`, Status: 422, Code: fault.RuleViolation, Rules: []string{"area_parent_missing"},
			Want: map[string]any{"/violations/0/message": "上级区划 3307 尚未登记。", "/violations/0/hint": "请先登记 3307，再登记它的下级；或核对代码是否写错。"}},
		{Name: "no name", As: "admin", Method: "PUT", Path: "/areas/330109005", Body: `{"name":""}`, Status: 400, Code: fault.InvalidRequest, Pointers: []string{"/name"}},
		{Name: "nothing at all", As: "admin", Method: "PUT", Path: "/areas/330109005", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"/name"}},
		{Name: "a name of spaces", As: "admin", Method: "PUT", Path: "/areas/330109005", Body: `{"name":"　"}`, Status: 422, Pointers: []string{"/name"}, Want: map[string]any{"/violations/0/message": "名称为空。"}},
		{Name: "no day", As: "admin", Method: "PUT", Path: "/areas/330109005", Body: `{"name":"甲","valid_to":"2026-02-30"}`, Status: 400, Pointers: []string{"/valid_to"}},
		{Name: "a successor without an end", As: "admin", Method: "PUT", Path: "/areas/330109001", Header: map[string]string{"If-Match": "{v1}"}, Body: `{"name":"城厢街道","successors":["330109002"]}`, Status: 422,
			Pointers: []string{"/valid_to"}, Want: map[string]any{"/violations/0/message": "填了承接区划，却没有停用日期。", "/violations/0/hint": "请填写 valid_to（本区划存续的最后一天），或去掉 successors。"}},
		{Name: "a district that reports", As: "provinceadmin", Method: "PUT", Path: "/areas/330105", Body: `{"name":"拱墅区","reports":true}`, Status: 422, Rules: []string{"area_reports_level"}},
		{Name: "misspelt field", As: "admin", Method: "PUT", Path: "/areas/330109005", Body: `{"name":"甲","validTo":"2026-12-31"}`, Status: 400, Pointers: []string{"/validTo"}},
		{Name: "in English", As: "admin", Method: "PUT", Path: "/areas/330109001", Header: map[string]string{"If-Match": "{v1}", "Accept-Language": "en"}, Body: `{"name":"x","valid_from":"2026-12-31","valid_to":"2026-01-01"}`, Status: 422,
			Want: map[string]any{"/violations/0/message": "The last day 2026-01-01 is before the first day 2026-12-31."}},
	})
}

func TestListAreas(t *testing.T) {
	s := apitest.New(t)
	codes := func(path string) (out []string) {
		r := s.Do(t, apitest.Request{Method: "GET", Path: path, As: "clerk001"})
		var page struct {
			Items []struct{ Code, Etag string }
			Total *int
		}
		r.Decode(&page)
		if r.Status != 200 {
			t.Fatalf("%s: %d %s", path, r.Status, r.Body)
		}
		for _, a := range page.Items {
			if a.Etag == "" {
				t.Errorf("%s: %s has no etag", path, a.Code)
			}
			out = append(out, a.Code)
		}
		if page.Total != nil && *page.Total != len(out) {
			t.Errorf("%s: total %d of %d", path, *page.Total, len(out))
		}
		return out
	}
	var all []string
	for c := range apitest.Areas {
		all = append(all, string(c))
	}
	slices.Sort(all)
	reversed := slices.Clone(all)
	slices.Reverse(reversed)
	for _, c := range []struct {
		path string
		want []string
	}{
		{"/areas?count=true", all},
		{"/areas?sort=-code", reversed},
		{"/areas?parent=0", []string{"31", "33"}},
		{"/areas?parent=33&count=true", []string{"3301"}},
		{"/areas?parent=330109&count=true", []string{"330109001", "330109002", "330109003", "330109100"}},
		{"/areas?parent=330109001", nil},
		{"/areas?parent=44", nil},
		{"/areas?q=3301060", []string{"330106001", "330106002"}},
		{"/areas?q=%E8%A1%97%E9%81%93&parent=330109", []string{"330109001", "330109002", "330109003"}},
		{"/areas?q=0", []string{"0"}},
		{"/areas?q=%25", nil},
	} {
		if got := codes(c.path); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.path, got, c.want)
		}
	}
	s.Run(t, []apitest.Scenario{
		{As: "admin", Method: "PUT", Path: "/areas/330109777", Body: `{"name":"旧街道","valid_from":"2020-01-01","valid_to":"2026-06-30"}`, Status: 201},
		{Name: "unknown parameter", As: "reader", Path: "/areas?parents=33", Status: 400, Pointers: []string{"parents"}},
		{Name: "no such order", As: "reader", Path: "/areas?sort=name", Status: 400, Pointers: []string{"sort"}},
		{Name: "no code", As: "reader", Path: "/areas?parent=330", Status: 400, Pointers: []string{"parent"}},
		{Name: "another list's cursor", As: "reader", Path: "/areas?cursor=eyJoIjoiIiwiayI6WyIwIl19", Status: 400, Pointers: []string{"cursor"}},
	})
	for day, want := range map[string]bool{"2019-12-31": false, "2020-01-01": true, "2026-06-30": true, "2026-07-01": false} {
		if got := slices.Contains(codes("/areas?parent=330109&on="+day), "330109777"); got != want {
			t.Errorf("on %s: %v, want %v", day, got, want)
		}
	}
	for _, order := range []string{"code", "-code"} {
		var paged []string
		path := "/areas?limit=4&sort=" + order
		for next := ""; ; {
			r := s.Do(t, apitest.Request{Method: "GET", Path: path + next, As: "reader"})
			var page struct {
				Items      []struct{ Code area.Code }
				NextCursor *string `json:"next_cursor"`
			}
			r.Decode(&page)
			for _, a := range page.Items {
				paged = append(paged, string(a.Code))
			}
			if page.NextCursor == nil {
				break
			}
			next = "&cursor=" + *page.NextCursor
		}
		if whole := codes("/areas?sort=" + order); !slices.Equal(paged, whole) {
			t.Errorf("%s in pages: %q, want %q", order, paged, whole)
		}
	}
}
