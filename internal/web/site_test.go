package web_test

import (
	_ "embed"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/deskwork"
	"aufruf/internal/i18n"
	"aufruf/internal/ledger"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/internal/web/booking"
	"aufruf/internal/web/page"
)

//go:embed testdata/smalltown.yaml
var smallTown []byte

var berlin = mustZone("Europe/Berlin")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// tuesday is a day with free times in most tests; it is the sixth from today.
var tuesday = town.NewDate(2026, time.December, 8)

// start is the first of its times.
var start = tuesday.At(9*60+20, berlin)

// site is the citizens' pages of a small town behind a real router.
type site struct {
	*apptest.TownHall
	t      testing.TB
	router *gin.Engine
	origin string // address of whoever asks
}

func newSite(t testing.TB) *site {
	return newSiteWith(t, page.Deps{BaseURL: "https://termin.example"}, apptest.Options{Town: smallTown})
}

// newSiteWith opens a town at five past nine of the first of December.
func newSiteWith(t testing.TB, d page.Deps, o apptest.Options) *site {
	t.Helper()
	o.Clock, o.Judged = apptest.NewClock(firstTuesday.At(9*60+5, berlin)), true
	gin.SetMode(gin.TestMode)
	s := &site{t: t, TownHall: apptest.Open(t, o), router: gin.New(), origin: "192.0.2.1"}
	texts, err := i18n.Load()
	s.must(err)
	d.Town, d.Texts, d.Log = s.App, texts, slog.New(slog.NewTextHandler(t.Output(), nil))
	d.Limits = visitor.NewLimits(1000)
	frame, err := page.New(d)
	s.must(err)
	pages, err := booking.New(frame, s.App)
	s.must(err)
	pages.Register(s.router)
	s.router.NoRoute(pages.NotFound)
	return s
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) do(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	r.RemoteAddr = s.origin + ":1234"
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

func (s *site) get(address string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(withHeaders(httptest.NewRequest(http.MethodGet, address, nil), headers))
}

func (s *site) post(address string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(withHeaders(r, headers))
}

func withHeaders(r *http.Request, headers []string) *http.Request {
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// holds keeps a time and returns the address of the form behind it.
func (s *site) holds(start string) string {
	s.t.Helper()
	kept := s.post("/termin/vormerken", choose(start))
	if kept.Code != http.StatusSeeOther {
		s.t.Fatalf("%s isn't kept: got %d", start, kept.Code)
	}
	return kept.Header().Get("Location")
}

// somebody else books a time, from elsewhere.
func (s *site) somebodyBooks(start time.Time) {
	s.t.Helper()
	_, err := s.Book(s.t.Context(), access.Actor{Origin: "198.51.100.7"}, wanting("markt", start, "somebody@example.org"))
	s.must(err)
}

// booked makes an appointment and returns its token.
func (s *site) booked(branch town.BranchID, start time.Time) string {
	s.t.Helper()
	made, err := s.Book(s.t.Context(), access.Actor{Origin: s.origin}, wanting(branch, start, "erika@example.org"))
	s.must(err)
	return made.Token
}

func wanting(branch town.BranchID, start time.Time, email string) app.BookRequest {
	return app.BookRequest{
		Wanted: plan.Wanted{Branch: branch, Items: []town.Item{{Service: "ausweis", Quantity: 1}}}, Start: start,
		Person: app.Person{Name: "Erika Muster", Email: email}, Language: town.German,
	}
}

// clerk is who works at the small town's desks.
var clerk = access.Actor{Kind: access.Staff, User: ledger.User{ID: "lena", Role: ledger.RoleManager}}

// steps takes an appointment through commands of a desk.
func (s *site) steps(token string, steps ...deskwork.Type) {
	s.t.Helper()
	made, err := s.Appointment(s.t.Context(), token)
	s.must(err)
	for _, step := range steps {
		cmd := deskwork.Command{ID: string(step) + token, Type: step, Ticket: made.Ticket.ID}
		if step == deskwork.Call {
			cmd.Ticket, cmd.Room, cmd.Number, cmd.TakeOver = "", "platz-1", made.Ticket.Number, true
		}
		_, err := s.Do(s.t.Context(), clerk, made.Ticket.Branch, cmd)
		s.must(err)
	}
}

// arrives checks an appointment in.
func (s *site) arrives(token string) {
	s.t.Helper()
	_, err := s.CheckIn(s.t.Context(), clerk, app.CheckInRequest{Token: token})
	s.must(err)
}

// ticket is an appointment as it stands.
func (s *site) ticket(token string) queue.Ticket {
	s.t.Helper()
	made, err := s.Appointment(s.t.Context(), token)
	s.must(err)
	return made.Ticket
}

func (s *site) serve() string {
	server := httptest.NewServer(s.router)
	s.t.Cleanup(server.Close)
	return server.URL
}

func wantStatus(t *testing.T, got *httptest.ResponseRecorder, want int) {
	t.Helper()
	if got.Code != want {
		t.Errorf("status: got %d, want %d; body: %.600s", got.Code, want, got.Body)
	}
}

func wantText(t *testing.T, got *httptest.ResponseRecorder, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(got.Body.String(), want) {
			t.Errorf("page misses %q:\n%s", want, got.Body)
		}
	}
}

func wantNoText(t *testing.T, got *httptest.ResponseRecorder, unwanted ...string) {
	t.Helper()
	for _, text := range unwanted {
		if strings.Contains(got.Body.String(), text) {
			t.Errorf("page has %q:\n%s", text, got.Body)
		}
	}
}
