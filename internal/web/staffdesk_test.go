package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"aufruf/internal/app"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

func TestAnAlarmIsOneForm(t *testing.T) {
	o := openDesk(t)
	wantRedirect(t, o.post(deskOne+"/befehl", "type", "alarm", "id", "help"), deskOne+"?getan=alarm")
}

func TestWhoIsNotSignedInIsLedToTheSignInAndBack(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	refused := o.get(deskOne)
	wantRedirect(t, refused, "/staff/anmelden?weiter=%2Fstaff%2Fgrimma-markt%2Fplatz-1")

	wrong := o.post("/staff/anmelden", "name", "lena", "kennwort", "falsch", "weiter", deskOne)
	wantStatus(t, wrong, http.StatusUnauthorized)
	wantText(t, wrong, "Name oder Kennwort stimmt nicht.", `value="lena"`, `value="`+deskOne+`"`)

	in := o.post("/staff/anmelden", "name", " lena ", "kennwort", password, "weiter", deskOne)
	wantRedirect(t, in, deskOne)
	cookie := in.Result().Cookies()[0]
	if cookie.Name != staffCookie || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" {
		t.Errorf("cookie: got %+v", cookie)
	}
	o.cookie = cookie
	wantStatus(t, o.get(deskOne), http.StatusOK)

	wantRedirect(t, o.post("/staff/abmelden"), "/staff/anmelden")
	wantRedirect(t, o.get("/staff/platz"), "/staff/anmelden?weiter=%2Fstaff%2Fplatz")
}

func TestManyWrongPasswordsSlowDownInWords(t *testing.T) {
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	for range 5 {
		o.post("/staff/anmelden", "name", "lena", "kennwort", "falsch")
	}
	slow := o.post("/staff/anmelden", "name", "lena", "kennwort", password)
	wantStatus(t, slow, http.StatusTooManyRequests)
	wantText(t, slow, "Das Kennwort war mehrmals falsch.", "Sekunde")
}

func TestTheBrowserRemembersThePlace(t *testing.T) {
	o := openDesk(t)
	wantRedirect(t, o.get("/staff"), "/staff/platz")
	places := o.get("/staff/platz")
	wantText(t, places, "Grimma am Markt", "Nerchau", deskOne, "Platz 1")
	shown := o.get(deskOne)
	r := httptest.NewRequest(http.MethodGet, "/staff", nil)
	r.AddCookie(shown.Result().Cookies()[0])
	wantRedirect(t, o.do(r), deskOne)
}

func TestAClerkOfOneBranchSeesNoOther(t *testing.T) {
	o := openOffice(t)
	o.hires("nils", ledger.RoleClerk, nerchau)
	o.signsIn("nils")
	wantNoText(t, o.get("/staff/platz"), "Grimma am Markt")
	wantStatus(t, o.get(deskOne), http.StatusForbidden)
	wantStatus(t, o.post(deskOne+"/befehl", "type", "call_next", "id", "x"), http.StatusForbidden)
	wantStatus(t, o.get("/staff/nirgends/platz-1"), http.StatusNotFound)
	wantStatus(t, o.get("/staff/nerchau/platz-99"), http.StatusNotFound)
}

