package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"aufruf/internal/config"
	"aufruf/internal/store"
)

// checked is a store that can look through what it keeps.
type checked interface {
	Check(context.Context) (map[store.Complaint]int, error)
}

// errUnsound ends the check of a database in which something is wrong.
var errUnsound = errors.New("the database contradicts itself")

// checkCommand looks through the database for damage and contradictions, also
// one of an older program, before it is brought up to date.
func (w world) checkCommand() *cobra.Command {
	var where *place
	c := config.Command("check", config.Arguments(0), func(ctx context.Context, _ []string) error {
		if err := where.mustHaveTown(ctx); err != nil {
			return err
		}
		s, o := w.quiet(), new(opened)
		s.looking = true
		if err := where.openStore(ctx, o, s); err != nil {
			return err
		}
		return errors.Join(w.check(ctx, where, o), o.close())
	})
	where = placeFlags(c.Flags())
	return c
}

func (w world) check(ctx context.Context, where *place, o *opened) error {
	s, ok := o.store.(checked)
	if !ok {
		return fmt.Errorf("check: %T can't be checked", o.store)
	}
	found, err := s.Check(ctx)
	if err != nil {
		return err
	}
	for _, complaint := range store.Complaints() {
		if n := found[complaint]; n > 0 {
			if err := w.say("cli.check."+string(complaint), "count", n); err != nil {
				return err
			}
		}
	}
	if len(found) > 0 {
		return config.Because(errUnsound, "cli.check.unsound", "place", where.name())
	}
	if err := w.say("cli.check.sound", "place", where.name()); err != nil || !o.schema.Older() {
		return err
	}
	return w.say("cli.check.older", "at", o.schema.At, "newest", o.schema.Newest)
}
