package app_test

import (
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/problem"
)

func TestAHoldKeepsTheSlotForItsTimeAndNoLonger(t *testing.T) {
	h := openHall(t)
	start := at(t, tuesday, "09:00")
	w := wants(start).Wanted
	held, err := h.Hold(h.ctx(), app.Actor{}, w, start)
	if err != nil {
		t.Fatal(err)
	}
	h.book(start)
	if _, err := h.Book(h.ctx(), app.Actor{}, wants(start)); !problem.Is(err, "booking.slot_taken") {
		t.Errorf("while held: got %v, want booking.slot_taken", err)
	}
	h.set(h.clock().Add(app.HoldTime))
	if got, want := h.free(start), 1; got != want {
		t.Errorf("expired: got %d free, want %d", got, want)
	}
	r := wants(start)
	r.Hold = held.ID
	if _, err := h.Book(h.ctx(), app.Actor{}, r); err != nil {
		t.Errorf("an expired hold books a slot that is free: %v", err)
	}
}

func TestAHoldIsForWhatItWasTakenFor(t *testing.T) {
	h := openHall(t)
	start := at(t, tuesday, "09:00")
	held, err := h.Hold(h.ctx(), app.Actor{}, wants(start).Wanted, start)
	if err != nil {
		t.Fatal(err)
	}
	r := wants(start.Add(10 * time.Minute))
	r.Hold = held.ID
	if _, err := h.Book(h.ctx(), app.Actor{}, r); problem.Of(err).Fields["hold"] == "" {
		t.Errorf("got %v, want a refusal about the hold", err)
	}
}

func TestHoldsPerAddressAreFew(t *testing.T) {
	h := openHall(t)
	start := at(t, tuesday, "09:00")
	actor := app.Actor{Origin: "192.0.2.7"}
	for i := range 4 {
		_, err := h.Hold(h.ctx(), actor, wants(start).Wanted, start.Add(time.Duration(i)*10*time.Minute))
		if got, want := problem.Of(err).Kind == problem.TooMany && err != nil, i == 3; got != want {
			t.Errorf("hold %d: got %v", i+1, err)
		}
	}
}

func TestAHoldCanBeExtendedTenTimes(t *testing.T) {
	h := openHall(t)
	start := at(t, tuesday, "13:00")
	held, err := h.Hold(h.ctx(), app.Actor{}, wants(start).Wanted, start)
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		h.set(h.clock().Add(app.HoldTime - time.Second))
		if held, err = h.ExtendHold(h.ctx(), app.Actor{}, held.ID); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := held.Expires, h.clock().Add(app.HoldTime); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAReleasedHoldIsGone(t *testing.T) {
	h := openHall(t)
	start := at(t, tuesday, "09:00")
	held, err := h.Hold(h.ctx(), app.Actor{}, wants(start).Wanted, start)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.ReleaseHold(h.ctx(), held.ID); err != nil {
		t.Fatal(err)
	}
	if got, want := h.free(start), 2; got != want {
		t.Errorf("got %d free, want %d", got, want)
	}
	if err := h.ReleaseHold(h.ctx(), held.ID); problem.Of(err).Kind != problem.NotFound {
		t.Errorf("got %v, want not found", err)
	}
}
