package catalogue

import (
	"slices"

	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// ErrContradicted: what a change did was changed again since, so that it can't be
// taken back by itself.
var ErrContradicted = problem.New(problem.Conflict, "edit.contradicted")

// Restore takes what a change did in one branch back, entry by entry: what was
// added goes, what was removed comes again, and everything else stays, whatever
// happened to it since.
type Restore struct {
	Branch  town.BranchID
	Patches []Patch
}

// Patch is what a change did to one value of a branch, an office or a room.
type Patch struct {
	entity Entity
	id     string // of an office or a room
	path   []string
	list   bool    // removed and added are entries of a list; else the value as a whole
	gone   []*node // what was removed
	at     []int   // where these stood in the list
	added  []*node
}

// Between returns what differs in a branch that both catalogues have.
func Between(before, after *Catalogue, branch town.BranchID) []Patch {
	old, now := partsOf(before, branch), partsOf(after, branch)
	var patches []Patch
	for _, p := range now {
		at := slices.IndexFunc(old, func(o part) bool { return o.entity == p.entity && o.id == p.id })
		if at < 0 {
			continue
		}
		patches = append(patches, differing(Patch{entity: p.entity, id: p.id}, old[at].written, p.written)...)
	}
	return patches
}

// partsOf returns a branch, its rooms and its offices.
func partsOf(c *Catalogue, id town.BranchID) []part {
	b, ok := c.Branch(id)
	if !ok {
		return nil
	}
	var list []part
	for _, room := range b.Rooms {
		list = append(list, part{entity: EntityRoom, branch: id, id: string(room.ID), written: roomShape.write(room, filled)})
	}
	for _, o := range b.Offices {
		list = append(list, part{entity: EntityOffice, branch: id, id: string(o.ID), written: officeShape.write(o, filled)})
	}
	alone := *b
	alone.Rooms, alone.Offices = nil, nil
	return append(list, part{entity: EntityBranch, branch: id, written: branchShape.write(alone, filled)})
}

// differing returns a patch for each value below a mapping that differs.
func differing(at Patch, old, now *node) []Patch {
	var patches []Patch
	for _, key := range keysIn(old, now) {
		a, b := old.get(key), now.get(key)
		p := at
		p.path = append(slices.Clone(at.path), key)
		switch {
		case same(a, b):
		case !a.empty() && !b.empty() && a.form == formMapping && b.form == formMapping:
			patches = append(patches, differing(p, a, b)...)
		case !a.empty() && !b.empty() && a.form == formList && b.form == formList:
			p.list = true
			p.gone, p.at = missing(a.items, b.items)
			p.added, _ = missing(b.items, a.items)
			patches = append(patches, p)
		default:
			p.gone, p.added = []*node{orNull(a)}, []*node{orNull(b)}
			patches = append(patches, p)
		}
	}
	return patches
}

func orNull(n *node) *node {
	if n == nil {
		return nullNode()
	}
	return n
}

// missing returns the nodes of which others has fewer, and where they stand.
func missing(nodes, others []*node) (gone []*node, at []int) {
	left := slices.Clone(others)
	for i, n := range nodes {
		if j := slices.IndexFunc(left, func(o *node) bool { return same(n, o) }); j >= 0 {
			left = slices.Delete(left, j, j+1)
			continue
		}
		gone, at = append(gone, n), append(at, i)
	}
	return gone, at
}

// Kind implements Edit.
func (Restore) Kind() EditKind { return KindRestore }

// Place implements Edit: all of the branch.
func (e Restore) Place() Counters { return Counters{Branch: e.Branch} }

// Dates implements Edit: it may be any.
func (Restore) Dates() (from, to town.Date) { return 0, NoEnd }

// Seen implements Edit: nothing, for each patch says itself what must stand there.
func (Restore) Seen(*Catalogue) Standing { return Standing{} }

func (Restore) check() []Mistake { return nil }

func (e Restore) written() *node { return restoreShape.write(e, filled) }

func (e Restore) apply(b *Branch) error {
	root := branchShape.write(*b, filled)
	for i := range e.Patches {
		if err := e.Patches[i].revert(root); err != nil {
			return err
		}
	}
	r, restored := newReader(), branchShape.new()
	branchShape.update(r, root, &restored)
	if len(r.mistakes) > 0 {
		return ErrContradicted
	}
	*b = restored
	return nil
}

// Stands counts what a change did in a branch and nobody has changed since: the
// entries that it added and that are there, and those that it removed and that
// aren't.
func (e Restore) Stands(c *Catalogue) int {
	b, ok := c.Branch(e.Branch)
	if !ok {
		return 0
	}
	root, count := branchShape.write(*b, filled), 0
	for i := range e.Patches {
		p := &e.Patches[i]
		holder, key := p.holder(root)
		if holder == nil {
			continue
		}
		stand := []*node{orNull(holder.get(key))}
		if p.list {
			stand = stand[0].items
		}
		absent, _ := missing(p.added, stand)
		gone, _ := missing(p.gone, stand)
		count += len(p.added) - len(absent) + len(gone)
	}
	return count
}

// holder returns the mapping that holds a patch's value, and its key there; nil
// where it is gone.
func (p *Patch) holder(root *node) (*node, string) {
	n := root
	if p.entity != EntityBranch {
		n = nil
		if list := root.get(string(p.entity) + "s"); list != nil {
			for _, item := range list.items {
				if id := item.get("id"); !id.empty() && id.value == p.id {
					n = item
				}
			}
		}
	}
	for _, key := range p.path[:len(p.path)-1] {
		n = n.get(key)
	}
	return n, p.path[len(p.path)-1]
}

// revert takes the patch back in a branch as it is written.
func (p *Patch) revert(root *node) error {
	holder, key := p.holder(root)
	if holder == nil {
		return ErrContradicted
	}
	stands := orNull(holder.get(key))
	if !p.list {
		if !same(stands, p.added[0]) {
			return ErrContradicted
		}
		holder.set(key, p.gone[0])
		return nil
	}
	items := slices.Clone(stands.items)
	for _, added := range p.added {
		at := slices.IndexFunc(items, func(n *node) bool { return same(n, added) })
		if at < 0 {
			return ErrContradicted
		}
		items = slices.Delete(items, at, at+1)
	}
	for i, gone := range p.gone {
		items = slices.Insert(items, min(p.at[i], len(items)), gone)
	}
	holder.set(key, listNode(items...))
	return nil
}

// set gives a key of a mapping another value.
func (n *node) set(key string, value *node) {
	for i := range n.pairs {
		if n.pairs[i].key == key {
			n.pairs[i].value = value
			return
		}
	}
	n.with(key, value)
}

var restoreShape = shape[Restore]{fields: []field[Restore]{
	must("branch", "", id[town.BranchID](), func(e *Restore) *town.BranchID { return &e.Branch }),
	must("patches", "", listOf(patchShape.kind()), func(e *Restore) *[]Patch { return &e.Patches }),
}}

var patchShape = shape[Patch]{fields: []field[Patch]{
	must("entity", "", oneOf(EntityBranch, EntityOffice, EntityRoom), func(p *Patch) *Entity { return &p.entity }),
	in("id", "", anyLine(), func(p *Patch) *string { return &p.id }),
	must("path", "", listOf(anyLine()), func(p *Patch) *[]string { return &p.path }),
	in("list", "", yesNo(), func(p *Patch) *bool { return &p.list }),
	in("gone", "", listOf(asWritten()), func(p *Patch) *[]*node { return &p.gone }),
	in("at", "", listOf(whole(0, 1_000_000)), func(p *Patch) *[]int { return &p.at }),
	in("added", "", listOf(asWritten()), func(p *Patch) *[]*node { return &p.added }),
}}

// asWritten is a value of whatever shape, wrapped so that it may be nothing.
func asWritten() kind[*node] {
	return kind[*node]{
		read: func(r *reader, n *node, into **node) {
			if r.want(n, formMapping) {
				*into = orNull(n.get("value"))
			}
		},
		write:  func(v *node, _ writing) *node { return (&node{}).with("value", v) },
		schema: func() *node { return schemaOf("object") },
	}
}
