package app_test

import (
	"testing"

	"aufruf/internal/access"
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
