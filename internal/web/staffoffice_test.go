package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aufruf/internal/access"
	"aufruf/internal/deskwork"
	"aufruf/internal/i18n"
	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/town"
	"aufruf/test/browser"
)

func openManagement(t *testing.T, role ledger.Role) *house {
	t.Helper()
	o := openOffice(t)
	o.hires("boss", role)
	o.signsIn("boss")
	return o
}

func TestOnlyManagersSeeTheOffice(t *testing.T) {
	o := openDesk(t)
	for _, path := range []string{"", "kalender", "kalender/woche", "kalender/tag", "oeffnungszeiten", "geraete", "schliessen", "konten", "protokoll", "auffaelliges", "sicherheit", "zahlen", "katalog"} {
		wantStatus(t, o.get(strings.TrimSuffix("/staff/verwaltung/"+path, "/")), http.StatusForbidden)
	}
	wantStatus(t, o.post("/staff/verwaltung/konten", "name", "eva", "role", "admin", "allefachbereiche", "1", "kennwort", password), http.StatusForbidden)
	wantNoText(t, o.get("/staff/platz"), "/staff/verwaltung")
}

func TestAManagerAddsAScreenByItsCodeAndRevokesIt(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	p, err := o.Access.StartPairing(t.Context(), access.Actor{}, ledger.DeviceDisplay)
	if err != nil {
		t.Fatal(err)
	}
	wrong := o.post("/staff/verwaltung/geraete", "code", "XXXXXX", "name", "Halle", "branch", "grimma-markt")
	wantStatus(t, wrong, http.StatusNotFound)
	wantText(t, wrong, "Diesen Kopplungscode gibt es nicht", `value="Halle"`)
	wantRedirect(t, o.post("/staff/verwaltung/geraete", "code", p.Code, "name", "Halle", "branch", "grimma-markt"),
		"/staff/verwaltung/geraete?gekoppelt=Halle")
	list := o.get("/staff/verwaltung/geraete?gekoppelt=Halle")
	wantText(t, list, "Halle ist verbunden.", "nicht verbunden", "Gong testen")
	devices, err := o.Access.Devices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantRedirect(t, o.post("/staff/verwaltung/geraete/sperren", "device", string(devices[0].ID)), "/staff/verwaltung/geraete")
	wantText(t, o.get("/staff/verwaltung/geraete"), "Noch ist kein Gerät verbunden.")
}

func TestAScreenIsBoundToOfficesWhenPaired(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	p, err := o.Access.StartPairing(t.Context(), access.Actor{}, ledger.DeviceDisplay)
	if err != nil {
		t.Fatal(err)
	}
	const list = "/staff/verwaltung/geraete"
	wantText(t, o.get(list), "Nur für diese Fachbereiche (Grimma am Markt)", `name="office" value="grimma-markt/gewerbeamt"`)
	fields := []string{"code", p.Code, "name", "Halle", "branch", "grimma-markt", "office", "grimma-markt/gewerbeamt"}
	elsewhere := o.post(list, append(fields, "office", "nerchau/buergerbuero")...)
	wantStatus(t, elsewhere, http.StatusUnprocessableEntity)
	wantText(t, elsewhere, "Dieser Fachbereich gehört zu einem anderen Standort.", `value="grimma-markt/gewerbeamt" checked`, `value="Halle"`)
	wantRedirect(t, o.post(list, fields...), list+"?gekoppelt=Halle")
	wantText(t, o.get(list), "Grimma am Markt: Gewerbeangelegenheiten")
	devices, err := o.Access.Devices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(devices[0].Offices, []town.OfficeID{"gewerbeamt"}); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
}

// Whoever copies the disk of a screen copies its token. A line that broke
// unnoticed looks the same for a moment, and nobody is bothered with it.
func TestTwoMachinesWithOneTokenAreTold(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	if _, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Halle", Kind: ledger.DeviceDisplay, Branch: markt}); err != nil {
		t.Fatal(err)
	}
	devices, err := o.Access.Devices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const list, twice = "/staff/verwaltung/geraete", "an zwei Stellen zugleich verbunden"
	screen := live.Screen{Device: devices[0].ID, Name: "Halle"}
	o.set("09:00")
	o.live.ScreenConnected(markt, screen)
	leave := o.live.ScreenConnected(markt, screen)
	o.set("09:01")
	wantNoText(t, o.get(list), twice)
	o.set("09:02")
	wantText(t, o.get(list), twice)
	leave()
	wantNoText(t, o.get(list), twice)
	wantText(t, o.get(list), "verbunden seit")
}

