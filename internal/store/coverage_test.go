package store

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/column"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
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

// coverageBench is a registry of one district whose clock the test moves and whose statements it sees.
type coverageBench struct {
	*Store
	at         time.Time
	statements []statement
}

type statement struct {
	query string
	args  []any
}

const (
	thisPeriod = period.ID("2026-Q3")
	lastPeriod = period.ID("2026-Q2")
)

func openCoverage(t testing.TB, subdistricts int, at time.Time) *coverageBench {
	t.Helper()
	return openCoverageIn(t, storetest.URL(t), subdistricts, at)
}

func openCoverageIn(t testing.TB, url string, subdistricts int, at time.Time) *coverageBench {
	t.Helper()
	b := &coverageBench{at: at}
	s, err := Open(context.Background(), Options{
		URL:      url,
		Calendar: period.Calendar{Frequency: period.Quarterly, Location: time.FixedZone("CST", 8*3600)},
		Clock:    func() time.Time { b.at = b.at.Add(time.Millisecond); return b.at },
		Trace:    func(query string, args []any) { b.statements = append(b.statements, statement{query, args}) },
	}, true)
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	b.Store = s
	update(t, s, func(w *Writer) error {
		rows := []*catalog.Area{{Code: "330109", Digits: 6, Name: "萧山区"}}
		for i := range subdistricts {
			rows = append(rows, &catalog.Area{Code: subdistrict(i), Digits: 9, Name: fmt.Sprintf("第%d街道", i), Reports: true})
		}
		return w.SaveAreas(audit.Change{Action: "area.create"}, rows...)
	})
	return b
}

func subdistrict(i int) area.Code { return area.Code(fmt.Sprintf("330109%03d", i+1)) }

func (b *coverageBench) as(id string, role access.Role, do func(*Writer) error) error {
	return b.Update(context.Background(), By{Actor: access.Actor{ID: id, Role: role, Area: "330109"}, RequestID: "test"}, do)
}

func (b *coverageBench) clerk(do func(*Writer) error) error { return b.as("clerk", access.Clerk, do) }
func (b *coverageBench) reviewer(do func(*Writer) error) error {
	return b.as("reviewer", access.Reviewer, do)
}

func (b *coverageBench) get(t testing.TB, key coverage.Key) (s coverage.Sheet) {
	t.Helper()
	view(t, b.Store, func(r *Reader) (err error) {
		r.As(access.Actor{ID: "reader", Role: access.Reader, Area: "330109"})
		s, err = coverage.Get(r, key)
		return err
	})
	return s
}

func given(values ...int64) coverage.Figures {
	var f coverage.Figures
	for i, p := range f.Pointers() {
		v := values[i]
		*p = &v
	}
	return f
}

// goodFigures hold every rule the first time.
func goodFigures() coverage.Figures { return given(200, 10, 60, 40, 20, 0, 30, 400, 70, 50, 5, 3, 12) }

var anyVersion = audit.Precondition{Any: true}

// approved takes a new record through to approval.
func (b *coverageBench) approved(t testing.TB, key coverage.Key, economic, social coverage.Figures) {
	t.Helper()
	must(t, b.clerk(func(w *Writer) error {
		if _, _, err := coverage.Put(w, key, audit.Precondition{}, economic, social); err != nil {
			return err
		}
		_, err := coverage.Submit(w, key, anyVersion, explainAll(), coverage.SignOff{})
		return err
	}))
	must(t, b.reviewer(func(w *Writer) error {
		_, err := coverage.Approve(w, key, anyVersion)
		return err
	}))
}

func explainAll() column.Explanations {
	out := column.Explanations{}
	for _, k := range coverage.Kinds {
		for _, r := range coverage.Rules {
			out[string(k)+"."+r.Code] = "情况属实"
		}
	}
	return out
}

