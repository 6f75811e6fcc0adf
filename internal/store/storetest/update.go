package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

var errOurs = errors.New("our own")

// testUpdate shows what one transaction promises.
func testUpdate(t *testing.T, engine Engine) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, ledger.Store)
	}{
		{"an error takes everything back", errorRollsBack},
		{"a failure that is passed over takes everything back", failurePassedOver},
		{"an answer that is passed over does no harm", answerPassedOver},
		{"a view fails where a failure is passed over", failurePassedOverInView},
		{"a panic takes everything back", panicRollsBack},
		{"a goroutine that ends takes everything back", goexitRollsBack},
		{"a failing update does no harm to its companions", companions},
		{"a caller that gives up is skipped", cancelledWhileWaiting},
		{"a view doesn't see what isn't committed", viewIsolated},
		{"a view is one snapshot", viewSnapshot},
		{"a view can't write", viewReadOnly},
		{"a new branch can be used at once", newBranch},
		{"a closed store answers", closedStore},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t, engine)) })
	}
}

func insertTicket(ctx context.Context, tx ledger.Tx, branch town.BranchID, n int) error {
	return tx.Tickets().Insert(ctx, walkIn(branch, n))
}

// idsOf returns the tickets of a branch.
func idsOf(t *testing.T, s ledger.Store, branch town.BranchID) []town.TicketID {
	t.Helper()
	var ids []town.TicketID
	for _, ticket := range view(t, s, func(ctx context.Context, tx ledger.Tx) ([]queue.Ticket, error) {
		return tx.Tickets().OfDay(ctx, branch, day)
	}) {
		ids = append(ids, ticket.ID)
	}
	return ids
}

func errorRollsBack(t *testing.T, s ledger.Store) {
	refused(t, s, "update", errOurs, branches, func(ctx context.Context, tx ledger.Tx) error {
		if err := insertTicket(ctx, tx, markt, 0); err != nil {
			return err
		}
		if _, err := tx.Events().Append(ctx, markt, ledger.Event{At: at, Kind: ledger.EventQueue}); err != nil {
			return err
		}
		return errOurs
	})
	equal(t, "tickets", idsOf(t, s, markt), nil)
	equal(t, "seq", lastOf(t, s, markt), 0)
}

// failurePassedOver: what is written after a failure must not become durable
// alone.
func failurePassedOver(t *testing.T, s ledger.Store) {
	impossible := walkIn(markt, 1)
	impossible.State = "asleep"
	var failed, after error
	err := s.Update(t.Context(), branches, func(tx ledger.Tx) error {
		if err := insertTicket(t.Context(), tx, markt, 0); err != nil {
			return err
		}
		failed = tx.Tickets().Insert(t.Context(), impossible)
		after = tx.Meta().Set(t.Context(), "after", "the failure")
		return nil
	})
	if failed == nil || err != failed || after != failed {
		t.Errorf("failure %v, next statement %v, update %v: want all alike", failed, after, err)
	}
	equal(t, "tickets", idsOf(t, s, markt), nil)
	is(t, "what was written afterwards", s.View(t.Context(), func(tx ledger.Tx) error {
		_, err := tx.Meta().Get(t.Context(), "after")
		return err
	}), ledger.ErrNotFound)
}

func answerPassedOver(t *testing.T, s ledger.Store) {
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return insertTicket(ctx, tx, markt, 0) })
	stale := walkIn(markt, 0)
	stale.Version = 7
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		_, missing := tx.Tickets().ByID(ctx, "nobody")
		is(t, "missing", missing, ledger.ErrNotFound)
		is(t, "stale", tx.Tickets().Update(ctx, stale), ledger.ErrStale)
		is(t, "taken", insertTicket(ctx, tx, markt, 0), ledger.ErrTaken)
		return insertTicket(ctx, tx, markt, 1)
	})
	equal(t, "tickets", idsOf(t, s, markt), []town.TicketID{walkIn(markt, 0).ID, walkIn(markt, 1).ID})
}

func failurePassedOverInView(t *testing.T, s ledger.Store) {
	gone, stop := context.WithCancel(t.Context())
	stop()
	err := s.View(t.Context(), func(tx ledger.Tx) error {
		if _, err := tx.Tickets().OfDay(gone, markt, day); err == nil {
			t.Error("read although the caller was gone")
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the failure", err)
	}
}

func panicRollsBack(t *testing.T, s ledger.Store) {
	caught := func() (caught any) {
		defer func() { caught = recover() }()
		err := s.Update(t.Context(), branches, func(tx ledger.Tx) error {
			if err := insertTicket(t.Context(), tx, markt, 0); err != nil {
				return err
			}
			panic("boom")
		})
		t.Errorf("update returned %v, want a panic", err)
		return nil
	}()
	equal(t, "panic", caught, any("boom"))
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return insertTicket(ctx, tx, markt, 1) })
	equal(t, "tickets", idsOf(t, s, markt), []town.TicketID{walkIn(markt, 1).ID})
}

func goexitRollsBack(t *testing.T, s ledger.Store) {
	var done sync.WaitGroup
	done.Go(func() {
		update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
			if err := insertTicket(ctx, tx, markt, 0); err != nil {
				return err
			}
			runtime.Goexit() // as t.Fatal does
			return nil
		})
	})
	done.Wait()
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return insertTicket(ctx, tx, markt, 1) })
	equal(t, "tickets", idsOf(t, s, markt), []town.TicketID{walkIn(markt, 1).ID})
}

