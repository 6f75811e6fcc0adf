package catalogue

import (
	"cmp"
	"fmt"
	"slices"
)

// File is a catalogue file that was read: the whole of a town or a part.
type File struct {
	Name     string
	root     *node
	mistakes []Mistake // of the YAML itself; those of the format come with reading
}

// Mistake is something wrong in a file. Line and column count from 1; zero
// where the mistake lies in what was there before the file.
type Mistake struct {
	File         string
	Line, Column int
	Path         string // "services[eid-pin].minutes"; empty: the file as a whole
	Message      string

	format  string // of the message, which names its sentence
	args    values // of the format
	missing string // the key that isn't there
}

// String returns "file:line:column: path: message".
func (m Mistake) String() string {
	place := m.File
	if m.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", m.File, m.Line, m.Column)
	}
	if m.Path == "" {
		return place + ": " + m.Message
	}
	return place + ": " + m.Path + ": " + m.Message
}

// Parse reads a file and names every mistake that can be seen in the file
// alone, in the order of its lines. What depends on the rest of the catalogue
// (a service that isn't there, a new room without a label) shows when the file
// is merged; Merge names all of Parse's mistakes again beside its own.
func Parse(name string, data []byte) (File, []Mistake) {
	root, mistakes := readYAML(data)
	f := File{Name: name, root: root, mistakes: mistakes}
	_, mistakes = f.read(Catalogue{})
	return f, mistakes
}

// read updates a catalogue by the file, and names the mistakes of the file.
func (f File) read(onto Catalogue) (reading, []Mistake) {
	r := newReader()
	r.mistakes = append(r.mistakes, f.mistakes...)
	d := document{Catalogue: onto}
	if d.Authority.isNew() {
		d.Authority = newAuthority()
	}
	if f.root != nil {
		documentShape.update(r, f.root, &d)
	}
	return reading{reader: r, result: d.Catalogue}, f.sorted(r.mistakes)
}

// reading is a catalogue with what was found out while reading a file onto it.
type reading struct {
	*reader
	result Catalogue
}

func (f File) sorted(mistakes []Mistake) []Mistake {
	for i := range mistakes {
		mistakes[i].File = f.Name
	}
	slices.SortStableFunc(mistakes, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return mistakes
}
