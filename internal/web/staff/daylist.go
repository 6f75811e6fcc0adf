package staff

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// listView is a branch's day on paper, to go on calling by voice: numbers,
// times, services, no names.
type listView struct {
	*View
	Base, Date   string
	Enter        string // address for what happened by hand
	Made         string // when this list was made; empty: there is none
	Appointments []dayRow
	WalkIns      []dayRow
}

// ListPath is the address of a branch's day list.
func ListPath(branch town.BranchID) string {
	return Root + "/" + url.PathEscape(string(branch)) + "/liste"
}

// registerList adds the day list and the worker that keeps it in the browser.
func (s *Pages) registerList(pages, branch page.Routes) {
	pages.GET("/offline.js", s.worker)
	branch.GET("/liste", s.list)
	s.registerAfterwards(branch)
}

// list shows a branch's day, today's where the address names none. What is no day is
// refused: it is never taken for another.
func (s *Pages) list(c *gin.Context) error {
	branch := s.branch(c)
	date := s.today(branch)
	asked, named := c.GetQuery("tag")
	if named {
		var err error
		if date, err = town.ParseDate(asked); err != nil {
			return s.refuseDay(c, branch, asked)
		}
	}
	day, err := s.app.Workday(c.Request.Context(), page.ActorOf(c), branch.ID, date)
	if err != nil {
		return err
	}
	view := listView{View: s.NewView(c, "staff.list.title"), Base: ListPath(branch.ID), Date: date.String()}
	view.Enter = afterwardsPath(branch.ID) + "?" + url.Values{"tag": {date.String()}}.Encode()
	view.Place = branch.Name.In(view.Lang)
	view.Title += ": " + view.Page.Date(date)
	now := s.app.Now().In(page.Zone(branch))
	view.Made = view.T("staff.list.made", "moment", view.Moment(now))
	unfit := s.unfitWords(c.Request.Context(), view.View, branch.ID)
	for _, t := range byStart(day.Tickets) {
		row := s.listRow(view.View, t, view.Time(t.Start.In(page.Zone(branch))))
		row.Unfit, row.Beyond = unfit[t.ID], s.beyondWords(view.View, t)
		view.Appointments = append(view.Appointments, row)
	}
	for _, t := range day.Tickets {
		if t.Kind == queue.WalkIn && t.State != queue.Cancelled {
			view.WalkIns = append(view.WalkIns, s.listRow(view.View, t, view.Time(t.Created.In(page.Zone(branch)))))
		}
	}
	return s.Show(c, http.StatusOK, "list", view)
}

// refuseDay says that what was asked for is no day, and asks for another.
func (s *Pages) refuseDay(c *gin.Context, branch *catalogue.Branch, asked string) error {
	view := listView{View: s.NewView(c, "staff.list.title"), Base: ListPath(branch.ID), Date: asked, Enter: afterwardsPath(branch.ID)}
	view.Place = branch.Name.In(view.Lang)
	return s.ShowRefused(c, view.View, problem.Field("tag", "date.unknown"), "list", view)
}

func (s *Pages) listRow(v *View, t queue.Ticket, clock string) dayRow {
	return dayRow{
		Time: clock, Number: t.Number.String(), What: v.What(s.app.Catalogue(), t),
		State: string(t.State), StateText: v.T("staff.state." + string(t.State)),
	}
}

// worker serves the script that answers the staff's pages without connection.
// Its address must lie below /staff, for there ends what it may answer.
func (s *Pages) worker(c *gin.Context) error {
	file, ok := s.Frame.Static.Files["staff/offline.js"]
	if !ok {
		return page.ErrUnknownAddress
	}
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, file.Kind, file.Content)
	return nil
}
