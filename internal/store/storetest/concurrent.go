package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// testConcurrent lets many clients want the same thing at once.
func testConcurrent(t *testing.T, engine Engine) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, ledger.Store)
	}{
		{"each number is drawn once", concurrentDraws},
		{"each person is called once", concurrentCalls},
		{"a stale version is refused", concurrentVersions},
		{"several branches in any order", concurrentBranches},
		{"rows without a branch don't wait for one", branchless},
		{"a held user waits for nobody's change", heldUser},
		{"a value is added once", addedValue},
		{"a revocation outlasts what a device says", revokedMeanwhile},
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
func concurrentDraws(t *testing.T, s ledger.Store) {
	const clients, numbers = 32, 20
	drawn := make(chan town.Number, clients)
	together(t, clients, func(int) error {
		var number town.Number
		err := s.Update(t.Context(), []town.BranchID{markt}, func(tx ledger.Tx) (err error) {
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

func drawLowest(ctx context.Context, tx ledger.Tx, limit int) (town.Number, error) {
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
func concurrentCalls(t *testing.T, s ledger.Store) {
	const desks, people = 8, 40
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
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
			err := s.Update(t.Context(), []town.BranchID{markt}, func(tx ledger.Tx) (err error) {
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

func callFirst(ctx context.Context, tx ledger.Tx, room town.RoomID) (town.TicketID, error) {
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
	if _, err := tx.Events().Append(ctx, markt, ledger.Event{At: at, Kind: ledger.EventCall, Ticket: ticket.ID, Room: room}); err != nil {
		return "", err
	}
	return ticket.ID, tx.Tickets().Update(ctx, ticket)
}

// concurrentVersions has 16 clients change what they all read before.
func concurrentVersions(t *testing.T, s ledger.Store) {
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error { return insertTicket(ctx, tx, markt, 0) })
	const clients = 16
	won := make(chan int, clients)
	together(t, clients, func(i int) error {
		ticket := walkIn(markt, 0)
		ticket.Version, ticket.Priority = 2, i
		err := s.Update(t.Context(), []town.BranchID{markt}, func(tx ledger.Tx) error { return tx.Tickets().Update(t.Context(), ticket) })
		if err == nil {
			won <- i
		}
		if err == ledger.ErrStale {
			return nil
		}
		return err
	})
	close(won)
	var winners []int
	for i := range won {
		winners = append(winners, i)
	}
	stored := view(t, s, func(ctx context.Context, tx ledger.Tx) (queue.Ticket, error) {
		return tx.Tickets().ByID(ctx, walkIn(markt, 0).ID)
	})
	equal(t, "winners", winners, []int{stored.Priority})
}

// concurrentBranches holds two branches, named in both orders and twice, while
// others hold one of them: a deadlock would never end, or end in an error.
func concurrentBranches(t *testing.T, s ledger.Store) {
	orders := [][]town.BranchID{{markt, nerchau}, {nerchau, markt}, {markt}, {nerchau}, {nerchau, markt, nerchau}}
	const clients, rounds = 20, 10
	together(t, clients, func(i int) error {
		held := orders[i%len(orders)]
		for range rounds {
			err := s.Update(t.Context(), held, func(tx ledger.Tx) error {
				for _, branch := range held {
					if _, err := tx.Events().Append(t.Context(), branch, ledger.Event{At: at, Kind: ledger.EventQueue}); err != nil {
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
func branchless(t *testing.T, s ledger.Store) {
	const clients = 16
	together(t, clients, func(i int) error {
		return s.Update(t.Context(), nil, func(tx ledger.Tx) error {
			shown := i
			return tx.Deliveries().Put(t.Context(), ledger.Delivery{
				Branch: markt, Call: 1, Device: town.DeviceID(fmt.Sprint(i % 4)), Shown: &shown, At: at,
			})
		})
	})
	reports := view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Delivery, error) {
		return tx.Deliveries().Of(ctx, markt, 1)
	})
	equal(t, "reports", len(reports), 4)
}

// heldUser has clients each add a branch of their own to what they read: a user
// who was only read, and not held, would lose some of them.
func heldUser(t *testing.T, s ledger.Store) {
	const clients = 16
	user := ledger.User{ID: "meier", Role: ledger.RoleClerk, Created: at, Changed: at}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.People().Insert(ctx, user) })
	together(t, clients, func(i int) error {
		return s.Update(t.Context(), nil, func(tx ledger.Tx) error {
			u, err := tx.People().Hold(t.Context(), user.ID)
			if err != nil {
				return err
			}
			return tx.People().SetRights(t.Context(), u.ID, u.Role, append(u.Branches, town.BranchID(fmt.Sprint(i))), at)
		})
	})
	got := view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.User, error) { return tx.People().ByID(ctx, user.ID) })
	equal(t, "branches", len(got.Branches), clients)
}

// addedValue has clients add a value under one name: all of them read the same.
func addedValue(t *testing.T, s ledger.Store) {
	const clients = 16
	read := make(chan string, clients)
	together(t, clients, func(i int) error {
		return s.Update(t.Context(), nil, func(tx ledger.Tx) error {
			if err := tx.Meta().Add(t.Context(), "secret", fmt.Sprint(i)); err != nil {
				return err
			}
			value, err := tx.Meta().Get(t.Context(), "secret")
			read <- value
			return err
		})
	})
	stored := view(t, s, func(ctx context.Context, tx ledger.Tx) (string, error) { return tx.Meta().Get(ctx, "secret") })
	for range clients {
		equal(t, "read", <-read, stored)
	}
}

// revokedMeanwhile revokes a device while it goes on telling of itself.
func revokedMeanwhile(t *testing.T, s ledger.Store) {
	device := ledger.Device{ID: "d1", Name: "Foyer", Kind: ledger.DeviceDisplay, Branch: markt, Hash: []byte{1}, Created: at}
	update(t, s, nil, func(ctx context.Context, tx ledger.Tx) error { return tx.Devices().Insert(ctx, device) })
	const clients = 16
	together(t, clients, func(i int) error {
		return s.Update(t.Context(), nil, func(tx ledger.Tx) error {
			if i == clients/2 {
				return tx.Devices().Revoke(t.Context(), device.ID)
			}
			return errors.Join(tx.Devices().Saw(t.Context(), device.ID, at, "played", ""), tx.Devices().Showed(t.Context(), device.ID, at))
		})
	})
	device.Revoked, device.Seen, device.Shown, device.Sound = true, at, at, "played"
	equal(t, "device", view(t, s, func(ctx context.Context, tx ledger.Tx) (ledger.Device, error) { return tx.Devices().ByID(ctx, "d1") }), device)
}
