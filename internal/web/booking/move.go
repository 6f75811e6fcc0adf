package booking

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// moveView asks for another day of an appointment.
type moveView struct {
	*page.Page
	Now           string // the time that is booked
	Misfit        *misfitView
	Branch        string
	Sheet         sheet
	Instead       []page.Link // the next free day, where this month has none
	Back, WishURL string
}

// moveTimeView asks for the time on that day.
type moveTimeView struct {
	timeView
	Now, Back string
	Misfit    *misfitView
}

// movable loads an appointment that can be moved. One that can't be leads back
// to its page; false: that was the answer.
func (p *Pages) movable(c *gin.Context) (app.Appointment, *page.Page, bool, error) {
	made, err := p.app.Appointment(c.Request.Context(), c.Param("token"))
	if err != nil {
		return made, nil, false, err
	}
	v := p.frame.PageIn(c, made.Ticket.Language)
	if made.Ticket.State != queue.Booked {
		c.Redirect(http.StatusSeeOther, v.Link(ownPath(c)))
		return made, nil, false, nil
	}
	v.Title = v.T("booking.move.title")
	zone := p.frame.ZoneOf(made.Ticket.Branch)
	made.Ticket.Start, made.Ticket.End = made.Ticket.Start.In(zone), made.Ticket.End.In(zone)
	return made, v, true, nil
}

func ownPath(c *gin.Context) string { return ownAddress(c.Param("token")) }

func ownAddress(token string) string { return "/t/" + url.PathEscape(token) }

// moveDay shows the sheet for another day.
func (p *Pages) moveDay(c *gin.Context) error {
	made, v, ok, err := p.movable(c)
	if err != nil || !ok {
		return err
	}
	t := made.Ticket
	today := town.DateOf(p.app.Now(), t.Start.Location())
	asked := c.Query("monat")
	if asked == "" {
		asked = t.Date.String()[:7]
	}
	first := monthOf(asked, today)
	calendar, err := p.app.Memory.Days(c.Request.Context(), plan.Wanted{Branch: t.Branch, Items: t.Items}, first, nextMonth(first).AddDays(-1))
	if err != nil {
		return err
	}
	path := ownPath(c) + "/verschieben"
	dayURL := func(d town.Date) string { return v.LinkWith(path+"/zeit", url.Values{"date": {d.String()}}) }
	monthURL := func(d town.Date) string { return v.LinkWith(path, url.Values{"monat": {d.String()[:7]}}) + daysAnchor }
	view := moveView{
		Page: v, Now: v.Moment(t.Start), Branch: page.BranchName(p.app.Catalogue(), t.Branch, v.Lang), Back: v.Link(ownPath(c)),
		WishURL: v.LinkWith("/termin/wunsch", page.Choice{Items: t.Items, Branch: t.Branch}.Values()),
	}
	if view.Misfit, err = p.misfit(c.Request.Context(), v, t, c.Param("token")); err != nil {
		return err
	}
	view.Sheet = sheetOf(v, first, today, calendar.Days, dayURL, monthURL)
	if branch, ok := p.app.Catalogue().Branch(t.Branch); ok {
		if office, ok := branch.Office(t.Office); ok {
			view.Sheet.Opens = opens(v, calendar.Days, office)
		}
	}
	if view.Sheet.Free == 0 && calendar.NextFree != nil {
		next := *calendar.NextFree
		view.Instead = []page.Link{{Label: v.T("booking.day.next", "date", v.Date(next)), URL: dayURL(next)}}
	}
	return p.render(c, http.StatusOK, "move", view)
}

// moveTime shows the times of the chosen day.
func (p *Pages) moveTime(c *gin.Context) error { return p.showMoveTimes(c, c.Query("date"), nil) }

func (p *Pages) showMoveTimes(c *gin.Context, asked string, refused *problem.Error) error {
	made, v, ok, err := p.movable(c)
	if err != nil || !ok {
		return err
	}
	date, err := town.ParseDate(asked)
	if err != nil {
		return problem.New(problem.NotFound, "date.unknown")
	}
	t, path := made.Ticket, ownPath(c)+"/verschieben"
	view := moveTimeView{Now: v.Moment(t.Start), Back: v.LinkWith(path, url.Values{"monat": {date.String()[:7]}})}
	view.Page, view.Action = v, v.Link(path)
	if view.Misfit, err = p.misfit(c.Request.Context(), v, t, c.Param("token")); err != nil {
		return err
	}
	dayURL := func(d town.Date) string { return v.LinkWith(path+"/zeit", url.Values{"date": {d.String()}}) }
	if err := p.fillTimes(c.Request.Context(), &view.timeView, plan.Wanted{Branch: t.Branch, Items: t.Items}, date, dayURL); err != nil {
		return err
	}
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = &page.Alert{Title: v.FirstField(refused)}, true
		view.Nearest = v.NearestTimes(refused, t.Start.Location())
	}
	return p.render(c, status, "movetime", view)
}

// move gives the appointment its new time.
func (p *Pages) move(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	made, v, ok, err := p.movable(c)
	if err != nil || !ok {
		return err
	}
	start, err := page.ParseStart(form.Get("start"), made.Ticket.Start.Location())
	if err != nil {
		return err
	}
	_, err = p.app.Move(c.Request.Context(), p.frame.Citizen(c), c.Param("token"), "", start)
	switch e := problem.Of(err); {
	case err == nil:
		c.Redirect(http.StatusSeeOther, v.LinkWith(ownPath(c), url.Values{"verschoben": {"1"}}))
	case e.Kind == problem.Conflict || e.Kind == problem.Invalid || e.Kind == problem.TooMany:
		return p.showMoveTimes(c, town.DateOf(start, start.Location()).String(), e)
	default:
		return err
	}
	return nil
}
