package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"aufruf/internal/app"
	"aufruf/internal/config"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

// user manages the accounts of staff.
func user(ctx context.Context, w world, args []string) error {
	flags := config.New("server", "user")
	place := placeFlags(flags)
	role := flags.String("role", "", "clerk, reception, manager or admin")
	branches := flags.List("branch", "branch the user works at; none: all")
	rest, err := flags.Parse(args, w.environ)
	if err != nil {
		return err
	}
	action, name, err := actionAndName("user", rest, "add", "passwd", "disable")
	if err != nil {
		return err
	}
	if action == "add" && *role == "" {
		return config.Usagef("user add: --role is missing: clerk, reception, manager or admin")
	}
	o, err := place.openFurnished(ctx, w.quiet())
	if err != nil {
		return err
	}
	defer o.close()
	switch action {
	case "list":
		return listUsers(ctx, w, o.App)
	case "disable":
		return plainly(o.DisableUser(ctx, town.UserID(name)))
	}
	password, err := firstLine(w.stdin)
	if err != nil {
		return fmt.Errorf("read password from standard input: %w", err)
	}
	if action == "passwd" {
		return plainly(o.SetPassword(ctx, town.UserID(name), password))
	}
	u := ledger.User{ID: town.UserID(name), Role: ledger.Role(*role)}
	for _, id := range *branches {
		u.Branches = append(u.Branches, town.BranchID(id))
	}
	return plainly(o.AddUser(ctx, u, password))
}

// actionAndName reads the words after user or device. Every action but list
// takes a name.
func actionAndName(what string, rest []string, actions ...string) (action, name string, err error) {
	all := append(actions, "list")
	if len(rest) == 0 {
		return "", "", config.Usagef("%s: want one of %s", what, strings.Join(all, ", "))
	}
	action = rest[0]
	for _, known := range all {
		if action != known {
			continue
		}
		want := 2
		if action == "list" {
			want = 1
		}
		if len(rest) != want {
			return "", "", config.Usagef("%s %s: want %d argument(s), got %d", what, action, want-1, len(rest)-1)
		}
		if want == 2 {
			name = rest[1]
		}
		return action, name, nil
	}
	return "", "", config.Usagef("%s: unknown action %q%s", what, action, config.Suggestion(action, all))
}

func listUsers(ctx context.Context, w world, a *app.App) error {
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
		branches := "all"
		if len(u.Branches) > 0 {
			branches = strings.Trim(strings.ReplaceAll(fmt.Sprint(u.Branches), " ", ","), "[]")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", u.ID, u.Role, branches, state)
	}
	return table.Flush()
}

// device manages screens and kiosks.
func device(ctx context.Context, w world, args []string) error {
	flags := config.New("server", "device")
	place := placeFlags(flags)
	kind := flags.String("kind", "", "display or kiosk")
	branch := flags.String("branch", "", "branch where the device hangs")
	offices := flags.List("office", "office whose calls it shows; none: all")
	rest, err := flags.Parse(args, w.environ)
	if err != nil {
		return err
	}
	action, name, err := actionAndName("device", rest, "add", "revoke")
	if err != nil {
		return err
	}
	if action == "add" && (*kind == "" || *branch == "") {
		return config.Usagef("device add: --kind and --branch are required")
	}
	o, err := place.openFurnished(ctx, w.quiet())
	if err != nil {
		return err
	}
	defer o.close()
	switch action {
	case "list":
		return listDevices(ctx, w, o.App)
	case "revoke":
		return plainly(o.RevokeDevice(ctx, name))
	}
	d := ledger.Device{Name: name, Kind: ledger.DeviceKind(*kind), Branch: town.BranchID(*branch)}
	for _, id := range *offices {
		d.Offices = append(d.Offices, town.OfficeID(id))
	}
	token, err := o.AddDevice(ctx, d)
	if err != nil {
		return plainly(err)
	}
	_, err = fmt.Fprintln(w.stdout, token)
	return err
}

func listDevices(ctx context.Context, w world, a *app.App) error {
	devices, err := a.Devices(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.stdout, 0, 4, 2, ' ', 0)
	for _, d := range devices {
		state, seen := "active", "never"
		if d.Revoked {
			state = "revoked"
		}
		if !d.Seen.IsZero() {
			seen = d.Seen.In(a.Zone(d.Branch)).Format("2006-01-02T15:04:05-07:00")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\tseen %s\t%s\t%s\n", d.Name, d.ID, d.Kind, d.Branch, state, seen, d.Sound, d.Program)
	}
	return table.Flush()
}
