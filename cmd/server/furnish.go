package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/config"
)

// importCommand creates or updates what the town offers from a file.
func (w world) importCommand() *cobra.Command {
	var where *place
	c := config.Command("import FILE.yaml|-", config.Arguments(1), func(ctx context.Context, args []string) error {
		return w.importCatalogue(ctx, where, args[0])
	})
	where = placeFlags(c.Flags())
	return c
}

func (w world) importCatalogue(ctx context.Context, where *place, name string) error {
	data, name, err := w.read(name)
	if err != nil {
		return err
	}
	file, mistakes := catalogue.Parse(name, data)
	if len(mistakes) > 0 {
		return w.refuse(mistakes)
	}
	o, err := where.open(ctx, w.quiet())
	if err != nil {
		return err
	}
	defer o.close()
	result, mistakes, err := o.Import(ctx, file)
	if err != nil {
		return err
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
	for _, u := range result.UnspokenLabels {
		fmt.Fprintf(w.stdout, "room %s of %s: no screen can say %q in %q; give its \"spoken\", or record the missing words\n",
			u.Room, u.Branch, u.Label, u.Language)
	}
}

func (w world) refuse(mistakes []catalogue.Mistake) error {
	for _, m := range mistakes {
		fmt.Fprintln(w.stderr, m)
	}
	return config.Failure("cli.server.import.refused")
}

// exportCommand writes what import reads.
func (w world) exportCommand() *cobra.Command {
	var where *place
	c := config.Command("export", config.Arguments(0), func(ctx context.Context, _ []string) error {
		return w.with(ctx, where, func(o *opened) error {
			out, err := catalogue.Export(*o.Catalogue())
			if err != nil {
				return err
			}
			_, err = w.stdout.Write(out)
			return err
		})
	})
	where = placeFlags(c.Flags())
	return c
}
