package access

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Managed returns the accounts that the actor manages, ordered by name.
// Errors: Forbidden for whoever manages none.
func (a *Control) Managed(ctx context.Context, actor Actor) ([]ledger.User, error) {
	if !actor.AtLeast(ledger.RoleManager) {
		return nil, ErrForbidden
	}
	users, err := a.Users(ctx)
	return slices.DeleteFunc(users, func(u ledger.User) bool { return actor.mayManageUser(u) != nil }), err
}

// Hire creates an account in an office's name. Errors: Forbidden; as of
// AddUser.
func (a *Control) Hire(ctx context.Context, actor Actor, u ledger.User, password string) error {
	if err := actor.mayManageUser(u); err != nil {
		return err
	}
	return a.addUser(ctx, actor, u, password)
}

// ResetPassword gives an account a new password and ends its sessions.
// Errors: Forbidden; as of SetPassword.
func (a *Control) ResetPassword(ctx context.Context, actor Actor, id town.UserID, password string) error {
	if err := a.manages(ctx, actor, id); err != nil {
		return err
	}
	return a.setPassword(ctx, actor, id, password)
}

// Dismiss ends an account's sessions and lets nobody in any more. Errors:
// Forbidden, for one's own account too; NotFound.
func (a *Control) Dismiss(ctx context.Context, actor Actor, id town.UserID) error {
	if id == actor.User.ID {
		return ErrForbidden
	}
	return a.changeUser(ctx, actor, id, disableUser)
}

// manages decides before anything costs time; changeUser decides again.
func (a *Control) manages(ctx context.Context, actor Actor, id town.UserID) error {
	return a.view(ctx, func(t *turn) error {
		u, err := t.People().ByID(ctx, id)
		if errors.Is(err, ledger.ErrNotFound) {
			return errUser
		}
		if err != nil {
			return fmt.Errorf("read user: %w", err)
		}
		return actor.mayManageUser(u)
	})
}

// Retire takes the rights of a device at a branch that the actor manages.
// Errors: Forbidden; as of RevokeDevice.
func (a *Control) Retire(ctx context.Context, actor Actor, id town.DeviceID) error {
	return a.revokeDevice(ctx, actor, string(id))
}

// Reinstate lets somebody in again whose account was disabled; sessions that
// were ended stay so. Errors: Forbidden; NotFound.
func (a *Control) Reinstate(ctx context.Context, actor Actor, id town.UserID) error {
	return a.changeUser(ctx, actor, id, enableUser)
}
