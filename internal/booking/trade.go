package booking

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"aufruf/internal/town"
)

// What looks like trade in appointments is said by times, services and networks
// alone. Neither sign proves anything: a school books for its class from one
// connection, and a family takes back what its other half has booked.
const (
	// ManyOfOne is how many appointments of a day look like trade, made from one network.
	ManyOfOne = 5
	// PassedOnWithin is how soon a start that was given back is booked by whoever
	// knew that it would be.
	PassedOnWithin = 10 * time.Minute
)

// Made is an appointment that somebody made online.
type Made struct {
	Ticket town.TicketID
	Office town.OfficeID
	Start  time.Time
	At     time.Time // when it was made
	Items  []town.Item
	Gone   bool     // given back since
	From   [][]byte // hashes of the networks around its connection, nested in one another
}

// GivenBack is an appointment that somebody gave back online.
type GivenBack struct {
	Ticket town.TicketID
	Office town.OfficeID
	Start  time.Time
	At     time.Time // when it was given back
}

// PassedOn is a start that was given back and booked again within PassedOnWithin.
type PassedOn struct {
	Back  GivenBack
	Again Made
	Same  bool // both were made from one network
}

// Series returns the appointments that were made from one network, where they are
// ManyOfOne at least: the longest first, each in the order in which they were made.
// Of networks in one another the widest counts.
func Series(made []Made) [][]Made {
	of := byNetwork(made)
	var all [][]Made
	for _, series := range of {
		if len(series) >= ManyOfOne {
			all = append(all, series)
		}
	}
	slices.SortFunc(all, func(a, b []Made) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), a[0].At.Compare(b[0].At), cmp.Compare(a[0].Ticket, b[0].Ticket))
	})
	return all
}

// byNetwork parts appointments by the widest network that each came from.
func byNetwork(made []Made) map[string][]Made {
	size := map[string]int{}
	for _, m := range made {
		for _, hash := range m.From {
			size[string(hash)]++
		}
	}
	of := map[string][]Made{}
	for _, m := range made {
		if widest := widest(m.From, size); widest != "" {
			of[widest] = append(of[widest], m)
		}
	}
	for _, series := range of {
		slices.SortFunc(series, func(a, b Made) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Ticket, b.Ticket)) })
	}
	return of
}

// widest is the network from which most came; of several one, the same for all.
func widest(from [][]byte, size map[string]int) string {
	if len(from) == 0 {
		return ""
	}
	return string(slices.MaxFunc(from, func(a, b []byte) int {
		return cmp.Or(cmp.Compare(size[string(a)], size[string(b)]), bytes.Compare(a, b))
	}))
}

// Passed returns the starts that were given back and booked again within
// PassedOnWithin, in the order in which they were booked again. An appointment that
// was booked again answers one that was given back, the last before it.
func Passed(back []GivenBack, made []Made) []PassedOn {
	network := map[town.TicketID]string{}
	for name, series := range byNetwork(made) {
		for _, m := range series {
			network[m.Ticket] = name
		}
	}
	var all []PassedOn
	for _, m := range made {
		var last *GivenBack
		for i := range back {
			b := &back[i]
			if b.Ticket != m.Ticket && b.Office == m.Office && b.Start.Equal(m.Start) && !m.At.Before(b.At) && m.At.Sub(b.At) <= PassedOnWithin &&
				(last == nil || b.At.After(last.At)) {
				last = b
			}
		}
		if last != nil {
			from, known := network[last.Ticket]
			all = append(all, PassedOn{Back: *last, Again: m, Same: known && from == network[m.Ticket]})
		}
	}
	slices.SortFunc(all, func(a, b PassedOn) int {
		return cmp.Or(a.Again.At.Compare(b.Again.At), cmp.Compare(a.Again.Ticket, b.Again.Ticket))
	})
	return all
}
