package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

// Board is what a screen shows when it connects.
type Board struct {
	Resumed bool
	Epoch   string
	Seq     town.Seq
	Now     time.Time
	Calls   []BoardCall
	Notice  town.Text
}

// BoardCall is a call as a screen shows it.
type BoardCall struct {
	ledger.Event
	Cleared bool // its ticket is no longer called: for the list only

	ended town.Seq // of the event that cleared it; 0: none has
}

// listed is how many cleared calls a full board holds for the list.
const listed = 12

// Board returns what a screen for some offices (none: all) must know. Where
// epoch and after continue the history that the screen has seen today, calls
// holds everything later and what has ended since, in order; otherwise it is a
// full board. No call of an earlier local day is on it, and none that was
// withdrawn before the screen saw it. Errors: NotFound for an unknown branch.
func (a *App) Board(ctx context.Context, branch town.BranchID, offices []town.OfficeID, epoch string, after town.Seq) (Board, error) {
	now := a.clock()
	board := Board{Epoch: a.epoch}
	var b *plan.Branch
	err := a.view(ctx, func(v *view) error {
		rules, err := a.plans.Seen(ctx, v)
		if err != nil {
			return err
		}
		if b, err = rules.Known(branch); err != nil {
			return err
		}
		board.Now, board.Notice = now.In(b.Zone), b.Notice
		board.Seq, err = v.Events().Last(ctx, branch)
		if err != nil {
			return fmt.Errorf("read position: %w", err)
		}
		today := b.Today(now)
		events, err := v.Events().Calls(ctx, branch, today.Start(b.Zone))
		if err != nil {
			return fmt.Errorf("read calls: %w", err)
		}
		events = slices.DeleteFunc(events, func(e ledger.Event) bool { return town.DateOf(e.At, b.Zone) != today })
		board.Resumed, err = v.continues(ctx, b, epoch, after, board.Seq)
		board.Calls = boardCalls(events, offices)
		return err
	})
	if err != nil {
		return Board{}, err
	}
	if board.Resumed {
		board.Calls = since(board.Calls, after)
	} else {
		board.Calls = fullBoard(since(board.Calls, 0))
	}
	for i := range board.Calls {
		board.Calls[i].At = board.Calls[i].At.In(b.Zone)
	}
	a.memory.Saw(branch, board.Seq)
	return board, nil
}

// wallAge is how long the board in memory may stand without a look at the rows:
// another process may have changed the notice.
const wallAge = 2 * time.Second

// Wall returns the full board of a branch for everybody's phone, mostly from
// memory: many ask again and again, and little changes in between. Errors:
// NotFound for an unknown branch.
func (a *App) Wall(ctx context.Context, branch town.BranchID) (Board, error) {
	now := a.clock()
	kept, _ := a.walls.LoadOrStore(branch, new(wall))
	last := kept.(*wall)
	if board := last.Load(); board != nil && board.Seq >= a.memory.Seq(branch) {
		zone := board.Now.Location()
		age := now.Sub(board.Now)
		if 0 <= age && age < wallAge && town.DateOf(now, zone) == town.DateOf(board.Now, zone) {
			return *board, nil
		}
	}
	board, err := a.Board(ctx, branch, nil, "", 0)
	if err != nil {
		return Board{}, err
	}
	last.keep(&board)
	return board, nil
}

// wall is the full board of a branch as phones last saw it.
type wall struct{ atomic.Pointer[Board] }

// keep remembers a board, unless a newer one is known: one that was read earlier
// may come later.
func (w *wall) keep(board *Board) {
	for {
		known := w.Load()
		if known != nil && known.Seq > board.Seq || w.CompareAndSwap(known, board) {
			return
		}
	}
}

// continues reports whether a screen's position lies in this history and on
// this local day.
func (v *view) continues(ctx context.Context, b *plan.Branch, epoch string, after, seq town.Seq) (bool, error) {
	if epoch != v.core.epoch || after < 1 || after > seq {
		return false, nil
	}
	events, err := v.Events().After(ctx, b.ID, after-1, 1)
	if errors.Is(err, ledger.ErrNotFound) || err == nil && len(events) == 0 {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read event: %w", err)
	}
	return events[0].Seq == after && town.DateOf(events[0].At, b.Zone) == b.Today(v.now), nil
}

// boardCalls turns a day's call and clear events into calls in order.
func boardCalls(events []ledger.Event, offices []town.OfficeID) []BoardCall {
	var calls []BoardCall
	open := map[town.TicketID][]int{} // places of the calls that nothing has cleared yet
	for _, e := range events {
		if !ShownOn(e, offices) {
			continue
		}
		if e.Kind == ledger.EventCall {
			open[e.Ticket] = append(open[e.Ticket], len(calls))
			calls = append(calls, BoardCall{Event: e})
			continue
		}
		for _, i := range open[e.Ticket] {
			calls[i].Cleared, calls[i].Withdrawn, calls[i].ended = true, e.Withdrawn, e.Seq
		}
		delete(open, e.Ticket)
	}
	return calls
}

// since keeps what a screen that has seen everything up to a position must be
// told: the calls behind it, and the end of those that it has seen. Of a call
// that was made and withdrawn meanwhile it never hears.
func since(calls []BoardCall, after town.Seq) []BoardCall {
	return slices.DeleteFunc(calls, func(c BoardCall) bool {
		if c.Seq <= after {
			return c.ended <= after
		}
		return c.Withdrawn
	})
}

// ShownOn reports whether an event concerns a screen for some offices (none:
// all).
func ShownOn(e ledger.Event, offices []town.OfficeID) bool {
	if e.Pickup || e.Kind != ledger.EventCall && e.Kind != ledger.EventClear {
		return false
	}
	return len(offices) == 0 || slices.Contains(offices, e.Office)
}

// fullBoard keeps each ticket's last call: all that are still called, and the
// latest of the others.
func fullBoard(calls []BoardCall) []BoardCall {
	last := map[town.TicketID]town.Seq{}
	for _, c := range calls {
		last[c.Ticket] = c.Seq
	}
	cleared := 0
	var kept []BoardCall
	for _, c := range slices.Backward(calls) {
		if last[c.Ticket] != c.Seq {
			continue
		}
		if c.Cleared {
			cleared++
			if cleared > listed {
				continue
			}
		}
		kept = append(kept, c)
	}
	slices.Reverse(kept)
	return kept
}
