package queue_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func numbers(tickets []queue.Ticket) []town.Number {
	list := []town.Number{}
	for _, t := range tickets {
		list = append(list, t.Number)
	}
	return list
}

// buergerbuerosWant is a room that takes the people of the Bürgerbüro.
func buergerbuerosWant() queue.Want {
	return queue.Want{Room: "platz-1", Offices: []town.OfficeID{"buergerbuero"}}
}

// TestWorkedExample is the morning of docs/call-order.md.
func TestWorkedExample(t *testing.T) {
	early := appointment(2, 20) // 417's 09:20, checked in at 09:07
	early.State, early.CheckedIn = queue.Waiting, clock(7)
	late := appointment(1, 0) // 09:00, checks in at 09:16
	byLate := step()
	byLate.Now = clock(16)
	late, err := late.Apply(queue.DoCheckIn, byLate)
	if err != nil {
		t.Fatal(err)
	}
	urgent := walkIn(6, 5) // 09:05 with two steps of priority
	urgent.Priority = 2
	day := []queue.Ticket{
		walkIn(5, 0),       // 09:00 -> 09:30
		appointment(4, 30), // 09:30, not checked in
		late,               // -> 09:46
		urgent,             // 09:35 - 20 min -> 09:15
		early,              // 09:20
		appointment(3, 40), // 09:40
	}
	for _, tc := range []struct {
		minute int
		want   []town.Number
	}{
		{16, []town.Number{106, 102, 105, 101}},
		{25, []town.Number{106, 102, 104, 105, 101}},
		{35, []town.Number{106, 102, 104, 105, 103, 101}},
	} {
		got := numbers(queue.Candidates(day, clock(tc.minute), today, buergerbuerosWant()))
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("at minute %d (-want +got):\n%s", tc.minute, diff)
		}
	}
}

func TestWhenAnAppointmentCanBeCalled(t *testing.T) {
	booked := appointment(1, 30)
	arrived := booked
	arrived.State, arrived.CheckedIn = queue.Waiting, clock(10)
	for _, tc := range []struct {
		name   string
		ticket queue.Ticket
		now    time.Time
		want   bool
	}{
		{"booked, six minutes before", booked, clock(24), false},
		{"booked, five minutes before", booked, clock(25), true},
		{"checked in, sixteen minutes before", arrived, clock(14), false},
		{"checked in, a quarter before", arrived, clock(15), true},
		{"walk-in at once", walkIn(2, 20), clock(20), true},
		{"walk-in that the clock has not reached", walkIn(2, 20), clock(-600), true},
	} {
		got := queue.Next(each(tc.ticket), tc.now, today, buergerbuerosWant()) != nil
		if got != tc.want {
			t.Errorf("%s: got %v, want %v", tc.name, got, tc.want)
		}
	}
}

// Called at 09:10 by number for 09:40 and sent to another room: the desk there
// had to wait until 09:35.
func TestWhoWasCalledOnceIsCallableElsewhereAtOnce(t *testing.T) {
	by := step()
	by.Now, by.Office, by.OnlyRoom = clock(10), "standesamt", "platz-1"
	sent := life(t, appointment(1, 40), by, queue.DoCall, queue.DoTransfer)
	back := life(t, appointment(2, 40), by, queue.DoCall, queue.DoPark, queue.DoUnpark)
	for _, ticket := range []queue.Ticket{sent, back} {
		if queue.Next(each(ticket), clock(11), today, buergerbuerosWant()) == nil {
			t.Errorf("%d isn't callable", ticket.Number)
		}
	}
	undone := life(t, appointment(3, 40), by, queue.DoCall, queue.DoUndo)
	if queue.Next(each(undone), clock(11), today, buergerbuerosWant()) != nil {
		t.Error("whose call was undone is callable before their time")
	}
}

