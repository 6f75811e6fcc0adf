package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Hints tells other nodes and goroutines that a branch has news.
type Hints interface {
	Publish(ctx context.Context, branch town.BranchID)
}

// Presence knows which screens are connected.
type Presence interface {
	// Screens returns the display devices that are connected to this node and show an
	// office, each once; the caller owns the list.
	Screens(branch town.BranchID, office town.OfficeID) []town.DeviceID
}

// Config is what an App needs. Every field is required, but for those that say
// otherwise.
type Config struct {
	Store    ledger.Store
	Sealer   Sealer
	Hints    Hints
	Presence Presence      // nil: no screen is ever connected
	Node     ledger.NodeID // among servers that share the database; empty: there are no others
	Clock    func() time.Time
	Time     *Timekeeper          // judges Clock; nil: it is trusted
	Random   io.Reader            // nil: crypto/rand
	Costs    access.PasswordCosts // of hashing; zero: what a server takes
	Watcher  access.Watcher       // is told what happens at the doors; nil: nobody is
	Log      *slog.Logger
	BaseURL  string // for links in mails; no trailing slash
}

// App holds the use cases: booking, calling, and what both touch are its own
// methods, the rest are values beside it that hold the same core. It is safe for concurrent use. What it
// holds is set by Open and never replaced; what changes in it says what guards it.
type App struct {
	// Access decides who comes in, and what they may.
	Access *access.Control
	// Memory knows the days of the branches.
	Memory *daybook.Memory
	// Town founds, imports, removes, and tells what was changed.
	Town *Town
	// Drafts gathers changes of the town and makes them together.
	Drafts *Drafts
	// Rosters says how many counters are staffed.
	Rosters *Rosters
	// Closings closes offices and opens them again.
	Closings *Closings
	// Dealings deals with many appointments that no longer fit.
	Dealings *Dealings
	// Outbox is where mails wait for whoever sends them.
	Outbox *Outbox
	// Mails tells whom no mail has reached, and sends again.
	Mails *Mails
	// Keys says which keys seal, and seals anew.
	Keys *Keys
	// Persons shows, discloses and erases who stands behind tickets.
	Persons *Persons
	// Wishes is the waiting list.
	Wishes *Wishes
	// Figures counts what happened, what fills and what looks like trade.
	Figures *Figures
	// Trail tells who did what.
	Trail *Trail
	// Upkeep copies, tidies and overwrites.
	Upkeep *Upkeep
	// Alarms are the cries for help that stand.
	Alarms *Alarms
	// Nodes tells of the servers that share the database.
	Nodes *Nodes

	*core
	walls sync.Map // town.BranchID -> *wall: its board, replaced whole by who asks for it
}

// Open prepares an App on a store: it draws epoch and secret on first use, reads
// the catalogue, and carries over what an earlier program stored otherwise.
func Open(ctx context.Context, c Config) (*App, error) {
	shared, err := openCore(ctx, c)
	if err != nil {
		return nil, err
	}
	keys := &Keys{shared}
	a := &App{
		Access: shared.access, Memory: shared.memory, core: shared,
		Town: &Town{shared}, Drafts: &Drafts{shared}, Rosters: &Rosters{shared}, Closings: &Closings{shared},
		Dealings: &Dealings{shared}, Wishes: &Wishes{shared}, Outbox: &Outbox{core: shared}, Mails: &Mails{shared},
		Keys: keys, Persons: &Persons{shared, keys},
		Alarms: newAlarms(shared), Figures: &Figures{shared}, Trail: &Trail{shared}, Upkeep: &Upkeep{shared},
		Nodes: &Nodes{shared},
	}
	if err := keys.carryAddresses(ctx); err != nil {
		return nil, fmt.Errorf("carry mail addresses over: %w", err)
	}
	return a, nil
}

// Now returns the time of the clock that all rules see.
func (a *App) Now() time.Time { return a.clock() }

// Ready reports whether the database can be read and written: how the last commit
// ended.
func (a *App) Ready(ctx context.Context) error { return a.store.ready(ctx) }

// Follow has committed events given to fn at once, in the order of each update
// but not across updates: who follows looks the rest up.
func (a *App) Follow(fn func(branch town.BranchID, events []ledger.Event)) { a.follower.Store(&fn) }
