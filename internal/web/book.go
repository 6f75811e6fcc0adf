package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
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
		Proof: &app.ProofAnswer{Solution: d.solution, Since: d.since},
		Person: app.Person{
			Name: strings.TrimSpace(d.name), Email: strings.TrimSpace(d.email),
			Phone: strings.TrimSpace(d.phone), Support: strings.TrimSpace(d.support),
		},
	})
	if problem.Is(err, "proof.hold") {
		p.holdAgain(c, d, err)
		return
	}
	if err != nil {
		p.refuseDraft(c, d, err)
		return
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: holdCookie, Path: "/termin", MaxAge: -1, HttpOnly: true, Secure: p.secure(), SameSite: http.SameSiteLaxMode,
	})
	c.Redirect(http.StatusSeeOther, v.link("/t/"+url.PathEscape(made.Token), url.Values{"neu": {"1"}}))
}

// holdAgain keeps the time once more where the hold is gone, and says so.
func (p *Pages) holdAgain(c *gin.Context, d draft, refused error) {
	held, err := p.holdTime(c, d.choice, d.start)
	if err != nil {
		p.refuseDraft(c, d, err)
		return
	}
	d.hold = held.ID
	p.showDetails(c, d, &held, problem.Of(refused))
}
