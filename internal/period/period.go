// Package period holds reporting periods in SDMX form, calendar days and instants.
package period

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Frequency is how often a deployment reports.
// 报告频率
type Frequency string

// The three frequencies.
const (
	Yearly    Frequency = "year"    // 每年
	Quarterly Frequency = "quarter" // 每季
	Monthly   Frequency = "month"   // 每月
)

// ParseFrequency reads year, quarter or month.
func ParseFrequency(s string) (Frequency, error) {
	switch f := Frequency(s); f {
	case Yearly, Quarterly, Monthly:
		return f, nil
	}
	return "", fmt.Errorf("frequency %q: want year, quarter or month", s)
}

// ID names a period: 2026, 2026-Q3 or 2026-M09 (SDMX). IDs of one frequency compare as strings.
type ID string

// Parse reads an id of any frequency between the years 1900 and 9998.
func Parse(s string) (ID, error) {
	ok := len(s) >= 4 && digits(s[:4]) && "1900" <= s[:4] && s[:4] <= "9998"
	switch len(s) {
	case 4:
	case 7:
		ok = ok && s[4:6] == "-Q" && '1' <= s[6] && s[6] <= '4'
	case 8:
		ok = ok && s[4:6] == "-M" && digits(s[6:]) && "01" <= s[6:] && s[6:] <= "12"
	default:
		ok = false
	}
	if !ok {
		return "", fmt.Errorf("period %q: want 2026, 2026-Q3 or 2026-M09", s)
	}
	return ID(s), nil
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// Of returns the period of frequency f that holds d.
func Of(d Date, f Frequency) ID {
	t := d.time()
	switch f {
	case Yearly:
		return ID(fmt.Sprintf("%04d", t.Year()))
	case Monthly:
		return ID(fmt.Sprintf("%04d-M%02d", t.Year(), t.Month()))
	}
	return ID(fmt.Sprintf("%04d-Q%d", t.Year(), (t.Month()+2)/3))
}

// Frequency returns the id's frequency.
func (p ID) Frequency() Frequency {
	switch len(p) {
	case 4:
		return Yearly
	case 7:
		return Quarterly
	}
	return Monthly
}

// Year returns the calendar year.
func (p ID) Year() int {
	y, _ := strconv.Atoi(string(p[:4])) // an ID is only made by Parse or Of
	return y
}

// first returns the first day and the length in months.
func (p ID) first() (time.Time, int) {
	month, months := time.January, 12
	switch p.Frequency() {
	case Quarterly:
		month, months = time.Month((p[6]-'1')*3+1), 3
	case Monthly:
		m, _ := strconv.Atoi(string(p[6:]))
		month, months = time.Month(m), 1
	}
	return time.Date(p.Year(), month, 1, 0, 0, 0, 0, time.UTC), months
}

// StartsOn returns the first day.
func (p ID) StartsOn() Date {
	t, _ := p.first()
	return DateOf(t)
}

// EndsOn returns the last day.
func (p ID) EndsOn() Date {
	t, months := p.first()
	return DateOf(t.AddDate(0, months, -1))
}

// Next returns the period after p.
func (p ID) Next() ID { return Of(p.EndsOn().AddDays(1), p.Frequency()) }

// Previous returns the period before p.
func (p ID) Previous() ID { return Of(p.StartsOn().AddDays(-1), p.Frequency()) }

// SameLastYear returns the period of the same place one year earlier.
func (p ID) SameLastYear() ID { return ID(fmt.Sprintf("%04d", p.Year()-1)) + p[4:] }
