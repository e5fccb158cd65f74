package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"strconv"
	"time"
)

// CoverageRecord is a subdistrict's record of a period: its newest revision.
// 填报记录
type CoverageRecord struct {
	Area             AreaRef           `json:"area"`                                                                      // 街道
	Period           string            `json:"period" validate:"period" example:"2026-Q3"`                                // 报告期
	Revision         int64             `json:"revision" minimum:"1" example:"1"`                                          // 版次，更正一次加一
	State            coverage.State    `json:"state" example:"draft"`                                                     // 状态
	OfficialRevision *int64            `json:"official_revision" minimum:"1" example:"1"`                                 // 现行有效（已审核通过）的版次；没有则为 null
	Figures          CoverageFigures   `json:"figures"`                                                                   // 两类组织的数字
	Previous         *CoveragePrevious `json:"previous"`                                                                  // 上一次审核通过的数字，供对照；没有则为 null
	Violations       []Violation       `json:"violations"`                                                                // 此刻不符合的勾稽关系
	ReturnReason     *string           `json:"return_reason" example:"联合组建数与附表不符，请核对。"`                                   // 退回原因，重新提交后清空
	ReturnPointers   []string          `json:"return_pointers" validate:"dive,pointer" example:"/figures/economic/joint"` // 退回时指出的数字
	DueOn            string            `json:"due_on" validate:"date" example:"2026-10-11"`                               // 报送截止日
	ClosesOn         string            `json:"closes_on" validate:"date" example:"2026-12-31"`                            // 可提交的最后一天，已计延期及退回、更正时准许的日期
	Late             bool              `json:"late"`                                                                      // 是否迟报：首次提交晚于报送截止日
	Overdue          bool              `json:"overdue"`                                                                   // 是否逾期：已过报送截止日而未报送；已有审核通过的版次，其更正不算逾期
	Locked           bool              `json:"locked"`                                                                    // 是否已关闭：不能再提交或更正，草稿仍可修改
	SubmittedAt      *time.Time        `json:"submitted_at" example:"2026-10-08T02:00:00.000001Z"`                        // 提交时刻
	SubmittedBy      *AccountRef       `json:"submitted_by"`                                                              // 提交人
	DecidedAt        *time.Time        `json:"decided_at" example:"2026-10-09T02:00:00.000001Z"`                          // 退回或审核通过的时刻
	DecidedBy        *AccountRef       `json:"decided_by"`                                                                // 审核人
	PreparedBy       *string           `json:"prepared_by" example:"填报人甲"`                                                // 填报人
	SignedBy         *string           `json:"signed_by" example:"审签人乙"`                                                  // 审签人
	Phone            *string           `json:"phone" example:"0571-00000000"`                                             // 联系电话
	CreatedAt        time.Time         `json:"created_at" example:"2026-10-08T02:00:00.000001Z"`                          // 本版次建立时刻
	UpdatedAt        time.Time         `json:"updated_at" example:"2026-10-08T02:00:00.000001Z"`                          // 最近变动时刻
	Etag             string            `json:"etag" example:"1760000000000000"`                                           // 版本，修改时放入 If-Match
	Actions          []coverage.Action `json:"actions" example:"edit,submit,discard"`                                     // 当前账号此刻可做的操作
}

// CoverageFigures are the figures of both kinds.
// 两类组织的数字
type CoverageFigures struct {
	Economic Figures `json:"economic"` // 新经济组织
	Social   Figures `json:"social"`   // 新社会组织
}

