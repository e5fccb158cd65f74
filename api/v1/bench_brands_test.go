package v1_test

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"
)

// BenchmarkBrands measures lists, searches and reports of brands in a registry that has a hundred times
// as many (ten times, at the scale of a province) against the same requests in one that has few: ratio
// is the median of rounds in which both took their turn. Every list has a full page in both.
//
//	BENCH_SCALE=nation go test -run '^$' -bench Brands -benchtime 25x -timeout 60m ./api/v1
func BenchmarkBrands(b *testing.B) {
	sc, few, many := scaleOf(), 1000, 10_000
	if os.Getenv("BENCH_SCALE") == "nation" {
		few, many = 2000, 200_000
	}
	sc.periods = 1
	small, large := newRegistry(b, sc), newRegistry(b, sc)
	district, before := small.fillBrands(b, few)
	if other, at := large.fillBrands(b, many); other != district || at != before {
		b.Fatal("the registries differ in more than their brands")
	}
	top := area.Nation
	if sc.name != "nation" {
		top = district[:2]
	}
	fill := strings.NewReplacer("{top}", string(top), "{province}", string(district[:2]), "{city}", string(district[:4]), "{district}", string(district),
		"{before}", before.Time().Format("2006-01-02T15:04:05.000000Z"))
	for _, c := range []struct{ name, path string }{
		{"list/top", "/brands?area={top}"},
		{"list/top,updated", "/brands?area={top}&sort=-updated_at"},
		{"list/top,name", "/brands?area={top}&sort=name"},
		{"list/province,updated", "/brands?area={province}&sort=-updated_at"},
		{"list/district,updated", "/brands?area={district}&sort=-updated_at"},
		{"list/field,updated", "/brands?area={top}&field=hospital&sort=-updated_at"},
		{"list/level+field", "/brands?area={top}&level=district&field=school"},
		{"list/level,updated", "/brands?area={top}&level=district&sort=-updated_at"},
		{"list/recognized,name", "/brands?area={top}&state=recognized&sort=name"},
		{"list/drafts", "/brands?area={top}&state=draft&limit=25"},
		{"list/counted", "/brands?area={top}&count=true"},
		{"list/level,counted", "/brands?area={top}&level=city&count=true&limit=20"},
		{"search/character", "/brands?area={top}&q=红"},
		{"search/word", "/brands?area={top}&q=党建"},
		{"search/word,updated", "/brands?area={top}&q=党建&sort=-updated_at"},
		{"search/words", "/brands?area={top}&q=党建 社区 志愿&limit=5"},
		{"search/rare", "/brands?area={top}&q=最后的品牌"},
		{"search/nothing", "/brands?area={top}&q=无此品牌"},
		{"search/district", "/brands?area={district}&q=党建&limit=5"},
		{"report/top", "/reports/brands?area={top}"},
		{"report/province", "/reports/brands?area={province}"},
		{"report/city", "/reports/brands?area={city}"},
		{"report/district", "/reports/brands?area={district}"},
		{"report/top,past day", "/reports/brands?area={top}&on=2024-06-30"},
		{"report/top,as_of", "/reports/brands?area={top}&as_of={before}"},
		{"goals", "/reports/goals?area={district}"},
	} {
		b.Run(c.name, func(b *testing.B) {
			path, query, _ := strings.Cut(fill.Replace(c.path), "?")
			values, err := url.ParseQuery(query)
			if err != nil {
				b.Fatal(err)
			}
			ask := func(r *registry) func() {
				asked := request(b, "GET", "/api/v1"+path+"?"+values.Encode(), r.tokens[access.Reader], "", "")
				return func() { one(b, r.handler, asked) }
			}
			if items := [2]int{itemsOf(b, small, path, values), itemsOf(b, large, path, values)}; items[0] != items[1] {
				b.Fatalf("%d and %d items are not the same page", items[0], items[1])
			}
			pace(b, ask(large), ask(small))
		})
	}
}

// itemsOf is how many items a list answers with, or rows a report.
func itemsOf(b *testing.B, r *registry, path string, query url.Values) int {
	b.Helper()
	var list struct{ Items, Rows []json.RawMessage }
	if err := json.Unmarshal(one(b, r.handler, request(b, "GET", "/api/v1"+path+"?"+query.Encode(), r.tokens[access.Reader], "", "")).body, &list); err != nil {
		b.Fatal(err)
	}
	return len(list.Items) + len(list.Rows)
}
