package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/daybook"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Limits of what is entered afterwards.
const (
	MaxAfterwards  = 100 // entries in one go
	AfterwardsDays = 7   // how long ago the day may be
)

// Happened is what happened by hand while the program was away.
type Happened string

// What can have happened.
const (
	HappenedServed    Happened = "served" // came and finished
	HappenedNoShow    Happened = "no_show"
	HappenedCancelled Happened = "cancelled"
)

var enters = map[Happened]queue.Action{
	HappenedServed: queue.EnterServed, HappenedNoShow: queue.EnterNoShow, HappenedCancelled: queue.EnterCancelled,
}

// Afterwards is a day's handwritten list, or a part of it.
type Afterwards struct {
	Branch  town.BranchID
	Date    town.Date // zero: today
	Entries []AfterwardsEntry
}

// AfterwardsEntry is a line of the list: a number, or somebody who was served
// without one.
type AfterwardsEntry struct {
	Number  town.Number    // 0: served without a number, for Service
	Service town.ServiceID // only without a number
	What    Happened
	At      *town.TimeOfDay // nil: nobody knows when
}

// Entered is what became of a line, in the order of the lines.
type Entered struct {
	Ticket  queue.Ticket   // zero where refused
	Refused *problem.Error // nil where it stands
}

// entered is what is kept of a line for its repetition.
type entered struct {
	Ticket  town.TicketID `json:"ticket,omitempty"`
	Refusal *refusal      `json:"refusal,omitempty"`
}

// EnterAfterwards writes down what happened while the program was away, today or
// on one of the last AfterwardsDays. Each line stands or is refused by itself;
// nothing rings, no screen hears of it, and the audit trail says that it was
// entered afterwards. Who was served without a number gets a drawn one, for the
// record.
//
// Errors of the whole: Forbidden; NotFound for an unknown branch; Invalid for
// another day, no line or more than MaxAfterwards. Refusals of a line: what the
// ticket is; "afterwards.open" for one that is open at a desk; "number.unknown";
// "number.none_left"; "service.unknown"; Invalid "at" for a time to come.
func (a *App) EnterAfterwards(ctx context.Context, actor access.Actor, r Afterwards) ([]Entered, error) {
	if err := actor.MayDesk(r.Branch); err != nil {
		return nil, err
	}
	again, err := a.repeats.Of(actor.Name(), actor.Key, "afterwards", r)
	if err != nil {
		return nil, err
	}
	var all []Entered
	err = a.updateFreeing(ctx, []town.BranchID{r.Branch}, func(c *change) error {
		all = nil
		answer, repeated, err := again.Answered(ctx, c)
		if err != nil {
			return err
		}
		if repeated {
			all, err = c.enteredBefore(ctx, answer)
			return err
		}
		d, date, err := c.afterwards(actor, r)
		if err != nil {
			return err
		}
		for _, e := range r.Entries {
			one, err := d.enterOne(ctx, date, e)
			if err != nil {
				return err
			}
			all = append(all, one)
		}
		return again.Remember(ctx, c, c.at, keptOf(all))
	})
	a.outbox.signal()
	return all, err
}

// afterwards checks the list as a whole.
func (c *change) afterwards(actor access.Actor, r Afterwards) (*desk, town.Date, error) {
	b, err := c.rules.Known(r.Branch)
	if err != nil {
		return nil, 0, err
	}
	today := b.Today(c.now)
	date := r.Date
	if date == 0 {
		date = today
	}
	switch {
	case date > today || date < today.AddDays(-AfterwardsDays):
		return nil, 0, problem.Field("date", "afterwards.date")
	case len(r.Entries) == 0:
		return nil, 0, problem.Field("entries", "field.required")
	case len(r.Entries) > MaxAfterwards:
		return nil, 0, problem.Field("entries", "afterwards.too_many")
	}
	return &desk{change: c, actor: actor, branch: b, today: today}, date, nil
}

// enterOne writes a line down. A refusal is no error: nothing was written then.
func (d *desk) enterOne(ctx context.Context, date town.Date, e AfterwardsEntry) (Entered, error) {
	t, err := d.enterLine(ctx, date, e)
	if p := problem.Of(err); err != nil && !p.Kind.Ours() {
		return Entered{Refused: p}, nil
	}
	return Entered{Ticket: t}, err
}

func (d *desk) enterLine(ctx context.Context, date town.Date, e AfterwardsEntry) (queue.Ticket, error) {
	action, ok := enters[e.What]
	if !ok {
		return queue.Ticket{}, problem.Field("outcome", "afterwards.outcome")
	}
	if e.At != nil && date.At(*e.At, d.branch.Zone).After(d.now) {
		return queue.Ticket{}, problem.Field("at", "afterwards.to_come")
	}
	if e.Number == 0 {
		return d.enterWalkIn(ctx, date, e)
	}
	t, err := d.Tickets().ByNumber(ctx, d.branch.ID, date, e.Number)
	if errors.Is(err, ledger.ErrNotFound) {
		return t, problem.New(problem.NotFound, "number.unknown")
	}
	if err != nil {
		return t, fmt.Errorf("read ticket: %w", err)
	}
	t = d.branch.Local(t)
	if date == d.today && t.State.Open() {
		return t, problem.New(problem.Conflict, "afterwards.open").With("room", d.branch.Label(t.Room))
	}
	if date == d.today && e.What == HappenedCancelled && t.State != queue.NoShow {
		return d.cancelAfterwards(ctx, t)
	}
	step := d.stepOf(t)
	step.Now = d.happenedAt(date, e, t)
	next, err := t.Apply(action, step)
	if err != nil {
		return t, err
	}
	if err := d.Tickets().Update(ctx, next); err != nil {
		return t, fmt.Errorf("update ticket: %w", err)
	}
	return next, d.noteEntered(ctx, t, next)
}

