package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/plan"
	"brandregistry/internal/store"
	"strconv"
)

// Goals are what an area is to reach in a year.
// 年度目标
type Goals struct {
	AreaCode      string       `json:"area_code" validate:"area_code" example:"330109"`            // 行政区划代码
	Year          int          `json:"year" minimum:"1900" maximum:"9998" example:"2026"`          // 年份
	InheritedFrom *string      `json:"inherited_from" validate:"omitempty,area_code" example:"33"` // 覆盖目标沿用自哪个上级区划；本级自设或系统默认则为 null
	Brands        BrandGoal    `json:"brands"`                                                     // 品牌目标，不沿用
	Coverage      CoverageGoal `json:"coverage"`                                                   // 覆盖目标，沿用最近的上级
	Etag          string       `json:"etag" example:"1760000000000000"`                            // 版本；沿用的为所沿用者的版本，默认的为 0
	Actions       []PlanAction `json:"actions"`                                                    // 当前账号可做的操作
}

// BrandGoal is how many brands are to be recognized.
// 品牌目标
type BrandGoal struct {
	Target *int64          `json:"target" validate:"omitempty,min=0,max=100000" example:"20"`                 // 品牌数；null 为不设目标
	Level  plan.BrandLevel `json:"level" validate:"oneof=district city province national" example:"district"` // 至少达到哪一级才计入
}

// CoverageGoal is how far organizations are to be covered.
// 覆盖目标
type CoverageGoal struct {
	Indicator     plan.Indicator `json:"indicator" example:"organization_coverage"` // 指标
	TargetPercent Percent        `json:"target_percent" example:"95"`               // 目标值，百分比，最多两位小数
}

func (r *request) goalsAnswer(g plan.Goal, from *area.Code) Goals {
	return Goals{
		AreaCode: string(g.Area), Year: g.Year, InheritedFrom: (*string)(from),
		Brands:   BrandGoal{g.BrandTarget, g.BrandLevel},
		Coverage: CoverageGoal{g.Indicator, Percent(g.TargetBP)},
		Etag:     etagOf(g.Version), Actions: r.planActions(g.Area, PlanEdit),
	}
}

// goalsKey reads what the path names.
func (r *request) goalsKey() (at area.Code, year int, err error) {
	if at, err = r.areaParam("area"); err == nil {
		year, err = r.yearParam()
	}
	return at, year, err
}

// getGoals 读取年度目标
//
//	@Summary		读取年度目标
//	@Description	覆盖目标沿用最近的上级，都没有设则为组织覆盖率 95%；品牌目标不沿用，没有设则区县为 20 个，其他为 null。
//	@Tags			plan
//	@ID				getGoals
//	@Param			area	path		string	true	"行政区划代码"
//	@Param			year	path		int		true	"年份"
//	@Success		200		{object}	Goals	"年度目标"
//	@Header			200		{string}	ETag	"版本"
//	@Failure		404		{object}	Problem
//	@Router			/goals/{area}/{year} [get]
func getGoals(r *request) error {
	at, year, err := r.goalsKey()
	if err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		g, from, err := plan.GetGoal(tx, at, year)
		if err != nil {
			return answer{}, err
		}
		return ok(r.goalsAnswer(g, from), g.Version), nil
	})
}

// GoalsInput sets the goals of a year.
// 设定年度目标
type GoalsInput struct {
	Brands   BrandGoalInput    `json:"brands" title:"品牌目标"`   // 品牌目标
	Coverage CoverageGoalInput `json:"coverage" title:"覆盖目标"` // 覆盖目标
}

// BrandGoalInput sets the brand goal.
// 设定品牌目标
type BrandGoalInput struct {
	Target *int64          `json:"target" title:"品牌数" validate:"omitempty,min=0,max=100000" example:"20"`                         // 品牌数；null 为不设目标
	Level  plan.BrandLevel `json:"level" title:"级别" validate:"required,oneof=district city province national" example:"district"` // 至少达到哪一级才计入
}

// CoverageGoalInput sets the coverage goal.
// 设定覆盖目标
type CoverageGoalInput struct {
	Indicator     plan.Indicator `json:"indicator" title:"指标" validate:"required,oneof=organization_coverage work_coverage standalone_share eligible_built standardization rectification" example:"organization_coverage"` // 指标
	TargetPercent *Percent       `json:"target_percent" title:"目标值" validate:"required" example:"95"`                                                                                                                      // 目标值，百分比，最多两位小数
}

// putGoals 设定年度目标
//
//	@Summary		设定年度目标
//	@Description	修改本级已设的须带 If-Match；沿用或默认的可带可不带。
//	@Tags			plan
//	@ID				putGoals
//	@Param			area				path		string		true	"行政区划代码"
//	@Param			year				path		int			true	"年份"
//	@Param			If-Match			header		string		false	"读取时的 etag"
//	@Param			If-None-Match		header		string		false	"只新建"
//	@Param			body				body		GoalsInput	true	"年度目标"
//	@Success		200					{object}	Goals		"已修改"
//	@Success		201					{object}	Goals		"已设定：本级的第一个"
//	@Header			200,201				{string}	ETag		"版本"
//	@Header			201					{string}	Location	"地址"
//	@Failure		403,404,412,428		{object}	Problem
//	@Router			/goals/{area}/{year} [put]
func putGoals(r *request) error {
	var in GoalsInput
	at, year, err := r.goalsKey()
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
		g, first, err := plan.SetGoal(tx, at, year, pre, plan.Targets{
			BrandTarget: in.Brands.Target, BrandLevel: in.Brands.Level,
			Indicator: in.Coverage.Indicator, TargetBP: int64(*in.Coverage.TargetPercent),
		})
		if err != nil {
			return answer{}, err
		}
		if first {
			return created(r.goalsAnswer(g, nil), "/goals/"+string(at)+"/"+strconv.Itoa(year), g.Version), nil
		}
		return ok(r.goalsAnswer(g, nil), g.Version), nil
	})
}