// Figures are one kind's figures; null is not given yet.
// 一类组织的数字；草稿中未填的为 null，超出范围的照原样保留并在 violations 中指出
type Figures struct {
	Registered         *int64 `json:"registered" example:"200"`         // 在册
	Excluded           *int64 `json:"excluded" example:"10"`            // 剔除（空壳、僵尸、重复）
	Standalone         *int64 `json:"standalone" example:"60"`          // 单独组建
	Joint              *int64 `json:"joint" example:"40"`               // 联合组建
	JointEligible      *int64 `json:"joint_eligible" example:"20"`      // 联合组建中三名以上正式党员的
	Unmet              *int64 `json:"unmet" example:"0"`                // 应建未建
	WorkCovered        *int64 `json:"work_covered" example:"30"`        // 工作覆盖
	Members            *int64 `json:"members" example:"400"`            // 正式党员数
	PartyOrganizations *int64 `json:"party_organizations" example:"70"` // 党组织数
	Standardized       *int64 `json:"standardized" example:"50"`        // 标准化规范化达标
	Weak               *int64 `json:"weak" example:"5"`                 // 软弱涣散
	Rectified          *int64 `json:"rectified" example:"3"`            // 已整顿
	Instructors        *int64 `json:"instructors" example:"12"`         // 党建指导员
}

// CoveragePrevious is the last approved record of an earlier period.
// 上一次审核通过的数字
type CoveragePrevious struct {
	Period  string          `json:"period" validate:"period" example:"2026-Q2"` // 报告期
	Figures CoverageFigures `json:"figures"`                                    // 数字
}

func figuresOf(f coverage.Figures) Figures {
	return Figures{
		f.Registered, f.Excluded, f.Standalone, f.Joint, f.JointEligible, f.Unmet, f.WorkCovered, f.Members,
		f.PartyOrganizations, f.Standardized, f.Weak, f.Rectified, f.Instructors,
	}
}

// wireRecord is a record as it stands on the wire.
func (r *request) wireRecord(tx *store.Reader, s coverage.Sheet) (CoverageRecord, error) {
	at, err := r.areaRef(tx, s.Area)
	if err != nil {
		return CoverageRecord{}, err
	}
	submitter, err := r.accountRef(tx, s.SubmittedBy, s.SubmittedAt)
	if err != nil {
		return CoverageRecord{}, err
	}
	decider, err := r.accountRef(tx, s.DecidedBy, s.DecidedAt)
	if err != nil {
		return CoverageRecord{}, err
	}
	out := CoverageRecord{
		Area: at, Period: string(s.Period), Revision: s.Revision, State: s.State, OfficialRevision: s.OfficialRevision,
		Figures: CoverageFigures{figuresOf(s.Economic), figuresOf(s.Social)}, Violations: violations(s.Violations, r.lang()),
		ReturnReason: s.ReturnReason, ReturnPointers: s.ReturnPointers, DueOn: string(s.Deadlines.DueOn), ClosesOn: string(s.Deadlines.ClosesOn),
		Late: s.Late, Overdue: s.Overdue, Locked: s.Locked, SubmittedAt: instantPtr(s.SubmittedAt), SubmittedBy: submitter,
		DecidedAt: instantPtr(s.DecidedAt), DecidedBy: decider, PreparedBy: s.PreparedBy, SignedBy: s.SignedBy, Phone: s.Phone,
		CreatedAt: instant(s.CreatedAt), UpdatedAt: instant(s.Version), Etag: etagOf(s.Version), Actions: s.Actions,
	}
	if p := s.Previous; p != nil {
		out.Previous = &CoveragePrevious{string(p.Period), CoverageFigures{figuresOf(p.Economic), figuresOf(p.Social)}}
	}
	return out, nil
}

// coverageKey reads the record that the path names.
func (r *request) coverageKey() (coverage.Key, error) {
	p, err := r.periodParam()
	if err != nil {
		return coverage.Key{}, err
	}
	at, err := r.areaParam("area")
	return coverage.Key{Period: p, Area: at}, err
}

// findCoverageRecord finds the record that the path names.
func findCoverageRecord(r *request, tx *store.Reader) error {
	key, err := r.coverageKey()
	if err == nil {
		_, err = tx.Coverage(key)
	}
	return err
}

// actOnRecord reads the record that the path names, a body and the precondition, and answers with
// the record as do has left it.
func (r *request) actOnRecord(body any, do func(*store.Writer, coverage.Key, audit.Precondition) (coverage.Sheet, error)) error {
	key, err := r.coverageKey()
	if err == nil {
		err = r.decode(body)
	}
	if err != nil {
		return err
	}
	pre, err := r.precondition()
	if err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		s, err := do(tx, key, pre)
		if err != nil {
			return answer{}, err
		}
		out, err := r.wireRecord(&tx.Reader, s)
		return ok(out, s.Version), err
	})
}

