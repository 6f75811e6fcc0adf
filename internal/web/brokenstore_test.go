package web_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"aufruf/internal/app/apptest"
	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/notify"
	"aufruf/internal/store/forced"
	"aufruf/internal/town"
	"aufruf/internal/wire"
)

var errDisk = errors.New("disk full")

// openBroken opens a house whose store fails when it is told to. Nobody else asks
// it meanwhile: the hall isn't followed.
func openBroken(t *testing.T) (*house, *forced.Store, *bytes.Buffer) {
	t.Helper()
	var broken *forced.Store
	said := new(bytes.Buffer)
	log, hints, presence := slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{Level: slog.LevelWarn})), notify.NewLocal(), live.NewPresence()
	o := &house{t: t, TownHall: apptest.Open(t, apptest.Options{
		Clock: apptest.NewClock(firstTuesday.At(9*60+5, berlin)), Judged: true, Hints: hints, Presence: presence, Log: log,
		Between: func(store ledger.Store) ledger.Store {
			broken = forced.Wrap(t, store)
			return broken
		},
	})}
	follower := live.New(live.Config{App: o.App, Hints: hints, Presence: presence, Log: log})
	if err := follower.Stand(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.serves(follower, presence, log)
	o.hires("boss", ledger.RoleAdmin)
	o.signsIn("boss")
	return o, broken, said
}

// asked is one request of the tests below: a form is sent, and a page without one
// is looked at.
type asked struct {
	address string
	form    []string
}

func (a asked) String() string {
	if a.form == nil {
		return "GET " + a.address
	}
	return "POST " + a.address
}

func (o *house) asks(a asked) *httptest.ResponseRecorder {
	o.t.Helper()
	if a.form == nil {
		return o.get(a.address)
	}
	return o.post(a.address, a.form...)
}

