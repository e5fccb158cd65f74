package coverage

import (
	"brandregistry/internal/column"
	"brandregistry/internal/fault"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sound returns figures that hold every rule the first time.
func sound() Figures {
	return figures(200, 10, 60, 40, 20, 0, 30, 400, 70, 50, 5, 3, 12)
}

// figures are given in the order of FigureNames; -99 is not given.
func figures(values ...int64) Figures {
	var f Figures
	for i, p := range f.Pointers() {
		if values[i] != -99 {
			v := values[i]
			*p = &v
		}
	}
	return f
}

// with returns f with one figure changed.
func (f Figures) with(figure int, v int64) Figures {
	p := f.Pointers()[figure]
	*p = &v
	return f
}

func (f Figures) without(figure int) Figures {
	*f.Pointers()[figure] = nil
	return f
}

// anyFigures draws figures of every sort: mostly small and near the bounds of the rules, now and
// then missing or out of range.
func anyFigures(t *rapid.T, name string) Figures {
	var f Figures
	odd := rapid.IntRange(0, 9).Draw(t, name+" odd")
	for i, p := range f.Pointers() {
		var v int64
		switch kind := rapid.IntRange(0, 19).Draw(t, name+" "+FigureNames[i]); {
		case kind == 0 && odd == 0:
			continue
		case kind == 1 && odd == 0:
			v = rapid.SampledFrom([]int64{-1, MaxFigure + 1, 1<<63 - 1, -1 << 63}).Draw(t, "out of range")
		case kind < 5:
			v = 0
		case kind == 5:
			v = rapid.Int64Range(0, MaxFigure).Draw(t, "large")
		default:
			v = rapid.Int64Range(0, []int64{300, 40, 60, 60, 20, 10, 30, 400, 90, 60, 9, 9, 9}[i]).Draw(t, "small")
		}
		*p = &v
	}
	return f
}

// soundFigures draws figures that break no error rule.
func soundFigures(t *rapid.T, name string) Figures {
	draw := func(what string, from, to int64) int64 { return rapid.Int64Range(from, to).Draw(t, name+" "+what) }
	n := draw("N", 0, 500)
	x := draw("X", 0, n)
	s := draw("S", 0, n-x)
	j := draw("J", 0, n-x-s)
	rest := n - x - s - j
	j3, u1, w := draw("J3", 0, j), draw("U1", 0, rest), draw("W", 0, rest)
	p := draw("P", s, s+j)
	weak := draw("weak", 0, p)
	return figures(n, x, s, j, j3, u1, w, 3*(j3+u1)+draw("members", 0, 2000), p, draw("standardized", 0, p), weak, draw("rectified", 0, weak), draw("instructors", 0, 20))
}

// oracle judges one kind's figures the long way round: rule by rule, in big rationals, each naming
// what must have held before it.
func oracle(f Figures, last *Figures, merged bool) []string {
	v := map[string]*big.Rat{}
	given := f.Values()
	var out []string
	for i, name := range FigureNames {
		switch {
		case given[i] == nil:
			out = append(out, "figure_required "+name)
		case *given[i] < 0 || *given[i] > 10_000_000:
			out = append(out, "figure_range "+name)
		default:
			v[name] = big.NewRat(*given[i], 1)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return strings.Compare(b[:9], a[:9]) }) // required before range
	ok := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return v[n] == nil })
	}
	sum := func(a ...*big.Rat) *big.Rat {
		s := new(big.Rat)
		for _, x := range a {
			s.Add(s, x)
		}
		return s
	}
	minus := func(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }
	times := func(n int64, a *big.Rat) *big.Rat { return new(big.Rat).Mul(big.NewRat(n, 1), a) }
	above := func(a, b *big.Rat) bool { return a.Cmp(b) > 0 }
	fail := func(code, at string, broken bool) bool {
		if broken {
			out = append(out, code+" "+at)
		}
		return broken
	}
	n, x, s, j, j3, u1, w := v["registered"], v["excluded"], v["standalone"], v["joint"], v["joint_eligible"], v["unmet"], v["work_covered"]
	members, p := v["members"], v["party_organizations"]

	noX := ok("registered", "excluded") && fail("excluded_within_registered", "excluded", above(x, n))
	nxsj := ok("registered", "excluded", "standalone", "joint")
	noC := noX || nxsj && fail("covered_within_operating", "joint", above(sum(s, j), minus(n, x)))
	noJ3 := ok("joint", "joint_eligible") && fail("joint_eligible_within_joint", "joint_eligible", above(j3, j))
	noU := noC || nxsj && ok("unmet") && fail("unmet_within_uncovered", "unmet", above(u1, minus(minus(n, x), sum(s, j))))
	noW := noC || nxsj && ok("work_covered") && fail("work_covered_within_uncovered", "work_covered", above(sum(w, s, j, x), n))
	noM := noJ3 || noU || ok("members", "joint_eligible", "unmet") && fail("members_minimum", "members", above(times(3, sum(j3, u1)), members))
	noP := ok("standalone", "joint", "party_organizations") && fail("party_organizations_range", "party_organizations", above(s, p) || above(p, sum(s, j)))
	if !noP && ok("standardized", "party_organizations") {
		fail("standardized_within_organizations", "standardized", above(v["standardized"], p))
	}
	noWeak := noP || ok("weak", "party_organizations") && fail("weak_within_organizations", "weak", above(v["weak"], p))
	if !noWeak && ok("weak", "rectified") {
		fail("rectified_within_weak", "rectified", above(v["rectified"], v["weak"]))
	}
	if !noM && ok("members", "standalone", "joint_eligible", "unmet") {
		fail("members_low", "members", above(times(3, sum(s, j3, u1)), members))
	}
	if !noP && ok("standalone", "joint", "party_organizations") {
		fail("joint_without_body", "party_organizations", j.Sign() > 0 && p.Cmp(s) == 0)
	}
	if !noW && ok("work_covered", "instructors") {
		fail("instructors_missing", "instructors", w.Sign() > 0 && v["instructors"].Sign() == 0)
	}
	var was map[string]*big.Rat
	if last != nil {
		was = map[string]*big.Rat{}
		for i, y := range last.Values() {
			was[FigureNames[i]] = big.NewRat(*y, 1)
		}
	}
	if !noX && ok("registered", "excluded") && n.Sign() > 0 {
		limit := big.NewRat(10, 100)
		if last != nil && was["registered"].Sign() > 0 {
			limit.Add(limit, new(big.Rat).Quo(was["excluded"], was["registered"]))
		}
		fail("exclusion_growth", "excluded", above(new(big.Rat).Quo(x, n), limit))
	}
	if last != nil && !merged && ok("registered", "standalone", "joint", "members") {
		for _, name := range []string{"registered", "standalone", "joint", "members"} {
			moved := minus(v[name], was[name])
			moved.Abs(moved)
			if above(moved, big.NewRat(20, 1)) && above(moved, new(big.Rat).Mul(big.NewRat(20, 100), was[name])) {
				fail("abnormal_change", name, true)
				break
			}
		}
	}
	if last != nil && !noC && nxsj {
		e, e0 := minus(n, x), minus(was["registered"], was["excluded"])
		c, c0 := sum(s, j), sum(was["standalone"], was["joint"])
		if e.Sign() > 0 && e0.Sign() > 0 {
			fail("denominator_trimming", "excluded", above(e0, e) && above(x, was["excluded"]) && !above(c, c0) &&
				above(new(big.Rat).Quo(c, e), new(big.Rat).Quo(c0, e0)))
		}
	}
	if !noU && ok("unmet") {
		fail("unmet_plan", "unmet", u1.Sign() > 0)
	}
	return out
}

