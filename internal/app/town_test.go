package app_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
)

const (
	markt = town.BranchID("grimma-markt")
	nera  = town.BranchID("nerchau")
	pin   = town.ServiceID("eid-pin")
	clerk = town.UserID("clerk")
)

// tuesday is a day on which both branches are open from nine on.
var tuesday = town.NewDate(2026, time.December, 1)

// townHall is the use cases on a real database, with a clock that tests set.
type townHall struct {
	*app.App
	t     testing.TB
	store ledger.Store
	seals *sealer
	time  *apptest.Clock
}

// sealer seals with keys, unless a test says which plain text it can't seal.
type sealer struct {
	app.Sealer
	cannot func(about, plain string) bool
	spoils func(about, plain string) bool // seals something else instead
	opens  func(about string)             // is told what is opened
}

func (s *sealer) Open(branch town.BranchID, date town.Date, about string, sealed []byte) ([]byte, error) {
	if s.opens != nil {
		s.opens(about)
	}
	return s.Sealer.Open(branch, date, about, sealed)
}

func (s *sealer) Seal(branch town.BranchID, date town.Date, about string, plain []byte) ([]byte, error) {
	if s.cannot != nil && s.cannot(about, string(plain)) {
		return nil, errors.New("the key is gone")
	}
	if s.spoils != nil && s.spoils(about, string(plain)) {
		plain = []byte("no JSON")
	}
	return s.Sealer.Seal(branch, date, about, plain)
}

func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// at is an instant by the wall clock of Grimma.
func at(t testing.TB, date town.Date, clock string) time.Time {
	t.Helper()
	tod, err := town.ParseTimeOfDay(clock)
	if err != nil {
		t.Fatal(err)
	}
	return date.At(tod, berlin(t))
}

// openTownHall opens the town hall of Grimma on the Tuesday at eight.
func openTownHall(t testing.TB) *townHall {
	t.Helper()
	return openTownHallWith(t, func(s ledger.Store) ledger.Store { return s })
}

// openTownHallWith puts something between the use cases and their store.
func openTownHallWith(t testing.TB, between func(ledger.Store) ledger.Store) *townHall {
	t.Helper()
	return openTownHallOn(t, openSQLite(t), between)
}

// openTownHallOn opens it on a store of any engine.
func openTownHallOn(t testing.TB, store ledger.Store, between func(ledger.Store) ledger.Store) *townHall {
	t.Helper()
	h := &townHall{t: t, time: apptest.NewClock(at(t, tuesday, "08:00")), store: store}
	h.App = apptest.Open(t, apptest.Options{
		Clock: h.time, Store: store, Between: between,
		Seals: func(keys app.Sealer) app.Sealer {
			h.seals = &sealer{Sealer: keys}
			return h.seals
		},
	}).App
	return h
}

func builtIn(t testing.TB) catalogue.File {
	t.Helper()
	file, mistakes := catalogue.BuiltIn()
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	return file
}

func (h *townHall) imports(file catalogue.File) {
	h.t.Helper()
	_, mistakes, err := h.Town.Import(h.t.Context(), file)
	if err != nil || len(mistakes) > 0 {
		h.t.Fatal(err, mistakes)
	}
}

// change merges a few lines of YAML into the catalogue.
func (h *townHall) change(yaml string) {
	h.t.Helper()
	file, mistakes := catalogue.Parse("test.yaml", []byte(yaml))
	if len(mistakes) > 0 {
		h.t.Fatal(mistakes)
	}
	h.imports(file)
}

func (h *townHall) clock() time.Time { return h.time.Now() }

func (h *townHall) set(now time.Time) { h.time.Set(now) }

func (h *townHall) ctx() context.Context { return h.t.Context() }

func staff(id town.UserID) access.Actor {
	return access.Actor{Kind: access.Staff, User: ledger.User{ID: id, Role: ledger.RoleClerk}}
}

func one(service town.ServiceID) []town.Item { return []town.Item{{Service: service, Quantity: 1}} }

func wants(start time.Time) app.BookRequest {
	return app.BookRequest{
		Wanted:   plan.Wanted{Branch: markt, Items: one(pin)},
		Start:    start,
		Language: town.German,
		Person:   app.Person{Name: "Ada Beispiel", Email: "ada@example.org"},
	}
}

func (h *townHall) book(start time.Time) app.Appointment {
	h.t.Helper()
	made, err := h.Book(h.ctx(), access.Actor{}, wants(start))
	if err != nil {
		h.t.Fatal(err)
	}
	return made
}

func (h *townHall) walkIn() app.Issued {
	h.t.Helper()
	issued, err := h.IssueTicket(h.ctx(), staff(clerk), app.WalkInRequest{Wanted: plan.Wanted{Branch: markt, Items: one(pin)}})
	if err != nil {
		h.t.Fatal(err)
	}
	return issued
}

func (h *townHall) free(start time.Time) int {
	h.t.Helper()
	slots, err := h.Memory.Slots(h.ctx(), plan.Wanted{Branch: markt, Items: one(pin)}, town.DateOf(start, berlin(h.t)))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, s := range slots {
		if s.Start.Equal(start) {
			return s.Free
		}
	}
	return 0
}
