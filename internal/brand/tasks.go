package brand

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/task"
)

// Open is a brand that somebody has to do something about.
type Open struct {
	ID              string
	Area            area.Code
	AreaName        string
	Name            string
	State           State
	ReturnReason    *string
	PublicityEndsOn *period.Date
	RecheckOn       *period.Date
	SubmittedAt     *period.Instant
	SubmittedBy     *string
	DecidedAt       *period.Instant
}

// TaskReader is what Tasks reads.
type TaskReader interface {
	Actor() access.Actor
	Today() period.Date
	Calendar() period.Calendar
	// OpenBrands lists the brands of a state within an area, those longest unchanged first, at most limit.
	OpenBrands(within area.Code, state State, limit int) ([]Open, error)
	// BrandsToRecognize lists the brands within an area whose publicity ended before today, the first that
	// ended first, at most limit.
	BrandsToRecognize(within area.Code, today period.Date, limit int) ([]Open, error)
	// BrandsToRecheck lists the recognized brands within an area whose day has come, at most limit.
	BrandsToRecheck(within area.Code, today period.Date, limit int) ([]Open, error)
}

// Tasks lists what the actor has to do about brands, at most task.Most: for who submits, what was
// returned; for who decides, what awaits a review, whose publicity has ended, and what is to be looked
// at again. Others have nothing to do.
func Tasks(tx TaskReader) ([]task.Task, error) {
	who := tx.Actor()
	var out []task.Task
	add := func(kind task.Kind, o Open, due *period.Date, since period.Instant, zh, en string, args ...any) {
		out = append(out, task.Task{Kind: kind, Area: o.Area, AreaName: o.AreaName, Brand: o.ID, DueOn: due, Since: since,
			Title: fault.Textf(zh, en, append([]any{o.Name}, args...)...)})
	}
	open := func(s State, tell func(Open)) error {
		list, err := tx.OpenBrands(who.Area, s, task.Most)
		for _, o := range list {
			tell(o)
		}
		return err
	}
	own := func(o Open) bool { return o.SubmittedBy != nil && *o.SubmittedBy == who.ID } // another decides it
	cal := tx.Calendar()
	switch {
	case access.Permits(who.Role, access.SubmitBrands):
		err := open(Returned, func(o Open) {
			add(task.Returned, o, nil, *o.DecidedAt, "品牌“%s”被退回：%s", "The brand “%s” was returned: %s", *o.ReturnReason)
		})
		if err != nil {
			return nil, err
		}
	case access.Permits(who.Role, access.DecideBrands):
		err := open(Submitted, func(o Open) {
			if !own(o) {
				add(task.Review, o, nil, *o.SubmittedAt, "品牌“%s”已申报，待审核。", "The brand “%s” awaits review.")
			}
		})
		if err != nil {
			return nil, err
		}
		list, err := tx.BrandsToRecognize(who.Area, tx.Today(), task.Most)
		if err != nil {
			return nil, err
		}
		for _, o := range list {
			if !own(o) {
				add(task.PublicityEnded, o, nil, cal.After(*o.PublicityEndsOn), "品牌“%s”公示期已满（%s），待认定。", "The publicity of “%s” has ended (%s); it awaits recognition.", string(*o.PublicityEndsOn))
			}
		}
		list, err = tx.BrandsToRecheck(who.Area, tx.Today(), task.Most)
		if err != nil {
			return nil, err
		}
		for _, o := range list {
			if !own(o) {
				add(task.Recheck, o, nil, cal.Start(*o.RecheckOn), "品牌“%s”应于 %s 起复核：确认合格，或撤销。", "The brand “%s” is to be rechecked since %s: confirm or revoke it.", string(*o.RecheckOn))
			}
		}
	}
	return task.Merge(out), nil
}
