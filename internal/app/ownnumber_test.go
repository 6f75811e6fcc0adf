package app_test

import (
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// TestWhoChoosesAnotherTimeOnTheReservedDateKeepsTheirNumber: the reserved time holds
// it for them, not for somebody else; and it isn't given to anybody afterwards.
func TestWhoChoosesAnotherTimeOnTheReservedDateKeepsTheirNumber(t *testing.T) {
	eachEngine(t, func(t *testing.T, h *townHall) {
		booked := h.book(at(t, thursday, "10:00"))
		h.closes(dayOff(thursday))
		h.deals(offers(t))
		if r := h.reservedFor(booked.Token); r == nil || r.Number != booked.Ticket.Number {
			t.Fatalf("got %+v, want a reserved time with the same number", r)
		}
		moved, err := h.Move(h.ctx(), access.Actor{}, booked.Token, "", at(t, thursday.AddDays(1), "11:00"))
		if err != nil {
			t.Fatal(err)
		}
		if moved.Ticket.Number != booked.Ticket.Number {
			t.Errorf("got number %s, want %s as before", moved.Ticket.Number, booked.Ticket.Number)
		}
	})
}

// TestATimeReservedAgainKeepsTheNumber: what a ticket gave back on a date counted as
// taken there, and whoever was offered it again, after an undone run, a "no" on the
// telephone or an end without an answer, got another number.
func TestATimeReservedAgainKeepsTheNumber(t *testing.T) {
	for name, gone := range map[string]func(h *townHall, run string, ticket town.TicketID){
		"undone": func(h *townHall, run string, _ town.TicketID) {
			h.wantNone(h.Dealings.Undo(h.ctx(), boss(), markt, run))
			h.carriesOut()
		},
		"declined": func(h *townHall, _ string, ticket town.TicketID) {
			h.wantNone(h.AnswerReserved(h.ctx(), with(ledger.RoleReception), markt, ticket, app.ReservedDeclined))
		},
		"not answered": func(h *townHall, _ string, _ town.TicketID) { h.set(at(h.t, tuesday.AddDays(1), "12:00")) },
	} {
		t.Run(name, func(t *testing.T) {
			eachEngine(t, func(t *testing.T, h *townHall) {
				booked := h.book(at(t, thursday, "10:00"))
				h.closes(dayOff(thursday))
				gone(h, h.deals(offers(t)), booked.Ticket.ID)
				d := offers(t)
				d.Until = at(t, tuesday.AddDays(1), "18:00")
				h.deals(d)
				if r := h.reservedFor(booked.Token); r == nil || r.Over || r.Number != booked.Ticket.Number {
					t.Errorf("got %+v, want number %s again", r, booked.Ticket.Number)
				}
			})
		})
	}
}

// TestWhoMovesBackHasTheirNumberAgain: on the day that they left it counted as taken.
func TestWhoMovesBackHasTheirNumberAgain(t *testing.T) {
	eachEngine(t, func(t *testing.T, h *townHall) {
		booked := h.book(at(t, thursday, "10:00"))
		for _, start := range []time.Time{at(t, thursday.AddDays(1), "10:00"), at(t, thursday, "11:00")} {
			moved, err := h.Move(h.ctx(), access.Actor{}, booked.Token, "", start)
			if err != nil || moved.Ticket.Number != booked.Ticket.Number {
				t.Errorf("%s: got number %s, %v; want %s", start, moved.Ticket.Number, err, booked.Ticket.Number)
			}
		}
	})
}
