package brand

import (
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
)

// Return sends a brand back to be mended. It fails as take does.
func Return(tx Writer, id string, pre audit.Precondition, reason string) (Sheet, error) {
	return turnDown(tx, id, pre, ActionReturn, EventReturn, reason)
}

// Reject declines a brand. It fails as take does.
func Reject(tx Writer, id string, pre audit.Precondition, reason string) (Sheet, error) {
	return turnDown(tx, id, pre, ActionReject, EventReject, reason)
}

func turnDown(tx Writer, id string, pre audit.Precondition, a Action, event EventKind, reason string) (Sheet, error) {
	b, t, err := take(tx, id, pre, a)
	if err != nil {
		return Sheet{}, err
	}
	if reason, err = reasonOf(reason); err != nil {
		return Sheet{}, err
	}
	was := b
	b.State, b.ReturnReason, b.PublicizedOn, b.PublicityEndsOn = t.To, &reason, nil, nil
	b.decided(tx)
	return saved(tx, b, was, event.change(&reason))
}

func (b *Brand) decided(tx Reader) {
	now, who := tx.Now(), tx.Actor().ID
	b.DecidedAt, b.DecidedBy = &now, &who
}

// Publicize shows a brand to the public until a day, which is at least the policy's days on. It fails as
// take does, and with RuleViolation for another day.
func Publicize(tx Writer, id string, pre audit.Precondition, ends period.Date, reason *string) (Sheet, error) {
	b, t, err := take(tx, id, pre, ActionPublicize)
	if err != nil {
		return Sheet{}, err
	}
	today, days := tx.Today(), tx.BrandPolicy().PublicityDays
	if first, last := today.AddDays(days), today.AddDays(MaxPublicity); ends < first || ends > last {
		return Sheet{}, fault.Rules([]fault.Violation{fault.Mistake("publicity_days", "/ends_on",
			fault.Textf("公示截止日期 %s 不合要求：从今天（%s）起至少公示 %d 天，至多 %d 天。", "The publicity cannot end on %s: it lasts at least %[3]d days from today (%[2]s), at most %[4]d.", string(ends), string(today), days, MaxPublicity),
			fault.Textf("请填 %s 至 %s 之间的日期。", "Choose a day from %s to %s.", string(first), string(last)))})
	}
	if reason, err = given(reason); err != nil {
		return Sheet{}, err
	}
	was := b
	b.State, b.PublicizedOn, b.PublicityEndsOn = t.To, &today, &ends
	b.decided(tx)
	return saved(tx, b, was, EventPublicize.change(reason))
}

// Confirm notes that a recognized brand was looked at again and stands. It fails as take does.
func Confirm(tx Writer, id string, pre audit.Precondition, note string) (Sheet, error) {
	b, _, err := take(tx, id, pre, ActionConfirm)
	if err != nil {
		return Sheet{}, err
	}
	if note, err = written(noteNeed, "/note", note); err != nil {
		return Sheet{}, err
	}
	was := b
	b.checked(tx, tx.Today())
	b.decided(tx)
	return saved(tx, b, was, EventConfirm.change(&note))
}

// Reopen makes a draft of a rejected or revoked brand. It fails as take does, with RuleViolation when its
// area is no more, and with AlreadyExists when its name has been taken since: a name that is given takes its
// place, and fails as Edit does.
func Reopen(tx Writer, id string, pre audit.Precondition, reason, name *string) (Sheet, error) {
	b, t, err := take(tx, id, pre, ActionReopen)
	if err != nil {
		return Sheet{}, err
	}
	if err := areaStands(tx, b.Area); err != nil {
		return Sheet{}, err
	}
	if reason, err = given(reason); err != nil {
		return Sheet{}, err
	}
	was, p := b, Patch{}
	if name != nil {
		p["name"] = *name
	}
	if err := b.write(tx, p); err != nil {
		return Sheet{}, err
	}
	b.State, b.PublicizedOn, b.PublicityEndsOn, b.SubmittedAt, b.SubmittedBy = t.To, nil, nil, nil, nil
	return saved(tx, b, was, EventReopen.change(reason))
}
