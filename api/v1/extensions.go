package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/store"
)

// Extension lets an area and all below submit after the window has closed.
// 延期
type Extension struct {
	Area    AreaRef      `json:"area"`                                       // 区划，及其下级
	Period  string       `json:"period" validate:"period" example:"2026-Q3"` // 报告期
	Until   string       `json:"until" validate:"date" example:"2027-01-10"` // 延期至哪一天（含）
	Reason  string       `json:"reason" example:"因系统升级，延长补报时间。"`             // 原因
	Etag    string       `json:"etag" example:"1760000000000000"`            // 版本
	Actions []PlanAction `json:"actions"`                                    // 当前账号可做的操作
}

func (r *request) wireExtension(tx *store.Reader, e plan.Extension) (Extension, error) {
	at, err := r.areaRef(tx, e.Area)
	return Extension{
		Area: at, Period: string(e.Period), Until: string(e.AllowedUntil), Reason: e.Reason,
		Etag: etagOf(e.Version), Actions: r.planActions(e.Area, PlanEdit, PlanWithdraw),
	}, err
}

// extensionKey reads what a path under /periods/:period/extensions names.
func (r *request) extensionKey() (period.ID, area.Code, error) {
	p, err := r.periodParam()
	if err != nil {
		return "", "", err
	}
	at, err := r.areaParam("area")
	return p, at, err
}

// findExtension finds the extension that the path names.
func findExtension(r *request, tx *store.Reader) error {
	p, at, err := r.extensionKey()
	if err == nil {
		_, err = plan.GetExtension(tx, p, at)
	}
	return err
}

// getExtension 读取延期
//
//	@Summary		读取延期
//	@Description	只给出正对该区划的延期；没有则为 404，上级的延期照样有效。
//	@Tags			plan
//	@ID				getExtension
//	@Param			period	path		string		true	"报告期"
//	@Param			area	path		string		true	"行政区划代码"
//	@Success		200		{object}	Extension	"延期"
//	@Header			200		{string}	ETag		"版本"
//	@Failure		404		{object}	Problem
//	@Router			/periods/{period}/extensions/{area} [get]
func getExtension(r *request) error {
	p, at, err := r.extensionKey()
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		e, err := plan.GetExtension(tx, p, at)
		if err != nil {
			return answer{}, err
		}
		body, err := r.wireExtension(tx, e)
		return ok(body, e.Version), err
	})
}

// ExtensionInput grants an extension.
// 准予延期
type ExtensionInput struct {
	Until  string `json:"until" title:"延期截止日" validate:"required,date" example:"2027-01-10"`             // 延期至哪一天（含），不早于今天
	Reason string `json:"reason" title:"延期原因" validate:"required,max=500,words" example:"因系统升级，延长补报时间。"` // 原因
}

// putExtension 准予延期
//
//	@Summary		准予或修改延期
//	@Description	该区划及其下级在关闭日之后仍可提交，直到这一天；报送截止日不变。修改已有的须带 If-Match。
//	@Tags			plan
//	@ID				putExtension
//	@Param			period				path		string			true	"报告期"
//	@Param			area				path		string			true	"行政区划代码"
//	@Param			If-Match			header		string			false	"读取时的 etag"
//	@Param			If-None-Match		header		string			false	"只新建"
//	@Param			body				body		ExtensionInput	true	"延期"
//	@Success		200					{object}	Extension		"已修改"
//	@Success		201					{object}	Extension		"已准予"
//	@Header			200,201				{string}	ETag			"版本"
//	@Header			201					{string}	Location		"地址"
//	@Failure		403,404,412,422,428	{object}	Problem
//	@Router			/periods/{period}/extensions/{area} [put]
func putExtension(r *request) error {
	var in ExtensionInput
	p, at, err := r.extensionKey()
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
		e, first, err := plan.GrantExtension(tx, p, at, pre, period.Date(in.Until), in.Reason)
		if err != nil {
			return answer{}, err
		}
		body, err := r.wireExtension(&tx.Reader, e)
		if err != nil {
			return answer{}, err
		}
		if first {
			return created(body, "/periods/"+string(p)+"/extensions/"+string(at), e.Version), nil
		}
		return ok(body, e.Version), nil
	})
}

// deleteExtension 撤销延期
//
//	@Summary	撤销延期
//	@Description	撤销正对该区划的延期；上级的延期照样有效，已经提交的不受影响。
//	@Tags		plan
//	@ID			deleteExtension
//	@Param		period			path		string	true	"报告期"
//	@Param		area			path		string	true	"行政区划代码"
//	@Param		If-Match		header		string	true	"读取时的 etag"
//	@Success	204				"已撤销"
//	@Failure	403,404,412,428	{object}	Problem
//	@Router		/periods/{period}/extensions/{area} [delete]
func deleteExtension(r *request) error {
	p, at, err := r.extensionKey()
	if err != nil {
		return err
	}
	var pre audit.Precondition
	if pre, err = r.precondition(); err != nil {
		return err
	}
	return r.update(func(tx *store.Writer) (answer, error) {
		return noContent(), plan.WithdrawExtension(tx, p, at, pre)
	})
}
