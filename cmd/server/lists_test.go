package main

import (
	"net/http"
	"strings"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
)

// What a page lists, and what its forms offer to choose from, is what its reader
// may see and do; the rest isn't there, not even by name.
func TestListsOfStaffNameOnlyTheirOwnBranches(t *testing.T) {
	d := openDoors(t)
	for _, of := range []ledger.Device{{Name: "Halle Markt", Branch: ownBranch}, {Name: "Foyer Nerchau", Branch: foreignBranch}} {
		of.Kind = ledger.DeviceDisplay
		_, err := d.Access.AddDevice(t.Context(), of)
		d.must(err)
	}
	made := d.appointment(ownBranch).Ticket
	number := values("number", made.Number.String(), "date", made.Date.String()).Encode()
	const office = "/staff/verwaltung/"
	for name, c := range map[string]struct {
		asker, address string
		has, hasNot    []string
	}{
		"screens":                   {"manager", office + "geraete", []string{"Halle Markt"}, []string{"Foyer Nerchau", "Nerchau"}},
		"screens of all":            {"everywhere", office + "geraete", []string{"Halle Markt", "Foyer Nerchau"}, nil},
		"accounts":                  {"manager", office + "konten", []string{"colleague-grimma-markt"}, []string{"Nerchau", "colleague-nerchau", "everywhere"}},
		"accounts of all":           {"everywhere", office + "konten", []string{"colleague-grimma-markt", "colleague-nerchau"}, nil},
		"closures":                  {"manager", office + "schliessen", []string{"Grimma am Markt"}, []string{"Nerchau"}},
		"closures of all":           {"everywhere", office + "schliessen", []string{"Grimma am Markt", "Nerchau"}, nil},
		"branches to move to":       {"clerk", "/staff/grimma-markt/empfang/verschieben?" + number, []string{made.Number.String()}, []string{"Nerchau"}},
		"branches to move to, both": {"everywhere", "/staff/grimma-markt/empfang/verschieben?" + number, []string{`<option value="nerchau">`}, nil},
		"rooms":                     {"clerk", "/staff/platz", []string{"/staff/grimma-markt/platz-1"}, []string{"Nerchau"}},
		"rooms of all":              {"everywhere", "/staff/platz", []string{"/staff/grimma-markt/platz-1", "/staff/nerchau/platz-1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d.t = t
			d.shows(d.get(c.asker, c.address), c.has, c.hasNot)
		})
	}
}

// The address says which branch is meant, among those that one manages.
func TestPagesOfTheOfficeAreAboutTheBranchOfTheAddress(t *testing.T) {
	d := openDoors(t)
	here, there := d.walkIn(ownBranch).Ticket.Number.String(), d.walkIn(foreignBranch).Ticket.Number.String()
	const trail, figures = "/staff/verwaltung/protokoll?branch=", "/staff/verwaltung/zahlen?branch="
	d.shows(d.get("everywhere", trail+"grimma-markt"), []string{"<td>" + here + "</td>"}, []string{"<td>" + there + "</td>"})
	d.shows(d.get("everywhere", trail+"nerchau"), []string{"<td>" + there + "</td>"}, []string{"<td>" + here + "</td>"})
	for _, page := range []string{trail, figures} {
		got := d.get("manager", page+"nerchau")
		if got.Code != http.StatusForbidden || strings.Contains(got.Body.String(), there) || strings.Contains(got.Body.String(), "Nerchau") {
			t.Errorf("%s: got %d, want a foreign branch refused", page, got.Code)
		}
	}
	d.shows(d.get("everywhere", figures+"nerchau"), []string{`<option value="nerchau" selected>`}, nil)
	d.count++
	form := closedDay(d, foreignBranch)
	d.must(d.Closings.CloseOffice(t.Context(), d.desk, closing(t, form), app.Unseen))
	d.shows(d.get("everywhere", "/staff/verwaltung/schliessen?branch=nerchau"), []string{`<option value="nerchau" selected>`, form.Get("von")}, nil)
}

