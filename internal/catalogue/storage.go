package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"aufruf/internal/town"
)

// Document is one thing of the catalogue as it is stored. Equal things have
// equal bytes.
type Document struct {
	Kind     string // authority, service or branch (with its rooms and offices)
	ID       string // empty for the authority
	Position int    // among its kind, from 0
	Body     []byte // JSON
}

// The kinds of document.
const (
	DocumentAuthority = "authority"
	DocumentService   = "service"
	DocumentBranch    = "branch"
)

// Encode returns the documents of a catalogue: the authority, then services
// and branches in their order. Every key that has a value is written, so that
// a later version's defaults change nothing that is stored. It fails on a
// catalogue in which an id stands twice.
func Encode(c Catalogue) ([]Document, error) {
	documents := []Document{stored(DocumentAuthority, "", 0, authorityShape.write(c.Authority, filled))}
	seen := map[string]bool{}
	for i, s := range c.Services {
		documents = append(documents, stored(DocumentService, string(s.ID), i, serviceShape.write(s, filled)))
	}
	for i, b := range c.Branches {
		documents = append(documents, stored(DocumentBranch, string(b.ID), i, branchShape.write(b, filled)))
	}
	for _, d := range documents {
		if key := d.Kind + " " + d.ID; seen[key] {
			return nil, fmt.Errorf("encode catalogue: %s stands twice", strings.TrimSpace(key))
		}
		seen[d.Kind+" "+d.ID] = true
	}
	return documents, nil
}

// EncodeBranch returns the document of one branch as Encode does; false where there
// is none.
func EncodeBranch(c *Catalogue, id town.BranchID) (Document, bool) {
	at := slices.IndexFunc(c.Branches, func(b Branch) bool { return b.ID == id })
	if at < 0 {
		return Document{}, false
	}
	return stored(DocumentBranch, string(id), at, branchShape.write(c.Branches[at], filled)), true
}

func stored(kind, id string, position int, body *node) Document {
	return Document{Kind: kind, ID: id, Position: position, Body: body.appendJSON(nil)}
}

// Decode puts a catalogue together from its documents, given in any order. It
// fails on a document that Encode can't have written.
func Decode(documents []Document) (Catalogue, error) {
	root := (&node{}).with("format", textNode(Format))
	services, branches := make([]*node, len(documents)), make([]*node, len(documents))
	for _, d := range documents {
		body, err := readJSON(d.Body)
		if err != nil {
			return Catalogue{}, fmt.Errorf("decode %s %s: %w", d.Kind, d.ID, err)
		}
		switch d.Kind {
		case DocumentAuthority:
			root.with("authority", body)
		case DocumentService:
			err = place(services, d, body)
		case DocumentBranch:
			err = place(branches, d, body)
		default:
			err = fmt.Errorf("unknown kind")
		}
		if err != nil {
			return Catalogue{}, fmt.Errorf("decode %s %s: %w", d.Kind, d.ID, err)
		}
	}
	root.with("services", listNode(present(services)...)).with("branches", listNode(present(branches)...))
	return decode(root)
}

func decode(root *node) (Catalogue, error) {
	r, d := newReader(), document{}
	documentShape.update(r, root, &d)
	if len(r.mistakes) > 0 {
		return Catalogue{}, fmt.Errorf("decode catalogue: %s: %s", r.mistakes[0].Path, r.mistakes[0].Message)
	}
	return d.Catalogue, nil
}

func place(row []*node, d Document, body *node) error {
	if d.Position < 0 || d.Position >= len(row) || row[d.Position] != nil {
		return fmt.Errorf("position %d is taken or out of range", d.Position)
	}
	row[d.Position] = body
	return nil
}

func present(row []*node) []*node {
	var list []*node
	for _, n := range row {
		if n != nil {
			list = append(list, n)
		}
	}
	return list
}

// Export returns the whole catalogue as a file: the same bytes for the same
// catalogue, defaults left out. Merged onto the catalogue it changes nothing.
func Export(c Catalogue) ([]byte, error) {
	if mistakes := c.Check(); len(mistakes) > 0 {
		return nil, fmt.Errorf("export catalogue: %s: %s", mistakes[0].Path, mistakes[0].Message)
	}
	return documentShape.write(document{Format, c}, brief).appendYAML(nil), nil
}
