package caller

import (
	"strings"

	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Phrases words what the person at the desk is told, in one language.
type Phrases struct{ i18n.Texts }

// Refusal returns the sentence for an error: as the server worded it, else by
// its key.
func (p Phrases) Refusal(err error) string {
	e := problem.Of(err)
	title, _ := e.Args["title"].(string)
	detail, _ := e.Args["detail"].(string)
	sentence := strings.TrimSpace(title + " " + detail)
	if sentence == "" || title == detail {
		sentence = title
	}
	if sentence == "" {
		sentence = p.Problem(e)
	}
	return Line(sentence)
}

// Arrival says how a call arrived; Warning marks what the desk should notice.
type Arrival struct {
	Text    string
	Warning bool
}

// Arrived words a delivery report.
func (p Phrases) Arrived(d wire.Delivery) Arrival {
	switch {
	case d.Screens == 0 && d.Shown == 0:
		return Arrival{p.T("caller.arrived.no_screen"), true}
	case d.Shown == 0 && d.Late && d.Sounded > 0:
		return Arrival{p.T("caller.arrived.heard_only"), true}
	case d.Shown == 0 && d.Late:
		return Arrival{p.T("caller.arrived.late"), true}
	case d.Shown == 0 && d.Queued > 0:
		return Arrival{p.T("caller.arrived.queued", "seconds", seconds(d.InMS)), false}
	case d.Shown == 0:
		return Arrival{p.T("caller.arrived.under_way"), false}
	}
	d.Screens = max(d.Screens, d.Shown) // a screen may have come back since
	shown := p.N("caller.arrived.shown", d.Screens, "shown", d.Shown)
	sound, silent := p.sound(d)
	return Arrival{shown + ", " + sound, silent || d.Shown < d.Screens && d.Late}
}

// seconds rounds up, so that nobody looks too early; a call that waits has one to
// wait at least.
func seconds(ms int64) int64 { return max(1, (ms+999)/1000) }

// sound words what was heard; warning where some screen can't be heard.
func (p Phrases) sound(d wire.Delivery) (text string, warning bool) {
	switch {
	case d.Sounded >= d.Screens:
		return p.T("caller.arrived.gong"), false
	case d.Silent > 0 && d.Sounded == 0:
		return p.T("caller.arrived.silent"), true
	case d.Silent > 0:
		return p.T("caller.arrived.partly", "sounded", d.Sounded), true
	case d.Sounded > 0:
		return p.T("caller.arrived.partly", "sounded", d.Sounded), false
	}
	return p.T("caller.arrived.gong_waiting"), false
}

// Complete reports whether a call's delivery has nothing more to tell: every
// screen has shown it and reported on its sound, or none will.
func Complete(d wire.Delivery) bool {
	return d.Late || d.Screens == 0 || d.Shown >= d.Screens && d.Sounded+d.Silent >= d.Screens
}

// Fetch says where to pick up a person whose office doesn't call onto the
// screen.
func (p Phrases) Fetch(number town.Number, meetingPoint string) string {
	if meetingPoint == "" {
		return p.T("caller.fetch", "number", number)
	}
	return p.T("caller.fetch_at", "number", number, "place", meetingPoint)
}

// Calls words how often a number was called, empty for the first time.
func (p Phrases) Calls(n int) string {
	if n < 2 {
		return ""
	}
	return p.T("caller.calls", "count", n)
}
