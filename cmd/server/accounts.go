package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"aufruf/internal/app"
	"aufruf/internal/config"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

var roles = []string{string(ledger.RoleClerk), string(ledger.RoleReception), string(ledger.RoleManager), string(ledger.RoleAdmin)}

// userCommand manages the accounts of staff.
func (w world) userCommand() *cobra.Command {
	c := config.Command("user", nil, nil)
	c.AddCommand(w.userAddCommand(), w.userPasswdCommand(), w.userDisableCommand(), w.userListCommand())
	return c
}

func (w world) userAddCommand() *cobra.Command {
	var where *place
	var role string
	var branches *config.List
	c := config.Command("add NAME", config.Arguments(1), func(ctx context.Context, args []string) error {
		if role == "" {
			return config.Usage("cli.server.user.role_missing", "known", strings.Join(roles, ", "))
		}
		if err := config.NotKnown("role", role, roles); err != nil {
			return err
		}
		return w.with(ctx, where, func(o *opened) error {
			password, err := firstLine(w.stdin)
			if err != nil {
				return err
			}
			u := ledger.User{ID: town.UserID(args[0]), Role: ledger.Role(role), Branches: branchIDs(*branches)}
			return o.Access.AddUser(ctx, u, password)
		})
	})
	where = placeFlags(c.Flags())
	c.Flags().StringVar(&role, "role", "", "")
	branches = config.NewList(c.Flags(), "branch")
	config.Complete(c, "role", roles)
	return c
}

func (w world) userPasswdCommand() *cobra.Command {
	var where *place
	c := config.Command("passwd NAME", config.Arguments(1), func(ctx context.Context, args []string) error {
		return w.with(ctx, where, func(o *opened) error {
			password, err := firstLine(w.stdin)
			if err != nil {
				return err
			}
			return o.Access.SetPassword(ctx, town.UserID(args[0]), password)
		})
	})
	where = placeFlags(c.Flags())
	return c
}

func (w world) userDisableCommand() *cobra.Command {
	var where *place
	c := config.Command("disable NAME", config.Arguments(1), func(ctx context.Context, args []string) error {
		return w.with(ctx, where, func(o *opened) error { return o.Access.DisableUser(ctx, town.UserID(args[0])) })
	})
	where = placeFlags(c.Flags())
	return c
}

func (w world) userListCommand() *cobra.Command {
	var where *place
	c := config.Command("list", config.Arguments(0), func(ctx context.Context, _ []string) error {
		return w.with(ctx, where, func(o *opened) error { return listUsers(ctx, w, o.App) })
	})
	where = placeFlags(c.Flags())
	return c
}

func branchIDs(names []string) []town.BranchID {
	var ids []town.BranchID
	for _, name := range names {
		ids = append(ids, town.BranchID(name))
	}
	return ids
}

func listUsers(ctx context.Context, w world, a *app.App) error {
	users, err := a.Access.Users(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.stdout, 0, 4, 2, ' ', 0)
	for _, u := range users {
		state := "active"
		if u.Disabled {
			state = "disabled"
		}
		if u.Subject != "" {
			state += ", by OpenID Connect"
		}
		branches := "all"
		if len(u.Branches) > 0 {
			branches = strings.Trim(strings.ReplaceAll(fmt.Sprint(u.Branches), " ", ","), "[]")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", u.ID, u.Role, branches, state)
	}
	return table.Flush()
}
