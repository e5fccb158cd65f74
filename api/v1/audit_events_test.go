package v1_test

import (
	"brandregistry/api/apitest"
	"brandregistry/internal/fault"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAuditEventsRefusedAndShaped(t *testing.T) {
	const draft = "coverage/2026-Q3/330109001/1"
	empty := `{"figures":{"economic":{"registered":30},"social":{}}}`
	apitest.Run(t, []apitest.Scenario{
		{As: "", Path: "/audit-events", Status: 401},
		{As: "reviewer", Path: "/audit-events", Status: 403},
		{As: "clerk001", Path: "/audit-events?nonsense=1", Status: 403},
		{As: "auditor", Path: "/audit-events?area=330106", Status: 404},
		{As: "auditor", Path: "/audit-events?area=3301", Status: 404},
		{As: "auditor", Path: "/audit-events?area=33010", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"area"}},
		{As: "auditor", Path: "/audit-events?since=yesterday&until=2026-10-08", Status: 400, Pointers: []string{"since", "until"}},
		{As: "auditor", Path: "/audit-events?sort=hash", Status: 400, Pointers: []string{"sort"}},
		{As: "auditor", Path: "/audit-events?cursor=x", Status: 400, Pointers: []string{"cursor"}},
		{As: "auditor", Path: "/audit-events?subject=nothing&count=true", Want: map[string]any{"/items": []any{}, "/next_cursor": nil, "/total": 0}},
		{Name: "a draft", As: "clerk001", Method: "PUT", Path: "/coverage-records/2026-Q3/330109001", Body: empty, Status: 201, Advance: time.Hour,
			Header: map[string]string{"X-Request-ID": "audited-1"}},
		{Name: "its event", As: "auditor", Path: "/audit-events?limit=1&subject=" + url.QueryEscape(draft), Want: map[string]any{
			"/items/length": 1, "/items/0/chain": "330109", "/items/0/area_code": "330109001", "/items/0/action": "coverage.create", "/items/0/subject": draft,
			"/items/0/actor": map[string]any{"id": apitest.AccountID("clerk001"), "display_name": "城厢街道填报员"}, "/items/0/reason": nil,
		}, Contains: []string{`{"pointer":"/figures/economic/registered","before":null,"after":"30"}`, `{"pointer":"/state","before":null,"after":"draft"}`}},
		{Name: "the operator", As: "auditor", Path: "/audit-events?actor=operator&sort=at&limit=1", Want: map[string]any{
			"/items/0/sequence": 1, "/items/0/previous_hash": "", "/items/0/actor": map[string]any{"id": "operator", "display_name": "运维人员（命令行）"}}},
		{Name: "in English", As: "auditor", Path: "/audit-events?actor=operator&limit=1", Header: map[string]string{"Accept-Language": "en"},
			Want: map[string]any{"/items/0/actor/display_name": "Operator (command line)"}},
		{Name: "no secret", As: "auditor", Path: "/audit-events?limit=200", Contains: []string{`"pointer":"/hash","before":null,"after":"sha256:`}},
	})
}

type listedEvent struct {
	Chain    string
	Sequence int64
	At       time.Time
	AreaCode string `json:"area_code"`
	Subject  string
	Actor    struct{ ID string }
}

// TestAuditEventsFiltersCompose compares every combination of filters, in both orders and page by
// page, with what they pick from the whole list.
func TestAuditEventsFiltersCompose(t *testing.T) {
	s := apitest.New(t)
	for i, name := range []string{"clerk001", "clerk002", "clerk106", "clerk001", "clerk106"} {
		s.Clock.Advance(time.Minute)
		area := map[string]string{"clerk001": "330109001", "clerk002": "330109002", "clerk106": "330106001"}[name]
		body := fmt.Sprintf(`{"figures":{"economic":{"registered":%d},"social":{}}}`, i)
		header := map[string]string{}
		if i > 2 {
			header["If-Match"] = "*"
		}
		if r := s.Do(t, apitest.Request{Method: "PUT", Path: "/coverage-records/2026-Q3/" + area, As: name, Body: body, Header: header}); r.Status > 201 {
			t.Fatalf("%d: %s", r.Status, r.Body)
		}
	}
	all := auditEvents(t, s, "nationauditor", "", 200)
	if len(all) < 50 {
		t.Fatalf("%d events", len(all))
	}
	since := all[3].At
	optional := func(values ...string) []string { return append(values, "") }
	compared := 0
	for _, who := range []string{"nationauditor", "auditor"} {
		for _, area := range optional("0", "33", "330109", "330109001", "330106") {
			if who == "auditor" && area != "" && !strings.HasPrefix(area, "330109") {
				continue
			}
			for _, actor := range optional("operator", apitest.AccountID("clerk106")) {
				for _, subject := range optional("coverage/2026-Q3/330106001/1") {
					for _, from := range optional(since.Format(time.RFC3339Nano)) {
						for _, sort := range []string{"at", "-at"} {
							query := url.Values{}
							for name, v := range map[string]string{"area": area, "actor": actor, "subject": subject, "since": from, "sort": sort} {
								if v != "" {
									query.Set(name, v)
								}
							}
							want := slices.DeleteFunc(slices.Clone(all), func(e listedEvent) bool {
								within := area
								if within == "" && who == "auditor" {
									within = "330109"
								}
								return within != "" && within != "0" && !strings.HasPrefix(e.AreaCode, within) ||
									actor != "" && e.Actor.ID != actor || subject != "" && e.Subject != subject || from != "" && e.At.Before(since)
							})
							if sort == "at" {
								slices.Reverse(want)
							}
							if got := auditEvents(t, s, who, query.Encode(), 3+len(want)/3); !slices.Equal(got, want) {
								t.Errorf("%s %s: %d events, want %d", who, query.Encode(), len(got), len(want))
							}
							compared++
						}
					}
				}
			}
		}
	}
	t.Logf("%d lists", compared)
	until := auditEvents(t, s, "nationauditor", "until="+url.QueryEscape(since.Format(time.RFC3339Nano)), 200)
	if len(until)+4 != len(all) {
		t.Errorf("until is exclusive: %d of %d events", len(until), len(all))
	}
}

