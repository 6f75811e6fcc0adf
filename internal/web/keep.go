package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// holdCookie remembers the person's own hold for the way back; see the
// package comment.
const holdCookie = "vormerkung"

// keep takes a hold on the chosen time and leads to the fourth step.
func (p *Pages) keep(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		p.fail(c, err)
		return
	}
	chosen := readChoice(form)
	start, err := parseStart(form.Get("start"), p.zoneOf(chosen.branch))
	if err != nil {
		p.fail(c, err)
		return
	}
	held, err := p.holdTime(c, chosen, start)
	if err != nil {
		p.refuseTime(c, chosen, start, err)
		return
	}
	c.Redirect(http.StatusSeeOther, p.page(c).Link("/termin/daten/"+url.PathEscape(held.ID)))
}

func (p *Pages) refuseTime(c *gin.Context, chosen choice, start time.Time, err error) {
	e := problem.Of(err)
	if e.Kind != problem.Conflict && e.Kind != problem.Invalid && e.Kind != problem.TooMany {
		p.fail(c, err)
		return
	}
	p.showTimes(c, chosen, town.DateOf(start, start.Location()).String(), e)
}

// holdTime keeps a time. A person who comes back for the time that is already
// kept for them gets it again; an earlier hold is given back only once the new
// one stands.
func (p *Pages) holdTime(c *gin.Context, chosen choice, start time.Time) (app.Held, error) {
	ctx := c.Request.Context()
	earlier, had := p.ownHold(c)
	if had && earlier.Start.Equal(start) && earlier.Branch == chosen.branch && slices.Equal(earlier.Items, chosen.items) {
		return earlier, nil
	}
	if had && overlaps(earlier, chosen, start) {
		// The new time may be free only once the old one is given back.
		p.release(c, earlier.ID)
		had = false
	}
	held, err := p.hall.Hold(ctx, p.citizen(c), chosen.wanted(), start)
	if problem.Is(err, "hold.too_many") && had {
		p.release(c, earlier.ID)
		had = false
		held, err = p.hall.Hold(ctx, p.citizen(c), chosen.wanted(), start)
	}
	if err != nil {
		return app.Held{}, err
	}
	if had {
		p.release(c, earlier.ID)
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: holdCookie, Value: held.ID, Path: "/termin", HttpOnly: true, Secure: p.secure(), SameSite: http.SameSiteLaxMode,
	})
	return held, nil
}

// overlaps reports whether a hold touches the day of a new time at the same
// branch, where it may stand in the new one's way.
func overlaps(earlier app.Held, chosen choice, start time.Time) bool {
	zone := start.Location()
	return earlier.Branch == chosen.branch && town.DateOf(earlier.Start, zone) == town.DateOf(start, zone)
}

// ownHold returns the person's live hold, by the cookie.
func (p *Pages) ownHold(c *gin.Context) (app.Held, bool) {
	id, err := c.Cookie(holdCookie)
	if err != nil || id == "" {
		return app.Held{}, false
	}
	held, err := p.hall.HeldSlot(c.Request.Context(), id)
	return held, err == nil && p.hall.Now().Before(held.Expires)
}

// release gives a hold back. That it is gone already is just as well, and any
// other failure ends with the hold's own time.
func (p *Pages) release(c *gin.Context, id string) {
	if err := p.hall.ReleaseHold(c.Request.Context(), id); err != nil && problem.Of(err).Kind != problem.NotFound {
		p.logInternal(c, problem.Of(err))
	}
}

// MaxForm is far above what a person can type into our fields, in bytes.
const MaxForm = 64 << 10

func readForm(c *gin.Context) (url.Values, error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, MaxForm)
	if err := c.Request.ParseForm(); err != nil {
		return nil, problem.New(problem.Malformed, "request.malformed").Because(err)
	}
	return c.Request.PostForm, nil
}

func parseStart(value string, zone *time.Location) (time.Time, error) {
	start, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return time.Time{}, problem.New(problem.Malformed, "request.malformed").Because(err)
	}
	return start.In(zone), nil
}
