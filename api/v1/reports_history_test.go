package v1_test

import (
	"brandregistry/api/apitest"
	v1 "brandregistry/api/v1"
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/audit"
	"brandregistry/internal/catalog"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/report"
	"brandregistry/internal/store"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// history lives through random changes by the real use cases and keeps, beside them, what every
// report must say: known is the oracle, asked what was answered at every stamp.
type history struct {
	t      *rapid.T
	server *apitest.Server
	known
	asked map[string][]byte // request with its as_of → body
}

type known struct {
	areas    map[area.Code]catalog.Area
	records  map[coverage.Key]coverage.State // of the newest revision
	official map[coverage.Key]coverage.Figures
	edited   map[coverage.Key]coverage.Figures
	goals    map[area.Code]int64
}

var (
	historyPeriods = []period.ID{"2025-Q3", "2026-Q2", "2026-Q3"}
	historyPlaces  = []area.Code{"0", "33", "3301", "330109", "330109001"}
)

func TestReportsOfAnyInstant(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		scope := &closing{TB: t}
		defer scope.close()
		h := &history{t: rt, server: apitest.New(scope), asked: map[string][]byte{}, known: known{
			areas: map[area.Code]catalog.Area{}, records: map[coverage.Key]coverage.State{},
			official: map[coverage.Key]coverage.Figures{}, edited: map[coverage.Key]coverage.Figures{}, goals: map[area.Code]int64{},
		}}
		h.begin()
		for range rapid.IntRange(1, 14).Draw(rt, "steps") {
			h.server.Clock.Advance(time.Duration(rapid.IntRange(0, 3_000_000).Draw(rt, "µs")) * time.Microsecond)
			h.step()
			h.ask()
		}
		h.askAgain()
	})
}

// closing is a test that ends early.
type closing struct {
	testing.TB
	undo []func()
}

func (c *closing) Cleanup(f func()) { c.undo = append(c.undo, f) }

func (c *closing) close() {
	for _, f := range slices.Backward(c.undo) {
		f()
	}
}

// as runs a change as a role of the whole nation. A refusal by a rule changes nothing and is no fault.
func (h *history) as(role access.Role, do func(tx *store.Writer) error) bool {
	err := h.server.Store.Update(context.Background(), store.By{Actor: access.Actor{ID: apitest.AccountID("nationadmin") + string(role), Role: role, Area: "0"}, RequestID: "history"}, do)
	var f *fault.Error
	if err != nil && (!errors.As(err, &f) || (f.Code != fault.RuleViolation && f.Code != fault.WrongState)) {
		h.t.Fatal(err)
	}
	return err == nil
}

func (h *history) begin() {
	for code, name := range apitest.Areas {
		h.areas[code] = catalog.Area{Code: code, Name: name, Reports: code.ReportsByDefault()}
	}
	h.as(access.Reviewer, func(tx *store.Writer) error {
		for _, p := range historyPeriods {
			opens := p.EndsOn().AddDays(1)
			if _, _, err := plan.SetWindow(tx, p, "0", audit.Precondition{}, opens, opens.AddDays(10), "2026-12-31"); err != nil {
				return err
			}
		}
		return nil
	})
}

func (h *history) subdistrict() area.Code {
	return rapid.SampledFrom([]area.Code{"330109001", "330109002", "330109003", "330106001", "310101002"}).Draw(h.t, "subdistrict")
}

func (h *history) step() {
	switch rapid.IntRange(0, 9).Draw(h.t, "what") {
	case 0:
		h.changeArea()
	case 1:
		h.setGoal()
	default:
		h.changeRecord(coverage.Key{Period: rapid.SampledFrom(historyPeriods).Draw(h.t, "period"), Area: h.subdistrict()})
	}
}

func (h *history) changeArea() {
	a := h.areas[h.subdistrict()]
	switch rapid.IntRange(0, 3).Draw(h.t, "change") {
	case 0:
		a.Name += "新"
	case 1:
		a.Reports = !a.Reports
	case 2:
		d := period.Date("2026-08-15")
		a.ValidTo = &d
	case 3:
		a.ValidTo = nil
	}
	if h.as(access.Admin, func(tx *store.Writer) error {
		_, _, err := catalog.Put(tx, a.Code, audit.Precondition{Any: true}, catalog.Input{Name: a.Name, ValidFrom: a.ValidFrom, ValidTo: a.ValidTo, Reports: &a.Reports})
		return err
	}) {
		h.areas[a.Code] = a
	}
}

