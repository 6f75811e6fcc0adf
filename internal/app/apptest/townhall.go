// Package apptest opens the use cases on a real database, with the catalogue of
// a town and a clock that tests set, for the tests of whoever asks them. It
// serves nothing itself.
package apptest

import (
	"crypto/rand"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/notify"
	"aufruf/internal/seal"
	"aufruf/internal/store/sqlite/sqlitetest"
	"aufruf/internal/town"
)

// Options of a town hall; the zero value is Grimma's on a new SQLite file.
type Options struct {
	Clock    *Clock                          // nil: stands at eight on a Tuesday on which both branches are open
	Judged   bool                            // the clock is judged by the time that passes, as in a server
	Town     []byte                          // a catalogue file in place of Grimma's
	Dir      string                          // where keys and database lie; empty: a new folder
	Store    ledger.Store                    // nil: SQLite in Dir
	Between  func(ledger.Store) ledger.Store // put between use cases and store
	Seals    func(app.Sealer) app.Sealer     // put between use cases and keys
	Hints    app.Hints
	Presence app.Presence
	Log      *slog.Logger
}

// TownHall is the use cases of a town.
type TownHall struct {
	*app.App
	Clock *Clock
	// Close ends it before the test does, so that another can be opened in its
	// folder.
	Close func() error
	tb    testing.TB
}

// Open opens a town hall, which is closed when the test is over. Its catalogue
// is imported where there is none yet.
func Open(tb testing.TB, o Options) *TownHall {
	tb.Helper()
	if o.Clock == nil {
		o.Clock = NewClock(time.Date(2026, time.December, 1, 8, 0, 0, 0, time.FixedZone("CET", 3600)))
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Hints == nil {
		o.Hints = notify.NewLocal()
	}
	if o.Dir == "" {
		o.Dir = tb.TempDir()
	}
	h := &TownHall{tb: tb, Clock: o.Clock}
	h.open(o)
	if len(h.Catalogue().Branches) == 0 {
		h.furnish(o.Town)
	}
	return h
}

func (h *TownHall) open(o Options) {
	h.tb.Helper()
	store := h.store(o)
	keys, _, err := seal.OpenOrCreate(filepath.Join(o.Dir, "aufruf.key"), town.DateOf(h.Clock.Now(), time.UTC).AddDays(-30), rand.Reader)
	h.must(err)
	sealer := app.Sealer(keys)
	if o.Seals != nil {
		sealer = o.Seals(sealer)
	}
	var keeper *app.Timekeeper
	if o.Judged {
		keeper, err = app.OpenTime(h.tb.Context(), app.TimeConfig{Store: store, Wall: h.Clock.Now, Passed: h.Clock.Passed, Log: o.Log})
		h.must(err)
	}
	h.App, err = app.Open(h.tb.Context(), app.Config{
		Store: store, Sealer: sealer, Hints: o.Hints, Presence: o.Presence, Clock: h.Clock.Now, Time: keeper, Log: o.Log,
		BaseURL: "https://termin.example", Costs: access.PasswordCosts{Memory: 64, Iterations: 1}, // cheap
	})
	h.must(err)
}

func (h *TownHall) store(o Options) ledger.Store {
	h.tb.Helper()
	store := o.Store
	if store == nil {
		store = sqlitetest.Open(h.tb, filepath.Join(o.Dir, "aufruf.db"))
	}
	if o.Between != nil {
		store = o.Between(store)
	}
	h.Close = sync.OnceValue(store.Close)
	h.tb.Cleanup(func() { h.must(h.Close()) })
	return store
}

func (h *TownHall) furnish(file []byte) {
	h.tb.Helper()
	if file != nil {
		h.Change(string(file))
		return
	}
	h.imports(builtIn())
}

// builtIn reads Grimma's catalogue once for a test binary.
var builtIn = sync.OnceValues(catalogue.BuiltIn)

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
	_, mistakes, err := h.Town.Import(h.tb.Context(), file)
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
