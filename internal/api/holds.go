package api

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/plan"
	"aufruf/internal/visitor"
	"aufruf/internal/wire"
)

// hold keeps a slot while a person types.
func (a *API) hold(c *gin.Context) {
	r, err := body[wire.HoldRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	actor, err := a.App.ShowProof(c.Request.Context(), a.marked(c, actorOf(c)), r.Branch, r.Proof)
	if err != nil {
		a.fail(c, err)
		return
	}
	w := plan.Wanted{Branch: r.Branch, Items: wire.Items(r.Services), Staff: actor.Kind == access.Staff}
	held, err := a.App.Hold(c.Request.Context(), actor, w, r.Start)
	if err != nil {
		a.fail(c, err)
		return
	}
	a.ok(c, http.StatusCreated, wireHold(held))
}

// marked gives a stranger's browser a mark where it shows none.
func (a *API) marked(c *gin.Context, actor access.Actor) access.Actor {
	if actor.Kind == access.Citizen && actor.Browser == "" {
		actor.Browser = visitor.NewMark()
		visitor.KeepMark(c, actor.Browser, strings.HasPrefix(a.BaseURL, "https:"))
	}
	return actor
}

// extendHold keeps it longer.
func (a *API) extendHold(c *gin.Context) {
	held, err := a.App.ExtendHold(c.Request.Context(), actorOf(c), c.Param("hold"))
	if err != nil {
		a.fail(c, err)
		return
	}
	a.ok(c, http.StatusOK, wireHold(held))
}

// releaseHold gives it back.
func (a *API) releaseHold(c *gin.Context) {
	if err := a.App.ReleaseHold(c.Request.Context(), c.Param("hold")); err != nil {
		a.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

func wireHold(h app.HeldSlot) wire.Hold {
	return wire.Hold{Hold: h.ID, Expires: wire.Seconds(h.Expires, h.Expires.Location())}
}
