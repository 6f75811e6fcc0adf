package booking

import (
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/internal/web/page"
)

// holdCookie remembers the person's own hold for the way back; see the
// package comment.
const holdCookie = "vormerkung"

// keep takes a hold on the chosen time and leads to the fourth step.
func (p *Pages) keep(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	chosen := page.ReadChoice(form)
	start, err := page.ParseStart(form.Get("start"), p.frame.ZoneOf(chosen.Branch))
	if err != nil {
		return err
	}
	held, err := p.holdTime(c, "", chosen, start)
	if problem.Is(err, app.ErrHoldTooMany.Key) {
		unheld := chosen.Values()
		unheld.Set("start", start.Format(time.RFC3339))
		return page.SeeOther(c, p.frame.Page(c).LinkWith("/termin/daten", p.marked(c, unheld)))
	}
	if err != nil {
		return p.refuseTime(c, chosen, start, err)
	}
	return page.SeeOther(c, p.frame.Page(c).LinkWith("/termin/daten/"+url.PathEscape(held.ID), p.marked(c, nil)))
}

// marked adds the browser's mark to a link where no cookie brings it.
func (p *Pages) marked(c *gin.Context, query url.Values) url.Values {
	mark := visitor.Mark(c)
	if mark == "" || visitor.HasMark(c) {
		return query
	}
	visitor.KeepMark(c, mark, p.frame.Secure())
	if query == nil {
		query = url.Values{}
	}
	if p.frame.Page(c).Framed {
		query.Set(visitor.MarkField, mark)
	}
	return query
}

// mark is the hidden field with the browser's mark, a new one where it has none.
func mark(c *gin.Context) page.HiddenField {
	mark := visitor.Mark(c)
	if mark == "" {
		mark = visitor.NewMark()
	}
	return page.HiddenField{Name: visitor.MarkField, Value: mark}
}

func (p *Pages) refuseTime(c *gin.Context, chosen page.Choice, start time.Time, err error) error {
	e := problem.Of(err)
	if e.Kind != problem.Conflict && e.Kind != problem.Invalid && e.Kind != problem.TooMany {
		return err
	}
	return p.showTimes(c, chosen, town.DateOf(start, start.Location()).String(), e)
}

// holdTime keeps a time instead of the one that is kept for this person so far,
// by the form or the cookie, which stays theirs where the new one is refused.
func (p *Pages) holdTime(c *gin.Context, earlier string, chosen page.Choice, start time.Time) (app.HeldSlot, error) {
	if kept, err := c.Cookie(holdCookie); err == nil && earlier == "" {
		earlier = kept
	}
	held, err := p.app.Rehold(c.Request.Context(), p.frame.Citizen(c), earlier, chosen.Wanted(), start)
	if err != nil {
		return app.HeldSlot{}, err
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: holdCookie, Value: held.ID, Path: "/termin", HttpOnly: true, Secure: p.frame.Secure(), SameSite: http.SameSiteLaxMode,
	})
	return held, nil
}

// ownHold returns the person's live hold, by the cookie.
func (p *Pages) ownHold(c *gin.Context) (app.HeldSlot, bool) {
	id, err := c.Cookie(holdCookie)
	if err != nil || id == "" {
		return app.HeldSlot{}, false
	}
	held, err := p.app.HeldSlot(c.Request.Context(), id)
	return held, err == nil && p.app.Now().Before(held.Expires)
}
