package app

import (
	"context"
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Catalogue returns what the town offers now. It is shared: read only.
func (a *App) Catalogue() *catalogue.Catalogue { return a.plans.Now().Catalogue }

// Pictures returns the pictures that a branch's screens show, by the addresses that its
// slides have; none for an unknown branch.
func (a *App) Pictures(branch town.BranchID) map[string]catalogue.Picture {
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return nil
	}
	return b.Pictures
}

// CatalogueRevision names the content of what Catalogue returns, and no other.
func (a *App) CatalogueRevision() string { return a.plans.Now().Revision }

// Refresh reads the catalogue again where another process has changed it.
func (a *App) Refresh(ctx context.Context) error { return a.refresh(ctx) }

// Zone returns a branch's time zone; UTC for an unknown branch.
func (a *App) Zone(branch town.BranchID) *time.Location { return a.zone(branch) }

// Today returns the local date of a branch.
func (a *App) Today(branch town.BranchID) town.Date { return a.today(branch) }

// RoomLabel returns how a room is called; its id where it is unknown.
func (a *App) RoomLabel(branch town.BranchID, room town.RoomID) string {
	if b, err := a.plans.Now().Known(branch); err == nil {
		return b.Label(room)
	}
	return string(room)
}

// CallableFrom returns from when "call next" considers a ticket; zero: at
// once.
func (a *App) CallableFrom(t queue.Ticket) time.Time {
	b, err := a.plans.Now().Known(t.Branch)
	if err != nil {
		return time.Time{}
	}
	return t.CallableFrom(b.Policy(t.Office))
}

// Mode returns how an office fetches people on a date.
func (a *App) Mode(branch town.BranchID, office town.OfficeID, date town.Date) town.CallMode {
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return town.CallScreen
	}
	return b.ModeOf(office, date)
}

// MeetingPoint returns where an office fetches people; nil where it calls
// them onto the screen.
func (a *App) MeetingPoint(branch town.BranchID, office town.OfficeID, date town.Date) town.Text {
	b, err := a.plans.Now().Known(branch)
	if err != nil || b.ModeOf(office, date) != town.CallPickup {
		return nil
	}
	if o, ok := b.PlanOf[office]; ok {
		return b.PickupPoint(o.Office)
	}
	return b.MeetingPoint
}
