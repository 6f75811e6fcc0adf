package main

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/config"
	"aufruf/internal/ledger"
	"aufruf/internal/mail"
	"aufruf/internal/notify"
	"aufruf/internal/seal"
	"aufruf/internal/store"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/sqlite"
	"aufruf/internal/town"
)

// defaultDatabase is where data lie unless a flag says otherwise.
const defaultDatabase = "sqlite:var/aufruf.db"

// defaultMail is where mails go unless a flag says otherwise.
const defaultMail = "dir:var/mail"

// place is where the data lie.
type place struct {
	database string
	keyFile  string
}

func placeFlags(flags *pflag.FlagSet) *place {
	p := new(place)
	flags.StringVar(&p.database, "database", defaultDatabase, "")
	flags.StringVar(&p.keyFile, "key-file", "", "")
	return p
}

// file returns the path of a SQLite database. A name that SQLite takes for something
// else than a file (":memory:", or none) is no place for a town.
func (p place) file() (path string, ok bool) {
	path, ok = strings.CutPrefix(p.database, "sqlite:")
	return path, ok && path != "" && !strings.HasPrefix(path, ":")
}

// key returns the path of the key file.
func (p place) key() string {
	if p.keyFile != "" {
		return p.keyFile
	}
	if path, ok := p.file(); ok {
		return strings.TrimSuffix(path, filepath.Ext(path)) + ".key"
	}
	return filepath.Join("var", "aufruf.key")
}

// scheme is what a database's address begins with: the rest may hold a password.
func scheme(database string) string {
	before, _, ok := strings.Cut(database, ":")
	if !ok {
		return database
	}
	return before + ":…"
}

// hints passes news on: within this process, and to other nodes where the
// database can.
type hints interface {
	app.Hints
	Subscribe() (<-chan town.BranchID, func())
}

// opened is an open database with the use cases on it.
type opened struct {
	*app.App
	store  ledger.Store
	time   *app.Timekeeper
	hints  hints
	relay  func(context.Context) error // exchanges hints with other nodes; nil where there are none
	closes []func() error
	schema store.Schema  // of what is only looked at
	node   ledger.NodeID // of a server among others; empty: there are none

	keys *seal.Keys // nil: there is no key file
}

func (o *opened) close() error {
	var errs []error
	for i := len(o.closes) - 1; i >= 0; i-- {
		errs = append(errs, o.closes[i]())
	}
	return errors.Join(errs...)
}

// settings of the use cases that only a running server has.
type settings struct {
	clock    func() time.Time
	set      *setClock // nil: clock is the machine's
	target   mail.Target
	presence app.Presence
	baseURL  string
	log      *slog.Logger
	keys     keyring
	watcher  access.Watcher // nil: nobody is told what happens at the doors
	looking  bool           // nothing is changed, and no older schema brought up to date
}

func (w world) quiet() settings {
	return settings{clock: time.Now, keys: keysThere, log: slog.New(slog.NewTextHandler(w.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))}
}

// open opens the database of a town and the key file, and prepares the use
// cases. Where no town is, it says so and leaves the place as it is.
func (p place) open(ctx context.Context, s settings) (*opened, error) {
	if err := p.mustHaveTown(ctx); err != nil {
		return nil, err
	}
	if !s.looking {
		if err := p.mustBeChangeable(); err != nil {
			return nil, err
		}
	}
	return p.openAny(ctx, s)
}

// openAny is open for whoever makes a town.
func (p place) openAny(ctx context.Context, s settings) (_ *opened, err error) {
	o := &opened{}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.close())
		}
	}()
	if err := p.openStore(ctx, o, s); err != nil {
		return nil, err
	}
	if err := p.mustBeUpToDate(o.schema); err != nil {
		return nil, err
	}
	if o.time, err = s.openTime(ctx, o.store); err != nil {
		return nil, err
	}
	if err := p.openKeys(o, s); err != nil {
		return nil, err
	}
	o.App, err = app.Open(ctx, app.Config{
		Store: o.store, Sealer: p.sealer(o), Hints: o.hints, Presence: s.presence,
		Node: o.node, Clock: s.clock, Time: o.time, Log: s.log, BaseURL: s.baseURL, Watcher: s.watcher,
	})
	return o, err
}

