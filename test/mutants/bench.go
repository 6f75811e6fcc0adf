package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// bench runs suites that were built once with all faults in them.
type bench struct {
	settings
	folder   string // for what it writes
	overlay  string
	packages map[string]listed
	progress io.Writer
	suites   map[string]*suite // not changed once they are ready
}

// suite is a package's tests, and what each of them reaches.
type suite struct {
	program string   // empty: it has no tests
	names   []string // of the tests that are run
	skipped string   // subtests that aren't
	rapid   bool     // some draw what they try

	mu    sync.Mutex               // while the tests are followed
	tests map[string]time.Duration // how long each takes
	reach map[int]map[string]bool  // by fault
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
	b := &bench{settings: s, progress: progress, packages: map[string]listed{}, suites: map[string]*suite{}}
	for i, p := range packages {
		b.packages[all[i]] = p
	}
	b.folder, err = os.MkdirTemp("", "mutants-")
	return b, err
}

// prepare builds the suites, and runs their tests once without a fault to learn
// which of them reach which: those that don't can't notice it.
func (b *bench) prepare(ctx context.Context, overlay string, folders []string) error {
	b.overlay = overlay
	building, inBuild := errgroup.WithContext(ctx)
	building.SetLimit(b.workers)
	for _, folder := range folders {
		s := &suite{tests: map[string]time.Duration{}, reach: map[int]map[string]bool{}}
		b.suites[folder] = s
		building.Go(func() error { return b.build(inBuild, folder, s) })
	}
	if err := building.Wait(); err != nil {
		return err
	}
	following, inRun := errgroup.WithContext(ctx)
	following.SetLimit(b.workers)
	for _, folder := range folders {
		s := b.suites[folder]
		for some := range slices.Chunk(s.names, followedAtOnce) {
			following.Go(func() error { return b.follow(inRun, folder, s, some) })
		}
	}
	return following.Wait()
}

// followedAtOnce are the tests of one process, so that the suite that takes
// minutes is shared by the workers.
const followedAtOnce = 40

// follow runs tests without a fault, and notes what they reach. One that fails
// twice, as on a busy machine, isn't asked later: it would notice every fault.
func (b *bench) follow(ctx context.Context, folder string, s *suite, tests []string) error {
	for try := 1; len(tests) > 0; try++ {
		out, ended, err := b.run(ctx, folder, s, execution{patience: unfaulted, fault: noFault, tests: tests})
		if err != nil {
			return err
		}
		if ended.passed {
			s.learn(out, tests)
			return nil
		}
		if try == 1 {
			continue
		}
		broken := failures(out)
		if len(broken) == 0 || try > mostBroken {
			return fmt.Errorf("%s fails without any fault:\n%s", folder, tail(out))
		}
		fmt.Fprintf(b.progress, "    %s: not asked, for it fails without any fault: %s\n", folder, strings.Join(broken, ", "))
		tests = slices.DeleteFunc(tests, func(test string) bool { return slices.Contains(broken, test) })
	}
	return nil
}

// mostBroken is how often tests are followed before the tree is called broken.
const mostBroken = 4

// failures are the tests that say that they failed.
func failures(out []byte) []string {
	var names []string
	for _, found := range failed.FindAllSubmatch(out, -1) {
		names = append(names, string(found[1]))
	}
	return names
}

func short(d time.Duration) time.Duration { return d.Round(time.Second / 10) }

func (b *bench) build(ctx context.Context, folder string, s *suite) error {
	program := filepath.Join(b.folder, strings.ReplaceAll(folder, "/", "-")+".suite")
	build := exec.CommandContext(ctx, "go", "test", "-c", "-tags", tags, "-vet=off", "-overlay", b.overlay, "-o", program, "./"+folder)
	build.Dir = b.root
	if out, err := build.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%s: %s: %w", folder, out, errUnbuilt)
	}
	if _, err := os.Stat(program); err != nil {
		return nil // no tests
	}
	s.program = program
	return s.choose(b.root, folder, b.packages[folder])
}

// unfaulted is how long a suite may run without a fault.
const unfaulted = 10 * time.Minute

// Asked for one of these, a process has no fault.
const (
	noFault   = -1 // and says what it reaches
	whichever = 0
)

var (
	starting = regexp.MustCompile(`^=== (?:RUN|CONT|NAME) +(\w+)`)
	reaching = regexp.MustCompile(`^@mutant (\d+)$`)
	failed   = regexp.MustCompile(`(?m)^--- FAIL: (\w+) `)
	finished = regexp.MustCompile(`^--- PASS: (\w+) \(([\d.]+)s\)`)
)

// learn reads which test reached which fault from what a suite said. What is reached
// before the first of them, as what fills a package's variables, is reached by all.
func (s *suite) learn(out []byte, tests []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	running := ""
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSuffix(line, "\n")
		if found := starting.FindStringSubmatch(line); found != nil {
			running = found[1]
		} else if found := finished.FindStringSubmatch(line); found != nil {
			if took, err := time.ParseDuration(found[2] + "s"); err == nil {
				s.tests[found[1]] = took
			}
		} else if found := reaching.FindStringSubmatch(line); found != nil {
			by := []string{running}
			if running == "" {
				by = tests
			}
			if id, err := strconv.Atoi(found[1]); err == nil {
				s.reached(id, by)
			}
		}
	}
}

func (s *suite) reached(id int, by []string) {
	if s.reach[id] == nil {
		s.reach[id] = map[string]bool{}
	}
	for _, test := range by {
		s.reach[id][test] = true
	}
}

