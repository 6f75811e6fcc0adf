package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// bench builds and runs suites with a fault laid over the code.
type bench struct {
	settings
	folder   string // for what it writes
	packages map[string]listed
	progress io.Writer

	mu     sync.Mutex
	suites map[string]*suiteState // guarded by mu
	runs   atomic.Int64
}

// suiteState is what is known of a package's tests.
type suiteState struct {
	mu    sync.Mutex // held while they are followed
	known *reach     // nil: not followed yet
}

func newBench(s settings, folders []string, progress io.Writer) (*bench, error) {
	root, err := filepath.Abs(s.root)
	if err != nil {
		return nil, err
	}
	s.root = root
	var all []string
	for _, folder := range folders {
		all = append(all, suitesOf(folder)...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	packages, err := list(root, all)
	if err != nil {
		return nil, err
	}
	b := &bench{settings: s, progress: progress, packages: map[string]listed{}, suites: map[string]*suiteState{}}
	for i, p := range packages {
		b.packages[all[i]] = p
	}
	b.folder, err = os.MkdirTemp("", "mutants-")
	return b, err
}

func (b *bench) stateOf(suite string) *suiteState {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.suites[suite] == nil {
		b.suites[suite] = &suiteState{}
	}
	return b.suites[suite]
}

// unfaulted is how long a test may run without a fault.
const unfaulted = 10 * time.Minute

var errUnbuilt = errors.New("doesn't compile")

// judge runs those of the package's tests that come past the fault, then those of
// its callers, until one notices.
func (b *bench) judge(ctx context.Context, f fault) (result, error) {
	overlay, err := b.lay(f)
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(filepath.Dir(overlay))
	if err := b.compiles(ctx, f.pkg, overlay); err != nil {
		if errors.Is(err, errUnbuilt) {
			return result{fault: f, outcome: unbuilt}, nil
		}
		return result{}, err
	}
	judged := result{fault: f, outcome: unreached}
	for _, suite := range suitesOf(f.pkg) {
		known, err := b.reachOf(ctx, suite)
		if err != nil {
			return result{}, err
		}
		tests := known.past(f)
		if len(tests) == 0 {
			continue
		}
		judged.outcome = survived
		passed, err := b.pass(ctx, known, tests, overlay)
		if err != nil {
			return result{}, err
		}
		if !passed {
			return result{fault: f, outcome: noticed, by: suite}, nil
		}
	}
	return judged, nil
}

// pass reports whether tests pass with a fault, the quick ones first.
func (b *bench) pass(ctx context.Context, known *reach, tests []followed, overlay string) (bool, error) {
	program, err := b.build(ctx, known.suite, "-overlay", overlay)
	if err != nil {
		return false, err
	}
	defer os.Remove(program)
	for _, some := range inTurn(tests) {
		ended, err := b.someOf(ctx, known, some, program)
		if err != nil || !ended.passed {
			return false, err
		}
	}
	return true, nil
}

// someOf runs some tests with a fault. Those that don't end in time have noticed,
// unless it is the machine that has become slower: then they run once more, with
// as much time as they need now.
func (b *bench) someOf(ctx context.Context, known *reach, tests []followed, program string) (ending, error) {
	most := patience(took(tests))
	ended, err := b.run(ctx, known.suite, program, most, only(tests), "-test.failfast")
	if err != nil || !ended.late {
		return ended, err
	}
	began := time.Now()
	if _, err := b.run(ctx, known.suite, known.program, unfaulted, only(tests)); err != nil {
		return ended, err
	}
	now := patience(time.Since(began))
	if now <= most {
		return ended, nil
	}
	return b.run(ctx, known.suite, program, now, only(tests), "-test.failfast")
}

// patience is how long tests may run with a fault.
func patience(without time.Duration) time.Duration { return 10*time.Second + 3*without }

// lay writes the changed file and the overlay that says where it counts.
func (b *bench) lay(f fault) (string, error) {
	source, err := os.ReadFile(filepath.Join(b.root, f.file))
	if err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp(b.folder, "fault-")
	if err != nil {
		return "", err
	}
	changed := filepath.Join(folder, "changed.go")
	text := slices.Concat(source[:f.start], []byte(f.by), source[f.end:])
	if err := os.WriteFile(changed, text, 0o600); err != nil {
		return "", err
	}
	raw, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(b.root, f.file): changed}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(folder, "overlay.json")
	return overlay, os.WriteFile(overlay, raw, 0o600)
}

// ending is how a run of a suite ended.
type ending struct {
	passed bool
	late   bool // it didn't end within its time
	output string
}

// compiles says whether a package does with a fault.
func (b *bench) compiles(ctx context.Context, folder, overlay string) error {
	return b.goes(ctx, "build", "-tags", tags, "-overlay", overlay, "./"+folder)
}

// build makes a program of a package's tests; none where there are no tests.
func (b *bench) build(ctx context.Context, folder string, flags ...string) (string, error) {
	program := filepath.Join(b.folder, fmt.Sprintf("suite-%d", b.runs.Add(1)))
	arguments := append([]string{"test", "-c", "-tags", tags, "-vet=off", "-o", program}, flags...)
	if err := b.goes(ctx, append(arguments, "./"+folder)...); err != nil {
		return "", err
	}
	if _, err := os.Stat(program); errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return program, nil
}

// goes runs the go command. Errors: errUnbuilt.
func (b *bench) goes(ctx context.Context, arguments ...string) error {
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir = b.root
	out, err := command.CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", out, errUnbuilt)
	}
	return nil
}

