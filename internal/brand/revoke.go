package brand

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"slices"
)

// Revoke takes all recognitions away that are not revoked yet, from a day on (nil: today). It fails as
// take does, and with RuleViolation for another day.
func Revoke(tx Writer, id string, pre audit.Precondition, reason string, on *period.Date) (Sheet, error) {
	return revoke(tx, id, pre, "", reason, on)
}

// RevokeOne takes one recognition away. The brand is Revoked when it was the last. It fails as Revoke
// does, with NotFound when there is none of the id, and with WrongState when it is revoked already.
func RevokeOne(tx Writer, id, recognition string, pre audit.Precondition, reason string, on *period.Date) (Sheet, error) {
	if err := FindRecognition(tx, id, recognition); err != nil {
		return Sheet{}, err
	}
	return revoke(tx, id, pre, recognition, reason, on)
}

func revoke(tx Writer, id string, pre audit.Precondition, one, reason string, on *period.Date) (Sheet, error) {
	b, t, err := take(tx, id, pre, ActionRevoke)
	if err != nil {
		return Sheet{}, err
	}
	if reason, err = reasonOf(reason); err != nil {
		return Sheet{}, err
	}
	today := tx.Today()
	if on == nil {
		on = &today
	}
	all, err := tx.Recognitions([]string{id})
	if err != nil {
		return Sheet{}, err
	}
	var gone []*Recognition
	left := 0
	for i := range all[id] {
		r := &all[id][i]
		switch {
		case one != "" && r.ID != one:
			if r.RevokedOn == nil {
				left++
			}
		case r.RevokedOn != nil && one != "":
			return Sheet{}, fault.New(fault.WrongState, "这一%s认定已于 %s 撤销，不能再撤销。请刷新后核对。", "This recognition at %s level was revoked on %s already. Read the brand again.", LevelTitle(r.Level), string(*r.RevokedOn))
		case r.RevokedOn == nil && (*on < r.RecognizedOn || *on > today):
			return Sheet{}, fault.Rules([]fault.Violation{fault.Mistake("revoked_on_range", "/revoked_on",
				fault.Textf("撤销日期 %s 不合要求：不能早于认定日期 %s，也不能晚于今天 %s。", "It cannot be revoked on %s: not before it was recognized on %s, nor after today, %s.", string(*on), string(r.RecognizedOn), string(today)),
				fault.Text{ZH: "请核对撤销文件的日期；不填即为今天。", EN: "Check the day; today when it is left out."})})
		case r.RevokedOn == nil:
			r.RevokedOn, r.Reason = on, &reason
			gone = append(gone, r)
		}
	}
	event := EventRevokeOne
	if one == "" {
		event = EventRevoke
	}
	if err := tx.SaveRecognitions(event.change(&reason), gone...); err != nil {
		return Sheet{}, err
	}
	was := b
	if left == 0 {
		b.State, b.RecheckOn = t.To, nil
	}
	b.decided(tx)
	return saved(tx, b, was, event.change(&reason))
}

// FindRecognition fails with NotFound unless the actor may see the brand and it has the recognition.
func FindRecognition(tx Reader, id, recognition string) error {
	b, err := seen(tx, id)
	if err != nil {
		return err
	}
	all, err := tx.Recognitions([]string{b.ID})
	if err == nil && !slices.ContainsFunc(all[b.ID], func(r Recognition) bool { return r.ID == recognition }) {
		err = fault.Missing(fault.Text{ZH: "这一认定", EN: "The recognition"})
	}
	return err
}
