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
	j := escpos.NewJob()
	j.Strong(v.Town.Name)
	j.Line(page.BranchName(f.Town.Catalogue(), s.Ticket.Branch, v.Lang))
	j.Feed(1)
	j.Line(v.T("kiosk.ticket.title"))
	j.Big(s.Ticket.Number.String(), escpos.Huge)
	for _, name := range v.ItemNames(f.Town.Catalogue(), s.Ticket.Items) {
		j.Strong(name)
	}
	j.Feed(1)
	for _, line := range append(v.InLine(s), f.HowCalled(v, s.Ticket)...) {
		j.Line(line)
	}
	j.Feed(1)
	j.QR(f.Base + "/t/" + url.PathEscape(token))
	j.Line(v.T("kiosk.ticket.code"))
	j.Feed(1)
	j.Line(v.Moment(s.Ticket.Created.In(f.ZoneOf(s.Ticket.Branch))))
	j.Cut()
	return j.Bytes()
}
