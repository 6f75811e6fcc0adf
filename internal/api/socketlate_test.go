package api_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

// newBranch is one that is added while the server runs.
const newBranch = `format: aufruf/1
branches:
  - id: grossbothen
    name: Großbothen
    address: {street: Am Markt 1, postcode: "04668", city: Grimma}
    time_zone: Europe/Berlin
    call_mode: screen
    rooms: [{id: zimmer-1, label: Zimmer 1}]
    offices: [{id: buero, name: Büro, services: [eid-pin], rooms: [zimmer-1]}]
`

// TestWhoComesBeforeTheTailOfABranchIsSentBackAndMissesNothing: between the
// moment in which a new branch is known and that in which its events are
// followed, a call would reach nobody who is connected.
func TestWhoComesBeforeTheTailOfABranchIsSentBackAndMissesNothing(t *testing.T) {
	h, clerk, _ := working(t, options{forced: true}, 0)
	gate := h.forced.Hold("Events.Last")
	h.change(newBranch)
	gate.Await()
	display := h.device("new hall", ledger.DeviceDisplay, "grossbothen")
	screen, desk := h.dial("/ws/display", display), h.dial("/ws/caller?branch=grossbothen", clerk)
	board := await[wire.Board](screen, nil)
	await[wire.Queue](desk, nil)
	h.ask(request{method: http.MethodPost, path: "/tickets", token: clerk, body: doc{"branch": "grossbothen", "services": []doc{{"id": pin}}}}).want(http.StatusCreated)
	called := desk.done(next("1", "zimmer-1"))
	gate.Release()
	if got := screen.closed(); got != wire.CloseRestarting {
		t.Errorf("screen: got %d, want %d", got, wire.CloseRestarting)
	}
	if got := desk.closed(); got != wire.CloseRestarting {
		t.Errorf("desk: got %d, want %d", got, wire.CloseRestarting)
	}
	again := await[wire.Board](h.dial(fmt.Sprintf("/ws/display?epoch=%s&after=%d", board.Epoch, board.Seq), display), nil)
	if len(again.Calls) != 1 || again.Calls[0].Seq != called.Seq {
		t.Errorf("got %+v, want the call that was missed", again.Calls)
	}
}

// TestADeskWhoseFirstQueueCannotBeReadComesAgain, with a code that says so.
func TestADeskWhoseFirstQueueCannotBeReadComesAgain(t *testing.T) {
	h, clerk, _ := working(t, options{forced: true}, 0)
	h.forced.Fail("Tickets.OfDay", errors.New("forced"), 1)
	desk := h.dial(station, clerk)
	if got := desk.closed(); got != wire.CloseRestarting {
		t.Errorf("got %d, want %d", got, wire.CloseRestarting)
	}
	await[wire.Queue](h.dial(station, clerk), nil)
}

// TestAnOlderQueueIsNotSentBehindANewer: one that was read before a desk came
// may be set after it has got its first.
func TestAnOlderQueueIsNotSentBehindANewer(t *testing.T) {
	h, clerk, _ := working(t, options{}, 1)
	old, err := h.live.Queue(t.Context(), markt)
	h.must(err)
	h.walkIn(clerk)
	desk := h.dial(station, clerk)
	newest := await[wire.Queue](desk, nil)
	h.live.Stations.Set(markt, old, nil)
	desk.send(doc{"id": "1", "type": "pause", "room": "platz-1"})
	for q := newest; q.Seq == newest.Seq; {
		if q = await[wire.Queue](desk, nil); q.Seq < newest.Seq {
			t.Errorf("got the queue of %d behind that of %d", q.Seq, newest.Seq)
		}
	}
}
