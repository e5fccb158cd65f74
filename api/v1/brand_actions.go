package v1

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/store"
	"strconv"
	"time"
)

// brandAct is what an action on a brand is about.
type brandAct struct {
	id  string
	pre audit.Precondition
}

// actOnBrand reads the brand that the path names, a body and the precondition, and answers with the
// brand as do has left it.
func (r *request) actOnBrand(body any, do func(*store.Writer, brandAct) (brand.Sheet, error)) error {
	id, err := r.idParam("id")
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
		s, err := do(tx, brandAct{id, pre})
		if err != nil {
			return answer{}, err
		}
		out, err := r.wireBrand(&tx.Reader, s)
		return ok(out, s.Version), err
	})
}

// BrandSubmitInput goes with a submission.
// 申报时的说明
type BrandSubmitInput struct {
	Explanations map[string]string `json:"explanations,omitzero" validate:"omitempty,max=20,dive,keys,max=100,endkeys,max=500" example:"name.name_similar:与邻街道的品牌分属不同社区"` // 对提醒的说明，以 violations 的 key 为键；未触发的忽略
	Reason       *string           `json:"reason,omitzero" validate:"omitempty,max=500" example:"补充了成效数据。"`                                                               // 说明，可以不写；记入历史
}

// submitBrand 申报
//
//	@Summary		申报品牌
//	@Description	申报草稿或已退回的品牌。有空缺、或有未说明的提醒时拒绝（422），逐条列出位置与改法。
//	@Tags			brands
//	@ID				submitBrand
//	@Param			id						path		string				true	"品牌编号"
//	@Param			If-Match				header		string				true	"读取时的 etag"
//	@Param			Idempotency-Key			header		string				false	"幂等键"
//	@Param			body					body		BrandSubmitInput	false	"说明"
//	@Success		200						{object}	Brand				"已申报"
//	@Header			200						{string}	ETag				"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/brands/{id}/submit [post]
func submitBrand(r *request) error {
	var in BrandSubmitInput
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		return brand.Submit(tx, act.id, act.pre, in.Explanations, in.Reason)
	})
}

// OptionalReason says why, if anything.
// 原因，可以不写
type OptionalReason struct {
	Reason *string `json:"reason,omitzero" validate:"omitempty,max=500" example:"补充了材料。"` // 原因
}

// RequiredReason says why.
// 原因
type RequiredReason struct {
	Reason string `json:"reason" validate:"required,max=500" example:"做法与成效写得太简单，请补充。"` // 原因
}

// withdrawBrand 撤回
//
//	@Summary		撤回申报
//	@Description	撤回尚未审核的申报，品牌回到草稿。
//	@Tags			brands
//	@ID				withdrawBrand
//	@Param			id					path		string			true	"品牌编号"
//	@Param			If-Match			header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key		header		string			false	"幂等键"
//	@Param			body				body		OptionalReason	false	"原因"
//	@Success		200					{object}	Brand			"已撤回"
//	@Header			200					{string}	ETag			"版本"
//	@Failure		403,404,409,412,428	{object}	Problem
//	@Router			/brands/{id}/withdraw [post]
func withdrawBrand(r *request) error {
	var in OptionalReason
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		return brand.Withdraw(tx, act.id, act.pre, in.Reason)
	})
}

// returnBrand 退回
//
//	@Summary		退回品牌
//	@Description	退回待审核或公示中的品牌，写明原因。不能退回自己申报的品牌。
//	@Tags			brands
//	@ID				returnBrand
//	@Param			id					path		string			true	"品牌编号"
//	@Param			If-Match			header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key		header		string			false	"幂等键"
//	@Param			body				body		RequiredReason	true	"退回原因"
//	@Success		200					{object}	Brand			"已退回"
//	@Header			200					{string}	ETag			"版本"
//	@Failure		403,404,409,412,428	{object}	Problem
//	@Router			/brands/{id}/return [post]
func returnBrand(r *request) error {
	var in RequiredReason
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		return brand.Return(tx, act.id, act.pre, in.Reason)
	})
}

