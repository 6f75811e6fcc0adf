package main

import (
	"context"
	"slices"
	"strings"

	"aufruf/internal/access"
	"aufruf/internal/config"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// mayAdminister reports whether somebody can administer by an account.
func mayAdminister(u ledger.User) bool { return u.Role == ledger.RoleAdmin && !u.Disabled }

// mustLeaveAdministrator refuses to take the last administrator away. In the
// browser nobody can: whoever does it is one.
func mustLeaveAdministrator(ctx context.Context, a *access.Control, id town.UserID) error {
	users, err := a.Users(ctx)
	if err != nil {
		return err
	}
	is := slices.ContainsFunc(users, func(u ledger.User) bool { return u.ID == id && mayAdminister(u) })
	other := slices.ContainsFunc(users, func(u ledger.User) bool { return u.ID != id && mayAdminister(u) })
	if is && !other {
		return config.Failure("cli.server.user.last_admin", "user", id)
	}
	return nil
}

// mustTakePassword refuses, before anybody is asked for one, an account that isn't
// there, or that signs in elsewhere.
func mustTakePassword(ctx context.Context, a *access.Control, id town.UserID) error {
	users, err := a.Users(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(users, func(u ledger.User) bool { return u.ID == id })
	switch {
	case at < 0:
		return problem.New(problem.NotFound, "user.unknown")
	case users[at].Subject != "":
		return problem.New(problem.Conflict, "user.linked")
	}
	return nil
}

// mustBeNew refuses, before anybody is asked for a password, a name that is taken.
func mustBeNew(ctx context.Context, a *access.Control, id town.UserID) error {
	users, err := a.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if strings.EqualFold(string(u.ID), string(id)) {
			return problem.New(problem.Conflict, "user.exists").With("user", string(u.ID))
		}
	}
	return nil
}
