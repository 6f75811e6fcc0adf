package app_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

// A returned number goes out again where no fresh one is left. On the day it is
// its new holder that a desk calls by it, not who cancelled.
func TestANumberGivenOutAgainFindsItsNewHolder(t *testing.T) {
	h := openTownHall(t)
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    excluded_numbers: [{from: 100, to: 998}]\n")
	day := tuesday + 7
	gone := h.book(at(t, day, "09:20"))
	h.cancel(gone.Token)
	holder := h.book(at(t, day, "09:30"))
	if gone.Ticket.Number != 999 || holder.Ticket.Number != 999 {
		t.Fatalf("got %s and %s, want the last number twice", gone.Ticket.Number, holder.Ticket.Number)
	}
	h.set(at(t, day, "09:30"))
	done := h.must(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-1", Number: 999})
	if done.Ticket.ID != holder.Ticket.ID {
		t.Errorf("called %s, want its new holder %s", done.Ticket.ID, holder.Ticket.ID)
	}
}

// A clerk who serves one office of a room is given nobody of the others, neither
// as the next nor among those who could be.
func TestTheNextIsOfAnOfficeThatTheUserServes(t *testing.T) {
	h := openTownHall(t)
	h.change("format: aufruf/1\nbranches:\n  - id: nerchau\n    offices:\n      - {id: standesamt, rooms: [standesamt, platz-1]}\n")
	h.set(at(t, tuesday, "09:00"))
	issue := func(service town.ServiceID) queue.Ticket {
		issued, err := h.IssueTicket(h.ctx(), staff(clerk), app.WalkInRequest{Wanted: plan.Wanted{Branch: nera, Items: one(service)}})
		if err != nil {
			t.Fatal(err)
		}
		h.set(h.clock().Add(time.Minute))
		return issued.Ticket
	}
	first, registry := issue(pin), issue(certificate)
	registrar := staff("registrar")
	registrar.User.Offices = []town.OfficeID{"standesamt"}
	candidates := h.Candidates(registrar, nera, "platz-1", []queue.Ticket{first, registry})
	if len(candidates) != 1 || candidates[0].ID != registry.ID {
		t.Errorf("got %v, want only the registry office's", candidates)
	}
	done, err := h.Do(h.ctx(), registrar, nera, deskwork.Command{ID: "a", Type: deskwork.CallNext, Room: "platz-1"})
	if err != nil {
		t.Fatal(err)
	}
	if done.Ticket.ID != registry.ID {
		t.Errorf("called %s, want %s of the office that the user serves", done.Ticket.Number, registry.Number)
	}
	if _, err := h.Do(h.ctx(), registrar, nera, deskwork.Command{ID: "b", Type: deskwork.CallNext, Room: "platz-1"}); !problem.Is(err, "queue.empty") {
		t.Errorf("got %v, want nobody left for this user", err)
	}
}

// Who calls is there again.
func TestACallEndsThePauseOfItsRoom(t *testing.T) {
	h := openTownHall(t)
	h.set(at(t, tuesday, "09:00"))
	h.walkIn()
	h.walkIn()
	paused := func() []town.RoomID {
		t.Helper()
		day, err := h.Workday(h.ctx(), staff(clerk), markt, 0)
		if err != nil {
			t.Fatal(err)
		}
		return day.Paused
	}
	for _, room := range []town.RoomID{"platz-1", "platz-2"} {
		h.must(town.UserID(room), deskwork.Command{Type: deskwork.Pause, Room: room})
	}
	h.must("platz-1", next("platz-1"))
	if got, want := paused(), []town.RoomID{"platz-2"}; !slices.Equal(got, want) {
		t.Errorf("after call_next: got %v paused, want %v", got, want)
	}
	number := h.walkIn().Ticket.Number
	h.must("platz-2", deskwork.Command{Type: deskwork.Call, Room: "platz-2", Number: number})
	if got := paused(); len(got) != 0 {
		t.Errorf("after a call by number: got %v paused", got)
	}
}

// An id is a user's own: what another has sent under the same one is neither
// answered nor refused.
func TestTheSameCommandIDOfTwoUsersIsTwoCommands(t *testing.T) {
	h := openTownHall(t)
	h.set(at(t, tuesday, "09:00"))
	h.walkIn()
	h.walkIn()
	one := h.must("lena", deskwork.Command{ID: "same", Type: deskwork.CallNext, Room: "platz-1"})
	two := h.must("tom", deskwork.Command{ID: "same", Type: deskwork.CallNext, Room: "platz-2"})
	again := h.must("lena", deskwork.Command{ID: "same", Type: deskwork.CallNext, Room: "platz-1"})
	if one.Ticket.ID == two.Ticket.ID || again.Ticket.ID != one.Ticket.ID {
		t.Errorf("got %s, %s and again %s, want two people and the first one's answer", one.Ticket.Number, two.Ticket.Number, again.Ticket.Number)
	}
	three := h.must("tom", deskwork.Command{ID: "other", Type: deskwork.Pause, Room: "platz-3"})
	four := h.must("lena", deskwork.Command{ID: "other", Type: deskwork.Pause, Room: "platz-3"})
	if three.Seq == four.Seq {
		t.Error("one user got the other one's answer to the very same command")
	}
}

// An update that doesn't commit leaves memory at a position that another node
// reaches too, with other tickets. Only the mark tells the two apart.
func TestMemoryOfAFailedUpdateIsNotTakenForAnotherNodes(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.set(at(t, tuesday, "09:00"))
		first, second := h.walkIn().Ticket, h.walkIn().Ticket
		h.must(clerk, deskwork.Command{Type: deskwork.Pause, Room: "platz-4"})
		h.must(clerk, deskwork.Command{Type: deskwork.Resume, Room: "platz-4"})
		h.must(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-3", Number: first.Number}) // memory is read
		h.must(clerk, on(deskwork.Undo, first.ID))
		// Here the first is called, and it fails; there somebody else.
		s.Fail("Update.Commit", errors.New("disk full"), 1)
		if _, err := h.do(clerk, deskwork.Command{ID: "fails", Type: deskwork.Call, Room: "platz-1", Number: first.Number}); err == nil {
			t.Fatal("the update didn't fail")
		}
		if _, err := anotherNode(t, h).Do(h.ctx(), staff("tom"), markt, deskwork.Command{ID: "b", Type: deskwork.Call, Room: "platz-2", Number: second.Number}); err != nil {
			t.Fatal(err)
		}
		done, err := h.do("lena", deskwork.Command{ID: "c", Type: deskwork.CallNext, Room: "platz-1"})
		if err != nil || done.Ticket.ID != first.ID {
			t.Errorf("got %+v, %v, want the one whose call never was", done.Ticket, err)
		}
	})
}

