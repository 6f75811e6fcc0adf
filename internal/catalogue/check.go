package catalogue

import (
	"fmt"

	"aufruf/internal/booking"
	"aufruf/internal/town"
)

// Check names everything that is wrong in a catalogue, by path.
func (c Catalogue) Check() []Mistake {
	r := newReader()
	d := document{}
	documentShape.update(r, documentShape.write(document{Format, c}, filled), &d)
	return append(r.mistakes, c.references()...)
}

// references names what is wrong between the parts of a catalogue: what is
// missing, and names that name nothing. Single values are checked on reading.
func (c Catalogue) references() []Mistake {
	r := &checker{catalogue: c, services: map[town.ServiceID]bool{}}
	r.authority()
	for i := range c.Services {
		r.services[c.Services[i].ID] = true
		r.service(&c.Services[i])
	}
	r.questions()
	for i := range c.Branches {
		r.branch(&c.Branches[i])
	}
	return r.mistakes
}

type checker struct {
	catalogue Catalogue
	services  map[town.ServiceID]bool
	mistakes  []Mistake
}

func (r *checker) wrong(path, format string, args ...any) {
	r.mistakes = append(r.mistakes, Mistake{Path: path, Message: fmt.Sprintf(format, args...), format: format, args: valuesOf(args)})
}

func (r *checker) need(path, key string, present bool) {
	if !present {
		r.wrong(path+"."+key, "%s is missing", key)
	}
}

func (r *checker) authority() {
	a := r.catalogue.Authority
	r.need("authority", "name", len(a.Name) > 0)
	r.need("authority", "state", a.State != "")
	r.mailTexts("authority", a.Mails)
	if len(a.Languages) == 0 {
		r.wrong("authority.languages", "at least one language is needed")
	}
}

func (r *checker) service(s *Service) {
	path := fmt.Sprintf("services[%s]", s.ID)
	r.need(path, "name", len(s.Name) > 0)
	r.need(path, "minutes", s.Minutes > 0)
	if s.First != nil && s.Last != nil && *s.First > *s.Last {
		r.wrong(path+".last", "last %s is before first %s", s.Last, s.First)
	}
}

func (r *checker) branch(b *Branch) {
	path := fmt.Sprintf("branches[%s]", b.ID)
	r.need(path, "name", len(b.Name) > 0)
	r.need(path, "address", b.Address.Street != "")
	r.need(path, "time_zone", b.TimeZone != "")
	r.need(path, "call_mode", b.CallMode != "")
	for i := range b.Rooms {
		room := &b.Rooms[i]
		r.need(fmt.Sprintf("%s.rooms[%s]", path, room.ID), "label", room.Label != "")
	}
	r.numbers(path, b)
	offered := map[town.ServiceID]town.OfficeID{}
	for i := range b.Offices {
		r.office(path, b, &b.Offices[i], offered)
	}
}

func (r *checker) numbers(path string, b *Branch) {
	left := map[town.Number]bool{}
	for n := town.FirstNumber; n <= town.LastNumber; n++ {
		left[n] = true
	}
	for _, block := range b.Excluded {
		for n := block.From; n <= block.To; n++ {
			delete(left, n)
		}
	}
	if len(left) == 0 {
		r.wrong(path+".excluded_numbers", "no number is left")
	}
}

func (r *checker) office(path string, b *Branch, o *Office, offered map[town.ServiceID]town.OfficeID) {
	path = fmt.Sprintf("%s.offices[%s]", path, o.ID)
	r.need(path, "name", len(o.Name) > 0)
	r.mailTexts(path, o.Mails)
	if o.Retired {
		return
	}
	r.rooms(path, b, o)
	r.roster(path, b, o)
	r.offers(path, o, offered)
	r.rules(path+".opening", o, o.Opening)
	r.rules(path+".walk_in.hours", o, o.WalkIn.Hours)
	if len(b.PickupPoint(o)) > 0 {
		return
	}
	if b.modeOf(o) == town.CallPickup {
		r.wrong(path, "people are picked up, but the office and its branch have no meeting_point")
	}
	for i, rule := range o.EntryRules {
		if rule.CallMode == town.CallPickup {
			r.wrong(fmt.Sprintf("%s.entry_rules[%d]", path, i), "people are picked up, but the office and its branch have no meeting_point")
		}
	}
}

func (r *checker) rooms(path string, b *Branch, o *Office) {
	usable := 0
	known := make([]string, len(b.Rooms))
	for i := range b.Rooms {
		known[i] = string(b.Rooms[i].ID)
	}
	for i, id := range o.Rooms {
		room, ok := b.Room(id)
		if !ok {
			r.wrong(fmt.Sprintf("%s.rooms[%d]", path, i), "branch %s has no room %q%s", b.ID, id, suggestion(string(id), known))
		}
		if !ok || !room.Retired {
			usable++ // an unknown room is one mistake, not two
		}
	}
	if usable == 0 {
		r.wrong(path+".rooms", "the office has no room in use: nobody could be called")
	}
}

func (r *checker) offers(path string, o *Office, offered map[town.ServiceID]town.OfficeID) {
	for i, id := range o.Services {
		here := fmt.Sprintf("%s.services[%d]", path, i)
		if !r.services[id] {
			r.wrong(here, "there is no service %q%s", id, suggestion(string(id), r.known()))
		}
		if other, twice := offered[id]; twice && other != o.ID {
			r.wrong(here, "service %s belongs to office %s already", id, other)
		}
		offered[id] = o.ID
	}
}

func (r *checker) rules(path string, o *Office, rules []booking.OpeningRule) {
	own := map[town.ServiceID]bool{}
	for _, id := range o.Services {
		own[id] = true
	}
	for i, rule := range rules {
		for j, id := range rule.Services {
			if !own[id] {
				r.wrong(fmt.Sprintf("%s[%d].services[%d]", path, i, j), "the office does not offer %q", id)
			}
		}
	}
}

func (r *checker) known() []string {
	names := make([]string, 0, len(r.services))
	for i := range r.catalogue.Services {
		names = append(names, string(r.catalogue.Services[i].ID))
	}
	return names
}
