package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/catalog"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/report"
	"brandregistry/internal/store/storetest"
	"brandregistry/internal/text"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// brandBench is a registry of some districts whose clock the test moves, with a model of its brands.
type brandBench struct {
	*Store
	at     time.Time
	brands map[string]*brandModel
	done   map[string]bool // brands that the transaction has changed
}

// brandModel is a brand as it must be stored.
type brandModel struct {
	brand.Brand
	recognitions []brand.Recognition
}

func (m *brandModel) clone() brandModel {
	return brandModel{m.Brand, slices.Clone(m.recognitions)}
}

func openBrands(t testing.TB) *brandBench {
	t.Helper()
	b := &brandBench{at: now, brands: map[string]*brandModel{}}
	s, err := Open(context.Background(), Options{
		URL:      storetest.URL(t),
		Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.FixedZone("CST", 8*3600)},
		Clock:    func() time.Time { b.at = b.at.Add(time.Millisecond); return b.at },
	}, true)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	b.Store = s
	update(t, s, func(w *Writer) error {
		var rows []*catalog.Area
		for _, c := range brandAreas {
			rows = append(rows, &catalog.Area{Code: c, Digits: c.Level().Digits(), Name: "区划" + string(c), Reports: c.ReportsByDefault()})
		}
		return w.SaveAreas(audit.Change{Action: "area.create"}, rows...)
	})
	return b
}

var brandAreas = nation(2, 2, 2, 2)

// holders are the areas that brands are of: subdistricts, and districts themselves.
var holders = slices.DeleteFunc(slices.Clone(brandAreas), func(c area.Code) bool { return len(c) < 6 })

// save writes a brand as the use cases do.
func (b *brandBench) save(w *Writer, m *brandModel, was brand.Brand, recognitions ...*brand.Recognition) error {
	if err := w.SaveRecognitions(audit.Change{Action: "brand.recognize"}, recognitions...); err != nil {
		return err
	}
	if err := w.SaveBrand(audit.Change{Action: "brand.edit"}, &m.Brand); err != nil {
		return err
	}
	if err := w.IndexBrand(m.Brand, was); err != nil {
		return err
	}
	return w.SaveStandings(m.Brand, brand.Standings(m.Brand, m.recognitions))
}

// words make texts in which few different characters meet in many ways.
var words = []string{"红", "色", "引擎", "党建", "红色", "e企", "先锋", "A1", "家", "家园"}

func drawText(rt *rapid.T, name string, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, most).Draw(rt, name), rapid.SampledFrom([]string{"", " ", "，"}).Draw(rt, "between"))
}

// add makes a brand.
func (b *brandBench) add(rt *rapid.T, w *Writer) error {
	number, err := w.NextBrandNumber()
	if err != nil {
		return err
	}
	at := rapid.SampledFrom(holders).Draw(rt, "area")
	m := &brandModel{Brand: brand.Brand{ID: w.NewID(), Number: number, Area: at, District: at.District(), State: rapid.SampledFrom(brand.States).Draw(rt, "state"), CreatedAt: w.Now()}}
	m.Content = brand.Content{Name: fmt.Sprintf("%s%d", drawText(rt, "name", 3), number), Slogan: drawText(rt, "slogan", 4), Meaning: drawText(rt, "meaning", 8),
		HostOrganization: drawText(rt, "host", 2), Field: rapid.SampledFrom(append([]brand.Field{""}, brand.Fields...)).Draw(rt, "field")}
	m.NameKey, m.Text = brand.NameKey(m.Name), brand.SearchText(m.Content)
	b.brands[m.ID], b.done[m.ID] = m, true
	return b.save(w, m, brand.Brand{})
}

// recognize gives a brand a recognition; it is revoked, and due, at random.
func (b *brandBench) recognize(rt *rapid.T, w *Writer, m *brandModel) error {
	day := func(name string) period.Date { return w.Today().AddDays(rapid.IntRange(-40, 40).Draw(rt, name)) }
	r := brand.Recognition{Brand: m.ID, ID: w.NewID(), Area: m.Area, Level: rapid.SampledFrom(brand.Levels).Draw(rt, "level"), Authority: "某委",
		RecognizedOn: min(day("recognized on"), w.Today()), CreatedAt: w.Now(), CreatedBy: "x"}
	if d := day("valid to"); d >= r.RecognizedOn {
		r.ValidTo = &d
	}
	if d := day("revoked on"); d >= r.RecognizedOn && d <= w.Today() {
		r.RevokedOn = &d
	}
	was := m.Brand
	m.State, m.RecheckOn = brand.Recognized, nil
	if d := day("recheck on"); d > "2026-10-01" {
		m.RecheckOn = &d
	}
	m.recognitions = append(m.recognitions, r)
	if err := b.save(w, m, was, &r); err != nil {
		return err
	}
	m.recognitions[len(m.recognitions)-1] = r
	return nil
}

