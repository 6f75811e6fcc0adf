package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

// browserPackage drives browsers.
const browserPackage = "/test/browser"

// drivers are the tests of a folder that drive a browser, themselves or by what
// they call. They take seconds each, of what they look at little is decided, and
// the pages are asked by plain requests of the tests beside them, in the same file
// often.
func drivers(root, folder string) (map[string]bool, error) {
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports,
		Dir:  root, BuildFlags: []string{"-tags", tags}, Tests: true,
	}, "./"+filepath.ToSlash(folder))
	if err != nil {
		return nil, fmt.Errorf("load the tests of %s: %w", folder, err)
	}
	callers, driving := map[string][]string{}, []string{}
	for _, p := range loaded {
		for _, file := range p.Syntax {
			for _, declared := range file.Decls {
				f, ok := declared.(*ast.FuncDecl)
				if !ok || f.Body == nil {
					continue
				}
				name := p.TypesInfo.Defs[f.Name].(*types.Func).FullName()
				for used := range uses(p.TypesInfo, f.Body) {
					if strings.HasSuffix(used.Pkg().Path(), browserPackage) {
						driving = append(driving, name)
						continue
					}
					callers[used.FullName()] = append(callers[used.FullName()], name)
				}
			}
		}
	}
	return reachedFrom(driving, callers), nil
}

// uses are the functions and methods that a body names.
func uses(info *types.Info, body ast.Node) map[*types.Func]bool {
	all := map[*types.Func]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			if f, ok := info.Uses[name].(*types.Func); ok && f.Pkg() != nil {
				all[f] = true
			}
		}
		return true
	})
	return all
}

// reachedFrom are the names of tests among some functions and whoever calls them.
func reachedFrom(driving []string, callers map[string][]string) map[string]bool {
	seen, tests := map[string]bool{}, map[string]bool{}
	for len(driving) > 0 {
		name := driving[0]
		driving = driving[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		tests[name[strings.LastIndexByte(name, '.')+1:]] = true
		driving = append(driving, callers[name]...)
	}
	return tests
}
