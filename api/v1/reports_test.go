package v1_test

import (
	"brandregistry/api/apitest"
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/column"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/store"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// office does what is not under test, by the use cases.
type office struct {
	t      *testing.T
	server *apitest.Server
}

func (o office) as(role access.Role, do func(tx *store.Writer) error) {
	o.t.Helper()
	err := o.server.Store.Update(context.Background(), store.By{Actor: access.Actor{ID: apitest.AccountID("nationadmin") + string(role), Role: role, Area: "0"}, RequestID: "office"}, do)
	if err != nil {
		o.t.Fatal(err)
	}
}

// open lets a period that has closed be submitted.
func (o office) open(p period.ID) {
	o.t.Helper()
	opens := p.EndsOn().AddDays(1)
	o.as(access.Reviewer, func(tx *store.Writer) error {
		_, _, err := plan.SetWindow(tx, p, "0", audit.Precondition{}, opens, opens.AddDays(10), "2026-12-31")
		return err
	})
}

// draft puts economic figures of n operating organizations, s of them covered; social ones are half.
func (o office) draft(p period.ID, code area.Code, n, s int64) {
	o.t.Helper()
	of := func(n, s int64) (f coverage.Figures) {
		for i, v := range [coverage.FigureCount]int64{n + 1, 1, s, 0, 0, 0, 1, 3 * s, s, 1, 1, 0, 1} {
			*f.Pointers()[i] = &v
		}
		return f
	}
	o.as(access.Clerk, func(tx *store.Writer) error {
		_, _, err := coverage.Put(tx, coverage.Key{Period: p, Area: code}, audit.Precondition{}, of(n, s), of(n/2, s/2))
		return err
	})
}

func (o office) submit(p period.ID, code area.Code) {
	o.t.Helper()
	o.as(access.Clerk, func(tx *store.Writer) error {
		_, err := coverage.Submit(tx, coverage.Key{Period: p, Area: code}, audit.Precondition{Any: true}, column.Explanations{
			"economic.abnormal_change": "注销", "social.abnormal_change": "注销", "economic.unmet_plan": "计划", "social.unmet_plan": "计划",
		}, coverage.SignOff{})
		return err
	})
}

func (o office) approve(p period.ID, code area.Code, n, s int64) {
	o.t.Helper()
	o.draft(p, code, n, s)
	o.submit(p, code)
	o.as(access.Reviewer, func(tx *store.Writer) error {
		_, err := coverage.Approve(tx, coverage.Key{Period: p, Area: code}, audit.Precondition{Any: true})
		return err
	})
}

// newOffice has two quarters of Xiaoshan: of 2026-Q3, 001 and 002 are approved, 003 is submitted and 100
// has a draft; of 2026-Q2, all but 002 are approved.
func newOffice(t *testing.T) office {
	t.Helper()
	o := office{t, apitest.New(t)}
	o.open("2026-Q2")
	for _, code := range []area.Code{"330109001", "330109003", "330109100"} {
		o.approve("2026-Q2", code, 100, 90)
	}
	o.server.Clock.Advance(time.Hour)
	o.approve("2026-Q3", "330109001", 100, 95)
	o.approve("2026-Q3", "330109002", 40, 30)
	o.draft("2026-Q3", "330109003", 90, 88)
	o.submit("2026-Q3", "330109003")
	o.draft("2026-Q3", "330109100", 90, 80)
	return o
}

func ref(code area.Code) map[string]any {
	return map[string]any{"code": string(code), "name": apitest.Areas[code]}
}

func TestCoverageReport(t *testing.T) {
	o := newOffice(t)
	o.server.Run(t, []apitest.Scenario{
		{
			Name: "of a district", As: "reviewer", Path: "/reports/coverage",
			Want: map[string]any{
				"/area": ref("330109"), "/period": "2026-Q3", "/basis": "approved", "/expected": 4, "/reported": 2,
				"/missing": []any{
					map[string]any{"area": ref("330109003"), "state": "submitted"},
					map[string]any{"area": ref("330109100"), "state": "draft"},
				},
				// 100 + 50 of 001, 40 + 20 of 002; covered 95 + 47 and 30 + 15
				"/totals/all/operating": 210, "/totals/all/covered": 187, "/totals/economic/registered": 142,
				"/totals/all/rates/organization_coverage": map[string]any{"numerator": 187, "denominator": 210, "percent": 89.05},
				"/totals/all/rates/work_coverage":         map[string]any{"numerator": 191, "denominator": 210, "percent": 90.95},
				// 003 and 100 last had 150 each
				"/goal": map[string]any{
					"indicator": "organization_coverage", "target_percent": 95, "met": false, "certain": false, "shortfall": 13,
					"bounds": map[string]any{
						"lower": map[string]any{"numerator": 187, "denominator": 510, "percent": 36.67},
						"upper": map[string]any{"numerator": 487, "denominator": 510, "percent": 95.49},
					},
				},
				"/rows/length": 4, "/rows/0/area": ref("330109001"), "/rows/0/rank": 1, "/rows/0/band": "yellow", "/rows/0/shortfall": 1,
				"/rows/0/expected": 1, "/rows/0/reported": 1,
				"/rows/0/change": map[string]any{"previous_period": map[string]any{"points": 4.67}, "same_period_last_year": map[string]any{"points": nil}},
				"/rows/1/rank":   2, "/rows/1/band": "red", "/rows/1/shortfall": 12, "/rows/1/change/previous_period/points": nil,
				"/rows/2": map[string]any{
					"area": ref("330109003"), "rank": nil, "band": nil, "expected": 1, "reported": 0, "shortfall": nil, "economic": nil, "social": nil, "all": nil,
					"change": map[string]any{"previous_period": map[string]any{"points": nil}, "same_period_last_year": map[string]any{"points": nil}},
				},
			},
			WantHeader: map[string]string{"Cache-Control": "private, no-cache"},
			Capture:    map[string]string{"etag": "ETag", "before": "/as_of"},
		},
		{Name: "that is known already", As: "reviewer", Path: "/reports/coverage", Header: map[string]string{"If-None-Match": "{etag}"}, Status: 304},
		{
			Name: "of submitted figures", As: "reviewer", Path: "/reports/coverage?basis=submitted&sort=-shortfall",
			Want: map[string]any{
				"/basis": "submitted", "/expected": 4, "/reported": 3, "/missing/length": 1, "/missing/0/state": "draft",
				"/totals/all/operating": 345, "/rows/0/area": ref("330109002"), "/rows/0/rank": 3, "/rows/1/area": ref("330109001"), "/rows/2/area": ref("330109003"),
				"/rows/2/rank": 1, "/rows/2/band": "green", "/rows/2/shortfall": 0, "/rows/3/area": ref("330109100"), "/rows/3/rank": nil,
			},
		},
		{Name: "worst place first", As: "reviewer", Path: "/reports/coverage?sort=-rank", Want: map[string]any{"/rows/0/area": ref("330109002"), "/rows/1/area": ref("330109001"), "/rows/2/area": ref("330109003")}},
		{
			Name: "of a subdistrict", As: "clerk002", Path: "/reports/coverage",
			Want: map[string]any{"/area": ref("330109002"), "/expected": 1, "/reported": 1, "/missing/length": 0, "/rows/length": 0, "/totals/all/covered": 45, "/goal/certain": true, "/goal/met": false,
				"/goal/bounds/lower": map[string]any{"numerator": 45, "denominator": 60, "percent": 75}},
		},
		{
			Name: "of a subdistrict that is missing", As: "clerk100", Path: "/reports/coverage",
			Want: map[string]any{"/missing": []any{map[string]any{"area": ref("330109100"), "state": "draft"}}, "/totals/all/rates/organization_coverage/percent": nil,
				"/goal/met": nil, "/goal/shortfall": nil, "/goal/certain": false, "/goal/bounds/upper/percent": 100},
		},
		{
			Name: "of a city", As: "cityreader", Path: "/reports/coverage?sort=rank",
			Want: map[string]any{"/area": ref("3301"), "/expected": 6, "/reported": 2, "/missing/length": 0, "/goal/bounds": nil, "/goal/certain": false,
				"/rows/length": 2, "/rows/0/area": ref("330109"), "/rows/0/expected": 4, "/rows/0/reported": 2, "/rows/0/all/covered": 187, "/rows/1/expected": 2, "/rows/1/all": nil,
				// 89.05 after 90.00: the exact fractions are 187/210 and 405/450
				"/rows/0/change/previous_period/points": -0.95},
		},
		{Name: "of the nation", As: "nationreader", Path: "/reports/coverage", Want: map[string]any{"/area": ref("0"), "/expected": 7, "/rows/length": 2, "/rows/1/area": ref("33"), "/rows/1/reported": 2}},
		{Name: "of a place elsewhere", As: "reviewer", Path: "/reports/coverage?area=330106", Status: 404, Code: fault.NotFound},
		{Name: "of the place above", As: "clerk001", Path: "/reports/coverage?area=330109", Status: 404, Code: fault.NotFound},
		{Name: "of a place that is not known", As: "reviewer", Path: "/reports/coverage?area=330109009", Status: 404, Code: fault.NotFound},
		{Name: "for nobody", Path: "/reports/coverage", Status: 401, Code: fault.Unauthenticated},
	})
	o.approveSubmitted()
	o.server.Run(t, []apitest.Scenario{
		{Name: "after another approval", As: "reviewer", Path: "/reports/coverage", Header: map[string]string{"If-None-Match": "{etag}"}, Want: map[string]any{"/reported": 3, "/missing/length": 1}},
		{Name: "as it was known before", As: "reviewer", Path: "/reports/coverage?as_of={before}", Want: map[string]any{"/reported": 2, "/missing/0/state": "submitted"}, WantHeader: map[string]string{"ETag": "{etag}"}},
		{Name: "as it was known at the first event", As: "reviewer", Path: "/reports/coverage?as_of=2026-10-08T10:00:00%2B08:00", Want: map[string]any{"/as_of": "2026-10-08T02:00:00Z", "/reported": 0, "/missing/0/state": "none", "/goal/met": nil}},
	})
}

func (o office) approveSubmitted() {
	o.t.Helper()
	o.server.Clock.Advance(time.Minute)
	o.as(access.Reviewer, func(tx *store.Writer) error {
		_, err := coverage.Approve(tx, coverage.Key{Period: "2026-Q3", Area: "330109003"}, audit.Precondition{Any: true})
		return err
	})
}

// TestCoverageReportToTheLetter holds a whole report against testdata/coverage_report.json.
func TestCoverageReportToTheLetter(t *testing.T) {
	o := office{t, apitest.New(t)}
	o.server.Clock.Advance(time.Hour)
	o.approve("2026-Q3", "310101002", 10_000, 9_499)
	r := o.server.Do(t, apitest.Request{Method: "GET", Path: "/reports/coverage?area=310101", As: "huangpureviewer"})
	want, err := os.ReadFile("testdata/coverage_report.json")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := json.Indent(&got, r.Body, "", "  "); err != nil {
		t.Fatal(err)
	}
	if got.String() != strings.TrimSpace(string(want)) {
		t.Errorf("%s", got.String())
	}
}

func TestGoalsReport(t *testing.T) {
	newOffice(t).server.Run(t, []apitest.Scenario{
		{
			Name: "of a district", As: "reader", Path: "/reports/goals",
			Want: map[string]any{"/area": ref("330109"), "/period": "2026-Q3", "/goals": []any{
				map[string]any{"name": "coverage", "target": 95, "actual": 89.05, "met": false, "gap": 5.95, "unit": "percent"},
				map[string]any{"name": "brands", "target": 20, "actual": 0, "met": false, "gap": 20, "unit": "brands"},
			}},
		},
		{
			Name: "of a city without a brand target", As: "cityreader", Path: "/reports/goals?period=2026-Q2",
			Want: map[string]any{"/goals/length": 1, "/goals/0/actual": 90, "/goals/0/gap": 5},
		},
		{Name: "of what reported nothing", As: "huangpureviewer", Path: "/reports/goals", Want: map[string]any{"/goals/0/actual": nil, "/goals/0/met": nil, "/goals/0/gap": nil}},
	})
}

func TestSubmissionsReport(t *testing.T) {
	o := newOffice(t)
	o.server.Run(t, []apitest.Scenario{
		{
			Name: "of a district", As: "reader", Path: "/reports/submissions",
			Want: map[string]any{
				"/area": ref("330109"), "/period": "2026-Q3", "/due_on": "2026-10-11", "/closes_on": "2026-12-31",
				"/expected": 4, "/submitted": 3, "/approved": 2, "/on_time": 3,
				"/completeness": map[string]any{"numerator": 3, "denominator": 4, "percent": 75}, "/timeliness/percent": 75,
				"/reminder":    "【2026年第三季度萧山区“两新”组织覆盖情况填报】应报 4 个，已报 3 个，还有 1 个未报。截止日期 2026年10月11日，还剩 3 天。\n草稿未提交（1 个）：楼塔镇\n请尽快登录系统完成填报并提交。",
				"/rows/length": 4, "/rows/0/state": "approved", "/rows/0/submitted_at": "2026-10-08T03:00:00.000001Z", "/rows/0/approved_at": "2026-10-08T03:00:00.000002Z",
				"/rows/2/state": "submitted", "/rows/2/approved": 0, "/rows/2/approved_at": nil, "/rows/3/state": "draft", "/rows/3/overdue": false, "/rows/3/submitted_at": nil,
			},
			Capture: map[string]string{"etag": "ETag"},
		},
		{Name: "that is known already", As: "reader", Path: "/reports/submissions", Header: map[string]string{"If-None-Match": "{etag}"}, Status: 304},
		{Name: "in English", As: "reader", Path: "/reports/submissions", Header: map[string]string{"Accept-Language": "en"}, Contains: []string{"Draft not submitted (1): 楼塔镇"}},
		{Name: "overdue", Advance: 5 * 24 * time.Hour, As: "reader", Path: "/reports/submissions", Want: map[string]any{"/rows/3/overdue": true, "/rows/3/days_overdue": 2, "/rows/0/overdue": false}, Contains: []string{"已逾期 2 天"}},
		{Name: "of a city", As: "cityreader", Path: "/reports/submissions", Want: map[string]any{"/expected": 6, "/submitted": 3, "/rows/length": 2, "/rows/0/state": nil, "/rows/0/overdue": true, "/rows/1/submitted": 3}, Contains: []string{"未报：西湖区 2 个、萧山区 1 个"}},
		{Name: "of a subdistrict", As: "clerk001", Path: "/reports/submissions", Want: map[string]any{"/submitted": 1, "/rows/length": 0}, Contains: []string{"已全部报送"}},
		{Name: "takes no as_of", As: "reader", Path: "/reports/submissions?as_of=2026-10-08T02:00:00Z", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"as_of"}},
	})
}

