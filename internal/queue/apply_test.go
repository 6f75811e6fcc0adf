package queue_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func TestEveryStepIsInTheTableOrChangesNothing(t *testing.T) {
	rows := queue.Transitions()
	rapid.Check(t, func(t *rapid.T) {
		before := genTicket(0).Draw(t, "ticket")
		a := rapid.SampledFrom(queue.Actions()).Draw(t, "action")
		by := genStep().Draw(t, "step")
		kept := before
		after, err := before.Apply(a, by)
		if diff := cmp.Diff(kept, before); diff != "" {
			t.Fatalf("the receiver changed:\n%s", diff)
		}
		if err != nil {
			if diff := cmp.Diff(before, after); diff != "" {
				t.Fatalf("%s was refused, but changed:\n%s", a, diff)
			}
			return
		}
		if a == queue.DoUndo {
			return
		}
		for _, row := range rows {
			if row.From == before.State && row.Action == a && row.To == after.State {
				return
			}
		}
		t.Fatalf("%s from %s to %s isn't in the table", a, before.State, after.State)
	})
}

func TestUndoRestoresAllButVersion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := genTicket(0).Draw(t, "ticket")
		a := rapid.SampledFrom(queue.Actions()).Filter(func(a queue.Action) bool { return a != queue.DoUndo }).Draw(t, "action")
		after, err := before.Apply(a, genStep().Draw(t, "step"))
		if err != nil {
			return
		}
		if got, want := after.Version, before.Version+1; got != want {
			t.Fatalf("got version %d, want %d", got, want)
		}
		undone, err := after.Apply(queue.DoUndo, genStep().Draw(t, "undo"))
		if a == queue.DoCancel || a == queue.EnterCancelled {
			if !problem.Is(err, "ticket.nothing_to_undo") {
				t.Fatalf("undo of a cancellation: got %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		undone.Version, undone.Before = before.Version, before.Before
		if diff := cmp.Diff(before, undone); diff != "" {
			t.Fatalf("undo of %s (-want +got):\n%s", a, diff)
		}
	})
}

// A call and its undo leave a room and everybody of the day as they were, also
// whom the call closed and the pause that it ended, but for versions and what
// could be undone before. Who was touched in between stays as they are.
func TestUndoOfACallBringsBackWhatItEnded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := genTickets().Draw(t, "day")
		for i := range day {
			day[i].ID = town.TicketID(fmt.Sprint("t", i))
		}
		by := genStep().Draw(t, "call")
		by.Resumes = rapid.Bool().Draw(t, "paused")
		before := slices.Clone(day)
		who := rapid.IntRange(-1, len(day)-1).Draw(t, "who")
		if who < 0 || day[who].State.Open() && day[who].Room == by.Room {
			return
		}
		for i := range day {
			if !day[i].State.Open() || day[i].Room != by.Room {
				continue
			}
			closed, err := day[i].Apply(queue.DoAssume, by)
			if err != nil {
				t.Fatal(err)
			}
			day[i] = closed
			by.Closes = append(by.Closes, queue.Closed{Ticket: closed.ID, Version: closed.Version})
		}
		called, err := day[who].Apply(queue.DoCall, by)
		if err != nil {
			return
		}
		day[who] = called
		touched := map[town.TicketID]bool{}
		for _, c := range by.Closes {
			i := slices.IndexFunc(day, func(o queue.Ticket) bool { return o.ID == c.Ticket })
			if rapid.Bool().Draw(t, "touched") {
				if next, err := day[i].Apply(queue.EnterServed, by); err == nil {
					day[i], touched[c.Ticket] = next, true
				}
			}
		}

		reopened := day[who].Reopens(each(day...))
		if got := day[who].PausesAgain(); got != by.Resumes {
			t.Fatalf("pauses again: %v, want %v", got, by.Resumes)
		}
		for _, o := range append(reopened, &day[who]) {
			i := slices.IndexFunc(day, func(of queue.Ticket) bool { return of.ID == o.ID })
			undone, err := o.Apply(queue.DoUndo, by)
			if err != nil {
				t.Fatalf("undo of %s: %v", o.ID, err)
			}
			day[i] = undone
		}
		for i := range day {
			if touched[day[i].ID] {
				continue
			}
			day[i].Version, day[i].Before = before[i].Version, before[i].Before
			if diff := cmp.Diff(before[i], day[i]); diff != "" {
				t.Fatalf("ticket %s (-before +after):\n%s", day[i].ID, diff)
			}
		}
	})
}