// TestCheckAgreesWithOracle holds the table against the oracle for any figures.
func TestCheckAgreesWithOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := anyFigures(t, "now")
		if rapid.Bool().Draw(t, "sound") {
			f = soundFigures(t, "now")
		}
		var last *Previous
		var was *Figures
		if rapid.Bool().Draw(t, "has last") {
			e := soundFigures(t, "last")
			last, was = &Previous{Period: "2026-Q2", Economic: e, Social: e}, &e
		}
		merged := rapid.Bool().Draw(t, "merged")
		want := oracle(f, was, merged)
		violations := Check(f, f, last, merged, nil)
		for _, k := range Kinds {
			var got []string
			for _, v := range violations {
				if rest, mine := strings.CutPrefix(v.Pointer, "/figures/"+string(k)+"/"); mine {
					got = append(got, v.Code+" "+rest)
				}
				if strings.ContainsAny(v.Message.ZH+v.Message.EN, "{}") {
					t.Errorf("%s: a name is not filled in: %s / %s", v.Code, v.Message.ZH, v.Message.EN)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s %s: got %v, want %v", k, f, got, want)
			}
		}
	})
}

func (f Figures) String() string {
	var b strings.Builder
	for i, v := range f.Values() {
		b.WriteString(FigureNames[i] + "=")
		if v == nil {
			b.WriteString("nil ")
			continue
		}
		b.WriteString(big.NewInt(*v).String() + " ")
	}
	return b.String()
}

