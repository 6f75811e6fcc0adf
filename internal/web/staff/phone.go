package staff

import (
	"cmp"
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
	"aufruf/internal/daybook"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// timesView is the nearest free times, to choose one by the arrow keys.
type timesView struct {
	Nearest []page.SlotButton // instead of a time that was just taken
	Days    []timesDay
	Whole   []page.Link // each day with all its times, and the days after
	From    string      // the day that was asked for
	Start   string
}

type timesDay struct {
	Name   string
	Halves []page.Half
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
	*View
	timesView
	Base      string
	Calendar  *monthView
	Elsewhere []otherBranch       // none where no other branch offers this
	Readout   []page.VisitService // documents and fees
	Services  []string            // that are wanted once at most
	Add       string              // address to add a service
	Hidden    []page.HiddenField
	Counts    []countView
	Other     string
	Date      string // of another time
	Clock     string
	Over      bool
	Name      page.Field
	Phone     page.Field
	Email     page.Field
	Support   page.Field
	Questions []page.Question
	Speaks    []page.Option
	Language  town.Language
	Key       string
}

// countView chooses how often a service is wanted.
type countView struct {
	Label   string
	Choices []page.Quantity
}

// phone shows the form for an appointment by telephone.
func (s *Pages) phone(c *gin.Context) error {
	values := c.Request.URL.Query()
	view := s.phoneView(c, page.ReadChoice(values))
	if err := s.fillTimesFrom(c, view, page.ReadChoice(values), values.Get("ab")); err != nil {
		return err
	}
	return s.Show(c, http.StatusOK, "phone", view)
}

func (s *Pages) phoneView(c *gin.Context, chosen page.Choice) *phoneView {
	branch := s.branch(c)
	all := s.app.Catalogue()
	chosen.Branch = ""
	view := &phoneView{
		View: s.NewView(c, "staff.phone.title"), Base: ReceptionPath(branch.ID), Other: otherStart,
		Date: s.today(branch).String(), Key: rand.Text(), Language: town.German,
	}
	view.Place = branch.Name.In(view.Lang)
	view.Add = view.Base + "?" + chosen.Values().Encode()
	for _, item := range chosen.Items {
		view.Hidden = append(view.Hidden, page.HiddenField{Name: "service", Value: page.ItemValue(item)})
		if service, ok := all.Service(item.Service); ok && service.MaxQuantity > 1 {
			view.Counts = append(view.Counts, countView{service.Name.In(view.Lang), view.counts(service, item)})
		} else {
			view.Counts = append(view.Counts, countView{Choices: []page.Quantity{{Value: page.ItemValue(item)}}})
			view.Services = append(view.Services, view.ItemNames(all, []town.Item{item})...)
		}
	}
	view.Questions = view.View.Questions(all, chosen.Items, nil)
	for _, lang := range s.Frame.Offered() {
		view.Speaks = append(view.Speaks, page.Option{Value: string(lang), Label: view.T("language." + string(lang))})
	}
	return view
}

func (v *phoneView) counts(s *catalogue.Service, item town.Item) []page.Quantity {
	var all []page.Quantity
	for n := 1; n <= s.MaxQuantity; n++ {
		all = append(all, page.Quantity{
			Value: page.ItemValue(town.Item{Service: item.Service, Quantity: n}), Label: v.N("booking.concern.quantity", n), Selected: n == item.Quantity,
		})
	}
	return all
}

// fillTimesFrom offers the nearest times, from a date on where one is asked for.
func (s *Pages) fillTimesFrom(c *gin.Context, view *phoneView, chosen page.Choice, from string) error {
	w := plan.Wanted{Branch: s.branch(c).ID, Items: chosen.Items, Staff: true}
	chosen.Branch = ""
	err := s.offer(c.Request.Context(), view.View, &view.timesView, w, from, func(ab town.Date) string {
		return view.Base + "/termin?" + chosen.With("ab", ab.String()).Encode()
	})
	if err != nil {
		return err
	}
	if view.Start == "" && len(view.Days) > 0 {
		view.Start = view.Days[0].Halves[0].Slots[0].Value
	}
	return s.fillMonth(c, view, w)
}

// offer fills in the first free days from a date on. The first has all its
// times where it was asked for; others the first of each half.
func (s *Pages) offer(ctx context.Context, frame *View, v *timesView, w plan.Wanted, from string, address func(ab town.Date) string) error {
	today := town.DateOf(s.app.Now(), s.Frame.ZoneOf(w.Branch))
	date, err := town.ParseDate(from)
	asked := err == nil && date >= today
	if !asked {
		date = today
	}
	v.From = date.String()
	days, later, err := s.nearestDays(ctx, frame, w, date, asked)
	if err != nil {
		return err
	}
	v.Days = days
	for _, day := range days {
		if day.more {
			v.Whole = append(v.Whole, page.Link{Label: frame.T("staff.phone.whole", "date", frame.DayMonth(day.date)), URL: address(day.date)})
		}
	}
	if later != nil {
		v.Whole = append(v.Whole, page.Link{Label: frame.T("staff.phone.later", "date", frame.DayMonth(*later)), URL: address(*later)})
	}
	return nil
}

// nearestDays returns the first free days from a date on, and the day after
// them that is free too. Times that are past are not offered, though one that
// began a moment ago can still be booked as it is typed.
func (s *Pages) nearestDays(ctx context.Context, v *View, w plan.Wanted, from town.Date, whole bool) ([]timesDay, *town.Date, error) {
	calendar, err := s.app.Memory.Days(ctx, w, from, from.AddDays(daybook.MaxDays-1))
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
		slots, err := s.app.Memory.Slots(ctx, w, day.Date)
		if err != nil {
			return nil, nil, err
		}
		slots = slices.DeleteFunc(slots, func(slot booking.Slot) bool { return slot.Start.Before(s.app.Now()) })
		if len(slots) > 0 {
			days = append(days, v.timesDay(day.Date, slots, whole && len(days) == 0))
		}
	}
	return days, nil, nil
}

