package app_test

import (
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
)

func TestACancelledTimeCoolsDownForCitizensOnly(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(3)
	h.only(day, "cool_down_minutes: 30")
	start := at(t, day, "09:20")
	tokens := h.fill(day)
	h.cancel(tokens[start.Unix()][0])
	if got := h.free(start); got != 0 {
		t.Errorf("just cancelled: got %d free online, want 0", got)
	}
	slots, err := h.Memory.Slots(h.ctx(), plan.Wanted{Branch: markt, Items: one(pin), Staff: true}, day)
	if err != nil {
		t.Fatal(err)
	}
	free := map[int64]int{}
	for _, s := range slots {
		free[s.Start.Unix()] = s.Free
	}
	if got, want := free[start.Unix()], 2; got != want {
		t.Errorf("staff: got %d free, want %d", got, want)
	}
	if _, err := h.Book(h.ctx(), access.Actor{}, wants(start)); !problem.Is(err, "booking.slot_taken") {
		t.Errorf("citizen: got %v, want booking.slot_taken", err)
	}
	h.set(h.clock().Add(30*time.Minute + time.Second))
	if got, want := h.free(start), 1; got != want {
		t.Errorf("cooled down: got %d free, want %d", got, want)
	}
}

func TestTheCoolDownEndsAtRandom(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(3)
	h.only(day, "cool_down_minutes: 60")
	now := h.clock()
	for _, tokens := range h.fill(day) {
		for _, token := range tokens {
			h.cancel(token)
		}
	}
	ends := map[int]bool{}
	for minute := range 61 {
		h.set(now.Add(time.Duration(minute) * time.Minute))
		slots, err := h.Memory.Slots(h.ctx(), plan.Wanted{Branch: markt, Items: one(pin)}, day)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, s := range slots {
			sum += s.Free
		}
		ends[sum] = true
	}
	if len(ends) < 4 {
		t.Errorf("times became free in %d steps, want several", len(ends))
	}
}

func TestAWishGoesBeforeTheCoolDown(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(3)
	h.only(day, "cool_down_minutes: 30")
	tokens := h.fill(day)
	h.wish(wishFor(day, "first@example.org"))
	h.letters()
	h.cancel(tokens[at(t, day, "09:20").Unix()][0])
	if got := h.letters(); len(got["offer first@example.org"]) != 1 {
		t.Errorf("got %v, want an offer at once", lettersByKind(got))
	}
}