func TestCoverageLife(t *testing.T) {
	b := openCoverage(t, 2, now)
	key := coverage.Key{Period: thisPeriod, Area: subdistrict(0)}
	var s coverage.Sheet
	put := func(pre audit.Precondition, economic, social coverage.Figures) (created bool, err error) {
		err = b.clerk(func(w *Writer) (err error) {
			s, created, err = coverage.Put(w, key, pre, economic, social)
			return err
		})
		return created, err
	}
	created, err := put(audit.Precondition{}, coverage.Figures{}, coverage.Figures{})
	must(t, err)
	if !created || s.State != coverage.Draft || s.Revision != 1 || len(s.Violations) != 26 || s.OfficialRevision != nil || s.Version == 0 {
		t.Errorf("created: %v %+v", created, s)
	}
	first := s.Version
	_, err = put(audit.Precondition{Match: []period.Instant{first}}, coverage.Figures{}, coverage.Figures{})
	must(t, err)
	if s.Version != first {
		t.Errorf("an edit that changes nothing moved the version from %d to %d", first, s.Version)
	}
	if _, err = put(audit.Precondition{}, goodFigures(), goodFigures()); !fault.Is(err, fault.PreconditionRequired) {
		t.Errorf("without If-Match: %v", err)
	}
	economic := goodFigures()
	economic.Instructors, economic.Excluded = new(int64), economic.Registered // none; all
	_, err = put(anyVersion, economic, goodFigures())
	must(t, err)
	submit := func(why column.Explanations) error {
		name := " 张三 "
		return b.clerk(func(w *Writer) (err error) {
			s, err = coverage.Submit(w, key, anyVersion, why, coverage.SignOff{PreparedBy: &name})
			return err
		})
	}
	if err := submit(explainAll()); !fault.Is(err, fault.RuleViolation) || !strings.Contains(err.Error(), "covered_within_operating") {
		t.Errorf("submitted with errors: %v", err)
	}
	economic.Excluded = goodFigures().Excluded
	_, err = put(anyVersion, economic, goodFigures())
	must(t, err)
	if err := submit(nil); !fault.Is(err, fault.RuleViolation) {
		t.Errorf("submitted with an unexplained warning: %v", err)
	}
	must(t, submit(column.Explanations{"economic.instructors_missing": " 由工会覆盖 ", "social.unmet_plan": "不相干"}))
	if s.State != coverage.Submitted || *s.PreparedBy != "张三" || len(s.Explanations) != 1 || *s.SubmittedBy != "clerk" || *s.FirstSubmitted != *s.SubmittedAt {
		t.Errorf("submitted: %+v", s.Record)
	}
	submittedFirst := *s.FirstSubmitted
	until := period.Date("2027-02-01")
	must(t, b.reviewer(func(w *Writer) (err error) {
		s, err = coverage.Return(w, key, anyVersion, coverage.ReturnSlip{Reason: "请核对指导员", Pointers: []string{"/figures/economic/instructors"}, Until: &until})
		return err
	}))
	if s.State != coverage.Returned || *s.ReturnReason != "请核对指导员" || len(s.ReturnPointers) != 1 || s.Deadlines.ClosesOn != until || s.Returns != 1 {
		t.Errorf("returned: %+v", s)
	}
	_, err = put(anyVersion, goodFigures(), goodFigures())
	must(t, err)
	if s.State != coverage.Returned || s.ReturnReason == nil || len(s.Explanations) != 0 {
		t.Errorf("edited while returned: %+v", s.Record)
	}
	b.at = time.Date(2027, 1, 31, 2, 0, 0, 0, time.UTC) // closed but for the return's until
	must(t, submit(nil))
	if s.ReturnReason != nil || s.ReturnPointers != nil || *s.FirstSubmitted != submittedFirst || s.DecidedAt != nil {
		t.Errorf("submitted again: %+v", s.Record)
	}
	must(t, b.reviewer(func(w *Writer) (err error) {
		s, err = coverage.Approve(w, key, anyVersion)
		return err
	}))
	if !s.Official() || *s.OfficialRevision != 1 || *s.Since != s.Version || *s.DecidedBy != "reviewer" {
		t.Errorf("approved: %+v", s)
	}
	must(t, b.clerk(func(w *Writer) (err error) {
		s, err = coverage.Correct(w, key, anyVersion, "漏报一家", nil)
		return err
	}))
	if s.Revision != 2 || s.State != coverage.Draft || *s.OfficialRevision != 1 || s.PreparedBy != nil || s.Returns != 1 || !s.Economic.Equal(goodFigures()) {
		t.Errorf("corrected: %+v", s)
	}
	if s.Deadlines.ClosesOn != "2027-02-03" { // three days hence, later than the window's last
		t.Errorf("a correction is open until %s", s.Deadlines.ClosesOn)
	}
	must(t, b.clerk(func(w *Writer) error { return coverage.Discard(w, key, anyVersion) }))
	if s = b.get(t, key); s.Revision != 1 || s.State != coverage.Approved || !s.Latest || s.Violations != nil {
		t.Errorf("after the discard: %+v", s)
	}
	must(t, b.reviewer(func(w *Writer) (err error) {
		_, err = coverage.Correct(w, key, anyVersion, "再更正", nil)
		return err
	}))
	economic = goodFigures()
	*economic.Registered++
	_, err = put(anyVersion, economic, goodFigures())
	must(t, err)
	must(t, submit(nil))
	must(t, b.reviewer(func(w *Writer) (err error) {
		s, err = coverage.Approve(w, key, anyVersion)
		return err
	}))
	view(t, b.Store, func(r *Reader) error {
		r.As(access.Actor{ID: "reader", Role: access.Reader, Area: subdistrict(0)})
		list, err := coverage.Revisions(r, key, 0, 10)
		must(t, err)
		if len(list) != 2 || list[0].Revision != 2 || *list[1].Until != *list[0].Since || list[1].Latest {
			t.Errorf("revisions: %+v", list)
		}
		d, err := coverage.Diff(r, key, 0, 0)
		must(t, err)
		if len(d.Changes) != 1 || d.Changes[0].Pointer != "/figures/economic/registered" || *d.Changes[0].Before != "200" || *d.Changes[0].After != "201" ||
			len(d.Rates) != 3 || d.Rates[0].After.Denominator != 191 {
			t.Errorf("diff: %+v", d)
		}
		told, err := coverage.History(r, key, 0, 100)
		must(t, err)
		var actions []string
		for _, e := range slices.Backward(told) {
			actions = append(actions, strings.TrimPrefix(e.Action, "coverage."))
		}
		want := "create edit edit submit return edit submit approve correct discard correct edit submit approve"
		if got := strings.Join(actions, " "); got != want {
			t.Errorf("history: %s\nwant %s", got, want)
		}
		page, err := coverage.History(r, key, told[4].Sequence, 3)
		must(t, err)
		if len(page) != 3 || page[0].Sequence != told[5].Sequence {
			t.Errorf("a page of the history: %+v", page)
		}
		if c := told[len(told)-5].Changes; told[len(told)-5].Action != "coverage.return" || *told[len(told)-5].Reason != "请核对指导员" || len(c) != 4 || c[0].Pointer != "/state" {
			t.Errorf("the return is told as %+v", c)
		}
		if c := told[len(told)-6].Changes; len(c) != 2 || c[0].Pointer != "/figures/economic/instructors" || *c[0].Before != "0" || *c[0].After != "12" || c[1].Pointer != "/explanations/economic.instructors_missing" || c[1].After != nil {
			t.Errorf("the edit is told as %+v", c)
		}
		if c := told[3].Changes; len(c) != 2 || c[0].Pointer != "/state" || c[1].Pointer != "/allowed_until" {
			t.Errorf("the correction is told as %+v", c)
		}
		r.As(access.Actor{ID: "other", Role: access.Reader, Area: subdistrict(1)})
		for name, err := range map[string]error{
			"Get":       second(coverage.Get(r, key)),
			"Revisions": second(coverage.Revisions(r, key, 0, 1)),
			"Revision":  second(coverage.Revision(r, key, 1)),
			"Diff":      second(coverage.Diff(r, key, 1, 2)),
			"History":   second(coverage.History(r, key, 0, 1)),
			"List":      second(coverage.List(r, coverage.Filter{Area: "330109", Limit: 1})),
			"Count":     second(coverage.Count(r, coverage.Filter{Area: "330109"})),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s out of sight: %v", name, err)
			}
		}
		return nil
	})
}

