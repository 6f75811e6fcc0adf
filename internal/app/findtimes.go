package app

import (
	"errors"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// seeking is an appointment that needs another time, and where it may get one, the
// best branch first.
type seeking struct {
	queue.Ticket
	branches  []town.BranchID
	household int
}

// finding finds times for many, by one plan and what is given away.
type finding struct {
	rules *plan.Plan
	taken func(b *plan.Branch, office town.OfficeID, items []town.Item) (booking.Taken, error)
}

// find returns a time for each; nil: none is free.
func (f finding) find(all []seeking, at clock.Instant, earliest time.Time) ([]*ledger.RunTarget, error) {
	type office struct {
		branch town.BranchID
		office town.OfficeID
	}
	known := map[office]int{}
	var places []booking.Place
	var offices []office
	displaced := make([]booking.Displaced, len(all))
	for i, s := range all {
		displaced[i] = booking.Displaced{Start: s.Start, Household: s.household}
		for _, branch := range s.branches {
			w, err := f.rules.Check(plan.Wanted{Branch: branch, Items: s.Items, Staff: true}, at)
			if err != nil {
				continue // not offered there, or not any more
			}
			key := office{branch, w.Office.ID}
			place, ok := known[key]
			if !ok {
				taken, err := f.taken(w.Branch, w.Office.ID, s.Items)
				if err != nil {
					return nil, err
				}
				place = len(places)
				known[key] = place
				places, offices = append(places, booking.Place{Branch: branch, Plan: w.Office.Booking, Taken: taken}), append(offices, key)
			}
			displaced[i].Choices = append(displaced[i].Choices, booking.Choice{Place: place, Request: w.Rules})
		}
	}
	targets := make([]*ledger.RunTarget, len(all))
	for i, g := range booking.Assign(displaced, places, earliest) {
		if !g.Found {
			continue
		}
		at := offices[displaced[i].Choices[g.Choice].Place]
		targets[i] = &ledger.RunTarget{Branch: at.branch, Office: at.office, Start: g.Start, End: g.End, Household: all[i].household}
	}
	return targets, nil
}

// ledgerNotFound reports whether a row isn't there.
func ledgerNotFound(err error) bool { return errors.Is(err, ledger.ErrNotFound) }
