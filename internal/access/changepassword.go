package access

import (
	"context"
	"errors"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

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
