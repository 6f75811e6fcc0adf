package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/api"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/mail"
	"aufruf/internal/notify"
	"aufruf/internal/store/forced"
	"aufruf/internal/store/postgres"
	"aufruf/internal/store/postgres/pgtest"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/internal/wire"
)

const (
	markt    = "grimma-markt"
	nerchau  = "nerchau"
	pin      = "eid-pin"
	password = "correct horse battery"
	patience = 10 * time.Second // for what another goroutine does
)

// tuesday is a day on which both branches open at nine.
var tuesday = town.NewDate(2026, time.December, 1)

// options of a hall; the zero value is a town hall without limits of rates.
type options struct {
	dir      string // where its data lie; a new folder by default
	rate     int    // changes a minute
	proxies  []string
	pace     live.Pace
	town     string // a file of the catalogue in place of Grimma's
	calendar func(app.Appointment) ([]byte, error)
	scene    *scene                         // where it is written down; nil: nowhere
	forced   bool                           // its store does on purpose what is rare in life
	store    func(*testServer) ledger.Store // opened for it; SQLite by default
}

// testServer is the public interface over a real database with the catalogue of
// Grimma, and a clock that tests set.
type testServer struct {
	*app.App
	t        *testing.T
	options  options
	server   *httptest.Server
	router   *gin.Engine
	live     *live.Live
	forced   *forced.Store // nil unless that is an option
	describe *description
	close    func()
	signIns  int // at the town's own service
	time     *apptest.Clock
}

func openServer(t *testing.T, o options) *testServer {
	t.Helper()
	t.Parallel()
	if o.dir == "" {
		o.dir = t.TempDir()
	}
	h := &testServer{t: t, options: o, describe: describe(t), time: apptest.NewClock(clock("08:00"))}
	h.open()
	t.Cleanup(func() { h.close() })
	return h
}

// restart stops everything and starts it again on the same data.
func (h *testServer) restart() {
	h.t.Helper()
	h.close()
	h.open()
}

func (h *testServer) open() {
	h.t.Helper()
	hints, presence, log := notify.NewLocal(), live.NewPresence(), slog.New(slog.DiscardHandler)
	hall := apptest.Open(h.t, h.hall(hints, presence))
	h.App = hall.App
	h.live = live.New(live.Config{
		App: h.App, Hints: hints, Presence: presence, Log: log, Pace: h.options.pace,
		BaseURL: "https://termine.example.org", Demonstration: h.options.scene != nil,
	})
	h.must(h.live.Stand(h.t.Context()))
	stopping, stop := context.WithCancel(context.Background())
	running, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.live.Run(running) }()
	interfaces := h.serve(log, stopping)
	h.close = sync.OnceFunc(func() {
		stop()
		h.server.Close()
		interfaces.Wait(context.Background())
		end()
		h.must(errors.Join(<-ended, hall.Close()))
	})
}

// hall is what the use cases are opened with.
func (h *testServer) hall(hints *notify.Local, presence *live.Presence) apptest.Options {
	o := apptest.Options{Dir: h.options.dir, Clock: h.time, Hints: hints, Presence: presence}
	if h.options.store != nil {
		o.Store = h.options.store(h)
	}
	if h.options.town != "" {
		raw, err := os.ReadFile(h.options.town)
		h.must(err)
		o.Town = raw
	}
	if h.options.forced {
		o.Between = func(store ledger.Store) ledger.Store {
			h.forced = forced.Wrap(h.t, store)
			return h.forced
		}
	}
	return o
}

func openPostgreSQL(h *testServer) ledger.Store {
	h.t.Helper()
	store, err := postgres.Open(h.t.Context(), postgresql.Migrated(h.t), postgres.Options{})
	h.must(err)
	return store
}

