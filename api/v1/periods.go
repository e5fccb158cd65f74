package v1

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/store"
	"slices"
)

// PlanAction is what can be done to a window, an extension or a goal.
// 可对填报时间、延期或目标做的操作
type PlanAction string

// The actions.
const (
	PlanEdit     PlanAction = "edit"     // 设定、修改
	PlanWithdraw PlanAction = "withdraw" // 撤销
)

// planActions lists what the actor may do to the plan at an area.
func (r *request) planActions(at area.Code, actions ...PlanAction) []PlanAction {
	if access.Check(r.actor(), access.WritePlan, at) != nil {
		return []PlanAction{}
	}
	return actions
}

// Period is a period with the window in which an area reports it.
// 报告期与填报时间
type Period struct {
	Period        string       `json:"period" validate:"period" example:"2026-Q3"`                 // 报告期
	StartsOn      string       `json:"starts_on" validate:"date" example:"2026-07-01"`             // 报告期的第一天
	EndsOn        string       `json:"ends_on" validate:"date" example:"2026-09-30"`               // 报告期的最后一天
	OpensOn       string       `json:"opens_on" validate:"date" example:"2026-10-01"`              // 开始填报日：从这一天起可以提交
	DueOn         string       `json:"due_on" validate:"date" example:"2026-10-11"`                // 报送截止日：这一天之后首次提交的算迟报
	ClosesOn      string       `json:"closes_on" validate:"date" example:"2026-12-31"`             // 关闭日：这一天之后不能再提交，延期除外
	InheritedFrom *string      `json:"inherited_from" validate:"omitempty,area_code" example:"33"` // 填报时间沿用自哪个上级区划；本级自设或系统默认则为 null
	Etag          string       `json:"etag" example:"1760000000000000"`                            // 版本；沿用的为所沿用者的版本，默认的为 0
	Actions       []PlanAction `json:"actions"`                                                    // 当前账号可做的操作
}

func (r *request) wirePeriod(w plan.Window, from *area.Code, at area.Code) Period {
	return Period{
		Period: string(w.Period), StartsOn: string(w.Period.StartsOn()), EndsOn: string(w.Period.EndsOn()),
		OpensOn: string(w.OpensOn), DueOn: string(w.DueOn), ClosesOn: string(w.ClosesOn),
		InheritedFrom: (*string)(from), Etag: etagOf(w.Version), Actions: r.planActions(at, PlanEdit),
	}
}

type periodListQuery struct {
	From string `form:"from" validate:"omitempty,period" example:"2026-Q1"`     // 从哪个报告期起（含）
	To   string `form:"to" validate:"omitempty,period" example:"2026-Q4"`       // 到哪个报告期止（含）
	Area string `form:"area" validate:"omitempty,area_code" example:"330109"`   // 看哪个区划的填报时间；不填为本人所在区划
	Sort string `form:"sort" validate:"oneof=period -period" default:"-period"` // 次序：period 由早到晚，-period 由晚到早
	pageQuery
}

// atArea returns the area that a query names, the actor's when it names none.
func (r *request) atArea(given string) area.Code {
	if given == "" {
		return r.actor().Area
	}
	return area.Code(given)
}

// listPeriods 列出报告期
//
//	@Summary		列出报告期
//	@Description	列出有数据或设过填报时间的报告期，以及当前和最近结束的报告期；任何一个报告期都可以直接读取。
//	@Tags			plan
//	@ID				listPeriods
//	@Param			query	query		periodListQuery	false	"查询"
//	@Success		200		{object}	Page[Period]	"一页报告期"
//	@Failure		404		{object}	Problem
//	@Router			/periods [get]
func listPeriods(r *request) error {
	var q periodListQuery
	if err := r.query(&q); err != nil {
		return err
	}
	for name, value := range map[string]string{"from": q.From, "to": q.To} {
		if value != "" {
			if _, err := r.periodOf(name, value); err != nil {
				return err
			}
		}
	}
	after, err := r.after(q.pageQuery)
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		at := r.atArea(q.Area)
		list, err := plan.Periods(tx, at, period.ID(q.From), period.ID(q.To))
		if err != nil {
			return answer{}, err
		}
		total := int64(len(list))
		if q.Sort == "period" {
			slices.Reverse(list)
		}
		if after != nil {
			list = slices.DeleteFunc(list, func(l plan.Listed) bool {
				return (q.Sort == "period") == (string(l.Period) <= after[0]) || string(l.Period) == after[0]
			})
		}
		out, err := page(r, q.pageQuery, list,
			func(l plan.Listed) []string { return []string{string(l.Period)} },
			func(l plan.Listed) (Period, error) { return r.wirePeriod(l.Window, l.From, at), nil })
		if q.Count {
			out.Total = &total
		}
		return plain(out), err
	})
}

