package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/test/browser"
)

// locks has sessions at the market lock after ten minutes without an act.
func (o *house) locks() {
	o.Change("format: aufruf/1\nbranches:\n  - {id: grimma-markt, lock_after_minutes: 10}\n")
}

// idle lets the time pass after which a session locks.
func (o *house) idle() { o.Clock.Add(10 * time.Minute) }

var (
	sealedForm   = regexp.MustCompile(`name="sperre-eingabe" value="([^"]+)"`)
	ticketField  = regexp.MustCompile(`name="ticket" value="([^"]+)"`)
	versionField = regexp.MustCompile(`name="version" value="([^"]+)"`)
)

// wantNothingPersonal: neither of the person nor of what was noted.
func wantNothingPersonal(t *testing.T, page *httptest.ResponseRecorder) {
	t.Helper()
	wantNoText(t, page, "Rollstuhl", "holt das Foto", "Zurückstellen", "Weiterleiten", "Ada")
}

// A desk without script, where nobody did anything for a while: numbers, the way
// of the call and the call for help stay, nothing else is done, and the password
// goes on with what was asked for.
func TestALockedDeskShowsNumbersAndAsksForThePassword(t *testing.T) {
	o := openDesk(t)
	o.locks()
	called, waits := o.booked("09:10").Ticket.Number.String(), o.walkIn().Number.String()
	o.step(o.get(deskOne), "call_next", "aufgerufen.")
	wantText(t, o.get(deskOne), "Rollstuhl")
	o.idle()

	locked := o.get(deskOne)
	wantStatus(t, locked, http.StatusUnauthorized)
	wantText(t, locked, called, waits, "Kein Bildschirm hat diesen Aufruf bekommen", "Kennwort von lena", "Hilfe rufen (still)", `action="/staff/abmelden"`)
	wantNothingPersonal(t, locked)
	wantStatus(t, o.get("/staff/grimma-markt/empfang"), http.StatusUnauthorized)
	wantNoText(t, o.get("/staff/konto"), "Altes Kennwort")

	wrong := o.post("/staff/sperre", "weiter", deskOne, "sperre-kennwort", "falsch")
	wantStatus(t, wrong, http.StatusUnauthorized)
	wantText(t, wrong, "Das Kennwort stimmt nicht.", `value="`+deskOne+`"`)
	wantRedirect(t, o.post("/staff/sperre", "weiter", deskOne, "sperre-kennwort", password), deskOne)
	page := o.get(deskOne)
	wantText(t, page, called, "Rollstuhl")
	o.step(page, "finish", "ist erledigt.")
}

// What was typed when the session locked is done once the password is right, and
// nobody reads it in the page meanwhile.
func TestWhatWasTypedIntoALockedPageIsDoneWithThePassword(t *testing.T) {
	o := openDesk(t)
	o.locks()
	number := o.booked("09:10").Ticket.Number.String()
	o.step(o.get(deskOne), "call_next", "aufgerufen.")
	page := o.get(deskOne)
	ticket, version := ticketField.FindStringSubmatch(page.Body.String())[1], versionField.FindStringSubmatch(page.Body.String())[1]
	o.idle()

	park := []string{"id", "eins", "type", "park", "ticket", ticket, "version", version, "note", "holt das Foto"}
	locked := o.post(deskOne+"/befehl", park...)
	wantStatus(t, locked, http.StatusUnauthorized)
	wantText(t, locked, number, `action="`+deskOne+`/befehl"`)
	wantNothingPersonal(t, locked)
	kept := sealedForm.FindStringSubmatch(locked.Body.String())[1]
	again := o.post(deskOne+"/befehl", "sperre-eingabe", kept, "sperre-kennwort", "falsch")
	wantStatus(t, again, http.StatusUnauthorized)
	kept = sealedForm.FindStringSubmatch(again.Body.String())[1]
	wantRedirect(t, o.post(deskOne+"/befehl", "sperre-eingabe", kept, "sperre-kennwort", password), deskOne+"?getan=park&nummer="+number)
	o.step(o.get(deskOne), "call", "aufgerufen.", "number", number)
	wantText(t, o.get(deskOne), "Notiz: holt das Foto")

	stranger := o.post(deskOne+"/befehl", "sperre-eingabe", "selbst gemacht")
	wantStatus(t, stranger, http.StatusBadRequest)
}