// changes does so many things to brands, to each one thing.
func (b *brandBench) changes(rt *rapid.T, w *Writer, n int) error {
	b.done = map[string]bool{}
	for range n {
		if err := b.change(rt, w); err != nil {
			return err
		}
	}
	return nil
}

// change does something to a brand, or makes one.
func (b *brandBench) change(rt *rapid.T, w *Writer) error {
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(b.brands)), func(id string) bool { return b.done[id] })
	what := rapid.IntRange(0, 9).Draw(rt, "what")
	if len(ids) == 0 || (what < 3 && len(ids) < 60) {
		return b.add(rt, w)
	}
	m := b.brands[rapid.SampledFrom(ids).Draw(rt, "brand")]
	b.done[m.ID] = true
	was := m.Brand
	switch {
	case what < 7:
		return b.recognize(rt, w, m)
	case what == 7 && len(m.recognitions) > 0:
		r := &m.recognitions[rapid.IntRange(0, len(m.recognitions)-1).Draw(rt, "recognition")]
		if today := w.Today(); r.RevokedOn == nil {
			r.RevokedOn = &today
			return b.save(w, m, was, r)
		}
		return nil
	case what == 8 && len(m.recognitions) == 0:
		m.NameKey, m.Text = "", ""
		delete(b.brands, m.ID)
		if err := w.RemoveBrand(audit.Change{Action: "brand.delete"}, &m.Brand); err != nil {
			return err
		}
		if err := w.IndexBrand(m.Brand, was); err != nil {
			return err
		}
		return w.SaveStandings(m.Brand, nil)
	}
	m.State, m.Slogan, m.Field = rapid.SampledFrom(brand.States).Draw(rt, "state"), drawText(rt, "slogan", 4), rapid.SampledFrom(brand.Fields).Draw(rt, "field")
	like := []rune(b.brands[rapid.SampledFrom(slices.Sorted(maps.Keys(b.brands))).Draw(rt, "like")].Name)
	m.Name = fmt.Sprintf("%s甲%d", string(like[:min(len(like), 6)]), m.Number)
	m.NameKey, m.Text = brand.NameKey(m.Name), brand.SearchText(m.Content)
	return b.save(w, m, was)
}

// isSound fails when check finds anything.
func (b *brandBench) isSound(t testing.TB) {
	t.Helper()
	view(t, b.Store, func(r *Reader) error {
		_, err := r.Check(nil, func(f audit.Finding) { t.Errorf("%+v", f) })
		return err
	})
}

