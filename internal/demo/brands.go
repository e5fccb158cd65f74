package demo

import (
	"brandregistry/internal/access"
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/store"
	"fmt"
	"slices"
)

// declaration is a brand as its clerk writes it, and what becomes of it. The credit code is without its
// check character; who is to be contacted is added.
type declaration struct {
	at area.Code
	brand.Content
	fate
}

// fate is what becomes of a brand.
type fate struct {
	state     brand.State // today
	awards    []award     // by time; the first is the district's
	logo      *badge
	first     string  // its results as they were written first; "": as they are
	returned  string  // why it was returned before it was mended
	rejected  string  // why it was rejected before it was reopened
	explained string  // how it differs from a brand with nearly the same name
	reason    string  // of its return, rejection or revocation
	gone      float64 // when it was revoked, as a share of the time told of
	due       bool    // its recheck is due
	shown     bool    // its publicity goes on
}

// award is a recognition.
type award struct {
	level  plan.BrandLevel
	when   float64 // as a share of the time told of
	months int     // of validity; 0: without end
	ended  bool    // its validity ends before today
	gone   float64 // when it was revoked; 0: never
	reason string  // of its revocation
}

// offices say who recognizes at a level and how its documents are numbered.
var offices = map[plan.BrandLevel]struct{ title, authority, series string }{
	plan.BrandDistrict: {"区级", "示例区委组织部", "示区组发"},
	plan.BrandCity:     {"市级", "示例市委组织部", "示市组发"},
	plan.BrandProvince: {"省级", "示例省委组织部", "示省组发"},
}

// contacts are what tells the persons to be contacted apart, a character each.
const contacts = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄"

// notes are of confirmations, by turns.
var notes = []string{
	"实地复核：阵地正常开放，活动台账齐全，群众知晓率较高，继续保留命名。",
	"查阅台账并走访群众：制度执行到位，成效可以核实，继续保留命名。",
	"实地复核：队伍稳定，做法有更新，建议进一步总结推广，继续保留命名。",
}

// brands returns what happens to all brands until yesterday.
//
// Where the deployment has no publicity, the two brands that would be shown are still to be reviewed. Where
// it has no recheck, or one after more months than are told of, none is due.
func (b *builder) brands() []step {
	var out []step
	letters := []rune(contacts)
	when := b.timetable()
	for i, d := range slices.Concat(counting, others) {
		if d.Practices != "" {
			d.ContactName, d.ContactPhone = "联系人"+string(letters[i]), fmt.Sprintf("0571-%08d", i+1)
		}
		if check, ok := brand.CreditCheck(d.CreditCode); ok {
			d.CreditCode += string(check)
		}
		t := tale{timetable: when, declaration: d, b: b, n: i, clerk: b.actors[clerkOf(d.at)], reviewer: b.actors["reviewer"], recognitions: map[plan.BrandLevel]string{}}
		t.tell()
		out = append(out, t.steps...)
	}
	return out
}

// tale tells the life of one brand.
type tale struct {
	timetable
	declaration
	b               *builder
	n               int // place in the list
	clerk, reviewer access.Actor
	steps           []step

	// Known when its steps are taken.
	id           string
	recognitions map[plan.BrandLevel]string // ids
}

// tell tells it from its end, today, or from its first recognition backward.
func (t *tale) tell() {
	today := t.today
	switch t.state {
	case brand.Draft:
		t.create(workday(today.AddDays(-6 - 5*(t.n%2))))
		if t.first != "" {
			t.edit(workday(today.AddDays(-1)))
		}
	case brand.Submitted:
		t.handIn(workday(today.AddDays(-1 - 3*(t.n%3))))
	case brand.Returned:
		t.handIn(workday(today.AddDays(-16)))
		t.turnDown(workday(today.AddDays(-5)), brand.Return, t.reason)
	case brand.Rejected:
		t.handIn(workday(today.AddDays(-93)))
		t.turnDown(workday(today.AddDays(-80)), brand.Reject, t.reason)
	case brand.Publicized:
		days, on := max(t.policy.PublicityDays, 12), workday(today.AddDays(-2))
		if !t.shown {
			days = max(t.policy.PublicityDays, 5)
			on = workday(today.AddDays(-2 - days))
		}
		t.publicize(on, days)
		t.handIn(workday(on.AddDays(-7)))
	case brand.Revoked, brand.Recognized:
		t.recognized()
	}
}

