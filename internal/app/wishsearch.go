package app

import (
	"context"
	"fmt"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// wishSearch looks for a free time for many wishes. It remembers what it found
// free, because many wait for the same: a thousand cost little more than one. It
// is good only as long as nothing is given away.
type wishSearch struct {
	look func(plan.Wanted) (plan.Checked, booking.Taken, error)
	seen map[string]*freeAtBranch
	out  []ledger.Hold // offers that stand, of every date looked at
}

// freeAtBranch is what is free for the same services at one branch.
type freeAtBranch struct {
	wanted plan.Checked
	taken  booking.Taken
	dates  map[town.Date][]booking.Slot
	out    []ledger.Hold
	rooms  map[town.Date]bool
}

// newWishSearch looks from memory.
func newWishSearch(ctx context.Context, m *daybook.Memory) *wishSearch {
	look := func(w plan.Wanted) (plan.Checked, booking.Taken, error) {
		wanted, given, err := m.Look(ctx, w)
		if err != nil {
			return wanted, nil, err
		}
		return wanted, given.Taken(wanted.Office.ID), nil
	}
	return &wishSearch{look: look, seen: map[string]*freeAtBranch{}}
}

// wishSearchIn looks at an office's date as a transaction sees it now.
func (c *change) wishSearchIn(ctx context.Context, branch town.BranchID, office town.OfficeID, date town.Date) (*wishSearch, error) {
	b, err := c.rules.Known(branch)
	if err != nil {
		return nil, err
	}
	spans, err := c.days.Taken(ctx, b, office, date)
	if err != nil {
		return nil, err
	}
	out, err := c.Holds().Offered(ctx, c.at.Trusted)
	if err != nil {
		return nil, fmt.Errorf("read offers: %w", err)
	}
	look := func(w plan.Wanted) (plan.Checked, booking.Taken, error) {
		wanted, err := c.rules.Check(w, c.at)
		return wanted, func(town.Date) []booking.Span { return spans }, err
	}
	return &wishSearch{look: look, seen: map[string]*freeAtBranch{}, out: out}, nil
}

func (g *wishSearch) at(w plan.Wanted) (*freeAtBranch, error) {
	key := fmt.Sprint(w.Branch, w.Items)
	if known := g.seen[key]; known != nil {
		return known, nil
	}
	wanted, taken, err := g.look(w)
	if err != nil {
		return nil, err
	}
	g.seen[key] = &freeAtBranch{wanted: wanted, taken: taken, dates: map[town.Date][]booking.Slot{}, out: g.out, rooms: map[town.Date]bool{}}
	return g.seen[key], nil
}

func (g *freeAtBranch) on(date town.Date) []booking.Slot {
	slots, known := g.dates[date]
	if !known {
		slots = g.wanted.Office.Booking.Slots(date, g.wanted.Rules, g.taken)
		g.dates[date] = slots
	}
	return slots
}

// room reports whether one more offer of a date fits beside those that stand.
func (g *freeAtBranch) room(date town.Date) bool {
	fits, known := g.rooms[date]
	if !known {
		fits = roomForOffer(g.wanted, date, g.out)
		g.rooms[date] = fits
	}
	return fits
}

// freeNow returns the first free times that a wish asks for, at most n and all of
// them at the first of its branches that has any.
func (g *wishSearch) freeNow(w ledger.Wish, n int) (town.BranchID, []time.Time) {
	for _, id := range w.Branches {
		seen, err := g.at(plan.Wanted{Branch: id, Items: w.Items})
		if err != nil {
			continue
		}
		var starts []time.Time
		now := seen.wanted.Rules.Now
		last := min(w.Until, seen.wanted.Office.Booking.HorizonEnd(now))
		for d := seen.wanted.Branch.Today(now); d <= last && len(starts) < n; d++ {
			for _, s := range seen.on(d) {
				if wants(w, d, s) && len(starts) < n {
					starts = append(starts, s.Start)
				}
			}
		}
		if len(starts) > 0 {
			return id, starts
		}
	}
	return "", nil
}

// freeFor looks for the earliest fitting time, from memory: what it finds is
// decided in a transaction of its own.
func (g *wishSearch) freeFor(w ledger.Wish) (branch town.BranchID, date town.Date, found bool) {
	for _, id := range w.Branches {
		seen, err := g.at(plan.Wanted{Branch: id, Items: w.Items})
		if err != nil {
			continue // retired meanwhile
		}
		now := seen.wanted.Rules.Now
		last := min(w.Until, seen.wanted.Office.Booking.HorizonEnd(now))
		for d := seen.wanted.Branch.Today(now); d <= last && (!found || d < date); d++ {
			if !onDay(w, d) {
				continue
			}
			if _, fits := firstWanted(w, d, seen); fits {
				branch, date, found = id, d, true
				break
			}
		}
	}
	return branch, date, found
}
