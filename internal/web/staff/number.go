package staff

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
)

// numberView is what is known of a number: read out on the telephone, printed
// as a slip, moved, cancelled.
type numberView struct {
	*View
	timesView
	Base            string
	Number, Spelled string
	Date            string
	Ticket          string
	StateText       string
	IsAppointment   bool
	Visit           page.Visit
	Readout         []page.VisitService // documents and fees, to be read out and on the slip
	What            []string
	About           []personFact // of the person whom they serve
	MayOpen         bool         // those at the front can have the person shown
	Person          *personView
	Code            template.URL
	New             bool // just booked
	Here            bool // can be registered now
	Movable         bool
	Cancel          bool
	Repeat          bool          // its confirmation can be sent once more
	MoveTo          string        // address of the times
	Beyond          []string      // what staff overstepped with it
	Unfit           string        // why it no longer fits; empty: it does
	Branches        []page.Option // where else it can be moved to
	Target          string
	Made            string // when a walk-in's number was given out
	ByOffice        bool   // the office cancels or moves, not the person
	Reason          string // its words, as typed
	MaxReason       int

	wants []town.Item
}

func NumberPath(branch town.BranchID, date town.Date, number town.Number) string {
	return ReceptionPath(branch) + "/nummer?" + url.Values{"date": {date.String()}, "number": {number.String()}}.Encode()
}

// asked is a number with its date, as an address or a form names it.
type asked struct {
	date   town.Date
	number town.Number
}

func (s *Pages) readAsked(c *gin.Context, values url.Values) (asked, error) {
	a := asked{date: s.today(s.branch(c))}
	number, err := town.ParseNumber(strings.TrimSpace(values.Get("number")))
	if err != nil {
		return a, problem.Field("number", "field.number")
	}
	a.number = number
	if value := values.Get("date"); value != "" {
		if a.date, err = town.ParseDate(value); err != nil {
			return a, problem.Field("date", "date.unknown")
		}
	}
	return a, nil
}

// number shows what is known of a number.
func (s *Pages) number(c *gin.Context) error {
	values := c.Request.URL.Query()
	view, err := s.numberView(c, values)
	if problem.Is(err, "number.unknown") && values.Get("date") == "" {
		return s.otherDays(c, values, err)
	}
	if err != nil {
		return s.refuseSearch(c, err)
	}
	happened := s.Frame.Happened(c)
	view.New = happened.Has("neu")
	if view.New {
		view.News = view.T("staff.number.booked", "number", view.Spelled)
	}
	if happened.Has("gesendet") {
		view.News = view.T("staff.number.repeated")
	}
	if happened.Has("verschoben") {
		view.News = view.T("staff.number.moved", "when", view.Visit.When)
	}
	return s.Show(c, http.StatusOK, "number", view)
}

// otherDays leads to the later day on which there is a number that nobody has
// today, or asks which of several is meant.
func (s *Pages) otherDays(c *gin.Context, values url.Values, unknown error) error {
	a, err := s.readAsked(c, values)
	if err != nil {
		return s.refuseSearch(c, err)
	}
	branch := s.branch(c)
	days, err := s.app.DaysOf(c.Request.Context(), page.ActorOf(c), branch.ID, a.number)
	switch {
	case err != nil:
		return s.refuseSearch(c, err)
	case len(days) == 0:
		return s.refuseSearch(c, unknown)
	case len(days) == 1:
		return page.SeeOther(c, NumberPath(branch.ID, days[0], a.number))
	default:
		v := s.Frame.Page(c)
		which := &page.Alert{Title: v.T("staff.reception.which_day", "number", a.number.String())}
		for _, day := range days {
			which.Fields = append(which.Fields, page.Link{Label: v.Date(day), URL: NumberPath(branch.ID, day, a.number)})
		}
		return s.showReception(c, http.StatusOK, which)
	}
}

