package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"aufruf/internal/app"
	"aufruf/internal/config"
	"aufruf/internal/ledger"
	"aufruf/internal/town"
)

var deviceKinds = []string{string(ledger.DeviceDisplay), string(ledger.DeviceKiosk)}

// deviceCommand manages screens and kiosks.
func (w world) deviceCommand() *cobra.Command {
	c := config.Command("device", nil, nil)
	c.AddCommand(w.deviceAddCommand(), w.deviceRevokeCommand(), w.deviceListCommand())
	return c
}

func (w world) deviceAddCommand() *cobra.Command {
	var where *place
	var kind, branch string
	var offices *config.List
	var c *cobra.Command
	c = config.Command("add NAME", config.Arguments(1), func(ctx context.Context, args []string) error {
		if kind == "" || branch == "" {
			return config.Usage("cli.server.device.flags_missing")
		}
		if err := refuseEmpty(c.Flags(), "office"); err != nil {
			return err
		}
		if err := config.NotKnown("kind", kind, deviceKinds); err != nil {
			return err
		}
		return w.with(ctx, where, func(o *opened) error {
			d := ledger.Device{Name: args[0], Kind: ledger.DeviceKind(kind), Branch: town.BranchID(branch)}
			for _, id := range *offices {
				d.Offices = append(d.Offices, town.OfficeID(id))
			}
			token, err := o.Access.AddDevice(ctx, d)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(w.stdout, token)
			return err
		})
	})
	where = placeFlags(c.Flags())
	c.Flags().StringVar(&kind, "kind", "", "")
	c.Flags().StringVar(&branch, "branch", "", "")
	offices = config.NewList(c.Flags(), "office")
	config.Complete(c, "kind", deviceKinds)
	return c
}

func (w world) deviceRevokeCommand() *cobra.Command {
	var where *place
	c := config.Command("revoke NAME", config.Arguments(1), func(ctx context.Context, args []string) error {
		err := w.with(ctx, where, func(o *opened) error { return o.Access.RevokeDevice(ctx, args[0]) })
		if err != nil {
			return err
		}
		return w.say("cli.server.device.revoked", "device", args[0])
	})
	where = placeFlags(c.Flags())
	return c
}

func (w world) deviceListCommand() *cobra.Command {
	var where *place
	c := config.Command("list", config.Arguments(0), func(ctx context.Context, _ []string) error {
		return w.looking(ctx, where, func(o *opened) error { return listDevices(ctx, w, o.App) })
	})
	where = placeFlags(c.Flags())
	return c
}

func listDevices(ctx context.Context, w world, a *app.App) error {
	devices, err := a.Access.Devices(ctx)
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
