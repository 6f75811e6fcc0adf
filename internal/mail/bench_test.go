package mail

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/deskwork"
	"aufruf/internal/i18n"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

const (
	benchBranch  = town.BranchID("grimma-markt")
	benchService = town.ServiceID("eid-pin")
)

// townHall is the use cases on a real database, at a fixed morning.
type townHall struct {
	*apptest.TownHall
	store ledger.Store
	keys  app.Sealer
	now   time.Time // of the start
}

func openTownHall(tb testing.TB) *townHall {
	tb.Helper()
	h := &townHall{now: time.Date(2026, time.December, 1, 8, 0, 0, 0, time.UTC)}
	h.TownHall = apptest.Open(tb, apptest.Options{
		Clock:   apptest.NewRunningClock(h.now),
		Between: func(s ledger.Store) ledger.Store { h.store = s; return s },
		Seals:   func(keys app.Sealer) app.Sealer { h.keys = keys; return keys },
	})
	return h
}

// pileUp queues so many confirmations, a few hundred on each coming day.
func (h *townHall) pileUp(tb testing.TB, mails int) {
	tb.Helper()
	for first := 0; first < mails; first += 500 {
		err := h.store.Update(tb.Context(), []town.BranchID{benchBranch}, func(tx ledger.Tx) error {
			for i := first; i < min(first+500, mails); i++ {
				if err := h.queue(tb.Context(), tx, i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

func (h *townHall) queue(ctx context.Context, tx ledger.Tx, i int) error {
	date := town.NewDate(2026, time.December, 2).AddDays(i / 800)
	start := date.UTC().Add(9 * time.Hour)
	t := queue.Ticket{
		ID: town.TicketID(fmt.Sprint("ticket-", i)), Version: 1, Branch: benchBranch, Date: date,
		Number: town.FirstNumber + town.Number(i%800), Kind: queue.Appointment,
		Items: []town.Item{{Service: benchService, Quantity: 1}}, Start: start, End: start.Add(10 * time.Minute),
		Language: town.German, Created: h.now, Order: town.Seq(1_000_000 + i),
		Progress: queue.Progress{Office: "buergerbuero", State: queue.Booked, SortAt: start}, TokenHash: fmt.Append(nil, "token-", i),
	}
	if err := tx.Tickets().Insert(ctx, t); err != nil {
		return err
	}
	person := fmt.Appendf(nil, `{"name":"Person %d","email":"person%d@example.net","token":"token-%d"}`, i, i, i)
	body, err := h.keys.Seal(t.Branch, t.Date, string(t.ID), person)
	if err != nil {
		return err
	}
	if err := tx.Personal().Put(ctx, ledger.Sealed{Ticket: t.ID, Branch: t.Branch, Date: t.Date, KeyDay: t.Date, Email: t.TokenHash, Body: body}); err != nil {
		return err
	}
	return tx.Mails().Put(ctx, ledger.Mail{
		ID: string(t.ID) + ".confirmation.0", Ticket: t.ID, Branch: t.Branch, Date: t.Date,
		Kind: app.MailConfirmation, Due: h.now.Add(time.Duration(i-20_000) * time.Microsecond), State: app.MailQueued,
	})
}

// send runs a worker until stop is called.
func (h *townHall) send(tb testing.TB, to Target, perSecond float64) (stop func()) {
	tb.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		tb.Fatal(err)
	}
	c, err := NewComposer(bundle)
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	ended := make(chan error, 1)
	w := NewWorker(WorkerConfig{
		Outbox: h.Outbox, Composer: c, Target: to, Site: "https://termine.example.org",
		Log: slog.New(slog.DiscardHandler), PerSecond: perSecond,
	})
	go func() { ended <- w.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	}
}

// call gives out a ticket and calls it, and returns how long the call took.
func (h *townHall) call(tb testing.TB, i int) time.Duration {
	tb.Helper()
	clerk := access.Actor{Kind: access.Staff, User: ledger.User{ID: "clerk", Role: ledger.RoleClerk}}
	wanted := plan.Wanted{Branch: benchBranch, Items: []town.Item{{Service: benchService, Quantity: 1}}}
	if _, err := h.IssueTicket(tb.Context(), clerk, app.WalkInRequest{Wanted: wanted}); err != nil {
		tb.Fatal(err)
	}
	begun := time.Now()
	cmd := deskwork.Command{ID: fmt.Sprintf("call-%d-%d", i, begun.UnixNano()), Type: deskwork.CallNext, Room: "platz-1"}
	if _, err := h.Do(tb.Context(), clerk, benchBranch, cmd); err != nil {
		tb.Fatal(err)
	}
	return time.Since(begun)
}

// BenchmarkOutbox reports what issue by issue is asked of 10,000 mails: the
// throughput, how soon a new one is noticed, and what calls feel of it.
func BenchmarkOutbox(b *testing.B) {
	b.Run("throughput", func(b *testing.B) {
		const mails = 10_000
		h, p := openTownHall(b), benchPost(b)
		h.pileUp(b, mails)
		b.ResetTimer()
		begun := time.Now()
		stop := h.send(b, benchTarget(b, p), 1e9)
		arrive(b, p, mails)
		b.ReportMetric(mails/time.Since(begun).Seconds(), "mails/s")
		stop()
	})
	b.Run("notice", func(b *testing.B) {
		h, p := openTownHall(b), benchPost(b)
		stop := h.send(b, benchTarget(b, p), 1e9)
		defer stop()
		var took []time.Duration
		days := 30
		for i := range 60 {
			start := town.NewDate(2026, time.December, 8).AddDays(i%days).At(town.TimeOfDay(9*60+(i/days)*20), h.Zone(benchBranch))
			begun := time.Now()
			_, err := h.Book(b.Context(), access.Actor{Kind: access.Staff, User: ledger.User{ID: "clerk", Role: ledger.RoleClerk}}, app.BookRequest{
				Wanted: plan.Wanted{Branch: benchBranch, Items: []town.Item{{Service: benchService, Quantity: 1}}},
				Start:  start, Language: town.German, Person: app.Person{Name: "N", Email: "n@example.net"},
			})
			if err != nil {
				continue // a closed day
			}
			arrive(b, p, len(took)+1)
			took = append(took, time.Since(begun))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
	})
	for name, mails := range map[string]int{"calls-alone": 0, "calls-beside-10000-mails": 10_000} {
		b.Run(name, func(b *testing.B) {
			h, p := openTownHall(b), benchPost(b)
			h.pileUp(b, mails)
			stop := h.send(b, benchTarget(b, p), 0) // at the rate of a real server
			defer stop()
			var took []time.Duration
			for i := range 300 {
				took = append(took, h.call(b, i))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

func benchPost(b *testing.B) *post {
	return openPost(b, func(s *smtp.Server, _ *post) { s.MaxRecipients = 1 })
}

func benchTarget(b *testing.B, p *post) Target {
	b.Helper()
	to, err := Open("smtp://" + p.address)
	if err != nil {
		b.Fatal(err)
	}
	return to
}

func arrive(b *testing.B, p *post, want int) {
	b.Helper()
	deadline := time.NewTimer(5 * time.Minute)
	defer deadline.Stop()
	for p.count() < want {
		select {
		case <-p.news:
		case <-deadline.C:
			b.Fatalf("got %d mails, want %d", p.count(), want)
		}
	}
}
