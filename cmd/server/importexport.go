package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/config"
)

// importCommand creates or updates what the town offers from a file.
func (w world) importCommand() *cobra.Command {
	var where *place
	var dryRun bool
	var clock string
	c := config.Command("import FILE.yaml|-", config.Arguments(1), func(ctx context.Context, args []string) error {
		set, err := readClock(clock)
		if err != nil {
			return err
		}
		data, name, err := w.read(args[0])
		if err != nil {
			return err
		}
		// Its mistakes are told together with those against what is there.
		file, _ := catalogue.Parse(name, data)
		return w.withClock(ctx, where, set, func(o *opened) error {
			if dryRun {
				return w.tellImport(o.Town.TryImport(ctx, file))
			}
			return w.tellImport(o.Town.Import(ctx, file))
		})
	})
	where = placeFlags(c.Flags())
	c.Flags().BoolVar(&dryRun, "dry-run", false, "")
	c.Flags().StringVar(&clock, "clock", "", "")
	return c
}

func (w world) tellImport(result app.Imported, mistakes []catalogue.Mistake, err error) error {
	if err != nil {
		return err
	}
	if len(mistakes) > 0 {
		return w.refuse(mistakes)
	}
	return w.report(result)
}

// report says what an import changed, a line for each thing and each of its
// details, and which appointments no longer fit.
func (w world) report(result app.Imported) error {
	var lines []string
	for _, c := range result.Changes {
		if c.Kind == catalogue.Unchanged {
			continue
		}
		lines = append(lines, w.texts.T("cli.server.import."+string(c.Kind), "what", c.What))
		for _, detail := range c.Details {
			lines = append(lines, "   "+detail)
		}
	}
	if len(lines) == 0 {
		lines = append(lines, w.texts.T("cli.server.import.nothing"))
	}
	for _, u := range result.Concerned { // as the public interface has it, for programs
		lines = append(lines, fmt.Sprintf("concerned %s %s %s/%s %s", u.Number, u.Start.Format("2006-01-02 15:04"), u.Branch, u.Office, u.Why))
	}
	for _, change := range result.TakenBack {
		lines = append(lines, w.texts.T("cli.server.import.takes_back", "number", change.ID, "actor", change.Actor, "date", change.At.Format(time.DateOnly)))
		for _, e := range change.Edits {
			lines = append(lines, "   "+catalogue.Describe(e.Edit))
		}
	}
	for _, u := range result.UnspokenLabels {
		lines = append(lines, w.texts.T("cli.server.import.unspoken", "room", u.Room, "branch", u.Branch, "label", u.Label, "language", u.Language))
	}
	for _, c := range result.Cramped {
		lines = append(lines, w.texts.T("cli.server.import.cramped_"+string(c.Kind), "room", c.Room, "branch", c.Branch, "given", c.Given))
	}
	_, err := fmt.Fprintln(w.stdout, strings.Join(lines, "\n"))
	return err
}

func (w world) refuse(mistakes []catalogue.Mistake) error {
	for _, m := range mistakes {
		fmt.Fprintln(w.stderr, m.In(w.texts))
	}
	return config.Failure("cli.server.import.refused")
}

// exportCommand writes what import reads.
func (w world) exportCommand() *cobra.Command {
	var where *place
	c := config.Command("export", config.Arguments(0), func(ctx context.Context, _ []string) error {
		return w.looking(ctx, where, func(o *opened) error {
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
