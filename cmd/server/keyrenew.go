package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"

	"aufruf/internal/app"
	"aufruf/internal/config"
	"aufruf/internal/seal"
	"aufruf/internal/town"
)

// key begins a new chain of keys, and seals what is to come anew.
func key(ctx context.Context, w world, args []string) error {
	flags := config.New("server", "key")
	place := placeFlags(flags)
	old := flags.String("old-key-file", "", "another key file that opens what was sealed, for example a copy that was found again")
	rest, err := flags.Parse(args, w.environ)
	if err != nil {
		return err
	}
	if len(rest) != 1 || rest[0] != "renew" {
		return config.Usagef("key: want renew")
	}
	with := w.quiet()
	with.keys = func(path string, today town.Date) (opened, error) { return renewedKeys(path, *old, today) }
	o, err := place.open(ctx, with)
	if err != nil {
		return err
	}
	renewed, err := o.renew(ctx)
	if err := errors.Join(err, o.close()); err != nil {
		return err
	}
	return tellRenewed(w.stdout, renewed)
}

func renewedKeys(path, old string, today town.Date) (o opened, err error) {
	release, err := seal.Exclude(path)
	if errors.Is(err, seal.ErrInUse) {
		return o, errors.New("a server runs with it: stop it, on every node, and start it again afterwards")
	}
	if err != nil {
		return o, err
	}
	o.closes = append(o.closes, release)
	o.keys, err = seal.Renew(path, old, today, rand.Reader)
	return o, err
}

// renew seals anew with the chain that was begun what the old ones open, and
// gives those up. Interrupted anywhere, it is begun again: the old ones go last.
func (o *opened) renew(ctx context.Context) (app.Resealed, error) {
	renewed, err := o.Reseal(ctx)
	if err != nil {
		return renewed, err
	}
	if err := o.ClaimKeys(ctx, o.keys.Date()); err != nil {
		return renewed, err
	}
	return renewed, o.keys.Settle()
}

func tellRenewed(out io.Writer, r app.Resealed) error {
	lines := []string{
		fmt.Sprintf("a new chain of keys has begun; sealed anew: %d persons, %d mails, %d wishes", r.Persons, r.Mails, r.Wishes),
	}
	for _, t := range r.Lost {
		lines = append(lines, fmt.Sprintf("lost: what is stored of number %s on %s at %s", t.Number, t.Date, t.Branch))
	}
	if r.LostMails+r.LostWishes > 0 {
		lines = append(lines, fmt.Sprintf("lost: %d mails, %d wishes", r.LostMails, r.LostWishes))
	}
	if r.StillOnDisk {
		lines = append(lines, "what the old chain opens lies on disk until the program that keeps the database open has ended; the server then overwrites it")
	}
	lines = append(lines, "give the key file to every other node before it starts, and wipe the old one there")
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}
