package app

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"aufruf/internal/access"
	"aufruf/internal/deskwork"
	"aufruf/internal/distress"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// Errors of alarms.
var (
	errNoAlarm    = problem.New(problem.Conflict, "alarm.over")
	errTakenAlarm = problem.New(problem.Conflict, "alarm.taken")
)

// storeAlarmWithin is how long whoever cries for help waits for the database.
// The desks of this node have heard by then.
const storeAlarmWithin = 2 * time.Second

// Alarms is what this node knows of the branches' cries for help. What is said
// here is heard here at once, whatever becomes of the database; it is stored in
// the same breath or as soon as that works, and the other nodes hear of it by
// its event.
type Alarms struct {
	*core

	mu       sync.Mutex
	boards   map[town.BranchID]*distress.Board
	unstored map[town.BranchID][]unstored

	follower atomic.Pointer[func(town.BranchID)] // set once, by Follow
}

// unstored is what was said while the database was away.
type unstored struct {
	said  distress.Said
	actor access.Actor
}

func newAlarms(shared *core) *Alarms {
	return &Alarms{core: shared, boards: map[town.BranchID]*distress.Board{}, unstored: map[town.BranchID][]unstored{}}
}

// Follow has fn called whenever a branch's alarms have changed.
func (a *Alarms) Follow(fn func(town.BranchID)) { a.follower.Store(&fn) }

// Standing returns a branch's alarms, the oldest first.
func (a *Alarms) Standing(branch town.BranchID) []distress.Alarm {
	now, zone := a.clock(), a.zone(branch)
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.board(branch).Standing(now, zone)
}

// board is called under the lock.
func (a *Alarms) board(branch town.BranchID) *distress.Board {
	b := a.boards[branch]
	if b == nil {
		b = new(distress.Board)
		a.boards[branch] = b
	}
	return b
}

// Heard takes in an alarm's event.
func (a *Alarms) Heard(e ledger.Event) {
	if e.Alarm == "" {
		return // of an earlier program, which kept no state
	}
	a.take(e.Branch, distress.Said{
		Alarm: distress.ID(e.Alarm), Step: distress.Step(e.Step), At: e.At, Who: e.Who, Room: e.Room, Label: e.Label,
	})
}

// take takes in what was said, and tells who follows.
func (a *Alarms) take(branch town.BranchID, said distress.Said) {
	a.mu.Lock()
	news := a.board(branch).Take(said)
	a.mu.Unlock()
	if news {
		a.tell(branch)
	}
}

// answer carries out a command about an alarm, for an actor who may work there.
// Errors: Conflict "alarm.over", "alarm.taken", and as of Do.
func (a *Alarms) answer(ctx context.Context, actor access.Actor, branch town.BranchID, cmd deskwork.Command) (Done, error) {
	said, news, err := a.listen(actor, branch, cmd)
	if err != nil {
		return Done{}, err
	}
	done := Done{Room: said.Room, Label: said.Label}
	if !news {
		return done, nil
	}
	a.tell(branch)
	ctx, cancel := context.WithTimeout(ctx, storeAlarmWithin)
	defer cancel()
	done.Seq, err = a.store(ctx, actor, branch, said, cmd)
	switch {
	case err == nil:
		return done, nil
	case ctx.Err() != nil || problem.Of(err).Kind.Ours():
		a.log.WarnContext(ctx, "an alarm can't be stored yet", "branch", string(branch), "error", err)
		a.mu.Lock()
		a.unstored[branch] = append(a.unstored[branch], unstored{said, actor})
		a.mu.Unlock()
		return done, nil
	case said.Step == distress.Raised:
		a.mu.Lock()
		a.board(branch).Forget(said.Alarm)
		a.mu.Unlock()
		a.tell(branch)
	}
	return Done{}, err
}

func (a *Alarms) tell(branch town.BranchID) {
	if follow := a.follower.Load(); follow != nil {
		(*follow)(branch)
	}
}

