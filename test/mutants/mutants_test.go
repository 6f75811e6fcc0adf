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
	code := run(t.Context(), []string{"-root", "testdata/town", "-only", ".", "-n", "20", "-excused", "excused.txt", "-kept", t.TempDir()}, &out, &progress)
	if code != 1 {
		t.Errorf("got %d, want 1 where less is noticed than asked:\n%s%s", code, &out, &progress)
	}
	_, listed, _ := strings.Cut(out.String(), "nobody noticed:\n")
	for line := range strings.Lines(listed) {
		if !strings.HasPrefix(line, "  unwatched.go:") || strings.Contains(line, "waiting") {
			t.Errorf("listed, although it is noticed or excused: %s", line)
		}
		if !strings.HasSuffix(line, " (no test comes past)\n") {
			t.Errorf("got %q, want it said that no test comes past", line)
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

// TestAFaultIsShownToThoseWhoComePast: a whole suite for each fault took minutes,
// and a hundred faults were never tried.
func TestAFaultIsShownToThoseWhoComePast(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "past")
	text := "mode: set\ntown/hall/a.go:3.20,5.3 2 1\ntown/hall/a.go:6.1,9.2 1 1\ntown/hall/a.go:20.1,22.2 1 0\ntown/hall/b.go:7.1,7.9 1 1\n"
	if err := os.WriteFile(profile, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b := &bench{packages: map[string]listed{"hall": {ImportPath: "town/hall"}}}
	past, err := b.readProfile(profile)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]lines{"hall/a.go": {{3, 9}}, "hall/b.go": {{7, 7}}}
	if diff := cmp.Diff(want, past); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	r := &reach{tests: []followed{{Name: "TestA", Past: past}, {Name: "TestB"}}}
	for line, want := range map[int]int{2: 0, 3: 1, 9: 1, 10: 0, 21: 0} {
		if got := len(r.past(fault{file: "hall/a.go", line: line})); got != want {
			t.Errorf("line %d: got %d tests, want %d", line, got, want)
		}
	}
}

func TestQuickTestsAreFirst(t *testing.T) {
	tests := []followed{{Name: "A", Took: time.Second}, {Name: "B", Took: time.Second}, {Name: "C", Took: 3 * time.Second}, {Name: "D", Took: time.Minute}}
	var got []string
	for _, some := range inTurn(tests) {
		got = append(got, only(some))
	}
	want := []string{"-test.run=^(A|B)$", "-test.run=^(C)$", "-test.run=^(D)$"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWhatIsKnownOfASuiteIsKept for as long as nothing changes.
func TestWhatIsKnownOfASuiteIsKept(t *testing.T) {
	kept := t.TempDir()
	for i, want := range []bool{true, false} {
		var out, progress bytes.Buffer
		run(t.Context(), []string{"-root", "testdata/town", "-only", ".", "-n", "1", "-kept", kept}, &out, &progress)
		if got := strings.Contains(progress.String(), "1 tests, "); got != want {
			t.Errorf("run %d followed the tests: %t, want %t:\n%s", i+1, got, want, &progress)
		}
	}
}
