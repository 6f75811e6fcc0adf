package api

import (
	"context"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/live"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

type branchID = town.BranchID

// callerSocket connects a station with its branch: commands in, answers,
// queue and delivery out.
func (a *API) callerSocket(c *gin.Context) {
	actor := actorOf(c)
	branch := town.BranchID(c.Query("branch"))
	if err := a.mayDesk(actor, branch); err != nil {
		a.fail(c, err)
		return
	}
	wants, err := queueWanted(c.Query("queue"))
	if err != nil {
		a.fail(c, err)
		return
	}
	language := a.language(c)
	s, ok := a.upgrade(c, c.Writer)
	if !ok {
		return
	}
	sub := a.Live.Stations.Subscribe(branch, live.Station{User: actor.User.ID, Branch: branch, Session: string(actor.Proof), Queue: wants})
	defer sub.Close()
	s.listen(func(order stationOrder) { s.command(c, branch, language, order) })
	if !s.prove(c.Request.Context(), func(now access.Actor) error { return now.MayDesk(branch) }) {
		s.leave()
		return
	}
	q := queueShown{wants: wants}
	if err := s.greet(c.Request.Context(), branch, &q); err != nil {
		s.leave()
		return
	}
	serve(s, sub, func(f *live.Frame) error { return s.writeTo(&q, f) })
}

// queueShown is what a station has been told of the queue.
type queueShown struct {
	wants live.QueueMode
	first town.Seq    // the position that the first one shows
	kept  *wire.Queue // the last one
}

// writeTo writes a frame, of a queue perhaps only what became of the last one.
func (s *socket) writeTo(q *queueShown, f *live.Frame) error {
	if f.Queue == nil {
		return s.writeFrame(f)
	}
	if f.Shows < q.first {
		return nil
	}
	old := q.kept
	q.kept = f.Queue
	if q.wants != live.QueueChanges || old == nil {
		return s.writeFrame(f)
	}
	raw, err := f.Since(old)
	if err != nil {
		return err
	}
	return s.write(raw)
}

// greet sends a station what stands.
func (s *socket) greet(ctx context.Context, branch town.BranchID, q *queueShown) error {
	if q.wants != live.QueueNone {
		first, err := s.api.Live.Queue(ctx, branch)
		if err != nil {
			s.api.Log.ErrorContext(ctx, "queue can't be read", "branch", string(branch), "error", err)
			s.end(wire.CloseRestarting, "try again")
			return err
		}
		if err := s.writeFrame(first); err != nil {
			return err
		}
		q.first, q.kept = first.Shows, first.Queue
	}
	alarms, err := s.api.Live.Alarms(branch)
	if err != nil {
		return err
	}
	return s.writeFrame(alarms)
}

// queueWanted reads how a station wants to be told of the queue.
func queueWanted(asked string) (live.QueueMode, error) {
	switch asked {
	case "":
		return live.QueueWhole, nil
	case "changes":
		return live.QueueChanges, nil
	case "none":
		return live.QueueNone, nil
	}
	return 0, problem.Field("queue", "request.bad_value")
}

// stationOrder is a frame of a station: a command, or why it is none.
type stationOrder struct {
	command deskwork.Command
	err     error
}

// ordersAhead is how many commands of a station may wait for the one before.
const ordersAhead = 16

// listen has the commands of a station carried out one after the other, until
// its connection ends. A cry for help, and what is said of one, waits for none of
// them: a database that doesn't answer must not keep it.
func (s *socket) listen(carryOut func(stationOrder)) {
	orders := make(chan stationOrder, ordersAhead)
	s.api.sockets.Add(1)
	go func() {
		defer s.api.sockets.Done()
		for order := range orders {
			carryOut(order)
		}
	}()
	go func() {
		defer close(orders)
		s.read(func(raw []byte) {
			command, err := wire.DecodeCommand(raw)
			order := stationOrder{command, err}
			if command.Type.OfAlarm() {
				carryOut(order)
				return
			}
			orders <- order
		})
	}()
}

// command carries out one frame with the rights that its sender has now, and
// answers it. It runs to its end although the connection may end meanwhile: the
// answer is kept for the repetition.
func (s *socket) command(c *gin.Context, branch town.BranchID, language town.Language, order stationOrder) {
	cmd, err := order.command, order.err
	if err != nil {
		s.reply(wire.Failed{ID: cmd.ID, Problem: s.api.document(c, problem.Of(err))})
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), writeWithin)
	defer cancel()
	done, err := s.carryOut(ctx, branch, cmd)
	if err != nil {
		s.reply(wire.Failed{ID: cmd.ID, Problem: s.api.document(c, problem.Of(err))})
		return
	}
	s.reply(s.api.done(cmd.ID, done, language))
}

func (s *socket) carryOut(ctx context.Context, branch town.BranchID, cmd deskwork.Command) (app.Done, error) {
	if cmd.Type == deskwork.Alarm || cmd.Type == deskwork.AlarmSeen {
		// By the right that the connection is held to: to ask for the one of now needs
		// the database, and whoever needs help has no time for a password.
		return s.api.App.Do(ctx, s.actor, branch, cmd)
	}
	actor, err := s.now(ctx)
	if err != nil && cmd.Type.OfAlarm() && problem.Of(err).Kind.Ours() {
		actor, err = s.actor, nil
	}
	if err != nil {
		return app.Done{}, err
	}
	s.api.acted(ctx, actor)
	return s.api.App.Do(ctx, actor, branch, cmd)
}

func (a *API) done(id string, d app.Done, language town.Language) wire.Done {
	out := wire.Done{ID: id, Seq: d.Seq}
	if d.Ticket != nil {
		t := a.ticket(*d.Ticket, language)
		t.CallMode, t.MeetingPoint, t.Screens = d.Mode, d.Point.In(language), d.Screens
		if d.Ticket.Room != "" {
			t.Room = &wire.Room{ID: d.Ticket.Room, Label: d.Label}
		}
		out.Ticket = &t
	}
	return out
}

func (a *API) ticket(t queue.Ticket, language town.Language) wire.Ticket {
	return wire.Ticket{
		Ticket: t.ID, Number: t.Number, State: wire.TicketState(t.State), Office: t.Office, Kind: wire.TicketKind(t.Kind),
		Service: t.Wants()[0].Service, Services: a.items(t.Wants(), language), Due: wire.Seconds(t.Due(a.App.Zone(t.Branch)), a.App.Zone(t.Branch)),
		Calls: t.Calls, Priority: t.Priority, Outcome: string(t.Outcome), Version: t.Version,
	}
}
