package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/deskwork"
	"aufruf/internal/queue"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// stands is what a day's line looks like, without what every step changes.
type stands struct {
	Waiting, Open, Parked []place
	Paused                []town.RoomID
}

type place struct {
	Ticket town.TicketID
	State  queue.State
	Room   town.RoomID
	User   town.UserID
	Calls  int
}

func (h *townHall) stands() stands {
	h.t.Helper()
	line := h.line()
	places := func(tickets []queue.Ticket) []place {
		var of []place
		for _, t := range tickets {
			of = append(of, place{t.ID, t.State, t.Room, t.User, t.Calls})
		}
		return of
	}
	return stands{places(line.Waiting), places(line.Open), places(line.Parked), line.Paused}
}

func TestUndoOfACallBringsBackThePauseAndThePerson(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		h.set(at(t, tuesday, "09:00"))
		for range 4 {
			h.walkIn()
		}
		undone := func(what string, call deskwork.Command) {
			t.Helper()
			before := h.stands()
			done := h.must(clerk, call)
			undo := h.must(clerk, on(deskwork.Undo, done.Ticket.ID))
			if diff := cmp.Diff(before, h.stands()); diff != "" {
				t.Errorf("%s (-before +after undo):\n%s", what, diff)
			}
			if undo.Seq != h.Memory.Seq(markt) {
				t.Errorf("%s: answered at %d, want the last event %d", what, undo.Seq, h.Memory.Seq(markt))
			}
		}
		h.must(clerk, deskwork.Command{Type: deskwork.Pause, Room: "platz-1"})
		undone("a pause", next("platz-1"))
		h.must(clerk, deskwork.Command{Type: deskwork.Resume, Room: "platz-1"})

		first := h.must(clerk, next("platz-1")).Ticket
		undone("somebody called", next("platz-1"))
		h.must(clerk, on(deskwork.Start, first.ID))
		undone("somebody served", next("platz-1"))
		h.must(clerk, deskwork.Command{Type: deskwork.Pause, Room: "platz-1"})
		undone("both", next("platz-1"))
		taken := next("platz-1")
		taken.TakeOver = true
		before := h.stands()
		done := h.must("meier", taken)
		h.must("meier", on(deskwork.Undo, done.Ticket.ID))
		if diff := cmp.Diff(before, h.stands()); diff != "" {
			t.Errorf("a room taken over (-before +after undo):\n%s", diff)
		}
		if got := h.must(clerk, on(deskwork.Finish, first.ID)).Ticket; got.Outcome != queue.Served {
			t.Errorf("finished afterwards: got %q", got.Outcome)
		}
	})
}

// Whom the call closed and another desk has called since stays there, and is
// open in one room, whichever of the two came first.
func TestUndoOfACallLeavesWhoWasCalledElsewhereMeanwhile(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.set(at(t, tuesday, "09:00"))
		for _, point := range []string{"Update.Begin", "Tickets.Update", "Update.Done"} {
			h.walkIn()
			h.walkIn()
			closed := h.must(clerk, next("platz-1")).Ticket
			called := h.must(clerk, next("platz-1")).Ticket
			undo, elsewhere := s.Meanwhile(point, func() error {
				_, err := h.do(clerk, on(deskwork.Undo, called.ID))
				return err
			}, func() error {
				_, err := h.do("meier", deskwork.Command{Type: deskwork.Call, Room: "platz-2", Number: closed.Number})
				return err
			})
			if undo != nil {
				t.Errorf("%s: undo: got %v", point, undo)
			}
			open := h.line().Open
			if len(open) != 1 || open[0].ID != closed.ID {
				t.Fatalf("%s: got %d open, want %s alone", point, len(open), closed.Number)
			}
			want := town.RoomID("platz-1")
			if elsewhere == nil {
				want = "platz-2"
			}
			if open[0].Room != want {
				t.Errorf("%s: open in %s, want %s (call elsewhere: %v)", point, open[0].Room, want, elsewhere)
			}
			h.must(open[0].User, on(deskwork.Finish, closed.ID))
			h.must(clerk, on(deskwork.Finish, h.must(clerk, next("platz-1")).Ticket.ID))
		}
	})
}

// Who goes home without a word doesn't keep the room shut next morning.
func TestAPauseEndsWithItsDay(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		h.set(at(t, tuesday, "16:00"))
		h.must(clerk, deskwork.Command{Type: deskwork.Pause, Room: "platz-1"})
		paused := func(when string, want ...town.RoomID) {
			t.Helper()
			day, err := h.Workday(h.ctx(), staff(clerk), markt, 0)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, h.line().Paused); diff != "" {
				t.Errorf("%s (-want +got):\n%s", when, diff)
			}
			if diff := cmp.Diff(want, day.Paused); diff != "" {
				t.Errorf("%s, day (-want +got):\n%s", when, diff)
			}
		}
		h.set(at(t, tuesday, "23:59"))
		paused("in the evening", "platz-1")
		h.set(at(t, tuesday.AddDays(1), "00:00"))
		paused("after midnight")
		h.set(at(t, tuesday.AddDays(1), "09:00"))
		h.must(clerk, deskwork.Command{Type: deskwork.Pause, Room: "platz-1"})
		paused("paused anew", "platz-1")
		h.set(at(t, tuesday, "17:00")) // the clock is set back
		paused("before it began", "platz-1")
	})
}

// Who was set aside and can't wait gives the appointment back by its link.
func TestAParkedAppointmentIsCancelledByItsHolder(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, tuesday, "09:00"))
	h.set(at(t, tuesday, "09:00"))
	h.must(clerk, next("platz-1"))
	h.must(clerk, on(deskwork.Park, made.Ticket.ID))
	h.cancel(made.Token)
	if got := len(h.line().Parked); got != 0 {
		t.Errorf("%d parked, want none", got)
	}
	if mails := h.letters(); len(mails["cancellation ada@example.org"]) != 1 {
		t.Errorf("got %v, want the cancellation's mail", lettersByKind(mails))
	}
}

// TestUndoOfACallLeavesAPauseThatSomebodyEndedSince: their word is the newer one.
func TestUndoOfACallLeavesAPauseThatSomebodyEndedSince(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		h.set(at(t, tuesday, "09:00"))
		h.walkIn()
		pause := func(kind deskwork.Type) { h.must(clerk, deskwork.Command{Type: kind, Room: "platz-1"}) }
		pause(deskwork.Pause)
		called := h.must(clerk, next("platz-1"))
		pause(deskwork.Pause)
		pause(deskwork.Resume)
		h.must(clerk, on(deskwork.Undo, called.Ticket.ID))
		if got := h.stands().Paused; len(got) > 0 {
			t.Errorf("got %q paused, though somebody resumed it since", got)
		}
	})
}
