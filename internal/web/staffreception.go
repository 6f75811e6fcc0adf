package web

import (
	"context"
	"crypto/rand"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
)

// FrontDesk serves who stands at the counter or calls by telephone. See
// app.App for the errors.
type FrontDesk interface {
	EnterAfterwards(ctx context.Context, actor app.Actor, r app.Afterwards) ([]app.Entered, error)
	IssueTicket(ctx context.Context, actor app.Actor, r app.WalkInRequest) (app.Issued, error)
	CheckIn(ctx context.Context, actor app.Actor, r app.CheckInRequest) (queue.Ticket, error)
	FindByNumber(ctx context.Context, actor app.Actor, branch town.BranchID, date town.Date, number town.Number) (app.Appointment, error)
	DaysOf(ctx context.Context, actor app.Actor, branch town.BranchID, number town.Number) ([]town.Date, error)
	CancelTicket(ctx context.Context, actor app.Actor, branch town.BranchID, id town.TicketID, why app.Occasion) error
	MoveTicket(ctx context.Context, actor app.Actor, branch town.BranchID, id town.TicketID, target town.BranchID, start time.Time, why app.Occasion) (app.Appointment, error)
}

func (s *Staff) registerReception(branch gin.IRouter) {
	front := branch.Group("/empfang")
	front.GET("", s.reception)
	front.POST("/ticket", s.issue)
	front.GET("/ticket/:token", s.slip)
	front.POST("/ticket/:token/drucken", s.printSlip)
	front.POST("/anmelden", s.register)
	front.GET("/termin", s.phone)
	front.POST("/termin", s.bookByPhone)
	front.GET("/nummer", s.number)
	front.POST("/absagen", s.cancelNumber)
	front.GET("/verschieben", s.moveNumber)
	front.POST("/verschieben", s.moveNumberTo)
}

// receptionView is the front desk: numbers for who has come, appointments for
// who calls.
type receptionView struct {
	*staffPage
	Base     string
	Query    string
	Searched bool
	Chosen   []Link // services already chosen, each with the way to leave it out
	Hidden   []hidden
	Found    []receptionService
	Only     bool // one service was found: its button has the focus
	Key      string
	Levels   []target // of priority
	Faults   []string // of the kiosks' printers
	Enter    string   // address for what happened by hand
}

// receptionService is a concern that was found.
type receptionService struct {
	Value, Name, Minutes string
	Phone                string // address of the appointment's page
}

func receptionPath(branch town.BranchID) string {
	return staffRoot + "/" + url.PathEscape(string(branch)) + "/empfang"
}

func (s *Staff) reception(c *gin.Context) { s.showReception(c, http.StatusOK, nil) }

// showReception shows the front desk, with what stood in the way of a step, if
// anything.
func (s *Staff) showReception(c *gin.Context, status int, alert *Alert) {
	branch := s.branch(c)
	values := c.Request.URL.Query()
	view := &receptionView{
		staffPage: s.staffPage(c, "staff.reception.title"), Base: receptionPath(branch.ID),
		Query: strings.TrimSpace(values.Get("q")), Key: rand.Text(),
		Enter: afterwardsPath(branch.ID),
	}
	view.Place = branch.Name.In(view.Lang)
	for _, fault := range s.printers.faultsAt(branch.ID) {
		view.Faults = append(view.Faults, view.fault(fault, s.zoneOf(branch.ID)))
	}
	view.Searched = values.Has("q")
	chosen := readChoice(values)
	view.choose(s.hall.Catalogue(), branch, chosen)
	for n := range 4 {
		view.Levels = append(view.Levels, target{strconv.Itoa(n), view.N("staff.reception.priority", n)})
	}
	view.Levels[0].Label = view.T("staff.reception.no_priority")
	if number := values.Get("da"); number != "" {
		view.News = view.T("staff.reception.here", "number", number)
	}
	if values.Has("abgesagt") {
		view.News = view.T("staff.reception.cancelled", "number", values.Get("abgesagt"))
	}
	view.Alert, view.Focus = alert, alert != nil
	s.show(c, status, "reception", view)
}

// choose lists what was found, and what was chosen before.
func (v *receptionView) choose(all *catalogue.Catalogue, branch *catalogue.Branch, chosen choice) {
	chosen.branch = ""
	for i, item := range chosen.items {
		without := choice{items: append(append([]town.Item{}, chosen.items[:i]...), chosen.items[i+1:]...)}
		v.Chosen = append(v.Chosen, Link{v.itemNames(all, []town.Item{item})[0], v.Base + "?" + without.values().Encode()})
		v.Hidden = append(v.Hidden, hidden{"service", itemValue(item)})
	}
	for _, id := range all.Search(v.Query, v.Lang) {
		service, ok := all.Service(id)
		if !ok || chosen.has(id) || !offersAll(branch, []town.Item{{Service: id, Quantity: 1}}) {
			continue
		}
		with := choice{items: append(append([]town.Item{}, chosen.items...), town.Item{Service: id, Quantity: 1})}
		v.Found = append(v.Found, receptionService{
			Value: string(id), Name: service.Name.In(v.Lang), Minutes: v.N("date.minutes", service.Minutes),
			Phone: v.Base + "/termin?" + with.values().Encode(),
		})
	}
	v.Only = v.Searched && v.Query != "" && len(v.Found) > 0
}

