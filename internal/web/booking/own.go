package booking

import (
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// ownView is the citizen's own page: it begins with the number.
type ownView struct {
	*page.Page
	Visit      page.Visit
	State      string // the ticket's state as a word for the style
	StateText  string
	Standing   *standingView // today, while waiting
	Second     string        // the service that the person was sent on for
	ICS        string
	Cancel     string // empty once it can't be cancelled any more
	Move       string
	Rebook     string
	Mailed     string // where the confirmation goes, masked; only right after booking or moving
	TicketAPI  string // place in line, for the script
	ShowNumber bool
	Misfit     *misfitView // it can't take place as it stands
	Arrive     *arriveView // nil: there is nothing to say at the door
}

type standingView struct {
	Ahead string
	Wait  string
	Room  string // where to go, once called
}

// own shows an appointment to whoever has its link.
func (p *Pages) own(c *gin.Context) error {
	token := c.Param("token")
	made, err := p.app.Appointment(c.Request.Context(), token)
	if err != nil && problem.Of(err).Kind == problem.NotFound {
		return p.ownSlip(c, token)
	}
	if err != nil {
		return err
	}
	t := made.Ticket
	v := p.frame.PageIn(c, t.Language)
	all := p.app.Catalogue()
	t.Start, t.End = t.Start.In(p.frame.ZoneOf(t.Branch)), t.End.In(p.frame.ZoneOf(t.Branch))
	view := ownView{
		Page: v, Visit: v.VisitOf(all, t), State: string(t.State), ShowNumber: t.State != queue.Cancelled,
	}
	if view.Misfit, err = p.misfit(c.Request.Context(), v, t, token); err != nil {
		return err
	}
	v.Title = v.T("booking.own.title")
	if view.Misfit == nil {
		v.News = p.news(v, c, t)
	}
	if t.State == queue.Cancelled {
		v.Title = v.T("booking.own.title_cancelled")
	}
	if v.News != "" && made.Person != nil {
		view.Mailed = masked(made.Person.Email)
	}
	if err := p.fillStanding(c, &view, token, t); err != nil {
		return err
	}
	if view.Misfit == nil {
		if view.Arrive, err = p.arrival(c, v, t); err != nil {
			return err
		}
	}
	view.addLinks(token, t)
	return p.render(c, http.StatusOK, "own", view)
}

// masked leaves of a mail address what its owner needs to see a slip of the
// pen in it, and too little for anybody else: "e…@example.org".
func masked(email string) string {
	name, domain, ok := strings.Cut(email, "@")
	if !ok {
		return ""
	}
	first, _ := utf8.DecodeRuneInString(name)
	return string(first) + "…@" + domain
}

// justBooked is how long a page calls an appointment new.
const justBooked = 15 * time.Minute

// news says what the person has just done: the address that the answer to their
// POST led to asks for it, and the appointment knows whether it is so. A mark in
// a cookie, as staff have it, would be lost where another site frames the page.
func (p *Pages) news(v *page.Page, c *gin.Context, t queue.Ticket) string {
	switch {
	case t.State != queue.Booked:
	case c.Query("neu") != "" && t.Revision == 0 && p.app.Now().Sub(t.Created) < justBooked:
		return v.T("booking.own.news_neu")
	case c.Query("verschoben") != "" && t.Revision > 0:
		return v.T("booking.own.news_verschoben")
	}
	return ""
}

// fillStanding adds the state as of now, and the place in line on the day.
func (p *Pages) fillStanding(c *gin.Context, view *ownView, token string, t queue.Ticket) error {
	if view.Misfit != nil {
		view.State, view.StateText = "misfit", view.Misfit.Lead
		return nil
	}
	view.StateText = view.T("booking.own.state_" + string(t.State))
	today := town.DateOf(p.app.Now(), p.frame.ZoneOf(t.Branch))
	if t.Date != today || t.State == queue.Cancelled {
		return nil
	}
	s, err := p.app.Standing(c.Request.Context(), token)
	if err != nil {
		return err
	}
	view.State = string(s.Ticket.State)
	view.StateText = view.T("booking.own.state_" + view.State)
	view.TicketAPI = "/api/v1/tickets/" + url.PathEscape(token)
	view.Standing = p.standing(view.Page, s)
	view.Second = second(view.Page, p.app.Catalogue(), s.Ticket)
	return nil
}

// second says what a person was sent on for, while that isn't done.
func second(v *page.Page, all *catalogue.Catalogue, t queue.Ticket) string {
	if len(t.Visits) == 0 || t.State.Ended() {
		return ""
	}
	return v.T("booking.own.second", "service", page.Joined(v.ItemNames(all, t.Wants())))
}

func (p *Pages) standing(v *page.Page, s app.Standing) *standingView {
	switch s.Ticket.State {
	case queue.Waiting, queue.Booked:
		return &standingView{Ahead: ahead(v, s.Ahead), Wait: wait(v, s.Low, s.High)}
	case queue.Called, queue.Serving:
		branch, ok := p.app.Catalogue().Branch(s.Ticket.Branch)
		if !ok {
			return nil
		}
		if room, ok := branch.Room(s.Ticket.Room); ok {
			return &standingView{Room: room.Label}
		}
	}
	return nil
}

func ahead(v *page.Page, people int) string {
	if people == 0 {
		return v.T("booking.own.ahead_none")
	}
	return v.N("booking.own.ahead", people)
}

func wait(v *page.Page, low, high int) string {
	if low == high {
		return v.T("booking.own.wait_about", "low", low)
	}
	return v.T("booking.own.wait", "low", low, "high", high)
}

// addLinks offers what can still be done.
func (view *ownView) addLinks(token string, t queue.Ticket) {
	base := "/t/" + url.PathEscape(token)
	again := page.Choice{Items: t.Items, Branch: t.Branch}
	state := queue.State(view.State)
	if view.Misfit != nil {
		state = t.State
	}
	if state.Allows(queue.DoCancel) {
		view.Cancel = view.Link(base + "/absagen")
	}
	switch state {
	case queue.Booked:
		if view.Misfit.movable() {
			view.Move = view.Link(base + "/verschieben")
		}
		if view.Misfit != nil {
			return
		}
		view.ICS = "/api/v1/appointments/" + url.PathEscape(token) + "/ics"
	case queue.Cancelled, queue.NoShow:
		view.Rebook = view.LinkWith("/termin/tag", again.Values())
	}
}