// TestSoundFiguresHold proves that the figures the other tests begin with break nothing.
func TestSoundFiguresHold(t *testing.T) {
	if v := Check(sound(), sound(), nil, false, nil); len(v) > 0 {
		t.Errorf("sound figures: %v", fault.Rules(v))
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, v := range Check(soundFigures(t, "economic"), soundFigures(t, "social"), nil, false, nil) {
			if v.Severity == fault.SeverityError {
				t.Errorf("%s: %s", v.Code, v.Message.EN)
			}
		}
	})
}

// TestMessages fixes what is said of the likeliest mistakes, and where.
func TestMessages(t *testing.T) {
	last := &Previous{Period: "2026-Q2", Economic: sound(), Social: sound()}
	base := sound()
	for _, tt := range []struct {
		name    string
		figures Figures
		last    *Previous
		key     string
		pointer string
		message string
	}{
		{"not filled in", base.without(figJoint), nil, "economic.figure_required", "/figures/economic/joint",
			"新经济组织的“联合组建”没有填写。"},
		{"a minus sign", base.with(figMembers, -3), nil, "economic.figure_range", "/figures/economic/members",
			"新经济组织的“正式党员数”填的是 -3，应当是 0 至 10000000 的整数。"},
		{"a digit too many", base.with(figRegistered, 20000000), nil, "economic.figure_range", "/figures/economic/registered",
			"新经济组织的“在册”填的是 20000000，应当是 0 至 10000000 的整数。"},
		{"more excluded than registered", base.with(figExcluded, 210), nil, "economic.excluded_within_registered", "/figures/economic/excluded",
			"新经济组织：剔除 210 家，超过了在册 200 家。"},
		{"joint counted twice", base.with(figJoint, 140), nil, "economic.covered_within_operating", "/figures/economic/joint",
			"新经济组织：单独组建 60 家加联合组建 140 家，共 200 家，超过了实体运营 190 家（在册 200 减剔除 10）。"},
		{"eligible above joint", base.with(figJointEligible, 41), nil, "economic.joint_eligible_within_joint", "/figures/economic/joint_eligible",
			"新经济组织：联合组建中三名以上正式党员的 41 家，超过了联合组建 40 家。"},
		{"unmet above uncovered", base.with(figUnmet, 91), nil, "economic.unmet_within_uncovered", "/figures/economic/unmet",
			"新经济组织：应建未建 91 家，超过了还没有建立组织的 90 家（实体运营 190 减已建组织 100）。"},
		{"work covered above uncovered", base.with(figWorkCovered, 95), nil, "economic.work_covered_within_uncovered", "/figures/economic/work_covered",
			"新经济组织：工作覆盖 95 家，超过了还没有建立组织的 90 家（实体运营 190 减已建组织 100）。"},
		{"too few members", base.with(figMembers, 59), nil, "economic.members_minimum", "/figures/economic/members",
			"新经济组织：正式党员数 59 名太少。联合组建中三名以上正式党员的 20 家和应建未建 0 家，每家至少 3 名，合计不少于 60 名。"},
		{"branches counted", base.with(figPartyOrganizations, 130), nil, "economic.party_organizations_range", "/figures/economic/party_organizations",
			"新经济组织：党组织数 130 个，应当在 60（单独组建）至 100（单独组建加联合组建）之间。"},
		{"more standardized than there are", base.with(figStandardized, 71), nil, "economic.standardized_within_organizations", "/figures/economic/standardized",
			"新经济组织：标准化规范化达标 71 个，超过了党组织数 70 个。"},
		{"rectified left out of weak", base.with(figRectified, 6), nil, "economic.rectified_within_weak", "/figures/economic/rectified",
			"新经济组织：已整顿 6 个，超过了软弱涣散 5 个。"},
		{"few members", base.with(figMembers, 239), nil, "economic.members_low", "/figures/economic/members",
			"新经济组织：正式党员数 239 名偏少。单独组建 60 家、联合组建中三名以上正式党员的 20 家、应建未建 0 家，按每家 3 名算应有 240 名。"},
		{"no joint body", base.with(figPartyOrganizations, 60), nil, "economic.joint_without_body", "/figures/economic/party_organizations",
			"新经济组织：有联合组建 40 家，但党组织数 60 个与单独组建相等，没有计入联合党组织。"},
		{"no instructor", base.with(figInstructors, 0), nil, "economic.instructors_missing", "/figures/economic/instructors",
			"新经济组织：工作覆盖 30 家，但党建指导员是 0 名。"},
		{"much excluded the first time", base.with(figExcluded, 21), nil, "economic.exclusion_growth", "/figures/economic/excluded",
			"新经济组织：剔除 21 家，占在册 200 家的 10.50%；首次填报按在册的 10% 算，至多 20 家。"},
		{"much more excluded", base.with(figExcluded, 31), last, "economic.exclusion_growth", "/figures/economic/excluded",
			"新经济组织：剔除 31 家，占在册 200 家的 15.50%；按2026年第二季度的 5.00% 加 10 个百分点算，至多 30 家。"},
		{"moved much", base.with(figStandalone, 81).with(figMembers, 500).with(figPartyOrganizations, 90), last, "economic.abnormal_change", "/figures/economic/standalone",
			"新经济组织：与2026年第二季度相比变动过大：单独组建 60 → 81，正式党员数 400 → 500。"},
		{"trimmed", base.with(figExcluded, 20), last, "economic.denominator_trimming", "/figures/economic/excluded",
			"新经济组织：与2026年第二季度相比，已建组织没有增加（100 → 100），剔除增加（10 → 20），实体运营减少（190 → 180），覆盖率由 52.63% 升到 55.56%。"},
		{"unmet", base.with(figUnmet, 2), nil, "economic.unmet_plan", "/figures/economic/unmet",
			"新经济组织：还有应建未建 2 家。"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			violations := Check(tt.figures, sound(), tt.last, false, nil)
			i := slices.IndexFunc(violations, func(v fault.Violation) bool { return v.Key == tt.key })
			if i < 0 {
				t.Fatalf("no %s: %v", tt.key, fault.Rules(violations))
			}
			if v := violations[i]; v.Pointer != tt.pointer || v.Message.ZH != tt.message || v.Hint.ZH == "" || v.Hint.EN == "" {
				t.Errorf("got %s\n%s\nwant %s\n%s", v.Pointer, v.Message.ZH, tt.pointer, tt.message)
			}
		})
	}
}

