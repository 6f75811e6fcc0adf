package access

import (
	"context"
	"errors"
	"slices"

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
	err := a.updateAt(ctx, a.plans.Now().EveryBranch(), func(t *turn) error {
		u, err := t.People().Hold(ctx, id)
		if err != nil {
			return err
		}
		return t.setRights(ctx, Actor{Kind: Maintenance}, r.on(u))
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return errUser
	}
	return err
}

// setRights gives an account that is held the rights that u has.
func (t *turn) setRights(ctx context.Context, actor Actor, u ledger.User) error {
	if u.Subject != "" {
		return errLinked
	}
	if err := t.checkRights(ctx, u); err != nil {
		return err
	}
	if err := t.People().SetRights(ctx, u.ID, u.Role, u.Branches, t.now); err != nil {
		return err
	}
	if err := t.People().SetOffices(ctx, u.ID, u.Offices, t.now); err != nil {
		return err
	}
	if err := t.People().DeleteSessionsOf(ctx, u.ID); err != nil {
		return err
	}
	if err := t.auditAdmin(ctx, actor, "rights_changed", string(u.ID)); err != nil {
		return err
	}
	return t.touchAccess(ctx)
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

// checkRights checks against what the transaction sees.
func (t *turn) checkRights(ctx context.Context, u ledger.User) error {
	offered, err := t.plan(ctx)
	if err != nil {
		return err
	}
	return checkRights(offered, u)
}

// checkRights checks that what a user's rights name exists.
func checkRights(offered *plan.Plan, u ledger.User) error {
	switch u.Role {
	case ledger.RoleClerk, ledger.RoleReception, ledger.RoleManager, ledger.RoleAdmin:
	default:
		return problem.Field("role", "user.role")
	}
	for _, id := range u.Branches {
		if _, err := offered.Known(id); err != nil {
			return plan.ErrBranch.With("branch", string(id))
		}
	}
	for _, office := range u.Offices {
		if !hasOffice(offered, u, office) {
			return plan.ErrOffice.With("office", string(office))
		}
	}
	return nil
}

// hasOffice reports whether one of a user's branches has an office.
func hasOffice(offered *plan.Plan, u ledger.User, office town.OfficeID) bool {
	for id, b := range offered.Branches {
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
