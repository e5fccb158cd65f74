package demo

import (
	"brandregistry/internal/access"
	"brandregistry/internal/audit"
	"brandregistry/internal/column"
	"brandregistry/internal/coverage"
	"brandregistry/internal/fault"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/store"
	"time"
)

// What becomes of some subdistricts in the last quarter, by their place in the list. All others are
// approved in time.
const (
	lateOne      = 4  // first submitted after the due day, then approved
	correctedOne = 6  // approved, corrected, approved again
	returnedOne  = 13 // sent back with a reason
	absentOne    = 17 // has not begun
	draftOne     = 20 // has begun and not submitted
)

// target is what the last quarter's coverage stays just below, in hundredths of a percent.
const target = 9496

// step is one use case at its time.
type step struct {
	at time.Time
	by access.Actor
	do func(*store.Writer) error
}

// existing is the precondition of whoever has just read the resource.
var existing = audit.Precondition{Any: true}

// history returns what happens in all quarters.
func (b *builder) history() []step {
	started := int(b.first[6] - '1') // a year's first quarter is 0
	var stories, official []*story
	for i, p := range b.places {
		s := newStory(p.Code, i, started)
		stories = append(stories, s)
		if i != returnedOne && i != absentOne && i != draftOne {
			official = append(official, s)
		}
	}
	settle(official, target)
	var out []step
	q := 0
	for id := b.first; id <= b.last; id = id.Next() {
		out = append(out, b.quarter(id, q, stories)...)
		q++
	}
	return out
}

// quarter returns what happens to all subdistricts in a quarter.
func (b *builder) quarter(id period.ID, q int, stories []*story) []step {
	w := plan.DefaultWindow(id)
	var out []step
	reviewer := b.actors["reviewer"]
	if early := id == b.last && b.now.Before(b.day(w.DueOn.AddDays(2), 0, 0)); early {
		// Today the last quarter is not due yet: it was reported before its end, so that there is a
		// record that is late.
		w.OpensOn, w.DueOn = id.EndsOn().AddDays(-9), id.EndsOn().AddDays(-1)
		out = append(out, step{b.day(w.OpensOn.AddDays(-1), 9, 0), reviewer, func(tx *store.Writer) error {
			_, _, err := plan.SetWindow(tx, id, District, audit.Precondition{}, w.OpensOn, w.DueOn, w.ClosesOn)
			return err
		}})
	}
	if q == 0 || id.Year() != id.Previous().Year() {
		out = append(out, step{b.day(w.OpensOn.AddDays(-1), 10, 0), reviewer, func(tx *store.Writer) error {
			_, _, err := plan.SetGoal(tx, District, id.Year(), audit.Precondition{}, plan.Targets{
				BrandTarget: some(20), BrandLevel: plan.BrandDistrict, Indicator: plan.OrganizationCoverage, TargetBP: 9500,
			})
			return err
		}})
	}
	for i, s := range stories {
		t := telling{b: b, key: coverage.Key{Period: id, Area: s.code}, clerk: b.actors[clerkOf(s.code)], reviewer: reviewer, name: b.places[i].Name}
		economic, social := s.figures(coverage.Economic, q), s.figures(coverage.Social, q)
		begun := b.day(w.OpensOn.AddDays((i*5+q*3)%8), 9+i%8, i*7%60)
		late := b.day(w.DueOn.AddDays(1), 10, i)
		next := begun.Add(24 * time.Hour)
		last := id == b.last
		switch {
		case last && i == absentOne:
		case last && i == draftOne:
			t.put(begun, economic, coverage.Figures{Registered: social.Registered})
		case last && i == returnedOne:
			t.handIn(begun, miscounted(economic), social)
			t.sendBack(next, "新经济组织的联合组建户数与附报名册不一致，请核对名册后重报。", "/figures/economic/joint", "/figures/economic/party_organizations")
		case last && i == correctedOne:
			t.handIn(begun, miscounted(economic), social)
			t.approve(next)
			t.correct(late.Add(3*time.Hour), "核对名册时发现一家企业重复计入联合组建，更正。")
			t.edit(late.Add(200*time.Minute), economic, social)
			t.submit(late.Add(210 * time.Minute))
			t.approve(late.Add(5 * time.Hour))
		case last && i == lateOne, !last && (i*7+q*3)%41 == 0:
			t.handIn(late, economic, social)
			t.approve(late.Add(4 * time.Hour))
		case !last && (i*3+q)%17 == 0:
			t.handIn(begun, miscounted(economic), social)
			t.sendBack(next, "新经济组织的联合组建户数有误，请核对后重报。", "/figures/economic/joint")
			t.edit(next.Add(2*time.Hour), economic, social)
			t.submit(next.Add(140 * time.Minute))
			t.approve(next.Add(25 * time.Hour))
		default:
			t.handIn(begun, economic, social)
			t.approve(next)
		}
		out = append(out, t.steps...)
	}
	return out
}

