package booking

import (
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"aufruf/internal/app"
	"aufruf/internal/problem"
	"aufruf/internal/queue"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/internal/web/page"
)

// arriveView is how somebody says that they are here: by a code for the scanner, and
// at the branch by a button.
type arriveView struct {
	Button string       // where it leads; empty: not yet, or not any more
	Code   string       // its digits, in groups; empty: none
	Scan   template.URL // the same for a scanner
}

// arrival is what an appointment's page offers to say that its person is here; nil:
// nothing.
func (p *Pages) arrival(c *gin.Context, v *page.Page, t queue.Ticket) (*arriveView, error) {
	code, err := p.app.ArrivalCode(c.Request.Context(), t)
	if err != nil || code == "" || t.State != queue.Booked && t.State != queue.NoShow {
		return nil, err
	}
	view := &arriveView{Code: page.Grouped(code)}
	if p.app.MayArrive(t) {
		view.Button = v.Link(ownPath(c) + "/da")
	}
	view.Scan, err = page.QRCode(code)
	return view, err
}

// sayHere notes that the holder of a link is here; again is fine.
func (p *Pages) sayHere(c *gin.Context) error {
	_, err := p.app.CheckIn(c.Request.Context(), p.frame.Citizen(c), app.CheckInRequest{Token: c.Param("token")})
	if err != nil {
		return err
	}
	return page.SeeOther(c, p.frame.Page(c).Link(ownPath(c)))
}

// registerDoor adds the page that the poster at a branch's door leads to.
func (p *Pages) registerDoor(router gin.IRouter) {
	door := page.NewRoutes(router, p.fail).Group(page.DoorPath+":branch", p.frame.Headers)
	door.GET("", p.door)
	door.POST("", p.arriveAtDoor)
}

// doorView asks for number and time, which together stand on every confirmation.
type doorView struct {
	*page.Page
	Branch string
	Action string
	Mark   page.HiddenField
	Number string // as typed
	Clock  string
	Here   string // the number whose person is here now; empty: nobody said so
}

// errNoDoor: nobody says at this branch's door that they are here.
var errNoDoor = errors.New("no door")

func (p *Pages) doorView(c *gin.Context) (*doorView, town.BranchID, error) {
	branch, ok := p.app.Catalogue().Branch(town.BranchID(c.Param("branch")))
	if !ok || branch.Retired || !p.app.ChecksIn(branch.ID) {
		return nil, "", errNoDoor
	}
	v := &doorView{Page: p.frame.Page(c), Mark: mark(c)}
	v.Title, v.Branch = v.T("booking.door.title"), branch.Name.In(v.Lang)
	v.Action = v.Link(page.DoorPath + url.PathEscape(string(branch.ID)))
	return v, branch.ID, nil
}

// door shows the form, or that somebody's arrival is known now.
func (p *Pages) door(c *gin.Context) error {
	v, _, err := p.doorView(c)
	if err != nil {
		p.NotFound(c)
		return nil
	}
	if number, err := town.ParseNumber(p.frame.Happened(c).Get("da")); err == nil {
		v.Here, v.Title = number.String(), v.T("booking.door.here")
	}
	c.Header("Cache-Control", "no-store")
	return p.render(c, http.StatusOK, "door", v)
}

// arriveAtDoor notes that the person with a number and a time is here. Whatever is
// wrong has one answer.
func (p *Pages) arriveAtDoor(c *gin.Context) error {
	form, err := page.ReadForm(c)
	if err != nil {
		return err
	}
	v, branch, err := p.doorView(c)
	if err != nil {
		p.NotFound(c)
		return nil
	}
	visitor.KeepMark(c, v.Mark.Value, p.frame.Secure())
	v.Number, v.Clock = form.Get("number"), form.Get("uhrzeit")
	r, err := doorRequest(branch, v.Number, v.Clock)
	actor := p.frame.Citizen(c)
	actor.Browser = v.Mark.Value
	if err == nil {
		_, err = p.app.CheckInAtDoor(c.Request.Context(), actor, r)
	}
	if e := problem.Of(err); err != nil && !e.Unsettled() {
		page.RetryAfter(c, e)
		visitor.Refuse(c, e.Key)
		v.Refuse(e)
		return p.render(c, e.Kind.Status(), "door", v)
	}
	if err != nil {
		return err
	}
	return p.frame.Done(c, v.LinkWith(page.DoorPath+url.PathEscape(string(branch)), url.Values{"da": {r.Number.String()}}))
}

// doorRequest reads what was typed. Errors: Invalid.
func doorRequest(branch town.BranchID, number, clock string) (app.DoorRequest, error) {
	r := app.DoorRequest{Branch: branch}
	var err error
	if r.Number, err = town.ParseNumber(strings.TrimSpace(number)); err != nil {
		return r, problem.Field("number", "field.number")
	}
	if r.Clock, err = town.ParseTimeOfDay(strings.ReplaceAll(strings.TrimSpace(clock), ".", ":")); err != nil {
		return r, problem.Field("uhrzeit", "field.time")
	}
	return r, nil
}
