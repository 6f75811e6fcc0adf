package ledger

import (
	"context"
	"time"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// RunKind is what a run does with each appointment.
type RunKind string

// The kinds of run.
const (
	RunOffer  RunKind = "offer"  // reserves another time and asks
	RunMove   RunKind = "move"   // moves without asking
	RunCancel RunKind = "cancel" // cancels
	RunKeep   RunKind = "keep"   // keeps although it no longer fits
)

// RunState is where a run stands.
type RunState string

// The states of a run. Only one that isn't running or undoing lets mails go.
const (
	RunRunning RunState = "running"
	RunStopped RunState = "stopped"
	RunDone    RunState = "done"
	RunUndoing RunState = "undoing"
	RunUndone  RunState = "undone"
)

// Run is what the office does with many appointments at once.
type Run struct {
	ID      string
	Branch  town.BranchID // where it was begun
	Date    town.Date     // of the last appointment that it is about: Reason is sealed for it
	User    town.UserID   // who began it
	Kind    RunKind
	State   RunState
	Terms   RunTerms
	KeyDay  town.Date // whose key seals Reason
	Reason  []byte    // the office's words, sealed; nil once the run has ended
	Created time.Time
	MailsAt time.Time // its mails leave then at the earliest, by trusted time; zero: not known yet
}

// RunTerms is how a run looks for times, and what it offers.
type RunTerms struct {
	Earliest town.Date       `json:"earliest,omitzero"` // no new time before this date
	Branches []town.BranchID `json:"branches,omitempty"`
	Until    time.Time       `json:"until,omitzero"` // how long an offer stands, by trusted time
	Moves    bool            `json:"moves,omitempty"`
}

// RunItemState is what became of an appointment in a run.
type RunItemState string

// The states of an item.
const (
	ItemWaiting RunItemState = "waiting"
	ItemDone    RunItemState = "done"
	ItemLeft    RunItemState = "left" // as it was; Note says why
	ItemUndone  RunItemState = "undone"
)

// RunItem is one appointment of a run.
type RunItem struct {
	Run     string
	Place   int // order
	Ticket  town.TicketID
	Branch  town.BranchID // where it was when the run began
	State   RunItemState
	Note    string     // key of why it was left
	Target  *RunTarget // the new time: as the preview has it, then as it came
	Before  *RunBefore // how the ticket stood; nil unless done
	Version int64      // of the ticket afterwards
}

// RunTarget is a new time.
type RunTarget struct {
	Branch town.BranchID `json:"branch"`
	Office town.OfficeID `json:"office"`
	Start  time.Time     `json:"start"`
	End    time.Time     `json:"end"`
	Number town.Number   `json:"number,omitzero"`
	// Household, above 0, is of those who get times beside each other.
	Household int `json:"household,omitempty"`
}

// RunBefore is what undoing a run restores. It names nobody.
type RunBefore struct {
	RunTarget
	Date        town.Date   `json:"date"`
	Online      bool        `json:"online,omitempty"`
	Overbooked  bool        `json:"overbooked,omitempty"`
	Kept        bool        `json:"kept,omitempty"`
	State       queue.State `json:"state"`
	SortAt      time.Time   `json:"sort_at"`
	Unconfirmed bool        `json:"unconfirmed,omitempty"` // its last mail hadn't left yet
}

// Runs keeps runs and their items.
type Runs interface {
	// Begin stores a run with its items.
	Begin(ctx context.Context, r Run, items []RunItem) error
	// ByID returns one run, or ErrNotFound.
	ByID(ctx context.Context, id string) (Run, error)
	// Open returns the runs that have something to do, the oldest first.
	Open(ctx context.Context) ([]Run, error)
	// Of returns a branch's runs since an instant, the newest first.
	Of(ctx context.Context, branch town.BranchID, since time.Time) ([]Run, error)
	// Turn stores a run's state, reason and when its mails leave, where it still is
	// in another; else ErrStale.
	Turn(ctx context.Context, r Run, from RunState) error
	// Items returns a run's items in order.
	Items(ctx context.Context, run string) ([]RunItem, error)
	// Item returns one item, or ErrNotFound.
	Item(ctx context.Context, run string, place int) (RunItem, error)
	// Left returns the items of runs of a kind that have ended, which were left for a
	// reason, the oldest first: of each appointment only its newest item of all runs.
	Left(ctx context.Context, kind RunKind, note string) ([]RunItem, error)
	// PutItem stores state, note, target, before and version of an item.
	PutItem(ctx context.Context, i RunItem) error
	// DeleteBefore removes runs begun before an instant.
	DeleteBefore(ctx context.Context, before time.Time) (int, error)
}
