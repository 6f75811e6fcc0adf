package app_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// offered makes a wish and an offer for it on a day, and returns the token of
// the wish's page.
func (h *townHall) offered(day town.Date) string {
	h.t.Helper()
	h.only(day, "")
	tokens := h.fill(day)
	email := "ben" + day.String() + "@example.org"
	h.wish(wishFor(day, email))
	for _, of := range tokens {
		h.cancel(of[0])
		break
	}
	offers := h.letters()["offer "+email]
	if len(offers) != 1 {
		h.t.Fatalf("got %d offers, want one", len(offers))
	}
	return offers[0].Person.Token
}

// Ten of ten double clicks on the page were told that the wish is gone, beside
// the appointment that it had become.
func TestADoubleClickOnAcceptingFindsTheSameAppointment(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		for i, point := range []string{"View.Done", "Update.Begin", "Wishes.Delete", "Update.Done"} {
			token := h.offered(thursday.AddDays(i))
			var made [2]app.Appointment
			accept := func(i int) func() error {
				return func() (err error) {
					made[i], err = h.Wishes.Accept(h.ctx(), token)
					return err
				}
			}
			first, second := s.Meanwhile(point, accept(0), accept(1))
			if first != nil || second != nil {
				t.Errorf("%s: got %v and %v, want the same appointment twice", point, first, second)
			}
			if made[0].Token == "" || made[0].Token != made[1].Token || made[0].Ticket.ID != made[1].Ticket.ID {
				t.Errorf("%s: got tickets %s and %s", point, made[0].Ticket.ID, made[1].Ticket.ID)
			}
		}
	})
}

func TestADoubleClickOnWithdrawingIsFine(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		for i, point := range []string{"View.Done", "Wishes.Delete", "Update.Done"} {
			token := h.offered(thursday.AddDays(i))
			withdraw := func() error { return h.Wishes.Withdraw(h.ctx(), token) }
			first, second := s.Meanwhile(point, withdraw, withdraw)
			if first != nil || second != nil {
				t.Errorf("%s: got %v and %v", point, first, second)
			}
		}
		if err := h.Wishes.Withdraw(h.ctx(), "never drawn"); !problem.Is(err, "wish.over_or_unknown") {
			t.Errorf("an unknown link: got %v", err)
		}
	})
}

// Of the same command on two connections the one was refused before anybody
// waited, and the other called somebody: both get the stored answer.
func TestACommandThatOvertakesItselfHasOneAnswer(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.set(at(t, tuesday, "09:00"))
		cmd := next("platz-1")
		cmd.ID = "pressed once"
		var done [2]app.Done
		press := func(i int) func() error {
			return func() (err error) {
				done[i], err = h.do(clerk, cmd)
				return err
			}
		}
		// the refused one stands before it stores its refusal
		first, second := s.MeanwhileAt(s.HoldNth("Update.Begin", 2), press(0), func() error {
			h.walkIn()
			return press(1)()
		})
		if first != nil || second != nil {
			t.Fatalf("got %v and %v, want one call", first, second)
		}
		if diff := cmp.Diff(done[1].Ticket.ID, done[0].Ticket.ID); diff != "" || done[0].Seq != done[1].Seq {
			t.Errorf("two answers: %d and %d %s", done[0].Seq, done[1].Seq, diff)
		}
	})
}

// A user's id is used once, though it come to two branches at the same moment:
// the second waits for the first and learns that it isn't the same command.
func TestOneIDAtTwoBranchesAtOnceIsOneCommand(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.set(at(t, tuesday, "09:00"))
		pause := func(branch town.BranchID) func() error {
			return func() error {
				_, err := h.doAt(branch, "lena", deskwork.Command{ID: "used twice", Type: deskwork.Pause, Room: "platz-1"})
				return err
			}
		}
		first, second := s.Meanwhile("Requests.Put", pause(markt), pause(nera))
		if (first == nil) == (second == nil) {
			t.Fatalf("got %v and %v, want one of the two", first, second)
		}
		if err := errors.Join(first, second); !problem.Is(err, "command.id_reused") {
			t.Errorf("got %v, want command.id_reused", err)
		}
	})
}

// The repetition of a check-in whose answer was lost is answered, whatever has
// become of the appointment since: it was a slip, and is another day's now.
func TestARepeatedCheckInIsAnsweredAlthoughTheAppointmentWasMoved(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		made := h.book(at(t, tuesday, "13:00"))
		h.set(at(t, tuesday, "12:58"))
		actor := staff(clerk)
		actor.Key = "shown once"
		here := func() (queue.Ticket, error) {
			return h.CheckIn(h.ctx(), actor, app.CheckInRequest{Branch: markt, Number: made.Ticket.Number})
		}
		var first queue.Ticket
		held, moved := s.Meanwhile("Update.Done", func() (err error) {
			first, err = here()
			return err
		}, func() error {
			h.must(clerk, on(deskwork.Undo, made.Ticket.ID))
			_, err := h.Move(h.ctx(), access.Actor{}, made.Token, "", at(t, thursday, "13:00"))
			return err
		})
		if held != nil || moved != nil {
			t.Fatal(held, moved)
		}
		second, err := here()
		if err != nil || second.ID != first.ID {
			t.Errorf("got %q, then %q and %v", first.ID, second.ID, err)
		}
	})
}

// What names a ticket is the same in each answer; its place in line is told as
// of now.
func TestARepeatedTicketHasItsPlaceAsOfNow(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, _ *forced.Store) {
		h.set(at(t, tuesday, "09:00"))
		h.walkIn()
		actor := staff(clerk)
		actor.Key = "pressed once"
		issue := func() app.Issued {
			issued, err := h.IssueTicket(h.ctx(), actor, app.WalkInRequest{Wanted: pinAtMarkt})
			if err != nil {
				t.Fatal(err)
			}
			return issued
		}
		first := issue()
		h.must(clerk, next("platz-1"))
		again := issue()
		if again.Token != first.Token || again.Ticket.ID != first.Ticket.ID || again.Ticket.Number != first.Ticket.Number {
			t.Errorf("got %v and %v, want one ticket", first.Ticket, again.Ticket)
		}
		if first.Ahead != 1 || again.Ahead != 0 {
			t.Errorf("got %d, then %d ahead; want one, then nobody", first.Ahead, again.Ahead)
		}
		h.must("meier", next("platz-2"))
		if called := issue(); called.Ticket.State != queue.Called || called.Ahead != 0 || called.High != 0 {
			t.Errorf("once called: got %s, %d ahead, %d minutes", called.Ticket.State, called.Ahead, called.High)
		}
	})
}