// recognized tells of a brand that was recognized, from before its first recognition on.
func (t *tale) recognized() {
	first := t.day(t.awards[0].when)
	if t.due {
		first = t.overdue()
	}
	t.handIn(t.showBefore(first))
	t.award(t.awards[0], first, first)
	for _, a := range t.awards[1:] {
		on := t.day(a.when)
		t.award(a, on, workday(on.AddDays(5)))
	}
	switch again, comes := t.recheck(first, t.n); {
	case t.state == brand.Revoked:
		t.add(t.day(t.gone), 15, t.reviewer, func(tx *store.Writer) error {
			_, err := brand.Revoke(tx, t.id, existing, t.reason, nil)
			return err
		})
	case comes && !t.due:
		t.add(again, 15, t.reviewer, func(tx *store.Writer) error {
			_, err := brand.Confirm(tx, t.id, existing, notes[t.n%len(notes)])
			return err
		})
	}
}

// showBefore shows the brand to the public, where that is the policy, in time for a recognition. It returns
// the day on which it is submitted.
func (t *tale) showBefore(recognized period.Date) (submitted period.Date) {
	on := recognized
	if t.policy.PublicityDays > 0 {
		on = workday(recognized.AddDays(-4 - t.publicity))
		t.publicize(on, t.publicity)
	}
	return workday(on.AddDays(-6))
}

// award recognizes on a day what is recorded on another.
func (t *tale) award(a award, on, recorded period.Date) {
	office := offices[a.level]
	serial := fmt.Sprintf("%s-%d", on[:4], 11+t.n)
	document := fmt.Sprintf("%s〔%s〕%d号", office.series, on[:4], 11+t.n)
	given := brand.Award{Level: a.level, Authority: office.authority, DocumentNo: &document, RecognizedOn: on}
	if a.months > 0 {
		last := on.AddMonths(a.months).AddDays(-1)
		if a.ended {
			last = min(last, t.today.AddDays(-45))
		}
		given.ValidTo = &last
	}
	if a.level != plan.BrandDistrict {
		t.attach(recorded, 9, brand.ForEvidence, office.title+"认定文件（演示材料）.pdf",
			func() ([]byte, error) {
				return paper("Level: "+string(a.level), "Document: "+serial, "Recognized on: "+string(on)), nil
			},
			func(file string) { given.Evidence = []string{file} })
	}
	t.add(recorded, 15, t.reviewer, func(tx *store.Writer) error {
		s, err := brand.Recognize(tx, t.id, existing, given)
		if err == nil {
			t.recognitions[a.level] = s.Recognitions[len(s.Recognitions)-1].ID
		}
		return err
	})
	if a.gone > 0 {
		t.add(t.day(a.gone), 16, t.reviewer, func(tx *store.Writer) error {
			_, err := brand.RevokeOne(tx, t.id, t.recognitions[a.level], existing, a.reason, nil)
			return err
		})
	}
}

// handIn submits on a day what was written some days before, and mended or reopened if it was turned down.
func (t *tale) handIn(submitted period.Date) {
	written := workday(submitted.AddDays(-4))
	switch {
	case t.returned != "":
		t.create(workday(written.AddDays(-25)))
		t.submit(workday(written.AddDays(-20)))
		t.turnDown(workday(written.AddDays(-16)), brand.Return, t.returned)
		t.edit(written)
	case t.rejected != "":
		t.create(workday(written.AddDays(-120)))
		t.submit(workday(written.AddDays(-114)))
		t.turnDown(workday(written.AddDays(-100)), brand.Reject, t.rejected)
		t.add(written, 9, t.clerk, func(tx *store.Writer) error {
			reason := "做法已经稳定，成效可以核实，重新申报。"
			_, err := brand.Reopen(tx, t.id, existing, &reason, nil)
			return err
		})
		t.edit(written)
	default:
		t.create(written)
	}
	t.submit(submitted)
}
