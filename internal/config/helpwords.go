package config

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The words of a command stand below help.PROGRAM, by its path: short in a
// line, long in full (optional), example (optional). Those of a flag below
// flag.NAME there, or of a command above it: a flag that means the same
// everywhere is worded once.

// word gives a command and its own flags their words.
func (p Program) word(c *cobra.Command) {
	at := p.place(c)
	c.Short = p.Texts.T(at + ".short")
	if p.Texts.Has(at + ".long") {
		c.Long = p.Texts.T(at + ".long")
	}
	if p.Texts.Has(at + ".example") {
		c.Example = strings.ReplaceAll(p.Texts.T(at+".example"), "{program}", p.Root.Name())
	}
	c.InitDefaultHelpFlag()
	c.LocalFlags().VisitAll(func(f *pflag.Flag) { f.Usage = p.flagWords(c, f.Name) })
}

// place returns where the words of a command stand.
func (p Program) place(c *cobra.Command) string {
	if !c.HasParent() {
		return "help." + p.surface()
	}
	if c.Name() == "completion" || c.Name() == "help" {
		return "help.every." + c.Name()
	}
	return p.place(c.Parent()) + "." + c.Name()
}

// surface is the program's own name, however the file is called.
func (p Program) surface() string {
	return strings.TrimPrefix(p.Root.Name(), "aufruf-")
}

func (p Program) flagWords(c *cobra.Command, name string) string {
	for ; c != nil; c = c.Parent() {
		if key := p.place(c) + ".flag." + name; p.Texts.Has(key) {
			return p.Texts.T(key)
		}
	}
	return p.Texts.T("help.every.flag." + name)
}
