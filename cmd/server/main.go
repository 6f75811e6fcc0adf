// Command server is the town hall's one server: booking, queue, calls, mail,
// all on one database. It wires the packages below internal and reads flags;
// it decides nothing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the machine may have no zones

	"aufruf/internal/config"
)

// version is set by the linker.
var version = "unknown"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// world is what a subcommand may touch outside its arguments.
type world struct {
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer
}

// command is one subcommand.
type command struct {
	usage string
	run   func(ctx context.Context, w world, args []string) error
}

// commands by name; "" is what runs without one.
func commands() map[string]command {
	return map[string]command{
		"":              {"serve", serve},
		"serve":         {"serve [flags]: answer citizens, desks and screens", serve},
		"import":        {"import FILE.yaml: create or update the catalogue", importCatalogue},
		"export":        {"export: write the catalogue to standard output", exportCatalogue},
		"user":          {"user add|passwd|disable NAME, user list: accounts of staff", user},
		"device":        {"device add NAME, device revoke NAME, device list: screens and kiosks", device},
		"clock":         {"clock confirm: the clock is right, although it leapt", clockCommand},
		"backup":        {"backup FILE: consistent copy while the server runs", backup},
		"restore":       {"restore FILE: into an empty place only", restore},
		"erase":         {"erase --number N --date D, or --wishes-of ADDRESS: erase what is known of a person (Art. 17 GDPR)", erasePerson},
		"personal-data": {"personal-data --number N --date D, or --wishes-of ADDRESS: what is known of a person (Art. 15 GDPR)", personalData},
		"key":           {"key renew: begin a new chain of keys after a theft, and seal what is to come anew", key},
		"version":       {"version", printVersion},
	}
}

// order is how the help lists the subcommands.
var order = []string{"serve", "import", "export", "user", "device", "clock", "backup", "restore", "erase", "personal-data", "key", "version"}

// run is the program; it returns its exit code.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	w := world{environ: environ, stdin: stdin, stdout: stdout, stderr: stderr}
	name := ""
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		name, args = args[0], args[1:]
	}
	chosen, ok := commands()[name]
	if !ok {
		return w.exit(unknownCommand(name))
	}
	return w.exit(chosen.run(ctx, w, args))
}

func unknownCommand(name string) error {
	if name == "help" {
		return flag.ErrHelp
	}
	return config.Usagef("unknown command %q%s", name, config.Suggestion(name, order))
}

func (w world) exit(err error) int {
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(w.stdout, "Usage: server COMMAND [flags]")
		for _, name := range order {
			fmt.Fprintln(w.stdout, "  server", commands()[name].usage)
		}
	case err != nil:
		fmt.Fprintln(w.stderr, "server:", err)
	}
	return config.ExitCode(err)
}

func printVersion(_ context.Context, w world, _ []string) error {
	_, err := fmt.Fprintln(w.stdout, version)
	return err
}
