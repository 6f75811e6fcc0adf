package caller

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"aufruf/internal/town"
	"aufruf/internal/wire"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
)

// Emphasis is by weight and reversal first, by colour only beside words.
var (
	strong = lipgloss.NewStyle().Bold(true)
	faint  = lipgloss.NewStyle().Faint(true)
	alarm  = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.AdaptiveColor{Light: "#8a0000", Dark: "#ff9a9a"})
	chosen = lipgloss.NewStyle().Reverse(true)
	plain  = lipgloss.NewStyle()
)

// View returns the screen's lines for a terminal of that size. What doesn't fit
// into a line goes on in the next; where the terminal is too low, the list gives
// way first.
func (d *Desk) View(width, height int) string {
	width = max(width, 1)
	rule := []string{strings.Repeat("─", width)}
	top := slices.Concat(d.head(width), paragraph(alarm, d.outage(), width), rule, d.serving(width), rule, d.outcome(width))
	for _, line := range d.helpWanted() {
		top = append(top, paragraph(alarm, line, width)...)
	}
	bottom := append([]string{""}, paragraph(faint, d.foot(), width)...)
	body := d.body(width, max(height-len(top)-len(bottom), 0))
	for len(top)+len(body)+len(bottom) < height {
		body = append(body, "")
	}
	lines := slices.Concat(top, body, bottom)
	return strings.Join(lines[:min(len(lines), max(height, 1))], "\n")
}

// head names branch, room and time.
func (d *Desk) head(width int) []string {
	const name = "Aufruf"
	place, clock := strings.Join(d.place(), " · "), d.serverNow().Format("15:04")
	if gap := width - len(name) - 2 - ansi.StringWidth(place) - len(clock); gap >= 2 {
		return []string{strong.Render(name) + "  " + place + strings.Repeat(" ", gap) + clock}
	}
	return paragraph(plain, clock+"  "+place, width)
}

func (d *Desk) place() []string {
	place := []string{d.roomName(d.room)}
	if d.names.Branch.Name != "" {
		place = append([]string{Line(d.names.Branch.Name)}, place...)
	}
	if d.paused() {
		place = append(place, d.phrases.T("caller.paused"))
	}
	return place
}

// outage says since when there is no connection and how old the list is,
// empty where all is well.
func (d *Desk) outage() string {
	if d.connected {
		return ""
	}
	if d.lostWhy == nil {
		return d.phrases.T("caller.connecting")
	}
	since := d.phrases.T("caller.offline", "time", d.phrases.Time(d.atServer(d.lostAt)), "text", d.phrases.Refusal(d.lostWhy))
	if d.queueAt.IsZero() {
		return since
	}
	return since + " " + d.phrases.T("caller.list_of", "time", d.phrases.Time(d.queue.Now))
}

// serving shows the number that the room has open, in two lines where they are wide
// enough, so that nothing jumps.
func (d *Desk) serving(width int) []string {
	open, ok := Open(d.queue, d.room)
	if !ok {
		text, warning := d.screens()
		return slices.Concat(indented(plain, d.phrases.T("caller.nobody_open"), width, 1), state(text, warning, width))
	}
	first := []string{open.Number.String(), d.serviceName(open.Service), d.phrases.T("caller.state." + string(open.State))}
	if calls := d.phrases.Calls(open.Calls); calls != "" {
		first = append(first, calls)
	}
	text, warning := d.arrival(open)
	return slices.Concat(indented(strong, strings.Join(first, "   "), width, 1), state(text, warning, width))
}

// state marks what the desk should notice.
func state(text string, warning bool, width int) []string {
	if warning {
		return indented(alarm, text, width, 1)
	}
	return indented(plain, text, width, 1)
}

// arrival says how the open number's call reached the person.
func (d *Desk) arrival(open wire.OpenEntry) (text string, warning bool) {
	if d.open != nil && d.open.Ticket == open.Ticket && d.open.CallMode == town.CallPickup {
		return d.phrases.Fetch(open.Number, d.open.MeetingPoint), false
	}
	if delivery, ok := d.deliveries[open.CallSeq]; ok {
		arrived := d.phrases.Arrived(delivery)
		return arrived.Text, arrived.Warning
	}
	return d.screens()
}

// screens says what the branch's screens are like now, as far as known.
func (d *Desk) screens() (text string, warning bool) {
	switch s := d.queue.Screens; {
	case s == nil:
		return "", false
	case s.Connected == 0:
		return d.phrases.T("caller.no_screen"), true
	case s.Sounding < s.Connected:
		return d.phrases.T("caller.screens_silent", "names", Line(strings.Join(s.Silent, ", "))), true
	default:
		return d.phrases.N("caller.screens", s.Connected), false
	}
}

// outcome says what is being asked for, done or refused.
func (d *Desk) outcome(width int) []string {
	switch {
	case d.mode == modeNumber:
		return paragraph(strong, d.phrases.T("caller.ask.number")+" "+d.typed+strings.Repeat("_", 3-len(d.typed)), width)
	case d.mode == modeNote:
		return paragraph(strong, d.phrases.T("caller.ask.note")+" "+d.typed+"_", width)
	case d.mode == modeTarget:
		return paragraph(strong, d.phrases.T("caller.ask.target"), width)
	case d.mode == modeService:
		return paragraph(strong, d.phrases.T("caller.ask.service")+" "+d.typed+"_", width)
	case d.busy != nil:
		return paragraph(faint, d.phrases.T("caller.under_way"), width)
	case d.again != nil:
		key := "caller.ask.take_over"
		if d.again.Sure {
			key = "caller.ask.sure"
		}
		return paragraph(alarm, d.message+" "+d.phrases.T(key), width)
	case d.warning:
		return paragraph(alarm, d.message, width)
	}
	return paragraph(plain, d.message, width)
}

