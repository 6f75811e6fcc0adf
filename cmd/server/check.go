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

// checkCommand looks through the database for damage and contradictions.
func (w world) checkCommand() *cobra.Command {
	var where *place
	c := config.Command("check", config.Arguments(0), func(ctx context.Context, _ []string) error {
		return w.with(ctx, where, func(o *opened) error { return w.check(ctx, where, o.store) })
	})
	where = placeFlags(c.Flags())
	return c
}

func (w world) check(ctx context.Context, where *place, kept any) error {
	s, ok := kept.(checked)
	if !ok {
		return fmt.Errorf("check: %T can't be checked", kept)
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
	return w.say("cli.check.sound", "place", where.name())
}
