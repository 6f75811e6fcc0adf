package web

import (
	"net/url"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/escpos"
)

// printSlip prints a ticket where the kiosk has a printer, and returns what
// became of it; "" without one. Whatever it is, the number counts.
func (d *Devices) printSlip(c *gin.Context, s app.Standing, token string) string {
	kiosk := device(c)
	printer := d.printers.of(kiosk)
	if printer == nil {
		return ""
	}
	err := d.printers.print(c.Request.Context(), kiosk, s.Ticket.ID, d.slipJob(d.page(c), s, token), d.hall.Now())
	if err != nil {
		d.log.WarnContext(c.Request.Context(), "ticket not printed", "kiosk", kiosk.Name, "printer", printer.String(), "reason", err)
	}
	return slipOf(err)
}

// slipJob is the slip of a number without an appointment: what the kiosk shows,
// on paper.
func (p *Pages) slipJob(v *Page, s app.Standing, token string) []byte {
	j := escpos.NewJob()
	j.Strong(v.Town.Name)
	j.Line(branchName(p.hall.Catalogue(), s.Ticket.Branch, v.Lang))
	j.Feed(1)
	j.Line(v.T("kiosk.ticket.title"))
	j.Big(s.Ticket.Number.String(), escpos.Huge)
	for _, name := range v.itemNames(p.hall.Catalogue(), s.Ticket.Items) {
		j.Strong(name)
	}
	j.Feed(1)
	for _, line := range append(v.inLine(s), p.howCalled(v, s.Ticket)...) {
		j.Line(line)
	}
	j.Feed(1)
	j.QR(p.base + "/t/" + url.PathEscape(token))
	j.Line(v.T("kiosk.ticket.code"))
	j.Feed(1)
	j.Line(v.Moment(s.Ticket.Created.In(p.zoneOf(s.Ticket.Branch))))
	j.Cut()
	return j.Bytes()
}

// printAgain tries once more to print a ticket that wasn't printed.
func (d *Devices) printAgain(c *gin.Context) {
	private(c)
	s, err := d.devices.Standing(c.Request.Context(), c.Param("token"))
	if err != nil {
		d.failDevice(c, err)
		return
	}
	d.toTicket(c, d.page(c), c.Param("token"), d.printSlip(c, s, c.Param("token")))
}
