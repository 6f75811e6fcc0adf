// Package manual writes the manual pages of a program from the definition of its
// command line. It is apart from config because what makes them would weigh on
// each program, and is called only while packages are made.
package manual

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"aufruf/internal/config"
	"aufruf/internal/i18n"
	"aufruf/internal/town"
)

// folders are where man looks for the pages of a language, below the folder of
// all pages.
var folders = map[town.Language]string{town.English: "man1", town.German: "de/man1"}

// german are the headings that the library writes in English.
var german = strings.NewReplacer(
	".SH NAME", ".SH BEZEICHNUNG", ".SH SYNOPSIS", ".SH ÜBERSICHT", ".SH DESCRIPTION", ".SH BESCHREIBUNG",
	".SH OPTIONS INHERITED FROM PARENT COMMANDS", ".SH ANGABEN, DIE JEDER BEFEHL NIMMT", ".SH OPTIONS", ".SH ANGABEN",
	".SH EXAMPLE", ".SH BEISPIEL", ".SH SEE ALSO", ".SH SIEHE AUCH",
)

// Write writes the pages of a program in every language into a folder, such as
// /usr/share/man. surfaces are the catalogues with its words, command makes its
// commands anew. The date in them is that of SOURCE_DATE_EPOCH, where it is set.
func Write(folder string, surfaces []string, command func() *cobra.Command) error {
	for language, below := range folders {
		texts, err := i18n.LoadOnly(language, surfaces...)
		if err != nil {
			return err
		}
		into := filepath.Join(folder, below)
		if err := os.MkdirAll(into, 0o755); err != nil {
			return err
		}
		if err := write(into, config.Program{Root: command(), Texts: texts}); err != nil {
			return fmt.Errorf("manual of %s in %s: %w", command().Name(), language, err)
		}
	}
	return nil
}

func write(folder string, p config.Program) error {
	p.Finish()
	p.Root.Long += "\n\n" + p.More()
	variables(p.Root)
	header := doc.GenManHeader{Section: "1", Source: "Aufruf", Manual: "Aufruf"}
	if err := doc.GenManTreeFromOpts(p.Root, doc.GenManTreeOptions{Header: &header, Path: folder, CommandSeparator: "-"}); err != nil {
		return err
	}
	if p.Texts.Lang != town.German {
		return nil
	}
	pages, err := filepath.Glob(filepath.Join(folder, p.Root.Name()+"*.1"))
	if err != nil {
		return err
	}
	for _, page := range pages {
		if err := translate(page); err != nil {
			return err
		}
	}
	return nil
}

func translate(page string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(german.Replace(string(text))), 0o644)
}

// variables names the variable of each flag in its words.
func variables(c *cobra.Command) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if variable := config.Variable(f.Name); !config.Asks(f.Name) && !strings.Contains(f.Usage, variable) {
			f.Usage += " [" + variable + "]"
		}
	})
	for _, below := range c.Commands() {
		variables(below)
	}
}
