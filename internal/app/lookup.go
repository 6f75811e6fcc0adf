package app

import (
	"time"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Zone returns a branch's time zone; UTC for an unknown branch.
func (a *App) Zone(branch town.BranchID) *time.Location {
	if b, err := a.plan.Load().known(branch); err == nil {
		return b.zone
	}
	return time.UTC
}

// Today returns the local date of a branch.
func (a *App) Today(branch town.BranchID) town.Date { return town.DateOf(a.clock(), a.Zone(branch)) }

// RoomLabel returns how a room is called; its id where it is unknown.
func (a *App) RoomLabel(branch town.BranchID, room town.RoomID) string {
	if b, err := a.plan.Load().known(branch); err == nil {
		return b.label(room)
	}
	return string(room)
}

// CallableFrom returns from when "call next" considers a ticket; zero: at
// once.
func (a *App) CallableFrom(t queue.Ticket) time.Time {
	b, err := a.plan.Load().known(t.Branch)
	if err != nil {
		return time.Time{}
	}
	return t.CallableFrom(b.policy(t.Office))
}

// Mode returns how an office fetches people on a date.
func (a *App) Mode(branch town.BranchID, office town.OfficeID, date town.Date) town.CallMode {
	b, err := a.plan.Load().known(branch)
	if err != nil {
		return town.CallScreen
	}
	return b.mode(office, date)
}

// MeetingPoint returns where an office fetches people; nil where it calls
// them onto the screen.
func (a *App) MeetingPoint(branch town.BranchID, office town.OfficeID, date town.Date) town.Text {
	b, err := a.plan.Load().known(branch)
	if err != nil || b.mode(office, date) != town.CallPickup {
		return nil
	}
	if o, ok := b.offices[office]; ok {
		return b.PickupPoint(o.Office)
	}
	return b.MeetingPoint
}
