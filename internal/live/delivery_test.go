package live_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// device adds a screen to the branch.
func (h *liveBranch) device() live.Screen {
	h.t.Helper()
	token, err := h.Access.AddDevice(h.t.Context(), ledger.Device{Name: "hall", Kind: ledger.DeviceDisplay, Branch: branch})
	h.must(err)
	actor, err := h.Access.ActorOf(h.t.Context(), token)
	h.must(err)
	return live.Screen{Device: actor.Device.ID}
}

func (h *liveBranch) report(s live.Screen, call town.Seq) {
	h.Live.Report(h.t.Context(), branch, s, ledger.Delivery{Call: call, Shown: new(120)})
}

// kept tells whether one report of a call is stored.
func (h *liveBranch) kept(call town.Seq) bool {
	h.t.Helper()
	stored, err := h.Deliveries(h.t.Context(), branch, call)
	h.must(err)
	return len(stored) == 1 && stored[0].Shown != nil
}

// A call that a screen reports is older than the server, and can't be looked up
// at that moment: the desk hears of the report all the same, a little later.
func TestAReportWhoseCallCannotBeLookedUpIsNotLost(t *testing.T) {
	for _, read := range []string{"Events.After", "Deliveries.Of"} {
		t.Run(read, func(t *testing.T) {
			onEachEngine(t, quick(), func(t *testing.T, h *liveBranch) {
				h.walkIn()
				screen := h.device()
				called := h.next(h.App, "1")
				h.set(morning.Add(time.Hour)) // nobody expects the call any more
				station := h.station()
				h.must(h.Stand(t.Context()))
				h.store.Fail(read, errForced, 1)
				h.report(screen, called.Seq)
				h.runLate()
				want := []said{{Type: "delivery", Seq: called.Seq}}
				if diff := cmp.Diff(want, h.read(h.frame(station.Messages()))); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				h.eventually(func() bool { return h.kept(called.Seq) })
			})
		})
	}
}

func TestAReportThatCouldNotBeStoredIsStoredLater(t *testing.T) {
	onEachEngine(t, quick(), func(t *testing.T, h *liveBranch) {
		h.walkIn()
		h.walkIn()
		screen := h.device()
		h.run()
		first, second := h.next(h.App, "1"), h.nextIn("platz-2")
		h.store.Fail("Deliveries.Put", errForced, 3)
		h.report(screen, first.Seq)
		h.report(screen, second.Seq)
		h.eventually(func() bool { return h.kept(first.Seq) && h.kept(second.Seq) })
	})
}

// What screens report while the server ends, behind the last look at what waits
// to be stored, is stored too.
func TestAReportBehindTheEndIsStored(t *testing.T) {
	const calls = 10
	onEachEngine(t, live.DefaultPace(), func(t *testing.T, h *liveBranch) {
		screen := h.device()
		h.must(h.Stand(t.Context()))
		end := h.runLate()
		var called []town.Seq
		for i := range calls {
			h.walkIn()
			called = append(called, h.next(h.App, town.Number(100+i).String()).Seq)
		}
		end()
		for _, call := range called {
			h.report(screen, call)
			if !h.kept(call) {
				t.Errorf("the report of %d is lost", call)
			}
		}
	})
}

// TestACallThatWaitsAtAScreenIsNoAlarm: the screen keeps calls back while another is
// large, and says so; desks cried out numbers that were about to come.
func TestACallThatWaitsAtAScreenIsNoAlarm(t *testing.T) {
	pace := live.DefaultPace()
	pace.LateAfter = 300 * time.Millisecond
	h := openBranch(t, pace)
	h.walkIn()
	screen, station, glass := h.device(), h.station(), h.screen()
	h.run()
	called := h.nextIn("platz-1")
	h.frame(glass.Messages())
	h.Live.Queued(t.Context(), branch, screen, called.Seq, 600*time.Millisecond)
	began := time.Now()
	delivery := func() wire.Delivery {
		for {
			for _, raw := range h.frame(station.Messages()).Messages {
				m, err := wire.DecodeStationMessage(raw)
				h.must(err)
				if d, ok := m.(wire.Delivery); ok {
					return d
				}
			}
		}
	}
	if d := delivery(); d.Queued != 1 || d.InMS <= 0 || d.InMS > 600 || d.Late {
		t.Errorf("got %+v, want it queued within 600 ms", d)
	}
	// It isn't shown when it should be: that is late, and only then.
	if d := delivery(); !d.Late || time.Since(began) < 850*time.Millisecond {
		t.Errorf("after %v: got %+v, want it late 300 ms behind its time", time.Since(began), d)
	}
	h.report(screen, called.Seq)
	if d := delivery(); d.Queued != 0 || d.Shown != 1 || d.InMS != 0 {
		t.Errorf("shown: got %+v, want nothing queued", d)
	}
}
