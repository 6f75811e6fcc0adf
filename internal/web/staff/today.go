package staff

import (
	"context"
	"slices"

	"aufruf/internal/queue"
	"aufruf/internal/web/page"
)

// dayRow is an appointment of the day.
type dayRow struct {
	Time, Number     string
	What             string
	State, StateText string
	Unfit            string   // why it no longer fits; empty: it does
	Beyond           []string // what staff overstepped with it
}

// fillToday lists the day's appointments of this room's offices by their
// start, those that are over too.
func (f *floorPlan) fillToday(ctx context.Context) {
	offices, unfit := f.branch.OfficesOf(f.room), f.unfitWords(ctx, f.view.View, f.branch.ID)
	for _, t := range byStart(f.day.Tickets) {
		if slices.Contains(offices, t.Office) {
			f.view.Today = append(f.view.Today, dayRow{
				Time: f.view.Time(t.Start.In(page.Zone(f.branch))), Number: t.Number.String(), What: f.view.What(f.all, t),
				State: string(t.State), StateText: f.view.T("staff.state." + string(t.State)), Unfit: unfit[t.ID], Beyond: f.beyondWords(f.view.View, t),
			})
		}
	}
}

// beyondWords says what staff overstepped who booked or moved an appointment: the
// number of counters, and what binds citizens.
func (s *Pages) beyondWords(v *View, t queue.Ticket) []string {
	var words []string
	if t.Overbooked {
		words = append(words, v.T("staff.why.overbooked"))
	}
	for _, o := range s.app.Oversteps(t) {
		words = append(words, v.T("staff.number.oversteps_"+string(o)))
	}
	return words
}

// byStart returns the appointments that aren't cancelled, the earliest first.
func byStart(tickets []queue.Ticket) []queue.Ticket {
	booked := slices.DeleteFunc(slices.Clone(tickets), func(t queue.Ticket) bool {
		return t.Kind != queue.Appointment || t.State == queue.Cancelled
	})
	slices.SortStableFunc(booked, func(a, b queue.Ticket) int { return a.Start.Compare(b.Start) })
	return booked
}