// everywhere are requests of each kind, each of which succeeds, in an order in
// which none stands in another's way.
func everywhere(o *house) []asked {
	o.t.Helper()
	const office = "/staff/verwaltung/"
	made, moved, gone, late := o.booked("10:00").Ticket, o.booked("11:00").Ticket, o.booked("11:10").Ticket, o.bookedOn(firstTuesday.AddDays(2), "10:00").Ticket
	o.walkIn() // who is called next
	walkIn := o.walkIn()
	unreached := o.unreached("10:30").Ticket
	data, err := o.Persons.Data(o.t.Context(), markt, unreached.Date, unreached.Number)
	if err != nil || len(data.Mails) == 0 {
		o.t.Fatal(err, data.Mails)
	}
	o.hires("eva", ledger.RoleClerk)
	if _, err := o.Access.AddDevice(o.t.Context(), ledger.Device{Name: "Flur", Kind: ledger.DeviceDisplay, Branch: markt}); err != nil {
		o.t.Fatal(err)
	}
	devices, err := o.Access.Devices(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	wantStatus(o.testing(), o.decides(office+"schliessen", "wo", "grimma-markt", "von", "2026-12-03"), http.StatusSeeOther)
	page, _ := o.drafted("art", "zeiten", "wo", "grimma-markt/buergerbuero", "von", "2026-12-04",
		"zeiten", "13:00-14:00", "schalter", "2", "gesamt", "2", "online", "1", "ohne", "13:00–14:00")
	slip := o.post(front+"/ticket", "service", "eid-pin").Header().Get("Location")
	own := "/t/" + o.tokenOf(made)
	number := func(t town.Number) string { return t.String() }

	var all []asked
	for _, below := range []string{
		"", "schliessen", "geraete", "konten", "konten/aendern?user=eva", "katalog", "kalender", "kalender/tag?tag=2026-12-02", "kalender/woche",
		"oeffnungszeiten", "besetzung", "verlauf", "verlauf/zurueck?nr=1", "entwuerfe", "entwurf/neu?von=2026-12-04", "protokoll?branch=grimma-markt",
		"protokoll/nummer?branch=grimma-markt&tag=2026-12-01&nummer=" + number(made.Number), "auffaelliges", "sicherheit", "zahlen",
	} {
		all = append(all, asked{address: strings.TrimSuffix(office+below, "/")})
	}
	for _, address := range []string{
		page, front, front + "?q=pin&service=meldebescheinigung", front + "/termin?service=eid-pin", front + "/nummer?number=" + number(made.Number),
		front + "/verschieben?number=" + number(made.Number), front + "/aushang", slip, deskOne, deskOne + "/offen", "/staff/platz", "/staff/konto",
		"/staff/grimma-markt/liste", "/staff/grimma-markt/liste/nachtrag", unfitting, calls, own, own + "/absagen", own + "/verschieben",
		own + "/verschieben/zeit?date=2026-12-08", "/termin/tag?service=eid-pin&branch=grimma-markt", "/termin/zeit?service=eid-pin&branch=grimma-markt&date=2026-12-08",
		"/da/grimma-markt", wire.HallPath + "grimma-markt",
	} {
		all = append(all, asked{address: address})
	}
	ticket := []string{"ticket", string(made.ID), "number", number(made.Number), "date", made.Date.String()}
	return append(all,
		asked{front + "/ticket", []string{"service", "eid-pin"}},
		asked{front + "/anmelden", []string{"number", number(made.Number)}},
		asked{front + "/suche", []string{"q", "Beispiel"}},
		asked{front + "/person", ticket},
		asked{front + "/termin", []string{"service", "eid-pin", "start", "2026-12-08T09:20:00+01:00", "name", "Ada"}},
		asked{front + "/verschieben", []string{"ticket", string(moved.ID), "number", number(moved.Number), "date", "2026-12-01", "nach", "grimma-markt", "start", "2026-12-08T10:20:00+01:00"}},
		asked{front + "/absagen", []string{"ticket", string(gone.ID)}},
		asked{calls, []string{"mail", data.Mails[0].ID, "number", number(unreached.Number)}},
		asked{deskOne + "/befehl", []string{"id", "broken-1", "type", "call_next"}},
		asked{deskOne + "/befehl", []string{"id", "broken-2", "type", "pause"}},
		asked{"/staff/grimma-markt/liste/nachtrag", []string{"tag", "2026-12-01", "service", "eid-pin", "count", "1"}},
		asked{unfitting + "/behalten", []string{"termin", string(late.ID)}},
		asked{office + "geraete/sperren", []string{"device", string(devices[0].ID)}},
		asked{office + "konten", []string{"name", "nina", "role", "clerk", "alle", "1", "allefachbereiche", "1", "kennwort", password}},
		asked{office + "konten/aendern", []string{"user", "eva", "role", "reception", "branch", "nerchau", "allefachbereiche", "1"}},
		asked{office + "konten/kennwort", []string{"user", "eva", "kennwort", password}},
		asked{office + "konten/sperren", []string{"user", "eva"}},
		asked{office + "konten/zulassen", []string{"user", "eva"}},
		asked{own + "/absagen", []string{}},
		asked{"/staff/grimma-markt/platz-2/befehl", []string{"id", "broken-3", "type", "call", "number", number(walkIn.Number)}},
		asked{"/termin/vormerken", []string{"branch", "grimma-markt", "service", "eid-pin", "start", "2026-12-08T09:30:00+01:00"}},
		asked{"/termin/buchen", []string{"branch", "grimma-markt", "service", "eid-pin", "start", "2026-12-08T09:40:00+01:00", "name", "Ada", "email", "ada@example.net"}},
	)
}

// atTheKiosk are such requests of a kiosk.
func atTheKiosk(o *house) []asked {
	o.t.Helper()
	waits := o.booked("11:20").Ticket
	o.becomes(ledger.DeviceKiosk)
	slip := o.post("/kiosk/ticket", "service", "eid-pin").Header().Get("Location")
	return []asked{
		{address: "/kiosk"}, {address: "/kiosk/anliegen"}, {address: "/kiosk/anmelden"}, {address: slip},
		{"/kiosk/ticket", []string{"service", "eid-pin"}},
		{"/kiosk/anmelden", []string{"number", waits.Number.String()}},
	}
}

func (o *house) testing() *testing.T { return o.t }

// TestNothingIsSaidToBeDoneThatTheStoreRefused lets each operation on the store
// behind each page fail once: the page says that something is wrong, or the log does
// where the page can do without; and once the disk has room again the same request
// does what it should. An error that is passed over looks like an empty list, or like
// something that was done.
func TestNothingIsSaidToBeDoneThatTheStoreRefused(t *testing.T) {
	o, broken, said := openBroken(t)
	for _, list := range []func(*house) []asked{everywhere, atTheKiosk} {
		for _, a := range list(o) {
			for n := 1; o.refuses(a, n, broken, said); n++ {
			}
		}
	}
}

// refuses lets the n-th operation behind a request fail; false: there are fewer.
func (o *house) refuses(a asked, n int, broken *forced.Store, said *bytes.Buffer) bool {
	o.t.Helper()
	said.Reset()
	broken.FailNth(n, errDisk)
	answer := o.asks(a)
	failed := broken.Heal()
	switch {
	case len(failed) == 0 && answer.Code >= 400:
		o.t.Errorf("%s: got %d where nothing fails: %.2000s", a, answer.Code, answer.Body)
	case len(failed) > 0 && answer.Code < 500 && !strings.Contains(said.String(), errDisk.Error()):
		o.t.Errorf("%s: got %d, want it said that %s (%d) failed", a, answer.Code, failed[0], n)
	}
	return len(failed) > 0 && n < 1000
}
