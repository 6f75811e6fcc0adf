package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"aufruf/internal/app"
	"aufruf/internal/config"
	"aufruf/internal/seal"
	"aufruf/internal/town"
)

// keyring opens the key file as a command needs it. today is the day at which a
// new chain begins.
type keyring func(path string, today town.Date) (opened, error)

// keysThere opens the key file and makes none: keys are nil where there is none.
func keysThere(path string, _ town.Date) (o opened, err error) {
	o.keys, err = seal.Open(path)
	if errors.Is(err, seal.ErrMissing) {
		err = nil
	}
	return o, err
}

// keysOfServer opens the key file, or makes one, and shows that a server runs
// with it.
func keysOfServer(path string, today town.Date) (o opened, err error) {
	release, err := seal.Use(path)
	if errors.Is(err, seal.ErrInUse) {
		return o, config.Failure("cli.server.keys.being_renewed")
	}
	if err != nil {
		return o, err
	}
	o.closes = append(o.closes, release)
	o.keys, _, err = seal.OpenOrCreate(path, today, rand.Reader)
	return o, err
}

// openKeys opens the key file.
func (p place) openKeys(o *opened, s settings) error {
	if err := keepMemoryPrivate(); err != nil {
		s.log.Warn("what the process holds may reach a core dump", "error", err.Error())
	}
	with, err := s.keys(p.key(), firstDay(o.time))
	o.closes = append(o.closes, with.closes...)
	if err != nil {
		return fmt.Errorf("key file %s: %w", p.key(), err)
	}
	o.keys = with.keys
	if o.keys == nil {
		return nil
	}
	o.closes = append(o.closes, o.keys.Close)
	if err := o.keys.Swappable(); err != nil {
		s.log.Warn("the keys may reach the disk with swapped memory", "error", err.Error())
	}
	return nil
}

// sealer returns what seals with the keys, where there are any.
func (p place) sealer(o *opened) app.Sealer {
	if o.keys == nil {
		return seal.None{Path: p.key()}
	}
	return o.keys
}

// together reports whether a copy of the folder of the database takes the key
// file along.
func (p place) together() bool {
	path, ok := p.file()
	if !ok {
		return false
	}
	of, dbErr := os.Stat(filepath.Dir(path))
	beside, keyErr := os.Stat(filepath.Dir(p.key()))
	return dbErr == nil && keyErr == nil && os.SameFile(of, beside)
}

// claimKeys sees to it, before a server serves, that the database is sealed with
// its keys: it ends a renewal that was interrupted, and says where they are
// others.
func (p place) claimKeys(ctx context.Context, o *opened, log *slog.Logger) error {
	if p.together() {
		log.Warn("key file and database share a folder: a copy of it opens what it holds; give the key a place of its own (--key-file)", "file", p.key())
	}
	if o.keys.Renewing() {
		renewed, err := o.renew(ctx)
		if err != nil {
			return err
		}
		log.Warn("ended the renewal of the keys, which was interrupted", "persons", renewed.Persons, "mails", renewed.Mails, "wishes", renewed.Wishes)
		return nil
	}
	known, err := o.Keys.Check(ctx)
	switch {
	case errors.Is(err, app.ErrStillOpens):
		log.Error("the database is sealed with other keys, and nothing is booked; this key file opens what is stored: stop the server and seal it anew (server key renew)",
			"file", p.key(), "error", err.Error())
		return nil
	case errors.Is(err, app.ErrOtherKeys):
		log.Error("what was sealed so far can't be read: put the right key file back, or, where it is lost, begin a new chain (server key renew --lost)",
			"file", p.key(), "error", err.Error())
		return nil
	case err != nil || known:
		return err
	}
	return o.Keys.Claim(ctx, o.keys.Date())
}

// keyIsThere reports whether there is a file where the key file should be.
func (p place) keyIsThere() (bool, error) {
	_, err := os.Stat(p.key())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// mustNotMissKey refuses to serve a database that was sealed where there is no key
// file: a mistyped --key-file would begin a chain that opens nothing.
func (p place) mustNotMissKey(ctx context.Context, s settings) error {
	there, err := p.keyIsThere()
	if err != nil || there {
		return err
	}
	s.keys = keysThere
	o, err := p.open(ctx, s)
	if err != nil {
		return err
	}
	sealed, err := o.Keys.EverSealed(ctx)
	if err == nil && sealed {
		err = config.Failure("cli.server.keys.missing", "file", p.key(), "place", p.name())
	}
	return errors.Join(err, o.close())
}
