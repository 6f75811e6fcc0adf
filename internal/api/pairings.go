package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"aufruf/internal/ledger"
	"aufruf/internal/wire"
)

// startPairing gives a new screen or kiosk a code to show.
func (a *API) startPairing(c *gin.Context) {
	r, err := body[wire.PairingRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	p, err := a.App.Access.StartPairing(c.Request.Context(), actorOf(c), ledger.DeviceKind(r.Kind))
	if err != nil {
		a.fail(c, err)
		return
	}
	a.ok(c, http.StatusCreated, wire.Pairing{Code: p.Code, Secret: p.Secret, Expires: wire.Seconds(p.Expires, a.zone())})
}

// pollPath is a POST only to keep the secret out of addresses: it changes
// nothing, and a hall of screens asks often.
const pollPath = Root + "/pairings/poll"

// pollPairing tells the screen whether its code was typed, and its token then.
func (a *API) pollPairing(c *gin.Context) {
	r, err := body[wire.PollRequest](c)
	if err != nil {
		a.fail(c, err)
		return
	}
	paired, err := a.App.Access.PollPairing(c.Request.Context(), r.Secret)
	if err != nil {
		a.fail(c, err)
		return
	}
	if !paired {
		a.ok(c, http.StatusOK, wire.PollReply{State: wire.PairingPending})
		return
	}
	a.ok(c, http.StatusOK, wire.PollReply{State: wire.PairingDone, Token: r.Secret})
}
