package store

import (
	"brandregistry/internal/brand"
	"cmp"
	"slices"
	"strings"
)

const brandColumns = "b.id, b.number, b.area, b.district, b.name_key, b.text, b.version, b.state, b.name, b.slogan, b.meaning, b.carrier, b.practices, b.results, b.field," +
	" b.host_organization, b.credit_code, b.contact_name, b.contact_phone, b.explanations, b.return_reason, b.publicized_on, b.publicity_ends_on, b.checked_on, b.recheck_on," +
	" b.submitted_at, b.submitted_by, b.decided_at, b.decided_by, b.created_at"

func scanBrand(scan func(...any) error, b *brand.Brand) error {
	return scan(&b.ID, &b.Number, &b.Area, &b.District, &b.NameKey, &b.Text, &b.Version, &b.State, &b.Name, &b.Slogan, &b.Meaning, &b.Carrier, &b.Practices, &b.Results, &b.Field,
		&b.HostOrganization, &b.CreditCode, &b.ContactName, &b.ContactPhone, &b.Explanations, &b.ReturnReason, &b.PublicizedOn, &b.PublicityEndsOn, &b.CheckedOn, &b.RecheckOn,
		&b.SubmittedAt, &b.SubmittedBy, &b.DecidedAt, &b.DecidedBy, &b.CreatedAt)
}

// IndexBrand makes a brand found by its text and no longer by what it was.
func (w *Writer) IndexBrand(b brand.Brand, was string) error {
	if b.Text == was {
		return nil
	}
	before, after := brand.Grams(was), brand.Grams(b.Text)
	for some := range slices.Chunk(without(before, after), gramsAtOnce) {
		args := append([]any{string(b.Area), b.Number}, anys(some)...)
		if _, err := w.exec("DELETE FROM brand_grams WHERE area = ? AND number = ? AND gram IN ("+marks(len(some))+")", args...); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(without(after, before), gramsAtOnce) {
		var args []any
		for _, gram := range some {
			args = append(args, gram, string(b.Area), b.Number)
		}
		if _, err := w.exec("INSERT INTO brand_grams (gram, area, number) VALUES (?, ?, ?)"+strings.Repeat(", (?, ?, ?)", len(some)-1), args...); err != nil {
			return err
		}
	}
	return nil
}

// gramsAtOnce is how many grams one statement writes.
const gramsAtOnce = 200

// without returns the grams of a sorted list that are not in another.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(gram string) bool {
		_, both := slices.BinarySearch(other, gram)
		return both
	})
}

// listing is the query of a list: FROM and WHERE of the keys, what orders them, and the arguments.
type listing struct {
	from  string
	where []string
	args  []any
	order []string // columns
	at    []any    // their values at f.After
}

func (l *listing) and(condition string, args ...any) {
	l.where, l.args = append(l.where, condition), append(l.args, args...)
}

// common is the length up to which grams are counted to find the rarest.
const common = 200

