package catalogue

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
			r.wrong(n.at, missingKey, f.key)
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
