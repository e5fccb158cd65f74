// Package demo fills an empty registry with invented data: one district with all its subdistricts,
// twelve quarters that ended with the last one, and brands of every state until yesterday, lived through
// by the real use cases. The areas are real; no figure, no brand, no organization and no person is.
package demo

import (
	"brandregistry/internal/access"
	"brandregistry/internal/account"
	"brandregistry/internal/area"
	"brandregistry/internal/brand"
	"brandregistry/internal/catalog"
	"brandregistry/internal/period"
	"brandregistry/internal/store"
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"
)

// areas are the district, what lies above it and what lies in it, as the national catalogue has them.
//
//go:embed areas.csv
var areas string

// District is the district that the demo tells of.
const District area.Code = "330109"

// Login is an account of the demo with the token it is used by.
type Login struct {
	Role     access.Role
	Area     area.Code
	Username string
	Token    string
}

// Demo is what was built.
type Demo struct {
	Logins []Login
	Last   period.ID // the last quarter that ended: the one of which reports speak
}

// tokenDays is how long the demo's tokens are good.
const tokenDays = 90

// Build fills an empty registry, whose clock must be clock and whose calendar counts quarters.
func Build(ctx context.Context, s *store.Store, clock *Clock) (Demo, error) {
	defer clock.run()
	return build(ctx, s, clock, clock.Now())
}

func build(ctx context.Context, s *store.Store, clock *Clock, now time.Time) (Demo, error) {
	b := newBuilder(s.Calendar(), now)
	b.ctx, b.store, b.clock = ctx, s, clock
	if err := b.office(); err != nil {
		return Demo{}, err
	}
	if err := b.live(append(b.history(), b.brands()...)); err != nil {
		return Demo{}, err
	}
	clock.stopAt(now)
	logins, err := b.tokens()
	return Demo{Logins: logins, Last: b.last}, err
}

// builder builds a demo.
type builder struct {
	ctx         context.Context
	store       *store.Store
	clock       *Clock
	now         time.Time
	calendar    period.Calendar
	policy      brand.Policy
	first, last period.ID
	people      []account.Input
	actors      map[string]access.Actor // by username
	places      []catalog.Area          // the subdistricts that report
	steps       int
}

// newBuilder returns one that has no store yet.
func newBuilder(calendar period.Calendar, now time.Time) builder {
	b := builder{now: now, calendar: calendar, actors: map[string]access.Actor{}}
	b.last = calendar.LastEnded(calendar.Day(period.InstantOf(now)))
	b.first = b.last
	for range quarters - 1 {
		b.first = b.first.Previous()
	}
	return b
}

// act runs one use case at a time on somebody's behalf.
func (b *builder) act(at time.Time, by access.Actor, do func(*store.Writer) error) error {
	b.clock.stopAt(at)
	b.steps++
	return b.store.Update(b.ctx, store.By{Actor: by, RequestID: fmt.Sprintf("00000000-0000-7000-8000-%012d", b.steps)}, do)
}

// live takes steps in the order of their times.
func (b *builder) live(steps []step) error {
	slices.SortStableFunc(steps, func(x, y step) int { return x.at.Compare(y.at) })
	for _, s := range steps {
		if err := b.act(s.at, s.by, s.do); err != nil {
			return fmt.Errorf("demo: at %v: %w", s.at, err)
		}
	}
	return nil
}

// opening is the day on which the office opens.
func (b *builder) opening() period.Date { return b.first.EndsOn().AddDays(-20) }

// clerkOf returns the username of the clerk of a subdistrict, or of the district's own organs.
func clerkOf(code area.Code) string { return "clerk-" + string(code) }

// office imports the areas and makes the accounts, before the first quarter is reported.
func (b *builder) office() error {
	at := b.day(b.opening(), 9, 0)
	file, err := catalog.Read(strings.NewReader(areas))
	if err != nil {
		return err
	}
	err = b.act(at, access.Operator, func(tx *store.Writer) error {
		if _, _, err := catalog.Import(tx, file); err != nil {
			return err
		}
		b.policy = tx.BrandPolicy()
		all, err := tx.Areas(catalog.Filter{Parent: District})
		b.places = slices.DeleteFunc(all, func(a catalog.Area) bool { return !a.Reports })
		return err
	})
	if err != nil {
		return err
	}
	b.people = []account.Input{
		{Username: "reviewer", DisplayName: "萧山区审核员（演示）", Role: access.Reviewer, Area: District},
		{Username: "reader", DisplayName: "萧山区查阅员（演示）", Role: access.Reader, Area: District},
		{Username: "auditor", DisplayName: "萧山区审计员（演示）", Role: access.Auditor, Area: District},
		{Username: "admin", DisplayName: "萧山区管理员（演示）", Role: access.Admin, Area: District},
		{Username: "city-reader", DisplayName: "杭州市查阅员（演示）", Role: access.Reader, Area: District.Parent()},
	}
	for _, p := range b.places {
		b.people = append(b.people, account.Input{Username: clerkOf(p.Code), DisplayName: p.Name + "填报员（演示）", Role: access.Clerk, Area: p.Code})
	}
	// The district's own organs, schools and hospitals declare brands, too.
	b.people = append(b.people, account.Input{Username: clerkOf(District), DisplayName: "萧山区区直单位填报员（演示）", Role: access.Clerk, Area: District})
	for i, in := range b.people {
		err := b.act(at.Add(time.Duration(i+1)*time.Minute), access.Operator, func(tx *store.Writer) error {
			made, err := account.Create(tx, in)
			b.actors[in.Username] = made.Actor()
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tokens gives every account one, now.
func (b *builder) tokens() ([]Login, error) {
	var out []Login
	err := b.store.Update(b.ctx, store.By{Actor: access.Operator, RequestID: "00000000-0000-7000-8000-000000000000"}, func(tx *store.Writer) error {
		out = nil
		expires := period.InstantOf(tx.Now().Time().AddDate(0, 0, tokenDays))
		for _, in := range b.people {
			text, hash, err := account.NewSecret(rand.Reader)
			if err != nil {
				return err
			}
			who := b.actors[in.Username]
			if _, err := account.CreateToken(tx, who.ID, account.TokenInput{Name: "demo", ExpiresAt: expires, Hash: hash}); err != nil {
				return err
			}
			out = append(out, Login{Role: who.Role, Area: who.Area, Username: in.Username, Token: text})
		}
		return nil
	})
	return out, err
}

// day returns a time of a day.
func (b *builder) day(d period.Date, hour, minute int) time.Time {
	return b.calendar.Start(d).Time().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}
