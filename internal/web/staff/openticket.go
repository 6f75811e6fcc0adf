package staff

import (
	"context"
	"time"

	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// openView is a ticket that the room has called or is serving.
type openView struct {
	Ticket, Number    string
	Version           int64
	State, StateText  string
	What, Kind, Since string
	Calls             string // how often it was called, from the second time on
	Called            bool   // not yet serving
	Pickup            string // where to fetch the person instead of a screen
	Call              town.Seq
	Arrived           arrival
	Name              string
	CheckName         bool // the name has to be compared with the document
	Support, Note     string
	Answers           []page.Answer
}

// secondGroup is an office with the services that a person can be sent on for.
type secondGroup struct {
	Office   string
	Services []page.Option
}

func (f *floorPlan) openView(ctx context.Context, t queue.Ticket) (openView, error) {
	v, open := f.view, f.numberOf(t)
	open.What, open.Kind = v.What(f.all, t), v.why(f.branch, t)
	known, err := f.app.Persons.About(ctx, f.actor, f.branch.ID, t.ID)
	if err != nil {
		return open, err
	}
	open.Name, open.Support, open.Note = known.Name, known.Support, known.Note
	open.Answers = v.Answers(f.all, t.Wants(), known.Answers)
	open.CheckName = known.Name != "" && f.all.ChecksName(t.Wants())
	return open, f.arrived(ctx, t, &open)
}

// numberOf tells what is public of a ticket that the room has open.
func (f *floorPlan) numberOf(t queue.Ticket) openView {
	v := f.view
	open := openView{
		Ticket: string(t.ID), Version: t.Version, Number: t.Number.String(), State: string(t.State), StateText: v.T("staff.state." + string(t.State)),
		Called: t.State == queue.Called, Call: t.CallSeq,
	}
	since := t.CalledAt
	if t.State == queue.Serving {
		since = t.StartedAt
	}
	open.Since = v.T("staff.since", "time", v.Time(since.In(page.Zone(f.branch))))
	if t.Calls > 1 {
		open.Calls = v.N("staff.desk.calls", t.Calls)
	}
	return open
}

// arrived tells how the call reached the hall, or where to fetch the person.
func (f *floorPlan) arrived(ctx context.Context, t queue.Ticket, open *openView) error {
	if f.branch.Mode(page.OfficeOf(f.branch, t.Office), t.Date) == town.CallPickup {
		open.Pickup = f.view.fetch(f.app.MeetingPoint(f.branch.ID, t.Office, t.Date), open.Number)
		return nil
	}
	if !open.Called {
		return nil
	}
	events, err := f.app.EventsAfter(ctx, f.branch.ID, t.CallSeq-1, 1)
	if err != nil || len(events) == 0 || events[0].Seq != t.CallSeq {
		return err
	}
	reports, err := f.app.Deliveries(ctx, f.branch.ID, t.CallSeq)
	if err != nil && problem.Of(err).Kind != problem.NotFound {
		return err
	}
	open.Arrived = f.view.arrival(events[0].Screens, reports, f.app.Now().Sub(t.CalledAt))
	return nil
}

func (v *View) fetch(point town.Text, number string) string {
	if place := point.In(v.Lang); place != "" {
		return v.T("staff.desk.fetch_at", "number", number, "place", place)
	}
	return v.T("staff.desk.fetch", "number", number)
}

// arrival says how a call arrived.
type arrival struct {
	Text string
	Warn bool // somebody has to call the number by voice
}

// lateAfter is how long a screen may take before the desk is warned.
const lateAfter = 3 * time.Second

func (v *View) arrival(screens int, reports []ledger.Delivery, age time.Duration) arrival {
	shown, sounded, silent := 0, 0, 0
	for _, r := range reports {
		if r.Shown != nil {
			shown++
		}
		switch r.Sound {
		case "":
		case "played":
			sounded++
		default:
			silent++
		}
	}
	switch {
	case screens == 0 && shown == 0:
		return arrival{v.T("staff.arrived.no_screen"), true}
	case shown == 0 && age > lateAfter:
		return arrival{v.T("staff.arrived.late"), true}
	case shown == 0:
		return arrival{v.T("staff.arrived.under_way"), false}
	}
	text := v.N("staff.arrived.shown", max(screens, shown), "shown", shown)
	switch {
	case sounded == 0 && silent > 0:
		return arrival{text + ", " + v.T("staff.arrived.silent"), true}
	case sounded == 0:
		return arrival{text, false}
	case silent > 0:
		return arrival{text + ", " + v.T("staff.arrived.partly", "sounded", sounded), true}
	}
	return arrival{text + ", " + v.T("staff.arrived.gong"), false}
}

func (v *View) secondGroup(all *catalogue.Catalogue, o *catalogue.Office) secondGroup {
	group := secondGroup{Office: o.Name.In(v.Lang)}
	for _, id := range o.Services {
		if service, ok := all.Service(id); ok && !service.Retired {
			group.Services = append(group.Services, page.Option{Value: string(id), Label: service.Name.In(v.Lang)})
		}
	}
	return group
}

// What words a ticket's services.
func (v *View) What(all *catalogue.Catalogue, t queue.Ticket) string {
	return page.Joined(v.ItemNames(all, t.Wants()))
}
