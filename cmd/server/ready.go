package main

import (
	"errors"
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

// keysWrong says that the key file isn't the right one. Empty: it is.
func (h *runningServer) keysWrong() string {
	switch err := h.eraser.KeysWrong(); {
	case err == nil:
		return ""
	case errors.Is(err, app.ErrStillOpens):
		return "no appointment can be booked: the database is sealed with other keys than those of the key file, which opens what is stored; stop the server and seal that anew (server key renew)"
	case errors.Is(err, app.ErrOtherKeys):
		return "no appointment can be booked: the database is sealed with other keys than those of the key file; put the right one in place and restart, or, where it is lost, begin a new chain (server key renew --lost)"
	default:
		return "the key file was taken away or replaced: put the right one back, or, where it is lost, begin a new chain (server key renew --lost); appointments are booked with the keys that this server began with"
	}
}
