package v1

import (
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/plan"
	"brandregistry/internal/report"
	"brandregistry/internal/store"
	"strconv"
	"time"
)

// Revision is one revision of a record.
// 一个版次
type Revision struct {
	Revision       int64             `json:"revision" minimum:"1" example:"1"`                                          // 版次
	State          coverage.State    `json:"state" example:"approved"`                                                  // 状态
	OfficialSince  *time.Time        `json:"official_since" example:"2026-10-09T02:00:00.000001Z"`                      // 从何时起有效；从未有效则为 null
	OfficialUntil  *time.Time        `json:"official_until" example:"2026-10-20T02:00:00.000001Z"`                      // 到何时不再有效；仍然有效或从未有效则为 null
	Figures        CoverageFigures   `json:"figures"`                                                                   // 数字
	Explanations   map[string]string `json:"explanations" example:"economic.abnormal_change:本季度集中登记一批商户"`               // 对提醒的说明
	ReturnReason   *string           `json:"return_reason" example:"联合组建数与附表不符，请核对。"`                                   // 退回原因
	ReturnPointers []string          `json:"return_pointers" validate:"dive,pointer" example:"/figures/economic/joint"` // 退回时指出的数字
	SubmittedAt    *time.Time        `json:"submitted_at" example:"2026-10-08T02:00:00.000001Z"`                        // 提交时刻
	SubmittedBy    *AccountRef       `json:"submitted_by"`                                                              // 提交人
	DecidedAt      *time.Time        `json:"decided_at" example:"2026-10-09T02:00:00.000001Z"`                          // 退回或审核通过的时刻
	DecidedBy      *AccountRef       `json:"decided_by"`                                                                // 审核人
	PreparedBy     *string           `json:"prepared_by" example:"填报人甲"`                                                // 填报人
	SignedBy       *string           `json:"signed_by" example:"审签人乙"`                                                  // 审签人
	Phone          *string           `json:"phone" example:"0571-00000000"`                                             // 联系电话
	CreatedAt      time.Time         `json:"created_at" example:"2026-10-08T02:00:00.000001Z"`                          // 建立时刻
	UpdatedAt      time.Time         `json:"updated_at" example:"2026-10-08T02:00:00.000001Z"`                          // 最近变动时刻
}

func (r *request) wireRevision(tx *store.Reader, c coverage.Record) (Revision, error) {
	submitter, err := r.accountRef(tx, c.SubmittedBy, c.SubmittedAt)
	if err != nil {
		return Revision{}, err
	}
	decider, err := r.accountRef(tx, c.DecidedBy, c.DecidedAt)
	if err != nil {
		return Revision{}, err
	}
	return Revision{
		Revision: c.Revision, State: c.State, OfficialSince: instantPtr(c.Since), OfficialUntil: instantPtr(c.Until),
		Figures: CoverageFigures{figuresOf(c.Economic), figuresOf(c.Social)}, Explanations: c.Explanations,
		ReturnReason: c.ReturnReason, ReturnPointers: c.ReturnPointers, SubmittedAt: instantPtr(c.SubmittedAt), SubmittedBy: submitter,
		DecidedAt: instantPtr(c.DecidedAt), DecidedBy: decider, PreparedBy: c.PreparedBy, SignedBy: c.SignedBy, Phone: c.Phone,
		CreatedAt: instant(c.CreatedAt), UpdatedAt: instant(c.Version),
	}, nil
}

type revisionListQuery struct{ pageQuery }

