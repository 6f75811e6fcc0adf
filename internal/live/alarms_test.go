package live_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"aufruf/internal/deskwork"
	"aufruf/internal/hub"
	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// alarms waits until a station was told of alarms that are as wanted.
func (h *liveBranch) alarms(station *hub.Subscription[town.BranchID, live.Station, *live.Frame], are func([]wire.Alarm) bool) []wire.Alarm {
	h.t.Helper()
	deadline := time.After(patience)
	var last wire.Alarms
	for {
		select {
		case f := <-station.Messages():
			for _, raw := range f.Messages {
				h.must(json.Unmarshal(raw, &last))
			}
			if are(last.Alarms) {
				return last.Alarms
			}
		case <-deadline:
			h.t.Fatalf("alarms: got %+v last", last)
		}
	}
}

func one(alarms []wire.Alarm) bool { return len(alarms) == 1 }

// An alarm stands, is counted as seen by those who said so, and is known on
// every node and after a restart.
func TestAnAlarmIsAStateOnEveryNodeAndAfterARestart(t *testing.T) {
	onEachEngine(t, quick(), func(t *testing.T, h *liveBranch) {
		h.run()
		station := h.station()
		other := h.node(live.NewPresence())
		raise := deskwork.Command{ID: "cry", Type: deskwork.Alarm, Room: "platz-1"}
		if _, err := other.Do(t.Context(), clerk, branch, raise); err != nil {
			t.Fatal(err)
		}
		cry := h.alarms(station, one)[0]
		if cry.Room.ID != "platz-1" || cry.Seen != 0 || cry.Coming != nil {
			t.Errorf("got %+v, want a cry of platz-1 that nobody has seen", cry)
		}
		for i, room := range []town.RoomID{"platz-1", "platz-2", "platz-2", "platz-3"} {
			seen := deskwork.Command{ID: fmt.Sprint("seen-", i), Type: deskwork.AlarmSeen, Alarm: cry.Alarm, Room: room}
			if _, err := h.Do(t.Context(), clerk, branch, seen); err != nil {
				t.Fatal(err)
			}
		}
		h.alarms(station, func(a []wire.Alarm) bool { return one(a) && a[0].Seen == 2 })
		third := h.node(live.NewPresence())
		if _, _, err := third.TailStart(t.Context(), branch, h.clock()); err != nil {
			t.Fatal(err)
		}
		if got := third.Alarms.Standing(branch); len(got) != 1 || got[0].Seen != 2 {
			t.Errorf("after a restart: got %+v, want the cry, seen by two", got)
		}
		take := deskwork.Command{ID: "take", Type: deskwork.AlarmTake, Alarm: cry.Alarm, Room: "platz-2"}
		if _, err := h.Do(t.Context(), clerk, branch, take); err != nil {
			t.Fatal(err)
		}
		taken := h.alarms(station, func(a []wire.Alarm) bool { return one(a) && a[0].Coming != nil })
		if got := taken[0].Coming.Room; got == nil || got.ID != "platz-2" {
			t.Errorf("got %+v coming, want platz-2", got)
		}
		end := deskwork.Command{ID: "end", Type: deskwork.AlarmEnd, Alarm: cry.Alarm, Room: "platz-1"}
		if _, err := h.Do(t.Context(), clerk, branch, end); err != nil {
			t.Fatal(err)
		}
		h.alarms(station, func(a []wire.Alarm) bool { return len(a) == 0 })
	})
}

// Whoever cries is told when nobody has seen it for five seconds.
func TestAnAlarmThatNobodySeesSaysSo(t *testing.T) {
	h := openBranch(t, quick())
	h.run()
	station := h.station()
	if _, err := h.Do(t.Context(), clerk, branch, deskwork.Command{ID: "cry", Type: deskwork.Alarm, Room: "platz-1"}); err != nil {
		t.Fatal(err)
	}
	if h.alarms(station, one)[0].Unseen {
		t.Error("at once: it says already that nobody sees it")
	}
	h.set(h.clock().Add(5 * time.Second))
	h.alarms(station, func(a []wire.Alarm) bool { return one(a) && a[0].Unseen })
}

// With the database away, the desks of this node hear of an alarm, and of who
// comes; both are stored once it is back.
func TestAnAlarmIsHeardAlthoughTheDatabaseIsAway(t *testing.T) {
	onEachEngine(t, quick(), func(t *testing.T, h *liveBranch) {
		h.run()
		station := h.station()
		h.store.Fail("Events.Append", ledger.ErrAway, 1000)
		done, err := h.Do(t.Context(), clerk, branch, deskwork.Command{ID: "cry", Type: deskwork.Alarm, Room: "platz-1"})
		if err != nil || done.Seq != 0 || done.Label != "Platz 1" {
			t.Fatalf("got %+v, %v, want it done without a position", done, err)
		}
		cry := h.alarms(station, one)[0]
		if _, err := h.Do(t.Context(), clerk, branch, deskwork.Command{ID: "take", Type: deskwork.AlarmTake, Alarm: cry.Alarm, Room: "platz-2"}); err != nil {
			t.Fatal(err)
		}
		h.alarms(station, func(a []wire.Alarm) bool { return one(a) && a[0].Coming != nil })
		h.store.Heal()
		other := h.node(live.NewPresence())
		h.eventually(func() bool {
			_, _, err := other.TailStart(t.Context(), branch, h.clock())
			standing := other.Alarms.Standing(branch)
			return err == nil && len(standing) == 1 && standing[0].Comes != nil
		})
	})
}

// The same cry sent again, and a second one of a room that nobody comes to, are
// one alarm, however many at once.
func TestManyCriesOfARoomAreOneAlarm(t *testing.T) {
	onEachEngine(t, quick(), func(t *testing.T, h *liveBranch) {
		h.run()
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				cry := deskwork.Command{ID: fmt.Sprint("cry-", i), Type: deskwork.Alarm, Room: "platz-1"}
				if _, err := h.Do(t.Context(), clerk, branch, cry); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := h.App.Alarms.Standing(branch); len(got) != 1 {
			t.Errorf("got %d alarms, want one", len(got))
		}
	})
}
