package booking

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
	"aufruf/internal/queue"
)

// ownWalkIn shows a number without an appointment to whoever has its link, as
// the QR code on a ticket carries it: the place in line, and the call.
func (p *Pages) ownWalkIn(c *gin.Context, token string) error {
	s, err := p.app.Standing(c.Request.Context(), token)
	if err == nil && s.Ticket.Kind != queue.WalkIn {
		err = problem.New(problem.NotFound, "appointment.over_or_unknown")
	}
	if err != nil {
		return err
	}
	v := p.frame.PageIn(c, s.Ticket.Language)
	v.Title = v.T("booking.own.number")
	view := ownView{
		Page: v, Visit: v.VisitOf(p.app.Catalogue(), s.Ticket), State: string(s.Ticket.State),
		ShowNumber: s.Ticket.State != queue.Cancelled, Standing: p.standing(v, s),
		TicketAPI: "/api/v1/tickets/" + url.PathEscape(token),
	}
	view.Second = second(v, p.app.Catalogue(), s.Ticket)
	view.StateText = v.T("booking.own.state_" + view.State)
	return p.render(c, http.StatusOK, "walkin", view)
}
