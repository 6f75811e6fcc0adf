package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/test/browser"
)

// becomes has the requests that follow come from a device.
func (o *house) becomes(kind ledger.DeviceKind) {
	o.t.Helper()
	token, err := o.Access.AddDevice(o.t.Context(), ledger.Device{Name: string(kind), Kind: kind, Branch: markt})
	if err != nil {
		o.t.Fatal(err)
	}
	o.cookie = &http.Cookie{Name: deviceCookie, Value: token}
}

func cookieNamed(t *testing.T, answer *httptest.ResponseRecorder, name string) *http.Cookie {
	t.Helper()
	for _, cookie := range answer.Result().Cookies() {
		if cookie.Name == name {
			return cookie
		}
	}
	t.Fatalf("no cookie %s among %v", name, answer.Result().Cookies())
	return nil
}

func TestAScreenIsPairedByACode(t *testing.T) {
	o := openOffice(t)
	wantText(t, o.get("/display"), "Bildschirm verbinden", "Kopplungscode anzeigen")
	asked := o.post("/display/kopplung")
	wantRedirect(t, asked, "/display")
	o.cookie = cookieNamed(t, asked, visitor.CookieName("aufruf_kopplung_display", true))
	code, _, _ := strings.Cut(o.cookie.Value, ".")
	wantText(t, o.get("/display"), code)

	boss := o.actor("boss", ledger.RoleManager)
	if _, err := o.Access.CompletePairing(t.Context(), boss, code, ledger.Device{Name: "Halle", Branch: markt}); err != nil {
		t.Fatal(err)
	}
	paired := o.get("/display")
	wantRedirect(t, paired, "/display")
	o.cookie = cookieNamed(t, paired, deviceCookie)
	if !o.cookie.HttpOnly || !o.cookie.Secure || o.cookie.SameSite != http.SameSiteStrictMode {
		t.Errorf("cookie: got %+v", o.cookie)
	}
	wantText(t, o.get("/display"), `data-source="server"`, "/display/ton/", "grimma-markt")
}

func TestAScreenIsSetUpByItsToken(t *testing.T) {
	o := openOffice(t)
	o.becomes(ledger.DeviceDisplay)
	token := o.cookie.Value
	o.cookie = nil
	wrong := o.post("/display/geraet", "token", "falsch")
	wantStatus(t, wrong, http.StatusUnprocessableEntity)
	wantText(t, wrong, "Dieser Zugangsschlüssel gilt nicht.")
	other := o.post("/kiosk/geraet", "token", token)
	wantText(t, other, "gehört zu einer anderen Art von Gerät")
	right := o.post("/display/geraet", "token", " "+token+"\n")
	wantRedirect(t, right, "/display")
	if got := cookieNamed(t, right, deviceCookie).Value; got != token {
		t.Errorf("got %q, want the token", got)
	}
}

func TestTheScreensFilesAreServed(t *testing.T) {
	o := openOffice(t)
	for address, kind := range map[string]string{
		"/display/main.js": "text/javascript; charset=utf-8", "/display/display.css": "text/css; charset=utf-8",
		"/display/ton/gong": "audio/wav", "/display/ton/de/4": "audio/ogg", "/fonts/fira-sans-700.woff2": "font/woff2",
	} {
		answer := o.get(address)
		wantStatus(t, answer, http.StatusOK)
		if got := answer.Header().Get("Content-Type"); got != kind {
			t.Errorf("%s: got %q, want %q", address, got, kind)
		}
	}
	wantStatus(t, o.get("/display/nichts.js"), http.StatusNotFound)
}

// TestAPictureOfTheHallIsServedByItsName, which changes with it; another branch has none.
func TestAPictureOfTheHallIsServedByItsName(t *testing.T) {
	o := openOffice(t)
	const picture = "data:image/jpeg;base64,/9j/4A=="
	o.Change("format: aufruf/1\nbranches:\n  - {id: grimma-markt, screen: {slides: [{picture: '" + picture + "', alt: {de: Die Brücke}}]}}\n")
	file := o.Pictures("grimma-markt")[picture].File
	answer := o.get("/display/bild/grimma-markt/" + file)
	wantStatus(t, answer, http.StatusOK)
	if got := answer.Header().Get("Content-Type") + " " + answer.Body.String(); got != "image/jpeg \xff\xd8\xff\xe0" {
		t.Errorf("got %q, want the picture", got)
	}
	for _, other := range []string{"grimma-markt/0123456789abcdef.jpeg", "nerchau/" + file} {
		wantStatus(t, o.get("/display/bild/"+other), http.StatusNotFound)
	}
}

