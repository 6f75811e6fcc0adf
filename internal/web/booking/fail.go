package booking

import (
	"github.com/gin-gonic/gin"

	"aufruf/internal/problem"
	"aufruf/internal/web/page"
)

// render writes a page of the booking surface.
func (p *Pages) render(c *gin.Context, status int, name string, view any) error {
	return p.frame.Write(c, p.surface, status, name, view)
}

func (p *Pages) rendered(name string, view any) ([]byte, error) {
	return p.surface.Rendered(name, view)
}

// fail answers with a page that says what is wrong. An internal cause is
// logged here, once, and never shown. A link that is over or unknown is answered
// in a friendly way, which never says which of the two.
func (p *Pages) fail(c *gin.Context, err error) {
	e := problem.Of(err)
	p.frame.LogInternal(c, e)
	if p.frame.Answer(c, e) {
		return
	}
	v := p.frame.Page(c)
	switch e.Key {
	case "appointment.over_or_unknown", "ticket.unknown":
		p.sorry(c, e, v, "booking.over.title", v.T("booking.over.text"), "booking.over.book")
		return
	case "confirmation.over_or_unknown":
		p.sorry(c, e, v, "booking.confirm.over", v.T("booking.confirm.over_text"), "booking.over.book")
		return
	case "wish.over_or_unknown":
		p.sorry(c, e, v, "booking.wish.over", v.T("booking.wish.over_text"), "booking.over.book")
		return
	}
	text := v.Problem(e)
	for _, key := range e.Fields {
		text = v.Field(key)
	}
	p.sorry(c, e, v, "booking.sorry.title", v.Reference(c, e, text), "booking.sorry.start")
}

func (p *Pages) sorry(c *gin.Context, e *problem.Error, v *page.Page, title, text, start string) {
	v.Title = v.T(title)
	view := page.Sorry{Page: v, Text: text, Next: []page.Link{{Label: v.T(start), URL: v.Link("/termin")}}, Resend: page.ResendOf(c, e)}
	p.frame.Last(c, p.surface, e.Kind.Status(), "sorry", view)
}
