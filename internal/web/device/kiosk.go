package device

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/catalogue"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/town"
	"aufruf/internal/visitor"
	"aufruf/internal/web/page"
)

// kioskRoot is where the ticket kiosk begins.
const kioskRoot = "/kiosk"

// Seconds after which a page that nobody touches gives way to the first one.
const (
	kioskIdle   = 60
	kioskTicket = 30
)

// printCookie says that a printer is connected: tickets are printed at once.
// It is set by opening /kiosk?druck=1, and taken back by druck=0.
const printCookie = "aufruf_druck"

func (d *Pages) registerKiosk(router gin.IRouter) {
	station{Pages: d, root: kioskRoot, kind: ledger.DeviceKiosk, home: d.welcome}.register(router)
	kiosk := page.NewRoutes(router, d.fail).Group(kioskRoot, d.headers, d.onKiosk)
	kiosk.GET("/anliegen", d.kioskConcern)
	kiosk.POST("/ticket", d.issue)
	kiosk.GET("/ticket/:token", d.ticket)
	kiosk.POST("/ticket/:token/drucken", d.printAgain)
	kiosk.GET("/anmelden", d.keypad)
	kiosk.POST("/anmelden", d.arrive)
}

// onKiosk lets only a kiosk in.
func (d *Pages) onKiosk(c *gin.Context) {
	token := d.frame.Cookie(c, visitor.DeviceCookie)
	actor, err := d.app.Access.ActorOf(c.Request.Context(), token)
	switch {
	case err == nil && actor.Kind == access.Kiosk:
		c.Set(page.ActorKey, actor)
		return
	case err != nil && problem.Of(err).Kind != problem.Unauthenticated:
		d.fail(c, err) // the first page would look as if nothing had been pressed
	default:
		c.Redirect(http.StatusSeeOther, kioskRoot)
	}
	c.Abort()
}

// kioskPage is what each of the kiosk's views has.
type kioskPage struct {
	*page.Page
	Branch string
	Home   string // the first page, in the town's first language
	Idle   int    // seconds until it comes back by itself; 0: never
}

func (d *Pages) kioskPage(c *gin.Context, title string) *kioskPage {
	v := &kioskPage{Page: d.frame.Page(c), Idle: kioskIdle}
	v.Title = v.T(title)
	v.Branch = page.BranchName(d.app.Catalogue(), device(c).Branch, v.Lang)
	v.Home = kioskRoot + "?" + url.Values{page.LanguageQuery: {string(d.frame.Offered()[0])}}.Encode()
	return v
}

// welcome asks whether somebody has an appointment.
func (d *Pages) welcome(c *gin.Context) error {
	if choice := c.Query("druck"); choice != "" {
		kept := deviceKept
		if choice == "0" {
			kept = -time.Second
		}
		d.frame.SetCookie(c, printCookie, "1", kioskRoot, kept)
	}
	v := d.kioskPage(c, "kiosk.welcome.title")
	v.Idle = 0
	return d.frame.Write(c, d.surface, http.StatusOK, "welcome", v)
}

// kioskConcernView asks what a person without an appointment wants.
type kioskConcernView struct {
	*kioskPage
	Key    string // makes a second touch the same ticket
	Groups []kioskGroup
}

type kioskGroup struct {
	Name     string
	Services []kioskService
}

type kioskService struct{ Value, Name string }

func (d *Pages) kioskConcern(c *gin.Context) error {
	v := d.kioskPage(c, "kiosk.concern.title")
	view := kioskConcernView{kioskPage: v, Key: rand.Text()}
	all := d.app.Catalogue()
	branch, ok := all.Branch(device(c).Branch)
	if !ok {
		return problem.New(problem.NotFound, "branch.unknown")
	}
	for i := range all.Services {
		if s := &all.Services[i]; !s.Retired && offeredAt(branch, device(c).Offices, s.ID) {
			view.add(s)
		}
	}
	return d.frame.Write(c, d.surface, http.StatusOK, "concern", view)
}

// offeredAt reports whether one of a device's offices offers a service.
func offeredAt(b *catalogue.Branch, offices []town.OfficeID, id town.ServiceID) bool {
	office, ok := b.OfficeOf(id)
	return ok && !office.Retired && (len(offices) == 0 || slices.Contains(offices, office.ID))
}

func (v *kioskConcernView) add(s *catalogue.Service) {
	name := s.Group.In(v.Lang)
	at := slices.IndexFunc(v.Groups, func(g kioskGroup) bool { return g.Name == name })
	if at < 0 {
		at = len(v.Groups)
		v.Groups = append(v.Groups, kioskGroup{Name: name})
	}
	v.Groups[at].Services = append(v.Groups[at].Services, kioskService{string(s.ID), s.Name.In(v.Lang)})
}
