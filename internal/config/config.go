// Package config reads the flags and environment variables of the three
// programs on top of the standard flag package. It knows every variable of
// each program, so that a mistyped one is an error that names the nearest
// known one, while a variable meant for a sister program is none. It holds no
// defaults and opens nothing but the files that AUFRUF_X_FILE names.
package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// Exit codes of all programs.
const (
	ExitOK      = 0
	ExitFailure = 1
	ExitUsage   = 2
)

// Usage is a mistake in how a program was called.
type Usage struct{ Reason string }

// Error returns the reason.
func (u *Usage) Error() string { return u.Reason }

// Usagef returns a Usage error with a formatted reason.
func Usagef(format string, args ...any) error {
	return &Usage{Reason: fmt.Sprintf(format, args...)}
}

// ExitCode returns the exit code for what a program ended with: ExitOK for nil
// and for a request for help, ExitUsage for a Usage error, else ExitFailure.
func ExitCode(err error) int {
	var usage *Usage
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return ExitOK
	case errors.As(err, &usage):
		return ExitUsage
	}
	return ExitFailure
}

// Set is the flags of one program or subcommand. Declare them with the methods
// of flag.FlagSet, then call Parse.
type Set struct {
	*flag.FlagSet
}

// New returns an empty set for a program; subcommand is "" where there is none.
func New(program, subcommand string) *Set {
	fs := flag.NewFlagSet(strings.TrimSpace(program+" "+subcommand), flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	return &Set{FlagSet: fs}
}

// List declares a flag that takes several values: repeated, separated by
// commas, or one after the other.
func (s *Set) List(name, usage string) *List {
	list := new(List)
	s.Var(list, name, usage)
	return list
}

// Help writes the usage lines of a program to w.
func (s *Set) Help(w io.Writer) {
	fmt.Fprintf(w, "Usage of %s:\n", s.Name())
	s.VisitAll(func(f *flag.Flag) {
		fmt.Fprintf(w, "  --%s\t%s", f.Name, f.Usage)
		if f.DefValue != "" && f.DefValue != "false" {
			fmt.Fprintf(w, " (default %s)", f.DefValue)
		}
		fmt.Fprintf(w, "  [%s]\n", Variable(f.Name))
	})
}

// Parse sets the flags from args and, for those not in args, from environ
// (entries KEY=value as os.Environ returns them), and returns the other
// arguments in order; flags and arguments may be mixed, "--" ends the flags.
// AUFRUF_X_FILE gives flag x the content of a file, without the line end.
// Mistakes are Usage errors; -h and --help give flag.ErrHelp; a file that
// can't be read is a plain error.
func (s *Set) Parse(args, environ []string) ([]string, error) {
	rest, err := s.parseArgs(args)
	if err != nil {
		return nil, err
	}
	given := map[string]bool{}
	s.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for _, entry := range environ {
		variable, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(variable, prefix) {
			continue
		}
		if err := s.setVariable(variable, value, given); err != nil {
			return nil, err
		}
	}
	return rest, nil
}

func (s *Set) parseArgs(args []string) ([]string, error) {
	var rest []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return append(rest, args[i+1:]...), nil
		}
		if len(arg) < 2 || arg[0] != '-' {
			rest = append(rest, arg)
			continue
		}
		name, value, inline := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
		f, err := s.find(name)
		if err != nil {
			return nil, err
		}
		if !inline {
			taken, err := following(f, args[i+1:], len(rest) > 0)
			if err != nil {
				return nil, err
			}
			i += len(taken)
			value = strings.Join(taken, ",")
			if isSwitch(f) {
				value = "true"
			}
		}
		if err := s.Set(name, value); err != nil {
			return nil, Usagef("flag --%s: %v", name, err)
		}
	}
	return rest, nil
}

func (s *Set) find(name string) (*flag.Flag, error) {
	if name == "h" || name == "help" {
		return nil, flag.ErrHelp
	}
	if f := s.Lookup(name); f != nil {
		return f, nil
	}
	var known []string
	s.VisitAll(func(f *flag.Flag) { known = append(known, "--"+f.Name) })
	return nil, Usagef("%s: unknown flag --%s%s", s.Name(), name, Suggestion("--"+name, known))
}

// following returns the arguments that belong to a flag: none for a switch,
// one for most, and for a list all up to the next flag, provided that the
// program's own argument came before (otherwise it couldn't be told apart).
func following(f *flag.Flag, args []string, afterArgument bool) ([]string, error) {
	if isSwitch(f) {
		return nil, nil
	}
	if len(args) == 0 {
		return nil, Usagef("flag --%s needs a value", f.Name)
	}
	if _, many := f.Value.(*List); !many || !afterArgument {
		return args[:1], nil
	}
	n := 1
	for n < len(args) && !strings.HasPrefix(args[n], "-") {
		n++
	}
	return args[:n], nil
}

func isSwitch(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

func (s *Set) setVariable(variable, value string, given map[string]bool) error {
	if f := s.Lookup(flagName(variable)); f != nil {
		if given[f.Name] {
			return nil
		}
		if err := s.Set(f.Name, value); err != nil {
			return Usagef("variable %s: %v", variable, err)
		}
		return nil
	}
	plain, isFile := strings.CutSuffix(variable, fileSuffix)
	if f := s.Lookup(flagName(plain)); isFile && f != nil {
		if given[f.Name] {
			return nil
		}
		content, err := os.ReadFile(value)
		if err != nil {
			return fmt.Errorf("variable %s: %w", variable, err)
		}
		return s.Set(f.Name, strings.TrimRight(string(content), "\r\n"))
	}
	return s.foreign(variable)
}

// foreign accepts a variable of another subcommand or program.
func (s *Set) foreign(variable string) error {
	known := knownVariables()
	s.VisitAll(func(f *flag.Flag) { known = append(known, Variable(f.Name)) })
	plain := strings.TrimSuffix(variable, fileSuffix)
	for _, k := range known {
		if k == variable || k == plain {
			return nil
		}
	}
	return Usagef("%s: unknown variable %s%s", s.Name(), variable, Suggestion(variable, known))
}