// Only a call keeps what it closed: a recall that is undone closes nobody anew.
func TestAStepAfterACallForgetsWhatTheCallEnded(t *testing.T) {
	by := step()
	by.Closes, by.Resumes = []queue.Closed{{Ticket: "t2", Version: 5}}, true
	called := life(t, inState(queue.Waiting), by, queue.DoCall)
	other := inState(queue.Done)
	other.ID, other.Version = "t2", 5
	if got := called.Reopens(each(other)); len(got) != 1 || !called.PausesAgain() {
		t.Errorf("called: reopens %d, pauses again %v", len(got), called.PausesAgain())
	}
	other.Version++
	if got := called.Reopens(each(other)); len(got) != 0 {
		t.Errorf("touched since: reopens %d", len(got))
	}
	for _, a := range []queue.Action{queue.DoRecall, queue.DoStart, queue.DoPark} {
		later := life(t, called, by, a)
		other.Version = 5
		if got := later.Reopens(each(other)); len(got) != 0 || later.PausesAgain() {
			t.Errorf("%s: reopens %d, pauses again %v", a, len(got), later.PausesAgain())
		}
	}
}

func TestARoomExactlyWhenOpen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ticket := genTicket(0).Draw(t, "ticket")
		if got, want := ticket.Room != "" && ticket.User != "", ticket.State.Open(); got != want {
			t.Fatalf("%s in room %q by %q", ticket.State, ticket.Room, ticket.User)
		}
		if got, want := ticket.Outcome != "", ticket.State == queue.Done; got != want {
			t.Fatalf("%s with outcome %q", ticket.State, ticket.Outcome)
		}
		if got, want := !ticket.EndedAt.IsZero(), ticket.State.Ended(); got != want {
			t.Fatalf("%s ended at %s", ticket.State, ticket.EndedAt)
		}
	})
}

func TestSortTimeNeverFallsAndOnlyCheckInMovesIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := genTicket(0).Draw(t, "ticket")
		a := rapid.SampledFrom(queue.Actions()).Draw(t, "action")
		after, err := before.Apply(a, genStep().Draw(t, "step"))
		if err != nil || a == queue.DoUndo {
			return
		}
		if after.SortAt.Before(before.SortAt) {
			t.Fatalf("%s moved the sort time forward from %s to %s", a, before.SortAt, after.SortAt)
		}
		if a != queue.DoCheckIn && !after.SortAt.Equal(before.SortAt) {
			t.Fatalf("%s moved the sort time", a)
		}
	})
}

// life runs actions one after another and fails on the first refused.
func life(t *testing.T, ticket queue.Ticket, by queue.Step, actions ...queue.Action) queue.Ticket {
	t.Helper()
	for _, a := range actions {
		next, err := ticket.Apply(a, by)
		if err != nil {
			t.Fatalf("%s in %s: %v", a, ticket.State, err)
		}
		ticket = next
	}
	return ticket
}

func TestCallTakesTheRoomAndLeavingFreesIt(t *testing.T) {
	called := life(t, inState(queue.Waiting), step(), queue.DoCall)
	want := inState(queue.Waiting).Progress
	want.State, want.Room, want.User = queue.Called, "platz-1", "sorge"
	want.Calls, want.CalledAt, want.CallSeq = 1, clock(70), 77
	want.Path = []queue.Moment{{Did: queue.DoCall, At: clock(70), Room: "platz-1"}}
	if diff := cmp.Diff(want, called.Progress); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again := step()
	again.Room, again.User, again.Seq, again.Now = "", "", 80, clock(71)
	recalled := life(t, called, again, queue.DoRecall)
	want.Calls, want.CalledAt, want.CallSeq = 2, clock(71), 80
	want.Path = append(want.Path, queue.Moment{Did: queue.DoRecall, At: clock(71)})
	if diff := cmp.Diff(want, recalled.Progress); diff != "" {
		t.Errorf("recall (-want +got):\n%s", diff)
	}
}

func TestWhoWasCalledAndWhoWasServed(t *testing.T) {
	for _, tc := range []struct {
		name    string
		actions []queue.Action
		want    queue.Outcome
	}{
		{"finished", []queue.Action{queue.DoCall, queue.DoStart, queue.DoFinish}, queue.Served},
		{"finished without start", []queue.Action{queue.DoCall, queue.DoFinish}, queue.Served},
		{"next after start", []queue.Action{queue.DoCall, queue.DoStart, queue.DoAssume}, queue.Served},
		{"next without a word", []queue.Action{queue.DoCall, queue.DoAssume}, queue.Assumed},
		{"called again", []queue.Action{queue.DoCall, queue.DoAssume, queue.DoCall, queue.DoStart, queue.DoFinish}, queue.Served},
	} {
		got := life(t, inState(queue.Waiting), step(), tc.actions...)
		if got.State != queue.Done || got.Outcome != tc.want {
			t.Errorf("%s: got %s %q, want done %q", tc.name, got.State, got.Outcome, tc.want)
		}
	}
	if _, err := inState(queue.Done).Apply(queue.DoCall, step()); !problem.Is(err, "ticket.done") {
		t.Errorf("call of one who was served: got %v, want ticket.done", err)
	}
}