// CoverageInput is what a clerk fills in. It replaces all figures.
// 填报内容，整体替换原有数字
type CoverageInput struct {
	Figures *CoverageFiguresInput `json:"figures" title:"填报数字" validate:"required" nullable:"false"` // 两类组织的数字
}

// CoverageFiguresInput are the figures of both kinds as filled in.
// 两类组织的数字，未给出的一类视为全部未填
type CoverageFiguresInput struct {
	Economic FiguresInput `json:"economic,omitzero" title:"新经济组织"` // 新经济组织
	Social   FiguresInput `json:"social,omitzero" title:"新社会组织"`   // 新社会组织
}

// FiguresInput are one kind's figures as filled in. What is null or left out is not given.
// 一类组织的数字；未填的为 null 或不给出。勾稽关系要求 0 至 10000000，草稿中超出的也照样保存
type FiguresInput struct {
	Registered         *int64 `json:"registered,omitzero" title:"在册" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"200"`               // 在册
	Excluded           *int64 `json:"excluded,omitzero" title:"剔除" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"10"`                  // 剔除（空壳、僵尸、重复）
	Standalone         *int64 `json:"standalone,omitzero" title:"单独组建" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"60"`              // 单独组建
	Joint              *int64 `json:"joint,omitzero" title:"联合组建" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"40"`                   // 联合组建
	JointEligible      *int64 `json:"joint_eligible,omitzero" title:"联合组建中三名以上正式党员" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"20"` // 联合组建中三名以上正式党员的
	Unmet              *int64 `json:"unmet,omitzero" title:"应建未建" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"0"`                    // 应建未建
	WorkCovered        *int64 `json:"work_covered,omitzero" title:"工作覆盖" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"30"`            // 工作覆盖
	Members            *int64 `json:"members,omitzero" title:"正式党员数" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"400"`               // 正式党员数
	PartyOrganizations *int64 `json:"party_organizations,omitzero" title:"党组织数" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"70"`     // 党组织数
	Standardized       *int64 `json:"standardized,omitzero" title:"标准化规范化达标" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"50"`        // 标准化规范化达标
	Weak               *int64 `json:"weak,omitzero" title:"软弱涣散" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"5"`                     // 软弱涣散
	Rectified          *int64 `json:"rectified,omitzero" title:"已整顿" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"3"`                 // 已整顿
	Instructors        *int64 `json:"instructors,omitzero" title:"党建指导员" minimum:"-9223372036854775808" maximum:"9223372036854775807" example:"12"`            // 党建指导员
}

// putCoverageRecord 填报
//
//	@Summary		填报或修改记录
//	@Description	新建记录，或修改草稿、已退回的记录；随时可以保存，不完整、不相符的也照样保存，问题列在 violations 中。数字有变动的勾稽关系，其说明随之作废。修改已有记录须带 If-Match。
//	@Tags			coverage
//	@ID				putCoverageRecord
//	@Param			period						path		string			true	"报告期"
//	@Param			area						path		string			true	"街道代码"
//	@Param			If-Match					header		string			false	"读取时的 etag"
//	@Param			If-None-Match				header		string			false	"只新建"
//	@Param			body						body		CoverageInput	true	"数字"
//	@Success		200							{object}	CoverageRecord	"已修改"
//	@Success		201							{object}	CoverageRecord	"已新建"
//	@Header			200,201						{string}	ETag			"版本"
//	@Header			201							{string}	Location		"地址"
//	@Failure		403,404,409,412,422,428		{object}	Problem
//	@Router			/coverage-records/{period}/{area} [put]
func putCoverageRecord(r *request) error {
	var in CoverageInput
	key, err := r.coverageKey()
	if err == nil {
		err = r.decode(&in)
	}
	if err != nil {
		return err
	}
	pre, err := r.precondition()
	if err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		s, first, err := coverage.Put(tx, key, pre, coverage.Figures(in.Figures.Economic), coverage.Figures(in.Figures.Social))
		if err != nil {
			return answer{}, err
		}
		out, err := r.wireRecord(&tx.Reader, s)
		if err != nil || !first {
			return ok(out, s.Version), err
		}
		return created(out, "/coverage-records/"+string(key.Period)+"/"+string(key.Area), s.Version), nil
	})
}

