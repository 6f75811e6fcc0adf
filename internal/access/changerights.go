package access

import (
	"context"
	"slices"
	"time"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Rights is what an account may do and where; nil leaves it as it is, empty
// branches or offices mean all.
type Rights struct {
	Role     *ledger.Role
	Branches *[]town.BranchID
	Offices  *[]town.OfficeID
}

// ChangeRights changes what an account may do, and ends its sessions. Errors:
// NotFound "user.unknown", "branch.unknown", "office.unknown"; Invalid for the
// role; Conflict "user.linked" for whoever gets them from the town's provider.
func (a *Control) ChangeRights(ctx context.Context, id town.UserID, r Rights) error {
	return a.changeUser(ctx, Actor{Kind: Maintenance}, id, userChange{
		action: "rights_changed", may: Actor.mayManageUser,
		write: func(ctx context.Context, people ledger.People, u ledger.User, at time.Time) error {
			if u.Subject != "" {
				return errLinked
			}
			u = r.on(u)
			if err := a.checkRights(u); err != nil {
				return err
			}
			if err := people.SetRights(ctx, id, u.Role, u.Branches, at); err != nil {
				return err
			}
			return people.SetOffices(ctx, id, u.Offices, at)
		},
	})
}

// on returns a user with these rights.
func (r Rights) on(u ledger.User) ledger.User {
	if r.Role != nil {
		u.Role = *r.Role
	}
	if r.Branches != nil {
		u.Branches = *r.Branches
	}
	if r.Offices != nil {
		u.Offices = *r.Offices
	}
	return u
}

// checkRights checks that what a user's rights name exists.
func (a *Control) checkRights(u ledger.User) error {
	switch u.Role {
	case ledger.RoleClerk, ledger.RoleReception, ledger.RoleManager, ledger.RoleAdmin:
	default:
		return problem.Field("role", "user.role")
	}
	if err := a.knownBranches(u.Branches); err != nil {
		return err
	}
	for _, office := range u.Offices {
		if !a.hasOffice(u, office) {
			return plan.ErrOffice.With("office", string(office))
		}
	}
	return nil
}

// hasOffice reports whether one of a user's branches has an office.
func (a *Control) hasOffice(u ledger.User, office town.OfficeID) bool {
	for id, b := range a.plans.Now().Branches {
		if len(u.Branches) > 0 && !slices.Contains(u.Branches, id) {
			continue
		}
		if _, ok := b.PlanOf[office]; ok {
			return true
		}
	}
	return false
}

// EnableUser lets somebody in again. Errors: NotFound.
func (a *Control) EnableUser(ctx context.Context, id town.UserID) error {
	return a.changeUser(ctx, Actor{Kind: Maintenance}, id, enableUser)
}
