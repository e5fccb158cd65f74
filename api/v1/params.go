package v1

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/text"
	"reflect"
	"strconv"
)

// badParam refuses a parameter that breaks a rule of form.
func badParam(name, rule string) error {
	said := ruleTextOf(rule, "", reflect.String)
	return fault.Malformed([]fault.Violation{violation(name, said.code, said.message, said.hint)})
}

// areaParam returns the area code at :name. It fails with InvalidRequest.
func (r *request) areaParam(name string) (area.Code, error) {
	at, err := area.Parse(r.gin.Param(name))
	if err != nil {
		return "", badParam(name, "area_code")
	}
	return at, nil
}

// periodParam returns the period at :period. It fails with InvalidRequest, also when the period is
// not of the deployment's frequency.
func (r *request) periodParam() (period.ID, error) {
	return r.periodOf("period", r.gin.Param("period"))
}

// periodOf reads a period that was given as the named parameter. It fails with InvalidRequest, also
// when the period is not of the deployment's frequency.
func (r *request) periodOf(name, value string) (period.ID, error) {
	want := r.calendar().Frequency
	form := fault.Textf("请写成 %s 的形式。", "Write it like %s.", string(period.Of("2026-07-01", want)))
	p, err := period.Parse(value)
	if err != nil {
		return "", fault.Malformed([]fault.Violation{violation(name, "period", fault.Textf("%q 不是有效的报告期。", "%q is no period.", value), form)})
	}
	if p.Frequency() != want {
		return "", fault.Invalid(name, fault.Textf("本系统按%s填报，%s 不是这样的报告期。", "This registry reports by %s; %s is no such period.", frequencyText(want), string(p)), form)
	}
	return p, nil
}

func frequencyText(f period.Frequency) fault.Text {
	switch f {
	case period.Yearly:
		return fault.Text{ZH: "年", EN: "year"}
	case period.Monthly:
		return fault.Text{ZH: "月", EN: "month"}
	}
	return fault.Text{ZH: "季度", EN: "quarter"}
}

// idParam returns the UUID at :name. It fails with InvalidRequest.
func (r *request) idParam(name string) (string, error) {
	id := r.gin.Param(name)
	if !text.Rules["uuid"].Holds(id) {
		return "", badParam(name, "uuid")
	}
	return id, nil
}

// intParam returns the whole number at :name, 1 … 9 999 999. It fails with InvalidRequest.
func (r *request) intParam(name string) (int64, error) {
	s := r.gin.Param(name)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || n > 9_999_999 || strconv.FormatInt(n, 10) != s {
		return 0, fault.Invalid(name,
			fault.Text{ZH: "应为正整数。", EN: "It must be a positive whole number."},
			fault.Text{ZH: "请写成 1、2、3 这样的数字。", EN: "Write a number such as 1, 2 or 3."})
	}
	return n, nil
}

// yearParam returns the year at :year, 1900 … 9998. It fails with InvalidRequest.
func (r *request) yearParam() (int, error) {
	s := r.gin.Param("year")
	if !text.Rules["year"].Holds(s) {
		return 0, badParam("year", "year")
	}
	return strconv.Atoi(s)
}

// calendar is the deployment's.
func (r *request) calendar() period.Calendar { return r.api.store.Calendar() }