// forcedOnEachEngine runs a test once per engine in a town hall whose store does
// on purpose what is rare in life.
func forcedOnEachEngine(t *testing.T, o options, test func(h *testServer, s *forced.Store)) {
	for name, open := range map[string]func(*testServer) ledger.Store{"SQLite": nil, "PostgreSQL": openPostgreSQL} {
		t.Run(name, func(t *testing.T) {
			o := o
			o.store, o.forced = open, true
			h := openServer(t, o)
			test(h, h.forced)
		})
	}
}

func (h *testServer) serve(log *slog.Logger, stopping context.Context) *api.API {
	texts, err := i18n.Load()
	h.must(err)
	h.server = httptest.NewUnstartedServer(nil)
	base := "http://" + h.server.Listener.Addr().String()
	if h.options.calendar == nil {
		h.options.calendar = func(a app.Appointment) ([]byte, error) {
			data, err := mail.Describe(h.Catalogue(), a.Ticket, mail.Site(base), a.Token)
			data.Stamp = h.Now()
			return mail.Calendar(texts, data), err
		}
	}
	interfaces := api.New(api.Deps{
		App: h.App, Live: h.live, Texts: texts, Log: log, BaseURL: base,
		Limits: visitor.NewLimits(h.options.rate), Stopping: stopping,
		Calendar: h.options.calendar,
	})
	h.router = gin.New()
	h.router.HandleMethodNotAllowed = true
	h.must(h.router.SetTrustedProxies(h.options.proxies))
	interfaces.Register(h.router)
	h.router.NoRoute(interfaces.NotFound)
	h.router.NoMethod(interfaces.NoMethod)
	h.server.Config.Handler = h.router
	h.server.Start()
	return interfaces
}

func (h *testServer) imports(file catalogue.File) {
	h.t.Helper()
	_, mistakes, err := h.Town.Import(h.t.Context(), file)
	h.must(err)
	if len(mistakes) > 0 {
		h.t.Fatal(mistakes)
	}
}

// change merges a few lines of YAML into the catalogue.
func (h *testServer) change(yaml string) {
	h.t.Helper()
	file, mistakes := catalogue.Parse("test.yaml", []byte(yaml))
	if len(mistakes) > 0 {
		h.t.Fatal(mistakes)
	}
	h.imports(file)
}

func (h *testServer) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *testServer) clock() time.Time { return h.time.Now() }

func (h *testServer) set(now time.Time) { h.time.Set(now) }

var cet = time.FixedZone("CET", 3600)

// clock is an instant on the Tuesday by the wall clock of Grimma.
func clock(wall string) time.Time {
	tod, _ := town.ParseTimeOfDay(wall) // a mistyped one is midnight
	return tuesday.At(tod, cet)
}

func stamp(wall string) string { return clock(wall).Format(time.RFC3339) }

// doc is a JSON object as a client sees it.
type doc map[string]any

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	raw    []byte
}

// postgresql is the server of all tests of this package that ask for one.
var postgresql pgtest.OnDemand

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	os.Exit(postgresql.Main(m))
}

// request is one request to the hall. Its zero fields mean: GET, nobody.
type request struct {
	method, path string
	token        string
	body         any // string: as it is; else as JSON
	header       http.Header
}

