package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/report"
	"brandregistry/internal/store"
	"time"
)

// asOf reads an instant of the query; "" is none. It has been held against its stamp tag.
func asOf(s string) *period.Instant {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return nil
	}
	i := period.InstantOf(t)
	return &i
}

type coverageReportQuery struct {
	Area   string       `form:"area" validate:"omitempty,area_code" example:"330109"`                                     // 区划；不填为账号所在区划
	Period string       `form:"period" validate:"omitempty,period" example:"2026-Q3"`                                     // 报告期；不填为最近结束的一期
	AsOf   string       `form:"as_of" validate:"omitempty,stamp" example:"2026-10-20T08:30:00Z"`                          // 数据截至的时刻，取此刻及以前最近一次变动；不填为最新。时区请写 Z，加号须写作 %2B
	Basis  report.Basis `form:"basis" validate:"oneof=approved submitted" default:"approved" example:"approved"`          // 统计口径；submitted 为实时，不能与 as_of 同用
	Sort   report.Sort  `form:"sort" validate:"oneof=code rank -rank shortfall -shortfall" default:"code" example:"rank"` // 次序：区划代码、名次、缺口；无数据的排在最后
}

// getCoverageReport 覆盖情况报表
//
//	@Summary		覆盖情况报表
//	@Description	所查区划的合计与下一级各行。同一 as_of、语言与程序版本，字节永远相同，不受其后更正影响。
//	@Tags			reports
//	@ID				getCoverageReport
//	@Param			query			query		coverageReportQuery	false	"查询"
//	@Param			If-None-Match	header		string				false	"上次得到的 ETag"
//	@Success		200				{object}	CoverageReport		"报表"
//	@Success		304				"内容未变"
//	@Header			200,304			{string}	ETag	"报表字节的摘要"
//	@Failure		404				{object}	Problem
//	@Router			/reports/coverage [get]
func getCoverageReport(r *request) error {
	var q coverageReportQuery
	if err := r.query(&q); err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		c, err := report.GetCoverage(tx, report.Query{Area: area.Code(q.Area), Period: period.ID(q.Period), AsOf: asOf(q.AsOf)}, q.Basis, q.Sort)
		if err != nil {
			return answer{}, err
		}
		return reportAnswer(coverageReport(c)), nil
	})
}

type goalsReportQuery struct {
	Area   string `form:"area" validate:"omitempty,area_code" example:"330109"`            // 区划；不填为账号所在区划
	Period string `form:"period" validate:"omitempty,period" example:"2026-Q3"`            // 报告期；不填为最近结束的一期
	AsOf   string `form:"as_of" validate:"omitempty,stamp" example:"2026-10-20T08:30:00Z"` // 数据截至的时刻；不填为最新
}

// getGoalsReport 目标完成情况报表
//
//	@Summary		目标完成情况报表
//	@Description	组织覆盖目标按审核通过的数据计算；品牌目标按报告期最后一天有效的品牌计算，答复中的 as_of 在此之前的按它的当天。
//	@Tags			reports
//	@ID				getGoalsReport
//	@Param			query			query		goalsReportQuery	false	"查询"
//	@Param			If-None-Match	header		string				false	"上次得到的 ETag"
//	@Success		200				{object}	GoalsReport			"报表"
//	@Success		304				"内容未变"
//	@Header			200,304			{string}	ETag	"报表字节的摘要"
//	@Failure		404				{object}	Problem
//	@Router			/reports/goals [get]
func getGoalsReport(r *request) error {
	var q goalsReportQuery
	if err := r.query(&q); err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		g, err := report.GetGoals(tx, report.Query{Area: area.Code(q.Area), Period: period.ID(q.Period), AsOf: asOf(q.AsOf)})
		if err != nil {
			return answer{}, err
		}
		return reportAnswer(goalsReport(g)), nil
	})
}

type submissionsReportQuery struct {
	Area   string `form:"area" validate:"omitempty,area_code" example:"330109"` // 区划；不填为账号所在区划
	Period string `form:"period" validate:"omitempty,period" example:"2026-Q3"` // 报告期；不填为最近结束的一期
}

// getSubmissionsReport 报送情况报表
//
//	@Summary		报送情况报表
//	@Description	实时的报送进度，附可直接粘贴的催报文字。
//	@Tags			reports
//	@ID				getSubmissionsReport
//	@Param			query			query		submissionsReportQuery	false	"查询"
//	@Param			If-None-Match	header		string					false	"上次得到的 ETag"
//	@Success		200				{object}	SubmissionsReport		"报表"
//	@Success		304				"内容未变"
//	@Header			200,304			{string}	ETag	"报表字节的摘要"
//	@Failure		404				{object}	Problem
//	@Router			/reports/submissions [get]
func getSubmissionsReport(r *request) error {
	var q submissionsReportQuery
	if err := r.query(&q); err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		s, err := report.GetSubmissions(tx, area.Code(q.Area), period.ID(q.Period))
		if err != nil {
			return answer{}, err
		}
		return reportAnswer(r.submissionsReport(s)), nil
	})
}

type trendReportQuery struct {
	Area      string         `form:"area" validate:"omitempty,area_code" example:"330109"`                                                                                                                   // 区划；不填为账号所在区划
	Indicator plan.Indicator `form:"indicator" validate:"omitempty,oneof=organization_coverage work_coverage standalone_share eligible_built standardization rectification" example:"organization_coverage"` // 指标；不填为截止期当年目标的指标
	From      string         `form:"from" validate:"omitempty,period" example:"2023-Q4"`                                                                                                                     // 起始期；不填为截止期往前共 12 期，最多 120 期
	To        string         `form:"to" validate:"omitempty,period" example:"2026-Q3"`                                                                                                                       // 截止期；不填为最近结束的一期
	AsOf      string         `form:"as_of" validate:"omitempty,stamp" example:"2026-10-20T08:30:00Z"`                                                                                                        // 数据截至的时刻；不填为最新
}

// getTrendReport 指标走势
//
//	@Summary		指标走势
//	@Description	一个指标逐期的比率，按审核通过的数据计算。
//	@Tags			reports
//	@ID				getTrendReport
//	@Param			query			query		trendReportQuery	false	"查询"
//	@Param			If-None-Match	header		string				false	"上次得到的 ETag"
//	@Success		200				{object}	TrendReport			"走势"
//	@Success		304				"内容未变"
//	@Header			200,304			{string}	ETag	"报表字节的摘要"
//	@Failure		404				{object}	Problem
//	@Router			/reports/trend [get]
func getTrendReport(r *request) error {
	var q trendReportQuery
	if err := r.query(&q); err != nil {
		return err
	}
	return r.view(func(tx *store.Reader) (answer, error) {
		t, err := report.GetTrend(tx, report.TrendQuery{
			Area: area.Code(q.Area), Indicator: q.Indicator, From: period.ID(q.From), To: period.ID(q.To), AsOf: asOf(q.AsOf),
		})
		if err != nil {
			return answer{}, err
		}
		return reportAnswer(trendReport(t)), nil
	})
}
