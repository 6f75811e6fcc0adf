package web

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
	"aufruf/internal/queue"
)

// cancelView asks before an appointment is given back.
type cancelView struct {
	*Page
	Visit        visit
	Action, Back string
	Move         string // empty once it can't be moved any more
}

// cancelForm shows what would be cancelled and changes nothing: mail scanners
// follow links. A second look at a cancelled one says that it is cancelled.
func (p *Pages) cancelForm(c *gin.Context) { p.showCancel(c, nil) }

func (p *Pages) showCancel(c *gin.Context, refused *problem.Error) {
	token := c.Param("token")
	made, err := p.hall.Appointment(c.Request.Context(), token)
	if err != nil {
		p.failOwn(c, err)
		return
	}
	t := made.Ticket
	v := p.pageIn(c, t.Language)
	back := v.Link("/t/" + url.PathEscape(token))
	if t.State == queue.Cancelled {
		c.Redirect(http.StatusSeeOther, back)
		return
	}
	v.Title = v.T("booking.cancel.title")
	t.Start, t.End = t.Start.In(p.zoneOf(t.Branch)), t.End.In(p.zoneOf(t.Branch))
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = &Alert{Title: v.Problem(refused)}, true
	}
	view := cancelView{
		Page: v, Visit: v.visitOf(p.hall.Catalogue(), t),
		Action: v.Link("/t/" + url.PathEscape(token) + "/absagen"), Back: back,
	}
	if t.State == queue.Booked {
		view.Move = v.Link("/t/" + url.PathEscape(token) + "/verschieben")
	}
	p.render(c, status, "cancel", view)
}

// cancel gives the appointment back; again is fine.
func (p *Pages) cancel(c *gin.Context) {
	token := c.Param("token")
	err := p.hall.Cancel(c.Request.Context(), p.citizen(c), token)
	switch e := problem.Of(err); {
	case err == nil:
		c.Redirect(http.StatusSeeOther, p.page(c).Link("/t/"+url.PathEscape(token)))
	case e.Kind == problem.Conflict:
		p.showCancel(c, e)
	default:
		p.failOwn(c, err)
	}
}
