package booking

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// newTimeView asks whether the time suits that is reserved for somebody whose
// appointment can't take place.
type newTimeView struct {
	*page.Page
	Was, WasBranch string // when and where the appointment was to be
	Why            []string
	Visit          page.Visit
	Until          string // how long there is time to answer
	Moves          bool   // without an answer the new time counts
	Over           bool   // nobody has answered in time
	Gone           bool   // the new time can't take place either
	Action         string
	Move, Cancel   string
}

// newTime shows the time that is reserved, and changes nothing: mail scanners follow
// links. Where none is, or it was answered, it leads to the appointment.
func (p *Pages) newTime(c *gin.Context) error { return p.showNewTime(c, nil) }

func (p *Pages) showNewTime(c *gin.Context, refused *problem.Error) error {
	token := c.Param("token")
	made, reserved, err := p.app.ReservedFor(c.Request.Context(), token)
	if err != nil {
		return err
	}
	t := made.Ticket
	v := p.frame.PageIn(c, t.Language)
	own := "/t/" + url.PathEscape(token)
	if reserved == nil {
		return page.SeeOther(c, v.Link(own))
	}
	zone := p.frame.ZoneOf(t.Branch)
	t.Start, t.End = t.Start.In(zone), t.End.In(zone)
	was := v.VisitOf(p.app.Catalogue(), t)
	view := newTimeView{
		Page: v, Was: was.When, WasBranch: was.Branch, Until: v.Moment(reserved.Until), Moves: reserved.Moves, Over: reserved.Over,
		Gone: reserved.Gone || refused != nil && refused.Key == "reservation.unfit", Action: v.Link(own + "/neue-zeit"),
		Move: v.Link(own + "/verschieben"), Cancel: v.Link(own + "/absagen"),
	}
	misfit, err := p.app.Misfit(c.Request.Context(), t)
	if err != nil {
		return err
	}
	if misfit != nil {
		view.Why = misfitReasons(v, misfit)
		if !canMove(misfit.Why) {
			view.Move = ""
		}
	}
	v.Title = v.T("booking.newtime.title")
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = &page.Alert{Title: v.Problem(refused)}, true
	}
	t.Branch, t.Office, t.Number, t.Start, t.End = reserved.Branch, reserved.Office, reserved.Number, reserved.Start, reserved.End
	t.Date = town.DateOf(t.Start, t.Start.Location())
	view.Visit = v.VisitOf(p.app.Catalogue(), t)
	answeredBy(v, view.Visit.Phone)
	if view.Gone || view.Over {
		v.Title = v.T("booking.newtime.title_gone")
	}
	return p.render(c, status, "newtime", view)
}

// acceptNewTime moves the appointment to the time that is reserved; again is fine.
func (p *Pages) acceptNewTime(c *gin.Context) error {
	token := c.Param("token")
	_, err := p.app.AcceptReserved(c.Request.Context(), p.frame.Citizen(c), token)
	if err != nil && problem.Of(err).Kind == problem.Conflict {
		return p.showNewTime(c, problem.Of(err))
	}
	if err != nil {
		return err
	}
	return page.SeeOther(c, p.frame.Page(c).LinkWith("/t/"+url.PathEscape(token), url.Values{"verschoben": {"1"}}))
}
