package app_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
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

	missed := h.board(h.Epoch(), seen.Seq)
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
	ahead := h.board(h.Epoch(), full.Seq+1)
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
	today := h.board(h.Epoch(), seen.Seq)
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
