package app_test

import (
	"net/http"
	"testing"

	"aufruf/internal/access"
	"aufruf/internal/problem"
)

// A kept time that is closed meanwhile was extended as if nothing had happened, and
// whoever went on typing learned at the end that it couldn't be booked. It is gone
// wherever somebody asks, with the nearest free times, and nothing offers it.
func TestAKeptTimeThatWasClosedIsGone(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(7)
	starts := h.startsOn(day)
	held, lapsing := h.hold(access.Actor{}, starts[2]), h.hold(access.Actor{}, starts[4])
	h.asks("confirm_address: true")
	if _, err := h.Book(h.ctx(), access.Actor{}, wants(starts[6])); err != nil {
		t.Fatal(err)
	}
	link := h.confirmLink()
	h.asks("confirm_address: false")
	h.office("closures: [{from: " + day.String() + ", to: " + day.String() + "}]")

	r := wants(starts[2])
	r.Hold = held.ID
	for what, do := range map[string]func() error{
		"extend":  func() error { _, err := h.ExtendHold(h.ctx(), access.Actor{}, held.ID); return err },
		"book":    func() error { _, err := h.Book(h.ctx(), access.Actor{}, r); return err },
		"confirm": func() error { _, err := h.Confirm(h.ctx(), link); return err },
	} {
		e := problem.Of(do())
		if e.Key != "booking.slot_taken" || e.Kind.Status() != http.StatusConflict {
			t.Errorf("%s: got %v, want 409 booking.slot_taken", what, e)
		}
		if len(e.Alternatives) == 0 && what != "confirm" {
			t.Errorf("%s: got no other times", what)
		}
	}
	if waits, _, err := h.Awaited(h.ctx(), link); err != nil || !waits.Gone {
		t.Errorf("what waits: got %+v, %v, want it gone", waits, err)
	}
	h.set(held.Expires)
	if _, err := h.ExtendHold(h.ctx(), access.Actor{}, lapsing.ID); !problem.Is(err, "booking.slot_taken") {
		t.Errorf("extend an expired one: got %v, want booking.slot_taken", err)
	}
	h.office("closures: []")
	if _, err := h.ExtendHold(h.ctx(), access.Actor{}, lapsing.ID); err != nil {
		t.Errorf("open again: %v", err)
	}
}

// A kept time whose places were taken away is gone as well.
func TestAKeptTimeWithoutAPlaceIsGone(t *testing.T) {
	h := openTownHall(t)
	start := h.startsOn(tuesday.AddDays(7))[2]
	held := h.hold(access.Actor{}, start)
	h.office("opening: [{days: [tuesday], hours: [\"08:00-18:00\"], capacity: {online: 0, staff: 1, counters: 1}}]")
	if _, err := h.ExtendHold(h.ctx(), access.Actor{}, held.ID); !problem.Is(err, "booking.slot_taken") {
		t.Errorf("got %v, want booking.slot_taken", err)
	}
}

// An offer of the waiting list whose time was closed isn't offered any longer.
func TestAnOfferThatWasClosedIsGone(t *testing.T) {
	h := openTownHall(t)
	day := tuesday.AddDays(3)
	h.only(day, "cool_down_minutes: 0")
	start := at(t, day, "09:20")
	tokens := h.fill(day)
	if err := h.Wishes.Leave(h.ctx(), access.Actor{}, wishFor(day, "first@example.org")); err != nil {
		t.Fatal(err)
	}
	wish := h.confirmAll()[0].Wish
	h.cancel(tokens[start.Unix()][0])
	if of, err := h.Wishes.View(h.ctx(), wish); err != nil || of.Offer == nil {
		t.Fatalf("got %+v, %v, want an offer", of, err)
	}
	h.office("closures: [{from: " + day.String() + ", to: " + day.String() + "}]")
	if of, err := h.Wishes.View(h.ctx(), wish); err != nil || of.Offer != nil {
		t.Errorf("closed: got %+v, %v, want no offer", of.Offer, err)
	}
	if _, err := h.Wishes.Accept(h.ctx(), wish); !problem.Is(err, "booking.slot_taken") {
		t.Errorf("accept: got %v, want booking.slot_taken", err)
	}
}
