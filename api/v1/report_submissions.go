package v1

import (
	"brandregistry/internal/coverage"
	"brandregistry/internal/report"
	"time"
)

// SubmissionsReport tells who has handed in the records of a period, now.
// 报送情况报表
type SubmissionsReport struct {
	Area         AreaRef         `json:"area"`                                                             // 区划
	Period       string          `json:"period" validate:"period" example:"2026-Q3"`                       // 报告期
	DueOn        string          `json:"due_on" validate:"date" example:"2026-10-11"`                      // 报送截止日；下级可另有规定
	ClosesOn     string          `json:"closes_on" validate:"date" example:"2026-12-31"`                   // 关闭日，已计延期
	Expected     int64           `json:"expected" minimum:"0" example:"20"`                                // 应报街道数
	Submitted    int64           `json:"submitted" minimum:"0" example:"17"`                               // 已报街道数：已提交或已审核通过
	Approved     int64           `json:"approved" minimum:"0" example:"15"`                                // 其中已审核通过的（更正期间仍计）
	OnTime       int64           `json:"on_time" minimum:"0" example:"16"`                                 // 按时首次提交的街道数，之后被退回的也计
	Completeness Rate            `json:"completeness"`                                                     // 报送率：已报 ÷ 应报
	Timeliness   Rate            `json:"timeliness"`                                                       // 及时率：按时首次提交 ÷ 应报
	Reminder     string          `json:"reminder" example:"【2026年第三季度城厢区“两新”组织覆盖情况填报】应报 20 个，已全部报送，谢谢配合。"` // 可直接粘贴的催报文字
	Rows         []SubmissionRow `json:"rows"`                                                             // 下一级各区划；街道的报表为空
}

// SubmissionRow is one area of a submissions report.
// 报送情况的一行
type SubmissionRow struct {
	Area        AreaRef         `json:"area"`                                               // 区划
	Expected    int64           `json:"expected" minimum:"0" example:"1"`                   // 应报街道数
	Submitted   int64           `json:"submitted" minimum:"0" example:"1"`                  // 已报街道数
	Approved    int64           `json:"approved" minimum:"0" example:"1"`                   // 已审核通过的街道数
	OnTime      int64           `json:"on_time" minimum:"0" example:"1"`                    // 按时首次提交的街道数
	State       *coverage.State `json:"state" example:"approved"`                           // 街道最新版记录的状态；未填报、或非街道为 null
	Late        bool            `json:"late"`                                               // 首次提交逾期；非街道为其下是否有
	Overdue     bool            `json:"overdue"`                                            // 已过截止日仍未报；非街道为其下是否有
	DaysOverdue int             `json:"days_overdue" minimum:"0" example:"0"`               // 逾期天数；非街道为其下最长的
	Returns     int64           `json:"returns" minimum:"0" example:"1"`                    // 被退回次数；非街道为其下合计
	SubmittedAt *time.Time      `json:"submitted_at" example:"2026-10-08T02:00:00.000001Z"` // 街道首次提交时刻；非街道为 null
	ApprovedAt  *time.Time      `json:"approved_at" example:"2026-10-10T02:00:00.000001Z"`  // 街道现行数据审核通过的时刻；非街道为 null
}

func (r *request) submissionsReport(s report.Submissions) SubmissionsReport {
	out := SubmissionsReport{
		Area: placeRef(s.Place), Period: string(s.Period), DueOn: string(s.DueOn), ClosesOn: string(s.ClosesOn),
		Expected: s.Expected, Submitted: s.Submitted, Approved: s.Approved, OnTime: s.OnTime,
		Completeness: rate(s.Completeness()), Timeliness: rate(s.Timeliness()),
		Reminder: r.text(s.Reminder), Rows: make([]SubmissionRow, len(s.Rows)),
	}
	for i, row := range s.Rows {
		out.Rows[i] = SubmissionRow{
			Area: placeRef(row.Place), Expected: row.Expected, Submitted: row.Submitted, Approved: row.Approved, OnTime: row.OnTime,
			State: row.State, Late: row.Late, Overdue: row.Overdue, DaysOverdue: row.DaysOverdue, Returns: row.Returns,
			SubmittedAt: instantPtr(row.FirstSubmitted), ApprovedAt: instantPtr(row.ApprovedAt),
		}
	}
	return out
}
