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
	"strings"
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
	mu       sync.Mutex    // held while they are measured
	patience time.Duration // how long they may run: more than that, and they have noticed; 0: not measured yet
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

// sound returns how long a suite may run with a fault. Before its first it is run
// without any: one that fails then would notice them all.
func (b *bench) sound(ctx context.Context, suite string) (time.Duration, error) {
	state := b.stateOf(suite)
	state.mu.Lock()
	defer state.mu.Unlock()
	if state.patience > 0 {
		return state.patience, nil
	}
	return b.measure(ctx, suite, state)
}

// measureAgain is for a machine that has become slower.
func (b *bench) measureAgain(ctx context.Context, suite string) (time.Duration, error) {
	state := b.stateOf(suite)
	state.mu.Lock()
	defer state.mu.Unlock()
	return b.measure(ctx, suite, state)
}

func (b *bench) stateOf(suite string) *suiteState {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.suites[suite] == nil {
		b.suites[suite] = &suiteState{}
	}
	return b.suites[suite]
}

// measure finds out how long a suite may run. On a busy machine it may fail once,
// and is tried again.
func (b *bench) measure(ctx context.Context, suite string, state *suiteState) (time.Duration, error) {
	for try := 1; ; try++ {
		began := time.Now()
		ended, err := b.suite(ctx, suite, "", unfaulted)
		if err != nil {
			return 0, err
		}
		if ended.passed {
			state.patience = max(state.patience, 10*time.Second+3*time.Since(began))
			fmt.Fprintf(b.progress, "    %s takes %s without a fault\n", suite, time.Since(began).Round(time.Second/10))
			return state.patience, nil
		}
		if try == 2 {
			return 0, fmt.Errorf("%s fails without any fault:\n%s", suite, ended.output)
		}
	}
}

// unfaulted is how long a suite may run without a fault.
const unfaulted = 10 * time.Minute

var errUnbuilt = errors.New("doesn't compile")

// judge runs the package's tests, then its callers', until one notices.
func (b *bench) judge(ctx context.Context, f fault) (result, error) {
	overlay, err := b.lay(f)
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(filepath.Dir(overlay))
	for _, suite := range suitesOf(f.pkg) {
		ended, err := b.notices(ctx, suite, overlay)
		if errors.Is(err, errUnbuilt) {
			return result{fault: f, outcome: unbuilt}, nil
		}
		if err != nil {
			return result{}, err
		}
		if !ended.passed {
			return result{fault: f, outcome: noticed, by: suite}, nil
		}
	}
	return result{fault: f, outcome: survived}, nil
}

// notices runs a suite with a fault. One that doesn't end in time has noticed,
// unless it is the machine that has become slower: then it runs once more, with
// as much time as it needs now.
func (b *bench) notices(ctx context.Context, suite, overlay string) (ending, error) {
	patience, err := b.sound(ctx, suite)
	if err != nil {
		return ending{}, err
	}
	ended, err := b.suite(ctx, suite, overlay, patience)
	if err != nil || !ended.late {
		return ended, err
	}
	now, err := b.measureAgain(ctx, suite)
	if err != nil || now <= patience {
		return ended, err
	}
	return b.suite(ctx, suite, overlay, now)
}

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

// suite builds a package's tests and runs them.
func (b *bench) suite(ctx context.Context, folder, overlay string, patience time.Duration) (ending, error) {
	program := filepath.Join(b.folder, fmt.Sprintf("suite-%d", b.runs.Add(1)))
	defer os.Remove(program)
	arguments := []string{"test", "-c", "-tags", tags, "-vet=off", "-o", program}
	if overlay != "" {
		arguments = append(arguments, "-overlay", overlay)
	}
	build := exec.CommandContext(ctx, "go", append(arguments, "./"+folder)...)
	build.Dir = b.root
	if out, err := build.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return ending{}, ctx.Err()
		}
		return ending{}, fmt.Errorf("%s: %w", out, errUnbuilt)
	}
	if _, err := os.Stat(program); err != nil {
		return ending{passed: true}, nil // no tests
	}
	temporary, err := os.MkdirTemp(b.folder, "run-")
	if err != nil {
		return ending{}, err
	}
	defer os.RemoveAll(temporary) // a suite that was ended leaves its files
	run, err := b.command(ctx, b.packages[folder], program, patience)
	if err != nil {
		return ending{}, err
	}
	run.Env = append(os.Environ(), "TMPDIR="+temporary)
	out, err := run.CombinedOutput()
	endGroup(run) // one that was ended left its servers
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // it passed, and left something that still held its output
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

func (b *bench) command(ctx context.Context, p listed, program string, patience time.Duration) (*exec.Cmd, error) {
	arguments := []string{"-test.failfast", "-test.timeout=" + patience.String()}
	skipped, err := b.skipped(p)
	if err != nil {
		return nil, err
	}
	arguments = append(arguments, "-test.skip="+skipped)
	if slices.Contains(slices.Concat(p.TestImports, p.XTestImports), "pgregory.net/rapid") {
		arguments = append(arguments, "-rapid.checks=50", "-rapid.shrinktime=0s", "-rapid.nofailfile")
	}
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = p.Dir
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error {
		endGroup(command)
		return os.ErrProcessDone
	}
	command.WaitDelay = time.Second // what it leaves may hold its output
	return command, nil
}

// endGroup ends a suite with whatever it has started; nothing may be left of it.
func endGroup(suite *exec.Cmd) {
	if suite.Process != nil {
		syscall.Kill(-suite.Process.Pid, syscall.SIGKILL)
	}
}

var testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)

// skipped are the tests that drive a browser, seconds each, of what they look at
// little is decided; and of what runs on both engines, the second run.
func (b *bench) skipped(p listed) (string, error) {
	var names []string
	for _, file := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
		source, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			return "", err
		}
		if !bytes.Contains(source, []byte(`/test/browser"`)) {
			continue
		}
		for _, found := range testFunction.FindAllSubmatch(source, -1) {
			names = append(names, string(found[1]))
		}
	}
	const second = ".*/PostgreSQL"
	if len(names) == 0 {
		return second, nil
	}
	return "^(" + strings.Join(names, "|") + ")$|" + second, nil
}
