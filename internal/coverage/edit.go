package coverage

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/column"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"encoding/json"
	"maps"
	"slices"
)

// Event names of the audit log. The last two are about a neighboring revision and not told in a
// record's history.
const (
	eventCreate    = "coverage.create"
	eventEdit      = "coverage.edit"
	eventSubmit    = "coverage.submit"
	eventWithdraw  = "coverage.withdraw"
	eventDiscard   = "coverage.discard"
	eventReturn    = "coverage.return"
	eventApprove   = "coverage.approve"
	eventCorrect   = "coverage.correct"
	eventSupersede = "coverage.supersede"
	eventReinstate = "coverage.reinstate"
)

// Put writes a record's figures: it creates the record or edits a draft or a returned one, at any
// time. Incomplete and inconsistent figures are kept. Explanations of rules whose figures change are
// dropped. It fails with NotFound, Forbidden, PreconditionRequired, Stale, WrongState, and with
// RuleViolation when the area is not expected to report for the period or the period has not begun.
func Put(tx Writer, key Key, pre audit.Precondition, economic, social Figures) (sheet Sheet, created bool, err error) {
	if err := access.Check(tx.Actor(), ActionEdit.needs(), key.Area); err != nil {
		return Sheet{}, false, err
	}
	e, err := tx.Coverage(key)
	switch {
	case fault.Is(err, fault.NotFound):
		created = true
		err = pre.Absent()
	case err == nil:
		if err = pre.Existing(e.Version); err == nil {
			_, err = step(tx, e, ActionEdit)
		}
	}
	if err != nil {
		return Sheet{}, false, err
	}
	event := eventEdit
	if created {
		if err := CheckExpected(tx, key); err != nil {
			return Sheet{}, false, err
		}
		event = eventCreate
		e.Record = Record{
			Period: key.Period, Area: key.Area, Revision: 1,
			State: Draft, Latest: true, CreatedAt: tx.Now(),
		}
		if err := e.resume(tx); err != nil {
			return Sheet{}, false, err
		}
	}
	e.Explanations = stillTrue(e.Explanations, e.Record, economic, social)
	e.Economic, e.Social = economic, social
	if err := tx.SaveCoverages(audit.Change{Action: event}, &e.Record); err != nil {
		return Sheet{}, false, err
	}
	if created { // what stands beside it has not been read yet
		if e, err = tx.Coverage(key); err != nil {
			return Sheet{}, false, err
		}
	}
	sheet, err = describe(tx, e)
	return sheet, created, err
}

// stillTrue returns the explanations of rules none of whose figures change.
func stillTrue(why column.Explanations, was Record, economic, social Figures) column.Explanations {
	out := maps.Clone(why)
	for key := range why {
		k, rule, _ := RuleOf(key)
		before, after := was.Of(k).Values(), economic.Values()
		if k == Social {
			after = social.Values()
		}
		if slices.ContainsFunc(rule.Inputs, func(i int) bool { return !equal(before[i], after[i]) }) {
			delete(out, key)
		}
	}
	return out
}

func equal[T comparable](a, b *T) bool { return a == b || (a != nil && b != nil && *a == *b) }

// resume carries on what was counted of the record before it was discarded, as that of an area that did
// not report for a time may be: how often it was returned, and when it was first submitted.
func (r *Record) resume(tx Reader) error {
	last, err := tx.CoverageEvents(r.Key(), 0, 1, nil)
	if err != nil || len(last) == 0 || last[0].Action != eventDiscard {
		return err
	}
	var was struct {
		Returns        int64           `json:"returns,string"`
		FirstSubmitted *period.Instant `json:"first_submitted_at,string"`
	}
	err = json.Unmarshal([]byte(last[0].Before), &was)
	r.Returns, r.FirstSubmitted = was.Returns, was.FirstSubmitted
	return err
}

// CheckExpected fails with RuleViolation unless the key is one that is reported: a subdistrict expected
// to report for the period, and a period that has begun.
func CheckExpected(tx Reader, key Key) error {
	var found []fault.Violation
	refuse := func(code, pointer string, message, hint fault.Text) {
		found = append(found, fault.Mistake(code, pointer, message, hint))
	}
	if current := tx.Calendar().Current(tx.Today()); key.Period > current {
		refuse("period_not_begun", "period",
			fault.Textf("%s还没有开始，不能填报。", "%s has not begun and cannot be reported.", plan.PeriodText(key.Period)),
			fault.Textf("请改填%s或更早的报告期。", "Report for %s or an earlier period.", plan.PeriodText(current)))
	}
	a, err := tx.Area(key.Area)
	ends := key.Period.EndsOn()
	hint := fault.Text{ZH: "请核对街道代码和报告期；区划资料有误的，请联系管理员更正。", EN: "Check the code and the period; ask an administrator if the catalogue is wrong."}
	switch {
	case fault.Is(err, fault.NotFound):
		refuse("area_not_expected", "area", fault.Textf("区划中没有代码 %s。", "The catalogue holds no area %s.", string(key.Area)), hint)
	case err != nil:
		return err
	case key.Area.Level() != area.LevelSubdistrict:
		refuse("area_not_expected", "area", fault.Textf("%s不是街道、镇、乡，数据由所属街道、镇、乡分别填报。", "%s is not a subdistrict: its subdistricts report.", a.Name), hint)
	case !a.Reports:
		refuse("area_not_expected", "area", fault.Textf("%s不承担填报任务。", "%s does not report.", a.Name), hint)
	case !a.ValidOn(ends):
		refuse("area_not_expected", "area", fault.Textf("%s在%s期末（%s）不存在：尚未设立或已经撤并。", "%s does not exist at the end of %s (%s).", a.Name, plan.PeriodText(key.Period), string(ends)), hint)
	}
	if len(found) > 0 {
		return fault.Rules(found)
	}
	return nil
}
