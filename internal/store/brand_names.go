package store

import (
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"database/sql"
	"errors"
	"slices"
	"strings"
)

// BrandNamed returns the live brand of a district that has the normalized name, and whether there is one.
func (r *Reader) BrandNamed(district area.Code, nameKey string) (n brand.Named, found bool, err error) {
	err = r.row("SELECT id, area, name, state FROM brands WHERE district = ? AND name_key = ? AND name_key <> '' AND state <> 'rejected' AND state <> 'revoked'",
		string(district), nameKey).Scan(&n.ID, &n.Area, &n.Name, &n.State)
	if errors.Is(err, sql.ErrNoRows) {
		return n, false, nil
	}
	return n, err == nil, err
}

// nearQuery reads at most so many brands with names near that of the brand of a number. It begins at the keys
// that others may have in common with it and walks their ranges until it has enough.
const nearQuery = "SELECT * FROM (SELECT DISTINCT m.number AS asked, b.id, b.area, b.name, b.state FROM brand_name_keys m CROSS JOIN brand_name_keys o CROSS JOIN brands b" +
	" WHERE m.number = ? AND m.shared = 1 AND o.district = m.district AND o.key = m.key AND o.shared = 1 AND o.role <= 2 - m.role AND o.number <> m.number AND b.number = o.number" +
	" AND (b.state IN ('submitted', 'publicized', 'recognized') OR b.area >= ? AND b.area < ?) LIMIT ?) AS n"

// nearAtOnce is how many brands' near names one statement reads.
const nearAtOnce = 16

// NearNames returns, by number, the other live brands of the district with names near those of the live
// brands of the numbers: those that were submitted and those within an area, at most so many of each.
func (r *Reader) NearNames(numbers []int64, within area.Code, most int) (map[int64][]brand.Named, error) {
	out := map[int64][]brand.Named{}
	from, to := within.Range()
	for some := range slices.Chunk(numbers, nearAtOnce) {
		parts := nearAtOnce // one text for many sizes; there is no number 0
		if len(some) == 1 {
			parts = 1
		}
		var args []any
		for i := range parts {
			var number int64
			if i < len(some) {
				number = some[i]
			}
			args = append(args, number, from, to, most)
		}
		err := r.each(func(scan func(...any) error) error {
			var asked int64
			var n brand.Named
			err := scan(&asked, &n.ID, &n.Area, &n.Name, &n.State)
			out[asked] = append(out[asked], n)
			return err
		}, nearQuery+strings.Repeat(" UNION ALL "+nearQuery, parts-1), args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// executor runs a statement.
type executor func(query string, args ...any) (sql.Result, error)

// IndexBrand makes a brand found by its text and compared by its name, and no longer by those it had.
func (w *Writer) IndexBrand(b, was brand.Brand) error {
	if err := indexText(w.exec, b, was); err != nil {
		return err
	}
	return indexName(w.exec, b, was)
}

// keysAtOnce is how many keys of a name one statement is about. It has one text for all sizes: the last key is
// repeated.
const keysAtOnce = 32

// Statements about a brand's keys. Of a key that several have at most the first was not noted as shared before,
// so that it is one row a key that changes.
var (
	inKeys      = " AND key IN (" + marks(keysAtOnce) + ")"
	dropKeys    = "DELETE FROM brand_name_keys WHERE district = ? AND number = ?" + inKeys
	shareOthers = "UPDATE brand_name_keys SET shared = 1 WHERE district = ? AND shared = 0 AND number <> ?" + inKeys
	shareOwn    = "UPDATE brand_name_keys SET shared = 1 WHERE district = ? AND shared = 0 AND number = ?" + inKeys +
		" AND EXISTS (SELECT 1 FROM brand_name_keys o WHERE o.district = brand_name_keys.district AND o.key = brand_name_keys.key AND o.shared = 1)"
	addKeys = "INSERT INTO brand_name_keys (district, key, shared, role, number) VALUES (?, ?, 0, ?, ?)" + strings.Repeat(", (?, ?, 0, ?, ?)", keysAtOnce-1) + " ON CONFLICT DO NOTHING"
)

func indexName(exec executor, b, was brand.Brand) error {
	if b.TakenName() == was.TakenName() {
		return nil
	}
	if err := eachKeys(was.TakenName(), func(keys []brand.NearKey) error {
		_, err := exec(dropKeys, keyArguments(b, keys)...)
		return err
	}); err != nil {
		return err
	}
	return eachKeys(b.TakenName(), func(keys []brand.NearKey) error {
		var rows []any
		for _, k := range keys {
			rows = append(rows, string(b.District), k.Text, int64(k.Role), b.Number)
		}
		if _, err := exec(addKeys, rows...); err != nil {
			return err
		}
		for _, share := range []string{shareOthers, shareOwn} {
			if _, err := exec(share, keyArguments(b, keys)...); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachKeys calls do with the keys of a name, keysAtOnce at a time.
func eachKeys(name string, do func([]brand.NearKey) error) error {
	for some := range slices.Chunk(brand.NearKeys(name), keysAtOnce) {
		last := some[len(some)-1]
		if err := do(append(slices.Clone(some), slices.Repeat([]brand.NearKey{last}, keysAtOnce-len(some))...)); err != nil {
			return err
		}
	}
	return nil
}

// keyArguments are those of a statement about keys of a brand.
func keyArguments(b brand.Brand, keys []brand.NearKey) []any {
	args := []any{string(b.District), b.Number}
	for _, k := range keys {
		args = append(args, k.Text)
	}
	return args
}

func indexText(exec executor, b, was brand.Brand) error {
	if b.Text == was.Text {
		return nil
	}
	before, after := brand.Grams(was.Text), brand.Grams(b.Text)
	for some := range slices.Chunk(without(before, after), gramsAtOnce) {
		args := append([]any{string(b.Area), b.Number}, anys(some)...)
		if _, err := exec("DELETE FROM brand_grams WHERE area = ? AND number = ? AND gram IN ("+marks(len(some))+")", args...); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(without(after, before), gramsAtOnce) {
		var args []any
		for _, gram := range some {
			args = append(args, gram, string(b.Area), b.Number)
		}
		if _, err := exec("INSERT INTO brand_grams (gram, area, number) VALUES (?, ?, ?)"+strings.Repeat(", (?, ?, ?)", len(some)-1), args...); err != nil {
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
