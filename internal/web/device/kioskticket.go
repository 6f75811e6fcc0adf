package device

import (
	"html/template"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/web/page"
	"aufruf/internal/web/printing"
)

// ticketView is a ticket: to be read, printed, or taken along by its QR code.
type ticketView struct {
	*kioskPage
	Ticket  page.Slip
	Line    []string // the place in it
	Code    template.URL
	Print   bool   // the browser prints it
	Waiting bool   // the number is still to be called, on a screen: what happens next is shown
	Printed string // what became of the slip from the kiosk's own printer; empty: it has none
	Again   string // where to print it once more; empty: it was printed
}

// issue gives a person without an appointment a number.
func (d *Pages) issue(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	actor := page.ActorOf(c)
	actor.Key = form.Get("key")
	w := plan.Wanted{Branch: actor.Device.Branch, Items: page.ReadChoice(form).Items}
	v := d.frame.Page(c)
	s, token, err := d.draw(c, actor, app.WalkInRequest{Wanted: w, Language: v.Lang})
	if err != nil {
		return d.refuseTicket(c, w, err)
	}
	return d.toTicket(c, v, token, d.printSlip(c, s, token))
}

// draw gives out a number; for the second of two touches on one page it is the one
// that the first drew.
func (d *Pages) draw(c *gin.Context, actor access.Actor, r app.WalkInRequest) (app.Standing, string, error) {
	last := d.drawn.of(actor.Device.ID)
	defer last.mu.Unlock()
	if last.besides(actor.Key, d.app.Now()) {
		s, err := d.app.WalkIn(c.Request.Context(), actor.Device.Branch, last.token)
		return s, last.token, err
	}
	issued, err := d.app.IssueTicket(c.Request.Context(), actor, r)
	if err == nil {
		last.key, last.token, last.at = actor.Key, issued.Token, d.app.Now()
	}
	return issued.Standing, issued.Token, err
}

// toTicket leads to a ticket's page, which says what became of its slip.
func (d *Pages) toTicket(c *gin.Context, v *page.Page, token, slip string) error {
	query := url.Values{}
	if slip != "" {
		query.Set(printing.SlipQuery, slip)
	}
	return d.frame.Done(c, v.LinkWith(ticketPath(token), query))
}

func ticketPath(token string) string { return kioskRoot + "/ticket/" + url.PathEscape(token) }

// ticket shows a ticket that was just given out.
func (d *Pages) ticket(c *gin.Context) error {
	page.Private(c)
	s, err := d.app.WalkIn(c.Request.Context(), device(c).Branch, c.Param("token"))
	if err != nil {
		return err
	}
	v := d.kioskPage(c, "kiosk.ticket.title")
	v.Idle, v.Back = kioskTicket, ""
	view := ticketView{kioskPage: v, Ticket: d.frame.SlipOf(v.Page, s.Ticket), Line: v.InLine(s)}
	view.Waiting = s.Ticket.InLine() && view.Ticket.OnScreen
	view.printed(d.frame.Happened(c).Get(printing.SlipQuery), c.Param("token"))
	view.Print = page.HasCookie(c, printCookie) && view.Printed == ""
	if view.Code, err = page.QRCode(d.frame.Base + "/t/" + url.PathEscape(c.Param("token"))); err != nil {
		return err
	}
	return d.frame.Write(c, d.surface, http.StatusOK, "ticket", view)
}

// printed says what became of the slip. The number is on the page in any case.
func (v *ticketView) printed(became, token string) {
	switch became {
	case printing.SlipPrinted:
		v.Printed = v.T("kiosk.slip.gedruckt")
	case printing.SlipPaper, printing.SlipCover, printing.SlipAway:
		v.Printed, v.Idle = v.T("kiosk.slip.fehlt"), kioskIdle
		v.Again = v.Link(ticketPath(token) + "/drucken")
	}
}

// noTicketView says why there is no number, and what to do instead.
type noTicketView struct {
	*kioskPage
	Text string
	Next string       // the next free appointment; empty: none
	Code template.URL // to book it
}

// refuseTicket offers the next free appointment instead of a number.
func (d *Pages) refuseTicket(c *gin.Context, w plan.Wanted, err error) error {
	e := problem.Of(err)
	if e.Key != "walk_in.closed" && e.Key != "walk_in.none_left" {
		return err
	}
	v := d.kioskPage(c, "kiosk.none.title")
	view := noTicketView{kioskPage: v, Text: v.Problem(e)}
	if next := e.Next; next != nil && !next.Start.IsZero() {
		view.Next = v.T("kiosk.none.next", "moment", v.Moment(next.Start.In(d.frame.ZoneOf(w.Branch))))
		if view.Code, err = page.QRCode(d.frame.Base + "/termin?" + page.Choice{Items: w.Items, Branch: w.Branch}.Values().Encode()); err != nil {
			return err
		}
	}
	return d.frame.Write(c, d.surface, e.Kind.Status(), "none", view)
}
