package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// guard is what stands in the place of a piece of code so that a fault is in it
// only while the process is asked for that fault. So each suite is built once for
// all faults, and not once for each.
type guard struct {
	start, end int // what it replaces, in bytes
	text       string
}

const (
	mutantID = "\x00"
	mutantOn = "mutantOn(" + mutantID + ")"
)

// either is an expression that has another value while its fault is in.
func either(other, right string) string {
	return "(" + mutantOn + " && (" + other + ") || !" + mutantOn + " && (" + right + "))"
}

// guarded are the faults of a run: the number of each is what a process is asked for.
type guarded struct {
	root    string
	folder  string
	faults  []fault
	unbuilt map[int]bool // by number: the compiler noticed
}

// spare faults are built beside those that are asked for: some don't compile.
const spare = 10

// guardable takes so many faults, and a few more, of which no two change the same
// code. What it doesn't take is left for another build.
func guardable(chosen []fault, excused map[string]bool, n int, found *results) (taken, left []fault) {
	for i, f := range chosen {
		if len(taken) == n+spare {
			return taken, append(left, chosen[i:]...)
		}
		switch {
		case excused[f.name()]:
			found.excused++
		case slices.ContainsFunc(taken, f.overlaps):
			left = append(left, f)
		default:
			taken = append(taken, f)
		}
	}
	return taken, left
}

func (f fault) overlaps(other fault) bool {
	return f.file == other.file && f.guard.start < other.guard.end && other.guard.start < f.guard.end
}

// overlay writes every changed file, and the switch of each package, and returns
// the file that tells the compiler where they count.
func (g *guarded) overlay() (string, error) {
	replace := map[string]string{}
	byFile := map[string][]int{}
	for i, f := range g.faults {
		if !g.unbuilt[i+1] {
			byFile[f.file] = append(byFile[f.file], i)
		}
	}
	for file, these := range byFile {
		text, name, err := g.changed(file, these)
		if err != nil {
			return "", err
		}
		folder := filepath.Join(g.folder, filepath.Dir(file))
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return "", err
		}
		laid := map[string]string{file: text, filepath.Join(filepath.Dir(file), "mutant_switch.go"): "package " + name + "\n" + mutantSwitch}
		for path, content := range laid {
			to := filepath.Join(g.folder, path)
			if err := os.WriteFile(to, []byte(content), 0o600); err != nil {
				return "", err
			}
			replace[filepath.Join(g.root, path)] = to
		}
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	to := filepath.Join(g.folder, "overlay.json")
	return to, os.WriteFile(to, raw, 0o600)
}

var packageClause = regexp.MustCompile(`(?m)^package (\w+)`)

// changed is a file with its faults behind their guards, and its package's name.
func (g *guarded) changed(file string, these []int) (text, name string, err error) {
	source, err := os.ReadFile(filepath.Join(g.root, file))
	if err != nil {
		return "", "", err
	}
	slices.SortFunc(these, func(a, b int) int { return g.faults[b].guard.start - g.faults[a].guard.start })
	for _, i := range these {
		with := g.faults[i].guard
		inside := strings.ReplaceAll(with.text, mutantID, strconv.Itoa(i+1))
		source = slices.Concat(source[:with.start], []byte(inside), source[with.end:])
	}
	found := packageClause.FindSubmatch(source)
	if found == nil {
		return "", "", fmt.Errorf("%s: no package", file)
	}
	return string(source), string(found[1]), nil
}

// build checks that the faults build together, and leaves out those that don't.
func (g *guarded) build(folders []string) (string, error) {
	for {
		overlay, err := g.overlay()
		if err != nil {
			return "", err
		}
		arguments := []string{"build", "-tags", tags, "-gcflags=-e", "-overlay", overlay}
		for _, folder := range folders {
			arguments = append(arguments, "./"+folder)
		}
		command := exec.Command("go", arguments...)
		command.Dir = g.root
		out, err := command.CombinedOutput()
		if err == nil {
			return overlay, nil
		}
		if g.leaveOut(out) == 0 {
			return "", fmt.Errorf("%s: %w", out, errUnbuilt)
		}
	}
}

var errUnbuilt = errors.New("doesn't compile")

var complaint = regexp.MustCompile(`(?m)^([^\s:]+\.go):(\d+):\d+: `)

