package booking

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/web/page"
)

// book makes the appointment and leads to the citizen's own page, which begins
// with the number.
func (p *Pages) book(c *gin.Context) error {
	d, err := p.readDraft(c)
	if err != nil {
		return err
	}
	v := p.frame.Page(c)
	actor := p.frame.Citizen(c)
	actor.Key = d.key
	made, err := p.app.Book(c.Request.Context(), actor, app.BookRequest{
		Wanted: d.Wanted(), Start: d.start, Language: v.Lang, Hold: d.hold,
		Proof: &app.ProofAnswer{Solution: d.solution, Since: d.since},
		Person: app.Person{
			Name: strings.TrimSpace(d.name), Email: strings.TrimSpace(d.email),
			Phone: strings.TrimSpace(d.phone), Support: strings.TrimSpace(d.support),
		},
	})
	if problem.Is(err, "proof.hold") {
		return p.holdAgain(c, d, err)
	}
	if err != nil {
		return p.refuseDraft(c, d, err)
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: holdCookie, Path: "/termin", MaxAge: -1, HttpOnly: true, Secure: p.frame.Secure(), SameSite: http.SameSiteLaxMode,
	})
	return page.SeeOther(c, v.LinkWith("/t/"+url.PathEscape(made.Token), url.Values{"neu": {"1"}}))
}

// holdAgain keeps the time once more where the hold is gone, and says so.
func (p *Pages) holdAgain(c *gin.Context, d draft, refused error) error {
	held, err := p.holdTime(c, d.hold, d.Choice, d.start)
	if err != nil {
		return p.refuseDraft(c, d, err)
	}
	d.hold = held.ID
	return p.showDetails(c, d, &held, problem.Of(refused))
}
