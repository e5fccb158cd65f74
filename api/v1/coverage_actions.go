package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/coverage"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"strings"
)

// SubmitInput goes with a submission.
// 提交时的说明与签报信息
type SubmitInput struct {
	Explanations map[string]string `json:"explanations,omitzero" title:"说明" validate:"omitempty,max=100,dive,keys,max=100,endkeys,max=500" example:"economic.abnormal_change:本季度集中登记一批商户"` // 对提醒的说明，以 violations 的 key 为键；未触发的忽略
	PreparedBy   *string           `json:"prepared_by,omitzero" title:"填报人" validate:"omitempty,max=50" example:"填报人甲"`                                                                    // 填报人；不给出则保留前次提交的
	SignedBy     *string           `json:"signed_by,omitzero" title:"审签人" validate:"omitempty,max=50" example:"审签人乙"`                                                                      // 审签人；不给出则保留前次提交的
	Phone        *string           `json:"phone,omitzero" title:"联系电话" validate:"omitempty,max=50" example:"0571-00000000"`                                                                // 联系电话；不给出则保留前次提交的
}

// submitCoverageRecord 提交
//
//	@Summary		提交记录
//	@Description	提交草稿或已退回的记录。有错误、或有未说明的提醒时拒绝（422），逐条列出位置与改法。
//	@Tags			coverage
//	@ID				submitCoverageRecord
//	@Param			period					path		string			true	"报告期"
//	@Param			area					path		string			true	"街道代码"
//	@Param			If-Match				header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key			header		string			false	"幂等键"
//	@Param			body					body		SubmitInput		false	"说明与签报信息"
//	@Success		200						{object}	CoverageRecord	"已提交"
//	@Header			200						{string}	ETag			"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/coverage-records/{period}/{area}/submit [post]
func submitCoverageRecord(r *request) error {
	var in SubmitInput
	return r.actOnRecord(&in, func(tx *store.Writer, key coverage.Key, pre audit.Precondition) (coverage.Sheet, error) {
		return coverage.Submit(tx, key, pre, in.Explanations, coverage.SignOff{PreparedBy: in.PreparedBy, SignedBy: in.SignedBy, Phone: in.Phone})
	})
}

// withdrawCoverageRecord 撤回
//
//	@Summary		撤回记录
//	@Description	撤回尚未审核的提交，记录回到草稿。关闭之后也可以撤回，但不能再提交。
//	@Tags			coverage
//	@ID				withdrawCoverageRecord
//	@Param			period				path		string			true	"报告期"
//	@Param			area				path		string			true	"街道代码"
//	@Param			If-Match			header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key		header		string			false	"幂等键"
//	@Param			body				body		Empty			false	"无内容"
//	@Success		200					{object}	CoverageRecord	"已撤回"
//	@Header			200					{string}	ETag			"版本"
//	@Failure		403,404,409,412,428	{object}	Problem
//	@Router			/coverage-records/{period}/{area}/withdraw [post]
func withdrawCoverageRecord(r *request) error {
	return r.actOnRecord(&Empty{}, func(tx *store.Writer, key coverage.Key, pre audit.Precondition) (coverage.Sheet, error) {
		return coverage.Withdraw(tx, key, pre)
	})
}

// discardCoverageRecord 放弃
//
//	@Summary		放弃草稿
//	@Description	删除从未提交过的首版草稿；更正的草稿放弃后，回到更正前审核通过的版次。街道已撤并或不再填报、因而不应报本期的，填报员和审核员都可以放弃它未审核通过的记录（审计日志仍在）。
//	@Tags			coverage
//	@ID				discardCoverageRecord
//	@Param			period				path	string	true	"报告期"
//	@Param			area				path	string	true	"街道代码"
//	@Param			If-Match			header	string	true	"读取时的 etag"
//	@Param			Idempotency-Key		header	string	false	"幂等键"
//	@Param			body				body	Empty	false	"无内容"
//	@Success		204					"已放弃"
//	@Failure		403,404,409,412,428	{object}	Problem
//	@Router			/coverage-records/{period}/{area}/discard [post]
func discardCoverageRecord(r *request) error {
	key, err := r.coverageKey()
	if err == nil {
		err = r.decode(&Empty{})
	}
	if err != nil {
		return err
	}
	pre, err := r.precondition()
	if err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		return noContent(), coverage.Discard(tx, key, pre)
	})
}

// ReturnInput says why a record goes back.
// 退回
type ReturnInput struct {
	Reason   string   `json:"reason" title:"退回原因" validate:"required,max=500,words" example:"联合组建数与附表不符，请核对。"`                                    // 退回原因
	Pointers []string `json:"pointers,omitzero" title:"有疑问的数字" validate:"omitempty,max=26,dive,figure_pointer" example:"/figures/economic/joint"` // 有疑问的数字
	Until    *string  `json:"until,omitzero" title:"准许提交的最后一天" validate:"omitempty,date" example:"2027-01-05"`                                    // 准许重新提交的最后一天；不给出则为关闭日，或三天之后（取晚者）
}

// returnCoverageRecord 退回
//
//	@Summary		退回记录
//	@Description	退回待审核的记录，写明原因，可指出有疑问的数字。不能退回自己提交的记录。
//	@Tags			coverage
//	@ID				returnCoverageRecord
//	@Param			period					path		string			true	"报告期"
//	@Param			area					path		string			true	"街道代码"
//	@Param			If-Match				header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key			header		string			false	"幂等键"
//	@Param			body					body		ReturnInput		true	"退回原因"
//	@Success		200						{object}	CoverageRecord	"已退回"
//	@Header			200						{string}	ETag			"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/coverage-records/{period}/{area}/return [post]
func returnCoverageRecord(r *request) error {
	var in ReturnInput
	return r.actOnRecord(&in, func(tx *store.Writer, key coverage.Key, pre audit.Precondition) (coverage.Sheet, error) {
		return coverage.Return(tx, key, pre, coverage.ReturnSlip{Reason: in.Reason, Pointers: in.Pointers, Until: (*period.Date)(in.Until)})
	})
}

