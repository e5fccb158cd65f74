package period

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for _, s := range []string{"2026", "2026-Q1", "2026-Q4", "2026-M01", "2026-M12"} {
		if p, err := Parse(s); err != nil || string(p) != s {
			t.Errorf("Parse(%q) = %q, %v", s, p, err)
		}
	}
	for _, s := range []string{"", "26", "2026-Q0", "2026-Q5", "2026-M00", "2026-M13", "2026-M1", "2026Q3", "2026-q3", "2026-Q3 ", "0000", "9999", "２０２６", "2026-S1"} {
		if p, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) = %q, want an error", s, p)
		}
	}
}

func TestDays(t *testing.T) {
	for _, c := range []struct {
		id                   ID
		starts, ends         Date
		previous, next, year ID
	}{
		{"2026", "2026-01-01", "2026-12-31", "2025", "2027", "2025"},
		{"2026-Q1", "2026-01-01", "2026-03-31", "2025-Q4", "2026-Q2", "2025-Q1"},
		{"2026-Q4", "2026-10-01", "2026-12-31", "2026-Q3", "2027-Q1", "2025-Q4"},
		{"2024-M02", "2024-02-01", "2024-02-29", "2024-M01", "2024-M03", "2023-M02"},
		{"2025-M12", "2025-12-01", "2025-12-31", "2025-M11", "2026-M01", "2024-M12"},
	} {
		if c.id.StartsOn() != c.starts || c.id.EndsOn() != c.ends || c.id.Previous() != c.previous || c.id.Next() != c.next || c.id.SameLastYear() != c.year {
			t.Errorf("%s: %s to %s, after %s, before %s, a year after %s", c.id, c.id.StartsOn(), c.id.EndsOn(), c.id.Previous(), c.id.Next(), c.id.SameLastYear())
		}
	}
}

// Periods of one frequency tile the days, and compare as strings.
func TestPeriodsTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom([]Frequency{Yearly, Quarterly, Monthly}).Draw(t, "frequency")
		d := DateOf(time.Date(rapid.IntRange(1901, 9990).Draw(t, "year"), 1, rapid.IntRange(1, 366).Draw(t, "day"), 0, 0, 0, 0, time.UTC))
		p := Of(d, f)
		if p.StartsOn() > d || p.EndsOn() < d || p.Frequency() != f {
			t.Fatalf("%s lies in %s (%s to %s)", d, p, p.StartsOn(), p.EndsOn())
		}
		if back, err := Parse(string(p)); err != nil || back != p {
			t.Fatalf("Parse(%s) = %s, %v", p, back, err)
		}
		if n := p.Next(); n <= p || n.StartsOn() != p.EndsOn().AddDays(1) || n.Previous() != p {
			t.Fatalf("%s is followed by %s", p, n)
		}
		if y := p.SameLastYear(); y.Year() != p.Year()-1 || y.Next() != p.Next().SameLastYear() {
			t.Fatalf("a year before %s is %s", p, y)
		}
	})
}

func TestCalendar(t *testing.T) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	c := Calendar{Quarterly, shanghai}
	midnight := InstantOf(time.Date(2026, 10, 10, 16, 0, 0, 0, time.UTC)) // 2026-10-11 00:00 in Shanghai
	if c.Day(midnight-1) != "2026-10-10" || c.Day(midnight) != "2026-10-11" {
		t.Errorf("around midnight: %s, %s", c.Day(midnight-1), c.Day(midnight))
	}
	if c.Start("2026-10-11") != midnight || c.After("2026-10-10") != midnight {
		t.Errorf("2026-10-11 starts at %d, 2026-10-10 ends at %d, want %d", c.Start("2026-10-11"), c.After("2026-10-10"), midnight)
	}
	if c.Current("2026-10-11") != "2026-Q4" || c.LastEnded("2026-10-11") != "2026-Q3" {
		t.Errorf("current %s, last ended %s", c.Current("2026-10-11"), c.LastEnded("2026-10-11"))
	}
	if n := Date("2026-11-01").DaysSince("2026-10-30"); n != 2 {
		t.Errorf("two days are %d", n)
	}
}

func FuzzParseDate(f *testing.F) {
	f.Add("2026-02-29")
	f.Add("2024-02-29")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err == nil && (string(d) != s || d.AddDays(0) != d || d.AddDays(1).DaysSince(d) != 1) {
			t.Errorf("ParseDate(%q) = %q", s, d)
		}
	})
}

func TestAddMonths(t *testing.T) {
	for _, tt := range []struct {
		day  Date
		n    int
		want Date
	}{
		{"2026-10-14", 1, "2026-11-14"}, {"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2024-02-29", 12, "2025-02-28"},
		{"2026-12-31", 2, "2027-02-28"}, {"2026-05-31", -1, "2026-04-30"}, {"2026-01-15", -13, "2024-12-15"}, {"2026-10-14", 0, "2026-10-14"}, {"2026-08-31", 24, "2028-08-31"},
	} {
		if got := tt.day.AddMonths(tt.n); got != tt.want {
			t.Errorf("%d months after %s is %s, want %s", tt.n, tt.day, got, tt.want)
		}
	}
}
