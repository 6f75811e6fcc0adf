package app_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// BenchmarkBookingOfAStranger books in turn as somebody who isn't counted and as a
// stranger who is (what their networks took, and the rush), with 50,000
// appointments on record; it tells both medians, and what the second is of the first.
func BenchmarkBookingOfAStranger(b *testing.B) {
	h := openTownHall(b)
	fillDays(b, h, 50_000/daysAhead)
	starts := freeStarts(b, h)
	var without, with []time.Duration
	took := func(i int, origin string) time.Duration {
		began := time.Now()
		_, err := h.Book(h.ctx(), access.Actor{Origin: origin}, app.BookRequest{
			Wanted: pinAtMarkt, Start: starts[i%len(starts)], Person: app.Person{Name: "Ada Beispiel", Email: fmt.Sprintf("ada-%d@example.org", i)},
		})
		if err != nil {
			b.Fatal(err)
		}
		return time.Since(began)
	}
	n := 0
	for b.Loop() {
		without = append(without, took(2*n, ""))
		with = append(with, took(2*n+1, fmt.Sprintf("2001:db8:%x::/64", n)))
		n++
		if n%10 == 0 { // a quiet day: no rush
			h.set(h.clock().Add(time.Hour))
		}
	}
	half := func(all []time.Duration) float64 {
		slices.Sort(all)
		return float64(all[len(all)/2].Microseconds())
	}
	b.ReportMetric(half(without), "µs-uncounted")
	b.ReportMetric(half(with), "µs-counted")
	b.ReportMetric(half(with)/half(without), "counted/uncounted")
}

// fillDays stores so many appointments of others a day.
func fillDays(b *testing.B, h *townHall, perDay int) {
	b.Helper()
	for day := 1; day <= daysAhead; day++ {
		date := tuesday.AddDays(day)
		err := h.store.Update(h.ctx(), []town.BranchID{markt}, func(tx ledger.Tx) error {
			for n := range perDay {
				t := queue.Ticket{
					ID: town.TicketID(fmt.Sprint(date, "-", n)), Version: 1, Branch: markt, Date: date, Number: town.Number(100 + n),
					Kind: queue.Appointment, Start: at(b, date, "05:00"), End: at(b, date, "05:10"), Language: town.German, Created: h.clock(),
					Progress: queue.Progress{Office: "buergerbuero", State: queue.Booked, SortAt: at(b, date, "05:00")},
				}
				if _, err := tx.Numbers().Take(h.ctx(), markt, date, t.Number, h.clock()); err != nil {
					return err
				}
				if err := tx.Tickets().Insert(h.ctx(), t); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
