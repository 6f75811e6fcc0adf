package web

import (
	"html/template"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// ticketView is a ticket: to be read, printed, or taken along by its QR code.
type ticketView struct {
	*kioskPage
	Number string
	Line   []string // the place in it
	Called []string // how the number is called
	When   string   // it was given out
	Code   template.URL
	Print  bool   // the browser prints it
	Slip   string // what became of the slip from the kiosk's own printer; empty: it has none
	Again  string // where to print it once more; empty: it was printed
}

// issue gives a person without an appointment a number.
func (d *Devices) issue(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		d.failDevice(c, err)
		return
	}
	actor := actorOf(c)
	actor.Key = form.Get("key")
	w := app.Wanted{Branch: actor.Device.Branch, Items: readChoice(form).items}
	v := d.page(c)
	issued, err := d.devices.IssueTicket(c.Request.Context(), actor, app.WalkInRequest{Wanted: w, Language: v.Lang})
	if err != nil {
		d.refuseTicket(c, w, err)
		return
	}
	d.toTicket(c, v, issued.Token, d.printSlip(c, issued.Standing, issued.Token))
}

// toTicket leads to a ticket's page, which says what became of its slip.
func (d *Devices) toTicket(c *gin.Context, v *Page, token, slip string) {
	query := url.Values{}
	if slip != "" {
		query.Set(slipQuery, slip)
	}
	c.Redirect(http.StatusSeeOther, v.link(ticketPath(token), query))
}

func ticketPath(token string) string { return kioskRoot + "/ticket/" + url.PathEscape(token) }

// ticket shows a ticket that was just given out.
func (d *Devices) ticket(c *gin.Context) {
	private(c)
	s, err := d.devices.Standing(c.Request.Context(), c.Param("token"))
	if err != nil {
		d.failDevice(c, err)
		return
	}
	v := d.kioskPage(c, "kiosk.ticket.title")
	v.Idle = kioskTicket
	view := ticketView{kioskPage: v, Number: s.Ticket.Number.String(), When: v.Moment(s.Ticket.Created.In(d.zoneOf(s.Ticket.Branch)))}
	view.Line = v.inLine(s)
	view.Called = d.howCalled(v.Page, s.Ticket)
	view.slip(c.Query(slipQuery), c.Param("token"))
	view.Print = hasCookie(c, printCookie) && view.Slip == ""
	if view.Code, err = qrOf(d.base + "/t/" + url.PathEscape(c.Param("token"))); err != nil {
		d.failDevice(c, err)
		return
	}
	d.write(c, d.surface, http.StatusOK, "ticket", view)
}

// slip says what became of the slip. The number is on the page in any case.
func (v *ticketView) slip(became, token string) {
	switch became {
	case slipPrinted:
		v.Slip = v.T("kiosk.slip.gedruckt")
	case slipPaper, slipCover, slipAway:
		v.Slip, v.Idle = v.T("kiosk.slip.fehlt"), kioskIdle
		v.Again = v.Link(ticketPath(token) + "/drucken")
	}
}

// inLine says who is ahead and how long it may take.
func (v *Page) inLine(s app.Standing) []string {
	ahead := v.N("kiosk.ticket.ahead", s.Ahead)
	if s.Ahead == 0 {
		ahead = v.T("kiosk.ticket.first")
	}
	return []string{ahead, v.T("kiosk.ticket.wait", "low", s.Low, "high", s.High)}
}

// howCalled says how a number is called at its office on its day.
func (p *Pages) howCalled(v *Page, t queue.Ticket) []string {
	branch, ok := p.hall.Catalogue().Branch(t.Branch)
	if !ok {
		return nil
	}
	office := officeOf(branch, t.Office)
	if branch.Mode(office, t.Date) == town.CallPickup {
		return v.pickup(branch, office)
	}
	return []string{v.T("kiosk.ticket.called")}
}

func hasCookie(c *gin.Context, name string) bool {
	value, err := c.Cookie(name)
	return err == nil && value != ""
}

// noTicketView says why there is no number, and what to do instead.
type noTicketView struct {
	*kioskPage
	Text string
	Next string       // the next free appointment; empty: none
	Code template.URL // to book it
}

// refuseTicket offers the next free appointment instead of a number.
func (d *Devices) refuseTicket(c *gin.Context, w app.Wanted, err error) {
	e := problem.Of(err)
	if e.Key != "walk_in.closed" && e.Key != "walk_in.none_left" {
		d.failDevice(c, err)
		return
	}
	v := d.kioskPage(c, "kiosk.none.title")
	view := noTicketView{kioskPage: v, Text: v.Problem(e)}
	if next, ok := e.Extra["next_appointment"].(*time.Time); ok && next != nil {
		view.Next = v.T("kiosk.none.next", "moment", v.Moment(next.In(d.zoneOf(w.Branch))))
		if view.Code, err = qrOf(d.base + "/termin?" + choice{items: w.Items, branch: w.Branch}.values().Encode()); err != nil {
			d.failDevice(c, err)
			return
		}
	}
	d.write(c, d.surface, e.Kind.Status(), "none", view)
}

// keypadView takes a number, digit by digit, without a keyboard and without
// script.
type keypadView struct {
	*kioskPage
	Typed  string // digits so far
	Slots  [3]string
	Digits []Link
	Delete string
	Here   string // what became of a number: it is registered
}

// keypad shows the next digit to touch.
func (d *Devices) keypad(c *gin.Context) {
	view := d.keypadView(c, c.Query("n"))
	if number, err := town.ParseNumber(c.Query("da")); err == nil {
		view.Here = number.String()
		view.Title = view.T("kiosk.here.title")
		view.Idle = kioskTicket / 3
	}
	d.write(c, d.surface, http.StatusOK, "keypad", view)
}

func (d *Devices) keypadView(c *gin.Context, typed string) *keypadView {
	view := &keypadView{kioskPage: d.kioskPage(c, "kiosk.keypad.title")}
	for _, r := range typed {
		if '0' <= r && r <= '9' && len(view.Typed) < len(view.Slots) {
			view.Slots[len(view.Typed)] = string(r)
			view.Typed += string(r)
		}
	}
	address := func(n string) string { return view.link(kioskRoot+"/anmelden", url.Values{"n": {n}}) }
	if len(view.Typed) < len(view.Slots) {
		for _, digit := range "1234567890" {
			view.Digits = append(view.Digits, Link{string(digit), address(view.Typed + string(digit))})
		}
	}
	if view.Typed != "" {
		view.Delete = address(view.Typed[:len(view.Typed)-1])
	}
	return view
}

// arrive registers the person with a number.
func (d *Devices) arrive(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		d.failDevice(c, err)
		return
	}
	number, err := town.ParseNumber(form.Get("number"))
	if err != nil {
		err = problem.Field("number", "field.number")
	} else {
		_, err = d.devices.CheckIn(c.Request.Context(), actorOf(c), app.CheckInRequest{Branch: device(c).Branch, Number: number})
	}
	if e := problem.Of(err); err != nil && e.Kind != problem.Internal {
		view := d.keypadView(c, "")
		view.Alert, view.Focus = &Alert{Title: view.firstField(e)}, true
		d.write(c, d.surface, e.Kind.Status(), "keypad", view)
		return
	}
	if err != nil {
		d.failDevice(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, d.page(c).link(kioskRoot+"/anmelden", url.Values{"da": {number.String()}}))
}
