package coverage

import (
	"brandregistry/internal/access"
	"brandregistry/internal/audit"
	"brandregistry/internal/column"
	"brandregistry/internal/fault"
	"brandregistry/internal/plan"
	"brandregistry/internal/text"
	"maps"
	"slices"
)

// Limits of what people write, in characters.
const (
	MaxExplanation = 500
	MaxReason      = 500
	maxSignOff     = 50
)

// SignOff says who vouches for a submission. nil leaves what an earlier submission of the revision
// said; blank clears it.
type SignOff struct {
	PreparedBy *string
	SignedBy   *string
	Phone      *string
}

// take reads a record for an action, refusing in the contract's order: it fails with NotFound,
// Forbidden, PreconditionRequired, Stale, WrongState, PeriodClosed, or RuleViolation when the area is not
// expected to report any more.
func take(tx Writer, key Key, pre audit.Precondition, a Action) (Entry, Transition, error) {
	if err := access.Check(tx.Actor(), a.needs(), key.Area); err != nil {
		return Entry{}, Transition{}, err
	}
	e, err := tx.Coverage(key)
	if err != nil {
		return Entry{}, Transition{}, err
	}
	if ownDecision(e.Record, tx.Actor(), a) {
		return Entry{}, Transition{}, fault.New(fault.Forbidden, "这份数据是您本人提交的，不能由您本人审核。请由其他审核员办理。", "You submitted this record yourself; another reviewer must decide it.")
	}
	if a == ActionDiscard && e.Expected && !access.Permits(tx.Actor().Role, access.SubmitCoverage) {
		return Entry{}, Transition{}, fault.New(fault.Forbidden, "草稿由填报员放弃；只有街道不再是应报单位的，审核员才可以放弃。", "A draft is its clerk's to discard, unless its area is no longer expected to report.")
	}
	if err := pre.Existing(e.Version); err != nil {
		return Entry{}, Transition{}, err
	}
	t, err := step(tx, e, a)
	if err != nil {
		return Entry{}, Transition{}, err
	}
	if t.Deadline {
		d, err := plan.DeadlinesOf(tx, e.Period, e.Area, e.AllowedUntil)
		if err == nil {
			err = d.Admit(tx.Now())
		}
		if err != nil {
			return Entry{}, Transition{}, err
		}
	}
	return e, t, nil
}

// Submit hands a draft or a returned record in. Explanations, by violation key and 1 to
// MaxExplanation characters long, are added to those the record has; one of a rule that does not
// fire is ignored. It fails as take does, and with RuleViolation, listing every error and every
// warning without an explanation.
func Submit(tx Writer, key Key, pre audit.Precondition, why column.Explanations, by SignOff) (Sheet, error) {
	e, t, err := take(tx, key, pre, ActionSubmit)
	if err != nil {
		return Sheet{}, err
	}
	wrong, err := e.explain(tx, why)
	if err != nil {
		return Sheet{}, err
	}
	violations, err := judge(tx, e)
	if err != nil {
		return Sheet{}, err
	}
	wrong = append(wrong, by.tidy()...)
	if against := append(slices.DeleteFunc(violations, func(v fault.Violation) bool { return !Blocks(v) }), wrong...); len(against) > 0 {
		return Sheet{}, notYet(against)
	}
	now, who := tx.Now(), tx.Actor().ID
	e.State, e.ReturnReason, e.ReturnPointers = t.To, nil, nil
	e.SubmittedAt, e.SubmittedBy, e.DecidedAt, e.DecidedBy = &now, &who, nil, nil
	if e.FirstSubmitted == nil {
		e.FirstSubmitted = &now
	}
	e.PreparedBy, e.SignedBy, e.Phone = keepOrReplace(e.PreparedBy, by.PreparedBy), keepOrReplace(e.SignedBy, by.SignedBy), keepOrReplace(e.Phone, by.Phone)
	return saved(tx, e, audit.Change{Action: eventSubmit})
}

