package catalog

import (
	"brandregistry/internal/area"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// The columns of a catalogue file.
const (
	colCode       = "code"
	colName       = "name"
	colReports    = "reports"
	colValidFrom  = "valid_from"
	colValidTo    = "valid_to"
	colSuccessors = "successors"
)

var columns = []string{colCode, colName, colReports, colValidFrom, colValidTo, colSuccessors}

// maxProblems is how many problems of a file are listed one by one; the others are counted.
const maxProblems = 100

// File is a catalogue file that was read without a problem of form.
type File struct {
	rows []fileRow
	has  map[string]bool // the columns given
}

// fileRow is one line: the area as it is to be, as far as the columns given say.
type fileRow struct {
	line    int
	area    Area
	reports *bool // nil: blank
}

// problems collects what is wrong with a file.
type problems struct {
	listed []fault.Violation
	total  int
}

func (p *problems) add(line int, column, value string, message, hint fault.Text) {
	if p.total++; len(p.listed) >= maxProblems {
		return
	}
	if utf8.RuneCountInString(value) > MaxName {
		value = string([]rune(value)[:MaxName]) + "…"
	}
	v := fault.Mistake("area_row", fmt.Sprintf("/%d/%s", line, column),
		fault.Textf("第 %d 行 %s 列“%s”：%s", "Line %d, column %s, %q: %s", line, column, value, message), hint)
	p.listed = append(p.listed, v)
}

// err returns the refusal of the file, or nil.
func (p *problems) err() error {
	if p.total == 0 {
		return nil
	}
	e := fault.New(fault.RuleViolation, "文件有 %d 处问题，未导入任何一行。请改正后重新导入。", "The file has %d problems; no row was imported. Correct them and import it again.", p.total)
	if rest := p.total - len(p.listed); rest > 0 {
		e.Detail = fault.Textf("文件有 %d 处问题（列出前 %d 处，另有 %d 处未列出），未导入任何一行。请改正后重新导入。",
			"The file has %d problems (the first %d are listed, %d more are not); no row was imported. Correct them and import it again.", p.total, len(p.listed), rest)
	}
	e.Violations = p.listed
	return e
}

// Read reads a catalogue file: CSV in UTF-8, with or without a byte order mark, its first line
// naming the columns in any order: code and name, and optionally reports, valid_from, valid_to and
// successors (codes separated by spaces or semicolons). Blank lines are passed over. It looks at
// form only and fails with RuleViolation, naming line and column of every problem.
func Read(from io.Reader) (*File, error) {
	in := bufio.NewReader(from)
	if mark, _ := in.Peek(3); string(mark) == "\ufeff" {
		_, _ = in.Discard(3) // just peeked
	}
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	var p problems
	at, err := readHeader(r, &p)
	if err != nil {
		return nil, err
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	f := &File{has: map[string]bool{}}
	for _, c := range at {
		f.has[c] = true
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return f, p.err()
		}
		if err := formProblem(err, &p); err != nil {
			return nil, err
		}
		if err != nil {
			return nil, p.err() // what follows a broken quotation cannot be told apart
		}
		if !slices.ContainsFunc(record, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			continue
		}
		line, _ := r.FieldPos(0)
		if len(record) != len(at) {
			p.add(line, columns[0], record[0], fault.Textf("本行有 %d 列，而表头有 %d 列。", "The line has %d columns, the header %d.", len(record), len(at)),
				fault.Text{ZH: "请补齐或删去多余的列；内容里有逗号时须用英文双引号括起来。", EN: "Add what is missing or delete what is too much; quote text that holds a comma."})
			continue
		}
		f.rows = append(f.rows, readRow(record, at, line, &p))
	}
}

// formProblem notes a breach of the CSV form; any other error is returned.
func formProblem(err error, p *problems) error {
	var form *csv.ParseError
	switch {
	case err == nil:
	case errors.As(err, &form):
		p.add(form.StartLine, columns[0], "", fault.Text{ZH: "英文双引号没有成对。", EN: "A quotation mark has no partner."},
			fault.Text{ZH: "请检查本行的双引号，或在表格软件中另存为“CSV UTF-8（逗号分隔）”。", EN: "Check the quotation marks of this line, or save the file as CSV UTF-8 again."})
	default:
		return fmt.Errorf("read catalogue file: %w", err)
	}
	return nil
}

// readHeader returns the name of each column.
func readHeader(r *csv.Reader, p *problems) ([]string, error) {
	mend := fault.Textf("表头须有 code、name，可以有 %s，次序不限。", "The header needs code and name and may have %s, in any order.", strings.Join(columns[2:], "、"))
	record, err := r.Read()
	if errors.Is(err, io.EOF) {
		p.add(1, columns[0], "", fault.Text{ZH: "文件是空的。", EN: "The file is empty."}, mend)
		return nil, nil
	}
	if err := formProblem(err, p); err != nil || p.total > 0 {
		return nil, err
	}
	at := slices.Clone(record)
	for i := range at {
		at[i] = strings.TrimSpace(at[i])
		switch {
		case !utf8.ValidString(at[i]):
			p.add(1, fmt.Sprint(i+1), strings.ToValidUTF8(at[i], "?"), notUTF8, saveAsUTF8)
		case !slices.Contains(columns, at[i]):
			p.add(1, fmt.Sprint(i+1), at[i], fault.Text{ZH: "不认识的列名。", EN: "Unknown column."}, mend)
		case slices.Contains(at[:i], at[i]):
			p.add(1, at[i], at[i], fault.Text{ZH: "列名重复。", EN: "The column is given twice."}, fault.Text{ZH: "请删去重复的一列。", EN: "Delete one of them."})
		}
	}
	for _, c := range columns[:2] {
		if !slices.Contains(at, c) {
			p.add(1, c, "", fault.Text{ZH: "表头缺少这一列。", EN: "The header lacks this column."}, mend)
		}
	}
	return at, nil
}

var (
	notUTF8    = fault.Text{ZH: "不是 UTF-8 编码的文字。", EN: "Not text in UTF-8."}
	saveAsUTF8 = fault.Text{ZH: "请在表格软件中另存为“CSV UTF-8（逗号分隔）”后重新导入。", EN: "Save the file as CSV UTF-8 in the spreadsheet program and import it again."}
)

func readRow(record, at []string, line int, p *problems) fileRow {
	row := fileRow{line: line}
	for i, column := range at {
		value := strings.TrimSpace(record[i])
		if !utf8.ValidString(value) {
			p.add(line, column, strings.ToValidUTF8(value, "?"), notUTF8, saveAsUTF8)
			continue
		}
		row.set(column, value, p)
	}
	return row
}

func (row *fileRow) set(column, value string, p *problems) {
	bad := func(message, hint fault.Text) { p.add(row.line, column, value, message, hint) }
	switch column {
	case colCode:
		code, err := area.Parse(value)
		if err != nil {
			bad(fault.Text{ZH: "不是区划代码。", EN: "Not an area code."},
				fault.Text{ZH: "请填写 2 位（省）、4 位（市）、6 位（区县）或 9 位（街道、镇、乡）数字；全国为 0。", EN: "Give 2 digits for a province, 4 for a city, 6 for a district, 9 for a subdistrict; 0 is the nation."})
			return
		}
		row.area.Code = code
	case colName:
		row.area.Name = CleanName(value)
		for _, v := range checkName(row.area.Name) {
			bad(v.Message, v.Hint)
		}
	case colReports:
		row.reports = parseReports(value, bad)
	case colValidFrom:
		row.area.ValidFrom = parseDate(value, bad)
	case colValidTo:
		row.area.ValidTo = parseDate(value, bad)
	case colSuccessors:
		for _, s := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" ;；、", r) }) {
			code, err := area.Parse(s)
			if err != nil {
				bad(fault.Textf("“%s”不是区划代码。", "%q is not an area code.", s), fault.Text{ZH: "多个代码之间用空格或分号隔开。", EN: "Separate codes by spaces or semicolons."})
				return
			}
			row.area.Successors = append(row.area.Successors, code)
		}
	}
}

func parseReports(value string, bad func(message, hint fault.Text)) *bool {
	yes := true
	switch strings.ToLower(value) {
	case "":
		return nil
	case "true", "1", "是":
	case "false", "0", "否":
		yes = false
	default:
		bad(fault.Text{ZH: "只能填“是”或“否”。", EN: "Give true or false."}, fault.Text{ZH: "参加填报填“是”，不参加填“否”，按代码默认则留空。", EN: "true: it reports, false: it does not, blank: as its code says."})
	}
	return &yes
}

func parseDate(value string, bad func(message, hint fault.Text)) *period.Date {
	if value == "" {
		return nil
	}
	d, err := period.ParseDate(value)
	if err != nil {
		bad(fault.Text{ZH: "不是日期。", EN: "Not a date."}, fault.Text{ZH: "请写成 2026-10-01 的样子，没有则留空。", EN: "Write it like 2026-10-01, or leave it blank."})
		return nil
	}
	return &d
}
