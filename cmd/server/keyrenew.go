package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"aufruf/internal/app"
	"aufruf/internal/config"
	"aufruf/internal/seal"
	"aufruf/internal/town"
)

// keyCommand is about the chain of keys.
func (w world) keyCommand() *cobra.Command {
	c := config.Command("key", nil, nil)
	c.AddCommand(w.keyRenewCommand())
	return c
}

// keyRenewCommand begins a new chain of keys, and seals what is to come anew.
func (w world) keyRenewCommand() *cobra.Command {
	var where *place
	var from renewal
	c := config.Command("renew", config.Arguments(0), func(ctx context.Context, _ []string) error {
		with := w.quiet()
		with.keys = func(path string, today town.Date) (o opened, err error) {
			err = w.asFile(from.old, func(old string) (err error) {
				o, err = renewedKeys(path, old, today)
				return err
			})
			return o, err
		}
		if !from.lost {
			if err := where.mustLoseNothing(ctx, w.quiet(), from); err != nil {
				return err
			}
		}
		o, err := where.open(ctx, with)
		if err != nil {
			return err
		}
		renewed, err := o.renew(ctx)
		if err := errors.Join(err, o.close()); err != nil {
			return err
		}
		return w.tellRenewed(renewed)
	})
	where = placeFlags(c.Flags())
	c.Flags().StringVar(&from.old, "old-key-file", "", "")
	c.Flags().BoolVar(&from.lost, "lost", false, "")
	return c
}

// renewal is what a new chain follows.
type renewal struct {
	old  string // another key file, which opens too; empty: none
	lost bool   // begin anew also where no file opens what is stored
}

// mustLoseNothing refuses a renewal that would give up all that is stored, because
// the key file isn't there or is another's: --key-file may be mistyped.
func (p place) mustLoseNothing(ctx context.Context, s settings, from renewal) error {
	if err := p.mustHaveTown(ctx); err != nil {
		return err
	}
	there, err := p.keyIsThere()
	if err != nil {
		return err
	}
	if !there {
		return config.Failure("cli.server.key.missing", "file", p.key())
	}
	if from.old != "" {
		return nil // that one may open it
	}
	o, err := p.open(ctx, s)
	if err != nil {
		return err
	}
	loses, err := o.Keys.LosesAll(ctx)
	if err == nil && loses {
		err = config.Failure("cli.server.key.opens_nothing", "file", p.key())
	}
	return errors.Join(err, o.close())
}

func renewedKeys(path, old string, today town.Date) (o opened, err error) {
	release, err := seal.Exclude(path)
	if errors.Is(err, seal.ErrInUse) {
		return o, config.Failure("cli.server.key.in_use")
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
// The claim comes first: a node that goes on with the old chain seals nothing from
// then on, and what it has sealed before is found.
func (o *opened) renew(ctx context.Context) (app.Resealed, error) {
	if err := o.Keys.Claim(ctx, o.keys.Date()); err != nil {
		return app.Resealed{}, err
	}
	renewed, err := o.Keys.Reseal(ctx)
	if err != nil {
		return renewed, err
	}
	return renewed, o.keys.Settle()
}

func (w world) tellRenewed(r app.Resealed) error {
	t := w.texts.T
	lines := []string{t("cli.server.key.renewed", "persons", r.Persons, "mails", r.Mails, "wishes", r.Wishes)}
	for _, lost := range r.Lost {
		lines = append(lines, t("cli.server.key.lost", "number", lost.Number, "date", lost.Date, "branch", lost.Branch))
	}
	if r.LostMails+r.LostWishes > 0 {
		lines = append(lines, t("cli.server.key.lost_others", "mails", r.LostMails, "wishes", r.LostWishes))
	}
	if r.StillOnDisk {
		lines = append(lines, t("cli.server.key.still_on_disk"))
	}
	lines = append(lines, t("cli.server.key.other_nodes"))
	_, err := fmt.Fprintln(w.stdout, strings.Join(lines, "\n"))
	return err
}