// listing chooses the index that is walked, so that no planner walks all brands for a page: the rarest
// gram of a search; else the filter's own index where the order is by area; else, for the nation, the
// order's index, and for an area within it the area's own range, sorted. A column written || ” or + 0 is
// one whose index is not to be used.
func (r *Reader) listing(f brand.Filter) (listing, error) {
	from, to := f.Area.Range()
	var l listing
	var p brand.Place
	if f.After != nil {
		p = *f.After
	}
	area, number := "b.area", "b.number"
	state, field := "b.state || ''", "b.field || ''"
	level := false
	nation := f.Area == "0"
	switch {
	case len(f.Terms) > 0:
		grams, err := r.rarest(f)
		if err != nil {
			return l, err
		}
		area, number = "g.area", "g.number"
		l.from = "brand_grams g CROSS JOIN brands b" // in this order
		l.and("b.number = g.number AND g.gram = ?", grams[0])
		for _, other := range grams[1:] {
			l.and("EXISTS (SELECT 1 FROM brand_grams o WHERE o.gram = ? AND o.area = g.area AND o.number = g.number)", other)
		}
		for _, t := range f.Terms {
			l.and(r.store.engine.contains("b.text"), t)
		}
	case f.Level != "" && f.Sort == brand.SortArea:
		level = true
		l.from = "brand_standings s CROSS JOIN brands b"
	case f.Sort == brand.SortArea && f.State != "":
		l.from, state = "brands b", "b.state"
	case f.Sort == brand.SortArea && f.Field != "":
		l.from, field = "brands b", "b.field"
	case nation && f.Sort != brand.SortArea:
		l.from, area = "brands b", "b.area || ''"
	default:
		l.from = "brands b"
	}
	if level {
		l.and("b.id = s.brand AND s.level = ? AND s.until = 9223372036854775807 AND s.level <> '' AND s.from_day <= ? AND s.to_day > ?", string(f.Level), string(f.On), string(f.On))
		l.and("s.area >= ? AND s.area < ?", from, to)
		area, number = "s.area", "b.number"
	} else {
		l.and(area+" >= ? AND "+area+" < ?", from, to)
		if f.Level != "" {
			l.and(`EXISTS (SELECT 1 FROM brand_standings s WHERE s.area = b.area AND s.brand = b.id AND s.until = 9223372036854775807 AND s.level = ? AND s.from_day <= ? AND s.to_day > ?)`,
				string(f.Level), string(f.On), string(f.On))
		}
	}
	if f.State != "" {
		l.and(state+" = ?", string(f.State))
	}
	if f.Field != "" {
		l.and(field+" = ?", string(f.Field))
	}
	switch f.Sort {
	case brand.SortName:
		l.order, l.at = []string{"b.name_key", "b.number"}, []any{p.NameKey, p.Number}
	case brand.SortUpdated:
		l.order, l.at = []string{"b.version", "b.number"}, []any{p.Version, p.Number}
	default:
		l.order, l.at = []string{area, number}, []any{string(p.Area), p.Number}
	}
	if f.Sort != brand.SortArea && !nation && len(f.Terms) == 0 {
		l.order[0] += plainly(f.Sort) // the area's own range is sorted
	}
	return l, nil
}

// plainly keeps a planner from walking the index of an order.
func plainly(s brand.Sort) string {
	if s == brand.SortUpdated {
		return " + 0"
	}
	return " || ''"
}

// rarest returns the grams of the terms that narrow a search, the rarest in its area first, at most four.
func (r *Reader) rarest(f brand.Filter) ([]string, error) {
	var grams []string
	for i := 0; len(grams) < 8; i++ { // the first gram of each term, then the second
		more := false
		for _, t := range f.Terms {
			if of := brand.GramsOf(t); i < len(of) {
				more = true
				if !slices.Contains(grams, of[i]) {
					grams = append(grams, of[i])
				}
			}
		}
		if !more {
			break
		}
	}
	from, to := f.Area.Range()
	count := map[string]int64{}
	for _, g := range grams {
		var n int64
		if err := r.row("SELECT count(*) FROM (SELECT 1 FROM brand_grams WHERE gram = ? AND area >= ? AND area < ? LIMIT ?) AS n", g, from, to, common).Scan(&n); err != nil {
			return nil, err
		}
		count[g] = n
	}
	slices.SortStableFunc(grams, func(a, b string) int { return cmp.Compare(count[a], count[b]) })
	return grams[:min(len(grams), 4)], nil
}

// BrandList lists brands.
func (r *Reader) BrandList(f brand.Filter) ([]brand.Brand, error) {
	l, err := r.listing(f)
	if err != nil {
		return nil, err
	}
	compare, direction := ">", ""
	if f.Descending {
		compare, direction = "<", " DESC"
	}
	if f.After != nil {
		l.and("("+strings.Join(l.order, ", ")+") "+compare+" (?, ?)", l.at...)
	}
	var out []brand.Brand
	err = r.each(func(scan func(...any) error) error {
		var b brand.Brand
		err := scanBrand(scan, &b)
		out = append(out, b)
		return err
	}, "SELECT "+brandColumns+" FROM "+l.from+" WHERE "+strings.Join(l.where, " AND ")+" ORDER BY "+strings.Join(l.order, direction+", ")+direction+" LIMIT ?", append(l.args, f.Limit)...)
	return out, err
}

// CountBrands counts what BrandList would list without After and Limit.
func (r *Reader) CountBrands(f brand.Filter) (n int64, err error) {
	f.Sort = brand.SortArea
	l, err := r.listing(f)
	if err != nil {
		return 0, err
	}
	err = r.row("SELECT count(*) FROM "+l.from+" WHERE "+strings.Join(l.where, " AND "), l.args...).Scan(&n)
	return n, err
}
