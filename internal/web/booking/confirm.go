package booking

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/web/page"
)

// confirmView shows what waits for its mail address to be proved.
type confirmView struct {
	*page.Page
	Lead     string
	Services []string
	Branches []string
	When     string // of an appointment
	Until    string // of a wish: its last day
	Expires  string
	Action   string // empty where it can't be had any more
	Other    string // leads to other times then
}

// confirmForm shows what a link would make true and changes nothing: mail
// scanners follow links. One that was confirmed leads to what came of it.
func (p *Pages) confirmForm(c *gin.Context) error { return p.showConfirm(c, nil) }

func (p *Pages) showConfirm(c *gin.Context, refused *problem.Error) error {
	waits, became, err := p.app.Awaited(c.Request.Context(), c.Param("token"))
	if err != nil {
		return err
	}
	if waits == nil {
		return page.SeeOther(c, p.confirmedURL(c, became))
	}
	all, v := p.app.Catalogue(), p.frame.PageIn(c, waits.Language)
	v.Title = v.T("booking.confirm.wish")
	zone := p.frame.ZoneOf(waits.Branches[0])
	view := confirmView{
		Page: v, Lead: v.T("booking.confirm.lead"), Services: v.ItemNames(all, waits.Items), Until: v.Date(waits.Until),
		Expires: v.Moment(waits.Expires.In(zone)), Action: v.Link("/bestaetigen/" + url.PathEscape(c.Param("token"))),
	}
	if !waits.Start.IsZero() {
		v.Title, view.Lead, view.Until = v.T("booking.confirm.booking"), v.T("booking.confirm.booking_lead"), ""
		view.When = v.Moment(waits.Start.In(zone))
	}
	for _, branch := range waits.Branches {
		view.Branches = append(view.Branches, page.BranchName(all, branch, v.Lang))
	}
	status := http.StatusOK
	if waits.Gone {
		v.Alert = &page.Alert{Title: v.T("booking.confirm.gone")}
		view.Lead, view.Action = "", ""
		view.Other = v.LinkWith("/termin/tag", page.Choice{Items: waits.Items, Branch: waits.Branches[0]}.Values())
	}
	if refused != nil {
		status = refused.Kind.Status()
		v.Alert, v.Focus = &page.Alert{Title: v.FirstField(refused)}, true
	}
	return p.render(c, status, "confirm", view)
}

// confirm makes true what waited; again leads to the same.
func (p *Pages) confirm(c *gin.Context) error {
	became, err := p.app.Confirm(c.Request.Context(), c.Param("token"))
	switch e := problem.Of(err); {
	case err == nil:
		return page.SeeOther(c, p.confirmedURL(c, became))
	case e.Kind == problem.Conflict || e.Kind == problem.Invalid || e.Kind == problem.TooMany:
		return p.showConfirm(c, e)
	default:
		return err
	}
}

func (p *Pages) confirmedURL(c *gin.Context, became app.Confirmed) string {
	v := p.frame.Page(c)
	if became.Appointment != "" {
		return v.Link("/t/" + url.PathEscape(became.Appointment))
	}
	return v.Link("/wunsch/" + url.PathEscape(became.Wish))
}
