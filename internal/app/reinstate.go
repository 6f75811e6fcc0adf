package app

import (
	"context"

	"aufruf/internal/town"
)

// Reinstate lets somebody in again whose account was disabled; sessions that
// were ended stay so. Errors: Forbidden; NotFound.
func (a *App) Reinstate(ctx context.Context, actor Actor, id town.UserID) error {
	return a.changeUser(ctx, actor, id, enableUser)
}
