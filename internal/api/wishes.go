package api

import (
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/wire"
)

// leaveWish notes that somebody waits for a time. The answer tells nothing: the
// link goes to the mail address.
func (a *API) leaveWish(c *gin.Context) {
	r, err := body[wire.WishRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	language := r.Language
	if language == "" {
		language = a.language(c)
	}
	actor, err := a.App.ShowProof(c.Request.Context(), actorOf(c), r.Branches[0], r.Proof)
	if err != nil {
		a.fail(c, err)
		return
	}
	wish := app.WishRequest{
		Branches: r.Branches, Items: wire.Items(r.Services), From: r.From, To: r.To, Until: r.Until, Language: language,
		Person: app.Person{Name: r.Name, Email: r.Email, Phone: r.Phone, Answers: r.Answers},
	}
	for _, day := range r.Weekdays {
		wish.Weekdays = append(wish.Weekdays, time.Weekday(day))
	}
	if err := a.App.Wishes.Leave(c.Request.Context(), actor, wish); err != nil {
		a.fail(c, err)
		return
	}
	a.ok(c, http.StatusAccepted, struct{}{})
}

// wish shows a wish, and what is offered for it.
func (a *API) wish(c *gin.Context) {
	w, err := a.App.Wishes.View(c.Request.Context(), c.Param("token"))
	if err != nil {
		a.fail(c, err)
		return
	}
	out := wire.Wish{Branches: w.Branches, Services: a.items(w.Items, a.language(c)), Until: w.Until}
	for _, day := range w.Weekdays {
		out.Weekdays = append(out.Weekdays, wire.Weekday(day))
	}
	if w.To != 0 {
		out.From, out.To = &w.From, &w.To
	}
	if o := w.Offer; o != nil {
		out.Offer = &wire.Offer{Branch: o.Branch, Start: o.Start, End: o.End, Expires: wire.Seconds(o.Expires, o.Expires.Location())}
	}
	a.private(c)
	a.ok(c, http.StatusOK, out)
}

// acceptWish books what is offered; again answers the same.
func (a *API) acceptWish(c *gin.Context) {
	made, err := a.App.Wishes.Accept(c.Request.Context(), c.Param("token"))
	if err != nil {
		a.fail(c, err)
		return
	}
	a.private(c)
	c.Header("Location", Root+"/appointments/"+url.PathEscape(made.Token))
	a.ok(c, http.StatusCreated, a.reply(made, a.language(c)))
}

// declineOffer lets the offered time go and keeps the wish.
func (a *API) declineOffer(c *gin.Context) {
	if err := a.App.Wishes.DeclineOffer(c.Request.Context(), c.Param("token")); err != nil {
		a.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// withdrawWish erases a wish.
func (a *API) withdrawWish(c *gin.Context) {
	if err := a.App.Wishes.Withdraw(c.Request.Context(), c.Param("token")); err != nil {
		a.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}
