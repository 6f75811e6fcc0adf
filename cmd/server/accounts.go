package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"aufruf/internal/access"
	"aufruf/internal/config"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

var roles = []string{string(ledger.RoleClerk), string(ledger.RoleReception), string(ledger.RoleManager), string(ledger.RoleAdmin)}

// everywhere is what stands for all branches, or all offices.
const everywhere = "all"

// userCommand manages the accounts of staff.
func (w world) userCommand() *cobra.Command {
	c := config.Command("user", nil, nil)
	c.AddCommand(
		w.userAddCommand(), w.userSetCommand(), w.userPasswdCommand(), w.userDisableCommand(), w.userEnableCommand(), w.userListCommand(),
	)
	return c
}

func (w world) userAddCommand() *cobra.Command {
	var where *place
	var role, shown string
	var branches, offices *config.List
	var c *cobra.Command
	c = config.Command("add NAME", config.Arguments(1), func(ctx context.Context, args []string) error {
		if role == "" {
			return config.Usage("cli.server.user.role_missing", "known", strings.Join(roles, ", "))
		}
		if err := refuseEmpty(c.Flags(), "branch", "office"); err != nil {
			return err
		}
		if err := config.NotKnown("role", role, roles); err != nil {
			return err
		}
		return w.with(ctx, where, func(o *opened) error {
			u := ledger.User{
				ID: town.UserID(args[0]), Role: ledger.Role(role), Branches: ids[town.BranchID](*branches), Offices: ids[town.OfficeID](*offices), Shown: shown,
			}
			if err := o.Access.CheckNew(u); err != nil {
				return err
			}
			if err := mustBeNew(ctx, o.Access, u.ID); err != nil {
				return err
			}
			password, err := w.newPassword(ctx)
			if err != nil {
				return err
			}
			if err := o.Access.AddUser(ctx, u, password); err != nil {
				return err
			}
			return w.sayAccount("cli.server.user.added", u)
		})
	})
	where = placeFlags(c.Flags())
	c.Flags().StringVar(&role, "role", "", "")
	c.Flags().StringVar(&shown, "shown-name", "", "")
	branches, offices = config.NewList(c.Flags(), "branch"), config.NewList(c.Flags(), "office")
	config.Complete(c, "role", roles)
	return c
}

// userSetCommand changes what an account may do, and what colleagues call it.
func (w world) userSetCommand() *cobra.Command {
	var where *place
	var role, shown string
	var branches, offices *config.List
	c := config.Command("set NAME", config.Arguments(1), nil)
	c.RunE = func(c *cobra.Command, args []string) error {
		ctx, set := c.Context(), c.Flags()
		if err := refuseEmpty(set, "branch", "office"); err != nil {
			return err
		}
		var rights access.Rights
		if set.Changed("role") {
			if err := config.NotKnown("role", role, roles); err != nil {
				return err
			}
			rights.Role = (*ledger.Role)(&role)
		}
		if set.Changed("branch") {
			named := ids[town.BranchID](*branches)
			rights.Branches = &named
		}
		if set.Changed("office") {
			named := ids[town.OfficeID](*offices)
			rights.Offices = &named
		}
		if set.Changed("shown-name") {
			rights.Shown = &shown
		}
		if rights == (access.Rights{}) {
			return config.Usage("cli.server.user.nothing_to_set")
		}
		return w.with(ctx, where, func(o *opened) error { return w.changeRights(ctx, o.Access, town.UserID(args[0]), rights) })
	}
	where = placeFlags(c.Flags())
	c.Flags().StringVar(&role, "role", "", "")
	c.Flags().StringVar(&shown, "shown-name", "", "")
	branches, offices = config.NewList(c.Flags(), "branch"), config.NewList(c.Flags(), "office")
	config.Complete(c, "role", roles)
	return c
}

