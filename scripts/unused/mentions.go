package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

const module = "aufruf"

// ours is a package's path below the module.
func ours(path string) string { return strings.TrimPrefix(path, module+"/") }

// unmentioned returns the exported names below internal that no program's code
// mentions: constants, variables, types, functions, methods, fields. Methods
// that an interface asks for, and what a page's template names, count as
// mentioned.
func unmentioned() (map[string]string, error) {
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo,
		BuildFlags: []string{"-tags", tags},
	}, "./...")
	if err != nil {
		return nil, err
	}
	templates, err := inTemplates("web")
	if err != nil {
		return nil, err
	}
	seen := survey{mentioned: map[string]bool{}, asked: map[string]bool{}, templates: templates}
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("%s: %w", p.PkgPath, errors.Join(asErrors(p.Errors)...))
		}
		seen.read(p)
	}
	found := map[string]string{}
	for _, p := range loaded {
		if strings.HasPrefix(ours(p.PkgPath), "internal/") && !forTests(ours(p.PkgPath)) {
			seen.collect(p, found)
		}
	}
	return found, nil
}

func asErrors(list []packages.Error) []error {
	var all []error
	for _, e := range list {
		all = append(all, e)
	}
	return all
}

// shown are the packages whose values a page's template gets.
var shown = []string{
	"internal/web/page", "internal/web/booking", "internal/web/staff", "internal/web/office", "internal/web/device",
	"internal/display", "internal/catalogue", "internal/town",
}

// survey is what the code says: names are known by where they are declared,
// which is the same in whatever package's eyes.
type survey struct {
	mentioned map[string]bool
	asked     map[string]bool // names of methods that some interface has
	templates string
}

func (s *survey) read(p *packages.Package) {
	for _, used := range p.TypesInfo.Uses {
		s.mentioned[place(p, used)] = true
	}
	for _, implicit := range p.TypesInfo.Implicits {
		s.mentioned[place(p, implicit)] = true
	}
	for _, selected := range p.TypesInfo.Selections {
		s.mentioned[place(p, selected.Obj())] = true
	}
	s.askedBy(p.Types)
	for _, imported := range p.Types.Imports() {
		s.askedBy(imported)
	}
	for _, file := range p.Syntax {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.InterfaceType:
				s.methodsOf(p.TypesInfo.TypeOf(n))
			case *ast.CompositeLit:
				s.filledBy(p, n)
			}
			return true
		})
	}
}

// filledBy notes the fields that a literal without names fills.
func (s *survey) filledBy(p *packages.Package, literal *ast.CompositeLit) {
	fields, ok := p.TypesInfo.TypeOf(literal).Underlying().(*types.Struct)
	if !ok || len(literal.Elts) == 0 {
		return
	}
	if _, named := literal.Elts[0].(*ast.KeyValueExpr); named {
		return
	}
	for i := range fields.NumFields() {
		s.mentioned[place(p, fields.Field(i))] = true
	}
}

// askedBy notes the methods of a package's interfaces.
func (s *survey) askedBy(p *types.Package) {
	for _, name := range p.Scope().Names() {
		if named, ok := p.Scope().Lookup(name).(*types.TypeName); ok {
			s.methodsOf(named.Type())
		}
	}
}

func (s *survey) methodsOf(t types.Type) {
	asks, ok := t.Underlying().(*types.Interface)
	if !ok {
		return
	}
	for i := range asks.NumMethods() {
		s.asked[asks.Method(i).Name()] = true
	}
}

// collect adds the package's exported names that are mentioned nowhere.
func (s *survey) collect(p *packages.Package, found map[string]string) {
	scope := p.Types.Scope()
	for _, name := range scope.Names() {
		object := scope.Lookup(name)
		s.judge(p, name, object, found)
		named, ok := object.(*types.TypeName)
		if !ok || named.IsAlias() {
			continue
		}
		if methods, ok := named.Type().(*types.Named); ok {
			for i := range methods.NumMethods() {
				if m := methods.Method(i); !s.asked[m.Name()] {
					s.judge(p, name+"."+m.Name(), m, found)
				}
			}
		}
		if fields, ok := named.Type().Underlying().(*types.Struct); ok {
			for i := range fields.NumFields() {
				if f := fields.Field(i); !f.Embedded() {
					s.judge(p, name+"."+f.Name(), f, found)
				}
			}
		}
	}
}

func (s *survey) judge(p *packages.Package, name string, object types.Object, found map[string]string) {
	if !object.Exported() || s.mentioned[place(p, object)] {
		return
	}
	if slices.Contains(shown, ours(p.PkgPath)) && strings.Contains(s.templates, "."+object.Name()) {
		return
	}
	found[ours(p.PkgPath)+"."+name] = place(p, object)
}

// place is where an object is declared, of an instance of something generic
// where that is.
func place(p *packages.Package, object types.Object) string {
	switch o := object.(type) {
	case *types.Func:
		object = o.Origin()
	case *types.Var:
		object = o.Origin()
	}
	at := p.Fset.Position(object.Pos())
	if here, err := os.Getwd(); err == nil {
		if below, err := filepath.Rel(here, at.Filename); err == nil {
			at.Filename = below
		}
	}
	return fmt.Sprintf("%s:%d:%d", at.Filename, at.Line, at.Column)
}

// inTemplates returns the text of all page templates.
func inTemplates(folder string) (string, error) {
	var all strings.Builder
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".html" {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	return all.String(), err
}
