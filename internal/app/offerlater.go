package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// leftOver is an appointment for which an offer of the office found no time, as long
// as its answer could still come.
type leftOver struct {
	run    ledger.Run
	item   ledger.RunItem
	ticket queue.Ticket
}

// branches are where it can get a time, its own first.
func (l *leftOver) branches() []town.BranchID {
	return branchesFor(l.item.Branch, l.run.Terms.Branches)
}

// leftBranches returns the branches of those whom an offer found no time for.
func (v *view) leftBranches(ctx context.Context) ([]town.BranchID, error) {
	items, err := v.Runs().Left(ctx, ledger.RunOffer, LeftNoTime)
	if err != nil {
		return nil, fmt.Errorf("read runs: %w", err)
	}
	branches := make([]town.BranchID, len(items))
	for i := range items {
		branches[i] = items[i].Branch
	}
	return branches, nil
}

// leftOvers returns those whom an offer found no time for, the first who were left
// first. A household is left out: it gets times together or not at all.
func (v *view) leftOvers(ctx context.Context) ([]leftOver, error) {
	items, err := v.Runs().Left(ctx, ledger.RunOffer, LeftNoTime)
	if err != nil {
		return nil, fmt.Errorf("read runs: %w", err)
	}
	runs := map[string]ledger.Run{}
	var left []leftOver
	for _, item := range items {
		run, known := runs[item.Run]
		if !known {
			if run, err = v.Runs().ByID(ctx, item.Run); err != nil {
				return nil, fmt.Errorf("read run: %w", err)
			}
			runs[item.Run] = run
		}
		if run.Terms.Until.Before(v.at.Trusted.Add(shortestAsk)) {
			continue
		}
		t, err := v.Tickets().ByID(ctx, item.Ticket)
		if ledgerNotFound(err) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read ticket: %w", err)
		}
		left = append(left, leftOver{run, item, t})
	}
	return left, nil
}

// alone reports whether none of the others that were left came with one: by mail
// address, branch and date.
func (v *view) alone(ctx context.Context, l leftOver, left []leftOver) (bool, error) {
	households := map[string]int{}
	own, err := v.household(ctx, daybook.Unfit{Ticket: l.ticket}, households)
	if err != nil || own == 0 {
		return err == nil, err
	}
	for _, other := range left {
		if other.item.Ticket == l.item.Ticket || other.ticket.Branch != l.ticket.Branch || other.ticket.Date != l.ticket.Date {
			continue
		}
		if theirs, err := v.household(ctx, daybook.Unfit{Ticket: other.ticket}, households); err != nil || theirs == own {
			return false, err
		}
	}
	return true, nil
}

// earliestOf is the first instant at which a new time of a run can begin.
func (v *view) earliestOf(run ledger.Run) time.Time {
	earliest := run.Terms.Earliest.Start(v.core.zone(run.Branch))
	if earliest.Before(v.now) {
		earliest = v.now
	}
	if until := v.at.Shown(run.Terms.Until); run.Kind == ledger.RunOffer && earliest.Before(until) {
		earliest = until
	}
	return earliest
}

// offerToLeft reserves the time that an appointment gives back, and what else is free
// on its date, for those whom an offer found no time for, and asks them. It reports
// whether anybody was asked. Those whose branches this transaction doesn't hold are
// left to offerToAllLeft.
func (c *change) offerToLeft(ctx context.Context, freed queue.Ticket) (bool, error) {
	b, err := c.rules.Known(freed.Branch)
	if err != nil {
		return false, err
	}
	if slots, err := c.slotsOn(ctx, b, freed.Items, freed.Date); err != nil || len(slots) == 0 {
		return false, err // closed, or given away otherwise: most of what a run frees
	}
	left, err := c.leftOvers(ctx)
	if err != nil {
		return false, err
	}
	asked := false
	for _, l := range left {
		if l.ticket.ID == freed.ID || !c.days.HoldsAll([]town.BranchID{l.item.Branch}) || !slices.Contains(l.branches(), freed.Branch) {
			continue
		}
		slots, err := c.slotsOn(ctx, b, l.ticket.Items, freed.Date)
		if err != nil {
			return asked, err
		}
		slot, found := firstFrom(slots, c.earliestOf(l.run))
		if !found {
			continue
		}
		done, err := c.offerLate(ctx, l, left, ledger.RunTarget{Branch: b.ID, Office: freed.Office, Start: slot.Start, End: slot.End})
		if err != nil {
			return asked, err
		}
		asked = asked || done
	}
	return asked, nil
}

