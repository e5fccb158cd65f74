package v1_test

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// brandWords make texts of brands: a name of two, a slogan of three, a meaning of eight.
var brandWords = strings.Fields(`红色 先锋 党建 引领 服务 到家 同心 聚力 暖心 社区 楼道 议事 邻里 互助 共建 共治 共享 网格 阵地 驿站 课堂 志愿 银龄 青春 工匠 创新 融合 攻坚 清廉 富民
	振兴 田园 水乡 湖畔 星火 灯塔 旗帜 初心 使命 担当 奋进 赋能 强基 固本 连心 桥梁 议事厅 连心桥 百姓 家园 便民 惠企 助企 护航 领航 扬帆 安心 放心 贴心 用心 温度 力量 榜样 表率 示范 标杆`)

// bulk are the brands of a registry on the way into its file.
type bulk struct {
	brands    []brand.Brand
	standings [][]brand.Standing
	grams     map[string][]int // of which brands, by place
}

// fillBrands gives the registry n brands, the first sixty in one district, and returns that district.
// Most are recognized, one in four above its district. They go past the use cases straight into the
// file, with the totals that the use cases would have kept; the last two are declared by use cases, and the
// instant between them is returned.
func (r *registry) fillBrands(b *testing.B, n int) (district area.Code, between period.Instant) {
	b.Helper()
	district = r.areas[len(r.areas)/2].District()
	db, err := sql.Open("sqlite", r.file+"?_pragma=synchronous(off)&_pragma=busy_timeout(5000)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	const clockAndSize = "SELECT at, page_count * page_size FROM clock, pragma_page_count, pragma_page_size"
	var since period.Instant
	var was, is int64 // bytes
	if err := db.QueryRow(clockAndSize).Scan(&since, &was); err != nil {
		b.Fatal(err)
	}
	all := r.inventBrands(n, district)
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	in := &inserter{b: b, tx: tx}
	all.write(in, since)
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	if err := db.QueryRow(clockAndSize).Scan(&since, &is); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d brands of %d grams take %d MB", n, in.grams, (is-was)>>20)
	clerk := access.Actor{ID: "bench", Role: access.Clerk, Area: district}
	for i := range 2 {
		name := fmt.Sprintf("最后的品牌%d号", i)
		err := r.store.Update(context.Background(), store.By{Actor: clerk, RequestID: "load"}, func(tx *store.Writer) error {
			if i == 0 {
				between = tx.Now()
			}
			_, err := brand.Create(tx, district, brand.Patch{"name": name})
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return district, between
}

func (r *registry) inventBrands(n int, district area.Code) *bulk {
	rng := rand.New(rand.NewPCG(7, 7))
	words := func(k int) string {
		var out strings.Builder
		for range k {
			out.WriteString(brandWords[rng.IntN(len(brandWords))])
		}
		return out.String()
	}
	first := slices.IndexFunc(r.areas, func(c area.Code) bool { return c.District() == district })
	all := &bulk{grams: map[string][]int{}}
	for i := range n {
		at := r.areas[i*7919%len(r.areas)]
		if i < 60 {
			at = r.areas[first+i%2]
		}
		x := brand.Brand{ID: fmt.Sprintf("01890a5d-0000-7000-8000-%012d", i+1), Number: int64(i + 1), Area: at, District: at.District()}
		x.Content = brand.Content{Name: fmt.Sprintf("%s%d", words(2), i), Slogan: words(3), Meaning: words(8), HostOrganization: fmt.Sprintf("示例%s单位", words(1)),
			Carrier: words(6), Practices: words(60), Results: words(40), Field: brand.Fields[rng.IntN(len(brand.Fields))], ContactName: "联系人", ContactPhone: "0571-00000000"}
		x.NameKey, x.Text = brand.NameKey(x.Name), brand.SearchText(x.Content)
		x.State = brand.Recognized
		if k := rng.IntN(30); k < len(brand.States) {
			x.State = brand.States[k]
		}
		var recognized []brand.Recognition
		if x.State == brand.Recognized {
			level := brand.Levels[max(0, rng.IntN(12)-8)]
			recheck := period.Date("2025-01-01").AddDays(rng.IntN(1500))
			x.RecheckOn = &recheck
			recognized = []brand.Recognition{{Level: level, RecognizedOn: period.Date("2022-01-01").AddDays(rng.IntN(1700))}}
		}
		all.brands, all.standings = append(all.brands, x), append(all.standings, brand.Standings(x, recognized))
		for _, gram := range brand.Grams(x.Text) {
			all.grams[gram] = append(all.grams[gram], i)
		}
	}
	return all
}

// write writes everything that belongs to the brands.
func (a *bulk) write(in *inserter, since period.Instant) {
	in.into("brands", "id, number, area, district, name_key, version, state, field, name, slogan, meaning, carrier, practices, results, host_organization, credit_code, contact_name, contact_phone, explanations, recheck_on, submitted_at, created_at, text")
	for _, x := range a.brands {
		in.row(x.ID, x.Number, string(x.Area), string(x.District), x.NameKey, since-period.Instant(x.Number*7919%int64(len(a.brands))), string(x.State), string(x.Field), x.Name, x.Slogan, x.Meaning, x.Carrier, x.Practices, x.Results, x.HostOrganization,
			"", x.ContactName, x.ContactPhone, "{}", (*string)(x.RecheckOn), since, since, x.Text)
	}
	in.into("brand_grams", "gram, area, number")
	for _, gram := range slices.Sorted(maps.Keys(a.grams)) {
		of := a.grams[gram]
		slices.SortFunc(of, func(i, j int) int {
			return cmp.Or(strings.Compare(string(a.brands[i].Area), string(a.brands[j].Area)), i-j)
		})
		for _, i := range of {
			in.row(gram, string(a.brands[i].Area), a.brands[i].Number)
			in.grams++
		}
	}
	a.writeNames(in)
	in.into("brand_recognitions", "brand, id, area, level, authority, recognized_on, evidence, created_at, created_by, version")
	for i, x := range a.brands {
		for _, s := range a.standings[i] {
			if s.Level != "" {
				in.row(x.ID, x.ID, string(x.Area), string(s.Level), "示例组织部", string(s.From), "[]", since, "bench", since)
				break
			}
		}
	}
	in.into("brand_standings", "area, brand, number, since, from_day, until, to_day, state, field, level, due")
	for i, x := range a.brands {
		for _, s := range a.standings[i] {
			in.row(string(x.Area), x.ID, x.Number, since, string(s.From), period.Never, string(s.To), string(s.State), string(s.Field), string(s.Level), s.Due)
		}
	}
	a.writeTotals(in, since)
}

// writeNames writes the keys that names are compared by, district by district.
func (a *bulk) writeNames(in *inserter) {
	in.into("brand_name_keys", "district, key, shared, role, number")
	of := map[area.Code][]brand.Brand{}
	for _, x := range a.brands {
		of[x.District] = append(of[x.District], x)
	}
	for district, brands := range of {
		times := map[string]int{}
		for _, x := range brands {
			for _, k := range brand.NearKeys(x.TakenName()) {
				times[k.Text]++
			}
		}
		for _, x := range brands {
			for _, k := range brand.NearKeys(x.TakenName()) {
				in.row(string(district), k.Text, min(times[k.Text]-1, 1), int64(k.Role), x.Number)
			}
		}
	}
}

// writeTotals counts the brands from day to day, on every level.
func (a *bulk) writeTotals(in *inserter, since period.Instant) {
	states, days := map[area.Code]brand.Counts{}, map[area.Code]map[period.Date]brand.Counts{}
	for i, x := range a.brands {
		for _, level := range []area.Level{area.LevelNation, area.LevelProvince, area.LevelCity, area.LevelDistrict} {
			at := x.Area.At(level)
			if states[at] == nil {
				states[at], days[at] = brand.Counts{}, map[period.Date]brand.Counts{}
			}
			states[at].Add(string(x.State), 1)
			for _, s := range a.standings[i] {
				for day, n := range map[period.Date]int64{s.From: 1, s.To: -1} {
					if days[at][day] == nil {
						days[at][day] = brand.Counts{}
					}
					days[at][day].AddStanding(s, n)
				}
			}
		}
	}
	in.into("brand_totals", "digits, area, changed, counts")
	for at, c := range states {
		in.row(at.Level().Digits(), string(at), since, c)
	}
	in.into("brand_day_totals", "digits, area, day, counts")
	for at, changes := range days {
		sum := brand.Counts{}
		for _, day := range slices.Sorted(maps.Keys(changes)) {
			if sum.Plus(changes[day]); day < brand.LastDay && len(changes[day]) > 0 {
				in.row(at.Level().Digits(), string(at), string(day), sum)
			}
		}
	}
	in.flush()
}

// inserter writes rows, many a statement.
type inserter struct {
	b     *testing.B
	tx    *sql.Tx
	head  string
	marks string
	args  []any
	rows  int
	grams int // rows of brand_grams in all
}

func (in *inserter) into(table, columns string) {
	in.flush()
	in.head, in.marks = "INSERT INTO "+table+" ("+columns+") VALUES ", "("+strings.Repeat("?, ", strings.Count(columns, ","))+"?)"
}

func (in *inserter) row(args ...any) {
	in.args = append(in.args, args...)
	if in.rows++; in.rows == 200 {
		in.flush()
	}
}

func (in *inserter) flush() {
	if in.rows == 0 {
		return
	}
	if _, err := in.tx.Exec(in.head+in.marks+strings.Repeat(", "+in.marks, in.rows-1), in.args...); err != nil {
		in.b.Fatal(err)
	}
	in.args, in.rows = in.args[:0], 0
}
