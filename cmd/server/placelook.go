package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"aufruf/internal/config"
	"aufruf/internal/doctor"
	"aufruf/internal/store"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/sqlite"
)

// look tells what stands at a place, and changes nothing.
func (p place) look(ctx context.Context) (store.State, error) {
	if path, ok := p.file(); ok {
		return sqlite.Look(ctx, path)
	}
	if strings.HasPrefix(p.database, "postgres://") || strings.HasPrefix(p.database, "postgresql://") {
		return postgres.Look(ctx, p.database)
	}
	return store.Missing, config.Usage("cli.server.database", "given", scheme(p.database))
}

// name is what a place is called in a sentence: without a password.
func (p place) name() string {
	if path, ok := p.file(); ok {
		return path
	}
	return scheme(p.database)
}

// mustHaveTown refuses a place where no town is: a mistyped path makes none.
func (p place) mustHaveTown(ctx context.Context) error {
	state, err := p.look(ctx)
	switch {
	case err != nil || state == store.Filled:
		return err
	case state == store.Missing:
		return config.Failure("cli.server.place.missing", "place", p.name())
	case state == store.Foreign:
		return config.Failure("cli.server.place.foreign", "place", p.name())
	}
	return config.Failure("cli.server.place.empty", "place", p.name())
}

// mustBeEmpty refuses a place where something is.
func (p place) mustBeEmpty(ctx context.Context) error {
	state, err := p.look(ctx)
	switch {
	case err != nil:
		return err
	case state == store.Foreign:
		return config.Failure("cli.server.place.foreign", "place", p.name())
	case state == store.Filled:
		return config.Failure("cli.server.place.filled", "place", p.name())
	}
	return nil
}

// mustHaveNoKey refuses a key file beside an empty place: it opens what another
// town sealed, or one whose database is lost.
func (p place) mustHaveNoKey() error {
	_, err := os.Stat(p.key())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return config.Failure("cli.server.place.key_there", "place", p.name(), "file", p.key())
}

// mustBeChangeable refuses a database file that this user may only read, as one
// is that root put back by hand: SQLite opens it, and fails at the first change.
func (p place) mustBeChangeable() error {
	path, ok := p.file()
	if !ok {
		return nil
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return file.Close()
}

// mustBeWritable refuses a place that no town can be made at: better now than to
// who fills in the page.
func (p place) mustBeWritable() error {
	path, ok := p.file()
	if !ok {
		return nil
	}
	folder := filepath.Dir(path)
	if err := doctor.Writable(existing(folder)); err != nil {
		return err
	}
	if keys := filepath.Dir(p.key()); keys != folder {
		return doctor.Writable(keys)
	}
	return nil
}
