// Mutants asks whether the tests would notice: it puts one small fault at a
// time into the packages that decide, and runs those of their tests, and of their
// callers', that reach it. What no test notices is listed.
//
// The working tree isn't touched: faults are laid over the files for the compiler
// alone, all at once, each behind a guard that the environment opens. The same
// seed tries the same faults of the same code.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// settings are what the flags say.
type settings struct {
	root    string
	number  int
	seed    uint64
	within  time.Duration
	workers int
	least   int
	only    string
	excused string
}

func read(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.root, "root", ".", "folder of the module")
	flags.IntVar(&s.number, "n", 100, "faults to try")
	flags.Uint64Var(&s.seed, "seed", 1, "which of all possible faults")
	flags.DurationVar(&s.within, "within", 10*time.Minute, "begin no new fault after this time")
	flags.IntVar(&s.workers, "workers", 2, "faults at once")
	flags.IntVar(&s.least, "least", 90, "percent that must be noticed")
	flags.StringVar(&s.only, "only", "", "packages to put faults into, separated by commas; all that decide by default")
	flags.StringVar(&s.excused, "excused", "test/mutants/excused.txt", "faults that change nothing, with their reasons")
	return s, flags.Parse(args)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := read(args, stderr)
	if err != nil {
		return 2
	}
	found, err := try(ctx, s, stderr)
	if err == nil || len(found.tried) > 0 {
		found.report(stdout, s)
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	if found.percent() < s.least {
		return 1
	}
	return 0
}
