package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/wire"
)

// enterAfterwards writes down what happened by hand. Each line is answered by
// itself: a refused one keeps no other from standing.
func (a *API) enterAfterwards(c *gin.Context) {
	r, err := body[wire.AfterwardsRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	list := app.Afterwards{Branch: r.Branch}
	if r.Date != nil {
		list.Date = *r.Date
	}
	for _, e := range r.Entries {
		list.Entries = append(list.Entries, app.AfterwardsEntry{
			Number: e.Number, Service: e.Service, What: app.Happened(e.Outcome), At: e.At,
		})
	}
	entered, err := a.App.EnterAfterwards(c.Request.Context(), actorOf(c), list)
	if err != nil {
		a.fail(c, err)
		return
	}
	reply := wire.AfterwardsReply{}
	for i, e := range entered {
		reply.Entries = append(reply.Entries, a.entered(c, r.Entries[i], e))
	}
	a.ok(c, http.StatusOK, reply)
}

func (a *API) entered(c *gin.Context, asked wire.AfterwardsEntry, e app.Entered) wire.AfterwardsResult {
	if e.Refused != nil {
		document := a.document(c, e.Refused)
		return wire.AfterwardsResult{Number: asked.Number, Problem: &document}
	}
	return wire.AfterwardsResult{Ticket: e.Ticket.ID, Number: e.Ticket.Number, State: wire.TicketState(e.Ticket.State)}
}
