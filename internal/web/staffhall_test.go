package web_test

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/api"
	"aufruf/internal/app"
	"aufruf/internal/app/apptest"
	"aufruf/internal/i18n"
	"aufruf/internal/ledger"
	"aufruf/internal/live"
	"aufruf/internal/notify"
	"aufruf/internal/plan"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/internal/web"
)

// The cookies that let somebody in, as these pages set them.
var staffCookie, deviceCookie = visitor.CookieName(visitor.StaffCookie, true), visitor.CookieName(visitor.DeviceCookie, true)

// house is the town hall of Grimma with everything that serves its staff: the
// use cases on a real database, the interface with its websockets, the pages.
type house struct {
	*apptest.TownHall
	t      *testing.T
	live   *live.Live
	router *gin.Engine
	cookie *http.Cookie // of whoever signed in last
	done   *http.Cookie // the mark of the last change
	mu     sync.Mutex   // holds done: a crowd asks at once
}

// firstTuesday is a day on which both branches open at nine.
var firstTuesday = town.NewDate(2026, time.December, 1)

const (
	markt    = town.BranchID("grimma-markt")
	nerchau  = town.BranchID("nerchau")
	pin      = town.ServiceID("eid-pin")
	password = "drei kleine Wörter"
	deskOne  = "/staff/grimma-markt/platz-1"
)

func openOffice(t *testing.T) *house {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	hints, presence := notify.NewLocal(), live.NewPresence()
	o := &house{t: t, TownHall: apptest.Open(t, apptest.Options{
		Clock: apptest.NewClock(firstTuesday.At(9*60+5, berlin)), Judged: true, Hints: hints, Presence: presence, Log: log,
	})}
	follower := live.New(live.Config{App: o.App, Hints: hints, Presence: presence, Log: log})
	if err := follower.Stand(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.runs(follower.Run)
	o.serves(follower, presence, log)
	return o
}

func closeQuietly(t *testing.T, end func() error) {
	if err := end(); err != nil {
		t.Error(err)
	}
}

// runs keeps something going until the test is over.
func (o *house) runs(run func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	o.t.Cleanup(func() {
		cancel()
		closeQuietly(o.t, func() error { return <-ended })
	})
}

func (o *house) serves(follower *live.Live, presence *live.Presence, log *slog.Logger) {
	gin.SetMode(gin.TestMode)
	o.live = follower
	texts, err := i18n.Load()
	if err != nil {
		o.t.Fatal(err)
	}
	stopping, stop := context.WithCancel(context.Background())
	interfaces := api.New(api.Deps{App: o.App, Live: follower, Texts: texts, Log: log, BaseURL: "https://termin.example", Limits: visitor.NewLimits(0), Stopping: stopping})
	o.t.Cleanup(func() {
		stop()
		interfaces.Wait(context.Background())
	})
	o.router = gin.New()
	o.router.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "ok") })
	interfaces.Register(o.router)
	o.mounts(o.router, web.Deps{Log: log, Demonstration: true, Screens: presence, Version: "test"})
}

// mounts puts the pages of this house behind a router; what d leaves out is
// usual.
func (o *house) mounts(router *gin.Engine, d web.Deps) {
	o.t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		o.t.Fatal(err)
	}
	d.App, d.Texts, d.Limits, d.BaseURL = o.App, texts, visitor.NewLimits(0), cmp.Or(d.BaseURL, "https://termin.example")
	if d.Screens == nil {
		d.Screens = live.NewPresence()
	}
	pages, err := web.New(d)
	if err != nil {
		o.t.Fatal(err)
	}
	pages.Register(router)
	router.NoRoute(pages.NotFound)
}

// set lets time pass up to a time of the first Tuesday.
func (o *house) set(clock string) {
	tod, err := town.ParseTimeOfDay(clock)
	if err != nil {
		o.t.Fatal(err)
	}
	o.Clock.Set(firstTuesday.At(tod, berlin))
}

// hires creates an account.
func (o *house) hires(name town.UserID, role ledger.Role, branches ...town.BranchID) {
	o.t.Helper()
	if err := o.Access.AddUser(o.t.Context(), ledger.User{ID: name, Role: role, Branches: branches}, password); err != nil {
		o.t.Fatal(err)
	}
}

// signsIn has the requests that follow come from a member of staff.
func (o *house) signsIn(name town.UserID) {
	o.t.Helper()
	token, _, err := o.Access.SignIn(o.t.Context(), access.Actor{}, name, password, access.From{})
	if err != nil {
		o.t.Fatal(err)
	}
	o.cookie = &http.Cookie{Name: staffCookie, Value: token}
}

// opens an office with one clerk, lena, who is signed in.
func openDesk(t *testing.T) *house {
	t.Helper()
	o := openOffice(t)
	o.hires("lena", ledger.RoleClerk)
	o.signsIn("lena")
	return o
}

func (o *house) do(r *http.Request) *httptest.ResponseRecorder {
	o.t.Helper()
	r.Header.Set("Accept-Language", "de")
	if o.cookie != nil {
		r.AddCookie(o.cookie)
	}
	o.mu.Lock()
	if o.done != nil {
		r.AddCookie(o.done)
	}
	o.mu.Unlock()
	w := httptest.NewRecorder()
	o.router.ServeHTTP(w, r)
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range w.Result().Cookies() {
		if strings.HasSuffix(c.Name, "aufruf_getan") {
			o.done = c
		}
	}
	return w
}

func (o *house) get(address string) *httptest.ResponseRecorder {
	o.t.Helper()
	return o.do(httptest.NewRequest(http.MethodGet, address, nil))
}

func (o *house) post(address string, fields ...string) *httptest.ResponseRecorder {
	o.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return o.do(r)
}

// walkIn gives a person without an appointment a number.
func (o *house) walkIn() queue.Ticket {
	o.t.Helper()
	issued, err := o.IssueTicket(o.t.Context(), o.actor("reception", ledger.RoleReception), app.WalkInRequest{
		Wanted: plan.Wanted{Branch: markt, Items: []town.Item{{Service: pin, Quantity: 1}}},
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return issued.Ticket
}

// booked makes an appointment today.
func (o *house) booked(clock string) app.Appointment {
	o.t.Helper()
	return o.bookedOn(firstTuesday, clock)
}

func (o *house) bookedOn(date town.Date, clock string) app.Appointment {
	o.t.Helper()
	tod, err := town.ParseTimeOfDay(clock)
	if err != nil {
		o.t.Fatal(err)
	}
	made, err := o.books(date, tod)
	if err != nil {
		o.t.Fatal(err)
	}
	return made
}

func (o *house) books(date town.Date, at town.TimeOfDay) (app.Appointment, error) {
	return o.Book(o.t.Context(), o.actor("reception", ledger.RoleReception), app.BookRequest{
		Wanted: plan.Wanted{Branch: markt, Items: []town.Item{{Service: pin, Quantity: 1}}},
		Start:  date.At(at, berlin), Person: app.Person{Name: "Ada Beispiel", Support: "Rollstuhl"}, Language: town.German,
	})
}

// tokenOf is the citizen's token of an appointment, as mails have it.
func (o *house) tokenOf(ticket queue.Ticket) string {
	o.t.Helper()
	known, err := o.Persons.Data(o.t.Context(), ticket.Branch, ticket.Date, ticket.Number)
	if err != nil {
		o.t.Fatal(err)
	}
	return known.Person.Token
}

func (o *house) actor(name town.UserID, role ledger.Role) access.Actor {
	return access.Actor{Kind: access.Staff, User: ledger.User{ID: name, Role: role}}
}
