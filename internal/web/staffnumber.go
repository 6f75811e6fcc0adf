package web

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// numberView is what is known of a number: read out on the telephone, printed
// as a slip, moved, cancelled.
type numberView struct {
	*staffPage
	timesView
	Base            string
	Number, Spelled string
	Date            string
	Ticket          string
	StateText       string
	IsAppointment   bool
	Visit           visit
	What            []string
	Support         string
	Code            template.URL
	New             bool // just booked
	Here            bool // can be registered now
	Movable         bool
	Cancel          bool
	MoveTo          string // address of the times
	Overbooked      bool
	Branches        []target // where else it can be moved to
	Target          string
	Made            string // when a walk-in's number was given out
	ByOffice        bool   // the office cancels or moves, not the person
	Reason          string // its words, as typed
	MaxReason       int
}

func numberPath(branch town.BranchID, date town.Date, number town.Number) string {
	return receptionPath(branch) + "/nummer?" + url.Values{"date": {date.String()}, "number": {number.String()}}.Encode()
}

// asked is a number with its date, as an address or a form names it.
type asked struct {
	date   town.Date
	number town.Number
}

func (s *Staff) readAsked(c *gin.Context, values url.Values) (asked, error) {
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
func (s *Staff) number(c *gin.Context) {
	values := c.Request.URL.Query()
	view, err := s.numberView(c, values)
	if problem.Is(err, "number.unknown") && values.Get("date") == "" {
		s.otherDays(c, values, err)
		return
	}
	if err != nil {
		s.refuseReception(c, err)
		return
	}
	view.New = c.Query("neu") != ""
	if view.New {
		view.News = view.T("staff.number.booked", "number", view.Spelled)
	}
	if c.Query("verschoben") != "" {
		view.News = view.T("staff.number.moved", "when", view.Visit.When)
	}
	s.show(c, http.StatusOK, "number", view)
}

// otherDays leads to the later day on which there is a number that nobody has
// today, or asks which of several is meant.
func (s *Staff) otherDays(c *gin.Context, values url.Values, unknown error) {
	a, err := s.readAsked(c, values)
	if err != nil {
		s.refuseReception(c, err)
		return
	}
	branch := s.branch(c)
	days, err := s.desk.DaysOf(c.Request.Context(), actorOf(c), branch.ID, a.number)
	switch {
	case err != nil:
		s.refuseReception(c, err)
	case len(days) == 0:
		s.refuseReception(c, unknown)
	case len(days) == 1:
		c.Redirect(http.StatusSeeOther, numberPath(branch.ID, days[0], a.number))
	default:
		page := s.page(c)
		which := &Alert{Title: page.T("staff.reception.which_day", "number", a.number.String())}
		for _, day := range days {
			which.Fields = append(which.Fields, Link{page.Date(day), numberPath(branch.ID, day, a.number)})
		}
		s.showReception(c, http.StatusOK, which)
	}
}

func (s *Staff) numberView(c *gin.Context, values url.Values) (*numberView, error) {
	a, err := s.readAsked(c, values)
	if err != nil {
		return nil, err
	}
	branch := s.branch(c)
	ctx := c.Request.Context()
	found, err := s.desk.FindByNumber(ctx, actorOf(c), branch.ID, a.date, a.number)
	if err != nil {
		return nil, err
	}
	t := found.Ticket
	all := s.hall.Catalogue()
	view := &numberView{
		staffPage: s.staffPage(c, "staff.number.title"), Base: receptionPath(branch.ID), Number: t.Number.String(),
		Spelled: strings.Join(strings.Split(t.Number.String(), ""), " – "), Date: t.Date.String(), Ticket: string(t.ID),
		IsAppointment: t.Kind == queue.Appointment, Overbooked: t.Overbooked,
		ByOffice: values.Get("wer") == byOffice, Reason: values.Get("grund"), MaxReason: app.MaxReason,
	}
	view.Place = branch.Name.In(view.Lang)
	view.StateText = view.T("staff.state." + string(t.State))
	view.What = view.itemNames(all, t.Items)
	view.Visit = view.visitOf(all, t)
	view.Made = view.Time(t.Created.In(zone(branch)))
	view.may(t, s.today(branch))
	known, err := s.desk.About(ctx, actorOf(c), branch.ID, t.ID)
	if err != nil {
		return nil, err
	}
	view.Support = known.Support
	return view, view.qr(s.base, found)
}

// may decides which steps the page offers.
func (v *numberView) may(t queue.Ticket, today town.Date) {
	v.Here = t.Date == today && (t.State == queue.Booked || t.State == queue.NoShow)
	v.Movable = t.State == queue.Booked && v.IsAppointment && t.Date >= today
	v.Cancel = t.Date >= today && (t.State == queue.Booked || t.State == queue.Waiting || t.State == queue.Parked)
	v.MoveTo = v.Base + "/verschieben?" + url.Values{"date": {v.Date}, "number": {v.Number}}.Encode()
}

// qr links a slip to the citizen's own page, where the token is still known.
func (v *numberView) qr(base string, found app.Appointment) error {
	if found.Token == "" {
		return nil
	}
	var err error
	v.Code, err = qrOf(base + "/t/" + url.PathEscape(found.Token))
	return err
}

// byOffice is how a form says that the office cancels or moves; otherwise the
// person asked for it.
const byOffice = "amt"

func occasion(form url.Values) app.Occasion {
	return app.Occasion{Requested: form.Get("wer") != byOffice, Reason: form.Get("grund")}
}

// cancelNumber cancels an appointment or a walk-in's number.
func (s *Staff) cancelNumber(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	branch := s.branch(c)
	if err := s.desk.CancelTicket(c.Request.Context(), actorOf(c), branch.ID, town.TicketID(form.Get("ticket")), occasion(form)); err != nil {
		s.refuseReception(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, receptionPath(branch.ID)+"?"+url.Values{"abgesagt": {form.Get("number")}}.Encode())
}

// moveNumber offers other times for an appointment.
func (s *Staff) moveNumber(c *gin.Context) { s.showMoveNumber(c, c.Request.URL.Query(), nil) }

func (s *Staff) showMoveNumber(c *gin.Context, values url.Values, refused *problem.Error) {
	view, err := s.numberView(c, values)
	if err != nil {
		s.refuseReception(c, err)
		return
	}
	view.Title = view.T("staff.number.move", "number", view.Number)
	status := http.StatusOK
	if refused != nil {
		status = refused.Kind.Status()
		view.Alert, view.Focus = &Alert{Title: view.firstField(refused)}, true
		view.Nearest = view.nearest(refused, zone(s.branch(c)))
	}
	if err := s.fillMove(c, view, values); err != nil {
		s.fail(c, err)
		return
	}
	s.show(c, status, "movenumber", view)
}

func (s *Staff) fillMove(c *gin.Context, view *numberView, values url.Values) error {
	a, err := s.readAsked(c, values)
	if err != nil {
		return err
	}
	here := s.branch(c)
	ctx := c.Request.Context()
	found, err := s.desk.FindByNumber(ctx, actorOf(c), here.ID, a.date, a.number)
	if err != nil {
		return err
	}
	view.Target = string(here.ID)
	for _, b := range branchesFor(s.hall.Catalogue(), found.Ticket.Items) {
		if actorOf(c).MayDesk(b.ID) == nil {
			view.Branches = append(view.Branches, target{string(b.ID), b.Name.In(view.Lang)})
			if string(b.ID) == values.Get("nach") {
				view.Target = values.Get("nach")
			}
		}
	}
	w := app.Wanted{Branch: town.BranchID(view.Target), Items: found.Ticket.Items, Staff: true}
	return s.offer(ctx, view.staffPage, &view.timesView, w, values.Get("ab"), func(ab town.Date) string {
		query := url.Values{"date": {view.Date}, "number": {view.Number}, "nach": {view.Target}, "ab": {ab.String()}}
		return view.Base + "/verschieben?" + query.Encode()
	})
}

// moveNumberTo moves an appointment to the chosen time.
func (s *Staff) moveNumberTo(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	branch := s.branch(c)
	var moved app.Appointment
	start, err := time.Parse(time.RFC3339, form.Get("start"))
	if err != nil {
		err = problem.Field("start", "field.time")
	} else {
		moved, err = s.desk.MoveTicket(c.Request.Context(), actorOf(c), branch.ID, town.TicketID(form.Get("ticket")), town.BranchID(form.Get("nach")), start, occasion(form))
	}
	switch e := problem.Of(err); {
	case err == nil:
		c.Redirect(http.StatusSeeOther, numberPath(moved.Ticket.Branch, moved.Ticket.Date, moved.Ticket.Number)+"&verschoben=1")
	case e.Kind == problem.Internal:
		s.fail(c, err)
	default:
		s.showMoveNumber(c, form, e)
	}
}