// Whoever needs help has no time for a password: the one step that a locked desk
// takes, and it unlocks nothing.
func TestALockedDeskStillCallsForHelp(t *testing.T) {
	o := openDesk(t)
	o.locks()
	o.booked("09:10")
	o.step(o.get(deskOne), "call_next", "aufgerufen.")
	o.idle()
	wantRedirect(t, o.post(deskOne+"/befehl", "type", "alarm", "id", "hilfe"), deskOne+"?getan=alarm")
	after := o.get(deskOne + "?getan=alarm")
	wantStatus(t, after, http.StatusUnauthorized)
	wantText(t, after, "Ihr Hilferuf ist gesendet.")
	for _, form := range [][]string{{"type", "alarm"}, {"type", "alarm", "id", "zwei", "fremd", "1"}} { // the answer to a mistake is no way in either
		refused := o.post(deskOne+"/befehl", form...)
		wantNothingPersonal(t, refused)
	}
	wantStatus(t, o.post(deskOne+"/befehl", "type", "call_next", "id", "drei"), http.StatusUnauthorized)
}

func TestALockedSessionMaySignOut(t *testing.T) {
	o := openDesk(t)
	o.locks()
	o.idle()
	wantRedirect(t, o.post("/staff/abmelden"), "/staff/anmelden")
	wantRedirect(t, o.get(deskOne), "/staff/anmelden?weiter=%2Fstaff%2Fgrimma-markt%2Fplatz-1")
}

// Looking by itself keeps no session open: a script asks every half minute.
func TestAScriptsLookIsNoActOfThePerson(t *testing.T) {
	for header, value := range map[string]string{"Sec-Fetch-Mode": "cors", "X-Aufruf-Look": "1"} {
		o := openDesk(t)
		o.locks()
		for range 10 {
			o.Clock.Add(time.Minute)
			look := httptest.NewRequest(http.MethodGet, deskOne, nil)
			look.Header.Set(header, value)
			o.do(look)
		}
		wantStatus(t, o.get(deskOne), http.StatusUnauthorized)
	}
	o := openDesk(t)
	o.locks()
	for range 10 {
		o.Clock.Add(5 * time.Minute)
		wantStatus(t, o.post("/staff/sperre"), http.StatusOK) // by which a script says that somebody is there
	}
	o.Clock.Add(4 * time.Minute)
	wantText(t, o.get("/staff/sperre"), "360")
}

// A wrong password at a locked page counts as one of the sign-in.
func TestManyWrongPasswordsAtALockedPageSlowDown(t *testing.T) {
	o := openDesk(t)
	o.locks()
	o.idle()
	for range 5 {
		wantStatus(t, o.post("/staff/sperre", "sperre-kennwort", "falsch"), http.StatusUnauthorized)
	}
	slow := o.post("/staff/sperre", "sperre-kennwort", password)
	wantStatus(t, slow, http.StatusTooManyRequests)
	wantText(t, slow, "Das Kennwort war mehrmals falsch.")
	wantStatus(t, o.post("/staff/anmelden", "name", "lena", "kennwort", password), http.StatusTooManyRequests)
}

// No other page says more while the session is locked, whoever it is of.
func TestNoPageOfTheOfficeOpensToALockedSession(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	o.locks()
	o.idle()
	for _, path := range []string{"/staff/verwaltung", "/staff/verwaltung/konten", "/staff/verwaltung/sicherheit", "/staff/verwaltung/zahlen?branch=grimma-markt"} {
		page := o.get(path)
		wantStatus(t, page, http.StatusUnauthorized)
		if strings.Contains(page.Body.String(), `class="nav"`) {
			t.Errorf("%s: the page leads on", path)
		}
	}
}

