package page

import (
	"aufruf/internal/app"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// InLine says who is ahead and how long it may take.
func (v *Page) InLine(s app.Standing) []string {
	ahead := v.N("kiosk.ticket.ahead", s.Ahead)
	if s.Ahead == 0 {
		ahead = v.T("kiosk.ticket.first")
	}
	return []string{ahead, v.T("kiosk.ticket.wait", "low", s.Low, "high", s.High)}
}

// HowCalled says how a number is called at its office on its day.
func (f *Frame) HowCalled(v *Page, t queue.Ticket) []string {
	known, ok := f.Town.Catalogue().Visit(t.Branch, t.Office, nil, t.Date, v.Lang)
	if !ok {
		return nil
	}
	if known.Mode == town.CallPickup {
		return v.pickup(known.MeetingPoint)
	}
	return []string{v.T("kiosk.ticket.called")}
}
