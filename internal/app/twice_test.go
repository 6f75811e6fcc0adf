package app_test

import (
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/town"
)

// tooSoon is as long as the interface says.
const tooSoon = 1500 * time.Millisecond

// seen is a command of a desk that shows a ticket as open in its room.
func seen(cmd deskwork.Command, shown app.Done) deskwork.Command {
	switch cmd.Type {
	case deskwork.CallNext, deskwork.Call:
		cmd.Open = new(town.TicketID)
		if shown.Ticket != nil {
			*cmd.Open = shown.Ticket.ID
		}
	default:
		cmd.Ticket, cmd.Version = shown.Ticket.ID, shown.Ticket.Version
	}
	return cmd
}

// TestADoubleClickCallsOnePerson is a second press after 90 to 350 ms, with the
// page as it was and with the page as it is by then.
func TestADoubleClickCallsOnePerson(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	first := h.must(clerk, seen(next("platz-1"), app.Done{}))
	for _, late := range []time.Duration{90, 260} {
		h.set(h.clock().Add(late * time.Millisecond))
		for shown, want := range map[*app.Done]string{{}: "moved_on.next", &first: "call.too_soon"} {
			if _, err := h.do(clerk, seen(next("platz-1"), *shown)); key(err) != want {
				t.Errorf("after %v ms: got %v, want %s", int(late), err, want)
			}
		}
	}
	h.set(h.clock().Add(time.Second))
	if _, err := h.do(clerk, seen(next("platz-1"), first)); key(err) != "call.too_soon" {
		t.Errorf("within 1.5 s: got %v, want call.too_soon", err)
	}
	h.set(h.clock().Add(150 * time.Millisecond))
	second := h.must(clerk, seen(next("platz-1"), first))
	if second.Ticket.ID == first.Ticket.ID {
		t.Errorf("after 1.5 s: got %s again", first.Ticket.Number)
	}
}

// TestNothingEndsWhatBeganJustNow tries every step that ends a call or repeats it.
func TestNothingEndsWhatBeganJustNow(t *testing.T) {
	for _, begun := range []deskwork.Type{deskwork.CallNext, deskwork.Start} {
		for _, ending := range []deskwork.Command{
			{Type: deskwork.Finish}, {Type: deskwork.Park}, {Type: deskwork.Transfer, Room: "platz-2"},
			{Type: deskwork.SendOn, Service: "meldebescheinigung"}, {Type: deskwork.NoShow}, {Type: deskwork.Call, Room: "platz-1", Number: 999},
		} {
			started := begun == deskwork.Start
			if started && ending.Type == deskwork.NoShow {
				continue // no desk can
			}
			h := openTownHall(t)
			h.walkIn()
			shown := h.must(clerk, next("platz-1"))
			if started {
				h.set(h.clock().Add(time.Minute))
				shown = h.must(clerk, seen(deskwork.Command{Type: deskwork.Start}, shown))
			}
			h.set(h.clock().Add(300 * time.Millisecond))
			if _, err := h.do(clerk, seen(ending, shown)); key(err) != "call.too_soon" {
				t.Errorf("%s 0.3 s after %s: got %v, want call.too_soon", ending.Type, begun, err)
			}
			if ending.Type == deskwork.Call {
				continue
			}
			sure := seen(ending, shown)
			sure.Version, sure.Sure = 1, true
			h.must(clerk, sure)
		}
	}
}

// TestAProgramThatTellsNothingIsNotSlowedDown is a script at a desk.
func TestAProgramThatTellsNothingIsNotSlowedDown(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	h.must(clerk, next("platz-1"))
	called := h.must(clerk, next("platz-1"))
	h.must(clerk, on(deskwork.Finish, called.Ticket.ID))
}

// TestOnePressRecallsOnce lets a recall follow a call at once, but not itself.
func TestOnePressRecallsOnce(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	recall := deskwork.Command{Type: deskwork.Recall}
	called := h.must(clerk, next("platz-1"))
	again := h.must(clerk, seen(recall, called))
	for shown, want := range map[*app.Done]string{&called: "moved_on.called", &again: "call.too_soon"} {
		if _, err := h.do(clerk, seen(recall, *shown)); key(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	h.set(h.clock().Add(tooSoon))
	h.must(clerk, seen(recall, again))
}

// TestAStartMayFollowACallAtOnce is somebody who stands at the desk already.
func TestAStartMayFollowACallAtOnce(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	called := h.must(clerk, next("platz-1"))
	h.must(clerk, seen(deskwork.Command{Type: deskwork.Start}, called))
}

// TestACallThatShowsWhatIsOverIsRefused is a desk whose number another station of
// the same person has finished.
func TestACallThatShowsWhatIsOverIsRefused(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	shown := h.must(clerk, next("platz-1"))
	h.must(clerk, on(deskwork.Finish, shown.Ticket.ID))
	if _, err := h.do(clerk, seen(next("platz-1"), shown)); key(err) != "moved_on.done" {
		t.Errorf("got %v, want moved_on.done", err)
	}
	sure := seen(next("platz-1"), shown)
	sure.Sure = true
	h.must(clerk, sure)
}

// TestAClockThatWasSetBackHoldsNoDeskUp counts an age, and there is none below 0.
func TestAClockThatWasSetBackHoldsNoDeskUp(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	first := h.must(clerk, next("platz-1"))
	h.set(h.clock().Add(-time.Minute))
	h.must(clerk, seen(next("platz-1"), first))
}
