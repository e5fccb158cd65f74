package v1

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/media"
	"brandregistry/internal/store"
)

// BrandRules are what a form for brands is made of.
// 品牌申报的规则
type BrandRules struct {
	PublicityDays    int             `json:"publicity_days" minimum:"0" maximum:"365" example:"5"`  // 公示至少多少天；0 为不公示，直接认定
	PublicityDaysMax int             `json:"publicity_days_max" minimum:"0" example:"365"`          // 公示至多多少天
	RecheckMonths    int             `json:"recheck_months" minimum:"0" maximum:"240" example:"24"` // 认定或复核后多少个月再次复核；0 为不复核
	Texts            []BrandTextRule `json:"texts"`                                                 // 各项内容，按表单的次序
	ReasonLength     int             `json:"reason_length" minimum:"1" example:"500"`               // 原因、复核意见和说明最多多少字
	EvidenceFiles    int             `json:"evidence_files" minimum:"1" example:"20"`               // 每个品牌最多多少份佐证材料，标识不计
	EvidenceBytes    int64           `json:"evidence_bytes" minimum:"1" example:"10485760"`         // 每份最多多少字节
	ImagePixels      int64           `json:"image_pixels" minimum:"1" example:"26000000"`           // 图片最多多少像素；每色 16 位、渐进或交错保存的更少
	MediaTypes       []media.Type    `json:"media_types" example:"application/pdf,image/jpeg"`      // 可以上传的类型
	LogoTypes        []media.Type    `json:"logo_types" example:"image/jpeg,image/png,image/webp"`  // 可以作标识的类型
	SearchWords      int             `json:"search_words" minimum:"1" example:"8"`                  // 查找时最多多少个词
}

// BrandTextRule is one field that a clerk writes.
// 一项内容
type BrandTextRule struct {
	Name      string `json:"name" example:"slogan"`                // 字段名
	Title     string `json:"title" example:"品牌口号"`                 // 名称
	MaxLength int    `json:"max_length" minimum:"1" example:"100"` // 最多多少字
	Required  bool   `json:"required" example:"true"`              // 申报时必填
}

// getBrandRules 品牌申报的规则
//
//	@Summary		品牌申报的规则
//	@Description	各项内容的长度与必填、公示天数、复核月数、上传的限制，供表单使用。状态与操作的表在 brands 分组的说明里。
//	@Tags			brands
//	@ID				getBrandRules
//	@Success		200	{object}	BrandRules	"规则"
//	@Router			/brand-rules [get]
func getBrandRules(r *request) error {
	return r.view(func(tx *store.Reader) (answer, error) {
		policy := tx.BrandPolicy()
		out := BrandRules{
			PublicityDays: policy.PublicityDays, PublicityDaysMax: brand.MaxPublicity, RecheckMonths: policy.RecheckMonths, ReasonLength: brand.MaxReason,
			EvidenceFiles: brand.MaxEvidence, EvidenceBytes: media.MaxBytes, ImagePixels: media.MaxPixels, MediaTypes: media.Types, SearchWords: brand.MaxTerms,
		}
		for _, t := range brand.Texts {
			out.Texts = append(out.Texts, BrandTextRule{t.Name, r.text(t.Title), t.Most, t.Required})
		}
		for _, t := range media.Types {
			if t.Image() {
				out.LogoTypes = append(out.LogoTypes, t)
			}
		}
		return plain(out), nil
	})
}