// approveCoverageRecord 审核通过
//
//	@Summary		审核通过
//	@Description	审核通过待审核的记录，该版次随即成为现行有效的版次并计入报表。不能审核自己提交的记录。
//	@Tags			coverage
//	@ID				approveCoverageRecord
//	@Param			period				path		string			true	"报告期"
//	@Param			area				path		string			true	"街道代码"
//	@Param			If-Match			header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key		header		string			false	"幂等键"
//	@Param			body				body		Empty			false	"无内容"
//	@Success		200					{object}	CoverageRecord	"已审核通过"
//	@Header			200					{string}	ETag			"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/coverage-records/{period}/{area}/approve [post]
func approveCoverageRecord(r *request) error {
	return r.actOnRecord(&Empty{}, func(tx *store.Writer, key coverage.Key, pre audit.Precondition) (coverage.Sheet, error) {
		return coverage.Approve(tx, key, pre)
	})
}

// CorrectInput says why an approved record is opened again.
// 发起更正
type CorrectInput struct {
	Reason string  `json:"reason" title:"更正原因" validate:"required,max=500,words" example:"漏报一家新设企业党支部。"`    // 更正原因
	Until  *string `json:"until,omitzero" title:"准许提交的最后一天" validate:"omitempty,date" example:"2027-01-05"` // 准许提交的最后一天；不给出则为关闭日，或三天之后（取晚者）
}

// correctCoverageRecord 发起更正
//
//	@Summary		发起更正
//	@Description	对审核通过的记录建立下一版次的草稿，数字照旧；新版次审核通过之前，原版次仍然有效。关闭之后不能发起，须先延期。
//	@Tags			coverage
//	@ID				correctCoverageRecord
//	@Param			period					path		string			true	"报告期"
//	@Param			area					path		string			true	"街道代码"
//	@Param			If-Match				header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key			header		string			false	"幂等键"
//	@Param			body					body		CorrectInput	true	"更正原因"
//	@Success		200						{object}	CoverageRecord	"下一版次的草稿"
//	@Header			200						{string}	ETag			"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/coverage-records/{period}/{area}/correct [post]
func correctCoverageRecord(r *request) error {
	var in CorrectInput
	return r.actOnRecord(&in, func(tx *store.Writer, key coverage.Key, pre audit.Precondition) (coverage.Sheet, error) {
		return coverage.Correct(tx, key, pre, in.Reason, (*period.Date)(in.Until))
	})
}

// BulkApprovalInput names the records to approve.
// 批量审核通过
type BulkApprovalInput struct {
	Period string            `json:"period" title:"报告期" validate:"required,period" example:"2026-Q3"`                                                              // 报告期
	Areas  []string          `json:"areas" title:"街道代码" validate:"required,min=1,max=1000,unique,dive,subdistrict" example:"330109001,330109002"`                  // 街道代码
	Etags  map[string]string `json:"etags,omitzero" title:"各街道的版本" validate:"omitempty,dive,keys,subdistrict,endkeys,max=40" example:"330109001:1760000000000000"` // 读取时各街道的 etag；给出的须与当前一致
}

// BulkApproval is what was approved.
// 批量审核结果
type BulkApproval struct {
	Period   string           `json:"period" validate:"period" example:"2026-Q3"` // 报告期
	Approved []ApprovedRecord `json:"approved"`                                   // 已审核通过的记录，次序同请求
}

// ApprovedRecord is one record that was approved.
// 一条已审核通过的记录
type ApprovedRecord struct {
	Area     AreaRef `json:"area"`                             // 街道
	Revision int64   `json:"revision" minimum:"1" example:"1"` // 现行有效的版次
	Etag     string  `json:"etag" example:"1760000000000000"`  // 版本
}

// approveCoverageRecords 批量审核通过
//
//	@Summary		批量审核通过
//	@Description	一次审核通过一个报告期的多个街道，全部通过或全部不办；有不能通过的，在 violations 中逐个列出，位置为 /areas/序号。
//	@Tags			coverage
//	@ID				approveCoverageRecords
//	@Param			Idempotency-Key	header		string				false	"幂等键"
//	@Param			body			body		BulkApprovalInput	true	"要审核通过的记录"
//	@Success		200				{object}	BulkApproval		"已全部审核通过"
//	@Failure		403,404,409,412,422	{object}	Problem
//	@Router			/coverage-records/approve [post]
func approveCoverageRecords(r *request) error {
	var in BulkApprovalInput
	if err := r.decode(&in); err != nil {
		return err
	}
	p, err := r.periodOf("/period", in.Period)
	if err != nil {
		return err
	}
	areas := make([]area.Code, len(in.Areas))
	for i, a := range in.Areas {
		areas[i] = area.Code(a)
	}
	versions := make(map[area.Code]period.Instant, len(in.Etags))
	for a, etag := range in.Etags {
		versions[area.Code(a)] = entityTag{opaque: strings.Trim(etag, `"`)}.version() // with the quotes of the header or without
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		records, err := coverage.ApproveAll(tx, p, areas, versions)
		if err != nil {
			return answer{}, err
		}
		out := BulkApproval{Period: string(p), Approved: make([]ApprovedRecord, len(records))}
		for i, c := range records {
			at, err := r.areaRef(&tx.Reader, c.Area)
			if err != nil {
				return answer{}, err
			}
			out.Approved[i] = ApprovedRecord{at, c.Revision, etagOf(c.Version)}
		}
		return plain(out), nil
	})
}
