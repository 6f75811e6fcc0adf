package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/app"
	rules "aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/i18n"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/internal/web/booking"
	"aufruf/internal/web/page"
)

// hall is a small town hall in memory: two branches, on each open day two free
// times in the morning and one in the afternoon.
type hall struct {
	now       time.Time
	catalogue *catalogue.Catalogue
	seq       town.Seq
	closed    map[town.Date]rules.Day
	bookErr   error
	holdErr   error
	extendErr error
	moveErr   error
	cancelErr error
	daysErr   error
	nearest   []time.Time // instead of the day's free times
	held      map[string]app.HeldSlot
	made      map[string]app.Appointment
	standing  *app.Standing
	booked    []app.BookRequest
	actors    []access.Actor
	released  []string
	asked     int // calls of Days
	wishes    []app.WishRequest
	wishErr   error
	wish      app.WishView
	withdrawn bool
	proof     *app.Proof
	boards    chan app.Board // the newest that hangs on the wall
}

var berlin = mustZone("Europe/Berlin")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// tuesday is a day with free times in most tests.
var tuesday = town.NewDate(2026, time.December, 8)

func newHall() *hall {
	day := func(d int, state rules.DayState, reason rules.Reason, text town.Text) rules.Day {
		return rules.Day{Date: town.NewDate(2026, time.December, d), State: state, Reason: reason, Text: text}
	}
	closed := map[town.Date]rules.Day{}
	for _, d := range []rules.Day{
		day(1, rules.DayClosed, rules.ReasonLeadTime, nil),
		day(3, rules.DayFull, "", nil),
		day(9, rules.DayClosed, rules.ReasonWeekday, nil),
		day(10, rules.DayClosed, rules.ReasonClosure, town.Text{town.German: "Personalversammlung", town.English: "Staff meeting"}),
		day(11, rules.DayClosed, rules.ReasonNotOffered, nil),
		day(25, rules.DayClosed, rules.ReasonHoliday, town.Text{town.German: "1. Weihnachtstag", town.English: "Christmas Day"}),
		day(31, rules.DayClosed, rules.ReasonHorizon, nil),
	} {
		closed[d.Date] = d
	}
	return &hall{
		now: time.Date(2026, time.December, 1, 9, 5, 0, 0, berlin), catalogue: smallTown(), seq: 7,
		closed: closed, held: map[string]app.HeldSlot{}, made: map[string]app.Appointment{},
	}
}

func text(de, en string) town.Text { return town.Text{town.German: de, town.English: en} }

