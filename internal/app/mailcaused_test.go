package app_test

import (
	"fmt"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// A stranger had a victim sent as many mails as there are times to book, to move
// to and to wait for.
func TestStrangersCauseThreeMailsADay(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.office("max_per_email: 0")
		nth := 0
		stranger := func() access.Actor {
			nth++
			return from(fmt.Sprintf("198.51.100.%d", nth))
		}
		book := func(email string) (app.Appointment, error) {
			r := wants(at(t, tuesday, fmt.Sprintf("14:%d0", nth%6)))
			r.Person.Email = email
			return h.Book(h.ctx(), stranger(), r)
		}
		first, err := book("victim@example.org")
		if err != nil {
			t.Fatal(err)
		}
		second, err := book("Victim@Example.org")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Move(h.ctx(), stranger(), first.Token, "", at(t, tuesday, "15:00")); err != nil {
			t.Fatal(err)
		}
		if _, err := book("victim+label@example.org"); !problem.Is(err, "booking.too_many") {
			t.Errorf("a booking: got %v, want it refused", err)
		}
		if _, err := h.Move(h.ctx(), stranger(), second.Token, "", at(t, tuesday, "15:10")); !problem.Is(err, "booking.too_many") {
			t.Errorf("a move: got %v, want it refused", err)
		}
		if err := h.Wishes.Leave(h.ctx(), stranger(), atNight(wishFor(tuesday.AddDays(9), "victim@example.org"))); err != nil {
			t.Errorf("a wish: got %v, want the answer that everybody gets", err)
		}
		if left, err := h.Links(h.ctx()); err != nil || len(left) != 0 {
			t.Errorf("got %d links, %v; want none", len(left), err)
		}
		if after, err := h.Appointment(h.ctx(), second.Token); err != nil || !after.Ticket.Start.Equal(second.Ticket.Start) {
			t.Errorf("refused, and moved all the same: %v", err)
		}
		if err := h.Cancel(h.ctx(), stranger(), second.Token); err != nil {
			t.Errorf("a cancellation doesn't wait: %v", err)
		}
		got := lettersByKind(h.letters())
		caused := got["confirmation victim@example.org"] + got["confirmation Victim@Example.org"] + got["change victim@example.org"]
		if got["cancellation Victim@Example.org"] != 1 || caused > 3 || len(got) > 3 {
			t.Errorf("got %v, want three mails and the cancellation's", got)
		}
		r := wants(at(t, tuesday, "15:30"))
		r.Person.Email = "victim@example.org"
		if _, err := h.Book(h.ctx(), staff(clerk), r); err != nil {
			t.Errorf("the office: %v", err)
		}
		h.set(at(t, tuesday.AddDays(1), "08:00"))
		r = wants(at(t, tuesday.AddDays(2), "14:00"))
		r.Person.Email = "victim@example.org"
		if _, err := h.Book(h.ctx(), stranger(), r); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}

// Two bookings at two branches hold nothing in common but the address.
func TestTheThirdMailIsCausedOnceAtTwoBranches(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.office("max_per_email: 0")
		book := func(branch town.BranchID, start time.Time) func() error {
			return func() error {
				r := wants(start)
				r.Branch = branch
				r.Person.Email = "victim@example.org"
				_, err := h.Book(h.ctx(), from("192.0.2.1"), r)
				return err
			}
		}
		for i := range 2 {
			if err := book(markt, at(t, tuesday, fmt.Sprintf("14:%d0", i)))(); err != nil {
				t.Fatal(err)
			}
		}
		calendar, err := h.Memory.Days(h.ctx(), plan.Wanted{Branch: nera, Items: one(pin)}, tuesday, tuesday.AddDays(30))
		if err != nil || calendar.NextFree == nil {
			t.Fatal("no time at the other branch", err)
		}
		slots, err := h.Memory.Slots(h.ctx(), plan.Wanted{Branch: nera, Items: one(pin)}, *calendar.NextFree)
		if err != nil {
			t.Fatal(err)
		}
		first, second := s.Meanwhile("Tickets.Insert", book(markt, at(t, tuesday, "15:00")), book(nera, slots[0].Start))
		if first != nil || !problem.Is(second, "booking.too_many") {
			t.Errorf("got %v and %v, want the second refused", first, second)
		}
	})
}

// Whoever has pressed the button in a mail today reads what goes there.
func TestAProvedAddressMayHaveMoreMails(t *testing.T) {
	h := openTownHall(t)
	h.office("max_per_email: 0")
	h.wish(atNight(wishFor(tuesday.AddDays(9), "ada@example.org")))
	for i := range 22 {
		r := wants(at(t, tuesday.AddDays(2), "09:00").Add(time.Duration(i/2) * 10 * time.Minute))
		_, err := h.Book(h.ctx(), from(fmt.Sprintf("198.51.100.%d", i)), r)
		if refused := problem.Is(err, "booking.too_many"); refused != (i >= 20) || err != nil && !refused {
			t.Fatalf("booking %d: got %v", i+1, err)
		}
	}
}