// notYet refuses a submission for what stands against it.
func notYet(against []fault.Violation) error {
	f := fault.Rules(against)
	if slices.ContainsFunc(against, func(v fault.Violation) bool { return v.Severity == fault.SeverityWarning }) {
		f.Detail = fault.Textf("%s提醒的说明请写在 explanations 中，以该条的 key 为键。", "%s Explain a warning in explanations, under its key.", f.Detail)
	}
	return f
}

// explain adds the new explanations that are of rules which fire, and lists those that are none.
func (e *Entry) explain(tx Reader, why column.Explanations) (wrong []fault.Violation, err error) {
	fired, err := judge(tx, *e)
	if err != nil {
		return nil, err
	}
	out := maps.Clone(e.Explanations)
	for _, v := range fired {
		if v.Severity != fault.SeverityWarning {
			continue
		}
		kept, more := explanationNeed.Read("/explanations/"+v.Key, why[v.Key])
		wrong = append(wrong, more...)
		if kept == "" || len(more) > 0 {
			continue
		}
		if out == nil {
			out = column.Explanations{}
		}
		out[v.Key] = kept
	}
	e.Explanations = out
	return wrong, nil
}

// What people write of a step.
var (
	reasonNeed      = text.Need{Title: fault.Text{ZH: "原因", EN: "reason"}, Most: MaxReason, Lines: true}
	explanationNeed = text.Need{Title: fault.Text{ZH: "说明", EN: "explanation"}, Most: MaxExplanation, Letters: text.MinExplanation, Lines: true}
	preparedByNeed  = text.Need{Title: fault.Text{ZH: "填报人", EN: "prepared by"}, Most: maxSignOff}
	signedByNeed    = text.Need{Title: fault.Text{ZH: "审签人", EN: "signed by"}, Most: maxSignOff}
	phoneTitle      = fault.Text{ZH: "联系电话", EN: "phone"}
)

// tidy tidies what is given, and lists what is wrong with it.
func (s *SignOff) tidy() (wrong []fault.Violation) {
	read := func(need text.Need, pointer string, at **string) {
		if *at != nil {
			kept, more := need.Read(pointer, **at)
			*at, wrong = &kept, append(wrong, more...)
		}
	}
	read(preparedByNeed, "/prepared_by", &s.PreparedBy)
	read(signedByNeed, "/signed_by", &s.SignedBy)
	if s.Phone != nil {
		phone := text.TidyPhone(text.Tidy(*s.Phone))
		if s.Phone = &phone; phone != "" && !text.IsPhone(phone) {
			wrong = append(wrong, text.WrongPhone("/phone", phoneTitle, phone))
		}
	}
	return wrong
}

// keepOrReplace returns what is given, nil when blank; what was before when nothing is given.
func keepOrReplace(before, given *string) *string {
	switch {
	case given == nil:
		return before
	case *given == "":
		return nil
	}
	return given
}

// Withdraw takes a submission back that is not decided yet. It fails as take does.
func Withdraw(tx Writer, key Key, pre audit.Precondition) (Sheet, error) {
	e, t, err := take(tx, key, pre, ActionWithdraw)
	if err != nil {
		return Sheet{}, err
	}
	e.State, e.SubmittedAt, e.SubmittedBy = t.To, nil, nil
	return saved(tx, e, audit.Change{Action: eventWithdraw})
}

// Discard deletes a draft that was never submitted, or whatever is not approved of an area that is no
// longer expected to report. The draft of a correction falls back to the approved revision before it.
// It fails as take does.
func Discard(tx Writer, key Key, pre audit.Precondition) error {
	e, _, err := take(tx, key, pre, ActionDiscard)
	if err != nil {
		return err
	}
	if err := tx.RemoveCoverage(audit.Change{Action: eventDiscard}, &e.Record); err != nil || e.Revision == 1 {
		return err
	}
	before, err := tx.CoverageRevision(key, e.Revision-1)
	if err != nil {
		return err
	}
	before.Latest, before.Returns = true, e.Returns
	return tx.SaveCoverages(audit.Change{Action: eventReinstate}, &before)
}

// saved writes an entry's revision and describes it.
func saved(tx Writer, e Entry, c audit.Change) (Sheet, error) {
	if err := tx.SaveCoverages(c, &e.Record); err != nil {
		return Sheet{}, err
	}
	return describe(tx, e)
}
