package caller

import (
	"slices"
	"strconv"

	"aufruf/internal/town"
	"aufruf/internal/wire"

	"github.com/charmbracelet/x/ansi"
)

// group is a part of the list, under a title of its own.
type group struct {
	title   string
	entries []wire.Entry
}

// groups returns whom this room may call, as the browser's desk groups them, each in
// call order: who is here, who was put aside, whose time is over without them, and
// who is still to come. A count of people who wait is of the first.
func (d *Desk) groups() []group {
	var here, overdue, coming []wire.Entry
	now := d.serverNow()
	for _, e := range d.mine(d.queue.Waiting) {
		switch {
		case e.Here:
			here = append(here, e)
		case now.After(e.Due):
			overdue = append(overdue, e)
		default:
			coming = append(coming, e)
		}
	}
	return []group{
		{d.titled("caller.waiting", here), here},
		{d.titled("caller.parked", d.mine(d.queue.Parked)), d.mine(d.queue.Parked)},
		{d.titled("caller.overdue", overdue), overdue},
		{d.titled("caller.coming", coming), coming},
	}
}

func (d *Desk) titled(key string, entries []wire.Entry) string {
	return d.phrases.T(key) + ": " + strconv.Itoa(len(entries))
}

// listed returns the rows that the cursor runs over, as they are shown.
func (d *Desk) listed() []wire.Entry {
	var all []wire.Entry
	for _, g := range d.groups() {
		all = append(all, g.entries...)
	}
	return all
}

// upNext returns whom the key for the next one would call now, empty: nobody.
func (d *Desk) upNext() town.TicketID {
	now := d.serverNow()
	waiting := d.mine(d.queue.Waiting)
	i := slices.IndexFunc(waiting, func(e wire.Entry) bool { return e.CallableFrom == nil || !e.CallableFrom.After(now) })
	if i < 0 {
		return ""
	}
	return waiting[i].Ticket
}

// list returns the lines of the list, and the last one of what is selected.
func (d *Desk) list(width int) (lines []string, cursor int) {
	next := d.upNext()
	for i, g := range d.groups() {
		if i > 0 && len(g.entries) == 0 {
			continue
		}
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, paragraph(strong, g.title, width)...)
		for _, e := range g.entries {
			lines = append(lines, d.entry(e, e.Ticket == next, width)...)
			if e.Ticket == d.selected {
				cursor = len(lines) - 1
			}
		}
	}
	if others := len(d.queue.Waiting) - len(d.mine(d.queue.Waiting)); others > 0 {
		lines = append(lines, "")
		lines = append(lines, paragraph(faint, d.phrases.N("caller.elsewhere", others), width)...)
	}
	return lines, cursor
}

// entry is somebody in the list: in one line where all of it fits, else below the
// number's line why it stands there.
func (d *Desk) entry(e wire.Entry, isNext bool, width int) []string {
	mark, style := "  ", plain
	if isNext {
		mark, style = "> ", strong
	}
	if e.Ticket == d.selected {
		style = chosen
	}
	mark += e.Number.String() + "  "
	const column = 36
	service, why := d.serviceName(e.Service), d.why(e)
	if line := mark + padded(service, column) + "  " + why; ansi.StringWidth(service) <= column && ansi.StringWidth(line) <= width {
		return []string{style.Render(line)}
	}
	return append(hanging(style, mark, service, width), indented(style, why, width, len(mark))...)
}