func TestWhomARoomCalls(t *testing.T) {
	other, toUs, toOther := walkIn(1, 0), walkIn(2, 0), walkIn(3, 0)
	other.Office = "standesamt"
	toUs.Office, toUs.OnlyRoom = "standesamt", "platz-1"
	toOther.OnlyRoom = "platz-2"
	yesterdays, parked, ours := walkIn(4, 0), walkIn(5, 0), walkIn(6, 0)
	yesterdays.Date--
	parked.State = queue.Parked
	all := []queue.Ticket{other, toUs, toOther, yesterdays, parked, ours}
	got := numbers(queue.Candidates(all, clock(60), today, buergerbuerosWant()))
	if diff := cmp.Diff([]town.Number{102, 106}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	nowhere := queue.Want{Room: "platz-1"}
	if got := numbers(queue.Candidates(all, clock(60), today, nowhere)); len(got) != 1 {
		t.Errorf("a room without offices: got %v, want only the one sent to it", got)
	}
	if queue.Next(each(), clock(60), today, buergerbuerosWant()) != nil {
		t.Error("somebody is next in an empty queue")
	}
}

func TestPolicyIsEachOfficesOwn(t *testing.T) {
	ours, theirs := appointment(1, 30), appointment(2, 30)
	theirs.Office = "standesamt"
	want := queue.Want{Offices: []town.OfficeID{"buergerbuero", "standesamt"}, PolicyOf: func(o town.OfficeID) queue.Policy {
		p := queue.DefaultPolicy()
		if o == "standesamt" {
			p.CallableBefore = 20 * time.Minute
		}
		return p
	}}
	got := numbers(queue.Candidates([]queue.Ticket{ours, theirs}, clock(12), today, want))
	if diff := cmp.Diff([]town.Number{102}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStrictlyAfterAppointments(t *testing.T) {
	p := queue.DefaultPolicy()
	p.After = true
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	// The longest day: a walk-in at midnight, an appointment at its very end.
	arrival := time.Date(2026, 10, 25, 0, 0, 0, 0, berlin)
	last := time.Date(2026, 10, 25, 23, 59, 0, 0, berlin)
	if got := queue.SortTime(queue.WalkIn, time.Time{}, arrival, p); !got.After(last) {
		t.Errorf("got %s, want after %s", got, last)
	}
}

func TestANewTicketSortsByItsStartOrItsArrival(t *testing.T) {
	start, arrival := clock(60), clock(20)
	if got := queue.SortTime(queue.Appointment, start, arrival, queue.DefaultPolicy()); !got.Equal(start) {
		t.Errorf("an appointment: got %s, want its start %s", got, start)
	}
	if got, want := queue.SortTime(queue.WalkIn, time.Time{}, arrival, queue.DefaultPolicy()), clock(50); !got.Equal(want) {
		t.Errorf("a walk-in: got %s, want the handicap after its arrival, %s", got, want)
	}
}

func TestOrderIsTotalAndTheSameForEqualStates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := genTickets().Draw(t, "tickets")
		for _, a := range tickets {
			for _, b := range tickets {
				ab, ba := queue.Compare(a, b), queue.Compare(b, a)
				if ab != -ba || (ab == 0) != (a.ID == b.ID) {
					t.Fatalf("%d to %d: %d and %d", a.Number, b.Number, ab, ba)
				}
				for _, c := range tickets {
					if ab < 0 && queue.Compare(b, c) < 0 && queue.Compare(a, c) >= 0 {
						t.Fatalf("%d, %d, %d go round in a circle", a.Number, b.Number, c.Number)
					}
				}
			}
		}
	})
}

func TestRowOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := genTickets().Draw(t, "tickets")
		shuffled := rapid.Permutation(tickets).Draw(t, "shuffled")
		now := clock(rapid.IntRange(-10, 600).Draw(t, "now"))
		want := queue.Candidates(tickets, now, today, buergerbuerosWant())
		got := queue.Candidates(shuffled, now, today, buergerbuerosWant())
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		next := queue.Next(each(shuffled...), now, today, buergerbuerosWant())
		if (next != nil) != (len(want) > 0) || next != nil && next.ID != want[0].ID {
			t.Fatalf("next is %+v, first of the candidates %v", next, numbers(want))
		}
	})
}

// TestNothingFlipsWithTime looks twice: the later look only adds people, and
// those seen before stand to each other as they did.
func TestNothingFlipsWithTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := genTickets().Draw(t, "tickets")
		first := rapid.IntRange(-10, 600).Draw(t, "first look")
		second := first + rapid.IntRange(0, 600).Draw(t, "later")
		before := numbers(queue.Candidates(tickets, clock(first), today, buergerbuerosWant()))
		after := numbers(queue.Candidates(tickets, clock(second), today, buergerbuerosWant()))
		after = slices.DeleteFunc(after, func(n town.Number) bool { return !slices.Contains(before, n) })
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatalf("(-first +second look):\n%s", diff)
		}
	})
}

// TestNobodyStarves lets a full day of appointments and of urgent walk-ins
// stream past a plain walk-in: only those whose time comes before can overtake.
func TestNobodyStarves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		patient := walkIn(0, 0)
		tickets := []queue.Ticket{patient}
		for i := range 50 {
			minute := rapid.IntRange(0, 480).Draw(t, "minute")
			rival := appointment(i+1, minute)
			if rapid.Bool().Draw(t, "walk-in") {
				rival = walkIn(i+1, minute)
				rival.Priority = rapid.IntRange(0, 3).Draw(t, "priority")
			}
			tickets = append(tickets, rival)
		}
		// Whoever comes after 09:30 with at most three steps of priority sorts
		// behind somebody whose time is 09:30.
		ahead := 0
		for _, rival := range tickets[1:] {
			if rival.Kind == queue.Appointment && !rival.Start.After(clock(30)) ||
				rival.Kind == queue.WalkIn && !rival.Created.After(clock(30)) {
				ahead++
			}
		}
		if got := queue.Ahead(each(tickets...), &patient); got > ahead {
			t.Fatalf("got %d ahead, want at most the %d who can be", got, ahead)
		}
		turn := callUntil(tickets, patient.ID, clock(600))
		if got, want := turn, queue.Ahead(each(tickets...), &patient); got != want {
			t.Fatalf("called after %d others, want %d as announced", got, want)
		}
	})
}

