package app

import (
	"context"
	"slices"
	"time"

	"aufruf/internal/booking"
	"aufruf/internal/daybook"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Hall is what a waiting room reads of the day while nobody is called.
type Hall struct {
	Offices []HallOffice  // in the catalogue's order, those alone that call by the screen
	Next    []town.Number // whom the desks would call next, in call order
}

// HallOffice is an office on this day.
type HallOffice struct {
	ID      town.OfficeID
	Hours   []booking.Interval // of appointments and of those who come without one, joined
	Waiting int                // people who are here, or whose time has come
	// Admits: people are taken now without an appointment, and wait from Low to High
	// minutes.
	Admits    bool
	Low, High int
}

// Hall returns what a screen of some offices (none: of all) tells of the day. Errors:
// NotFound for an unknown branch.
func (a *App) Hall(ctx context.Context, branch town.BranchID, offices []town.OfficeID) (Hall, error) {
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return Hall{}, err
	}
	var hall Hall
	err = a.view(ctx, func(v *view) error {
		hall = Hall{}
		book, err := v.day(ctx, b, b.Today(v.now))
		if err != nil {
			return err
		}
		var line Line
		line.sort(b, book.List())
		for i := range b.Offices {
			o := &b.Offices[i]
			if o.Retired || len(offices) > 0 && !slices.Contains(offices, o.ID) || b.ModeOf(o.ID, b.Today(v.now)) != town.CallScreen {
				continue
			}
			shown, err := v.hallOffice(ctx, a, b, o.ID, book)
			if err != nil {
				return err
			}
			hall.Offices = append(hall.Offices, shown)
		}
		hall.call(b, line.Waiting, v.now)
		return nil
	})
	return hall, err
}

// call counts who waits, and tells who would be called next.
func (h *Hall) call(b *plan.Branch, waiting []queue.Ticket, now time.Time) {
	for _, t := range waiting {
		i := slices.IndexFunc(h.Offices, func(o HallOffice) bool { return o.ID == t.Office })
		if i < 0 || t.CallableFrom(b.Policy(t.Office)).After(now) {
			continue
		}
		h.Offices[i].Waiting++
		h.Next = append(h.Next, t.Number)
	}
}

func (v *view) hallOffice(ctx context.Context, a *App, b *plan.Branch, id town.OfficeID, book *daybook.Day) (HallOffice, error) {
	shown := HallOffice{ID: id}
	o, ok := b.PlanOf[id]
	if !ok {
		return shown, nil
	}
	today := b.Today(v.now)
	shown.Hours = eitherOf(o.Booking.OpenIntervals(today), o.Booking.WalkInHours(today))
	if !o.Booking.WalkInOpen(v.now) {
		return shown, nil
	}
	pace, err := a.paces.seen(ctx, v, paceKey{b.ID, id, today})
	if err != nil {
		return shown, err
	}
	newcomer := queue.Ticket{Branch: b.ID, Date: today, Kind: queue.WalkIn, Created: v.now, Progress: queue.Progress{
		Office: id, State: queue.Waiting, CheckedIn: v.now, SortAt: queue.SortTime(queue.WalkIn, time.Time{}, v.now, o.Queue),
	}}
	s := standing(v.rules, b, book, pace, newcomer, v.now)
	shown.Admits, shown.Low, shown.High = true, s.Low, s.High
	return shown, nil
}

// eitherOf returns the union of two lists of intervals, in order.
func eitherOf(one, other []booking.Interval) []booking.Interval {
	all := slices.Concat(one, other)
	slices.SortFunc(all, func(a, b booking.Interval) int { return int(a.From) - int(b.From) })
	var union []booking.Interval
	for _, iv := range all {
		if last := len(union) - 1; last >= 0 && iv.From <= union[last].To {
			union[last].To = max(union[last].To, iv.To)
			continue
		}
		union = append(union, iv)
	}
	return union
}