func (w world) changeRights(ctx context.Context, a *access.Control, id town.UserID, rights access.Rights) error {
	if rights.Role != nil && *rights.Role != ledger.RoleAdmin {
		if err := mustLeaveAdministrator(ctx, a, id); err != nil {
			return err
		}
	}
	if err := a.ChangeRights(ctx, id, rights); err != nil {
		return err
	}
	done := "cli.server.user.changed"
	if rights.OnlyShown() {
		done = "cli.server.user.named"
	}
	users, err := a.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.ID == id {
			return w.sayAccount(done, u)
		}
	}
	return nil
}

// sayAccount says what an account may do now.
func (w world) sayAccount(key string, u ledger.User) error {
	return w.say(key, "user", u.ID, "role", u.Role, "branches", listed(u.Branches), "offices", listed(u.Offices), "shown", cmp.Or(u.Shown, string(u.ID)))
}

// refuseEmpty refuses a list that was given with nothing in it: left out it means
// all there are, and a script whose variable is empty doesn't mean that.
func refuseEmpty(flags *pflag.FlagSet, lists ...string) error {
	for _, name := range lists {
		if flags.Changed(name) && flags.Lookup(name).Value.String() == "" {
			return config.Usage("cli.server.list_empty", "flag", "--"+name)
		}
	}
	return nil
}

// ids reads the names of branches or offices; one of them being everywhere, all.
func ids[ID ~string](names []string) []ID {
	var all []ID
	for _, name := range names {
		if name == everywhere {
			return nil
		}
		all = append(all, ID(name))
	}
	return all
}

func listed[ID ~string](all []ID) string {
	if len(all) == 0 {
		return everywhere
	}
	names := make([]string, len(all))
	for i, id := range all {
		names[i] = string(id)
	}
	return strings.Join(names, ",")
}

func (w world) userPasswdCommand() *cobra.Command {
	return w.accountCommand("passwd NAME", "cli.server.user.password_set", func(ctx context.Context, a *access.Control, id town.UserID) error {
		if err := mustTakePassword(ctx, a, id); err != nil {
			return err
		}
		password, err := w.newPassword(ctx)
		if err != nil {
			return err
		}
		return a.SetPassword(ctx, id, password)
	})
}

func (w world) userDisableCommand() *cobra.Command {
	return w.accountCommand("disable NAME", "cli.server.user.disabled", func(ctx context.Context, a *access.Control, id town.UserID) error {
		if err := mustLeaveAdministrator(ctx, a, id); err != nil {
			return err
		}
		return a.DisableUser(ctx, id)
	})
}

func (w world) userEnableCommand() *cobra.Command {
	return w.accountCommand("enable NAME", "cli.server.user.enabled", func(ctx context.Context, a *access.Control, id town.UserID) error {
		return a.EnableUser(ctx, id)
	})
}

// accountCommand does one thing to an account, and says so.
func (w world) accountCommand(use, done string, act func(ctx context.Context, a *access.Control, id town.UserID) error) *cobra.Command {
	var where *place
	c := config.Command(use, config.Arguments(1), func(ctx context.Context, args []string) error {
		return w.with(ctx, where, func(o *opened) error {
			if err := act(ctx, o.Access, town.UserID(args[0])); err != nil {
				return err
			}
			return w.say(done, "user", args[0])
		})
	})
	where = placeFlags(c.Flags())
	return c
}

func (w world) userListCommand() *cobra.Command {
	var where *place
	c := config.Command("list", config.Arguments(0), func(ctx context.Context, _ []string) error {
		return w.looking(ctx, where, func(o *opened) error { return listUsers(ctx, w, o.Access) })
	})
	where = placeFlags(c.Flags())
	return c
}

func listUsers(ctx context.Context, w world, a *access.Control) error {
	users, err := a.Users(ctx)
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
		if u.Shown != "" {
			state += "\t" + u.Shown
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", u.ID, u.Role, listed(u.Branches), listed(u.Offices), state)
	}
	return table.Flush()
}
