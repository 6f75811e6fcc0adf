package web_test

import (
	"fmt"
	"regexp"
	"testing"

	"aufruf/internal/ledger"
)

var groupOf = regexp.MustCompile(`(?s)<div id="line-(\w+)"( hidden)?>.*?<span class="count">(\d+)</span>`)

// groups returns how many the desk's page shows in each group.
func (o *house) groups() map[string]string {
	found := map[string]string{}
	for _, m := range groupOf.FindAllStringSubmatch(o.get(deskOne).Body.String(), -1) {
		found[m[1]] = m[3]
	}
	return found
}

// The afternoon's bookings were counted as people who wait, beside a line that said
// that nobody does; who came early was "here since", and after the start looked like
// somebody who stays away.
func TestADeskTellsWhoIsHereFromWhoIsToCome(t *testing.T) {
	o := openDesk(t)
	o.hires("rosa", ledger.RoleReception)
	early, missing := o.booked("09:10").Ticket.Number, o.booked("09:20").Ticket.Number
	o.booked("11:00")
	o.signsIn("rosa")
	o.post(front+"/anmelden", "number", early.String())
	o.signsIn("lena")
	want := func(groups string) {
		t.Helper()
		if got := fmt.Sprint(o.groups()); got != groups {
			t.Errorf("got %s, want %s", got, groups)
		}
	}
	want("map[aside:0 expected:2 here:1 overdue:0]")
	o.set("09:26")
	want("map[aside:0 expected:1 here:1 overdue:1]")
	page := o.get(deskOne)
	wantText(t, page, "Termin um 9.10\u00a0Uhr", "21 min", "Zeit vorbei, noch nicht da", missing.String())
	o.step(page, "call_next", "Nummer "+early.String()+" aufgerufen.")
	want("map[aside:0 expected:1 here:0 overdue:1]")
	wantText(t, o.get(deskOne), "Als Nächstes:", missing.String(), "Noch hat sich niemand gemeldet.")
	wantNoText(t, o.get(deskOne), `<p class="empty">Es wartet niemand.`)
	o.step(o.get(deskOne), "park", "ist zurückgestellt.")
	want("map[aside:1 expected:1 here:0 overdue:1]")
	wantText(t, o.get(front), "Kommen noch: 1", "Zurückgestellt: 1", "Zeit vorbei, noch nicht da: "+missing.String())
}

// Minutes stand out once they are more than the office wants anybody to wait.
func TestADeskMarksWhoWaitsLongerThanTheOfficeWants(t *testing.T) {
	o := openDesk(t)
	number := o.walkIn().Number
	row := func(class string) string {
		return `class="` + class + `"><b class="number">` + number.String()
	}
	o.set("09:25")
	wantText(t, o.get(deskOne), row("coming"), "20 min")
	o.set("09:26")
	wantText(t, o.get(deskOne), row("coming long"), "21 min")
}
