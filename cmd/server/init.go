package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/config"
	"aufruf/internal/i18n"
	"aufruf/internal/ledger"
	"aufruf/internal/seal"
	"aufruf/internal/town"
)

// examples are the towns that the program brings along.
var examples = []string{"grimma"}

// initCommand makes a town where none is.
func (w world) initCommand() *cobra.Command {
	var where *place
	var example string
	c := config.Command("init [TOWN.yaml|-]", cobra.ArbitraryArgs, func(ctx context.Context, args []string) error {
		file, err := w.townFile(args, example)
		if err != nil {
			return err
		}
		return w.initTown(ctx, where, file)
	})
	where = placeFlags(c.Flags())
	c.Flags().StringVar(&example, "example", "", "")
	config.Complete(c, "example", examples)
	return c
}

// townFile reads the file that a town is made from.
func (w world) townFile(args []string, example string) (catalogue.File, error) {
	var file catalogue.File
	var mistakes []catalogue.Mistake
	switch {
	case example == "" && len(args) == 1:
		data, name, err := w.read(args[0])
		if err != nil {
			return file, err
		}
		file, mistakes = catalogue.Parse(name, data)
	case example != "" && len(args) == 0:
		if err := config.NotKnown("example", example, examples); err != nil {
			return file, err
		}
		file, mistakes = catalogue.BuiltIn()
	default:
		return file, config.Usage("cli.server.init.one_of")
	}
	// All in one go: merging names those of the file alone again.
	if _, _, all := (catalogue.Catalogue{}).Merge(file); len(all) > 0 {
		mistakes = all
	}
	if len(mistakes) > 0 {
		return file, w.refuse(mistakes)
	}
	return file, nil
}

func (w world) initTown(ctx context.Context, where *place, file catalogue.File) error {
	if err := where.mustBeEmpty(ctx); err != nil {
		return err
	}
	if err := where.mustHaveNoKey(); err != nil {
		return err
	}
	if err := where.mustBeWritable(); err != nil {
		return err
	}
	o, err := where.openAny(ctx, w.quiet())
	if err != nil {
		return err
	}
	err = where.found(ctx, o, file, nil)
	if err == nil {
		town := o.Catalogue()
		err = w.say("cli.server.init.done", "town", town.Authority.Name.In(w.texts.Lang), "branches", len(town.Branches),
			"services", len(town.Services), "place", where.name(), "file", where.key())
	}
	return errors.Join(err, o.close())
}

// found makes a town, and its key file once there is one: interrupted anywhere,
// it is begun again, and a server makes the key that is missing.
func (p place) found(ctx context.Context, o *opened, file catalogue.File, admin *ledger.User) error {
	mistakes, err := o.Town.Found(ctx, file, admin)
	if err != nil {
		return err
	}
	if len(mistakes) > 0 {
		return mistakesError(mistakes)
	}
	keys, _, err := seal.OpenOrCreate(p.key(), firstDay(o.time), rand.Reader)
	if err != nil {
		return fmt.Errorf("key file %s: %w", p.key(), err)
	}
	return keys.Close()
}

// firstDay is the day at which a new chain of keys begins: yesterday, whatever
// the zone; and no clock that is wrong puts a chain into the future, where
// nothing could be sealed until then.
func firstDay(keeper *app.Timekeeper) town.Date {
	return town.DateOf(keeper.Surely(), time.UTC).AddDays(-1)
}

// mistakesError is a file's mistakes, one a line.
type mistakesError []catalogue.Mistake

// Error returns how many there are: whoever tells them words each.
func (m mistakesError) Error() string { return fmt.Sprintf("mistakes in the file: %d", len(m)) }

func (m mistakesError) in(texts i18n.Texts) string {
	lines := make([]string, len(m))
	for i, mistake := range m {
		lines[i] = mistake.In(texts)
	}
	return strings.Join(lines, "\n")
}
