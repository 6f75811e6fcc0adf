package access

import (
	"context"
	"errors"
	"fmt"

	"aufruf/internal/ledger"
	"aufruf/internal/repeat"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// SignIn opens a session. Five failures in a row slow down the pair of account
// and address, and the address; never the account alone, so nobody can be
// locked out by others; a browser that is known has room of its own. The key of
// a repeated request is compared without the password, which nothing but its
// slow hash may tell. Errors: Unauthenticated; TooMany; Unavailable "session.busy".
func (a *Control) SignIn(ctx context.Context, actor Actor, id town.UserID, password string, from From) (string, ledger.Session, error) {
	token, session, err := a.signIn(ctx, actor, id, password, from)
	if err != nil {
		a.refusedSignIn(ctx, id, from, err)
	}
	return token, session, err
}

func (a *Control) signIn(ctx context.Context, actor Actor, id town.UserID, password string, from From) (string, ledger.Session, error) {
	again, err := a.repeats.Of(actor.Name(), actor.Key, "session", string(id))
	if err != nil {
		return "", ledger.Session{}, err
	}
	var token string
	var session ledger.Session
	err = a.tried(ctx, id, password, from, func(v verified, of countersOf) (err error) {
		token, session, err = a.openSession(ctx, v, again, from, of)
		return err
	})
	return token, session, err
}

// countersOf returns what a try counts under.
type countersOf func(t *turn) counters

// tried has act done with what a password fits, where it wasn't tried too often.
// The try is counted before the password is looked at; act takes it back by of.
// Errors: errPassword; TooMany; errBusy; as of act.
func (a *Control) tried(ctx context.Context, id town.UserID, password string, from From, act func(v verified, of countersOf) error) error {
	var known bool
	err := a.view(ctx, func(t *turn) (err error) {
		if known, err = t.knows(ctx, from, id); err != nil {
			return err
		}
		return t.mayTry(ctx, t.signInCounters(id, from, known))
	})
	if err != nil {
		return err
	}
	return a.line.run(ctx, shareOf(from, known), func() error {
		of := func(t *turn) counters { return t.signInCounters(id, from, known) }
		if err := a.tryOnce(ctx, of); err != nil {
			return err
		}
		return a.withPassword(ctx, id, password, func(v verified) error { return act(v, of) })
	})
}

// errOutdated: between comparing a password and acting on it, the account was
// changed.
var errOutdated = errors.New("account changed meanwhile")

// passwordTries bounds how often a password is compared for one request.
const passwordTries = 3

// withPassword has act done with what a password fits, in the turn of whoever
// calls it. Where act finds in its
// transaction that this doesn't stand any more, the password is compared with
// what the account is now. Errors: errPassword; as of act.
func (a *Control) withPassword(ctx context.Context, id town.UserID, password string, act func(v verified) error) error {
	for range passwordTries {
		v, err := a.authenticate(ctx, id, password)
		if err != nil {
			return err
		}
		if err := act(v); !errors.Is(err, errOutdated) {
			return err
		}
	}
	return fmt.Errorf("compare password: %w", errOutdated)
}

// openSession starts a session of whoever knows the password, if that is still
// the account's.
func (a *Control) openSession(ctx context.Context, v verified, again *repeat.Request, from From, of countersOf) (string, ledger.Session, error) {
	var s ledger.Session
	err := a.update(ctx, func(t *turn) error {
		u, err := t.proves(ctx, v, of)
		if err != nil {
			return err
		}
		if _, repeated, err := again.Answered(ctx, t); err != nil || repeated {
			if err == nil {
				s, _, err = t.People().SessionUser(ctx, secrets.Hash(again.Token()))
			}
			return err
		}
		s = t.session(again.Token(), u.ID)
		if err := t.admit(ctx, s, ByPassword, from); err != nil {
			return err
		}
		return again.Remember(ctx, t, t.at, "")
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return "", ledger.Session{}, errSignIn // the repeated session has ended since
	}
	return again.Token(), a.shownSession(s), err
}

// proves takes back the try by which a password was compared, and returns whose
// it is, held, with the password kept as hashes are made today. Errors:
// errOutdated where the account isn't any more what it was compared with.
func (t *turn) proves(ctx context.Context, v verified, of countersOf) (ledger.User, error) {
	u, err := t.People().Hold(ctx, v.user)
	if errors.Is(err, ledger.ErrNotFound) || err == nil && !v.stands(u) {
		return u, errOutdated
	}
	if err != nil {
		return u, fmt.Errorf("hold user: %w", err)
	}
	if err := t.right(ctx, of(t)); err != nil {
		return u, err
	}
	if v.renewed == "" {
		return u, nil
	}
	if err := t.People().SetPassword(ctx, u.ID, v.renewed, u.Changed); err != nil {
		return u, fmt.Errorf("renew password: %w", err)
	}
	return u, nil
}

// NewBrowser draws the mark that a browser keeps of a sign-in.
func (a *Control) NewBrowser() (string, error) { return a.secrets.Token() }
