package page

import (
	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
)

// ActorKey is where a request keeps who asks, once that is proved.
const ActorKey = "actor"

func ActorOf(c *gin.Context) app.Actor {
	actor, _ := c.Get(ActorKey)
	proved, _ := actor.(app.Actor)
	return proved
}

func (f *Frame) Citizen(c *gin.Context) app.Actor {
	return app.Actor{Kind: app.Citizen, Origin: f.limits.Origin(c)}
}
