package access

import (
	"slices"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Errors about rights.
var (
	errSignIn    = problem.New(problem.Unauthenticated, "session.required")
	ErrForbidden = problem.New(problem.Forbidden, "right.missing")
)

// In reports whether the actor works at a branch.
func (a Actor) In(branch town.BranchID) bool {
	switch a.Kind {
	case Staff:
		return len(a.User.Branches) == 0 || slices.Contains(a.User.Branches, branch)
	case Screen, Kiosk:
		return a.Device.Branch == branch
	}
	return a.Kind == Maintenance
}

// AtLeast reports whether a member of staff has a role or a higher one; clerk
// and reception stand side by side.
func (a Actor) AtLeast(role ledger.Role) bool {
	rank := map[ledger.Role]int{ledger.RoleClerk: 1, ledger.RoleReception: 1, ledger.RoleManager: 2, ledger.RoleAdmin: 3}
	return a.Kind == Maintenance || a.Kind == Staff && rank[a.User.Role] >= rank[role]
}

// Front reports whether an actor speaks with people at the counter and by
// telephone, and so may read how to reach them.
func (a Actor) Front() bool {
	return a.Kind == Staff && a.User.Role == ledger.RoleReception || a.AtLeast(ledger.RoleManager)
}

// MayReceive decides whether an actor may see whom changes at a branch concern:
// its reception and its managers.
func (a Actor) MayReceive(branch town.BranchID) error {
	if a.Kind == Citizen {
		return errSignIn
	}
	if !a.Front() || !a.In(branch) {
		return ErrForbidden
	}
	return nil
}

// MayDesk decides whether an actor may see and call the queue of a branch.
func (a Actor) MayDesk(branch town.BranchID) error {
	if a.Kind == Citizen {
		return errSignIn
	}
	if a.Kind != Staff && a.Kind != Maintenance || !a.In(branch) {
		return ErrForbidden
	}
	return nil
}

// MayTicket decides whether an actor may give out walk-in tickets.
func (a Actor) MayTicket(branch town.BranchID) error {
	if a.Kind == Kiosk && a.In(branch) {
		return nil
	}
	return a.MayDesk(branch)
}

// MayScreen decides whether an actor may see the board of a branch.
func (a Actor) MayScreen(branch town.BranchID) error {
	if a.Kind == Screen && a.In(branch) {
		return nil
	}
	if a.Kind == Citizen {
		return errSignIn
	}
	return ErrForbidden
}

// MayManage decides whether an actor manages a branch: its screens, accounts
// and trail.
func (a Actor) MayManage(branch town.BranchID) error {
	if a.Kind == Citizen {
		return errSignIn
	}
	if !a.AtLeast(ledger.RoleManager) || !a.In(branch) {
		return ErrForbidden
	}
	return nil
}

// mayManageUser decides whether an actor may create or change an account: an
// administrator each, a manager those of clerks and receptions at branches of
// their own.
func (a Actor) mayManageUser(u ledger.User) error {
	if a.AtLeast(ledger.RoleAdmin) {
		return nil
	}
	if !a.AtLeast(ledger.RoleManager) || u.Role != ledger.RoleClerk && u.Role != ledger.RoleReception {
		return ErrForbidden
	}
	if len(a.User.Branches) == 0 {
		return nil
	}
	for _, branch := range u.Branches {
		if !a.In(branch) {
			return ErrForbidden
		}
	}
	if len(u.Branches) == 0 {
		return ErrForbidden // all branches are more than their own
	}
	return nil
}