// miscounted counts one joint organization twice.
func miscounted(f coverage.Figures) coverage.Figures {
	if *f.Registered-*f.Excluded > *f.Standalone+*f.Joint+max(*f.Unmet, *f.WorkCovered) {
		f.Joint = some(*f.Joint + 1)
	}
	return f
}

// telling tells what happens to one record.
type telling struct {
	b               *builder
	key             coverage.Key
	clerk, reviewer access.Actor
	name            string
	steps           []step
}

func (t *telling) add(at time.Time, by access.Actor, do func(*store.Writer) error) {
	t.steps = append(t.steps, step{at, by, do})
}

// handIn fills in and submits.
func (t *telling) handIn(at time.Time, economic, social coverage.Figures) {
	t.put(at, economic, social)
	t.submit(at.Add(25 * time.Minute))
}

func (t *telling) put(at time.Time, economic, social coverage.Figures) {
	t.write(at, audit.Precondition{}, economic, social)
}

func (t *telling) edit(at time.Time, economic, social coverage.Figures) {
	t.write(at, existing, economic, social)
}

func (t *telling) write(at time.Time, pre audit.Precondition, economic, social coverage.Figures) {
	t.add(at, t.clerk, func(tx *store.Writer) error {
		_, _, err := coverage.Put(tx, t.key, pre, economic, social)
		return err
	})
}

// submit explains whatever warnings there are.
func (t *telling) submit(at time.Time) {
	t.add(at, t.clerk, func(tx *store.Writer) error {
		sheet, err := coverage.Get(tx, t.key)
		if err != nil {
			return err
		}
		prepared, signed := t.name+"填报员（演示）", t.name+"负责人（演示）"
		_, err = coverage.Submit(tx, t.key, existing, explain(sheet.Violations), coverage.SignOff{PreparedBy: &prepared, SignedBy: &signed})
		return err
	})
}

func explain(found []fault.Violation) column.Explanations {
	out := column.Explanations{}
	for _, v := range found {
		switch v.Code {
		case "unmet_plan":
			out[v.Key] = "已列入下一季度组建计划，由街道（镇）党建办逐户联系，条件成熟即单独组建。"
		case "abnormal_change":
			out[v.Key] = "本季度产业园投用，一批企业集中入驻，已与市场监管登记名册逐户核对。"
		case "exclusion_growth", "denominator_trimming":
			out[v.Key] = "本季度集中清理无实际经营的企业，名单已报区里备案。"
		default:
			out[v.Key] = "已逐项核对，情况属实。"
		}
	}
	return out
}

func (t *telling) approve(at time.Time) {
	t.add(at, t.reviewer, func(tx *store.Writer) error {
		_, err := coverage.Approve(tx, t.key, existing)
		return err
	})
}

func (t *telling) sendBack(at time.Time, reason string, pointers ...string) {
	t.add(at, t.reviewer, func(tx *store.Writer) error {
		_, err := coverage.Return(tx, t.key, existing, coverage.ReturnSlip{Reason: reason, Pointers: pointers})
		return err
	})
}

func (t *telling) correct(at time.Time, reason string) {
	t.add(at, t.clerk, func(tx *store.Writer) error {
		_, err := coverage.Correct(tx, t.key, existing, reason, nil)
		return err
	})
}
