package v1

import (
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/store"
	"slices"
)

// CoverageRule is one consistency rule. It is held for each kind by itself.
// 勾稽关系，对两类组织分别检查
type CoverageRule struct {
	Code       string         `json:"code" example:"covered_within_operating"`                        // 规则代码
	Severity   fault.Severity `json:"severity" example:"error"`                                       // 严重程度
	Title      string         `json:"title" example:"已建组织不超过实体运营"`                                    // 名称
	Expression string         `json:"expression" example:"单独组建 + 联合组建 ≤ 在册 − 剔除"`                     // 应当成立的关系
	Message    string         `json:"message" example:"{kind}：剔除 {excluded} 家，超过了在册 {registered} 家。"` // 不成立时的提示；花括号中为各项数字
	Hint       string         `json:"hint" example:"请核对“剔除”和“在册”。"`                                   // 改法
	Figure     *string        `json:"figure" example:"joint"`                                         // 问题指向的数字；null 为出问题的那一项
	Inputs     []string       `json:"inputs" example:"registered,excluded,standalone,joint"`          // 涉及的数字：都已填且在范围内时才检查，有变动则说明作废
	Needs      []string       `json:"needs" example:"excluded_within_registered"`                     // 这些规则都成立时才检查
}

type coverageRuleListQuery struct{ pageQuery }

// listCoverageRules 列出勾稽关系
//
//	@Summary		列出勾稽关系
//	@Description	给出检查填报数字所用的全部规则，按检查的次序。
//	@Tags			coverage
//	@ID				listCoverageRules
//	@Param			query	query		coverageRuleListQuery	false	"查询"
//	@Success		200		{object}	Page[CoverageRule]		"一页规则"
//	@Router			/coverage-rules [get]
func listCoverageRules(r *request) error {
	var q coverageRuleListQuery
	if err := r.query(&q); err != nil {
		return err
	}
	after, err := r.after(q.pageQuery)
	if err != nil {
		return err
	}
	rules := coverage.Rules
	if after != nil {
		rules = rules[1+slices.IndexFunc(rules, func(c coverage.Rule) bool { return c.Code == after[0] }):]
	}
	return r.view(func(*store.Reader) (answer, error) {
		out, err := page(r, q.pageQuery, rules, func(c coverage.Rule) []string { return []string{c.Code} }, r.wireRule)
		if n := int64(len(coverage.Rules)); q.Count {
			out.Total = &n
		}
		return plain(out), err
	})
}

func (r *request) wireRule(c coverage.Rule) (CoverageRule, error) {
	out := CoverageRule{
		Code: c.Code, Severity: c.Severity, Title: r.text(c.Title), Expression: r.text(c.Expression), Message: r.text(c.Message), Hint: r.text(c.Hint),
		Needs: c.Needs,
	}
	if c.Figure >= 0 {
		out.Figure = &coverage.FigureNames[c.Figure]
	}
	for _, i := range c.Inputs {
		out.Inputs = append(out.Inputs, coverage.FigureNames[i])
	}
	return out, nil
}
