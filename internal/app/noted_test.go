package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Each of these commits nothing: screens, memory and other nodes would never
// learn of it.
func TestAnUpdateThatDoesNotSayWhatItChangedIsRefused(t *testing.T) {
	h := openTownHall(t)
	day := thursday
	appointment := h.book(at(t, day, "09:00")).Ticket
	held := ledger.Hold{
		Hash: []byte("hold"), Branch: nera, Office: "buergerbuero", Date: day, Start: at(t, day, "09:00"), End: at(t, day, "09:10"),
		Expires: at(t, tuesday, "09:00"),
	}
	both := []town.BranchID{markt, nera}
	named := ledger.Event{Kind: ledger.EventBooking, Ticket: appointment.ID, Dates: []town.Date{day}}
	for name, c := range map[string]struct {
		branches []town.BranchID
		run      func(ctx context.Context, c *app.Change) error
		want     string
	}{
		"a ticket, and an event of another branch that is held": {both, func(ctx context.Context, c *app.Change) error {
			next := appointment
			next.Version++
			if err := c.Tickets().Update(ctx, next); err != nil {
				return err
			}
			return c.Record(ctx, nera, named)
		}, "without an event of grimma-markt"},
		"a ticket, and an event of another ticket": {both, func(ctx context.Context, c *app.Change) error {
			next := appointment
			next.Version++
			if err := c.Tickets().Update(ctx, next); err != nil {
				return err
			}
			return c.Record(ctx, markt, ledger.Event{Kind: ledger.EventQueue, Ticket: "another"})
		}, "without an event of grimma-markt"},
		"a move that names one date": {both, func(ctx context.Context, c *app.Change) error {
			next := appointment
			next.Version++
			next.Date, next.Start, next.End = day+1, next.Start.Add(24*time.Hour), next.End.Add(24*time.Hour)
			if err := c.Tickets().Update(ctx, next); err != nil {
				return err
			}
			return c.Record(ctx, markt, named)
		}, "without an event that names 2026-12-04"},
		"a move to another branch that tells one": {both, func(ctx context.Context, c *app.Change) error {
			next := appointment
			next.Version++
			next.Branch = nera
			if err := c.Tickets().Update(ctx, next); err != nil {
				return err
			}
			return c.Record(ctx, nera, named)
		}, "without an event of grimma-markt"},
		"a hold": {both, func(ctx context.Context, c *app.Change) error {
			return c.Holds().Insert(ctx, held)
		}, "free time of nerchau on 2026-12-03 changed without an event"},
		"a hold, and an event of another day": {both, func(ctx context.Context, c *app.Change) error {
			if err := c.Holds().Insert(ctx, held); err != nil {
				return err
			}
			return c.Record(ctx, nera, ledger.Event{Kind: ledger.EventBooking, Dates: []town.Date{day + 1}})
		}, "free time of nerchau on 2026-12-03 changed without an event"},
		"a hold of a branch that isn't held": {both[:1], func(ctx context.Context, c *app.Change) error {
			return c.Holds().Insert(ctx, held)
		}, "branch nerchau isn't held"},
		"the end of a hold that nobody read": {both, func(ctx context.Context, c *app.Change) error {
			return c.Holds().Delete(ctx, held.Hash)
		}, "not noted"},
		"a pause": {both, func(ctx context.Context, c *app.Change) error {
			return c.Rooms().SetPaused(ctx, markt, "platz-1", clerk, h.clock())
		}, "a room of grimma-markt changed without an event"},
		"a day that is read after it was changed": {both, func(ctx context.Context, c *app.Change) error {
			next := appointment
			next.Version++
			if err := c.Tickets().Update(ctx, next); err != nil {
				return err
			}
			if err := c.Record(ctx, markt, named); err != nil {
				return err
			}
			return c.Day(ctx, markt)
		}, "has changed before it was read"},
	} {
		err := h.App.Change(h.ctx(), c.branches, func(change *app.Change) error { return c.run(h.ctx(), change) })
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want it refused: %s", name, err, c.want)
		}
	}
	if got := h.book(at(t, day, "11:00")); got.Ticket.Version != 1 {
		t.Errorf("afterwards: got %v", got)
	}
}