// judge runs the tests that reach a fault, those of its package and then its
// callers', until one notices.
func (b *bench) judge(ctx context.Context, id int, f fault) (result, error) {
	r := result{fault: f, outcome: survived}
	for _, folder := range suitesOf(f.pkg) {
		s := b.suites[folder]
		for _, tests := range s.turns(id) {
			r.reached = true
			_, ended, err := b.run(ctx, folder, s, execution{fault: id, tests: tests, patience: s.patience(tests)})
			if err != nil {
				return result{}, err
			}
			if !ended.passed && !(ended.late && b.isSlower(ctx, folder, s, tests)) {
				r.outcome, r.by = noticed, folder
				return r, nil
			}
		}
	}
	return r, nil
}

// patience is how long tests may run with a fault: more, and they have noticed.
func (s *suite) patience(tests []string) time.Duration {
	var took time.Duration
	for _, test := range tests {
		took += s.tests[test]
	}
	return 10*time.Second + 4*took
}

// isSlower tells whether tests end late without a fault too: then it is the
// machine that is slow, and nothing was noticed.
func (b *bench) isSlower(ctx context.Context, folder string, s *suite, tests []string) bool {
	_, ended, err := b.run(ctx, folder, s, execution{fault: whichever, tests: tests, patience: s.patience(tests)})
	return err == nil && ended.late
}

// firstTurn is how long the quickest tests are run before all others.
const firstTurn = 3 * time.Second

// turns are the tests that reach a fault, the quickest first.
func (s *suite) turns(id int) [][]string {
	if s.program == "" || len(s.reach[id]) == 0 {
		return nil
	}
	tests := slices.SortedFunc(keys(s.reach[id]), func(a, b string) int {
		if d := s.tests[a] - s.tests[b]; d != 0 {
			return int(d)
		}
		return strings.Compare(a, b)
	})
	var took time.Duration
	quick := 0
	for quick < len(tests) && (quick == 0 || took+s.tests[tests[quick]] < firstTurn) {
		took += s.tests[tests[quick]]
		quick++
	}
	if quick == len(tests) {
		return [][]string{tests}
	}
	return [][]string{tests[:quick], tests[quick:]}
}

// ending is how a run of a suite ended.
type ending struct {
	passed bool
	late   bool // it didn't end within its time
}

// execution is one run of a suite.
type execution struct {
	fault    int
	tests    []string
	patience time.Duration
}

func (b *bench) run(ctx context.Context, folder string, s *suite, e execution) ([]byte, ending, error) {
	temporary, err := os.MkdirTemp(b.folder, "run-")
	if err != nil {
		return nil, ending{}, err
	}
	defer os.RemoveAll(temporary) // a suite that was ended leaves its files
	command := b.command(ctx, b.packages[folder].Dir, s, e)
	command.Env = append(os.Environ(), "TMPDIR="+temporary, "MUTANT="+strconv.Itoa(e.fault), "MUTANT_BY="+strconv.Itoa(os.Getpid()))
	out, err := outputOf(command, filepath.Join(temporary, "said"))
	endGroup(command) // one that was ended left its servers
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // it passed, and left something that still held its output
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, ending{}, err
	}
	return out, ending{err == nil, bytes.Contains(out, []byte(timedOut))}, ctx.Err()
}

// outputOf runs a suite with a file for what it says: the switch looks how much of it
// is its own.
func outputOf(command *exec.Cmd, path string) ([]byte, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	command.Stdout, command.Stderr = file, file
	ended := command.Run()
	out, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return out, ended
}

// timedOut is what package testing says when its time is up.
const timedOut = "panic: test timed out after"

var ofTheSwitch = regexp.MustCompile(`(?m)^(@mutant \d+)?\n`)

// tail is the end of what a suite says.
func tail(out []byte) []byte {
	out = ofTheSwitch.ReplaceAll(out, nil)
	return out[max(0, len(out)-4000):]
}

func (b *bench) command(ctx context.Context, dir string, s *suite, e execution) *exec.Cmd {
	arguments := []string{"-test.timeout=" + e.patience.String(), "-test.skip=" + s.skipped, "-test.run=^(" + strings.Join(e.tests, "|") + ")$"}
	drawn := 50
	if e.fault == noFault {
		drawn = 5
		arguments = append(arguments, "-test.v", "-test.parallel=1")
	} else {
		arguments = append(arguments, "-test.failfast")
	}
	if s.rapid {
		arguments = append(arguments, "-rapid.checks="+strconv.Itoa(drawn), "-rapid.shrinktime=0s", "-rapid.nofailfile")
	}
	command := exec.CommandContext(ctx, s.program, arguments...)
	command.Dir = dir
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

var testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\((?:\w+ )?\*testing\.[TF]\)`)

// choose passes over the tests that drive a browser, and of what runs on both
// engines, the second run.
func (s *suite) choose(root, folder string, p listed) error {
	browsing := map[string]bool{}
	if slices.ContainsFunc(slices.Concat(p.TestImports, p.XTestImports), func(path string) bool { return strings.HasSuffix(path, browserPackage) }) {
		var err error
		if browsing, err = drivers(root, folder); err != nil {
			return err
		}
	}
	for _, file := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
		source, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			return err
		}
		for _, found := range testFunction.FindAllSubmatch(source, -1) {
			if name := string(found[1]); !browsing[name] {
				s.names = append(s.names, name)
			}
		}
	}
	s.skipped = ".*/PostgreSQL"
	s.rapid = slices.Contains(slices.Concat(p.TestImports, p.XTestImports), "pgregory.net/rapid")
	return nil
}
