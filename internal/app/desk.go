package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"aufruf/internal/access"
	"aufruf/internal/daybook"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// desk is one command under way at a branch.
type desk struct {
	*change
	actor  access.Actor
	branch *plan.Branch
	today  town.Date
}

func (d *desk) stepOf(t queue.Ticket) queue.Step {
	return queue.Step{Now: d.now, Today: d.today, Policy: d.branch.Policy(t.Office), User: d.actor.User.ID}
}

// find returns a ticket of the branch: today's from the daybook, an older one
// from its row, so that its refusal can say what it is.
func (d *desk) find(ctx context.Context, id town.TicketID) (queue.Ticket, error) {
	book, err := d.days.Today(ctx, d.branch)
	if err != nil {
		return queue.Ticket{}, err
	}
	for _, t := range book.Tickets {
		if t.ID == id {
			return *t, nil
		}
	}
	return d.change.find(ctx, d.branch, id)
}

// next closes what is open in the room and calls whoever comes next.
func (d *desk) next(ctx context.Context, cmd deskwork.Command) (Done, error) {
	book, open, err := d.enter(ctx, cmd)
	if err != nil {
		return Done{}, err
	}
	offices, err := d.offices(cmd)
	if err != nil {
		return Done{}, err
	}
	want := queue.Want{Room: cmd.Room, Offices: offices, PolicyOf: d.branch.Policy}
	t := queue.Next(slices.Values(book.Tickets), d.now, d.today, want)
	if t == nil {
		return Done{}, errEmpty
	}
	return d.callTo(ctx, cmd.Room, *t, book, open)
}

// call closes what is open in the room and calls a chosen number.
func (d *desk) call(ctx context.Context, cmd deskwork.Command) (Done, error) {
	book, open, err := d.enter(ctx, cmd)
	if err != nil {
		return Done{}, err
	}
	t := holder(book, cmd.Number)
	if t == nil {
		return Done{}, errNumber
	}
	if t.State.Open() && t.Room != cmd.Room {
		return Done{}, problem.New(problem.Conflict, "ticket.called_elsewhere").With("room", d.branch.Label(t.Room))
	}
	return d.callTo(ctx, cmd.Room, *t, book, open)
}

// holder returns the ticket with a number; a cancelled one only where no other
// has it, nil where nobody has.
func holder(d *daybook.Day, number town.Number) *queue.Ticket {
	var found *queue.Ticket
	for _, t := range d.Tickets {
		if t.Number == number && (found == nil || found.State == queue.Cancelled) {
			found = t
		}
	}
	return found
}

// enter reads the day's tickets and those that are open in the room, which
// must not be another user's.
func (d *desk) enter(ctx context.Context, cmd deskwork.Command) (*daybook.Day, []queue.Ticket, error) {
	if _, err := d.branch.OpenRoom(cmd.Room); err != nil {
		return nil, nil, err
	}
	book, err := d.days.Today(ctx, d.branch)
	if err != nil {
		return nil, nil, err
	}
	var open []queue.Ticket
	for _, t := range book.Tickets {
		if !t.State.Open() || t.Room != cmd.Room {
			continue
		}
		if t.User != d.actor.User.ID && !cmd.TakeOver {
			return nil, nil, errRoomTaken
		}
		open = append(open, *t)
	}
	return book, open, d.refuseUnseen(book, open, cmd)
}

// offices returns whose people the room takes: those asked for, else those
// that list the room, and of these only what the user may serve.
func (d *desk) offices(cmd deskwork.Command) ([]town.OfficeID, error) {
	offices := cmd.Offices
	for _, id := range offices {
		if _, ok := d.branch.PlanOf[id]; !ok {
			return nil, plan.ErrOffice
		}
	}
	if len(offices) == 0 {
		offices = d.branch.OfficesOf(cmd.Room)
	}
	return skilled(d.actor.User, offices), nil
}

// callTo closes the open tickets and calls one, in that order of events. The
// call keeps what it has ended: undo brings it back.
func (d *desk) callTo(ctx context.Context, room town.RoomID, t queue.Ticket, book *daybook.Day, open []queue.Ticket) (Done, error) {
	step := d.stepOf(t)
	step.Room = room
	if _, err := t.Apply(queue.DoCall, step); err != nil {
		return Done{}, err
	}
	for _, o := range open {
		closed, err := d.step(ctx, o, queue.DoAssume)
		if err != nil {
			return Done{}, err
		}
		step.Closes = append(step.Closes, queue.Closed{Ticket: o.ID, Version: closed.Ticket.Version})
	}
	if step.Resumes = slices.Contains(book.Paused, room); step.Resumes {
		if err := d.Rooms().ClearPaused(ctx, d.branch.ID, room); err != nil {
			return Done{}, fmt.Errorf("resume room: %w", err)
		}
	}
	return d.announce(ctx, t, queue.DoCall, step)
}

