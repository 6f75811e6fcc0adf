package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mostMethods is how many App may have, with those that an embedded struct lends it.
const mostMethods = 120

// holds is what values beside App hold of each other (ADR 46).
var holds = map[string][]string{"Persons": {"Keys"}}

// TestAppStaysSmall: what isn't booking or calling is a value beside App.
func TestAppStaysSmall(t *testing.T) {
	app := readStructs(t, "internal/app")
	got := app.methods["App"]
	for _, lender := range app.embedded("App") {
		got += app.methods[lender]
	}
	if got == 0 || got >= mostMethods {
		t.Errorf("App has %d methods, want fewer than %d: docs/adr/0046-values-beside-app.md", got, mostMethods)
	}
}

// TestValuesBesideAppHoldOnlyWhatTheyName: each holds the core, which holds none of
// them, and so does what happens in a transaction.
func TestValuesBesideAppHoldOnlyWhatTheyName(t *testing.T) {
	app := readStructs(t, "internal/app")
	var values []string
	for name := range app.fields {
		if name != "App" && slices.Contains(app.embedded(name), "core") {
			values = append(values, name)
		}
	}
	if len(values) < 10 {
		t.Fatalf("found only %v beside App", values)
	}
	for _, name := range append(slices.Clone(values), "core", "view", "change") {
		for _, field := range app.fields[name] {
			if held := receiver(field.Type); held == "App" || slices.Contains(values, held) && !slices.Contains(holds[name], held) {
				t.Errorf("%s holds %s", name, held)
			}
		}
	}
}

// structs of a package: fields and how many methods, by name.
type structs struct {
	fields  map[string][]*ast.Field
	methods map[string]int
}

func readStructs(t *testing.T, folder string) structs {
	t.Helper()
	found := structs{map[string][]*ast.Field{}, map[string]int{}}
	for _, file := range globbed(t, filepath.Join(folder, "*.go")) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch d := n.(type) {
			case *ast.FuncDecl:
				if d.Recv != nil {
					found.methods[receiver(d.Recv.List[0].Type)]++
				}
				return false
			case *ast.TypeSpec:
				if s, ok := d.Type.(*ast.StructType); ok {
					found.fields[d.Name.Name] = s.Fields.List
				}
			}
			return true
		})
	}
	return found
}

func (s structs) embedded(name string) []string {
	var lenders []string
	for _, field := range s.fields[name] {
		if len(field.Names) == 0 {
			lenders = append(lenders, receiver(field.Type))
		}
	}
	return lenders
}
