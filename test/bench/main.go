// Command bench measures what the issues ask figures for and prints them as
// one table: each figure with the smallest, median and largest of several
// runs, beside what a bare program without any of our rules needs for the same
// work in the same run on the same machine. It drives the built programs from
// the outside. Names of scenarios as arguments choose some of them.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"

	"aufruf/test/townhall"
)

// scenario measures some figures.
type scenario struct {
	name  string
	about string
	run   func(ctx context.Context, b *bench) error
}

var scenarios = []scenario{
	{"start", "from start to ready, and memory at rest", measureStart},
	{"call", "from the desk's command to one screen", measureCalls},
	{"desks", "50 and 200 desks calling, serving, finishing as fast as they can", measureDesks},
	{"clicks", "a click at one desk where 1, 4, 8, 50 are open", measureClicks},
	{"screens", "from the desk's command to the last of many screens", measureScreens},
	{"return", "a killed server starts again, and its screens come back", measureReturn},
	{"glass", "from the desk's command to the pixels and to the sound of a real screen", measureGlass},
	{"tickets", "numbers given out", measureTickets},
	{"bookings", "free times booked", measureBookings},
	{"month", "a month with 48,000 appointments on record", measureMonth},
	{"pages", "a month of availability, and pages", measurePages},
	{"rules", "benchmarks of single packages", measurePackages},
}

// bench is what scenarios share.
type bench struct {
	programs townhall.Programs
	dir      string // empty, removed afterwards
	runs     int
	table    table
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == yardstickCommand {
		exit(serveYardstick(os.Args[2]))
	}
	runs := flag.Int("runs", 3, "how often each figure is measured")
	flush := flag.Duration("flush", 0, "how much longer the disk takes to flush, for us and for the yardstick")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "bench [-runs N] [-flush D] [SCENARIO…]")
		for _, s := range scenarios {
			fmt.Fprintf(os.Stderr, "  %-8s %s\n", s.name, s.about)
		}
	}
	flag.Parse()
	allowManyClients()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *flush > 0 && !onSlowDiskAlready() {
		exit(onSlowDisk(ctx, *flush))
	}
	exit(run(ctx, *runs, flag.Args()))
}

// allowManyClients keeps the connections of many clients open, as many
// programs would, instead of two as one program does by default.
func allowManyClients() {
	if transport, ok := http.DefaultTransport.(*http.Transport); ok {
		transport.MaxIdleConnsPerHost = 1000
	}
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func run(ctx context.Context, runs int, names []string) error {
	chosen, err := choose(names)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "aufruf-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	programs, err := townhall.Build(ctx, dir)
	if err != nil {
		return err
	}
	b := &bench{programs: programs, dir: dir, runs: runs}
	for _, s := range chosen {
		fmt.Fprintf(os.Stderr, "%s: %s …\n", s.name, s.about)
		if err := s.run(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return b.table.print(os.Stdout)
}

func choose(names []string) ([]scenario, error) {
	if len(names) == 0 {
		return scenarios, nil
	}
	var chosen []scenario
	for _, name := range names {
		i := slices.IndexFunc(scenarios, func(s scenario) bool { return s.name == name })
		if i < 0 {
			var known []string
			for _, s := range scenarios {
				known = append(known, s.name)
			}
			return nil, fmt.Errorf("no scenario %q; there are %s", name, strings.Join(known, ", "))
		}
		chosen = append(chosen, scenarios[i])
	}
	return chosen, nil
}