func second[T any](_ T, err error) error { return err }

// TestCoveragePutRefuses holds what is expected of a new record.
func TestCoveragePutRefuses(t *testing.T) {
	b := openCoverage(t, 2, now)
	gone, later := period.Date("2026-06-30"), period.Date("2026-10-01")
	update(t, b.Store, func(w *Writer) error {
		return w.SaveAreas(audit.Change{Action: "area.create"},
			&catalog.Area{Code: "330109101", Digits: 9, Name: "旧镇", Reports: true, ValidTo: &gone, Successors: catalog.Codes{subdistrict(0)}},
			&catalog.Area{Code: "330109102", Digits: 9, Name: "新镇", Reports: true, ValidFrom: &later},
			&catalog.Area{Code: "330109401", Digits: 9, Name: "农场"})
	})
	for _, tt := range []struct {
		key  coverage.Key
		want string // rule, or fault code
		says string
	}{
		{coverage.Key{Period: thisPeriod, Area: "330109"}, "area_not_expected", "萧山区不是街道、镇、乡，数据由所属街道、镇、乡分别填报。"},
		{coverage.Key{Period: thisPeriod, Area: "330109999"}, "area_not_expected", "区划中没有代码 330109999。"},
		{coverage.Key{Period: thisPeriod, Area: "330109401"}, "area_not_expected", "农场不承担填报任务。"},
		{coverage.Key{Period: thisPeriod, Area: "330109101"}, "area_not_expected", "旧镇在2026年第三季度期末（2026-09-30）不存在：尚未设立或已经撤并。"},
		{coverage.Key{Period: thisPeriod, Area: "330109102"}, "area_not_expected", "新镇在2026年第三季度期末（2026-09-30）不存在：尚未设立或已经撤并。"},
		{coverage.Key{Period: "2027-Q1", Area: subdistrict(0)}, "period_not_begun", "2027年第一季度还没有开始，不能填报。"},
		{coverage.Key{Period: "2026-Q4", Area: subdistrict(0)}, "", ""}, // the current period: not open yet, but drafts are kept
		{coverage.Key{Period: lastPeriod, Area: "330109101"}, "", ""},   // closed, but drafts are kept
		{coverage.Key{Period: thisPeriod, Area: "330110001"}, string(fault.NotFound), ""},
	} {
		err := b.clerk(func(w *Writer) error {
			_, _, err := coverage.Put(w, tt.key, audit.Precondition{MustNot: true}, coverage.Figures{}, coverage.Figures{})
			return err
		})
		switch {
		case tt.want == "":
			must(t, err)
		case tt.says == "" && !fault.Is(err, fault.Code(tt.want)):
			t.Errorf("%v: %v, want %s", tt.key, err, tt.want)
		case tt.says != "":
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != fault.RuleViolation || f.Violations[0].Code != tt.want || f.Violations[0].Message.ZH != tt.says {
				t.Errorf("%v: %v, want %s: %s", tt.key, err, tt.want, tt.says)
			}
		}
	}
	err := b.clerk(func(w *Writer) error {
		_, err := coverage.Submit(w, coverage.Key{Period: "2026-Q4", Area: subdistrict(0)}, anyVersion, nil, coverage.SignOff{})
		return err
	})
	if !fault.Is(err, fault.PeriodClosed) {
		t.Errorf("submitted before the window opens: %v", err)
	}
	err = b.clerk(func(w *Writer) error {
		_, _, err := coverage.Put(w, coverage.Key{Period: thisPeriod, Area: subdistrict(1)}, anyVersion, coverage.Figures{}, coverage.Figures{})
		return err
	})
	if !fault.Is(err, fault.Stale) {
		t.Errorf("If-Match for what does not exist: %v", err)
	}
}

