package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

const tags = "nomsgpack"

// fault is one change of one place of a source file.
type fault struct {
	pkg        string // folder, from the module's root
	file       string // from the module's root
	line       int
	start, end int // what is replaced, in bytes
	by         string
	was, is    string // the line before and after, trimmed
	guard      guard
}

func (f fault) String() string { return fmt.Sprintf("%s:%d: %s => %s", f.file, f.line, f.was, f.is) }

// name is what an excuse calls it: it stays while lines above come and go.
func (f fault) name() string { return fmt.Sprintf("%s: %s => %s", f.file, f.was, f.is) }

// place is where something can be changed, in each of several ways.
type place []fault

// listed is what `go list` says of a package.
type listed struct {
	Dir, ImportPath           string
	GoFiles, TestGoFiles      []string
	XTestGoFiles              []string
	TestImports, XTestImports []string
}

func list(root string, folders []string) ([]listed, error) {
	arguments := []string{"list", "-tags", tags, "-json=Dir,ImportPath,GoFiles,TestGoFiles,XTestGoFiles,TestImports,XTestImports"}
	for _, folder := range folders {
		arguments = append(arguments, "./"+folder)
	}
	command := exec.Command("go", arguments...)
	command.Dir, command.Stderr = root, os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("list packages: %w", err)
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var p listed
		if err := decoder.Decode(&p); err != nil {
			return nil, fmt.Errorf("read list of packages: %w", err)
		}
		all = append(all, p)
	}
	return all, nil
}

// places finds where the packages' code can be changed.
func places(root string, folders []string) ([]place, error) {
	patterns := make([]string, len(folders))
	for i, folder := range folders {
		patterns[i] = "./" + folder
	}
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports,
		Dir:  root, BuildFlags: []string{"-tags", tags},
	}, patterns...)
	if err != nil {
		return nil, fmt.Errorf("load packages: %w", err)
	}
	var all []place
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("load %s: %w", p.PkgPath, p.Errors[0])
		}
		for i, parsed := range p.Syntax {
			found, err := inPackage(root, p, parsed, p.GoFiles[i])
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
	}
	return all, nil
}

func inPackage(root string, p *packages.Package, parsed *ast.File, name string) ([]place, error) {
	file, err := filepath.Rel(root, p.Fset.Position(parsed.Package).Filename)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	m := mutator{pkg: filepath.Dir(file), file: file, files: p.Fset, of: p.TypesInfo, qualify: qualifier(p.Types, parsed)}
	return m.walk(root, parsed)
}

// qualifier names a package as a file does that imports it. A type of a package
// that the file doesn't import gets a name that can't be built.
func qualifier(own *types.Package, file *ast.File) types.Qualifier {
	names := map[string]string{own.Path(): ""}
	for _, one := range file.Imports {
		path := strings.Trim(one.Path.Value, `"`)
		names[path] = path[strings.LastIndexByte(path, '/')+1:]
		if one.Name != nil {
			names[path] = one.Name.Name
		}
	}
	return func(p *types.Package) string {
		if name, ok := names[p.Path()]; ok {
			return name
		}
		return "notImported"
	}
}

func inFile(root, pkg, file string) ([]place, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, filepath.Join(root, file), nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	m := mutator{pkg: pkg, file: file, files: files}
	return m.walk(root, parsed)
}

func (m *mutator) walk(root string, parsed *ast.File) ([]place, error) {
	source, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		return nil, err
	}
	m.source = string(source)
	for _, declaration := range parsed.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok && function.Body != nil {
			m.function(function)
		}
	}
	return m.found, nil
}

// choose draws one fault from each of so many places, in a random order in
// which every package has its share: by its size, but each a few.
func choose(all []place, seed uint64) []fault {
	random := rand.New(rand.NewPCG(seed, seed))
	byPackage := map[string][]place{}
	for _, p := range all {
		byPackage[p[0].pkg] = append(byPackage[p[0].pkg], p)
	}
	type turn struct {
		at    float64
		fault fault
	}
	var turns []turn
	for _, pkg := range slices.Sorted(keys(byPackage)) {
		these := byPackage[pkg]
		random.Shuffle(len(these), func(i, j int) { these[i], these[j] = these[j], these[i] })
		pace := 1 / (float64(len(these)) + float64(len(all))/40)
		for i, p := range these {
			turns = append(turns, turn{(float64(i) + random.Float64()) * pace, p[random.IntN(len(p))]})
		}
	}
	slices.SortStableFunc(turns, func(a, b turn) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return 0
	})
	chosen := make([]fault, len(turns))
	for i, t := range turns {
		chosen[i] = t.fault
	}
	return chosen
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}
