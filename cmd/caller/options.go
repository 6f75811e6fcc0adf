package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"aufruf/internal/caller"
	"aufruf/internal/config"
	"aufruf/internal/town"
)

// options is what the program was called with. command is empty for the
// terminal interface, "queue", "watch", "afterwards" or the name of an action.
type options struct {
	server, user, passwordFile string
	branch                     town.BranchID
	room                       town.RoomID
	command                    string
	order                      caller.Order
	json, wait                 bool
	day                        string     // of afterwards
	date                       *town.Date // day, read; nil: today
}

// roomless are the commands that are about the branch as a whole.
var roomless = []string{"queue", "watch", "afterwards"}

// rootCommand is the program: without a word the terminal interface, with one of
// the commands that. do gets what was asked for.
func rootCommand(name string, do func(context.Context, options) error) *cobra.Command {
	o := new(options)
	root := config.Command(name, config.Arguments(0), func(ctx context.Context, _ []string) error {
		if err := o.check(); err != nil {
			return err
		}
		return do(ctx, *o)
	})
	root.Version = version
	declareFlags(root.PersistentFlags(), o)
	for _, word := range commands() {
		root.AddCommand(o.below(word, do))
	}
	return root
}

// below is the command of a word.
func (o *options) below(word string, do func(context.Context, options) error) *cobra.Command {
	use, arguments := word, config.Arguments(0)
	if caller.Action(word) == caller.Call {
		use, arguments = "call NUMBER", config.Arguments(1)
	}
	c := config.Command(use, arguments, func(ctx context.Context, args []string) error {
		o.command = word
		if caller.IsAction(word) {
			o.order.Action = caller.Action(word)
		}
		if len(args) == 1 {
			number, err := town.ParseNumber(args[0])
			if err != nil {
				return config.Usage("cli.caller.wrong_number", "given", args[0])
			}
			o.order.Number = number
		}
		if err := o.check(); err != nil {
			return err
		}
		return do(ctx, *o)
	})
	o.declareOwn(c.Flags(), word)
	return c
}

// declareFlags declares the flags that every command has.
func declareFlags(set *pflag.FlagSet, o *options) {
	set.StringVar(&o.server, "server", "", "")
	set.StringVar(&o.user, "user", "", "")
	set.StringVar(&o.passwordFile, "password-file", "", "")
	set.StringVar((*string)(&o.branch), "branch", "", "")
	set.StringVar((*string)(&o.room), "room", "", "")
	set.BoolVar(&o.json, "json", false, "")
}

// declareOwn declares the flags of one command.
func (o *options) declareOwn(set *pflag.FlagSet, word string) {
	switch caller.Action(word) {
	case caller.Next, caller.Call:
		set.BoolVar(&o.order.Sure, "sure", false, "")
		set.BoolVar(&o.order.TakeOver, "take-over", false, "")
		set.BoolVar(&o.wait, "wait", false, "")
	case caller.Recall:
		set.BoolVar(&o.wait, "wait", false, "")
	case caller.Park:
		set.StringVar(&o.order.Note, "note", "", "")
	case caller.Transfer:
		set.StringVar((*string)(&o.order.Office), "office", "", "")
	case caller.SendOn:
		set.StringVar((*string)(&o.order.Service), "service", "", "")
	}
	if word == "afterwards" {
		set.StringVar(&o.day, "date", "", "")
	}
}

// check looks for what is missing.
func (o *options) check() error {
	required := []struct{ name, value string }{
		{"server", o.server}, {"user", o.user}, {"password-file", o.passwordFile}, {"branch", string(o.branch)},
	}
	if !slices.Contains(roomless, o.command) {
		required = append(required, struct{ name, value string }{"room", string(o.room)})
	}
	switch o.order.Action {
	case caller.Transfer:
		required = append(required, struct{ name, value string }{"office", string(o.order.Office)})
	case caller.SendOn:
		required = append(required, struct{ name, value string }{"service", string(o.order.Service)})
	}
	var missing []string
	for _, flag := range required {
		if flag.value == "" {
			missing = append(missing, "--"+flag.name)
		}
	}
	if len(missing) > 0 {
		return config.Usage("cli.missing", "names", strings.Join(missing, ", "), "variables", variables(missing))
	}
	return o.readDay()
}

func (o *options) readDay() error {
	if o.day == "" {
		return nil
	}
	date, err := town.ParseDate(o.day)
	if err != nil {
		return config.Usage("cli.caller.wrong_date", "given", o.day)
	}
	o.date = &date
	return nil
}

func variables(flags []string) string {
	names := make([]string, len(flags))
	for i, flag := range flags {
		names[i] = config.Variable(strings.TrimPrefix(flag, "--"))
	}
	return strings.Join(names, ", ")
}

func commands() []string {
	return slices.Sorted(slices.Values(append(caller.Actions(), roomless...)))
}
