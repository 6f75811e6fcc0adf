package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"aufruf/internal/app"
	"aufruf/internal/config"
)

// clockCommand is about the clock of the machine.
func (w world) clockCommand() *cobra.Command {
	c := config.Command("clock", nil, nil)
	c.AddCommand(w.clockConfirmCommand())
	return c
}

// clockConfirmCommand takes somebody's word for the clock.
func (w world) clockConfirmCommand() *cobra.Command {
	var where *place
	c := config.Command("confirm", config.Arguments(0), func(ctx context.Context, _ []string) error {
		if err := where.mustHaveTown(ctx); err != nil {
			return err
		}
		o := new(opened)
		if err := where.openStore(ctx, o, w.quiet()); err != nil {
			return err
		}
		confirmed, err := app.ConfirmFrom(ctx, o.store, time.Now().Round(0))
		if err = errors.Join(err, o.close()); err != nil {
			return err
		}
		if confirmed.IsZero() {
			return w.say("cli.server.clock_confirm.trusted")
		}
		return w.say("cli.server.clock_confirm.done", "instant", confirmed.Local().Format("2006-01-02 15:04 MST"))
	})
	where = placeFlags(c.Flags())
	return c
}
