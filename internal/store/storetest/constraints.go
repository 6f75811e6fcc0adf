package storetest

import (
	"context"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// testConstraints shows the last line of defence: rows that no rule lets
// happen are refused, and a refused change leaves nothing.
func testConstraints(t *testing.T, engine Engine) {
	s := open(t, engine)
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return tx.Tickets().Insert(ctx, walkIn(markt, 0)) })

	for name, spoil := range map[string]func(*queue.Ticket){
		"state unknown":            func(t *queue.Ticket) { t.State = "asleep" },
		"kind unknown":             func(t *queue.Ticket) { t.Kind = "visit" },
		"number too small":         func(t *queue.Ticket) { t.Number = 99 },
		"number too big":           func(t *queue.Ticket) { t.Number = 1000 },
		"room while waiting":       func(t *queue.Ticket) { t.Room = "platz-1" },
		"called to no room":        func(t *queue.Ticket) { t.State = queue.Called },
		"outcome while waiting":    func(t *queue.Ticket) { t.Outcome = queue.Served },
		"outcome unknown":          func(t *queue.Ticket) { t.State, t.Outcome = queue.Done, "lost" },
		"walk-in with a start":     func(t *queue.Ticket) { t.Start, t.End = at, at.Add(time.Minute) },
		"appointment without time": func(t *queue.Ticket) { t.Kind = queue.Appointment },
		"end before start": func(t *queue.Ticket) {
			t.Kind, t.Start, t.End = queue.Appointment, at, at.Add(-time.Minute)
		},
		"unknown branch": func(t *queue.Ticket) { t.Branch = "nowhere" },
		"no office":      func(t *queue.Ticket) { t.Office = "" },
		"no creation":    func(t *queue.Ticket) { t.Created = time.Time{} },
		"version zero":   func(t *queue.Ticket) { t.Version = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			ticket := walkIn(markt, 1)
			spoil(&ticket)
			err := s.Update(t.Context(), branches, func(tx ledger.Tx) error { return tx.Tickets().Insert(t.Context(), ticket) })
			if err == nil || err == ledger.ErrTaken {
				t.Errorf("got error %v, want a failed check", err)
			}
		})
	}

	taken := walkIn(markt, 1)
	for name, clash := range map[string]func(*queue.Ticket){
		"same number": func(t *queue.Ticket) { t.Number = walkIn(markt, 0).Number },
		"same id":     func(t *queue.Ticket) { t.ID = walkIn(markt, 0).ID },
		"same token":  func(t *queue.Ticket) { t.TokenHash = walkIn(markt, 0).TokenHash },
	} {
		t.Run(name, func(t *testing.T) {
			ticket := taken
			clash(&ticket)
			refused(t, s, "insert", ledger.ErrTaken, branches, func(ctx context.Context, tx ledger.Tx) error { return tx.Tickets().Insert(ctx, ticket) })
		})
	}
	t.Run("same number moved", func(t *testing.T) {
		moved := walkIn(markt, 2)
		update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return tx.Tickets().Insert(ctx, moved) })
		moved.Version, moved.Number = 2, walkIn(markt, 0).Number
		refused(t, s, "update", ledger.ErrTaken, branches, func(ctx context.Context, tx ledger.Tx) error { return tx.Tickets().Update(ctx, moved) })
	})
	t.Run("a taken number can be drawn anew in the same transaction", func(t *testing.T) {
		clash, free := walkIn(markt, 0), walkIn(markt, 5)
		update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
			if err := tx.Tickets().Insert(ctx, clash); err != ledger.ErrTaken {
				t.Errorf("got error %v, want %v", err, ledger.ErrTaken)
			}
			return tx.Tickets().Insert(ctx, free)
		})
	})
	t.Run("cancelled tickets free their number", func(t *testing.T) {
		cancelled := walkIn(nerchau, 0)
		cancelled.State = queue.Cancelled
		next := walkIn(nerchau, 0)
		next.ID, next.TokenHash = "next", nil
		update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
			if err := tx.Tickets().Insert(ctx, cancelled); err != nil {
				return err
			}
			return tx.Tickets().Insert(ctx, next)
		})
	})
	equal(t, "nothing refused is left", len(view(t, s, func(ctx context.Context, tx ledger.Tx) ([]queue.Ticket, error) {
		return tx.Tickets().OfDay(ctx, markt, day)
	})), 3)
	equal(t, "tickets of nowhere", len(view(t, s, func(ctx context.Context, tx ledger.Tx) ([]queue.Ticket, error) {
		return tx.Tickets().OfDay(ctx, town.BranchID("nowhere"), day)
	})), 0)
}