// moves moves an appointment as staff do.
func (h *townHall) moves(made app.Appointment, start time.Time) app.Appointment {
	h.t.Helper()
	moved, err := h.MoveTicket(h.ctx(), staff(clerk), markt, made.Ticket.ID, "", start, app.StaffReason{})
	if err != nil {
		h.t.Fatal(err)
	}
	return moved
}

// What staff move they answer for: it stands in no citizen's way any more.
func TestMovedByStaffAnOnlinePlaceComesFree(t *testing.T) {
	h := openTownHall(t)
	day := tuesday + 7
	h.only(day, "grid_minutes: 10")
	made := h.book(at(t, day, "09:20"))
	before := h.free(at(t, day, "09:40"))
	if moved := h.moves(made, at(t, day, "09:40")); moved.Ticket.Online {
		t.Error("it still counts as online")
	}
	if got := h.free(at(t, day, "09:40")); got != before {
		t.Errorf("got %d places at the new time, want %d: one of staff's is taken", got, before)
	}
	if got := h.free(at(t, day, "09:20")); got == 0 {
		t.Error("the old time isn't free")
	}
}

// A number on paper that hangs in a hall must not come in by a move.
func TestAnExcludedNumberIsNotKeptOnAnotherDay(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, tuesday, "10:20"))
	n := made.Ticket.Number
	h.change(fmt.Sprintf("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    excluded_numbers: [{from: %s, to: %s}]\n", n, n))
	if moved := h.moves(made, at(t, tuesday+7, "10:20")); moved.Ticket.Number == n {
		t.Errorf("number %s was kept although it is excluded now", n)
	}
}

// What a move gives up is a span of its own office: another office may have one
// that looks the same, and it stays taken.
func TestAMoveToAnotherOfficeGivesNothingUpThere(t *testing.T) {
	h := openTownHall(t)
	day := tuesday + 7
	h.change(`format: aufruf/1
branches:
  - id: grimma-markt
    offices:
      - {id: buergerbuero, services: [eid-pin], grid_minutes: 5}
      - id: gewerbeamt
        services: [gewerbe-anmelden]
        grid_minutes: 5
        opening:
          - {days: [tuesday], hours: [09:00-12:00], capacity: {online: 1, staff: 1, counters: 1}}
`)
	minutes := func() int { s, _ := h.Catalogue().Service(pin); return s.Minutes }()
	other, _ := h.Catalogue().Service("gewerbe-anmelden")
	h.change(fmt.Sprintf("format: aufruf/1\nservices:\n  - {id: gewerbe-anmelden, minutes: %d}\n", minutes))
	made := h.book(at(t, day, "09:30"))
	there := wants(at(t, day, "09:30"))
	there.Items, there.Person.Email = one(other.ID), "there@example.org"
	if _, err := h.Book(h.ctx(), access.Actor{}, there); err != nil {
		t.Fatal(err)
	}
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    offices:\n      - {id: buergerbuero, services: [meldebescheinigung]}\n      - {id: gewerbeamt, services: [gewerbe-anmelden, eid-pin]}\n")
	_, err := h.Move(h.ctx(), access.Actor{}, made.Token, "", at(t, day, "09:35"))
	if !problem.Is(err, "booking.slot_taken") {
		t.Errorf("got %v, want the other office's one place taken", err)
	}
}

