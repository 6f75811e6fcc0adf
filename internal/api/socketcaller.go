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
	language := a.language(c)
	s, ok := a.upgrade(c, c.Writer)
	if !ok {
		return
	}
	sub := a.Live.Stations.Subscribe(branch, live.Station{User: actor.User.ID, Branch: branch, Session: string(actor.Proof)})
	defer sub.Close()
	go s.read(func(raw []byte) { s.command(c, branch, language, raw) })
	if !s.prove(c.Request.Context(), func(now access.Actor) error { return now.MayDesk(branch) }) {
		s.leave()
		return
	}
	first, err := a.Live.Queue(c.Request.Context(), branch)
	if err != nil {
		a.Log.ErrorContext(c.Request.Context(), "queue can't be read", "branch", string(branch), "error", err)
		s.end(wire.CloseRestarting, "try again")
		s.leave()
		return
	}
	if s.writeFrame(first) != nil {
		s.leave()
		return
	}
	serve(s, sub, func(f *live.Frame) error {
		if f.Shows != 0 && f.Shows < first.Shows {
			return nil
		}
		return s.writeFrame(f)
	})
}

// command carries out one frame with the rights that its sender has now, and
// answers it. It runs to its end although the connection may end meanwhile: the
// answer is kept for the repetition.
func (s *socket) command(c *gin.Context, branch town.BranchID, language town.Language, raw []byte) {
	cmd, err := wire.DecodeCommand(raw)
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
	actor, err := s.now(ctx)
	if locked(err) && cmd.Type == deskwork.Alarm { // whoever needs help has no time for a password
		err = nil
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
