package catalogue

import (
	"slices"
	"strings"

	"aufruf/internal/town"
)

// Thing names something of the catalogue that has an id: a service, a branch, or
// an office or a room of one.
type Thing struct {
	Entity Entity
	Branch town.BranchID // of a branch, an office or a room
	ID     string        // of a branch, its own
}

// String is how changes name it too: "office markt/buergerbuero".
func (t Thing) String() string { return part{entity: t.Entity, branch: t.Branch, id: t.ID}.name() }

// Without returns the catalogue without a thing; a branch goes with its offices
// and rooms. The receiver is not changed.
func (c Catalogue) Without(t Thing) Catalogue {
	c = c.changeable()
	switch t.Entity {
	case EntityService:
		c.Services = slices.DeleteFunc(c.Services, func(s Service) bool { return string(s.ID) == t.ID })
		return c
	case EntityBranch:
		c.Branches = slices.DeleteFunc(c.Branches, func(b Branch) bool { return b.ID == t.Branch })
		return c
	}
	b, ok := c.Branch(t.Branch)
	switch {
	case !ok:
	case t.Entity == EntityOffice:
		b.Offices = slices.DeleteFunc(b.Offices, func(o Office) bool { return string(o.ID) == t.ID })
	case t.Entity == EntityRoom:
		b.Rooms = slices.DeleteFunc(b.Rooms, func(r Room) bool { return string(r.ID) == t.ID })
	}
	return c
}

// Within returns what goes along with a thing: the offices and rooms of a branch.
func (c *Catalogue) Within(t Thing) []Thing {
	var inside []Thing
	for _, other := range c.Things() {
		if t.Entity == EntityBranch && other.Branch == t.Branch && other != t {
			inside = append(inside, other)
		}
	}
	return inside
}

// Naming returns the offices that name a service, or a room of their branch:
// retired ones too, since they may be taken up again.
func (c *Catalogue) Naming(t Thing) []Thing {
	var found []Thing
	for i := range c.Branches {
		b := &c.Branches[i]
		for j := range b.Offices {
			if b.Offices[j].names(b.ID, t) {
				found = append(found, Thing{EntityOffice, b.ID, string(b.Offices[j].ID)})
			}
		}
	}
	return found
}

func (o *Office) names(of town.BranchID, t Thing) bool {
	switch t.Entity {
	case EntityRoom:
		id := town.RoomID(t.ID)
		return of == t.Branch && (slices.Contains(o.Rooms, id) || rosterNames(o.Roster, id))
	case EntityService:
		id := town.ServiceID(t.ID)
		for _, rule := range slices.Concat(o.Opening, o.WalkIn.Hours) {
			if slices.Contains(rule.Services, id) {
				return true
			}
		}
		return slices.Contains(o.Services, id)
	}
	return false
}

// ParseThing reads how people name a thing: ID a service or a branch, BRANCH/ID an
// office or a room; false for any other shape.
func ParseThing(entity Entity, name string) (Thing, bool) {
	branch, id, inside := strings.Cut(name, "/")
	switch {
	case entity == EntityOffice || entity == EntityRoom:
		return Thing{entity, town.BranchID(branch), id}, inside && branch != "" && id != ""
	case entity == EntityBranch:
		return Thing{entity, town.BranchID(name), name}, name != "" && !inside
	}
	return Thing{Entity: entity, ID: name}, name != "" && !inside
}

// Things returns everything with an id that can be removed by itself, in the
// order of the catalogue: services, then each branch with its offices and rooms.
func (c *Catalogue) Things() []Thing {
	var all []Thing
	for i := range c.Services {
		all = append(all, Thing{Entity: EntityService, ID: string(c.Services[i].ID)})
	}
	for i := range c.Branches {
		b := &c.Branches[i]
		all = append(all, Thing{EntityBranch, b.ID, string(b.ID)})
		for j := range b.Offices {
			all = append(all, Thing{EntityOffice, b.ID, string(b.Offices[j].ID)})
		}
		for j := range b.Rooms {
			all = append(all, Thing{EntityRoom, b.ID, string(b.Rooms[j].ID)})
		}
	}
	return all
}
