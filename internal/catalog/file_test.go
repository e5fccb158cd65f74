package catalog

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"errors"
	"slices"
	"strings"
	"testing"
)

// said returns what a refusal says in Chinese, line by line; nil for no error.
func said(t *testing.T, err error) (lines []string) {
	t.Helper()
	var f *fault.Error
	switch {
	case err == nil:
	case !errors.As(err, &f):
		t.Fatalf("%v is no fault", err)
	default:
		for _, v := range f.Violations {
			if v.Message.EN == "" || v.Hint.ZH == "" || v.Hint.EN == "" {
				t.Errorf("%+v lacks a text", v)
			}
			lines = append(lines, v.Message.ZH)
		}
	}
	return lines
}

func TestReadRefusesWithLineAndColumn(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"good", "code,name\n330109,甲区\n", nil},
		{"byte order mark, CRLF, blank lines", "\ufeffcode,name\r\n\r\n330109,甲区\r\n,\r\n", nil},
		{"any order", "name,successors,code,valid_to\n甲街道,330109002 330109003,330109001,2026-06-30\n", nil},
		{"quoted", "code,name\n330109,\"甲,区\"\n", nil},
		{"empty", "", []string{"第 1 行 code 列“”：文件是空的。"}},
		{"no name", "code\n330109\n", []string{"第 1 行 name 列“”：表头缺少这一列。"}},
		{"unknown column", "code,name,parent\n", []string{"第 1 行 3 列“parent”：不认识的列名。"}},
		{"column twice", "code,name,code\n", []string{"第 1 行 code 列“code”：列名重复。"}},
		{"case of a column", "Code,name\n", []string{"第 1 行 1 列“Code”：不认识的列名。", "第 1 行 code 列“”：表头缺少这一列。"}},
		{"GBK", "code,name\n330109,\xbc\xd7\xc7\xf8\n", []string{"第 2 行 name 列“?”：不是 UTF-8 编码的文字。"}},
		{"not a code", "code,name\n33010,甲\n3301091x,乙\n٣٣,丙\n0109,丁\n,戊\n", []string{
			"第 2 行 code 列“33010”：不是区划代码。", "第 3 行 code 列“3301091x”：不是区划代码。", "第 4 行 code 列“٣٣”：不是区划代码。",
			"第 5 行 code 列“0109”：不是区划代码。", "第 6 行 code 列“”：不是区划代码。"}},
		{"a spreadsheet's number", "code,name\n3.30109E+08,甲街道\n", []string{"第 2 行 code 列“3.30109E+08”：不是区划代码。"}},
		{"columns of a line", "code,name\n330109\n330110,甲,乙\n", []string{"第 2 行 code 列“330109”：本行有 1 列，而表头有 2 列。", "第 3 行 code 列“330110”：本行有 3 列，而表头有 2 列。"}},
		{"names", "code,name\n330109,\n330110,\"甲\n乙\"\n330111," + strings.Repeat("长", 65) + "\n330112,甲\u200b\n", []string{
			"第 2 行 name 列“”：名称为空。", "第 3 行 name 列“甲\n乙”：名称中有换行、制表符等不可见字符。",
			"第 5 行 name 列“" + strings.Repeat("长", 64) + "…”：名称有 65 个字，超过 64 个字。", "第 6 行 name 列“甲\u200b”：名称中有换行、制表符等不可见字符。"}},
		{"quotation mark", "code,name\n330109,\"甲区\n330110,乙区\n", []string{"第 2 行 code 列“”：英文双引号没有成对。"}},
		{"optional columns", "code,name,reports,valid_from,valid_to,successors\n330109001,甲,y,2026-1-1,2026-02-30,330109002;x\n", []string{
			"第 2 行 reports 列“y”：只能填“是”或“否”。", "第 2 行 valid_from 列“2026-1-1”：不是日期。", "第 2 行 valid_to 列“2026-02-30”：不是日期。",
			"第 2 行 successors 列“330109002;x”：“x”不是区划代码。"}},
	} {
		f, err := Read(strings.NewReader(c.text))
		if got := said(t, err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if (f == nil) == (c.want == nil) && err == nil {
			t.Errorf("%s: %v, %v", c.name, f, err)
		}
	}
}

func TestReadListsAHundredProblemsAndCountsTheRest(t *testing.T) {
	_, err := Read(strings.NewReader("code,name\n" + strings.Repeat("x,甲\n", 130)))
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Violations) != 100 {
		t.Fatalf("%v", err)
	}
	if want := "文件有 130 处问题（列出前 100 处，另有 30 处未列出），未导入任何一行。请改正后重新导入。"; f.Detail.ZH != want {
		t.Errorf("said %q, want %q", f.Detail.ZH, want)
	}
}

func TestReadNormalizesNames(t *testing.T) {
	f, err := Read(strings.NewReader("code,name\n330109, Cafe\u0301 \n"))
	if err != nil || f.rows[0].area.Name != "Café" {
		t.Errorf("%+v, %v", f, err)
	}
}

// FuzzImport holds the reader of catalogue files to: no panic; refused with a place, or every row a
// code and a name.
func FuzzImport(f *testing.F) {
	for _, s := range []string{
		"code,name\n330109,甲区\n", "\ufeffcode,name,reports,valid_from,valid_to,successors\n330109001,甲,是,2026-01-01,2026-06-30,330109002\n",
		"code,name\n\"3301", "name,code\n\xff,1\n", "code,name\n,\n", "code,code\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		file, err := Read(strings.NewReader(s))
		if err != nil {
			var refusal *fault.Error
			if !errors.As(err, &refusal) || refusal.Code != fault.RuleViolation || len(refusal.Violations) == 0 || len(refusal.Violations) > maxProblems {
				t.Errorf("refused with %v", err)
			}
			return
		}
		for _, row := range file.rows {
			if code, err := area.Parse(string(row.area.Code)); err != nil || code != row.area.Code || len(checkName(row.area.Name)) > 0 || row.line < 2 {
				t.Errorf("let through %+v", row)
			}
		}
	})
}
