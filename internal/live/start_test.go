package live_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/deskwork"
	"aufruf/internal/hub"
	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/town"
)

var errForced = errors.New("forced")

// quick looks again at once, where a test wants to see that.
func quick() live.Pace {
	pace := live.DefaultPace()
	pace.LookAgain = 10 * time.Millisecond
	return pace
}

// sentBack waits until a subscription is over, which must be because its branch
// wasn't followed yet.
func sentBack[W any](h *liveBranch, s *hub.Subscription[town.BranchID, W, *live.Frame]) {
	h.t.Helper()
	select {
	case <-s.Done():
	case <-time.After(patience):
		h.t.Fatal("nobody was sent back")
	}
	if got := s.Reason(); !errors.Is(got, live.ErrLate) {
		h.t.Errorf("sent back because %v, want %v", got, live.ErrLate)
	}
}

// onBoard tells whether a screen that resumes from nothing learns of a call.
func (h *liveBranch) onBoard(call town.Seq) bool {
	h.t.Helper()
	board, err := h.Board(h.t.Context(), branch, nil, "", 0)
	h.must(err)
	return slices.ContainsFunc(board.Calls, func(c app.BoardCall) bool { return c.Seq == call })
}

// A call that is made while the first read of a branch's position is slow, or
// before it succeeds, falls behind the position: whoever is connected has to
// resume, and the desk is warned that no screen has it.
func TestACallBeforeTheTailStandsIsNotLost(t *testing.T) {
	t.Run("the read is slow", func(t *testing.T) {
		pace := live.DefaultPace()
		pace.LateAfter = time.Second
		onEachEngine(t, pace, func(t *testing.T, h *liveBranch) {
			h.walkIn()
			screen, station := h.screen(), h.station()
			one, other := h.store.Hold("Events.Last"), h.store.Hold("Events.Last") // of each branch
			h.runLate()
			one.Await()
			other.Await()
			called := h.next(h.App, "1")
			one.Release()
			other.Release()
			h.sentBackBehind(screen, station, called.Seq)
		})
	})
	t.Run("the read fails", func(t *testing.T) {
		pace := live.DefaultPace()
		pace.LateAfter = time.Second
		onEachEngine(t, pace, func(t *testing.T, h *liveBranch) {
			h.walkIn()
			screen, station := h.screen(), h.station()
			h.store.Fail("Events.Last", errForced, 2) // of each branch
			if err := h.Stand(t.Context()); !errors.Is(err, errForced) {
				t.Errorf("stands: %v, want that it can't", err)
			}
			if err := h.Live.Ready(); err == nil {
				t.Error("ready before the tails stand")
			}
			called := h.next(h.App, "1")
			h.runLate()
			h.sentBackBehind(screen, station, called.Seq)
			h.eventually(func() bool { return h.Live.Ready() == nil })
		})
	})
}

func (h *liveBranch) sentBackBehind(screen *hub.Subscription[town.BranchID, live.Screen, *live.Frame], station *hub.Subscription[town.BranchID, live.Station, *live.Frame], call town.Seq) {
	h.t.Helper()
	sentBack(h, screen)
	sentBack(h, station)
	again := h.station()
	if !h.onBoard(call) {
		h.t.Error("the board that a resuming screen gets lacks the call")
	}
	want := []said{{Type: "delivery", Seq: call, Late: true}}
	if diff := cmp.Diff(want, h.read(h.frame(again.Messages()))); diff != "" {
		h.t.Errorf("the desk is told (-want +got):\n%s", diff)
	}
}

// A branch that another process adds is known before its tail stands.
func TestWhoComesToANewBranchBeforeItsTailIsSentBack(t *testing.T) {
	onEachEngine(t, quick(), func(t *testing.T, h *liveBranch) {
		h.run()
		other := h.node(live.NewPresence())
		gate := h.store.Hold("Events.Last")
		screen := h.Screens.Subscribe("grossbothen", h.device())
		file, mistakes := catalogue.Parse("new.yaml", []byte("format: aufruf/1\nbranches:\n  - id: grossbothen\n    name: Großbothen\n    address: {street: Am Markt 1, postcode: \"04668\", city: Grimma}\n    time_zone: Europe/Berlin\n    call_mode: screen\n"))
		if len(mistakes) > 0 {
			t.Fatal(mistakes)
		}
		if _, mistakes, err := other.Town.Import(t.Context(), file); err != nil || len(mistakes) > 0 {
			t.Fatal(err, mistakes)
		}
		gate.Await()
		gate.Release()
		sentBack(h, screen)
		h.eventually(func() bool { return h.Live.Ready() == nil })
	})
}

