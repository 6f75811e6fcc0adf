package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

func (h *hall) board(epoch string, after town.Seq) app.Board {
	h.t.Helper()
	b, err := h.Board(h.ctx(), markt, nil, epoch, after)
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

func seqs(b app.Board) []town.Seq {
	var all []town.Seq
	for _, c := range b.Calls {
		all = append(all, c.Seq)
	}
	return all
}

func TestAScreenResumesWithEveryCallItMissed(t *testing.T) {
	h := openHall(t)
	h.walkIn()
	h.walkIn()
	first := h.must(clerk, next("platz-1"))
	seen := h.board("", 0)
	recall := h.must(clerk, on(app.CommandRecall, first.Ticket.ID))
	second := h.must(clerk, next("platz-1"))

	missed := h.board(seen.Epoch, seen.Seq)
	if diff := cmp.Diff([]town.Seq{recall.Seq, second.Seq}, seqs(missed)); diff != "" || !missed.Resumed {
		t.Errorf("resumed %v (-want +got):\n%s", missed.Resumed, diff)
	}
	if !missed.Calls[0].Cleared || !missed.Calls[0].Again || missed.Calls[1].Cleared {
		t.Errorf("got %+v, want a cleared recall and a live call", missed.Calls)
	}
	full := h.board("another", seen.Seq)
	if diff := cmp.Diff([]town.Seq{recall.Seq, second.Seq}, seqs(full)); diff != "" || full.Resumed {
		t.Errorf("full board, resumed %v (-want +got):\n%s", full.Resumed, diff)
	}
	ahead := h.board(seen.Epoch, full.Seq+1)
	if ahead.Resumed {
		t.Error("a position ahead of the history was resumed")
	}
}

func TestNoBoardHoldsACallOfYesterday(t *testing.T) {
	h := openHall(t)
	h.walkIn()
	h.must(clerk, next("platz-1"))
	seen := h.board("", 0)
	h.set(at(t, tuesday.AddDays(1), "00:00"))
	today := h.board(seen.Epoch, seen.Seq)
	if len(today.Calls) != 0 || today.Resumed {
		t.Errorf("got %d calls, resumed %v; want an empty full board", len(today.Calls), today.Resumed)
	}
}

func TestPickupIsOnNoScreen(t *testing.T) {
	h := openHall(t)
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    offices:\n      - id: buergerbuero\n        call_mode: pickup\n        meeting_point: Foyer\n")
	h.walkIn()
	done := h.must(clerk, next("platz-1"))
	if done.Mode != town.CallPickup || done.Point.In(town.German) != "Foyer" {
		t.Errorf("got %s at %q, want pickup at Foyer", done.Mode, done.Point.In(town.German))
	}
	if b := h.board("", 0); len(b.Calls) != 0 {
		t.Errorf("got %d calls on the screen, want none", len(b.Calls))
	}
}

func TestManyPhonesAskTheDatabaseOnce(t *testing.T) {
	h, store := busyTown(t, 0)
	h.set(at(t, tuesday, "09:00"))
	wall := func() app.Board {
		t.Helper()
		b, err := h.Wall(h.ctx(), markt)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	h.walkIn()
	called := h.must(clerk, app.Command{Kind: app.CommandNext, Room: "platz-1"})
	if got := wall(); len(got.Calls) != 1 || got.Calls[0].Cleared {
		t.Errorf("got %+v, want the one call", got.Calls)
	}
	store.transactions.Store(0)
	for range 100 {
		wall()
	}
	if got := store.transactions.Load(); got != 0 {
		t.Errorf("got %d transactions for a hundred phones, want none", got)
	}
	h.must(clerk, app.Command{Kind: app.CommandStart, Ticket: called.Ticket.ID})
	if got := wall(); len(got.Calls) != 1 || !got.Calls[0].Cleared {
		t.Errorf("a moment later: got %+v, want it cleared", got.Calls)
	}
	h.set(at(t, tuesday+1, "00:00"))
	if got := wall(); len(got.Calls) != 0 {
		t.Errorf("the next day: got %+v, want no calls", got.Calls)
	}
	if _, err := h.Wall(h.ctx(), "nowhere"); problem.Of(err).Kind != problem.NotFound {
		t.Errorf("an unknown branch: got %v", err)
	}
}
