package main

import (
	"fmt"
	"time"

	"aufruf/internal/app"
)

// readiness says that the server serves, and what isn't as it should be.
func readiness(clock app.ClockState) string {
	if !clock.Doubted {
		return "ready"
	}
	return fmt.Sprintf("ready, but the clock can't be trusted: it shows %s, and what has surely come is %s; nothing is erased or ended by it until it is set right, or confirmed (server clock confirm)",
		clock.Wall.UTC().Format(time.RFC3339), clock.Trusted.UTC().Format(time.RFC3339))
}

// keysAhead says that the chain of keys stands after today: nobody's details can
// be sealed until that day. Empty: it doesn't.
func (h *runningServer) keysAhead() string {
	days := h.eraser.KeysAhead()
	if days == 0 {
		return ""
	}
	return fmt.Sprintf("no appointment can be booked: the key file stands at %s, %d days after today; set the clock right, or begin a new chain (server key renew)", h.keys.Date(), days)
}