func smallTown() *catalogue.Catalogue {
	until := town.NewDate(2026, time.December, 7)
	from := until.AddDays(1)
	return &catalogue.Catalogue{
		Authority: catalogue.Authority{
			Name: text("Große Kreisstadt Grimma", "Town of Grimma"), Website: "https://www.grimma.example", Phone: "03437 98 58 760",
			Accent: "#c8102e", Saturday: town.Plain("Sonnabend"),
			Languages:      []town.Language{town.German, town.English, town.PlainGerman},
			Imprint:        catalogue.LegalText{Text: town.Plain("Stadt Grimma\n\nMarkt 17")},
			Privacy:        catalogue.LegalText{URL: "https://www.grimma.example/datenschutz"},
			FrameAncestors: []string{"https://www.grimma.example"},
		},
		Services: []catalogue.Service{
			{
				ID: "ausweis", Group: text("Ausweise", "Documents"), Name: text("Personalausweis beantragen", "Apply for an identity card"),
				Description: text("Neuer Ausweis.", "A new card."), Minutes: 20, MaxQuantity: 2, Keywords: []string{"perso"},
				Documents: []town.Text{text("bisheriger Ausweis", "your old card")},
				Fees: []catalogue.Fee{
					{Label: text("ab 24 Jahren", "from 24 years"), Cents: 3700, To: &until},
					{Label: text("ab 24 Jahren", "from 24 years"), Cents: 4600, From: &from},
					{Label: text("Foto", "Photo"), Cents: 600, Optional: true, Estimate: true},
				},
				Forms: []catalogue.Link{{Label: text("Fotomuster", "Photo samples"), URL: "https://forms.example/foto.pdf"}},
				Notes: []town.Text{text("Fingerabdrücke werden erfasst.", "Fingerprints are taken.")},
			},
			{ID: "umzug", Group: text("Wohnen", "Living"), Name: text("Wohnsitz ummelden", "Report a new address"), Minutes: 15, MaxQuantity: 5},
			{ID: "trauung", Group: text("Standesamt", "Registry"), Name: text("Trautermin reservieren", "Book a wedding"), Minutes: 60, MaxQuantity: 1},
			{ID: "alt", Name: text("Kinderreisepass", "Child passport"), Minutes: 10, Retired: true},
		},
		Branches: []catalogue.Branch{
			{
				ID: "markt", Name: text("Grimma am Markt", "Grimma market square"), Building: text("Stadthaus", "Town house"),
				Address:  catalogue.Address{Street: "Markt 17", Postcode: "04668", City: "Grimma"},
				TimeZone: "Europe/Berlin", CallMode: town.CallScreen, Phone: "03437 98 58 760", MapURL: "https://maps.example/markt",
				Directions: []town.Text{text("Eingang am Markt", "Entrance at the market")},
				Rooms:      []catalogue.Room{{ID: "platz-1", Label: "Platz 1"}},
				Offices: []catalogue.Office{
					{ID: "buergerbuero", Services: []town.ServiceID{"ausweis", "umzug"}, Rooms: []town.RoomID{"platz-1"}, Hints: []town.Text{text("Bitte pünktlich.", "Please be on time.")}},
					{ID: "standesamt", Services: []town.ServiceID{"trauung"}},
				},
			},
			{
				ID: "nerchau", Name: text("Nerchau", "Nerchau"), Address: catalogue.Address{Street: "Hauptstraße 18", Postcode: "04668", City: "Grimma", District: "Nerchau"},
				TimeZone: "Europe/Berlin", CallMode: town.CallPickup, MeetingPoint: text("Foyer", "Foyer"),
				Offices: []catalogue.Office{{
					ID: "buergerbuero", Services: []town.ServiceID{"ausweis", "umzug"},
					EntryRules: []catalogue.EntryRule{{Text: text("Bitte tragen Sie eine Maske.", "Please wear a mask.")}},
				}},
			},
		},
	}
}

func (h *hall) Now() time.Time { return h.now }

func (h *hall) Catalogue() *catalogue.Catalogue { return h.catalogue }

func (h *hall) Seq(town.BranchID) town.Seq { return h.seq }

func (h *hall) Days(_ context.Context, w app.Wanted, from, to town.Date) (app.Calendar, error) {
	h.asked++
	if h.daysErr != nil {
		return app.Calendar{}, h.daysErr
	}
	var calendar app.Calendar
	for d := from; d <= to; d++ {
		calendar.Days = append(calendar.Days, h.dayOf(w, d))
	}
	for d := from; d < from+60; d++ {
		if h.dayOf(w, d).State == rules.DayFree {
			calendar.NextFree = &d
			break
		}
	}
	return calendar, nil
}

func (h *hall) dayOf(w app.Wanted, d town.Date) rules.Day {
	if day, ok := h.closed[d]; ok {
		return day
	}
	switch {
	case d < town.DateOf(h.now, berlin):
		return rules.Day{Date: d, State: rules.DayClosed, Reason: rules.ReasonPast}
	case d > town.NewDate(2026, time.December, 31):
		return rules.Day{Date: d, State: rules.DayClosed, Reason: rules.ReasonHorizon}
	case d.Weekday() == time.Sunday, w.Branch == "nerchau" && d.Weekday() != time.Tuesday:
		return rules.Day{Date: d, State: rules.DayClosed, Reason: rules.ReasonWeekday}
	}
	return rules.Day{Date: d, State: rules.DayFree, Free: 3}
}