// rejectBrand 不予认定
//
//	@Summary		不予认定
//	@Description	对待审核或公示中的品牌不予认定，写明原因。
//	@Tags			brands
//	@ID				rejectBrand
//	@Param			id					path		string			true	"品牌编号"
//	@Param			If-Match			header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key		header		string			false	"幂等键"
//	@Param			body				body		RequiredReason	true	"原因"
//	@Success		200					{object}	Brand			"已不予认定"
//	@Header			200					{string}	ETag			"版本"
//	@Failure		403,404,409,412,428	{object}	Problem
//	@Router			/brands/{id}/reject [post]
func rejectBrand(r *request) error {
	var in RequiredReason
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		return brand.Reject(tx, act.id, act.pre, in.Reason)
	})
}

// PublicizeInput says until when a brand is shown to the public.
// 公示
type PublicizeInput struct {
	EndsOn string  `json:"ends_on" validate:"required,date" example:"2026-10-16"`           // 公示截止日期，至少在 PUBLICITY_DAYS 天之后
	Reason *string `json:"reason,omitzero" validate:"omitempty,max=500" example:"部务会研究同意。"` // 依据，可以不写；记入历史
}

// publicizeBrand 公示
//
//	@Summary		公示
//	@Description	公示待审核的品牌。未设公示期（PUBLICITY_DAYS=0）的系统不公示，答 409。
//	@Tags			brands
//	@ID				publicizeBrand
//	@Param			id						path		string			true	"品牌编号"
//	@Param			If-Match				header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key			header		string			false	"幂等键"
//	@Param			body					body		PublicizeInput	true	"截止日期"
//	@Success		200						{object}	Brand			"已公示"
//	@Header			200						{string}	ETag			"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/brands/{id}/publicize [post]
func publicizeBrand(r *request) error {
	var in PublicizeInput
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		return brand.Publicize(tx, act.id, act.pre, period.Date(in.EndsOn), in.Reason)
	})
}

// RecognizeInput is a recognition as it is given.
// 认定
type RecognizeInput struct {
	Level        plan.BrandLevel `json:"level" validate:"required,oneof=district city province national" example:"district"`                                // 级别
	Authority    string          `json:"authority" validate:"required,max=100" example:"示例区委组织部"`                                                           // 命名单位，不能是街道、镇、乡
	DocumentNo   *string         `json:"document_no,omitzero" validate:"omitempty,max=100" example:"示组发〔2026〕1号"`                                           // 文号，区级以上必填
	RecognizedOn string          `json:"recognized_on" validate:"required,date" example:"2026-10-17"`                                                       // 认定日期，不晚于今天
	ValidTo      *string         `json:"valid_to,omitzero" validate:"omitempty,date" example:"2029-10-16"`                                                  // 有效期的最后一天；没有期限的不填
	EvidenceIDs  []string        `json:"evidence_ids,omitzero" validate:"omitempty,max=20,unique,dive,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8059"` // 佐证材料，区级以上必填
	Replaces     *string         `json:"replaces,omitzero" validate:"omitempty,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8058"`                        // 换发时，所替换的同级认定的编号；它自新的认定日期起失效
	Corrects     *string         `json:"corrects,omitzero" validate:"omitempty,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8058"`                        // 更正时，登记有误的同级认定的编号；它自始无效
	Reason       *string         `json:"reason,omitzero" validate:"omitempty,max=500" example:"部务会研究同意。"`                                                   // 依据，可以不写；记入历史
}

