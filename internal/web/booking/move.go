package booking

import (
	"context"
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
	Branches      []branchChoice // where the services are offered; one alone is no choice
	Branch        string
	Sheet         sheet
	Instead       []page.Link // the next free day, where this month has none
	Back, WishURL string
}

// moveTimeView asks for the time on that day.
type moveTimeView struct {
	timeView
	Now, Back string
	Branch    string // another than the appointment's; empty: its own
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
	to, err := p.movesTo(t, c.Query("branch"))
	if err != nil {
		return err
	}
	today := town.DateOf(p.app.Now(), p.frame.ZoneOf(to.branch))
	asked := c.Query("monat")
	if asked == "" {
		asked = t.Date.String()[:7]
	}
	first := monthOf(asked, today)
	calendar, err := p.app.Memory.Days(c.Request.Context(), plan.Wanted{Branch: to.branch, Items: t.Items}, first, nextMonth(first).AddDays(-1))
	if err != nil {
		return err
	}
	path := ownPath(c) + "/verschieben"
	dayURL := func(d town.Date) string { return v.LinkWith(path+"/zeit", to.with("date", d.String())) }
	monthURL := func(d town.Date) string { return v.LinkWith(path, to.with("monat", d.String()[:7])) + daysAnchor }
	view := moveView{
		Page: v, Now: v.Moment(t.Start), Branch: page.BranchName(p.app.Catalogue(), to.branch, v.Lang), Back: v.Link(ownPath(c)),
		WishURL: v.LinkWith("/termin/wunsch", page.Choice{Items: t.Items, Branch: to.branch}.Values()),
	}
	if view.Branches, err = p.moveBranches(c.Request.Context(), v, path, to, t); err != nil {
		return err
	}
	if view.Misfit, err = p.misfit(c.Request.Context(), v, t, c.Param("token")); err != nil {
		return err
	}
	view.Sheet = sheetOf(v, first, today, calendar.Days, dayURL, monthURL)
	if branch, ok := p.app.Catalogue().Branch(to.branch); ok {
		if office, ok := branch.OfficeOf(t.Items[0].Service); ok {
			view.Sheet.Opens = opens(v, calendar.Days, office)
		}
	}
	if view.Sheet.Free == 0 && calendar.NextFree != nil {
		next := *calendar.NextFree
		view.Instead = []page.Link{{Label: v.T("booking.day.next", "date", v.Date(next)), URL: dayURL(next)}}
	}
	return p.render(c, http.StatusOK, "move", view)
}

// moveBranches lists where the appointment can be moved to, with the earliest free
// day of each.
func (p *Pages) moveBranches(ctx context.Context, v *page.Page, path string, to destination, t queue.Ticket) ([]branchChoice, error) {
	fit := page.BranchesFor(p.app.Catalogue(), t.Items)
	if len(fit) < 2 {
		return nil, nil
	}
	var list []branchChoice
	for _, branch := range fit {
		chosen := page.Choice{Items: t.Items, Branch: branch.ID}
		today := town.DateOf(p.app.Now(), page.Zone(branch))
		calendar, err := p.app.Memory.Days(ctx, chosen.Wanted(), today, today)
		if err != nil {
			return nil, err
		}
		choice, err := p.branchChoice(ctx, v, branch, calendar, chosen)
		if err != nil {
			return nil, err
		}
		choice.URL = v.LinkWith(path, destination{branch.ID, t.Branch}.with("", "")) + daysAnchor
		choice.Current = branch.ID == to.branch
		list = append(list, choice)
	}
	return list, nil
}

// destination is the branch that an appointment is to be moved to.
type destination struct{ branch, from town.BranchID }

// movesTo reads the branch that a move names: the appointment's own where it names
// none. Errors: NotFound for a branch that doesn't offer the services.
func (p *Pages) movesTo(t queue.Ticket, asked string) (destination, error) {
	to := destination{branch: t.Branch, from: t.Branch}
	if asked == "" || asked == string(t.Branch) {
		return to, nil
	}
	for _, branch := range page.BranchesFor(p.app.Catalogue(), t.Items) {
		if string(branch.ID) == asked {
			to.branch = branch.ID
			return to, nil
		}
	}
	return to, problem.New(problem.NotFound, "branch.unknown")
}

// with returns the query of an address that keeps the destination; a name that is
// empty adds nothing.
func (d destination) with(name, value string) url.Values {
	values := url.Values{}
	if name != "" {
		values.Set(name, value)
	}
	if d.branch != d.from {
		values.Set("branch", string(d.branch))
	}
	return values
}

// moveTime shows the times of the chosen day.
func (p *Pages) moveTime(c *gin.Context) error {
	return p.showMoveTimes(c, c.Query("branch"), c.Query("date"), nil)
}

func (p *Pages) showMoveTimes(c *gin.Context, at, asked string, refused *problem.Error) error {
	made, v, ok, err := p.movable(c)
	if err != nil || !ok {
		return err
	}
	to, err := p.movesTo(made.Ticket, at)
	if err != nil {
		return err
	}
	date, err := town.ParseDate(asked)
	if err != nil {
		return problem.New(problem.NotFound, "date.unknown")
	}
	t, path := made.Ticket, ownPath(c)+"/verschieben"
	view := moveTimeView{Now: v.Moment(t.Start), Back: v.LinkWith(path, to.with("monat", date.String()[:7]))}
	view.Page, view.Action = v, v.Link(path)
	if to.branch != t.Branch {
		view.Branch = page.BranchName(p.app.Catalogue(), to.branch, v.Lang)
		view.Hidden = []page.HiddenField{{Name: "branch", Value: string(to.branch)}}
	}
	if view.Misfit, err = p.misfit(c.Request.Context(), v, t, c.Param("token")); err != nil {
		return err
	}
	dayURL := func(d town.Date) string { return v.LinkWith(path+"/zeit", to.with("date", d.String())) }
	if err := p.fillTimes(c.Request.Context(), &view.timeView, plan.Wanted{Branch: to.branch, Items: t.Items}, date, dayURL); err != nil {
		return err
	}
	status := view.refuse(refused, p.frame.ZoneOf(to.branch))
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
	to, err := p.movesTo(made.Ticket, form.Get("branch"))
	if err != nil {
		return err
	}
	start, err := page.ParseStart(form.Get("start"), p.frame.ZoneOf(to.branch))
	if err != nil {
		return err
	}
	_, err = p.app.Move(c.Request.Context(), p.frame.Citizen(c), c.Param("token"), to.branch, start)
	switch e := problem.Of(err); {
	case err == nil:
		c.Redirect(http.StatusSeeOther, v.LinkWith(ownPath(c), url.Values{"verschoben": {"1"}}))
	case e.Kind == problem.Conflict || e.Kind == problem.Invalid || e.Kind == problem.TooMany:
		return p.showMoveTimes(c, string(to.branch), town.DateOf(start, start.Location()).String(), e)
	default:
		return err
	}
	return nil
}