// listen takes in what a command says, and reports whether it is news. Who cries
// twice before anybody comes has cried once.
func (a *Alarms) listen(actor access.Actor, branch town.BranchID, cmd deskwork.Command) (distress.Said, bool, error) {
	b, err := a.plans.Now().Known(branch)
	if err != nil {
		return distress.Said{}, false, err
	}
	said := distress.Said{
		Alarm: distress.ID(cmd.Alarm), Step: stepOf[cmd.Type], At: a.time.Now().Truncated().Wall,
		Who: a.anonymous(actor.Name() + "\x00" + string(cmd.Room)),
	}
	if cmd.Room != "" {
		room, err := b.OpenRoom(cmd.Room)
		if err != nil {
			return said, false, err
		}
		said.Room, said.Label = room.ID, room.Label
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	board := a.board(branch)
	if said.Step == distress.Raised {
		if _, waits := board.Waits(said.Room, said.At, b.Zone); waits {
			return said, false, nil
		}
		said.Alarm = distress.ID(a.anonymous(actor.Name() + "\x00" + cmd.ID))
		return said, board.Take(said), nil
	}
	stands, ok := board.Find(said.Alarm, said.At, b.Zone)
	if !ok {
		return said, false, errNoAlarm
	}
	if said.Step == distress.Comes && stands.Comes != nil && stands.Comes.Who != said.Who {
		return said, false, errTakenAlarm
	}
	return said, board.Take(said), nil
}

// stepOf is what each command says of an alarm.
var stepOf = map[deskwork.Type]distress.Step{
	deskwork.Alarm: distress.Raised, deskwork.AlarmSeen: distress.Seen, deskwork.AlarmTake: distress.Comes, deskwork.AlarmEnd: distress.Over,
}

// anonymous is a name that leads to nobody without this database's secret.
func (a *Alarms) anonymous(name string) string {
	return base64.RawURLEncoding.EncodeToString(a.secrets.Keyed("alarm", name)[:12])
}

// store writes down what was said, under the command's id.
func (a *Alarms) store(ctx context.Context, actor access.Actor, branch town.BranchID, said distress.Said, cmd deskwork.Command) (town.Seq, error) {
	again, err := repeatableCommand(a.repeats, actor, branch, cmd)
	if err != nil {
		return 0, err
	}
	var given answer
	err = a.update(ctx, []town.BranchID{branch}, func(c *change) error {
		given = answer{}
		if known, err := given.before(ctx, c, again); err != nil || known {
			return err
		}
		seq, err := c.recordAlarm(ctx, actor, branch, said)
		if err != nil {
			return err
		}
		given.Done = &Done{Seq: seq, Room: said.Room, Label: said.Label}
		return given.keep(ctx, c, again)
	})
	if err != nil || given.Done == nil {
		return 0, err
	}
	return given.Done.Seq, nil
}

// recordAlarm notes what was said as an event, and in the trail who asked for
// help and who came.
func (c *change) recordAlarm(ctx context.Context, actor access.Actor, branch town.BranchID, said distress.Said) (town.Seq, error) {
	events, err := c.days.Record(ctx, branch, ledger.Event{
		Kind: ledger.EventAlarm, Room: said.Room, Label: said.Label, Alarm: string(said.Alarm), Step: string(said.Step), Who: said.Who,
	})
	if err != nil {
		return 0, err
	}
	action, noted := map[distress.Step]string{distress.Raised: "alarm", distress.Comes: "alarm_take", distress.Over: "alarm_end"}[said.Step]
	if !noted {
		return events[0].Seq, nil
	}
	return events[0].Seq, c.audit(ctx, actor, action, queue.Ticket{Branch: branch, Progress: queue.Progress{Room: said.Room}})
}

// StoreLeft stores what was said while the database was away. What can't be
// stored yet stays for the next time.
func (a *Alarms) StoreLeft(ctx context.Context, branch town.BranchID) error {
	a.mu.Lock()
	left := slices.Clone(a.unstored[branch])
	a.mu.Unlock()
	for _, u := range left {
		err := a.update(ctx, []town.BranchID{branch}, func(c *change) error {
			_, err := c.recordAlarm(ctx, u.actor, branch, u.said)
			return err
		})
		if err != nil {
			return fmt.Errorf("store alarm: %w", err)
		}
		a.mu.Lock()
		a.unstored[branch] = a.unstored[branch][1:]
		a.mu.Unlock()
	}
	return nil
}

// remember takes in the alarms of a day that this node wasn't there for.
func (a *Alarms) remember(ctx context.Context, branch town.BranchID, v *view) error {
	events, err := v.Events().Alarms(ctx, branch, v.now.Add(-24*time.Hour))
	if err != nil {
		return fmt.Errorf("read alarms: %w", err)
	}
	for _, e := range events {
		a.Heard(e)
	}
	return nil
}
