package web_test

import (
	"net/http"
	"testing"
	"time"
)

// TestPagesShowTheTimeOfTheBranch: every town of the tests lies in one zone, so
// that nothing noticed a page that went by another's clock.
func TestPagesShowTheTimeOfTheBranch(t *testing.T) {
	s := newSite(t)
	s.Change("format: aufruf/1\nbranches:\n  - {id: nerchau, time_zone: Atlantic/Azores}\n")
	times := s.get("/termin/zeit?branch=nerchau&service=ausweis&date=2026-12-08")
	wantStatus(t, times, http.StatusOK)
	wantText(t, times, "9.20\u00a0Uhr", `value="2026-12-08T09:20:00-01:00"`)
	token := s.booked("nerchau", time.Date(2026, time.December, 8, 10, 20, 0, 0, time.UTC))
	wantText(t, s.get("/t/"+token), "9.20\u00a0Uhr")
}

func TestStaffSeeTheTimeOfTheirBranch(t *testing.T) {
	o := openReception(t)
	o.Change("format: aufruf/1\nbranches:\n  - {id: grimma-markt, time_zone: Atlantic/Azores}\n")
	o.walkIn()
	list := o.get("/staff/grimma-markt/liste")
	wantText(t, list, "7.05\u00a0Uhr") // 9.05 in Berlin
	wantNoText(t, list, "9.05\u00a0Uhr")
}
