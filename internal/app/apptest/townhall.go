// Package apptest opens the use cases on a real database, with the catalogue of
// a town and a clock that tests set, for the tests of whoever asks them. It
// serves nothing itself.
package apptest

import (
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/notify"
	"aufruf/internal/seal"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/town"
)

// Options of a town hall; the zero value is Grimma's on a new SQLite file.
type Options struct {
	Now      time.Time // zero: the time of day doesn't matter to the test
	Town     []byte    // a catalogue file in place of Grimma's
	Store    ledger.Store
	Between  func(ledger.Store) ledger.Store // put between use cases and store
	Hints    app.Hints
	Presence app.Presence
	Log      *slog.Logger
}

// TownHall is the use cases of a town.
type TownHall struct {
	*app.App
	Clock *Clock
	tb    testing.TB
}

// Open opens a town hall, which is closed when the test is over.
func Open(tb testing.TB, o Options) *TownHall {
	tb.Helper()
	if o.Now.IsZero() {
		o.Now = time.Date(2026, time.December, 1, 8, 0, 0, 0, time.UTC) // a Tuesday on which both branches are open
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Hints == nil {
		o.Hints = notify.NewLocal()
	}
	h := &TownHall{tb: tb, Clock: &Clock{start: o.Now, now: o.Now}}
	store := h.store(o)
	keys, err := seal.Create(filepath.Join(tb.TempDir(), "aufruf.key"), town.DateOf(o.Now, time.UTC).AddDays(-30), rand.Reader)
	h.must(err)
	keeper, err := app.OpenTime(tb.Context(), app.TimeConfig{Store: store, Wall: h.Clock.Now, Passed: h.Clock.Passed, Log: o.Log})
	h.must(err)
	h.App, err = app.Open(tb.Context(), app.Config{
		Store: store, Sealer: keys, Hints: o.Hints, Presence: o.Presence, Clock: h.Clock.Now, Time: keeper, Log: o.Log,
		BaseURL: "https://termin.example", Costs: access.PasswordCosts{Memory: 64, Iterations: 1}, // cheap
	})
	h.must(err)
	if o.Town != nil {
		h.Change(string(o.Town))
		return h
	}
	file, mistakes := catalogue.BuiltIn()
	h.imports(file, mistakes)
	return h
}

func (h *TownHall) store(o Options) ledger.Store {
	h.tb.Helper()
	store := o.Store
	if store == nil {
		file, err := sqlite.Open(h.tb.Context(), filepath.Join(h.tb.TempDir(), "aufruf.db"), sqlite.Options{})
		h.must(err)
		store = file
	}
	if o.Between != nil {
		store = o.Between(store)
	}
	h.tb.Cleanup(func() { h.must(store.Close()) })
	return store
}

// Change merges a few lines of YAML into the catalogue.
func (h *TownHall) Change(yaml string) {
	h.tb.Helper()
	h.imports(catalogue.Parse("test.yaml", []byte(yaml)))
}

func (h *TownHall) imports(file catalogue.File, mistakes []catalogue.Mistake) {
	h.tb.Helper()
	if len(mistakes) > 0 {
		h.tb.Fatal(mistakes)
	}
	_, mistakes, err := h.Import(h.tb.Context(), file)
	if err != nil || len(mistakes) > 0 {
		h.tb.Fatal(err, mistakes)
	}
}

func (h *TownHall) must(err error) {
	h.tb.Helper()
	if err != nil {
		h.tb.Fatal(err)
	}
}
