package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/secrets"
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

// ActorOf returns who a session's or device's token stands for. Errors:
// Unauthenticated for one that is unknown, over, disabled or revoked; with
// "session.locked" comes who it is, for what a locked session still shows.
func (a *Control) ActorOf(ctx context.Context, token string) (Actor, error) {
	if token == "" {
		return Actor{}, errSignIn
	}
	var actor Actor
	err := a.view(ctx, func(t *turn) (err error) {
		actor, err = t.staffOf(ctx, secrets.Hash(token))
		if errors.Is(err, ledger.ErrNotFound) {
			actor, err = t.deviceOf(ctx, secrets.Hash(token))
		}
		return err
	})
	if err == nil && actor.Locked {
		err = errLocked
	}
	return actor, err
}

// staffOf returns whom a session lets in. Errors: ErrNotFound; Unauthenticated
// where it is over, or its user disabled.
func (t *turn) staffOf(ctx context.Context, proof []byte) (Actor, error) {
	s, u, err := t.People().SessionUser(ctx, proof)
	if err != nil {
		return Actor{}, err
	}
	if u.Disabled || !t.at.Trusted.Before(s.Expires) {
		return Actor{}, errSignIn
	}
	actor := Actor{Kind: Staff, User: u, Proof: s.Hash}
	t.lock(&actor, s)
	return actor, nil
}

func (t *turn) deviceOf(ctx context.Context, hash []byte) (Actor, error) {
	d, err := t.Devices().ByHash(ctx, hash)
	if errors.Is(err, ledger.ErrNotFound) || err == nil && d.Revoked {
		return Actor{}, errSignIn
	}
	if err != nil {
		return Actor{}, fmt.Errorf("read device: %w", err)
	}
	if d.Kind == ledger.DeviceKiosk {
		return Actor{Kind: Kiosk, Device: d}, nil
	}
	return Actor{Kind: Screen, Device: d}, nil
}

// proveAgain returns an actor with the rights that they have in this
// transaction, and holds them so that they keep those until it ends: whoever
// gives access to others must have it while they do. Errors: Unauthenticated for
// whoever has lost theirs since they were let in.
func (t *turn) proveAgain(ctx context.Context, actor Actor) (Actor, error) {
	if actor.Proof == nil {
		return actor, nil // not let in by a session
	}
	_, err := t.People().Hold(ctx, actor.User.ID)
	if err != nil && !errors.Is(err, ledger.ErrNotFound) {
		return actor, fmt.Errorf("hold user: %w", err)
	}
	now, err := t.staffOf(ctx, actor.Proof)
	if errors.Is(err, ledger.ErrNotFound) {
		return actor, errSignIn
	}
	actor.User = now.User
	return actor, err
}
