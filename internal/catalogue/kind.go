package catalogue

import (
	"fmt"
	"slices"
	"strings"
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

// reader collects positions, mistakes and the entities that a file names.
type reader struct {
	path     []string
	places   map[string]position
	mistakes []Mistake
	touched  []string // paths of entities, in the order of the file
}

func newReader() *reader { return &reader{places: map[string]position{}} }

func (r *reader) here() string { return strings.Join(r.path, "") }

// at runs f one step further down the path.
func (r *reader) at(step string, place position, f func()) {
	if len(r.path) == 0 {
		step = strings.TrimPrefix(step, ".")
	}
	r.path = append(r.path, step)
	if _, known := r.places[r.here()]; !known {
		r.places[r.here()] = place
	}
	f()
	r.path = r.path[:len(r.path)-1]
}

// wrong records a mistake at a place.
func (r *reader) wrong(place position, format string, args ...any) {
	r.mistakes = append(r.mistakes, Mistake{
		Line: place.line, Column: place.column, Path: r.here(), Message: fmt.Sprintf(format, args...),
	})
}

// want reports whether a node has the form, and records a mistake if not.
func (r *reader) want(n *node, f form) bool {
	if n.form == f {
		return true
	}
	if f == formText && (n.form == formNumber || n.form == formBool) {
		r.wrong(n.at, "want text, got %s: put it in quotes", n.form.describe())
		return false
	}
	r.wrong(n.at, "want %s, got %s", f.describe(), n.form.describe())
	return false
}

// field is one key of a mapping and where its value lives in a struct.
type field[S any] struct {
	key, about string
	required   bool
	read       func(r *reader, n *node, s *S)
	write      func(s *S, w writing) *node
	reset      func(s, from *S)
	schema     func() *node
}

// in declares a key.
func in[S, T any](key, about string, k kind[T], at func(*S) *T) field[S] {
	return field[S]{
		key: key, about: about,
		read:   func(r *reader, n *node, s *S) { k.read(r, n, at(s)) },
		write:  func(s *S, w writing) *node { return k.write(*at(s), w) },
		reset:  func(s, from *S) { *at(s) = *at(from) },
		schema: k.schema,
	}
}

// must declares a key that may not be left out.
func must[S, T any](key, about string, k kind[T], at func(*S) *T) field[S] {
	f := in(key, about, k, at)
	f.required = true
	return f
}

// shape is a mapping with a fixed set of keys.
type shape[S any] struct {
	fresh  func() S // holds the defaults; nil: the zero value
	fields []field[S]
	// finish looks at what stands in several fields; nil: nothing to look at.
	finish func(r *reader, n *node, s *S)
}

func (sh shape[S]) new() S {
	if sh.fresh == nil {
		var zero S
		return zero
	}
	return sh.fresh()
}

func (sh shape[S]) field(key string) (field[S], bool) {
	for _, f := range sh.fields {
		if f.key == key {
			return f, true
		}
	}
	return field[S]{}, false
}

func (sh shape[S]) keys() []string {
	keys := make([]string, len(sh.fields))
	for i, f := range sh.fields {
		keys[i] = f.key
	}
	return keys
}

// update reads the keys that the node has and leaves the others; null gives a
// key its default again.
func (sh shape[S]) update(r *reader, n *node, s *S) {
	if !r.want(n, formMapping) {
		return
	}
	defaults, seen := sh.new(), map[string]position{}
	for _, p := range n.pairs {
		if first, twice := seen[p.key]; twice {
			r.wrong(p.at, "key %q stands twice, first on line %d", p.key, first.line)
			continue
		}
		seen[p.key] = p.at
		f, known := sh.field(p.key)
		if !known {
			r.wrong(p.at, "unknown key %q%s", p.key, suggestion(p.key, sh.keys()))
			continue
		}
		r.at("."+p.key, p.at, func() {
			if p.value.form == formNull {
				f.reset(s, &defaults)
				return
			}
			f.read(r, p.value, s)
		})
	}
	for _, f := range sh.fields {
		if f.required && n.get(f.key).empty() {
			r.wrong(n.at, "%s is missing", f.key)
		}
	}
	if sh.finish != nil {
		sh.finish(r, n, s)
	}
}

func (sh shape[S]) write(s S, w writing) *node {
	out, defaults := &node{form: formMapping}, sh.new()
	for _, f := range sh.fields {
		value, standard := f.write(&s, w), f.write(&defaults, w)
		if same(value, standard) && (w == brief || value.empty()) && !f.required {
			continue
		}
		out.with(f.key, value)
	}
	return out
}

// kind makes the mapping a value that is replaced as a whole.
func (sh shape[S]) kind() kind[S] {
	return kind[S]{
		read: func(r *reader, n *node, into *S) {
			value, before := sh.new(), len(r.mistakes)
			sh.update(r, n, &value)
			if len(r.mistakes) == before {
				*into = value
			}
		},
		write:  sh.write,
		schema: sh.schema,
	}
}

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
			if slices.Index(*into, value) < i && i < len(n.items) {
				r.wrong(n.items[i].at, "%v stands twice", value)
			}
		}
	}
	return k
}

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