// recall rings again for a called ticket.
func (d *desk) recall(ctx context.Context, t queue.Ticket) (Done, error) {
	if _, err := t.Apply(queue.DoRecall, d.stepOf(t)); err != nil {
		return Done{}, err
	}
	step := d.stepOf(t)
	step.Room = t.Room
	return d.announce(ctx, t, queue.DoRecall, step)
}

// announce stores the call before anybody hears of it.
func (d *desk) announce(ctx context.Context, t queue.Ticket, action queue.Action, step queue.Step) (Done, error) {
	mode := d.branch.ModeOf(t.Office, d.today)
	event := ledger.Event{
		Kind: ledger.EventCall, Ticket: t.ID, Number: t.Number, Office: t.Office,
		Room: step.Room, Label: d.branch.Label(step.Room), Again: action == queue.DoRecall, Pickup: mode == town.CallPickup,
	}
	if !event.Pickup {
		screens, err := d.screensFor(ctx, d.branch.ID, t.Office)
		if err != nil {
			return Done{}, err
		}
		event.Screens = screens
	}
	events, err := d.days.Record(ctx, d.branch.ID, event)
	if err != nil {
		return Done{}, err
	}
	step.Seq = events[0].Seq
	next, err := t.Apply(action, step)
	if err != nil {
		return Done{}, err
	}
	if err := d.save(ctx, next, string(action)); err != nil {
		return Done{}, err
	}
	done := d.done(next, step.Seq)
	done.Screens = event.Screens
	return done, nil
}

// step takes a ticket through one transition that rings nothing.
func (d *desk) step(ctx context.Context, t queue.Ticket, action queue.Action) (Done, error) {
	return d.apply(ctx, t, action, d.stepOf(t))
}

func (d *desk) apply(ctx context.Context, t queue.Ticket, action queue.Action, step queue.Step) (Done, error) {
	next, err := t.Apply(action, step)
	if err != nil {
		return Done{}, err
	}
	event := left(t, next)
	event.Withdrawn = event.Kind == ledger.EventClear && action == queue.DoUndo
	if event.Pickup, err = d.inPerson(ctx, t, event); err != nil {
		return Done{}, err
	}
	events, err := d.days.Record(ctx, d.branch.ID, event)
	if err != nil {
		return Done{}, err
	}
	return d.done(next, events[0].Seq), d.save(ctx, next, string(action))
}

// inPerson reports whether a step concerns no screen because people are fetched.
// The end of a call follows the call: the office may have changed its mode since.
func (d *desk) inPerson(ctx context.Context, t queue.Ticket, step ledger.Event) (bool, error) {
	if d.branch.ModeOf(t.Office, d.today) != town.CallPickup || step.Kind != ledger.EventClear {
		return d.branch.ModeOf(t.Office, d.today) == town.CallPickup, nil
	}
	call, err := d.Events().After(ctx, d.branch.ID, step.Call-1, 1)
	if err != nil {
		return false, fmt.Errorf("read call: %w", err)
	}
	return len(call) == 0 || call[0].Pickup, nil
}

// left is the event of a step: a clear where the ticket leaves the screens.
func left(before, after queue.Ticket) ledger.Event {
	e := ledger.Event{Kind: ledger.EventQueue, Ticket: after.ID, Number: after.Number, Office: before.Office, Room: before.Room}
	if before.State == queue.Called && after.State != queue.Called {
		e.Kind, e.Call = ledger.EventClear, before.CallSeq
	}
	if daybook.TakesOtherTime(before, after) {
		e.Dates = []town.Date{after.Date}
	}
	return e
}

func (d *desk) save(ctx context.Context, t queue.Ticket, action string) error {
	if err := d.Tickets().Update(ctx, t); err != nil {
		return fmt.Errorf("update ticket: %w", err)
	}
	return d.audit(ctx, d.actor, action, t)
}

// park puts a ticket aside; the note is personal, so it is sealed.
func (d *desk) park(ctx context.Context, t queue.Ticket, note string) (Done, error) {
	done, err := d.step(ctx, t, queue.DoPark)
	note = strings.TrimSpace(note)
	if err != nil || note == "" {
		return done, err
	}
	fields := map[string]string{}
	if text(fields, "note", note, deskwork.MaxNote); len(fields) > 0 {
		return Done{}, problem.Field("note", fields["note"])
	}
	p, kept, err := d.keptPerson(ctx, t)
	if err != nil {
		return Done{}, err
	}
	if kept && p == nil {
		// A note must not take the place of a person whom the right key file may
		// still open.
		d.core.log.WarnContext(ctx, "a note isn't kept beside what can't be read", "branch", string(t.Branch), "date", t.Date.String())
		return done, nil
	}
	if p == nil {
		p = &Person{}
	}
	p.Note = note
	return done, d.keep(ctx, t, *p)
}

