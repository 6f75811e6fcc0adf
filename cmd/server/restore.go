package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"aufruf/internal/config"
	"aufruf/internal/ledger"
	"aufruf/internal/store"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/sqlite"
)

// fillable is a new store that a backup is copied into.
type fillable interface {
	Fill(ctx context.Context, fn func(store.Session) error) error
	Close() error
}

// restoreCommand puts a backup where nothing is yet. Nobody is signed in there:
// who was when the copy was made may have been signed out since.
func (w world) restoreCommand() *cobra.Command {
	var where *place
	c := config.Command("restore FILE|-", config.Arguments(1), func(ctx context.Context, args []string) error {
		if err := w.asFile(args[0], func(name string) error { return where.restore(ctx, name) }); err != nil {
			return err
		}
		return w.say("cli.server.restore.done", "place", where.name(), "file", where.key())
	})
	where = placeFlags(c.Flags())
	return c
}

func (p place) restore(ctx context.Context, name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if !info.Mode().IsRegular() {
		return config.Failure("cli.server.restore.no_file", "file", name)
	}
	err = sqlite.Complete(name)
	switch {
	case errors.Is(err, sqlite.ErrUnfinished):
		return config.Because(err, "cli.server.restore.unfinished", "file", name)
	case errors.Is(err, sqlite.ErrNoBackup):
		return config.Because(err, "cli.server.restore.no_backup", "file", name)
	case err != nil:
		return fmt.Errorf("restore: %w", err)
	}
	if err := p.mustBeEmpty(ctx); err != nil {
		return err
	}
	// The place is opened only once the whole backup was read.
	err = sqlite.Read(ctx, name, func(from store.Session) error { return p.fill(ctx, from) })
	switch {
	case sqlite.Damaged(err):
		return config.Because(err, "cli.server.restore.damaged", "file", name)
	case errors.Is(err, sqlite.ErrForeign):
		return config.Because(err, "cli.server.restore.foreign", "file", name)
	}
	return err
}

// fill makes a place of what a backup has. Where that fails, nothing of it stays.
func (p place) fill(ctx context.Context, from store.Session) error {
	leave := p.leaveAsItWas()
	empty, err := p.openEmpty(ctx)
	if err != nil {
		return err
	}
	err = empty.Fill(ctx, func(to store.Session) error {
		if err := store.Transfer(ctx, from, to); err != nil {
			return err
		}
		return store.Run(to, nil, func(tx ledger.Tx) error { return tx.People().DeleteSessions(ctx) })
	})
	if err = errors.Join(err, empty.Close()); err != nil {
		return errors.Join(err, leave())
	}
	return nil
}

// leaveAsItWas returns what takes away the file that a place has then, where it has
// none now.
func (p place) leaveAsItWas() func() error {
	path, ok := p.file()
	if _, err := os.Lstat(path); !ok || !errors.Is(err, fs.ErrNotExist) {
		return func() error { return nil }
	}
	return func() error {
		var failed error
		for _, left := range []string{path, path + "-wal", path + "-shm"} {
			if err := os.Remove(left); !errors.Is(err, fs.ErrNotExist) {
				failed = errors.Join(failed, err)
			}
		}
		return failed
	}
}

// openEmpty opens a place where nothing of a town is.
func (p place) openEmpty(ctx context.Context) (fillable, error) {
	if err := p.mustBeEmpty(ctx); err != nil {
		return nil, err
	}
	path, ok := p.file()
	if !ok {
		return postgres.Open(ctx, p.database, postgres.Options{})
	}
	return sqlite.Open(ctx, path, sqlite.Options{})
}
