package app

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
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
// Conflict "user.exists"; NotFound for an unknown branch.
func (a *App) AddUser(ctx context.Context, u ledger.User, password string) error {
	return a.addUser(ctx, Actor{Kind: Maintenance}, u, password)
}

func (a *App) addUser(ctx context.Context, actor Actor, u ledger.User, password string) error {
	if !userName.MatchString(string(u.ID)) {
		return problem.Field("user", "user.name")
	}
	switch u.Role {
	case ledger.RoleClerk, ledger.RoleReception, ledger.RoleManager, ledger.RoleAdmin:
	default:
		return problem.Field("role", "user.role")
	}
	if err := a.knownBranches(u.Branches); err != nil {
		return err
	}
	hashed, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	u.Password, u.Created, u.Changed = hashed, a.clock(), a.clock()
	err = a.store.Update(ctx, nil, func(tx ledger.Tx) error {
		actor, err := a.proveAgain(ctx, tx, actor)
		if err != nil {
			return err
		}
		if err := actor.mayManageUser(u); err != nil {
			return err
		}
		if err := tx.People().Insert(ctx, u); err != nil {
			return err
		}
		return a.auditAdmin(ctx, tx, actor, "user_added", string(u.ID))
	})
	if errors.Is(err, ledger.ErrTaken) {
		return problem.New(problem.Conflict, "user.exists").With("user", string(u.ID))
	}
	return err
}

func (a *App) knownBranches(ids []town.BranchID) error {
	rules := a.plan.Load()
	for _, id := range ids {
		if _, err := rules.known(id); err != nil {
			return errBranch.With("branch", string(id))
		}
	}
	return nil
}

// SetPassword replaces a password and ends the user's sessions. Errors: as of
// AddUser; NotFound; Conflict "user.linked" for whoever signs in elsewhere.
func (a *App) SetPassword(ctx context.Context, id town.UserID, password string) error {
	return a.setPassword(ctx, Actor{Kind: Maintenance}, id, password)
}

