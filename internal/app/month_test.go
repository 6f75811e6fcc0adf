package app_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// counted is a store that counts transactions. Without one there is no
// statement.
type counted struct {
	ledger.Store
	transactions atomic.Int64
}

func (c *counted) View(ctx context.Context, fn func(ledger.Tx) error) error {
	c.transactions.Add(1)
	return c.Store.View(ctx, fn)
}

func (c *counted) Update(ctx context.Context, branches []town.BranchID, fn func(ledger.Tx) error) error {
	c.transactions.Add(1)
	return c.Store.Update(ctx, branches, fn)
}

// busyTown is a branch with eight counters and appointments on record, most of
// every day of eighty.
func busyTown(t testing.TB, appointments int) (*townHall, *counted) {
	t.Helper()
	var store *counted
	h := openTownHallWith(t, func(s ledger.Store) ledger.Store {
		store = &counted{Store: s}
		return store
	})
	h.office(`closures: []
        horizon_days: 120
        opening:
          - days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]
            hours: [06:00-20:00]
            on_holidays: true
            capacity: {online: 8, staff: 8, counters: 8}`)
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    closures: []\n")
	const perDay = 600
	err := store.Store.Update(t.Context(), []town.BranchID{markt}, func(tx ledger.Tx) error {
		for i := range appointments {
			if err := tx.Tickets().Insert(t.Context(), onRecord(t, i, perDay)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return h, store
}

func onRecord(t testing.TB, i, perDay int) queue.Ticket {
	date := tuesday.AddDays(1 + i/perDay)
	of := i % perDay
	start := at(t, date, "06:00").Add(time.Duration(of/8) * 10 * time.Minute)
	return queue.Ticket{
		ID: town.TicketID(fmt.Sprint("t", i)), Version: 1, Branch: markt, Date: date, Number: town.Number(100 + of),
		Kind: queue.Appointment, Items: one(pin), Start: start, End: start.Add(10 * time.Minute), Online: true,
		Language: town.German, Created: start, Order: town.Seq(i + 1), TokenHash: []byte(fmt.Sprint("hash", i)),
		Progress: queue.Progress{Office: "buergerbuero", State: queue.Booked, SortAt: start},
	}
}

func TestAWarmCalendarAsksNoDatabase(t *testing.T) {
	h, store := busyTown(t, 2000)
	month := func() daybook.Calendar {
		calendar, err := h.Memory.Days(h.ctx(), pinAtMarkt, tuesday, tuesday.AddDays(30))
		if err != nil {
			t.Fatal(err)
		}
		return calendar
	}
	before := month()
	store.transactions.Store(0)
	for range 10 {
		month()
	}
	if got := store.transactions.Load(); got != 0 {
		t.Errorf("got %d transactions for ten months, want none", got)
	}
	h.book(at(t, tuesday, "10:00"))
	if got, want := month().Days[0].Free, before.Days[0].Free; got > want {
		t.Errorf("after a booking: got %d free, want at most %d", got, want)
	}
}

// TestACalendarIsComputedAnewInTime: neither a second's passing, nor a hold, nor
// another question finds an older answer.
func TestACalendarIsComputedAnewInTime(t *testing.T) {
	h := openTownHall(t)
	free := func(w plan.Wanted, from town.Date) int {
		calendar, err := h.Memory.Days(h.ctx(), w, from, from)
		if err != nil {
			t.Fatal(err)
		}
		return calendar.Days[0].Free
	}
	wednesday := tuesday.AddDays(1)
	h.set(at(t, tuesday, "12:00"))
	before := free(pinAtMarkt, tuesday)
	if got, want := free(pinAtMarkt, wednesday), free(pinAtMarkt, wednesday.AddDays(1)); got == want && got == before {
		t.Fatalf("all days have %d free times, so nothing can be told apart", got)
	}
	start := at(t, tuesday, "16:00")
	var held []app.HeldSlot
	for h.free(start) > 0 {
		hold, err := h.Hold(h.ctx(), access.Actor{}, pinAtMarkt, start)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, hold)
	}
	if got := free(pinAtMarkt, tuesday); got >= before {
		t.Errorf("with holds: got %d free, want fewer than %d", got, before)
	}
	h.set(held[len(held)-1].Expires.Add(time.Second))
	if got := free(pinAtMarkt, tuesday); got != before {
		t.Errorf("after the holds: got %d free, want %d again", got, before)
	}
	h.set(at(t, tuesday, "16:30"))
	if got := free(pinAtMarkt, tuesday); got >= before {
		t.Errorf("in the afternoon: got %d free, want fewer than %d", got, before)
	}
	staff := pinAtMarkt
	staff.Staff = true
	if got, online := free(staff, wednesday), free(pinAtMarkt, wednesday); got < online {
		t.Errorf("staff: got %d free, want at least the citizens' %d", got, online)
	}
}

// TestACalendarIsExactWithinItsSecond: at nine sharp the start at nine can be
// booked without lead time, a moment later it can't.
func TestACalendarIsExactWithinItsSecond(t *testing.T) {
	h := openTownHall(t)
	h.office("lead_minutes: 0")
	free := func() int {
		calendar, err := h.Memory.Days(h.ctx(), pinAtMarkt, tuesday, tuesday)
		if err != nil {
			t.Fatal(err)
		}
		return calendar.Days[0].Free
	}
	nine := at(t, tuesday, "09:00")
	h.set(nine)
	sharp := free()
	h.set(nine.Add(time.Millisecond))
	if got, want := free(), sharp-1; got != want {
		t.Errorf("a moment after nine: got %d free, want %d", got, want)
	}
	h.set(nine)
	if got := free(); got != sharp {
		t.Errorf("at nine: got %d free, want %d again", got, sharp)
	}
}

func BenchmarkMonthOf48000Appointments(b *testing.B) {
	h, store := busyTown(b, 48_000)
	if _, err := h.Memory.Days(h.ctx(), pinAtMarkt, tuesday, tuesday.AddDays(30)); err != nil {
		b.Fatal(err)
	}
	store.transactions.Store(0)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Memory.Days(h.ctx(), pinAtMarkt, tuesday, tuesday.AddDays(30)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(store.transactions.Load())/float64(b.N), "transactions/op")
}

// BenchmarkMonthOfANewSecond computes it each time.
func BenchmarkMonthOfANewSecond(b *testing.B) {
	h, _ := busyTown(b, 48_000)
	now := h.clock()
	for b.Loop() {
		now = now.Add(time.Second)
		h.set(now)
		if _, err := h.Memory.Days(h.ctx(), pinAtMarkt, tuesday, tuesday.AddDays(30)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMonthAfterABooking brings one changed day up to date for each.
func BenchmarkMonthAfterABooking(b *testing.B) {
	h, _ := busyTown(b, 48_000)
	start := at(b, tuesday, "19:00")
	for b.Loop() {
		held, err := h.Hold(h.ctx(), access.Actor{}, pinAtMarkt, start)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := h.Memory.Days(h.ctx(), pinAtMarkt, tuesday, tuesday.AddDays(30)); err != nil {
			b.Fatal(err)
		}
		if err := h.ReleaseHold(h.ctx(), held.ID); err != nil {
			b.Fatal(err)
		}
	}
}
