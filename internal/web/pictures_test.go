package web_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"aufruf/internal/ledger"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

var renewPictures = flag.Bool("renew-pictures", false, "replace the handbooks' pictures by what the pages look like now (make pictures)")

// handbookPictures is where the handbooks' pictures lie.
const handbookPictures = "../../docs/pictures"

// paper is a page as a handbook shows it.
var paper = browser.View{Width: 1100, Height: 620}

// handbookPages are what the handbooks show, besides the desk: by the picture's
// name, who looks, and where.
var handbookPages = []struct {
	name string
	role ledger.Role
	path string
}{
	{"plaetze", ledger.RoleClerk, "/staff/platz"},
	{"empfang", ledger.RoleReception, "/staff/grimma-markt/empfang?q=ausweis"},
	{"anrufen", ledger.RoleReception, "/staff/grimma-markt/anrufen"},
	{"schliessen", ledger.RoleManager, "/staff/verwaltung/schliessen"},
	{"kalender", ledger.RoleManager, calendarOf},
	{"besetzung", ledger.RoleManager, roster + "?wo=grimma-markt%2Fbuergerbuero"},
	{"konten", ledger.RoleManager, "/staff/verwaltung/konten"},
	{"konto", ledger.RoleManager, "/staff/verwaltung/konten/aendern?user=anna"},
	{"geraete", ledger.RoleManager, "/staff/verwaltung/geraete"},
}

// TestTheHandbooksShowThePagesAsTheyAre takes each picture, so that a page which
// is gone or can't be shown any more is noticed; with -renew-pictures it keeps
// them.
func TestTheHandbooksShowThePagesAsTheyAre(t *testing.T) {
	o := openOffice(t)
	for name, role := range map[town.UserID]ledger.Role{"lena": ledger.RoleClerk, "rosa": ledger.RoleReception, "ida": ledger.RoleManager} {
		o.hires(name, role)
	}
	anna := ledger.User{ID: "anna", Role: ledger.RoleClerk, Branches: []town.BranchID{markt}, Shown: "Frau Krause"}
	if err := o.Access.AddUser(t.Context(), anna, password); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Wartebereich", Kind: ledger.DeviceDisplay, Branch: markt}); err != nil {
		t.Fatal(err)
	}
	o.unreached("11:30")
	for _, clock := range []string{"09:10", "09:20", "09:30", "10:10", "10:40"} {
		o.booked(clock)
	}
	for range 3 {
		o.walkIn()
	}
	names := map[ledger.Role]town.UserID{ledger.RoleClerk: "lena", ledger.RoleReception: "rosa", ledger.RoleManager: "ida"}
	base, chromium := o.site(), browser.Open(t)
	as := func(name town.UserID) *browser.Tab {
		tab := chromium.Tab(t, paper)
		tab.Open(base + "/staff/abmelden")
		signInAt(tab, base, name)
		return tab
	}
	for _, page := range handbookPages {
		tab := as(names[page.role])
		tab.Open(base + page.path)
		keepPicture(t, tab, page.name)
	}
	tab := as("ida")
	tab.Open(base + o.changesAhead())
	keepPicture(t, tab, "entwurf")
	o.closesThursday()
	tab.Open(base + unfitting + "?alle=1")
	keepPicture(t, tab, "passtnicht")
	tab = as("lena")
	tab.Open(base + deskOne)
	next := tab.Text("#ahead b")
	tab.Do("call", chromedp.Click(chromedp.CSS("#do-call_next"), chromedp.NodeVisible))
	tab.AwaitText("#serving .number", next)
	keepPicture(t, tab, "platz")
}

// changesAhead books some on Thursday and the day after, has a manager draft that the
// second closes at noon, and returns the draft's page.
func (o *house) changesAhead() string {
	o.t.Helper()
	o.signsIn("ida")
	for _, clock := range []string{"09:20", "10:10", "11:20"} {
		o.bookedOn(firstTuesday.AddDays(2), clock)
		o.bookedOn(firstTuesday.AddDays(3), clock)
	}
	page, _ := o.drafted("art", "zeiten", "wo", bureauAtMarkt, "von", "2026-12-04", "zeiten", "10-11", "schalter", "4", "gesamt", "3", "online", "2", "ohne", "10-11")
	return page
}

// keepPicture takes a picture, and puts it among the handbooks' where that was
// asked for.
func keepPicture(t *testing.T, tab *browser.Tab, name string) {
	t.Helper()
	taken := tab.Picture(name)
	kept := filepath.Join(handbookPictures, name+".png")
	if !*renewPictures {
		if _, err := os.Stat(kept); err != nil {
			t.Errorf("%s: %v; make pictures takes it", name, err)
		}
		return
	}
	png, err := os.ReadFile(taken)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(kept, png, 0o644); err != nil {
		t.Fatal(err)
	}
}
