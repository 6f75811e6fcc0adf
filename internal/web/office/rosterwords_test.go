package office

import (
	"strings"
	"testing"

	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/staff"
)

// german is a page in German, without anything on it.
func german(t *testing.T) *view {
	t.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return &view{View: &staff.View{Page: &page.Page{Texts: bundle.For(town.German)}}}
}

// TestEachChangeOfARosterHasItsWords: of the five kinds one was looked at.
func TestEachChangeOfARosterHasItsWords(t *testing.T) {
	v, rooms := german(t), []town.RoomID{"platz-1", "platz-2"}
	part := &booking.Interval{From: 9 * 60, To: 12 * 60}
	for want, e := range map[string]booking.Exception{
		"Nicht besetzt: platz-1, platz-2":          {Off: rooms},
		"Nur besetzt: platz-1, platz-2":            {Staffing: &booking.Staffing{Rooms: rooms}},
		"Offene Schalter: 0":                       {Staffing: &booking.Staffing{}},
		"Offene Schalter: 2":                       {Staffing: &booking.Staffing{Counters: 2}},
		"Schalter weniger: 1":                      {More: -1},
		"Schalter mehr: 1":                         {More: 1},
		"Schalter mehr: 2, 9.00 Uhr bis 12.00 Uhr": {More: 2, Part: part},
	} {
		got := v.rosterWords(&catalogue.Catalogue{}, catalogue.Counters{Branch: "markt"}, e)
		if spaced := strings.ReplaceAll(got, "\u00a0", " "); spaced != want {
			t.Errorf("got %q, want %q", spaced, want)
		}
	}
}
