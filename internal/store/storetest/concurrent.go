package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// testConcurrent lets many clients want the same thing at once.
func testConcurrent(t *testing.T, engine Engine) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, app.Store)
	}{
		{"each number is drawn once", concurrentDraws},
		{"each person is called once", concurrentCalls},
		{"a stale version is refused", concurrentVersions},
		{"several branches in any order", concurrentBranches},
		{"rows without a branch don't wait for one", branchless},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t, engine)) })
	}
}

// together runs a client n times at once and fails with their errors.
func together(t *testing.T, n int, client func(i int) error) {
	t.Helper()
	got := make(chan error, n)
	for i := range n {
		go func() { got <- client(i) }()
	}
	for range n {
		if err := <-got; err != nil {
			t.Error(err)
		}
	}
}

// concurrentDraws has 32 clients draw from 20 numbers, each the lowest that
// nobody has, so that all of them want the same one.
func concurrentDraws(t *testing.T, s app.Store) {
	const clients, numbers = 32, 20
	drawn := make(chan town.Number, clients)
	together(t, clients, func(int) error {
		var number town.Number
		err := s.Update(t.Context(), []town.BranchID{markt}, func(tx app.Tx) (err error) {
			number, err = drawLowest(t.Context(), tx, numbers)
			return err
		})
		if errors.Is(err, errOurs) {
			return nil
		}
		drawn <- number
		return err
	})
	close(drawn)
	var got, want []town.Number
	for number := range drawn {
		got = append(got, number)
	}
	for i := range numbers {
		want = append(want, town.FirstNumber+town.Number(i))
	}
	slices.Sort(got)
	equal(t, "numbers", got, want)
}

func drawLowest(ctx context.Context, tx app.Tx, limit int) (town.Number, error) {
	given, err := tx.Numbers().Given(ctx, markt, day)
	if err != nil {
		return 0, err
	}
	if len(given) == limit {
		return 0, errOurs
	}
	number := town.FirstNumber + town.Number(len(given))
	taken, err := tx.Numbers().Take(ctx, markt, day, number, at)
	if err == nil && !taken {
		err = fmt.Errorf("number %s was taken meanwhile", number)
	}
	return number, err
}

// concurrentCalls has 8 desks call the first who waits until nobody does.
func concurrentCalls(t *testing.T, s app.Store) {
	const desks, people = 8, 40
	update(t, s, branches, func(ctx context.Context, tx app.Tx) error {
		for n := range people {
			if err := insertTicket(ctx, tx, markt, n); err != nil {
				return err
			}
		}
		return nil
	})
	called := make(chan town.TicketID, people)
	together(t, desks, func(desk int) error {
		for {
			var id town.TicketID
			err := s.Update(t.Context(), []town.BranchID{markt}, func(tx app.Tx) (err error) {
				id, err = callFirst(t.Context(), tx, town.RoomID(fmt.Sprintf("platz-%d", desk)))
				return err
			})
			if errors.Is(err, errOurs) {
				return nil
			}
			if err != nil {
				return err
			}
			called <- id
		}
	})
	close(called)
	var got []town.TicketID
	for id := range called {
		got = append(got, id)
	}
	slices.Sort(got)
	want := idsOf(t, s, markt)
	slices.Sort(want)
	equal(t, "called", got, want)
	equal(t, "events", lastOf(t, s, markt), people)
}

func callFirst(ctx context.Context, tx app.Tx, room town.RoomID) (town.TicketID, error) {
	tickets, err := tx.Tickets().OfDay(ctx, markt, day)
	if err != nil {
		return "", err
	}
	first := slices.IndexFunc(tickets, func(ticket queue.Ticket) bool { return ticket.State == queue.Waiting })
	if first < 0 {
		return "", errOurs
	}
	ticket := tickets[first]
	ticket.Version, ticket.State, ticket.Room = ticket.Version+1, queue.Called, room
	if _, err := tx.Events().Append(ctx, markt, app.Event{At: at, Kind: app.EventCall, Ticket: ticket.ID, Room: room}); err != nil {
		return "", err
	}
	return ticket.ID, tx.Tickets().Update(ctx, ticket)
}

// concurrentVersions has 16 clients change what they all read before.
func concurrentVersions(t *testing.T, s app.Store) {
	update(t, s, branches, func(ctx context.Context, tx app.Tx) error { return insertTicket(ctx, tx, markt, 0) })
	const clients = 16
	won := make(chan int, clients)
	together(t, clients, func(i int) error {
		ticket := walkIn(markt, 0)
		ticket.Version, ticket.Priority = 2, i
		err := s.Update(t.Context(), []town.BranchID{markt}, func(tx app.Tx) error { return tx.Tickets().Update(t.Context(), ticket) })
		if err == nil {
			won <- i
		}
		if err == app.ErrStale {
			return nil
		}
		return err
	})
	close(won)
	var winners []int
	for i := range won {
		winners = append(winners, i)
	}
	stored := view(t, s, func(ctx context.Context, tx app.Tx) (queue.Ticket, error) {
		return tx.Tickets().ByID(ctx, walkIn(markt, 0).ID)
	})
	equal(t, "winners", winners, []int{stored.Priority})
}

// concurrentBranches holds two branches, named in both orders and twice, while
// others hold one of them: a deadlock would never end, or end in an error.
func concurrentBranches(t *testing.T, s app.Store) {
	orders := [][]town.BranchID{{markt, nerchau}, {nerchau, markt}, {markt}, {nerchau}, {nerchau, markt, nerchau}}
	const clients, rounds = 20, 10
	together(t, clients, func(i int) error {
		held := orders[i%len(orders)]
		for range rounds {
			err := s.Update(t.Context(), held, func(tx app.Tx) error {
				for _, branch := range held {
					if _, err := tx.Events().Append(t.Context(), branch, app.Event{At: at, Kind: app.EventQueue}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	const each = clients / 5 * rounds
	equal(t, "events", []town.Seq{lastOf(t, s, markt), lastOf(t, s, nerchau)}, []town.Seq{4 * each, 5 * each})
}

// branchless counts in a row that belongs to no branch.
func branchless(t *testing.T, s app.Store) {
	const clients = 16
	together(t, clients, func(i int) error {
		return s.Update(t.Context(), nil, func(tx app.Tx) error {
			shown := i
			return tx.Deliveries().Put(t.Context(), app.Delivery{
				Branch: markt, Call: 1, Device: town.DeviceID(fmt.Sprint(i % 4)), Shown: &shown, At: at,
			})
		})
	})
	reports := view(t, s, func(ctx context.Context, tx app.Tx) ([]app.Delivery, error) { return tx.Deliveries().Of(ctx, markt, 1) })
	equal(t, "reports", len(reports), 4)
}
