package api_test

import (
	"testing"
	"time"

	"aufruf/internal/wire"
)

// Nobody touches anything when a session's time is over, so no change of rights
// says so: a desk proves itself with each sign of life, every fifteen seconds.
func TestADeskWhoseSessionIsOverIsClosed(t *testing.T) {
	h, clerk, _ := working(t, options{}, 0)
	desk := h.dial(station, clerk)
	await[wire.Queue](desk, nil)
	h.set(h.clock().Add(12 * time.Hour))
	if got := desk.closedWithin(20 * time.Second); got != wire.CloseNotAllowed {
		t.Errorf("got %d, want %d", got, wire.CloseNotAllowed)
	}
}
