package catalogue

import (
	"fmt"
	"slices"
)

// entitiesOf is a list of things with ids: an entry updates the thing with its
// id, or adds it; what the list leaves out stays.
func entitiesOf[S any, ID ~string](sh shape[S], id func(*S) *ID) kind[[]S] {
	return kind[[]S]{
		read: func(r *reader, n *node, into *[]S) {
			if !r.want(n, formList) {
				return
			}
			seen := map[string]position{}
			for i, item := range n.items {
				readEntity(r, sh, id, i, item, into, seen)
			}
		},
		write: func(values []S, w writing) *node {
			out := listNode()
			for _, value := range values {
				out.items = append(out.items, sh.write(value, w))
			}
			return out
		},
		schema: func() *node { return schemaOf("array").with("items", sh.schema()) },
	}
}

func readEntity[S any, ID ~string](r *reader, sh shape[S], id func(*S) *ID, i int, item *node, into *[]S, seen map[string]position) {
	name := item.get("id")
	if name.empty() || name.form != formText {
		r.at(fmt.Sprintf("[%d]", i), item.at, func() {
			value := sh.new()
			sh.update(r, item, &value) // for the mistakes in it
		})
		return
	}
	r.at("["+name.value+"]", item.at, func() {
		if first, twice := seen[name.value]; twice {
			r.wrong(name.at, "id %q stands twice, first on line %d", name.value, first.line)
			return
		}
		seen[name.value] = name.at
		r.touched = append(r.touched, r.here())
		at := slices.IndexFunc(*into, func(s S) bool { return string(*id(&s)) == name.value })
		if at < 0 {
			*into = append(*into, sh.new())
			at = len(*into) - 1
		}
		sh.update(r, item, &(*into)[at])
	})
}

// entity is a mapping that is updated key by key instead of being replaced.
func entity[S any](sh shape[S]) kind[S] {
	return kind[S]{
		read: func(r *reader, n *node, into *S) {
			r.touched = append(r.touched, r.here())
			sh.update(r, n, into)
		},
		write:  sh.write,
		schema: sh.schema,
	}
}
