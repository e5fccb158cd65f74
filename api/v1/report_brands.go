package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/report"
	"brandregistry/internal/store"
	"time"
)

// BrandReport is how many brands an area has on a day, as known at an instant.
// 品牌情况报表
type BrandReport struct {
	Area          AreaRef         `json:"area"`                                        // 区划
	On            string          `json:"on" validate:"date" example:"2026-10-20"`     // 统计日期
	AsOf          time.Time       `json:"as_of" example:"2026-10-20T08:30:00.000001Z"` // 数据截至的时刻
	Count         int64           `json:"count" minimum:"0" example:"17"`              // 计入目标的品牌数：统计日期有效的最高级别不低于 level 的
	Target        *int64          `json:"target" minimum:"0" example:"20"`             // 目标数；没有目标为 null
	Level         plan.BrandLevel `json:"level" example:"district"`                    // 计入目标的最低级别
	Gap           *int64          `json:"gap" minimum:"0" example:"3"`                 // 还差几个，已达标为 0；没有目标为 null
	Met           *bool           `json:"met" example:"false"`                         // 是否达标；没有目标为 null
	ByLevel       BrandsByLevel   `json:"by_level"`                                    // 按有效的最高级别，每个品牌只计一次
	ByField       BrandsByField   `json:"by_field"`                                    // 计入目标的品牌，按领域
	ByState       BrandsByState   `json:"by_state"`                                    // 全部品牌，按数据截至时刻的状态，与统计日期无关
	DueForRecheck int64           `json:"due_for_recheck" minimum:"0" example:"1"`     // 按数据截至时刻的复核情况，到统计日期应复核的品牌数
	Rows          []BrandRow      `json:"rows"`                                        // 下一级各区划；区直机关、学校、医院的品牌以区自身为一行；统计日期不存在、又没有品牌的区划不列
}

// BrandRow is an area one level down.
// 一行
type BrandRow struct {
	Area    AreaRef       `json:"area"`                          // 区划
	Count   int64         `json:"count" minimum:"0" example:"2"` // 计入目标的品牌数
	ByLevel BrandsByLevel `json:"by_level"`                      // 按有效的最高级别
}

// BrandsByLevel are numbers of brands by their highest level.
// 各级品牌数
type BrandsByLevel struct {
	District int64 `json:"district" minimum:"0" example:"12"` // 区级
	City     int64 `json:"city" minimum:"0" example:"4"`      // 市级
	Province int64 `json:"province" minimum:"0" example:"1"`  // 省级
	National int64 `json:"national" minimum:"0" example:"0"`  // 国家级
}

// BrandsByField are numbers of brands by field.
// 各领域品牌数
type BrandsByField struct {
	Community           int64 `json:"community" minimum:"0" example:"6"`             // 社区
	Village             int64 `json:"village" minimum:"0" example:"4"`               // 村
	GovernmentOffice    int64 `json:"government_office" minimum:"0" example:"1"`     // 机关
	StateEnterprise     int64 `json:"state_enterprise" minimum:"0" example:"1"`      // 国有企业
	NonPublicEnterprise int64 `json:"non_public_enterprise" minimum:"0" example:"2"` // 非公有制企业
	SocialOrganization  int64 `json:"social_organization" minimum:"0" example:"1"`   // 社会组织
	School              int64 `json:"school" minimum:"0" example:"1"`                // 学校
	Hospital            int64 `json:"hospital" minimum:"0" example:"1"`              // 医院
	NewEmployment       int64 `json:"new_employment" minimum:"0" example:"0"`        // 新就业群体
}

// BrandsByState are numbers of brands by state.
// 各状态品牌数
type BrandsByState struct {
	Draft      int64 `json:"draft" minimum:"0" example:"2"`       // 草稿
	Submitted  int64 `json:"submitted" minimum:"0" example:"2"`   // 已申报，待审核
	Returned   int64 `json:"returned" minimum:"0" example:"1"`    // 已退回，待修改
	Rejected   int64 `json:"rejected" minimum:"0" example:"1"`    // 不予认定
	Publicized int64 `json:"publicized" minimum:"0" example:"2"`  // 公示中
	Recognized int64 `json:"recognized" minimum:"0" example:"17"` // 已认定
	Revoked    int64 `json:"revoked" minimum:"0" example:"1"`     // 已撤销
}

func byLevel(c brand.Counts) BrandsByLevel {
	return BrandsByLevel{c.ByLevel(plan.BrandDistrict), c.ByLevel(plan.BrandCity), c.ByLevel(plan.BrandProvince), c.ByLevel(plan.BrandNational)}
}

func brandReport(b report.Brands) BrandReport {
	field := func(f brand.Field) int64 { return b.Counts.From(b.Level, f) }
	state := b.Counts.ByState
	out := BrandReport{
		Area: placeRef(b.Place), On: string(b.On), AsOf: instant(b.AsOf), Count: b.Count, Target: b.Target, Level: b.Level, Gap: b.Gap, Met: b.Met,
		ByLevel: byLevel(b.Counts),
		ByField: BrandsByField{field(brand.Community), field(brand.Village), field(brand.GovernmentOffice), field(brand.StateEnterprise), field(brand.NonPublicEnterprise),
			field(brand.SocialOrganization), field(brand.School), field(brand.Hospital), field(brand.NewEmployment)},
		ByState: BrandsByState{state(brand.Draft), state(brand.Submitted), state(brand.Returned), state(brand.Rejected), state(brand.Publicized),
			state(brand.Recognized), state(brand.Revoked)},
		DueForRecheck: b.Counts.Due(), Rows: make([]BrandRow, len(b.Rows)),
	}
	for i, row := range b.Rows {
		out.Rows[i] = BrandRow{placeRef(row.Place), row.Count, byLevel(row.Counts)}
	}
	return out
}

type brandReportQuery struct {
	Area string `form:"area" validate:"omitempty,area_code" example:"330109"`            // 区划；不填为账号所在区划
	On   string `form:"on" validate:"omitempty,date" example:"2026-10-20"`               // 统计日期；不填为所给 as_of 的当天，as_of 也不填则为今天
	AsOf string `form:"as_of" validate:"omitempty,stamp" example:"2026-10-20T08:30:00Z"` // 数据截至的时刻，取此刻及以前最近一次变动；不填为最新
}

// getBrandReport 品牌情况报表
//
//	@Summary		品牌情况报表
//	@Description	所查区划的品牌数、离目标还差几个，按级别、领域、状态分列，以及下一级各行。同一 on、as_of、语言与程序版本，字节永远相同；要原样再取，请把报表上的 on 与 as_of 都带上。
//	@Tags			reports
//	@ID				getBrandReport
//	@Param			query			query		brandReportQuery	false	"查询"
//	@Param			If-None-Match	header		string				false	"上次得到的 ETag"
//	@Success		200				{object}	BrandReport			"报表"
//	@Success		304				"内容未变"
//	@Header			200,304			{string}	ETag	"报表字节的摘要"
//	@Failure		404				{object}	Problem
//	@Router			/reports/brands [get]
func getBrandReport(r *request) error {
	var q brandReportQuery
	if err := r.query(&q); err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		b, err := report.GetBrands(tx, report.BrandQuery{Area: area.Code(q.Area), On: period.Date(q.On), AsOf: asOf(q.AsOf)})
		if err != nil {
			return answer{}, err
		}
		return reportAnswer(brandReport(b)), nil
	})
}
