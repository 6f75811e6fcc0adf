package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"aufruf/internal/town"
	"aufruf/internal/wire"
)

// challenge asks a program that isn't signed in for work, where strangers
// have to now, or it has asked for more than its network may take.
func (a *API) challenge(c *gin.Context) {
	values, err := query(c, "branch")
	if err != nil {
		a.fail(c, err)
		return
	}
	work, err := a.App.Challenge(c.Request.Context(), actorOf(c), town.BranchID(values["branch"]))
	if err != nil {
		a.fail(c, err)
		return
	}
	a.private(c)
	if work == nil {
		c.Status(http.StatusNoContent)
		return
	}
	a.ok(c, http.StatusOK, wire.Challenge{Challenge: wire.Work{
		Algorithm: work.Algorithm, Challenge: work.Challenge, MaxNumber: work.Max, Salt: work.Salt, Signature: work.Signature,
	}})
}
