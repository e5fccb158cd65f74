package v1_test

import (
	"brandregistry/api/apitest"
	"brandregistry/internal/access"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/store"
	"brandregistry/internal/store/storetest"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// recognizedIn makes a brand of 330109001 that the district recognized on the day, without publicity; its
// ETag is captured as v, its id as id, the recognition's as rid.
func recognizedIn(t *testing.T, s *apitest.Server, name, on string, more ...string) {
	t.Helper()
	validity := ""
	if len(more) > 0 {
		validity = `,"valid_to":"` + more[0] + `"`
	}
	v := map[string]string{"v": "ETag", "id": "/id"}
	s.Run(t, []apitest.Scenario{
		{As: "clerk001", Method: "POST", Path: "/brands", Body: brandBody("330109001", name), Status: 201, Capture: v},
		{As: "clerk001", Method: "POST", Path: "/brands/{id}/submit", Header: match("v"), Capture: v},
		{As: "reviewer", Method: "POST", Path: "/brands/{id}/recognize", Header: match("v"), Body: `{"level":"district","authority":"示例区委组织部","recognized_on":"` + on + `"` + validity + `}`,
			Capture: map[string]string{"v": "ETag", "rid": "/recognitions/0/id"}},
	})
}

// TestRecognitionsFollowEachOther renews a recognition, corrects one, lets one expire and gives the next.
func TestRecognitionsFollowEachOther(t *testing.T) {
	s := apitest.New(t)
	recognizedIn(t, s, "红色引擎", "2025-01-01", "2026-12-31")
	v := map[string]string{"v": "ETag"}
	recognize := func(body string) apitest.Scenario {
		return apitest.Scenario{As: "reviewer", Method: "POST", Path: "/brands/{id}/recognize", Header: match("v"), Body: body}
	}
	overlapping := recognize(`{"level":"district","authority":"示例区委组织部","recognized_on":"2026-10-01"}`)
	overlapping.Status, overlapping.Code = 409, fault.AlreadyExists
	overlapping.Contains = []string{"区级认定已经有了：示例区委组织部，2025-01-01 起。同一级别同一时间只能有一个有效的认定。换发的，请指明替换哪一个（replaces）；登记有误的，请指明更正哪一个（corrects）。这一认定的编号是 {rid}。"}
	of := func(name, body string) apitest.Scenario {
		c := recognize(body)
		c.Name, c.Status, c.Code, c.Rules = name, 422, fault.RuleViolation, []string{"replaces_unknown"}
		return c
	}
	of2 := func(name, body, rule string) apitest.Scenario {
		c := of(name, body)
		c.Rules = []string{rule}
		return c
	}
	renewed := recognize(`{"level":"district","authority":"示例区委组织部","document_no":"示区组发〔2026〕9号","recognized_on":"2026-10-01","replaces":"{rid}","reason":"到期换发"}`)
	renewed.Capture = map[string]string{"v": "ETag", "second": "/recognitions/1/id"}
	renewed.Want = map[string]any{"/state": "recognized", "/level": "district", "/recognitions/length": 2, "/recognitions/0/revoked_on": "2026-10-01", "/recognitions/0/reason": "到期换发", "/recognitions/1/revoked_on": nil}
	corrected := recognize(`{"level":"district","authority":"示例区委组织部","document_no":"示区组发〔2026〕8号","recognized_on":"2026-10-02","valid_to":"2026-10-20","corrects":"{second}"}`)
	corrected.Capture = v
	corrected.Want = map[string]any{"/recognitions/1/revoked_on": "2026-10-01", "/recognitions/1/reason": "登记有误，由更正后的认定替换。", "/recognitions/2/document_no": "示区组发〔2026〕8号"}
	again := recognize(`{"level":"district","authority":"示例区委组织部","recognized_on":"2026-10-25"}`)
	again.Capture, again.Want = v, map[string]any{"/level": "district", "/recognitions/length": 4}
	s.Run(t, []apitest.Scenario{
		overlapping,
		of("another's", `{"level":"district","authority":"示例区委","recognized_on":"2026-10-01","replaces":"0199c1d0-0000-7000-a000-ffffffffffff"}`),
		of("of another level", `{"level":"city","authority":"示例市委","document_no":"一号","recognized_on":"2026-10-01","replaces":"{rid}"}`),
		renewed,
		of2("both", `{"level":"district","authority":"示例区委","recognized_on":"2026-10-02","replaces":"{second}","corrects":"{second}"}`, "replaces_and_corrects"),
		of("revoked already", `{"level":"district","authority":"示例区委","recognized_on":"2026-10-02","replaces":"{rid}"}`),
		{Name: "before and after", As: "reader", Path: "/reports/brands?on=2026-09-30", Want: map[string]any{"/count": 1}},
		corrected,
		{Name: "what was corrected was never in force", As: "reader", Path: "/reports/brands?on=2026-10-01", Want: map[string]any{"/count": 0}},
		{Name: "its correction is", As: "reader", Path: "/reports/brands?on=2026-10-02", Want: map[string]any{"/count": 1, "/by_level/district": 1}},
		{Name: "expired", As: "reader", Path: "/brands/{id}", Advance: 15 * 24 * time.Hour, Want: map[string]any{"/state": "recognized", "/level": nil}},
		{Name: "and not counted", As: "reader", Path: "/reports/brands", Want: map[string]any{"/on": "2026-10-23", "/count": 0, "/by_state/recognized": 1}},
		{Name: "the next begins later", As: "reviewer", Method: "POST", Path: "/brands/{id}/recognize", Header: match("v"), Body: `{"level":"district","authority":"示例区委组织部","recognized_on":"2026-10-25"}`, Status: 422, Rules: []string{"recognized_in_future"}},
		{Name: "an authority in disguise", As: "reviewer", Method: "POST", Path: "/brands/{id}/recognize", Header: match("v"), Body: `{"level":"district","authority":"城厢　街\u200b道党工委","recognized_on":"2026-10-20"}`, Status: 422, Rules: []string{"authority_too_low"}},
		{Name: "days later", As: "reader", Path: "/brands?level=district&count=true", Advance: 3 * 24 * time.Hour, Want: map[string]any{"/total": 0}},
		again,
		{Name: "counted again", As: "reader", Path: "/brands?level=district&count=true", Want: map[string]any{"/total": 1, "/items/0/level": "district"}},
		{Name: "not on the day between", As: "reader", Path: "/reports/brands?on=2026-10-24", Want: map[string]any{"/count": 0}},
		{Name: "revoked since a past day", As: "reviewer", Method: "POST", Path: "/brands/{id}/revoke", Header: match("v"), Body: `{"reason":"停办","revoked_on":"2026-10-25"}`, Capture: v, Want: map[string]any{"/state": "revoked", "/level": nil}},
		{Name: "that day counts no more", As: "reader", Path: "/reports/brands?on=2026-10-25", Want: map[string]any{"/count": 0, "/by_state/revoked": 1}},
		{Name: "reopened", As: "reviewer", Method: "POST", Path: "/brands/{id}/reopen", Header: match("v"), Capture: v},
		{Name: "its field is known to the past", As: "clerk001", Method: "PATCH", Path: "/brands/{id}", Header: match("v"), Body: `{"field":"school"}`, Status: 422, Rules: []string{"field_fixed"}, Pointers: []string{"/field"},
			Contains: []string{"品牌曾以“社区”领域得到认定，所属领域不能再改。"}},
		{Name: "the rest may change", As: "clerk001", Method: "PATCH", Path: "/brands/{id}", Header: match("v"), Body: `{"slogan":"新口号","field":"community"}`, Want: map[string]any{"/slogan": "新口号"}},
	})
}

// TestReopenedUnderAnotherName reopens a brand whose name has been taken since.
func TestReopenedUnderAnotherName(t *testing.T) {
	s := apitest.New(t)
	v := map[string]string{"v": "ETag", "id": "/id"}
	reopen := apitest.Scenario{As: "clerk001", Method: "POST", Path: "/brands/{id}/reopen", Header: match("v"), Status: 409, Code: fault.AlreadyExists, Rules: []string{"name_taken"}, Pointers: []string{"/name"}}
	taken, bad, good := reopen, reopen, reopen
	taken.Body = `{"name":"《红色引擎》"}`
	bad.Body, bad.Status, bad.Code, bad.Rules = `{"name":"红\n色"}`, 422, fault.RuleViolation, []string{"text_characters"}
	good.Body, good.Status, good.Code, good.Rules, good.Pointers = `{"name":"红色引擎二号","reason":"换个名称"}`, 200, "", nil, nil
	good.Want = map[string]any{"/state": "draft", "/name": "红色引擎二号"}
	s.Run(t, []apitest.Scenario{
		{As: "clerk001", Method: "POST", Path: "/brands", Body: brandBody("330109001", "红色引擎"), Status: 201, Capture: v},
		{As: "clerk001", Method: "POST", Path: "/brands/{id}/submit", Header: match("v"), Capture: v},
		{As: "reviewer", Method: "POST", Path: "/brands/{id}/reject", Header: match("v"), Body: `{"reason":"不符合条件"}`, Capture: v},
		{As: "clerk002", Method: "POST", Path: "/brands", Body: `{"area_code":"330109002","name":"红色引擎"}`, Status: 201},
		reopen, taken, bad, good,
		{Name: "found by its new name", As: "reader", Path: "/brands?q=%E4%BA%8C%E5%8F%B7", Want: map[string]any{"/items/length": 1}},
	})
}

// TestBrandRules: what a form is made of, as the deployment has it.
func TestBrandRules(t *testing.T) {
	apitest.New(t, withBrandPolicy).Run(t, []apitest.Scenario{
		{As: "clerk001", Path: "/brand-rules", Want: map[string]any{"/publicity_days": 5, "/recheck_months": 1, "/evidence_files": 20, "/evidence_bytes": 10485760, "/texts/length": 11,
			"/texts/0": map[string]any{"name": "name", "title": "品牌名称", "max_length": 50, "required": true}, "/texts/8/required": false, "/logo_types": []string{"image/jpeg", "image/png", "image/webp"}}},
		{As: "clerk001", Path: "/brand-rules", Header: map[string]string{"Accept-Language": "en"}, Want: map[string]any{"/texts/1/title": "slogan"}},
	})
}

// TestMergedSubdistrict leads the brands of a subdistrict that is merged into another out of every state.
func TestMergedSubdistrict(t *testing.T) {
	s := apitest.New(t)
	recognizedIn(t, s, "老街红邻", "2026-10-01")
	v := map[string]string{"v": "ETag"}
	s.Run(t, []apitest.Scenario{
		{As: "clerk001", Method: "POST", Path: "/brands", Body: brandBody("330109001", "益路同行"), Status: 201, Capture: map[string]string{"w": "ETag", "draft": "/id"}},
		{As: "clerk001", Method: "POST", Path: "/brands/{draft}/submit", Header: match("w"), Capture: map[string]string{"w": "ETag"}},
		{As: "reviewer", Method: "POST", Path: "/brands/{draft}/return", Header: match("w"), Body: `{"reason":"请补充"}`, Capture: map[string]string{"w": "ETag"}},
		{As: "reviewer", Method: "POST", Path: "/brands/{id}/revoke", Header: match("v"), Body: `{"reason":"停办","revoked_on":"2026-10-05"}`, Capture: v},
		{As: "admin", Path: "/areas/330109001", Capture: map[string]string{"area": "ETag"}},
		{As: "admin", Method: "PUT", Path: "/areas/330109001", Header: match("area"), Body: `{"name":"城厢街道","valid_to":"2026-10-08","successors":["330109002"]}`},
		{Name: "no new one", As: "districtclerk", Advance: 24 * time.Hour, Method: "POST", Path: "/brands", Body: brandBody("330109001", "新牌子"), Status: 422, Rules: []string{"area_not_expected"}, Pointers: []string{"/area_code"},
			Contains: []string{"城厢街道今天不存在：尚未设立或已经撤并。", "请由北干街道（330109002）申报。"}},
		{Name: "what was returned is not submitted", As: "clerk001", Method: "POST", Path: "/brands/{draft}/submit", Header: match("w"), Status: 422, Rules: []string{"area_gone"},
			Contains: []string{"城厢街道已经撤并，不能再以它的名义申报品牌。", "请由北干街道（330109002）另行申报；名称相同的，先删除这里的草稿或改掉它的名称。"}},
		{Name: "its name is taken", As: "clerk002", Method: "POST", Path: "/brands", Body: brandBody("330109002", "益路同行"), Status: 409, Code: fault.AlreadyExists},
		{Name: "until it is deleted", As: "clerk001", Method: "DELETE", Path: "/brands/{draft}", Header: match("w"), Status: 204},
		{Name: "then the successor has it", As: "clerk002", Method: "POST", Path: "/brands", Body: brandBody("330109002", "益路同行"), Status: 201},
		{Name: "what was revoked is not reopened", As: "reviewer", Method: "POST", Path: "/brands/{id}/reopen", Header: match("v"), Status: 422, Rules: []string{"area_gone"}},
		{Name: "the past has it still", As: "reader", Path: "/reports/brands?on=2026-10-02", Want: map[string]any{"/count": 1, "/rows/0/area/code": "330109001", "/rows/0/count": 1}},
		{Name: "today has its row no more, but for its brands", As: "reader", Path: "/reports/brands", Want: map[string]any{"/count": 0, "/rows/length": 4}},
	})
}

// TestReportRowsAreOfPlacesThatAre leaves out farms, and what is no more or not yet, when it has no brands.
func TestReportRowsAreOfPlacesThatAre(t *testing.T) {
	apitest.Run(t, []apitest.Scenario{
		{As: "admin", Method: "PUT", Path: "/areas/330109401", Body: `{"name":"红山农场"}`, Status: 201},
		{As: "admin", Method: "PUT", Path: "/areas/330109020", Body: `{"name":"将设街道","valid_from":"2027-01-01"}`, Status: 201},
		{As: "reader", Path: "/reports/brands", Want: map[string]any{"/rows/length": 4}},
		{As: "nationreader", Path: "/reports/brands?area=3301", Want: map[string]any{"/rows/length": 2, "/rows/0/area/code": "330106"}},
		{As: "reader", Path: "/reports/brands?area=330109001", Want: map[string]any{"/rows": []any{}, "/count": 0, "/target": nil, "/met": nil}},
	})
}

// TestWhoSubmittedNeverDecides gives the clerk who submitted a brand the reviewer's role.
func TestWhoSubmittedNeverDecides(t *testing.T) {
	s := apitest.New(t)
	recognizedIn(t, s, "红色引擎", "2026-10-01")
	id := apitest.AccountID("clerk001")
	err := s.Store.Update(context.Background(), store.By{Actor: access.Operator}, func(tx *store.Writer) error {
		a, err := tx.Account(id)
		a.Role, a.Area = access.Reviewer, "330109"
		if err == nil {
			err = tx.SaveAccount(&a, audit.Change{Action: "account.edit"})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	refused := func(path, body string) apitest.Scenario {
		return apitest.Scenario{As: "clerk001", Method: "POST", Path: "/brands/{id}/" + path, Header: match("v"), Body: body, Status: 403, Code: fault.Forbidden,
			Contains: []string{"这个品牌是您本人申报的，不能由您本人审核。请由其他审核员办理。"}}
	}
	s.Run(t, []apitest.Scenario{
		refused("recognize", `{"level":"city","authority":"示例市委","document_no":"一号","recognized_on":"2026-10-01"}`),
		refused("confirm", `{"note":"正常"}`),
		refused("revoke", `{"reason":"停办"}`),
		refused("recognitions/{rid}/revoke", `{"reason":"停办"}`),
		{Name: "nor is it offered", As: "clerk001", Path: "/brands/{id}", Want: map[string]any{"/actions": []any{}}},
	})
}

// TestRefusalsOfRecognitionsComeInOrder: what is not there is told before what is wrong with the body.
func TestRefusalsOfRecognitionsComeInOrder(t *testing.T) {
	s := apitest.New(t)
	recognizedIn(t, s, "红色引擎", "2026-10-01")
	const none = "/brands/{id}/recognitions/0199c1d0-0000-7000-a000-ffffffffffff/revoke"
	s.Run(t, []apitest.Scenario{
		{Name: "none, and no reason", As: "reviewer", Method: "POST", Path: none, Body: `{}`, Status: 404, Code: fault.NotFound},
		{Name: "none, and no version", As: "reviewer", Method: "POST", Path: none, Body: `{"reason":"停办"}`, Status: 404, Code: fault.NotFound},
		{Name: "one, and no reason", As: "reviewer", Method: "POST", Path: "/brands/{id}/recognitions/{rid}/revoke", Body: `{}`, Status: 400, Code: fault.InvalidRequest, Pointers: []string{"/reason"}},
		{Name: "one, and no version", As: "reviewer", Method: "POST", Path: "/brands/{id}/recognitions/{rid}/revoke", Body: `{"reason":"停办"}`, Status: 428, Code: fault.PreconditionRequired},
	})
}

// TestSearchIsToldItsLimits refuses what would be searched for otherwise than it was asked.
func TestSearchIsToldItsLimits(t *testing.T) {
	apitest.Run(t, []apitest.Scenario{
		{As: "reader", Path: "/brands?q=%E3%80%8A%E3%80%8B", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"q"}, Contains: []string{"查找的内容里没有文字或数字。"}},
		{As: "reader", Path: "/brands?q=a+b+c+d+e+f+g+h", Want: map[string]any{"/items": []any{}}},
		{As: "reader", Path: "/brands?q=a+b+c+d+e+f+g+h+i", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"q"}, Contains: []string{"查找的词有 9 个，最多 8 个。"}},
		{As: "reader", Path: "/brands?sort=-name&limit=1&cursor=eyJoIjoiIiwiayI6W119", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"cursor"}},
	})
}

// TestOneOfManyTakesAName has many clerks declare a brand of one name at once, on every instance.
func TestOneOfManyTakesAName(t *testing.T) {
	s := apitest.New(t)
	handlers := []http.Handler{s.Handler}
	if storetest.Server() != "" {
		handlers = append(handlers, s.Replica(t))
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	statuses := map[int]int{}
	for i := range 24 {
		wg.Go(func() {
			clerk := []string{"clerk001", "clerk002", "clerk003", "clerk100"}[i%4]
			body := fmt.Sprintf(`{"area_code":"330109%s","name":"%s"}`, clerk[5:], []string{"红色引擎", "“红色 引擎”", "红色引擎 ", "《红色引擎》"}[i/4%4])
			q := httptest.NewRequest(http.MethodPost, "/api/v1/brands", strings.NewReader(body))
			q.Header.Set("Authorization", "Bearer "+apitest.Token(clerk))
			q.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			handlers[i%len(handlers)].ServeHTTP(w, q)
			mu.Lock()
			defer mu.Unlock()
			statuses[w.Code]++
		})
	}
	wg.Wait()
	if statuses[201] != 1 || statuses[409] != 23 {
		t.Errorf("answers %v", statuses)
	}
}

// TestGoalsOfThePastStayAsTheyWere asks for the goals of a period that goes on, and for the same when a
// recognition has expired since.
func TestGoalsOfThePastStayAsTheyWere(t *testing.T) {
	s := apitest.New(t)
	recognizedIn(t, s, "红色引擎", "2026-10-01", "2026-10-31")
	first := s.Do(t, apitest.Request{Method: "GET", Path: "/reports/goals?period=2026-Q4", As: "reader"})
	var report struct {
		AsOf  string `json:"as_of"`
		Goals []struct{ Actual float64 }
	}
	first.Decode(&report)
	if len(report.Goals) != 2 || report.Goals[1].Actual != 1 {
		t.Fatalf("%s", first.Body)
	}
	s.Clock.Advance(60 * 24 * time.Hour)
	again := s.Do(t, apitest.Request{Method: "GET", Path: "/reports/goals?period=2026-Q4&as_of=" + report.AsOf, As: "reader"})
	if string(again.Body) != string(first.Body) || again.Header.Get("ETag") != first.Header.Get("ETag") {
		t.Errorf("told %s, then %s", first.Body, again.Body)
	}
	s.Run(t, []apitest.Scenario{
		{Name: "something happens", As: "clerk001", Method: "POST", Path: "/brands", Body: `{"area_code":"330109001"}`, Status: 201},
		{Name: "it has expired", As: "reader", Path: "/reports/goals?period=2026-Q4", Want: map[string]any{"/goals/1/actual": 0}},
	})
}
