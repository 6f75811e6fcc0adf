package config

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// call is a command line, taken apart.
type call struct {
	command *cobra.Command
	path    []string // the words that name it
	own     []string // its arguments
	flags   []string // as --name=value
	names   []string // of the flags
	rest    []string // behind "--"
}

// arguments returns the call as cobra reads it: what names the command first.
func (c *call) arguments() []string {
	args := slices.Concat(c.path, c.flags)
	return append(append(append(args, "--"), c.own...), c.rest...)
}

// asks reports whether the call asks about the program and does nothing.
func (c *call) asks() bool {
	return slices.ContainsFunc(c.names, Asks) || slices.Contains([]string{"help", "completion", "version"}, c.command.Name())
}

func (c *call) given(flag string) bool { return slices.Contains(c.names, flag) }

// read takes args apart. It, and not pflag, finds which words name the command
// and which are values, because flags of a command may stand before its name
// (caller --wait next), have a single dash, and a list may follow in a row.
func (p Program) read(args []string) (*call, error) {
	known := p.everyFlag()
	c := &call{command: p.Root}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			c.rest = args[i+1:]
			break
		}
		if len(arg) < 2 || arg[0] != '-' {
			if err := p.addWord(c, arg); err != nil {
				return nil, err
			}
			continue
		}
		name, value, inline := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
		name = p.long(name)
		c.names = append(c.names, name)
		f := known[name]
		switch {
		case f == nil: // told below, once the command is known
		case inline:
			c.flags = append(c.flags, "--"+name+"="+value)
		case f.NoOptDefVal != "":
			c.flags = append(c.flags, "--"+name)
		default:
			taken := following(f, args[i+1:], len(c.own) > 0)
			if len(taken) == 0 {
				return nil, Usage("cli.needs_value", "name", "--"+name)
			}
			i += len(taken)
			c.flags = append(c.flags, "--"+name+"="+strings.Join(taken, ","))
		}
	}
	return c, c.checkFlags(known)
}

// addWord takes a word for the name of a command, where there is one to be
// named, else for an argument.
func (p Program) addWord(c *call, word string) error {
	if len(c.own) > 0 || !c.command.HasSubCommands() {
		c.own = append(c.own, word)
		return nil
	}
	below, err := p.below(c.command, word)
	if err != nil {
		return p.firstUnknownFlag(c, err)
	}
	c.command, c.path = below, append(c.path, word)
	return nil
}

// firstUnknownFlag prefers to tell of an unknown flag, whose value may look like
// the name of a command.
func (p Program) firstUnknownFlag(c *call, otherwise error) error {
	if err := c.checkFlags(p.everyFlag()); err != nil {
		return err
	}
	return otherwise
}

// below returns the command of a name below another.
func (p Program) below(c *cobra.Command, word string) (*cobra.Command, error) {
	for _, sub := range c.Commands() {
		if sub.Name() == word {
			return sub, nil
		}
	}
	known := names(c)
	return nil, Usage("cli.unknown_command", "given", word, "known", oneOf(known), "near", Near(word, known), "program", c.CommandPath())
}

// names returns the names of the commands below one.
func names(c *cobra.Command) []string {
	var all []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, sub.Name())
		}
	}
	return all
}

// long returns the long name of a flag that was given by one letter.
func (p Program) long(name string) string {
	switch name {
	case "h":
		return "help"
	case "v":
		return "version"
	}
	return name
}

// checkFlags refuses a flag that the command doesn't have.
func (c *call) checkFlags(everywhere map[string]*pflag.Flag) error {
	var own []string
	c.command.InitDefaultHelpFlag()
	for _, set := range []*pflag.FlagSet{c.command.LocalFlags(), c.command.InheritedFlags()} {
		set.VisitAll(func(f *pflag.Flag) { own = append(own, f.Name) })
	}
	for _, name := range c.names {
		if slices.Contains(own, name) {
			continue
		}
		near := nearest(name, own)
		if near == "" && everywhere[name] == nil {
			for elsewhere := range everywhere {
				own = append(own, elsewhere)
			}
			slices.Sort(own)
			near = nearest(name, own)
		}
		if near != "" {
			near = "--" + near
		}
		return Usage("cli.unknown_flag", "program", c.command.CommandPath(), "name", "--"+name, "near", Named{"cli.near", near})
	}
	return nil
}

// everyFlag returns the flags of all commands by name; one that several have
// takes the same kind of value everywhere.
func (p Program) everyFlag() map[string]*pflag.Flag {
	all := map[string]*pflag.Flag{}
	each(p.Root, func(c *cobra.Command) {
		c.InitDefaultHelpFlag()
		c.LocalFlags().VisitAll(func(f *pflag.Flag) { all[f.Name] = f })
	})
	return all
}

// following returns the arguments that belong to a flag: one for most, and for a
// list all up to the next flag, provided that the command's own argument came
// before (otherwise it couldn't be told apart).
func following(f *pflag.Flag, args []string, afterArgument bool) []string {
	if len(args) == 0 {
		return nil
	}
	if f.Value.Type() != "list" || !afterArgument {
		return args[:1]
	}
	n := 1
	for n < len(args) && !strings.HasPrefix(args[n], "-") {
		n++
	}
	return args[:n]
}
