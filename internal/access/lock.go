package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/secrets"
)

// actEvery is how exact the instant of a person's last act is on record: far less
// than the minutes after which a session locks, and far more than one write for
// each thing that somebody does.
const actEvery = 5 * time.Second

// errLocked: the person has to give their password before anything else.
var errLocked = problem.New(problem.Unauthenticated, "session.locked")

// lockAfter is how long a user may do nothing: the shortest time of the branches
// at which the account works, since a session is open at all of them; 0: for ever.
func (a *Control) lockAfter(u ledger.User) time.Duration {
	actor := Actor{Kind: Staff, User: u}
	minutes := 0
	for _, b := range a.plans.Now().Catalogue.Branches {
		if b.LockAfter > 0 && !b.Retired && actor.In(b.ID) && (minutes == 0 || b.LockAfter < minutes) {
			minutes = b.LockAfter
		}
	}
	return time.Duration(minutes) * time.Minute
}

// LocksAnywhere reports whether a branch has idle sessions lock.
func (a *Control) LocksAnywhere() bool {
	return a.lockAfter(ledger.User{}) > 0
}

// lock notes in an actor how long their session may go on without an act. What is
// locked stays so until the password was given, for no act of a locked session is
// noted.
func (t *turn) lock(actor *Actor, s ledger.Session) {
	after := t.control.lockAfter(actor.User)
	if after == 0 {
		return
	}
	left := after - t.at.Trusted.Sub(s.Acted)
	actor.LocksIn, actor.Locked = max(0, left), left <= 0
	if t.at.Trusted.Sub(s.Acted) >= actEvery {
		actor.acts = t.at.Trusted
	}
}

// Acted notes that the person of a session did something. actor is as ActorOf let
// them in, and the act counts from then. What stands still for nobody isn't
// written: it costs nothing where no branch locks.
func (a *Control) Acted(ctx context.Context, actor Actor) error {
	if actor.Locked || actor.acts.IsZero() {
		return nil
	}
	return a.update(ctx, func(t *turn) error { return t.People().Acted(ctx, actor.Proof, actor.acts) })
}

// Unlock has a session go on that locked, for whoever knows the password of its
// account. Tries are counted as those of signing in are, together with them.
// Errors: Unauthenticated where the session is none, or the password wrong;
// Conflict "user.linked" for whoever has none here; TooMany; Unavailable
// "session.busy".
func (a *Control) Unlock(ctx context.Context, token, password string, from From) error {
	var s ledger.Session
	err := a.view(ctx, func(t *turn) (err error) {
		var u ledger.User
		if s, u, err = t.People().SessionUser(ctx, secrets.Hash(token)); err == nil && u.Subject != "" {
			err = errLinked
		}
		return err
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return errSignIn
	}
	if err != nil {
		return err
	}
	err = a.tried(ctx, s.User, password, from, func(v verified, of countersOf) error { return a.unlock(ctx, s.Hash, v, from, of) })
	if err != nil {
		a.refusedSignIn(ctx, s.User, from, err)
	}
	return err
}

func (a *Control) unlock(ctx context.Context, proof []byte, v verified, from From, of countersOf) error {
	return a.update(ctx, func(t *turn) error {
		u, err := t.proves(ctx, v, of)
		if err != nil {
			return err
		}
		_, err = t.staffOf(ctx, proof)
		if errors.Is(err, ledger.ErrNotFound) {
			return errSignIn
		}
		if err != nil {
			return err
		}
		if err := t.People().Acted(ctx, proof, t.at.Trusted); err != nil {
			return fmt.Errorf("unlock: %w", err)
		}
		return t.note(ctx, Event{Name: EventUnlocked, Account: u.ID, Actor: string(u.ID), Way: ByPassword, Address: from.Address})
	})
}
