package store

import (
	"brandregistry/internal/account"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/text"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// atOnce is how many brands are looked at in one go.
const atOnce = 500

// brands finds what is made of brands and does not fit them: what they are found and compared by, the contents of their files, and the totals.
func (c *checker) brands() error {
	var grams, keys, parts int64
	at, number := "", int64(0)
	for {
		var some []brand.Brand
		err := c.each(func(scan func(...any) error) error {
			var b brand.Brand
			err := scan(&b.ID, &b.Number, &b.Area, &b.District, &b.NameKey, &b.Text, &b.State, &b.Name, &b.Slogan, &b.Meaning, &b.HostOrganization)
			some = append(some, b)
			return err
		}, "SELECT id, number, area, district, name_key, text, state, name, slogan, meaning, host_organization FROM brands WHERE (area, number) > (?, ?) ORDER BY area, number LIMIT ?", at, number, atOnce)
		if err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		ids := make([]string, len(some))
		for i, b := range some {
			ids[i] = b.ID
			n, err := c.found(b)
			if err != nil {
				return err
			}
			grams += n
			if n, err = c.nameKeys(b); err != nil {
				return err
			}
			keys += n
		}
		files, err := c.Evidence(ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			for _, e := range files[id] {
				n, err := c.content(e)
				if err != nil {
					return err
				}
				parts += n
			}
		}
		at, number = string(some[len(some)-1].Area), some[len(some)-1].Number
	}
	for _, t := range []struct {
		table string
		want  int64
	}{{"brand_grams", grams}, {"brand_name_keys", keys}, {"evidence_parts", parts}} {
		var n int64
		if err := c.row("SELECT count(*) FROM " + t.table).Scan(&n); err != nil {
			return err
		}
		if n != t.want {
			c.report(audit.Finding{Table: t.table, Detail: fmt.Sprintf("库中有 %d 行，应为 %d 行", n, t.want)})
		}
	}
	if err := c.sharedKeys(); err != nil {
		return err
	}
	return c.brandTotals()
}

// found checks what a brand is found by and returns how many grams it has.
func (c *checker) found(b brand.Brand) (int64, error) {
	for _, derived := range []struct{ column, have, want string }{
		{"district", string(b.District), string(b.Area.District())}, {"name_key", b.NameKey, brand.NameKey(b.Name)}, {"text", b.Text, brand.SearchText(b.Content)},
	} {
		if derived.have != derived.want {
			c.report(audit.Finding{Table: "brands", Key: b.ID, Column: derived.column, Detail: "与品牌的内容不符"})
		}
	}
	want := brand.Grams(brand.SearchText(b.Content))
	var have int64
	for some := range slices.Chunk(want, 200) {
		var n int64
		args := append([]any{string(b.Area), b.Number}, anys(some)...)
		if err := c.row("SELECT count(*) FROM brand_grams WHERE area = ? AND number = ? AND gram IN ("+marks(len(some))+")", args...).Scan(&n); err != nil {
			return 0, err
		}
		have += n
	}
	if have != int64(len(want)) {
		c.report(audit.Finding{Table: "brand_grams", Key: b.ID, Detail: fmt.Sprintf("查找用的字词只有 %d 个，应为 %d 个", have, len(want))})
	}
	return int64(len(want)), nil
}

// nameKeys checks what a brand's name is compared by and returns how many keys it has.
func (c *checker) nameKeys(b brand.Brand) (int64, error) {
	b.NameKey = brand.NameKey(b.Name)
	want, have := brand.NearKeys(b.TakenName()), []brand.NearKey{}
	err := eachKeys(b.TakenName(), func(keys []brand.NearKey) error {
		return c.each(func(scan func(...any) error) error {
			var k brand.NearKey
			err := scan(&k.Text, &k.Role)
			have = append(have, k)
			return err
		}, "SELECT key, role FROM brand_name_keys WHERE district = ? AND number = ?"+inKeys+" ORDER BY key", keyArguments(b, keys)...)
	})
	if err == nil && !slices.Equal(have, want) {
		c.report(audit.Finding{Table: "brand_name_keys", Key: b.ID, Detail: "比较名称用的字词与品牌的名称不符"})
	}
	return int64(len(want)), err
}

// sharedKeys finds keys of names that several brands have and that are not noted as shared.
func (c *checker) sharedKeys() error {
	return c.each(func(scan func(...any) error) error {
		var district, key string
		if err := scan(&district, &key); err != nil {
			return err
		}
		c.report(audit.Finding{Table: "brand_name_keys", Key: district + "/" + key, Column: "shared", Detail: "不止一个品牌有此字词，却没有记下"})
		return nil
	}, "SELECT district, key FROM brand_name_keys GROUP BY district, key HAVING count(*) > 1 AND min(shared) = 0")
}

// content reads a file part by part and holds it against its hash. It returns how many parts it must have.
func (c *checker) content(e brand.Evidence) (int64, error) {
	sum := sha256.New()
	var size, n int64
	for ; ; n++ {
		part, err := c.Part(e.ID, n)
		if err != nil {
			return 0, err
		}
		if len(part) == 0 {
			break
		}
		sum.Write(part)
		size += int64(len(part))
	}
	if size != e.SizeBytes || hex.EncodeToString(sum.Sum(nil)) != e.SHA256 {
		c.report(audit.Finding{Table: "evidence_parts", Key: e.ID, Detail: fmt.Sprintf("材料“%s”的内容与其 SHA-256 不符", e.FileName)})
	}
	return (e.SizeBytes + brand.PartSize - 1) / brand.PartSize, nil
}

// areas finds areas that are found by what is not in their name.
func (c *checker) areas() error {
	return c.each(func(scan func(...any) error) error {
		var code, name, found string
		var since period.Instant
		if err := scan(&code, &since, &name, &found); err != nil {
			return err
		}
		if found != text.Searchable(name) {
			c.report(audit.Finding{Table: "areas", Key: fmt.Sprintf("%s/%d", code, since), Column: "text", Detail: "与区划的名称不符"})
		}
		return nil
	}, "SELECT code, since, name, text FROM areas")
}

// accounts finds accounts that are found by what is not in their names.
func (c *checker) accounts() error {
	return c.each(func(scan func(...any) error) error {
		var a account.Account
		if err := scan(&a.ID, &a.Username, &a.DisplayName, &a.Text); err != nil {
			return err
		}
		if a.Text != a.SearchText() {
			c.report(audit.Finding{Table: "accounts", Key: a.ID, Column: "text", Detail: "与账号的名称不符"})
		}
		return nil
	}, "SELECT id, username, display_name, text FROM accounts")
}
