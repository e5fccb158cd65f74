package demo

import (
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"math"
	"time"
)

// timetable says on which days the brands live. All follow from today, from when the demo begins and
// from the deployment's policy.
type timetable struct {
	policy    brand.Policy
	publicity int         // days of a publicity of the past
	today     period.Date // on which nothing happens yet
	from, to  period.Date // of recognitions
}

// Days that a timetable keeps free.
const (
	beforehand = 25 // before the first publicity, for what comes before it
	quiet      = 25 // after the last recognition
)

func (b *builder) timetable() timetable {
	t := timetable{policy: b.policy, publicity: max(b.policy.PublicityDays, 7), today: b.calendar.Day(period.InstantOf(b.now))}
	t.from = b.opening().AddDays(beforehand + t.publicity)
	t.to = t.today.AddDays(-quiet)
	return t
}

// day returns the working day at a share of the time in which brands are recognized.
func (t timetable) day(share float64) period.Date {
	return workday(t.from.AddDays(int(math.Round(share * float64(t.to.DaysSince(t.from))))))
}

// overdue returns a day of recognition such that the recheck has been due for some weeks; the first
// possible where rechecks are not made, or only after more time than is told of.
func (t timetable) overdue() period.Date {
	if t.policy.RecheckMonths == 0 {
		return workday(t.from)
	}
	return workday(max(t.today.AddMonths(-t.policy.RecheckMonths).AddDays(-20), t.from))
}

// recheck returns when a brand that was recognized on a day is looked at again, such that it need not be
// today, and whether it is at all until then. The turn tells brands apart.
func (t timetable) recheck(recognized period.Date, turn int) (again period.Date, comes bool) {
	months := t.policy.RecheckMonths
	if months == 0 || recognized.AddMonths(months) > t.today {
		return "", false
	}
	again = recognized.AddMonths(months).AddDays(-10)
	if again.AddMonths(months) <= t.today.AddDays(7) {
		again = t.today.AddDays(-7 - turn%5)
	}
	return workday(again), true
}

// workday is the day itself, or the Friday before a weekend.
func workday(d period.Date) period.Date {
	at, _ := time.Parse(time.DateOnly, string(d)) // a period.Date is always read
	switch at.Weekday() {
	case time.Saturday:
		return d.AddDays(-1)
	case time.Sunday:
		return d.AddDays(-2)
	}
	return d
}
