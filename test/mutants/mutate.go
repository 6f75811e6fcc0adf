package main

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// mutator walks a file and collects the places where it can be changed.
type mutator struct {
	pkg, file, source string
	files             *token.FileSet
	results           []ast.Expr // of the function that is being walked
	found             []place
}

// swaps are the operators that stand for another one by a slip.
var swaps = map[token.Token][]string{
	token.LSS: {"<=", ">="}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<="}, token.GEQ: {">", "<"},
	token.EQL: {"!="}, token.NEQ: {"=="}, token.LAND: {"||"}, token.LOR: {"&&"},
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"/"}, token.QUO: {"*"},
}

// passed over are calls whose loss nothing decides: what is logged, what only
// orders goroutines (the race detector's to find), what frees a resource that
// the process gives back anyhow.
var passedOver = []string{
	"Debug", "Info", "Warn", "Error", "DebugContext", "InfoContext", "WarnContext", "ErrorContext", "complain",
	"Lock", "Unlock", "RLock", "RUnlock", "Add", "Done", "Wait", "Stop", "Close", "Grow",
}

func (m *mutator) function(f *ast.FuncDecl) {
	m.results = nil
	if f.Type.Results != nil {
		for _, field := range f.Type.Results.List {
			for range max(1, len(field.Names)) {
				m.results = append(m.results, field.Type)
			}
		}
	}
	ast.Inspect(f.Body, m.visit)
}

func (m *mutator) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncLit: // its results are its own
		outer := m.results
		m.results = nil
		ast.Inspect(n.Body, m.visit)
		m.results = outer
		return false
	case *ast.CallExpr:
		return !m.isPassedOver(n) && !isMake(n)
	case *ast.DeferStmt, *ast.ArrayType:
		return false
	case *ast.IfStmt:
		m.negated(n.Cond)
	case *ast.ForStmt:
		if n.Cond != nil {
			m.negated(n.Cond)
		}
	case *ast.BinaryExpr:
		m.operator(n)
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			m.add(n.Pos(), n.X.Pos(), "")
		}
	case *ast.BasicLit:
		m.number(n)
	case *ast.BlockStmt:
		m.statements(n.List)
	case *ast.CaseClause:
		m.statements(n.Body)
	case *ast.ReturnStmt:
		m.returned(n)
	}
	return true
}

func (m *mutator) negated(condition ast.Expr) {
	m.add(condition.Pos(), condition.End(), "!("+m.text(condition)+")")
}

func (m *mutator) operator(n *ast.BinaryExpr) {
	end := n.OpPos + token.Pos(len(n.Op.String()))
	m.add(n.OpPos, end, swaps[n.Op]...)
	if n.Op == token.LAND || n.Op == token.LOR { // one side is forgotten
		m.add(n.Pos(), n.End(), m.text(n.X), m.text(n.Y))
	}
}

func (m *mutator) number(n *ast.BasicLit) {
	value, err := strconv.Atoi(n.Value)
	if n.Kind != token.INT || err != nil {
		return
	}
	m.add(n.Pos(), n.End(), strconv.Itoa(value+1), strconv.Itoa(value-1))
}

// statements can each be left out, but for those that bind a name or leave.
func (m *mutator) statements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt:
			if call, ok := s.X.(*ast.CallExpr); ok && !m.isPassedOver(call) {
				m.dropped(s)
			}
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE {
				m.dropped(s)
			}
		case *ast.IncDecStmt, *ast.SendStmt, *ast.BranchStmt:
			m.dropped(s)
		case *ast.IfStmt:
			if s.Init == nil && s.Else == nil {
				m.dropped(s)
			}
		}
	}
}

func (m *mutator) dropped(s ast.Stmt) { m.add(s.Pos(), s.End(), "") }

// returned is replaced by what says nothing: no error, false, zero, nobody.
func (m *mutator) returned(n *ast.ReturnStmt) {
	if len(n.Results) != len(m.results) {
		return
	}
	for i, result := range n.Results {
		if zero := m.zero(m.results[i], result); zero != "" {
			m.add(result.Pos(), result.End(), zero)
		}
	}
}

func (m *mutator) zero(of, result ast.Expr) string {
	switch t := of.(type) {
	case *ast.Ident:
		switch t.Name {
		case "bool":
			return map[string]string{"true": "false", "false": "true"}[m.text(result)]
		case "string":
			return unless(m.text(result), `""`)
		case "int", "int64", "uint64", "float64":
			return unless(m.text(result), "0")
		case "error":
			return unless(m.text(result), "nil")
		}
	case *ast.StarExpr, *ast.ArrayType, *ast.MapType:
		return unless(m.text(result), "nil")
	}
	return ""
}

// unless returns other where it differs from what is there.
func unless(is, other string) string {
	if is == other {
		return ""
	}
	return other
}

func (m *mutator) isPassedOver(call *ast.CallExpr) bool {
	selected, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	for _, name := range passedOver {
		if selected.Sel.Name == name {
			return true
		}
	}
	return false
}

// isMake: how much room is made ahead decides nothing.
func isMake(call *ast.CallExpr) bool {
	name, ok := call.Fun.(*ast.Ident)
	return ok && name.Name == "make"
}

func (m *mutator) text(n ast.Node) string {
	return m.source[m.offset(n.Pos()):m.offset(n.End())]
}

func (m *mutator) offset(at token.Pos) int { return m.files.Position(at).Offset }

// add notes a place with the texts that may stand there instead.
func (m *mutator) add(from, to token.Pos, instead ...string) {
	var p place
	for _, by := range instead {
		f := fault{pkg: m.pkg, file: m.file, line: m.files.Position(from).Line, start: m.offset(from), end: m.offset(to), by: by}
		f.was, f.is = m.lines(f)
		p = append(p, f)
	}
	if len(p) > 0 {
		m.found = append(m.found, p)
	}
}

// lines returns the lines of a fault before and after, on one line each.
func (m *mutator) lines(f fault) (was, is string) {
	from := strings.LastIndexByte(m.source[:f.start], '\n') + 1
	to := len(m.source)
	if n := strings.IndexByte(m.source[f.end:], '\n'); n >= 0 {
		to = f.end + n
	}
	short := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return short(m.source[from:to]), short(m.source[from:f.start] + f.by + m.source[f.end:to])
}
