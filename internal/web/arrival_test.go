package web_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"aufruf/internal/ledger"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

var codeOnPage = regexp.MustCompile(`<strong class="digits">([0-9 ]{15})</strong>`)

// codeOf is the arrival code that a citizen's own page shows.
func (o *house) codeOf(t *testing.T, token string) string {
	t.Helper()
	own := o.get("/t/" + token)
	found := codeOnPage.FindStringSubmatch(own.Body.String())
	if found == nil {
		t.Fatalf("no code on the page:\n%s", own.Body)
	}
	return found[1]
}

// A code from the own page says at reception and at a kiosk that its person is here; a
// wrong one says so, and leaves nothing to press.
func TestAScannedCodeChecksIn(t *testing.T) {
	o := openReception(t)
	one, two := o.bookedOnline(clockOn(t, "10:30")), o.bookedOnline(clockOn(t, "10:40"))
	wantRedirect(t, o.post(front+"/anmelden", "number", o.codeOf(t, one.Token)), front+"?da="+one.Ticket.Number.String())
	code := strings.ReplaceAll(o.codeOf(t, two.Token), " ", "")
	o.becomes(ledger.DeviceKiosk)
	wantText(t, o.get("/kiosk"), "data-scan")
	wantText(t, o.get("/kiosk/anmelden"), `inputmode="none" autocomplete="off" autofocus`, "Oder Code scannen")
	wrong := o.post("/kiosk/anmelden", "number", code[:11]+"x")
	wantStatus(t, wrong, http.StatusUnprocessableEntity)
	other := "0"
	if code[11] == '0' {
		other = "1"
	}
	wrong = o.post("/kiosk/anmelden", "number", code[:11]+other)
	wantStatus(t, wrong, http.StatusNotFound)
	wantText(t, wrong, "Diesen Code gibt es heute hier nicht.")
	wantNoText(t, wrong, "Ich bin da: ")
	wantRedirect(t, o.post("/kiosk/anmelden", "number", code), "/kiosk/anmelden?da="+two.Ticket.Number.String())
	for _, number := range []queue.Ticket{one.Ticket, two.Ticket} {
		if got := o.stateOf(t, number.Number); got != queue.Waiting {
			t.Errorf("%s: got %s", number.Number, got)
		}
	}
}

// The own page has the button from an hour before the appointment, and so has the page
// that a slip's code opens; the button works once.
func TestTheOwnPageSaysThatItsPersonIsHere(t *testing.T) {
	o := openReception(t)
	soon, later := o.bookedOnline(clockOn(t, "10:00")), o.bookedOnline(clockOn(t, "11:00"))
	page := o.get("/t/" + soon.Token)
	wantText(t, page, `action="/t/`+soon.Token+`/da"`, "Ich bin da")
	wantNoText(t, o.get("/t/"+later.Token), `/da"`)
	for range 2 {
		wantRedirect(t, o.post("/t/"+soon.Token+"/da"), "/t/"+soon.Token)
	}
	here := o.get("/t/" + soon.Token)
	wantText(t, here, "Wir wissen, dass Sie da sind.")
	wantNoText(t, here, `/da"`, "digits")
	if got := o.stateOf(t, soon.Ticket.Number); got != queue.Waiting {
		t.Errorf("got %s", got)
	}
}

// The poster leads to the door's page, which takes number and time and says the same to
// whatever is wrong.
func TestThePosterLeadsToTheDoor(t *testing.T) {
	o := openReception(t)
	made := o.bookedOnline(clockOn(t, "10:30"))
	wantText(t, o.get(front), front+"/aushang")
	wantText(t, o.get(front+"/aushang"), "/da/grimma-markt", "Sie haben einen Termin?", "Do you have an appointment?", "data:image/svg")
	wantStatus(t, o.get("/staff/nerchau/empfang/aushang"), http.StatusNotFound)
	wantStatus(t, o.get("/da/nerchau"), http.StatusNotFound)
	const door = "/da/grimma-markt"
	o.cookie = nil
	wantText(t, o.get(door), "Ihre Nummer", "Beginn Ihres Termins", "Ich bin da")
	number := made.Ticket.Number.String()
	first := o.post(door, "number", number, "uhrzeit", "10:40")
	wantStatus(t, first, http.StatusNotFound)
	wantText(t, first, "Nummer und Uhrzeit passen zu keinem heutigen Termin.", `value="`+number+`"`, `value="10:40"`)
	mark := cookieNamed(t, first, "aufruf_browser")
	wantStatus(t, o.post(door, "number", "41", "uhrzeit", "10:40"), http.StatusUnprocessableEntity)
	o.cookie = mark
	for range 4 {
		wantStatus(t, o.post(door, "number", number, "uhrzeit", "10:40"), http.StatusNotFound)
	}
	full := o.post(door, "number", number, "uhrzeit", "10:30")
	wantStatus(t, full, http.StatusTooManyRequests)
	wantText(t, full, "Bitte kommen Sie zum Empfang")
	o.cookie = nil
	right := o.post(door, "number", number, "uhrzeit", "10.30")
	wantRedirect(t, right, door+"?da="+number)
	wantNoText(t, o.get(door+"?da="+number+"&x=1"), "Wir wissen") // nobody did that
	wantText(t, o.get(door+"?da="+number), "Wir wissen, dass Sie da sind", number)
	o.signsIn("rosa")
	if got := o.stateOf(t, made.Ticket.Number); got != queue.Waiting {
		t.Errorf("got %s", got)
	}
}

