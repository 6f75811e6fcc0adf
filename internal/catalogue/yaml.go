package catalogue

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// sizeLimit bounds a file; Grimma's has a twentieth of it.
const sizeLimit = 2 << 20

// readYAML turns a file into a node. What the format has no use for (several
// documents, anchors, tags) is a mistake instead of a surprise.
func readYAML(data []byte) (*node, []Mistake) {
	if len(data) > sizeLimit {
		return nil, []Mistake{{Line: 1, Column: 1, Message: fmt.Sprintf(tooLarge, sizeLimit), format: tooLarge, args: values{sizeLimit}}}
	}
	if mistake, ok := notUTF8(data); ok {
		return nil, []Mistake{mistake}
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, []Mistake{syntaxMistake(err)}
	}
	var document, second yaml.Node
	if err := loader.Load(&document); err == io.EOF || err == nil && len(document.Content) == 0 {
		return nil, []Mistake{{Line: 1, Column: 1, Message: emptyFile, format: emptyFile}}
	} else if err != nil {
		return nil, []Mistake{syntaxMistake(err)}
	}
	t := &translator{}
	root := t.node(document.Content[0])
	if err := loader.Load(&second); err == nil {
		t.wrong(&second, "a second document; a file has one")
	} else if err != io.EOF {
		t.mistakes = append(t.mistakes, syntaxMistake(err))
	}
	return root, t.mistakes
}

// What is said of a file that is no YAML at all: of a picture, an archive or a
// database, of another encoding, or of a slip.
const (
	notText   = "this is no text: want a file in YAML, as server export prints it"
	noUTF8    = "the byte %s is no UTF-8: the file seems to be saved as Latin-1 or Windows-1252; save it as UTF-8"
	noYAML    = "this is not YAML: %s"
	tooLarge  = "the file is larger than %d bytes"
	emptyFile = "the file is empty"
)

// notUTF8 names the first byte that is no UTF-8: what an editor saved in another
// encoding.
func notUTF8(data []byte) (Mistake, bool) {
	if bytes.IndexByte(data, 0) >= 0 {
		return Mistake{Line: 1, Column: 1, Message: notText, format: notText}, true
	}
	line := 1
	for text := range bytes.Lines(data) {
		column := 1
		for len(text) > 0 {
			char, size := utf8.DecodeRune(text)
			if char == utf8.RuneError && size == 1 {
				return Mistake{Line: line, Column: column, Message: fmt.Sprintf(noUTF8, fmt.Sprintf("%#02x", text[0])),
					format: noUTF8, args: values{fmt.Sprintf("%#02x", text[0])}}, true
			}
			text, column = text[size:], column+1
		}
		line++
	}
	return Mistake{}, false
}

// syntaxMistake keeps the place that the parser names.
func syntaxMistake(err error) Mistake {
	m := Mistake{Line: 1, Column: 1, format: noYAML, args: values{err.Error()}}
	var syntax *yaml.LoadError
	if errors.As(err, &syntax) {
		m.args = values{syntax.Message}
		m.Line, m.Column = max(syntax.Mark.Line, 1), max(syntax.Mark.Column, 1)
	}
	m.Message = fmt.Sprintf(noYAML, m.args[0])
	return m
}

// translator walks the library's tree, so that no other file knows it.
type translator struct {
	mistakes []Mistake
}

func (t *translator) wrong(n *yaml.Node, message string) *node {
	t.mistakes = append(t.mistakes, Mistake{Line: n.Line, Column: n.Column, Message: message, format: message})
	return nullNode()
}

func (t *translator) node(n *yaml.Node) *node {
	out := t.content(n)
	out.at = position{n.Line, n.Column}
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		out.at.line++ // a block begins below its mark
	}
	return out
}

func (t *translator) content(n *yaml.Node) *node {
	switch {
	case n.Anchor != "" || n.Kind == yaml.AliasNode:
		return t.wrong(n, "anchors and aliases are no part of the format")
	case n.Style&yaml.TaggedStyle != 0:
		return t.wrong(n, "tags are no part of the format")
	case n.Kind == yaml.MappingNode:
		return t.mapping(n)
	case n.Kind == yaml.SequenceNode:
		out := listNode()
		for _, item := range n.Content {
			out.items = append(out.items, t.node(item))
		}
		return out
	}
	return scalarNode(n)
}

func scalarNode(n *yaml.Node) *node {
	switch n.ShortTag() {
	case "!!int", "!!float":
		return numberNode(n.Value)
	case "!!bool":
		return boolNode(strings.EqualFold(n.Value, "true"))
	case "!!null":
		return nullNode()
	}
	return textNode(n.Value) // dates too: the format reads them itself
}

func (t *translator) mapping(n *yaml.Node) *node {
	out := &node{form: formMapping}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Anchor != "" || key.Kind == yaml.AliasNode || key.ShortTag() == "!!merge":
			t.wrong(key, "anchors and aliases are no part of the format")
		case key.Kind != yaml.ScalarNode || key.Style&yaml.TaggedStyle != 0:
			t.wrong(key, "this can't be a key")
		default:
			out.pairs = append(out.pairs, pair{
				key: key.Value, at: position{key.Line, key.Column}, value: t.node(n.Content[i+1]),
			})
		}
	}
	return out
}
