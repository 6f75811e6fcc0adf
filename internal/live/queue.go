package live

import (
	"context"

	"aufruf/internal/app"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// Queue returns a branch's queue message as of now.
func (l *Live) Queue(ctx context.Context, branch town.BranchID) (*Frame, error) {
	body, err := l.QueueBody(ctx, branch)
	if err != nil {
		return nil, err
	}
	raw, err := wire.Encode(body)
	if err != nil {
		return nil, err
	}
	frame := frameOf(0, raw)
	frame.Shows, frame.Queue = body.Seq, &body
	return frame, nil
}

// QueueBody returns what GET /queue answers.
func (l *Live) QueueBody(ctx context.Context, branch town.BranchID) (wire.Queue, error) {
	line, err := l.app.Line(ctx, branch)
	if err != nil {
		return wire.Queue{}, err
	}
	zone := l.app.Zone(branch)
	connected, sounding := l.presence.Branch(branch)
	body := wire.Queue{
		Seq: line.Seq, Now: wire.Millis(l.app.Now(), zone), Paused: line.Paused,
		Screens: &wire.ScreenState{Connected: connected, Sounding: sounding, Silent: l.presence.Silent(branch)}, Catalogue: l.app.CatalogueRevision(),
	}
	for _, s := range line.Seats {
		body.Seats = append(body.Seats, wire.Seat{Room: s.Room, By: s.By, At: wire.Seconds(s.At, zone)})
	}
	for _, t := range line.Waiting {
		body.Waiting = append(body.Waiting, l.entry(t))
	}
	for _, t := range line.Parked {
		body.Parked = append(body.Parked, l.entry(t))
	}
	for _, t := range line.Open {
		body.Open = append(body.Open, wire.OpenEntry{
			Listed: l.listed(t), Room: wire.Room{ID: t.Room, Label: l.app.RoomLabel(branch, t.Room)},
			State: wire.TicketState(t.State), Calls: t.Calls, CallSeq: t.CallSeq,
		})
	}
	return body, nil
}

func (l *Live) listed(t queue.Ticket) wire.Listed {
	zone := l.app.Zone(t.Branch)
	return wire.Listed{
		Ticket: t.ID, Number: t.Number, Service: t.Wants()[0].Service, Office: t.Office,
		Kind: wire.TicketKind(t.Kind), Due: wire.Seconds(t.Due(zone), zone), Since: wire.Seconds(t.InLineSince(), zone),
		CheckedIn: !t.CheckedIn.IsZero(), Priority: t.Priority, SentOn: len(t.Visits) > 0, Version: t.Version,
	}
}

func (l *Live) entry(t queue.Ticket) wire.Entry {
	e := wire.Entry{Listed: l.listed(t), Here: t.Here()}
	if from := l.app.CallableFrom(t); !from.IsZero() {
		from = wire.Seconds(from, l.app.Zone(t.Branch))
		e.CallableFrom = &from
	}
	if t.Kind == queue.Appointment {
		e.Start = wire.Seconds(t.Start, l.app.Zone(t.Branch))
	}
	if n := len(t.Visits); n > 0 {
		e.SentFrom = t.Visits[n-1].Room
	}
	e.OnlyRoom, e.Overbooked, e.Services = t.OnlyRoom, t.Overbooked, all(t.Wants())
	return e
}

// all returns what a person is here for; nil where that is one service, once.
func all(items []town.Item) []wire.Quantity {
	if len(items) == 1 && items[0].Quantity == 1 {
		return nil
	}
	wanted := make([]wire.Quantity, len(items))
	for i, item := range items {
		wanted[i] = wire.Quantity{ID: item.Service, Quantity: item.Quantity}
	}
	return wanted
}

// queueChanged sends the queue again although no event says so: a screen came
// or went.
func (l *Live) queueChanged(branch town.BranchID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t, ok := l.tails[branch]; ok {
		signal(t.dirty)
	}
}

var _ app.Presence = (*Presence)(nil)