// leaveOut notes the faults that stand where the compiler complains.
func (g *guarded) leaveOut(said []byte) int {
	n := 0
	for _, found := range complaint.FindAllSubmatch(said, -1) {
		line, err := strconv.Atoi(string(found[2]))
		if err != nil {
			continue
		}
		for i, f := range g.faults {
			if !g.unbuilt[i+1] && g.isAt(f, string(found[1]), line) {
				g.unbuilt[i+1] = true
				n++
			}
		}
	}
	return n
}

// isAt tells whether a fault's guard covers a line of a file as the compiler names it.
func (g *guarded) isAt(f fault, file string, line int) bool {
	laid := filepath.Join(g.folder, f.file)
	if !strings.HasSuffix(filepath.ToSlash(file), f.file) && filepath.Clean(file) != laid {
		return false
	}
	source, err := os.ReadFile(filepath.Join(g.root, f.file))
	if err != nil {
		return false
	}
	first := 1 + bytes.Count(source[:f.guard.start], []byte("\n"))
	last := first + bytes.Count(source[f.guard.start:f.guard.end], []byte("\n"))
	return first <= line && line <= last
}

// mutantSwitch stands beside the files of a package that has faults. Asked for
// none, it says on standard output, which is a file, which faults are reached; what
// the tests print between tells by which of them. It says so once between two things
// that they print: by time, a test that followed another within a millisecond reached
// nothing. How much of the file is the switches' own, those of all packages know.
const mutantSwitch = `
import (
	mutantFlags "flag"
	mutantOS "os"
	mutantNumbers "strconv"
	mutantSync "sync"
	mutantAtomic "sync/atomic"
)

var mutantAsked = func() int {
	n, err := mutantNumbers.Atoi(mutantOS.Getenv("MUTANT"))
	if err != nil {
		return -1
	}
	return n
}()

// What tests start themselves may be read by them, and says nothing.
var mutantSays = mutantOS.Getenv("MUTANT_BY") == mutantNumbers.Itoa(mutantOS.Getppid())

type mutantBytes struct{ n *mutantAtomic.Int64 }

func (mutantBytes) String() string                 { return "" }
func (mutantBytes) Set(string) error               { return nil }
func (b mutantBytes) Ours() *mutantAtomic.Int64    { return b.n }

var mutantOurs = func() *mutantAtomic.Int64 {
	if shared := mutantFlags.Lookup("mutant.ours"); shared != nil {
		return shared.Value.(interface{ Ours() *mutantAtomic.Int64 }).Ours()
	}
	b := mutantBytes{new(mutantAtomic.Int64)}
	mutantFlags.Var(b, "mutant.ours", "shared by the switches of all packages")
	return b.n
}()

var mutantOut = mutantOS.Stdout // a test may put another in its place

var mutantReached struct {
	mutantSync.Mutex
	last map[int]int64
}

func mutantOn(id int) bool {
	if mutantAsked >= 0 || !mutantSays {
		return id == mutantAsked
	}
	mutantReached.Lock()
	defer mutantReached.Unlock()
	end, _ := mutantOut.Seek(0, 1)
	theirs := end - mutantOurs.Load()
	if last, said := mutantReached.last[id]; said && last == theirs {
		return false
	}
	if mutantReached.last == nil {
		mutantReached.last = map[int]int64{}
	}
	mutantReached.last[id] = theirs
	n, _ := mutantOut.WriteString("\n@mutant " + mutantNumbers.Itoa(id) + "\n")
	mutantOurs.Add(int64(n))
	return false
}

type mutantNumber interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

func mutantPick[T mutantNumber](id int, other, right T) T {
	if mutantOn(id) {
		return other
	}
	return right
}

func mutantMinus[T mutantNumber](id int, a, b T) T {
	if mutantOn(id) {
		return a - b
	}
	return a + b
}

func mutantPlus[T mutantNumber](id int, a, b T) T {
	if mutantOn(id) {
		return a + b
	}
	return a - b
}

func mutantBy[T mutantNumber](id int, a, b T) T {
	if mutantOn(id) {
		return a / b
	}
	return a * b
}

func mutantTimes[T mutantNumber](id int, a, b T) T {
	if mutantOn(id) {
		return a * b
	}
	return a / b
}
`