func TestAManagerManagesClerksButNoManagers(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	o.hires("root", ledger.RoleAdmin)
	const users = "/staff/verwaltung/konten"
	wantRedirect(t, o.post(users, "name", "eva", "role", "clerk", "alle", "1", "allefachbereiche", "1", "kennwort", password), users+"?geaendert=eva")
	wantText(t, o.get(users), "eva", "Sachbearbeitung", "alle Standorte")
	wantNoText(t, o.get(users), "Administration", "<strong>root</strong>")
	wantStatus(t, o.post(users, "name", "max", "role", "manager", "alle", "1", "allefachbereiche", "1", "kennwort", password), http.StatusForbidden)
	wantStatus(t, o.post(users+"/kennwort", "user", "root", "kennwort", password), http.StatusForbidden)
	wantStatus(t, o.post(users+"/sperren", "user", "root"), http.StatusForbidden)
	short := o.post(users, "name", "tim", "role", "clerk", "branch", "nerchau", "allefachbereiche", "1", "kennwort", "kurz")
	wantStatus(t, short, http.StatusUnprocessableEntity)
	wantText(t, short, "Dieses Kennwort ist zu kurz.", `value="tim"`)
	wantRedirect(t, o.post(users+"/sperren", "user", "eva"), users+"?geaendert=eva")
	if _, _, err := o.Access.SignIn(t.Context(), access.Actor{}, "eva", password, access.From{}); err == nil {
		t.Error("a disabled account still signs in")
	}
	wantText(t, o.get(users), "Wieder zulassen")
	wantRedirect(t, o.post(users+"/zulassen", "user", "eva"), users+"?geaendert=eva")
	if _, _, err := o.Access.SignIn(t.Context(), access.Actor{}, "eva", password, access.From{}); err != nil {
		t.Errorf("got %v, want an account that signs in again", err)
	}
	wantStatus(t, o.post(users+"/zulassen", "user", "root"), http.StatusForbidden)
	wantText(t, o.get("/staff/verwaltung/protokoll"), "Konto angelegt", "Konto gesperrt", "Konto wieder zugelassen", "boss")
}

// A refused form came back without its ticks, and sent again it meant all
// branches.
func TestARefusedAccountKeepsItsBranchesAndNoTickMeansNone(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	const users = "/staff/verwaltung/konten"
	short := o.post(users, "name", "tim", "role", "clerk", "branch", "nerchau", "allefachbereiche", "1", "kennwort", "kurz")
	wantText(t, short, `value="nerchau" checked`)
	wantNoText(t, short, `value="grimma-markt" checked`)
	all := o.post(users, "name", "tim", "role", "clerk", "alle", "1", "allefachbereiche", "1", "kennwort", "kurz")
	wantText(t, all, `name="alle" value="1" checked`)
	none := o.post(users, "name", "tim", "role", "clerk", "allefachbereiche", "1", "kennwort", password)
	wantStatus(t, none, http.StatusUnprocessableEntity)
	wantText(t, none, "für welche Standorte")
	wantNoText(t, o.get(users), "<strong>tim</strong>")
}