func (h *hall) Slots(_ context.Context, w app.Wanted, d town.Date) ([]rules.Slot, error) {
	if h.daysErr != nil {
		return nil, h.daysErr
	}
	if h.dayOf(w, d).State != rules.DayFree {
		return nil, nil
	}
	var slots []rules.Slot
	for i, tod := range []town.TimeOfDay{9*60 + 20, 11 * 60, 13*60 + 40} {
		start := d.At(tod, berlin)
		slots = append(slots, rules.Slot{Start: start, End: start.Add(20 * time.Minute), Free: i + 1})
	}
	return slots, nil
}

// Nearest knows the day itself only.
func (h *hall) Nearest(ctx context.Context, w app.Wanted, start time.Time) ([]time.Time, error) {
	if h.nearest != nil {
		return h.nearest, nil
	}
	slots, err := h.Slots(ctx, w, town.DateOf(start, berlin))
	var starts []time.Time
	for _, slot := range slots {
		starts = append(starts, slot.Start)
	}
	return starts, err
}

func (h *hall) Hold(_ context.Context, actor access.Actor, w app.Wanted, start time.Time) (app.HeldSlot, error) {
	h.actors = append(h.actors, actor)
	if h.holdErr != nil {
		return app.HeldSlot{}, h.holdErr
	}
	id := "hold-" + start.UTC().Format("021504")
	h.held[id] = app.HeldSlot{
		ID: id, Branch: w.Branch, Items: w.Items, Start: start.UTC(), End: start.Add(20 * time.Minute),
		Expires: h.now.Add(10 * time.Minute), Extendable: true,
	}
	return h.held[id], nil
}

func (h *hall) HeldSlot(_ context.Context, id string) (app.HeldSlot, error) {
	held, ok := h.held[id]
	if !ok {
		return app.HeldSlot{}, problem.New(problem.NotFound, "hold.unknown")
	}
	return held, nil
}

func (h *hall) ExtendHold(ctx context.Context, _ access.Actor, id string) (app.HeldSlot, error) {
	held, err := h.HeldSlot(ctx, id)
	if err != nil || h.extendErr != nil {
		return held, firstOfErrors(err, h.extendErr)
	}
	held.Expires = h.now.Add(10 * time.Minute)
	h.held[id] = held
	return held, nil
}

func firstOfErrors(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *hall) Rehold(ctx context.Context, actor access.Actor, earlier string, w app.Wanted, start time.Time) (app.HeldSlot, error) {
	before, had := h.held[earlier]
	if had && h.now.Before(before.Expires) && before.Branch == w.Branch && before.Start.Equal(start) && slices.Equal(before.Items, w.Items) {
		return before, nil
	}
	held, err := h.Hold(ctx, actor, w, start)
	if err == nil && had {
		h.released = append(h.released, earlier)
		delete(h.held, earlier)
	}
	return held, err
}

func (h *hall) Book(_ context.Context, actor access.Actor, r app.BookRequest) (app.Appointment, error) {
	h.actors = append(h.actors, actor)
	h.booked = append(h.booked, r)
	if h.bookErr != nil {
		return app.Appointment{}, h.bookErr
	}
	return h.put("geheim", queue.Booked, r), nil
}

func (h *hall) NewProof(string, string) (*app.Proof, error) { return h.proof, nil }

func (h *hall) put(token string, state queue.State, r app.BookRequest) app.Appointment {
	made := app.Appointment{
		Token: token, Person: &r.Person,
		Ticket: queue.Ticket{
			ID: "t1", Branch: r.Branch, Date: town.DateOf(r.Start, berlin), Number: 417, Kind: queue.Appointment, Items: r.Items,
			Start: r.Start.UTC(), End: r.Start.Add(20 * time.Minute).UTC(), Language: r.Language,
			Progress: queue.Progress{Office: "buergerbuero", State: state},
		},
	}
	h.made[token] = made
	return made
}

func (h *hall) Appointment(_ context.Context, token string) (app.Appointment, error) {
	made, ok := h.made[token]
	if !ok {
		return app.Appointment{}, problem.New(problem.NotFound, "appointment.over_or_unknown")
	}
	return made, nil
}

