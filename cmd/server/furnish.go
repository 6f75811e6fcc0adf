package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/config"
)

// importCatalogue creates or updates what the town offers from a file.
func importCatalogue(ctx context.Context, w world, args []string) error {
	place, name, err := w.placeAndFile("import", args)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	file, mistakes := catalogue.Parse(name, data)
	if len(mistakes) > 0 {
		return w.refuse(mistakes)
	}
	o, err := place.open(ctx, w.quiet())
	if err != nil {
		return err
	}
	defer o.close()
	result, mistakes, err := o.Import(ctx, file)
	if err != nil {
		return plainly(err)
	}
	if len(mistakes) > 0 {
		return w.refuse(mistakes)
	}
	w.report(result)
	return nil
}

// report says what an import changed, a line for each thing and each of its
// details.
func (w world) report(result app.Imported) {
	changed := false
	for _, c := range result.Changes {
		if c.Kind == catalogue.Unchanged {
			continue
		}
		changed = true
		fmt.Fprintln(w.stdout, c.Kind, c.What)
		for _, detail := range c.Details {
			fmt.Fprintln(w.stdout, "  ", detail)
		}
	}
	if !changed {
		fmt.Fprintln(w.stdout, "nothing changed")
	}
	for _, t := range result.Affected {
		fmt.Fprintf(w.stdout, "appointment concerned: %s %s number %s at %s\n",
			t.Branch, t.Start.Format("2006-01-02 15:04"), t.Number, t.Office)
	}
	for _, u := range result.Unsaid {
		fmt.Fprintf(w.stdout, "room %s of %s: no screen can say %q in %q; give its \"spoken\", or record the missing words\n",
			u.Room, u.Branch, u.Label, u.Language)
	}
}

func (w world) refuse(mistakes []catalogue.Mistake) error {
	for _, m := range mistakes {
		fmt.Fprintln(w.stderr, m)
	}
	return errors.New("nothing was changed")
}

// exportCatalogue writes what import reads.
func exportCatalogue(ctx context.Context, w world, args []string) error {
	flags := config.New("server", "export")
	place := placeFlags(flags)
	rest, err := flags.Parse(args, w.environ)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return config.Usagef("export: takes no arguments")
	}
	o, err := place.openFurnished(ctx, w.quiet())
	if err != nil {
		return err
	}
	defer o.close()
	out, err := catalogue.Export(*o.Catalogue())
	if err != nil {
		return err
	}
	_, err = w.stdout.Write(out)
	return err
}

// placeAndFile reads the flags of a subcommand that takes one file.
func (w world) placeAndFile(subcommand string, args []string) (*place, string, error) {
	flags := config.New("server", subcommand)
	place := placeFlags(flags)
	rest, err := flags.Parse(args, w.environ)
	if err != nil {
		return nil, "", err
	}
	if len(rest) != 1 {
		return nil, "", config.Usagef("%s: want one file, got %d", subcommand, len(rest))
	}
	return place, rest[0], nil
}
