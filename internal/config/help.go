package config

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// lineWidth is how wide the help is, in characters.
const lineWidth = 100

// help writes the help of a command.
func (p Program) help(c *cobra.Command) {
	out := p.Stdout
	long := c.Long
	if long == "" {
		long = c.Short
	}
	fmt.Fprintf(out, "%s\n\n%s\n  %s\n", wrap(long, 0), p.Texts.T("help.heading.usage"), p.usageLine(c))
	p.helpCommands(out, c)
	p.helpFlags(out, p.Texts.T("help.heading.flags"), c.LocalFlags())
	p.helpFlags(out, p.Texts.T("help.heading.flags_of_all"), c.InheritedFlags())
	if c.Example != "" {
		fmt.Fprintf(out, "\n%s\n%s\n", p.Texts.T("help.heading.example"), indent(c.Example))
	}
	if !c.HasParent() {
		fmt.Fprintf(out, "\n%s\n%s\n", p.Texts.T("help.heading.more"), indent(wrap(p.More(), 2)))
	}
}

// More says what holds for every command: variables and exit codes.
func (p Program) More() string {
	return p.Texts.T("help.every.more", "program", p.Root.Name(), "codes", p.Texts.T("help."+p.surface()+".codes"))
}

func (p Program) usageLine(c *cobra.Command) string {
	line := c.CommandPath()
	if _, arguments, ok := strings.Cut(c.Use, " "); ok {
		line += " " + arguments
	}
	if command := p.Texts.T("help.every.command"); c.HasAvailableSubCommands() && c.Runnable() {
		line += " [" + strings.TrimSpace(command) + "]"
	} else if c.HasAvailableSubCommands() {
		line += command
	}
	if c.Runnable() && (c.HasAvailableLocalFlags() || c.HasAvailableInheritedFlags()) {
		line += " [--flags]"
	}
	return line
}

func (p Program) helpCommands(out io.Writer, c *cobra.Command) {
	if !c.HasAvailableSubCommands() {
		return
	}
	fmt.Fprintf(out, "\n%s\n", p.Texts.T("help.heading.commands"))
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			fmt.Fprintf(table, "  %s\t%s\n", sub.Name(), sub.Short)
		}
	}
	table.Flush()
}

func (p Program) helpFlags(out io.Writer, heading string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(out, "\n%s\n", heading)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		fmt.Fprintf(out, "  --%s%s\n%s\n", f.Name, p.valueOf(f), indent(indent(indent(wrap(p.flagHelp(f), 6)))))
	})
}

// valueOf shows that a flag takes a value.
func (p Program) valueOf(f *pflag.Flag) string {
	switch {
	case f.NoOptDefVal != "":
		return ""
	case f.Value.Type() == "list":
		return " …,…"
	}
	return " …"
}

// flagHelp says what a flag is for, its default and its variable.
func (p Program) flagHelp(f *pflag.Flag) string {
	text := f.Usage
	if f.DefValue != "" && f.DefValue != "false" {
		text += " " + p.Texts.T("help.every.default", "value", f.DefValue)
	}
	if Asks(f.Name) {
		return text
	}
	return text + " [" + Variable(f.Name) + "]"
}

// wrap breaks a text into lines, paragraph by paragraph; taken is what each line
// has before it.
func wrap(text string, taken int) string {
	var out []string
	for line := range strings.Lines(text) {
		out = append(out, wrapLine(strings.TrimRight(line, "\n"), lineWidth-taken))
	}
	return strings.Join(out, "\n")
}

func wrapLine(line string, width int) string {
	if strings.HasPrefix(line, " ") {
		return line // set as it is to look
	}
	var b strings.Builder
	column := 0
	for i, word := range strings.Fields(line) {
		n := utf8.RuneCountInString(word)
		switch {
		case i > 0 && column+1+n > width:
			b.WriteByte('\n')
			column = 0
		case i > 0:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
