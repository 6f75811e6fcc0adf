// Package config is the command line of the three programs, on top of cobra
// and pflag: commands with their flags, each of which has an environment
// variable AUFRUF_X, and AUFRUF_X_FILE for a secret that stands in a file; help,
// completions and manual pages from that one definition; and mistakes told in
// the reader's language, with the nearest known name. It knows every variable
// of each program, so that a mistyped one is an error while one meant for a
// sister program is none. It holds no defaults and no words (they stand in
// internal/i18n), and opens nothing but the files that AUFRUF_X_FILE names.
package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"aufruf/internal/i18n"
)

// Exit codes of all programs.
const (
	ExitOK      = 0
	ExitFailure = 1
	ExitUsage   = 2
	// ExitLater is EX_TEMPFAIL of sysexits.h: a mail server that ran the program
	// keeps its message and tries again.
	ExitLater = 75
)

// later marks what may work if the same is tried again.
type later struct{ error }

func (l later) Unwrap() error { return l.error }

// TryLater makes a program end with ExitLater.
func TryLater(err error) error { return later{err} }

// ExitCode returns the exit code for what a program ended with: ExitOK for nil,
// ExitUsage for a mistake in the call, ExitLater where TryLater says so, else
// ExitFailure.
func ExitCode(err error) int {
	var said *Sentence
	var again later
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &again):
		return ExitLater
	case errors.As(err, &said) && said.usage:
		return ExitUsage
	}
	return ExitFailure
}

// Program is one run of one of the three programs.
type Program struct {
	Root           *cobra.Command // made of Command; it needs no words
	Texts          i18n.Texts     // with the surface "cli" and the program's own
	Environ        []string       // entries KEY=value, as os.Environ returns them
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Licences       func(io.Writer) error // prints those of all that the program contains
}

// licencesFlag is called as everywhere else, for those who ask every program.
const licencesFlag = "licenses"

// Asks reports whether a flag only asks about the program: it has no variable.
func Asks(flag string) bool { return slices.Contains([]string{"help", "version", licencesFlag}, flag) }

// Command returns a command. use is its name, followed by what its arguments
// are called; run is nil for one that only has commands below it. Its help, and
// that of its flags, is found in the catalogues by its path (see helpwords.go).
func Command(use string, arguments cobra.PositionalArgs, run func(ctx context.Context, args []string) error) *cobra.Command {
	c := &cobra.Command{Use: use, Args: arguments, SilenceErrors: true, SilenceUsage: true, DisableAutoGenTag: true, DisableFlagsInUseLine: true}
	if run != nil {
		c.RunE = func(c *cobra.Command, args []string) error { return run(c.Context(), args) }
	}
	return c
}

// Arguments wants n arguments of a command.
func Arguments(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) > n && n == 0:
			return Usage("cli.no_arguments", "command", c.CommandPath(), "given", args[0])
		case len(args) != n:
			return Usage("cli.arguments", "usage", c.UseLine(), "want", n, "got", len(args))
		}
		return nil
	}
}

// Run carries out the command that args name. Flags may stand before, between
// and behind the command's words. What is wrong with the call is a Sentence.
func (p Program) Run(ctx context.Context, args []string) error {
	p.Finish()
	p.Root.SetIn(p.Stdin)
	p.Root.SetOut(p.Stdout)
	p.Root.SetErr(p.Stderr)
	if len(args) > 0 && isCompletion(args[0]) {
		p.Root.SetArgs(args)
		return p.Root.ExecuteContext(ctx)
	}
	call, err := p.read(args)
	if err != nil {
		return err
	}
	if call.given(licencesFlag) {
		return p.Licences(p.Stdout)
	}
	if !call.asks() {
		if err := p.ready(call); err != nil {
			return err
		}
	}
	p.Root.SetArgs(call.arguments())
	return p.Root.ExecuteContext(ctx)
}

