package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"aufruf/internal/access"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/repeat"
	"aufruf/internal/town"
)

// Errors of the desk.
var (
	errTicket    = problem.New(problem.NotFound, "ticket.unknown")
	errEmpty     = problem.New(problem.Conflict, "queue.empty")
	errRoomTaken = problem.New(problem.Conflict, "room.taken")
	errIDReused  = problem.New(problem.Conflict, "command.id_reused")
)

// Done is what a command did.
type Done struct {
	Seq    town.Seq      `json:"seq"` // of the call where it was one, else of the last event
	Ticket *queue.Ticket `json:"ticket,omitempty"`
	Room   town.RoomID   `json:"room,omitempty"`
	Label  string        `json:"label,omitempty"`
	Paused bool          `json:"paused,omitempty"`
	// Mode says how the ticket's office fetches people; with CallPickup, Point
	// is where.
	Mode    town.CallMode `json:"mode,omitempty"`
	Point   town.Text     `json:"point,omitempty"`
	Screens int           `json:"screens"`
}

// answer is what is kept of a command for its repetition.
type answer struct {
	Done    *Done    `json:"done,omitempty"`
	Refusal *refusal `json:"refusal,omitempty"`
}

type refusal struct {
	Kind   problem.Kind      `json:"kind"`
	Key    string            `json:"key"`
	Args   map[string]any    `json:"args,omitempty"`
	Fields map[string]string `json:"fields,omitempty"`
}

// Do carries out a desk's command at a branch. The same ID with the same
// content has the same answer and no second effect, for 24 hours. A refused
// command changes nothing.
//
// Errors: Forbidden; Malformed and Invalid as of the command's Check, whatever
// door it came through; NotFound for unknown ids; Conflict with what forbids it:
// "queue.empty", "room.taken", "command.id_reused", "call.too_soon", a key of
// "moved_on" where the desk saw something else, or the ticket's state; "alarm.over"
// and "alarm.taken". A cry for help, and its answers, are heard on this node
// although nothing can be stored.
func (a *App) Do(ctx context.Context, actor access.Actor, branch town.BranchID, cmd deskwork.Command) (Done, error) {
	if err := actor.MayDesk(branch); err != nil {
		return Done{}, err
	}
	if err := cmd.Check(); err != nil {
		return Done{}, err
	}
	if cmd.Type.OfAlarm() {
		return a.Alarms.answer(ctx, actor, branch, cmd)
	}
	again, err := repeatableCommand(a.repeats, actor, branch, cmd)
	if err != nil {
		return Done{}, err
	}
	var given answer
	err = a.update(ctx, []town.BranchID{branch}, func(c *change) error {
		given = answer{}
		known, err := given.before(ctx, c, again)
		if err != nil || known {
			return err
		}
		done, err := c.perform(ctx, actor, branch, cmd)
		if err != nil {
			return err
		}
		given.Done = &done
		return given.keep(ctx, c, again)
	})
	if err != nil {
		given, err = a.refuse(ctx, branch, again, err)
	}
	if err != nil {
		return Done{}, err
	}
	if given.Refusal != nil {
		return Done{}, given.Refusal.problem()
	}
	return *given.Done, nil
}

// repeatableCommand takes the command's ID as the key, and all else as the
// content.
func repeatableCommand(repeats *repeat.Keeper, actor access.Actor, branch town.BranchID, cmd deskwork.Command) (*repeat.Request, error) {
	id := cmd.ID
	cmd.ID = ""
	again, err := repeats.Of(actor.Name(), id, "command", struct {
		Branch town.BranchID
		deskwork.Command
	}{branch, cmd})
	if err != nil {
		return nil, err
	}
	return again.OrRefuse(errIDReused), nil
}

// before reads what the command was answered earlier, if it was.
func (g *answer) before(ctx context.Context, c *change, again *repeat.Request) (bool, error) {
	earlier, known, err := again.Answered(ctx, c)
	if err != nil || !known {
		return false, err
	}
	return true, json.Unmarshal(earlier, g)
}

func (g *answer) keep(ctx context.Context, c *change, again *repeat.Request) error {
	raw, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	return again.Remember(ctx, c, c.at, string(raw))
}

// refuse keeps a refusal too, so that a repetition is refused alike although
// it might succeed by then. What went wrong on our side is not kept. Where the
// same command was answered on another connection meanwhile, that is the answer.
func (a *App) refuse(ctx context.Context, branch town.BranchID, again *repeat.Request, cause error) (answer, error) {
	p := problem.Of(cause)
	if p.Kind.Ours() || p == errIDReused {
		return answer{}, cause
	}
	var given answer
	known := false
	err := a.update(ctx, []town.BranchID{branch}, func(c *change) (err error) {
		given = answer{}
		known, err = given.before(ctx, c, again)
		if err != nil || known {
			return err
		}
		given.Refusal = &refusal{Kind: p.Kind, Key: p.Key, Args: p.Args, Fields: p.Fields}
		return given.keep(ctx, c, again)
	})
	if err != nil {
		return answer{}, errors.Join(cause, err)
	}
	if known {
		return given, nil
	}
	return answer{}, cause
}

func (r *refusal) problem() error {
	return &problem.Error{Kind: r.Kind, Key: r.Key, Args: r.Args, Fields: r.Fields}
}

// perform decides and saves one command.
func (c *change) perform(ctx context.Context, actor access.Actor, branch town.BranchID, cmd deskwork.Command) (Done, error) {
	b, err := c.rules.Known(branch)
	if err != nil {
		return Done{}, err
	}
	d := &desk{change: c, actor: actor, branch: b, today: b.Today(c.now)}
	switch cmd.Type {
	case deskwork.CallNext:
		return d.next(ctx, cmd)
	case deskwork.Call:
		return d.call(ctx, cmd)
	case deskwork.Pause, deskwork.Resume:
		return d.pause(ctx, cmd)
	}
	t, err := d.find(ctx, cmd.Ticket)
	if err != nil {
		return Done{}, err
	}
	if t.State.Open() && t.User != actor.User.ID && !actor.AtLeast(ledger.RoleManager) {
		return Done{}, errRoomTaken
	}
	if err := d.refuseMovedOn(ctx, t, cmd); err != nil {
		return Done{}, err
	}
	return d.stepOn(ctx, t, cmd)
}

// stepOn carries out a command about a ticket.
func (d *desk) stepOn(ctx context.Context, t queue.Ticket, cmd deskwork.Command) (Done, error) {
	switch cmd.Type {
	case deskwork.Recall:
		return d.recall(ctx, t)
	case deskwork.Start:
		return d.step(ctx, t, queue.DoStart)
	case deskwork.Finish:
		return d.step(ctx, t, queue.DoFinish)
	case deskwork.NoShow:
		return d.step(ctx, t, queue.DoNoShow)
	case deskwork.Park:
		return d.park(ctx, t, cmd.Note)
	case deskwork.Transfer:
		return d.transfer(ctx, t, cmd)
	case deskwork.SendOn:
		return d.sendOn(ctx, t, cmd.Service)
	case deskwork.Undo:
		return d.undo(ctx, t, cmd.Version)
	}
	return Done{}, problem.New(problem.Malformed, "request.unknown_type")
}
