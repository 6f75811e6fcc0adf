package wire

import (
	"cmp"
	"slices"
	"time"

	"aufruf/internal/town"
)

// QueueChanges is what became of a Queue since the one before on the same
// connection. A ticket stands in one list. So, to make the new state of the old:
// take whatever is named out of all lists, then put each entry of waiting, parked
// and open, in the order in which it comes, right behind the ticket that it names as
// the one before it. What isn't named stands as it stood.
type QueueChanges struct {
	Seq     town.Seq            `json:"seq"`
	Now     time.Time           `json:"now"`
	Waiting List[PlacedEntry]   `json:"waiting"` // new, changed, or at another place
	Open    List[PlacedOpen]    `json:"open"`
	Parked  List[PlacedEntry]   `json:"parked"`
	Gone    List[town.TicketID] `json:"gone"` // in no list any more
	// Paused are all that pause, Seats all where somebody works, and Screens how they
	// stand, where that has changed.
	Paused  *List[town.RoomID] `json:"paused,omitempty"`
	Seats   *List[Seat]        `json:"seats,omitempty"`
	Screens *ScreenState       `json:"screens,omitempty"`
	// Catalogue is there where it has changed, as in Queue.
	Catalogue string `json:"catalogue,omitempty"`
}

// PlacedEntry is an Entry behind another one of its list; After is empty for the
// first.
type PlacedEntry struct {
	Entry
	After town.TicketID `json:"after"`
}

// PlacedOpen is an OpenEntry behind another one.
type PlacedOpen struct {
	OpenEntry
	After town.TicketID `json:"after"`
}

func (QueueChanges) messageType() string { return "queue_changes" }

func (l Listed) id() town.TicketID { return l.Ticket }

// Since returns what became of an older state.
func (q Queue) Since(old Queue) QueueChanges {
	c := QueueChanges{Seq: q.Seq, Now: q.Now}
	for _, i := range moved(old.Waiting, q.Waiting, sameEntry) {
		c.Waiting = append(c.Waiting, PlacedEntry{q.Waiting[i], before(q.Waiting, i)})
	}
	for _, i := range moved(old.Parked, q.Parked, sameEntry) {
		c.Parked = append(c.Parked, PlacedEntry{q.Parked[i], before(q.Parked, i)})
	}
	for _, i := range moved(old.Open, q.Open, func(a, b OpenEntry) bool { return a == b }) {
		c.Open = append(c.Open, PlacedOpen{q.Open[i], before(q.Open, i)})
	}
	there := map[town.TicketID]bool{}
	for _, id := range q.tickets() {
		there[id] = true
	}
	for _, id := range old.tickets() {
		if !there[id] {
			c.Gone = append(c.Gone, id)
		}
	}
	if !slices.Equal(old.Paused, q.Paused) {
		c.Paused = &q.Paused
	}
	if !slices.EqualFunc(old.Seats, q.Seats, sameSeat) {
		c.Seats = &q.Seats
	}
	if old.Screens == nil || q.Screens != nil && !old.Screens.equal(*q.Screens) {
		c.Screens = q.Screens
	}
	if old.Catalogue != q.Catalogue {
		c.Catalogue = q.Catalogue
	}
	return c
}

// With returns the state that changes make of this one.
func (q Queue) With(c QueueChanges) Queue {
	named := map[town.TicketID]bool{}
	for _, id := range c.Gone {
		named[id] = true
	}
	for _, e := range slices.Concat(c.Waiting, c.Parked) {
		named[e.Ticket] = true
	}
	for _, e := range c.Open {
		named[e.Ticket] = true
	}
	q.Seq, q.Now = c.Seq, c.Now
	q.Waiting, q.Parked, q.Open = without(q.Waiting, named), without(q.Parked, named), without(q.Open, named)
	for _, e := range c.Waiting {
		q.Waiting = behind(q.Waiting, e.After, e.Entry)
	}
	for _, e := range c.Parked {
		q.Parked = behind(q.Parked, e.After, e.Entry)
	}
	for _, e := range c.Open {
		q.Open = behind(q.Open, e.After, e.OpenEntry)
	}
	if c.Paused != nil {
		q.Paused = *c.Paused
	}
	if c.Seats != nil {
		q.Seats = *c.Seats
	}
	if c.Screens != nil {
		q.Screens = c.Screens
	}
	q.Catalogue = cmp.Or(c.Catalogue, q.Catalogue)
	return q
}

func (q Queue) tickets() []town.TicketID {
	var ids []town.TicketID
	for _, e := range slices.Concat(q.Waiting, q.Parked) {
		ids = append(ids, e.Ticket)
	}
	for _, e := range q.Open {
		ids = append(ids, e.Ticket)
	}
	return ids
}

// listed is an entry of a list.
type listed interface{ id() town.TicketID }

func sameEntry(a, b Entry) bool {
	if (a.CallableFrom == nil) != (b.CallableFrom == nil) || a.CallableFrom != nil && !a.CallableFrom.Equal(*b.CallableFrom) {
		return false
	}
	return a.Listed == b.Listed && a.Here == b.Here && a.Start.Equal(b.Start) && slices.Equal(a.Services, b.Services) &&
		a.OnlyRoom == b.OnlyRoom && a.SentFrom == b.SentFrom && a.Overbooked == b.Overbooked
}

// moved returns the places in a list of what is new there, has changed, or doesn't
// stand in the old order with as many of the others as can: the fewest that have to
// be told.
func moved[T listed](old, list []T, same func(a, b T) bool) []int {
	places := make(map[town.TicketID]int, len(old))
	for i, e := range old {
		places[e.id()] = i
	}
	stays := make([]int, 0, len(list)) // places in list
	from := make([]int, 0, len(list))  // and in old
	for i, e := range list {
		if place, ok := places[e.id()]; ok && same(old[place], e) {
			stays, from = append(stays, i), append(from, place)
		}
	}
	kept := make([]bool, len(list))
	for _, k := range rising(from) {
		kept[stays[k]] = true
	}
	var told []int
	for i := range list {
		if !kept[i] {
			told = append(told, i)
		}
	}
	return told
}

// rising returns the indices of a longest rising subsequence.
func rising(values []int) []int {
	var ends []int // of the best subsequence of each length, the index of its last
	before := make([]int, len(values))
	for i, v := range values {
		at, _ := slices.BinarySearchFunc(ends, v, func(end, v int) int { return values[end] - v })
		before[i] = -1
		if at > 0 {
			before[i] = ends[at-1]
		}
		if at == len(ends) {
			ends = append(ends, i)
		} else {
			ends[at] = i
		}
	}
	found := make([]int, len(ends))
	if len(ends) == 0 {
		return found
	}
	for at, i := len(ends)-1, ends[len(ends)-1]; i >= 0; at, i = at-1, before[i] {
		found[at] = i
	}
	return found
}

// before is the ticket that stands before a place of a list.
func before[T listed](list []T, i int) town.TicketID {
	if i == 0 {
		return ""
	}
	return list[i-1].id()
}

func without[T listed](list []T, named map[town.TicketID]bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(e T) bool { return named[e.id()] })
}

// behind puts an entry behind a ticket; where that isn't there, at the end.
func behind[T listed](list []T, after town.TicketID, e T) []T {
	at := 0
	if after != "" {
		at = slices.IndexFunc(list, func(other T) bool { return other.id() == after }) + 1
		if at == 0 {
			at = len(list)
		}
	}
	return slices.Insert(list, at, e)
}
