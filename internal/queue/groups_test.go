package queue_test

import (
	"testing"

	"aufruf/internal/queue"
)

// Three groups, and late people apart: who is here, by whatever shows it; who is
// still to come; who was put aside.
func TestWhoWaitsStandsInOneOfTheGroups(t *testing.T) {
	booked := appointment(1, 30)
	arrived := booked
	arrived.State, arrived.CheckedIn = queue.Waiting, clock(10)
	called := booked
	called.State, called.CalledAt = queue.Waiting, clock(5)
	sentOn := booked
	sentOn.State, sentOn.Visits = queue.Waiting, []queue.Visit{{Room: "platz-2", EndedAt: clock(5)}}
	aside := inState(queue.Parked)
	for name, c := range map[string]struct {
		ticket queue.Ticket
		at     int
		want   queue.Group
	}{
		"without an appointment":        {walkIn(2, 0), 0, queue.Present},
		"checked in":                    {arrived, 12, queue.Present},
		"checked in, and past its time": {arrived, 90, queue.Present},
		"called once today":             {called, 12, queue.Present},
		"sent on":                       {sentOn, 12, queue.Present},
		"booked":                        {booked, 12, queue.Expected},
		"within the grace time":         {booked, 35, queue.Expected},
		"later than that":               {booked, 36, queue.Overdue},
		"put aside":                     {aside, 90, queue.Aside},
	} {
		if got := c.ticket.Group(clock(c.at), queue.DefaultPolicy()); got != c.want {
			t.Errorf("%s: got group %d, want %d", name, got, c.want)
		}
	}
}

// The wait of who came early begins with their own time.
func TestAWaitBeginsAtOnesTime(t *testing.T) {
	early := appointment(1, 30)
	early.State, early.CheckedIn = queue.Waiting, clock(10)
	late := early
	late.CheckedIn = clock(40)
	for name, c := range map[string]struct {
		ticket queue.Ticket
		want   int
	}{"early": {early, 20}, "late": {late, 10}, "without an appointment": {walkIn(2, 5), 45}} {
		if got := queue.Minutes(c.ticket.WaitsSince(), clock(50)); got != c.want {
			t.Errorf("%s: got %d minutes, want %d", name, got, c.want)
		}
	}
	if got := queue.Minutes(clock(50), clock(40)); got != 0 {
		t.Errorf("a clock set back: got %d minutes, want none", got)
	}
}
