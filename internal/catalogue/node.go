package catalogue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// form tells what a node is.
type form uint8

const (
	formNull form = iota
	formText
	formNumber
	formBool
	formList
	formMapping
)

// String names a form as the author of a file would.
func (f form) String() string {
	return [...]string{"nothing", "text", "a number", "true or false", "a list", "a mapping"}[f]
}

// position is a place in a file, line and column from 1; zero: not from a file.
type position struct{ line, column int }

// node is a value between its written form (YAML or JSON) and the catalogue's
// structs. Reading, exporting and storing share it, so that the format is
// described once, in format.go.
type node struct {
	form  form
	value string // of text, a number as written ("46.00"), "true" or "false"
	items []*node
	pairs []pair
	at    position
	flow  bool // exported on one line where it fits
}

// pair is an entry of a mapping.
type pair struct {
	key   string
	at    position
	value *node
}

func nullNode() *node               { return &node{form: formNull} }
func textNode(s string) *node       { return &node{form: formText, value: s} }
func numberNode(s string) *node     { return &node{form: formNumber, value: s} }
func boolNode(b bool) *node         { return &node{form: formBool, value: strconv.FormatBool(b)} }
func listNode(items ...*node) *node { return &node{form: formList, items: items} }

// with appends an entry to a mapping and returns the mapping.
func (n *node) with(key string, value *node) *node {
	n.form = formMapping
	n.pairs = append(n.pairs, pair{key: key, value: value})
	return n
}

// get returns the value of a key, nil where the mapping has none.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for i := range n.pairs {
		if n.pairs[i].key == key {
			return n.pairs[i].value
		}
	}
	return nil
}

// empty reports whether the node says nothing.
func (n *node) empty() bool { return n == nil || n.form == formNull }

// holds reports whether the node is a list with something in it.
func (n *node) holds() bool { return n != nil && len(n.items) > 0 }

// same reports whether two nodes say the same, wherever they stand.
func same(a, b *node) bool {
	if a.empty() || b.empty() {
		return a.empty() && b.empty()
	}
	if a.form != b.form || a.value != b.value || len(a.items) != len(b.items) || len(a.pairs) != len(b.pairs) {
		return false
	}
	for i := range a.items {
		if !same(a.items[i], b.items[i]) {
			return false
		}
	}
	for i := range a.pairs {
		if a.pairs[i].key != b.pairs[i].key || !same(a.pairs[i].value, b.pairs[i].value) {
			return false
		}
	}
	return true
}

// appendJSON writes the node as JSON, keys in their order.
func (n *node) appendJSON(out []byte) []byte {
	switch n.form {
	case formText:
		return appendJSONString(out, n.value)
	case formNumber, formBool:
		return append(out, n.value...)
	case formList:
		out = append(out, '[')
		for i, item := range n.items {
			if i > 0 {
				out = append(out, ',')
			}
			out = item.appendJSON(out)
		}
		return append(out, ']')
	case formMapping:
		out = append(out, '{')
		for i, p := range n.pairs {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(appendJSONString(out, p.key), ':')
			out = p.value.appendJSON(out)
		}
		return append(out, '}')
	default:
		return append(out, "null"...)
	}
}

func appendJSONString(out []byte, s string) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil { // a string can't fail
		return strconv.AppendQuote(out, s)
	}
	return append(out, bytes.TrimRight(buffer.Bytes(), "\n")...)
}

// readJSON reads exactly one JSON value.
func readJSON(data []byte) (*node, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	n, err := readJSONValue(decoder)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value")
	}
	return n, nil
}

func readJSONValue(decoder *json.Decoder) (*node, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case string:
		return textNode(t), nil
	case json.Number:
		return numberNode(t.String()), nil
	case bool:
		return boolNode(t), nil
	case json.Delim:
		return readJSONInside(decoder, t)
	}
	return nullNode(), nil
}

func readJSONInside(decoder *json.Decoder, open json.Delim) (*node, error) {
	n := &node{form: formList}
	if open == '{' {
		n.form = formMapping
	}
	for decoder.More() {
		key := ""
		if n.form == formMapping {
			token, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			key, _ = token.(string)
		}
		value, err := readJSONValue(decoder)
		if err != nil {
			return nil, err
		}
		if n.form == formMapping {
			n.with(key, value)
			continue
		}
		n.items = append(n.items, value)
	}
	_, err := decoder.Token()
	return n, err
}