// In the page with script nothing is lost when the session locks: but for numbers, the
// way of the call and the call for help it is taken out of the page, where a look
// without styles found it, and is there again with the password, what was typed too.
func TestAPageThatLocksKeepsWhatWasTyped(t *testing.T) {
	o, tab, called := calledAtALockingDesk(t)
	tab.Type("#note", "holt das Foto")
	seen := func(selector string) bool {
		return browser.Evaluate[bool](tab, `(found => found !== null && getComputedStyle(found).visibility === "visible")(document.querySelector("`+selector+`"))`)
	}
	o.idle()
	looks(tab)
	tab.Await("the lock", `document.getElementById("lock").open && document.activeElement.id === "unlock-password"`)
	for selector, want := range map[string]bool{"#serving .number": true, "#serving .person": false, "#note": false, "#do-finish": false, ".nav": false, "#do-alarm": true} {
		if got := seen(selector); got != want {
			t.Errorf("%s: visible %t, want %t", selector, got, want)
		}
	}
	wantNothingInPage(t, tab)
	tab.CheckAccessible("lock")
	tab.Picture("lock")
	waits := o.walkIn().Number.String()
	tab.AwaitText("#line", waits) // told by the server
	here(tab, "#do-alarm", "click")
	tab.AwaitText("#status", "Ihr Hilferuf ist gesendet.")

	tab.Type("#unlock-password", "falsch")
	here(tab, "#unlock-here button", "click")
	tab.AwaitText("#lock-said", "Das Kennwort stimmt nicht.")
	types(tab, password+kb.Enter) // what was wrong is selected
	tab.Await("the page", `!document.getElementById("lock").open && document.activeElement.id === "note"`)
	if !seen("#serving .person") {
		t.Error("the page stays hidden")
	}
	types(tab, kb.Enter)
	tab.AwaitText("#status", "ist zurückgestellt.")
	o.walks()
	here(tab, "#number", "focus")
	types(tab, called+kb.Enter)
	tab.AwaitText("#serving", "Notiz: holt das Foto")
}

// wantNothingInPage: neither what the page says nor what was typed into it is found
// there by whoever looks at it without its styles.
func wantNothingInPage(t *testing.T, tab *browser.Tab) {
	t.Helper()
	holds := browser.Evaluate[string](tab, `document.documentElement.outerHTML + [...document.querySelectorAll("input, textarea")].map((field) => field.value).join("\n")`)
	for _, text := range []string{"Rollstuhl", "holt das Foto", "Weiterleiten"} {
		if strings.Contains(holds, text) {
			t.Errorf("the page still holds %q", text)
		}
	}
}

// TestWhatWasAskedForBeforeALockIsNotShownAfterIt: a desk asks what its room has open,
// the session locks, and then the answer comes.
func TestWhatWasAskedForBeforeALockIsNotShownAfterIt(t *testing.T) {
	o, tab, _ := calledAtALockingDesk(t)
	browser.Evaluate[bool](tab, `(() => {
		const ask = window.fetch;
		window.fetch = async (address, how) => {
			const answer = await ask(address, how);
			if (!String(address).endsWith("/offen")) return answer;
			const text = await answer.text();
			await new Promise((go) => (window.letGo = go));
			return { ok: answer.ok, status: answer.status, type: answer.type, text: async () => (setTimeout(() => (window.taken = true)), text) };
		};
		return true;
	})()`)
	browser.Evaluate[bool](tab, `document.dispatchEvent(new Event("aufruf:unlocked"))`) // has the desk ask
	tab.Await("the question", `window.letGo !== undefined`)
	o.idle()
	looks(tab)
	tab.Await("the lock", `document.getElementById("lock").open`)
	browser.Evaluate[bool](tab, `(window.letGo(), true)`)
	tab.Await("the answer", `window.taken === true`)
	wantNothingInPage(t, tab)
}

// calledAtALockingDesk opens a desk of a branch where sessions lock, with somebody
// called who told of a wheelchair.
func calledAtALockingDesk(t *testing.T) (o *house, tab *browser.Tab, number string) {
	t.Helper()
	o = openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	o.locks()
	number = o.booked("09:10").Ticket.Number.String()
	tab = browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#ahead", number)
	o.press(tab, "n")
	tab.AwaitText("#serving", "Rollstuhl")
	return o, tab, number
}

// A page that the browser brings back from its memory asks the server first, and
// shows what it showed only if the session goes on.
func TestAPageFromTheBrowsersMemoryShowsNothingBeforeItAsked(t *testing.T) {
	o, tab, _ := calledAtALockingDesk(t)
	travels := func(event string) {
		browser.Evaluate[bool](tab, `window.dispatchEvent(new PageTransitionEvent("`+event+`", { persisted: true }))`)
	}
	travels("pagehide")
	wantNothingInPage(t, tab)
	travels("pageshow")
	tab.AwaitText("#serving", "Rollstuhl")
	o.idle()
	travels("pagehide")
	travels("pageshow")
	looks(tab)
	tab.Await("the lock", `document.getElementById("lock").open`)
	wantNothingInPage(t, tab)
}

