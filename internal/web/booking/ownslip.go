package booking

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// slipView is what a weak token opens, as the QR code on a slip carries it: number,
// state, place in line. Of an appointment it tells nothing else, for staff have
// such a token too.
type slipView struct {
	ownView
	WalkIn bool
}

// ownSlip shows a number to whoever has its slip.
func (p *Pages) ownSlip(c *gin.Context, token string) error {
	s, err := p.app.Standing(c.Request.Context(), token)
	if err != nil {
		return err
	}
	t := s.Ticket
	v := p.frame.PageIn(c, t.Language)
	v.Title = v.T("booking.own.number")
	view := slipView{ownView{
		Page: v, Visit: v.VisitOf(p.app.Catalogue(), t), State: string(t.State), StateText: slipState(v, t),
		ShowNumber: t.State != queue.Cancelled, TicketAPI: "/api/v1/tickets/" + url.PathEscape(token),
	}, t.Kind == queue.WalkIn}
	misfit, err := p.app.Misfit(c.Request.Context(), t)
	if err != nil {
		return err
	}
	if misfit != nil {
		view.State, view.StateText, view.TicketAPI = "misfit", v.T("booking.misfit.perhaps"), ""
	} else if t.Date == town.DateOf(p.app.Now(), p.frame.ZoneOf(t.Branch)) {
		view.Standing = p.standing(v, s)
	}
	if !view.WalkIn && misfit == nil {
		if view.Arrive, err = p.arrival(c, v, t); err != nil {
			return err
		}
	}
	if !view.WalkIn {
		return p.render(c, http.StatusOK, "slip", view)
	}
	view.Second = second(v, p.app.Catalogue(), t)
	if t.State.Allows(queue.DoCancel) {
		view.Cancel = v.Link(ownPath(c) + "/absagen")
	}
	return p.render(c, http.StatusOK, "slip", view)
}

// slipState words a state; a number that was given back is no appointment that was
// cancelled.
func slipState(v *page.Page, t queue.Ticket) string {
	if t.Kind == queue.WalkIn && t.State == queue.Cancelled {
		return v.T("booking.own.state_given_back")
	}
	return v.T("booking.own.state_" + string(t.State))
}

// giveBackView asks before a number without an appointment is given back.
type giveBackView struct {
	*page.Page
	Number       string
	Action, Back string
}

// showGiveBack shows what would be given back, and what stood in the way, if
// anything. It changes nothing.
func (p *Pages) showGiveBack(c *gin.Context, refused *problem.Error) error {
	s, err := p.walkIn(c)
	if err != nil {
		return err
	}
	v := p.frame.PageIn(c, s.Ticket.Language)
	if s.Ticket.State == queue.Cancelled {
		return page.SeeOther(c, v.Link(ownPath(c)))
	}
	v.Title = v.T("booking.giveback.title")
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = &page.Alert{Title: v.Problem(refused)}, true
	}
	return p.render(c, status, "giveback", giveBackView{
		Page: v, Number: s.Ticket.Number.String(), Action: v.Link(ownPath(c) + "/absagen"), Back: v.Link(ownPath(c)),
	})
}

// walkIn is the number without an appointment that the address names.
func (p *Pages) walkIn(c *gin.Context) (app.Standing, error) {
	s, err := p.app.Standing(c.Request.Context(), c.Param("token"))
	if err == nil && s.Ticket.Kind != queue.WalkIn {
		err = problem.New(problem.NotFound, "appointment.over_or_unknown")
	}
	return s, err
}

// giveBack gives a number without an appointment back; again is fine.
func (p *Pages) giveBack(c *gin.Context) error {
	err := p.app.GiveBack(c.Request.Context(), p.frame.Citizen(c), c.Param("token"))
	switch e := problem.Of(err); {
	case err == nil:
		return page.SeeOther(c, p.frame.Page(c).Link(ownPath(c)))
	case e.Kind == problem.Conflict:
		return p.showGiveBack(c, e)
	default:
		return err
	}
}