func TestAnAccountIsChangedInTheBrowserAsOnTheCommandLine(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	o.hires("eva", ledger.RoleClerk, markt)
	const users, change = "/staff/verwaltung/konten", "/staff/verwaltung/konten/aendern"
	wantText(t, o.get(users), change+"?user=eva", `name="allefachbereiche" value="1" checked`)
	wantText(t, o.get(change+"?user=eva"), `value="clerk" selected`, `value="grimma-markt" checked`, `name="allefachbereiche" value="1" checked`, "überall abgemeldet")
	token, _, err := o.Access.SignIn(t.Context(), access.Actor{}, "eva", password, access.From{})
	if err != nil {
		t.Fatal(err)
	}
	// The name alone signs nobody out.
	wantRedirect(t, o.post(change, "user", "eva", "anzeige", " Frau  Krause ", "role", "clerk", "branch", "grimma-markt", "allefachbereiche", "1"), users+"?geaendert=eva")
	if actor, err := o.Access.ActorOf(t.Context(), token); err != nil || actor.User.Shown != "Frau Krause" {
		t.Errorf("got %q, %v; want the session to go on under the shown name", actor.User.Shown, err)
	}
	none := o.post(change, "user", "eva", "anzeige", "Frau Krause", "role", "clerk", "branch", "grimma-markt")
	wantStatus(t, none, http.StatusUnprocessableEntity)
	wantText(t, none, "für welche Fachbereiche", `value="grimma-markt" checked`)
	wantNoText(t, none, `name="allefachbereiche" value="1" checked`)
	wantRedirect(t, o.post(change, "user", "eva", "anzeige", "Frau Krause", "role", "manager", "branch", "nerchau", "office", "buergerbuero"), users+"?geaendert=eva")
	if _, err := o.Access.ActorOf(t.Context(), token); err == nil {
		t.Error("the session goes on with other rights")
	}
	wantText(t, o.get(users), "(Frau Krause)", "Leitung", "Nerchau, Bürgerbüro")
	wantStatus(t, o.get(change+"?user=niemand"), http.StatusNotFound)
}

func TestNobodyGivesWhatIsNotTheirs(t *testing.T) {
	o := openOffice(t)
	o.hires("boss", ledger.RoleManager, markt)
	o.hires("eva", ledger.RoleClerk, markt)
	o.hires("ines", ledger.RoleClerk, markt, "nerchau")
	o.signsIn("boss")
	const change = "/staff/verwaltung/konten/aendern"
	give := func(user string, more ...string) int {
		return o.post(change, append([]string{"user", user, "anzeige", "", "allefachbereiche", "1"}, more...)...).Code
	}
	for name, got := range map[string]int{
		"a higher role":          give("eva", "role", "manager", "branch", "grimma-markt"),
		"another branch":         give("eva", "role", "clerk", "branch", "nerchau"),
		"all branches":           give("eva", "role", "clerk", "alle", "1"),
		"less to a colleague":    give("ines", "role", "clerk", "branch", "grimma-markt"),
		"more to themselves":     give("boss", "role", "admin", "branch", "grimma-markt"),
		"a branch to themselves": give("boss", "role", "manager", "branch", "nerchau"),
	} {
		if got != http.StatusForbidden && got != http.StatusNotFound {
			t.Errorf("%s: got %d, want it refused", name, got)
		}
	}
	if got := give("eva", "role", "reception", "branch", "grimma-markt"); got != http.StatusSeeOther {
		t.Errorf("reception: got %d, want it given", got)
	}
}

// An administrator can't lock themselves out, nor raise themselves: a page about
// oneself offers the shown name alone.
func TestWhatOneMayDoOneselfIsChangedBySomebodyElse(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	const change = "/staff/verwaltung/konten/aendern"
	own := o.get(change + "?user=boss")
	wantText(t, own, "Was Sie selbst dürfen", `name="anzeige"`)
	wantNoText(t, own, `name="role"`)
	wantStatus(t, o.post(change, "user", "boss", "role", "clerk", "alle", "1", "allefachbereiche", "1"), http.StatusForbidden)
	wantRedirect(t, o.post(change, "user", "boss", "anzeige", "Die Chefin"), "/staff/verwaltung/konten?geaendert=boss")
	wantText(t, o.get("/staff/verwaltung/konten"), "<span>Die Chefin</span>")
}

// Colleagues read the shown name, and the account's only where there is none.
func TestADeskNamesWhoCalledByTheShownName(t *testing.T) {
	o := openDesk(t)
	if err := o.Access.AddUser(t.Context(), ledger.User{ID: "maxm", Role: ledger.RoleClerk, Shown: "Herr Meier"}, password); err != nil {
		t.Fatal(err)
	}
	o.walkIn()
	if _, err := o.Do(t.Context(), o.actor("maxm", ledger.RoleClerk), markt, deskwork.Command{Type: deskwork.CallNext, Room: "platz-1", ID: "a"}); err != nil {
		t.Fatal(err)
	}
	desk := o.get(deskOne)
	wantText(t, desk, "Diese Nummer hat Herr Meier aufgerufen.")
	wantNoText(t, desk, "maxm")
}

