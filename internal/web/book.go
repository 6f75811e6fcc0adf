package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
)

// book makes the appointment and leads to the citizen's own page, which begins
// with the number.
func (p *Pages) book(c *gin.Context) {
	d, err := p.readDraft(c)
	if err != nil {
		p.fail(c, err)
		return
	}
	v := p.page(c)
	actor := p.citizen(c)
	actor.Key = d.key
	made, err := p.hall.Book(c.Request.Context(), actor, app.BookRequest{
		Wanted: d.wanted(), Start: d.start, Language: v.Lang, Hold: d.hold,
		Person: app.Person{
			Name: strings.TrimSpace(d.name), Email: strings.TrimSpace(d.email),
			Phone: strings.TrimSpace(d.phone), Support: strings.TrimSpace(d.support),
		},
	})
	if err != nil {
		p.refuseDraft(c, d, err)
		return
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: holdCookie, Path: "/termin", MaxAge: -1, HttpOnly: true, Secure: p.secure(), SameSite: http.SameSiteLaxMode,
	})
	c.Redirect(http.StatusSeeOther, v.link("/t/"+url.PathEscape(made.Token), url.Values{"neu": {"1"}}))
}
