package v1

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/store"
)

// RecognizeInput is a recognition as it is given.
// 认定
type RecognizeInput struct {
	Level        plan.BrandLevel `json:"level" title:"级别" validate:"required,oneof=district city province national" example:"district"`                                  // 级别
	Authority    string          `json:"authority" title:"命名单位" validate:"required,max=100,words" example:"示例区委组织部"`                                                     // 命名单位，不能是街道、镇、乡
	DocumentNo   *string         `json:"document_no,omitzero" title:"文号" validate:"omitempty,max=100" example:"示组发〔2026〕1号"`                                             // 文号，市级及以上必填
	RecognizedOn string          `json:"recognized_on" title:"认定日期" validate:"required,date" example:"2026-10-17"`                                                       // 认定日期，不晚于今天
	ValidTo      *string         `json:"valid_to,omitzero" title:"有效期" validate:"omitempty,date" example:"2029-10-16"`                                                   // 有效期的最后一天；没有期限的不填
	EvidenceIDs  []string        `json:"evidence_ids,omitzero" title:"佐证材料" validate:"omitempty,max=20,unique,dive,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8059"` // 佐证材料，市级及以上必填
	Replaces     *string         `json:"replaces,omitzero" title:"所替换的认定" validate:"omitempty,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8058"`                      // 换发时，所替换的同级认定的编号；它自新的认定日期起失效
	Corrects     *string         `json:"corrects,omitzero" title:"所更正的认定" validate:"omitempty,uuid" example:"01890a5d-ac96-774b-bcce-b302099a8058"`                      // 更正时，登记有误的同级认定的编号；它自始无效
	Reason       *string         `json:"reason,omitzero" title:"认定依据" validate:"omitempty,max=500" example:"部务会研究同意。"`                                                   // 依据，可以不写；记入历史
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

// RevokeInput says why a recognition ends.
// 撤销
type RevokeInput struct {
	Reason    string  `json:"reason" title:"撤销原因" validate:"required,max=500,words" example:"连续两年未开展活动。"`      // 撤销原因
	RevokedOn *string `json:"revoked_on,omitzero" title:"撤销日期" validate:"omitempty,date" example:"2027-03-01"` // 撤销日期，自这一天起无效；不填为今天
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
