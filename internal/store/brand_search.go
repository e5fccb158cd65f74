package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"slices"
	"strings"
	"unicode/utf8"
)

const brandColumns = "b.id, b.number, b.area, b.district, b.name_key, b.text, b.version, b.state, b.name, b.slogan, b.meaning, b.carrier, b.practices, b.results, b.field," +
	" b.host_organization, b.credit_code, b.contact_name, b.contact_phone, b.explanations, b.return_reason, b.publicized_on, b.publicity_ends_on, b.checked_on, b.recheck_on," +
	" b.submitted_at, b.submitted_by, b.decided_at, b.decided_by, b.created_at"

func scanBrand(scan func(...any) error, b *brand.Brand) error {
	return scan(&b.ID, &b.Number, &b.Area, &b.District, &b.NameKey, &b.Text, &b.Version, &b.State, &b.Name, &b.Slogan, &b.Meaning, &b.Carrier, &b.Practices, &b.Results, &b.Field,
		&b.HostOrganization, &b.CreditCode, &b.ContactName, &b.ContactPhone, &b.Explanations, &b.ReturnReason, &b.PublicizedOn, &b.PublicityEndsOn, &b.CheckedOn, &b.RecheckOn,
		&b.SubmittedAt, &b.SubmittedBy, &b.DecidedAt, &b.DecidedBy, &b.CreatedAt)
}

// criterion is one thing that a list asks for: as an index w whose range within an area holds all brands
// that meet it, in the order of area and number, and as a condition on a brand b.
type criterion struct {
	from  string // the table of the index
	where string // on w
	also  string // on b, the same
	args  []any  // of either
}

// within is what the area of a list asks for, when nothing else does.
var within = criterion{from: "brands w"}

// inState and the like are the criteria of a filter's members.
func inState(s brand.State) criterion {
	return criterion{"brands w", "w.state = ?", "b.state = ?", []any{string(s)}}
}

func inField(f brand.Field) criterion {
	return criterion{"brands w", "w.field = ?", "b.field = ?", []any{string(f)}}
}

func atLevel(l plan.BrandLevel, on period.Date) criterion {
	const counts = "level = ? AND until = 9223372036854775807 AND level <> '' AND from_day <= ? AND to_day > ?"
	return criterion{"brand_standings w", counts, "EXISTS (SELECT 1 FROM brand_standings o WHERE o.area = b.area AND o.brand = b.id AND " + counts + ")",
		[]any{string(l), string(on), string(on)}}
}

func withGram(gram string) criterion {
	return criterion{"brand_grams w", "w.gram = ?",
		"EXISTS (SELECT 1 FROM brand_grams o WHERE o.gram = ? AND o.area = b.area AND o.number = b.number)", []any{gram}}
}

// maxGrams is how many grams of a search are looked up: enough to find a rare one.
const maxGrams = 8

// gramsOf returns grams of the terms, the first of each term, then the second, at most maxGrams.
func gramsOf(terms []string) (grams []string) {
	for i, more := 0, true; more; i++ {
		more = false
		for _, t := range terms {
			of := brand.GramsOf(t)
			if i >= len(of) || len(grams) == maxGrams {
				continue
			}
			more = true
			if !slices.Contains(grams, of[i]) {
				grams = append(grams, of[i])
			}
		}
	}
	return grams
}

// narrowest returns the criterion that the fewest brands within the area meet, whether they are more than
// are sorted, and whether there are none.
func (r *Reader) narrowest(at area.Code, all []criterion) (best int, many, none bool, err error) {
	from, to := at.Range()
	least, most := r.store.sorted+1, r.store.sorted+1
	for i, c := range all {
		var n int64
		args := append(slices.Clone(c.args), from, to, most)
		if err := r.row("SELECT count(*) FROM (SELECT 1 FROM "+c.from+" WHERE "+conditions(c.where, "w.area >= ? AND w.area < ?")+" LIMIT ?) AS n", args...).Scan(&n); err != nil {
			return 0, false, false, err
		}
		if n < least {
			best, least = i, n
		}
	}
	return best, least == most, least == 0, nil
}

func conditions(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " AND ")
}

// listing is the query of a list: what is read, on what conditions, and what orders it.
type listing struct {
	from  string
	where []string
	args  []any
	order []string // columns
	none  bool     // nothing can meet the conditions
}

func (l *listing) and(condition string, args ...any) {
	if condition != "" {
		l.where, l.args = append(l.where, condition), append(l.args, args...)
	}
}

