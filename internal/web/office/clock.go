package office

import (
	"math"
	"time"

	"aufruf/internal/web/staff"
)

// Clock tells whether the server's clock can be trusted. *app.Eraser is one.
type Clock interface {
	// Paused reports whether erasing waits because the clock can't be trusted.
	Paused() bool
	// Drift is how far the clock is ahead; negative: behind.
	Drift() time.Duration
}

// clockJump says that the clock jumped, and what to do; empty: it didn't.
func (o *Pages) clockJump(v *staff.View) string {
	if o.clock == nil || !o.clock.Paused() {
		return ""
	}
	drift := o.clock.Drift()
	key := "staff.clock.ahead"
	if drift < 0 {
		key = "staff.clock.behind"
	}
	hours := int(math.Round(drift.Abs().Hours()))
	return v.N(key, hours) + " " + v.T("staff.clock.help")
}
