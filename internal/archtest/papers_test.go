package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is where the papers and the code lie.
const root = "../.."

// TestPapersNameOnlyWhatExists reads what the papers put in code spans and
// links, and looks for it in the tree: files, folders, make targets, and Go
// names with their package or type in front.
func TestPapersNameOnlyWhatExists(t *testing.T) {
	tree := readTree(t)
	for _, paper := range tree.papers {
		raw, err := os.ReadFile(filepath.Join(root, paper))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(outsideFences(string(raw)), "\n") {
			for _, name := range named(line) {
				if why := tree.missing(name, path.Dir(paper)); why != "" {
					t.Errorf("%s:%d: `%s`: %s", paper, i+1, name, why)
				}
			}
			for _, pair := range inside.FindAllStringSubmatch(line, -1) {
				if !tree.declares(pair[1], pair[2]) {
					t.Errorf("%s:%d: %s declares no `%s`", paper, i+1, pair[1], pair[2])
				}
			}
		}
	}
}

// TestEveryRoomStandsInTheArchitecture: whoever looks for where something
// happens begins there.
func TestEveryRoomStandsInTheArchitecture(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(root, "docs/ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	rooms, err := os.ReadDir(filepath.Join(root, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range rooms {
		if !strings.Contains(string(raw), "`internal/"+room.Name()+"`") {
			t.Errorf("docs/ARCHITECTURE.md doesn't say what happens in internal/%s", room.Name())
		}
	}
}

// TestReadmeNamesTheGoThatIsNeeded: who has an older one shouldn't learn it from
// the compiler.
func TestReadmeNamesTheGoThatIsNeeded(t *testing.T) {
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	needed := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(module))
	for readme, newer := range map[string]string{"README.md": " or newer", "README.de.md": " oder neuer"} {
		if named := "[Go](https://go.dev/dl/) " + needed[1] + newer; !strings.Contains(contents(t, filepath.Join(root, readme)), named) {
			t.Errorf("%s doesn't say %q, as go.mod asks for", readme, named)
		}
	}
}

// tree is what can be named.
type tree struct {
	papers  []string
	files   map[string]bool            // and folders, from the root
	bases   map[string]bool            // last parts of files
	targets map[string]bool            // of make
	names   map[string]map[string]bool // by package: functions, methods, types, fields, "Type.Method"
	types   map[string]map[string]bool // by type, of whatever package: methods and fields
	inFile  map[string][]string        // by name: the files that declare it
}

// leftOut are folders that are no part of the project.
var leftOut = []string{".git", "bin", "dist", "var", "node_modules"}

func readTree(t *testing.T) tree {
	t.Helper()
	found := tree{
		files: map[string]bool{}, bases: map[string]bool{}, targets: makeTargets(t),
		names: map[string]map[string]bool{}, types: map[string]map[string]bool{}, inFile: map[string][]string{},
	}
	err := filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, at)
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains(leftOut, below) {
			return fs.SkipDir
		}
		found.files[below] = true
		if entry.IsDir() {
			return nil
		}
		found.bases[entry.Name()] = true
		switch {
		case isPaper(below):
			found.papers = append(found.papers, below)
		case strings.HasSuffix(below, ".go"):
			return found.readGo(at)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// isPaper: what tells of the code as it is. The changelog tells of the past.
func isPaper(file string) bool {
	return strings.HasSuffix(file, ".md") && file != "CHANGELOG.md" && !strings.Contains(file, "testdata/")
}

func makeTargets(t *testing.T) map[string]bool {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	targets := map[string]bool{}
	for _, rule := range regexp.MustCompile(`(?m)^([a-z0-9/ -]+):`).FindAllStringSubmatch(string(raw), -1) {
		for _, target := range strings.Fields(rule[1]) {
			targets[target] = true
		}
	}
	return targets
}

// readGo adds the names that a file declares.
func (tr *tree) readGo(file string) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	pkg := strings.TrimSuffix(parsed.Name.Name, "_test")
	if pkg == "main" {
		pkg = filepath.Base(filepath.Dir(file))
	}
	for _, declaration := range parsed.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil {
				tr.add(file, pkg, receiver(d.Recv.List[0].Type), d.Name.Name)
				continue
			}
			tr.add(file, pkg, "", d.Name.Name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				tr.addSpec(file, pkg, spec)
			}
		}
	}
	return nil
}

func receiver(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func (tr *tree) addSpec(file, pkg string, spec ast.Spec) {
	switch s := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range s.Names {
			tr.add(file, pkg, "", name.Name)
		}
	case *ast.TypeSpec:
		tr.add(file, pkg, "", s.Name.Name)
		ast.Inspect(s.Type, func(n ast.Node) bool {
			if field, ok := n.(*ast.Field); ok {
				for _, name := range field.Names {
					tr.add(file, pkg, s.Name.Name, name.Name)
				}
			}
			return true
		})
	}
}

