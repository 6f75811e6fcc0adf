package archtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "aufruf"

// listed is what `go list -json` says of a package.
type listed struct {
	ImportPath string
	Imports    []string
	Deps       []string
	Dir        string
	GoFiles    []string
}

// lookAtTree reads the folders that go list is about to judge: go test takes a
// kept result for good as long as what the test itself has opened is the same.
func lookAtTree(t *testing.T) {
	t.Helper()
	for _, top := range []string{"../../cmd", "../../internal"} {
		err := filepath.WalkDir(top, func(string, fs.DirEntry, error) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (p listed) path() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// shipped asks the go command about every package that a program can contain.
func shipped(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-tags", "nomsgpack", "-json=ImportPath,Imports,Deps,Dir,GoFiles",
		module+"/cmd/...", module+"/internal/...")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	lookAtTree(t)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		packages = append(packages, p)
	}
}

// within reports whether an import path is the pattern's package or, where the
// pattern ends in "/...", lies below it.
func within(path, pattern string) bool {
	base, below := strings.CutSuffix(pattern, "/...")
	return path == base || below && strings.HasPrefix(path, base+"/")
}

func withinAny(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return within(path, pattern) })
}

func ruleFor(path string) (rule, bool) {
	best, found := rule{}, false
	for _, r := range rules {
		if within(path, r.pkg) && len(r.pkg) > len(best.pkg) {
			best, found = r, true
		}
	}
	return best, found
}

func TestPackagesImportOnlyWhatTheirRuleAllows(t *testing.T) {
	for _, p := range shipped(t) {
		r, found := ruleFor(p.path())
		if !found {
			t.Errorf("%s has no rule: add one to rules", p.path())
			continue
		}
		for _, imported := range p.Imports {
			ours, is := strings.CutPrefix(imported, module+"/")
			if !is {
				continue
			}
			if r.only != nil && !withinAny(ours, r.only) || withinAny(ours, r.never) {
				t.Errorf("%s imports %s, which its rule forbids", p.path(), ours)
			}
		}
	}
}

// TestEveryRuleCounts: one that another one shadows, or that is about nothing,
// only looks like a wall.
func TestEveryRuleCounts(t *testing.T) {
	counts := map[string]bool{}
	for _, p := range shipped(t) {
		r, _ := ruleFor(p.path())
		counts[r.pkg] = true
	}
	for i, r := range rules {
		if !counts[r.pkg] {
			t.Errorf("the rule for %s is about no package", r.pkg)
		}
		if slices.ContainsFunc(rules[:i], func(other rule) bool { return other.pkg == r.pkg }) {
			t.Errorf("%s has two rules, of which the second never counts", r.pkg)
		}
	}
}

func TestLibrariesStayBehindTheirFence(t *testing.T) {
	for _, p := range shipped(t) {
		for library, allowed := range fences {
			if importsAny(p.Imports, library) && !withinAny(p.path(), allowed) {
				t.Errorf("%s imports %s, which only %s may", p.path(), library, strings.Join(allowed, ", "))
			}
		}
	}
}

func TestProgramsDoNotContainWhatTheyMustNot(t *testing.T) {
	for _, p := range shipped(t) {
		for _, unwanted := range free[p.path()] {
			if importsAny(p.Deps, unwanted) {
				t.Errorf("%s contains %s", p.path(), unwanted)
			}
		}
	}
}

func TestPureRulesHaveNoClockAndNoOutside(t *testing.T) {
	for _, p := range shipped(t) {
		if !slices.Contains(pure, p.path()) {
			continue
		}
		for _, imported := range p.Imports {
			if slices.Contains(impure, imported) {
				t.Errorf("%s imports %s: rules get what they need as arguments", p.path(), imported)
			}
		}
	}
}

func TestPureRulesNeverAskTheTime(t *testing.T) {
	for _, p := range shipped(t) {
		if !slices.Contains(pure, p.path()) {
			continue
		}
		for _, name := range p.GoFiles {
			for _, call := range clockCalls(t, filepath.Join(p.Dir, name)) {
				t.Errorf("%s: rules get the time as an argument", call)
			}
		}
	}
}

// clockCalls returns where a file mentions one of clocks.
func clockCalls(t *testing.T, file string) []string {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("read %s: %v", file, err)
	}
	var calls []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok || !slices.Contains(clocks, selector.Sel.Name) {
			return true
		}
		if pkg, ok := selector.X.(*ast.Ident); ok && pkg.Name == "time" {
			calls = append(calls, fmt.Sprintf("%s time.%s", files.Position(selector.Pos()), selector.Sel.Name))
		}
		return true
	})
	return calls
}

// importsAny reports whether the paths name the library or a package below it,
// whatever its major version.
func importsAny(paths []string, library string) bool {
	return slices.ContainsFunc(paths, func(path string) bool { return within(path, library+"/...") })
}
