package v1_test

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/store"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// BenchmarkBrandNames measures what compares names in a district that has 1,000 brands that are not decided yet
// against the same in one that has 60: ratio is the median of rounds of ten requests in which both took their
// turn. The names are made of two words and a number, or of the number only: then nearly all are near.
//
//	go test -run '^$' -bench BrandNames -benchtime 25x ./api/v1
func BenchmarkBrandNames(b *testing.B) {
	for _, names := range []struct {
		name string
		of   func(rng *rand.Rand, i int) string
	}{
		{"words", func(rng *rand.Rand, i int) string {
			return brandWords[rng.IntN(len(brandWords))] + brandWords[rng.IntN(len(brandWords))] + fmt.Sprintf("%04d", i)
		}},
		{"numbers", func(_ *rand.Rand, i int) string { return fmt.Sprintf("先锋品牌%04d", i) }},
	} {
		b.Run(names.name, func(b *testing.B) {
			few, many := newDistrict(b, 60, names.of), newDistrict(b, 1000, names.of)
			for _, c := range []struct {
				name string
				do   func(*namedDistrict) func()
			}{
				{"page", (*namedDistrict).page}, {"get", (*namedDistrict).get}, {"post", (*namedDistrict).post}, {"patch", (*namedDistrict).patch}, {"submit", (*namedDistrict).submit},
			} {
				b.Run(c.name, func(b *testing.B) {
					few.bench, many.bench = b, b
					pace(b, times(10, c.do(many)), times(10, c.do(few)))
				})
			}
		})
	}
}

func times(n int, do func()) func() {
	return func() {
		for range n {
			do()
		}
	}
}

// namedDistrict is a registry of one district with many names.
type namedDistrict struct {
	*registry
	bench *testing.B
	name  func(rng *rand.Rand, i int) string
	rng   *rand.Rand
	at    area.Code
	made  int
	last  struct{ ID, Etag string }
}

func newDistrict(b *testing.B, n int, name func(*rand.Rand, int) string) *namedDistrict {
	d := &namedDistrict{bench: b, name: name, rng: rand.New(rand.NewPCG(7, 7)), at: "330101001"}
	d.registry = newRegistry(b, scale{"district", 1, func(testing.TB) string {
		return "code,name,reports\n33,省,false\n3301,市,false\n330101,区,false\n330101001,甲街道,true\n330101002,乙街道,true\n"
	}})
	clerk := access.Actor{ID: "bench", Role: access.Clerk, Area: "330101"}
	err := d.store.Update(context.Background(), store.By{Actor: clerk, RequestID: "load"}, func(tx *store.Writer) error {
		for range n {
			if _, err := brand.Create(tx, d.at, d.content()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	d.post()()
	return d
}

// content is a whole brand of another name.
func (d *namedDistrict) content() brand.Patch {
	d.made++
	return brand.Patch{"name": d.name(d.rng, d.made), "slogan": "党建引领，服务到家", "meaning": "以党组织为引擎。", "carrier": "党群服务中心", "practices": strings.Repeat("每周一次楼道议事。", 20), "results": "办结诉求三百件。",
		"field": "community", "host_organization": "示例社区党委", "contact_name": "联系人甲", "contact_phone": "0571-00000000"}
}

// ask sends a request; a brand that is answered is the last from then on.
func (d *namedDistrict) ask(method, path, body string) {
	match := ""
	if method == "PATCH" || strings.HasSuffix(path, "/submit") {
		match = `"` + d.last.Etag + `"`
	}
	role := access.Clerk
	if method == "GET" {
		role = access.Reader
	}
	answer := one(d.bench, d.handler, request(d.bench, method, "/api/v1/brands"+path, d.tokens[role], match, body))
	if method != "GET" {
		if err := json.Unmarshal(answer.body, &d.last); err != nil {
			d.bench.Fatal(err)
		}
	}
}

func (d *namedDistrict) page() func() {
	return func() { d.ask("GET", "?area=330101&limit=50", "") }
}

func (d *namedDistrict) get() func() {
	return func() { d.ask("GET", "/"+d.last.ID, "") }
}

func (d *namedDistrict) post() func() {
	return func() {
		body := map[string]string{"area_code": string(d.at)}
		for name, text := range d.content() {
			body[name] = text
		}
		d.ask("POST", "", encode(d.bench, body))
	}
}

func (d *namedDistrict) patch() func() {
	return func() {
		d.made++
		d.ask("PATCH", "/"+d.last.ID, encode(d.bench, map[string]string{"name": d.name(d.rng, d.made)}))
	}
}

// submit measures the declaration and the submission of a brand.
func (d *namedDistrict) submit() func() {
	post := d.post()
	return func() {
		post()
		d.ask("POST", "/"+d.last.ID+"/submit", `{"explanations":{"name.name_similar":"分属不同社区"}}`)
	}
}

func encode(b *testing.B, v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		b.Fatal(err)
	}
	return string(out)
}