type periodQuery struct {
	Area string `form:"area" validate:"omitempty,area_code" example:"330109"` // 哪个区划；不填为本人所在区划
}

// findPeriodArea finds the area whose window is asked for, as far as the query says which.
func findPeriodArea(r *request, tx *store.Reader) error {
	var q periodQuery
	if _, err := bindQuery(r.gin.Request.URL.RawQuery, &q); err != nil {
		return err
	}
	at, err := area.Parse(string(r.atArea(q.Area)))
	if err == nil {
		err = tx.AreaExists(at)
	}
	if err != nil {
		return err
	}
	return r.check(at)
}

// getPeriod 读取报告期的填报时间
//
//	@Summary		读取填报时间
//	@Description	给出对该区划有效的填报时间：本级自设的，否则沿用最近的上级，都没有则为默认：报告期结束次日开始，十天后截止，下一报告期最后一天关闭。
//	@Tags			plan
//	@ID				getPeriod
//	@Param			period	path		string		true	"报告期"
//	@Param			query	query		periodQuery	false	"查询"
//	@Success		200		{object}	Period		"填报时间"
//	@Header			200		{string}	ETag		"版本"
//	@Failure		404		{object}	Problem
//	@Router			/periods/{period} [get]
func getPeriod(r *request) error {
	var q periodQuery
	p, err := r.periodParam()
	if err == nil {
		err = r.query(&q)
	}
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		at := r.atArea(q.Area)
		w, from, err := plan.GetWindow(tx, p, at)
		if err != nil {
			return answer{}, err
		}
		return ok(r.wirePeriod(w, from, at), w.Version), nil
	})
}

// PeriodInput sets a window.
// 设定填报时间
type PeriodInput struct {
	OpensOn  string `json:"opens_on" title:"开始填报日" validate:"required,date" example:"2026-10-01"` // 开始填报日，晚于报告期的第一天
	DueOn    string `json:"due_on" title:"报送截止日" validate:"required,date" example:"2026-10-11"`   // 报送截止日，不早于开始填报日
	ClosesOn string `json:"closes_on" title:"关闭日" validate:"required,date" example:"2026-12-31"`  // 关闭日，不早于报送截止日
}

// putPeriod 设定报告期的填报时间
//
//	@Summary		设定填报时间
//	@Description	对该区划及其下级有效，下级自设的除外。修改本级已设的须带 If-Match；沿用或默认的可带可不带。
//	@Tags			plan
//	@ID				putPeriod
//	@Param			period				path		string		true	"报告期"
//	@Param			query				query		periodQuery	false	"查询"
//	@Param			If-Match			header		string		false	"读取时的 etag"
//	@Param			If-None-Match		header		string		false	"只新建"
//	@Param			body				body		PeriodInput	true	"填报时间"
//	@Success		200					{object}	Period		"已修改"
//	@Success		201					{object}	Period		"已设定：本级的第一个"
//	@Header			200,201				{string}	ETag		"版本"
//	@Header			201					{string}	Location	"地址"
//	@Failure		403,404,412,422,428	{object}	Problem
//	@Router			/periods/{period} [put]
func putPeriod(r *request) error {
	var q periodQuery
	var in PeriodInput
	p, err := r.periodParam()
	if err == nil {
		err = r.query(&q)
	}
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
		at := r.atArea(q.Area)
		w, first, err := plan.SetWindow(tx, p, at, pre, period.Date(in.OpensOn), period.Date(in.DueOn), period.Date(in.ClosesOn))
		if err != nil {
			return answer{}, err
		}
		body := r.wirePeriod(w, nil, at)
		if first {
			return created(body, "/periods/"+string(p)+"?area="+string(at), w.Version), nil
		}
		return ok(body, w.Version), nil
	})
}