// happenedAt returns when a line happened: as it says, else now for today; of an
// earlier day what stands on the ticket, for nobody knows better.
func (d *desk) happenedAt(date town.Date, e AfterwardsEntry, t queue.Ticket) time.Time {
	switch {
	case e.At != nil:
		return date.At(*e.At, d.branch.Zone)
	case date == d.today:
		return d.now
	case t.Kind == queue.Appointment:
		return t.End
	}
	return t.Created
}

// noteEntered tells the desks and the trail, and no screen.
func (d *desk) noteEntered(ctx context.Context, before, t queue.Ticket) error {
	event := ledger.Event{Kind: ledger.EventQueue, Ticket: t.ID, Number: t.Number, Office: t.Office}
	if daybook.TakesOtherTime(before, t) {
		event.Dates = []town.Date{t.Date}
	}
	if _, err := d.days.Record(ctx, d.branch.ID, event); err != nil {
		return err
	}
	return d.audit(ctx, d.actor, "entered_afterwards", t)
}

// cancelAfterwards cancels as the reception would have done: the time is free,
// and whoever has a mail address is told that it happened as asked for.
func (d *desk) cancelAfterwards(ctx context.Context, t queue.Ticket) (queue.Ticket, error) {
	if err := d.cancel(ctx, d.actor, d.branch, t, StaffReason{Requested: true}); err != nil {
		return t, err
	}
	cancelled, err := d.Tickets().ByID(ctx, t.ID)
	if err != nil {
		return t, fmt.Errorf("read ticket: %w", err)
	}
	return cancelled, d.audit(ctx, d.actor, "entered_afterwards", cancelled)
}

// enterWalkIn notes that somebody without a number was served.
func (d *desk) enterWalkIn(ctx context.Context, date town.Date, e AfterwardsEntry) (queue.Ticket, error) {
	if e.What != HappenedServed {
		return queue.Ticket{}, problem.Field("number", "field.required")
	}
	w, err := d.rules.Check(plan.Wanted{Branch: d.branch.ID, Items: []town.Item{{Service: e.Service, Quantity: 1}}, Staff: true}, d.at)
	if err != nil {
		return queue.Ticket{}, err
	}
	number, err := d.draw(ctx, d.branch, date)
	if err != nil {
		return queue.Ticket{}, err
	}
	id, err := d.core.secrets.ID()
	if err != nil {
		return queue.Ticket{}, err
	}
	at := d.happenedAt(date, e, queue.Ticket{Created: date.At(0, d.branch.Zone)})
	t := queue.Ticket{
		ID: town.TicketID(id), Version: 1, Branch: d.branch.ID, Date: date, Number: number,
		Kind: queue.WalkIn, Items: w.Items, Channel: queue.ByReception, Language: d.rules.Language(""), Created: at,
		Progress: queue.Progress{
			Office: w.Office.ID, State: queue.Done, Outcome: queue.Served, CheckedIn: at, EndedAt: at,
			Path:   []queue.Moment{{Did: queue.EnterServed, At: at}},
			SortAt: queue.SortTime(queue.WalkIn, time.Time{}, at, w.Office.Queue),
		},
	}
	if err := d.admit(ctx, &t); err != nil {
		return queue.Ticket{}, err
	}
	return t, d.audit(ctx, d.actor, "entered_afterwards", t)
}

// keptOf is the answer as it is remembered: ids and keys.
func keptOf(all []Entered) string {
	kept := make([]entered, len(all))
	for i, e := range all {
		kept[i].Ticket = e.Ticket.ID
		if p := e.Refused; p != nil {
			kept[i].Refusal = &refusal{Kind: p.Kind, Key: p.Key, Args: p.Args, Fields: p.Fields}
		}
	}
	raw, _ := json.Marshal(kept) // strings and numbers can't fail
	return string(raw)
}

// enteredBefore rebuilds the answer of the first request.
func (c *change) enteredBefore(ctx context.Context, answer []byte) ([]Entered, error) {
	var kept []entered
	if err := json.Unmarshal(answer, &kept); err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	all := make([]Entered, len(kept))
	for i, e := range kept {
		if e.Refusal != nil {
			all[i].Refused = problem.Of(e.Refusal.problem())
			continue
		}
		t, err := c.Tickets().ByID(ctx, e.Ticket)
		if err != nil {
			return nil, fmt.Errorf("read ticket: %w", err)
		}
		all[i].Ticket = t
	}
	return all, nil
}
