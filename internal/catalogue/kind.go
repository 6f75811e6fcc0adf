package catalogue

import (
	"fmt"
	"slices"
)

// kind is how one sort of value reads, writes and describes itself. The format
// is a table of kinds (format.go); parsing, merging, exporting, storing and the
// JSON Schema all come from that one table.
type kind[T any] struct {
	// read puts the node's value into the target; what is wrong goes to the
	// reader, and the target then keeps what it had. The node is not null.
	read func(r *reader, n *node, into *T)
	// write returns the node of a value, null for one that says nothing.
	write func(v T, w writing) *node
	// schema returns the JSON Schema of what read accepts.
	schema func() *node
}

// writing tells how much to write.
type writing uint8

const (
	brief  writing = iota // leaves out what equals the default: for people
	filled                // every field with a value: for storage, so that a later default changes nothing
)

// inline writes a value on one line where it fits.
func inline[T any](k kind[T]) kind[T] {
	write := k.write
	k.write = func(v T, w writing) *node {
		n := write(v, w)
		n.flow = true
		return n
	}
	return k
}

// optional is a value that may be absent.
func optional[T any](k kind[T]) kind[*T] {
	return kind[*T]{
		read: func(r *reader, n *node, into **T) {
			var value T
			before := len(r.mistakes)
			k.read(r, n, &value)
			if len(r.mistakes) == before {
				*into = &value
			}
		},
		write: func(v *T, w writing) *node {
			if v == nil {
				return nullNode()
			}
			return k.write(*v, w)
		},
		schema: k.schema,
	}
}

// listOf is a list that is replaced as a whole.
func listOf[T any](k kind[T]) kind[[]T] {
	return kind[[]T]{
		read: func(r *reader, n *node, into *[]T) {
			if !r.want(n, formList) {
				return
			}
			var values []T
			for i, item := range n.items {
				r.at(fmt.Sprintf("[%d]", i), item.at, func() {
					if item.form == formNull {
						r.wrong(item.at, "an empty entry")
						return
					}
					var value T
					k.read(r, item, &value)
					values = append(values, value)
				})
			}
			*into = values
		},
		write: func(values []T, w writing) *node {
			out := listNode()
			for _, value := range values {
				out.items = append(out.items, k.write(value, w))
			}
			return out
		},
		schema: func() *node {
			return schemaOf("array").with("items", k.schema())
		},
	}
}

// unique is a list without repetitions.
func unique[T comparable](k kind[[]T]) kind[[]T] {
	read := k.read
	k.read = func(r *reader, n *node, into *[]T) {
		read(r, n, into)
		for i, value := range *into {
			var none T // what was refused, which is said
			if value != none && slices.Index(*into, value) < i && i < len(n.items) {
				r.wrong(n.items[i].at, "%v stands twice", value)
			}
		}
	}
	schema := k.schema
	k.schema = func() *node { return schema().with("uniqueItems", boolNode(true)) }
	return k
}
