package access

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

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
