package brand

import (
	"maps"
	"testing"

	"pgregory.net/rapid"
)

// standings draws what some brands count as on a day.
var standings = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Standing {
	s := Standing{Field: rapid.SampledFrom(Fields).Draw(t, "field"), Due: rapid.Bool().Draw(t, "due")}
	if i := rapid.IntRange(-1, len(Levels)-1).Draw(t, "level"); i >= 0 {
		s.Level = Levels[i]
	}
	return s
}), 0, 20)

// counts draws any counts, none of them 0.
var anyCounts = rapid.Custom(func(t *rapid.T) Counts {
	c := Counts{}
	for range rapid.IntRange(0, 8).Draw(t, "counts") {
		c.Add(rapid.SampledFrom([]string{"draft", "recognized", "due", "city/school", "district/school", "city/village"}).Draw(t, "name"), rapid.Int64Range(-3, 3).Draw(t, "n"))
	}
	return c
})

func TestCountsCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := standings.Draw(t, "brands")
		c := Counts{}
		for _, s := range all {
			c.AddStanding(s, 1)
		}
		count := func(counts func(Standing) bool) (n int64) {
			for _, s := range all {
				if counts(s) {
					n++
				}
			}
			return n
		}
		if got, want := c.Due(), count(func(s Standing) bool { return s.Due }); got != want {
			t.Fatalf("%d are due, want %d", got, want)
		}
		for i, level := range Levels {
			if got, want := c.ByLevel(level), count(func(s Standing) bool { return s.Level == level }); got != want {
				t.Fatalf("%d of %s, want %d", got, level, want)
			}
			above := func(s Standing) bool { return rank(s.Level) >= i }
			if got, want := c.From(level, ""), count(above); got != want {
				t.Fatalf("%d from %s, want %d", got, level, want)
			}
			for _, f := range Fields {
				if got, want := c.From(level, f), count(func(s Standing) bool { return above(s) && s.Field == f }); got != want {
					t.Fatalf("%d from %s of %s, want %d", got, level, f, want)
				}
			}
		}
		for _, s := range all {
			c.AddStanding(s, -1)
		}
		if len(c) != 0 {
			t.Fatalf("%v is left when all are gone", c)
		}
	})
}

func TestCountsAdd(t *testing.T) {
	c := Counts{}
	c.Add("", 3)
	c.Add("draft", 0)
	c.Add(string(Submitted), 2)
	c.Add(string(Submitted), 1)
	c.Add(string(Revoked), 1)
	c.Add(string(Revoked), -1)
	if !maps.Equal(c, Counts{"submitted": 3}) || c.ByState(Submitted) != 3 || c.ByState(Draft) != 0 {
		t.Errorf("%v", c)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCounts.Draw(t, "a"), anyCounts.Draw(t, "b")
		sum, other := a.Clone(), b.Clone()
		sum.Plus(b)
		other.Plus(a)
		for name, n := range sum {
			if n == 0 || n != a[name]+b[name] {
				t.Fatalf("%v and %v are %v", a, b, sum)
			}
		}
		for _, c := range []Counts{a, b} {
			for name := range c {
				if sum[name] != a[name]+b[name] {
					t.Fatalf("%v and %v are %v", a, b, sum)
				}
			}
		}
		if !maps.Equal(sum, other) {
			t.Fatalf("%v and %v are %v, or %v", a, b, sum, other)
		}
		for name, n := range b {
			sum.Add(name, -n)
		}
		if !maps.Equal(sum, a) {
			t.Fatalf("%v without %v is %v", a, b, sum)
		}
	})
}

func TestCountsAreStored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, read := anyCounts.Draw(t, "counts"), anyCounts.Draw(t, "what was there")
		v, err := c.Value()
		if err != nil {
			t.Fatal(err)
		}
		if err := read.Scan(v); err != nil || !maps.Equal(read, c) {
			t.Fatalf("%v is stored as %v and read as %v, %v", c, v, read, err)
		}
		again, err := c.Clone().Value()
		if err != nil || again != v {
			t.Fatalf("%v is stored as %v and %v, %v", c, v, again, err)
		}
	})
	for _, c := range []Counts{nil, {}} {
		v, err := c.Value()
		var read Counts
		if err != nil || v != "{}" || read.Scan(v) != nil || read == nil {
			t.Errorf("%v is stored as %v, %v and read as %v", c, v, err, read)
		}
	}
	for _, v := range []any{nil, int64(1), []byte("{}"), "", "[]", `{"draft":1.5}`, `{"draft":"1"}`, `{"draft":99999999999999999999}`} {
		var c Counts
		if err := c.Scan(v); err == nil {
			t.Errorf("%v is read as %v", v, c)
		}
	}
}
