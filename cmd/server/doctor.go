package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/spf13/cobra"

	"aufruf/internal/config"
	"aufruf/internal/doctor"
	"aufruf/internal/ledger"
)

// selfCheck looks at everything that a server needs, and changes nothing.
type selfCheck struct {
	world
	options
	*doctor.Report
}

// doctorCommand takes the flags of serve: what it looks at is what they name.
func (w world) doctorCommand() *cobra.Command {
	f := new(serveFlags)
	c := config.Command("doctor", config.Arguments(0), func(ctx context.Context, _ []string) error {
		o, err := f.read()
		if err != nil {
			return err
		}
		d := &selfCheck{w, o, doctor.New(w.texts)}
		d.look(ctx)
		return d.Print(w.stdout)
	})
	f.declare(c.Flags())
	return c
}

// look goes on where it can: what hangs on the database is left out without one.
func (d *selfCheck) look(ctx context.Context) {
	switch d.lookAtPlace(ctx) {
	case placeWithTown:
		d.lookInside(ctx)
		d.lookAtKeyFile()
	case placeEmpty: // the key file comes with the town
		d.lookForLostTown()
	default:
		d.lookAtKeyFile()
	}
	d.lookAtMail(ctx)
	d.lookAtProvider(ctx)
	d.lookAtCertificate(d.lookAtAddress(ctx))
}

// lookInside opens the town's data.
func (d *selfCheck) lookInside(ctx context.Context) {
	s := d.quiet()
	s.log = slog.New(slog.DiscardHandler) // what it would warn of is looked at here
	s.looking = true
	o, err := d.place.open(ctx, s)
	if errors.Is(err, errOlder) {
		d.Note("database_older")
		return
	}
	if errors.Is(err, ledger.ErrNewer) {
		d.Fault("database_newer")
		return
	}
	if err != nil {
		d.Fault("database_closed", "cause", tell(d.texts, err))
		return
	}
	defer func() {
		if err := o.close(); err != nil {
			d.Fault("database_closed", "cause", err)
		}
	}()
	d.Fine("town", "name", o.Catalogue().Authority.Name.In("de"), "branches", len(o.Catalogue().Branches), "services", len(o.Catalogue().Services))
	d.lookAtChain(ctx, o)
	d.lookAtClock(o)
	d.lookAtOutbox(ctx, o)
	d.lookAtBackups(ctx, o)
	d.lookAtCatalogue(o)
	d.lookAtPeople(ctx, o)
	d.lookAtGrants(o)
}
