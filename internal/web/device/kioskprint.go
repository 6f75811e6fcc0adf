package device

import (
	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/web/page"
	"aufruf/internal/web/printing"
)

// printSlip prints a ticket where the kiosk has a printer, and returns what
// became of it; "" without one. Whatever it is, the number counts.
func (d *Pages) printSlip(c *gin.Context, s app.Standing, token string) string {
	kiosk := device(c)
	printer := d.printers.Of(kiosk)
	if printer == nil {
		return ""
	}
	err := d.printers.Print(c.Request.Context(), kiosk, s.Ticket.ID, printing.Slip(d.frame, d.frame.Page(c), s, token), d.app.Now())
	if err != nil {
		d.frame.Log.WarnContext(c.Request.Context(), "ticket not printed", "kiosk", kiosk.Name, "printer", printer.String(), "reason", err)
	}
	return printing.SlipOf(err)
}

// printAgain tries once more to print a ticket that wasn't printed.
func (d *Pages) printAgain(c *gin.Context) error {
	page.Private(c)
	s, err := d.app.WalkIn(c.Request.Context(), device(c).Branch, c.Param("token"))
	if err != nil {
		return err
	}
	return d.toTicket(c, d.frame.Page(c), c.Param("token"), d.printSlip(c, s, c.Param("token")))
}