// clockOn is an instant of the first Tuesday.
func clockOn(t *testing.T, clock string) time.Time {
	t.Helper()
	tod, err := town.ParseTimeOfDay(clock)
	if err != nil {
		t.Fatal(err)
	}
	return firstTuesday.At(tod, berlin)
}

// The pages of an arrival are read on a phone and touched at a kiosk.
func TestArrivalLooksRightAndIsAccessible(t *testing.T) {
	o := openOffice(t)
	made := o.bookedOnline(clockOn(t, "10:00"))
	base := o.site()
	chromium := browser.Open(t)
	for _, v := range []struct {
		name string
		view browser.View
	}{
		{"phone", browser.View{Width: 390, Height: 844}}, {"phone-dark", browser.View{Width: 390, Height: 844, Dark: true}},
		{"narrow", browser.View{Width: 320, Height: 700, Language: "en"}}, {"desktop", browser.View{Width: 1366, Height: 768}},
	} {
		tab := chromium.Tab(t, v.view)
		for name, path := range map[string]string{"own": "/t/" + made.Token, "door": "/da/grimma-markt"} {
			tab.Open(base + path)
			if over := browser.Evaluate[int](tab, "document.documentElement.scrollWidth - innerWidth"); over > 0 {
				t.Errorf("%s is %d px too wide", name, over)
			}
			tab.CheckAccessible(name + "-" + v.name)
			tab.Picture("arrival-" + name + "-" + v.name)
		}
	}
}

// A scanner types digits and Enter, on the kiosk's first page too.
func TestAScannerWorksOnTheKiosksFirstPage(t *testing.T) {
	o := openOffice(t)
	made := o.bookedOnline(clockOn(t, "10:00"))
	code := strings.ReplaceAll(o.codeOf(t, made.Token), " ", "")
	token, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Automat", Kind: ledger.DeviceKiosk, Branch: markt})
	if err != nil {
		t.Fatal(err)
	}
	base := o.site()
	tab := browser.Open(t).Tab(t, browser.View{Width: 1080, Height: 1350})
	tab.Open(base + "/kiosk")
	tab.Do("become a kiosk", chromedp.Click(chromedp.CSS("summary"), chromedp.NodeVisible),
		chromedp.SendKeys(chromedp.CSS("[name=token]"), token+"\r", chromedp.NodeVisible))
	tab.AwaitText("main", "Haben Sie einen Termin?")
	for _, first := range []string{"/kiosk", "/kiosk/anmelden"} {
		tab.Open(base + first)
		tab.CheckAccessible("scan")
		tab.Picture("arrival-kiosk-" + strings.ReplaceAll(first, "/", ""))
		types(tab, code+"\r")
		tab.AwaitText("main", "Wir wissen, dass Sie da sind")
	}
	tab.AwaitText("main", made.Ticket.Number.String())
}

// The desk sees who arrives at the door, without anybody touching it.
func TestTheDeskSeesWhoArrivesAtTheDoor(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	made := o.bookedOnline(clockOn(t, "10:00"))
	base := o.site()
	tab := browser.Open(t).Tab(t, officeScreen)
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#line", made.Ticket.Number.String())
	before := tab.Text("#line")
	began := time.Now()
	wantStatus(t, o.post("/da/grimma-markt", "number", made.Ticket.Number.String(), "uhrzeit", "10:00"), http.StatusSeeOther)
	tab.Await("that somebody is here", `document.querySelector("#line").innerText.replace(/\s+/g, " ") !== `+strconv.Quote(strings.Join(strings.Fields(before), " ")))
	tab.AwaitText("#line", made.Ticket.Number.String())
	t.Logf("seen after %s", time.Since(began))
}
