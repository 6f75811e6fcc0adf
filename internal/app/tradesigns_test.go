package app_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// manages is the manager of a branch.
func manages(role ledger.Role) access.Actor {
	actor := staff("chefin")
	actor.User.Role = role
	return actor
}

// signs are what looks like trade at the Markt today, in words.
func (h *townHall) signs() string {
	h.t.Helper()
	got, err := h.Figures.TradeSigns(h.ctx(), manages(ledger.RoleManager), markt)
	if err != nil {
		h.t.Fatal(err)
	}
	said := ""
	for _, series := range got.Series {
		gone := 0
		for _, m := range series {
			if m.Gone {
				gone++
			}
		}
		said += fmt.Sprintf("%d of one, %d given back; ", len(series), gone)
	}
	for _, p := range got.Passed {
		said += fmt.Sprintf("%s passed on, same %v; ", p.Again.Start.In(berlin(h.t)).Format("15:04"), p.Same)
	}
	return said
}

// Managers see many of one network, also what was confirmed beyond the limits, and what
// was given back and booked again at once. Staff's own bookings are none of it, and the
// next day nothing of it is known.
func TestManagersSeeWhatLooksLikeTrade(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		h.fewPlaces()
		day := h.startsOn(tuesday.AddDays(7))
		for _, start := range day[:3] {
			if err := h.bookFrom("192.0.2.7", start); err != nil {
				t.Fatal(err)
			}
		}
		for _, start := range day[3:6] { // beyond the share
			if err := h.bookFrom("192.0.2.7", start); err != errConfirmFirst {
				t.Fatalf("got %v, want it to wait", err)
			}
			if _, err := h.Confirm(h.ctx(), h.confirmLink()); err != nil {
				t.Fatal(err)
			}
		}
		for i, start := range day[10:16] {
			r := wants(start)
			r.Person.Email = fmt.Sprintf("staff-%d@example.org", i)
			if _, err := h.Book(h.ctx(), staff(clerk), r); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := h.signs(), "6 of one, 0 given back; "; got != want {
			t.Errorf("many of one: got %q, want %q", got, want)
		}
		r := wants(day[20])
		r.Person.Email = "seller@example.org"
		sold, err := h.Book(h.ctx(), access.Actor{Origin: "198.51.100.7"}, r)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Cancel(h.ctx(), access.Actor{Origin: "198.51.100.7"}, sold.Token); err != nil {
			t.Fatal(err)
		}
		h.set(h.clock().Add(time.Minute))
		r.Person.Email = "buyer@example.org"
		if _, err := h.Book(h.ctx(), access.Actor{Origin: "198.51.100.7"}, r); err != nil {
			t.Fatal(err)
		}
		want := "6 of one, 0 given back; " + day[20].In(berlin(t)).Format("15:04") + " passed on, same true; "
		if got := h.signs(); got != want {
			t.Errorf("passed on: got %q, want %q", got, want)
		}
		h.set(h.clock().AddDate(0, 0, 1))
		if got := h.signs(); got != "" {
			t.Errorf("the next day: got %q, want nothing", got)
		}
		if _, err := h.Figures.TradeSigns(h.ctx(), manages(ledger.RoleClerk), markt); err == nil {
			t.Error("a clerk saw it")
		}
	})
}

// BenchmarkTradeSigns is a day on which a thousand strangers book, in a town with
// 50,000 appointments.
func BenchmarkTradeSigns(b *testing.B) {
	h := openTownHall(b)
	h.fills(50_000, 1_000)
	for b.Loop() {
		if _, err := h.Figures.TradeSigns(h.ctx(), manages(ledger.RoleManager), markt); err != nil {
			b.Fatal(err)
		}
	}
}

// fills stores appointments of days to come, of which strangers have made some today,
// each network five, and of which every tenth was given back.
func (h *townHall) fills(appointments, today int) {
	h.t.Helper()
	err := h.store.Update(h.ctx(), []town.BranchID{markt}, func(tx ledger.Tx) error {
		for i := range appointments {
			date := tuesday.AddDays(1 + i/800)
			t := queue.Ticket{
				ID: town.TicketID(fmt.Sprintf("t-%05d", i)), Version: 1, Branch: markt, Date: date, Number: town.Number(100 + i%800),
				Kind: queue.Appointment, Items: one(pin), Start: at(h.t, date, "09:00"), End: at(h.t, date, "09:10"), Online: true,
				Created: h.clock().AddDate(0, 0, -1), Language: town.German,
				Progress:  queue.Progress{Office: "buergerbuero", State: queue.Booked, SortAt: at(h.t, date, "09:00")},
				TokenHash: fmt.Appendf(nil, "%032d", i),
			}
			t.Order = town.Seq(i + 1)
			if i >= today {
				if err := tx.Tickets().Insert(h.ctx(), t); err != nil {
					return err
				}
				continue
			}
			t.Created = h.clock()
			if i%10 == 0 {
				t.State = queue.Cancelled
			}
			err := errors.Join(
				tx.Tickets().Insert(h.ctx(), t),
				tx.Takings().Put(h.ctx(),
					ledger.Taking{Hash: fmt.Appendf(nil, "made %d", i/5), Ticket: t.ID, Date: tuesday, At: t.Created},
					ledger.Taking{Hash: fmt.Appendf(nil, "seen %d", i/5), Ticket: t.ID, Date: tuesday, At: t.Created}))
			if err == nil && i%10 == 0 {
				err = tx.Audit().Put(h.ctx(), ledger.AuditEntry{At: t.Created, Branch: markt, Actor: "citizen", Action: "cancelled", Ticket: t.ID, Number: t.Number})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}