func (h *history) setGoal() {
	at := rapid.SampledFrom(historyPlaces[:4]).Draw(h.t, "goal of")
	bp := rapid.Int64Range(5000, 10000).Draw(h.t, "target")
	if h.as(access.Reviewer, func(tx *store.Writer) error {
		_, _, err := plan.SetGoal(tx, at, 2026, audit.Precondition{Any: true}, plan.Targets{BrandLevel: plan.BrandDistrict, Indicator: plan.OrganizationCoverage, TargetBP: bp})
		return err
	}) {
		h.goals[at] = bp
	}
}

func (h *history) figures() coverage.Figures {
	n, s := rapid.Int64Range(30, 40).Draw(h.t, "registered"), rapid.Int64Range(20, 30).Draw(h.t, "standalone")
	var f coverage.Figures
	for i, v := range [coverage.FigureCount]int64{n, 0, s, 0, 0, 0, 0, 100, s, 1, 1, 1, 1} {
		*f.Pointers()[i] = &v
	}
	return f
}

// changeRecord takes one step of the record's life, or several.
func (h *history) changeRecord(k coverage.Key) {
	for range rapid.IntRange(1, 3).Draw(h.t, "steps of the record") {
		any := audit.Precondition{Any: true}
		state, exists := h.records[k]
		put := func(pre audit.Precondition) {
			f := h.figures()
			if h.as(access.Clerk, func(tx *store.Writer) error {
				_, _, err := coverage.Put(tx, k, pre, f, f)
				return err
			}) {
				h.edited[k] = f
				if !exists {
					h.records[k] = coverage.Draft
				}
			}
		}
		move := func(role access.Role, to coverage.State, do func(tx *store.Writer) error) {
			if h.as(role, do) {
				h.records[k] = to
			}
		}
		choice := rapid.IntRange(0, 3).Draw(h.t, "choice")
		switch {
		case exists && state != coverage.Approved && !h.areas[k.Area].ExpectedOn(k.Period.EndsOn()) && choice == 3:
			if h.as(access.Reviewer, func(tx *store.Writer) error { return coverage.Discard(tx, k, any) }) {
				delete(h.records, k)
			}
		case !exists:
			put(audit.Precondition{})
		case state == coverage.Draft && choice == 0, state == coverage.Returned && choice == 0:
			put(any)
		case state == coverage.Draft && choice == 1:
			if h.as(access.Clerk, func(tx *store.Writer) error { return coverage.Discard(tx, k, any) }) {
				delete(h.records, k)
				if f, ok := h.official[k]; ok {
					h.records[k], h.edited[k] = coverage.Approved, f
				}
			}
		case state == coverage.Draft, state == coverage.Returned:
			move(access.Clerk, coverage.Submitted, func(tx *store.Writer) error {
				_, err := coverage.Submit(tx, k, any, nil, coverage.SignOff{})
				return err
			})
		case state == coverage.Submitted && choice == 0:
			move(access.Clerk, coverage.Draft, func(tx *store.Writer) error {
				_, err := coverage.Withdraw(tx, k, any)
				return err
			})
		case state == coverage.Submitted && choice == 1:
			move(access.Reviewer, coverage.Returned, func(tx *store.Writer) error {
				_, err := coverage.Return(tx, k, any, coverage.ReturnSlip{Reason: `"state":"draft"`})
				return err
			})
		case state == coverage.Submitted:
			if h.as(access.Reviewer, func(tx *store.Writer) error {
				_, err := coverage.Approve(tx, k, any)
				return err
			}) {
				h.records[k], h.official[k] = coverage.Approved, h.edited[k]
			}
		default:
			move(access.Reviewer, coverage.Draft, func(tx *store.Writer) error {
				_, err := coverage.Correct(tx, k, any, "核对", nil)
				return err
			})
		}
	}
}

