package staff

import (
	"context"
	"crypto/rand"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/catalogue"
	"aufruf/internal/plan"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/web/page"
	"aufruf/internal/web/printing"
)

func (s *Pages) registerReception(branch page.Routes) {
	front := branch.Group("/empfang")
	front.GET("", s.reception)
	front.POST("/ticket", s.issue)
	front.GET("/ticket/:token", s.slip)
	front.POST("/ticket/:token/drucken", s.printSlip)
	front.POST("/anmelden", s.register)
	front.POST("/zurueck", s.undoArrival)
	front.GET("/aushang", s.poster)
	front.GET("/termin", s.phone)
	front.POST("/termin", s.bookByPhone)
	front.POST("/termin/tag", s.phoneDay)
	front.GET("/nummer", s.number)
	front.POST("/suche", s.searchPersons)
	front.POST("/person", s.openPerson)
	front.POST("/absagen", s.cancelNumber)
	front.POST("/bestaetigung", s.repeatConfirmation)
	front.GET("/verschieben", s.moveNumber)
	front.POST("/verschieben", s.moveNumberTo)
}

// receptionView is the front desk: numbers for who has come, appointments for
// who calls.
type receptionView struct {
	*View
	Base     string
	Query    string
	Searched bool
	Chosen   []page.Link // services already chosen, each with the way to leave it out
	Hidden   []page.HiddenField
	Found    []receptionService
	Only     bool // one service was found: its button has the focus
	Key      string
	Levels   []page.Option // how far in front somebody can go
	presentView
	Hall    []hallCall   // what the screens show
	Follow  string       // address of the socket that tells when these change
	Undo    *undoView    // of who was just registered; nil: nobody was
	Faults  []string     // of the kiosks' printers
	Enter   string       // address for what happened by hand
	Poster  string       // address of what hangs at the door; empty: nothing does
	Persons *personsView // to find somebody; nil: that isn't for this person
	Number  string       // that was searched for, and its day
	Date    string
}

// receptionService is a concern that was found.
type receptionService struct {
	Value, Name, Minutes string
	Phone                string // address of the appointment's page
}

// ReceptionPath is the address of a branch's front desk.
func ReceptionPath(branch town.BranchID) string {
	return Root + "/" + url.PathEscape(string(branch)) + "/empfang"
}

func (s *Pages) reception(c *gin.Context) error { return s.showReception(c, http.StatusOK, nil) }

// showReception shows the front desk, with what stood in the way of a search, if
// anything.
func (s *Pages) showReception(c *gin.Context, status int, alert *page.Alert) error {
	branch := s.branch(c)
	values := c.Request.URL.Query()
	view := &receptionView{
		View: s.NewView(c, "staff.reception.title"), Base: ReceptionPath(branch.ID),
		Query: strings.TrimSpace(values.Get("q")), Key: rand.Text(),
		Enter: afterwardsPath(branch.ID), Poster: s.posterPath(c), Number: values.Get("number"), Date: values.Get("date"),
	}
	view.Place = branch.Name.In(view.Lang)
	for _, fault := range s.printers.FaultsAt(branch.ID) {
		view.Faults = append(view.Faults, view.Fault(fault, s.Frame.ZoneOf(branch.ID)))
	}
	var err error
	if view.presentView, err = s.present(c, view.View, branch); err != nil {
		return err
	}
	if page.ActorOf(c).Front() {
		view.Persons = &personsView{View: view.View, Base: view.Base}
	}
	if view.Hall, err = s.hall(c, view.View, branch); err != nil {
		return err
	}
	view.Follow = "/api/v1/ws/caller?" + url.Values{"branch": {string(branch.ID)}, "queue": {"changes"}}.Encode()
	view.Searched = values.Has("q")
	chosen := page.ReadChoice(values)
	view.choose(s.app.Catalogue(), branch, chosen)
	for n := 1; n <= 3; n++ {
		view.Levels = append(view.Levels, page.Option{Value: strconv.Itoa(n), Label: view.N("staff.reception.priority", n)})
	}
	happened := s.Frame.Happened(c)
	if number := happened.Get("da"); number != "" {
		view.News = view.T("staff.reception.here", "number", number)
		view.Undo = s.undoOf(c, branch, number)
	}
	if happened.Has("zurueck") {
		view.News = view.T("staff.reception.not_here", "number", happened.Get("zurueck"))
	}
	if happened.Has("abgesagt") {
		view.News = view.T("staff.reception.cancelled", "number", happened.Get("abgesagt"))
	}
	if alert != nil {
		view.Alert, view.Focus = alert, true
	}
	return s.Show(c, status, "reception", view)
}