func (v *View) timesDay(date town.Date, slots []booking.Slot, whole bool) timesDay {
	day := timesDay{Name: v.Date(date), date: date, Halves: v.HalfDays(slots, time.Time{})}
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
func (s *Pages) bookByPhone(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	branch := s.branch(c)
	chosen := page.ReadChoice(form)
	start, err := chosenStart(form, page.Zone(branch))
	speaks, speaksErr := page.OneOf(form, "sprache", s.Frame.Offered()...)
	if err := cmp.Or(err, speaksErr); err != nil {
		return s.refusePhone(c, form, chosen, err)
	}
	actor := page.ActorOf(c)
	actor.Key = form.Get("key")
	made, err := s.app.Book(c.Request.Context(), actor, app.BookRequest{
		Wanted: plan.Wanted{Branch: branch.ID, Items: chosen.Items, Staff: true}, Start: start, Language: speaks,
		Person:   app.Person{Name: form.Get("name"), Phone: form.Get("phone"), Email: form.Get("email"), Support: form.Get("support"), Answers: page.AnswersOf(form)},
		Overbook: form.Get("ueberbuchen") != "",
	})
	if err != nil {
		return s.refusePhone(c, form, chosen, err)
	}
	return s.Frame.Done(c, NumberPath(branch.ID, made.Ticket.Date, made.Ticket.Number)+"&neu=1")
}

// chosenStart reads the chosen time: one of those offered, or date and time as
// typed, by the branch's clock. What was typed since the form was shown is
// meant, also where the choice beside it was forgotten.
func chosenStart(form url.Values, zone *time.Location) (time.Time, error) {
	if value := form.Get("start"); value != otherStart && value != "" && !timeTyped(form) {
		return page.ParseStart(value, zone)
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
func (s *Pages) refusePhone(c *gin.Context, form url.Values, chosen page.Choice, err error) error {
	e := problem.Of(err)
	if e.Unsettled() {
		return err
	}
	view := s.phoneView(c, chosen)
	view.typed(form)
	view.Questions = view.View.Questions(s.app.Catalogue(), chosen.Items, page.AnswersOf(form))
	if err := s.fillTimesFrom(c, view, chosen, form.Get("ab")); err != nil {
		return err
	}
	view.refuse(e, page.Zone(s.branch(c)))
	view.keepStart(form, page.Zone(s.branch(c)))
	return s.Show(c, e.Kind.Status(), "phone", view)
}

// typed fills in what was typed.
func (v *phoneView) typed(form url.Values) {
	v.Date, v.Clock, v.Over = form.Get("datum"), form.Get("uhrzeit"), form.Get("ueberbuchen") != ""
	v.Language, v.Start = town.Language(form.Get("sprache")), form.Get("start")
	v.Name.Value, v.Phone.Value = form.Get("name"), form.Get("phone")
	v.Email.Value, v.Support.Value = form.Get("email"), form.Get("support")
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
			if slices.ContainsFunc(h.Slots, func(b page.SlotButton) bool { return b.Value == start }) {
				return true
			}
		}
	}
	return false
}

// refuse puts each mistake beside its field and the first on top.
func (v *phoneView) refuse(e *problem.Error, zone *time.Location) {
	alert := &page.Alert{Title: v.FirstField(e)}
	for name, at := range map[string]*page.Field{"name": &v.Name, "phone": &v.Phone, "email": &v.Email, "support": &v.Support} {
		if key, wrong := e.Fields[name]; wrong {
			at.Error = v.FieldError(name, key)
			alert.Title = at.Error
		}
	}
	for _, q := range page.QuestionFields(v.Questions) {
		if key, wrong := e.Fields[q.Name]; wrong {
			q.At.Error = v.FieldError(q.Name, key)
			alert.Title = q.Label + " – " + q.At.Error
		}
	}
	v.Alert, v.Focus = alert, true
	v.Nearest = v.NearestTimes(e, zone)
}