// ask sends a request and holds the answer to the description.
func (h *testServer) ask(r request) answer {
	h.t.Helper()
	if r.method == "" {
		r.method = http.MethodGet
	}
	body := encoded(h.t, r.body)
	req, err := http.NewRequestWithContext(h.t.Context(), r.method, h.server.URL+"/api/v1"+r.path, bytes.NewReader(body))
	h.must(err)
	for name, values := range r.header {
		req.Header[name] = values
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	response, err := h.server.Client().Do(req)
	h.must(err)
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	h.must(err)
	got := answer{h.t, response.StatusCode, response.Header, raw}
	h.describe.check(h.t, r, body, got)
	h.options.scene.asked(r, body, got)
	return got
}

func encoded(t *testing.T, body any) []byte {
	t.Helper()
	if body == nil {
		return nil
	}
	if text, ok := body.(string); ok {
		return []byte(text)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func (h *testServer) get(path string) answer { h.t.Helper(); return h.ask(request{path: path}) }

func (h *testServer) post(path string, body any) answer {
	h.t.Helper()
	return h.ask(request{method: http.MethodPost, path: path, body: body})
}

// want fails the test unless the status is this one.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("got %d %s, want %d", a.status, a.raw, status)
	}
	return a
}

// refused fails the test unless it is a problem with this status and key.
func (a answer) refused(status int, key string) doc {
	a.t.Helper()
	a.want(status)
	got := a.doc()
	if got["key"] != key || a.header.Get("Content-Type") != wire.ProblemType {
		a.t.Fatalf("got %s %s, want problem %s", a.header.Get("Content-Type"), a.raw, key)
	}
	return got
}

// wrong fails the test unless these fields are refused with these keys.
func (a answer) wrong(field, key string) {
	a.t.Helper()
	fields, _ := a.refused(http.StatusUnprocessableEntity, "request.invalid")["fields"].(map[string]any)
	if fields[field] != key {
		a.t.Fatalf("got fields %v, want %s: %s", fields, field, key)
	}
}

func (a answer) doc() doc {
	a.t.Helper()
	var d doc
	if err := json.Unmarshal(a.raw, &d); err != nil {
		a.t.Fatalf("read %q: %v", a.raw, err)
	}
	return d
}

func (d doc) text(name string) string { s, _ := d[name].(string); return s }

// read decodes an answer into one of the messages.
func read[T any](a answer) T {
	a.t.Helper()
	var v T
	if err := json.Unmarshal(a.raw, &v); err != nil {
		a.t.Fatalf("read %q: %v", a.raw, err)
	}
	return v
}

// appointment is a booking request of the Tuesday.
func appointment(wall string, changes ...func(doc)) doc {
	d := doc{
		"branch": markt, "services": []doc{{"id": pin, "quantity": 1}}, "start": stamp(wall),
		"name": "Ada Beispiel", "email": "ada@example.org", "language": "de",
	}
	for _, change := range changes {
		change(d)
	}
	return d
}

func with(name string, value any) func(doc) { return func(d doc) { d[name] = value } }

func without(name string) func(doc) { return func(d doc) { delete(d, name) } }

func (h *testServer) book(wall string, changes ...func(doc)) wire.AppointmentReply {
	h.t.Helper()
	return read[wire.AppointmentReply](h.post("/appointments", appointment(wall, changes...)).want(http.StatusCreated))
}

// staff returns the session of a new user with a role.
func (h *testServer) staff(name string, role ledger.Role, branches ...town.BranchID) string {
	h.t.Helper()
	h.must(h.Access.AddUser(h.t.Context(), ledger.User{ID: town.UserID(name), Shown: "Platz von " + name, Role: role, Branches: branches}, password))
	return h.signIn(name)
}

func (h *testServer) signIn(name string) string {
	h.t.Helper()
	return h.post("/session", doc{"user": name, "password": password}).want(http.StatusOK).doc().text("token")
}

func (h *testServer) device(name string, kind ledger.DeviceKind, branch town.BranchID, offices ...town.OfficeID) string {
	h.t.Helper()
	token, err := h.Access.AddDevice(h.t.Context(), ledger.Device{Name: name, Kind: kind, Branch: branch, Offices: offices})
	h.must(err)
	return token
}

func (h *testServer) walkIn(token string) wire.TicketReply {
	h.t.Helper()
	body := doc{"branch": markt, "services": []doc{{"id": pin}}}
	return read[wire.TicketReply](h.ask(request{method: http.MethodPost, path: "/tickets", token: token, body: body}).want(http.StatusCreated))
}

// free is how many can still book a start on the Tuesday.
func (h *testServer) free(wall string) int {
	h.t.Helper()
	slots := read[wire.Slots](h.get("/slots?" + url.Values{"branch": {markt}, "service": {pin}, "date": {tuesday.String()}}.Encode()).want(http.StatusOK))
	for _, s := range slots.Slots {
		if s.Start.Equal(clock(wall)) {
			return s.Free
		}
	}
	return 0
}