func TestNoShowNeedsItsCalls(t *testing.T) {
	by := step()
	by.Policy.CallsToNoShow = 3
	once := life(t, inState(queue.Waiting), by, queue.DoCall)
	_, err := once.Apply(queue.DoNoShow, by)
	if got, want := problem.Of(err).Args["remaining"], 2; !problem.Is(err, "ticket.call_again") || got != want {
		t.Fatalf("got %v with %v calls remaining, want ticket.call_again with %d", err, got, want)
	}
	gone := life(t, once, by, queue.DoRecall, queue.DoRecall, queue.DoNoShow)
	if got, want := gone.State, queue.NoShow; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	moved := life(t, life(t, once, by, queue.DoRecall, queue.DoTransfer), by, queue.DoCall)
	if _, err := moved.Apply(queue.DoNoShow, by); !problem.Is(err, "ticket.call_again") {
		t.Errorf("calls count anew at another office: got %v", err)
	}
}

func TestCheckInKeepsOrLosesThePlace(t *testing.T) {
	for _, tc := range []struct {
		name   string
		ticket queue.Ticket
		minute int
		want   time.Time
	}{
		{"early", appointment(1, 30), 0, clock(30)},
		{"on the last second of grace", appointment(1, 30), 35, clock(30)},
		{"past the grace time", appointment(1, 30), 36, clock(66)},
		{"the clock stands before the booking", appointment(1, 30), -5000, clock(30)},
	} {
		by := step()
		by.Now = clock(tc.minute)
		got := life(t, tc.ticket, by, queue.DoCheckIn)
		if !got.SortAt.Equal(tc.want) || !got.CheckedIn.Equal(by.Now) || got.State != queue.Waiting {
			t.Errorf("%s: got %s sorted at %s, want waiting at %s", tc.name, got.State, got.SortAt, tc.want)
		}
	}
}

func TestLateReturnQueuesAnew(t *testing.T) {
	by := step() // 10:10
	gone := life(t, walkIn(1, 0), by, queue.DoCall, queue.DoNoShow)
	by.Now = clock(90)
	back := life(t, gone, by, queue.DoCheckIn)
	if got, want := back.SortAt, clock(120); !got.Equal(want) || back.State != queue.Waiting || back.Calls != 0 {
		t.Errorf("got %s at %s with %d calls, want waiting at %s with none", back.State, got, back.Calls, want)
	}
	by.Policy.After = true
	if got, last := life(t, gone, by, queue.DoCheckIn).SortAt, clock(23*60); !got.After(last) {
		t.Errorf("strictly after appointments: got %s, want after %s", got, last)
	}
}

func TestTransferKeepsNumberAndPlace(t *testing.T) {
	for _, tc := range []struct {
		from, want queue.State
	}{
		{queue.Booked, queue.Booked}, {queue.Waiting, queue.Waiting}, {queue.Called, queue.Waiting},
		{queue.Serving, queue.Waiting}, {queue.Parked, queue.Parked},
	} {
		got := life(t, inState(tc.from), step(), queue.DoTransfer)
		if got.State != tc.want || got.Office != "standesamt" || got.Room != "" || got.Number != 417 || !got.SortAt.Equal(clock(30)) {
			t.Errorf("from %s: got %+v", tc.from, got.Progress)
		}
	}
	toRoom := step()
	toRoom.Office, toRoom.OnlyRoom = "", "platz-4"
	got := life(t, inState(queue.Serving), toRoom, queue.DoTransfer)
	if got.Office != "buergerbuero" || got.OnlyRoom != "platz-4" {
		t.Errorf("to a room: got %+v", got.Progress)
	}
	if got := life(t, got, step(), queue.DoTransfer); got.OnlyRoom != "" {
		t.Errorf("on to an office: still only for room %s", got.OnlyRoom)
	}
}

