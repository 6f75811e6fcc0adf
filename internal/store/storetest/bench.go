package storetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Bench measures durable updates, one client alone and 64 at once: one row, and
// what issuing a ticket stores. Its yardstick is a bare commit of one row,
// which an engine measures beside it.
func Bench(b *testing.B, engine Engine) {
	for _, clients := range []int{1, 64} {
		b.Run(fmt.Sprintf("row/clients=%d", clients), func(b *testing.B) {
			s := openFor(b, engine)
			measure(b, clients, func(ctx context.Context, n int) error {
				return s.Update(ctx, nil, func(tx ledger.Tx) error {
					return tx.Audit().Put(ctx, ledger.AuditEntry{At: at, Branch: markt, Actor: "server", Action: "audit.started"})
				})
			})
		})
		b.Run(fmt.Sprintf("ticket/clients=%d", clients), func(b *testing.B) {
			s := openFor(b, engine)
			measure(b, clients, func(ctx context.Context, n int) error {
				return s.Update(ctx, []town.BranchID{markt}, func(tx ledger.Tx) error { return issue(ctx, tx, n) })
			})
		})
	}
	b.Run("read", func(b *testing.B) { benchReads(b, openFor(b, engine)) })
}

// benchReads reads a busy day: 300 appointments and their numbers.
func benchReads(b *testing.B, s ledger.Store) {
	update(b, s, []town.BranchID{markt}, func(ctx context.Context, tx ledger.Tx) error {
		for n := range 300 {
			ticket := walkIn(markt, n)
			ticket.Kind, ticket.State = queue.Appointment, queue.Booked
			ticket.Start = at.Add(time.Duration(n) * time.Minute)
			ticket.End = ticket.Start.Add(10 * time.Minute)
			if err := tx.Tickets().Insert(ctx, ticket); err != nil {
				return err
			}
			if _, err := tx.Numbers().Take(ctx, markt, day, ticket.Number, at); err != nil {
				return err
			}
		}
		return nil
	})
	for name, read := range map[string]func(context.Context, ledger.Tx) (int, error){
		"spans": func(ctx context.Context, tx ledger.Tx) (int, error) {
			spans, err := tx.Tickets().Spans(ctx, markt, day, day)
			return len(spans), err
		},
		"given": func(ctx context.Context, tx ledger.Tx) (int, error) {
			given, err := tx.Numbers().Given(ctx, markt, day)
			return len(given), err
		},
		"day": func(ctx context.Context, tx ledger.Tx) (int, error) {
			tickets, err := tx.Tickets().OfDay(ctx, markt, day)
			return len(tickets), err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got := view(b, s, read); got != 300 {
					b.Fatalf("read %d rows, want 300", got)
				}
			}
		})
	}
}

func openFor(b *testing.B, engine Engine) ledger.Store {
	b.Helper()
	s := reopen(b, engine, engine.New(b))
	addBranch(b, s, markt)
	return s
}

// measure runs b.N calls by a number of clients.
func measure(b *testing.B, clients int, call func(ctx context.Context, n int) error) {
	b.Helper()
	var next atomic.Int64
	var running sync.WaitGroup
	b.ResetTimer()
	for range clients {
		running.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= b.N {
					return
				}
				if err := call(b.Context(), n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	running.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "per_second")
}

// issue stores what a walk-in ticket needs: the number, the ticket, the event.
// Every date gives out a part of its numbers, so that they don't run out.
func issue(ctx context.Context, tx ledger.Tx, n int) error {
	const numbers = 500
	ticket := walkIn(markt, n%numbers)
	ticket.ID, ticket.TokenHash = town.TicketID(fmt.Sprint(n)), fmt.Append(nil, n)
	ticket.Date = day.AddDays(n / numbers)
	if _, err := tx.Numbers().Given(ctx, markt, ticket.Date); err != nil {
		return err
	}
	if _, err := tx.Numbers().Take(ctx, markt, ticket.Date, ticket.Number, at); err != nil {
		return err
	}
	events, err := tx.Events().Append(ctx, markt, ledger.Event{At: at, Kind: ledger.EventQueue, Ticket: ticket.ID, Number: ticket.Number})
	if err != nil {
		return err
	}
	ticket.Order, ticket.State = events[0].Seq, queue.Waiting
	return tx.Tickets().Insert(ctx, ticket)
}
