package config

import (
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

const (
	prefix     = "AUFRUF_"
	fileSuffix = "_FILE"
)

// Variable returns the environment variable of a flag.
func Variable(flagName string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

func flagName(variable string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(variable, prefix), "_", "-"))
}

// setVariables sets the flags of a call that it doesn't give itself.
func (p Program) setVariables(c *call) error {
	for _, entry := range p.Environ {
		variable, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(variable, prefix) {
			continue
		}
		if err := p.setVariable(c, variable, value); err != nil {
			return err
		}
	}
	return nil
}

func (p Program) setVariable(c *call, variable, value string) error {
	if f := c.flag(flagName(variable)); f != nil {
		return c.set(f, variable, value)
	}
	plain, isFile := strings.CutSuffix(variable, fileSuffix)
	f := c.flag(flagName(plain))
	if !isFile || f == nil {
		return p.foreign(variable)
	}
	if c.given(f.Name) {
		return nil
	}
	content, err := os.ReadFile(value)
	if err != nil {
		return Because(err, "cli.variable_file", "name", variable, "file", value)
	}
	return c.set(f, variable, strings.TrimRight(string(content), "\r\n"))
}

// flag returns a flag of the call's command; nil where it has none of the name.
func (c *call) flag(name string) *pflag.Flag {
	c.command.InheritedFlags() // joins those of the commands above
	return c.command.Flags().Lookup(name)
}

func (c *call) set(f *pflag.Flag, variable, value string) error {
	if c.given(f.Name) {
		return nil
	}
	if err := c.command.Flags().Set(f.Name, value); err != nil {
		return wrongValue(variable, value, f)
	}
	return nil
}

// foreign accepts a variable of another command or program.
func (p Program) foreign(variable string) error {
	var known []string
	for _, flag := range slices.Concat(p.Flags(), Known("server"), Known("display"), Known("caller")) {
		known = append(known, Variable(flag))
	}
	plain := strings.TrimSuffix(variable, fileSuffix)
	if slices.Contains(known, variable) || slices.Contains(known, plain) {
		return nil
	}
	return Usage("cli.unknown_variable", "program", p.Root.Name(), "name", variable, "near", Near(variable, known))
}