// What a town has given up stays in the catalogue for those who have booked it,
// and is offered to nobody.
func TestWhatIsGivenUpIsOfferedNowhere(t *testing.T) {
	d := openDoors(t)
	d.imports(`
services:
  - {id: reisepass-express, retired: true}
branches:
  - {id: nerchau, retired: true}
  - id: grimma-markt
    rooms:
      - {id: platz-4, retired: true}
    offices:
      - {id: gewerbeamt, retired: true}
`)
	const express, nerchau, room, office = "reisepass-express", "Nerchau", "Platz 4", "Gewerbeangelegenheiten"
	for _, c := range []struct {
		asker, address string
		hasNot         []string
	}{
		{"nobody", "/api/v1/branches", []string{`"nerchau"`, `"platz-4"`, `"gewerbeamt"`, express}},
		{"nobody", "/api/v1/services", []string{express}},
		{"nobody", "/termin", []string{express, nerchau}},
		{"nobody", "/termin?q=express", []string{express}},
		{"nobody", "/termin/tag?service=eid-pin", []string{nerchau}},
		{"nobody", "/termin/wunsch?service=eid-pin", []string{nerchau}},
		{"kiosk", "/kiosk/anliegen", []string{express, "gewerbe-anmelden"}},
		{"everywhere", "/staff/platz", []string{nerchau, room}},
		{"everywhere", "/staff/grimma-markt/empfang?q=reisepass", []string{express}},
	} {
		t.Run(c.asker+" "+c.address, func(t *testing.T) {
			d.t = t
			d.shows(d.get(c.asker, c.address), nil, c.hasNot)
		})
	}
	d.t = t
	open := d.called(ownBranch, "everywhere")
	d.shows(d.get("everywhere", "/staff/grimma-markt/platz-1"), []string{open.Number.String()}, []string{room, office, express})
	for _, address := range []string{
		"/api/v1/days?branch=nerchau&service=eid-pin&from=2026-12-08&to=2026-12-08",
		"/api/v1/days?branch=grimma-markt&service=reisepass-express&from=2026-12-08&to=2026-12-08",
		"/warteraum/nerchau",
		"/termin/tag?service=reisepass-express",
		"/termin/tag?branch=nerchau&service=eid-pin",
		"/termin/zeit?branch=nerchau&service=eid-pin&date=2026-12-08",
	} {
		if w := d.get("nobody", address); w.Code != http.StatusNotFound {
			t.Errorf("%s: got %d %.200s, want 404", address, w.Code, w.Body)
		}
	}
	const nowhere = "/termin/tag?service=gewerbe-anmelden" // its one office is given up, the service isn't
	if w := d.get("nobody", nowhere); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("%s: got %d %.200s, want 422", nowhere, w.Code, w.Body)
	}
}

// Only right after booking is the address shown, and then only its beginning and
// its domain: whoever is lent the link learns nothing.
func TestTheMailAddressIsShownOnceAndMasked(t *testing.T) {
	d := openDoors(t)
	made := d.appointment(ownBranch)
	d.shows(d.get("nobody", "/t/"+made.Token+"?neu=1"), []string{"n…@example.org"}, []string{made.Person.Email})
	d.shows(d.get("nobody", "/t/"+made.Token), nil, []string{"example.org"})
	d.shows(d.get("nobody", "/t/"+made.Token+"/absagen"), nil, []string{"example.org"})
}

// A second click on the last button books no second time.
func TestASecondClickBooksNoSecondTime(t *testing.T) {
	d := openDoors(t)
	form := []string{"branch", string(ownBranch), "service", "eid-pin", "start", stamped(d.start(ownBranch)), "name", "Ada", "email", "once@example.org", "key", "one click"}
	var led []string
	for range 2 {
		w := d.post("nobody", "/termin/buchen", form...)
		led = append(led, w.Header().Get("Location"))
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(led[0], "/t/") {
			t.Fatalf("got %d %v, want the way to the appointment", w.Code, led)
		}
	}
	if led[0] != led[1] {
		t.Errorf("led to %s, then to %s", led[0], led[1])
	}
}

// A second click on a button gives no second number.
func TestASecondClickGivesNoSecondNumber(t *testing.T) {
	d := openDoors(t)
	for _, c := range []struct{ asker, address, then string }{
		{"reception", "/staff/grimma-markt/empfang/ticket", "/staff/grimma-markt/empfang/ticket/"},
		{"kiosk", "/kiosk/ticket", "/kiosk/ticket/"},
	} {
		click := func() string {
			w := d.post(c.asker, c.address, "service", "eid-pin", "key", "one click of "+c.asker)
			to := w.Header().Get("Location")
			if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, c.then) {
				t.Errorf("%s: got %d %s", c.address, w.Code, to)
			}
			return to
		}
		if first, second := click(), click(); first != second {
			t.Errorf("%s: got %s, then %s", c.address, first, second)
		}
		if w := d.post(c.asker, c.address, "service", "eid-pin", "key", "another click of "+c.asker); w.Header().Get("Location") == click() {
			t.Errorf("%s: another click gave the same number", c.address)
		}
	}
}

// A name with a line break made two lines of one device.
func TestADeviceHasOneLineInItsList(t *testing.T) {
	s := newSite(t)
	s.command("", "device", "add", " hall\n\tleft ", "--kind", "display", "--branch", "nerchau").ok(t)
	got := s.command("", "device", "list").ok(t)
	if strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "hall left ") {
		t.Errorf("got %q, want one line", got)
	}
}
