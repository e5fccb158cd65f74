package brand

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/column"
	"brandregistry/internal/fault"
	"maps"
	"slices"
	"strings"
)

// Submit hands a draft or a returned brand in. Explanations, by violation key, are added to those the
// brand has; one of a rule that does not fire is ignored. It fails as take does, and with RuleViolation when the
// area is no more, or else listing every gap and every warning without an explanation.
func Submit(tx Writer, id string, pre audit.Precondition, why map[string]string, reason *string) (Sheet, error) {
	b, t, err := take(tx, id, pre, ActionSubmit)
	if err != nil {
		return Sheet{}, err
	}
	if err := areaStands(tx, b.Area); err != nil {
		return Sheet{}, err
	}
	was := b
	near, err := nearNames(tx, b)
	if err != nil {
		return Sheet{}, err
	}
	kept, unexplained := column.Explanations{}, false
	unused := slices.Sorted(maps.Keys(why))
	var against []fault.Violation
	for _, v := range judge(tx.Actor(), b, nil, near[b.Number]) {
		unused = slices.DeleteFunc(unused, func(key string) bool { return key == v.Key })
		said, wrong := explanationNeed.Read("/explanations/"+v.Key, why[v.Key])
		switch {
		case v.Severity != fault.SeverityWarning:
			against = append(against, v)
		case len(wrong) > 0:
			against = append(against, wrong...)
		case said != "":
			kept[v.Key] = said
		case v.Explanation != nil:
			kept[v.Key] = *v.Explanation
		default:
			against, unexplained = append(against, v), true
		}
	}
	if len(against) > 0 {
		f := fault.Rules(against)
		if unexplained {
			f.Detail = fault.Textf("%s提醒须先说明才能申报：说明写在 explanations 中，以该条提醒的 key 为键。", "%s Explain a warning in explanations, under its key.", f.Detail)
			if len(unused) > 0 {
				f.Detail = fault.Textf("%s所填的“%s”不是其中任何一条的 key。", "%s “%s” is the key of none.", f.Detail, strings.Join(unused, "”“"))
			}
		}
		return Sheet{}, f
	}
	if reason, err = given(reason); err != nil {
		return Sheet{}, err
	}
	b.Explanations = kept
	now, who := tx.Now(), tx.Actor().ID
	b.State, b.ReturnReason = t.To, nil
	b.SubmittedAt, b.SubmittedBy, b.DecidedAt, b.DecidedBy = &now, &who, nil, nil
	return saved(tx, b, was, EventSubmit.change(reason))
}

// Withdraw takes a submission back that is not decided yet. It fails as take does.
func Withdraw(tx Writer, id string, pre audit.Precondition, reason *string) (Sheet, error) {
	b, t, err := take(tx, id, pre, ActionWithdraw)
	if err != nil {
		return Sheet{}, err
	}
	if reason, err = given(reason); err != nil {
		return Sheet{}, err
	}
	was := b
	b.State, b.SubmittedAt, b.SubmittedBy = t.To, nil, nil
	return saved(tx, b, was, EventWithdraw.change(reason))
}
