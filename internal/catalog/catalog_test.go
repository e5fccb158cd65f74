package catalog_test

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"brandregistry/internal/store/storetest"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func open(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{
		URL:      storetest.URL(t),
		Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.FixedZone("CST", 8*3600)},
		Clock:    func() time.Time { return time.Date(2026, 10, 8, 2, 0, 0, 0, time.UTC) },
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func as(s *store.Store, who access.Actor, do func(*store.Writer) error) error {
	return s.Update(context.Background(), store.By{Actor: who, RequestID: "test"}, do)
}

var district = access.Actor{ID: "admin", Role: access.Admin, Area: "330109"}

func put(s *store.Store, who access.Actor, code area.Code, in catalog.Input) (a catalog.Area, isNew bool, err error) {
	err = as(s, who, func(tx *store.Writer) (err error) {
		pre := audit.Precondition{}
		if old, err := tx.Area(code); err == nil {
			pre.Match = []period.Instant{old.Version}
		}
		a, isNew, err = catalog.Put(tx, code, pre, in)
		return err
	})
	return a, isNew, err
}

func codesOf(err error) (out []string) {
	var f *fault.Error
	if errors.As(err, &f) {
		for _, v := range f.Violations {
			out = append(out, v.Code+" "+v.Pointer)
		}
	}
	return out
}

func ptr[T any](v T) *T { return &v }

func TestPut(t *testing.T) {
	s := open(t)
	no, day := ptr(false), ptr(period.Date("2026-06-30"))
	for _, step := range []struct {
		who   access.Actor
		code  area.Code
		in    catalog.Input
		fails fault.Code // "": it is put
		want  []string
	}{
		{district, "330109001", catalog.Input{Name: "甲街道"}, fault.RuleViolation, []string{"area_parent_missing "}},
		{district, "330109", catalog.Input{Name: "测试区"}, "", nil},
		{district, "330109001", catalog.Input{Name: "甲街道"}, "", nil},
		{district, "330109002", catalog.Input{Name: "乙街道"}, "", nil},
		{district, "330109401", catalog.Input{Name: "农场"}, "", nil},
		{district, "3301", catalog.Input{Name: "市"}, fault.Forbidden, nil},
		{district, "330110", catalog.Input{Name: "邻区"}, fault.Forbidden, nil},
		{access.Actor{ID: "c", Role: access.Clerk, Area: "330109"}, "330109001", catalog.Input{Name: "甲街道"}, fault.Forbidden, nil},
		{district, "330109", catalog.Input{Name: "测试区", Reports: ptr(true)}, fault.RuleViolation, []string{"area_reports_level /reports"}},
		{district, "330109001", catalog.Input{Name: " \t "}, fault.RuleViolation, []string{"area_name /name"}},
		{district, "330109001", catalog.Input{Name: strings.Repeat("长", 65)}, fault.RuleViolation, []string{"area_name /name"}},
		{district, "330109001", catalog.Input{Name: strings.Repeat("长", 64)}, "", nil},
		{district, "330109001", catalog.Input{Name: "甲\u202e街道"}, fault.RuleViolation, []string{"area_name /name"}},
		{district, "330109001", catalog.Input{Name: "甲街道", ValidFrom: ptr(period.Date("2026-07-01")), ValidTo: day}, fault.RuleViolation, []string{"area_validity /valid_to"}},
		{district, "330109001", catalog.Input{Name: "甲街道", ValidFrom: day, ValidTo: day}, "", nil},
		{district, "330109001", catalog.Input{Name: "甲街道", Successors: []area.Code{"330109002"}}, fault.RuleViolation, []string{"area_successors_need_end /valid_to"}},
		{district, "330109001", catalog.Input{Name: "甲街道", ValidTo: day, Successors: []area.Code{"330109001", "330109", "330109003", "330109002", "330109002"}}, fault.RuleViolation,
			[]string{"area_successor_self /successors", "area_successor_level /successors", "area_successor_missing /successors", "area_successor_twice /successors"}},
		{district, "330109001", catalog.Input{Name: "甲街道", ValidTo: day, Successors: []area.Code{"330109002"}, Reports: no}, "", nil},
	} {
		a, _, err := put(s, step.who, step.code, step.in)
		switch {
		case step.fails == "" && err != nil, step.fails != "" && !fault.Is(err, step.fails), !slices.Equal(codesOf(err), step.want):
			t.Errorf("put %s %+v: %v; want %q %q", step.code, step.in, err, step.fails, step.want)
		case err == nil && (a.Version == 0 || a.Until != period.Never || a.Digits != step.code.Level().Digits()):
			t.Errorf("put %s: %+v", step.code, a)
		}
	}
	farm := read(t, s, "330109401")
	if farm.Reports || !read(t, s, "330109002").Reports {
		t.Error("whether a new area reports does not follow its code")
	}
	if a := read(t, s, "330109001"); a.Reports || len(a.Successors) != 1 {
		t.Errorf("after the last put: %+v", a)
	}
	if a, isNew, err := put(s, district, "330109001", catalog.Input{Name: "甲街道", ValidTo: day, Successors: []area.Code{"330109002"}}); err != nil || isNew || a.Reports {
		t.Errorf("reports left out: %+v, %v, %v; want it unchanged", a, isNew, err)
	}
}

func read(t *testing.T, s *store.Store, code area.Code) (a catalog.Area) {
	t.Helper()
	err := s.View(context.Background(), func(tx *store.Reader) (err error) {
		tx.As(district)
		a, err = catalog.Get(tx, code)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestPreconditions(t *testing.T) {
	s := open(t)
	attempt := func(pre audit.Precondition) error {
		return as(s, district, func(tx *store.Writer) error {
			_, _, err := catalog.Put(tx, "330109", pre, catalog.Input{Name: "测试区"})
			return err
		})
	}
	for _, c := range []struct {
		pre  audit.Precondition
		want fault.Code
	}{
		{audit.Precondition{Match: []period.Instant{1}}, fault.Stale},
		{audit.Precondition{Any: true}, fault.Stale},
		{audit.Precondition{MustNot: true}, ""},
		{audit.Precondition{MustNot: true}, fault.Stale},
		{audit.Precondition{}, fault.PreconditionRequired},
		{audit.Precondition{Match: []period.Instant{1}}, fault.Stale},
		{audit.Precondition{Any: true}, ""},
	} {
		if err := attempt(c.pre); (c.want == "") != (err == nil) || (err != nil && !fault.Is(err, c.want)) {
			t.Errorf("%+v: %v, want %q", c.pre, err, c.want)
		}
	}
}

func official(code area.Code, p period.ID) *coverage.Record {
	r := &coverage.Record{Period: p, Area: code, Revision: 1, State: coverage.Approved, Latest: true, Since: new(period.Instant(1)), Explanations: map[string]string{}}
	return r
}

func TestOfficialRecordsKeepTheirAreaExpected(t *testing.T) {
	s := open(t)
	for code, name := range map[area.Code]string{"330109": "测试区"} {
		if _, _, err := put(s, district, code, catalog.Input{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := put(s, district, "330109001", catalog.Input{Name: "甲街道"}); err != nil {
		t.Fatal(err)
	}
	err := as(s, access.Operator, func(tx *store.Writer) error {
		return tx.SaveCoverages(audit.Change{Action: "coverage.approve"}, official("330109001", "2026-Q2"), official("330109001", "2026-Q3"))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		in    catalog.Input
		codes []string
		first string
		hint  string
	}{
		{catalog.Input{Reports: ptr(false)}, []string{"area_has_official_records /reports", "area_has_official_records /reports"},
			"甲街道 在 2026-Q2 已有审核通过的数据，照此修改后该期将不再列为应报单位。", "请保持 reports 为 true；如今后不再填报，请改填停用日期 valid_to。"},
		{catalog.Input{ValidTo: ptr(period.Date("2026-09-29"))}, []string{"area_has_official_records /valid_to"},
			"甲街道 在 2026-Q3 已有审核通过的数据，照此修改后该期将不再列为应报单位。", "请把 valid_to 改为 2026-09-30 或之后。"},
		{catalog.Input{ValidFrom: ptr(period.Date("2026-07-01"))}, []string{"area_has_official_records /valid_from"},
			"甲街道 在 2026-Q2 已有审核通过的数据，照此修改后该期将不再列为应报单位。", "请把 valid_from 改为 2026-06-30 或之前。"},
		{catalog.Input{ValidFrom: ptr(period.Date("2026-06-30")), ValidTo: ptr(period.Date("2026-09-30"))}, nil, "", ""},
	} {
		c.in.Name = "甲街道"
		_, _, err := put(s, district, "330109001", c.in)
		if !slices.Equal(codesOf(err), c.codes) {
			t.Errorf("%+v: %v, want %q", c.in, err, c.codes)
			continue
		}
		var f *fault.Error
		if errors.As(err, &f) && (f.Violations[0].Message.ZH != c.first || f.Violations[0].Hint.ZH != c.hint) {
			t.Errorf("said %q %q", f.Violations[0].Message.ZH, f.Violations[0].Hint.ZH)
		}
	}
}

func load(s *store.Store, who access.Actor, text string) (n catalog.Counts, err error) {
	f, err := catalog.Read(strings.NewReader(text))
	if err != nil {
		return n, err
	}
	err = as(s, who, func(tx *store.Writer) (err error) {
		n, _, err = catalog.Import(tx, f)
		return err
	})
	return n, err
}

func messages(err error) (out []string) {
	var f *fault.Error
	if errors.As(err, &f) {
		for _, v := range f.Violations {
			out = append(out, v.Message.ZH)
		}
	}
	return out
}

func TestImport(t *testing.T) {
	s := open(t)
	root := access.Operator
	for _, step := range []struct {
		name, text string
		want       catalog.Counts
		refused    []string
	}{
		{"children before parents, the nation made", "code,name\n330109001,甲街道\n330109,测试区\n33,某省\n3301,某市\n", catalog.Counts{Created: 5}, nil},
		{"again", "name,code\n测试区,330109\n甲街道,330109001\n", catalog.Counts{Unchanged: 2}, nil},
		{"renamed and new", "code,name\n330109001,甲新街道\n330109401,农场\n330109901,行业委员会\n", catalog.Counts{Created: 2, Updated: 1}, nil},
		{"every mistake", "code,name,valid_from,valid_to,successors\n330109002,乙,,,\n330109002,丙,,,\n340101,丁,,,\n330109003,戊,2026-07-01,2026-06-30,\n330109004,己,,2026-06-30,330109777\n330109005,庚,,,330109001\n",
			catalog.Counts{}, []string{
				"第 3 行 code 列“330109002”：与第 2 行重复。", "第 4 行 code 列“340101”：上级区划 3401 尚未登记。",
				"第 5 行 valid_to 列“2026-06-30”：停用日期 2026-06-30 早于启用日期 2026-07-01。",
				"第 6 行 successors 列“[\"330109777\"]”：承接区划 330109777 尚未登记。", "第 7 行 valid_to 列“”：填了承接区划，却没有停用日期。"}},
		{"a merger into a row of the same file", "code,name,valid_to,successors,reports\n330109001,甲新街道,2026-12-31,330109002,\n330109002,乙街道,,,否\n", catalog.Counts{Created: 1, Updated: 1}, nil},
		{"without the columns they stay", "code,name\n330109001,甲新街道\n330109002,乙街道\n", catalog.Counts{Unchanged: 2}, nil},
		{"a blank cell means none, of reports no change", "code,name,valid_to,successors,reports\n330109001,甲新街道,,,\n330109002,乙街道,,,\n", catalog.Counts{Updated: 1, Unchanged: 1}, nil},
	} {
		n, err := load(s, root, step.text)
		if n != step.want || !slices.Equal(messages(err), step.refused) || (err == nil) != (step.refused == nil) {
			t.Errorf("%s: %+v, %q %v", step.name, n, messages(err), err)
		}
	}
	for code, want := range map[area.Code]string{"0": "全国", "330109001": "甲新街道", "330109002": "乙街道"} {
		if a := read(t, s, code); a.Name != want {
			t.Errorf("%s is called %q, want %q", code, a.Name, want)
		}
	}
	if read(t, s, "330109401").Reports || !read(t, s, "330109901").Reports || read(t, s, "330109002").Reports {
		t.Error("reports: want as the code says of 401 and 901, and as the file said of 002")
	}
}

func TestImportOfADistrictAlone(t *testing.T) {
	s := open(t)
	if n, err := load(s, access.Operator, "code,name\n330109,测试区\n330109001,甲街道\n"); err != nil || n.Created != 2 {
		t.Errorf("%+v, %v", n, err)
	}
	if n, err := load(s, district, "code,name\n330109002,乙街道\n"); err != nil || n.Created != 1 {
		t.Errorf("by the district's admin: %+v, %v", n, err)
	}
	_, err := load(s, district, "code,name\n330110,邻区\n330109003,丙街道\n")
	if want := []string{"第 2 行 code 列“330110”：不在您的管辖范围内。"}; !slices.Equal(messages(err), want) {
		t.Errorf("beyond its area: %v", err)
	}
	if _, err := load(s, access.Actor{ID: "r", Role: access.Reviewer, Area: "330109"}, "code,name\n330109003,丙街道\n"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("by a reviewer: %v", err)
	}
}

// Whatever is imported, importing it again changes nothing, and the registry lists just what the
// file said.
func TestImportTwiceIsOnce(t *testing.T) {
	s := open(t)
	district := 99999
	rapid.Check(t, func(t *rapid.T) {
		district++
		names := rapid.SliceOfN(rapid.StringMatching(`[一-龥]{1,8}`), 1, 20).Draw(t, "names")
		text := fmt.Sprintf("code,name\n%d,测试区\n", district)
		for i, name := range names {
			text += fmt.Sprintf("%d%03d,%s\n", district, i+1, name)
		}
		first, err := load(s, access.Operator, text)
		if err != nil || first.Created != len(names)+1 {
			t.Fatalf("%+v, %v", first, err)
		}
		second, err := load(s, access.Operator, text)
		if err != nil || second != (catalog.Counts{Unchanged: len(names) + 1}) {
			t.Fatalf("%+v, %v", second, err)
		}
		err = s.View(context.Background(), func(tx *store.Reader) error {
			listed, err := tx.Areas(catalog.Filter{Parent: area.Code(fmt.Sprint(district))})
			if len(listed) != len(names) {
				t.Fatalf("%d listed, want %d", len(listed), len(names))
			}
			for i, a := range listed {
				if a.Name != names[i] {
					t.Errorf("%s is called %q, want %q", a.Code, a.Name, names[i])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// nationwide is a catalogue of 31 provinces, 341 cities, 3,069 districts and 42,966 subdistricts.
func nationwide() string {
	var b strings.Builder
	b.WriteString("code,name\n")
	for p := range 31 {
		fmt.Fprintf(&b, "%d,第%d省\n", 11+p, p)
		for c := range 11 {
			fmt.Fprintf(&b, "%d%02d,第%d市\n", 11+p, c+1, c)
			for d := range 9 {
				fmt.Fprintf(&b, "%d%02d%02d,第%d区\n", 11+p, c+1, d+1, d)
				for i := range 14 {
					fmt.Fprintf(&b, "%d%02d%02d%03d,第%d街道\n", 11+p, c+1, d+1, i+1, i)
				}
			}
		}
	}
	return b.String()
}

func BenchmarkImport(b *testing.B) {
	text := nationwide()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		n, err := load(open(b), access.Operator, text)
		if err != nil || n.Created < 46_000 {
			b.Fatal(n, err)
		}
	}
}
