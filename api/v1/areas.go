package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/catalog"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"brandregistry/internal/text"
	"cmp"
	"strings"
)

// Area is one administrative area.
// 行政区划
type Area struct {
	Code       string               `json:"code" validate:"area_code" example:"330109001"`             // 行政区划代码
	Name       string               `json:"name" example:"城厢街道"`                                       // 名称
	Level      area.Level           `json:"level" example:"subdistrict"`                               // 级别
	Reports    bool                 `json:"reports" example:"true"`                                    // 是否填报单位（仅街道、镇、乡）
	ValidFrom  *string              `json:"valid_from" validate:"omitempty,date" example:"2026-01-01"` // 启用日期（存续的第一天）；null 为不限
	ValidTo    *string              `json:"valid_to" validate:"omitempty,date" example:"2026-12-31"`   // 停用日期（存续的最后一天）；null 为不限
	Successors []string             `json:"successors" validate:"dive,area_code" example:"330109002"`  // 撤并后承接的区划代码
	Etag       string               `json:"etag" example:"1760000000000000"`                           // 版本，修改时放入 If-Match
	Actions    []catalog.AreaAction `json:"actions" example:"edit"`                                    // 当前账号可作的操作
}

// AreaInput is an area as it is put.
// 区划内容
type AreaInput struct {
	Name       string   `json:"name" title:"区划名称" validate:"required,max=64" example:"城厢街道"`                                     // 名称，1 至 64 个字
	ValidFrom  *string  `json:"valid_from,omitzero" title:"启用日期" validate:"omitempty,date" example:"2026-01-01"`                 // 启用日期；不填或 null 为不限
	ValidTo    *string  `json:"valid_to,omitzero" title:"停用日期" validate:"omitempty,date" example:"2026-12-31"`                   // 停用日期；不填或 null 为不限
	Successors []string `json:"successors,omitzero" title:"承接区划" validate:"omitempty,max=50,dive,area_code" example:"330109002"` // 撤并后承接的区划代码（须填停用日期）
	Reports    *bool    `json:"reports,omitzero" title:"是否填报单位" example:"true"`                                                  // 是否填报单位；不填则不变，新建时按代码默认
}

type areaListQuery struct {
	Parent string `form:"parent" validate:"omitempty,area_code" example:"330109"`          // 上级区划代码：只列它的下一级
	On     string `form:"on" validate:"omitempty,date" example:"2026-09-30"`               // 只列这一天存续的
	Q      string `form:"q" validate:"omitempty,max=64" example:"城厢"`                      // 代码的开头，或名称的一部分；不计全半角、大小写、空格和标点
	Sort   string `form:"sort" validate:"oneof=code -code" default:"code" example:"-code"` // 次序
	pageQuery
}

func wireArea(r *request, a catalog.Area) Area {
	out := Area{
		Code: string(a.Code), Name: a.Name, Level: a.Code.Level(), Reports: a.Reports, ValidFrom: (*string)(a.ValidFrom), ValidTo: (*string)(a.ValidTo),
		Etag: etagOf(a.Version), Actions: catalog.Actions(r.actor(), a.Code),
	}
	for _, s := range a.Successors {
		out.Successors = append(out.Successors, string(s))
	}
	return out
}

// findArea finds the area that the path names so.
func findArea(name string) func(r *request, tx *store.Reader) error {
	return func(r *request, tx *store.Reader) error {
		at, err := r.areaParam(name)
		if err != nil {
			return err
		}
		return tx.AreaExists(at)
	}
}

// listAreas 列出区划
//
//	@Summary		列出区划
//	@Description	按代码排列。parent 只列下一级；可按存续日期、代码开头或名称筛选。
//	@Tags			areas
//	@ID				listAreas
//	@Param			query	query		areaListQuery	false	"查询"
//	@Success		200		{object}	Page[Area]
//	@Router			/areas [get]
func listAreas(r *request) error {
	var in areaListQuery
	if err := r.query(&in); err != nil {
		return err
	}
	after, err := r.after(in.pageQuery)
	if err != nil {
		return err
	}
	f := catalog.Filter{Parent: area.Code(in.Parent), Text: cmp.Or(text.Searchable(in.Q), strings.TrimSpace(in.Q)), Descending: in.Sort == "-code", Limit: in.Limit + 1}
	if in.On != "" {
		f.On = (*period.Date)(&in.On)
	}
	if len(after) == 1 {
		f.After = area.Code(after[0])
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		rows, err := catalog.List(tx, f)
		if err != nil {
			return answer{}, err
		}
		out, err := page(r, in.pageQuery, rows, func(a catalog.Area) []string { return []string{string(a.Code)} },
			func(a catalog.Area) (Area, error) { return wireArea(r, a), nil })
		if err == nil && in.Count {
			out.Total, err = total(tx.CountAreas(f))
		}
		return plain(out), err
	})
}

// total makes a page's total of a count.
func total(n int64, err error) (*int64, error) { return &n, err }

// getArea 读取区划
//
//	@Summary	读取区划
//	@Description	给出区划现在的内容，无论是否仍然存续；历史内容见审计日志。
//	@Tags		areas
//	@ID			getArea
//	@Param		code	path		string	true	"行政区划代码"
//	@Success	200		{object}	Area
//	@Header		200		{string}	ETag	"版本"
//	@Failure	404		{object}	Problem
//	@Router		/areas/{code} [get]
func getArea(r *request) error {
	code, err := r.areaParam("code")
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		a, err := catalog.Get(tx, code)
		return ok(wireArea(r, a), a.Version), err
	})
}

// putArea 登记或修改区划
//
//	@Summary		登记或修改区划
//	@Description	管理员维护本辖区内的区划；修改后原来的内容作为历史保留。新区划的上级须已登记。本区划已有审核通过数据的报告期，不能改成不再应报（422，area_has_official_records）；别的单位已有审核通过数据、已经结束的报告期，也不能因这次修改多出一个应报单位（422，area_rewrites_past），请用 valid_from 写明从何时起填报。承接区划（successors）在停用次日须存续，不能绕成一圈。
//	@Tags			areas
//	@ID				putArea
//	@Param			code			path		string		true	"行政区划代码"
//	@Param			If-Match		header		string		false	"读取时的 etag；修改已有区划时必填"
//	@Param			If-None-Match	header		string		false	"* 表示只新建"
//	@Param			body			body		AreaInput	true	"区划内容"
//	@Success		200				{object}	Area
//	@Header			200				{string}	ETag	"版本"
//	@Success		201				{object}	Area
//	@Header			201				{string}	ETag		"版本"
//	@Header			201				{string}	Location	"新区划的地址"
//	@Failure		403,412,422,428	{object}	Problem
//	@Router			/areas/{code} [put]
func putArea(r *request) error {
	code, err := r.areaParam("code")
	if err != nil {
		return err
	}
	var body AreaInput
	if err := r.decode(&body); err != nil {
		return err
	}
	pre, err := r.precondition()
	if err != nil {
		return err
	}
	in := catalog.Input{Name: body.Name, ValidFrom: (*period.Date)(body.ValidFrom), ValidTo: (*period.Date)(body.ValidTo), Reports: body.Reports}
	for _, s := range body.Successors {
		in.Successors = append(in.Successors, area.Code(s))
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		a, isNew, err := catalog.Put(tx, code, pre, in)
		if err != nil {
			return answer{}, err
		}
		if isNew {
			return created(wireArea(r, a), "/areas/"+string(code), a.Version), nil
		}
		return ok(wireArea(r, a), a.Version), nil
	})
}