// recognizeBrand 认定
//
//	@Summary		认定（命名）
//	@Description	公示期满后认定；已认定的品牌可以再认定其他级别。认定日期按文件填写，补录以前的命名可以早于公示。同一级别同一时间只有一个有效的认定（409）：换发用 replaces，登记有误用 corrects。跳级的给出提醒，不拒绝。
//	@Tags			brands
//	@ID				recognizeBrand
//	@Param			id						path		string			true	"品牌编号"
//	@Param			If-Match				header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key			header		string			false	"幂等键"
//	@Param			body					body		RecognizeInput	true	"认定"
//	@Success		200						{object}	Brand			"已认定"
//	@Header			200						{string}	ETag			"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/brands/{id}/recognize [post]
func recognizeBrand(r *request) error {
	var in RecognizeInput
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		return brand.Recognize(tx, act.id, act.pre, brand.Award{Level: in.Level, Authority: in.Authority, DocumentNo: in.DocumentNo,
			RecognizedOn: period.Date(in.RecognizedOn), ValidTo: (*period.Date)(in.ValidTo), Evidence: in.EvidenceIDs,
			Replaces: in.Replaces, Corrects: in.Corrects, Reason: in.Reason})
	})
}

// ConfirmInput says what a recheck found.
// 复核合格
type ConfirmInput struct {
	Note string `json:"note" validate:"required,max=500" example:"活动正常，群众满意。"` // 复核意见
}

// confirmBrand 复核合格
//
//	@Summary		复核合格
//	@Description	对已认定的品牌作定期复核，确认合格，下次复核日期随之推后；不合格的用撤销。
//	@Tags			brands
//	@ID				confirmBrand
//	@Param			id					path		string			true	"品牌编号"
//	@Param			If-Match			header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key		header		string			false	"幂等键"
//	@Param			body				body		ConfirmInput	true	"复核意见"
//	@Success		200					{object}	Brand			"已复核"
//	@Header			200					{string}	ETag			"版本"
//	@Failure		403,404,409,412,428	{object}	Problem
//	@Router			/brands/{id}/confirm [post]
func confirmBrand(r *request) error {
	var in ConfirmInput
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		return brand.Confirm(tx, act.id, act.pre, in.Note)
	})
}

// RevokeInput says why a recognition ends.
// 撤销
type RevokeInput struct {
	Reason    string  `json:"reason" validate:"required,max=500" example:"连续两年未开展活动。"`            // 撤销原因
	RevokedOn *string `json:"revoked_on,omitzero" validate:"omitempty,date" example:"2027-03-01"` // 撤销日期，自这一天起无效；不填为今天
}

// revokeBrand 撤销
//
//	@Summary		撤销（摘牌）
//	@Description	撤销品牌的全部有效认定。
//	@Tags			brands
//	@ID				revokeBrand
//	@Param			id						path		string		true	"品牌编号"
//	@Param			If-Match				header		string		true	"读取时的 etag"
//	@Param			Idempotency-Key			header		string		false	"幂等键"
//	@Param			body					body		RevokeInput	true	"撤销原因"
//	@Success		200						{object}	Brand		"已撤销"
//	@Header			200						{string}	ETag		"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/brands/{id}/revoke [post]
func revokeBrand(r *request) error {
	var in RevokeInput
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		return brand.Revoke(tx, act.id, act.pre, in.Reason, (*period.Date)(in.RevokedOn))
	})
}

// revokeRecognition 撤销一次认定
//
//	@Summary		撤销一次认定
//	@Description	只撤销这一级别的认定；它是最后一个未撤销的，品牌即成为已撤销。
//	@Tags			brands
//	@ID				revokeRecognition
//	@Param			id						path		string		true	"品牌编号"
//	@Param			rid						path		string		true	"认定编号"
//	@Param			If-Match				header		string		true	"读取品牌时的 etag"
//	@Param			Idempotency-Key			header		string		false	"幂等键"
//	@Param			body					body		RevokeInput	true	"撤销原因"
//	@Success		200						{object}	Brand		"已撤销"
//	@Header			200						{string}	ETag		"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/brands/{id}/recognitions/{rid}/revoke [post]
func revokeRecognition(r *request) error {
	rid, err := r.idParam("rid")
	if err != nil {
		return err
	}
	var in RevokeInput
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		return brand.RevokeOne(tx, act.id, rid, act.pre, in.Reason, (*period.Date)(in.RevokedOn))
	})
}

// findRecognition finds the recognition that the path names.
func findRecognition(r *request, tx *store.Reader) error {
	id, err := r.idParam("id")
	if err != nil {
		return err
	}
	rid, err := r.idParam("rid")
	if err != nil {
		return err
	}
	return brand.FindRecognition(tx, id, rid)
}

