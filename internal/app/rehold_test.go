package app_test

import (
	"sync"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// rehold asks for another time instead of the one that is held.
func (h *townHall) rehold(earlier string, start time.Time) (app.HeldSlot, error) {
	return h.Rehold(h.ctx(), access.Actor{}, earlier, wants(start).Wanted, start)
}

// TestAskingForATimeThatIsGoneKeepsTheTimeOneHolds: the earlier hold was given
// back before anybody knew whether the new one would stand.
func TestAskingForATimeThatIsGoneKeepsTheTimeOneHolds(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		mine, gone := at(t, tuesday, "09:20"), at(t, tuesday, "10:40")
		held := h.hold(access.Actor{}, mine)
		for h.free(gone) > 0 {
			h.book(gone)
		}
		if _, err := h.rehold(held.ID, gone); !problem.Is(err, "booking.slot_taken") {
			t.Fatalf("got %v, want booking.slot_taken", err)
		}
		kept, err := h.HeldSlot(h.ctx(), held.ID)
		if err != nil || !kept.Start.Equal(mine) {
			t.Errorf("got %v, %v; want the time that was held", kept, err)
		}
	})
}

func TestAnotherTimeTakesThePlaceOfTheOneThatIsHeld(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		first, second := at(t, tuesday, "09:20"), at(t, tuesday, "09:30")
		before := h.free(first)
		held := h.hold(access.Actor{}, first)
		other, err := h.rehold(held.ID, second) // overlaps the first: its own hold makes room
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.HeldSlot(h.ctx(), held.ID); !problem.Is(err, "hold.unknown") {
			t.Errorf("the earlier hold: got %v, want hold.unknown", err)
		}
		again, err := h.rehold(other.ID, second)
		if err != nil || again.ID != other.ID {
			t.Errorf("the same time again: got %q, %v; want %q", again.ID, err, other.ID)
		}
		if err := h.ReleaseHold(h.ctx(), other.ID); err != nil {
			t.Fatal(err)
		}
		if got := h.free(first); got != before {
			t.Errorf("afterwards: got %d free, want %d", got, before)
		}
	})
}

// TestManyWhoChangeTheirTimeToTheLastOneKeepTheirOwn: of those who ask at once
// as many get it as there is room; the others still hold what they held.
func TestManyWhoChangeTheirTimeToTheLastOneKeepTheirOwn(t *testing.T) {
	onEachEngine(t, func(t *testing.T, open func(func(ledger.Store) ledger.Store) *townHall) {
		h := open(func(s ledger.Store) ledger.Store { return s })
		last := at(t, tuesday, "11:40")
		room := h.free(last)
		var holds []app.HeldSlot
		for _, clock := range []string{"09:00", "09:20", "09:40", "10:00", "10:20", "10:40"} {
			for h.free(at(t, tuesday, clock)) > 0 && len(holds) < 3*room {
				holds = append(holds, h.hold(access.Actor{}, at(t, tuesday, clock)))
			}
		}
		results := make([]error, len(holds))
		var all sync.WaitGroup
		for i, held := range holds {
			all.Go(func() { _, results[i] = h.rehold(held.ID, last) })
		}
		all.Wait()
		got := 0
		for i, err := range results {
			if err == nil {
				got++
				continue
			}
			if !problem.Is(err, "booking.slot_taken") {
				t.Errorf("got %v", err)
			}
			if _, err := h.HeldSlot(h.ctx(), holds[i].ID); err != nil {
				t.Errorf("a refused one lost its hold: %v", err)
			}
		}
		if got != room {
			t.Errorf("got %d, want %d", got, room)
		}
	})
}

// TestStaffOfAnotherBranchChangeNoHeldTimeThere: a right that Hold asks for, and
// Rehold only where nothing was held before.
func TestStaffOfAnotherBranchChangeNoHeldTimeThere(t *testing.T) {
	h := openTownHall(t)
	first, second := at(t, tuesday, "09:20"), at(t, tuesday, "09:40")
	held := h.hold(access.Actor{}, first)
	elsewhere := staff(clerk)
	elsewhere.User.Branches = []town.BranchID{nera}
	for _, earlier := range []string{"", held.ID} {
		if _, err := h.Rehold(h.ctx(), elsewhere, earlier, wants(second).Wanted, second); problem.Of(err).Kind != problem.Forbidden {
			t.Errorf("earlier %q: got %v, want a refusal", earlier, err)
		}
	}
	if _, err := h.HeldSlot(h.ctx(), held.ID); err != nil {
		t.Errorf("the hold is gone: %v", err)
	}
}