// ready checks that a call names something to do, and completes its flags.
func (p Program) ready(c *call) error {
	if c.command.HasParent() && !c.command.Runnable() {
		return Usage("cli.command_wanted", "program", c.command.CommandPath(), "known", oneOf(names(c.command)))
	}
	return p.setVariables(c)
}

// isCompletion reports whether a shell asks what could come next.
func isCompletion(word string) bool {
	return word == cobra.ShellCompRequestCmd || word == cobra.ShellCompNoDescRequestCmd
}

// Finish gives the commands what they all have: words, help, completions. Run
// does so by itself.
func (p Program) Finish() {
	p.Root.CompletionOptions.DisableDefaultCmd = true
	p.Root.AddCommand(p.completionCommand())
	p.Root.SetHelpCommand(p.helpCommand())
	p.Root.SetHelpFunc(func(c *cobra.Command, _ []string) { p.help(c) })
	p.Root.SetFlagErrorFunc(flagError)
	p.Root.InitDefaultHelpCmd()
	p.Root.InitDefaultVersionFlag()
	p.Root.Flags().Bool(licencesFlag, false, "")
	each(p.Root, p.word)
}

// each visits a command and all below it.
func each(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, below := range c.Commands() {
		each(below, visit)
	}
}

// flagError words what pflag refuses.
func flagError(_ *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return wrongValue("--"+invalid.GetFlag().Name, invalid.GetValue(), invalid.GetFlag())
	}
	return Usage("cli.flags", "cause", err)
}

func wrongValue(name, value string, f *pflag.Flag) error {
	return Usage("cli.wrong_value", "name", name, "value", value, "want", Phrase("cli.want."+f.Value.Type()))
}

// completionCommand prints what makes a shell complete this program's words.
func (p Program) completionCommand() *cobra.Command {
	shells := map[string]func() error{
		"bash":       func() error { return p.Root.GenBashCompletionV2(p.Stdout, true) },
		"fish":       func() error { return p.Root.GenFishCompletion(p.Stdout, true) },
		"powershell": func() error { return p.Root.GenPowerShellCompletionWithDesc(p.Stdout) },
		"zsh":        func() error { return p.Root.GenZshCompletion(p.Stdout) },
	}
	names := []string{"bash", "fish", "powershell", "zsh"}
	c := Command("completion bash|fish|powershell|zsh", Arguments(1), func(_ context.Context, args []string) error {
		write := shells[args[0]]
		if write == nil {
			return Usage("cli.unknown_shell", "given", args[0], "known", oneOf(names), "near", Near(args[0], names))
		}
		return write()
	})
	c.ValidArgs = names
	return c
}

// helpCommand shows the help of the command whose name follows.
func (p Program) helpCommand() *cobra.Command {
	return Command("help [COMMAND]", nil, func(_ context.Context, args []string) error {
		found := p.Root
		for _, word := range args {
			below, err := p.below(found, word)
			if err != nil {
				return err
			}
			found = below
		}
		p.help(found)
		return nil
	})
}

// Flags returns the names of all flags of a program's commands, sorted.
func (p Program) Flags() []string {
	var names []string
	each(p.Root, func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	})
	names = slices.DeleteFunc(names, Asks)
	slices.Sort(names)
	return slices.Compact(names)
}

// NotKnown returns an error where a value isn't one of those that are known.
func NotKnown(flag, given string, known []string) error {
	if slices.Contains(known, given) {
		return nil
	}
	return Usage("cli.not_known", "name", "--"+flag, "given", given, "known", oneOf(known), "near", Near(given, known))
}

// Complete has the shell offer the values of a flag.
func Complete(c *cobra.Command, flag string, values []string) {
	offer := cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
	if err := c.RegisterFlagCompletionFunc(flag, offer); err != nil { // a slip in the program
		c.RunE = func(*cobra.Command, []string) error { return fmt.Errorf("completion of --%s: %w", flag, err) }
	}
}
