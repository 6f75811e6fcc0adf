package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

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

// parse reads arguments and environment. Mistakes are config.Usage errors.
func parse(args, environ []string) (options, error) {
	o := options{}
	set := flags(&o)
	words, err := set.Parse(args, environ)
	if err != nil {
		return o, err
	}
	if err := o.setCommand(words); err != nil {
		return o, err
	}
	return o, o.check()
}

func flags(o *options) *config.Set {
	set := config.New("caller", "")
	set.StringVar(&o.server, "server", "", "address of the server, http:// or https://")
	set.StringVar(&o.user, "user", "", "name to sign in with")
	set.StringVar(&o.passwordFile, "password-file", "", "file that holds the password")
	set.StringVar((*string)(&o.branch), "branch", "", "branch of the desk")
	set.StringVar((*string)(&o.room), "room", "", "room of the desk")
	set.StringVar((*string)(&o.order.Office), "office", "", "transfer: the office to send on to")
	set.StringVar((*string)(&o.order.Service), "service", "", "send-on: the second service")
	set.StringVar(&o.order.Note, "note", "", "park: why")
	set.StringVar(&o.day, "date", "", "afterwards: the day, YYYY-MM-DD; today if missing")
	set.BoolVar(&o.order.TakeOver, "take-over", false, "next, call: although another user has the room open")
	set.BoolVar(&o.json, "json", false, "print the whole reply")
	set.BoolVar(&o.wait, "wait", false, "next, call, recall: wait for what the screens report")
	return set
}

func (o *options) setCommand(words []string) error {
	if len(words) == 0 {
		return nil
	}
	o.command, words = words[0], words[1:]
	if !caller.IsAction(o.command) && !slices.Contains(roomless, o.command) {
		return config.Usagef("unknown command %q, want one of %s", o.command, strings.Join(commands(), ", "))
	}
	o.order.Action = caller.Action(o.command)
	if o.order.Action == caller.Call {
		return o.setNumber(words)
	}
	if len(words) > 0 {
		return config.Usagef("%s: unexpected argument %q", o.command, words[0])
	}
	return nil
}

func (o *options) setNumber(words []string) error {
	if len(words) != 1 {
		return config.Usagef("call: want one number")
	}
	number, err := town.ParseNumber(words[0])
	if err != nil {
		return config.Usagef("call: %v", err)
	}
	o.order.Number = number
	return nil
}

func (o *options) check() error {
	required := []struct{ name, value string }{
		{"server", o.server}, {"user", o.user}, {"password-file", o.passwordFile}, {"branch", string(o.branch)},
	}
	if !slices.Contains(roomless, o.command) {
		required = append(required, struct{ name, value string }{"room", string(o.room)})
	}
	var missing []string
	for _, flag := range required {
		if flag.value == "" {
			missing = append(missing, "--"+flag.name)
		}
	}
	if len(missing) > 0 {
		return config.Usagef("missing %s", strings.Join(missing, ", "))
	}
	if o.order.Action == caller.Transfer && o.order.Office == "" {
		return config.Usagef("transfer: missing --office")
	}
	if o.day != "" {
		date, err := town.ParseDate(o.day)
		if err != nil {
			return config.Usagef("--date: %v", err)
		}
		o.date = &date
	}
	if o.order.Action == caller.SendOn && o.order.Service == "" {
		return config.Usagef("send-on: missing --service")
	}
	return nil
}

func commands() []string {
	return slices.Sorted(slices.Values(append(caller.Actions(), roomless...)))
}

func help(w io.Writer) {
	fmt.Fprintf(w, `caller is the desk in a terminal. Without a command it fills the terminal;
with one it does that, prints the number alone on standard output, and exits:
0 done, 1 failure, 2 usage, 3 nobody is waiting.

  next [--wait]         the next person in line; --wait for the screens' report
  call NUMBER           a chosen number
  recall                ring again
  start                 the person came
  finish                done
  no-show               nobody came
  park [--note TEXT]    put aside
  transfer --office ID  send on
  send-on --service ID  done here, and back in line for a second service
  undo                  take back the last step
  pause, resume         this room
  alarm                 silently ask the other desks for help
  queue                 print who is waiting
  watch                 print what happens, until interrupted
  afterwards [--date D] enter what happened by hand during an outage, from lines
                        NUMBER|SERVICE served|no-show|cancelled [HH:MM] on
                        standard input

`)
	flags(&options{}).Help(w)
}
