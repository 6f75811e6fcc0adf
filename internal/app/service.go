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
	"aufruf/internal/clock"
	"aufruf/internal/ledger"
	"aufruf/internal/queue"
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
	Log      *slog.Logger
	BaseURL  string // for links in mails; no trailing slash
}

// App holds the use cases. It is safe for concurrent use.
type App struct {
	store    *attended
	sealer   Sealer
	hints    Hints
	presence Presence
	clock    func() time.Time
	time     *Timekeeper
	log      *slog.Logger
	baseURL  string

	// Access decides who comes in, and what they may.
	Access *access.Control

	secrets *secrets.Source
	repeats *repeat.Keeper
	epoch   string

	plan      atomic.Pointer[plan]
	keysOf    atomic.Pointer[chainMark] // the sealer's, which never changes its first chain
	free      freeTimes
	calendars calendars
	paces     paces
	outbox    wake
	wishing   wake // free time may fit a wish

	overwriting *overwriting
	remembering chan town.BranchID // to be read by RunMemory

	positions sync.Map // town.BranchID -> *atomic.Int64: newest known seq
	books     sync.Map // town.BranchID -> *daybook: the newest that is known
	exact     sync.Map // town.BranchID -> *givenAway: what the newest update left
	walls     sync.Map // town.BranchID -> *wall
	follower  atomic.Pointer[func(town.BranchID, []ledger.Event)]

	mailTrouble atomic.Pointer[MailTrouble]
}

// Keys of single values in the database.
const (
	metaEpoch     = "epoch"
	metaSecret    = "secret"
	metaCatalogue = "catalogue"
)

