package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/booking"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/town"
)

// timesView is the nearest free times, to choose one by the arrow keys.
type timesView struct {
	Nearest []slotButton // instead of a time that was just taken
	Days    []timesDay
	Whole   []Link // each day with all its times, and the days after
	From    string // the day that was asked for
	Start   string
}

type timesDay struct {
	Name   string
	Halves []half
	date   town.Date
	more   bool // there are further times
}

// How many days, and times of each half of a day, are offered at once.
const (
	daysOffered  = 3
	slotsOffered = 5
)

// otherStart is the choice of a time that isn't among those offered.
const otherStart = "andere"

// phoneView books for who is on the telephone: time, name, number read out.
type phoneView struct {
	*staffPage
	timesView
	Base     string
	Services []string // that are wanted once at most
	Add      string   // address to add a service
	Hidden   []hidden
	Counts   []countView
	Other    string
	Date     string // of another time
	Clock    string
	Over     bool
	Name     field
	Phone    field
	Email    field
	Support  field
	Speaks   []target
	Language town.Language
	Key      string
}

// countView chooses how often a service is wanted.
type countView struct {
	Label   string
	Choices []quantity
}

// phone shows the form for an appointment by telephone.
func (s *Staff) phone(c *gin.Context) {
	values := c.Request.URL.Query()
	view := s.phoneView(c, readChoice(values))
	if err := s.fillTimesFrom(c, view, readChoice(values), values.Get("ab")); err != nil {
		s.fail(c, err)
		return
	}
	s.show(c, http.StatusOK, "phone", view)
}

func (s *Staff) phoneView(c *gin.Context, chosen choice) *phoneView {
	branch := s.branch(c)
	all := s.hall.Catalogue()
	chosen.branch = ""
	view := &phoneView{
		staffPage: s.staffPage(c, "staff.phone.title"), Base: receptionPath(branch.ID), Other: otherStart,
		Date: s.today(branch).String(), Key: rand.Text(), Language: town.German,
	}
	view.Place = branch.Name.In(view.Lang)
	view.Add = view.Base + "?" + chosen.values().Encode()
	for _, item := range chosen.items {
		view.Hidden = append(view.Hidden, hidden{"service", itemValue(item)})
		if service, ok := all.Service(item.Service); ok && service.MaxQuantity > 1 {
			view.Counts = append(view.Counts, countView{service.Name.In(view.Lang), view.counts(service, item)})
		} else {
			view.Counts = append(view.Counts, countView{Choices: []quantity{{Value: itemValue(item)}}})
			view.Services = append(view.Services, view.itemNames(all, []town.Item{item})...)
		}
	}
	for _, lang := range s.offered() {
		view.Speaks = append(view.Speaks, target{string(lang), view.T("language." + string(lang))})
	}
	return view
}

func (v *phoneView) counts(s *catalogue.Service, item town.Item) []quantity {
	var all []quantity
	for n := 1; n <= s.MaxQuantity; n++ {
		all = append(all, quantity{
			Value: itemValue(town.Item{Service: item.Service, Quantity: n}), Label: v.N("booking.concern.quantity", n), Selected: n == item.Quantity,
		})
	}
	return all
}

// fillTimesFrom offers the nearest times, from a date on where one is asked for.
func (s *Staff) fillTimesFrom(c *gin.Context, view *phoneView, chosen choice, from string) error {
	w := app.Wanted{Branch: s.branch(c).ID, Items: chosen.items, Staff: true}
	chosen.branch = ""
	err := s.offer(c.Request.Context(), view.staffPage, &view.timesView, w, from, func(ab town.Date) string {
		return view.Base + "/termin?" + chosen.with("ab", ab.String()).Encode()
	})
	if err == nil && view.Start == "" && len(view.Days) > 0 {
		view.Start = view.Days[0].Halves[0].Slots[0].Value
	}
	return err
}

// offer fills in the first free days from a date on. The first has all its
// times where it was asked for; others the first of each half.
func (s *Staff) offer(ctx context.Context, page *staffPage, v *timesView, w app.Wanted, from string, address func(ab town.Date) string) error {
	today := town.DateOf(s.hall.Now(), s.zoneOf(w.Branch))
	date, err := town.ParseDate(from)
	asked := err == nil && date >= today
	if !asked {
		date = today
	}
	v.From = date.String()
	days, later, err := s.nearestDays(ctx, page, w, date, asked)
	if err != nil {
		return err
	}
	v.Days = days
	for _, day := range days {
		if day.more {
			v.Whole = append(v.Whole, Link{page.T("staff.phone.whole", "date", page.DayMonth(day.date)), address(day.date)})
		}
	}
	if later != nil {
		v.Whole = append(v.Whole, Link{page.T("staff.phone.later", "date", page.DayMonth(*later)), address(*later)})
	}
	return nil
}

// nearestDays returns the first free days from a date on, and the day after
// them that is free too. Times that are past are not offered, though one that
// began a moment ago can still be booked as it is typed.
func (s *Staff) nearestDays(ctx context.Context, v *staffPage, w app.Wanted, from town.Date, whole bool) ([]timesDay, *town.Date, error) {
	calendar, err := s.hall.Days(ctx, w, from, from.AddDays(app.MaxDays-1))
	if err != nil {
		return nil, nil, err
	}
	var days []timesDay
	for _, day := range calendar.Days {
		if day.State != booking.DayFree {
			continue
		}
		if len(days) == daysOffered {
			return days, &day.Date, nil
		}
		slots, err := s.hall.Slots(ctx, w, day.Date)
		if err != nil {
			return nil, nil, err
		}
		slots = slices.DeleteFunc(slots, func(slot booking.Slot) bool { return slot.Start.Before(s.hall.Now()) })
		if len(slots) > 0 {
			days = append(days, v.timesDay(day.Date, slots, whole && len(days) == 0))
		}
	}
	return days, nil, nil
}

