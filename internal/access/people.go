package access

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/repeat"
	"aufruf/internal/secrets"
	"aufruf/internal/town"
)

// SessionTime is how long somebody stays signed in.
const SessionTime = 12 * time.Hour

var (
	errPassword = problem.New(problem.Unauthenticated, "session.wrong")
	errUser     = problem.New(problem.NotFound, "user.unknown")
	userName    = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}$`)
)

// AddUser creates an account. Errors: Invalid with the fields that are wrong;
// Conflict "user.exists" where one has the name, in whatever case; NotFound for an unknown branch or office.
func (a *Control) AddUser(ctx context.Context, u ledger.User, password string) error {
	return a.addUser(ctx, Actor{Kind: Maintenance}, u, password)
}

func (a *Control) addUser(ctx context.Context, actor Actor, u ledger.User, password string) error {
	if err := a.CheckNew(u); err != nil {
		return err
	}
	shown, err := checkShown(u.Shown)
	if err != nil {
		return err
	}
	u.Shown = shown
	hashed, err := a.hashNew(ctx, shareOfActor(actor), u.ID, password)
	if err != nil {
		return err
	}
	u.Password = hashed
	err = a.updateAt(ctx, a.plans.Now().EveryBranch(), func(t *turn) error {
		u.Created, u.Changed = t.now, t.now
		if err := t.checkRights(ctx, u); err != nil {
			return err
		}
		actor, err := t.proveAgain(ctx, actor)
		if err != nil {
			return err
		}
		if err := actor.mayManageUser(u); err != nil {
			return err
		}
		if err := t.People().Insert(ctx, u); err != nil {
			return err
		}
		return t.auditUser(ctx, actor, EventUserAdded, u.ID)
	})
	if errors.Is(err, ledger.ErrTaken) {
		return problem.New(problem.Conflict, "user.exists").With("user", string(a.namesake(ctx, u.ID)))
	}
	return err
}

// namesake returns how an account is spelled that has this name in some case.
func (a *Control) namesake(ctx context.Context, id town.UserID) town.UserID {
	users, err := a.Users(ctx)
	at := slices.IndexFunc(users, func(u ledger.User) bool { return strings.EqualFold(string(u.ID), string(id)) })
	if err != nil || at < 0 { // gone meanwhile
		return id
	}
	return users[at].ID
}

// SetPassword replaces a password and ends the user's sessions. Errors: as of
// AddUser; NotFound; Conflict "user.linked" for whoever signs in elsewhere.
func (a *Control) SetPassword(ctx context.Context, id town.UserID, password string) error {
	return a.setPassword(ctx, Actor{Kind: Maintenance}, id, password)
}

func (a *Control) setPassword(ctx context.Context, actor Actor, id town.UserID, password string) error {
	hashed, err := a.hashNew(ctx, shareOfActor(actor), id, password)
	if err != nil {
		return err
	}
	return a.changeUser(ctx, actor, id, userChange{
		action: EventPasswordChanged, may: Actor.mayManageUser, write: writePassword(hashed),
	})
}

func writePassword(hashed string) func(context.Context, ledger.People, ledger.User, time.Time) error {
	return func(ctx context.Context, people ledger.People, u ledger.User, at time.Time) error {
		if u.Subject != "" {
			return errLinked
		}
		return people.SetPassword(ctx, u.ID, hashed, at)
	}
}

// ChangeOwnPassword lets a user who knows the old password set a new one. Five
// wrong ones in a row slow down the session that tries them. Errors: Invalid for
// a wrong old one; TooMany; as of SetPassword.
func (a *Control) ChangeOwnPassword(ctx context.Context, actor Actor, old, password string) error {
	normal, err := a.checkNew(actor.User.ID, password)
	if err != nil {
		return err
	}
	err = a.line.run(ctx, shareOfActor(actor), func() error {
		err := a.tryOnce(ctx, func(t *turn) counters {
			return sorted(t.counter(freeTries, "old password", string(actor.User.ID), string(actor.Proof)))
		})
		if err != nil {
			return err
		}
		return a.withPassword(ctx, actor.User.ID, old, func(v verified) error {
			hashed, err := a.hashNormal(normal)
			if err != nil {
				return err
			}
			return a.changeUser(ctx, actor, actor.User.ID, userChange{
				action: EventPasswordChanged, write: writePassword(hashed),
				may: func(_ Actor, u ledger.User) error { return onlyIf(!v.stands(u), errOutdated) },
			})
		})
	})
	e := Event{Account: actor.User.ID, Actor: actor.Name(), Address: actor.Address}
	switch {
	case errors.Is(err, errPassword):
		e.Name = EventPasswordRefused
		a.Refuse(ctx, e)
		return problem.Field("old", "session.wrong")
	case err != nil && problem.Of(err).Kind == problem.TooMany:
		e.Name = EventPasswordSlowed
		a.Refuse(ctx, e)
	}
	return err
}

// DisableUser ends a user's sessions and lets nobody in any more. Errors:
// NotFound.
func (a *Control) DisableUser(ctx context.Context, id town.UserID) error {
	return a.changeUser(ctx, Actor{Kind: Maintenance}, id, disableUser)
}

// userChange is a change to an account, which ends its sessions.
type userChange struct {
	action string
	// may decides with what both are while they are held.
	may   func(actor Actor, u ledger.User) error
	write func(ctx context.Context, people ledger.People, u ledger.User, at time.Time) error
}

var (
	disableUser = userChange{action: EventUserDisabled, may: Actor.mayManageUser, write: func(ctx context.Context, people ledger.People, u ledger.User, at time.Time) error {
		return people.Disable(ctx, u.ID, at)
	}}
	enableUser = userChange{action: EventUserEnabled, may: Actor.mayManageUser, write: func(ctx context.Context, people ledger.People, u ledger.User, at time.Time) error {
		return people.Enable(ctx, u.ID, at)
	}}
)

func (a *Control) changeUser(ctx context.Context, actor Actor, id town.UserID, change userChange) error {
	err := a.update(ctx, func(t *turn) error {
		actor, u, err := t.holdUser(ctx, actor, id)
		if err != nil {
			return err
		}
		if err := change.may(actor, u); err != nil {
			return err
		}
		if err := change.write(ctx, t.People(), u, t.now); err != nil {
			return err
		}
		if err := t.People().DeleteSessionsOf(ctx, id); err != nil {
			return err
		}
		if err := t.auditUser(ctx, actor, change.action, id); err != nil {
			return err
		}
		return t.touchAccess(ctx)
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return errUser
	}
	return err
}

// holdUser holds an account, and who is about to change it, in ascending order.
func (t *turn) holdUser(ctx context.Context, actor Actor, id town.UserID) (Actor, ledger.User, error) {
	if actor.User.ID < id {
		proved, err := t.proveAgain(ctx, actor)
		if err != nil {
			return actor, ledger.User{}, err
		}
		u, err := t.People().Hold(ctx, id)
		return proved, u, err
	}
	u, err := t.People().Hold(ctx, id)
	if err != nil {
		return actor, u, err
	}
	proved, err := t.proveAgain(ctx, actor)
	return proved, u, err
}

// Users returns all accounts, ordered by name.
func (a *Control) Users(ctx context.Context) ([]ledger.User, error) {
	var users []ledger.User
	err := a.view(ctx, func(t *turn) (err error) {
		users, err = t.People().All(ctx)
		return err
	})
	return users, err
}

// ShownName returns what colleagues call a user; empty where nobody said, and for
// an unknown one.
func (a *Control) ShownName(ctx context.Context, id town.UserID) (string, error) {
	var shown string
	err := a.view(ctx, func(t *turn) error {
		u, err := t.People().ByID(ctx, id)
		if errors.Is(err, ledger.ErrNotFound) {
			return nil
		}
		shown = u.Shown
		return err
	})
	return shown, err
}

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

// NewBrowser draws the mark that a browser keeps of a sign-in.
func (a *Control) NewBrowser() (string, error) { return a.secrets.Token() }