// auditEvents reads a list page by page.
func auditEvents(t *testing.T, s *apitest.Server, as, query string, limit int) (out []listedEvent) {
	t.Helper()
	path := fmt.Sprintf("/audit-events?limit=%d&count=true&%s", limit, query)
	cursor := ""
	for {
		r := s.Do(t, apitest.Request{Method: "GET", Path: strings.TrimSuffix(path+cursor, "&"), As: as})
		if r.Status != 200 {
			t.Fatalf("%s: %d %s", path, r.Status, r.Body)
		}
		var p struct {
			Items      []listedEvent
			NextCursor *string `json:"next_cursor"`
			Total      int
		}
		r.Decode(&p)
		out = append(out, p.Items...)
		if p.NextCursor == nil {
			if p.Total != len(out) {
				t.Errorf("%s: total %d of %d", path, p.Total, len(out))
			}
			return out
		}
		cursor = "&cursor=" + *p.NextCursor
	}
}

// TestAuditEventsTellInstants: what the audit log and the histories tell of a life with corrections, an
// account and its token holds no column that is the program's own, and no stamp but as an instant.
func TestAuditEventsTellInstants(t *testing.T) {
	s := apitest.New(t)
	anyVersion := map[string]string{"If-Match": "*"}
	step := func(as, method, path, body string, status int) apitest.Scenario {
		return apitest.Scenario{As: as, Method: method, Path: path, Body: body, Header: anyVersion, Status: status, Advance: time.Minute}
	}
	create := step("clerk001", "PUT", recordPath, recordBody, 201)
	create.Header = nil
	s.Run(t, []apitest.Scenario{
		create,
		step("clerk001", "POST", recordPath+"/submit", "", 200),
		step("reviewer", "POST", recordPath+"/return", `{"reason":"请核对联合组建数"}`, 200),
		step("clerk001", "POST", recordPath+"/submit", "", 200),
		step("reviewer", "POST", recordPath+"/approve", "", 200),
		step("clerk001", "POST", recordPath+"/correct", `{"reason":"漏报一家企业"}`, 200),
		step("clerk001", "POST", recordPath+"/submit", "", 200),
		step("reviewer", "POST", recordPath+"/approve", "", 200),
		step("admin", "POST", "/accounts/"+apitest.AccountID("clerk001")+"/tokens", `{"name":"甲","expires_at":"2026-10-09T02:00:00Z"}`, 201),
	})
	const approved = "2026-10-08T02:05:00Z"
	s.Run(t, []apitest.Scenario{
		{Name: "an approval", As: "auditor", Path: "/audit-events?sort=at&limit=200&subject=coverage/2026-Q3/330109001/1", Contains: []string{
			`{"pointer":"/official_since","before":null,"after":"` + approved + `"}`, `{"pointer":"/official_until","before":null,"after":"2026-10-08T02:08:00Z"}`,
			`{"pointer":"/submitted_at","before":null,"after":"2026-10-08T02:02:00Z"}`, `{"pointer":"/created_at","before":null,"after":"2026-10-08T02:01:00Z"}`,
			`"action":"coverage.supersede","area_code":"330109001","subject":"coverage/2026-Q3/330109001/1","changes":[],"reason":"漏报一家企业"`}},
		{Name: "a token", As: "auditor", Path: "/audit-events?limit=1", Contains: []string{`{"pointer":"/expires_at","before":null,"after":"2026-10-09T02:00:00Z"}`}},
	})
	micros, own := regexp.MustCompile(`"(before|after)":"-?\d{13,}"`), regexp.MustCompile(`"pointer":"/(since|until|latest|digits|version)"`)
	for _, path := range []string{"/audit-events?limit=200", recordPath + "/history?limit=200"} {
		body := string(s.Do(t, apitest.Request{Method: "GET", As: "auditor", Path: path}).Body)
		if found := append(micros.FindAllString(body, -1), own.FindAllString(body, -1)...); len(found) > 0 || !strings.Contains(body, "coverage.approve") {
			t.Errorf("%s holds %s: %s", path, found, body)
		}
	}
}
