package web

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// listView is a branch's day on paper, to go on calling by voice: numbers,
// times, services, no names.
type listView struct {
	*staffPage
	Base, Date   string
	Enter        string // address for what happened by hand
	Day, Made    string // the date, and when this list was made
	Appointments []dayRow
	WalkIns      []dayRow
}

func listPath(branch town.BranchID) string {
	return staffRoot + "/" + url.PathEscape(string(branch)) + "/liste"
}

// registerList adds the day list and the worker that keeps it in the browser.
func (s *Staff) registerList(pages, branch gin.IRouter) {
	pages.GET("/offline.js", s.worker)
	branch.GET("/liste", s.list)
	s.registerAfterwards(branch)
}

// list shows a branch's day, today's where the address names none.
func (s *Staff) list(c *gin.Context) {
	branch := s.branch(c)
	date := s.today(branch)
	if asked, err := town.ParseDate(c.Query("tag")); err == nil {
		date = asked
	}
	day, err := s.desk.Workday(c.Request.Context(), actorOf(c), branch.ID, date)
	if err != nil {
		s.fail(c, err)
		return
	}
	view := listView{staffPage: s.staffPage(c, "staff.list.title"), Base: listPath(branch.ID), Date: date.String()}
	view.Enter = afterwardsPath(branch.ID) + "?" + url.Values{"tag": {date.String()}}.Encode()
	view.Place = branch.Name.In(view.Lang)
	view.Day = view.Page.Date(date)
	now := s.hall.Now().In(zone(branch))
	view.Made = view.T("staff.list.made", "moment", view.Moment(now))
	for _, t := range byStart(day.Tickets) {
		view.Appointments = append(view.Appointments, s.listRow(view.staffPage, t, view.Time(t.Start.In(zone(branch)))))
	}
	for _, t := range day.Tickets {
		if t.Kind == queue.WalkIn && t.State != queue.Cancelled {
			view.WalkIns = append(view.WalkIns, s.listRow(view.staffPage, t, view.Time(t.Created.In(zone(branch)))))
		}
	}
	s.show(c, http.StatusOK, "list", view)
}

func (s *Staff) listRow(v *staffPage, t queue.Ticket, clock string) dayRow {
	return dayRow{
		Time: clock, Number: t.Number.String(), What: v.what(s.hall.Catalogue(), t),
		State: string(t.State), StateText: v.T("staff.state." + string(t.State)),
	}
}

// worker serves the script that answers the staff's pages without connection.
// Its address must lie below /staff, for there ends what it may answer.
func (s *Staff) worker(c *gin.Context) {
	file, ok := s.static.files["staff/offline.js"]
	if !ok {
		s.NotFound(c)
		return
	}
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, file.kind, file.content)
}