// listing chooses the index that is walked, so that a page costs the same however many brands there are:
// the range of the criterion that the fewest brands meet, which is in the order of areas; in another
// order it is sorted, unless many meet it: then the order's index is walked until the page is full.
func (r *Reader) listing(f brand.Filter) (l listing, err error) {
	var all []criterion
	if f.State != "" {
		all = append(all, inState(f.State))
	}
	if f.Field != "" {
		all = append(all, inField(f.Field))
	}
	if f.Level != "" {
		all = append(all, atLevel(f.Level, f.On))
	}
	for _, gram := range gramsOf(f.Terms) {
		all = append(all, withGram(gram))
	}
	if len(all) == 0 {
		all = []criterion{within}
	}
	best, many := 0, f.Area == area.Nation
	if len(all) > 1 || (f.Sort != brand.SortArea && (!many || len(all[0].args) > 0)) {
		if best, many, l.none, err = r.narrowest(f.Area, all); err != nil || l.none {
			return l, err
		}
	}
	chosen := all[best]
	column := map[brand.Sort]string{brand.SortName: "name_key", brand.SortUpdated: "version"}[f.Sort]
	if column != "" && many {
		chosen, best = within, -1
	}
	l.from = chosen.from + " CROSS JOIN " + r.store.engine.byIndex("brands b", "brands_listed") // in this order
	l.and("b.number = w.number")
	l.and(chosen.where, chosen.args...)
	from, to := f.Area.Range()
	switch {
	case column == "":
		l.order = []string{"w.area", "w.number"}
	case many:
		l.order = []string{"w." + column, "w.number"}
	default:
		l.order = []string{"b." + column, "b.number"}
	}
	switch inOrder := column == "" && f.After != nil; { // then after bounds the one end
	case column != "" && many && f.Area == area.Nation:
	case column != "" && many:
		l.and("w.area || '' >= ? AND w.area || '' < ?", from, to) // by the order's index, which holds it
	case inOrder && f.Descending:
		l.and("w.area >= ?", from)
	case inOrder:
		l.and("w.area < ?", to)
	default:
		l.and("w.area >= ? AND w.area < ?", from, to)
	}
	l.after(f)
	for i, c := range all {
		if i != best {
			l.and(c.also, c.args...)
		}
	}
	for _, t := range f.Terms {
		if utf8.RuneCountInString(t) > 2 { // else it is a gram
			l.and("EXISTS (SELECT 1 FROM brands o WHERE o.id = b.id AND "+r.store.engine.contains("o.text")+")", t)
		}
	}
	return l, nil
}

// after continues a listing after a place.
func (l *listing) after(f brand.Filter) {
	if f.After == nil {
		return
	}
	at := []any{string(f.After.Area), f.After.Number}
	switch f.Sort {
	case brand.SortName:
		at[0] = f.After.NameKey
	case brand.SortUpdated:
		at[0] = f.After.Version
	}
	compare := ">"
	if f.Descending {
		compare = "<"
	}
	l.and("("+strings.Join(l.order, ", ")+") "+compare+" (?, ?)", at...)
}

// BrandList lists brands. The page is found first, by the index brands_listed, and then read.
func (r *Reader) BrandList(f brand.Filter) ([]brand.Brand, error) {
	l, err := r.listing(f)
	if err != nil || l.none {
		return nil, err
	}
	direction := ""
	if f.Descending {
		direction = " DESC"
	}
	by := strings.Join(l.order, direction+", ") + direction
	var out []brand.Brand
	err = r.each(func(scan func(...any) error) error {
		var b brand.Brand
		err := scanBrand(scan, &b)
		out = append(out, b)
		return err
	}, "SELECT "+brandColumns+" FROM (SELECT b.id AS id FROM "+l.from+" WHERE "+strings.Join(l.where, " AND ")+" ORDER BY "+by+" LIMIT ?) AS k CROSS JOIN brands b WHERE b.id = k.id ORDER BY "+strings.ReplaceAll(by, "w.", "b."),
		append(l.args, f.Limit)...)
	return out, err
}

// CountBrands counts what BrandList would list without After and Limit: by the totals where they tell.
func (r *Reader) CountBrands(f brand.Filter) (n int64, err error) {
	if len(f.Terms) == 0 && f.Area.Level() != area.LevelSubdistrict && (f.Level == "" && f.Field == "" || f.Level != "" && f.State == "") {
		return r.countByTotals(f)
	}
	f.Sort, f.After = brand.SortArea, nil
	l, err := r.listing(f)
	if err != nil || l.none {
		return 0, err
	}
	err = r.row("SELECT count(*) FROM "+l.from+" WHERE "+strings.Join(l.where, " AND "), l.args...).Scan(&n)
	return n, err
}

// countByTotals counts the brands of a state or of all, or those that count at a level, of a field or of
// all.
func (r *Reader) countByTotals(f brand.Filter) (n int64, err error) {
	states, days := brand.Counts{}, brand.Counts{}
	err = r.row("SELECT coalesce((SELECT counts FROM brand_totals WHERE digits = ? AND area = ?), '{}'), coalesce(("+dayTotalQuery+"), '{}')",
		f.Area.Level().Digits(), string(f.Area), f.Area.Level().Digits(), string(f.Area), string(f.On)).Scan(&states, &days)
	switch {
	case err != nil:
		return 0, err
	case f.Level != "" && f.Field != "":
		return days.Of(f.Level, f.Field), nil
	case f.Level != "":
		return days.ByLevel(f.Level), nil
	case f.State != "":
		return states.ByState(f.State), nil
	}
	for _, s := range brand.States {
		n += states.ByState(s)
	}
	return n, nil
}