func (s *Pages) numberView(c *gin.Context, values url.Values) (*numberView, error) {
	a, err := s.readAsked(c, values)
	if err != nil {
		return nil, err
	}
	branch := s.branch(c)
	ctx := c.Request.Context()
	found, err := s.app.FindByNumber(ctx, page.ActorOf(c), branch.ID, a.date, a.number)
	if err != nil {
		return nil, err
	}
	t := found.Ticket
	all := s.app.Catalogue()
	view := &numberView{
		View: s.NewView(c, "staff.number.title"), Base: ReceptionPath(branch.ID), Number: t.Number.String(),
		Spelled: strings.Join(strings.Split(t.Number.String(), ""), " – "), Date: t.Date.String(), Ticket: string(t.ID),
		IsAppointment: t.Kind == queue.Appointment,
		ByOffice:      values.Get("wer") == byOffice, Reason: values.Get("grund"), MaxReason: app.MaxReason,
	}
	view.wants = t.Wants()
	view.Place = branch.Name.In(view.Lang)
	view.StateText = view.T("staff.state." + string(t.State))
	view.Unfit = s.unfitWords(c.Request.Context(), view.View, branch.ID)[t.ID]
	view.Beyond = s.beyondWords(view.View, t)
	view.What = view.ItemNames(all, t.Items)
	view.Visit = view.VisitOf(all, t)
	view.Readout = view.Visit.Services
	view.Made = view.Time(t.Created.In(page.Zone(branch)))
	view.may(t, s.today(branch))
	known, err := s.app.Persons.About(ctx, page.ActorOf(c), branch.ID, t.ID)
	if err != nil {
		return nil, err
	}
	view.About = view.facts(all, view.wants, known)
	view.MayOpen = page.ActorOf(c).Front() && view.IsAppointment
	view.Repeat = view.MayOpen && t.State == queue.Booked && t.Start.After(s.app.Now())
	return view, view.qr(s.Frame.Base, found)
}

// personView is what is known of the person behind a number.
type personView struct {
	Facts []personFact // none: erased, or never given
}

// personFact is one thing that is known of a person.
type personFact struct {
	Label, Value string
	URL          string // empty: none
}

// facts words what is known of a person.
func (v *numberView) facts(all *catalogue.Catalogue, wants []town.Item, known app.About) []personFact {
	var facts []personFact
	add := func(label, value, url string) {
		if value != "" {
			facts = append(facts, personFact{v.T(label), value, url})
		}
	}
	add("staff.desk.name", known.Name, "")
	add("staff.number.phone", known.Phone, "tel:"+v.Tel(known.Phone))
	add("staff.number.email", known.Email, "")
	for _, a := range v.Answers(all, wants, known.Answers) {
		facts = append(facts, personFact{Label: a.Question, Value: a.Value})
	}
	add("staff.desk.support", known.Support, "")
	add("staff.desk.note_was", known.Note, "")
	return facts
}

// openPerson shows the person behind a number to those at the front. It is a step
// of its own, and stands in the trail: to print a slip nobody has to read on.
func (s *Pages) openPerson(c *gin.Context) error {
	page.Private(c)
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	known, err := s.app.Persons.Open(c.Request.Context(), page.ActorOf(c), s.branch(c).ID, town.TicketID(form.Get("ticket")))
	if err != nil {
		return err
	}
	view, err := s.numberView(c, form)
	if err != nil {
		return err
	}
	view.MayOpen, view.Person = false, &personView{view.facts(s.app.Catalogue(), view.wants, known)}
	return s.Show(c, http.StatusOK, "number", view)
}

// may decides which steps the page offers.
func (v *numberView) may(t queue.Ticket, today town.Date) {
	v.Here = t.Date == today && (t.State == queue.Booked || t.State == queue.NoShow)
	v.Movable = t.State == queue.Booked && v.IsAppointment && t.Date >= today
	v.Cancel = t.Date >= today && t.State.Allows(queue.DoCancel)
	v.MoveTo = v.Base + "/verschieben?" + url.Values{"date": {v.Date}, "number": {v.Number}}.Encode()
}

// qr links a slip to the number's page, by the weak token; without keys there is
// none.
func (v *numberView) qr(base string, found app.Appointment) error {
	if found.Token == "" {
		return nil
	}
	var err error
	v.Code, err = page.QRCode(base + "/t/" + url.PathEscape(found.Token))
	return err
}