func TestAKioskGivesOutANumber(t *testing.T) {
	o := openOffice(t)
	wantRedirect(t, o.get("/kiosk/anliegen"), "/kiosk")
	o.becomes(ledger.DeviceKiosk)
	o.set("10:00")
	wantText(t, o.get("/kiosk"), "Haben Sie einen Termin?", "Grimma am Markt", "English", "Leichte Sprache")
	wantText(t, o.get("/kiosk/anliegen"), "Personalausweis", "3 Anliegen", "Anliegen suchen")
	concern := o.get("/kiosk/anliegen?gruppe=1")
	wantText(t, concern, `name="service" value="eid-pin"`)
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(concern.Body.String())[1]
	first := o.post("/kiosk/ticket", "service", "eid-pin", "key", key)
	wantStatus(t, first, http.StatusSeeOther)
	again := o.post("/kiosk/ticket", "service", "eid-pin", "key", key)
	wantRedirect(t, again, first.Header().Get("Location"))
	ticket := o.get(first.Header().Get("Location"))
	wantText(t, ticket, "Ihre Nummer", "Sie sind als Nächstes an der Reihe.", `src="data:image/svg&#43;xml;base64,`, `data-idle="30"`)
	own := o.get("/t/" + strings.TrimPrefix(first.Header().Get("Location"), "/kiosk/ticket/"))
	wantStatus(t, own, http.StatusOK)
	wantText(t, own, "Ihre Nummer", "Wir wissen, dass Sie da sind.", "data-ticket=")
	wantNoText(t, own, "fünf Minuten vorher")
	wantText(t, own, "Ihr Name wird nicht aufgerufen.")
	if got, want := ticket.Header().Get("Referrer-Policy"), "no-referrer"; got != want {
		t.Errorf("referrer policy: got %q, want %q", got, want)
	}
	day, err := o.Workday(t.Context(), o.actor("lena", ledger.RoleClerk), markt, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(day.Waiting), 1; got != want {
		t.Errorf("waiting: got %d, want %d", got, want)
	}
}

func TestAKioskOutsideItsHoursOffersAnAppointment(t *testing.T) {
	o := openOffice(t)
	o.becomes(ledger.DeviceKiosk)
	o.set("20:00")
	answer := o.post("/kiosk/ticket", "service", "eid-pin", "key", "a")
	wantStatus(t, answer, http.StatusConflict)
	wantText(t, answer, "Heute keine Nummern mehr", "Nächster freier Termin:", `src="data:image/svg&#43;xml;base64,`)
}

func TestAKioskRegistersANumberDigitByDigit(t *testing.T) {
	o := openOffice(t)
	made := o.booked("09:30").Ticket
	o.becomes(ledger.DeviceKiosk)
	number := made.Number.String()
	wantText(t, o.get("/kiosk/anmelden"), `href="/kiosk/anmelden?n=`+number[:1]+`"`)
	wantText(t, o.get("/kiosk/anmelden?n="+number[:2]), `href="/kiosk/anmelden?n=`+number+`"`, `href="/kiosk/anmelden?n=`+number[:1]+`"`)
	wantText(t, o.get("/kiosk/anmelden?n="+number), "Eingegeben: "+strings.Join(strings.Split(number, ""), " "), `name="number" value="`+number+`"`)
	here := o.post("/kiosk/anmelden", "number", number)
	wantRedirect(t, here, "/kiosk/anmelden?da="+number)
	wantText(t, o.get("/kiosk/anmelden?da="+number), "Wir wissen, dass Sie da sind", number)
	found, err := o.FindByNumber(t.Context(), o.actor("lena", ledger.RoleClerk), markt, firstTuesday, made.Number)
	if err != nil || found.Ticket.State != queue.Waiting {
		t.Errorf("got %v, %v; want waiting", found.Ticket.State, err)
	}
	unknown := o.post("/kiosk/anmelden", "number", other(made.Number).String())
	wantStatus(t, unknown, http.StatusNotFound)
	wantText(t, unknown, "Diese Nummer gibt es heute hier nicht.")
	wantStatus(t, o.post("/kiosk/anmelden", "number", "abc"), http.StatusUnprocessableEntity)
}

func other(n town.Number) town.Number {
	if n == town.LastNumber {
		return n - 1
	}
	return n + 1
}

func TestTheKioskLooksRightAndIsAccessible(t *testing.T) {
	o := openOffice(t)
	o.set("10:00")
	o.booked("11:00")
	base := o.site()
	chromium := browser.Open(t)
	token, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Automat", Kind: ledger.DeviceKiosk, Branch: markt})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range kioskViews {
		tab := chromium.Tab(t, v.View)
		look := func(name string) {
			if name != "sorry" || !v.NoScript { // which returns by itself, script or not: nobody is left before a fault
				tab.CheckAccessible(name + v.name)
			}
			tab.Picture(name + v.name)
			checkKioskFits(t, tab, name+v.name)
		}
		if i == 0 {
			tab.Open(base + "/kiosk")
			look("pair")
			tab.Do("open the other way", chromedp.Click(chromedp.CSS("summary"), chromedp.NodeVisible))
			tab.Type("#token", token)
			tab.Click("details button")
		}
		for name, path := range map[string]string{
			"welcome": "", "keypad": "/anmelden?n=41", "confirm": "/anmelden?n=417", "groups": "/anliegen", "search": "/suchen?w=PA",
			"sorry": "/gibtsnicht", "concern": "/anliegen?gruppe=1",
		} {
			tab.Open(base + "/kiosk" + path)
			look(name)
		}
		tab.Open(base + "/kiosk/anliegen?gruppe=1")
		tab.Click("button[value=eid-pin]")
		tab.AwaitText("h1", "Ihre Nummer")
		look("ticket")
		if v.Width > 1000 {
			checkKeysLieStill(t, tab, base, v.name)
		}
	}
}

