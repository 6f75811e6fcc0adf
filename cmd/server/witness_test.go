package main

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"aufruf/internal/clock"
	"aufruf/internal/mail"
)

// A database server beside us, or in a container of this machine, has our own
// clock: its word is worth nothing, however wrong that clock is.
func TestADatabaseServerWithOurOwnClockSaysNothing(t *testing.T) {
	for name, test := range map[string]struct {
		now  func(context.Context) (time.Time, error)
		want clock.Word
	}{
		"our own clock": {func(context.Context) (time.Time, error) { return time.Now().Truncate(time.Microsecond), nil }, clock.Silent},
		"another, right": {func(context.Context) (time.Time, error) {
			return time.Now().Add(30 * time.Second), nil
		}, clock.Agrees},
		"another, off by a day": {func(context.Context) (time.Time, error) { return time.Now().Add(-24 * time.Hour), nil }, clock.Differs},
		"no answer":             {func(context.Context) (time.Time, error) { return time.Time{}, errors.New("away") }, clock.Silent},
	} {
		got := databaseServer{now: test.now, log: slog.New(slog.DiscardHandler)}.Ask(t.Context())
		if got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
}

func TestWithoutAMailServerNobodyIsAsked(t *testing.T) {
	target, err := mail.Open("dir:" + t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{target: target, passed: newUptime(), log: slog.New(slog.DiscardHandler)}
	if got := r.Ask(t.Context()); got != clock.Silent {
		t.Errorf("got %d, want silence", got)
	}
}
