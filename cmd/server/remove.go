package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/config"
	"aufruf/internal/i18n"
	"aufruf/internal/problem"
)

// removable are the entities that can be taken out of the catalogue, and how one
// is named.
var removable = []struct {
	entity catalogue.Entity
	name   string
}{
	{catalogue.EntityService, "ID"},
	{catalogue.EntityBranch, "ID"},
	{catalogue.EntityOffice, "BRANCH/ID"},
	{catalogue.EntityRoom, "BRANCH/ID"},
}

// removeCommand takes out of the catalogue what came into it by mistake.
func (w world) removeCommand() *cobra.Command {
	c := config.Command("remove", nil, nil)
	for _, r := range removable {
		c.AddCommand(w.removeOneCommand(r.entity, r.name))
	}
	return c
}

func (w world) removeOneCommand(entity catalogue.Entity, name string) *cobra.Command {
	var where *place
	var dryRun bool
	c := config.Command(string(entity)+" "+name, config.Arguments(1), func(ctx context.Context, args []string) error {
		thing, ok := catalogue.ParseThing(entity, args[0])
		if !ok {
			return config.Usage("cli.server.remove.shape", "given", args[0], "wanted", name)
		}
		return w.with(ctx, where, func(o *opened) error {
			remove, done := o.Town.Remove, "cli.server.remove.done"
			if dryRun {
				remove, done = o.Town.TryRemove, "cli.server.remove.tried"
			}
			along := o.Catalogue().Within(thing)
			hanging, err := remove(ctx, access.Actor{Kind: access.Maintenance}, thing)
			switch {
			case problem.Is(err, "thing.unknown"):
				return config.Failure("cli.server.remove.unknown", "what", thing, "near", config.Near(thing.String(), named(o.Catalogue().Things())))
			case err != nil:
				return err
			case len(hanging) > 0:
				return w.tellHanging(thing, hanging)
			}
			return w.tellRemoved(done, thing, along)
		})
	})
	where = placeFlags(c.Flags())
	c.Flags().BoolVar(&dryRun, "dry-run", false, "")
	return c
}

// tellRemoved says what goes, and what goes along with it.
func (w world) tellRemoved(done string, thing catalogue.Thing, along []catalogue.Thing) error {
	if err := w.say(done, "what", thing); err != nil {
		return err
	}
	for _, inside := range along {
		if err := w.say("cli.server.remove.along", "what", inside); err != nil {
			return err
		}
	}
	return nil
}

func named(things []catalogue.Thing) []string {
	names := make([]string, len(things))
	for i, t := range things {
		names[i] = t.String()
	}
	return names
}

// tellHanging says, a line for each, what keeps a thing.
func (w world) tellHanging(thing catalogue.Thing, hanging []app.Hanging) error {
	for _, h := range hanging {
		fmt.Fprintln(w.stderr, hangingWords(w.texts, h))
	}
	return config.Failure("cli.server.remove.refused", "what", thing)
}

func hangingWords(texts i18n.Texts, h app.Hanging) string {
	switch h.Kind {
	case app.HangsTicket:
		return texts.N("cli.server.remove.hangs_ticket", h.Count)
	case app.HangsHold:
		return texts.N("cli.server.remove.hangs_hold", h.Count)
	case app.HangsWish:
		return texts.N("cli.server.remove.hangs_wish", h.Count)
	}
	return texts.T("cli.server.remove.hangs_"+string(h.Kind), "name", h.Name)
}