// repeatConfirmation has an appointment's confirmation sent once more.
func (s *Pages) repeatConfirmation(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	a, err := s.readAsked(c, form)
	if err != nil {
		return err
	}
	branch := s.branch(c)
	if err := s.app.Mails.Repeat(c.Request.Context(), page.ActorOf(c), branch.ID, town.TicketID(form.Get("ticket"))); err != nil {
		return err
	}
	return s.Frame.Done(c, NumberPath(branch.ID, a.date, a.number)+"&gesendet=1")
}

// How a form says whether the person asked to cancel or move, or the office does it.
const (
	byPerson = "person"
	byOffice = "amt"
)

func occasion(form url.Values) (app.StaffReason, error) {
	who, err := page.OneOf(form, "wer", byPerson, byOffice)
	return app.StaffReason{Requested: who == byPerson, Reason: form.Get("grund")}, err
}

// cancelNumber cancels an appointment or a walk-in's number.
func (s *Pages) cancelNumber(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	branch := s.branch(c)
	why, err := occasion(form)
	if err == nil {
		err = s.app.CancelTicket(c.Request.Context(), page.ActorOf(c), branch.ID, town.TicketID(form.Get("ticket")), why)
	}
	if err != nil {
		return err
	}
	return s.Done303(c, ReceptionPath(branch.ID), "abgesagt", form.Get("number"))
}

// moveNumber offers other times for an appointment.
func (s *Pages) moveNumber(c *gin.Context) error {
	return s.showMoveNumber(c, c.Request.URL.Query(), nil)
}

func (s *Pages) showMoveNumber(c *gin.Context, values url.Values, refused *problem.Error) error {
	view, err := s.numberView(c, values)
	if err != nil {
		return err
	}
	view.Title = view.T("staff.number.move", "number", view.Number)
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		view.Alert, view.Focus = &page.Alert{Title: view.FirstField(refused)}, true
		view.Nearest = view.NearestTimes(refused, page.Zone(s.branch(c)))
	}
	if err := s.fillMove(c, view, values); err != nil {
		return err
	}
	return s.Show(c, status, "movenumber", view)
}

func (s *Pages) fillMove(c *gin.Context, view *numberView, values url.Values) error {
	a, err := s.readAsked(c, values)
	if err != nil {
		return err
	}
	here := s.branch(c)
	ctx := c.Request.Context()
	found, err := s.app.FindByNumber(ctx, page.ActorOf(c), here.ID, a.date, a.number)
	if err != nil {
		return err
	}
	view.Target = string(here.ID)
	if asked := town.BranchID(values.Get("nach")); asked != "" {
		if err := page.ActorOf(c).MayDesk(asked); err != nil {
			return err
		}
		view.Target = string(asked)
	}
	for _, b := range page.BranchesFor(s.app.Catalogue(), found.Ticket.Items) {
		if page.ActorOf(c).MayDesk(b.ID) == nil {
			view.Branches = append(view.Branches, page.Option{Value: string(b.ID), Label: b.Name.In(view.Lang)})
		}
	}
	w := plan.Wanted{Branch: town.BranchID(view.Target), Items: found.Ticket.Items, Staff: true}
	return s.offer(ctx, view.View, &view.timesView, w, values.Get("ab"), func(ab town.Date) string {
		query := url.Values{"date": {view.Date}, "number": {view.Number}, "nach": {view.Target}, "ab": {ab.String()}}
		return view.Base + "/verschieben?" + query.Encode()
	})
}

// moveNumberTo moves an appointment to the chosen time.
func (s *Pages) moveNumberTo(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	branch := s.branch(c)
	var moved app.Appointment
	start, err := time.Parse(time.RFC3339, form.Get("start"))
	if err != nil {
		err = problem.Field("start", "field.time")
	}
	why, whyErr := occasion(form)
	if err = cmp.Or(err, whyErr); err == nil {
		moved, err = s.app.MoveTicket(c.Request.Context(), page.ActorOf(c), branch.ID, town.TicketID(form.Get("ticket")), town.BranchID(form.Get("nach")), start, why)
	}
	switch e := problem.Of(err); {
	case err == nil:
		return s.Frame.Done(c, NumberPath(moved.Ticket.Branch, moved.Ticket.Date, moved.Ticket.Number)+"&verschoben=1")
	case e.Unsettled():
		return err
	default:
		return s.showMoveNumber(c, form, e)
	}
}
