package app_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/problem"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
)

func (h *townHall) board(epoch string, after town.Seq) app.Board {
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
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	first := h.must(clerk, next("platz-1"))
	seen := h.board("", 0)
	recall := h.must(clerk, on(deskwork.Recall, first.Ticket.ID))
	second := h.must(clerk, next("platz-1"))

	missed := h.board(seen.Epoch, seen.Seq)
	if diff := cmp.Diff([]town.Seq{first.Seq, recall.Seq, second.Seq}, seqs(missed)); diff != "" || !missed.Resumed {
		t.Errorf("resumed %v (-want +got):\n%s", missed.Resumed, diff)
	}
	if !missed.Calls[0].Cleared || !missed.Calls[1].Cleared || !missed.Calls[1].Again || missed.Calls[2].Cleared {
		t.Errorf("got %+v, want a call that ended, its cleared recall and a live call", missed.Calls)
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

// The documented resume: seen at the call, away at its end. Without the end on
// the board the number would stay large.
func TestAScreenHearsOfWhatEndedWhileItWasAway(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	first := h.must(clerk, next("platz-1"))
	second := h.must(clerk, next("platz-2"))
	recall := h.must(clerk, on(deskwork.Recall, first.Ticket.ID))
	seen := h.board("", 0)
	h.must(clerk, on(deskwork.Start, second.Ticket.ID))
	ended := h.board("", 0)
	h.must(clerk, on(deskwork.NoShow, first.Ticket.ID))

	since := func(after town.Seq, want ...town.Seq) {
		t.Helper()
		b := h.board(seen.Epoch, after)
		if diff := cmp.Diff(want, seqs(b)); diff != "" || !b.Resumed {
			t.Errorf("after %d: resumed %v (-want +got):\n%s", after, b.Resumed, diff)
		}
		for _, c := range b.Calls {
			if !c.Cleared || c.Withdrawn {
				t.Errorf("after %d: got %+v, want it cleared", after, c)
			}
		}
	}
	since(seen.Seq, first.Seq, second.Seq, recall.Seq)
	since(first.Seq, first.Seq, second.Seq, recall.Seq)
	since(ended.Seq, first.Seq, recall.Seq)
	since(h.Memory.Seq(markt))
}

// A call that was taken back is told to whoever has seen it, and to nobody else.
func TestAScreenHearsOfAWithdrawnCallThatItHasSeen(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	kept := h.must(clerk, next("platz-1"))
	before := h.board("", 0)
	called := h.must(clerk, next("platz-2"))
	seen := h.board("", 0)
	h.must(clerk, on(deskwork.Undo, called.Ticket.ID))

	told := h.board(seen.Epoch, seen.Seq)
	if diff := cmp.Diff([]town.Seq{called.Seq}, seqs(told)); diff != "" || !told.Resumed {
		t.Fatalf("resumed %v (-want +got):\n%s", told.Resumed, diff)
	}
	if c := told.Calls[0]; !c.Cleared || !c.Withdrawn {
		t.Errorf("got %+v, want it withdrawn", c)
	}
	if unseen := h.board(seen.Epoch, before.Seq); len(unseen.Calls) != 0 {
		t.Errorf("got %+v, want nothing of a call that nobody saw", unseen.Calls)
	}
	if diff := cmp.Diff([]town.Seq{kept.Seq}, seqs(h.board("", 0))); diff != "" {
		t.Errorf("full board (-want +got):\n%s", diff)
	}
}

// An undo that leaves the number called withdraws nothing.
func TestOnlyTheUndoOfACallWithdraws(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	called := h.must(clerk, next("platz-1"))
	h.must(clerk, on(deskwork.Recall, called.Ticket.ID))
	seen := h.board("", 0)
	h.must(clerk, on(deskwork.Undo, called.Ticket.ID))
	if b := h.board(seen.Epoch, seen.Seq); len(b.Calls) != 0 {
		t.Errorf("undo of a recall: got %+v, want it still called", b.Calls)
	}
	h.must(clerk, on(deskwork.NoShow, called.Ticket.ID))
	if b := h.board(seen.Epoch, seen.Seq); len(b.Calls) != 2 || b.Calls[0].Withdrawn {
		t.Errorf("no-show: got %+v, want the call and its recall cleared", b.Calls)
	}
}

// The end of a call follows the call, whatever the office's way of fetching
// people has become since.
func TestACallEndsOnTheScreensAlthoughItsOfficeFetchesNow(t *testing.T) {
	h := openTownHall(t)
	h.walkIn()
	h.walkIn()
	called := h.must(clerk, next("platz-1"))
	h.change("format: aufruf/1\nbranches:\n  - id: grimma-markt\n    offices:\n      - id: buergerbuero\n        call_mode: pickup\n        meeting_point: Foyer\n")
	h.must(clerk, on(deskwork.Start, called.Ticket.ID))
	if b := h.board("", 0); len(b.Calls) != 1 || !b.Calls[0].Cleared {
		t.Errorf("got %+v, want the call cleared", b.Calls)
	}
	fetched := h.must(clerk, next("platz-1"))
	h.must(clerk, on(deskwork.Start, fetched.Ticket.ID))
	if b := h.board("", 0); len(b.Calls) != 1 {
		t.Errorf("got %+v, want nothing of who is fetched", b.Calls)
	}
}

func TestNoBoardHoldsACallOfYesterday(t *testing.T) {
	h := openTownHall(t)
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
	h := openTownHall(t)
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

// A board that was read before a call and is kept after it would send every
// phone to the database again, and show none the past.
func TestAnOlderWallDoesNotReplaceANewer(t *testing.T) {
	forcedOnEachEngine(t, func(t *testing.T, h *townHall, s *forced.Store) {
		h.walkIn()
		h.walkIn()
		h.must(clerk, next("platz-1"))
		wall := func() (app.Board, error) { return h.Wall(h.ctx(), markt) }
		look := func() error { _, err := wall(); return err }
		var second app.Done
		older := s.Hold("View.Done")
		before, after := s.MeanwhileAt(older, look, func() error {
			second = h.must(clerk, next("platz-2"))
			return look()
		})
		if err := errors.Join(before, after); err != nil {
			t.Fatal(err)
		}
		steps := s.Steps()
		got, err := wall()
		if err != nil || got.Seq < second.Seq {
			t.Errorf("got the wall of %d, %v, want that of %d", got.Seq, err, second.Seq)
		}
		if asked := s.Steps() - steps; asked != 0 {
			t.Errorf("the next phone asked the database %d times, want the newer wall from memory", asked)
		}
	})
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
	called := h.must(clerk, deskwork.Command{Type: deskwork.CallNext, Room: "platz-1"})
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
	h.must(clerk, deskwork.Command{Type: deskwork.Start, Ticket: called.Ticket.ID})
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
