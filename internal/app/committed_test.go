package app_test

import (
	"errors"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/deskwork"
	"aufruf/internal/store/forced"
)

var errForced = errors.New("forced")

// lots is more often than anything is tried.
const lots = 1_000_000

// useCase is something that somebody does to the town hall.
type useCase struct {
	name string
	run  func() error
}

// Whoever is told "failed" does it again, and then it stands twice: a person
// pressed the kiosk's button again, and a ghost stood in line.
func TestNothingFailsAfterTheCommit(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		for _, c := range everyChange(t, h) {
			err, _ := s.Meanwhile("Update.Done", c.run, func() error {
				s.Fail("View.Begin", errForced, lots)
				s.Fail("Update.Begin", errForced, lots)
				return nil
			})
			if err != nil {
				t.Errorf("%s: got %v after its commit, want none", c.name, err)
			}
			s.Heal()
		}
	})
}

// everyChange returns the use cases that change something, in an order in which
// each finds what it needs.
func everyChange(t *testing.T, h *townHall) []useCase {
	day := thursday.AddDays(7)
	slots, err := h.Memory.Slots(h.ctx(), pinAtMarkt, thursday)
	if err != nil {
		t.Fatal(err)
	}
	start := func(i int) time.Time { return slots[3*i].Start } // so that none is in another's way
	booked, moved := h.book(start(0)), h.book(start(1))
	walkIn := h.walkIn()
	held, err := h.Hold(h.ctx(), access.Actor{}, pinAtMarkt, start(2))
	if err != nil {
		t.Fatal(err)
	}
	return []useCase{
		{"book", func() error { _, err := h.Book(h.ctx(), access.Actor{}, wants(start(3))); return err }},
		{"hold", func() error { _, err := h.Hold(h.ctx(), access.Actor{}, pinAtMarkt, start(4)); return err }},
		{"extend", func() error { _, err := h.ExtendHold(h.ctx(), access.Actor{}, held.ID); return err }},
		{"release", func() error { return h.ReleaseHold(h.ctx(), held.ID) }},
		{"move", func() error {
			_, err := h.Move(h.ctx(), access.Actor{}, moved.Token, "", start(5))
			return err
		}},
		{"cancel", func() error { return h.Cancel(h.ctx(), access.Actor{}, booked.Token) }},
		{"ticket", func() error {
			_, err := h.IssueTicket(h.ctx(), staff(clerk), app.WalkInRequest{Wanted: pinAtMarkt})
			return err
		}},
		{"check in", func() error {
			_, err := h.CheckIn(h.ctx(), staff(clerk), app.CheckInRequest{Branch: markt, Number: walkIn.Ticket.Number})
			return err
		}},
		{"call", func() error { _, err := h.do(clerk, next("platz-1")); return err }},
		{"park", func() error {
			_, err := h.do(clerk, deskwork.Command{Type: deskwork.Park, Ticket: walkIn.Ticket.ID, Note: "kommt wieder"})
			return err
		}},
		{"pause", func() error {
			_, err := h.do(clerk, deskwork.Command{Type: deskwork.Pause, Room: "platz-1"})
			return err
		}},
		{"enter afterwards", func() error {
			_, err := h.EnterAfterwards(h.ctx(), staff(clerk), app.Afterwards{
				Branch: markt, Entries: []app.AfterwardsEntry{{Service: pin, What: app.HappenedServed}},
			})
			return err
		}},
		{"wish", func() error {
			return h.Wishes.Leave(h.ctx(), access.Actor{}, atNight(wishFor(thursday, "ben@example.org")))
		}},
		{"close", func() error { return h.Closings.CloseOffice(h.ctx(), boss(markt), dayOff(day), app.Unseen) }},
		{"reopen", func() error { return h.Closings.ReopenOffice(h.ctx(), boss(markt), dayOff(day)) }},
		{"import", func() error {
			_, _, err := h.Town.Import(h.ctx(), parsed(t, "format: aufruf/1\nbranches: [{id: grimma-markt, notice: {de: Neu}}]\n"))
			return err
		}},
	}
}

func parsed(t *testing.T, yaml string) catalogue.File {
	t.Helper()
	file, mistakes := catalogue.Parse("test.yaml", []byte(yaml))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	return file
}

