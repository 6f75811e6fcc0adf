package access

import (
	"context"
	"maps"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// CheckFirstAdministrator tells, before there is a place to open, what
// FirstAdministrator would refuse. Errors: Invalid with the fields "user" and
// "password".
func CheckFirstAdministrator(id town.UserID, password string) error {
	wrong := problem.New(problem.Invalid, "request.invalid")
	if !userName.MatchString(string(id)) {
		wrong.Fields = map[string]string{"user": "user.name"}
	}
	_, err := checkPassword(password, []string{string(id)})
	if err == nil && wrong.Fields == nil {
		return nil
	}
	if err == nil {
		return wrong
	}
	refused := problem.Of(err)
	maps.Copy(refused.Fields, wrong.Fields)
	return refused
}

// FirstAdministrator returns the account that a new town begins with, for
// whoever stores both. Errors: as of AddUser.
func (a *Control) FirstAdministrator(ctx context.Context, id town.UserID, password string) (ledger.User, error) {
	if !userName.MatchString(string(id)) {
		return ledger.User{}, problem.Field("user", "user.name")
	}
	hashed, err := a.hashNew(ctx, shareOfActor(Actor{Kind: Maintenance}), id, password)
	return ledger.User{ID: id, Role: ledger.RoleAdmin, Password: hashed}, err
}
