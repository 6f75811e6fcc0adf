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
)

// View returns the screen's lines for a terminal of that size. Where it is too
// low, the list gives way first; lines that are too wide are cut.
func (d *Desk) View(width, height int) string {
	top := []string{d.head(width), alarm.Render(d.outage())}
	rule := strings.Repeat("─", max(width, 1))
	top = append(top, rule)
	top = append(top, d.serving()...)
	top = append(top, rule, d.outcome())
	for _, line := range d.helpWanted() {
		for _, part := range strings.Split(ansi.Wordwrap(line, max(width, 20), ""), "\n") {
			top = append(top, alarm.Render(part))
		}
	}
	bottom := []string{"", d.foot()}
	body := d.body(max(height-len(top)-len(bottom), 0))
	for len(top)+len(body)+len(bottom) < height {
		body = append(body, "")
	}
	lines := append(append(top, body...), bottom...)
	lines = lines[:min(len(lines), max(height, 1))]
	for i, line := range lines {
		lines[i] = ansi.Truncate(line, max(width, 1), "…")
	}
	return strings.Join(lines, "\n")
}

// head names branch, room and time.
func (d *Desk) head(width int) string {
	left := strong.Render("Aufruf") + "  " + strings.Join(d.place(), " · ")
	right := d.serverNow().Format("15:04")
	gap := max(width-lipgloss.Width(left)-lipgloss.Width(right), 2)
	return left + strings.Repeat(" ", gap) + right
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

// serving shows the number that the room has open, always in two lines, so
// that nothing jumps.
func (d *Desk) serving() []string {
	open, ok := Open(d.queue, d.room)
	if !ok {
		return []string{" " + d.phrases.T("caller.nobody_open"), " " + d.state(d.screens())}
	}
	first := []string{strong.Render(open.Number.String()), d.serviceName(open.Service), d.phrases.T("caller.state." + string(open.State))}
	if calls := d.phrases.Calls(open.Calls); calls != "" {
		first = append(first, calls)
	}
	return []string{" " + strings.Join(first, "   "), " " + d.state(d.arrival(open))}
}

// state marks a line that the desk should notice.
func (d *Desk) state(text string, warning bool) string {
	if warning {
		return alarm.Render(text)
	}
	return text
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
		return d.phrases.N("caller.screens_silent", s.Connected-s.Sounding), true
	default:
		return d.phrases.N("caller.screens", s.Connected), false
	}
}

// outcome is one line: what is being asked for, done or refused.
func (d *Desk) outcome() string {
	switch {
	case d.mode == modeNumber:
		return d.phrases.T("caller.ask.number") + " " + strong.Render(d.typed+strings.Repeat("_", 3-len(d.typed)))
	case d.mode == modeNote:
		return d.phrases.T("caller.ask.note") + " " + strong.Render(d.typed+"_")
	case d.mode == modeTarget:
		return d.phrases.T("caller.ask.target")
	case d.mode == modeService:
		return d.phrases.T("caller.ask.service") + " " + strong.Render(d.typed+"_")
	case d.busy != nil:
		return faint.Render(d.phrases.T("caller.under_way"))
	case d.again != nil:
		key := "caller.ask.take_over"
		if d.again.Sure {
			key = "caller.ask.sure"
		}
		return alarm.Render(d.message) + " " + d.phrases.T(key)
	case d.warning:
		return alarm.Render(d.message)
	}
	return d.message
}

// body is the list, or what stands over it; at most height lines.
func (d *Desk) body(height int) []string {
	switch d.mode {
	case modeHelp:
		return d.window(d.help(), 0, height)
	case modeTarget:
		return d.window(d.targets(), d.target, height)
	case modeService:
		return d.window(d.serviceLines(), d.target, height)
	}
	lines, cursor := d.list()
	return d.window(lines, cursor, height)
}

// window cuts lines to a height, so that the first one and that of the cursor
// are seen, and says how many are not.
func (d *Desk) window(lines []string, cursor, height int) []string {
	if len(lines) <= height {
		return lines
	}
	room := height - 2 // beside the first line and the count
	if room < 1 {
		return lines[:max(height, 0)]
	}
	from := min(max(cursor-room+1, 1), len(lines)-room)
	more := faint.Render(d.phrases.T("caller.more", "count", len(lines)-1-room))
	return slices.Concat(lines[:1], lines[from:from+room], []string{more})
}

