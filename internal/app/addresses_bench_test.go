package app_test

import (
	"fmt"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Half a year of appointments, as far ahead as a wish may reach.
const (
	daysAhead = 180
	perDay    = 30
)

// BenchmarkAddress looks an address up among the appointments of half a year:
// what the limit per address adds to a booking.
func BenchmarkAddress(b *testing.B) {
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			h := openTownHallOn(b, engine.open(b), func(s ledger.Store) ledger.Store { return s })
			h.office("max_per_email: 1")
			h.book(at(b, tuesday, "13:00"))
			fillHalfAYear(b, h)
			for b.Loop() {
				if _, err := h.Book(h.ctx(), access.Actor{}, wants(at(b, tuesday, "14:00"))); !problem.Is(err, "booking.too_many_per_email") {
					b.Fatal(err)
				}
			}
		})
	}
}

// fillHalfAYear stores appointments of others.
func fillHalfAYear(b *testing.B, h *townHall) {
	b.Helper()
	err := h.store.Update(h.ctx(), []town.BranchID{markt}, func(tx ledger.Tx) error {
		for day := 1; day <= daysAhead; day++ {
			date := tuesday.AddDays(day)
			for n := range perDay {
				t := queue.Ticket{
					ID: town.TicketID(fmt.Sprint(date, "-", n)), Version: 1, Branch: markt, Date: date, Number: town.Number(100 + n),
					Kind: queue.Appointment, Start: at(b, date, "10:00"), End: at(b, date, "10:10"), Language: town.German, Created: h.clock(),
					Progress: queue.Progress{Office: "buergerbuero", State: queue.Booked, SortAt: at(b, date, "10:00")},
				}
				if err := tx.Tickets().Insert(h.ctx(), t); err != nil {
					return err
				}
				email := []byte(fmt.Sprintf("%032d", day*perDay+n))
				if err := tx.Personal().Put(h.ctx(), ledger.Sealed{Ticket: t.ID, Branch: markt, Date: date, Email: email, Body: make([]byte, 400)}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkWish leaves a wish, confirms it and withdraws it, where as many others
// wait for the same service as may.
func BenchmarkWish(b *testing.B) {
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			h := openTownHallOn(b, engine.open(b), func(s ledger.Store) ledger.Store { return s })
			for i := range 999 {
				h.wish(atNight(wishFor(tuesday.AddDays(1+i%daysAhead), fmt.Sprintf("%d@example.org", i))))
			}
			for n := 0; b.Loop(); n++ {
				h.set(h.clock().Add(time.Millisecond))
				if err := h.Wishes.Leave(h.ctx(), access.Actor{}, atNight(wishFor(tuesday.AddDays(daysAhead), fmt.Sprintf("new%d@example.org", n)))); err != nil {
					b.Fatal(err)
				}
				if err := h.Wishes.Withdraw(h.ctx(), h.confirmAll()[0].Wish); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