// body is the list, or what stands over it; at most height lines.
func (d *Desk) body(width, height int) []string {
	switch d.mode {
	case modeHelp:
		return d.window(d.help(width), 0, width, height)
	case modeTarget:
		return d.window(d.targets(width), d.target, width, height)
	case modeService:
		return d.window(d.serviceLines(width), d.target, width, height)
	}
	lines, cursor := d.list(width)
	return d.window(lines, cursor, width, height)
}

// window cuts lines to a height, so that the first one and that of the cursor
// are seen, and says how many are not.
func (d *Desk) window(lines []string, cursor, width, height int) []string {
	if len(lines) <= height {
		return lines
	}
	room := height - 2 // beside the first line and the count
	if room < 1 {
		return lines[:max(height, 0)]
	}
	from := min(max(cursor-room+1, 1), len(lines)-room)
	more := faint.Render(ansi.Truncate(d.phrases.T("caller.more", "count", len(lines)-1-room), width, "…"))
	return slices.Concat(lines[:1], lines[from:from+room], []string{more})
}

// why says what puts an entry at its place: its time, since when the person is
// here, and what moved it up.
func (d *Desk) why(e wire.Entry) string {
	now := d.serverNow()
	var parts []string
	switch {
	case e.SentOn:
		parts = append(parts, d.phrases.T("caller.here.sent_on"))
	case e.Kind == wire.WalkIn:
		parts = append(parts, d.phrases.T("caller.here.walk_in"))
	case !e.Start.IsZero() && e.Due.After(e.Start):
		parts = append(parts, e.Start.Format("15:04")+" "+d.phrases.T("caller.here.booked"), d.phrases.T("caller.late"))
	default:
		parts = append(parts, e.Due.Format("15:04")+" "+d.phrases.T("caller.here.booked"))
	}
	if e.OnlyRoom != "" {
		parts = append(parts, d.phrases.T("caller.only_here"))
	}
	if e.SentOn || e.Kind == wire.WalkIn || e.CheckedIn {
		parts = append(parts, d.phrases.T("caller.here_for", "minutes", max(int(now.Sub(e.Since).Minutes()), 0)))
	}
	if e.Priority > 0 {
		parts = append(parts, d.phrases.T("caller.priority"))
	}
	if e.CallableFrom != nil && e.CallableFrom.After(now) {
		parts = append(parts, d.phrases.T("caller.callable_from", "time", e.CallableFrom.Format("15:04")))
	}
	return strings.Join(parts, ", ")
}

func (d *Desk) targets(width int) []string {
	var names []string
	for _, to := range d.destinations() {
		names = append(names, to.name)
	}
	return d.choices(names, d.target, "caller.no_target", width)
}

func (d *Desk) serviceLines(width int) []string {
	var names []string
	for _, s := range d.services() {
		names = append(names, s.name)
	}
	return d.choices(names, d.chosenService(), "caller.no_service", width)
}

// choices lists what can be chosen; of what isn't there the sentence is said.
func (d *Desk) choices(names []string, target int, none string, width int) []string {
	if len(names) == 0 {
		return paragraph(plain, d.phrases.T(none), width)
	}
	lines := make([]string, len(names))
	for i, name := range names {
		lines[i] = "  " + name
		if i == target {
			lines[i] = chosen.Render("> " + name)
		}
		lines[i] = ansi.Truncate(lines[i], width, "…") // a name is known by how it begins
	}
	return lines
}

func (d *Desk) help(width int) []string {
	var lines []string
	add := func(key, does string) {
		lines = append(lines, hanging(plain, fmt.Sprintf("  %-8s ", key), does, width)...)
	}
	for _, s := range shortcuts {
		add(s.key, d.phrases.T("caller.help."+string(s.action)))
	}
	for _, key := range []string{"arrows", "o", "q"} {
		add(d.phrases.T("caller.key."+key), d.phrases.T("caller.help."+key))
	}
	return lines
}

func (d *Desk) foot() string {
	switch d.mode {
	case modeNumber, modeNote, modeTarget, modeService:
		return d.phrases.T("caller.foot.ask")
	case modeHelp:
		return d.phrases.T("caller.foot.help")
	}
	return d.phrases.T("caller.foot.list")
}

func (d *Desk) serviceName(id town.ServiceID) string {
	if name := d.names.Services[id]; name != "" {
		return Line(name)
	}
	return Line(string(id))
}

func (d *Desk) roomName(id town.RoomID) string {
	for _, office := range d.names.Branch.Offices {
		for _, room := range office.Rooms {
			if room.ID == id {
				return Line(room.Label)
			}
		}
	}
	return Line(string(id))
}

// TickEvery is how often a shown desk wants to be told the time.
const TickEvery = 5 * time.Second
