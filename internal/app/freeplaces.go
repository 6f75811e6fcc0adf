package app

import (
	"context"
	"fmt"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// WeekOfPlaces is what a change does to an office's week: how many appointments
// citizens can still book there online, as they could at this moment.
type WeekOfPlaces struct {
	catalogue.Counters
	Monday        town.Date
	Before, After int
}

// daysAhead is how many days from today on a preview counts places of.
const daysAhead = 4 * 7

// weeksOfPlaces counts the free places of offices before and after a change, in the
// next four weeks.
func (v *view) weeksOfPlaces(ctx context.Context, then *plan.Plan, branches []town.BranchID) ([]WeekOfPlaces, error) {
	var weeks []WeekOfPlaces
	for _, id := range branches {
		today := then.Branches[id].Today(v.now)
		taken, err := v.takenOf(ctx, id, today, today.AddDays(daysAhead-1))
		if err != nil {
			return nil, err
		}
		for i := range then.Branches[id].Offices {
			if office := &then.Branches[id].Offices[i]; !office.Retired {
				at := catalogue.Counters{Branch: id, Office: office.ID}
				weeks = append(weeks, v.weeksOf(then, at, today, taken[office.ID])...)
			}
		}
	}
	return weeks, nil
}

func (v *view) weeksOf(then *plan.Plan, at catalogue.Counters, today town.Date, taken map[town.Date][]booking.Span) []WeekOfPlaces {
	before, after := v.placesAt(v.rules, at), v.placesAt(then, at)
	given := func(date town.Date) []booking.Span { return taken[date] }
	var weeks []WeekOfPlaces
	for date := today; date < today.AddDays(daysAhead); date++ {
		if len(weeks) == 0 || date.Weekday() == time.Monday {
			monday := date.AddDays(-(int(date.Weekday()) + 6) % 7)
			weeks = append(weeks, WeekOfPlaces{Counters: at, Monday: monday})
		}
		week := &weeks[len(weeks)-1]
		week.Before += before.on(date, given)
		week.After += after.on(date, given)
	}
	return weeks
}

// placesOf counts what citizens can book at an office.
type placesOf struct {
	plan     *booking.Plan
	requests []booking.Request
}

// offered is by which rules and on which dates a service is offered.
type offered struct {
	rules       string
	first, last town.Date
}

func dateOr(d *town.Date, otherwise town.Date) town.Date {
	if d == nil {
		return otherwise
	}
	return *d
}

// placesAt returns what can be asked for at an office: of the services that the
// same rules admit on the same dates, the shortest.
func (v *view) placesAt(rules *plan.Plan, at catalogue.Counters) placesOf {
	b, known := rules.Branches[at.Branch]
	if !known || b.PlanOf[at.Office] == nil {
		return placesOf{}
	}
	office := b.PlanOf[at.Office]
	p, shortest := placesOf{plan: office.Booking}, map[offered]int{}
	for _, service := range office.Services {
		w, err := rules.Check(plan.Wanted{Branch: at.Branch, Items: []town.Item{{Service: service, Quantity: 1}}}, v.at)
		if err != nil {
			continue // nobody can book it
		}
		key := offered{fmt.Sprint(office.Booking.Admitting(w.Rules.Services)), dateOr(w.Rules.First, 0), dateOr(w.Rules.Last, NoEnd)}
		i, other := shortest[key]
		switch {
		case !other:
			shortest[key] = len(p.requests)
			p.requests = append(p.requests, w.Rules)
		case w.Rules.Duration < p.requests[i].Duration:
			p.requests[i] = w.Rules
		}
	}
	return p
}

// on counts a date's places: of the services that can be booked most often.
func (p placesOf) on(date town.Date, taken booking.Taken) int {
	most := 0
	for _, r := range p.requests {
		most = max(most, p.plan.Bookable(date, r, taken))
	}
	return most
}

// takenOf reads what is given away of a branch's offices and dates, holds too.
func (v *view) takenOf(ctx context.Context, branch town.BranchID, from, to town.Date) (map[town.OfficeID]map[town.Date][]booking.Span, error) {
	booked, err := v.Tickets().Spans(ctx, branch, from, to)
	if err != nil {
		return nil, fmt.Errorf("read appointments: %w", err)
	}
	held, err := v.Holds().Spans(ctx, branch, from, to, v.at.Trusted)
	if err != nil {
		return nil, fmt.Errorf("read holds: %w", err)
	}
	taken := map[town.OfficeID]map[town.Date][]booking.Span{}
	for _, s := range append(booked, held...) {
		if taken[s.Office] == nil {
			taken[s.Office] = map[town.Date][]booking.Span{}
		}
		taken[s.Office][s.Date] = append(taken[s.Office][s.Date], s.Span)
	}
	return taken, nil
}