// TestCoverageMerger proves that a merger since the previous record excuses its changes, once.
func TestCoverageMerger(t *testing.T) {
	b := openCoverage(t, 1, time.Date(2026, 7, 2, 2, 0, 0, 0, time.UTC))
	b.approved(t, coverage.Key{Period: lastPeriod, Area: subdistrict(0)}, goodFigures(), goodFigures())
	b.at = now
	big := given(400, 20, 120, 80, 40, 0, 60, 800, 140, 100, 10, 6, 24)
	key := coverage.Key{Period: thisPeriod, Area: subdistrict(0)}
	must(t, b.clerk(func(w *Writer) error {
		_, _, err := coverage.Put(w, key, audit.Precondition{}, big, big)
		return err
	}))
	codes := func() (out []string) {
		for _, v := range b.get(t, key).Violations {
			out = append(out, v.Key)
		}
		return out
	}
	if got := codes(); !slices.Equal(got, []string{"economic.abnormal_change", "social.abnormal_change"}) {
		t.Errorf("before the merger is known: %v", got)
	}
	if p := b.get(t, key).Previous; p == nil || p.Period != lastPeriod || !p.Economic.Equal(goodFigures()) {
		t.Errorf("previous: %+v", p)
	}
	for _, tt := range []struct {
		last   period.Date
		excuse bool
	}{{"2026-06-29", false}, {"2026-06-30", true}, {"2026-08-15", true}, {"2026-09-30", false}} {
		update(t, b.Store, func(w *Writer) error {
			a, err := w.Area("330109101")
			if fault.Is(err, fault.NotFound) {
				a, err = catalog.Area{Code: "330109101", Digits: 9, Name: "旧镇", Reports: true, Successors: catalog.Codes{subdistrict(0)}}, nil
			}
			must(t, err)
			a.ValidTo = &tt.last
			return w.SaveAreas(audit.Change{Action: "area.edit"}, &a)
		})
		if got := codes(); (len(got) == 0) != tt.excuse {
			t.Errorf("merged after %s: %v", tt.last, got)
		}
	}
}

