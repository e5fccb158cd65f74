package v1

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"strconv"
	"time"
)

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
				who, err := r.accountRef(tx, &e.Account, &e.At)
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