func (a *App) setPassword(ctx context.Context, actor Actor, id town.UserID, password string) error {
	hashed, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return a.changeUser(ctx, actor, id, userChange{
		action: "password_changed", may: Actor.mayManageUser, write: writePassword(hashed),
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

// ChangeOwnPassword lets a user who knows the old password set a new one.
// Errors: Unauthenticated for a wrong old one; as of SetPassword.
func (a *App) ChangeOwnPassword(ctx context.Context, actor Actor, old, password string) error {
	err := a.withPassword(ctx, actor.User.ID, old, func(v verified) error {
		hashed, err := hashPassword(ctx, password)
		if err != nil {
			return err
		}
		return a.changeUser(ctx, actor, actor.User.ID, userChange{
			action: "password_changed", write: writePassword(hashed),
			may: func(_ Actor, u ledger.User) error { return onlyIf(!v.stands(u), errOutdated) },
		})
	})
	if errors.Is(err, errPassword) {
		return problem.Field("old", "session.wrong")
	}
	return err
}

// DisableUser ends a user's sessions and lets nobody in any more. Errors:
// NotFound.
func (a *App) DisableUser(ctx context.Context, id town.UserID) error {
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
	disableUser = userChange{"user_disabled", Actor.mayManageUser, func(ctx context.Context, people ledger.People, u ledger.User, at time.Time) error {
		return people.Disable(ctx, u.ID, at)
	}}
	enableUser = userChange{"user_enabled", Actor.mayManageUser, func(ctx context.Context, people ledger.People, u ledger.User, at time.Time) error {
		return people.Enable(ctx, u.ID, at)
	}}
)

func (a *App) changeUser(ctx context.Context, actor Actor, id town.UserID, change userChange) error {
	err := a.store.Update(ctx, nil, func(tx ledger.Tx) error {
		actor, u, err := a.holdUser(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := change.may(actor, u); err != nil {
			return err
		}
		if err := change.write(ctx, tx.People(), u, a.clock()); err != nil {
			return err
		}
		if err := tx.People().DeleteSessionsOf(ctx, id); err != nil {
			return err
		}
		if err := a.auditAdmin(ctx, tx, actor, change.action, string(id)); err != nil {
			return err
		}
		return a.touchAccess(ctx, tx)
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return errUser
	}
	return err
}

// holdUser holds an account, and who is about to change it, in ascending order.
func (a *App) holdUser(ctx context.Context, tx ledger.Tx, actor Actor, id town.UserID) (Actor, ledger.User, error) {
	if actor.User.ID < id {
		proved, err := a.proveAgain(ctx, tx, actor)
		if err != nil {
			return actor, ledger.User{}, err
		}
		u, err := tx.People().Hold(ctx, id)
		return proved, u, err
	}
	u, err := tx.People().Hold(ctx, id)
	if err != nil {
		return actor, u, err
	}
	proved, err := a.proveAgain(ctx, tx, actor)
	return proved, u, err
}

// Users returns all accounts, ordered by name.
func (a *App) Users(ctx context.Context) ([]ledger.User, error) {
	var users []ledger.User
	err := a.store.View(ctx, func(tx ledger.Tx) (err error) {
		users, err = tx.People().All(ctx)
		return err
	})
	return users, err
}

func (a *App) auditAdmin(ctx context.Context, tx ledger.Tx, actor Actor, action, detail string) error {
	return tx.Audit().Put(ctx, ledger.AuditEntry{At: a.clock(), Actor: actor.Name(), Action: action, Detail: detail})
}

// SignIn opens a session. Five failures in a row slow down the pair of account
// and address, and the address; never the account alone, so nobody can be
// locked out by others. Errors: Unauthenticated; TooMany with retry_seconds.
func (a *App) SignIn(ctx context.Context, actor Actor, id town.UserID, password, origin string) (string, ledger.Session, error) {
	if err := a.throttle.admit(a.instant().trusted, id, origin); err != nil {
		return "", ledger.Session{}, err
	}
	again, err := a.repeatable(actor, "session", []string{string(id), password})
	if err != nil {
		return "", ledger.Session{}, err
	}
	var token string
	var session ledger.Session
	err = a.withPassword(ctx, id, password, func(v verified) (err error) {
		token, session, err = a.openSession(ctx, v, again)
		return err
	})
	if errors.Is(err, errPassword) {
		a.throttle.failed(a.instant().trusted, id, origin)
	}
	if err != nil {
		return "", ledger.Session{}, err
	}
	a.throttle.succeeded(id, origin)
	return token, session, nil
}

// errOutdated: between comparing a password and acting on it, the account was
// changed.
var errOutdated = errors.New("account changed meanwhile")

// passwordTries bounds how often a password is compared for one request.
const passwordTries = 3

// withPassword has act done with what a password fits. Where act finds in its
// transaction that this doesn't stand any more, the password is compared with
// what the account is now. Errors: errPassword; as of act.
func (a *App) withPassword(ctx context.Context, id town.UserID, password string, act func(v verified) error) error {
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
func (a *App) openSession(ctx context.Context, v verified, again *repeatable) (string, ledger.Session, error) {
	var s ledger.Session
	err := a.update(ctx, nil, func(c *change) error {
		u, err := c.People().Hold(ctx, v.user)
		if errors.Is(err, ledger.ErrNotFound) || err == nil && !v.stands(u) {
			return errOutdated
		}
		if err != nil {
			return fmt.Errorf("hold user: %w", err)
		}
		if _, repeated, err := again.answered(ctx, c); err != nil || repeated {
			if err == nil {
				s, _, err = c.People().SessionUser(ctx, hash(again.token(a)))
			}
			return err
		}
		if v.renewed != "" {
			if err := c.People().SetPassword(ctx, u.ID, v.renewed, u.Changed); err != nil {
				return fmt.Errorf("renew password: %w", err)
			}
		}
		s = ledger.Session{Hash: hash(again.token(a)), User: u.ID, Created: c.at.trusted, Expires: c.at.trusted.Add(SessionTime)}
		if err := c.People().InsertSession(ctx, s); err != nil {
			return err
		}
		return again.remember(ctx, c, "")
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return "", ledger.Session{}, errSignIn // the repeated session has ended since
	}
	return again.token(a), a.shownSession(s), err
}

// shownSession shows a session's times by the clock that people see.
func (a *App) shownSession(s ledger.Session) ledger.Session {
	at := a.instant()
	s.Created, s.Expires = at.shown(s.Created), at.shown(s.Expires)
	return s
}

// SignOut ends a session; ending it again is fine.
func (a *App) SignOut(ctx context.Context, token string) error {
	return a.store.Update(ctx, nil, func(tx ledger.Tx) error {
		if err := tx.People().DeleteSession(ctx, hash(token)); err != nil {
			return err
		}
		return a.touchAccess(ctx, tx)
	})
}

// SignOutEverywhere ends all sessions of a user.
func (a *App) SignOutEverywhere(ctx context.Context, id town.UserID) error {
	return a.changeUser(ctx, Actor{Kind: Maintenance}, id, userChange{
		"signed_out_everywhere", Actor.mayManageUser,
		func(context.Context, ledger.People, ledger.User, time.Time) error { return nil },
	})
}

// ActorOf returns who a session's or device's token stands for. Errors:
// Unauthenticated for one that is unknown, over, disabled or revoked.
func (a *App) ActorOf(ctx context.Context, token string) (Actor, error) {
	if token == "" {
		return Actor{}, errSignIn
	}
	var actor Actor
	err := a.store.View(ctx, func(tx ledger.Tx) (err error) {
		actor, err = a.staffOf(ctx, tx, hash(token))
		if errors.Is(err, ledger.ErrNotFound) {
			actor, err = deviceOf(ctx, tx, hash(token))
		}
		return err
	})
	return actor, err
}

// staffOf returns whom a session lets in. Errors: ErrNotFound; Unauthenticated
// where it is over, or its user disabled.
func (a *App) staffOf(ctx context.Context, tx ledger.Tx, proof []byte) (Actor, error) {
	s, u, err := tx.People().SessionUser(ctx, proof)
	if err != nil {
		return Actor{}, err
	}
	if u.Disabled || !a.instant().trusted.Before(s.Expires) {
		return Actor{}, errSignIn
	}
	return Actor{Kind: Staff, User: u, Proof: s.Hash}, nil
}

func deviceOf(ctx context.Context, tx ledger.Tx, hash []byte) (Actor, error) {
	d, err := tx.Devices().ByHash(ctx, hash)
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
func (a *App) proveAgain(ctx context.Context, tx ledger.Tx, actor Actor) (Actor, error) {
	if actor.Proof == nil {
		return actor, nil // not let in by a session
	}
	_, err := tx.People().Hold(ctx, actor.User.ID)
	if err != nil && !errors.Is(err, ledger.ErrNotFound) {
		return actor, fmt.Errorf("hold user: %w", err)
	}
	now, err := a.staffOf(ctx, tx, actor.Proof)
	if errors.Is(err, ledger.ErrNotFound) {
		return actor, errSignIn
	}
	actor.User = now.User
	return actor, err
}
