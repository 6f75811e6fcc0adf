package web

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// trailView says who did what to which number.
type trailView struct {
	*officePage
	Day     string
	Entries []trailRow
}

type trailRow struct{ Time, Actor, What, Number, Room, Detail string }

// maxTrail is the most entries that a page shows.
const maxTrail = 500

// trail shows a branch's audit trail of a day, the newest first; with it what
// concerns no branch, for those who manage all.
func (s *Staff) trail(c *gin.Context) {
	view := trailView{officePage: s.officePage(c, "staff.trail.title")}
	branch := town.BranchID(view.Branch)
	day, err := town.ParseDate(c.Query("tag"))
	if err != nil {
		day = town.DateOf(s.hall.Now(), s.zoneOf(branch))
	}
	view.Day = day.String()
	from, to := day.Start(s.zoneOf(branch)), day.AddDays(1).Start(s.zoneOf(branch))
	for _, of := range []town.BranchID{branch, ""} {
		if actorOf(c).MayManage(of) != nil {
			continue
		}
		entries, err := s.desk.Trail(c.Request.Context(), actorOf(c), of, from, to, maxTrail)
		if err != nil {
			s.fail(c, err)
			return
		}
		for _, e := range entries {
			view.Entries = append(view.Entries, s.trailRow(view.staffPage, branch, e))
		}
	}
	s.show(c, http.StatusOK, "trail", view)
}

func (s *Staff) trailRow(v *staffPage, branch town.BranchID, e app.AuditEntry) trailRow {
	row := trailRow{Time: v.Time(e.At.In(s.zoneOf(branch))), Actor: e.Actor, What: e.Action, Detail: e.Detail}
	if key := "staff.trail.action_" + e.Action; v.Has(key) {
		row.What = v.T(key)
	}
	if key := "staff.trail.actor_" + e.Actor; v.Has(key) {
		row.Actor = v.T(key)
	}
	if key := "staff.state." + e.Detail; v.Has(key) {
		row.Detail = v.T(key)
	}
	if e.Number != 0 {
		row.Number = e.Number.String()
	}
	if b, ok := s.hall.Catalogue().Branch(e.Branch); ok && e.Room != "" {
		row.Room = roomLabel(b, e.Room)
	}
	return row
}

// figuresView counts per office and room, never per person.
type figuresView struct {
	*officePage
	From, To string
	Rows     []figureRow
}

type figureRow struct {
	Office, Room                                            string
	Appointments, WalkIns, Served, Assumed, NoShows, SentOn int
	Wait, Service                                           string
}

// figureDays is the span that is shown first.
const figureDays = 28

func (s *Staff) figures(c *gin.Context) {
	view := figuresView{officePage: s.officePage(c, "staff.figures.title")}
	branch := town.BranchID(view.Branch)
	today := town.DateOf(s.hall.Now(), s.zoneOf(branch))
	from, to := today.AddDays(1-figureDays), today
	if asked, err := town.ParseDate(c.Query("von")); err == nil {
		from = asked
	}
	if asked, err := town.ParseDate(c.Query("bis")); err == nil {
		to = asked
	}
	view.From, view.To = from.String(), to.String()
	counted, err := s.desk.Figures(c.Request.Context(), actorOf(c), branch, from, to)
	status, ok := s.refused(c, view.staffPage, err)
	if !ok {
		return
	}
	b, _ := s.hall.Catalogue().Branch(branch)
	for _, f := range counted {
		row := figureRow{
			Office: officeOf(b, f.Office).Name.In(view.Lang), Room: view.T("staff.figures.no_room"),
			Appointments: f.Appointments, WalkIns: f.WalkIns, Served: f.Served, Assumed: f.Assumed, NoShows: f.NoShows, SentOn: f.SentOn,
			Wait: minutesOf(f.Wait), Service: minutesOf(f.Service),
		}
		if f.Room != "" {
			row.Room = roomLabel(b, f.Room)
		}
		view.Rows = append(view.Rows, row)
	}
	s.show(c, status, "figures", view)
}

func minutesOf(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return fmt.Sprintf("%d min", int(d.Round(time.Minute)/time.Minute))
}

// estimatesView lists what nobody at the town has confirmed yet.
type estimatesView struct {
	*officePage
	Groups []estimateGroup
}

type estimateGroup struct {
	Name string
	Rows []estimateRow
}

type estimateRow struct{ Name, Fields string }

// estimates shows an administrator which values of the catalogue are estimates
// or unverified.
func (s *Staff) estimates(c *gin.Context) {
	if actorOf(c).User.Role != app.RoleAdmin {
		s.fail(c, problem.New(problem.Forbidden, "right.missing"))
		return
	}
	view := estimatesView{officePage: s.officePage(c, "staff.estimates.title")}
	all := s.hall.Catalogue()
	services := estimateGroup{Name: view.T("staff.estimates.services")}
	for i := range all.Services {
		service := &all.Services[i]
		fields := view.fieldNames(service.Estimates)
		for _, fee := range service.Fees {
			if fee.Estimate {
				fields = append(fields, view.T("staff.estimates.fee", "label", fee.Label.In(view.Lang)))
			}
		}
		services.add(service.Name.In(view.Lang), fields)
	}
	view.Groups = append(view.Groups, services)
	for i := range all.Branches {
		b := &all.Branches[i]
		group := estimateGroup{Name: b.Name.In(view.Lang)}
		for j := range b.Rooms {
			if !b.Rooms[j].Verified {
				group.add(b.Rooms[j].Label, []string{view.T("staff.estimates.room")})
			}
		}
		for j := range b.Offices {
			group.add(b.Offices[j].Name.In(view.Lang), view.fieldNames(b.Offices[j].Estimates))
		}
		view.Groups = append(view.Groups, group)
	}
	view.Groups = slices.DeleteFunc(view.Groups, func(g estimateGroup) bool { return len(g.Rows) == 0 })
	s.show(c, http.StatusOK, "estimates", view)
}

func (g *estimateGroup) add(name string, fields []string) {
	if len(fields) > 0 {
		g.Rows = append(g.Rows, estimateRow{name, joined(fields)})
	}
}

// fieldNames words the catalogue's names of fields where there are words.
func (v *staffPage) fieldNames(fields []string) []string {
	names := make([]string, len(fields))
	for i, name := range fields {
		names[i] = name
		if key := "staff.estimates.field_" + name; v.Has(key) {
			names[i] = v.T(key)
		}
	}
	return names
}
