package period

import (
	"fmt"
	"time"
)

// Date is a calendar day, YYYY-MM-DD. Dates compare as strings. "" means no date.
type Date string

// ParseDate reads YYYY-MM-DD between the years 1900 and 9998; anything else is an error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 || t.Year() > 9998 {
		return "", fmt.Errorf("date %q: want YYYY-MM-DD", s)
	}
	return Date(s), nil
}

// DateOf returns the day of t in t's own location.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// AddDays returns the day n days later (earlier when n is negative).
func (d Date) AddDays(n int) Date { return DateOf(d.time().AddDate(0, 0, n)) }

// AddMonths returns the same day n months later, the month's last day where it has no such day.
func (d Date) AddMonths(n int) Date {
	t := d.time()
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return DateOf(first.AddDate(0, 0, min(t.Day(), first.AddDate(0, 1, -1).Day())-1))
}

// DaysSince returns the number of days from e to d.
func (d Date) DaysSince(e Date) int { return int(d.time().Sub(e.time()) / (24 * time.Hour)) }

func (d Date) time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d)) // a Date is only made by ParseDate or DateOf
	return t
}

// Instant is a moment in microseconds since 1970-01-01T00:00:00Z.
type Instant int64

// Never is the instant after every other: the open end of an interval in force.
const Never Instant = 1<<63 - 1

// InstantOf truncates t to the microsecond.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time returns i in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Calendar is what a deployment counts days and periods in.
type Calendar struct {
	Frequency Frequency
	Location  *time.Location // whole days begin and end here
}

// Day returns the day that i falls on.
func (c Calendar) Day(i Instant) Date { return DateOf(i.Time().In(c.Location)) }

// Start returns the first instant of d.
func (c Calendar) Start(d Date) Instant { return c.midnight(d, 0) }

// After returns the first instant after d has ended: i is within d or earlier when i < After(d).
func (c Calendar) After(d Date) Instant { return c.midnight(d, 1) }

// midnight returns when the day begins that is so many days after d.
func (c Calendar) midnight(d Date, days int) Instant {
	t := d.time()
	return InstantOf(time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, c.Location))
}

// Current returns the period that d falls in.
func (c Calendar) Current(d Date) ID { return Of(d, c.Frequency) }

// LastEnded returns the last period that ended before d.
func (c Calendar) LastEnded(d Date) ID { return c.Current(d).Previous() }
