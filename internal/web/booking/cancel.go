package booking

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/web/page"
)

// cancelView asks before an appointment is given back.
type cancelView struct {
	*page.Page
	Visit        page.Visit
	Action, Back string
	Move         string // empty once it can't be moved any more
	Misfit       *misfitView
}

// cancelForm shows what would be cancelled and changes nothing: mail scanners
// follow links. A second look at a cancelled one says that it is cancelled. A
// number without an appointment can be given back here.
func (p *Pages) cancelForm(c *gin.Context) error {
	err := p.showCancel(c, nil)
	if err != nil && problem.Of(err).Kind == problem.NotFound {
		return p.showGiveBack(c, nil)
	}
	return err
}

func (p *Pages) showCancel(c *gin.Context, refused *problem.Error) error {
	token := c.Param("token")
	made, err := p.app.Appointment(c.Request.Context(), token)
	if err != nil {
		return err
	}
	t := made.Ticket
	v := p.frame.PageIn(c, t.Language)
	back := v.Link("/t/" + url.PathEscape(token))
	if t.State == queue.Cancelled {
		return page.SeeOther(c, back)
	}
	v.Title = v.T("booking.cancel.title")
	t.Start, t.End = t.Start.In(p.frame.ZoneOf(t.Branch)), t.End.In(p.frame.ZoneOf(t.Branch))
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = &page.Alert{Title: v.Problem(refused)}, true
	}
	view := cancelView{
		Page: v, Visit: v.VisitOf(p.app.Catalogue(), t),
		Action: v.Link("/t/" + url.PathEscape(token) + "/absagen"), Back: back,
	}
	if view.Misfit, err = p.misfit(c.Request.Context(), v, t, token); err != nil {
		return err
	}
	if t.State == queue.Booked && view.Misfit.movable() {
		view.Move = v.Link("/t/" + url.PathEscape(token) + "/verschieben")
	}
	return p.render(c, status, "cancel", view)
}

// cancel gives the appointment back; again is fine.
func (p *Pages) cancel(c *gin.Context) error {
	token := c.Param("token")
	err := p.app.Cancel(c.Request.Context(), p.frame.Citizen(c), token)
	switch e := problem.Of(err); {
	case err == nil:
		c.Redirect(http.StatusSeeOther, p.frame.Page(c).Link("/t/"+url.PathEscape(token)))
	case e.Kind == problem.Conflict:
		return p.showCancel(c, e)
	case e.Kind == problem.NotFound:
		return p.giveBack(c)
	default:
		return err
	}
	return nil
}