func TestCoverageBulkApproval(t *testing.T) {
	b := openCoverage(t, 6, now)
	key := func(i int) coverage.Key { return coverage.Key{Period: thisPeriod, Area: subdistrict(i)} }
	for i := range 4 {
		must(t, b.clerk(func(w *Writer) error {
			if _, _, err := coverage.Put(w, key(i), audit.Precondition{}, goodFigures(), goodFigures()); err != nil || i == 3 {
				return err
			}
			_, err := coverage.Submit(w, key(i), anyVersion, nil, coverage.SignOff{})
			return err
		}))
	}
	all := func(versions map[area.Code]period.Instant, indexes ...int) error {
		var areas []area.Code
		for _, i := range indexes {
			areas = append(areas, subdistrict(i))
		}
		return b.reviewer(func(w *Writer) error {
			_, err := coverage.ApproveAll(w, thisPeriod, areas, versions)
			return err
		})
	}
	err := all(map[area.Code]period.Instant{subdistrict(1): 5}, 0, 1, 3, 4)
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.NotFound || len(f.Violations) != 3 {
		t.Fatalf("three of four cannot be approved: %v", err)
	}
	for i, want := range []struct{ pointer, code string }{{"/areas/1", "stale"}, {"/areas/2", "wrong_state"}, {"/areas/3", "not_found"}} {
		if v := f.Violations[i]; v.Pointer != want.pointer || v.Code != want.code {
			t.Errorf("violation %d: %+v, want %v", i, v, want)
		}
	}
	if want := "第3街道：记录目前是“草稿”，不能审核通过。请等填报员提交。"; f.Violations[1].Message.ZH != want {
		t.Errorf("says %s, want %s", f.Violations[1].Message.ZH, want)
	}
	if s := b.get(t, key(0)); s.State != coverage.Submitted {
		t.Errorf("one was approved though others could not be: %s", s.State)
	}
	if err := all(nil, 0, 0); !fault.Is(err, fault.InvalidRequest) {
		t.Errorf("twice the same: %v", err)
	}
	if err := all(map[area.Code]period.Instant{subdistrict(2): 1}, 0); !fault.Is(err, fault.InvalidRequest) {
		t.Errorf("a version of none of them: %v", err)
	}
	must(t, all(map[area.Code]period.Instant{subdistrict(1): b.get(t, key(1)).Version}, 0, 1, 2))
	view(t, b.Store, func(r *Reader) error {
		var reported, registered int64
		must(t, r.row("SELECT reported, economic_registered FROM coverage_totals WHERE period = ? AND digits = 6 AND area = '330109'", string(thisPeriod)).Scan(&reported, &registered))
		if reported != 3 || registered != 600 {
			t.Errorf("the district's total: %d records, %d registered", reported, registered)
		}
		return nil
	})
	if err := b.as("clerk", access.Reviewer, func(w *Writer) error {
		must(t, second(coverage.Correct(w, key(0), anyVersion, "更正", nil)))
		w.As(access.Actor{ID: "clerk", Role: access.Clerk, Area: "330109"})
		must(t, second(coverage.Submit(w, key(0), anyVersion, nil, coverage.SignOff{})))
		w.As(access.Actor{ID: "clerk", Role: access.Reviewer, Area: "330109"})
		_, err := coverage.Approve(w, key(0), anyVersion)
		return err
	}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("approving one's own submission: %v", err)
	}
}

