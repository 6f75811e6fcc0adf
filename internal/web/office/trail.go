package office

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
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
	Number  string // as asked
	Actors  []page.Option
	Actor   string
	Actions []page.Option
	Action  string
	Entries []trailRow
	Older   string // address of the entries that come after these; empty: there are none
	Newest  string // address of the first page; empty: this is it
	History string // address of all that was done with the number
}

type trailRow struct{ Time, Actor, What, Number, Room, Detail string }

// trailRows is how many entries a page shows; the others are a page further on.
const trailRows = 200

const trailPath = staff.OfficeRoot + "/protokoll"

// trail shows a branch's audit trail of a day, the newest first; among it what
// concerns no branch, for those who manage all.
func (o *Pages) trail(c *gin.Context) error {
	view := trailView{view: o.officePage(c, "staff.trail.title"), Actor: c.Query("wer"), Action: c.Query("was"), Number: strings.TrimSpace(c.Query("nummer"))}
	branch := town.BranchID(view.Branch)
	f, day, refused := o.trailFilter(c, branch)
	view.Day = day.String()
	if refused != nil {
		return o.staff.ShowRefused(c, view.View, refused, "trail", view)
	}
	part, err := o.app.Trail.Page(c.Request.Context(), page.ActorOf(c), f, trailRows)
	if err != nil {
		return err
	}
	for _, e := range part.Entries {
		view.Entries = append(view.Entries, o.trailRow(view.View, branch, e))
	}
	view.fill(f, part)
	return o.staff.Show(c, http.StatusOK, "trail", view)
}

// trailFilter reads what the address asks for. What is no day is today.
func (o *Pages) trailFilter(c *gin.Context, branch town.BranchID) (ledger.AuditFilter, town.Date, error) {
	zone := o.staff.Frame.ZoneOf(branch)
	day, err := town.ParseDate(c.Query("tag"))
	if err != nil {
		day = town.DateOf(o.app.Now(), zone)
	}
	f := ledger.AuditFilter{
		Branch: branch, From: day.Start(zone), To: day.AddDays(1).Start(zone), Actor: c.Query("wer"), Action: c.Query("was"),
	}
	if number := strings.TrimSpace(c.Query("nummer")); number != "" {
		if f.Number, err = town.ParseNumber(number); err != nil {
			return f, day, problem.Field("nummer", "field.number")
		}
	}
	if before := c.Query("vor"); before != "" {
		if f.Before, err = readPosition(before); err != nil {
			return f, day, problem.New(problem.Malformed, "request.malformed").Because(err)
		}
	}
	return f, day, nil
}

// A position is written as its instant and its number: "1764579900000000000.4711".
func writePosition(p ledger.AuditPosition) string { return fmt.Sprintf("%d.%d", p.At.UnixNano(), p.ID) }

func readPosition(text string) (ledger.AuditPosition, error) {
	at, id, _ := strings.Cut(text, ".")
	nanoseconds, err := strconv.ParseInt(at, 10, 64)
	number, numberErr := strconv.ParseInt(id, 10, 64)
	return ledger.AuditPosition{At: time.Unix(0, nanoseconds), ID: number}, errors.Join(err, numberErr)
}

// fill adds where the other entries are, and what can be asked for.
func (v *trailView) fill(f ledger.AuditFilter, part app.TrailPage) {
	asked := url.Values{"branch": {v.Branch}, "tag": {v.Day}}
	if v.Number != "" {
		v.History = trailPath + "/nummer?" + url.Values{"branch": {v.Branch}, "tag": {v.Day}, "nummer": {v.Number}}.Encode()
	}
	for name, value := range map[string]string{"nummer": v.Number, "wer": v.Actor, "was": v.Action} {
		if value != "" {
			asked.Set(name, value)
		}
	}
	if f.Before != (ledger.AuditPosition{}) {
		v.Newest = trailPath + "?" + asked.Encode()
	}
	if part.More {
		last := part.Entries[len(part.Entries)-1]
		asked.Set("vor", writePosition(ledger.AuditPosition{At: last.At, ID: last.ID}))
		v.Older = trailPath + "?" + asked.Encode()
	}
	for _, name := range part.Kinds.Actors {
		v.Actors = append(v.Actors, page.Option{Value: name, Label: wordOr(v.View, "staff.trail.actor_", name)})
	}
	for _, name := range part.Kinds.Actions {
		v.Actions = append(v.Actions, page.Option{Value: name, Label: wordOr(v.View, "staff.trail.action_", name)})
	}
	slices.SortFunc(v.Actions, func(a, b page.Option) int { return strings.Compare(a.Label, b.Label) })
}

// wordOr words a name where there is a word for it.
func wordOr(v *staff.View, prefix, name string) string {
	if v.Has(prefix + name) {
		return v.T(prefix + name)
	}
	return name
}

func (o *Pages) trailRow(v *staff.View, branch town.BranchID, e ledger.AuditEntry) trailRow {
	row := trailRow{
		Time: v.Time(e.At.In(o.staff.Frame.ZoneOf(branch))), Actor: wordOr(v, "staff.trail.actor_", e.Actor),
		What: wordOr(v, "staff.trail.action_", e.Action), Detail: wordOr(v, "staff.state.", e.Detail),
	}
	if e.Action == "person_searched" {
		row.Detail = v.T("staff.trail.hits", "count", e.Detail)
	}
	if e.Number != 0 {
		row.Number = e.Number.String()
	}
	if b, ok := o.app.Catalogue().Branch(e.Branch); ok && e.Room != "" {
		row.Room = page.RoomLabel(b, e.Room)
	}
	return row
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
	if name := o.staff.Frame.Happened(c).Get("geloescht"); name != "" {
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
