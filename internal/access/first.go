package access

import (
	"context"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// FirstAdministrator returns the account that a new town begins with, for
// whoever stores both. Errors: as of AddUser.
func (a *Control) FirstAdministrator(ctx context.Context, id town.UserID, password string) (ledger.User, error) {
	if !userName.MatchString(string(id)) {
		return ledger.User{}, problem.Field("user", "user.name")
	}
	hashed, err := a.hashNew(ctx, shareOfActor(Actor{Kind: Maintenance}), id, password)
	return ledger.User{ID: id, Role: ledger.RoleAdmin, Password: hashed}, err
}
