package storetest

import (
	"context"
	"errors"
	"testing"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

func figureRoundTrip(t *testing.T, s ledger.Store) {
	first, second := walkIn(markt, 0), walkIn(markt, 1)
	second.Date = first.Date.AddDays(2)
	for _, ticket := range []*queue.Ticket{&first, &second} {
		ticket.Path = []queue.Moment{{Did: queue.DoCall, At: at, Room: "platz-1"}}
	}
	day := ledger.FigureDay{Date: first.Date, Body: []byte{1, 0, 255}}
	unpacked := func(before town.Date, limit int) []town.Date {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]town.Date, error) {
			return tx.Figures().Unpacked(ctx, markt, before, limit)
		})
	}
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Tickets().Insert(ctx, first), tx.Tickets().Insert(ctx, second))
	})
	equal(t, "to pack", unpacked(second.Date, 9), []town.Date{first.Date})
	equal(t, "to pack, one", unpacked(second.Date.AddDays(1), 1), []town.Date{first.Date})
	update(t, s, branches, func(ctx context.Context, tx ledger.Tx) error {
		return errors.Join(tx.Figures().Put(ctx, markt, day), tx.Figures().Put(ctx, markt, ledger.FigureDay{Date: day.Date, Body: []byte{2}}))
	})
	equal(t, "left to pack", unpacked(second.Date.AddDays(1), 9), []town.Date{second.Date})
	days := func(from, to town.Date) []ledger.FigureDay {
		return view(t, s, func(ctx context.Context, tx ledger.Tx) ([]ledger.FigureDay, error) {
			return tx.Figures().Days(ctx, markt, from, to)
		})
	}
	equal(t, "days", days(first.Date, first.Date), []ledger.FigureDay{day})
	equal(t, "later days", len(days(second.Date, second.Date)), 0)
	first.Path = nil // packed
	equal(t, "tickets", view(t, s, func(ctx context.Context, tx ledger.Tx) ([]queue.Ticket, error) {
		return tx.Figures().Tickets(ctx, markt, first.Date, second.Date)
	}), []queue.Ticket{first, second})
}
