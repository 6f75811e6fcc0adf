package live_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"aufruf/internal/live"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

func (h *liveBranch) queue(f *live.Frame) wire.Queue {
	h.t.Helper()
	var q wire.Queue
	for _, raw := range f.Messages {
		h.must(json.Unmarshal(raw, &q))
	}
	return q
}

// A queue that couldn't be read once is read again, although nothing happens.
func TestAPersonWhoWaitsIsToldAlthoughAReadFailed(t *testing.T) {
	onEachEngine(t, quick(), func(t *testing.T, h *liveBranch) {
		h.run()
		station := h.station()
		other := h.node(live.NewPresence())
		h.store.Fail("Tickets.OfDay", errForced, 3)
		h.waits(other)
		h.eventually(func() bool { return len(h.queue(h.frame(station.Latest())).Waiting) == 1 })
	})
}

// A desk that is connected over midnight gets the new day's queue, on the days
// too on which the clocks change: a day of 25 hours ends an hour later.
func TestADeskConnectedOverMidnightGetsANewQueue(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []town.Date{
		town.NewDate(2026, time.December, 1), town.NewDate(2027, time.March, 28), town.NewDate(2027, time.October, 31),
	} {
		t.Run(fmt.Sprint(day), func(t *testing.T) {
			onEachEngine(t, quick(), func(t *testing.T, h *liveBranch) {
				start := day.Start(berlin)
				midnight := day.AddDays(1).Start(berlin)
				h.set(midnight.Add(-time.Hour))
				station := h.station() // its session isn't over at midnight
				h.set(start.Add(10 * time.Hour))
				h.waits(h.App)
				h.run()
				if got := h.queue(h.frame(station.Latest())); len(got.Waiting) != 1 {
					t.Fatalf("by day: got %+v, want who waits", got)
				}
				h.set(midnight.Add(-time.Second))
				h.eventually(h.looksTwice())
				select {
				case f := <-station.Latest():
					t.Errorf("a second before midnight: got %+v", h.queue(f))
				default:
				}
				h.set(midnight)
				if got := h.queue(h.frame(station.Latest())); len(got.Waiting) != 0 {
					t.Errorf("at midnight: got %+v, want nobody of yesterday", got)
				}
			})
		})
	}
}

// looksTwice tells when each tail has looked again since, with the clock as it
// was set before.
func (h *liveBranch) looksTwice() func() bool {
	before := h.store.Steps()
	return func() bool { return h.store.Steps() > before+16 }
}