func (v *staffPage) timesDay(date town.Date, slots []booking.Slot, whole bool) timesDay {
	day := timesDay{Name: v.Date(date), date: date, Halves: v.halves(slots, time.Time{})}
	for i := range day.Halves {
		h := &day.Halves[i]
		if !whole && len(h.Slots) > slotsOffered {
			h.Slots, day.more = h.Slots[:slotsOffered], true
		}
	}
	return day
}

// bookByPhone makes the appointment, deliberately beyond capacity where the
// form says so.
func (s *Staff) bookByPhone(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	branch := s.branch(c)
	chosen := readChoice(form)
	start, err := chosenStart(form, zone(branch))
	if err != nil {
		s.refusePhone(c, form, chosen, err)
		return
	}
	actor := actorOf(c)
	actor.Key = form.Get("key")
	made, err := s.hall.Book(c.Request.Context(), actor, app.BookRequest{
		Wanted: app.Wanted{Branch: branch.ID, Items: chosen.items, Staff: true}, Start: start, Language: town.Language(form.Get("sprache")),
		Person:   app.Person{Name: form.Get("name"), Phone: form.Get("phone"), Email: form.Get("email"), Support: form.Get("support")},
		Overbook: form.Get("ueberbuchen") != "",
	})
	if err != nil {
		s.refusePhone(c, form, chosen, err)
		return
	}
	c.Redirect(http.StatusSeeOther, numberPath(branch.ID, made.Ticket.Date, made.Ticket.Number)+"&neu=1")
}

// chosenStart reads the chosen time: one of those offered, or date and time as
// typed, by the branch's clock. What was typed since the form was shown is
// meant, also where the choice beside it was forgotten.
func chosenStart(form url.Values, zone *time.Location) (time.Time, error) {
	if value := form.Get("start"); value != otherStart && value != "" && !timeTyped(form) {
		return parseStart(value, zone)
	}
	date, err := town.ParseDate(form.Get("datum"))
	if err != nil {
		return time.Time{}, problem.Field("datum", "date.unknown")
	}
	clock, err := town.ParseTimeOfDay(strings.ReplaceAll(form.Get("uhrzeit"), ".", ":"))
	if err != nil {
		return time.Time{}, problem.Field("uhrzeit", "field.time")
	}
	return date.At(clock, zone), nil
}

// timeTyped reports whether a time was typed since the form was shown.
func timeTyped(form url.Values) bool { return form.Get("uhrzeit") != form.Get("uhrzeit_war") }

// refusePhone shows the form again with everything that was typed.
func (s *Staff) refusePhone(c *gin.Context, form url.Values, chosen choice, err error) {
	e := problem.Of(err)
	if e.Kind == problem.Internal {
		s.fail(c, err)
		return
	}
	view := s.phoneView(c, chosen)
	view.Date, view.Clock, view.Over = form.Get("datum"), form.Get("uhrzeit"), form.Get("ueberbuchen") != ""
	view.Language, view.Start = town.Language(form.Get("sprache")), form.Get("start")
	view.Name.Value, view.Phone.Value = form.Get("name"), form.Get("phone")
	view.Email.Value, view.Support.Value = form.Get("email"), form.Get("support")
	if err := s.fillTimesFrom(c, view, chosen, form.Get("ab")); err != nil {
		s.fail(c, err)
		return
	}
	view.refuse(e, zone(s.branch(c)))
	view.keepStart(form, zone(s.branch(c)))
	s.show(c, e.Kind.Status(), "phone", view)
}

// keepStart keeps what was typed, and writes a time that is offered no longer
// as if it had been typed: so it can still be booked on purpose.
func (v *phoneView) keepStart(form url.Values, zone *time.Location) {
	start, err := chosenStart(form, zone)
	switch {
	case err != nil && timeTyped(form):
		v.Start = otherStart
	case err == nil && !v.offers(start.Format(time.RFC3339)):
		v.Start, v.Date, v.Clock = otherStart, town.DateOf(start, zone).String(), start.Format("15:04")
	}
}

func (v *phoneView) offers(start string) bool {
	for _, day := range v.Days {
		for _, h := range day.Halves {
			if slices.ContainsFunc(h.Slots, func(b slotButton) bool { return b.Value == start }) {
				return true
			}
		}
	}
	return false
}

// refuse puts each mistake beside its field and the first on top.
func (v *phoneView) refuse(e *problem.Error, zone *time.Location) {
	alert := &Alert{Title: v.firstField(e)}
	for name, at := range map[string]*field{"name": &v.Name, "phone": &v.Phone, "email": &v.Email, "support": &v.Support} {
		if key, wrong := e.Fields[name]; wrong {
			at.Error = v.fieldError(name, key)
			alert.Title = at.Error
		}
	}
	v.Alert, v.Focus = alert, true
	v.Nearest = v.nearest(e, zone)
}
