package web

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// moveView asks for another day of an appointment.
type moveView struct {
	*Page
	Now           string // the time that is booked
	Branch        string
	Sheet         sheet
	Instead       []Link // the next free day, where this month has none
	Back, WishURL string
}

// moveTimeView asks for the time on that day.
type moveTimeView struct {
	timeView
	Now, Back string
}

// movable loads an appointment that can be moved, or answers.
func (p *Pages) movable(c *gin.Context) (app.Appointment, *Page, bool) {
	made, err := p.hall.Appointment(c.Request.Context(), c.Param("token"))
	if err != nil {
		p.failOwn(c, err)
		return made, nil, false
	}
	v := p.pageIn(c, made.Ticket.Language)
	if made.Ticket.State != queue.Booked {
		c.Redirect(http.StatusSeeOther, v.Link(ownPath(c)))
		return made, nil, false
	}
	v.Title = v.T("booking.move.title")
	zone := p.zoneOf(made.Ticket.Branch)
	made.Ticket.Start, made.Ticket.End = made.Ticket.Start.In(zone), made.Ticket.End.In(zone)
	return made, v, true
}

func ownPath(c *gin.Context) string { return "/t/" + url.PathEscape(c.Param("token")) }

// moveDay shows the sheet for another day.
func (p *Pages) moveDay(c *gin.Context) {
	made, v, ok := p.movable(c)
	if !ok {
		return
	}
	t := made.Ticket
	today := town.DateOf(p.hall.Now(), t.Start.Location())
	asked := c.Query("monat")
	if asked == "" {
		asked = t.Date.String()[:7]
	}
	first := monthOf(asked, today)
	calendar, err := p.hall.Days(c.Request.Context(), app.Wanted{Branch: t.Branch, Items: t.Items}, first, nextMonth(first).AddDays(-1))
	if err != nil {
		p.fail(c, err)
		return
	}
	path := ownPath(c) + "/verschieben"
	dayURL := func(d town.Date) string { return v.link(path+"/zeit", url.Values{"date": {d.String()}}) }
	monthURL := func(d town.Date) string { return v.link(path, url.Values{"monat": {d.String()[:7]}}) + daysAnchor }
	view := moveView{
		Page: v, Now: v.Moment(t.Start), Branch: branchName(p.hall.Catalogue(), t.Branch, v.Lang), Back: v.Link(ownPath(c)),
		WishURL: v.link("/termin/wunsch", choice{items: t.Items, branch: t.Branch}.values()),
	}
	view.Sheet = v.sheetOf(first, today, calendar.Days, dayURL, monthURL)
	if branch, ok := p.hall.Catalogue().Branch(t.Branch); ok {
		if office, ok := branch.Office(t.Office); ok {
			view.Sheet.Opens = v.opens(calendar.Days, office)
		}
	}
	if view.Sheet.Free == 0 && calendar.NextFree != nil {
		next := *calendar.NextFree
		view.Instead = []Link{{v.T("booking.day.next", "date", v.Date(next)), dayURL(next)}}
	}
	p.render(c, http.StatusOK, "move", view)
}

// moveTime shows the times of the chosen day.
func (p *Pages) moveTime(c *gin.Context) { p.showMoveTimes(c, c.Query("date"), nil) }

func (p *Pages) showMoveTimes(c *gin.Context, asked string, refused *problem.Error) {
	made, v, ok := p.movable(c)
	if !ok {
		return
	}
	date, err := town.ParseDate(asked)
	if err != nil {
		p.fail(c, problem.New(problem.NotFound, "date.unknown"))
		return
	}
	t, path := made.Ticket, ownPath(c)+"/verschieben"
	view := moveTimeView{Now: v.Moment(t.Start), Back: v.link(path, url.Values{"monat": {date.String()[:7]}})}
	view.Page, view.Action = v, v.Link(path)
	dayURL := func(d town.Date) string { return v.link(path+"/zeit", url.Values{"date": {d.String()}}) }
	if err := p.fillTimes(c.Request.Context(), &view.timeView, app.Wanted{Branch: t.Branch, Items: t.Items}, date, dayURL); err != nil {
		p.fail(c, err)
		return
	}
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = &Alert{Title: v.firstField(refused)}, true
		view.Nearest = v.nearest(refused, t.Start.Location())
	}
	p.render(c, status, "movetime", view)
}

// move gives the appointment its new time.
func (p *Pages) move(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		p.fail(c, err)
		return
	}
	made, v, ok := p.movable(c)
	if !ok {
		return
	}
	start, err := parseStart(form.Get("start"), made.Ticket.Start.Location())
	if err != nil {
		p.fail(c, err)
		return
	}
	_, err = p.hall.Move(c.Request.Context(), p.citizen(c), c.Param("token"), "", start)
	switch e := problem.Of(err); {
	case err == nil:
		c.Redirect(http.StatusSeeOther, v.link(ownPath(c), url.Values{"verschoben": {"1"}}))
	case e.Kind == problem.Conflict || e.Kind == problem.Invalid:
		p.showMoveTimes(c, town.DateOf(start, start.Location()).String(), e)
	default:
		p.failOwn(c, err)
	}
}
