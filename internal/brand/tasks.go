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
	// BrandsToMend lists the returned brands within an area, of areas that exist today, those returned first
	// first, at most limit.
	BrandsToMend(within area.Code, today period.Date, limit int) ([]Open, error)
	// BrandsToReview lists the submitted brands within an area that an account did not submit itself, those
	// waiting longest first, at most limit.
	BrandsToReview(within area.Code, other string, limit int) ([]Open, error)
	// BrandsToRecognize lists the brands within an area whose publicity ended before today and that an
	// account did not submit itself, the first that ended first, at most limit.
	BrandsToRecognize(within area.Code, today period.Date, other string, limit int) ([]Open, error)
	// BrandsToRecheck lists the recognized brands within an area whose day has come and that an account did
	// not submit itself, at most limit.
	BrandsToRecheck(within area.Code, today period.Date, other string, limit int) ([]Open, error)
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
	each := func(list []Open, err error, tell func(Open)) error {
		for _, o := range list {
			tell(o)
		}
		return err
	}
	cal, today := tx.Calendar(), tx.Today()
	switch {
	case access.Permits(who.Role, access.SubmitBrands):
		list, err := tx.BrandsToMend(who.Area, today, task.Most)
		if err := each(list, err, func(o Open) {
			add(task.Returned, o, nil, *o.DecidedAt, "品牌“%s”被退回：%s", "The brand “%s” was returned: %s", *o.ReturnReason)
		}); err != nil {
			return nil, err
		}
	case access.Permits(who.Role, access.DecideBrands):
		list, err := tx.BrandsToReview(who.Area, who.ID, task.Most)
		if err := each(list, err, func(o Open) {
			add(task.Review, o, nil, *o.SubmittedAt, "品牌“%s”已申报，待审核。", "The brand “%s” awaits review.")
		}); err != nil {
			return nil, err
		}
		list, err = tx.BrandsToRecognize(who.Area, today, who.ID, task.Most)
		if err := each(list, err, func(o Open) {
			add(task.PublicityEnded, o, nil, cal.After(*o.PublicityEndsOn), "品牌“%s”公示期已满（%s），待认定。", "The publicity of “%s” has ended (%s); it awaits recognition.", string(*o.PublicityEndsOn))
		}); err != nil {
			return nil, err
		}
		list, err = tx.BrandsToRecheck(who.Area, today, who.ID, task.Most)
		if err := each(list, err, func(o Open) {
			add(task.Recheck, o, nil, cal.Start(*o.RecheckOn), "品牌“%s”应于 %s 起复核：确认合格，或撤销。", "The brand “%s” is to be rechecked since %s: confirm or revoke it.", string(*o.RecheckOn))
		}); err != nil {
			return nil, err
		}
	}
	return task.Merge(out), nil
}