// TestBoundaries tells the last figure that holds from the first that does not.
func TestBoundaries(t *testing.T) {
	last := &Previous{Period: "2026-Q2", Economic: sound(), Social: sound()}
	small := figures(100, 0, 10, 5, 2, 0, 0, 90, 12, 3, 0, 0, 0)
	lastSmall := &Previous{Period: "2026-Q2", Economic: small, Social: sound()}
	for _, tt := range []struct {
		code  string
		last  *Previous
		holds Figures
		fails Figures
	}{
		{"exclusion_growth", nil, sound().with(figExcluded, 20), sound().with(figExcluded, 21)},
		{"exclusion_growth", last, sound().with(figExcluded, 30), sound().with(figExcluded, 31)},
		{"abnormal_change", last, sound().with(figRegistered, 240), sound().with(figRegistered, 241)}, // 20 % of 200
		{"abnormal_change", last, sound().with(figMembers, 320), sound().with(figMembers, 319)},       // 20 % of 400
		{"abnormal_change", lastSmall, small.with(figStandalone, 30), small.with(figStandalone, 31)},  // 20, though 20 % is 2
		{"members_low", nil, sound().with(figMembers, 240), sound().with(figMembers, 239)},            // 3·(60 + 20 + 0)
		{"covered_within_operating", nil, sound().with(figJoint, 130), sound().with(figJoint, 131)},   // 190 operating
		{"figure_range", nil, sound().with(figInstructors, MaxFigure), sound().with(figInstructors, MaxFigure+1)},
	} {
		for _, side := range []struct {
			f    Figures
			want bool
		}{{tt.holds, false}, {tt.fails, true}} {
			got := slices.ContainsFunc(Check(side.f, sound(), tt.last, false, nil), func(v fault.Violation) bool { return v.Key == "economic."+tt.code })
			if got != side.want {
				t.Errorf("%s of %s: reported %v, want %v", tt.code, side.f, got, side.want)
			}
		}
	}
	if slices.ContainsFunc(Check(sound().with(figRegistered, 999), sound(), last, true, nil), func(v fault.Violation) bool { return v.Code == "abnormal_change" }) {
		t.Error("abnormal_change is reported after a merger")
	}
}