func companions(t *testing.T, s ledger.Store) {
	const clients, rounds = 32, 8
	got := make(chan error, clients)
	for client := range clients {
		go func() {
			for round := range rounds {
				n := client*rounds + round
				err := s.Update(t.Context(), []town.BranchID{markt}, func(tx ledger.Tx) error {
					if err := insertTicket(t.Context(), tx, markt, n); err != nil {
						return err
					}
					if n%3 == 0 {
						return errOurs
					}
					return nil
				})
				if want := n%3 == 0; (err == errOurs) != want || (err != nil) != want {
					got <- fmt.Errorf("update %d: got error %v", n, err)
					return
				}
			}
			got <- nil
		}()
	}
	for range clients {
		if err := <-got; err != nil {
			t.Error(err)
		}
	}
	var want []town.TicketID
	for n := range clients * rounds {
		if n%3 != 0 {
			want = append(want, walkIn(markt, n).ID)
		}
	}
	equal(t, "tickets", idsOf(t, s, markt), want)
}

func cancelledWhileWaiting(t *testing.T, s ledger.Store) {
	inside, leave, left := make(chan bool), make(chan bool), make(chan error, 1)
	go func() {
		left <- s.Update(t.Context(), []town.BranchID{markt}, func(tx ledger.Tx) error {
			inside <- true
			<-leave
			return insertTicket(t.Context(), tx, markt, 0)
		})
	}()
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	ran, waited := false, make(chan error, 1)
	go func() {
		waited <- s.Update(ctx, []town.BranchID{markt}, func(tx ledger.Tx) error {
			ran = true
			return nil
		})
	}()
	cancel()
	is(t, "the one that gave up", <-waited, context.Canceled)
	if ran {
		t.Error("ran an update whose caller had given up")
	}
	leave <- true
	is(t, "the one inside", <-left, nil)
	is(t, "cancelled before it began", s.Update(ctx, nil, func(ledger.Tx) error { return nil }), context.Canceled)
	is(t, "cancelled view", s.View(ctx, func(ledger.Tx) error { return nil }), context.Canceled)
	equal(t, "tickets", idsOf(t, s, markt), []town.TicketID{walkIn(markt, 0).ID})
}

func viewIsolated(t *testing.T, s ledger.Store) {
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		if err := insertTicket(ctx, tx, markt, 0); err != nil {
			return err
		}
		own, err := tx.Tickets().OfDay(ctx, markt, day)
		equal(t, "seen inside", len(own), 1)
		equal(t, "seen outside", idsOf(t, s, markt), nil)
		return err
	})
	equal(t, "seen after", len(idsOf(t, s, markt)), 1)
}

func viewSnapshot(t *testing.T, s ledger.Store) {
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return insertTicket(ctx, tx, markt, 0) })
	err := s.View(t.Context(), func(tx ledger.Tx) error {
		before, err := tx.Tickets().OfDay(t.Context(), markt, day)
		if err != nil {
			return err
		}
		update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
			_, err := tx.Events().Append(ctx, markt, ledger.Event{At: at, Kind: ledger.EventQueue})
			return errors.Join(err, insertTicket(ctx, tx, markt, 1))
		})
		after, err := tx.Tickets().OfDay(t.Context(), markt, day)
		if err != nil {
			return err
		}
		seq, err := tx.Events().Last(t.Context(), markt)
		equal(t, "tickets", after, before)
		equal(t, "seq", seq, 0)
		return err
	})
	is(t, "view", err, nil)
	equal(t, "seq later", lastOf(t, s, markt), 1)
}

func viewReadOnly(t *testing.T, s ledger.Store) {
	err := s.View(t.Context(), func(tx ledger.Tx) error { return insertTicket(t.Context(), tx, markt, 0) })
	if err == nil {
		t.Error("wrote in a view")
	}
	err = s.View(t.Context(), func(tx ledger.Tx) error { return errOurs })
	if err != errOurs {
		t.Errorf("got error %v, want exactly %v", err, errOurs)
	}
	equal(t, "tickets", idsOf(t, s, markt), nil)
}

func newBranch(t *testing.T, s ledger.Store) {
	const fresh town.BranchID = "mutzschen"
	update(t, s, []town.BranchID{fresh, markt}, func(ctx context.Context, tx ledger.Tx) error {
		if err := tx.Catalogue().Put(ctx, catalogue.Document{Kind: "branch", ID: string(fresh), Body: []byte("{}")}); err != nil {
			return err
		}
		_, err := tx.Events().Append(ctx, fresh, ledger.Event{At: at, Kind: ledger.EventCatalogue})
		return err
	})
	equal(t, "seq", lastOf(t, s, fresh), 1)
}

func closedStore(t *testing.T, s ledger.Store) {
	is(t, "close", s.Close(), nil)
	is(t, "close again", s.Close(), nil)
	if err := s.Update(t.Context(), nil, func(ledger.Tx) error { return nil }); err == nil {
		t.Error("updated a closed store")
	}
	if err := s.View(t.Context(), func(ledger.Tx) error { return nil }); err == nil {
		t.Error("viewed a closed store")
	}
}