// A cry for help is seen at a desk that locked, and counts as seen by nobody: whoever
// cries isn't told that somebody has it before their eyes.
func TestALockedPageShowsWhoAsksForHelpAndSaysNotThatItWasSeen(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	o.locks()
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.Await("the desk", `document.getElementById("lock") !== null`)
	o.idle()
	looks(tab)
	tab.Await("the lock", `document.getElementById("lock").open`)
	if _, err := o.Do(t.Context(), o.actor("nils", ledger.RoleClerk), markt, deskwork.Command{ID: "help", Type: deskwork.Alarm, Room: "platz-2"}); err != nil {
		t.Fatal(err)
	}
	tab.AwaitText("#alarms", "Platz 2 braucht Hilfe")
	if browser.Evaluate[bool](tab, `[...document.querySelectorAll("#alarms button")].some((button) => !button.hidden)`) {
		t.Error("a locked page offers to come")
	}
	if seen := o.Alarms.Standing(markt)[0].Seen; seen != 0 {
		t.Errorf("got %d who have seen it, want nobody", seen)
	}
	tab.Open(base + deskOne) // once more, now from the server
	tab.AwaitText("#alarms", "Platz 2 braucht Hilfe")
	here(tab, "#sperre-kennwort", "focus")
	types(tab, password+kb.Enter)
	tab.Await("the button", `[...document.querySelectorAll("#alarms button")].some((button) => !button.hidden)`)
}

// A command that meets the lock is refused, and asks for the password.
func TestACommandOfALockedPageAsksForThePassword(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	o.locks()
	number := o.booked("09:10").Ticket.Number.String()
	tab := browser.Open(t).Tab(t, officeScreen)
	base := o.site()
	signInAt(tab, base, "lena")
	tab.Open(base + deskOne)
	tab.AwaitText("#ahead", number)
	o.idle()
	press(tab, "n")
	tab.Await("the lock", `document.getElementById("lock").open`)
	if o.called() != 0 {
		t.Error("a locked page called somebody")
	}
	types(tab, password+kb.Enter)
	tab.Await("the page", `!document.getElementById("lock").open`)
	o.press(tab, "n")
	tab.AwaitText("#serving .number", number)
}

// reportsAtOnce has a page tell within a moment what hands do there, and count what
// it told.
const reportsAtOnce = `{
  const wait = window.setTimeout, ask = window.fetch;
  window.reports = 0;
  window.setTimeout = (act, ms) => wait(act, ms > 30000 ? ms : Math.min(ms, 50));
  window.fetch = async (...what) => { const answer = await ask(...what); if (what[1]?.headers?.["X-Aufruf-Look"]) window.reports++; return answer; };
}`

// What hands do in the page keeps the session open, without a form.
func TestTypingKeepsASessionOpen(t *testing.T) {
	o := openReception(t)
	o.locks()
	tab := browser.Open(t).Tab(t, officeScreen)
	tab.Before(reportsAtOnce)
	base := o.site()
	signInAt(tab, base, "rosa")
	tab.Open(base + front)
	awaitFocus(tab, "q")
	before := browser.Evaluate[int](tab, "window.reports")
	o.Clock.Add(9 * time.Minute)
	types(tab, "Pass")
	tab.Await("a report", fmt.Sprintf("window.reports > %d", before))
	o.Clock.Add(9 * time.Minute)
	looks(tab)
	tab.Await("a look", fmt.Sprintf("window.reports > %d", before+1))
	if browser.Evaluate[bool](tab, `document.getElementById("lock").open`) {
		t.Error("who types is locked out")
	}
	o.idle()
	looks(tab)
	tab.Await("the lock", `document.getElementById("lock").open`)
	tab.CheckAccessible("lock-reception")
	types(tab, password+kb.Enter)
	tab.Await("the page", `!document.getElementById("lock").open`)
	if got := browser.Evaluate[string](tab, `document.getElementById("q").value`); got != "Pass" {
		t.Errorf("got %q, want what was typed", got)
	}
}

// here clicks or focuses what leads to no other page.
func here(tab *browser.Tab, selector, what string) {
	browser.Evaluate[bool](tab, fmt.Sprintf("(document.querySelector(%q).%s(), true)", selector, what))
}

// looks has a page look as it does when somebody comes back to it.
func looks(tab *browser.Tab) {
	browser.Evaluate[bool](tab, `document.dispatchEvent(new Event("visibilitychange"))`)
}