// ReopenInput goes with a reopening.
// 重新申报
type ReopenInput struct {
	Reason *string `json:"reason,omitzero" validate:"omitempty,max=500" example:"补充了材料。"` // 原因
	Name   *string `json:"name,omitzero" maxLength:"50" example:"红色引擎二号"`                 // 新名称，原来的已被别的品牌使用时填写；不填为不改
}

// reopenBrand 重新申报
//
//	@Summary		重新申报
//	@Description	使不予认定或已撤销的品牌回到草稿，再次申报。名称已被别的品牌使用时答 409，可以同时另起一个名称。
//	@Tags			brands
//	@ID				reopenBrand
//	@Param			id					path		string			true	"品牌编号"
//	@Param			If-Match			header		string			true	"读取时的 etag"
//	@Param			Idempotency-Key		header		string			false	"幂等键"
//	@Param			body				body		ReopenInput	false	"原因、新名称"
//	@Success		200					{object}	Brand			"草稿"
//	@Header			200					{string}	ETag			"版本"
//	@Failure		403,404,409,412,422,428	{object}	Problem
//	@Router			/brands/{id}/reopen [post]
func reopenBrand(r *request) error {
	var in ReopenInput
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		return brand.Reopen(tx, act.id, act.pre, in.Reason, in.Name)
	})
}

// BrandEvent is one step of a brand's life.
// 品牌的一步
type BrandEvent struct {
	At             time.Time       `json:"at" example:"2026-10-08T02:00:00.000001Z"`                                            // 时刻
	Actor          AccountRef      `json:"actor"`                                                                               // 操作人
	Action         brand.EventKind `json:"action" example:"brand.submit"`                                                       // 操作，与审计日志一致
	RecognitionIDs []string        `json:"recognition_ids" validate:"dive,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8058"` // 新增或变动的认定
	EvidenceIDs    []string        `json:"evidence_ids" validate:"dive,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8059"`    // 新增或删除的材料
	Reason         *string         `json:"reason" example:"做法与成效写得太简单，请补充。"`                                                    // 原因或复核意见
	Changes        []FieldChange   `json:"changes"`                                                                             // 逐项变动
}

// listBrandHistory 品牌的历史
//
//	@Summary		品牌的历史
//	@Description	由审计日志讲述：每一次填写、申报、审核、公示、认定、复核、撤销和材料的增减，一步一项，逐项列出变动，从最近的起。changes 的 pointer 按编号指认定与材料，如 /recognitions/{编号}/level；before、after 是存储的文本。
//	@Tags			brands
//	@ID				listBrandHistory
//	@Param			id		path		string				true	"品牌编号"
//	@Param			query	query		historyQuery		false	"查询"
//	@Success		200		{object}	Page[BrandEvent]	"一页历史"
//	@Failure		404		{object}	Problem
//	@Router			/brands/{id}/history [get]
func listBrandHistory(r *request) error {
	var q historyQuery
	id, err := r.idParam("id")
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
		told, err := brand.History(tx, id, period.Instant(before), q.Limit+1)
		if err != nil {
			return answer{}, err
		}
		out, err := page(r, q.pageQuery, told,
			func(e brand.Told) []string { return []string{strconv.FormatInt(int64(e.At), 10)} },
			func(e brand.Told) (BrandEvent, error) {
				who, err := r.accountRef(tx, &e.Account)
				if err != nil {
					return BrandEvent{}, err
				}
				changes := make([]FieldChange, len(e.Changes))
				for i, c := range e.Changes {
					changes[i] = FieldChange{c.Pointer, r.text(c.Title), c.Before, c.After}
				}
				return BrandEvent{instant(e.At), *who, e.Action, append([]string{}, e.Recognitions...), append([]string{}, e.Evidence...), e.Reason, changes}, nil
			})
		if err == nil && q.Count {
			out.Total, err = total(brand.CountHistory(tx, id))
		}
		return plain(out), err
	})
}
