package web_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
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

// Whoever is the fourth behind one address, or of one browser, books without a
// hold, and is told so.
func TestTooManyHoldsGoOnWithoutOne(t *testing.T) {
	s := newSite(t)
	var starts []string
	for date := tuesday; len(starts) < 4; date++ {
		slots, err := s.Memory.Slots(t.Context(), wanting("markt", start, "").Wanted, date)
		s.must(err)
		for _, slot := range slots[:min(1, len(slots))] { // of each day one: its share is no matter here
			starts = append(starts, slot.Start.In(berlin).Format(time.RFC3339))
		}
	}
	form := func(start string) url.Values {
		form := choose(start)
		form.Set("kennung", "a phone")
		return form
	}
	for _, start := range starts[:3] {
		wantStatus(t, s.post("/termin/vormerken", form(start)), http.StatusSeeOther)
	}
	got := s.post("/termin/vormerken", form(starts[3]))
	wantStatus(t, got, http.StatusSeeOther)
	details := s.get(got.Header().Get("Location"))
	wantStatus(t, details, http.StatusOK)
	wantText(t, details, "Diese Uhrzeit ist nicht für Sie reserviert", `name="hold" value=""`)
	unheld := form(starts[3])
	unheld.Set("name", "Ada")
	unheld.Set("email", "ada@example.org")
	wantStatus(t, s.post("/termin/buchen", unheld), http.StatusSeeOther)
}
