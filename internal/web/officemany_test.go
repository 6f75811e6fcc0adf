package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"aufruf/internal/ledger"
)

// However many branches there are, the first page is one look: what has to be done,
// the busiest, and how many more there are.
func TestTheFirstPageOf300BranchesIsOneLook(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	var file strings.Builder
	file.WriteString("format: aufruf/1\nbranches:\n")
	for i := range 298 {
		fmt.Fprintf(&file, `  - id: ort-%d
    name: Ort %d
    address: {street: Markt 1, postcode: "04668", city: Grimma}
    time_zone: Europe/Berlin
    call_mode: screen
    rooms: [{id: platz-1, label: Platz 1}]
    offices:
      - id: amt
        name: Amt
        rooms: [platz-1]
        services: [eid-pin]
        opening: [{days: [monday, tuesday, wednesday, thursday, friday], hours: ["09:00-12:00", "13:00-16:00"], capacity: {online: 1, staff: 1, counters: 1}}]
`, i, i)
	}
	o.Change(file.String())
	o.walkIn()
	o.get(firstPage) // reads each branch once
	began := time.Now()
	page := o.get(firstPage)
	t.Logf("the first page took %s", time.Since(began))
	wantStatus(t, page, http.StatusOK)
	wantText(t, page, "Dazu 294 weitere Standorte", "Dazu 291 weitere Fachbereiche", "Grimma am Markt")
	if rows := strings.Count(page.Body.String(), `class="office-ahead`); rows != 6+12 {
		t.Errorf("got %d rows, want 6 branches and 12 offices", rows)
	}
	if size := page.Body.Len(); size > 120_000 {
		t.Errorf("got %d bytes, want what one look takes in", size)
	}
}
