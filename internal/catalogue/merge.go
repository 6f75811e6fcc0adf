package catalogue

import (
	"fmt"
	"slices"
	"strings"

	"aufruf/internal/town"
)

// Change says what a file does to one thing that it names.
type Change struct {
	What    string // "service eid-pin", "office nerchau/buergerbuero", "authority"
	Kind    ChangeKind
	Details []string // "minutes: 20 → 25"

	Entity Entity
	Branch town.BranchID // of a branch, an office or a room
	ID     string        // empty for the authority
}

// ChangeKind tells how a thing changes.
type ChangeKind string

// The kinds of change.
const (
	Added     ChangeKind = "added"
	Changed   ChangeKind = "changed"
	Retired   ChangeKind = "retired"
	Unchanged ChangeKind = "unchanged"
)

// Entity is a sort of thing that is updated key by key.
type Entity string

// The entities.
const (
	EntityAuthority Entity = "authority"
	EntityService   Entity = "service"
	EntityBranch    Entity = "branch"
	EntityRoom      Entity = "room"
	EntityOffice    Entity = "office"
)

// Merge returns the catalogue with a file worked in, and what that changes, in
// the order of the file. Things with an id are updated key by key: a key in the
// file replaces, a key that is absent stays, null gives back the default; all
// other lists and mappings are replaced as a whole. With a mistake, in the file
// or in what would come of it, the catalogue stays as it was and there are no
// changes. The receiver is not changed.
func (c Catalogue) Merge(f File) (Catalogue, []Change, []Mistake) {
	merged, mistakes := f.read(c.changeable())
	mistakes = append(mistakes, merged.consequences(mistakes)...)
	if len(mistakes) > 0 {
		return c, nil, f.sorted(mistakes)
	}
	return merged.result, changes(merged.touched, c, merged.result), nil
}

// Import parses a file and merges it; it names every mistake at once.
func (c Catalogue) Import(name string, data []byte) (Catalogue, []Change, []Mistake) {
	f, _ := Parse(name, data)
	return c.Merge(f)
}

// consequences names what is wrong between the parts after reading, with its
// place in the file. A value that was refused is absent from the result: that
// is not told a second time.
func (m reading) consequences(told []Mistake) []Mistake {
	refused := map[string]bool{}
	for _, mistake := range told {
		refused[mistake.Path] = true
	}
	if len(told) > 0 && len(m.places) == 0 {
		return nil
	}
	var found []Mistake
	for _, mistake := range m.result.references() {
		if !refused[mistake.Path] {
			mistake.Line, mistake.Column = m.locate(mistake.Path)
			found = append(found, mistake)
		}
	}
	return found
}

// locate returns where a path, or the nearest thing around it, stands in the
// file.
func (r *reader) locate(path string) (line, column int) {
	for path != "" {
		if at, known := r.places[path]; known {
			return at.line, at.column
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 0, 0
}

// changeable returns a copy of which every thing with an id can be changed key by
// key. What is below a key is shared: reading replaces that as a whole.
func (c Catalogue) changeable() Catalogue {
	c.Services, c.Branches = slices.Clone(c.Services), slices.Clone(c.Branches)
	for i := range c.Branches {
		b := &c.Branches[i]
		b.Rooms, b.Offices = slices.Clone(b.Rooms), slices.Clone(b.Offices)
	}
	return c
}

// part is one entity as it would be written, without the entities in it.
type part struct {
	entity  Entity
	branch  town.BranchID
	id      string
	written *node
	retired bool
}

// written is how to write each entity, by its path.
type written map[string]func() part

// parts returns every entity, not written yet: a file seldom touches them all.
func parts(c Catalogue) written {
	all := written{}
	if !c.Authority.isNew() {
		all["authority"] = func() part {
			return part{entity: EntityAuthority, written: authorityShape.write(c.Authority, filled)}
		}
	}
	for _, s := range c.Services {
		all[fmt.Sprintf("services[%s]", s.ID)] = func() part {
			return part{EntityService, "", string(s.ID), serviceShape.write(s, filled), s.Retired}
		}
	}
	for _, b := range c.Branches {
		all.addBranch(b)
	}
	return all
}

func (w written) addBranch(b Branch) {
	path := fmt.Sprintf("branches[%s]", b.ID)
	for _, room := range b.Rooms {
		w[fmt.Sprintf("%s.rooms[%s]", path, room.ID)] = func() part {
			return part{EntityRoom, b.ID, string(room.ID), roomShape.write(room, filled), room.Retired}
		}
	}
	for _, o := range b.Offices {
		w[fmt.Sprintf("%s.offices[%s]", path, o.ID)] = func() part {
			return part{EntityOffice, b.ID, string(o.ID), officeShape.write(o, filled), o.Retired}
		}
	}
	alone := b
	alone.Rooms, alone.Offices = nil, nil
	w[path] = func() part {
		return part{EntityBranch, b.ID, string(b.ID), branchShape.write(alone, filled), b.Retired}
	}
}

// of writes an entity; false where there is none.
func (w written) of(path string) (part, bool) {
	write, ok := w[path]
	if !ok {
		return part{}, false
	}
	return write(), true
}

// changes tells what became of what a file touched.
func changes(touched []string, before, after Catalogue) []Change {
	were, are := parts(before), parts(after)
	list := make([]Change, 0, len(touched))
	for _, path := range touched {
		old, existed := were.of(path)
		now, _ := are.of(path)
		list = append(list, change(old, existed, now))
	}
	return list
}

func change(old part, existed bool, now part) Change {
	c := Change{What: now.name(), Kind: Unchanged, Entity: now.entity, Branch: now.branch, ID: now.id}
	if !existed {
		c.Kind = Added
		return c
	}
	if same(old.written, now.written) {
		return c
	}
	c.Kind, c.Details = Changed, details(old.written, now.written)
	if now.retired && !old.retired {
		c.Kind = Retired
	}
	return c
}

func (p part) name() string {
	switch p.entity {
	case EntityAuthority:
		return string(p.entity)
	case EntityRoom, EntityOffice:
		return fmt.Sprintf("%s %s/%s", p.entity, p.branch, p.id)
	}
	return fmt.Sprintf("%s %s", p.entity, p.id)
}
