package device

import (
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"aufruf/internal/access"
	"aufruf/internal/ledger"
	"aufruf/internal/problem"
	"aufruf/internal/visitor"
	"aufruf/internal/web/page"
)

// kioskRoot is where the ticket kiosk begins.
const kioskRoot = "/kiosk"

// Seconds after which a page that nobody touches gives way to the first one.
const (
	kioskIdle   = 60
	kioskTicket = 30
	kioskSorry  = 20
)

// printCookie says that a printer is connected: tickets are printed at once.
// It is set by opening /kiosk?druck=1, and taken back by druck=0.
const printCookie = "aufruf_druck"

func (d *Pages) registerKiosk(router gin.IRouter) {
	station{Pages: d, root: kioskRoot, kind: ledger.DeviceKiosk, home: d.welcome}.register(router)
	kiosk := page.NewRoutes(router, d.fail).Group(kioskRoot, d.headers, d.onKiosk)
	kiosk.GET("/anliegen", d.kioskConcern)
	kiosk.GET("/suchen", d.kioskSearch)
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
	Back   string // one page back; empty: it is the first page, or there is no way back
	Idle   int    // seconds until the first page comes back by itself; 0: never
}

func (d *Pages) kioskPage(c *gin.Context, title string) *kioskPage {
	v := &kioskPage{Page: d.frame.Page(c), Idle: kioskIdle}
	v.Title = v.T(title)
	if branch := device(c).Branch; branch != "" {
		v.Branch = page.BranchName(d.app.Catalogue(), branch, v.Lang)
	}
	v.Home = d.homeOf(kioskRoot)
	v.Back = v.Link(kioskRoot)
	return v
}

// homeOf is the first page of a kind of device, in the town's first language.
func (d *Pages) homeOf(root string) string {
	return root + "?" + url.Values{page.LanguageQuery: {string(d.frame.Offered()[0])}}.Encode()
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
	v.Idle, v.Back = 0, ""
	return d.frame.Write(c, d.surface, http.StatusOK, "welcome", v)
}