// listCoverageRevisions 列出版次
//
//	@Summary		列出版次
//	@Description	从最新的版次起。
//	@Tags			coverage
//	@ID				listCoverageRevisions
//	@Param			period	path		string				true	"报告期"
//	@Param			area	path		string				true	"街道代码"
//	@Param			query	query		revisionListQuery	false	"查询"
//	@Success		200		{object}	Page[Revision]		"一页版次"
//	@Failure		404		{object}	Problem
//	@Router			/coverage-records/{period}/{area}/revisions [get]
func listCoverageRevisions(r *request) error {
	var q revisionListQuery
	key, err := r.coverageKey()
	if err == nil {
		err = r.query(&q)
	}
	if err != nil {
		return err
	}
	below, err := r.below(q.pageQuery)
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		list, err := coverage.Revisions(tx, key, below, q.Limit+1)
		if err != nil {
			return answer{}, err
		}
		out, err := page(r, q.pageQuery, list,
			func(c coverage.Record) []string { return []string{strconv.FormatInt(c.Revision, 10)} },
			func(c coverage.Record) (Revision, error) { return r.wireRevision(tx, c) })
		if err == nil && q.Count {
			out.Total, err = total(coverage.CountRevisions(tx, key))
		}
		return plain(out), err
	})
}

// below reads the number that a page of falling numbers begins below; 0 at the beginning.
func (r *request) below(q pageQuery) (int64, error) {
	after, err := r.after(q)
	if err != nil || after == nil {
		return 0, err
	}
	n, err := strconv.ParseInt(after[0], 10, 64)
	if err != nil || n < 1 {
		return 0, fault.Invalid("cursor", fault.Text{ZH: "游标无效。", EN: "The cursor is invalid."},
			fault.Text{ZH: "请去掉 cursor，从第一页重新读取。", EN: "Drop cursor and read from the first page again."})
	}
	return n, nil
}

// getCoverageRevision 读取一个版次
//
//	@Summary	读取一个版次
//	@Description	给出一个版次的数字、说明和办理情况，无论是否仍然有效。
//	@Tags		coverage
//	@ID			getCoverageRevision
//	@Param		period		path		string		true	"报告期"
//	@Param		area		path		string		true	"街道代码"
//	@Param		n		path		int			true	"版次"
//	@Success	200			{object}	Revision	"版次"
//	@Failure	404			{object}	Problem
//	@Router		/coverage-records/{period}/{area}/revisions/{n} [get]
func getCoverageRevision(r *request) error {
	key, err := r.coverageKey()
	if err != nil {
		return err
	}
	n, err := r.intParam("n")
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		c, err := coverage.Revision(tx, key, n)
		if err != nil {
			return answer{}, err
		}
		out, err := r.wireRevision(tx, c)
		return plain(out), err
	})
}

// FieldChange is one field before and after, as text.
// 一项变动
type FieldChange struct {
	Pointer string  `json:"pointer" validate:"pointer" example:"/figures/economic/joint"` // 位置
	Title   string  `json:"title" example:"新经济组织：联合组建"`                                   // 名称
	Before  *string `json:"before" example:"30"`                                          // 变动前
	After   *string `json:"after" example:"31"`                                           // 变动后
}

func (r *request) wireChanges(list []coverage.FieldChange) []FieldChange {
	out := make([]FieldChange, len(list))
	for i, c := range list {
		out[i] = FieldChange{c.Pointer, r.text(c.Title), c.Before, c.After}
	}
	return out
}

// Diff is what changed between two revisions.
// 两个版次的差异
type Diff struct {
	From    int64         `json:"from" minimum:"1" example:"1"` // 对照的版次
	To      int64         `json:"to" minimum:"1" example:"2"`   // 版次
	Changes []FieldChange `json:"changes"`                      // 数字与说明的逐项变动
	Rates   []RateChange  `json:"rates"`                        // 有变动的比率
}

// RateChange is a derived rate before and after.
// 比率的变动
type RateChange struct {
	Kind      coverage.Kind  `json:"kind" example:"economic"`                   // 类别
	Indicator plan.Indicator `json:"indicator" example:"organization_coverage"` // 指标
	Before    *Rate          `json:"before"`                                    // 变动前；数字不全或不相符时为 null
	After     *Rate          `json:"after"`                                     // 变动后；数字不全或不相符时为 null
	Points    *Decimal       `json:"points" example:"-0.05"`                    // 变动的百分点；任一方不适用时为 null
}

type diffQuery struct {
	From *int64 `form:"from" validate:"omitempty,min=1,max=9999999" example:"1"` // 对照的版次；不填为前一版次
	To   *int64 `form:"to" validate:"omitempty,min=1,max=9999999" example:"2"`   // 版次；不填为最新版次
}

