package web_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"aufruf/internal/app"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

// slipViews are those in which the pages around a walk-in's number are looked
// at: on a screen, on a phone, on paper of 80 mm.
var slipViews = []struct {
	name string
	view browser.View
}{
	{"screen", browser.View{Width: 1366, Height: 768, NoScript: true}},
	{"phone-dark", browser.View{Width: 390, Height: 844, Dark: true}},
	{"forced", browser.View{Width: 1024, Height: 768, Forced: true}},
	{"paper", browser.View{Width: 302, Height: 530, Print: true}},
}

// looked opens a page in each of the views.
func looked(tab *browser.Tab, name, address string) {
	for _, v := range slipViews {
		tab.View(v.view)
		tab.Open(address)
		tab.CheckAccessible(name + "-" + v.name)
		if keepsArtifacts() {
			tab.Picture(name + "-" + v.name)
		}
	}
	tab.View(slipViews[0].view)
}

func TestTheReceptionsSlipAndMoveAreAccessible(t *testing.T) {
	o := openOffice(t)
	o.hires("rosa", ledger.RoleReception)
	issued, err := o.IssueTicket(t.Context(), o.actor("rosa", ledger.RoleReception), app.WalkInRequest{
		Wanted: plan.Wanted{Branch: markt, Items: []town.Item{{Service: pin, Quantity: 1}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	number := o.booked("10:00").Ticket.Number.String()
	base := o.site()
	tab := browser.Open(t).Tab(t, browser.Desktop)
	signInAt(tab, base, "rosa")
	looked(tab, "slip", base+front+"/ticket/"+issued.Token)
	looked(tab, "move", base+front+"/verschieben?date=2026-12-01&number="+number)
	looked(tab, "number", base+front+"/nummer?date=2026-12-01&number="+number)
	for _, v := range slipViews[:2] { // paper never has it
		tab.View(v.view)
		tab.Open(base + front + "/nummer?date=2026-12-01&number=" + number)
		tab.Click(`form[action$="/person"] button`)
		tab.AwaitText(".slip", "Ada Beispiel")
		tab.CheckAccessible("person-" + v.name)
		if keepsArtifacts() {
			tab.Picture("person-" + v.name)
		}
	}

	tab.View(browser.View{Width: 1366, Height: 768, NoScript: true, Language: "en"})
	o.set("20:00")
	tab.Open(base + front + "?service=eid-pin")
	tab.Click(`form[action$="/ticket"] button`)
	tab.AwaitText(".slip", "beyond")
	tab.CheckAccessible("slip-over")
}

func TestTheWalkInsOwnPageIsAccessible(t *testing.T) {
	o := openOffice(t)
	clerk := o.actor("lena", ledger.RoleClerk)
	issued, err := o.IssueTicket(t.Context(), clerk, app.WalkInRequest{
		Wanted: plan.Wanted{Branch: markt, Items: []town.Item{{Service: pin, Quantity: 1}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	base := o.site()
	tab := browser.Open(t).Tab(t, browser.Desktop)
	for _, lang := range []string{"de", "en", "de-simple"} {
		looked(tab, "walkin-waiting-"+lang, base+"/t/"+issued.Token+"?lang="+lang)
		looked(tab, "walkin-giveback-"+lang, base+"/t/"+issued.Token+"/absagen?lang="+lang)
	}
	for i, cmd := range []deskwork.Command{
		{Type: deskwork.CallNext, Room: "platz-1"}, {Type: deskwork.Start, Ticket: issued.Ticket.ID}, {Type: deskwork.Finish, Ticket: issued.Ticket.ID},
	} {
		cmd.ID = "step" + string(rune('a'+i))
		if _, err := o.Do(t.Context(), clerk, markt, cmd); err != nil {
			t.Fatal(err)
		}
		looked(tab, "walkin-"+string(cmd.Type), base+"/t/"+issued.Token)
	}
	made := o.booked("10:00").Ticket
	found, err := o.FindByNumber(t.Context(), clerk, markt, firstTuesday, made.Number)
	if err != nil {
		t.Fatal(err)
	}
	looked(tab, "slip-of-an-appointment", base+"/t/"+found.Token)
}

func TestTheKiosksPaperAndItsRefusalAreAccessible(t *testing.T) {
	o := openOffice(t)
	o.set("10:00")
	token, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Automat", Kind: ledger.DeviceKiosk, Branch: markt})
	if err != nil {
		t.Fatal(err)
	}
	base := o.site()
	tab := browser.Open(t).Tab(t, slipViews[0].view)
	tab.Open(base + "/kiosk")
	tab.Do("open the other way", chromedp.Click(chromedp.CSS("summary"), chromedp.NodeVisible))
	tab.Type("#token", token)
	tab.Click("details button")
	tab.Open(base + "/kiosk?druck=1")
	tab.Open(base + "/kiosk/anliegen?gruppe=1")
	tab.Click("button[value=eid-pin]")
	if tab.Count("#print[data-now]") != 1 {
		t.Error("a kiosk whose browser prints doesn't print")
	}
	looked(tab, "paper", base+tab.Path())
	if sheets := tab.Printed(); sheets != 1 {
		t.Errorf("a kiosk's ticket is printed on %d sheets, want one", sheets)
	}

	o.set("20:00")
	for _, v := range slipViews {
		tab.View(v.view)
		tab.Open(base + "/kiosk/anliegen?gruppe=1")
		tab.View(browser.View{Width: v.view.Width, Height: v.view.Height, Dark: v.view.Dark, NoScript: v.view.NoScript})
		tab.Click("button[value=eid-pin]")
		tab.AwaitText("h1", "Heute keine Nummern mehr")
		tab.CheckAccessible("none-" + v.name)
		tab.Picture("none-" + v.name)
	}
}