// transfer sends a ticket on, keeping number and place.
func (d *desk) transfer(ctx context.Context, t queue.Ticket, cmd deskwork.Command) (Done, error) {
	step := d.stepOf(t)
	if cmd.Office != "" {
		office, ok := d.branch.PlanOf[cmd.Office]
		if !ok || office.Retired {
			return Done{}, plan.ErrOffice
		}
		step.Office = cmd.Office
	}
	if cmd.Room != "" {
		if _, err := d.branch.OpenRoom(cmd.Room); err != nil {
			return Done{}, err
		}
		step.OnlyRoom = cmd.Room
	}
	return d.apply(ctx, t, queue.DoTransfer, step)
}

// sendOn closes what was done here and queues the person, with the same number
// and place, for a second service at the office that renders it.
func (d *desk) sendOn(ctx context.Context, t queue.Ticket, id town.ServiceID) (Done, error) {
	service, known := d.rules.Catalogue.Service(id)
	office, offered := d.branch.OfficeOf(id)
	if !known || !offered || service.Retired || office.Retired {
		return Done{}, plan.ErrService.With("service", string(id))
	}
	step := d.stepOf(t)
	step.Service, step.Office = id, office.ID
	return d.apply(ctx, t, queue.DoSendOn, step)
}

// undo takes the last step back, with what it ended in its room, unless a room
// is in use meanwhile. The step that the desk saw is the one that is meant.
func (d *desk) undo(ctx context.Context, t queue.Ticket, seen int64) (Done, error) {
	if seen != 0 && seen != t.Version {
		return Done{}, problem.New(problem.Conflict, "moved_on.step").With("number", t.Number.String())
	}
	if t.Before != nil && t.Before.State.Open() && t.Before.Room != t.Room {
		_, open, err := d.enter(ctx, deskwork.Command{Room: t.Before.Room, TakeOver: true})
		if err != nil {
			return Done{}, err
		}
		if len(open) > 0 {
			return Done{}, problem.New(problem.Conflict, "room.occupied").With("number", open[0].Number.String())
		}
	}
	book, err := d.days.Today(ctx, d.branch)
	if err != nil {
		return Done{}, err
	}
	done, err := d.apply(ctx, t, queue.DoUndo, d.stepOf(t))
	if err != nil {
		return Done{}, err
	}
	for _, closed := range t.Reopens(slices.Values(book.Tickets)) {
		reopened, err := d.step(ctx, *closed, queue.DoUndo)
		if err != nil {
			return Done{}, err
		}
		done.Seq = reopened.Seq
	}
	if !t.PausesAgain() {
		return done, nil
	}
	if newer, err := d.pauseSaidSince(ctx, t.Room, t.CallSeq); err != nil || newer {
		return done, err
	}
	if err := d.Rooms().SetPaused(ctx, d.branch.ID, t.Room, d.actor.User.ID, d.now); err != nil {
		return Done{}, fmt.Errorf("pause room: %w", err)
	}
	return done, nil
}

// pauseSaidSince reports whether somebody began or ended a pause of a room by
// hand after a position: their word is newer than what a call ended.
func (d *desk) pauseSaidSince(ctx context.Context, room town.RoomID, after town.Seq) (bool, error) {
	for {
		events, err := d.Events().After(ctx, d.branch.ID, after, eventsAtOnce)
		if err != nil {
			return false, fmt.Errorf("read events since the call: %w", err)
		}
		for _, e := range events {
			if e.Kind == ledger.EventQueue && e.Ticket == "" && e.Room == room {
				return true, nil
			}
			after = e.Seq
		}
		if len(events) < eventsAtOnce {
			return false, nil
		}
	}
}

// eventsAtOnce are read of what happened since a call.
const eventsAtOnce = 500

func (d *desk) pause(ctx context.Context, cmd deskwork.Command) (Done, error) {
	room, err := d.branch.OpenRoom(cmd.Room)
	if err != nil {
		return Done{}, err
	}
	if cmd.Type == deskwork.Pause {
		err = d.Rooms().SetPaused(ctx, d.branch.ID, room.ID, d.actor.User.ID, d.now)
	} else {
		err = d.Rooms().ClearPaused(ctx, d.branch.ID, room.ID)
	}
	if err != nil {
		return Done{}, fmt.Errorf("pause room: %w", err)
	}
	events, err := d.days.Record(ctx, d.branch.ID, ledger.Event{Kind: ledger.EventQueue, Room: room.ID})
	if err != nil {
		return Done{}, err
	}
	return Done{Seq: events[0].Seq, Room: room.ID, Label: room.Label, Paused: cmd.Type == deskwork.Pause}, nil
}

// done describes a ticket after a step, without what only the store needs.
func (d *desk) done(t queue.Ticket, seq town.Seq) Done {
	t = d.branch.Local(t)
	t.TokenHash, t.Before, t.Path = nil, nil, nil
	done := Done{Seq: seq, Ticket: &t, Room: t.Room, Mode: d.branch.ModeOf(t.Office, d.today)}
	if t.Room != "" {
		done.Label = d.branch.Label(t.Room)
	}
	if office, ok := d.branch.PlanOf[t.Office]; ok && done.Mode == town.CallPickup {
		done.Point = d.branch.PickupPoint(office.Office)
	}
	return done
}