// choose lists what was found, and what was chosen before.
func (v *receptionView) choose(all *catalogue.Catalogue, branch *catalogue.Branch, chosen page.Choice) {
	chosen.Branch = ""
	for i, item := range chosen.Items {
		without := page.Choice{Items: append(append([]town.Item{}, chosen.Items[:i]...), chosen.Items[i+1:]...)}
		v.Chosen = append(v.Chosen, page.Link{Label: v.ItemNames(all, []town.Item{item})[0], URL: v.Base + "?" + without.Values().Encode()})
		v.Hidden = append(v.Hidden, page.HiddenField{Name: "service", Value: page.ItemValue(item)})
	}
	for _, id := range all.Search(v.Query, v.Lang) {
		service, ok := all.Service(id)
		if !ok || chosen.Has(id) || !page.OffersAll(branch, []town.Item{{Service: id, Quantity: 1}}) {
			continue
		}
		with := page.Choice{Items: append(append([]town.Item{}, chosen.Items...), town.Item{Service: id, Quantity: 1})}
		v.Found = append(v.Found, receptionService{
			Value: string(id), Name: service.Name.In(v.Lang), Minutes: v.N("date.minutes", service.Minutes),
			Phone: v.Base + "/termin?" + with.Values().Encode(),
		})
	}
	v.Only = v.Searched && v.Query != "" && len(v.Found) > 0
}

// branch is the one of the address; atBranch has seen to it that it exists.
func (s *Pages) branch(c *gin.Context) *catalogue.Branch {
	branch, ok := s.app.Catalogue().Branch(town.BranchID(c.Param("branch")))
	if !ok {
		return &catalogue.Branch{ID: town.BranchID(c.Param("branch"))}
	}
	return branch
}

func (s *Pages) today(b *catalogue.Branch) town.Date { return town.DateOf(s.app.Now(), page.Zone(b)) }

// refuseSearch shows the front desk with what was searched for, or that something is
// our fault.
func (s *Pages) refuseSearch(c *gin.Context, err error) error {
	e := problem.Of(err)
	if e.Unsettled() {
		return err
	}
	return s.showReception(c, e.Kind.Status(), &page.Alert{Title: s.Frame.Page(c).FirstField(e)})
}

// issue gives a person without an appointment a number.
func (s *Pages) issue(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	actor := page.ActorOf(c)
	actor.Key = form.Get("key")
	priority, err := readAhead(form)
	if err != nil {
		return err
	}
	branch := s.branch(c)
	issued, err := s.app.IssueTicket(c.Request.Context(), actor, app.WalkInRequest{
		Wanted: plan.Wanted{Branch: branch.ID, Items: page.ReadChoice(form).Items, Staff: true}, Priority: priority, Language: town.German,
	})
	if err != nil {
		return err
	}
	address := ReceptionPath(branch.ID) + "/ticket/" + url.PathEscape(issued.Token)
	if issued.OverContingent {
		address += "?zusaetzlich=1"
	}
	return s.Frame.Done(c, address)
}

