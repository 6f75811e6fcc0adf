package app_test

import (
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// hold keeps a start for the usual concern.
func (h *townHall) hold(actor access.Actor, start time.Time) app.HeldSlot {
	h.t.Helper()
	held, err := h.Hold(h.ctx(), actor, wants(start).Wanted, start)
	if err != nil {
		h.t.Fatal(err)
	}
	return held
}

func TestAHoldKeepsTheSlotForItsTimeAndNoLonger(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "09:00")
	held := h.hold(access.Actor{}, start)
	h.book(start)
	if _, err := h.Book(h.ctx(), access.Actor{}, wants(start)); !problem.Is(err, "booking.slot_taken") {
		t.Errorf("while held: got %v, want booking.slot_taken", err)
	}
	h.set(h.clock().Add(app.HoldTime))
	if got, want := h.free(start), 1; got != want {
		t.Errorf("expired: got %d free, want %d", got, want)
	}
	r := wants(start)
	r.Hold = held.ID
	if _, err := h.Book(h.ctx(), access.Actor{}, r); err != nil {
		t.Errorf("an expired hold books a slot that is free: %v", err)
	}
}

func TestAHoldIsForWhatItWasTakenFor(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "09:00")
	held := h.hold(access.Actor{}, start)
	r := wants(start.Add(10 * time.Minute))
	r.Hold = held.ID
	if _, err := h.Book(h.ctx(), access.Actor{}, r); problem.Of(err).Fields["hold"] == "" {
		t.Errorf("got %v, want a refusal about the hold", err)
	}
}

func TestHoldsPerBrowserAreFew(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "09:00")
	actor := access.Actor{Origin: "192.0.2.7", Browser: "a phone"}
	for i := range 4 {
		_, err := h.Hold(h.ctx(), actor, wants(start).Wanted, start.Add(time.Duration(i)*10*time.Minute))
		if got, want := problem.Of(err).Kind == problem.TooMany && err != nil, i == 3; got != want {
			t.Errorf("hold %d: got %v", i+1, err)
		}
	}
}

func TestAHoldCanBeExtendedTenTimes(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "13:00")
	held := h.hold(access.Actor{}, start)
	for range 10 {
		h.set(h.clock().Add(app.HoldTime - time.Second))
		var err error
		if held, err = h.ExtendHold(h.ctx(), access.Actor{}, held.ID); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := held.Expires, h.clock().Add(app.HoldTime); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAReleasedHoldIsGone(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "09:00")
	held := h.hold(access.Actor{}, start)
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

func TestLeadTimeThatPassesWhileAHoldLivesIsNoRefusal(t *testing.T) {
	h := openTownHall(t)
	h.office("lead_minutes: 60")
	start := at(t, tuesday, "09:00") // at eight the last start that citizens may book
	held := h.hold(access.Actor{}, start)
	h.set(at(t, tuesday, "08:08"))
	if _, err := h.Book(h.ctx(), access.Actor{}, wants(start)); problem.Of(err).Fields["start"] != "booking.start_lead_time" {
		t.Errorf("without the hold: got %v, want booking.start_lead_time", err)
	}
	r := wants(start)
	r.Hold = held.ID
	if _, err := h.Book(h.ctx(), access.Actor{}, r); err != nil {
		t.Errorf("with the hold: got %v, want it booked", err)
	}
}

func TestAnExpiredHoldIsBoundByTheLeadTimeAgain(t *testing.T) {
	h := openTownHall(t)
	h.office("lead_minutes: 60")
	start := at(t, tuesday, "09:00")
	held := h.hold(access.Actor{}, start)
	h.set(at(t, tuesday, "08:10"))
	r := wants(start)
	r.Hold = held.ID
	if _, err := h.Book(h.ctx(), access.Actor{}, r); problem.Of(err).Fields["start"] != "booking.start_lead_time" {
		t.Errorf("book: got %v, want booking.start_lead_time", err)
	}
	if _, err := h.ExtendHold(h.ctx(), access.Actor{}, held.ID); problem.Of(err).Fields["start"] != "booking.start_lead_time" {
		t.Errorf("extend: got %v, want booking.start_lead_time", err)
	}
}

func TestAHoldNeverBooksWhatHasBegun(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "09:00")
	held := h.hold(access.Actor{}, start)
	for _, clock := range []string{"08:09", "08:18", "08:27", "08:36", "08:45", "08:54"} {
		h.set(at(t, tuesday, clock))
		if _, err := h.ExtendHold(h.ctx(), access.Actor{}, held.ID); err != nil {
			t.Fatal(err)
		}
	}
	h.set(at(t, tuesday, "09:01"))
	r := wants(start)
	r.Hold = held.ID
	if _, err := h.Book(h.ctx(), access.Actor{}, r); problem.Of(err).Fields["start"] != "booking.start_past" {
		t.Errorf("got %v, want booking.start_past", err)
	}
}