// The whole day at a desk without script: forms only.
func TestADeskWorksByFormsAlone(t *testing.T) {
	o := openDesk(t)
	early, late := o.booked("09:10"), o.booked("10:00")
	walkIn := o.walkIn()
	page := o.get(deskOne)
	wantText(t, page, "Nächste Nummer", "Als Nächstes:", early.Ticket.Number.String(), "Termin um 9.10\u00a0Uhr",
		"ohne Termin", "0 min", "10.00\u00a0Uhr", "Kein Bildschirm ist verbunden")
	wantNoText(t, page, "Ada Beispiel")

	o.step(page, "call_next", "Nummer "+early.Ticket.Number.String()+" aufgerufen.")
	page = o.get(deskOne)
	wantText(t, page, "Kein Bildschirm hat diesen Aufruf bekommen", "Braucht Unterstützung: Rollstuhl")
	o.step(page, "recall", "erneut aufgerufen.")
	page = o.get(deskOne)
	wantText(t, page, "2-mal gerufen")
	o.step(page, "start", "ist da.")
	o.step(o.get(deskOne), "finish", "ist erledigt.")
	page = o.get(deskOne)
	wantText(t, page, "Keine Nummer aufgerufen.", "Rückgängig: "+early.Ticket.Number.String())
	o.step(page, "undo", "letzter Schritt zurückgenommen.")
	wantText(t, o.get(deskOne), "wird bedient")
	o.step(o.get(deskOne), "park", "ist zurückgestellt.", "note", "holt das Foto")
	wantText(t, o.get(deskOne), "Zurückgestellt")

	o.step(o.get(deskOne), "call", "aufgerufen.", "number", early.Ticket.Number.String())
	wantText(t, o.get(deskOne), "holt das Foto")
	o.step(o.get(deskOne), "transfer", "weitergeleitet.", "target", "r:platz-2")
	wantText(t, o.get(deskOne), "1 Person wartet auf andere Plätze.")

	o.step(o.get(deskOne), "call_next", "Nummer "+walkIn.Number.String()+" aufgerufen.")
	o.step(o.get(deskOne), "no_show", "nicht erschienen.")
	o.step(o.get(deskOne), "pause", "Pause.")
	wantText(t, o.get(deskOne), "Dieser Platz macht Pause.")
	empty := o.post(deskOne+"/befehl", "type", "call_next", "id", "leer")
	wantStatus(t, empty, http.StatusConflict)
	wantText(t, empty, "Es wartet niemand.", late.Ticket.Number.String())
}