// coverageModel is what a record's life comes to, by the contract.
type coverageModel struct {
	state     coverage.State // "": does not exist
	revision  int64
	official  int64
	returns   int64
	submitted bool
	until     bool // a return or a correction of the revision lets it be submitted today
}

// TestCoverageStateMachine walks random lives of records and holds each step against a model.
func TestCoverageStateMachine(t *testing.T) {
	b := openCoverage(t, 999, now)
	next, closed := 0, false
	rapid.Check(t, func(rt *rapid.T) {
		if next == 999 { // every life has an area of its own
			b, next, closed = openCoverage(t, 999, now), 0, false
		}
		key := coverage.Key{Period: thisPeriod, Area: subdistrict(next)}
		next++
		var m, approved coverageModel
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			a := rapid.SampledFrom(coverage.Actions).Draw(rt, "action")
			role := access.Reader
			switch rapid.IntRange(0, 9).Draw(rt, "role") {
			case 0:
			case 1:
				role = access.Reviewer
			default: // the one that may
				role = access.Clerk
				if a == coverage.ActionReturn || a == coverage.ActionApprove {
					role = access.Reviewer
				}
			}
			if close := rapid.IntRange(0, 5).Draw(rt, "closed") == 0; close != closed {
				closed = close
				b.close(t, closed)
			}
			stale := rapid.IntRange(0, 9).Draw(rt, "stale") == 0
			want := m.expect(a, role, closed, stale)
			err := b.as(string(role), role, func(w *Writer) error { return do(w, a, key, m, stale) })
			switch {
			case want != "" && !fault.Is(err, want), want == "" && err != nil:
				rt.Fatalf("%s by %s on %+v (closed %v, stale %v): %v, want %q", a, role, m, closed, stale, err, want)
			case want == "":
				if a == coverage.ActionCorrect {
					approved = m
				}
				m.step(a, approved)
			}
			s, err := b.peek(key)
			if m.state == "" {
				if !fault.Is(err, fault.NotFound) {
					rt.Fatalf("after %s: %v, want none", a, err)
				}
				continue
			}
			got := coverageModel{s.State, s.Revision, 0, s.Returns, s.FirstSubmitted != nil, s.AllowedUntil != nil}
			if s.OfficialRevision != nil {
				got.official = *s.OfficialRevision
			}
			if err != nil || got != m {
				rt.Fatalf("after %s: %+v, %v; want %+v", a, got, err, m)
			}
			if m.expect(coverage.ActionSubmit, access.Clerk, closed, false) == "" == s.Locked && m.state != coverage.Submitted && m.state != coverage.Approved {
				rt.Fatalf("after %s: locked is %v for %+v (closed %v)", a, s.Locked, m, closed)
			}
		}
	})
}

