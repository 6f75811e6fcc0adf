package catalogue

import (
	"fmt"
	"strings"
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
	m := Mistake{
		Line: place.line, Column: place.column, Path: r.here(), Message: fmt.Sprintf(format, args...),
	}
	said, values := saidOf(format, args)
	m.format, m.args = said, valuesOf(values)
	if format == missingKey {
		m.missing = fmt.Sprint(args...)
	}
	r.mistakes = append(r.mistakes, m)
}

// want reports whether a node has the form, and records a mistake if not.
func (r *reader) want(n *node, f form) bool {
	if n.form == f {
		return true
	}
	if f == formText && (n.form == formNumber || n.form == formBool) {
		r.wrong(n.at, "want text, got %s: put it in quotes", n.form)
		return false
	}
	r.wrong(n.at, "want %s, got %s", f, n.form)
	return false
}
