package app_test

import (
	"crypto/rand"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func (h *townHall) do(user town.UserID, cmd deskwork.Command) (app.Done, error) {
	return h.doAt(markt, user, cmd)
}

func (h *townHall) must(user town.UserID, cmd deskwork.Command) app.Done {
	h.t.Helper()
	return h.mustAt(markt, user, cmd)
}

func (h *townHall) doAt(branch town.BranchID, user town.UserID, cmd deskwork.Command) (app.Done, error) {
	if cmd.ID == "" {
		cmd.ID = rand.Text()
	}
	return h.Do(h.ctx(), staff(user), branch, cmd)
}

func (h *townHall) mustAt(branch town.BranchID, user town.UserID, cmd deskwork.Command) app.Done {
	h.t.Helper()
	done, err := h.doAt(branch, user, cmd)
	if err != nil {
		h.t.Fatal(err)
	}
	return done
}

func next(room town.RoomID) deskwork.Command {
	return deskwork.Command{Type: deskwork.CallNext, Room: room}
}

func on(kind deskwork.Type, ticket town.TicketID) deskwork.Command {
	return deskwork.Command{Type: kind, Ticket: ticket}
}

func TestManyDesksGetDifferentPeople(t *testing.T) {
	h := openTownHall(t)
	h.set(at(t, tuesday, "09:00"))
	const people = 40
	for range people {
		h.walkIn()
	}
	var mu sync.Mutex
	called := map[town.TicketID]int{}
	got := outcomes(people+8, func(i int) error {
		room := town.RoomID(fmt.Sprintf("platz-%d", i%4+1))
		cmd := next(room)
		cmd.ID, cmd.TakeOver = fmt.Sprint("c", i), true
		done, err := h.Do(h.ctx(), staff(town.UserID(fmt.Sprint("clerk", i))), markt, cmd)
		if err == nil {
			mu.Lock()
			called[done.Ticket.ID]++
			mu.Unlock()
		}
		return err
	})
	if got[""] != people || got["queue.empty"] != 8 {
		t.Errorf("got %v, want %d calls and 8 times queue.empty", got, people)
	}
	if len(called) != people {
		t.Errorf("got %d different people, want %d", len(called), people)
	}
}

func TestARepeatedCommandHasTheSameAnswerAndNoSecondEffect(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	cmd := next("platz-1")
	cmd.ID = "one"
	first, again := h.must(clerk, cmd), h.must(clerk, cmd)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("second answer differs:\n%s", diff)
	}
	other := on(deskwork.Recall, first.Ticket.ID)
	other.ID = "one"
	if _, err := h.do(clerk, other); !problem.Is(err, "command.id_reused") {
		t.Errorf("got %v, want command.id_reused", err)
	}
}

func TestARefusalIsRepeatedToo(t *testing.T) {
	h := openTownHall(t)
	cmd := next("platz-1")
	cmd.ID = "early"
	if _, err := h.do(clerk, cmd); !problem.Is(err, "queue.empty") {
		t.Fatalf("got %v, want queue.empty", err)
	}
	h.walkIn()
	if _, err := h.do(clerk, cmd); !problem.Is(err, "queue.empty") {
		t.Errorf("got %v, want the same refusal", err)
	}
}

func TestOneKeyDoesForAWholeDay(t *testing.T) {
	h := openTownHall(t)
	for range 3 {
		h.walkIn()
	}
	first := h.must(clerk, next("platz-1"))
	h.must(clerk, on(deskwork.Start, first.Ticket.ID))
	second := h.must(clerk, next("platz-1"))
	third := h.must(clerk, next("platz-1"))
	if _, err := h.do(clerk, next("platz-1")); !problem.Is(err, "queue.empty") {
		t.Fatalf("got %v, want queue.empty", err)
	}
	line, err := h.Line(h.ctx(), markt)
	if err != nil {
		t.Fatal(err)
	}
	if len(line.Open) != 1 || line.Open[0].ID != third.Ticket.ID {
		t.Errorf("got %d open, want the third one to stay open on queue.empty", len(line.Open))
	}
	if _, err := h.do(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-1", Number: first.Ticket.Number}); !problem.Is(err, "ticket.done") {
		t.Errorf("served: got %v, want ticket.done", err)
	}
	again := h.must(clerk, deskwork.Command{Type: deskwork.Call, Room: "platz-1", Number: second.Ticket.Number})
	if again.Ticket.ID != second.Ticket.ID {
		t.Errorf("assumed: got %s, want it called again", again.Ticket.ID)
	}
}

func TestARoomBelongsToOneUserAtATime(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	mine := h.must(clerk, next("platz-1"))
	if _, err := h.do("other", next("platz-1")); !problem.Is(err, "room.taken") {
		t.Errorf("got %v, want room.taken", err)
	}
	if _, err := h.do("other", on(deskwork.Recall, mine.Ticket.ID)); !problem.Is(err, "room.taken") {
		t.Errorf("recall: got %v, want room.taken", err)
	}
	take := next("platz-1")
	take.TakeOver = true
	if _, err := h.do("other", take); err != nil {
		t.Errorf("take over: %v", err)
	}
}

