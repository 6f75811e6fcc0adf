package printing

import (
	"net/url"

	"aufruf/internal/app"
	"aufruf/internal/escpos"
	"aufruf/internal/web/page"
)

// Slip is the slip of a number without an appointment: what the kiosk shows,
// on paper.
func Slip(f *page.Frame, v *page.Page, s app.Standing, token string) []byte {
	slip := f.SlipOf(v, s.Ticket)
	j := escpos.NewJob()
	j.Strong(v.Town.Name)
	j.Line(slip.Branch)
	j.Feed(1)
	j.Line(v.T("kiosk.ticket.title"))
	j.Big(slip.Number, escpos.Huge)
	for _, name := range slip.Services {
		j.Strong(name)
	}
	j.Feed(1)
	for _, line := range append(v.InLine(s), slip.Called...) {
		j.Line(line)
	}
	j.Feed(1)
	j.QR(f.Base + "/t/" + url.PathEscape(token))
	j.Line(v.T("kiosk.ticket.code"))
	j.Feed(1)
	j.Line(slip.When)
	j.Cut()
	return j.Bytes()
}
