package page

import (
	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
)

// ActorKey is where a request keeps who asks, once that is proved.
const ActorKey = "actor"

func ActorOf(c *gin.Context) access.Actor {
	actor, _ := c.Get(ActorKey)
	proved, _ := actor.(access.Actor)
	return proved
}

func (f *Frame) Citizen(c *gin.Context) access.Actor {
	return access.Actor{Kind: access.Citizen, Origin: f.limits.Origin(c)}
}