// branch is the one of the address; atBranch has seen to it that it exists.
func (s *Staff) branch(c *gin.Context) *catalogue.Branch {
	branch, ok := s.hall.Catalogue().Branch(town.BranchID(c.Param("branch")))
	if !ok {
		return &catalogue.Branch{ID: town.BranchID(c.Param("branch"))}
	}
	return branch
}

func (s *Staff) today(b *catalogue.Branch) town.Date { return town.DateOf(s.hall.Now(), zone(b)) }

// refuseReception shows the front desk again, or that something is our fault.
func (s *Staff) refuseReception(c *gin.Context, err error) {
	e := problem.Of(err)
	if e.Kind == problem.Internal {
		s.fail(c, err)
		return
	}
	s.showReception(c, e.Kind.Status(), &Alert{Title: s.page(c).firstField(e)})
}

// issue gives a person without an appointment a number.
func (s *Staff) issue(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	actor := actorOf(c)
	actor.Key = form.Get("key")
	priority, err := strconv.Atoi(form.Get("priority"))
	if err != nil {
		priority = 0
	}
	branch := s.branch(c)
	issued, err := s.desk.IssueTicket(c.Request.Context(), actor, app.WalkInRequest{
		Wanted: app.Wanted{Branch: branch.ID, Items: readChoice(form).items, Staff: true}, Priority: priority, Language: town.German,
	})
	if err != nil {
		s.refuseReception(c, err)
		return
	}
	address := receptionPath(branch.ID) + "/ticket/" + url.PathEscape(issued.Token)
	if issued.OverContingent {
		address += "?zusaetzlich=1"
	}
	c.Redirect(http.StatusSeeOther, address)
}

// slipView is a walk-in's number, to be printed or read out.
type slipView struct {
	*staffPage
	Base   string
	Number string
	Ahead  string
	Wait   string
	When   string
	Code   template.URL
	Over   bool   // beyond the day's contingent
	Paper  string // where to have it printed by the branch's printer; empty: it has none
}

func (s *Staff) slip(c *gin.Context) {
	private(c)
	standing, err := s.hall.Standing(c.Request.Context(), c.Param("token"))
	if err != nil {
		s.fail(c, err)
		return
	}
	branch := s.branch(c)
	view := slipView{staffPage: s.staffPage(c, "staff.reception.slip"), Base: receptionPath(branch.ID), Number: standing.Ticket.Number.String()}
	view.Place = branch.Name.In(view.Lang)
	view.Ahead = view.N("staff.reception.ahead", standing.Ahead)
	view.Wait = view.T("staff.reception.wait", "low", standing.Low, "high", standing.High)
	view.When = view.Moment(standing.Ticket.Created.In(zone(branch)))
	view.Over = c.Query("zusaetzlich") != ""
	if s.printers.at(branch.ID) != nil {
		view.Paper = view.Base + "/ticket/" + url.PathEscape(c.Param("token")) + "/drucken"
	}
	switch became := c.Query(slipQuery); became {
	case slipPrinted:
		view.News = view.T("staff.reception.slip_gedruckt")
	case slipPaper, slipCover, slipAway:
		view.Alert, view.Focus = &Alert{Title: view.T("staff.reception.slip_" + became)}, true
	}
	if view.Code, err = qrOf(s.base + "/t/" + url.PathEscape(c.Param("token"))); err != nil {
		s.fail(c, err)
		return
	}
	s.show(c, http.StatusOK, "slip", view)
}

// printSlip has the branch's printer print a number.
func (s *Staff) printSlip(c *gin.Context) {
	private(c)
	ctx, branch, token := c.Request.Context(), s.branch(c), c.Param("token")
	printer := s.printers.at(branch.ID)
	if printer == nil {
		s.fail(c, problem.New(problem.NotFound, "route.unknown"))
		return
	}
	standing, err := s.hall.Standing(ctx, token)
	if err != nil {
		s.fail(c, err)
		return
	}
	err = printer.Print(context.WithoutCancel(ctx), s.slipJob(s.page(c), standing, token))
	if err != nil {
		s.log.WarnContext(ctx, "slip not printed", "branch", branch.ID, "printer", printer.String(), "reason", err)
	}
	s.done303(c, receptionPath(branch.ID)+"/ticket/"+url.PathEscape(token), slipQuery, slipOf(err))
}

// register notes that the person with a number is here.
func (s *Staff) register(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	number, err := town.ParseNumber(strings.TrimSpace(form.Get("number")))
	if err != nil {
		s.refuseReception(c, problem.Field("number", "field.number"))
		return
	}
	branch := s.branch(c)
	if _, err := s.desk.CheckIn(c.Request.Context(), actorOf(c), app.CheckInRequest{Branch: branch.ID, Number: number}); err != nil {
		s.refuseReception(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, receptionPath(branch.ID)+"?"+url.Values{"da": {number.String()}}.Encode())
}
