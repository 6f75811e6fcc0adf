// Package apptest opens the use cases on a real database, with the catalogue of
// a town and a clock that tests set, for the tests of whoever asks them. It
// serves nothing itself.
package apptest

import (
	"cmp"
	"crypto/rand"
	"io"
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
	Clock     *Clock                          // nil: stands at eight on a Tuesday on which both branches are open
	Judged    bool                            // the clock is judged by the time that passes, as in a server
	Passed    func() time.Duration            // by which a judged clock is judged; nil: as much as Clock let pass
	Witnesses []app.Witness                   // who is asked besides where the clock is judged
	Town      []byte                          // a catalogue file in place of Grimma's
	Dir       string                          // where keys and database lie; empty: a new folder
	Store     ledger.Store                    // nil: SQLite in Dir
	Between   func(ledger.Store) ledger.Store // put between use cases and store
	Keys      app.Sealer                      // nil: of the key file in Dir, which is made where there is none
	Seals     func(app.Sealer) app.Sealer     // put between use cases and keys
	Hints     app.Hints                       // nil: to this node alone
	Presence  app.Presence                    // nil: no screen is ever connected
	Node      ledger.NodeID                   // among others of the store; empty: there are none
	Watcher   access.Watcher                  // nil: nobody is told what happens at the doors
	Random    io.Reader                       // nil: crypto/rand
	BaseURL   string                          // empty: one of a made-up town
	Log       *slog.Logger                    // nil: nowhere
}

// cheap makes hashing passwords cost next to nothing.
var cheap = access.PasswordCosts{Memory: 64, Iterations: 1}

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
	if o.Store == nil {
		o.Store = sqlitetest.Open(h.tb, filepath.Join(o.Dir, "aufruf.db"))
	}
	if o.Between != nil {
		o.Store, o.Between = o.Between(o.Store), nil
	}
	h.Close = sync.OnceValue(o.Store.Close)
	h.tb.Cleanup(func() { h.must(h.Close()) })
	if o.Keys == nil {
		keys, _, err := seal.OpenOrCreate(filepath.Join(o.Dir, "aufruf.key"), town.DateOf(h.Clock.Now(), time.UTC).AddDays(-30), rand.Reader)
		h.must(err)
		o.Keys = keys
	}
	node, err := Node(h.tb, o)
	h.must(err)
	h.App = node
}

// Node opens the use cases alone, on a store that is open, as one of a town's
// servers does. It needs Clock and Store, and Keys where something is sealed;
// nothing is imported, and whoever opened the store closes it. Errors: as of
// app.Open.
func Node(tb testing.TB, o Options) (*app.App, error) {
	c := app.Config{
		Store: o.Store, Sealer: o.Keys, Hints: o.Hints, Presence: o.Presence, Node: o.Node, Clock: o.Clock.Now, Random: o.Random,
		Costs: cheap, Watcher: o.Watcher, Log: o.Log, BaseURL: cmp.Or(o.BaseURL, "https://termin.example"),
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Hints == nil {
		c.Hints = notify.NewLocal()
	}
	if o.Between != nil {
		c.Store = o.Between(c.Store)
	}
	if o.Seals != nil {
		c.Sealer = o.Seals(c.Sealer)
	}
	if o.Judged {
		keeper, err := o.judge(tb, c.Log)
		if err != nil {
			return nil, err
		}
		c.Time = keeper
	}
	return app.Open(tb.Context(), c)
}

func (o Options) judge(tb testing.TB, log *slog.Logger) (*app.Timekeeper, error) {
	c := app.TimeConfig{Store: o.Store, Wall: o.Clock.Now, Passed: o.Passed, Witnesses: o.Witnesses, Log: log}
	if c.Passed == nil {
		c.Passed = o.Clock.Passed
	}
	return app.OpenTime(tb.Context(), c)
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
