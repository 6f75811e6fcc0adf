package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestWhatNobodyLooksAtIsListed tries every fault of a module of two functions,
// of which a test looks at one.
func TestWhatNobodyLooksAtIsListed(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var out, progress bytes.Buffer
	code := run(t.Context(), []string{"-root", "testdata/town", "-only", ".", "-n", "20", "-excused", "excused.txt"}, &out, &progress)
	if code != 1 {
		t.Errorf("got %d, want 1 where less is noticed than asked:\n%s%s", code, &out, &progress)
	}
	_, listed, _ := strings.Cut(out.String(), "nobody noticed:\n")
	for line := range strings.Lines(listed) {
		if !strings.HasPrefix(line, "  unwatched.go:") || strings.Contains(line, "waiting") {
			t.Errorf("listed, although it is noticed or excused: %s", line)
		}
		if !strings.HasSuffix(line, " (no test reaches it)\n") {
			t.Errorf("got %q, want it said that no test reaches it", line)
		}
	}
	for _, want := range []string{"2 of 4 faults noticed (50 %)", "3 passed over as excused"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got %s, want %q", &out, want)
		}
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "mutants-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestEachKindOfFault(t *testing.T) {
	for code, want := range map[string][]string{
		"if a < b { x() }":             {"!(a < b)", "", "", "<=", ">="},
		"for a && b { }":               {"!(a && b)", "||", "a", "b"},
		"if !done { return }":          {"!(!done)", "", ""},
		"n = m + 2":                    {"", "-", "3", "1"},
		"n++":                          {""},
		"return true, nil":             {"false"},
		"return a == b, fail()":        {"!=", "nil"},
		"m := make([]int, 0, 7)":       nil,
		"mu.Lock(); defer x(1)":        nil,
		"log.InfoContext(ctx, \"1\")":  nil,
		"f := func() int { return 1 }": {"2", "0"},
		"switch { case a: x() }":       {""},
	} {
		t.Run(code, func(t *testing.T) {
			source := "package p\n\nfunc f() (bool, error) {\n" + code + "\n}\n"
			file := filepath.Join(t.TempDir(), "p.go")
			if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
				t.Fatal(err)
			}
			found, err := inFile(filepath.Dir(file), ".", "p.go")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range found {
				for _, f := range p {
					got = append(got, f.by)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestTheSameSeedChoosesTheSameFaults, and each package has its share of them.
func TestTheSameSeedChoosesTheSameFaults(t *testing.T) {
	var all []place
	for pkg, n := range map[string]int{"large": 900, "small": 30} {
		for line := range n {
			all = append(all, place{{pkg: pkg, line: line}})
		}
	}
	slices.SortFunc(all, func(a, b place) int { return strings.Compare(a[0].pkg, b[0].pkg)*10_000 + a[0].line - b[0].line })
	first, again, other := choose(all, 1)[:100], choose(all, 1)[:100], choose(all, 2)[:100]
	if !slices.Equal(first, again) {
		t.Error("the same seed chose others")
	}
	if slices.Equal(first, other) {
		t.Error("another seed chose the same")
	}
	small := 0
	for _, f := range first {
		if f.pkg == "small" {
			small++
		}
	}
	if small < 4 || small > 20 {
		t.Errorf("got %d of 100 in a package of 3 %% of the code, want a few", small)
	}
}

func TestAnExcuseNeedsAReason(t *testing.T) {
	file := filepath.Join(t.TempDir(), "excused.txt")
	if err := os.WriteFile(file, []byte("a.go: x => y\nb.go: x => y\n\twhy\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readExcuses(file); err == nil {
		t.Error("an excuse without a reason was taken")
	}
}

// TestAFaultIsShownToThoseWhoReachIt: a whole suite for each fault took minutes,
// and a hundred faults were never tried.
func TestAFaultIsShownToThoseWhoReachIt(t *testing.T) {
	s := &suite{program: "hall.suite", tests: map[string]time.Duration{}, reach: map[int]map[string]bool{}}
	s.learn([]byte("@mutant 4\n=== RUN   TestSlow\n\n@mutant 1\n\n@mutant 2\n--- PASS: TestSlow (9.00s)\n"+
		"=== RUN   TestQuick\n=== RUN   TestQuick/part\nsaid by it\n@mutant 1\n    --- PASS: TestQuick/part (0.50s)\n--- PASS: TestQuick (0.50s)\n"+
		"=== RUN   TestOther\n--- PASS: TestOther (0.10s)\n"), []string{"TestSlow", "TestQuick", "TestOther"})
	for id, want := range map[int][][]string{1: {{"TestQuick"}, {"TestSlow"}}, 2: {{"TestSlow"}}, 3: nil, 4: {{"TestOther", "TestQuick"}, {"TestSlow"}}} {
		if diff := cmp.Diff(want, s.turns(id)); diff != "" {
			t.Errorf("fault %d (-want +got):\n%s", id, diff)
		}
	}
}

// TestNoTwoFaultsChangeTheSameCode: one would hide the other.
func TestNoTwoFaultsChangeTheSameCode(t *testing.T) {
	at := func(file string, start, end int) fault {
		return fault{file: file, guard: guard{start: start, end: end}}
	}
	var found results
	taken, left := guardable([]fault{at("a.go", 10, 20), at("a.go", 15, 18), at("a.go", 20, 30), at("b.go", 10, 20)}, nil, 100, &found)
	if diff := cmp.Diff([]int{3, 1}, []int{len(taken), len(left)}); diff != "" {
		t.Errorf("taken and left (-want +got):\n%s", diff)
	}
}

// TestWhoFollowsAtOnceIsAskedToo: what is reached was said once a millisecond, and of
// quick tests the first alone was asked.
func TestWhoFollowsAtOnceIsAskedToo(t *testing.T) {
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS("testdata/town")); err != nil {
		t.Fatal(err)
	}
	before := "package town\n\nimport (\n\t\"testing\"\n\t\"time\"\n)\n\nfunc TestNothing(*testing.T) {\n" +
		"\tfor began := time.Now(); time.Since(began) < 20*time.Millisecond; {\n\t\tOpen(9)\n\t}\n}\n"
	if err := os.WriteFile(filepath.Join(root, "before_test.go"), []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, progress bytes.Buffer
	run(t.Context(), []string{"-root", root, "-only", ".", "-n", "20", "-excused", "excused.txt"}, &out, &progress)
	if want := "2 of 4 faults noticed (50 %)"; !strings.Contains(out.String(), want) {
		t.Errorf("got %s, want %q", &out, want)
	}
}
