package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/gin-gonic/gin"
	"golang.org/x/text/encoding/charmap"

	"aufruf/internal/escpos"
	"aufruf/internal/escpos/escpostest"
	"aufruf/internal/ledger"
	"aufruf/internal/web"
	"aufruf/test/browser"
)

// openPrinting opens an office whose kiosk has a printer.
func openPrinting(t *testing.T, b escpostest.Behaviour) (*house, *escpostest.Printer) {
	t.Helper()
	o, there := openOffice(t), escpostest.Start(t, b)
	printer, err := escpos.ParsePrinter(there.Address)
	if err != nil {
		t.Fatal(err)
	}
	if printer.Patience = 30 * time.Second; b == escpostest.Silent {
		printer.Patience = 50 * time.Millisecond
	}
	printers := map[string]*escpos.Printer{"Automat": printer, string(markt): printer}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	o.router = gin.New()
	o.mounts(o.router, web.Deps{Log: log, Printers: printers})
	o.set("10:00")
	o.becomes(ledger.DeviceKiosk)
	return o, there
}

func read858(t *testing.T, job []byte) string {
	t.Helper()
	text, err := charmap.CodePage858.NewDecoder().Bytes(job)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAKioskPrintsItsTicketOnce(t *testing.T) {
	o, there := openPrinting(t, escpostest.Ready)
	var touches sync.WaitGroup
	answers := make([]*httptest.ResponseRecorder, 3)
	for i := range answers {
		touches.Go(func() { answers[i] = o.post("/kiosk/ticket", "service", "personalausweis-beantragen", "key", "a") })
	}
	touches.Wait()
	location := answers[0].Header().Get("Location")
	for _, answer := range answers {
		wantRedirect(t, answer, location)
	}
	page := o.get(location)
	wantText(t, page, "Ihr Zettel kommt aus dem Drucker.")
	wantNoText(t, page, "data-now", "Noch einmal drucken")
	token, _, _ := strings.Cut(strings.TrimPrefix(location, "/kiosk/ticket/"), "?")
	standing, err := o.Standing(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	slip := read858(t, there.Job(t))
	for _, want := range []string{
		"Große Kreisstadt Grimma\n", "Grimma am Markt\n", "\x1d!w" + standing.Ticket.Number.String() + "\n", "Personalausweis beantragen\n",
		"Sie sind als Nächstes an der Reihe.", "Ihre Nummer wird auf dem Bildschirm", "https://termin.example/t/" + token,
		"Dienstag, 1. Dezember 2026, 10.00 Uhr", "\x1dVB\x00",
	} {
		if !strings.Contains(slip, want) {
			t.Errorf("the slip misses %q:\n%q", want, slip)
		}
	}
	if len(there.Jobs) > 0 {
		t.Errorf("printed again: %q", <-there.Jobs)
	}
}

func TestAPrinterThatFailsCostsNoNumber(t *testing.T) {
	for b, says := range map[escpostest.Behaviour]string{
		escpostest.NoPaper: "kein Papier mehr", escpostest.Open: "meldet seit", escpostest.Silent: "antwortet seit", escpostest.Broken: "antwortet seit",
	} {
		o, there := openPrinting(t, b)
		issued := o.post("/kiosk/ticket", "service", "eid-pin", "key", "a")
		wantStatus(t, issued, http.StatusSeeOther)
		page := o.get(issued.Header().Get("Location"))
		wantText(t, page, `class="number"`, "Der Drucker ist gerade nicht bereit. Bitte merken Sie sich Ihre Nummer", "Noch einmal drucken")
		kiosk := o.cookie
		o.hires("lena", ledger.RoleManager)
		o.signsIn("lena")
		wantText(t, o.get("/staff/grimma-markt/empfang"), says, "10.00\u00a0Uhr")
		wantText(t, o.get("/staff/verwaltung/geraete"), says)
		staff := o.cookie

		o.cookie = kiosk
		there.Behave(escpostest.Ready)
		if b == escpostest.Silent {
			continue // its patience is too short to print on a busy machine
		}
		_, form, _ := strings.Cut(page.Body.String(), `action="/kiosk/ticket/`)
		action, _, _ := strings.Cut(form, `"`)
		again := o.post("/kiosk/ticket/" + action)
		wantText(t, o.get(again.Header().Get("Location")), "Ihr Zettel kommt aus dem Drucker.")
		there.Job(t)
		o.cookie = staff
		wantNoText(t, o.get("/staff/grimma-markt/empfang"), says)
	}
}

func TestTheReceptionPrintsASlip(t *testing.T) {
	o, there := openPrinting(t, escpostest.Ready)
	o.hires("rosa", ledger.RoleReception)
	o.signsIn("rosa")
	issued := o.post(front+"/ticket", "service", "eid-pin", "key", "k")
	page := issued.Header().Get("Location")
	wantText(t, o.get(page), "Auf dem Zetteldrucker drucken")
	if len(there.Jobs) > 0 {
		t.Error("printed without being asked to")
	}
	printed := o.post(page + "/drucken")
	wantRedirect(t, printed, page+"?zettel=gedruckt")
	wantText(t, o.get(printed.Header().Get("Location")), "Der Zettel kommt aus dem Drucker.")
	if slip := read858(t, there.Job(t)); !strings.Contains(slip, "https://termin.example/t/"+strings.TrimPrefix(page, front+"/ticket/")) {
		t.Errorf("the slip misses the place in line:\n%q", slip)
	}
	there.Behave(escpostest.NoPaper)
	wantText(t, o.get(o.post(page+"/drucken").Header().Get("Location")), "Der Zetteldrucker hat kein Papier mehr.")
	wantStatus(t, o.post("/staff/nerchau/empfang/ticket/x/drucken"), http.StatusNotFound)
}

// A kiosk without a printer dials nobody.
func TestAKioskWithoutPrinterPrintsNothing(t *testing.T) {
	o := openOffice(t)
	o.set("10:00")
	o.becomes(ledger.DeviceKiosk)
	issued := o.post("/kiosk/ticket", "service", "eid-pin", "key", "a")
	wantNoText(t, o.get(issued.Header().Get("Location")), "Drucker")
}

func TestATicketThatWasNotPrintedIsAccessible(t *testing.T) {
	o, _ := openPrinting(t, escpostest.NoPaper)
	base := o.site()
	token, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Automat", Kind: ledger.DeviceKiosk, Branch: markt})
	if err != nil {
		t.Fatal(err)
	}
	chromium := browser.Open(t)
	for name, v := range map[string]browser.View{"kiosk": {Width: 1080, Height: 1920, NoScript: true}, "dark": {Width: 1080, Height: 1920, Dark: true}} {
		tab := chromium.Tab(t, v)
		if tab.Open(base + "/kiosk"); tab.Count("#token") > 0 { // the second tab has its cookie
			tab.Do("open the other way", chromedp.Click(chromedp.CSS("summary"), chromedp.NodeVisible))
			tab.Type("#token", token)
			tab.Click("details button")
		}
		tab.Open(base + "/kiosk/anliegen?gruppe=1")
		tab.Click("button[value=eid-pin]")
		tab.AwaitText(".alert", "Bitte merken Sie sich Ihre Nummer")
		tab.CheckAccessible("unprinted-" + name)
		tab.Picture("unprinted-" + name)
	}
}