func TestAHoldFitsTheSameServicesInAnyOrder(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "13:00")
	r := wants(start)
	r.Items = []town.Item{{Service: pin, Quantity: 1}, {Service: "meldebescheinigung", Quantity: 2}}
	held, err := h.Hold(h.ctx(), access.Actor{}, r.Wanted, start)
	if err != nil {
		t.Fatal(err)
	}
	r.Hold = held.ID
	r.Items = []town.Item{{Service: "meldebescheinigung", Quantity: 1}, {Service: pin, Quantity: 2}}
	if _, err := h.Book(h.ctx(), access.Actor{}, r); problem.Of(err).Fields["hold"] == "" {
		t.Errorf("other quantities: got %v, want a refusal about the hold", err)
	}
	r.Items = []town.Item{{Service: "meldebescheinigung", Quantity: 2}, {Service: pin, Quantity: 1}}
	if _, err := h.Book(h.ctx(), access.Actor{}, r); err != nil {
		t.Errorf("other order: got %v, want it booked", err)
	}
}

func TestExpiredHoldsDontComeBackBeyondTheLimitPerBrowser(t *testing.T) {
	h := openTownHall(t)
	actor := access.Actor{Origin: "192.0.2.7", Browser: "a phone"}
	three := func(clock string) []string {
		var ids []string
		for i := range 3 {
			start := at(t, tuesday, clock).Add(time.Duration(i) * 10 * time.Minute)
			ids = append(ids, h.hold(actor, start).ID)
		}
		return ids
	}
	lapsed := three("13:00")
	h.set(h.clock().Add(app.HoldTime))
	live := three("14:00")
	if _, err := h.ExtendHold(h.ctx(), actor, lapsed[0]); !problem.Is(err, "hold.too_many") {
		t.Errorf("beside three others: got %v, want hold.too_many", err)
	}
	if err := h.ReleaseHold(h.ctx(), live[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ExtendHold(h.ctx(), actor, lapsed[0]); err != nil {
		t.Errorf("beside two others: got %v, want it alive again", err)
	}
	if _, err := h.ExtendHold(h.ctx(), actor, live[1]); err != nil {
		t.Errorf("a live one beside two others: got %v, want it extended", err)
	}
}

func TestHoldsOfOneSecondEndTogether(t *testing.T) {
	h := openTownHall(t)
	start := at(t, tuesday, "09:00")
	var held [2]app.HeldSlot
	for i, moment := range []time.Duration{100 * time.Millisecond, 900 * time.Millisecond} {
		h.set(at(t, tuesday, "08:00").Add(moment))
		held[i] = h.hold(access.Actor{}, start)
	}
	want := at(t, tuesday, "08:10").Add(time.Second)
	for i, hold := range held {
		if !hold.Expires.Equal(want) {
			t.Errorf("hold %d: got until %s, want %s", i+1, hold.Expires, want)
		}
	}
}
