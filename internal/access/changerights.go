package access

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Rights is what an account may do and where, and what colleagues call it; nil
// leaves it as it is, empty branches or offices mean all.
type Rights struct {
	Role     *ledger.Role
	Branches *[]town.BranchID
	Offices  *[]town.OfficeID
	Shown    *string
}

// OnlyShown reports whether nothing is said of what the account may do.
func (r Rights) OnlyShown() bool { return r.Role == nil && r.Branches == nil && r.Offices == nil }

// maxShown is the longest name that colleagues read, in characters.
const maxShown = 40

// ChangeRights changes what an account may do, which ends its sessions, and what
// colleagues call it. Errors: NotFound "user.unknown", "branch.unknown",
// "office.unknown"; Invalid for role and shown name; Conflict "user.linked" for
// whoever gets rights from the town's provider.
func (a *Control) ChangeRights(ctx context.Context, id town.UserID, r Rights) error {
	return a.amend(ctx, Actor{Kind: Maintenance}, id, func(Actor, ledger.User) (Rights, error) { return r, nil })
}

// Amend is ChangeRights in an office's name: an administrator for each account, a
// manager for those of clerks and receptions at branches of their own, before
// and after, nobody for what they may do themselves. Sessions end where that has
// become another. Errors: Forbidden; as of ChangeRights.
func (a *Control) Amend(ctx context.Context, actor Actor, id town.UserID, r Rights) error {
	return a.amend(ctx, actor, id, func(now Actor, u ledger.User) (Rights, error) {
		change := r.differing(u)
		if now.User.ID == id {
			return change, onlyIf(!change.OnlyShown(), ErrForbidden)
		}
		if err := now.mayManageUser(u); err != nil {
			return change, err
		}
		return change, now.mayManageUser(change.on(u))
	})
}

// amend changes an account to what decide makes of it while it is held.
func (a *Control) amend(ctx context.Context, actor Actor, id town.UserID, decide func(actor Actor, u ledger.User) (Rights, error)) error {
	err := a.updateAt(ctx, a.plans.Now().EveryBranch(), func(t *turn) error {
		actor, u, err := t.holdUser(ctx, actor, id)
		if err != nil {
			return err
		}
		r, err := decide(actor, u)
		if err != nil {
			return err
		}
		if err := t.setShown(ctx, actor, id, r.Shown); err != nil || r.OnlyShown() {
			return err
		}
		return t.setRights(ctx, actor, r.on(u))
	})
	if errors.Is(err, ledger.ErrNotFound) {
		return errUser
	}
	return err
}

// setShown gives an account that is held a name for colleagues; nil leaves it.
func (t *turn) setShown(ctx context.Context, actor Actor, id town.UserID, shown *string) error {
	if shown == nil {
		return nil
	}
	name, err := checkShown(*shown)
	if err != nil {
		return err
	}
	if err := t.People().SetShown(ctx, id, name, t.now); err != nil {
		return err
	}
	return t.auditUser(ctx, actor, EventShownName, id)
}

func checkShown(name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	if utf8.RuneCountInString(name) > maxShown || strings.ContainsFunc(name, town.Unprintable) {
		return "", problem.Field("shown", "user.shown")
	}
	return name, nil
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
	if err := t.auditUser(ctx, actor, EventRightsChanged, u.ID); err != nil {
		return err
	}
	return t.touchAccess(ctx)
}

// differing leaves out what is so already.
func (r Rights) differing(u ledger.User) Rights {
	if r.Role != nil && *r.Role == u.Role {
		r.Role = nil
	}
	if r.Branches != nil && sameIDs(*r.Branches, u.Branches) {
		r.Branches = nil
	}
	if r.Offices != nil && sameIDs(*r.Offices, u.Offices) {
		r.Offices = nil
	}
	if r.Shown != nil && *r.Shown == u.Shown {
		r.Shown = nil
	}
	return r
}

// sameIDs compares without regard to order.
func sameIDs[ID ~string](a, b []ID) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
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

// CheckNew checks a new account's name, and that what its rights name exists,
// before anybody is asked for a password. Errors: NotFound for branch and office;
// Invalid for the name and the role.
func (a *Control) CheckNew(u ledger.User) error {
	if !userName.MatchString(string(u.ID)) {
		return problem.Field("user", "user.name")
	}
	return checkRights(a.plans.Now(), u)
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
