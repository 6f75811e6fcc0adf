package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"aufruf/internal/config"
)

// copyCommand brings a town to another place, of the same engine or the other one:
// a backup, put back there. The place that it comes from stays as it is, and goes
// on serving.
func (w world) copyCommand() *cobra.Command {
	var from, to place
	c := config.Command("copy", config.Arguments(0), func(ctx context.Context, _ []string) error {
		if from.database == "" || to.database == "" {
			return config.Usage("cli.server.copy.both")
		}
		return w.copyTown(ctx, from, to)
	})
	c.Flags().StringVar(&from.database, "from", "", "")
	c.Flags().StringVar(&from.keyFile, "key-file", "", "")
	c.Flags().StringVar(&to.database, "to", "", "")
	return c
}

func (w world) copyTown(ctx context.Context, from, to place) (err error) {
	if err := from.mustHaveTown(ctx); err != nil {
		return err
	}
	if err := to.mustBeEmpty(ctx); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "aufruf-copy-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	between := filepath.Join(folder, "town.db")
	if err := w.with(ctx, &from, func(o *opened) error { return o.Upkeep.Backup(ctx, between) }); err != nil {
		return err
	}
	if err := to.restore(ctx, between); err != nil {
		return err
	}
	return w.say("cli.server.copy.done", "place", to.name(), "file", from.key())
}