func (tr *tree) add(file, pkg, of, name string) {
	tr.inFile[name] = append(tr.inFile[name], file)
	if tr.names[pkg] == nil {
		tr.names[pkg] = map[string]bool{}
	}
	tr.names[pkg][name] = true
	if of == "" {
		return
	}
	tr.names[pkg][of+"."+name] = true
	if tr.types[of] == nil {
		tr.types[of] = map[string]bool{}
	}
	tr.types[of][name] = true
}

var (
	fence = regexp.MustCompile("(?ms)^```.*?^```")
	span  = regexp.MustCompile("`([^`]+)`")
	// inside is a file and, behind a comma, a name that it declares.
	inside = regexp.MustCompile("`([a-zA-Z0-9_/-]+\\.go)`, `(\\w+)`")
	link   = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
)

// outsideFences blanks out the blocks of code and keeps the lines' numbers.
func outsideFences(text string) string {
	return fence.ReplaceAllStringFunc(text, func(block string) string { return strings.Repeat("\n", strings.Count(block, "\n")) })
}

func named(line string) []string {
	var names []string
	for _, found := range span.FindAllStringSubmatch(line, -1) {
		names = append(names, found[1])
	}
	for _, found := range link.FindAllStringSubmatch(line, -1) {
		names = append(names, "./"+found[1])
	}
	return names
}

var (
	file     = regexp.MustCompile(`^[A-Za-z0-9_.*{},-]+(/[A-Za-z0-9_.*{},-]+)+/?$`)
	alone    = regexp.MustCompile(`^[a-z0-9_-]+(_test)?\.(go|sh|toml|css|js|html|yaml|md|service)$`)
	goName   = regexp.MustCompile(`^([A-Za-z]\w*)((\.[A-Za-z]\w*)+)(\(.*\))?$`)
	testName = regexp.MustCompile(`^(Test|Fuzz|Benchmark)[A-Z]\w+$`)
	makeCall = regexp.MustCompile(`^make ([a-z0-9-]+)`)
)

// missing returns why a name names nothing; empty: it does, or it is none that
// could be looked for.
func (tr *tree) missing(name, from string) string {
	if call := makeCall.FindStringSubmatch(name); call != nil && !tr.targets[call[1]] {
		return "the Makefile has no such target"
	}
	if relative, ok := strings.CutPrefix(name, "./"); ok {
		return tr.missingFile(relative, from)
	}
	switch {
	case alone.MatchString(name):
		return unless(tr.bases[name], "there is no file of this name")
	case testName.MatchString(name):
		return unless(tr.declared(name), "no test is called so")
	case file.MatchString(name) && tr.isOurs(name):
		return tr.missingFile(name, ".")
	}
	if parts := goName.FindStringSubmatch(name); parts != nil && !tr.bases[name] {
		return tr.missingName(parts[1], strings.TrimPrefix(parts[2], "."))
	}
	return ""
}

func unless(ok bool, why string) string {
	if ok {
		return ""
	}
	return why
}

// isOurs tells a path of ours from an import path, a media type, a URL.
func (tr *tree) isOurs(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return tr.files[first] && first != "var" || tr.files["internal/"+first] || strings.HasSuffix(name, ".go")
}

// missingFile looks for a file or folder from a folder, the root, or internal.
func (tr *tree) missingFile(name, from string) string {
	for _, one := range braces(strings.TrimSuffix(name, "/")) {
		if !tr.exists(one, from, ".", "internal", "cmd") {
			return fmt.Sprintf("there is no %s", one)
		}
	}
	return ""
}

func (tr *tree) exists(name string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		at := path.Join(folder, name)
		if !strings.Contains(at, "*") {
			return tr.files[at]
		}
		found, err := filepath.Glob(filepath.Join(root, at))
		return err == nil && len(found) > 0
	})
}

// braces writes out a{b,c}d as abd and acd.
func braces(name string) []string {
	before, rest, ok := strings.Cut(name, "{")
	if !ok {
		return []string{name}
	}
	inner, after, _ := strings.Cut(rest, "}")
	var all []string
	for _, one := range strings.Split(inner, ",") {
		all = append(all, braces(before+one+after)...)
	}
	return all
}

// missingName looks for a Go name behind a package or a type of ours.
func (tr *tree) missingName(of, name string) string {
	if names, ok := tr.names[of]; ok && ast.IsExported(name) { // else a key, such as queue.empty
		return unless(names[name], "package "+of+" declares no such name")
	}
	if members, ok := tr.types[of]; ok && ast.IsExported(of) {
		return unless(members[name], "no type "+of+" has such a method or field")
	}
	return ""
}

// declares reports whether a file, known by its path's end, declares a name.
func (tr *tree) declares(file, name string) bool {
	return slices.ContainsFunc(tr.inFile[name], func(at string) bool { return strings.HasSuffix(at, "/"+file) })
}

func (tr *tree) declared(name string) bool {
	for _, names := range tr.names {
		if names[name] {
			return true
		}
	}
	return false
}
