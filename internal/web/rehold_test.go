package web_test

import (
	"net/http"
	"testing"
)

// TestAskingForATimeThatIsGoneKeepsTheTimeOneHolds: the page gave the earlier
// hold back before it knew whether the new one would stand, and its address was
// gone.
func TestAskingForATimeThatIsGoneKeepsTheTimeOneHolds(t *testing.T) {
	o := openOffice(t)
	at := func(clock string) []string {
		return []string{"service", string(pin), "branch", string(markt), "start", "2026-12-01T" + clock + ":00+01:00"}
	}
	held := o.post("/termin/vormerken", at("13:20")...)
	wantStatus(t, held, http.StatusSeeOther)
	mine := held.Header().Get("Location")
	for range 9 {
		o.cookie = nil
		o.post("/termin/vormerken", at("14:40")...)
	}
	o.cookie = cookieNamed(t, held, "vormerkung")
	wantStatus(t, o.post("/termin/vormerken", at("14:40")...), http.StatusConflict)
	wantStatus(t, o.get(mine), http.StatusOK)
}