func (h *hall) Cancel(ctx context.Context, _ access.Actor, token string) error {
	made, err := h.Appointment(ctx, token)
	if err != nil || h.cancelErr != nil {
		return firstOfErrors(err, h.cancelErr)
	}
	made.Ticket.State = queue.Cancelled
	h.made[token] = made
	return nil
}

func (h *hall) Move(ctx context.Context, _ access.Actor, token string, _ town.BranchID, start time.Time) (app.Appointment, error) {
	made, err := h.Appointment(ctx, token)
	if err != nil || h.moveErr != nil {
		return made, firstOfErrors(err, h.moveErr)
	}
	made.Ticket.Start, made.Ticket.End = start, start.Add(20*time.Minute)
	made.Ticket.Date = town.DateOf(start, berlin)
	h.made[token] = made
	return made, nil
}

func (h *hall) Standing(ctx context.Context, token string) (app.Standing, error) {
	made, err := h.Appointment(ctx, token)
	if err != nil {
		return app.Standing{}, err
	}
	if h.standing != nil {
		return *h.standing, nil
	}
	return app.Standing{Ticket: made.Ticket, Ahead: 3, Low: 10, High: 25}, nil
}

// site is the pages behind a real router.
type site struct {
	t      *testing.T
	pages  *booking.Pages
	hall   *hall
	router *gin.Engine
}

func newSite(t *testing.T) *site { return newSiteWith(t, page.Deps{BaseURL: "https://termin.example"}) }

func newSiteWith(t *testing.T, d page.Deps) *site {
	t.Helper()
	s := newSiteFor(t, d)
	s.t = t
	return s
}

func newSiteFor(t testing.TB, d page.Deps) *site {
	t.Helper()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	h := newHall()
	d.Town, d.Texts, d.Log = h, bundle, slog.New(slog.NewTextHandler(t.Output(), nil))
	d.Limits = visitor.NewLimits(1000)
	frame, err := page.New(d)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := booking.New(frame, h)
	if err != nil {
		t.Fatal(err)
	}
	gin.SetMode(gin.TestMode)
	router := gin.New()
	pages.Register(router)
	router.NoRoute(pages.NotFound)
	return &site{hall: h, pages: pages, router: router}
}

func (s *site) do(r *http.Request) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.router.ServeHTTP(w, r)
	return w
}

func (s *site) get(address string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.do(r)
}

func (s *site) post(address string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.do(r)
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

// Wall returns what hangs on the wall.
func (h *hall) Wall(context.Context, town.BranchID) (app.Board, error) {
	board := <-h.boards
	h.boards <- board
	return board, nil
}

func sameInstant(a, b time.Time) bool { return a.Equal(b) }

func (h *hall) LeaveWish(_ context.Context, _ access.Actor, r app.WishRequest) error {
	h.wishes = append(h.wishes, r)
	return h.wishErr
}

func (h *hall) WishOf(_ context.Context, token string) (app.WishView, error) {
	if token != "wunsch" || h.withdrawn {
		return app.WishView{}, problem.New(problem.NotFound, "wish.over_or_unknown")
	}
	return h.wish, nil
}

func (h *hall) AcceptWish(ctx context.Context, token string) (app.Appointment, error) {
	wish, err := h.WishOf(ctx, token)
	if err != nil || h.wishErr != nil {
		return app.Appointment{}, firstOfErrors(err, h.wishErr)
	}
	return h.put("geheim", queue.Booked, app.BookRequest{
		Wanted: app.Wanted{Branch: wish.Offer.Branch, Items: wish.Items}, Start: wish.Offer.Start, Language: wish.Language,
	}), nil
}

func (h *hall) DeclineOffer(ctx context.Context, token string) error {
	_, err := h.WishOf(ctx, token)
	h.wish.Offer = nil
	return err
}

func (h *hall) WithdrawWish(ctx context.Context, token string) error {
	_, err := h.WishOf(ctx, token)
	h.withdrawn = true
	return err
}