func (h *history) get(path string) []byte {
	req := httptest.NewRequest("GET", v1.Base+path, nil)
	req.Header.Set("Authorization", "Bearer "+apitest.Token("nationreader"))
	w := httptest.NewRecorder()
	h.server.Handler.ServeHTTP(w, req)
	if w.Code != 200 {
		h.t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// ask asks every report now, holds those of coverage against the oracle and keeps them.
func (h *history) ask() {
	for _, at := range historyPlaces {
		for _, p := range historyPeriods[1:] {
			path := "/reports/coverage?area=" + string(at) + "&period=" + string(p)
			body := h.get(path)
			h.keep(path, body)
			var r v1.CoverageReport
			if err := json.Unmarshal(body, &r); err != nil {
				h.t.Fatal(err)
			}
			h.check(at, p, r)
			r = v1.CoverageReport{}
			if err := json.Unmarshal(h.get(path+"&basis=submitted"), &r); err != nil {
				h.t.Fatal(err)
			}
			h.check(at, p, r)
		}
	}
	for _, path := range []string{"/reports/goals?area=330109", "/reports/trend?area=3301"} {
		h.keep(path, h.get(path))
	}
	err := h.server.Store.View(context.Background(), func(tx *store.Reader) error {
		return tx.CheckTotals(func(p period.ID, a area.Code, detail string) { h.t.Errorf("totals of %s %s: %s", p, a, detail) })
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *history) keep(path string, body []byte) {
	var r struct {
		AsOf string `json:"as_of"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		h.t.Fatal(err)
	}
	path += "&as_of=" + r.AsOf
	if before, known := h.asked[path]; known && string(before) != string(body) {
		h.t.Fatalf("GET %s: %s\n and before %s", path, body, before)
	}
	h.asked[path] = body
}

// askAgain asks everything again as of the instants at which it was asked.
func (h *history) askAgain() {
	for _, path := range slices.Sorted(maps.Keys(h.asked)) {
		if body := h.get(path); string(body) != string(h.asked[path]) {
			h.t.Fatalf("GET %s: %s\n and at the time %s", path, body, h.asked[path])
		}
	}
}

// figuresOf returns what counts of a record on a basis.
func (h *history) figuresOf(k coverage.Key, basis report.Basis) (f coverage.Figures, counts bool) {
	if s := h.records[k]; basis == report.Submitted && (s == coverage.Submitted || s == coverage.Approved) {
		return h.edited[k], h.areas[k.Area].ExpectedOn(k.Period.EndsOn())
	}
	f, counts = h.official[k]
	return f, counts
}

// check holds a report against what is known.
func (h *history) check(at area.Code, p period.ID, r v1.CoverageReport) {
	type sum struct{ expected, reported, registered, standalone int64 }
	add := func(s sum, code area.Code) sum {
		f, reported := h.figuresOf(coverage.Key{Period: p, Area: code}, r.Basis)
		if h.areas[code].ExpectedOn(p.EndsOn()) {
			s.expected++
		}
		if reported {
			if !h.areas[code].ExpectedOn(p.EndsOn()) {
				h.t.Fatalf("%s %s is official and not expected", code, p)
			}
			s.reported++
			s.registered += 2 * *f.Registered // of both kinds
			s.standalone += 2 * *f.Standalone
		}
		return s
	}
	var want sum
	var missing []v1.MissingArea
	rows := map[area.Code]sum{}
	for _, code := range slices.Sorted(maps.Keys(h.areas)) {
		if code.Level() != area.LevelSubdistrict || !at.Contains(code) {
			continue
		}
		one := add(sum{}, code)
		want = add(want, code)
		if level, ok := at.Level().Next(); ok {
			rows[code.At(level)] = add(rows[code.At(level)], code)
		}
		if len(at) >= 6 && one.expected > one.reported {
			state := v1.MissingNone
			if s, begun := h.records[coverage.Key{Period: p, Area: code}]; begun {
				state = v1.MissingState(s)
			}
			missing = append(missing, v1.MissingArea{Area: v1.AreaRef{Code: string(code), Name: h.areas[code].Name}, State: state})
		}
	}
	if got := (sum{r.Expected, r.Reported, r.Totals.All.Registered, r.Totals.All.Standalone}); got != want {
		h.t.Fatalf("%s %s: %+v, want %+v", at, p, got, want)
	}
	if !slices.Equal(r.Missing, missing) {
		h.t.Fatalf("%s %s: missing %+v, want %+v", at, p, r.Missing, missing)
	}
	target := int64(9500)
	for c := at; c != ""; c = c.Parent() {
		if bp, set := h.goals[c]; set {
			target = bp
			break
		}
	}
	if int64(r.Goal.TargetPercent) != target {
		h.t.Fatalf("%s %s: target %d, want %d", at, p, r.Goal.TargetPercent, target)
	}
	for _, row := range r.Rows {
		code := area.Code(row.Area.Code)
		got := sum{expected: row.Expected, reported: row.Reported}
		if row.All != nil {
			got.registered, got.standalone = row.All.Registered, row.All.Standalone
		}
		if got != rows[code] || row.Area.Name != h.areas[code].Name || (row.All == nil) != (row.Reported == 0) {
			h.t.Fatalf("%s %s: row %+v, want %+v", at, p, row, rows[code])
		}
		delete(rows, code)
	}
	for code, s := range rows {
		if s != (sum{}) {
			h.t.Fatalf("%s %s: no row of %s, want %+v", at, p, code, s)
		}
	}
}
