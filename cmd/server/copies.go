package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"aufruf/internal/config"
	"aufruf/internal/ledger"
	"aufruf/internal/store"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/sqlite"
)

// backup writes a consistent copy while the server runs.
func backup(ctx context.Context, w world, args []string) error {
	place, name, err := w.placeAndFile("backup", args)
	if err != nil {
		return err
	}
	if path, ok := place.file(); ok {
		if _, err := os.Stat(path); err != nil {
			return fmt.Errorf("nothing to back up: %w", err)
		}
	}
	o, err := place.open(ctx, w.quiet())
	if err != nil {
		return err
	}
	defer o.close()
	return o.Backup(ctx, name)
}

// fillable is a new store that a backup is copied into.
type fillable interface {
	Fill(ctx context.Context, fn func(store.Session) error) error
	Close() error
}

// restore puts a backup where nothing is yet. Nobody is signed in there: who
// was when the copy was made may have been signed out since.
func restore(ctx context.Context, w world, args []string) error {
	place, name, err := w.placeAndFile("restore", args)
	if err != nil {
		return err
	}
	if _, err := os.Stat(name); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := sqlite.Finished(name); err != nil {
		return fmt.Errorf("restore: %w: it is the file of a server and no backup; make one of it with: server backup --database sqlite:%s FILE", err, name)
	}
	empty, err := place.openEmpty(ctx)
	if err != nil {
		return err
	}
	err = sqlite.Read(ctx, name, func(from store.Session) error {
		return empty.Fill(ctx, func(to store.Session) error {
			if err := store.Transfer(ctx, from, to); err != nil {
				return err
			}
			return store.Run(to, nil, func(tx ledger.Tx) error { return tx.People().DeleteSessions(ctx) })
		})
	})
	return errors.Join(err, empty.Close())
}

func (p place) openEmpty(ctx context.Context) (fillable, error) {
	path, ok := p.file()
	if !ok {
		return postgres.Open(ctx, p.database, postgres.Options{})
	}
	if _, err := os.Stat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return nil, config.Usagef("restore: %s exists; a backup goes into an empty place only", path)
	}
	return sqlite.Open(ctx, path, sqlite.Options{})
}
