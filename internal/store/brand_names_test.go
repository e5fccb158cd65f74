package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"brandregistry/internal/store/storetest"
	"brandregistry/internal/text"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// nearOf are the brands that must be found near m by who is of an area, as the model has them.
func (b *brandBench) nearOf(m *brandModel, within area.Code) (ids []string) {
	mine := brand.NearKeys(m.TakenName())
	for _, other := range b.brands {
		shown := within.Contains(other.Area) || other.State != brand.Draft && other.State != brand.Returned
		if other.ID == m.ID || other.District != m.District || !shown {
			continue
		}
		if slices.ContainsFunc(brand.NearKeys(other.TakenName()), func(k brand.NearKey) bool {
			return slices.ContainsFunc(mine, func(mine brand.NearKey) bool { return mine.Text == k.Text && mine.Role+k.Role <= brand.PartOfName })
		}) {
			ids = append(ids, other.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// TestNearNamesAreFound compares what is read by the index with a comparison of all brands with all, as
// brands are declared, renamed, rejected, revoked and deleted.
func TestNearNamesAreFound(t *testing.T) {
	b := openBrands(t)
	pair := b.declareTwo(t)
	view(t, b.Store, func(r *Reader) error {
		near, err := r.NearNames([]int64{pair[0].Number}, "330109", 5)
		if len(near) != 1 || len(near[pair[0].Number]) != 1 || near[pair[0].Number][0].ID != pair[1].ID {
			t.Errorf("near %s is %v", pair[0].Name, near)
		}
		return err
	})
	rapid.Check(t, func(rt *rapid.T) {
		update(t, b.Store, func(w *Writer) error { return b.changes(rt, w, 5) })
		within := rapid.SampledFrom(brandAreas).Draw(rt, "within")
		most := rapid.IntRange(1, 12).Draw(rt, "most")
		var numbers []int64
		for _, m := range b.brands {
			if m.TakenName() != "" {
				numbers = append(numbers, m.Number)
			}
		}
		view(t, b.Store, func(r *Reader) error {
			near, err := r.NearNames(numbers, within, most)
			for _, m := range b.brands {
				want, have := b.nearOf(m, within), []string{}
				for _, n := range near[m.Number] {
					if have = append(have, n.ID); b.brands[n.ID].Name != n.Name || b.brands[n.ID].State != n.State || b.brands[n.ID].Area != n.Area {
						rt.Errorf("%+v is not as it is stored", n)
					}
				}
				slices.Sort(have)
				all := len(want) <= most
				if all && !slices.Equal(have, want) || !all && (len(have) != most || len(slices.Compact(have)) != most || slices.ContainsFunc(have, func(id string) bool { return !slices.Contains(want, id) })) {
					rt.Fatalf("%s has near it %v, at most %d of %v", m.Name, have, most, want)
				}
			}
			return err
		})
	})
	b.isSound(t)
}

// declareTwo makes two brands of one subdistrict whose names are near each other.
func (b *brandBench) declareTwo(t *testing.T) (pair [2]*brandModel) {
	t.Helper()
	update(t, b.Store, func(w *Writer) error {
		for i := range pair {
			m := &brandModel{Brand: brand.Brand{ID: w.NewID(), Number: int64(i) + 1, Area: "330109001", District: "330109", State: brand.Draft, CreatedAt: w.Now()}}
			m.Name = fmt.Sprintf("红色引擎%d", i)
			m.NameKey, m.Text = brand.NameKey(m.Name), brand.SearchText(m.Content)
			b.brands[m.ID], pair[i] = m, m
			if err := b.save(w, m, brand.Brand{}); err != nil {
				return err
			}
		}
		return nil
	})
	return pair
}

// TestNamesAreReadByIndex proves that a name is looked up, and near names are, in ranges of an index.
func TestNamesAreReadByIndex(t *testing.T) {
	s, statements := openPlanIn(t, storetest.File(t))
	view(t, s, func(r *Reader) error {
		if _, _, err := r.BrandNamed("330109", "x"); err != nil {
			return err
		}
		for _, numbers := range [][]int64{{1}, {1, 2}} {
			if _, err := r.NearNames(numbers, "33", 5); err != nil {
				return err
			}
		}
		return nil
	})
	for _, query := range slices.Concat(*statements, []string{dropKeys, shareOthers, shareOwn}) {
		if strings.Contains(query, "brand") {
			for _, line := range planOf(t, s, statement{query, slices.Repeat([]any{1}, strings.Count(query, "?"))}) {
				if strings.Contains(line, "SCAN") && !strings.Contains(line, "SCAN n") || strings.Contains(line, "TEMP B-TREE FOR ORDER BY") {
					t.Errorf("%s\n%s", query, line)
				}
			}
		}
	}
}

// storedName is what an older program has stored of a brand.
type storedName struct{ key, text, state, name string }

// beforeReindexing makes a registry of an older program, with brands numbered from 1.
func beforeReindexing(t *testing.T, brands ...storedName) (url string, db *sql.DB) {
	t.Helper()
	url = storetest.URL(t)
	e, err := engineOf(Options{URL: url})
	must(t, err)
	db, err = e.open(false)
	must(t, err)
	p, err := e.migrations(db)
	must(t, err)
	_, err = p.UpTo(t.Context(), reindexVersion-2)
	must(t, err)
	exec := func(statement string) {
		t.Helper()
		_, err := db.ExecContext(t.Context(), statement)
		must(t, err)
	}
	exec("INSERT INTO areas (code, since, until, digits, name, reports, successors, version) VALUES ('330109001', 1, 9223372036854775807, 9, 'Ａ  街道', 1, '[]', 1)")
	exec("INSERT INTO accounts (id, username, display_name, role, area, disabled, created_at, version) VALUES ('a', 'an.li', 'Ａ街　填报员', 'clerk', '330109001', 0, 1, 1)")
	for i, b := range brands {
		exec(fmt.Sprintf(`INSERT INTO brands (id, number, area, district, name_key, text, version, state, field, name, slogan, meaning, carrier, practices, results, host_organization, credit_code, contact_name, contact_phone, explanations, created_at)
			VALUES ('%d', %[1]d, '330109001', '330109', '%[2]s', '%[3]s', 1, '%[4]s', 'school', '%[5]s', '', '', '', '', '', '', '', '', '', '{}', 1)`, i+1, b.key, b.text, b.state, b.name))
	}
	return url, db
}

// TestNamesThatBecomeTheSameAreNamed: where two names are now one, the schema stays as it was, and the program
// that made it can rename one.
func TestNamesThatBecomeTheSameAreNamed(t *testing.T) {
	url, db := beforeReindexing(t,
		storedName{"红色引擎", "红色引擎\n\n\n", "draft", "红色引擎"},
		storedName{"红色引擎\ufe0f", "红色引擎\ufe0f\n\n\n", "submitted", "红色引擎\ufe0f"})
	must(t, db.Close())
	_, err := Open(background, Options{URL: url}, true)
	if err == nil || !strings.Contains(err.Error(), "330109 的两个品牌“红色引擎”和“红色引擎\ufe0f”只差不可见的字符") {
		t.Errorf("%v", err)
	}
	_, err = Open(background, Options{URL: url}, false)
	if mismatch := (SchemaMismatch{}); !errors.As(err, &mismatch) || mismatch.Have != reindexVersion-2 {
		t.Errorf("%v", err)
	}
}

// TestSearchFindsWhatItFoundNotBeforeMigration: what was stored before is found as if it were stored today.
func TestSearchFindsWhatItFoundNotBeforeMigration(t *testing.T) {
	const star = "\ufe0f"
	url, db := beforeReindexing(t,
		storedName{"绿❤叶服务队", "绿" + star + "叶服务队\n\n\n", "draft", "绿❤" + star + "叶服务队"},
		storedName{"绿叶服务二队", "绿叶服务二队\n\n\n", "submitted", "绿叶服务二队"},
		storedName{"绿叶服务队", "绿叶服务队\n\n\n", "rejected", "绿叶服务队"})
	for i, was := range []string{"绿" + star + "叶服务队", "绿叶服务二队", "绿叶服务队"} {
		for _, gram := range brand.Grams(was) {
			_, err := db.ExecContext(t.Context(), fmt.Sprintf("INSERT INTO brand_grams (gram, area, number) VALUES ('%s', '330109001', %d)", gram, i+1))
			must(t, err)
		}
	}
	must(t, db.Close())
	s := openURL(t, url)
	view(t, s, func(r *Reader) error {
		list, err := r.BrandList(brand.Filter{Area: "33", Terms: text.Terms("绿叶服务队"), Sort: brand.SortArea, Limit: 9})
		if err != nil || len(list) != 2 || list[0].Number != 1 || list[0].Text != "绿叶服务队\n\n\n" || list[0].NameKey != "绿❤叶服务队" {
			t.Errorf("found %+v, %v", list, err)
		}
		near, err := r.NearNames([]int64{1, 2}, "330109001", 9)
		if err != nil || len(near[1]) != 1 || near[1][0].ID != "2" || len(near[2]) != 1 {
			t.Errorf("near are %+v, %v", near, err)
		}
		areas, err := r.Areas(catalog.Filter{Text: text.Searchable("ａ 街")})
		if err != nil || len(areas) != 1 {
			t.Errorf("areas %+v, %v", areas, err)
		}
		accounts, err := r.Accounts(account.Filter{Within: "33", Text: text.Searchable("ａ街 填报员")})
		if err != nil || len(accounts) != 1 {
			t.Errorf("accounts %+v, %v", accounts, err)
		}
		return r.CheckSchema()
	})
	view(t, s, func(r *Reader) error {
		_, err := r.Check(nil, func(f audit.Finding) {
			if f.Table == "brand_grams" && f.Key == "" || strings.HasPrefix(f.Table, "brand_name") || f.Column == "text" || f.Column == "name_key" {
				t.Errorf("%+v", f)
			}
		})
		return err
	})
}

// TestCheckFindsNamesThatAreNotFound: what areas, accounts and brands are found and compared by is made of their names.
func TestCheckFindsNamesThatAreNotFound(t *testing.T) {
	b := openBrands(t)
	b.declareTwo(t)
	update(t, b.Store, func(w *Writer) error {
		return w.SaveAccount(&account.Account{ID: w.NewID(), Username: "clerk-1", DisplayName: "填报员", Role: access.Clerk, Area: "330109001"}, audit.Change{Action: "account.create"})
	})
	b.isSound(t)
	for plant, want := range map[string]string{
		"DELETE FROM brand_name_keys WHERE number = 1 AND role = 0":           "brand_name_keys",
		"UPDATE brand_name_keys SET shared = 0 WHERE key = '红色引擎'":            "brand_name_keys",
		"UPDATE brand_name_keys SET number = 7 WHERE number = 2 AND role = 0": "brand_name_keys",
		"UPDATE areas SET text = 'x' WHERE digits = 9":                        "areas",
		"UPDATE accounts SET text = 'x'":                                      "accounts",
	} {
		var found []string
		refused := fault.New(fault.WrongState, "回滚", "roll back")
		err := b.Update(background, By{}, func(w *Writer) error {
			if _, err := w.exec(plant); err != nil {
				return err
			}
			if _, err := w.Check(nil, func(f audit.Finding) { found = append(found, f.Table) }); err != nil {
				return err
			}
			return refused
		})
		if !fault.Is(err, fault.WrongState) || !slices.Contains(found, want) {
			t.Errorf("%s: %v, found %v", plant, err, found)
		}
	}
}
