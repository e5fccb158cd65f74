package v1

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
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
	Explanations map[string]string `json:"explanations,omitzero" title:"说明" validate:"omitempty,max=20,dive,keys,max=100,endkeys,max=500" example:"name.name_similar:与邻街道的品牌分属不同社区"` // 对提醒的说明，以 violations 的 key 为键；未触发的忽略
	Reason       *string           `json:"reason,omitzero" title:"申报说明" validate:"omitempty,max=500" example:"补充了成效数据。"`                                                             // 说明，可以不写；记入历史
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
	Reason *string `json:"reason,omitzero" title:"原因" validate:"omitempty,max=500" example:"补充了材料。"` // 原因
}

// BrandReturnInput says why a brand goes back.
// 退回品牌
type BrandReturnInput struct {
	Reason string `json:"reason" title:"退回原因" validate:"required,max=500,words" example:"做法与成效写得太简单，请补充。"` // 退回原因
}

// BrandRejectInput says why a brand is declined.
// 不予认定
type BrandRejectInput struct {
	Reason string `json:"reason" title:"不予认定的原因" validate:"required,max=500,words" example:"所述做法与品牌名称无关。"` // 不予认定的原因
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
//	@Param			body				body		BrandReturnInput	true	"退回原因"
//	@Success		200					{object}	Brand			"已退回"
//	@Header			200					{string}	ETag			"版本"
//	@Failure		403,404,409,412,428	{object}	Problem
//	@Router			/brands/{id}/return [post]
func returnBrand(r *request) error {
	var in BrandReturnInput
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
//	@Param			body				body		BrandRejectInput	true	"原因"
//	@Success		200					{object}	Brand			"已不予认定"
//	@Header			200					{string}	ETag			"版本"
//	@Failure		403,404,409,412,428	{object}	Problem
//	@Router			/brands/{id}/reject [post]
func rejectBrand(r *request) error {
	var in BrandRejectInput
	return r.actOnBrand(&in, func(tx *store.Writer, act brandAct) (brand.Sheet, error) {
		return brand.Reject(tx, act.id, act.pre, in.Reason)
	})
}

// PublicizeInput says until when a brand is shown to the public.
// 公示
type PublicizeInput struct {
	EndsOn string  `json:"ends_on" title:"公示截止日期" validate:"required,date" example:"2026-10-16"`         // 公示截止日期，至少在 PUBLICITY_DAYS 天之后
	Reason *string `json:"reason,omitzero" title:"公示依据" validate:"omitempty,max=500" example:"部务会研究同意。"` // 依据，可以不写；记入历史
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

// ConfirmInput says what a recheck found.
// 复核合格
type ConfirmInput struct {
	Note string `json:"note" title:"复核意见" validate:"required,max=500,words" example:"活动正常，群众满意。"` // 复核意见
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

// ReopenInput goes with a reopening.
// 重新申报
type ReopenInput struct {
	Reason *string `json:"reason,omitzero" title:"原因" validate:"omitempty,max=500" example:"补充了材料。"` // 原因
	Name   *string `json:"name,omitzero" title:"新名称" maxLength:"50" example:"红色引擎二号"`                // 新名称，原来的已被别的品牌使用时填写；不填为不改
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