func TestTrendReport(t *testing.T) {
	newOffice(t).server.Run(t, []apitest.Scenario{
		{
			Name: "of twelve periods", As: "reader", Path: "/reports/trend",
			Want: map[string]any{
				"/area": ref("330109"), "/indicator": "organization_coverage", "/from": "2023-Q4", "/to": "2026-Q3", "/points/length": 12,
				"/points/11": map[string]any{"period": "2026-Q3", "rate": map[string]any{"numerator": 187, "denominator": 210, "percent": 89.05}, "expected": 4, "reported": 2, "target_percent": 95, "met": false},
				"/points/10": map[string]any{"period": "2026-Q2", "rate": map[string]any{"numerator": 405, "denominator": 450, "percent": 90}, "expected": 4, "reported": 3, "target_percent": 95, "met": false},
				"/points/0":  map[string]any{"period": "2023-Q4", "rate": map[string]any{"numerator": 0, "denominator": 0, "percent": nil}, "expected": 4, "reported": 0, "target_percent": 95, "met": nil},
			},
		},
		{
			Name: "of another indicator than the goal's", As: "reader", Path: "/reports/trend?indicator=work_coverage&from=2026-Q2&to=2026-Q2",
			Want: map[string]any{"/points/length": 1, "/points/0/rate/percent": 91.33, "/points/0/target_percent": nil, "/points/0/met": nil},
		},
		{Name: "of 120 periods", As: "reader", Path: "/reports/trend?from=1996-Q4", Want: map[string]any{"/points/length": 120}},
		{Name: "of 121 periods", As: "reader", Path: "/reports/trend?from=1996-Q3", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"from"}, Contains: []string{"超过 120 期"}},
		{Name: "backwards", As: "reader", Path: "/reports/trend?from=2026-Q2&to=2026-Q1", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"from"}, Contains: []string{"请对调"}},
		{Name: "to a period to come", As: "reader", Path: "/reports/trend?to=2027-Q1", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"to"}},
		{Name: "of an unknown indicator", As: "reader", Path: "/reports/trend?indicator=coverage", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"indicator"}, Contains: []string{"organization_coverage"}},
	})
}

