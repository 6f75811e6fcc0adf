package catalogue

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A mistake without a sentence is told in English, whatever the reader's language.
func TestEveryMistakeHasASentence(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			format := formatIn(call)
			if format == "" || format == "%s" {
				return true
			}
			found++
			if mistakeSentences[format] == "" {
				t.Errorf("%q has no sentence", format)
			}
			return true
		})
	}
	if found < 80 {
		t.Errorf("found %d, that can't be all", found)
	}
}

// formatIn returns the format of a mistake that a call tells; empty: it tells none.
func formatIn(call *ast.CallExpr) string {
	name, at := "", -1
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.IndexExpr: // pattern[T]
		if of, ok := f.X.(*ast.Ident); ok {
			name = of.Name
		}
	}
	switch name {
	case "said":
		at = 0
	case "wrong", "pattern":
		at = 1
	}
	if at < 0 || len(call.Args) <= at {
		return ""
	}
	lit, ok := call.Args[at].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	if name == "pattern" {
		return "%q: want " + text
	}
	return text
}