// slotsOn returns what staff can book for some services on a date; none where they
// aren't offered there.
func (c *change) slotsOn(ctx context.Context, b *plan.Branch, items []town.Item, date town.Date) ([]booking.Slot, error) {
	w, err := c.rules.Check(plan.Wanted{Branch: b.ID, Items: items, Staff: true}, c.at)
	if err != nil {
		return nil, nil
	}
	spans, err := c.days.Taken(ctx, b, w.Office.ID, date)
	if err != nil {
		return nil, err
	}
	return w.Office.Booking.Slots(date, w.Rules, func(town.Date) []booking.Span { return spans }), nil
}

func firstFrom(slots []booking.Slot, earliest time.Time) (booking.Slot, bool) {
	for _, s := range slots {
		if !s.Start.Before(earliest) {
			return s, true
		}
	}
	return booking.Slot{}, false
}

// offerLate reserves a time for somebody whom a run had found none for, as its step
// would have done, and reports whether it did: not where the run is undone
// meanwhile, or nothing is to be done any more.
func (c *change) offerLate(ctx context.Context, l leftOver, left []leftOver, target ledger.RunTarget) (bool, error) {
	item := l.item
	item.State, item.Note, item.Target = ledger.ItemWaiting, "", &target
	if why, err := c.changedMeanwhile(ctx, item, l.ticket); err != nil || why != "" {
		return false, err
	}
	if alone, err := c.alone(ctx, l, left); err != nil || !alone {
		return false, err
	}
	if r, err := c.reservationOf(ctx, l.ticket.ID); err != nil || r != nil {
		return false, err
	}
	// Undoing turns the run too: either it sees this one as done, or this one it.
	if err := c.Runs().Turn(ctx, l.run, ledger.RunDone); err != nil {
		return false, ignoreStale(err)
	}
	before := c.run
	c.run = l.run.ID
	defer func() { c.run = before }()
	reason := c.because(daybook.Unfit{Ticket: l.ticket, Why: booking.Closed}).In(l.ticket.Language)
	if err := c.deal(ctx, l.run, item, l.ticket, reason); err != nil {
		return false, err
	}
	return true, nil
}

// offerToAllLeft reserves what has become free otherwise, by new hours, more
// counters, an end of a hold, for those whom an offer found no time for.
func (co *core) offerToAllLeft(ctx context.Context) error {
	var runs [][]leftOver
	var earliest []time.Time
	err := co.view(ctx, func(v *view) error {
		left, err := v.leftOvers(ctx)
		runs, earliest = nil, nil
		for i := range left {
			if i == 0 || left[i].run.ID != left[i-1].run.ID {
				runs, earliest = append(runs, nil), append(earliest, v.earliestOf(left[i].run))
			}
			runs[len(runs)-1] = append(runs[len(runs)-1], left[i])
		}
		return err
	})
	if err != nil {
		return err
	}
	for i, left := range runs {
		if err := co.offerAllOf(ctx, left, earliest[i]); err != nil {
			return fmt.Errorf("offer to whom a run left: %w", err)
		}
	}
	return nil
}

// offerAllOf does so for those of one run.
func (co *core) offerAllOf(ctx context.Context, left []leftOver, earliest time.Time) error {
	seek := make([]seeking, len(left))
	for i := range left {
		seek[i] = seeking{left[i].ticket, left[i].branches(), 0}
	}
	f := finding{rules: co.plans.Now(), taken: co.takenIn(ctx)}
	targets, err := f.find(seek, co.time.Now(), earliest)
	if err != nil {
		return err
	}
	for i, target := range targets {
		if target == nil {
			continue
		}
		if err := co.offerFoundLate(ctx, left[i], *target); err != nil {
			return err
		}
	}
	return nil
}

// offerFoundLate makes an offer of what was found from memory, if it still holds.
func (co *core) offerFoundLate(ctx context.Context, l leftOver, target ledger.RunTarget) error {
	branches := []town.BranchID{l.item.Branch, target.Branch}
	slices.Sort(branches)
	err := co.update(ctx, slices.Compact(branches), func(c *change) error {
		left, err := c.leftOvers(ctx)
		if err != nil {
			return err
		}
		for _, now := range left {
			if now.item.Run == l.item.Run && now.item.Place == l.item.Place {
				_, err = c.offerLate(ctx, now, left, target)
				return err
			}
		}
		return nil
	})
	if err == nil {
		co.outbox.signal()
	}
	if problem.Of(err).Kind.Ours() {
		return err
	}
	return nil // taken meanwhile, or it can't be asked: it stays on the list
}

// freedBy is the appointment that a hold would have become.
func freedBy(h ledger.Hold) queue.Ticket {
	return queue.Ticket{Branch: h.Branch, Date: h.Date, Items: h.Items, Start: h.Start, End: h.End, Progress: queue.Progress{Office: h.Office}}
}
