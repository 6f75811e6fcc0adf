package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/problem"
	"aufruf/internal/visitor"
	"aufruf/internal/wire"
)

// Keys of what identify leaves in the request.
const (
	actorKey = "actor"
	tokenKey = "token"
)

// identify proves who asks. A token that is wrong is refused even where none
// is needed, so that nobody acts with fewer rights than they believe to have.
func (a *API) identify(c *gin.Context) {
	actor := access.Actor{Kind: access.Citizen}
	token, fromCookie := a.tokenOf(c)
	if token != "" && !signsIn(c) {
		proved, err := a.App.Access.ActorOf(c.Request.Context(), token)
		switch {
		case err == nil || locked(err) && shownLocked(c):
			actor = proved
		case !fromCookie || problem.Of(err).Kind != problem.Unauthenticated || locked(err) && !safe(c.Request.Method):
			a.fail(c, err)
			return
		}
		if !safe(c.Request.Method) {
			a.acted(c.Request.Context(), actor)
		}
	}
	actor.Browser = visitor.Mark(c)
	actor.Origin, actor.Address = a.Limits.Origin(c), c.ClientIP()
	actor.Key = c.GetHeader("Idempotency-Key")
	c.Set(actorKey, actor)
	c.Set(tokenKey, token)
}

func locked(err error) bool { return problem.Is(err, "session.locked") }

// shownLocked reports whether a request is one of those that a locked session may
// still make: for what its page goes on showing, for the way out, and for what
// anybody may read.
func shownLocked(c *gin.Context) bool {
	switch c.Request.Method + " " + strings.TrimPrefix(c.FullPath(), Root) {
	case "GET /queue", "GET /ws/caller", "DELETE /session",
		"GET /openapi.yaml", "GET /branches", "GET /services", "GET /days", "GET /slots", "GET /challenge":
		return true
	}
	return false
}

// acted notes that somebody did something. What that is, isn't refused where the
// note can't be written: the session locks earlier then.
func (a *API) acted(ctx context.Context, actor access.Actor) {
	if err := a.App.Access.Acted(ctx, actor); err != nil {
		a.Log.WarnContext(ctx, "act can't be noted", "error", err)
	}
}

// signsIn reports whether a request asks for a new session or a new device's
// token: an old token in it must not stand in the way.
func signsIn(c *gin.Context) bool {
	return c.Request.Method == http.MethodPost && (c.FullPath() == Root+"/session" || strings.HasPrefix(c.FullPath(), Root+"/pairings"))
}

// tokenOf returns the bearer token, that of the websocket's subprotocols, or
// that of a cookie.
func (a *API) tokenOf(c *gin.Context) (token string, fromCookie bool) {
	if scheme, value, ok := strings.Cut(c.GetHeader("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(value), false
	}
	for _, header := range c.Request.Header.Values("Sec-WebSocket-Protocol") {
		for _, protocol := range strings.Split(header, ",") {
			if value, ok := strings.CutPrefix(strings.TrimSpace(protocol), wire.BearerPrefix); ok {
				return value, false
			}
		}
	}
	cookies := []string{visitor.StaffCookie, visitor.DeviceCookie}
	if strings.HasSuffix(c.FullPath(), "/ws/display") {
		cookies = []string{visitor.DeviceCookie}
	}
	for _, name := range cookies {
		if value := visitor.Cookie(c, name, a.secure()); value != "" {
			return value, true
		}
	}
	return "", false
}

func actorOf(c *gin.Context) access.Actor {
	actor, _ := c.Get(actorKey)
	return actor.(access.Actor)
}

// secure reports whether cookies are those of encrypted pages.
func (a *API) secure() bool { return strings.HasPrefix(a.BaseURL, "https:") }

// limitAnonymous admits so many changes a minute from each address. Signing in
// has a limit of its own: strangers behind the same address keep nobody out.
func (a *API) limitAnonymous(c *gin.Context) {
	if safe(c.Request.Method) || c.FullPath() == pollPath || c.FullPath() == Root+"/session" || actorOf(c).Kind != access.Citizen {
		return
	}
	if a.Limits.Admit(c, visitor.Cookie(c, visitor.BrowserCookie, a.secure()), a.App.Access) {
		return
	}
	a.fail(c, problem.New(problem.TooMany, "request.too_many").After(a.Limits.RetryAfter()))
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}