func TestTrailAndFiguresTellOfNumbersAndRooms(t *testing.T) {
	o := openManagement(t, ledger.RoleManager)
	made := o.booked("09:10").Ticket
	clerk := o.actor("lena", ledger.RoleClerk)
	for i, cmd := range []deskwork.Command{{Type: deskwork.CallNext, Room: "platz-1"}, {Type: deskwork.Start, Ticket: made.ID}, {Type: deskwork.Finish, Ticket: made.ID}} {
		cmd.ID = string(rune('a' + i))
		if _, err := o.Do(t.Context(), clerk, markt, cmd); err != nil {
			t.Fatal(err)
		}
	}
	trail := o.get("/staff/verwaltung/protokoll?branch=grimma-markt")
	wantText(t, trail, made.Number.String(), "aufgerufen", "Platz 1", "lena", "Termin gebucht")
	wantNoText(t, trail, "Ada Beispiel")
	figures := o.get("/staff/verwaltung/zahlen?branch=grimma-markt&nach=office")
	wantText(t, figures, "Bürgerbüro", "<td>1</td>")
	wantNoText(t, figures, "lena", "Zählen nach Platz")
	days := o.get("/staff/verwaltung/zahlen?branch=grimma-markt&von=2026-11-30&bis=2026-12-02")
	wantText(t, days, "Balken: Besuche von Montag, ", " bis Mittwoch, ", ", höchster Wert 1.", "davor: 0", "ab 09 Uhr", "am selben Tag", "Von der Ankunft bis zum ersten Aufruf.")
	wantStatus(t, o.get("/staff/verwaltung/zahlen?von=2026-12-02&bis=2026-12-01"), http.StatusUnprocessableEntity)
	wantStatus(t, o.get("/staff/verwaltung/zahlen?von=2021-01-01&bis=2026-12-01"), http.StatusUnprocessableEntity)
}

func TestAnAdministratorSeesWhatIsUnconfirmed(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	katalog := o.get("/staff/verwaltung/katalog")
	wantText(t, katalog, "Personalausweis beantragen", "Dauer, Personenzahl", "Raum nicht bestätigt", "Öffnungszeiten, Vorlauf")
	wantNoText(t, katalog, "lead_minutes", "grid_minutes", "reminder_hours") // every key that is an estimate has a word
}

func TestAnAdministratorDeletesWhatWasAddedByMistake(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	o.Change("format: aufruf/1\nservices:\n  - {id: irrtum, name: Irrtum, minutes: 10}\n")
	const page = "/staff/verwaltung/katalog"
	wantText(t, o.get(page), "Irrtum (Anliegen)")
	wantText(t, o.get(page+"?was=room/grimma-markt/platz-1"), "Platz 1 (Zimmer) lässt sich nicht löschen", "Der Fachbereich grimma-markt/buergerbuero nennt es")
	o.booked("09:30")
	wantText(t, o.get(page+"?was=branch/grimma-markt"), "1 Termin oder Wartenummer nennt es")
	wantText(t, o.get(page+"?was=service/irrtum"), "An Irrtum (Anliegen) hängt nichts.", "Endgültig löschen")
	wantText(t, o.get(page+"?was=branch/nerchau"), "Mit gelöscht werden:", "Bürgerbüro (Fachbereich)")
	wantText(t, o.get(page), "Irrtum (Anliegen)") // looking deletes nothing
	wantRedirect(t, o.post(page+"/loeschen", "was", "room/grimma-markt/platz-1"), page+"?was=room%2Fgrimma-markt%2Fplatz-1")
	wantRedirect(t, o.post(page+"/loeschen", "was", "service/irrtum"), page+"?geloescht=irrtum")
	after := o.get(page + "?geloescht=irrtum")
	wantText(t, after, "„irrtum“ ist gelöscht.")
	wantNoText(t, after, "Irrtum (Anliegen)")
	wantText(t, o.get("/staff/verwaltung/protokoll"), "aus dem Katalog gelöscht", "service irrtum")
}

