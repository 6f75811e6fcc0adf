package app

import (
	"slices"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// Errors about rights.
var (
	errSignIn    = problem.New(problem.Unauthenticated, "session.required")
	errForbidden = problem.New(problem.Forbidden, "right.missing")
)

// in reports whether the actor works at a branch.
func (a Actor) in(branch town.BranchID) bool {
	switch a.Kind {
	case Staff:
		return len(a.User.Branches) == 0 || slices.Contains(a.User.Branches, branch)
	case Screen, Kiosk:
		return a.Device.Branch == branch
	}
	return a.Kind == Maintenance
}

// atLeast reports whether a member of staff has a role or a higher one; clerk
// and reception stand side by side.
func (a Actor) atLeast(role ledger.Role) bool {
	rank := map[ledger.Role]int{ledger.RoleClerk: 1, ledger.RoleReception: 1, ledger.RoleManager: 2, ledger.RoleAdmin: 3}
	return a.Kind == Maintenance || a.Kind == Staff && rank[a.User.Role] >= rank[role]
}

// front reports whether an actor speaks with people at the counter and by
// telephone, and so may read how to reach them.
func (a Actor) front() bool {
	return a.Kind == Staff && a.User.Role == ledger.RoleReception || a.atLeast(ledger.RoleManager)
}

// MayDesk decides whether an actor may see and call the queue of a branch.
func (a Actor) MayDesk(branch town.BranchID) error {
	if a.Kind == Citizen {
		return errSignIn
	}
	if a.Kind != Staff && a.Kind != Maintenance || !a.in(branch) {
		return errForbidden
	}
	return nil
}

// mayTicket decides whether an actor may give out walk-in tickets.
func (a Actor) mayTicket(branch town.BranchID) error {
	if a.Kind == Kiosk && a.in(branch) {
		return nil
	}
	return a.MayDesk(branch)
}

// MayScreen decides whether an actor may see the board of a branch.
func (a Actor) MayScreen(branch town.BranchID) error {
	if a.Kind == Screen && a.in(branch) {
		return nil
	}
	if a.Kind == Citizen {
		return errSignIn
	}
	return errForbidden
}

// MayManage decides whether an actor manages a branch: its screens, accounts
// and trail.
func (a Actor) MayManage(branch town.BranchID) error {
	if a.Kind == Citizen {
		return errSignIn
	}
	if !a.atLeast(ledger.RoleManager) || !a.in(branch) {
		return errForbidden
	}
	return nil
}

// mayManageUser decides whether an actor may create or change an account: an
// administrator each, a manager those of clerks and receptions at branches of
// their own.
func (a Actor) mayManageUser(u ledger.User) error {
	if a.atLeast(ledger.RoleAdmin) {
		return nil
	}
	if !a.atLeast(ledger.RoleManager) || u.Role != ledger.RoleClerk && u.Role != ledger.RoleReception {
		return errForbidden
	}
	if len(a.User.Branches) == 0 {
		return nil
	}
	for _, branch := range u.Branches {
		if !a.in(branch) {
			return errForbidden
		}
	}
	if len(u.Branches) == 0 {
		return errForbidden // all branches are more than their own
	}
	return nil
}
