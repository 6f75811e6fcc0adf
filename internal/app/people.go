package app

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Rules for accounts and sessions.
const (
	SessionTime = 12 * time.Hour
	minPassword = 10
	maxPassword = 200
)

var (
	errPassword   = problem.New(problem.Unauthenticated, "session.wrong")
	errUser       = problem.New(problem.NotFound, "user.unknown")
	userName      = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}$`)
	passwordCosts = argon2id.Params{Memory: 64 * 1024, Iterations: 2, Parallelism: 2, SaltLength: 16, KeyLength: 32}
)

// verifiers bounds how many passwords are hashed at once: each takes 64 MiB.
var verifiers = make(chan struct{}, 2)

// AddUser creates an account. Errors: Invalid with the fields that are wrong;
// Conflict "user.exists"; NotFound for an unknown branch.
func (a *App) AddUser(ctx context.Context, u User, password string) error {
	return a.addUser(ctx, Actor{Kind: Maintenance}, u, password)
}

func (a *App) addUser(ctx context.Context, actor Actor, u User, password string) error {
	if !userName.MatchString(string(u.ID)) {
		return problem.Field("user", "user.name")
	}
	switch u.Role {
	case RoleClerk, RoleReception, RoleManager, RoleAdmin:
	default:
		return problem.Field("role", "user.role")
	}
	if err := a.knownBranches(u.Branches); err != nil {
		return err
	}
	hashed, err := hashPassword(password)
	if err != nil {
		return err
	}
	u.Password, u.Created, u.Changed = hashed, a.clock(), a.clock()
	err = a.store.Update(ctx, nil, func(tx Tx) error {
		if err := tx.People().Insert(ctx, u); err != nil {
			return err
		}
		return a.auditAdmin(ctx, tx, actor, "user_added", string(u.ID))
	})
	if errors.Is(err, ErrTaken) {
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

func hashPassword(password string) (string, error) {
	if utf8.RuneCountInString(password) < minPassword {
		return "", problem.Field("password", "password.too_short").With("min", minPassword)
	}
	if len(password) > maxPassword {
		return "", problem.Field("password", "password.too_long").With("max", maxPassword)
	}
	hashed, err := argon2id.CreateHash(password, &passwordCosts)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hashed, nil
}

// SetPassword replaces a password and ends the user's sessions. Errors: as of
// AddUser; NotFound; Conflict "user.linked" for whoever signs in elsewhere.
func (a *App) SetPassword(ctx context.Context, id town.UserID, password string) error {
	return a.setPassword(ctx, Actor{Kind: Maintenance}, id, password)
}

func (a *App) setPassword(ctx context.Context, actor Actor, id town.UserID, password string) error {
	hashed, err := hashPassword(password)
	if err != nil {
		return err
	}
	return a.changeUser(ctx, actor, id, "password_changed", func(u *User) error {
		u.Password = hashed
		return onlyIf(u.Subject != "", errLinked)
	})
}

// ChangeOwnPassword lets a user who knows the old password set a new one.
// Errors: Unauthenticated for a wrong old one; as of SetPassword.
func (a *App) ChangeOwnPassword(ctx context.Context, actor Actor, old, password string) error {
	if ok, err := verify(ctx, actor.User.Password, old); err != nil || !ok {
		return errors.Join(problem.Field("old", "session.wrong"), err)
	}
	return a.setPassword(ctx, actor, actor.User.ID, password)
}

// DisableUser ends a user's sessions and lets nobody in any more. Errors:
// NotFound.
func (a *App) DisableUser(ctx context.Context, id town.UserID) error {
	return a.changeUser(ctx, Actor{Kind: Maintenance}, id, "user_disabled", disable)
}

func disable(u *User) error {
	u.Disabled = true
	return nil
}

func (a *App) changeUser(ctx context.Context, actor Actor, id town.UserID, action string, change func(*User) error) error {
	err := a.store.Update(ctx, nil, func(tx Tx) error {
		u, err := tx.People().ByID(ctx, id)
		if err != nil {
			return err
		}
		if err := change(&u); err != nil {
			return err
		}
		u.Changed = a.clock()
		if err := tx.People().Update(ctx, u); err != nil {
			return err
		}
		if err := tx.People().DeleteSessionsOf(ctx, id); err != nil {
			return err
		}
		if err := a.auditAdmin(ctx, tx, actor, action, string(id)); err != nil {
			return err
		}
		return a.touchAccess(ctx, tx)
	})
	if errors.Is(err, ErrNotFound) {
		return errUser
	}
	return err
}

// Users returns all accounts, ordered by name.
func (a *App) Users(ctx context.Context) ([]User, error) {
	var users []User
	err := a.store.View(ctx, func(tx Tx) (err error) {
		users, err = tx.People().All(ctx)
		return err
	})
	return users, err
}

func (a *App) auditAdmin(ctx context.Context, tx Tx, actor Actor, action, detail string) error {
	return tx.Audit().Put(ctx, AuditEntry{At: a.clock(), Actor: actor.Name(), Action: action, Detail: detail})
}

// SignIn opens a session. Five failures in a row slow down the pair of account
// and address, and the address; never the account alone, so nobody can be
// locked out by others. Errors: Unauthenticated; TooMany with retry_seconds.
func (a *App) SignIn(ctx context.Context, actor Actor, id town.UserID, password, origin string) (string, Session, error) {
	if err := a.throttle.admit(a.clock(), id, origin); err != nil {
		return "", Session{}, err
	}
	u, err := a.authenticate(ctx, id, password)
	if err != nil {
		if errors.Is(err, errPassword) {
			a.throttle.failed(a.clock(), id, origin)
		}
		return "", Session{}, err
	}
	a.throttle.succeeded(id, origin)
	again, err := a.repeatable(actor, "session", []string{string(id), password})
	if err != nil {
		return "", Session{}, err
	}
	return a.openSession(ctx, u.ID, again)
}

func (a *App) openSession(ctx context.Context, id town.UserID, again *repeatable) (string, Session, error) {
	var s Session
	err := a.update(ctx, nil, func(c *change) error {
		if _, repeated, err := again.answered(ctx, c); err != nil || repeated {
			if err == nil {
				s, _, err = c.People().SessionUser(ctx, hash(again.token(a)))
			}
			return err
		}
		s = Session{Hash: hash(again.token(a)), User: id, Created: c.now, Expires: c.now.Add(SessionTime)}
		if err := c.People().InsertSession(ctx, s); err != nil {
			return err
		}
		return again.remember(ctx, c, "")
	})
	if errors.Is(err, ErrNotFound) {
		return "", Session{}, errSignIn // the repeated session has ended since
	}
	return again.token(a), s, err
}

// unknownUser is a hash that no password fits, so that an unknown name takes
// as long as a wrong password.
const unknownUser = "$argon2id$v=19$m=65536,t=2,p=2$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

func (a *App) authenticate(ctx context.Context, id town.UserID, password string) (User, error) {
	u := User{Password: unknownUser}
	err := a.store.View(ctx, func(tx Tx) error {
		found, err := tx.People().ByID(ctx, id)
		if err == nil && found.Password != "" {
			u = found
		}
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return User{}, fmt.Errorf("read user: %w", err)
	}
	ok, err := verify(ctx, u.Password, password)
	if err != nil {
		return User{}, err
	}
	if !ok || u.Disabled || u.ID == "" {
		return User{}, errPassword
	}
	return u, nil
}

func verify(ctx context.Context, hashed, password string) (bool, error) {
	if len(password) > maxPassword || hashed == "" {
		return false, nil
	}
	select {
	case verifiers <- struct{}{}:
		defer func() { <-verifiers }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hashed)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok, nil
}

// SignOut ends a session; ending it again is fine.
func (a *App) SignOut(ctx context.Context, token string) error {
	return a.store.Update(ctx, nil, func(tx Tx) error {
		if err := tx.People().DeleteSession(ctx, hash(token)); err != nil {
			return err
		}
		return a.touchAccess(ctx, tx)
	})
}

// SignOutEverywhere ends all sessions of a user.
func (a *App) SignOutEverywhere(ctx context.Context, id town.UserID) error {
	return a.changeUser(ctx, Actor{Kind: Maintenance}, id, "signed_out_everywhere", func(*User) error { return nil })
}

// ActorOf returns who a session's or device's token stands for. Errors:
// Unauthenticated for one that is unknown, over, disabled or revoked.
func (a *App) ActorOf(ctx context.Context, token string) (Actor, error) {
	if token == "" {
		return Actor{}, errSignIn
	}
	var actor Actor
	err := a.store.View(ctx, func(tx Tx) error {
		s, u, err := tx.People().SessionUser(ctx, hash(token))
		if err == nil {
			if u.Disabled || !a.clock().Before(s.Expires) {
				return errSignIn
			}
			actor = Actor{Kind: Staff, User: u}
			return nil
		}
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		d, err := tx.Devices().ByHash(ctx, hash(token))
		if errors.Is(err, ErrNotFound) || err == nil && d.Revoked {
			return errSignIn
		}
		actor = Actor{Kind: Screen, Device: d}
		if d.Kind == DeviceKiosk {
			actor.Kind = Kiosk
		}
		return err
	})
	return actor, err
}

// touchAccess notes that somebody's rights ended, so that open connections
// look again.
func (a *App) touchAccess(ctx context.Context, tx Tx) error {
	revision, err := a.drawID()
	if err != nil {
		return err
	}
	return tx.Meta().Set(ctx, metaAccess, revision)
}

// Access names the present state of everybody's rights: while it stays the
// same, nobody's ended but by time.
func (a *App) Access(ctx context.Context) (string, error) {
	var revision string
	err := a.store.View(ctx, func(tx Tx) (err error) {
		revision, err = tx.Meta().Get(ctx, metaAccess)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return revision, err
}