func TestReportMistakes(t *testing.T) {
	apitest.Run(t, []apitest.Scenario{
		{Name: "a period to come", As: "reader", Path: "/reports/coverage?period=2027-Q1", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"period"}, Contains: []string{"2027年第一季度尚未开始", "2026-Q3"}},
		{Name: "the period that runs", As: "reader", Path: "/reports/coverage?period=2026-Q4", Want: map[string]any{"/expected": 4, "/reported": 0}},
		{Name: "another frequency", As: "reader", Path: "/reports/goals?period=2026-M09", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"period"}, Contains: []string{"请按 2026-Q3 的形式填写"}},
		{Name: "no period", As: "reader", Path: "/reports/coverage?period=2026Q3", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"period"}},
		{Name: "as_of of live figures", As: "reader", Path: "/reports/coverage?basis=submitted&as_of=2026-10-08T03:00:00Z", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"as_of"}, Contains: []string{"实时口径"}},
		{Name: "as_of before everything", As: "reader", Path: "/reports/coverage?as_of=2020-01-01T00:00:00Z", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"as_of"}, Contains: []string{"早于系统的第一条记录"}},
		{Name: "as_of to come", As: "reader", Path: "/reports/coverage?as_of=2030-01-01T00:00:00Z", Want: map[string]any{"/as_of": "2026-10-08T02:00:00Z"}},
		{Name: "as_of that is no instant", As: "reader", Path: "/reports/coverage?as_of=2026-10-08", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"as_of"}},
		{Name: "an unknown basis", As: "reader", Path: "/reports/coverage?basis=draft", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"basis"}},
		{Name: "an unknown order", As: "reader", Path: "/reports/coverage?sort=name", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"sort"}},
		{Name: "no area code", As: "reader", Path: "/reports/coverage?area=3301091", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"area"}},
		{Name: "an unknown parameter", As: "reader", Path: "/reports/coverage?year=2026", Status: 400, Code: fault.InvalidRequest, Pointers: []string{"year"}},
	})
}

