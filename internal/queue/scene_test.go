package queue_test

import (
	"iter"
	"time"

	"pgregory.net/rapid"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// today is a Tuesday on which the Stadthaus opens at nine.
var (
	today   = town.NewDate(2026, 12, 1)
	opening = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
)

// clock returns an instant of today, in minutes from opening.
func clock(minutes int) time.Time { return opening.Add(time.Duration(minutes) * time.Minute) }

func step() queue.Step {
	return queue.Step{
		Now: clock(70), Today: today, Policy: queue.DefaultPolicy(),
		Room: "platz-1", User: "sorge", Office: "standesamt", Service: "urkunde", Seq: 77,
	}
}

// each yields tickets as a day's book keeps them.
func each(tickets ...queue.Ticket) iter.Seq[*queue.Ticket] {
	return func(yield func(*queue.Ticket) bool) {
		for i := range tickets {
			if !yield(&tickets[i]) {
				return
			}
		}
	}
}

// inState returns an appointment at 09:30 as it stands in a state.
func inState(s queue.State) queue.Ticket {
	t := queue.Ticket{
		ID: "t1", Version: 3, Branch: "grimma-markt", Date: today, Number: 417, Kind: queue.Appointment,
		Start: clock(30), End: clock(50), Created: opening.Add(-48 * time.Hour), Order: 12,
		Progress: queue.Progress{Office: "buergerbuero", State: s, SortAt: clock(30)},
	}
	if s.Open() {
		t.Room, t.User = "platz-2", "vogel"
	}
	if s.Open() || s == queue.Parked || s == queue.Done || s == queue.NoShow {
		t.Calls, t.CalledAt, t.CallSeq = 1, clock(31), 40
	}
	if s == queue.Serving || s == queue.Done {
		t.StartedAt = clock(32)
	}
	if s.Ended() {
		t.EndedAt = clock(45)
	}
	if s == queue.Done {
		t.Outcome = queue.Served
	}
	return t
}

func appointment(order int, startMinute int) queue.Ticket {
	t := inState(queue.Booked)
	t.ID, t.Order, t.Number = id(order), town.Seq(order), town.Number(100+order)
	t.Start, t.SortAt = clock(startMinute), clock(startMinute)
	return t
}

func walkIn(order int, arrivalMinute int) queue.Ticket {
	t := inState(queue.Waiting)
	t.ID, t.Order, t.Number = id(order), town.Seq(order), town.Number(100+order)
	t.Kind, t.Start, t.End = queue.WalkIn, time.Time{}, time.Time{}
	t.Created, t.CheckedIn = clock(arrivalMinute), clock(arrivalMinute)
	t.SortAt = queue.SortTime(queue.WalkIn, time.Time{}, t.Created, queue.DefaultPolicy())
	return t
}

func id(order int) town.TicketID {
	return town.TicketID(rune('a'+order%26)) + town.TicketID(rune('0'+order/26))
}

// genTicket draws a ticket of today as its life may have left it.
func genTicket(order int) *rapid.Generator[queue.Ticket] {
	return rapid.Custom(func(t *rapid.T) queue.Ticket {
		minute := rapid.IntRange(0, 48).Draw(t, "minute") * 10
		ticket := appointment(order, minute)
		if rapid.Bool().Draw(t, "walk-in") {
			ticket = walkIn(order, minute)
		}
		ticket.Priority = rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "priority")
		ticket.Office = rapid.SampledFrom([]town.OfficeID{"buergerbuero", "standesamt"}).Draw(t, "office")
		for range rapid.IntRange(0, 6).Draw(t, "steps") {
			a := rapid.SampledFrom(queue.Actions()).Draw(t, "action")
			ticket, _ = ticket.Apply(a, genStep().Draw(t, "step"))
		}
		return ticket
	})
}

func genStep() *rapid.Generator[queue.Step] {
	return rapid.Custom(func(t *rapid.T) queue.Step {
		policy := queue.DefaultPolicy()
		policy.After = rapid.IntRange(0, 3).Draw(t, "after") == 3
		policy.CallsToNoShow = rapid.IntRange(0, 3).Draw(t, "calls")
		return queue.Step{
			Now:      clock(rapid.IntRange(-60, 600).Draw(t, "now")),
			Today:    today,
			Policy:   policy,
			Room:     rapid.SampledFrom([]town.RoomID{"platz-1", "platz-2"}).Draw(t, "room"),
			User:     rapid.SampledFrom([]town.UserID{"sorge", "vogel"}).Draw(t, "user"),
			Office:   rapid.SampledFrom([]town.OfficeID{"buergerbuero", "standesamt"}).Draw(t, "to office"),
			OnlyRoom: rapid.SampledFrom([]town.RoomID{"", "", "platz-2"}).Draw(t, "to room"),
			Service:  rapid.SampledFrom([]town.ServiceID{"reisepass", "urkunde"}).Draw(t, "for service"),
			Seq:      town.Seq(rapid.IntRange(1, 999).Draw(t, "seq")),
		}
	})
}

// genTickets draws the tickets of a day in any order.
func genTickets() *rapid.Generator[[]queue.Ticket] {
	return rapid.Custom(func(t *rapid.T) []queue.Ticket {
		tickets := make([]queue.Ticket, rapid.IntRange(0, 25).Draw(t, "tickets"))
		for i := range tickets {
			tickets[i] = genTicket(i).Draw(t, "ticket")
		}
		return rapid.Permutation(tickets).Draw(t, "order")
	})
}
