package catalog_test

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"errors"
	"slices"
	"strings"
	"testing"
)

// reported opens a registry of a district of two streets, a farm that does not report and a street that
// ended. Both streets have official records of two quarters that are closed, and one of them of the last,
// which is still open.
func reported(t *testing.T) *store.Store {
	t.Helper()
	s := open(t)
	if _, err := load(s, access.Operator, "code,name,valid_from,valid_to\n330109,测试区,,\n330109001,甲街道,,\n330109002,乙街道,,\n330109003,丙街道,,2025-12-31\n330109004,丁街道,2026-10-01,\n330109401,农场,,\n"); err != nil {
		t.Fatal(err)
	}
	err := as(s, access.Operator, func(tx *store.Writer) error {
		for _, p := range []period.ID{"2026-Q1", "2026-Q2", "2026-Q3"} {
			rows := []area.Code{"330109001", "330109002"}
			if p == "2026-Q3" {
				rows = rows[:1]
			}
			for _, code := range rows {
				if err := tx.SaveCoverages(audit.Change{Action: "coverage.approve"}, official(code, p)); err != nil {
					return err
				}
			}
			if err := tx.RecomputeTotals(p, rows); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func date(d period.Date) *period.Date { return &d }

// TestReportingDoesNotRewriteThePast puts and imports units that would be expected for quarters that are
// over: 2 of 2 would become 2 of 3.
func TestReportingDoesNotRewriteThePast(t *testing.T) {
	yes := ptr(true)
	for _, c := range []struct {
		name string
		code area.Code
		in   catalog.Input
		row  string // of code,name,reports,valid_from,valid_to; "": no import does it
		want []string
		hint string
	}{
		{"a farm made to report without a first day", "330109401", catalog.Input{Name: "农场", Reports: yes}, "330109401,农场,是,,", []string{"area_rewrites_past /valid_from"}, "请把 valid_from 填为 2026-10-01 或之后，从那时起填报。"},
		{"from a closed quarter on", "330109401", catalog.Input{Name: "农场", Reports: yes, ValidFrom: date("2026-06-30")}, "330109401,农场,是,2026-06-30,", []string{"area_rewrites_past /valid_from"}, "请把 valid_from 填为 2026-10-01 或之后，从那时起填报。"},
		{"from the quarter that is open on", "330109401", catalog.Input{Name: "农场", Reports: yes, ValidFrom: date("2026-07-01")}, "330109401,农场,是,2026-07-01,", nil, ""},
		{"from the next quarter on", "330109401", catalog.Input{Name: "农场", Reports: yes, ValidFrom: date("2026-10-01")}, "330109401,农场,是,2026-10-01,", nil, ""},
		{"a new street without a first day", "330109005", catalog.Input{Name: "戊街道"}, "330109005,戊街道,,,", []string{"area_rewrites_past /valid_from"}, "请把 valid_from 填为 2026-10-01 或之后，从那时起填报。"},
		{"a new farm", "330109402", catalog.Input{Name: "林场"}, "330109402,林场,,,", nil, ""},
		{"a street of long ago, for the record", "330109006", catalog.Input{Name: "己街道", ValidTo: date("2026-03-31")}, "330109006,己街道,,,2026-03-31", []string{"area_rewrites_past /reports"}, "它已于 2026-03-31 停用，只作历史登记：请把 reports 填为 false。"},
		{"which does not report", "330109006", catalog.Input{Name: "己街道", ValidTo: date("2026-03-31"), Reports: ptr(false)}, "330109006,己街道,否,,2026-03-31", nil, ""},
		{"the first day moved back", "330109004", catalog.Input{Name: "丁街道", ValidFrom: date("2026-01-01")}, "330109004,丁街道,,2026-01-01,", []string{"area_rewrites_past /valid_from"}, "请把 valid_from 填为 2026-10-01 或之后，从那时起填报。"},
		{"the first day taken away", "330109004", catalog.Input{Name: "丁街道"}, "330109004,丁街道,,,", []string{"area_rewrites_past /valid_from"}, "请把 valid_from 填为 2026-10-01 或之后，从那时起填报。"},
		{"the first day moved on", "330109004", catalog.Input{Name: "丁街道", ValidFrom: date("2026-11-01")}, "330109004,丁街道,,2026-11-01,", nil, ""},
		{"an end taken back", "330109003", catalog.Input{Name: "丙街道"}, "330109003,丙街道,,,", []string{"area_rewrites_past /valid_to"}, "请保留停用日期 2025-12-31；确已恢复的，请用新的代码登记，valid_from 填 2026-07-01 或之后。"},
		{"an end moved within what nobody reported", "330109003", catalog.Input{Name: "丙街道", ValidTo: date("2025-06-30")}, "330109003,丙街道,,,2025-06-30", nil, ""},
		{"an end moved into a closed quarter", "330109003", catalog.Input{Name: "丙街道", ValidTo: date("2026-03-31")}, "330109003,丙街道,,,2026-03-31", []string{"area_rewrites_past /valid_to"}, "请保留停用日期 2025-12-31；确已恢复的，请用新的代码登记，valid_from 填 2026-04-01 或之后。"},
		{"a new name", "330109002", catalog.Input{Name: "乙新街道"}, "330109002,乙新街道,,,", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			check := func(how string, err error) {
				var f *fault.Error
				switch {
				case !slices.Equal(codesOf(err), c.want):
					t.Errorf("%s: %v, want %q", how, err, c.want)
				case errors.As(err, &f) && f.Violations[0].Hint.ZH != c.hint:
					t.Errorf("%s says %q, want %q", how, f.Violations[0].Hint.ZH, c.hint)
				}
			}
			s := reported(t)
			_, _, err := put(s, district, c.code, c.in)
			check("put", err)
			_, err = load(reported(t), district, "code,name,reports,valid_from,valid_to\n"+c.row+"\n")
			var f *fault.Error
			if errors.As(err, &f) {
				for i, v := range f.Violations { // told by its place in the file
					column := v.Pointer[strings.LastIndex(v.Pointer, "/"):]
					f.Violations[i].Pointer, f.Violations[i].Code = column, "area_rewrites_past"
				}
			}
			check("import", err)
		})
	}
}

// TestAMistakenEndIsTakenBack ends a street while the quarter is open, and takes that back. One that would
// join the quarter anew is too late, once everybody has reported.
func TestAMistakenEndIsTakenBack(t *testing.T) {
	s := reported(t)
	for _, to := range []*period.Date{date("2026-09-29"), nil, date("2026-09-29")} {
		if _, _, err := put(s, district, "330109002", catalog.Input{Name: "乙街道", ValidTo: to}); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := put(s, district, "330109401", catalog.Input{Name: "农场", Reports: ptr(true), ValidFrom: date("2026-07-01")})
	if want := []string{"area_rewrites_past /valid_from"}; !slices.Equal(codesOf(err), want) {
		t.Errorf("1 of 1 becomes 1 of 2: %v", err)
	}
}

// TestSuccessorsAreThere puts and imports areas that merge into what is not there on the day after, or
// into each other.
func TestSuccessorsAreThere(t *testing.T) {
	const file = "code,name,valid_from,valid_to,successors\n330109,测试区,,,\n330109001,甲街道,,,\n330109002,乙街道,,2026-08-31,\n330109003,丙街道,2026-10-01,,\n330109004,丁街道,,2026-09-30,330109005\n330109005,戊街道,,2026-12-31,\n"
	for _, c := range []struct {
		name    string
		code    area.Code
		to      period.Date
		into    []area.Code
		want    string
		message string
	}{
		{"it stays", "330109001", "2026-09-30", []area.Code{"330109003", "330109005"}, "", ""},
		{"ended before", "330109001", "2026-09-30", []area.Code{"330109002"}, "area_successor_ended /successors", "承接区划 乙街道（330109002）自己已于 2026-08-31 停用，2026-10-01 起无法承接。"},
		{"ends the same day", "330109001", "2026-08-31", []area.Code{"330109002"}, "area_successor_ended /successors", "承接区划 乙街道（330109002）自己已于 2026-08-31 停用，2026-09-01 起无法承接。"},
		{"ends a day later", "330109001", "2026-08-30", []area.Code{"330109002"}, "", ""},
		{"begins later", "330109001", "2026-08-31", []area.Code{"330109003"}, "area_successor_later /successors", "承接区划 丙街道（330109003）2026-10-01 才启用，本区划 2026-08-31 就停用了，中间无人承接。"},
		{"a circle of two", "330109005", "2026-12-31", []area.Code{"330109004"}, "area_successor_cycle /successors", "承接区划 丁街道（330109004）又由本区划承接，绕成了一圈。"},
		{"gone when its predecessor ends", "330109005", "2026-09-29", nil, "area_succeeds /valid_to", "丁街道（330109004）于 2026-09-30 停用，由本区划承接，本区划 2026-10-01 须存续。"},
		{"not in the catalogue", "330109001", "2026-08-31", []area.Code{"330109099"}, "area_successor_missing /successors", "承接区划 330109099 尚未登记。"},
		{"itself", "330109001", "2026-08-31", []area.Code{"330109001"}, "area_successor_self /successors", "承接区划 330109001 就是本区划自己。"},
		{"of another level", "330109001", "2026-08-31", []area.Code{"330109"}, "area_successor_level /successors", "承接区划 330109 与本区划不是同一级别。"},
	} {
		t.Run(c.name, func(t *testing.T) {
			names := map[area.Code]string{"330109001": "甲街道", "330109005": "戊街道"}
			s := open(t)
			if _, err := load(s, access.Operator, file); err != nil {
				t.Fatal(err)
			}
			var codes []string
			for _, i := range c.into {
				codes = append(codes, string(i))
			}
			_, err := load(s, district, "code,name,valid_to,successors\n"+string(c.code)+","+names[c.code]+","+string(c.to)+","+strings.Join(codes, ";")+"\n")
			if got := messages(err); (len(got) == 0) != (c.want == "") || (len(got) > 0 && !strings.HasSuffix(got[0], "："+c.message)) {
				t.Errorf("import: %q, want %q", got, c.message)
			}
			if err == nil {
				s = open(t)
				if _, err := load(s, access.Operator, file); err != nil {
					t.Fatal(err)
				}
			}
			_, _, err = put(s, district, c.code, catalog.Input{Name: names[c.code], ValidTo: &c.to, Successors: c.into})
			if got := codesOf(err); (len(got) == 0) != (c.want == "") || (len(got) > 0 && (got[0] != c.want || messages(err)[0] != c.message)) {
				t.Errorf("put: %v, want %s", err, c.want)
			}
		})
	}
	t.Run("a circle within a file", func(t *testing.T) {
		_, err := load(open(t), access.Operator, "code,name,valid_to,successors\n330109,测试区,,\n330109001,甲街道,2026-06-30,330109002\n330109002,乙街道,2026-06-30,330109003\n330109003,丙街道,2026-06-30,330109001\n")
		if got := messages(err); len(got) != 3 || !strings.HasSuffix(got[0], "承接区划 乙街道（330109002）又由本区划承接，绕成了一圈。") {
			t.Errorf("%q", got)
		}
	})
}

// TestImportNeedsTheDistrictItself imports subdistricts without the row of their district, into an empty
// registry and into one whose root was made at its first start.
func TestImportNeedsTheDistrictItself(t *testing.T) {
	const rows = "code,name\n330109001,甲街道\n330109002,乙街道\n"
	_, err := load(open(t), access.Operator, rows)
	if want := []string{"第 2 行 code 列“330109001”：上级区划 330109 尚未登记。", "第 3 行 code 列“330109002”：上级区划 330109 尚未登记。"}; !slices.Equal(messages(err), want) {
		t.Errorf("into an empty registry: %q", messages(err))
	}
	s := open(t)
	if _, _, err := put(s, district, "330109", catalog.Input{Name: "330109"}); err != nil {
		t.Fatal(err)
	}
	_, err = load(s, access.Operator, rows)
	if want := []string{"第 2 行 code 列“330109001”：它所属的 330109 还没有名称，文件中也没有 330109 这一行。"}; !slices.Equal(messages(err), want) {
		t.Errorf("after the first start: %q", messages(err))
	}
	if _, err := load(s, access.Operator, rows+"330109,测试区\n"); err != nil {
		t.Errorf("with its row: %v", err)
	}
	if _, err := load(s, access.Operator, rows); err != nil {
		t.Errorf("without it, once it has its name: %v", err)
	}
}