// openTime begins to judge the clock.
func (s settings) openTime(ctx context.Context, store ledger.Store) (*app.Timekeeper, error) {
	c := app.TimeConfig{Store: store, Wall: s.clock, Passed: newUptime(), Set: s.set != nil && !s.set.suspect, Log: s.log}
	if s.set == nil {
		c.Witnesses = witnesses(store, s.log)
		c.InDoubt = []app.Witness{&relay{target: s.target, passed: c.Passed, log: s.log}}
	}
	return app.OpenTime(ctx, c)
}

func (p place) openStore(ctx context.Context, o *opened, s settings) error {
	o.hints = notify.NewLocal()
	if path, ok := p.file(); ok {
		kept, err := openFile(ctx, path, s)
		if err != nil {
			return err
		}
		o.keep(kept)
		return nil
	}
	if strings.HasPrefix(p.database, "postgres://") || strings.HasPrefix(p.database, "postgresql://") {
		kept, err := openPostgres(ctx, p.database, s)
		if err != nil {
			return err
		}
		o.keep(kept)
		nodes, err := notify.NewPostgres(p.database, s.log)
		if err != nil {
			return err
		}
		o.hints, o.relay = nodes, nodes.Run
		if s.presence != nil {
			o.node = ledger.NodeID(rand.Text())
		}
		return nil
	}
	return config.Usage("cli.server.database", "given", scheme(p.database))
}

func openFile(ctx context.Context, path string, s settings) (*sqlite.Store, error) {
	if s.looking {
		return sqlite.OpenToLook(ctx, path)
	}
	return sqlite.Open(ctx, path, sqlite.Options{})
}

func openPostgres(ctx context.Context, url string, s settings) (*postgres.Store, error) {
	if s.looking {
		return postgres.OpenToLook(ctx, url)
	}
	return postgres.Open(ctx, url, postgres.Options{Create: sqlite.Create})
}

// keep holds a store until the data are closed.
func (o *opened) keep(s interface {
	ledger.Store
	Schema() store.Schema
}) {
	o.store, o.schema = s, s.Schema()
	o.closes = append(o.closes, s.Close)
}

// errOlder: what was opened to look at has the schema of an older program.
var errOlder = errors.New("the schema is an older program's")

// mustBeUpToDate refuses an older schema where nobody is to change it.
func (p place) mustBeUpToDate(s store.Schema) error {
	if !s.Older() {
		return nil
	}
	return config.Because(errOlder, "cli.server.place.older", "place", p.name(), "at", s.At, "newest", s.Newest)
}

// with runs a command on the place's data.
func (w world) with(ctx context.Context, p *place, act func(o *opened) error) error {
	return w.withClock(ctx, p, nil, act)
}

// looking is with for what changes nothing, not even a backup's mark.
func (w world) looking(ctx context.Context, p *place, act func(o *opened) error) error {
	s := w.quiet()
	s.looking = true
	o, err := p.open(ctx, s)
	if err != nil {
		return err
	}
	return errors.Join(act(o), o.close())
}

// withClock is with for what asks which time it is in a demonstration. A set clock
// is refused where a town is served by the machine's.
func (w world) withClock(ctx context.Context, p *place, set *setClock, act func(o *opened) error) error {
	s := w.quiet()
	s.clock, s.set = set.now(), set
	o, err := p.open(ctx, s)
	if err != nil {
		return err
	}
	if set != nil {
		err = set.refused(app.ServedBy(ctx, o.store, set.kind()))
	}
	if err == nil {
		err = act(o)
	}
	return errors.Join(err, o.close())
}
