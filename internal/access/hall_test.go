package access_test

import (
	"context"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

const (
	markt = town.BranchID("grimma-markt")
	nera  = town.BranchID("nerchau")
	clerk = town.UserID("clerk")
)

// townHall is the accounts and devices of a town on a real database, with the use
// cases that ask them, and a clock that tests set.
type townHall struct {
	*app.App
	t     testing.TB
	store ledger.Store
	seals app.Sealer
	time  *apptest.Clock
}

// openTownHall opens the town hall of Grimma on a Tuesday at eight.
func openTownHall(t testing.TB) *townHall {
	t.Helper()
	return openTownHallOn(t, openSQLite(t), func(s ledger.Store) ledger.Store { return s })
}

// openTownHallOn opens it on a store of any engine, with something put between.
func openTownHallOn(t testing.TB, store ledger.Store, between func(ledger.Store) ledger.Store) *townHall {
	t.Helper()
	h := &townHall{t: t, store: store}
	hall := apptest.Open(t, apptest.Options{
		Store: store, Between: between,
		Seals: func(keys app.Sealer) app.Sealer {
			h.seals = keys
			return keys
		},
	})
	h.App, h.time = hall.App, hall.Clock
	return h
}

func (h *townHall) clock() time.Time { return h.time.Now() }

func (h *townHall) set(now time.Time) { h.time.Set(now) }

func (h *townHall) ctx() context.Context { return h.t.Context() }

func staff(id town.UserID) access.Actor {
	return access.Actor{Kind: access.Staff, User: ledger.User{ID: id, Role: ledger.RoleClerk}}
}
