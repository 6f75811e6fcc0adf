package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func takingRoundTrip(t *testing.T, s ledger.Store) {
	hold := ledger.Hold{
		Hash: []byte{1}, Branch: markt, Office: "buergerbuero", Date: day, Start: at, End: at.Add(time.Hour), Expires: at.Add(time.Hour),
	}
	booked, cancelled := walkIn(markt, 0), walkIn(markt, 1)
	cancelled.State = queue.Cancelled
	network := []byte{7}
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(
			tx.Holds().Insert(ctx, hold), tx.Tickets().Insert(ctx, booked), tx.Tickets().Insert(ctx, cancelled),
			tx.Takings().Put(ctx,
				ledger.Taking{Hash: network, Hold: hold.Hash, Date: day, At: at},
				ledger.Taking{Hash: network, Hold: hold.Hash, Date: day, At: at.Add(time.Second)}, // there already
				ledger.Taking{Hash: network, Hold: []byte{2}, Date: day, At: at},
				ledger.Taking{Hash: network, Ticket: booked.ID, Date: booked.Date, At: at.Add(time.Minute)},
				ledger.Taking{Hash: network, Ticket: cancelled.ID, Date: cancelled.Date, At: at},
				ledger.Taking{Hash: []byte{8}, Ticket: booked.ID, Date: booked.Date.AddDays(1), At: at}, // moved away since
			))
	})
	live := func(hash, besides []byte, now time.Time) int {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (int, error) {
			return tx.Takings().Live(ctx, hash, besides, now)
		})
	}
	made := func(after time.Time) int {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) (int, error) { return tx.Takings().Made(ctx, network, after) })
	}
	equal(t, "live", []int{live(network, nil, at), live(network, hold.Hash, at), live(network, nil, hold.Expires)}, []int{2, 1, 1})
	equal(t, "live elsewhere", live([]byte{8}, nil, at), 0)
	equal(t, "made", []int{made(at.Add(-time.Hour)), made(at)}, []int{2, 1})
	equal(t, "of a date", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.Taking, error) {
		return tx.Takings().OfDate(ctx, booked.Date, at.Add(time.Second))
	}), []ledger.Taking{{Hash: network, Ticket: booked.ID, Date: booked.Date, At: at.Add(time.Minute)}})
	equal(t, "tickets", view(t, s, func(ctx context.Context, tx ledger.Tx) (int, error) {
		all, err := tx.Takings().Tickets(ctx, booked.Date, at)
		return len(all), err
	}), 2)
	swept := func(date town.Date, before time.Time) (n int) {
		update(t, s, branches, func(ctx context.Context, tx ledger.Tx) (err error) {
			n, err = tx.Takings().Sweep(ctx, date, before)
			return err
		})
		return n
	}
	equal(t, "swept", []int{swept(day, at), swept(day, at.Add(time.Hour)), swept(day.AddDays(30), at)}, []int{0, 3, 2})
}
