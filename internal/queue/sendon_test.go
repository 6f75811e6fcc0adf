package queue_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func TestSentOnKeepsNumberAndPlaceAndRemembersWhatWasDone(t *testing.T) {
	serving := inState(queue.Serving)
	serving.Items = []town.Item{{Service: "reisepass", Quantity: 2}}
	got := life(t, serving, step(), queue.DoSendOn)
	want := serving.Progress
	want.State, want.Room, want.User, want.Office = queue.Waiting, "", "", "standesamt"
	want.Calls, want.CalledAt, want.StartedAt, want.CheckedIn = 0, time.Time{}, time.Time{}, clock(70)
	want.Visits = []queue.Visit{{
		Office: "buergerbuero", Room: "platz-2", CalledAt: clock(31), StartedAt: clock(32), EndedAt: clock(70), Next: "urkunde",
	}}
	want.Path = []queue.Moment{{Did: queue.DoSendOn, At: clock(70)}}
	if diff := cmp.Diff(want, got.Progress); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]town.Item{{Service: "urkunde", Quantity: 1}}, got.Wants()); diff != "" {
		t.Errorf("wants (-want +got):\n%s", diff)
	}
	if got, want := got.CameTo(), town.OfficeID("buergerbuero"); got != want {
		t.Errorf("came to %s, want %s", got, want)
	}
	back := life(t, got, step(), queue.DoUndo)
	if diff := cmp.Diff(serving.Items, back.Wants()); diff != "" {
		t.Errorf("wants after undo (-want +got):\n%s", diff)
	}
}

// TestSentOnIsCallableAtOnce is somebody whose number was called by name long
// before the appointment: for the second service they are here.
func TestSentOnIsCallableAtOnce(t *testing.T) {
	early := appointment(1, 300)
	on := life(t, early, step(), queue.DoCall, queue.DoSendOn)
	want := queue.Want{Room: "platz-1", Offices: []town.OfficeID{"standesamt"}}
	if queue.Next(each(on), clock(71), today, want) == nil {
		t.Error("nobody is next, want the person who was sent on")
	}
}

func TestServedCountsEachService(t *testing.T) {
	by := step()
	twice := life(t, inState(queue.Waiting), by, queue.DoCall, queue.DoStart, queue.DoSendOn)
	if got, want := len(twice.Served()), 1; got != want {
		t.Fatalf("while waiting for the second: got %d, want %d", got, want)
	}
	by.Now, by.Room = clock(90), "zimmer-3"
	done := life(t, twice, by, queue.DoCall, queue.DoStart, queue.DoFinish)
	want := []queue.Visit{
		{Office: "buergerbuero", Room: "platz-1", CalledAt: clock(70), StartedAt: clock(70), EndedAt: clock(70), Next: "urkunde"},
		{Office: "standesamt", Room: "zimmer-3", CalledAt: clock(90), StartedAt: clock(90), EndedAt: clock(90)},
	}
	if diff := cmp.Diff(want, done.Served()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSendingOnOvertakesNobody sends people on in any order: each stands among
// the others exactly where their sort time always put them.
func TestSendingOnOvertakesNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tickets := genTickets().Draw(t, "tickets")
		for i, before := range tickets {
			after, err := before.Apply(queue.DoSendOn, genStep().Draw(t, "step"))
			if err != nil {
				continue
			}
			for _, other := range tickets {
				if other.ID != before.ID && queue.Compare(before, other) != queue.Compare(after, other) {
					t.Fatalf("%d changed places with %d", before.Number, other.Number)
				}
			}
			tickets[i] = after
		}
	})
}
