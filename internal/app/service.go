package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/repeat"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// Hints tells other nodes and goroutines that a branch has news.
type Hints interface {
	Publish(ctx context.Context, branch town.BranchID)
}

// Presence knows which screens are connected.
type Presence interface {
	// Screens counts the connected display devices that show an office.
	Screens(branch town.BranchID, office town.OfficeID) int
}

// Config is what an App needs. Every field is required, but for those that say
// otherwise.
type Config struct {
	Store    ledger.Store
	Sealer   Sealer
	Hints    Hints
	Presence Presence // nil: no screen is ever connected
	Clock    func() time.Time
	Time     *Timekeeper          // judges Clock; nil: it is trusted
	Random   io.Reader            // nil: crypto/rand
	Costs    access.PasswordCosts // of hashing; zero: what a server takes
	Watcher  access.Watcher       // is told what happens at the doors; nil: nobody is
	Log      *slog.Logger
	BaseURL  string // for links in mails; no trailing slash
}

// App holds the use cases. It is safe for concurrent use. What it holds is set
// by Open and never replaced; what changes in it says what guards it.
type App struct {
	// Access decides who comes in, and what they may.
	Access *access.Control
	// Memory knows the days of the branches.
	Memory *daybook.Memory

	store    *attended
	sealer   *vault
	hints    Hints
	presence Presence
	clock    func() time.Time
	time     *Timekeeper
	log      *slog.Logger
	baseURL  string

	secrets *secrets.Source
	repeats *repeat.Keeper
	proofs  proofs
	epoch   string // of this database: positions are compared only within one

	plans *plan.Plans // written by updates that are committed and by whoever reads a snapshot
	paces paces       // how long offices took lately; has a lock of its own
	// openings is whom this node has shown to whom today; it has a lock of its own.
	openings openings
	busiest  busiest  // hours of branches; has a lock of its own
	walls    sync.Map // town.BranchID -> *wall: its board, replaced whole by who asks for it

	outbox      wake // a mail may be due; the worker of mails reads it
	wishing     wake // free time may fit a wish; RunWishes reads it
	dealing     wake // a run has something to do; RunDealings reads it
	settling    settling
	overwriting *overwriting

	follower    atomic.Pointer[func(town.BranchID, []ledger.Event)] // set once, by Follow
	mailTrouble atomic.Pointer[MailTrouble]                         // written by the worker of mails alone
}

// Keys of single values in the database.
const (
	metaEpoch  = "epoch"
	metaSecret = "secret"
)

// Open prepares an App on a store: it draws epoch and secret on first use, reads
// the catalogue, and carries over what an earlier program stored otherwise.
func Open(ctx context.Context, c Config) (*App, error) {
	a := &App{
		sealer: &vault{Sealer: c.Sealer}, hints: c.Hints, presence: c.Presence,
		clock: c.Clock, time: c.Time, log: c.Log, baseURL: c.BaseURL,
	}
	if a.time == nil {
		a.time = trusting(c.Clock)
	}
	a.store = &attended{Store: c.Store, log: c.Log, passed: a.time.steady}
	if a.presence == nil {
		a.presence = nobody{}
	}
	a.plans = new(plan.Plans)
	a.outbox, a.wishing, a.overwriting = make(wake, 1), make(wake, 1), newOverwriting(a.store, a.log)
	a.dealing = make(wake, 1)
	a.Memory = daybook.New(a.store, a.plans, a.time.Now, a.log)
	if err := a.identify(ctx, c); err != nil {
		return nil, fmt.Errorf("identify database: %w", err)
	}
	if err := a.Refresh(ctx); err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	if err := a.carryAddresses(ctx); err != nil {
		return nil, fmt.Errorf("carry mail addresses over: %w", err)
	}
	return a, nil
}

type nobody struct{}

func (nobody) Screens(town.BranchID, town.OfficeID) int { return 0 }

// identify reads what all nodes of a database have in common.
func (a *App) identify(ctx context.Context, config Config) error {
	random := cmp.Or(config.Random, rand.Reader)
	return a.store.Update(ctx, nil, func(tx ledger.Tx) error {
		epoch, err := metaOr(ctx, tx, random, metaEpoch, 8)
		if err != nil {
			return err
		}
		secret, err := metaOr(ctx, tx, random, metaSecret, 32)
		if err != nil {
			return err
		}
		raw, err := hex.DecodeString(secret)
		if err != nil {
			return err
		}
		a.epoch, a.secrets = epoch, secrets.New(random, a.clock, raw)
		a.proofs = proofs{a.secrets}
		a.repeats = repeat.New(a.secrets, a.sealer, a.time.Now)
		a.Access = access.New(access.Config{
			Store: a.store, Instant: a.time.Now, Secrets: a.secrets, Repeats: a.repeats, Plans: a.plans, Costs: config.Costs,
			Watcher: config.Watcher,
		})
		return nil
	})
}

// metaOr reads a single value, and draws it at random on first use.
func metaOr(ctx context.Context, tx ledger.Tx, random io.Reader, key string, size int) (string, error) {
	value, err := tx.Meta().Get(ctx, key)
	if !errors.Is(err, ledger.ErrNotFound) {
		return value, err
	}
	raw := make([]byte, size)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", err
	}
	// Another node may start at the same moment: one value stands for both.
	if err := tx.Meta().Add(ctx, key, hex.EncodeToString(raw)); err != nil {
		return "", err
	}
	return tx.Meta().Get(ctx, key)
}

// Now returns the time of the clock that all rules see.
func (a *App) Now() time.Time { return a.clock() }

// Ready reports whether the database can be read and written: how the last commit
// ended.
func (a *App) Ready(ctx context.Context) error { return a.store.ready(ctx) }

// Follow has committed events given to fn at once, in the order of each update
// but not across updates: who follows looks the rest up.
func (a *App) Follow(fn func(branch town.BranchID, events []ledger.Event)) { a.follower.Store(&fn) }

// wake is a signal that never blocks its sender.
type wake chan struct{}

func (w wake) signal() {
	select {
	case w <- struct{}{}:
	default:
	}
}
