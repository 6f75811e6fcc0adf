package web

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// ownView is the citizen's own page: it begins with the number.
type ownView struct {
	*Page
	Visit      visit
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
}

type standingView struct {
	Ahead string
	Wait  string
	Room  string // where to go, once called
}

// own shows an appointment to whoever has its link.
func (p *Pages) own(c *gin.Context) {
	token := c.Param("token")
	made, err := p.hall.Appointment(c.Request.Context(), token)
	if err != nil && problem.Of(err).Kind == problem.NotFound {
		p.ownWalkIn(c, token)
		return
	}
	if err != nil {
		p.failOwn(c, err)
		return
	}
	t := made.Ticket
	v := p.pageIn(c, t.Language)
	all := p.hall.Catalogue()
	t.Start, t.End = t.Start.In(p.zoneOf(t.Branch)), t.End.In(p.zoneOf(t.Branch))
	view := ownView{
		Page: v, Visit: v.visitOf(all, t), State: string(t.State), ShowNumber: t.State != queue.Cancelled,
	}
	v.Title, v.News = v.T("booking.own.title"), v.news(c, t.State)
	if t.State == queue.Cancelled {
		v.Title = v.T("booking.own.title_cancelled")
	}
	if v.News != "" && made.Person != nil {
		view.Mailed = masked(made.Person.Email)
	}
	if err := p.fillStanding(c, &view, token, t); err != nil {
		p.failOwn(c, err)
		return
	}
	view.addLinks(token, t)
	p.render(c, http.StatusOK, "own", view)
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

// news says what the person has just done, from the address that the answer to
// their POST led to.
func (v *Page) news(c *gin.Context, state queue.State) string {
	for _, what := range []string{"neu", "verschoben"} {
		if c.Query(what) != "" && state == queue.Booked {
			return v.T("booking.own.news_" + what)
		}
	}
	return ""
}

// fillStanding adds the state as of now, and the place in line on the day.
func (p *Pages) fillStanding(c *gin.Context, view *ownView, token string, t queue.Ticket) error {
	view.StateText = view.T("booking.own.state_" + string(t.State))
	today := town.DateOf(p.hall.Now(), p.zoneOf(t.Branch))
	if t.Date != today || t.State == queue.Cancelled {
		return nil
	}
	s, err := p.hall.Standing(c.Request.Context(), token)
	if err != nil {
		return err
	}
	view.State = string(s.Ticket.State)
	view.StateText = view.T("booking.own.state_" + view.State)
	view.TicketAPI = "/api/v1/tickets/" + url.PathEscape(token)
	view.Standing = p.standing(view.Page, s)
	view.Second = view.second(p.hall.Catalogue(), s.Ticket)
	return nil
}

// second says what a person was sent on for, while that isn't done.
func (v *Page) second(all *catalogue.Catalogue, t queue.Ticket) string {
	if len(t.Visits) == 0 || t.State.Ended() {
		return ""
	}
	return v.T("booking.own.second", "service", joined(v.itemNames(all, t.Wants())))
}

func (p *Pages) standing(v *Page, s app.Standing) *standingView {
	switch s.Ticket.State {
	case queue.Waiting, queue.Booked:
		return &standingView{Ahead: v.ahead(s.Ahead), Wait: v.wait(s.Low, s.High)}
	case queue.Called, queue.Serving:
		branch, ok := p.hall.Catalogue().Branch(s.Ticket.Branch)
		if !ok {
			return nil
		}
		if room, ok := branch.Room(s.Ticket.Room); ok {
			return &standingView{Room: room.Label}
		}
	}
	return nil
}

func (v *Page) ahead(people int) string {
	if people == 0 {
		return v.T("booking.own.ahead_none")
	}
	return v.N("booking.own.ahead", people)
}

func (v *Page) wait(low, high int) string {
	if low == high {
		return v.T("booking.own.wait_about", "low", low)
	}
	return v.T("booking.own.wait", "low", low, "high", high)
}

// addLinks offers what can still be done.
func (view *ownView) addLinks(token string, t queue.Ticket) {
	base := "/t/" + url.PathEscape(token)
	again := choice{items: t.Items, branch: t.Branch}
	switch queue.State(view.State) {
	case queue.Booked:
		view.Move = view.Link(base + "/verschieben")
		view.Cancel = view.Link(base + "/absagen")
		view.ICS = "/api/v1/appointments/" + url.PathEscape(token) + "/ics"
	case queue.Waiting:
		view.Cancel = view.Link(base + "/absagen")
	case queue.Cancelled, queue.NoShow:
		view.Rebook = view.link("/termin/tag", again.values())
	}
}

// failOwn answers a token that is over or unknown in a friendly way, and never
// says which of the two.
func (p *Pages) failOwn(c *gin.Context, err error) {
	e := problem.Of(err)
	if e.Kind != problem.NotFound {
		p.fail(c, err)
		return
	}
	v := p.page(c)
	v.Title = v.T("booking.over.title")
	p.render(c, http.StatusNotFound, "sorry", sorryView{
		Page: v, Text: v.T("booking.over.text"), Next: []Link{{v.T("booking.over.book"), v.Link("/termin")}},
	})
}
