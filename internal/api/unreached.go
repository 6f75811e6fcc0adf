package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/problem"
	"aufruf/internal/wire"
)

// unreached lists whom of a branch no mail reached.
func (a *API) unreached(c *gin.Context) {
	branch, err := a.deskBranch(c)
	if err != nil {
		a.fail(c, err)
		return
	}
	found, err := a.App.Mails.Unreached(c.Request.Context(), actorOf(c), branch)
	if err != nil {
		a.fail(c, err)
		return
	}
	list := make(wire.List[wire.Unreached], len(found))
	for i, u := range found {
		t := u.Ticket
		list[i] = wire.Unreached{
			Mail: u.Mail, Kind: u.Kind, Reason: u.Reason, Due: wire.Seconds(u.Due, a.App.Zone(branch)),
			Ticket: t.ID, Number: t.Number, Office: t.Office, Start: t.Start, State: wire.TicketState(t.State), Phone: u.Phone,
		}
	}
	a.private(c)
	a.ok(c, http.StatusOK, wire.UnreachedList{Unreached: list})
}

// reached notes that somebody has told the person otherwise.
func (a *API) reached(c *gin.Context) {
	actor := actorOf(c)
	if actor.Kind == access.Citizen {
		a.fail(c, problem.New(problem.Unauthenticated, "session.required"))
		return
	}
	if err := a.App.Mails.Reached(c.Request.Context(), actor, c.Param("mail")); err != nil {
		a.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}