// wanted are the brands of a filter, in its order, as the model has them.
func (b *brandBench) wanted(f brand.Filter) (out []*brandModel) {
	for _, m := range b.brands {
		found := f.Area.Contains(m.Area) && (f.State == "" || f.State == m.State) && (f.Field == "" || f.Field == m.Field) &&
			(f.Level == "" || f.Level == brand.LevelOn(m.recognitions, f.On))
		for _, t := range f.Terms {
			found = found && slices.ContainsFunc(strings.Split(m.Text, "\n"), func(line string) bool { return strings.Contains(line, t) })
		}
		if found {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(x, y *brandModel) int {
		key := func(m *brandModel) string {
			at := map[brand.Sort]string{brand.SortArea: string(m.Area), brand.SortName: m.NameKey, brand.SortUpdated: fmt.Sprintf("%020d", m.Version)}[f.Sort]
			return at + "\x00" + fmt.Sprintf("%020d", m.Number)
		}
		if f.Descending {
			x, y = y, x
		}
		return strings.Compare(key(x), key(y))
	})
	return out
}

// TestBrandListsAreWhatIsAskedFor pages through lists of random filters, which hold what a search of all
// brands finds, whichever index is walked.
func TestBrandListsAreWhatIsAskedFor(t *testing.T) {
	b := openBrands(t)
	live := rapid.Custom(func(rt *rapid.T) bool {
		for range 9 {
			update(t, b.Store, func(w *Writer) error { return b.changes(rt, w, 10) })
		}
		return true
	})
	for seed := range 3 { // versions differ
		live.Example(seed)
	}
	check := func(t rapid.TB, f brand.Filter) (listed int) {
		want := b.wanted(f)
		err := b.View(context.Background(), func(r *Reader) error {
			n, err := r.CountBrands(f)
			if err == nil && n != int64(len(want)) {
				t.Errorf("%+v: %d counted, want %d", f, n, len(want))
			}
			for i := 0; err == nil; {
				var page []brand.Brand
				page, err = r.BrandList(f)
				for _, got := range page {
					if i >= len(want) || got.ID != want[i].ID {
						t.Fatalf("%+v: %s is at place %d of %d", f, got.ID, i, len(want))
					}
					i++
				}
				if len(page) < f.Limit {
					if i != len(want) {
						t.Errorf("%+v: %d listed, want %d", f, i, len(want))
					}
					break
				}
				last := page[len(page)-1]
				f.After = &brand.Place{Area: last.Area, Number: last.Number, NameKey: last.NameKey, Version: last.Version}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(want)
	}
	sorts := []brand.Sort{brand.SortArea, brand.SortName, brand.SortUpdated}
	for _, sort := range sorts {
		if check(t, brand.Filter{Area: area.Nation, On: "2026-10-08", Sort: sort, Limit: 7}) == 0 {
			t.Errorf("a list of everything holds nothing of %d", len(b.brands))
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		b.sorted = rapid.SampledFrom([]int64{0, 3, 20, 2000}).Draw(rt, "sorted")
		check(rt, brand.Filter{
			Area: rapid.SampledFrom(brandAreas).Draw(rt, "area"), Field: rapid.SampledFrom([]brand.Field{"", "", "school", "hospital"}).Draw(rt, "field"),
			State: rapid.SampledFrom([]brand.State{"", "", brand.Recognized, brand.Draft}).Draw(rt, "state"), Level: rapid.SampledFrom([]plan.BrandLevel{"", "", "district", "city"}).Draw(rt, "level"),
			On: "2026-10-08", Terms: text.Terms(drawText(rt, "q", 3)), Sort: rapid.SampledFrom(sorts).Draw(rt, "sort"),
			Descending: rapid.Bool().Draw(rt, "descending"), Limit: rapid.IntRange(1, 40).Draw(rt, "limit"),
		})
	})
	b.isSound(t)
}

// brandFilters are lists within an area in every order, from the start and further on, of everything that
// can be asked for.
func brandFilters(on period.Date) (out []brand.Filter) {
	for _, f := range []brand.Filter{
		{}, {State: brand.Submitted}, {Field: brand.School}, {Level: plan.BrandCity}, {State: brand.Submitted, Field: brand.School}, {Level: plan.BrandCity, Field: brand.School},
		{Terms: []string{"示"}}, {Terms: []string{"红色引擎", "示"}}, {Terms: []string{"示例"}, State: brand.Submitted, Level: plan.BrandCity},
	} {
		for _, f.Sort = range []brand.Sort{brand.SortArea, brand.SortName, brand.SortUpdated} {
			for _, f.After = range []*brand.Place{nil, {Area: "330109001", Number: 2, NameKey: "x", Version: 3}} {
				f.Area, f.On, f.Limit = "330109", on, 50
				out = append(out, f)
			}
		}
	}
	return out
}

// TestBrandListsReadIndexRanges proves of every statement of every list, whether what is asked for is
// rare or not, that it searches an index or walks that of the order, and never sorts more brands than a list
// may.
func TestBrandListsReadIndexRanges(t *testing.T) {
	s, statements := openPlanIn(t, storetest.File(t))
	update(t, s, func(w *Writer) error {
		for i := range int64(3) {
			b := brand.Brand{ID: w.NewID(), Number: i + 1, Area: "330109001", District: "330109", State: brand.Submitted, CreatedAt: w.Now()}
			b.Content = brand.Content{Name: fmt.Sprintf("红色引擎示例%d", i), Field: brand.School}
			b.NameKey, b.Text = brand.NameKey(b.Name), brand.SearchText(b.Content)
			m, r := brandModel{Brand: b}, brand.Recognition{Brand: b.ID, ID: w.NewID(), Area: b.Area, Level: plan.BrandCity, Authority: "某委", RecognizedOn: "2026-01-01", CreatedBy: "x"}
			m.recognitions = []brand.Recognition{r}
			if err := (&brandBench{Store: s}).save(w, &m, brand.Brand{}); err != nil {
				return err
			}
		}
		return nil
	})
	seen := map[string]bool{}
	for _, s.sorted = range []int64{0, 2000} { // all is common, and rare
		for _, at := range []area.Code{"0", "33", "330109001"} {
			for _, f := range brandFilters("2026-10-08") {
				for _, f.Descending = range []bool{false, true} {
					f.Area = at
					*statements = nil
					view(t, s, func(r *Reader) error {
						list, err := r.BrandList(f)
						if f.After == nil && err == nil && len(list) != 3 {
							t.Errorf("%+v: %d brands", f, len(list))
						}
						if err == nil {
							err = second(r.CountBrands(f))
						}
						return err
					})
					for _, query := range *statements {
						if strings.Contains(query, "FROM") && !strings.Contains(query, "clock") && !seen[query] {
							seen[query] = true
							readsRanges(t, s, query, s.sorted == 0 || f.Sort == brand.SortArea)
						}
					}
				}
			}
		}
	}
	if len(seen) < 60 {
		t.Errorf("%d statements", len(seen))
	}
}

// readsRanges fails when a query scans a table, but for an index in the order of a list to its limit, or
// sorts what it may not.
func readsRanges(t *testing.T, s *Store, query string, inOrder bool) {
	t.Helper()
	further := strings.Contains(query, "(w.area, w.number)") // its place is searched, not counted off
	view(t, s, func(r *Reader) error {
		args := make([]any, strings.Count(query, "?"))
		return r.each(func(scan func(...any) error) error {
			var id, parent, unused int
			var detail string
			if err := scan(&id, &parent, &unused, &detail); err != nil {
				return err
			}
			if further && strings.Contains(detail, " w ") && !strings.Contains(detail, "(area,number)") {
				t.Errorf("%s\n in %s", detail, query)
			}
			toLimit := slices.Contains([]string{"SCAN w USING COVERING INDEX brands_by_name", "SCAN w USING COVERING INDEX brands_by_version", "SCAN w USING COVERING INDEX brands_by_area"}, detail)
			if strings.HasPrefix(detail, "SCAN") && !toLimit && detail != "SCAN CONSTANT ROW" && detail != "SCAN n" && detail != "SCAN k" && detail != "SCAN (subquery-1)" {
				t.Errorf("%s\n in %s", detail, query)
			}
			if detail == "SCAN k" { // what follows is about the page
				inOrder = false
			}
			if inOrder && strings.Contains(detail, "TEMP B-TREE") {
				t.Errorf("%s\n in %s", detail, query)
			}
			return nil
		}, "EXPLAIN QUERY PLAN "+query, args...)
	})
}

// toldReport is a report as it was told at an instant.
type toldReport struct {
	query report.BrandQuery
	text  string
}

// TestBrandReportsAreReproducible lives through random histories, asks for reports at every instant, on
// days before and after, and asks for the same later: they are the same to the byte, and say what
// the model says.
func TestBrandReportsAreReproducible(t *testing.T) {
	b := openBrands(t)
	ask := func(q report.BrandQuery) (got report.Brands, text string) {
		view(t, b.Store, func(r *Reader) (err error) {
			got, err = report.GetBrands(reader(r), q)
			return err
		})
		out, err := json.Marshal(got)
		must(t, err)
		return got, string(out)
	}
	var then []toldReport
	tell := func(rt *rapid.T) {
		at := rapid.SampledFrom(brandAreas).Draw(rt, "reported area")
		on := period.DateOf(b.at).AddDays(-rapid.IntRange(0, 50).Draw(rt, "days ago"))
		q := report.BrandQuery{Area: at, On: on}
		got, text := ask(q)
		asOf := got.AsOf
		q.AsOf = &asOf
		then = append(then, toldReport{q, text})
		want := brand.Counts{}
		for _, m := range b.brands {
			if at.Contains(m.Area) {
				want.Add(string(m.State), 1)
				want.AddStanding(brand.Standing{Field: m.Field, Level: brand.LevelOn(m.recognitions, on), Due: m.State == brand.Recognized && m.RecheckOn != nil && *m.RecheckOn <= on}, 1)
			}
		}
		if !maps.Equal(got.Counts, want) {
			rt.Fatalf("%s on %s: %v, want %v", at, on, got.Counts, want)
		}
		var rows int64
		for _, row := range got.Rows {
			rows += row.Count
		}
		if rows != got.Count && at.Level() != area.LevelSubdistrict {
			rt.Fatalf("%s: rows have %d brands of %d", at, rows, got.Count)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(rt, "transactions") {
			b.at = b.at.Add(time.Duration(rapid.IntRange(0, 30).Draw(rt, "hours")) * time.Hour)
			saved := map[string]brandModel{}
			for id, m := range b.brands {
				saved[id] = m.clone()
			}
			failed := rapid.IntRange(0, 9).Draw(rt, "failed") == 0
			err := b.Update(context.Background(), By{Actor: access.Operator, RequestID: "test"}, func(w *Writer) error {
				err := b.changes(rt, w, rapid.IntRange(1, 3).Draw(rt, "changes"))
				if err == nil && failed {
					err = errChanged
				}
				return err
			})
			if failed {
				clear(b.brands)
				for id, m := range saved {
					b.brands[id] = &m
				}
			} else if err != nil {
				rt.Fatal(err)
			}
			tell(rt)
		}
	})
	for _, told := range then {
		if _, text := ask(told.query); text != told.text {
			t.Fatalf("%+v as of %d was told\n%s\nand is told\n%s", told.query, *told.query.AsOf, told.text, text)
		}
	}
	if len(then) == 0 {
		t.Errorf("%d reports", len(then))
	}
	b.isSound(t)
}
