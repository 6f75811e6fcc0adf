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
	noticed  outcome = "noticed"
	survived outcome = "survived"
)

type result struct {
	fault
	outcome outcome
	by      string // the suite that noticed
	reached bool   // by any test
}

type results struct {
	tried   []result
	excused int
	took    time.Duration
	places  int
}

// try puts in one fault after another until enough were tried or time is up.
func try(ctx context.Context, s settings, progress io.Writer) (results, error) {
	began := time.Now()
	folders := deciding(s.only)
	bench, err := newBench(s, folders, progress)
	if err != nil {
		return results{}, err
	}
	defer os.RemoveAll(bench.folder)
	all, err := places(bench.root, folders)
	if err != nil {
		return results{}, err
	}
	excuses, err := readExcuses(filepath.Join(s.root, s.excused))
	if err != nil {
		return results{}, err
	}
	found := results{places: len(all)}
	for left := choose(all, s.seed); len(left) > 0 && bench.goesOn(ctx, found, began); {
		var layer []fault
		layer, left = guardable(left, excuses, s.number-len(found.tried), &found)
		if err := bench.layer(ctx, layer, folders, began, &found); err != nil {
			return found, err
		}
	}
	found.took = time.Since(began)
	return found, nil
}

// goesOn tells whether more faults are to be tried.
func (b *bench) goesOn(ctx context.Context, found results, began time.Time) bool {
	return len(found.tried) < b.number && time.Since(began) < b.within && ctx.Err() == nil
}

// layer builds the suites with these faults, and judges them.
func (b *bench) layer(ctx context.Context, faults []fault, folders []string, began time.Time, found *results) error {
	g := guarded{root: b.root, folder: filepath.Join(b.folder, "laid"), faults: faults, unbuilt: map[int]bool{}}
	overlay, err := g.build(folders)
	if err != nil {
		return err
	}
	defer os.RemoveAll(g.folder)
	if err := b.prepare(ctx, overlay, asked(folders)); err != nil {
		return err
	}
	fmt.Fprintf(b.progress, "    suites are built and followed after %s; %d faults don't compile\n", short(time.Since(began)), len(g.unbuilt))
	return b.judgeAll(ctx, g, began, found)
}

// asked are the suites that may notice a fault of these folders.
func asked(folders []string) []string {
	var all []string
	for _, folder := range folders {
		for _, one := range suitesOf(folder) {
			if !slices.Contains(all, one) {
				all = append(all, one)
			}
		}
	}
	return all
}

// judgeAll judges as many faults as are asked for, several at once.
func (b *bench) judgeAll(ctx context.Context, g guarded, began time.Time, found *results) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var mu sync.Mutex
	next := 0
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		for next < len(g.faults) && b.goesOn(ctx, *found, began) {
			next++
			if !g.unbuilt[next] {
				return next, true
			}
		}
		return 0, false
	}
	note := func(r result) {
		mu.Lock()
		defer mu.Unlock()
		if len(found.tried) < b.number {
			found.tried = append(found.tried, r)
			fmt.Fprintf(b.progress, "%3d %-8s %s\n", len(found.tried), r.outcome, r.fault)
		}
	}
	var workers sync.WaitGroup
	failures := make(chan error, b.workers)
	for range b.workers {
		workers.Go(func() {
			for id, ok := take(); ok; id, ok = take() {
				r, err := b.judge(ctx, id, g.faults[id-1])
				if err != nil {
					failures <- err
					stop()
					return
				}
				note(r)
			}
		})
	}
	workers.Wait()
	close(failures)
	return errors.Join(collect(failures)...)
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
	if r.count("", survived) == 0 {
		return
	}
	fmt.Fprintf(out, "\nnobody noticed:\n")
	for _, one := range r.tried {
		if one.outcome == survived {
			fmt.Fprintf(out, "  %s%s\n", one.fault, map[bool]string{false: " (no test reaches it)"}[one.reached])
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