// A place in line that can't be read fails the ticket before it exists.
func TestATicketWhosePlaceCannotBeReadIsNotGivenOut(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		issue := func() (app.Issued, error) {
			actor := staff(clerk)
			actor.Key = "pressed once"
			return h.IssueTicket(h.ctx(), actor, app.WalkInRequest{Wanted: pinAtMarkt})
		}
		s.Fail("Tickets.ServedBetween", errForced, 1)
		if _, err := issue(); !errors.Is(err, errForced) {
			t.Errorf("got %v, want it to fail", err)
		}
		if line := h.line(); len(line.Waiting) != 0 {
			t.Errorf("%d wait although nobody got a number", len(line.Waiting))
		}
		first, err := issue()
		if err != nil {
			t.Fatal(err)
		}
		second, err := issue()
		if err != nil || second.Token != first.Token {
			t.Errorf("pressed again: got %v, want the same ticket", err)
		}
		if line := h.line(); len(line.Waiting) != 1 {
			t.Errorf("%d wait, want one", len(line.Waiting))
		}
	})
}

func (h *townHall) line() app.Line {
	h.t.Helper()
	line, err := h.Line(h.ctx(), markt)
	if err != nil {
		h.t.Fatal(err)
	}
	return line
}

// A snapshot that was taken before a closure and read to its end after it
// offered 48 starts on the day that had just been closed.
func TestAnOlderSnapshotDoesNotBringOldRulesBack(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		looks := map[string]func() error{
			"refresh":   func() error { return h.Refresh(h.ctx()) },
			"calendar":  func() error { _, err := h.Memory.Days(h.ctx(), pinAtMarkt, thursday, thursday); return err },
			"the board": func() error { _, err := h.Board(h.ctx(), markt, nil, "", 0); return err },
		}
		for name, look := range looks {
			h.Memory.Saw(markt, h.Memory.Seq(markt)+1) // so that the calendar looks at the rows
			looked, closed := s.Meanwhile("Meta.Get.Done", look, func() error {
				return h.Closings.CloseOffice(h.ctx(), boss(markt), dayOff(thursday), app.Unseen)
			})
			if err := errors.Join(looked, closed); err != nil {
				t.Fatal(name, err)
			}
			if got := h.starts(pinAtMarkt, thursday); len(got) != 0 {
				t.Errorf("%s: %d starts offered on a closed day", name, len(got))
			}
			if got := h.Catalogue().Branches[0].Offices[0].Urgent; len(got) != 1 {
				t.Errorf("%s: the catalogue in memory has forgotten the closure", name)
			}
			if err := h.Closings.ReopenOffice(h.ctx(), boss(markt), dayOff(thursday)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Rules that weren't committed are nobody's rules.
func TestAClosureThatIsNotCommittedClosesNothing(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		s.Fail("Update.Commit", errForced, 1)
		if err := h.Closings.CloseOffice(h.ctx(), boss(markt), dayOff(thursday), app.Unseen); !errors.Is(err, errForced) {
			t.Fatalf("got %v, want it to fail", err)
		}
		if got := h.day(pinAtMarkt, thursday).State; got != booking.DayFree {
			t.Errorf("got %s, want free", got)
		}
	})
}

// Memory of an update that failed is never taken for what the rows say.
func TestMemoryOfAFailedCommitIsNotRead(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		start := at(t, tuesday, "10:00")
		free := h.free(start)
		h.walkIn()
		for _, point := range []string{"Update.Commit", "Audit.Put", "Mails.Put"} {
			s.Fail(point, errForced, 1)
			if _, err := h.Book(h.ctx(), access.Actor{}, wants(start)); !errors.Is(err, errForced) {
				t.Fatalf("%s: got %v, want it to fail", point, err)
			}
			if got := h.free(start); got != free {
				t.Errorf("%s: got %d free, want %d", point, got, free)
			}
			if got := len(h.line().Waiting); got != 1 {
				t.Errorf("%s: %d wait, want one", point, got)
			}
		}
		h.book(start)
		if got := h.free(start); got != free-1 {
			t.Errorf("afterwards: got %d free, want %d", got, free-1)
		}
		h.sameInMemory(t)
	})
}
