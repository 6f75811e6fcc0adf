package page

import (
	"aufruf/internal/app"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// InLine says who is ahead and how long it may take; of a number that isn't to be
// called any more, what became of it.
func (v *Page) InLine(s app.Standing) []string {
	if !s.Ticket.InLine() {
		return []string{v.T("kiosk.ticket.state_" + string(s.Ticket.State))}
	}
	ahead := v.N("kiosk.ticket.ahead", s.Ahead)
	if s.Ahead == 0 {
		ahead = v.T("kiosk.ticket.first")
	}
	return []string{ahead, v.T("kiosk.ticket.wait", "low", s.Low, "high", s.High)}
}

// Slip is what a walk-in takes along, on the kiosk's screen, at reception and on
// paper.
type Slip struct {
	Number   string
	Branch   string
	Services []string
	Called   []string // how the number is called at its office on its day
	OnScreen bool     // on a screen, that is
	When     string   // it was given out
}

// SlipOf words what the catalogue says about a walk-in's number.
func (f *Frame) SlipOf(v *Page, t queue.Ticket) Slip {
	known, ok := f.Town.Catalogue().Visit(t.Branch, t.Office, t.Items, t.Date, v.Lang)
	slip := Slip{Number: t.Number.String(), Branch: known.Branch, When: v.Moment(t.Created.In(f.ZoneOf(t.Branch)))}
	for _, service := range known.Services {
		slip.Services = append(slip.Services, v.named(service))
	}
	switch {
	case ok && known.Mode == town.CallPickup:
		slip.Called = v.pickup(known.MeetingPoint)
	case ok:
		slip.Called, slip.OnScreen = []string{v.T("kiosk.ticket.called")}, true
	}
	return slip
}
