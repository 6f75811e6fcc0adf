package page

import (
	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/visitor"
)

// ActorKey is where a request keeps who asks, once that is proved.
const ActorKey = "actor"

func ActorOf(c *gin.Context) access.Actor {
	actor, _ := c.Get(ActorKey)
	proved, _ := actor.(access.Actor)
	return proved
}

// Citizen is who asks without signing in. A form must have been read for the mark
// in it to count.
func (f *Frame) Citizen(c *gin.Context) access.Actor {
	return access.Actor{Kind: access.Citizen, Origin: f.limits.Origin(c), Browser: visitor.Mark(c)}
}