// What is official is always expected, else a report would count it and miss nobody.
func TestOfficialIsExpected(t *testing.T) {
	o := newOffice(t)
	o.server.Run(t, []apitest.Scenario{
		{Name: "an area read", As: "admin", Path: "/areas/330109003", Capture: map[string]string{"area": "ETag"}},
		{Name: "stops reporting while its record waits", As: "admin", Method: "PUT", Path: "/areas/330109003", Header: map[string]string{"If-Match": "{area}"},
			Body: `{"name":"蜀山街道","valid_from":null,"valid_to":"2026-07-31","successors":[]}`},
		{Name: "its record read", As: "reviewer", Path: "/coverage-records/2026-Q3/330109003", Capture: map[string]string{"record": "ETag"}},
		{Name: "is not approved", As: "reviewer", Method: "POST", Path: "/coverage-records/2026-Q3/330109003/approve", Header: map[string]string{"If-Match": "{record}"},
			Status: 422, Code: fault.RuleViolation, Rules: []string{"area_not_expected"}},
		{Name: "nor in bulk", As: "reviewer", Method: "POST", Path: "/coverage-records/approve", Body: `{"period":"2026-Q3","areas":["330109003"]}`,
			Status: 422, Code: fault.RuleViolation, Pointers: []string{"/areas/0"}, Contains: []string{"不存在：尚未设立或已经撤并"}},
		{Name: "one approved is kept", As: "admin", Path: "/areas/330109001", Capture: map[string]string{"area": "ETag"}},
		{Name: "in the catalogue", As: "admin", Method: "PUT", Path: "/areas/330109001", Header: map[string]string{"If-Match": "{area}"},
			Body: `{"name":"城厢街道","valid_from":null,"valid_to":"2026-07-31","successors":[]}`, Status: 422, Code: fault.RuleViolation, Rules: []string{"area_has_official_records"}},
		{Name: "is missing no more", As: "reviewer", Path: "/reports/coverage", Want: map[string]any{"/expected": 3, "/reported": 2, "/missing/length": 1, "/rows/length": 3}},
	})
}
