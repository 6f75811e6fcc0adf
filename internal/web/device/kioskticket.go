package device

import (
	"html/template"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
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
	issued, err := d.app.IssueTicket(c.Request.Context(), actor, app.WalkInRequest{Wanted: w, Language: v.Lang})
	if err != nil {
		return d.refuseTicket(c, w, err)
	}
	return d.toTicket(c, v, issued.Token, d.printSlip(c, issued.Standing, issued.Token))
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
	v.Idle = kioskTicket
	view := ticketView{kioskPage: v, Ticket: d.frame.SlipOf(v.Page, s.Ticket), Line: v.InLine(s)}
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

// keypadView takes a number, digit by digit, without a keyboard and without
// script.
type keypadView struct {
	*kioskPage
	Typed  string // digits so far
	Slots  [3]string
	Digits []page.Link
	Delete string
	Here   string // what became of a number: it is registered
}

// keypad shows the next digit to touch.
func (d *Pages) keypad(c *gin.Context) error {
	view := d.keypadView(c, c.Query("n"))
	if number, err := town.ParseNumber(d.frame.Happened(c).Get("da")); err == nil {
		view.Here = number.String()
		view.Title = view.T("kiosk.here.title")
		view.Idle = kioskTicket / 3
	}
	return d.frame.Write(c, d.surface, http.StatusOK, "keypad", view)
}

func (d *Pages) keypadView(c *gin.Context, typed string) *keypadView {
	view := &keypadView{kioskPage: d.kioskPage(c, "kiosk.keypad.title")}
	for _, r := range typed {
		if '0' <= r && r <= '9' && len(view.Typed) < len(view.Slots) {
			view.Slots[len(view.Typed)] = string(r)
			view.Typed += string(r)
		}
	}
	address := func(n string) string { return view.LinkWith(kioskRoot+"/anmelden", url.Values{"n": {n}}) }
	if len(view.Typed) < len(view.Slots) {
		for _, digit := range "1234567890" {
			view.Digits = append(view.Digits, page.Link{Label: string(digit), URL: address(view.Typed + string(digit))})
		}
	}
	if view.Typed != "" {
		view.Delete = address(view.Typed[:len(view.Typed)-1])
	}
	return view
}

// arrive notes that the person with a number is here, or with a code that a scanner
// has typed.
func (d *Pages) arrive(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	presented, err := app.Presented(device(c).Branch, form.Get("number"))
	var here queue.Ticket
	if err == nil {
		here, err = d.app.CheckIn(c.Request.Context(), page.ActorOf(c), presented)
	}
	if e := problem.Of(err); err != nil && !e.Unsettled() {
		typed := form.Get("number")
		if len(typed) > len(keypadView{}.Slots) {
			typed = "" // scanned: there is nothing to correct by hand
		}
		view := d.keypadView(c, typed)
		view.Alert, view.Focus = &page.Alert{Title: view.FirstField(e)}, true
		return d.frame.Write(c, d.surface, e.Kind.Status(), "keypad", view)
	}
	if err != nil {
		return err
	}
	return d.frame.Done(c, d.frame.Page(c).LinkWith(kioskRoot+"/anmelden", url.Values{"da": {here.Number.String()}}))
}
