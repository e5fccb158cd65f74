package demo

import (
	"brandregistry/internal/access"
	"brandregistry/internal/audit"
	"brandregistry/internal/brand"
	"brandregistry/internal/period"
	"brandregistry/internal/plan"
	"brandregistry/internal/report"
	"brandregistry/internal/store"
	"brandregistry/internal/task"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// onlyBrands builds the accounts and the brands, without the coverage.
func onlyBrands(t *testing.T, policy brand.Policy, now time.Time) *store.Store {
	t.Helper()
	clock := &Clock{}
	s := empty(t, clock, policy)
	b := newBuilder(s.Calendar(), now)
	b.ctx, b.store, b.clock = context.Background(), s, clock
	if err := b.office(); err != nil {
		t.Fatal(err)
	}
	if err := b.live(b.brands()); err != nil {
		t.Fatal(err)
	}
	clock.stopAt(now)
	return s
}

// TestBrandsOfEveryPolicy builds the brands under other policies than the usual one, on days of the week
// that TestBuild does not meet.
func TestBrandsOfEveryPolicy(t *testing.T) {
	for _, c := range []struct {
		policy brand.Policy
		today  time.Time
	}{
		{brand.Policy{}, time.Date(2026, 12, 31, 23, 59, 59, 0, shanghai)},
		{brand.Policy{PublicityDays: 30, RecheckMonths: 12}, time.Date(2027, 7, 3, 0, 0, 1, 0, shanghai)},
		{brand.Policy{PublicityDays: 1, RecheckMonths: 1}, time.Date(2028, 2, 29, 12, 0, 0, 0, shanghai)},
		{brand.Policy{PublicityDays: 365, RecheckMonths: 240}, time.Date(2026, 11, 25, 18, 0, 0, 0, shanghai)},
	} {
		t.Run(fmt.Sprintf("%+v", c.policy), func(t *testing.T) {
			err := onlyBrands(t, c.policy, c.today).View(context.Background(), func(tx *store.Reader) error {
				if err := inspectBrands(t, tx, c.policy, period.DateOf(c.today)); err != nil {
					return err
				}
				_, err := tx.Check(nil, func(f audit.Finding) { t.Error(f) })
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// inspectBrands holds the brands against what the demo is to show.
func inspectBrands(t *testing.T, tx *store.Reader, policy brand.Policy, today period.Date) error {
	t.Helper()
	tx.As(access.Actor{ID: "x", Role: access.Reviewer, Area: District})
	all, err := brand.List(tx, brand.Filter{Area: District, Sort: brand.SortArea, Limit: 100})
	if err != nil {
		return err
	}
	states := map[brand.State]int{brand.Draft: 2, brand.Submitted: 2, brand.Returned: 1, brand.Rejected: 1, brand.Publicized: 2, brand.Recognized: 17, brand.Revoked: 1}
	if policy.PublicityDays == 0 {
		states[brand.Submitted] += 2
		delete(states, brand.Publicized)
	}
	got, found := map[brand.State]int{}, map[string]int{}
	logos, ended, revoked := 0, 0, 0
	for _, s := range all {
		got[s.State]++
		for _, v := range s.Violations {
			found[fmt.Sprintf("%s %s explained=%v", s.State, v.Code, v.Explanation != nil)]++
		}
		if s.Logo != nil {
			logos++
		}
		for _, r := range s.Recognitions {
			if s.State == brand.Recognized && r.RevokedOn != nil {
				revoked++
			}
			if s.State == brand.Recognized && r.ValidTo != nil && *r.ValidTo < today {
				ended++
			}
			if r.Level != plan.BrandDistrict && (r.DocumentNo == nil || len(r.Evidence) == 0) {
				t.Errorf("%s: recognized at %s level without a document", s.Name, r.Level)
			}
		}
		if tx.Calendar().Day(s.Version) >= today {
			t.Errorf("%s was changed at %v, not before today", s.Name, s.Version.Time())
		}
		if err := inspectFiles(t, tx, s); err != nil {
			return err
		}
	}
	if !maps.Equal(got, states) {
		t.Errorf("states %v, want %v", got, states)
	}
	if want := map[string]int{"draft text_required explained=false": 6, "draft name_similar explained=false": 1, "submitted name_similar explained=true": 1}; !maps.Equal(found, want) {
		t.Errorf("violations %v, want %v", found, want)
	}
	if logos != 3 || ended != 1 || revoked != 1 {
		t.Errorf("%d logos, %d recognitions ended and %d revoked beside others in force; want 3, 1, 1", logos, ended, revoked)
	}
	if err := inspectReport(t, tx, today); err != nil {
		return err
	}
	return inspectTasks(t, tx, policy, all)
}

func inspectReport(t *testing.T, tx *store.Reader, today period.Date) error {
	t.Helper()
	r, err := report.GetBrands(tx, report.BrandQuery{})
	if err != nil {
		return err
	}
	if r.Count != 17 || r.Target == nil || *r.Target != 20 || *r.Gap != 3 || *r.Met {
		t.Errorf("%d brands count; want 17 of 20", r.Count)
	}
	if d, c, p := r.Counts.ByLevel(plan.BrandDistrict), r.Counts.ByLevel(plan.BrandCity), r.Counts.ByLevel(plan.BrandProvince); d != 12 || c != 4 || p != 1 {
		t.Errorf("%d brands of the district, %d of the city, %d of the province; want 12, 4, 1", d, c, p)
	}
	for _, f := range brand.Fields {
		if r.Counts.From(r.Level, f) == 0 {
			t.Errorf("no brand of the field %s counts", f)
		}
	}
	places := map[int64]int{} // by count
	for _, row := range r.Rows {
		places[row.Count]++
		if row.Code == District && row.Count != 1 {
			t.Errorf("%d brands of the district's own organs, want 1", row.Count)
		}
	}
	if places[0] < 5 || places[3] != 1 {
		t.Errorf("subdistricts by brands: %v; want several with none, one with three", places)
	}
	last := int64(-1)
	for _, months := range []int{33, 24, 12, 6, 0} {
		then, err := report.GetBrands(tx, report.BrandQuery{On: today.AddMonths(-months)})
		if err != nil {
			return err
		}
		if then.Count < last || (months > 0 && then.Count > 16) {
			t.Errorf("%d months ago %d brands counted, before that %d; want growth until today", months, then.Count, last)
		}
		last = then.Count
	}
	return nil
}

func inspectTasks(t *testing.T, tx *store.Reader, policy brand.Policy, all []brand.Sheet) error {
	t.Helper()
	list, err := brand.Tasks(tx)
	if err != nil {
		return err
	}
	kinds := map[task.Kind]int{}
	for _, x := range list {
		kinds[x.Kind]++
	}
	want := map[task.Kind]int{task.Review: 2, task.PublicityEnded: 1, task.Recheck: 1}
	if policy.PublicityDays == 0 {
		want[task.Review] += 2
		delete(want, task.PublicityEnded)
	}
	if policy.RecheckMonths == 0 || policy.RecheckMonths > 30 {
		delete(want, task.Recheck)
	}
	if !maps.Equal(kinds, want) {
		t.Errorf("the reviewer's tasks are %v, want %v", kinds, want)
	}
	i := slices.IndexFunc(all, func(s brand.Sheet) bool { return s.State == brand.Returned })
	tx.As(access.Actor{ID: "y", Role: access.Clerk, Area: all[i].Area})
	if list, err = brand.Tasks(tx); err != nil {
		return err
	}
	if len(list) != 1 || list[0].Kind != task.Returned || list[0].Brand != all[i].ID || !strings.Contains(list[0].Title.ZH, *all[i].ReturnReason) {
		t.Errorf("the tasks of the clerk whose brand was returned are %v", list)
	}
	return nil
}

// TestBrandsAreTheSame builds the brands twice: all but their ids is the same.
func TestBrandsAreTheSame(t *testing.T) {
	var told [2]string
	for i := range told {
		now := time.Date(2026, 11, 23, 9, 0, 0, 0, shanghai)
		err := onlyBrands(t, usual, now).View(context.Background(), func(tx *store.Reader) (err error) {
			tx.As(access.Actor{ID: "x", Role: access.Reader, Area: District})
			told[i], err = tell(tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if told[0] != told[1] {
		t.Errorf("two builds differ:\n%s\n%s", told[0], told[1])
	}
}

// tell writes down all brands without ids.
func tell(tx *store.Reader) (string, error) {
	var out strings.Builder
	all, err := brand.List(tx, brand.Filter{Area: District, Sort: brand.SortArea, Limit: 100})
	for _, s := range all {
		fmt.Fprintln(&out, s.Number, s.Area, s.State, s.CreatedAt, s.Version, s.Content, s.Explanations, text(s.CheckedOn), text(s.RecheckOn), text(s.PublicityEndsOn), len(s.Violations))
		for _, r := range s.Recognitions {
			fmt.Fprintln(&out, r.Level, r.Authority, text(r.DocumentNo), r.RecognizedOn, text(r.ValidTo), text(r.RevokedOn), text(r.Reason), r.Version)
		}
		for _, e := range s.Evidence {
			fmt.Fprintln(&out, e.FileName, e.SHA256, e.Version)
		}
		if s.Logo != nil {
			fmt.Fprintln(&out, s.Logo.FileName, s.Logo.SHA256, s.Logo.Version)
		}
	}
	return out.String(), err
}

func text[T ~string](s *T) T {
	if s == nil {
		return "-"
	}
	return *s
}

// TestEveryDayFits plans the brands on every day of a year, under policies of all kinds: nothing happens
// before the day after the office opens, nor after yesterday.
func TestEveryDayFits(t *testing.T) {
	calendar := period.Calendar{Frequency: period.Quarterly, Location: shanghai}
	for _, policy := range []brand.Policy{{}, usual, {PublicityDays: 30, RecheckMonths: 12}, {PublicityDays: 1, RecheckMonths: 1}, {PublicityDays: 365, RecheckMonths: 240}} {
		for day := range 366 {
			now := time.Date(2027, 10, 1+day, 0, 0, 1, 0, shanghai)
			b := newBuilder(calendar, now)
			b.policy = policy
			from, to := b.day(b.opening().AddDays(1), 0, 0), b.day(period.DateOf(now), 0, 0)
			steps := b.brands()
			for _, s := range steps {
				if s.at.Before(from) || !s.at.Before(to) {
					t.Fatalf("%+v, today %v: a step at %v", policy, now, s.at)
				}
			}
			if len(steps) < 90 {
				t.Fatalf("%+v, today %v: %d steps", policy, now, len(steps))
			}
		}
	}
}

// TestTextsDiffer finds no text twice, and hosts that say that they are invented.
func TestTextsDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, d := range slices.Concat(counting, others) {
		for _, text := range []string{d.Name, d.Slogan, d.Meaning, d.Carrier, d.Practices, d.Results, d.HostOrganization, d.CreditCode, d.first, d.returned, d.rejected, d.reason} {
			if owner, twice := seen[text]; twice && text != "" {
				t.Errorf("%s and %s have the text %q", owner, d.Name, text)
			}
			seen[text] = d.Name
		}
		if !strings.Contains(d.HostOrganization, "示例") {
			t.Errorf("%s: %s does not say that it is invented", d.Name, d.HostOrganization)
		}
	}
}
