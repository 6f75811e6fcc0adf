package security

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/visitor"
)

// actorKey is where interface and pages keep who asks, once that is proved.
const actorKey = "actor"

// refusals are what is told of requests that were refused, by the problem's key.
var refusals = map[string]string{
	"right.missing":          access.EventRightRefused,
	"session.required":       access.EventTokenRefused,
	"request.foreign_origin": access.EventForeignRefused,
}

// Requests is the middleware that tells of refused requests, by their route: a
// path may be a secret. Who shows no token and asks for what needs one has just
// to sign in, which is no event.
func (l *Log) Requests(c *gin.Context) {
	c.Next()
	name, ok := refusals[visitor.Refused(c)]
	if !ok || name == access.EventTokenRefused && !showsToken(c.Request) {
		return
	}
	e := access.Event{Name: name, Detail: c.Request.Method + " " + c.FullPath(), Address: c.ClientIP()}
	if actor, ok := c.Value(actorKey).(access.Actor); ok {
		e.Account, e.Actor = actor.User.ID, actor.Name()
	}
	l.Refused(c.Request.Context(), e)
}

func showsToken(r *http.Request) bool {
	return r.Header.Get("Authorization") != "" || r.Header.Get("Sec-WebSocket-Protocol") != ""
}