func TestANumberIsCalledInOneRoomOnly(t *testing.T) {
	h := openTownHall(t)
	issued := h.walkIn()
	h.must(clerk, next("platz-1"))
	for number, want := range map[town.Number]string{
		issued.Ticket.Number:                             "ticket.called_elsewhere",
		town.Number(100 + (issued.Ticket.Number-99)%900): "number.unknown_today",
	} {
		_, err := h.do("other", deskwork.Command{Type: deskwork.Call, Room: "platz-2", Number: number})
		if !problem.Is(err, want) {
			t.Errorf("number %s: got %v, want %s", number, err, want)
		}
	}
}

func TestUndoOpensTheRoomAgainUnlessItIsInUse(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	first := h.must(clerk, next("platz-1"))
	h.must(clerk, on(deskwork.NoShow, first.Ticket.ID))
	h.must(clerk, next("platz-1"))
	if _, err := h.do(clerk, on(deskwork.Undo, first.Ticket.ID)); !problem.Is(err, "room.occupied") {
		t.Errorf("got %v, want room.occupied", err)
	}
}

func TestParkTransferAndUndoKeepTheNumber(t *testing.T) {
	h := openTownHall(t)
	issued := h.walkIn()
	called := h.must(clerk, next("platz-1"))
	parked := h.must(clerk, deskwork.Command{Type: deskwork.Park, Ticket: called.Ticket.ID, Note: "holt Foto"})
	if parked.Ticket.State != queue.Parked {
		t.Errorf("got %s, want parked", parked.Ticket.State)
	}
	back := h.must(clerk, on(deskwork.Undo, called.Ticket.ID))
	if back.Ticket.State != queue.Called || back.Ticket.Room != "platz-1" {
		t.Errorf("got %s in %s, want called in platz-1", back.Ticket.State, back.Ticket.Room)
	}
	h.must(clerk, deskwork.Command{Type: deskwork.Transfer, Ticket: called.Ticket.ID, Room: "platz-3"})
	if _, err := h.do("other", next("platz-2")); !problem.Is(err, "queue.empty") {
		t.Errorf("another room: got %v, want queue.empty", err)
	}
	there := h.must("third", next("platz-3"))
	if there.Ticket.Number != issued.Ticket.Number {
		t.Errorf("got number %s, want %s", there.Ticket.Number, issued.Ticket.Number)
	}
}

func TestAppointmentsAreCallableFromFiveMinutesBefore(t *testing.T) {
	h := openTownHall(t)
	made := h.book(at(t, tuesday, "09:20"))
	for clock, want := range map[string]string{"09:14": "queue.empty", "09:15": ""} {
		h.set(at(t, tuesday, clock))
		_, err := h.do(clerk, next("platz-1"))
		got := ""
		if err != nil {
			got = problem.Of(err).Key
		}
		if clock == "09:15" && got == "queue.empty" || got != want && clock == "09:14" {
			t.Errorf("at %s: got %q, want %q", clock, got, want)
		}
	}
	_ = made
}

func TestLateCheckInQueuesLikeAWalkIn(t *testing.T) {
	h := openTownHall(t)
	late := h.book(at(t, tuesday, "09:00"))
	h.set(at(t, tuesday, "09:31"))
	arrived, err := h.CheckIn(h.ctx(), staff(clerk), app.CheckInRequest{Branch: markt, Number: late.Ticket.Number})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := arrived.SortAt, at(t, tuesday, "10:01"); !got.Equal(want) {
		t.Errorf("got sort time %s, want %s", got, want)
	}
}

func TestOnALaterDayNothingCanBeCalled(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.set(at(t, tuesday.AddDays(1), "09:00"))
	if _, err := h.do(clerk, next("platz-1")); !problem.Is(err, "queue.empty") {
		t.Errorf("got %v, want queue.empty", err)
	}
}

func TestAnAlarmReachesTheOtherDesksAndNoScreen(t *testing.T) {
	h := openTownHall(t)
	done := h.must(clerk, deskwork.Command{Type: deskwork.Alarm, Room: "platz-2"})
	events, err := h.EventsAfter(h.ctx(), markt, done.Seq-1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := events[0]; got.Kind != ledger.EventAlarm || got.Label != "Platz 2" || app.ShownOn(got, nil) {
		t.Errorf("got %+v, want an alarm of Platz 2 that no screen shows", got)
	}
	if _, err := h.do(clerk, deskwork.Command{Type: deskwork.Alarm, Room: "keller"}); !problem.Is(err, "room.unknown") {
		t.Errorf("got %v, want room.unknown", err)
	}
}