// readAhead reads how far in front somebody goes: one button gives the number and says
// it, so that it is never set for the next person too. It adds the button's service to
// the form.
func readAhead(form url.Values) (int, error) {
	if !form.Has("vorziehen") {
		return 0, nil
	}
	typed, service, _ := strings.Cut(form.Get("vorziehen"), " ")
	level, err := strconv.Atoi(typed)
	if err != nil || service == "" {
		return 0, problem.Field("priority", "request.bad_value")
	}
	form.Add("service", service)
	return level, nil
}

// slipView is a walk-in's number, to be printed or read out.
type slipView struct {
	*View
	Base   string
	Ticket page.Slip
	Ahead  string
	Wait   string
	Code   template.URL
	Over   bool   // beyond the day's contingent
	Back   bool   // it can be given back
	ID     string // of the ticket
	Paper  string // where to have it printed by the branch's printer; empty: it has none
}

func (s *Pages) slip(c *gin.Context) error {
	page.Private(c)
	branch := s.branch(c)
	standing, err := s.app.WalkIn(c.Request.Context(), branch.ID, c.Param("token"))
	if err != nil {
		return err
	}
	view := slipView{View: s.NewView(c, "staff.reception.slip"), Base: ReceptionPath(branch.ID)}
	view.Ticket = s.Frame.SlipOf(view.Page, standing.Ticket)
	view.Place = view.Ticket.Branch
	view.Ahead = view.N("staff.reception.ahead", standing.Ahead)
	view.Wait = view.T("staff.reception.wait", "low", standing.Low, "high", standing.High)
	happened := s.Frame.Happened(c)
	view.Over = happened.Has("zusaetzlich")
	if t := standing.Ticket; t.Priority > 0 {
		view.Ahead += " " + view.N("staff.reception.went_ahead", t.Priority)
	}
	view.Back = standing.Ticket.State.Allows(queue.DoCancel)
	view.ID = string(standing.Ticket.ID)
	if s.printers.At(branch.ID) != nil {
		view.Paper = view.Base + "/ticket/" + url.PathEscape(c.Param("token")) + "/drucken"
	}
	switch became := happened.Get(printing.SlipQuery); became {
	case printing.SlipPrinted:
		view.News = view.T("staff.reception.slip_gedruckt")
	case printing.SlipPaper, printing.SlipCover, printing.SlipAway:
		view.Alert, view.Focus = &page.Alert{Title: view.T("staff.reception.slip_" + became)}, true
	}
	if view.Code, err = page.QRCode(s.Frame.Base + "/t/" + url.PathEscape(c.Param("token"))); err != nil {
		return err
	}
	return s.Show(c, http.StatusOK, "slip", view)
}

// printSlip has the branch's printer print a number.
func (s *Pages) printSlip(c *gin.Context) error {
	page.Private(c)
	ctx, branch, token := c.Request.Context(), s.branch(c), c.Param("token")
	printer := s.printers.At(branch.ID)
	if printer == nil {
		return problem.New(problem.NotFound, "route.unknown")
	}
	standing, err := s.app.WalkIn(ctx, branch.ID, token)
	if err != nil {
		return err
	}
	err = printer.Print(context.WithoutCancel(ctx), printing.Slip(s.Frame, s.Frame.Page(c), standing, token))
	if err != nil {
		s.Frame.Log.WarnContext(ctx, "slip not printed", "branch", branch.ID, "printer", printer.String(), "reason", err)
	}
	return s.Done303(c, ReceptionPath(branch.ID)+"/ticket/"+url.PathEscape(token), printing.SlipQuery, printing.SlipOf(err))
}

// register notes that the person with a number is here, or with a code that a scanner
// has typed.
func (s *Pages) register(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	branch := s.branch(c)
	presented, err := app.Presented(branch.ID, form.Get("number"))
	if err != nil {
		return err
	}
	here, err := s.app.CheckIn(c.Request.Context(), page.ActorOf(c), presented)
	if err != nil {
		return err
	}
	return s.Done303(c, ReceptionPath(branch.ID), "da", here.Number.String())
}
