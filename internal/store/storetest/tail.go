package storetest

import (
	"context"
	"fmt"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

const (
	tailWriters = 16
	tailRounds  = 12
)

// testTail reads events while many write them.
func testTail(t *testing.T, engine Engine) {
	t.Run("no event is missed", func(t *testing.T) { tailMissesNothing(t, open(t, engine)) })
	t.Run("snapshot and tail make the state", func(t *testing.T) { snapshotAndTail(t, open(t, engine)) })
}

func lastOf(t *testing.T, s ledger.Store, branch town.BranchID) town.Seq {
	t.Helper()
	return view(t, s, func(ctx context.Context, tx ledger.Tx) (town.Seq, error) { return tx.Events().Last(ctx, branch) })
}

// write stores tickets with an event each, one to three in a transaction. Some
// transactions fail after they took a position.
func write(ctx context.Context, s ledger.Store, branch town.BranchID, writer int) error {
	for round := range tailRounds {
		n := writer*tailRounds + round
		err := s.Update(ctx, []town.BranchID{branch}, func(tx ledger.Tx) error {
			var events []ledger.Event
			for range 1 + n%3 {
				events = append(events, ledger.Event{At: at, Kind: ledger.EventQueue, Ticket: walkIn(branch, n).ID})
			}
			if err := insertTicket(ctx, tx, branch, n); err != nil {
				return err
			}
			if _, err := tx.Events().Append(ctx, branch, events...); err != nil {
				return err
			}
			if n%5 == 4 {
				return errOurs
			}
			return nil
		})
		if (err == errOurs) != (n%5 == 4) || (err != nil && err != errOurs) {
			return fmt.Errorf("write %d: %w", n, err)
		}
	}
	return nil
}

// written says how many events write stores in all.
func written() town.Seq {
	var events town.Seq
	for n := range tailWriters * tailRounds {
		if n%5 != 4 {
			events += town.Seq(1 + n%3)
		}
	}
	return events
}

// tail reads events after a position, a few at a time, until it has seen the
// last one, and says whose they are.
func tail(ctx context.Context, s ledger.Store, branch town.BranchID, after, last town.Seq) ([]town.TicketID, error) {
	var seen []town.TicketID
	for after < last {
		err := s.View(ctx, func(tx ledger.Tx) error {
			events, err := tx.Events().After(ctx, branch, after, 5)
			for _, e := range events {
				if e.Seq != after+1 || e.Branch != branch {
					return fmt.Errorf("after %d in %s came %d of %s", after, branch, e.Seq, e.Branch)
				}
				after = e.Seq
				seen = append(seen, e.Ticket)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return seen, nil
}

func tailMissesNothing(t *testing.T, s ledger.Store) {
	together(t, (tailWriters+1)*len(branches), func(i int) error {
		branch := branches[i%len(branches)]
		if writer := i / len(branches); writer < tailWriters {
			return write(t.Context(), s, branch, writer)
		}
		seen, err := tail(t.Context(), s, branch, 0, written())
		if err == nil && town.Seq(len(seen)) != written() {
			err = fmt.Errorf("saw %d events of %s, want %d", len(seen), branch, written())
		}
		return err
	})
	for _, branch := range branches {
		equal(t, "last", lastOf(t, s, branch), written())
	}
}

// snapshotAndTail has readers that begin at any moment: what the snapshot held
// and what the tail brought is what is there in the end, nothing twice.
func snapshotAndTail(t *testing.T, s ledger.Store) {
	const readers = 8
	states := make(chan map[town.TicketID]bool, readers)
	together(t, tailWriters+readers, func(i int) error {
		if i < tailWriters {
			return write(t.Context(), s, markt, i)
		}
		state, err := follow(t.Context(), s)
		states <- state
		return err
	})
	want := idSet(view(t, s, func(ctx context.Context, tx ledger.Tx) ([]queue.Ticket, error) {
		return tx.Tickets().OfDay(ctx, markt, day)
	}))
	for range readers {
		equal(t, "state", <-states, want)
	}
}

func follow(ctx context.Context, s ledger.Store) (map[town.TicketID]bool, error) {
	var tickets []queue.Ticket
	var seq town.Seq
	err := s.View(ctx, func(tx ledger.Tx) (err error) {
		if tickets, err = tx.Tickets().OfDay(ctx, markt, day); err != nil {
			return err
		}
		seq, err = tx.Events().Last(ctx, markt)
		return err
	})
	if err != nil {
		return nil, err
	}
	state := idSet(tickets)
	later, err := tail(ctx, s, markt, seq, written())
	for _, id := range later {
		if state[id] && !twice(later, id) {
			return nil, fmt.Errorf("ticket %s came in the snapshot and again in the tail", id)
		}
		state[id] = true
	}
	return state, err
}

func idSet(tickets []queue.Ticket) map[town.TicketID]bool {
	ids := map[town.TicketID]bool{}
	for _, ticket := range tickets {
		ids[ticket.ID] = true
	}
	return ids
}

// twice reports whether a ticket has several events, which came together.
func twice(ids []town.TicketID, id town.TicketID) bool {
	n := 0
	for _, other := range ids {
		if other == id {
			n++
		}
	}
	return n > 1
}