// kioskViews are the glasses that a kiosk has, and a phone that opens its address.
var kioskViews = []struct {
	name string
	browser.View
}{
	{"-pillar", browser.View{Width: 1080, Height: 1920, NoScript: true}},
	{"-pillar-dark", browser.View{Width: 1080, Height: 1920, Dark: true}},
	{"-wide", browser.View{Width: 1920, Height: 1080}},
	{"-small-forced", browser.View{Width: 1024, Height: 768, Forced: true}},
	{"-phone-dark", browser.View{Width: 390, Height: 844, Dark: true}},
}

// checkKioskFits: on each glass nothing is scrolled for, and on the pillar no type is
// smaller than 36 px and nothing to touch than 64.
func checkKioskFits(t *testing.T, tab *browser.Tab, name string) {
	t.Helper()
	wide := browser.Evaluate[float64](tab, "innerWidth") > 1000
	if over := browser.Evaluate[float64](tab, "document.documentElement.scrollHeight - innerHeight"); wide && over > 1 {
		t.Errorf("%s: %v px lie below the glass", name, over)
	}
	if over := browser.Evaluate[float64](tab, "document.documentElement.scrollWidth - innerWidth"); over > 1 {
		t.Errorf("%s: %v px lie beside the glass", name, over)
	}
	if browser.Evaluate[float64](tab, "innerWidth") != 1080 {
		return
	}
	small := browser.Evaluate[string](tab, `[...document.querySelectorAll("main *, .bar *, .top *")].filter((e) => e.getClientRects().length &&
		!e.closest(".vh, [hidden]") && (e.matches("a, button, input") && e.getBoundingClientRect().height < 64 ||
		[...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && parseFloat(getComputedStyle(e).fontSize) < 36))
		.map((e) => e.outerHTML.slice(0, 90)).join("; ")`)
	if small != "" {
		t.Errorf("%s: too small: %s", name, small)
	}
}
