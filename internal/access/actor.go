package access

import (
	"time"

	"aufruf/internal/ledger"
)

// ActorKind tells who asks.
type ActorKind uint8

// The kinds of actor.
const (
	Citizen     ActorKind = iota // nobody signed in
	Staff                        // a user
	Screen                       // a display device
	Kiosk                        // a ticket kiosk
	Maintenance                  // the command line, the server itself
)

// Work says whether a proof of work came along.
type Work uint8

// The kinds of it.
const (
	NotAsked Work = iota // of pages, of staff and devices
	Owing                // a stranger's program that has shown none
	Shown
)

// Actor is who asks, as the edge has proved it.
type Actor struct {
	Kind   ActorKind
	User   ledger.User   // of Staff
	Device ledger.Device // of Screen and Kiosk
	// BySlip: all that a citizen has shown is a weak token, which staff have too.
	BySlip bool
	// Proof is the session that let a member of staff in; nil: none did.
	Proof []byte
	// Locked: the session was idle for too long. LocksIn is how long it may still
	// be; 0 also where none locks. acts is when it is noted that they did something;
	// zero: that is on record.
	Locked  bool
	LocksIn time.Duration
	acts    time.Time
	// Origin is the client's address (IPv6: its /64) as text, for limits; it is
	// kept only as a keyed hash. Empty: no limit.
	Origin string
	// Browser is the mark that a browser shows, in a cookie or a form, to keep its
	// holds apart from those of others behind the same address; kept only as a
	// keyed hash. Empty: none. It proves nothing, for whoever asks draws it.
	Browser string
	// Address is the client's whole address, for the security log alone.
	Address string
	// Work is what a stranger's program has shown for what it asks.
	Work Work
	// Key is the client's Idempotency-Key; empty: none.
	Key string
}

// Name is how the audit trail calls the actor; a citizen has none.
func (a Actor) Name() string {
	switch a.Kind {
	case Staff:
		return string(a.User.ID)
	case Screen, Kiosk:
		return string(a.Device.ID)
	case Maintenance:
		return "server"
	}
	return ""
}