// getCoverageRecord 读取记录
//
//	@Summary		读取记录
//	@Description	给出最新版次，以及此刻的勾稽检查结果、截止日期和可做的操作。
//	@Tags			coverage
//	@ID				getCoverageRecord
//	@Param			period	path		string			true	"报告期"
//	@Param			area	path		string			true	"街道代码"
//	@Success		200		{object}	CoverageRecord	"记录"
//	@Header			200		{string}	ETag			"版本"
//	@Failure		404		{object}	Problem
//	@Router			/coverage-records/{period}/{area} [get]
func getCoverageRecord(r *request) error {
	key, err := r.coverageKey()
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		s, err := coverage.Get(tx, key)
		if err != nil {
			return answer{}, err
		}
		out, err := r.wireRecord(tx, s)
		return ok(out, s.Version), err
	})
}

type coverageListQuery struct {
	Period string         `form:"period" validate:"omitempty,period" example:"2026-Q3"`                                                        // 报告期
	Area   string         `form:"area" validate:"omitempty,area_code" example:"330109"`                                                        // 该区划及以下；不填为本人所在区划
	State  coverage.State `form:"state" validate:"omitempty,oneof=draft submitted returned approved" example:"submitted"`                      // 状态
	Sort   string         `form:"sort" validate:"oneof=area -area period -period updated_at -updated_at" default:"area" example:"-updated_at"` // 次序：区划、报告期或最近变动时刻，前加 - 为倒序
	pageQuery
}

// listCoverageRecords 列出记录
//
//	@Summary		列出记录
//	@Description	列出辖区内的记录，每个街道每期一条，为最新版次。
//	@Tags			coverage
//	@ID				listCoverageRecords
//	@Param			query	query		coverageListQuery		false	"查询"
//	@Success		200		{object}	Page[CoverageRecord]	"一页记录"
//	@Failure		404		{object}	Problem
//	@Router			/coverage-records [get]
func listCoverageRecords(r *request) error {
	var q coverageListQuery
	if err := r.query(&q); err != nil {
		return err
	}
	f := coverage.Filter{Area: r.atArea(q.Area), State: q.State, Limit: q.Limit + 1}
	f.Sort, f.Descending = coverage.Sort(q.Sort), q.Sort[0] == '-'
	if f.Descending {
		f.Sort = coverage.Sort(q.Sort[1:])
	}
	var err error
	if q.Period != "" {
		if f.Period, err = r.periodOf("period", q.Period); err != nil {
			return err
		}
	}
	after, err := r.after(q.pageQuery)
	if err == nil && after != nil {
		f.After, err = coveragePlace(after)
	}
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		sheets, err := coverage.List(tx, f)
		if err != nil {
			return answer{}, err
		}
		out, err := page(r, q.pageQuery, sheets,
			func(s coverage.Sheet) []string { return []string{string(s.Area), string(s.Period), etagOf(s.Version)} },
			func(s coverage.Sheet) (CoverageRecord, error) { return r.wireRecord(tx, s) })
		if err == nil && q.Count {
			out.Total, err = total(coverage.Count(tx, f))
		}
		return plain(out), err
	})
}

// coveragePlace reads where a page begins. It fails with InvalidRequest.
func coveragePlace(key []string) (*coverage.Place, error) {
	if len(key) == 3 {
		if v, err := strconv.ParseInt(key[2], 10, 64); err == nil {
			return &coverage.Place{Key: coverage.Key{Area: area.Code(key[0]), Period: period.ID(key[1])}, Version: period.Instant(v)}, nil
		}
	}
	return nil, fault.Invalid("cursor", fault.Text{ZH: "游标无效。", EN: "The cursor is invalid."},
		fault.Text{ZH: "请去掉 cursor，从第一页重新读取。", EN: "Drop cursor and read from the first page again."})
}