// callUntil calls one after another and returns how many came before a ticket.
func callUntil(tickets []queue.Ticket, wanted town.TicketID, now time.Time) int {
	left := slices.Clone(tickets)
	for turn := 0; ; turn++ {
		next := queue.Next(each(left...), now, today, buergerbuerosWant())
		if next == nil {
			return -1
		}
		if next.ID == wanted {
			return turn
		}
		called := next.ID
		left = slices.DeleteFunc(left, func(t queue.Ticket) bool { return t.ID == called })
	}
}

func TestAheadCountsTheOfficesLine(t *testing.T) {
	mine := walkIn(9, 0) // sorts at 09:30
	elsewhere, over, parked, tomorrow := appointment(1, 0), appointment(2, 0), appointment(3, 0), appointment(4, 0)
	elsewhere.Office, over.State, parked.State = "standesamt", queue.Done, queue.Parked
	tomorrow.Date++
	tickets := []queue.Ticket{mine, elsewhere, over, parked, tomorrow, appointment(5, 20), appointment(6, 30), appointment(7, 31), walkIn(8, 0)}
	if got, want := queue.Ahead(each(tickets...), &mine), 3; got != want {
		t.Errorf("got %d, want %d: 09:20, 09:30 and the walk-in before", got, want)
	}
}

func TestWhySaysWhatPutsSomebodyThere(t *testing.T) {
	urgent := walkIn(1, 0)
	urgent.Priority = 2
	sent := walkIn(2, 0)
	sent.OnlyRoom = "platz-1"
	early := appointment(3, 30)
	early.State, early.CheckedIn = queue.Waiting, clock(12)
	waits := appointment(10, 30) // in line, but nobody has said that they are here
	waits.State = queue.Waiting
	late := appointment(4, 0)
	late.State, late.CheckedIn, late.SortAt = queue.Waiting, clock(16), clock(46)
	on := appointment(9, 0)
	on.State, on.CheckedIn = queue.Waiting, clock(1)
	on.Visits = []queue.Visit{{Room: "platz-2", EndedAt: clock(15), Next: "urkunde"}}
	extra := appointment(6, 20)
	extra.Overbooked = true
	due := func(minutes int) map[string]any { return map[string]any{"due": clock(minutes)} }
	walked := queue.Reason{Key: "why.walk_in"}
	for _, tc := range []struct {
		ticket queue.Ticket
		want   []queue.Reason
	}{
		{urgent, []queue.Reason{{Key: "why.priority"}, walked}},
		{sent, []queue.Reason{{Key: "why.room", Args: map[string]any{"room": town.RoomID("platz-1")}}, walked}},
		{early, []queue.Reason{{Key: "why.appointment", Args: due(30)}}},
		{waits, []queue.Reason{{Key: "why.appointment", Args: due(30)}}},
		{late, []queue.Reason{{Key: "why.late", Args: due(0)}}},
		{extra, []queue.Reason{{Key: "why.appointment", Args: due(20)}, {Key: "why.overbooked"}}},
		{walkIn(7, 0), []queue.Reason{walked}},
		{on, []queue.Reason{{Key: "why.sent_on", Args: map[string]any{"room": town.RoomID("platz-2")}}}},
	} {
		if diff := cmp.Diff(tc.want, queue.Reasons(tc.ticket)); diff != "" {
			t.Errorf("%d (-want +got):\n%s", tc.ticket.Number, diff)
		}
	}
}

func BenchmarkNextOfAFullDay(b *testing.B) {
	var tickets []queue.Ticket
	for i := range 300 {
		tickets = append(tickets, appointment(i, i%48*10))
	}
	want := buergerbuerosWant()
	b.ReportAllocs()
	for b.Loop() {
		queue.Next(each(tickets...), clock(300), today, want)
	}
}

func TestNobodyIsDueBeyondTheirDay(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		ticket := genTicket(0).Draw(t, "ticket")
		ticket.Date = town.NewDate(2026, time.March, 1) + town.Date(rapid.IntRange(0, 300).Draw(t, "day")) // over both changes of the clocks
		ticket.SortAt = ticket.Date.Start(zone).Add(time.Duration(rapid.IntRange(0, 50*60).Draw(t, "minutes")) * time.Minute)
		due := ticket.Due(zone)
		if got := town.DateOf(due, zone); got != ticket.Date {
			t.Fatalf("due on %s, want %s", got, ticket.Date)
		}
		if town.DateOf(ticket.SortAt, zone) == ticket.Date && !due.Equal(ticket.SortAt) {
			t.Fatalf("due at %s, want the sort time %s", due, ticket.SortAt)
		}
	})
}
