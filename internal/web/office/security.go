package office

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"aufruf/internal/ledger"
	"aufruf/internal/web/page"
)

// securityView lists what happened last at the doors.
type securityView struct {
	*view
	Events []securityRow
}

type securityRow struct {
	Time, What, Account, Actor, Detail string
	Times                              int // how often, where it is more than once
}

// maxSecurity is the most events that the page shows.
const maxSecurity = 200

// securityEvents shows an administrator who came in, who was refused and whose
// rights changed, the newest first.
func (o *Pages) securityEvents(c *gin.Context) error {
	events, err := o.app.Access.SecurityEvents(c.Request.Context(), page.ActorOf(c), maxSecurity)
	if err != nil {
		return err
	}
	view := securityView{view: o.officePage(c, "staff.security.title")}
	for _, e := range events {
		view.Events = append(view.Events, o.securityRow(view.view, e))
	}
	return o.staff.Show(c, http.StatusOK, "security", view)
}

func (o *Pages) securityRow(v *view, e ledger.SecurityEvent) securityRow {
	row := securityRow{
		Time: v.Moment(e.At.In(o.houseZone())), What: v.T("staff.security.event_" + e.Name), Account: string(e.Account), Detail: e.Detail,
	}
	if e.Actor != string(e.Account) {
		row.Actor = e.Actor
	}
	if key := "staff.trail.actor_" + e.Actor; v.Has(key) {
		row.Actor = v.T(key)
	}
	if key := "staff.security.detail_" + e.Detail; v.Has(key) {
		row.Detail = v.T(key)
	}
	if e.Times > 1 {
		row.Times = e.Times
	}
	return row
}