func TestAChangedPasswordEndsTheSession(t *testing.T) {
	o := openDesk(t)
	wrong := o.post("/staff/konto/kennwort", "alt", "falsch", "neu", "noch ein langes Wort")
	wantStatus(t, wrong, http.StatusUnprocessableEntity)
	wantText(t, wrong, "Name oder Kennwort stimmt nicht.")
	wantRedirect(t, o.post("/staff/konto/kennwort", "alt", password, "neu", "noch ein langes Wort"), "/staff/anmelden")
	wantStatus(t, o.get(deskOne), http.StatusSeeOther)
}

func TestTheOfficeIsAccessible(t *testing.T) {
	o := openOffice(t)
	o.hires("boss", ledger.RoleAdmin)
	if _, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: "Halle", Kind: ledger.DeviceDisplay, Branch: markt}); err != nil {
		t.Fatal(err)
	}
	o.hires("eva", ledger.RoleClerk, markt)
	o.booked("09:30")
	base := o.site()
	tab := browser.Open(t).Tab(t, staffViews[0].view)
	signInAt(tab, base, "boss")
	for _, name := range []string{"verwaltung/geraete", "verwaltung/konten", "verwaltung/protokoll", "verwaltung/auffaelliges", "verwaltung/sicherheit", "verwaltung/zahlen", "verwaltung/katalog", "verwaltung/konten/aendern?user=eva", "konto"} {
		tab.Open(base + "/staff/" + name)
		tab.CheckAccessible(name)
		tab.Picture(name[len(name)-5:])
	}
}

// A device's token opens none of the staff's pages, and changes nothing there.
func TestADevicesTokenOpensNoStaffPage(t *testing.T) {
	o := openOffice(t)
	const signIn = "/staff/anmelden?weiter="
	for _, kind := range []ledger.DeviceKind{ledger.DeviceDisplay, ledger.DeviceKiosk} {
		token, err := o.Access.AddDevice(t.Context(), ledger.Device{Name: string(kind), Kind: kind, Branch: markt})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{staffCookie, deviceCookie} {
			o.cookie = &http.Cookie{Name: name, Value: token}
			for _, path := range []string{"/staff", front, front + "/termin", deskOne, "/staff/grimma-markt/liste", "/staff/verwaltung/geraete", closing} {
				if got := o.get(path); !strings.HasPrefix(got.Header().Get("Location"), signIn) {
					t.Errorf("%s with the token of a %s as %s: got %d", path, kind, name, got.Code)
				}
			}
			for _, path := range []string{deskOne + "/befehl", deskOne + "/ton", front + "/termin", front + "/absagen", "/staff/verwaltung/geraete", closing} {
				// The sign-in page, with the form that waits in it.
				if got := o.post(path, "type", "call_next"); got.Code != http.StatusUnauthorized || !strings.Contains(got.Body.String(), `action="/staff/anmelden`) {
					t.Errorf("a form to %s with the token of a %s as %s: got %d", path, kind, name, got.Code)
				}
			}
		}
	}
}

func TestAdministratorsSeeWhatHappenedAtTheDoors(t *testing.T) {
	o := openManagement(t, ledger.RoleAdmin)
	o.post("/staff/verwaltung/konten", "name", "eva", "role", "clerk", "branch", string(markt), "allefachbereiche", "1", "kennwort", password)
	_, _, err := o.Access.SignIn(t.Context(), access.Actor{}, "eva", password, access.From{Address: "203.0.113.7"})
	if err != nil {
		t.Fatal(err)
	}
	page := o.get("/staff/verwaltung/sicherheit")
	wantText(t, page, "Konto angelegt", "eva", "angemeldet", "boss")
	wantNoText(t, page, "203.0.113.7")
	wantText(t, o.get("/staff/verwaltung/konten"), "/staff/verwaltung/sicherheit")
	manager := openManagement(t, ledger.RoleManager)
	wantStatus(t, manager.get("/staff/verwaltung/sicherheit"), http.StatusForbidden)
	wantNoText(t, manager.get("/staff/verwaltung/konten"), "/staff/verwaltung/sicherheit")
}

// Every event and reason has its words, or the page would show a key.
func TestEveryEventAtTheDoorsHasItsWords(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []town.Language{"de", "en"} {
		for _, name := range access.EventNames {
			if !texts.For(lang).Has("staff.security.event_" + name) {
				t.Errorf("%s: no words for %s", lang, name)
			}
		}
	}
}
