// Package app holds the use cases and is the only place where transactions
// start. Each follows one shape: load, decide with a pure rule, save, record
// the event, commit, then hint. It holds no rule of its own, writes no SQL and
// knows no HTTP.
package app

import (
	"time"

	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// HeldSlot is a slot kept while a person types.
type HeldSlot struct {
	ID         string // known to the holder alone
	Branch     town.BranchID
	Items      []town.Item
	Start      time.Time
	End        time.Time
	Expires    time.Time
	Extendable bool
}

// Person is what a citizen gave: the only personal data there is. It exists
// sealed, beside its ticket, until it is erased.
type Person struct {
	Name    string `json:"name"`
	Email   string `json:"email,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Support string `json:"support,omitempty"`
	Note    string `json:"note,omitempty"` // of the desk, when parked
	// Answers are what was asked for the services, by question, as catalogue.Question
	// keeps them.
	Answers map[town.QuestionID]string `json:"answers,omitempty"`
	Token   string                     `json:"token"` // readable, for the reminder's links
}

// BookRequest asks for an appointment.
type BookRequest struct {
	plan.Wanted
	Start    time.Time
	Person   Person // Token is ignored
	Language town.Language
	Hold     string // id of a hold; may be empty or expired
	Overbook bool   // staff only, deliberately beyond capacity
	// Proved: the person has confirmed the mail address. Limits of networks don't
	// bind then.
	Proved bool
	Proof  *ProofAnswer // of a page; nil: the interface's way, see access.Work
}

// Appointment is a ticket as its holder, or staff, sees it.
type Appointment struct {
	Ticket queue.Ticket
	Token  string  // the citizen's; with Weak the weak one; empty where it isn't known
	Weak   bool    // for somebody else than the citizen
	Person *Person // nil once erased, and for whom it isn't
	// ConfirmBy is until when the mail address must be confirmed: nothing is booked
	// yet, and the time is kept until then. Zero: booked.
	ConfirmBy time.Time
}

// Standing is a ticket's place in line.
type Standing struct {
	Ticket    queue.Ticket // State as of today
	Weak      bool         // a weak token has asked
	Ahead     int
	Low, High int // minutes
}

// Line is a branch's queue at one position.
type Line struct {
	Branch  town.BranchID
	Seq     town.Seq
	Waiting []queue.Ticket // booked and waiting of today, in call order
	Open    []queue.Ticket // called and serving
	Parked  []queue.Ticket
	Paused  []town.RoomID
	Seats   []Seat
}