// Who expected a call is gone with the server: the next one expects it again,
// unless a screen has reported it or it is over.
func TestAServerThatStartsExpectsTheCallsOfAMomentAgo(t *testing.T) {
	pace := live.DefaultPace()
	pace.LateAfter = time.Millisecond
	onEachEngine(t, pace, func(t *testing.T, h *liveBranch) {
		for range 3 {
			h.walkIn()
		}
		token, err := h.Access.AddDevice(t.Context(), ledger.Device{Name: "hall", Kind: ledger.DeviceDisplay, Branch: branch})
		h.must(err)
		actor, err := h.Access.ActorOf(t.Context(), token)
		h.must(err)
		over, shown, unseen := h.next(h.App, "1"), h.nextIn("platz-2"), h.nextIn("platz-3")
		_, err = h.Do(t.Context(), clerk, branch, deskwork.Command{ID: "2", Type: deskwork.Start, Ticket: over.Ticket.ID})
		h.must(err)
		h.must(h.App.Report(t.Context(), []ledger.Delivery{{Branch: branch, Call: shown.Seq, Device: actor.Device.ID, Shown: new(120), At: morning}}))
		station := h.station()
		h.run()
		want := []said{{Type: "delivery", Seq: unseen.Seq, Late: true}}
		if diff := cmp.Diff(want, h.read(h.frame(station.Messages()))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func (h *liveBranch) nextIn(room town.RoomID) app.Done {
	h.t.Helper()
	done, err := h.Do(h.t.Context(), clerk, branch, deskwork.Command{ID: "in " + string(room), Type: deskwork.CallNext, Room: room})
	h.must(err)
	return done
}

// Ready means that the events were looked at a moment ago.
func TestABranchWhoseEventsCannotBeReadIsNotReady(t *testing.T) {
	pace := quick()
	pace.FreshFor = 100 * time.Millisecond
	onEachEngine(t, pace, func(t *testing.T, h *liveBranch) {
		h.run()
		h.eventually(func() bool { return h.Live.Ready() == nil })
		h.store.Fail("Events.After", errForced, 100)
		h.eventually(func() bool { return h.Live.Ready() != nil })
		h.eventually(func() bool { return h.Live.Ready() == nil })
	})
}

// Nobody works at a branch that another process took out of the catalogue: who
// is connected there isn't left with an error every second.
func TestWhoIsAtABranchThatIsRemovedIsSentAway(t *testing.T) {
	onEachEngine(t, quick(), func(t *testing.T, h *liveBranch) {
		const added = "format: aufruf/1\nbranches:\n  - id: grossbothen\n    name: Großbothen\n    address: {street: Am Markt 1, postcode: \"04668\", city: Grimma}\n    time_zone: Europe/Berlin\n    call_mode: screen\n"
		file, mistakes := catalogue.Parse("new.yaml", []byte(added))
		if len(mistakes) > 0 {
			t.Fatal(mistakes)
		}
		_, _, err := h.Town.Import(t.Context(), file)
		h.must(err)
		h.run()
		other := h.node(live.NewPresence())
		elsewhere := h.station() // signed in, and stays so
		station := h.Stations.Subscribe("grossbothen", live.Station{User: clerk.User.ID, Branch: "grossbothen", Session: string(h.session)})
		hanging, err := other.Town.Remove(t.Context(), access.Actor{Kind: access.Maintenance}, catalogue.Thing{Entity: catalogue.EntityBranch, Branch: "grossbothen", ID: "grossbothen"})
		if err != nil || len(hanging) > 0 {
			t.Fatal(hanging, err)
		}
		h.ended(station.Done())
		if got := station.Reason(); !errors.Is(got, live.ErrNotAllowed) {
			t.Errorf("sent away because %v, want %v", got, live.ErrNotAllowed)
		}
		if got := elsewhere.Reason(); got != nil {
			t.Errorf("whoever is at another branch is sent away: %v", got)
		}
		h.eventually(func() bool { return h.Live.Ready() == nil })
	})
}
