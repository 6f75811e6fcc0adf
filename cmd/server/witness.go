package main

import (
	"context"
	"log/slog"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/mail"
	"aufruf/internal/store/postgres"
)

// kernel is the operating system, which knows whether a time server sets its
// clock.
type kernel struct{}

// Name implements app.Witness.
func (kernel) Name() string { return "kernel" }

// Ask implements app.Witness.
func (kernel) Ask(context.Context) clock.Word {
	if synchronised() {
		return clock.Agrees
	}
	return clock.Silent
}

// databaseServer is the clock of the machine that PostgreSQL runs on.
type databaseServer struct {
	now func(context.Context) (time.Time, error)
	log *slog.Logger
}

// How the database server's clock is told from our own.
const (
	clockSamples = 3
	clockWithin  = 5 * time.Second
	// sameClock is how far apart two readings of one clock can seem to be: one
	// counts in microseconds, the other more finely.
	sameClock = 50 * time.Microsecond
)

// Name implements app.Witness.
func (databaseServer) Name() string { return "database server" }

// Ask implements app.Witness. A database server in a container beside us, or on
// this machine, has our own clock, and would agree with whatever it shows. One
// clock reads between two readings of itself; another differs by more than the
// way there explains, if only by milliseconds. What can't be told apart says
// nothing.
func (d databaseServer) Ask(ctx context.Context) clock.Word {
	ctx, cancel := context.WithTimeout(ctx, clockWithin)
	defer cancel()
	word := clock.Silent
	for range clockSamples {
		before := time.Now().Round(0)
		at, err := d.now(ctx)
		after := time.Now().Round(0)
		if err != nil {
			d.log.WarnContext(ctx, "the database server's clock can't be read", "error", err.Error())
			return clock.Silent
		}
		if !at.Before(before.Add(-sameClock)) && !at.After(after.Add(sameClock)) {
			return clock.Silent
		}
		word = clock.Compare(after, at)
	}
	return word
}

// relay is the server that mails are handed to. It is asked by one goroutine.
type relay struct {
	target mail.Target
	log    *slog.Logger
	passed func() time.Duration
	asked  *time.Duration // by passed; nil: never
}

// relayEvery is how often the mail server is asked: who connects without handing
// anything over looks like a nuisance.
const relayEvery = 10 * time.Minute

// Name implements app.Witness.
func (*relay) Name() string { return "mail server" }

// Ask implements app.Witness.
func (r *relay) Ask(ctx context.Context) clock.Word {
	now := r.passed()
	if r.asked != nil && now-*r.asked < relayEvery {
		return clock.Silent
	}
	r.asked = &now
	at, told, err := r.target.RelayTime(ctx)
	if err != nil {
		r.log.WarnContext(ctx, "the mail server's clock can't be read", "error", err.Error())
	}
	if !told {
		return clock.Silent
	}
	return clock.Compare(time.Now().Round(0), at)
}

// witnesses are the second sources that are asked all the time.
func witnesses(store ledger.Store, log *slog.Logger) []app.Witness {
	all := []app.Witness{kernel{}}
	if server, ok := store.(*postgres.Store); ok {
		all = append(all, databaseServer{now: server.Now, log: log})
	}
	return all
}
