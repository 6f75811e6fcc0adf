package catalogue

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// sizeLimit bounds a file; Grimma's has a tenth of it.
const sizeLimit = 2 << 20

// readYAML turns a file into a node. What the format has no use for (several
// documents, anchors, tags) is a mistake instead of a surprise.
func readYAML(data []byte) (*node, []Mistake) {
	if len(data) > sizeLimit {
		return nil, []Mistake{{Line: 1, Column: 1, Message: fmt.Sprintf("the file is larger than %d bytes", sizeLimit)}}
	}
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, []Mistake{syntaxMistake(err)}
	}
	t := &translator{}
	var root *node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if root != nil {
			t.wrong(doc.Body, "a second document; a file has one")
			break
		}
		root = t.node(doc.Body)
	}
	if root == nil {
		return nil, []Mistake{{Line: 1, Column: 1, Message: "the file is empty"}}
	}
	return root, t.mistakes
}

// syntaxMistake keeps the place that the parser names.
func syntaxMistake(err error) Mistake {
	m := Mistake{Line: 1, Column: 1, Message: "this is not YAML: " + err.Error()}
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		m.Message = "this is not YAML: " + syntax.GetMessage()
		if tk := syntax.GetToken(); tk != nil {
			at := placeOf(tk)
			m.Line, m.Column = at.line, at.column
		}
	}
	return m
}

func placeOf(tk *token.Token) position {
	if tk == nil || tk.Position == nil {
		return position{1, 1}
	}
	return position{tk.Position.Line, tk.Position.Column}
}

// translator walks the library's tree, so that no other file knows it.
type translator struct {
	mistakes []Mistake
}

func (t *translator) wrong(n ast.Node, format string, args ...any) *node {
	at := placeOf(n.GetToken())
	t.mistakes = append(t.mistakes, Mistake{Line: at.line, Column: at.column, Message: fmt.Sprintf(format, args...)})
	return nullNode()
}

func (t *translator) node(n ast.Node) *node {
	out := t.content(n)
	out.at = t.place(n)
	return out
}

// place is where a value begins: of a mapping its first key, as a reader sees it.
func (t *translator) place(n ast.Node) position {
	switch n := n.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 && !n.IsFlowStyle {
			return placeOf(n.Values[0].Key.GetToken())
		}
	case *ast.MappingValueNode:
		return placeOf(n.Key.GetToken())
	}
	return placeOf(n.GetToken())
}

func (t *translator) content(n ast.Node) *node {
	switch n := n.(type) {
	case *ast.MappingNode:
		return t.mapping(n.Values)
	case *ast.MappingValueNode:
		return t.mapping([]*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		out := listNode()
		for _, value := range n.Values {
			out.items = append(out.items, t.node(value))
		}
		return out
	case *ast.StringNode:
		return textNode(n.Value)
	case *ast.LiteralNode:
		return textNode(n.Value.Value)
	case *ast.IntegerNode:
		return numberNode(n.Token.Value)
	case *ast.FloatNode:
		return numberNode(n.Token.Value)
	case *ast.BoolNode:
		return boolNode(n.Value)
	case *ast.NullNode:
		return nullNode()
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return t.wrong(n, "anchors and aliases are no part of the format")
	case *ast.TagNode:
		return t.wrong(n, "tags are no part of the format")
	}
	return t.wrong(n, "this has no place in the format")
}

func (t *translator) mapping(values []*ast.MappingValueNode) *node {
	out := &node{form: formMapping}
	for _, value := range values {
		switch value.Key.(type) {
		case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		default:
			t.wrong(value.Key, "this can't be a key")
			continue
		}
		key := value.Key.GetToken()
		out.pairs = append(out.pairs, pair{key: key.Value, at: placeOf(key), value: t.node(value.Value)})
	}
	return out
}
