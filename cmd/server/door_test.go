package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/api"
	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/deskwork"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
)

// The two branches: everybody with a branch works at the first, and the second
// is foreign to them.
const (
	ownBranch     = town.BranchID("grimma-markt")
	foreignBranch = town.BranchID("nerchau")
	doorService   = town.ServiceID("eid-pin")
	doorPassword  = "ganz lang und geheim"
)

// askers are who stands at the door, in the order of the columns of the table
// of rights. Those with a role work at ownBranch alone, but for "everywhere", a
// manager without branches; the devices hang in ownBranch; "citizen" shows the
// token of an appointment wherever a key is asked for.
var askers = []string{"nobody", "clerk", "reception", "manager", "admin", "everywhere", "display", "kiosk", "citizen"}

// doors is a town hall with every route that the program registers, over a real
// database, and a key for each asker.
type doors struct {
	*runningServer
	t      *testing.T
	engine *gin.Engine
	keys   map[string]string // of devices and of the citizen
	desk   access.Actor      // furnishes what requests are about
	count  int
	read   int // bytes of the last request's body that were read
}

// openDoors opens the town hall on a Tuesday on which both branches are open.
func openDoors(t *testing.T) *doors {
	t.Helper()
	s := newSite(t)
	args := append(s.flags(), "--clock", "2026-12-01T09:30:00+01:00", "--oidc-issuer", "https://id.invalid", "--oidc-client-id", "aufruf")
	for _, name := range []string{"clerk", "reception", "manager", "admin"} {
		args = append(args, "--oidc-grant", name+"="+name+"@"+string(ownBranch))
	}
	o, err := readOptions(append(args, "--oidc-grant", "everywhere=manager"), nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &doors{t: t, keys: map[string]string{}, desk: access.Actor{Kind: access.Staff, User: ledger.User{ID: "probe", Role: ledger.RoleAdmin}}}
	d.runningServer, d.engine = openRoutes(t, o, "https://termine.example.org")
	d.furnish()
	d.people()
	return d
}

// openRoutes opens a town hall and everything that it answers. Of its background
// work it follows events alone, without which it wouldn't be ready.
func openRoutes(t *testing.T, o options, base string) (*runningServer, *gin.Engine) {
	t.Helper()
	h, err := openServer(t.Context(), o, base, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	followed := make(chan error, 1)
	go func() { followed <- h.live.Run(h.stop) }()
	t.Cleanup(func() {
		h.stopped()
		if err := errors.Join(<-followed, h.close()); err != nil {
			t.Error(err)
		}
	})
	engine, err := h.routes(h.newAPI())
	if err != nil {
		t.Fatal(err)
	}
	return h, engine
}

// furnish lets a kiosk give out as many numbers as there are requests, and the
// town's own site frame the citizens' pages.
func (d *doors) furnish() {
	d.t.Helper()
	d.imports(`
authority:
  frame_ancestors: [https://www.grimma.example]
branches:
  - id: grimma-markt
    offices:
      - id: buergerbuero
        walk_in:
          contingent: 800
          hours:
            - {days: [tuesday], hours: [09:00-18:00]}
`)
}

// imports changes the catalogue.
func (d *doors) imports(lines string) {
	d.t.Helper()
	file, mistakes := catalogue.Parse("doors.yaml", []byte("format: aufruf/1"+lines))
	if len(mistakes) > 0 {
		d.t.Fatal(mistakes)
	}
	_, mistakes, err := d.Town.Import(d.t.Context(), file)
	d.must(err)
	if len(mistakes) > 0 {
		d.t.Fatal(mistakes)
	}
}

func (d *doors) people() {
	for _, branch := range []town.BranchID{ownBranch, foreignBranch} {
		d.must(d.Access.AddUser(d.t.Context(), ledger.User{ID: colleague(branch), Role: ledger.RoleClerk, Branches: []town.BranchID{branch}}, doorPassword))
	}
	for _, kind := range []ledger.DeviceKind{ledger.DeviceDisplay, ledger.DeviceKiosk} {
		token, err := d.Access.AddDevice(d.t.Context(), ledger.Device{Name: string(kind), Kind: kind, Branch: ownBranch})
		d.must(err)
		d.keys[string(kind)] = token
	}
	d.keys["citizen"] = d.appointment(ownBranch).Token
}

// colleague is a clerk of a branch whose account others may or may not change.
func colleague(branch town.BranchID) town.UserID { return town.UserID("colleague-" + branch) }

func (d *doors) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// key returns what an asker shows: of staff a session of its own for each
// request, which may end it. They sign in elsewhere: to hash a password each time
// would take minutes.
func (d *doors) key(asker string) string {
	d.t.Helper()
	if key, ok := d.keys[asker]; ok || asker == "nobody" {
		return key
	}
	token, _, err := d.Access.SignInProven(d.t.Context(), d.grants, access.Proven{
		Subject: "https://id.invalid " + asker, Name: asker, Groups: []string{asker}, Once: d.fresh(),
	})
	d.must(err)
	return token
}

// fresh is a name that nothing has yet.
func (d *doors) fresh() string {
	d.count++
	return fmt.Sprintf("nr%d", d.count)
}

// appointment is a new one next week, made at the counter, with a mail address: as
// its citizen has it, who got the token by mail.
func (d *doors) appointment(branch town.BranchID) app.Appointment {
	d.t.Helper()
	made, err := d.Book(d.t.Context(), d.desk, app.BookRequest{
		Wanted:   plan.Wanted{Branch: branch, Items: []town.Item{{Service: doorService, Quantity: 1}}},
		Start:    time.Date(2026, time.December, 8, 9, 0, 0, 0, time.UTC),
		Overbook: true, Language: town.German, Person: app.Person{Name: "Ada Beispiel", Email: d.fresh() + "@example.org"},
	})
	d.must(err)
	known, err := d.Persons.Data(d.t.Context(), branch, made.Ticket.Date, made.Ticket.Number)
	d.must(err)
	return app.Appointment{Ticket: made.Ticket, Token: known.Person.Token, Person: known.Person}
}

// todays is an appointment of today.
func (d *doors) todays(branch town.BranchID) queue.Ticket {
	d.t.Helper()
	made, err := d.Book(d.t.Context(), d.desk, app.BookRequest{
		Wanted:   plan.Wanted{Branch: branch, Items: []town.Item{{Service: doorService, Quantity: 1}}},
		Start:    d.Now().Truncate(time.Hour).Add(time.Hour),
		Overbook: true, Language: town.German, Person: app.Person{Name: "Ada Beispiel"},
	})
	d.must(err)
	return made.Ticket
}

// weak is the weak token of a new appointment of next week, as staff get it.
func (d *doors) weak(branch town.BranchID) string {
	d.t.Helper()
	t := d.appointment(branch).Ticket
	found, err := d.FindByNumber(d.t.Context(), d.desk, branch, t.Date, t.Number)
	d.must(err)
	return found.Token
}

// walkIn is a new number of today.
func (d *doors) walkIn(branch town.BranchID) app.Issued {
	d.t.Helper()
	issued, err := d.IssueTicket(d.t.Context(), d.desk, app.WalkInRequest{
		Wanted: plan.Wanted{Branch: branch, Items: []town.Item{{Service: doorService, Quantity: 1}}}, Language: town.German,
	})
	d.must(err)
	return issued
}

// numberAt is a walk-in's that nobody has at the other branch.
func (d *doors) numberAt(branch town.BranchID) town.Number {
	d.t.Helper()
	other := foreignBranch
	if branch == foreignBranch {
		other = ownBranch
	}
	for {
		ticket := d.walkIn(branch).Ticket
		err := d.store.View(d.t.Context(), func(tx ledger.Tx) error {
			_, err := tx.Tickets().ByNumber(d.t.Context(), other, ticket.Date, ticket.Number)
			return err
		})
		if errors.Is(err, ledger.ErrNotFound) {
			return ticket.Number
		}
		d.must(err)
	}
}

// start is a free one after next week.
func (d *doors) start(branch town.BranchID) time.Time {
	d.t.Helper()
	w := plan.Wanted{Branch: branch, Items: []town.Item{{Service: doorService, Quantity: 1}}}
	for _, date := range []town.Date{town.NewDate(2026, time.December, 15), town.NewDate(2027, time.January, 5), town.NewDate(2027, time.January, 12)} {
		slots, err := d.Memory.Slots(d.t.Context(), w, date)
		d.must(err)
		if len(slots) > 0 {
			return slots[0].Start
		}
	}
	d.t.Fatal("no time is free any more")
	return time.Time{}
}

func (d *doors) hold(branch town.BranchID) string {
	d.t.Helper()
	held, err := d.Hold(d.t.Context(), access.Actor{}, plan.Wanted{Branch: branch, Items: []town.Item{{Service: doorService, Quantity: 1}}}, d.start(branch))
	d.must(err)
	return held.ID
}

// mail is one about a new appointment.
func (d *doors) mail(branch town.BranchID) string {
	d.t.Helper()
	t := d.appointment(branch).Ticket
	data, err := d.Persons.Data(d.t.Context(), branch, t.Date, t.Number)
	d.must(err)
	if len(data.Mails) == 0 {
		d.t.Fatal("no mail is queued")
	}
	return data.Mails[0].ID
}

// device is a new screen, to be tested or revoked.
func (d *doors) device(branch town.BranchID) string {
	d.t.Helper()
	name := d.fresh()
	_, err := d.Access.AddDevice(d.t.Context(), ledger.Device{Name: name, Kind: ledger.DeviceDisplay, Branch: branch})
	d.must(err)
	all, err := d.Access.Devices(d.t.Context())
	d.must(err)
	for _, one := range all {
		if one.Name == name {
			return string(one.ID)
		}
	}
	d.t.Fatal("the screen isn't there")
	return ""
}

// called is a number of today that the asker has called to the first room of a
// branch, or a colleague where the asker may not.
func (d *doors) called(branch town.BranchID, asker string) queue.Ticket {
	d.t.Helper()
	number := d.walkIn(branch).Ticket.Number
	actor := access.Actor{Kind: access.Staff, User: ledger.User{ID: town.UserID(asker), Role: ledger.RoleClerk}}
	done, err := d.Do(d.t.Context(), actor, branch, deskwork.Command{
		ID: d.fresh(), Type: deskwork.Call, Room: "platz-1", Number: number, TakeOver: true,
	})
	d.must(err)
	return *done.Ticket
}

// request is what an asker sends: a form, or JSON below /api.
type request struct {
	path  string // empty: the route's, with something of the branch for each parameter
	query url.Values
	form  url.Values
	body  any
}

// ask sends a request to a route with an asker's key, as the asker would: a
// program in its header, a browser in its cookies.
func (d *doors) ask(route, asker string, r request) *httptest.ResponseRecorder {
	d.t.Helper()
	method, _, _ := strings.Cut(route, " ")
	path := r.path
	if len(r.query) > 0 {
		path += "?" + r.query.Encode()
	}
	var body io.Reader
	switch {
	case r.body != nil:
		raw, err := json.Marshal(r.body)
		d.must(err)
		body = bytes.NewReader(raw)
	case r.form != nil:
		body = strings.NewReader(r.form.Encode())
	}
	d.read = 0
	if body != nil {
		body = io.TeeReader(body, counting{&d.read})
	}
	sent := httptest.NewRequestWithContext(context.WithoutCancel(d.t.Context()), method, path, body)
	sent.Header.Set("Accept-Language", "de")
	if r.form != nil {
		sent.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	d.count++
	sent.RemoteAddr = fmt.Sprintf("[2001:db8:%x::1]:443", d.count) // limits per address judge none of these
	d.show(sent, asker)
	w := httptest.NewRecorder()
	d.engine.ServeHTTP(w, sent)
	return w
}

// counting counts what is written.
type counting struct{ n *int }

func (c counting) Write(p []byte) (int, error) {
	*c.n += len(p)
	return len(p), nil
}

// show puts an asker's key where one is looked for, on pages into both cookies:
// a session is no device, and a device no session.
func (d *doors) show(r *http.Request, asker string) {
	d.t.Helper()
	key := d.key(asker)
	if key == "" {
		return
	}
	if api.Below(r.URL.Path) {
		r.Header.Set("Authorization", "Bearer "+key)
		return
	}
	for _, name := range []string{visitor.StaffCookie, visitor.DeviceCookie} {
		r.AddCookie(&http.Cookie{Name: visitor.CookieName(name, true), Value: key})
	}
}

// outcome words an answer as the table of rights does: where it leads to a
// sign-in or to the pairing of a device, else its status.
func outcome(w *httptest.ResponseRecorder) string {
	switch to := w.Header().Get("Location"); {
	case w.Code == http.StatusSeeOther && strings.HasPrefix(to, "/staff/anmelden?weiter="),
		w.Code == http.StatusUnauthorized && strings.Contains(w.Body.String(), `name="behalten"`): // a form waits there
		return "signin"
	case w.Code == http.StatusSeeOther && (to == "/kiosk" || to == "/display"),
		w.Code == http.StatusOK && strings.Contains(w.Body.String(), `/kopplung"`):
		return "pair"
	}
	return fmt.Sprint(w.Code)
}

// get asks for a page as somebody.
func (d *doors) get(asker, address string) *httptest.ResponseRecorder {
	d.t.Helper()
	return d.ask(http.MethodGet, asker, request{path: address})
}

// post sends a form as somebody.
func (d *doors) post(asker, address string, pairs ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	return d.ask(http.MethodPost, asker, request{path: address, form: values(pairs...)})
}

// scriptData is what a desk's script names things by: also what was given up since
// somebody booked it.
var scriptData = regexp.MustCompile(` data-script="[^"]*"`)

// shows fails the test unless a page has all of some texts and none of others.
func (d *doors) shows(w *httptest.ResponseRecorder, has, hasNot []string) {
	d.t.Helper()
	if w.Code != http.StatusOK {
		d.t.Errorf("got %d, want a page: %.300s", w.Code, w.Body)
	}
	for _, text := range has {
		if !strings.Contains(w.Body.String(), text) {
			d.t.Errorf("misses %q:\n%s", text, w.Body)
		}
	}
	shown := scriptData.ReplaceAllString(w.Body.String(), "")
	for _, text := range hasNot {
		if strings.Contains(shown, text) {
			d.t.Errorf("has %q:\n%s", text, w.Body)
		}
	}
}
