package api

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// issueTicket gives a walk-in a number.
func (a *API) issueTicket(c *gin.Context) {
	r, err := body[wire.TicketRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	language := r.Language
	if language == "" {
		language = a.language(c)
	}
	issued, err := a.App.IssueTicket(c.Request.Context(), actorOf(c), app.WalkInRequest{
		Wanted: plan.Wanted{Branch: r.Branch, Items: wire.Items(r.Services)}, Priority: r.Priority, Language: language,
	})
	if err != nil {
		a.fail(c, err)
		return
	}
	c.Header("Location", Root+"/tickets/"+url.PathEscape(issued.Token))
	a.ok(c, http.StatusCreated, wire.TicketReply{
		Token: issued.Token, Number: issued.Ticket.Number, Ahead: issued.Ahead,
		WaitMinutes: wire.Minutes{Low: issued.Low, High: issued.High}, OverContingent: issued.OverContingent,
	})
}

// standing shows a ticket's place in line.
func (a *API) standing(c *gin.Context) {
	s, err := a.App.Standing(c.Request.Context(), c.Param("token"))
	if err != nil {
		a.fail(c, err)
		return
	}
	status := wire.TicketStatus{
		Number: s.Ticket.Number, State: wire.TicketState(s.Ticket.State), Ahead: s.Ahead,
		WaitMinutes: wire.Minutes{Low: s.Low, High: s.High},
	}
	if s.Ticket.Room != "" {
		status.Room = &wire.Room{ID: s.Ticket.Room, Label: a.App.RoomLabel(s.Ticket.Branch, s.Ticket.Room)}
	}
	a.private(c)
	a.ok(c, http.StatusOK, status)
}

// checkIn notes that a person is here.
func (a *API) checkIn(c *gin.Context) {
	r, err := body[wire.CheckInRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	t, err := a.App.CheckIn(c.Request.Context(), actorOf(c), app.CheckInRequest{Branch: r.Branch, Number: r.Number, Code: r.Code, Token: r.Token})
	if err != nil {
		a.fail(c, err)
		return
	}
	a.ok(c, http.StatusOK, wire.CheckInReply{
		Ticket: t.ID, Number: t.Number, State: wire.TicketState(t.State), Due: wire.Seconds(t.Due(a.App.Zone(t.Branch)), a.App.Zone(t.Branch)),
	})
}

// queue shows a branch's waiting people, in call order.
func (a *API) queue(c *gin.Context) {
	branch, err := a.deskBranch(c)
	if err != nil {
		a.fail(c, err)
		return
	}
	body, err := a.Live.QueueBody(c.Request.Context(), branch)
	if err != nil {
		a.fail(c, err)
		return
	}
	a.ok(c, http.StatusOK, body)
}

// deskBranch returns the branch that a request of its desks is about.
func (a *API) deskBranch(c *gin.Context) (town.BranchID, error) {
	actor := actorOf(c)
	if actor.Kind == access.Citizen {
		return "", actor.MayDesk("")
	}
	values, err := query(c, "branch")
	if err != nil {
		return "", err
	}
	branch := town.BranchID(values["branch"])
	return branch, a.mayDesk(actor, branch)
}

// mayDesk decides whether an actor may work at a branch that exists.
func (a *API) mayDesk(actor access.Actor, branch town.BranchID) error {
	if actor.Kind != access.Citizen {
		if _, ok := a.App.Catalogue().Branch(branch); !ok {
			return problem.New(problem.NotFound, "branch.unknown")
		}
	}
	return actor.MayDesk(branch)
}