// run runs a program of a package's tests.
func (b *bench) run(ctx context.Context, folder, program string, patience time.Duration, flags ...string) (ending, error) {
	temporary, err := os.MkdirTemp(b.folder, "run-")
	if err != nil {
		return ending{}, err
	}
	defer os.RemoveAll(temporary) // tests that were ended leave their files
	run := b.command(ctx, b.packages[folder], program, append(flags, "-test.timeout="+patience.String()))
	run.Env = append(os.Environ(), "TMPDIR="+temporary)
	out, err := run.CombinedOutput()
	endGroup(run) // those that were ended left their servers
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // they passed, and left something that still held their output
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return ending{}, err
	}
	return ending{err == nil, bytes.Contains(out, []byte(timedOut)), string(tail(out))}, ctx.Err()
}

// timedOut is what package testing says when its time is up.
const timedOut = "panic: test timed out after"

// tail is the end of what a suite says.
func tail(out []byte) []byte { return out[max(0, len(out)-4000):] }

func (b *bench) command(ctx context.Context, p listed, program string, flags []string) *exec.Cmd {
	if slices.Contains(slices.Concat(p.TestImports, p.XTestImports), "pgregory.net/rapid") {
		flags = append(flags, "-rapid.checks=50", "-rapid.shrinktime=0s", "-rapid.nofailfile")
	}
	command := exec.CommandContext(ctx, program, append(flags, "-test.skip="+second)...)
	command.Dir = p.Dir
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error {
		endGroup(command)
		return os.ErrProcessDone
	}
	command.WaitDelay = time.Second // what it leaves may hold its output
	return command
}

// endGroup ends a suite with whatever it has started; nothing may be left of it.
func endGroup(suite *exec.Cmd) {
	if suite.Process != nil {
		syscall.Kill(-suite.Process.Pid, syscall.SIGKILL)
	}
}

// second is the second run of what runs on both engines.
const second = ".*/PostgreSQL"

var testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)

// driven are the tests that drive a browser, seconds each, of what they look at
// little is decided.
func driven(p listed) ([]string, error) {
	var names []string
	for _, file := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
		source, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(source, []byte(`/test/browser"`)) {
			continue
		}
		for _, found := range testFunction.FindAllSubmatch(source, -1) {
			names = append(names, string(found[1]))
		}
	}
	return names, nil
}
