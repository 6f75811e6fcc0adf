package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// SessionTime is how long somebody stays signed in.
const SessionTime = 12 * time.Hour

// session is one that begins now.
func (t *turn) session(token string, user town.UserID) ledger.Session {
	now := t.at.Trusted
	return ledger.Session{Hash: secrets.Hash(token), User: user, Created: now, Expires: now.Add(SessionTime), Acted: now}
}

// shownSession shows a session's times by the clock that people see.
func (a *Control) shownSession(s ledger.Session) ledger.Session {
	at := a.instant()
	s.Created, s.Expires = at.Shown(s.Created), at.Shown(s.Expires)
	return s
}

// admit stores a new session, ends the one whose place it takes, and knows the
// browser from now on.
func (t *turn) admit(ctx context.Context, s ledger.Session, way string, from From) error {
	if err := t.People().InsertSession(ctx, s); err != nil {
		return err
	}
	if from.Browser != "" {
		if err := t.People().KnowBrowser(ctx, secrets.Hash(from.Browser), s.User, t.at.Trusted); err != nil {
			return fmt.Errorf("know browser: %w", err)
		}
	}
	if err := t.endSession(ctx, from.Replaces, Event{Name: EventSignedOut, Detail: "replaced", Address: from.Address}); err != nil {
		return err
	}
	return t.note(ctx, Event{Name: EventSignedIn, Account: s.User, Actor: string(s.User), Way: way, Address: from.Address})
}

// endSession ends a session; what is none changes nothing.
func (t *turn) endSession(ctx context.Context, token string, e Event) error {
	if token == "" {
		return nil
	}
	hash := secrets.Hash(token)
	session, _, err := t.People().SessionUser(ctx, hash)
	if err == nil {
		err = t.People().DeleteSession(ctx, hash)
	}
	if errors.Is(err, ledger.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	e.Account, e.Actor = session.User, string(session.User)
	return errors.Join(t.note(ctx, e), t.touchAccess(ctx))
}

// SignOut ends a session; ending it again is fine, and changes nothing. address
// is where from, for the security log.
func (a *Control) SignOut(ctx context.Context, token, address string) error {
	err := a.view(ctx, func(t *turn) error {
		_, _, err := t.People().SessionUser(ctx, secrets.Hash(token))
		return err
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return a.update(ctx, func(t *turn) error {
		return t.endSession(ctx, token, Event{Name: EventSignedOut, Address: address})
	})
}

// SignOutEverywhere ends all sessions of a user.
func (a *Control) SignOutEverywhere(ctx context.Context, id town.UserID) error {
	return a.changeUser(ctx, Actor{Kind: Maintenance}, id, userChange{
		action: EventOutEverywhere, may: Actor.mayManageUser,
		write: func(context.Context, ledger.People, ledger.User, time.Time) error { return nil },
	})
}
