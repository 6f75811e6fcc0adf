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

// core is what every use case stands on: the database and how a transaction of it
// begins, the clock, the keys, the rules that hold, the memory of days. App and the
// values beside it hold the same one, and nothing of each other that they don't
// name. What it holds is set by openCore and never replaced; what changes in it says
// what guards it. It knows no use case.
type core struct {
	access *access.Control
	memory *daybook.Memory

	store    *attended
	sealer   *vault
	hints    Hints
	presence Presence
	node     ledger.NodeID
	clock    func() time.Time
	time     *Timekeeper
	log      *slog.Logger
	baseURL  string

	secrets *secrets.Source
	repeats *repeat.Keeper
	proofs  proofs
	epoch   string // of this database: positions are compared only within one

	plans *plan.Plans // written by updates that are committed and by whoever reads a snapshot
	// openings is whom this node has shown to whom today; it has a lock of its own.
	openings openings
	busiest  busiest // hours of branches; has a lock of its own
	paces    paces   // how long offices took lately; has a lock of its own

	outbox      wake // a mail may be due; the worker of mails reads it
	wishing     wake // free time may fit a wish; Wishes.Run reads it
	dealing     wake // a run has something to do; Dealings.Run reads it
	settling    settling
	overwriting *overwriting

	follower atomic.Pointer[func(town.BranchID, []ledger.Event)] // set once, by App.Follow
}

// Keys of single values in the database.
const (
	metaEpoch  = "epoch"
	metaSecret = "secret"
)

func openCore(ctx context.Context, c Config) (*core, error) {
	co := &core{
		sealer: &vault{Sealer: c.Sealer}, hints: c.Hints, presence: c.Presence, node: c.Node,
		clock: c.Clock, time: c.Time, log: c.Log, baseURL: c.BaseURL,
		plans: new(plan.Plans), outbox: make(wake, 1), wishing: make(wake, 1), dealing: make(wake, 1),
	}
	if co.time == nil {
		co.time = trusting(c.Clock)
	}
	if co.presence == nil {
		co.presence = nobody{}
	}
	co.store = &attended{Store: c.Store, log: c.Log, passed: co.time.steady}
	co.overwriting = newOverwriting(co.store, co.log)
	co.memory = daybook.New(co.store, co.plans, co.time.Now, co.log)
	if err := co.identify(ctx, c); err != nil {
		return nil, fmt.Errorf("identify database: %w", err)
	}
	if err := co.refresh(ctx); err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	return co, nil
}

type nobody struct{}

func (nobody) Screens(town.BranchID, town.OfficeID) []town.DeviceID { return nil }

// identify reads what all nodes of a database have in common.
func (co *core) identify(ctx context.Context, config Config) error {
	random := cmp.Or(config.Random, rand.Reader)
	var epoch, secret string
	err := co.store.Update(ctx, nil, func(tx ledger.Tx) (err error) {
		if epoch, err = metaOr(ctx, tx, random, metaEpoch, 8); err != nil {
			return err
		}
		secret, err = metaOr(ctx, tx, random, metaSecret, 32)
		return err
	})
	if errors.Is(err, ledger.ErrLooking) { // in a backup; nothing that is made with it is kept
		secret, err = draw(random, 32)
	}
	if err != nil {
		return err
	}
	raw, err := hex.DecodeString(secret)
	if err != nil {
		return err
	}
	co.epoch, co.secrets = epoch, secrets.New(random, co.clock, raw)
	co.proofs = proofs{co.secrets}
	co.repeats = repeat.New(co.secrets, co.sealer, co.time.Now)
	co.access = access.New(access.Config{
		Store: co.store, Instant: co.time.Now, Secrets: co.secrets, Repeats: co.repeats, Plans: co.plans, Costs: config.Costs,
		Watcher: config.Watcher,
	})
	return nil
}

// metaOr reads a single value, and draws it at random on first use.
func metaOr(ctx context.Context, tx ledger.Tx, random io.Reader, key string, size int) (string, error) {
	value, err := tx.Meta().Get(ctx, key)
	if !errors.Is(err, ledger.ErrNotFound) {
		return value, err
	}
	drawn, err := draw(random, size)
	if err != nil {
		return "", err
	}
	// Another node may start at the same moment: one value stands for both.
	if err := tx.Meta().Add(ctx, key, drawn); err != nil {
		return "", err
	}
	return tx.Meta().Get(ctx, key)
}

func draw(random io.Reader, size int) (string, error) {
	raw := make([]byte, size)
	_, err := io.ReadFull(random, raw)
	return hex.EncodeToString(raw), err
}

// refresh reads the catalogue again where another process has changed it.
func (co *core) refresh(ctx context.Context) error {
	return co.store.View(ctx, func(tx ledger.Tx) error {
		_, err := co.plans.Seen(ctx, tx)
		return err
	})
}

// zone returns a branch's time zone; UTC for an unknown branch.
func (co *core) zone(branch town.BranchID) *time.Location {
	if b, err := co.plans.Now().Known(branch); err == nil {
		return b.Zone
	}
	return time.UTC
}

// today returns the local date of a branch.
func (co *core) today(branch town.BranchID) town.Date {
	return town.DateOf(co.clock(), co.zone(branch))
}

// wake is a signal that never blocks its sender.
type wake chan struct{}

func (w wake) signal() {
	select {
	case w <- struct{}{}:
	default:
	}
}
