package report

import (
	"brandregistry/internal/area"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"fmt"
	"strings"
)

// remind writes who has not handed in, as it is sent to a group: subdistricts by how far they are, or
// above a district how many lack below each area. rows are those of the report, or the subdistrict's own.
func remind(s Submissions, rows []SubmissionRow, today period.Date) fault.Text {
	title := fault.Textf("%s%s“两新”组织覆盖情况填报", "%[2]s: coverage records of %[1]s", plan.PeriodText(s.Period), s.Name)
	short := s.Expected - s.Submitted
	switch {
	case s.Expected == 0:
		return fault.Textf("【%s】本期没有应报单位。", "[%s] Nobody is expected to report.", title)
	case short == 0:
		return fault.Textf("【%s】应报 %d 个，已全部报送，谢谢配合。", "[%s] All %d expected have handed in. Thank you.", title, s.Expected)
	}
	lines := []fault.Text{fault.Textf("【%s】应报 %d 个，已报 %d 个，还有 %d 个未报。截止日期 %s，%s。",
		"[%s] %d expected, %d handed in, %d not yet. Due on %s, %s.", title, s.Expected, s.Submitted, short, dayText(s.DueOn), left(s.DueOn, today))}
	if s.Code.Level() == area.LevelSubdistrict || s.Code.Level() == area.LevelDistrict {
		lines = append(lines, byState(s, rows, today)...)
	} else {
		lines = append(lines, byArea(rows))
	}
	lines = append(lines, fault.Text{ZH: "请尽快登录系统完成填报并提交。", EN: "Please complete and submit the record as soon as possible."})
	var zh, en []string
	for _, l := range lines {
		zh, en = append(zh, l.ZH), append(en, l.EN)
	}
	return fault.Text{ZH: strings.Join(zh, "\n"), EN: strings.Join(en, "\n")}
}

// byState lists the subdistricts in three groups. One whose due date is not the area's is given with it.
func byState(s Submissions, rows []SubmissionRow, today period.Date) []fault.Text {
	var lines []fault.Text
	for _, group := range []struct {
		state coverage.State // "": nothing begun
		title fault.Text
	}{
		{"", fault.Text{ZH: "未填报", EN: "Not begun"}},
		{coverage.Draft, fault.Text{ZH: "草稿未提交", EN: "Draft not submitted"}},
		{coverage.Returned, fault.Text{ZH: "已退回待改", EN: "Returned, to be corrected"}},
	} {
		var zh, en []string
		for _, r := range rows {
			var state coverage.State
			if r.State != nil {
				state = *r.State
			}
			if r.Submitted > 0 || state != group.state {
				continue
			}
			name := fault.Text{ZH: r.Name, EN: r.Name}
			if r.DueOn != s.DueOn {
				name = fault.Textf("%s（截止 %s，%s）", "%s (due on %s, %s)", r.Name, dayText(r.DueOn), left(r.DueOn, today))
			}
			zh, en = append(zh, name.ZH), append(en, name.EN)
		}
		if len(zh) > 0 {
			lines = append(lines, fault.Textf("%s（%d 个）：%s", "%s (%d): %s", group.title, len(zh), fault.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}))
		}
	}
	return lines
}

func byArea(rows []SubmissionRow) fault.Text {
	var zh, en []string
	for _, r := range rows {
		if n := r.Expected - r.Submitted; n > 0 {
			zh, en = append(zh, fmt.Sprintf("%s %d 个", r.Name, n)), append(en, fmt.Sprintf("%s %d", r.Name, n))
		}
	}
	return fault.Textf("未报：%s", "Not handed in: %s", fault.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")})
}

// dayText writes a day for people: 2026年10月11日.
func dayText(d period.Date) fault.Text {
	return fault.Text{ZH: fmt.Sprintf("%s年%s月%s日", d[:4], strings.TrimPrefix(string(d[5:7]), "0"), strings.TrimPrefix(string(d[8:]), "0")), EN: string(d)}
}

// left says how many days are left until the end of the due day, or how many have passed since.
func left(due, today period.Date) fault.Text {
	n := due.DaysSince(today)
	switch {
	case n > 0:
		return fault.Textf("还剩 %d 天", "days left: %d", n)
	case n == 0:
		return fault.Text{ZH: "今天截止", EN: "which is today"}
	}
	return fault.Textf("已逾期 %d 天", "days overdue: %d", -n)
}