// list returns the lines of the list, and which of them is selected.
func (d *Desk) list() (lines []string, cursor int) {
	waiting, parked := d.mine(d.queue.Waiting), d.mine(d.queue.Parked)
	add := func(e wire.Entry, why string, isNext bool) {
		if e.Ticket == d.selected {
			cursor = len(lines)
		}
		lines = append(lines, d.line(e, why, isNext))
	}
	lines = append(lines, strong.Render(d.phrases.N("caller.waiting", len(waiting))))
	for i, e := range waiting {
		add(e, d.why(e), i == 0)
	}
	if len(parked) > 0 {
		lines = append(lines, "", strong.Render(d.phrases.T("caller.parked")))
	}
	for _, e := range parked {
		add(e, "", false)
	}
	if others := len(d.queue.Waiting) - len(waiting); others > 0 {
		lines = append(lines, "", faint.Render(d.phrases.N("caller.elsewhere", others)))
	}
	return lines, cursor
}

func (d *Desk) line(e wire.Entry, why string, isNext bool) string {
	mark := "  "
	if isNext {
		mark = "> "
	}
	text := fmt.Sprintf("%s%s  %s  %s", mark, e.Number, column(d.serviceName(e.Service), 36), why)
	switch {
	case e.Ticket == d.selected:
		return chosen.Render(text)
	case isNext:
		return strong.Render(text)
	}
	return text
}

// why says what puts an entry at its place: its time, whether the person is
// here, and what moved it up.
func (d *Desk) why(e wire.Entry) string {
	now := d.serverNow()
	parts := []string{d.phrases.Presence(e)}
	if e.SentOn {
		return strings.Join([]string{d.phrases.T("caller.here.sent_on"), d.phrases.T("caller.here_for", "minutes", max(int(now.Sub(e.Since).Minutes()), 0))}, ", ")
	}
	if e.Kind == wire.Appointment {
		parts[0] = e.Due.Format("15:04") + " " + parts[0]
	}
	if e.Kind == wire.WalkIn || e.CheckedIn {
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

func (d *Desk) targets() []string {
	destinations := d.destinations()
	if len(destinations) == 0 {
		return []string{d.phrases.T("caller.no_target")}
	}
	lines := make([]string, len(destinations))
	for i, to := range destinations {
		lines[i] = "  " + to.name
		if i == d.target {
			lines[i] = chosen.Render("> " + to.name)
		}
	}
	return lines
}

func (d *Desk) serviceLines() []string {
	services := d.services()
	if len(services) == 0 {
		return []string{d.phrases.T("caller.no_service")}
	}
	lines := make([]string, len(services))
	for i, s := range services {
		lines[i] = "  " + s.name
		if i == d.target {
			lines[i] = chosen.Render("> " + s.name)
		}
	}
	return lines
}

func (d *Desk) help() []string {
	lines := make([]string, 0, len(shortcuts)+3)
	for _, s := range shortcuts {
		lines = append(lines, fmt.Sprintf("  %-8s %s", s.key, d.phrases.T("caller.help."+string(s.action))))
	}
	for _, key := range []string{"arrows", "o", "q"} {
		lines = append(lines, fmt.Sprintf("  %-8s %s", d.phrases.T("caller.key."+key), d.phrases.T("caller.help."+key)))
	}
	return lines
}

func (d *Desk) foot() string {
	switch d.mode {
	case modeNumber, modeNote, modeTarget, modeService:
		return faint.Render(d.phrases.T("caller.foot.ask"))
	case modeHelp:
		return faint.Render(d.phrases.T("caller.foot.help"))
	}
	return faint.Render(d.phrases.T("caller.foot.list"))
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

// column cuts or fills a text to a width in terminal cells.
func column(text string, width int) string {
	text = ansi.Truncate(text, width, "…")
	return text + strings.Repeat(" ", max(width-ansi.StringWidth(text), 0))
}

// TickEvery is how often a shown desk wants to be told the time.
const TickEvery = 5 * time.Second