func TestTheSameFormTwiceActsOnce(t *testing.T) {
	o := openDesk(t)
	first, second := o.walkIn(), o.walkIn()
	for range 2 {
		wantRedirect(t, o.post(deskOne+"/befehl", "type", "call_next", "id", "doppelt"),
			fmt.Sprintf("%s?getan=call_next&nummer=%s", deskOne, first.Number))
	}
	wantText(t, o.get(deskOne), second.Number.String())
	day, err := o.Workday(t.Context(), o.actor("lena", ledger.RoleClerk), markt, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(day.Open) != 1 || day.Open[0].ID != first.ID || len(day.Waiting) != 1 {
		t.Errorf("got %d open, %d waiting; want the first called once", len(day.Open), len(day.Waiting))
	}
}

func TestARoomOfSomebodyElseIsTakenOverDeliberately(t *testing.T) {
	o := openDesk(t)
	o.hires("tom", ledger.RoleClerk)
	first, second := o.walkIn(), o.walkIn()
	o.step(o.get(deskOne), "call_next", first.Number.String())
	o.signsIn("tom")
	wantText(t, o.get(deskOne), "Diese Nummer hat jemand anderes aufgerufen.")
	refused := o.post(deskOne+"/befehl", "type", "call_next", "id", "a")
	wantStatus(t, refused, http.StatusConflict)
	wantText(t, refused, "arbeitet gerade jemand anderes", "Platz übernehmen", `name="take_over" value="1"`)
	wantRedirect(t, o.post(deskOne+"/befehl", "type", "call_next", "id", "a", "take_over", "1"),
		fmt.Sprintf("%s?getan=call_next&nummer=%s", deskOne, second.Number))
}

func TestPickupNamesTheMeetingPoint(t *testing.T) {
	o := openDesk(t)
	issued, err := o.IssueTicket(t.Context(), o.actor("lena", ledger.RoleClerk), app.WalkInRequest{Wanted: plan.Wanted{Branch: nerchau, Items: []town.Item{{Service: pin, Quantity: 1}}}})
	if err != nil {
		t.Fatal(err)
	}
	room := "/staff/nerchau/platz-1"
	wantRedirect(t, o.post(room+"/befehl", "type", "call_next", "id", "a"), room+"?getan=call_next&nummer="+issued.Ticket.Number.String())
	wantText(t, o.get(room), "Nummer "+issued.Ticket.Number.String()+" am Treffpunkt abholen:")
}

func TestBadStepsAreRefusedInWords(t *testing.T) {
	o := openDesk(t)
	for _, c := range []struct {
		fields []string
		status int
		words  string
	}{
		{[]string{"type", "call", "number", "12"}, http.StatusUnprocessableEntity, "drei Ziffern"},
		{[]string{"type", "call", "number", "417"}, http.StatusNotFound, "gibt es heute hier nicht"},
		{[]string{"type", "finish", "ticket", "gibtsnicht"}, http.StatusNotFound, "gibt es nicht"},
	} {
		answer := o.post(deskOne+"/befehl", append(c.fields, "id", strings.Join(c.fields, "-"))...)
		wantStatus(t, answer, c.status)
		wantText(t, answer, c.words)
	}
}

// What the websocket refuses as no command, the form without script refuses
// alike, and nobody is called.
func TestAnIllShapedFormIsRefusedAsTheSocketRefusesIt(t *testing.T) {
	o := openDesk(t)
	called := o.walkIn()
	o.step(o.get(deskOne), "call_next", "aufgerufen")
	waiting := o.walkIn()
	ticket := string(called.ID)
	long := strings.Repeat("x", 101)
	for name, c := range map[string]struct {
		frame  string
		fields []string
	}{
		"another type's field":  {`{"id":"1","type":"recall","ticket":"` + ticket + `","note":"laut"}`, []string{"type", "recall", "ticket", ticket, "note", "laut"}},
		"a call's number":       {`{"id":"1","type":"finish","ticket":"` + ticket + `","number":"417"}`, []string{"type", "finish", "ticket", ticket, "number", "417"}},
		"a call's open ticket":  {`{"id":"1","type":"finish","ticket":"` + ticket + `","open":""}`, []string{"type", "finish", "ticket", ticket, "open", ""}},
		"a ticket to the next":  {`{"id":"1","type":"call_next","room":"platz-1","ticket":"` + ticket + `"}`, []string{"type", "call_next", "ticket", ticket}},
		"a version to the next": {`{"id":"1","type":"call_next","room":"platz-1","version":4}`, []string{"type", "call_next", "version", "4"}},
		"a take-over of a step": {`{"id":"1","type":"start","ticket":"` + ticket + `","take_over":true}`, []string{"type", "start", "ticket", ticket, "take_over", "1"}},
		"a field of nothing":    {`{"id":"1","type":"start","ticket":"` + ticket + `","loud":"1"}`, []string{"type", "start", "ticket", ticket, "loud", "1"}},
		"a step of nobody":      {`{"id":"1","type":"finish"}`, []string{"type", "finish"}},
		"a service of nothing":  {`{"id":"1","type":"send_on","ticket":"` + ticket + `"}`, []string{"type", "send_on", "ticket", ticket}},
		"a transfer to nowhere": {`{"id":"1","type":"transfer","ticket":"` + ticket + `"}`, []string{"type", "transfer", "ticket", ticket}},
		"a version in words":    {`{"id":"1","type":"finish","ticket":"` + ticket + `","version":"vier"}`, []string{"type", "finish", "ticket", ticket, "version", "vier"}},
		"an overlong ticket":    {`{"id":"1","type":"finish","ticket":"` + long + `"}`, []string{"type", "finish", "ticket", long}},
		"an overlong note":      {`{"id":"1","type":"park","ticket":"` + ticket + `","note":"` + strings.Repeat("x", 501) + `"}`, []string{"type", "park", "ticket", ticket, "note", strings.Repeat("x", 501)}},
		"no such command":       {`{"id":"1","type":"dance","ticket":"` + ticket + `"}`, []string{"type", "dance", "ticket", ticket}},
		"no id":                 {`{"type":"finish","ticket":"` + ticket + `"}`, []string{"type", "finish", "ticket", ticket, "id", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			_, refused := wire.DecodeCommand([]byte(c.frame))
			if refused == nil {
				t.Fatal("the socket takes it")
			}
			answer := o.post(deskOne+"/befehl", append(c.fields, "id", name)...)
			wantStatus(t, answer, problem.Of(refused).Kind.Status())
		})
	}
	day, err := o.Workday(t.Context(), o.actor("lena", ledger.RoleClerk), markt, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(day.Open) != 1 || day.Open[0].State != queue.Called || len(day.Waiting) != 1 || day.Waiting[0].ID != waiting.ID {
		t.Errorf("got open %v, waiting %v; want the first called and the other waiting", day.Open, day.Waiting)
	}
}

// step posts the form of a step as it stands on a page, and wants what the
// page says then.
func (o *house) step(page *httptest.ResponseRecorder, kind, says string, more ...string) {
	o.t.Helper()
	day, err := o.Workday(o.t.Context(), o.actor("lena", ledger.RoleClerk), markt, 0)
	if err != nil {
		o.t.Fatal(err)
	}
	fields := append([]string{"type", kind, "id", o.commandID(page)}, more...)
	for _, t := range day.Open {
		if t.Room == "platz-1" && kind != "call_next" && kind != "call" {
			fields = append(fields, "ticket", string(t.ID))
		}
	}
	if kind == "undo" && len(day.Open) == 0 {
		fields = append(fields, "ticket", string(lastDone(day.Tickets).ID))
	}
	answer := o.post(deskOne+"/befehl", fields...)
	if answer.Code != http.StatusSeeOther {
		o.t.Fatalf("%s: got %d: %s", kind, answer.Code, answer.Body)
	}
	wantText(o.t, o.get(answer.Header().Get("Location")), says)
}

func lastDone(tickets []queue.Ticket) queue.Ticket {
	var last queue.Ticket
	for _, t := range tickets {
		if t.State == queue.Done {
			last = t
		}
	}
	return last
}

var commandIDs = regexp.MustCompile(`name="id" value="([^"]+)"`)

func (o *house) commandID(page *httptest.ResponseRecorder) string {
	o.t.Helper()
	found := commandIDs.FindStringSubmatch(page.Body.String())
	if found == nil {
		o.t.Fatalf("no command on the page:\n%s", page.Body)
	}
	return found[1]
}

func wantRedirect(t *testing.T, got *httptest.ResponseRecorder, want string) {
	t.Helper()
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != want {
		t.Errorf("got %d to %q, want a redirect to %q; body: %.600s", got.Code, got.Header().Get("Location"), want, got.Body)
	}
}

// Sent on to a second service: the citizen's page says what comes next, with the
// same number.
func TestASecondServiceIsOnTheCitizensPage(t *testing.T) {
	o := openDesk(t)
	made := o.booked("09:10")
	number := made.Ticket.Number.String()
	o.step(o.get(deskOne), "call_next", number)
	o.step(o.get(deskOne), "start", "ist da.")
	o.step(o.get(deskOne), "send_on", "wartet auf das zweite Anliegen", "service", "meldebescheinigung")
	wantText(t, o.get(deskOne), "Meldebescheinigung", "weitergeschickt von Platz 1", "Rückgängig: "+number)
	token := o.tokenOf(made.Ticket)
	own := o.get("/t/" + token)
	wantText(t, own, number, "Weiter geht es mit: Meldebescheinigung", "Ihre Nummer bleibt gleich.")
	o.step(o.get(deskOne), "call_next", number)
	o.step(o.get(deskOne), "finish", "ist erledigt.")
	wantNoText(t, o.get("/t/"+token), "Weiter geht es mit")
}
