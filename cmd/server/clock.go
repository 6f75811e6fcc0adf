package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"aufruf/internal/app"
	"aufruf/internal/config"
)

// clockCommand takes somebody's word for the clock.
func clockCommand(ctx context.Context, w world, args []string) error {
	if len(args) == 0 || args[0] != "confirm" {
		return config.Usagef("clock: want confirm")
	}
	flags := config.New("server", "clock confirm")
	place := placeFlags(flags)
	if err := noArguments(flags, "clock confirm", args[1:], w); err != nil {
		return err
	}
	if path, ok := place.file(); ok {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("nothing to confirm: %w", err)
		}
	}
	o := new(opened)
	if err := place.openStore(ctx, o, w.quiet().log); err != nil {
		return err
	}
	confirmed, err := app.ConfirmFrom(ctx, o.store, time.Now().Round(0))
	if err = errors.Join(err, o.close()); err != nil {
		return err
	}
	if confirmed.IsZero() {
		_, err = fmt.Fprintln(w.stdout, "the clock is trusted: there is nothing to confirm")
		return err
	}
	_, err = fmt.Fprintf(w.stdout, "confirmed: it is %s; a running server takes it up within seconds, and erases what is due by it\n",
		confirmed.Local().Format("Monday, 2006-01-02 15:04 MST"))
	return err
}
