package coverage

import (
	"brandregistry/internal/column"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Previous is the last approved record of an earlier period.
type Previous struct {
	Period   period.ID
	Economic Figures
	Social   Figures
}

// Of returns the figures of a kind.
func (p *Previous) Of(k Kind) *Figures {
	if k == Social {
		return &p.Social
	}
	return &p.Economic
}

// Check judges a record's figures by the table of rules and returns what does not hold, kind by kind
// in the order of the table. last is the last approved record of an earlier period, nil when there
// is none; merged says that another area was merged into this one since. A warning carries its
// explanation from why. Check is pure.
func Check(economic, social Figures, last *Previous, merged bool, why column.Explanations) []fault.Violation {
	var out []fault.Violation
	for _, k := range Kinds {
		figures := economic
		if k == Social {
			figures = social
		}
		f := facts{kind: k, given: figures.Values(), now: figures.Sums(), merged: merged}
		if last != nil {
			sums := last.Of(k).Sums()
			f.last, f.since = &sums, last.Period
		}
		out = append(out, f.check(why)...)
	}
	return out
}

// Blocks reports whether the violation stands against a submission: an error, or a warning that is
// not explained.
func Blocks(v fault.Violation) bool {
	return v.Severity == fault.SeverityError || v.Explanation == nil
}

// RuleOf returns the kind and the rule of a violation's key ("economic.abnormal_change"); ok is false
// for any other text.
func RuleOf(key string) (k Kind, rule Rule, ok bool) {
	kind, code, _ := strings.Cut(key, ".")
	if !slices.Contains(Kinds, Kind(kind)) {
		return "", Rule{}, false
	}
	i := slices.IndexFunc(Rules, func(r Rule) bool { return r.Code == code })
	if i < 0 {
		return "", Rule{}, false
	}
	return Kind(kind), Rules[i], true
}

// facts are what the rules judge of one kind.
type facts struct {
	kind   Kind
	given  [FigureCount]*int64
	now    Sums
	last   *Sums     // of the last approved earlier period
	since  period.ID // that period
	merged bool
}

func (f facts) check(why column.Explanations) []fault.Violation {
	var out []fault.Violation
	failed := map[string]bool{} // or could not be judged because one it needs failed
	for _, r := range Rules {
		if r.cell != nil {
			for i, v := range f.given {
				if !r.cell(v) {
					out = append(out, f.violation(r, []int{i}, why))
				}
			}
			continue
		}
		if slices.ContainsFunc(r.Needs, func(code string) bool { return failed[code] }) {
			failed[r.Code] = true
			continue
		}
		if slices.ContainsFunc(r.Inputs, func(i int) bool { return f.given[i] == nil || !inRange(*f.given[i]) }) {
			continue
		}
		at := []int{r.Figure}
		if r.moved != nil {
			at = r.moved(f)
		} else if r.holds(f) {
			at = nil
		}
		if len(at) > 0 {
			failed[r.Code] = true
			out = append(out, f.violation(r, at, why))
		}
	}
	return out
}

// violation says that the rule does not hold for the figures at.
func (f facts) violation(r Rule, at []int, why column.Explanations) fault.Violation {
	v := fault.Violation{
		Code: r.Code, Key: string(f.kind) + "." + r.Code, Severity: r.Severity, Pointer: FigurePointer(f.kind, at[0]),
		Message: f.fill(r.Message, at), Hint: r.Hint,
	}
	if text, found := why[v.Key]; found && r.Severity == fault.SeverityWarning {
		v.Explanation = &text
	}
	return v
}

// fill puts the figures in the place of a text's {names}.
func (f facts) fill(t fault.Text, at []int) fault.Text {
	var zh, en []string
	for _, q := range f.quantities(at) {
		zh = append(zh, "{"+q.name+"}", q.text.ZH)
		en = append(en, "{"+q.name+"}", q.text.EN)
	}
	return fault.Text{ZH: strings.NewReplacer(zh...).Replace(t.ZH), EN: strings.NewReplacer(en...).Replace(t.EN)}
}

type quantity struct {
	name string
	text fault.Text
}

// quantities lists what a text may name. at are the figures at fault.
func (f facts) quantities(at []int) []quantity {
	out := []quantity{{"kind", f.kind.Title()}, {"figure", FigureTitles[at[0]]}}
	same := func(name, s string) { out = append(out, quantity{name, fault.Text{ZH: s, EN: s}}) }
	number := func(name string, n int64) { same(name, strconv.FormatInt(n, 10)) }
	derived := func(before string, s Sums) {
		for i, v := range s {
			number(before+FigureNames[i], v)
		}
		number(before+"operating", s.Operating())
		number(before+"covered", s.Covered())
		same(before+"coverage", percent(s.Rate(plan.OrganizationCoverage)))
	}
	if v := f.given[at[0]]; v != nil {
		number("value", *v)
	}
	if slices.ContainsFunc(f.given[:], func(v *int64) bool { return v != nil && !inRange(*v) }) {
		for i := range f.now {
			f.now[i] = min(max(f.now[i], 0), MaxFigure) // no text that names it is told: its rule is not judged
		}
	}
	derived("", f.now)
	number("uncovered", f.now.Operating()-f.now.Covered())
	number("members_minimum", f.membersMinimum())
	number("members_expected", f.membersExpected())
	same("excluded_share", percent(Rate{f.now.Excluded(), f.now.Registered()}))
	x0, n0 := f.shareBefore()
	number("exclusion_limit", mulDiv(f.now.Registered(), 10*x0+n0, 10*n0))
	if f.last == nil {
		out = append(out, quantity{"exclusion_basis", fault.Text{ZH: "首次填报按在册的 10% 算", EN: "at 10% the first time"}})
		return out
	}
	since := plan.PeriodText(f.since)
	derived("previous.", *f.last)
	var zh, en []string
	for _, i := range at {
		moved := fmt.Sprintf(" %d → %d", f.last[i], f.now[i])
		zh, en = append(zh, FigureTitles[i].ZH+moved), append(en, FigureTitles[i].EN+moved)
	}
	return append(out,
		quantity{"previous_period", since},
		quantity{"changes", fault.Text{ZH: strings.Join(zh, "，"), EN: strings.Join(en, ", ")}},
		quantity{"exclusion_basis", fault.Textf("按%s的 %s 加 10 个百分点算", "at the %[2]s of %[1]s and 10 points", since, percent(Rate{x0, n0}))},
	)
}

// membersMinimum returns 3·(J3 + U1).
func (f facts) membersMinimum() int64 { return 3 * (f.now.JointEligible() + f.now.Unmet()) }

// membersExpected returns 3·(S + J3 + U1).
func (f facts) membersExpected() int64 { return 3*f.now.Standalone() + f.membersMinimum() }

// shareBefore returns X₀ and N₀ of the last approved earlier period; 0 and 1 when nothing was on the
// roll, or the first time.
func (f facts) shareBefore() (x0, n0 int64) {
	if f.last == nil || f.last.Registered() == 0 {
		return 0, 1
	}
	return f.last.Excluded(), f.last.Registered()
}

// percent displays a rate with two decimals, half up; a dash when it has no value.
func percent(r Rate) string {
	if r.Denominator <= 0 || r.Numerator < 0 {
		return "–"
	}
	v := *r.HundredthsOfPercent()
	return fmt.Sprintf("%d.%02d%%", v/100, v%100)
}
