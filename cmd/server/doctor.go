package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"aufruf/internal/config"
)

// grade is how bad a finding of the doctor is.
type grade string

// The grades: nothing to do, worth a look, doesn't work.
const (
	fine  grade = "fine"
	note  grade = "note"
	fault grade = "fault"
)

// finding is one thing that was looked at. Its sentence is cli.doctor.KEY, and
// what to do about it cli.doctor.KEY_do.
type finding struct {
	grade grade
	key   string
	args  []any
}

// doctor looks at everything that a server needs, and changes nothing.
type doctor struct {
	world
	options
	found []finding
}

// doctorCommand takes the flags of serve: what it looks at is what they name.
func (w world) doctorCommand() *cobra.Command {
	f := new(serveFlags)
	c := config.Command("doctor", config.Arguments(0), func(ctx context.Context, _ []string) error {
		o, err := f.read()
		if err != nil {
			return err
		}
		d := &doctor{world: w, options: o}
		d.look(ctx)
		return d.report()
	})
	f.declare(c.Flags())
	return c
}

func (d *doctor) fine(key string, args ...any)  { d.found = append(d.found, finding{fine, key, args}) }
func (d *doctor) note(key string, args ...any)  { d.found = append(d.found, finding{note, key, args}) }
func (d *doctor) fault(key string, args ...any) { d.found = append(d.found, finding{fault, key, args}) }

// look goes on where it can: what hangs on the database is left out without one.
func (d *doctor) look(ctx context.Context) {
	if d.lookAtPlace(ctx) {
		d.lookInside(ctx)
	}
	d.lookAtKeyFile()
	d.lookAtMail(ctx)
	d.lookAtCertificate()
	d.lookAtAddress(ctx)
}

// lookInside opens the town's data.
func (d *doctor) lookInside(ctx context.Context) {
	s := d.quiet()
	s.log = slog.New(slog.DiscardHandler) // what it would warn of is looked at here
	o, err := d.place.open(ctx, s)
	if err != nil {
		d.fault("database_closed", "cause", tell(d.texts, err))
		return
	}
	defer func() {
		if err := o.close(); err != nil {
			d.fault("database_closed", "cause", err)
		}
	}()
	d.fine("town", "name", o.Catalogue().Authority.Name.In("de"), "branches", len(o.Catalogue().Branches), "services", len(o.Catalogue().Services))
	d.lookAtChain(ctx, o)
	d.lookAtClock(o)
	d.lookAtOutbox(ctx, o)
	d.lookAtCatalogue(o)
	d.lookAtPeople(ctx, o)
}

// errUnwell ends the doctor's command where something doesn't work.
var errUnwell = errors.New("something doesn't work")

// report prints what was found, and ends with a failure where there is a fault.
func (d *doctor) report() error {
	faults := 0
	for _, f := range d.found {
		if f.grade == fault {
			faults++
		}
		if err := d.print(d.stdout, f); err != nil {
			return err
		}
	}
	if faults > 0 {
		return config.Because(errUnwell, "cli.doctor.faults", "count", faults)
	}
	return nil
}

func (d *doctor) print(to io.Writer, f finding) error {
	grade := d.texts.T("cli.doctor.grade." + string(f.grade))
	_, err := fmt.Fprintf(to, "%-8s %s\n", grade, d.texts.T("cli.doctor."+f.key, f.args...))
	if f.grade == fine || err != nil {
		return err
	}
	_, err = fmt.Fprintf(to, "%s→ %s\n", strings.Repeat(" ", 9), d.texts.T("cli.doctor."+f.key+"_do", f.args...))
	return err
}
