package booking

import (
	"net/http"
	"net/url"
	"strings"
	"time"

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
		Proof: &app.ProofAnswer{Solution: d.solution},
		Person: app.Person{
			Name: strings.TrimSpace(d.name), Email: strings.TrimSpace(d.email),
			Phone: strings.TrimSpace(d.phone), Support: strings.TrimSpace(d.support), Answers: d.answers,
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
	if !made.ConfirmBy.IsZero() {
		return p.awaits(c, d, made.ConfirmBy)
	}
	return page.SeeOther(c, v.LinkWith("/t/"+url.PathEscape(made.Token), url.Values{"neu": {"1"}}))
}

// awaits says that the address must be confirmed before the appointment stands.
func (p *Pages) awaits(c *gin.Context, d draft, until time.Time) error {
	v := p.frame.Page(c)
	v.Title = v.T("booking.confirm.sent")
	return p.render(c, http.StatusAccepted, "sorry", page.Sorry{
		Page: v, Text: v.T("booking.confirm.sent_text", "time", v.Time(until.In(p.frame.ZoneOf(d.Branch)))),
		Next: []page.Link{{Label: v.T("booking.sorry.start"), URL: v.Link("/termin")}},
	})
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
