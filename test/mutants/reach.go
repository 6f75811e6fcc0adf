package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// reach is which lines the tests of a suite come past, and how long each takes.
// It is found out once, each test by itself: of the hundreds of a suite some ten
// come past a fault, and most of these are quick.
type reach struct {
	suite   string
	program string     // of the suite, without a fault; empty: it has no tests
	tests   []followed // the quick ones first
}

// followed is a test, and where it came past. What happens in programs that it
// starts isn't seen.
type followed struct {
	Name string
	Took time.Duration
	Past map[string][]lines // by file, from the module's root; in ascending order
}

// lines are those from the first to the last.
type lines struct{ First, Last int }

// past returns the tests that come past a fault.
func (r *reach) past(f fault) []followed {
	var tests []followed
	for _, t := range r.tests {
		if slices.ContainsFunc(t.Past[f.file], func(l lines) bool { return l.First <= f.line && f.line <= l.Last }) {
			tests = append(tests, t)
		}
	}
	return tests
}

func took(tests []followed) time.Duration {
	var all time.Duration
	for _, t := range tests {
		all += t.Took
	}
	return all
}

// only chooses tests by their names.
func only(tests []followed) string {
	names := make([]string, len(tests))
	for i, t := range tests {
		names[i] = t.Name
	}
	return "-test.run=^(" + strings.Join(names, "|") + ")$"
}

// inTurn puts the quick tests before the slow ones, which run only where those
// have noticed nothing.
func inTurn(tests []followed) [][]followed {
	var turns [][]followed
	for _, most := range []time.Duration{2 * time.Second, 20 * time.Second} {
		n := 0
		for n < len(tests) && took(tests[:n+1]) <= most {
			n++
		}
		if n > 0 {
			turns = append(turns, tests[:n])
		}
		tests = tests[n:]
	}
	if len(tests) > 0 {
		turns = append(turns, tests)
	}
	return turns
}

// reachOf returns what is known of a suite, which is followed where a fault
// first needs it.
func (b *bench) reachOf(ctx context.Context, suite string) (*reach, error) {
	state := b.stateOf(suite)
	state.mu.Lock()
	defer state.mu.Unlock()
	if state.known != nil {
		return state.known, nil
	}
	known := &reach{suite: suite}
	var err error
	known.program, err = b.build(ctx, suite, "-cover", "-covermode=set", "-coverpkg="+strings.Join(b.judgedBy(suite), ","))
	if err != nil {
		return nil, err
	}
	if known.program != "" {
		if known.tests, err = b.follow(ctx, suite, known.program); err != nil {
			return nil, err
		}
	}
	state.known = known
	return known, nil
}

// judgedBy returns the packages whose faults a suite may notice, as go test wants
// them.
func (b *bench) judgedBy(suite string) []string {
	var packages []string
	for _, pkg := range deciding(b.only) {
		if slices.Contains(suitesOf(pkg), suite) {
			packages = append(packages, b.packages[pkg].ImportPath)
		}
	}
	return packages
}

// follow runs each test of a suite by itself, or reads what was kept of that.
func (b *bench) follow(ctx context.Context, suite, program string) ([]followed, error) {
	kept, err := b.keptFile(suite, program)
	if err != nil {
		return nil, err
	}
	if tests, err := readKept(kept); err != nil || tests != nil {
		return tests, err
	}
	names, err := b.names(ctx, suite, program)
	if err != nil {
		return nil, err
	}
	tests := make([]followed, len(names))
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(b.workers)
	for i, name := range names {
		all.Go(func() (err error) {
			tests[i], err = b.followOne(ctx, suite, program, name)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	slices.SortFunc(tests, func(x, y followed) int { return int(x.Took - y.Took) })
	fmt.Fprintf(b.progress, "    %s: %d tests, %s without a fault\n", suite, len(tests), took(tests).Round(time.Second/10))
	return tests, keep(kept, tests)
}

// keptFile is where is kept what a program's tests come past: another program's
// is another file.
func (b *bench) keptFile(suite, program string) (string, error) {
	raw, err := os.ReadFile(program)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return filepath.Join(b.kept, strings.ReplaceAll(suite, "/", "-")+"-"+hex.EncodeToString(sum[:8])+".json"), nil
}

func readKept(file string) ([]followed, error) {
	raw, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var tests []followed
	return tests, json.Unmarshal(raw, &tests)
}

func keep(file string, tests []followed) error {
	raw, err := json.Marshal(tests)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, raw, 0o644)
}

// names lists the tests of a suite that may notice.
func (b *bench) names(ctx context.Context, suite, program string) ([]string, error) {
	left, err := driven(b.packages[suite])
	if err != nil {
		return nil, err
	}
	list := exec.CommandContext(ctx, program, "-test.list=^(Test|Fuzz|Example)")
	list.Dir = b.packages[suite].Dir
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("list tests of %s: %w", suite, err)
	}
	return slices.DeleteFunc(strings.Fields(string(out)), func(name string) bool { return slices.Contains(left, name) }), nil
}

// followOne runs a test without a fault. On a busy machine it may fail once, and
// is tried again.
func (b *bench) followOne(ctx context.Context, suite, program, name string) (followed, error) {
	profile := filepath.Join(b.folder, fmt.Sprintf("past-%d", b.runs.Add(1)))
	defer os.Remove(profile)
	test := followed{Name: name}
	for try := 1; ; try++ {
		began := time.Now()
		ended, err := b.run(ctx, suite, program, unfaulted, only([]followed{test}), "-test.coverprofile="+profile)
		if err != nil {
			return test, err
		}
		test.Took = time.Since(began)
		if ended.passed {
			test.Past, err = b.readProfile(profile)
			return test, err
		}
		if try == 2 {
			return test, fmt.Errorf("%s of %s fails without any fault:\n%s", name, suite, ended.output)
		}
	}
}

// readProfile reads what a test came past: lines such as
// "aufruf/internal/hub/hub.go:41.2,44.16 3 1", of which the last number is how
// often, at most 1.
func (b *bench) readProfile(file string) (map[string][]lines, error) {
	open, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer open.Close()
	folders := map[string]string{}
	for folder, p := range b.packages {
		folders[p.ImportPath] = folder
	}
	past := map[string][]lines{}
	scan := bufio.NewScanner(open)
	for scan.Scan() {
		place, counted, ok := strings.Cut(scan.Text(), ":")
		if !ok || !strings.HasSuffix(counted, " 1") {
			continue
		}
		var l lines
		var column int
		if _, err := fmt.Sscanf(counted, "%d.%d,%d.", &l.First, &column, &l.Last); err != nil {
			return nil, fmt.Errorf("%s: %w", scan.Text(), err)
		}
		name := filepath.Join(folders[path.Dir(place)], path.Base(place))
		past[name] = append(past[name], l)
	}
	for name, found := range past {
		past[name] = merged(found)
	}
	return past, scan.Err()
}

// merged puts together what overlaps or follows on.
func merged(all []lines) []lines {
	slices.SortFunc(all, func(x, y lines) int { return x.First - y.First })
	kept := all[:1]
	for _, l := range all[1:] {
		last := &kept[len(kept)-1]
		if l.First > last.Last+1 {
			kept = append(kept, l)
			continue
		}
		last.Last = max(last.Last, l.Last)
	}
	return kept
}