// getCoverageDiff 对照两个版次
//
//	@Summary		对照两个版次
//	@Description	逐项列出数字与说明的变动，以及比率的变动。
//	@Tags			coverage
//	@ID				getCoverageDiff
//	@Param			period	path		string		true	"报告期"
//	@Param			area	path		string		true	"街道代码"
//	@Param			query	query		diffQuery	false	"查询"
//	@Success		200		{object}	Diff		"差异"
//	@Failure		404		{object}	Problem
//	@Router			/coverage-records/{period}/{area}/diff [get]
func getCoverageDiff(r *request) error {
	var q diffQuery
	key, err := r.coverageKey()
	if err == nil {
		err = r.query(&q)
	}
	if err != nil {
		return err
	}
	var from, to int64
	if q.From != nil {
		from = *q.From
	}
	if q.To != nil {
		to = *q.To
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		d, err := coverage.Diff(tx, key, from, to)
		if err != nil {
			return answer{}, err
		}
		out := Diff{From: d.From, To: d.To, Changes: r.wireChanges(d.Changes), Rates: make([]RateChange, len(d.Rates))}
		for i, c := range d.Rates {
			out.Rates[i] = RateChange{Kind: c.Kind, Indicator: c.Indicator, Before: ratePtr(c.Before), After: ratePtr(c.After)}
			if c.Before != nil && c.After != nil {
				out.Rates[i].Points = (*Decimal)(report.Points(*c.After, *c.Before))
			}
		}
		return plain(out), nil
	})
}

func ratePtr(r *coverage.Rate) *Rate {
	if r == nil {
		return nil
	}
	out := rate(*r)
	return &out
}

// HistoryEvent is one thing that happened to a record.
// 记录的一次变动
type HistoryEvent struct {
	At       time.Time     `json:"at" example:"2026-10-08T02:00:00.000001Z"` // 时刻
	Actor    AccountRef    `json:"actor"`                                    // 操作人
	Action   string        `json:"action" example:"coverage.submit"`         // 操作，与审计日志一致
	Revision int64         `json:"revision" minimum:"1" example:"1"`         // 版次
	Reason   *string       `json:"reason" example:"联合组建数与附表不符，请核对。"`         // 退回或更正的原因
	Changes  []FieldChange `json:"changes"`                                  // 逐项变动
}

type historyQuery struct{ pageQuery }

// listCoverageHistory 记录的历史
//
//	@Summary		记录的历史
//	@Description	由审计日志讲述：每一次填写、提交、退回、审核、更正，逐项列出变动，从最近的起。
//	@Tags			coverage
//	@ID				listCoverageHistory
//	@Param			period	path		string				true	"报告期"
//	@Param			area	path		string				true	"街道代码"
//	@Param			query	query		historyQuery		false	"查询"
//	@Success		200		{object}	Page[HistoryEvent]	"一页历史"
//	@Failure		404		{object}	Problem
//	@Router			/coverage-records/{period}/{area}/history [get]
func listCoverageHistory(r *request) error {
	var q historyQuery
	key, err := r.coverageKey()
	if err == nil {
		err = r.query(&q)
	}
	if err != nil {
		return err
	}
	before, err := r.below(q.pageQuery)
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		told, err := coverage.History(tx, key, before, q.Limit+1)
		if err != nil {
			return answer{}, err
		}
		out, err := page(r, q.pageQuery, told,
			func(e coverage.Told) []string { return []string{strconv.FormatInt(e.Sequence, 10)} },
			func(e coverage.Told) (HistoryEvent, error) {
				who, err := r.accountRef(tx, &e.Account, &e.At)
				if err != nil {
					return HistoryEvent{}, err
				}
				return HistoryEvent{instant(e.At), *who, e.Action, e.Revision, e.Reason, r.wireChanges(e.Changes)}, nil
			})
		if err == nil && q.Count {
			out.Total, err = total(coverage.CountHistory(tx, key))
		}
		return plain(out), err
	})
}
