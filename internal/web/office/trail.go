package office

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// trailView says who did what to which number.
type trailView struct {
	*view
	Day     string
	Entries []trailRow
}

type trailRow struct{ Time, Actor, What, Number, Room, Detail string }

// maxTrail is the most entries that a page shows.
const maxTrail = 500

// trail shows a branch's audit trail of a day, the newest first; with it what
// concerns no branch, for those who manage all.
func (o *Pages) trail(c *gin.Context) error {
	view := trailView{view: o.officePage(c, "staff.trail.title")}
	branch := town.BranchID(view.Branch)
	day, err := town.ParseDate(c.Query("tag"))
	if err != nil {
		day = town.DateOf(o.app.Now(), o.staff.Frame.ZoneOf(branch))
	}
	view.Day = day.String()
	from, to := day.Start(o.staff.Frame.ZoneOf(branch)), day.AddDays(1).Start(o.staff.Frame.ZoneOf(branch))
	for _, of := range []town.BranchID{branch, ""} {
		if page.ActorOf(c).MayManage(of) != nil {
			continue
		}
		entries, err := o.app.Trail(c.Request.Context(), page.ActorOf(c), of, from, to, maxTrail)
		if err != nil {
			return err
		}
		for _, e := range entries {
			view.Entries = append(view.Entries, o.trailRow(view.View, branch, e))
		}
	}
	return o.staff.Show(c, http.StatusOK, "trail", view)
}

func (o *Pages) trailRow(v *staff.View, branch town.BranchID, e ledger.AuditEntry) trailRow {
	row := trailRow{Time: v.Time(e.At.In(o.staff.Frame.ZoneOf(branch))), Actor: e.Actor, What: e.Action, Detail: e.Detail}
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
	if b, ok := o.app.Catalogue().Branch(e.Branch); ok && e.Room != "" {
		row.Room = page.RoomLabel(b, e.Room)
	}
	return row
}

// figuresView counts per office and room, never per person.
type figuresView struct {
	*view
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

func (o *Pages) figures(c *gin.Context) error {
	view := figuresView{view: o.officePage(c, "staff.figures.title")}
	branch := town.BranchID(view.Branch)
	today := town.DateOf(o.app.Now(), o.staff.Frame.ZoneOf(branch))
	from, to := today.AddDays(1-figureDays), today
	if asked, err := town.ParseDate(c.Query("von")); err == nil {
		from = asked
	}
	if asked, err := town.ParseDate(c.Query("bis")); err == nil {
		to = asked
	}
	view.From, view.To = from.String(), to.String()
	counted, refused := o.app.Figures(c.Request.Context(), page.ActorOf(c), branch, from, to)
	b, _ := o.app.Catalogue().Branch(branch)
	for _, f := range counted {
		row := figureRow{
			Office: page.OfficeOf(b, f.Office).Name.In(view.Lang), Room: view.T("staff.figures.no_room"),
			Appointments: f.Appointments, WalkIns: f.WalkIns, Served: f.Served, Assumed: f.Assumed, NoShows: f.NoShows, SentOn: f.SentOn,
			Wait: minutesOf(f.Wait), Service: minutesOf(f.Service),
		}
		if f.Room != "" {
			row.Room = page.RoomLabel(b, f.Room)
		}
		view.Rows = append(view.Rows, row)
	}
	return o.staff.ShowRefused(c, view.View, refused, "figures", view)
}

func minutesOf(d time.Duration) string {
	if d == 0 {
		return "–"
	}
	return fmt.Sprintf("%d min", int(d.Round(time.Minute)/time.Minute))
}

// estimatesView lists what nobody at the town has confirmed yet.
type estimatesView struct {
	*view
	Groups   []estimateGroup
	Removing removingView
}

type estimateGroup struct {
	Name string
	Rows []estimateRow
}

type estimateRow struct{ Name, Fields string }

// estimates shows an administrator which values of the catalogue are estimates
// or unverified.
func (o *Pages) estimates(c *gin.Context) error {
	if page.ActorOf(c).User.Role != ledger.RoleAdmin {
		return problem.New(problem.Forbidden, "right.missing")
	}
	view := estimatesView{view: o.officePage(c, "staff.estimates.title")}
	removing, err := o.removing(c, view.view)
	if err != nil {
		return err
	}
	if name := c.Query("geloescht"); name != "" {
		view.News = view.T("staff.estimates.removed", "name", name)
	}
	view.Removing = removing
	all := o.app.Catalogue()
	services := estimateGroup{Name: view.T("staff.estimates.services")}
	for i := range all.Services {
		service := &all.Services[i]
		fields := fieldNames(view.view.View, service.Estimates)
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
			group.add(b.Offices[j].Name.In(view.Lang), fieldNames(view.view.View, b.Offices[j].Estimates))
		}
		view.Groups = append(view.Groups, group)
	}
	view.Groups = slices.DeleteFunc(view.Groups, func(g estimateGroup) bool { return len(g.Rows) == 0 })
	return o.staff.Show(c, http.StatusOK, "estimates", view)
}

func (g *estimateGroup) add(name string, fields []string) {
	if len(fields) > 0 {
		g.Rows = append(g.Rows, estimateRow{name, page.Joined(fields)})
	}
}

// fieldNames words the catalogue's names of fields where there are words.
func fieldNames(v *staff.View, fields []string) []string {
	names := make([]string, len(fields))
	for i, name := range fields {
		names[i] = name
		if key := "staff.estimates.field_" + name; v.Has(key) {
			names[i] = v.T(key)
		}
	}
	return names
}
