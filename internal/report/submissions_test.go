package report

import (
	"brandregistry/internal/area"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"reflect"
	"testing"
	"time"
)

var china = period.Calendar{Frequency: period.Quarterly, Location: time.FixedZone("CST", 8*3600)}

// clock judges 2026-Q3, due on October 11th but for 330109003, which has until the 20th.
func clock(day period.Date) deadlines {
	return deadlines{
		schedule: plan.Schedule{Period: "2026-Q3", Windows: map[area.Code]plan.Window{
			"330109003": {Period: "2026-Q3", Area: "330109003", OpensOn: "2026-10-01", DueOn: "2026-10-20", ClosesOn: "2026-12-31"},
		}},
		calendar: china,
		now:      china.Start(day),
	}
}

func at(day period.Date) *period.Instant {
	i := china.Start(day)
	return &i
}

var begun = []Submission{
	{Area: "330106001", State: coverage.Submitted, FirstSubmitted: at("2026-10-02")},
	{Area: "330109001", State: coverage.Approved, Official: true, FirstSubmitted: at("2026-10-11"), ApprovedAt: at("2026-10-13")},
	{Area: "330109002", State: coverage.Returned, Returns: 2, FirstSubmitted: at("2026-10-12")},
	{Area: "330109003", State: coverage.Draft},
	{Area: "330109004", State: coverage.Draft, Official: true, FirstSubmitted: at("2026-10-12"), ApprovedAt: at("2026-10-13"), Returns: 1},
	{Area: "330109900", State: coverage.Submitted, FirstSubmitted: at("2026-10-02")}, // not expected any more
}

var expected = []area.Code{"330106001", "330106002", "330109001", "330109002", "330109003", "330109004", "330109005"}

func named(codes ...area.Code) (out []catalog.Area) {
	for _, c := range codes {
		out = append(out, catalog.Area{Code: c, Name: "区划" + string(c)})
	}
	return out
}

func TestSubmissionsOfSubdistricts(t *testing.T) {
	rows := clock("2026-10-14").fold(expected, begun, named("330109001", "330109002", "330109003", "330109004", "330109005", "330109400"))
	type row struct {
		submitted, approved, onTime, returns int64
		state                                coverage.State
		late, overdue                        bool
		days                                 int
		due                                  period.Date
	}
	want := map[area.Code]row{
		"330109001": {1, 1, 1, 0, coverage.Approved, false, false, 0, "2026-10-11"},
		"330109002": {0, 0, 0, 2, coverage.Returned, true, true, 3, "2026-10-11"},
		"330109003": {0, 0, 0, 0, coverage.Draft, false, false, 0, "2026-10-20"},
		"330109004": {1, 1, 0, 1, coverage.Draft, true, false, 0, "2026-10-11"},
		"330109005": {0, 0, 0, 0, "", false, true, 3, "2026-10-11"},
	}
	for _, r := range rows {
		got := row{r.Submitted, r.Approved, r.OnTime, r.Returns, "", r.Late, r.Overdue, r.DaysOverdue, r.DueOn}
		if r.State != nil {
			got.state = *r.State
		}
		if got != want[r.Code] || r.Expected != 1 {
			t.Errorf("%s: %+v, want %+v", r.Code, got, want[r.Code])
		}
		delete(want, r.Code)
	}
	if len(want) > 0 {
		t.Errorf("no rows of %v", want)
	}
}

func TestSubmissionsOfDistricts(t *testing.T) {
	rows := clock("2026-10-14").fold(expected, begun, named("330105", "330106", "330109"))
	want := []SubmissionRow{
		{Place: Place{"330106", "区划330106"}, Progress: Progress{2, 1, 0, 1}, Overdue: true, DaysOverdue: 3},
		{Place: Place{"330109", "区划330109"}, Progress: Progress{5, 2, 2, 1}, Late: true, Overdue: true, DaysOverdue: 3, Returns: 3},
	}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("%+v\nwant %+v", rows, want)
	}
	p := rows[1].Progress
	if p.Completeness() != (coverage.Rate{Numerator: 2, Denominator: 5}) || p.Timeliness() != (coverage.Rate{Numerator: 1, Denominator: 5}) {
		t.Errorf("%v %v", p.Completeness(), p.Timeliness())
	}
}