func TestCancellingRaisesTheCalendarsRevision(t *testing.T) {
	got := life(t, inState(queue.Booked), step(), queue.DoCancel)
	if got.Revision != 1 || got.State != queue.Cancelled || !got.EndedAt.Equal(clock(70)) {
		t.Errorf("got revision %d, %s, ended %s", got.Revision, got.State, got.EndedAt)
	}
}

func TestStepsThatLackSomething(t *testing.T) {
	none := queue.Step{Now: clock(70), Today: today}
	for _, tc := range []struct {
		action queue.Action
		field  string
	}{{queue.DoCall, "room"}, {queue.DoTransfer, "office"}, {queue.DoSendOn, "service"}} {
		from := queue.Waiting
		if tc.action == queue.DoSendOn {
			from = queue.Serving
		}
		_, err := inState(from).Apply(tc.action, none)
		if got := problem.Of(err); got.Kind != problem.Invalid || got.Fields[tc.field] == "" {
			t.Errorf("%s: got %v, want a bad field %s", tc.action, err, tc.field)
		}
	}
}

func TestOtherDays(t *testing.T) {
	for _, tc := range []struct {
		date   town.Date
		state  queue.State
		action queue.Action
		want   string
	}{
		{today + 1, queue.Booked, queue.DoCall, "ticket.not_here_today"},
		{today + 1, queue.Booked, queue.DoCheckIn, "ticket.not_here_today"},
		{today + 1, queue.Booked, queue.DoCancel, ""},
		{today + 1, queue.Booked, queue.DoTransfer, ""},
		{today + 1, queue.Cancelled, queue.DoCall, "ticket.cancelled"},
		{today - 1, queue.Booked, queue.DoCheckIn, "ticket.not_here_today"},
		{today - 1, queue.Waiting, queue.DoCall, "ticket.not_here_today"},
		{today - 1, queue.Called, queue.DoRecall, "ticket.not_here_today"},
		{today - 1, queue.Serving, queue.DoFinish, "ticket.not_here_today"},
		{today - 1, queue.Booked, queue.DoCancel, "ticket.not_here_today"},
		{today - 1, queue.Done, queue.DoCall, "ticket.done"},
		{today - 1, queue.Booked, queue.EnterServed, ""},
		{today - 1, queue.Called, queue.EnterNoShow, ""},
		{today - 1, queue.Booked, queue.EnterCancelled, ""},
		{today, queue.Booked, queue.EnterServed, ""},
		{today + 1, queue.Booked, queue.EnterServed, "ticket.not_here_today"},
	} {
		ticket := inState(tc.state)
		ticket.Date = tc.date
		_, err := ticket.Apply(tc.action, step())
		if tc.want == "" && err != nil || tc.want != "" && !problem.Is(err, tc.want) {
			t.Errorf("%s on %s, %s: got %v, want %q", tc.action, tc.date, tc.state, err, tc.want)
		}
	}
	yesterdays := life(t, inState(queue.Waiting), step(), queue.DoCall)
	tomorrow := step()
	tomorrow.Today++
	if _, err := yesterdays.Apply(queue.DoUndo, tomorrow); !problem.Is(err, "ticket.nothing_to_undo") {
		t.Errorf("undo on the next day: got %v", err)
	}
}

func TestOldTicketsReadAsOver(t *testing.T) {
	for _, tc := range []struct {
		state, want queue.State
		outcome     queue.Outcome
	}{
		{queue.Booked, queue.NoShow, queue.NoOutcome},
		{queue.Waiting, queue.NoShow, queue.NoOutcome},
		{queue.Parked, queue.NoShow, queue.NoOutcome},
		{queue.Called, queue.NoShow, queue.NoOutcome},
		{queue.Serving, queue.Done, queue.Served},
		{queue.Done, queue.Done, queue.Served},
		{queue.NoShow, queue.NoShow, queue.NoOutcome},
		{queue.Cancelled, queue.Cancelled, queue.NoOutcome},
	} {
		ticket := inState(tc.state)
		ticket.Before = &queue.Earlier{Progress: queue.Progress{State: queue.Booked}}
		if diff := cmp.Diff(ticket, ticket.On(today)); diff != "" {
			t.Errorf("%s today (-want +got):\n%s", tc.state, diff)
		}
		got := ticket.On(today + 1)
		if got.State != tc.want || got.Outcome != tc.outcome || got.Room != "" || got.User != "" || got.Before != nil {
			t.Errorf("%s tomorrow: got %+v", tc.state, got.Progress)
		}
		if on := ticket.StateOn(today + 1); on != tc.want {
			t.Errorf("%s tomorrow: StateOn says %s, want %s", tc.state, on, tc.want)
		}
	}
}
