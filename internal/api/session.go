package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/problem"
	"aufruf/internal/visitor"
	"aufruf/internal/wire"
)

// signIn opens a session.
func (a *API) signIn(c *gin.Context) {
	r, err := body[wire.SessionRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	token, session, err := a.App.Access.SignIn(c.Request.Context(), actorOf(c), r.User, r.Password, a.from(c))
	if err != nil {
		a.fail(c, err)
		return
	}
	a.ok(c, http.StatusOK, wire.Session{Token: token, Expires: wire.Seconds(session.Expires, a.zone())})
}

// from is where a request to sign in comes from.
func (a *API) from(c *gin.Context) access.From {
	return access.From{
		Origin: visitor.Address(c), Address: c.ClientIP(), Browser: visitor.Cookie(c, visitor.BrowserCookie, a.secure()), Replaces: c.GetString(tokenKey),
	}
}

// signOut ends it.
func (a *API) signOut(c *gin.Context) {
	if actorOf(c).Kind != access.Staff {
		a.fail(c, problem.New(problem.Unauthenticated, "session.required"))
		return
	}
	if err := a.App.Access.SignOut(c.Request.Context(), c.GetString(tokenKey), c.ClientIP()); err != nil {
		a.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}