func TestReminder(t *testing.T) {
	district := Submissions{Place: Place{"330109", "萧山区"}, Period: "2026-Q3", DueOn: "2026-10-11"}
	all := []area.Code{"330109001", "330109002", "330109003", "330109004", "330109005"}
	for _, c := range []struct {
		name  string
		today period.Date
		of    Submissions
		areas []area.Code
		begun []Submission
		want  fault.Text
	}{
		{"before the due day", "2026-10-08", district, all, begun, fault.Text{
			ZH: "【2026年第三季度萧山区“两新”组织覆盖情况填报】应报 5 个，已报 2 个，还有 3 个未报。截止日期 2026年10月11日，还剩 3 天。\n" +
				"未填报（1 个）：区划330109005\n草稿未提交（1 个）：区划330109003（截止 2026年10月20日，还剩 12 天）\n已退回待改（1 个）：区划330109002\n请尽快登录系统完成填报并提交。",
			EN: "[萧山区: coverage records of 2026-Q3] 5 expected, 2 handed in, 3 not yet. Due on 2026-10-11, days left: 3.\n" +
				"Not begun (1): 区划330109005\nDraft not submitted (1): 区划330109003 (due on 2026-10-20, days left: 12)\nReturned, to be corrected (1): 区划330109002\nPlease complete and submit the record as soon as possible.",
		}},
		{"on the due day", "2026-10-11", district, all[4:], nil, fault.Text{
			ZH: "【2026年第三季度萧山区“两新”组织覆盖情况填报】应报 1 个，已报 0 个，还有 1 个未报。截止日期 2026年10月11日，今天截止。\n未填报（1 个）：区划330109005\n请尽快登录系统完成填报并提交。",
			EN: "[萧山区: coverage records of 2026-Q3] 1 expected, 0 handed in, 1 not yet. Due on 2026-10-11, which is today.\nNot begun (1): 区划330109005\nPlease complete and submit the record as soon as possible.",
		}},
		{"after it", "2026-11-01", district, all[4:], nil, fault.Text{
			ZH: "【2026年第三季度萧山区“两新”组织覆盖情况填报】应报 1 个，已报 0 个，还有 1 个未报。截止日期 2026年10月11日，已逾期 21 天。\n未填报（1 个）：区划330109005\n请尽快登录系统完成填报并提交。",
			EN: "[萧山区: coverage records of 2026-Q3] 1 expected, 0 handed in, 1 not yet. Due on 2026-10-11, days overdue: 21.\nNot begun (1): 区划330109005\nPlease complete and submit the record as soon as possible.",
		}},
		{"nobody is missing", "2026-10-14", district, all[:1], begun, fault.Text{
			ZH: "【2026年第三季度萧山区“两新”组织覆盖情况填报】应报 1 个，已全部报送，谢谢配合。",
			EN: "[萧山区: coverage records of 2026-Q3] All 1 expected have handed in. Thank you.",
		}},
		{"nobody is expected", "2026-10-14", district, nil, nil, fault.Text{
			ZH: "【2026年第三季度萧山区“两新”组织覆盖情况填报】本期没有应报单位。",
			EN: "[萧山区: coverage records of 2026-Q3] Nobody is expected to report.",
		}},
		{"of a city", "2026-10-08", Submissions{Place: Place{"3301", "杭州市"}, Period: "2026-Q3", DueOn: "2026-10-11"}, []area.Code{"330106", "330109"}, begun, fault.Text{
			ZH: "【2026年第三季度杭州市“两新”组织覆盖情况填报】应报 7 个，已报 3 个，还有 4 个未报。截止日期 2026年10月11日，还剩 3 天。\n未报：区划330106 1 个、区划330109 3 个\n请尽快登录系统完成填报并提交。",
			EN: "[杭州市: coverage records of 2026-Q3] 7 expected, 3 handed in, 4 not yet. Due on 2026-10-11, days left: 3.\nNot handed in: 区划330106 1, 区划330109 3\nPlease complete and submit the record as soon as possible.",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := clock(c.today).fold(expected, c.begun, named(c.areas...))
			for _, r := range rows {
				c.of.Progress = c.of.plus(r.Progress)
			}
			if got := remind(c.of, rows, c.today); got != c.want {
				t.Errorf("%s\n%s\nwant\n%s\n%s", got.ZH, got.EN, c.want.ZH, c.want.EN)
			}
		})
	}
}
