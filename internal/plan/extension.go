package plan

import (
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/text"
)

// GetExtension returns the extension of p set for exactly a. It fails with NotFound when there is
// none, or no such area.
func GetExtension(tx Reader, p period.ID, a area.Code) (Extension, error) {
	if err := mayRead(tx, a); err != nil {
		return Extension{}, err
	}
	return ownExtension(tx, p, a)
}

func ownExtension(tx Reader, p period.ID, a area.Code) (Extension, error) {
	s, err := tx.Schedule(p, a)
	if err != nil {
		return Extension{}, err
	}
	e, found := s.Extensions[a]
	if !found {
		return Extension{}, fault.Missing(fault.Textf("%s对 %s 的延期", "An extension of %s for %s", PeriodText(p), string(a)))
	}
	return e, nil
}

// reasonNeed is what the reason of an extension must be like.
var reasonNeed = text.Need{Title: fault.Text{ZH: "延期原因", EN: "reason"}, Most: 500, Lines: true}

// GrantExtension lets a and all below submit for p until the end of a day, and says why (1 … 500
// characters). It reports whether it is a new one. It fails with NotFound when there is no such
// area, Forbidden outside the actor's, Stale or PreconditionRequired for the precondition, and
// RuleViolation when the day has passed or the reason says nothing.
func GrantExtension(tx Writer, p period.ID, a area.Code, pre audit.Precondition, until period.Date, reason string) (e Extension, first bool, err error) {
	if err := mayWrite(tx, a); err != nil {
		return Extension{}, false, err
	}
	e, err = ownExtension(tx, p, a)
	switch first = fault.Is(err, fault.NotFound); {
	case first:
		err = pre.Absent()
	case err == nil:
		err = pre.Existing(e.Version)
	}
	if err != nil {
		return Extension{}, false, err
	}
	reason, wrong := reasonNeed.Write("/reason", reason)
	if today := tx.Today(); until < today {
		wrong = append(wrong, fault.Violation{
			Code: "until_not_past", Key: "until_not_past", Severity: fault.SeverityError, Pointer: "/until",
			Message: fault.Textf("延期至 %s，但这一天已经过去。", "The extension runs until %s, which has passed.", string(until)),
			Hint:    fault.Textf("请改为今天（%s）或之后。", "Choose today (%s) or later.", string(today)),
		})
	}
	if len(wrong) > 0 {
		return Extension{}, false, fault.Rules(wrong)
	}
	e.Period, e.Area, e.AllowedUntil, e.Reason = p, a, until, reason
	return e, first, tx.SaveExtension(&e, audit.Change{Action: grantExtension, Reason: &reason})
}

// WithdrawExtension ends the extension of p set for exactly a. It fails with NotFound when there is
// none, Forbidden outside the actor's area, and Stale or PreconditionRequired for the precondition.
func WithdrawExtension(tx Writer, p period.ID, a area.Code, pre audit.Precondition) error {
	if err := mayWrite(tx, a); err != nil {
		return err
	}
	e, err := ownExtension(tx, p, a)
	if err != nil {
		return err
	}
	if err := pre.Existing(e.Version); err != nil {
		return err
	}
	return tx.RemoveExtension(&e, audit.Change{Action: withdrawExtension})
}
