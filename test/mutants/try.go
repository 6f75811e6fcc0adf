package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// outcome is what became of a fault.
type outcome string

const (
	noticed   outcome = "noticed"
	survived  outcome = "survived"
	unreached outcome = "unreached" // survived: no test comes past
	unbuilt   outcome = "unbuilt"   // the compiler noticed
)

type result struct {
	fault
	outcome outcome
	by      string // the suite that noticed
}

type results struct {
	tried   []result
	excused int
	took    time.Duration
	places  int
}

// try puts in one fault after another until enough were tried or time is up.
func try(ctx context.Context, s settings, progress io.Writer) (results, error) {
	folders := deciding(s.only)
	all, err := places(s.root, folders)
	if err != nil {
		return results{}, err
	}
	excuses, err := readExcuses(filepath.Join(s.root, s.excused))
	if err != nil {
		return results{}, err
	}
	bench, err := newBench(s, folders, progress)
	if err != nil {
		return results{}, err
	}
	defer os.RemoveAll(bench.folder)
	ctx, stop := context.WithCancel(ctx) // where the tree itself is broken, nothing can be found
	defer stop()
	began := time.Now()
	found := results{places: len(all)}
	var mu sync.Mutex
	next := 0
	chosen := choose(all, s.seed)
	take := func() (fault, bool) {
		mu.Lock()
		defer mu.Unlock()
		for ; next < len(chosen) && len(found.tried) < s.number && time.Since(began) < s.within && ctx.Err() == nil; next++ {
			if excuses[chosen[next].name()] {
				found.excused++
				continue
			}
			f := chosen[next]
			next++
			return f, true
		}
		return fault{}, false
	}
	var workers sync.WaitGroup
	failures := make(chan error, s.workers)
	for range s.workers {
		workers.Go(func() {
			for {
				f, ok := take()
				if !ok {
					return
				}
				r, err := bench.judge(ctx, f)
				if err != nil {
					failures <- err
					stop()
					return
				}
				mu.Lock()
				if r.outcome != unbuilt && len(found.tried) < s.number {
					found.tried = append(found.tried, r)
					fmt.Fprintf(progress, "%3d %-9s %s\n", len(found.tried), r.outcome, r.fault)
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	close(failures)
	found.took = time.Since(began)
	return found, errors.Join(collect(failures)...)
}

func collect(failures <-chan error) []error {
	var all []error
	for err := range failures {
		if !errors.Is(err, context.Canceled) { // who ends it early still sees what was found
			all = append(all, err)
		}
	}
	return all
}

func (r results) percent() int {
	if len(r.tried) == 0 {
		return 0
	}
	return 100 * r.count("", noticed) / len(r.tried)
}

func (r results) count(pkg string, want outcome) int {
	n := 0
	for _, one := range r.tried {
		if (pkg == "" || one.pkg == pkg) && (want == "" || one.outcome == want) {
			n++
		}
	}
	return n
}

// report writes who noticed how much, and what nobody noticed.
func (r results) report(out io.Writer, s settings) {
	fmt.Fprintf(out, "\n%d of %d faults noticed (%d %%), seed %d, %s; %d places, %d passed over as excused\n\n",
		r.count("", noticed), len(r.tried), r.percent(), s.seed, r.took.Round(time.Second), r.places, r.excused)
	var packages []string
	for _, one := range r.tried {
		packages = append(packages, one.pkg)
	}
	slices.Sort(packages)
	for _, pkg := range slices.Compact(packages) {
		fmt.Fprintf(out, "  %-24s %3d of %3d\n", pkg, r.count(pkg, noticed), r.count(pkg, ""))
	}
	if r.count("", noticed) == len(r.tried) {
		return
	}
	fmt.Fprintf(out, "\nnobody noticed:\n")
	for _, one := range r.tried {
		switch one.outcome {
		case survived:
			fmt.Fprintf(out, "  %s\n", one.fault)
		case unreached:
			fmt.Fprintf(out, "  %s (no test comes past)\n", one.fault)
		}
	}
}

// readExcuses reads the faults that change nothing that counts: a name on one
// line, its reason on the next.
func readExcuses(file string) (map[string]bool, error) {
	excuses := map[string]bool{}
	open, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return excuses, nil
	}
	if err != nil {
		return nil, err
	}
	defer open.Close()
	lines := bufio.NewScanner(open)
	for lines.Scan() {
		name := lines.Text()
		if name == "" || strings.HasPrefix(name, "#") {
			continue
		}
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), "\t") {
			return nil, fmt.Errorf("%s: %q has no reason on the next line", file, name)
		}
		excuses[name] = true
	}
	return excuses, lines.Err()
}