// Memory of the day follows who leaves it, and who comes back.
func TestAnAppointmentMovedOffTheDayLeavesTheDay(t *testing.T) {
	h := openTownHall(t)
	h.set(at(t, tuesday, "09:00"))
	h.walkIn()
	made := h.book(at(t, tuesday, "10:20"))
	h.must(clerk, next("platz-1")) // memory is read
	listed := func() bool {
		t.Helper()
		day, err := h.Workday(h.ctx(), staff(clerk), markt, 0)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(day.Tickets, func(x queue.Ticket) bool { return x.ID == made.Ticket.ID })
	}
	if !listed() {
		t.Fatal("the appointment isn't there before")
	}
	moved := h.moves(made, at(t, tuesday+7, "10:20"))
	if listed() {
		t.Error("it still stands in the day that it has left")
	}
	if _, err := h.do(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-1", Number: made.Ticket.Number}); !problem.Is(err, "number.unknown_today") {
		t.Errorf("called: got %v, want the number unknown today", err)
	}
	h.moves(moved, at(t, tuesday, "10:40"))
	if !listed() {
		t.Error("it came back to the day and isn't there")
	}
}

// Beyond capacity is said of a time, not of a person.
func TestAnOverbookedAppointmentThatIsMovedIsNoLongerBeyondCapacity(t *testing.T) {
	h := openTownHall(t)
	day := tuesday + 7
	h.only(day, "grid_minutes: 10")
	for range 3 {
		r := wants(at(t, day, "09:20"))
		r.Overbook = true
		if _, err := h.Book(h.ctx(), staff(clerk), r); err != nil {
			t.Fatal(err)
		}
	}
	r := wants(at(t, day, "09:20"))
	r.Overbook = true
	over, err := h.Book(h.ctx(), staff(clerk), r)
	if err != nil || !over.Ticket.Overbooked {
		t.Fatalf("got %+v, %v, want a fourth beyond capacity", over.Ticket, err)
	}
	if moved := h.moves(over, at(t, day, "09:40")); moved.Ticket.Overbooked {
		t.Error("it is marked although its time was free")
	}
}

// Of a time that the office offered it answers for what it gave: nothing of how the
// old one was booked goes along.
func TestAnAcceptedTimeIsNeitherOnlineNorBeyondCapacity(t *testing.T) {
	h := openTownHall(t)
	day := tuesday + 2
	h.only(day, "grid_minutes: 10")
	booked := h.book(at(t, day, "09:20"))
	var over app.Appointment
	for range 3 {
		r := wants(at(t, day, "09:20"))
		r.Overbook = true
		var err error
		if over, err = h.Book(h.ctx(), staff(clerk), r); err != nil {
			t.Fatal(err)
		}
	}
	if !booked.Ticket.Online || !over.Ticket.Overbooked {
		t.Fatalf("got %+v and %+v, want one of a citizen and one beyond capacity", booked.Ticket, over.Ticket)
	}
	h.only(day+1, "grid_minutes: 10")
	h.deals(offers(t))
	for name, id := range map[string]town.TicketID{"of a citizen": booked.Ticket.ID, "beyond capacity": over.Ticket.ID} {
		if err := h.AnswerReserved(h.ctx(), with(ledger.RoleReception), markt, id, app.ReservedAccepted); err != nil {
			t.Fatal(name, err)
		}
		if got := h.ticket(id); got.Date != day+1 || got.Online || got.Overbooked {
			t.Errorf("%s: got %+v, want it on the next day, of the office and within capacity", name, got)
		}
	}
}

// Two branches may have an office of the same name, whose spans look the same.
func TestAMoveToAnotherBranchGivesNothingUpThere(t *testing.T) {
	h := openTownHall(t)
	day := tuesday + 7
	h.change(`format: aufruf/1
branches:
  - id: nerchau
    offices:
      - id: buergerbuero
        grid_minutes: 5
        opening:
          - {days: [tuesday], hours: [09:00-12:00], capacity: {online: 1, staff: 1, counters: 1}}
`)
	made := h.book(at(t, day, "09:30"))
	there := wants(at(t, day, "09:30"))
	there.Branch, there.Person.Email = nera, "there@example.org"
	taken, err := h.Book(h.ctx(), access.Actor{}, there)
	if err != nil || taken.Ticket.Office != made.Ticket.Office {
		t.Fatalf("got %+v, %v, want an office of the same name", taken.Ticket, err)
	}
	_, err = h.MoveTicket(h.ctx(), staff(clerk), markt, made.Ticket.ID, nera, at(t, day, "09:35"), app.StaffReason{})
	if !problem.Is(err, "booking.slot_taken") {
		t.Errorf("got %v, want the other branch's one place taken", err)
	}
}
