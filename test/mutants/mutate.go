package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// mutator walks a file and collects the places where it can be changed.
type mutator struct {
	pkg, file, source string
	files             *token.FileSet
	of                *types.Info // nil: every number is an int
	qualify           types.Qualifier
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
	case *ast.GenDecl:
		return n.Tok != token.CONST
	case *ast.KeyValueExpr: // a key may have to be constant
		ast.Inspect(n.Value, m.visit)
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
			m.add(place{m.fault(n.Pos(), n.X.Pos(), "", m.whole(n, "("+mutantOn+" != ("+m.text(n)+"))"))})
		}
	case *ast.BasicLit:
		m.literal(n)
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
	text := m.text(condition)
	m.add(place{m.fault(condition.Pos(), condition.End(), "!("+text+")", m.whole(condition, "("+mutantOn+" != ("+text+"))"))})
}

func (m *mutator) operator(n *ast.BinaryExpr) {
	end := n.OpPos + token.Pos(len(n.Op.String()))
	var p place
	for _, by := range swaps[n.Op] {
		if switched := m.operated(n, by); switched != "" {
			p = append(p, m.fault(n.OpPos, end, by, m.whole(n, switched)))
		}
	}
	m.add(p)
	if n.Op == token.LAND || n.Op == token.LOR { // one side is forgotten
		x, y, text := m.text(n.X), m.text(n.Y), m.text(n)
		m.add(place{m.fault(n.Pos(), n.End(), x, m.whole(n, either(x, text))), m.fault(n.Pos(), n.End(), y, m.whole(n, either(y, text)))})
	}
}

// calculations are what the switch's functions do instead, by the operator that
// is right.
var calculations = map[token.Token]string{token.ADD: "mutantMinus", token.SUB: "mutantPlus", token.MUL: "mutantBy", token.QUO: "mutantTimes"}

// operated is an expression that has another operator while its fault is in.
func (m *mutator) operated(n *ast.BinaryExpr, by string) string {
	x, y := m.text(n.X), m.text(n.Y)
	other := m.source[m.offset(n.Pos()):m.offset(n.OpPos)] + by + m.source[m.offset(n.OpPos)+len(n.Op.String()):m.offset(n.End())]
	calculation, calculates := calculations[n.Op]
	if !calculates {
		return either(other, m.text(n))
	}
	kind, constant := m.number(n)
	switch {
	case kind == "":
		return ""
	case constant:
		return fmt.Sprintf("mutantPick[%s](%s, %s, %s)", kind, mutantID, other, m.text(n))
	}
	return fmt.Sprintf("%s[%s](%s, %s, %s)", calculation, kind, mutantID, x, y)
}

// number tells what type of number an expression has, and whether the compiler
// knows its value; "" where it is none.
func (m *mutator) number(n ast.Expr) (kind string, constant bool) {
	if m.of == nil {
		return "int", false
	}
	known := m.of.Types[n]
	if known.Type == nil {
		return "", false
	}
	of := types.Default(known.Type)
	basic, ok := of.Underlying().(*types.Basic)
	if !ok || basic.Info()&(types.IsInteger|types.IsFloat) == 0 {
		return "", false
	}
	return types.TypeString(of, m.qualify), known.Value != nil
}

func (m *mutator) literal(n *ast.BasicLit) {
	value, err := strconv.Atoi(n.Value)
	if n.Kind != token.INT || err != nil {
		return
	}
	kind, _ := m.number(n)
	if kind == "" {
		return
	}
	var p place
	for _, by := range []int{value + 1, value - 1} {
		if by < 0 && m.isUnsigned(n) {
			continue
		}
		p = append(p, m.fault(n.Pos(), n.End(), strconv.Itoa(by), m.whole(n, fmt.Sprintf("mutantPick[%s](%s, %d, %d)", kind, mutantID, by, value))))
	}
	m.add(p)
}

func (m *mutator) isUnsigned(n ast.Expr) bool {
	if m.of == nil || m.of.Types[n].Type == nil {
		return false
	}
	basic, ok := m.of.Types[n].Type.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsUnsigned != 0
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
		case *ast.IncDecStmt, *ast.SendStmt:
			m.dropped(s)
		case *ast.BranchStmt:
			if s.Tok != token.FALLTHROUGH {
				m.dropped(s)
			}
		case *ast.IfStmt:
			if s.Init == nil && s.Else == nil {
				m.dropped(s)
			}
		}
	}
}

func (m *mutator) dropped(s ast.Stmt) {
	m.add(place{m.fault(s.Pos(), s.End(), "", m.whole(s, "if !"+mutantOn+" { "+m.text(s)+" }"))})
}

// returned is replaced by what says nothing: no error, false, zero, nobody.
func (m *mutator) returned(n *ast.ReturnStmt) {
	if len(n.Results) != len(m.results) {
		return
	}
	for i, result := range n.Results {
		if zero := m.zero(m.results[i], result); zero != "" {
			other := m.source[m.offset(n.Pos()):m.offset(result.Pos())] + zero + m.source[m.offset(result.End()):m.offset(n.End())]
			m.add(place{m.fault(result.Pos(), result.End(), zero, m.whole(n, "if "+mutantOn+" { "+other+" }; "+m.text(n)))})
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

// add notes a place where something can stand instead.
func (m *mutator) add(p place) {
	if len(p) > 0 {
		m.found = append(m.found, p)
	}
}

// fault is what stands instead of the text from one position to another.
func (m *mutator) fault(from, to token.Pos, by string, with guard) fault {
	f := fault{pkg: m.pkg, file: m.file, line: m.files.Position(from).Line, start: m.offset(from), end: m.offset(to), by: by, guard: with}
	f.was, f.is = m.lines(f)
	return f
}

// whole is a guard in place of a node.
func (m *mutator) whole(n ast.Node, text string) guard {
	return guard{m.offset(n.Pos()), m.offset(n.End()), text}
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