// close ends the window of the district yesterday, or opens it again.
func (b *coverageBench) close(t testing.TB, closed bool) {
	t.Helper()
	must(t, b.reviewer(func(w *Writer) error {
		closes := w.Today().AddDays(30)
		if closed {
			closes = w.Today().AddDays(-1)
		}
		_, _, err := plan.SetWindow(w, thisPeriod, "330109", anyVersion, "2026-10-01", "2026-10-02", closes)
		return err
	}))
}

func (b *coverageBench) peek(key coverage.Key) (s coverage.Sheet, err error) {
	err = b.View(context.Background(), func(r *Reader) (err error) {
		r.As(access.Actor{ID: "reader", Role: access.Reader, Area: "330109"})
		s, err = coverage.Get(r, key)
		return err
	})
	return s, err
}

// do performs an action; what is returned or corrected can be submitted today.
func do(w *Writer, a coverage.Action, key coverage.Key, m coverageModel, stale bool) (err error) {
	pre := anyVersion
	if m.state == "" {
		pre = audit.Precondition{}
	}
	if stale {
		pre = audit.Precondition{Match: []period.Instant{1}}
	}
	today := w.Today()
	switch a {
	case coverage.ActionEdit:
		f := goodFigures()
		*f.Members += int64(w.Now()) % 100
		_, _, err = coverage.Put(w, key, pre, f, goodFigures())
	case coverage.ActionSubmit:
		_, err = coverage.Submit(w, key, pre, explainAll(), coverage.SignOff{})
	case coverage.ActionWithdraw:
		_, err = coverage.Withdraw(w, key, pre)
	case coverage.ActionDiscard:
		err = coverage.Discard(w, key, pre)
	case coverage.ActionReturn:
		_, err = coverage.Return(w, key, pre, coverage.ReturnSlip{Reason: "核对", Until: &today})
	case coverage.ActionApprove:
		_, err = coverage.Approve(w, key, pre)
	case coverage.ActionCorrect:
		_, err = coverage.Correct(w, key, pre, "更正", &today)
	}
	return err
}

// expect returns the refusal that the contract has for an action; "" for none.
func (m coverageModel) expect(a coverage.Action, role access.Role, closed, stale bool) fault.Code {
	allowed := map[access.Role]string{access.Clerk: "edit submit withdraw discard correct", access.Reviewer: "return approve correct"}
	legal := map[coverage.State]string{
		coverage.Draft: "edit submit discard", coverage.Submitted: "withdraw return approve", coverage.Returned: "edit submit", coverage.Approved: "correct",
	}
	among := func(list string) bool { return slices.Contains(strings.Fields(list), string(a)) }
	switch {
	case a == coverage.ActionDiscard && role == access.Reviewer && m.state == "":
		return fault.NotFound // of an area that no longer reports it may be
	case !among(allowed[role]):
		return fault.Forbidden
	case m.state == "" && a != coverage.ActionEdit:
		return fault.NotFound
	case stale:
		return fault.Stale
	case m.state != "" && !among(legal[m.state]), a == coverage.ActionDiscard && m.submitted && m.revision == 1:
		return fault.WrongState
	case closed && among("submit correct") && !m.until:
		return fault.PeriodClosed
	}
	return ""
}

// step makes the model what an action makes of the record; approved is what was last corrected.
func (m *coverageModel) step(a coverage.Action, approved coverageModel) {
	switch a {
	case coverage.ActionEdit:
		if m.state == "" {
			*m = coverageModel{state: coverage.Draft, revision: 1}
		}
	case coverage.ActionSubmit:
		m.state, m.submitted = coverage.Submitted, true
	case coverage.ActionWithdraw:
		m.state = coverage.Draft
	case coverage.ActionDiscard:
		returns := m.returns
		if *m = approved; m.state != "" {
			m.returns = returns
		}
	case coverage.ActionReturn:
		m.state, m.until = coverage.Returned, true
		m.returns++
	case coverage.ActionApprove:
		m.state, m.official = coverage.Approved, m.revision
	case coverage.ActionCorrect:
		m.state, m.until = coverage.Draft, true
		m.revision++
	}
}