// TestTableIsWhole proves that each rule is told in both languages and needs only rules before it.
func TestTableIsWhole(t *testing.T) {
	before := map[string]bool{}
	for _, r := range Rules {
		for _, text := range []fault.Text{r.Title, r.Expression, r.Message, r.Hint} {
			if text.ZH == "" || text.EN == "" {
				t.Errorf("%s: a text is missing", r.Code)
			}
		}
		if before[r.Code] || len(r.Inputs) == 0 || (r.Figure >= 0 && !slices.Contains(r.Inputs, r.Figure)) {
			t.Errorf("%s: twice, without inputs, or pointing elsewhere", r.Code)
		}
		for _, code := range r.Needs {
			if !before[code] {
				t.Errorf("%s needs %s, which is not before it", r.Code, code)
			}
		}
		before[r.Code] = true
		for _, k := range Kinds {
			if kind, rule, ok := RuleOf(string(k) + "." + r.Code); !ok || kind != k || rule.Code != r.Code {
				t.Errorf("RuleOf(%s.%s) = %v, %v, %v", k, r.Code, kind, rule.Code, ok)
			}
		}
	}
}

func TestExplanations(t *testing.T) {
	f := sound().with(figInstructors, 0)
	v := Check(f, sound(), nil, false, nil)
	if len(v) != 1 || !Blocks(v[0]) {
		t.Fatalf("unexplained: %v", v)
	}
	v = Check(f, sound(), nil, false, column.Explanations{"economic.instructors_missing": "工会覆盖", "social.unmet_plan": "无"})
	if len(v) != 1 || Blocks(v[0]) || *v[0].Explanation != "工会覆盖" {
		t.Errorf("explained: %v", v)
	}
	was := Record{Economic: f, Social: sound()}
	why := column.Explanations{"economic.instructors_missing": "a", "economic.unmet_plan": "b", "social.unmet_plan": "c", "nonsense": "d"}
	kept := stillTrue(why, was, f.with(figUnmet, 1), sound())
	if len(kept) != 3 || kept["economic.unmet_plan"] != "" || len(why) != 4 {
		t.Errorf("after an edit of unmet: %v", kept)
	}
}

// FuzzPointersAndKeys proves that what is read as a pointer or a key is written back the same.
func FuzzPointersAndKeys(f *testing.F) {
	for _, s := range []string{"/figures/economic/joint", "/figures/social/", "/figures/economic/joint/0", "economic.unmet_plan", "economic.", ".", "/figures//"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if k, i, ok := ParseFigurePointer(s); ok && FigurePointer(k, i) != s {
			t.Errorf("pointer %q is read as %s", s, FigurePointer(k, i))
		}
		if k, r, ok := RuleOf(s); ok && string(k)+"."+r.Code != s {
			t.Errorf("key %q is read as %s.%s", s, k, r.Code)
		}
	})
}
