package access

import (
	"fmt"
	"slices"
	"strings"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// Grant gives the members of a group at the town's sign-in service a role here.
type Grant struct {
	Group    string
	Role     ledger.Role
	Branches []town.BranchID // empty: all
}

// roleOrder ranks roles where a person has several.
var roleOrder = []ledger.Role{ledger.RoleClerk, ledger.RoleReception, ledger.RoleManager, ledger.RoleAdmin}

// ParseGrant reads "GROUP=ROLE" or "GROUP=ROLE@BRANCH+BRANCH". A group may hold
// any sign, "=" included.
func ParseGrant(s string) (Grant, error) {
	at := strings.LastIndexByte(s, '=')
	if at < 1 {
		return Grant{}, fmt.Errorf("want GROUP=ROLE or GROUP=ROLE@BRANCH, got %q", s)
	}
	role, branches, some := strings.Cut(s[at+1:], "@")
	g := Grant{Group: s[:at], Role: ledger.Role(role)}
	if !slices.Contains(roleOrder, g.Role) {
		return Grant{}, fmt.Errorf("%q: unknown role %q; want clerk, reception, manager or admin", s, role)
	}
	for name := range strings.SplitSeq(branches, "+") {
		if some && name == "" {
			return Grant{}, fmt.Errorf("%q: a branch has no name", s)
		}
		if some {
			g.Branches = append(g.Branches, town.BranchID(name))
		}
	}
	return g, nil
}

// Grants is what groups may do here.
type Grants []Grant

// Of returns what a member of groups may do: the highest of their roles, at
// the branches for which they have that one; false for nothing. A lower role
// at another branch is not added, so that nobody manages more than was meant.
func (all Grants) Of(groups []string) (ledger.Role, []town.BranchID, bool) {
	var role ledger.Role
	var branches []town.BranchID
	everywhere := false
	for _, g := range all {
		if !slices.Contains(groups, g.Group) || slices.Index(roleOrder, g.Role) < slices.Index(roleOrder, role) {
			continue
		}
		if g.Role != role {
			role, branches, everywhere = g.Role, nil, false
		}
		branches = append(branches, g.Branches...)
		everywhere = everywhere || len(g.Branches) == 0
	}
	if everywhere {
		branches = nil
	}
	slices.Sort(branches)
	return role, slices.Compact(branches), role != ""
}
