package report

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
)

// Query says which report is asked for.
type Query struct {
	Area   area.Code       // "": the actor's
	Period period.ID       // "": the last ended
	AsOf   *period.Instant // nil: the newest; lowered to the newest event at or before it
}

// Place is an area with its name as it was known.
type Place struct {
	Code area.Code
	Name string
}

// scope is what every report begins with: who asks of which area, period and instant.
type scope struct {
	area   catalog.Area
	period period.ID
	asOf   period.Instant
	end    period.Date // of the period
}

func (s scope) place() Place { return Place{s.area.Code, s.area.Name} }

// begin checks the query and finds its scope. It fails with NotFound outside the actor's area and
// for an area that was not known, and with InvalidRequest for a period of another frequency or one that
// has not begun, and for an instant before the first event.
// named is the parameter that gives the period.
func begin(tx Reader, q Query, named string) (scope, error) {
	if q.Area == "" {
		q.Area = tx.Actor().Area
	}
	if err := access.Check(tx.Actor(), access.ReadReports, q.Area); err != nil {
		return scope{}, err
	}
	if q.Period == "" {
		q.Period = tx.Calendar().LastEnded(tx.Today())
	}
	if err := checkPeriod(tx, named, q.Period); err != nil {
		return scope{}, err
	}
	asOf, err := knowledge(tx, q.AsOf)
	if err != nil {
		return scope{}, err
	}
	a, err := tx.AreaAsOf(q.Area, asOf)
	return scope{a, q.Period, asOf, q.Period.EndsOn()}, err
}

// knowledge returns the instant a report is as of: the stamp of the newest event at or before the
// one asked for.
func knowledge(tx Reader, asked *period.Instant) (period.Instant, error) {
	at := period.Never
	if asked != nil {
		at = *asked
	}
	stamp, err := tx.LastStamp(at)
	if err == nil && stamp == 0 && asked != nil {
		err = fault.Invalid("as_of",
			fault.Textf("as_of（%s）早于系统的第一条记录，当时还没有任何数据。", "as_of (%s) is before the registry's first event: nothing was known then.", at.Time().Format("2006-01-02T15:04:05Z")),
			fault.Text{ZH: "请改用更晚的时刻，或去掉 as_of 查看最新数据。", EN: "Give a later instant, or none for the newest figures."})
	}
	return stamp, err
}

func checkPeriod(tx Reader, name string, p period.ID) error {
	f := tx.Calendar().Frequency
	last := tx.Calendar().LastEnded(tx.Today())
	switch {
	case p.Frequency() != f:
		return fault.Invalid(name,
			fault.Textf("%s 与本系统的报告期形式不符。", "%s is not a period of this registry's frequency.", p),
			fault.Textf("请按 %s 的形式填写，例如最近结束的一期是 %s。", "Write it like %s, for instance the last ended is %s.", last, last))
	case p.StartsOn() > tx.Today():
		return fault.Invalid(name,
			fault.Textf("%s尚未开始（%s 开始），还没有报表。", "%s has not begun (it begins on %s): there is no report yet.", plan.PeriodText(p), p.StartsOn()),
			fault.Textf("最近结束的一期是 %s；不填 %s 时默认就是这一期。", "The last ended is %s, which is the default without %s.", last, name))
	}
	return nil
}