// Open prepares an App on a store: it draws epoch and secret on first use, reads
// the catalogue, and carries over what an earlier program stored otherwise.
func Open(ctx context.Context, c Config) (*App, error) {
	a := &App{
		sealer: c.Sealer, hints: c.Hints, presence: c.Presence,
		clock: c.Clock, time: c.Time, log: c.Log, baseURL: c.BaseURL,
	}
	if a.time == nil {
		a.time = trusting(c.Clock)
	}
	a.store = &attended{Store: c.Store, log: c.Log, passed: a.time.steady}
	if a.presence == nil {
		a.presence = nobody{}
	}
	a.outbox, a.wishing, a.overwriting = make(wake, 1), make(wake, 1), newOverwriting()
	a.remembering = make(chan town.BranchID, unremembered)
	if err := a.identify(ctx, c); err != nil {
		return nil, fmt.Errorf("identify database: %w", err)
	}
	if err := a.reload(ctx); err != nil {
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
		a.repeats = repeat.New(a.secrets, a.sealer, a.time.Now)
		a.Access = access.New(access.Config{
			Store: a.store, Instant: a.time.Now, Secrets: a.secrets, Repeats: a.repeats, Catalogue: a.Catalogue, Costs: config.Costs,
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

// Seq returns the newest position of a branch that this node knows.
func (a *App) Seq(branch town.BranchID) town.Seq { return town.Seq(a.position(branch).Load()) }

func (a *App) position(branch town.BranchID) *atomic.Int64 {
	p, ok := a.positions.Load(branch)
	if !ok {
		p, _ = a.positions.LoadOrStore(branch, new(atomic.Int64))
	}
	return p.(*atomic.Int64)
}

// Saw notes a position of a branch, so that what is computed from older ones
// is computed anew. The tail of events calls it for news of other processes.
func (a *App) Saw(branch town.BranchID, seq town.Seq) {
	p := a.position(branch)
	for {
		old := p.Load()
		if int64(seq) <= old || p.CompareAndSwap(old, int64(seq)) {
			return
		}
	}
}

// change is one update under way: the transaction, its one instant, the rules
// it decides by, and what it changes in the branches that it holds.
type change struct {
	ledger.Tx
	app   *App
	at    clock.Instant
	now   time.Time // at.wall
	rules *plan
	next  *plan // what the rules are once this is committed; nil: as they were
	// mark is drawn for each attempt, so memory of one that isn't committed is
	// never taken for what the rows say: nobody reads its mark back.
	mark int64
	held map[town.BranchID]*holding

	seen    map[town.TicketID]queue.Ticket // as they are stored now
	tickets []ticketChange
	// missed: what is given away had to be read from rows
	missed bool
	// durable runs after the commit; nothing of it can fail.
	durable []func()
}

// whenDurable has fn run once the update is committed. Nothing that can fail
// belongs there: the change stands, and whoever is told otherwise does it again.
func (c *change) whenDurable(fn func()) { c.durable = append(c.durable, fn) }

// update runs fn in a transaction that holds the branches, and tells the world
// afterwards. fn may run again.
func (a *App) update(ctx context.Context, branches []town.BranchID, fn func(c *change) error) error {
	return repeat.UntilAnswered(func() error { return a.updateOnce(ctx, branches, fn) })
}

func (a *App) updateOnce(ctx context.Context, branches []town.BranchID, fn func(c *change) error) error {
	var done *change
	err := a.store.Update(ctx, branches, func(tx ledger.Tx) error {
		c, err := a.begin(ctx, tx, branches)
		if err != nil {
			return err
		}
		done = c
		if err := fn(c); err != nil {
			return err
		}
		return c.keepDays()
	})
	if err != nil {
		return err
	}
	a.learn(cmp.Or(done.next, done.rules)) // first: whoever sees its position decides by its rules
	for _, fn := range done.durable {
		fn()
	}
	for branch, h := range done.held {
		if h.spansAfter != nil {
			a.free.advance(branch, h.spansAfter)
		}
		if len(h.events) > 0 {
			a.Saw(branch, h.at.Seq)
			a.follow(branch, h.events)
			a.hints.Publish(ctx, branch)
		}
	}
	if done.missed {
		a.rememberSoon(branches)
	}
	return nil
}

func (a *App) begin(ctx context.Context, tx ledger.Tx, branches []town.BranchID) (*change, error) {
	at := a.instant().Truncated()
	c := &change{
		app: a, Tx: tx, at: at, now: at.Wall,
		held: map[town.BranchID]*holding{}, seen: map[town.TicketID]queue.Ticket{},
	}
	revision, known := "", false
	for _, branch := range branches {
		at, err := tx.Events().Position(ctx, branch)
		if errors.Is(err, ledger.ErrNotFound) {
			continue // a branch that is being added, or an unknown one, which the use case refuses
		}
		if err != nil {
			return nil, fmt.Errorf("read position: %w", err)
		}
		c.held[branch] = &holding{start: at, at: at}
		revision, known = at.Revision, true
	}
	var err error
	if !known {
		if revision, err = revisionOf(ctx, tx); err != nil {
			return nil, err
		}
	}
	if c.rules, err = a.rulesAt(ctx, tx, revision); err != nil {
		return nil, err
	}
	c.mark, err = a.secrets.Mark()
	return c, err
}

// record stores events of a branch and returns them numbered.
func (c *change) record(ctx context.Context, branch town.BranchID, events ...ledger.Event) ([]ledger.Event, error) {
	for i := range events {
		events[i].Branch, events[i].At, events[i].Mark = branch, c.now, c.mark
	}
	numbered, err := c.Events().Append(ctx, branch, events...)
	if err != nil {
		return nil, fmt.Errorf("record events: %w", err)
	}
	h := c.held[branch]
	if h == nil {
		h = new(holding)
		c.held[branch] = h
	}
	h.events = append(h.events, numbered...)
	h.at = ledger.Position{Seq: numbered[len(numbered)-1].Seq, Mark: c.mark}
	return numbered, nil
}

// Follow has committed events given to fn at once, in the order of each update
// but not across updates: who follows looks the rest up.
func (a *App) Follow(fn func(branch town.BranchID, events []ledger.Event)) { a.follower.Store(&fn) }

func (a *App) follow(branch town.BranchID, events []ledger.Event) {
	if fn := a.follower.Load(); fn != nil {
		(*fn)(branch, events)
	}
}

// wake is a signal that never blocks its sender.
type wake chan struct{}

func (w wake) signal() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// instant reads the clocks.
func (a *App) instant() clock.Instant { return a.time.Now() }
